using System.Reflection;
using System.Reflection.Emit;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Shell.Tests;

/// <summary>Another module may have loaded another version of a library that the engine uses, and before it.</summary>
public sealed class ForeignAssemblyTests
{
    [Fact]
    public async Task A_foreign_YamlDotNet_in_the_session_does_not_disturb_the_engine()
    {
        using var script = new ScriptFile(
            """
            param([string] $Foreign, [string] $Kubeconfig)
            $null = [Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath($Foreign)
            try { Start-ConfigMapDriver -Rate 1 -Count 1 -Kubeconfig $Kubeconfig -ErrorAction Stop } catch { $_.Exception.Message }
            foreach ($a in [AppDomain]::CurrentDomain.GetAssemblies()) {
                $name = $a.GetName()
                if ($name.Name -eq 'YamlDotNet') { "$([Runtime.Loader.AssemblyLoadContext]::GetLoadContext($a).Name) $($name.Version.Major)" }
            }
            """);
        var foreign = Path.Combine(script.Folder, "YamlDotNet.dll");
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("YamlDotNet") { Version = new(99, 0, 0, 0) }, typeof(object).Assembly);
        assembly.DefineDynamicModule("YamlDotNet");
        assembly.Save(foreign);
        var kubeconfig = Path.Combine(script.Folder, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, "clusters: [{{{", TestContext.Current.CancellationToken);

        var result = await ShellProcess.RunAsync(script.Path, foreign, kubeconfig);

        Assert.Contains(kubeconfig, result.Output, StringComparison.Ordinal);
        Assert.Contains("Default 99\n", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"K8sScaleTest\.Engine (?!99)\d+\n", result.Output);
    }
}
