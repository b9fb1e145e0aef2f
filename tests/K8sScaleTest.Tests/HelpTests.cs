namespace K8sScaleTest.Tests;

public sealed class HelpTests
{
    public static TheoryData<string> Cmdlets
    {
        get
        {
            using var session = new ModuleSession();
            return [.. session.Run("Get-Command -Module K8sScaleTest | ForEach-Object { $_.Name }").Select(name => (string)name.BaseObject)];
        }
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_cmdlet_has_a_synopsis_and_an_example_that_calls_it(string cmdlet)
    {
        using var session = new ModuleSession();
        var help = session.Run("$help = Get-Help -Name $Cmdlet -Full; $help.Synopsis; foreach ($e in $help.Examples.Example) { $e.Code }", ("Cmdlet", cmdlet));
        Assert.Empty(session.Errors);
        // Without a help file the engine makes the synopsis from the syntax.
        Assert.DoesNotContain($"{cmdlet} [", help[0].ToString(), StringComparison.Ordinal);
        Assert.Matches(@"^[A-Z].{20,}\.$", help[0].ToString());
        Assert.True(help.Count > 1, "There is no example: add <example><code>...</code>what it does</example> to the class's doc comment.");
        Assert.All(help.Skip(1), code => Assert.Contains(cmdlet, code.ToString(), StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_synopsis_of_a_cmdlet_that_runs_on_says_how_it_ends(string cmdlet)
    {
        using var session = new ModuleSession();
        var stops = session.Run("$c = Get-Command $Cmdlet; $c.Verb -ne 'New' -and $c.Parameters.ContainsKey('Duration')", ("Cmdlet", cmdlet)).Single();
        if (stops.BaseObject is not true) return;
        var synopsis = session.Run("(Get-Help -Name $Cmdlet).Synopsis", ("Cmdlet", cmdlet)).Single().ToString();
        Assert.Contains("-Duration or Ctrl+C", synopsis, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_parameter_is_described(string cmdlet)
    {
        using var session = new ModuleSession();
        var undescribed = session.Run(
            """
            $described = @{}
            foreach ($p in (Get-Help -Name $Cmdlet -Full).Parameters.Parameter) { $described[$p.Name] = -join $p.Description.Text }
            $common = [Management.Automation.PSCmdlet]::CommonParameters
            foreach ($name in (Get-Command $Cmdlet).Parameters.Keys) {
                if (-not $common.Contains($name) -and "$($described[$name])".Length -lt 10) { $name }
            }
            """,
            ("Cmdlet", cmdlet));
        Assert.Empty(undescribed);
    }

    [Theory]
    [InlineData("Set-LocalApiFault", "For", "false")]
    [InlineData("Set-LocalApiFault", "StatusCode", "true")]
    [InlineData("Start-ObjectLogger", "Resource", "true")]
    public void A_parameter_is_required_where_no_set_of_its_own_goes_without_it(string cmdlet, string parameter, string required)
    {
        using var session = new ModuleSession();
        Assert.Equal(required, session.Run("(Get-Help -Name $Cmdlet -Parameter $Parameter).required", ("Cmdlet", cmdlet), ("Parameter", parameter)).Single().ToString());
    }

    [Fact]
    public void What_takes_no_input_says_so()
    {
        using var session = new ModuleSession();
        Assert.Equal("None", session.Run("(Get-Help -Name Get-LocalApiServer -Full).inputTypes.inputType.type.name").Single().ToString());
    }
}
