using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace K8sScaleTest.Shell;

/// <summary>
/// Makes `exit n` in the next script file that is run end the process with n. Without it the engine takes the `exit` of a file for
/// the end of that file, as it is when one script calls another.
/// </summary>
/// <remarks>
/// pwsh sets the same internal property for its -File. There is no public way that keeps $MyInvocation, $PSScriptRoot and #Requires
/// of the script; the engine's version is pinned by this project, and a test runs `exit n` in a file.
/// </remarks>
internal static class ExitOfScriptFile
{
    private const string ContextType = "System.Management.Automation.ExecutionContext, System.Management.Automation";

    public static void EndsTheProcess(Runspace runspace) => SetRethrowExit(ContextOf(runspace), true);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_ExecutionContext")]
    [return: UnsafeAccessorType(ContextType)]
    private static extern object ContextOf(Runspace runspace);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ScriptCommandProcessorShouldRethrowExit")]
    private static extern void SetRethrowExit([UnsafeAccessorType(ContextType)] object context, bool value);
}
