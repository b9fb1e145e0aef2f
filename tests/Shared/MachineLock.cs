namespace K8sScaleTest.TestSupport;

/// <summary>
/// Alone on this machine among all test projects: held while time is measured, or while a shared API server's objects are owned. As an
/// assembly fixture it is held from the first test of the project to its last.
/// </summary>
public sealed class MachineLock : IAsyncLifetime
{
    private FileStream? _file;

    /// <summary>Waits until no test project runs but this one. Dispose of it to let the others in.</summary>
    public static async Task<MachineLock> AcquireAsync(CancellationToken cancellationToken) =>
        new() { _file = await MachineLockFile.OpenAsync(FileShare.None, cancellationToken) };

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _file = await MachineLockFile.OpenAsync(FileShare.None, TestContext.Current.CancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;
}
