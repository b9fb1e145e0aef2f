using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.Loader;

namespace K8sScaleTest.Tests;

public sealed class HostingTests
{
    [Fact]
    public void Importing_the_module_neither_errs_nor_warns()
    {
        using var session = new ModuleSession(import: false);
        session.Run("Import-Module -Name $ModuleManifest", ("ModuleManifest", ModuleSession.ManifestPath));
        Assert.Empty(session.Errors);
        Assert.Empty(session.Warnings);
        Assert.Empty(session.HostLines);
    }

    [Fact]
    public void The_module_exports_the_cmdlets_that_its_manifest_names_and_all_that_it_has()
    {
        using var session = new ModuleSession();
        Assert.Equal(CmdletsOfManifest(), Exported(session));
        var declared = session.Run("(Get-Module K8sScaleTest).ImplementingAssembly.GetExportedTypes()")
            .Select(type => ((Type)type.BaseObject).GetCustomAttributes(typeof(CmdletAttribute), false).OfType<CmdletAttribute>().SingleOrDefault())
            .OfType<CmdletAttribute>()
            .Select(cmdlet => $"{cmdlet.VerbName}-{cmdlet.NounName}")
            .Order(StringComparer.Ordinal);
        Assert.Equal(CmdletsOfManifest(), declared);
    }

    [Fact]
    public void Importing_again_by_force_keeps_all_cmdlets()
    {
        using var session = new ModuleSession();
        for (var i = 0; i < 2; i++)
        {
            session.Run("Import-Module -Name $ModuleManifest -Force", ("ModuleManifest", ModuleSession.ManifestPath));
            Assert.Empty(session.Errors);
            Assert.Equal(CmdletsOfManifest(), Exported(session));
            AssertTheEngineAnswers(session);
        }
    }

    [Fact]
    public void Removing_and_importing_keeps_all_cmdlets()
    {
        using var session = new ModuleSession();
        AssertTheEngineAnswers(session);
        session.Run("Remove-Module K8sScaleTest");
        Assert.Empty(Exported(session));
        session.Run("Import-Module -Name $ModuleManifest", ("ModuleManifest", ModuleSession.ManifestPath));
        Assert.Equal(CmdletsOfManifest(), Exported(session));
        AssertTheEngineAnswers(session);
    }

    [Fact]
    public void The_engine_and_its_packages_live_in_a_load_context_of_their_own()
    {
        using var session = new ModuleSession();
        AssertTheEngineAnswers(session);
        var loaded = AppDomain.CurrentDomain.GetAssemblies().ToLookup(assembly => assembly.GetName().Name, assembly => AssemblyLoadContext.GetLoadContext(assembly)!.Name);
        Assert.Equal(["K8sScaleTest.Engine"], loaded["K8sScaleTest.Engine"]);
        Assert.Equal(["K8sScaleTest.Engine"], loaded["YamlDotNet"]);
        Assert.All(new[] { "KubernetesClient", "Fractions", "HdrHistogram" }.SelectMany(name => loaded[name]), context => Assert.Equal("K8sScaleTest.Engine", context));
    }

    [Fact]
    public void No_public_type_of_the_module_shows_a_type_of_the_engine()
    {
        using var session = new ModuleSession();
        var module = ((System.Reflection.Assembly)session.Run("(Get-Module K8sScaleTest).ImplementingAssembly").Single().BaseObject).GetExportedTypes();
        Assert.NotEmpty(module);
        foreach (var type in module)
        {
            Assert.DoesNotContain("Engine", type.BaseType?.Assembly.GetName().Name ?? string.Empty, StringComparison.Ordinal);
            foreach (var property in type.GetProperties())
                Assert.DoesNotContain("Engine", property.PropertyType.Assembly.GetName().Name, StringComparison.Ordinal);
        }
    }

    // A kubeconfig is read by KubernetesClient with YamlDotNet: broken YAML comes back as the engine's error, and as no other.
    private static void AssertTheEngineAnswers(ModuleSession session)
    {
        var kubeconfig = Path.GetTempFileName();
        try
        {
            File.WriteAllText(kubeconfig, "clusters: [{{{");
            var error = session.RunToError("Start-ConfigMapDriver -Rate 1 -Count 1 -Kubeconfig $Kubeconfig -ErrorAction Stop", ("Kubeconfig", kubeconfig));
            Assert.Contains(kubeconfig, error.Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(kubeconfig);
        }
    }

    private static List<string> Exported(ModuleSession session) =>
        [.. session.Run("Get-Command -Module K8sScaleTest | ForEach-Object { $_.Name }").Select(name => (string)name.BaseObject).Order(StringComparer.Ordinal)];

    private static List<string> CmdletsOfManifest()
    {
        var manifest = (HashtableAst)Parser.ParseFile(ModuleSession.ManifestPath, out _, out _).Find(ast => ast is HashtableAst, searchNestedScriptBlocks: false);
        var values = (System.Collections.Hashtable)manifest.SafeGetValue();
        return [.. ((object[])values["CmdletsToExport"]!).Cast<string>().Order(StringComparer.Ordinal)];
    }
}
