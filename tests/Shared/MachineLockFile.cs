namespace K8sScaleTest.TestSupport;

/// <summary>The file behind <c>MachineLock</c> and <c>MachineShare</c>: the system lets go of it when a process dies.</summary>
internal static class MachineLockFile
{
    private static readonly string FilePath = Path.Combine(Path.GetTempPath(), "k8sscaletest-tests.lock");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(45);

    public static async Task<FileStream> OpenAsync(FileShare share, CancellationToken cancellationToken)
    {
        var deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (true)
        {
            try
            {
                return new(FilePath, FileMode.OpenOrCreate, FileAccess.Read, share);
            }
            catch (IOException) when (TimeProvider.System.GetUtcNow() < deadline)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }
}
