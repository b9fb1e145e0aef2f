using System.Management.Automation.Language;

namespace K8sScaleTest.Tests;

/// <summary>Every script of the repository, the Pester tests too, which nothing runs here: Pester needs PowerShell 7.6.</summary>
public sealed class ScriptTests
{
    public static TheoryData<string> Scripts =>
    [
        "build.ps1",
        .. new[] { "examples", "tests/Pester" }
            .Select(folder => Path.Combine(ModuleSession.RepositoryRoot, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.ps1", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(ModuleSession.RepositoryRoot, file)),
    ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_parses(string script)
    {
        var path = Path.Combine(ModuleSession.RepositoryRoot, script);
        Parser.ParseFile(path, out _, out var errors);
        Assert.Empty(errors.Select(error => $"{error.Extent.StartLineNumber}: {error.Message}"));
    }

    [Theory]
    [InlineData("build.ps1", "build-image.ps1")]
    [InlineData("build-image.ps1")]
    [InlineData("examples/first-run.ps1")]
    [InlineData("examples/ci.ps1")]
    public void A_script_that_runs_in_the_shell_uses_what_the_shell_has(string script, params string[] parts)
    {
        using var session = new ModuleSession();
        var ast = Parser.ParseFile(Path.Combine(ModuleSession.RepositoryRoot, script), out _, out _);
        var own = parts.Select(part => Parser.ParseFile(Path.Combine(ModuleSession.RepositoryRoot, part), out _, out _)).Prepend(ast)
            .SelectMany(file => file.FindAll(a => a is FunctionDefinitionAst, true)).Select(function => ((FunctionDefinitionAst)function).Name);
        var unknown = ast.FindAll(a => a is CommandAst, true)
            .Select(command => ((CommandAst)command).GetCommandName())
            .OfType<string>()
            .Where(name => name.Contains('-', StringComparison.Ordinal))
            .Except(own, StringComparer.OrdinalIgnoreCase)
            .Where(name => session.Run("Get-Command -Name $Name -ErrorAction Ignore", ("Name", name)).Count == 0);
        Assert.Empty(unknown);
        Assert.Empty(ast.FindAll(a => a is FileRedirectionAst redirection && redirection.Location.Extent.Text != "$null", true));
    }
}
