using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace K8sScaleTest;

/// <summary>
/// Loads the engine, and all that it depends on, into a load context of its own, so that no library of this module can
/// collide with another module's (YamlDotNet is in many).
/// </summary>
/// <remarks>
/// The session's default context asks the handler for the engine's name and no other; the engine's dependencies are resolved
/// inside the private context. The handler stays after the module is removed: the assembly stays loaded too, and importing it
/// again finds the same context.
/// </remarks>
public sealed class EngineLoader : IModuleAssemblyInitializer
{
    private const string EngineName = "K8sScaleTest.Engine";
    private static readonly Lock Gate = new();
    private static EngineContext? _context;

    /// <inheritdoc/>
    public void OnImport()
    {
        lock (Gate)
        {
            if (_context is not null) return;
            var folder = Path.Combine(Path.GetDirectoryName(typeof(EngineLoader).Assembly.Location)!, "engine");
            _context = new EngineContext(folder);
            AssemblyLoadContext.Default.Resolving += static (_, name) => name.Name == EngineName ? _context.LoadEngine() : null;
        }
    }

    private sealed class EngineContext(string folder) : AssemblyLoadContext(EngineName)
    {
        public Assembly LoadEngine() => LoadFromAssemblyPath(Path.Combine(folder, EngineName + ".dll"));

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            var path = Path.Combine(folder, assemblyName.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
