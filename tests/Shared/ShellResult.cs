namespace K8sScaleTest.TestSupport;

/// <summary>How a run of the shell ended, and all that it wrote.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Error);
