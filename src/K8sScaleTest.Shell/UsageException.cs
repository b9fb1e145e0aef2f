namespace K8sScaleTest.Shell;

/// <summary>The command line cannot be understood; the message says what to do. Exit code 64, as pwsh gives.</summary>
internal sealed class UsageException(string message) : Exception(message);
