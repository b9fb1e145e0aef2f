namespace K8sScaleTest.TestSupport;

/// <summary>Together with the other ordinary test projects, never beside one that holds the <see cref="MachineLock"/>. An assembly fixture.</summary>
public sealed class MachineShare : IAsyncLifetime
{
    private FileStream? _file;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _file = await MachineLockFile.OpenAsync(FileShare.Read, TestContext.Current.CancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;
}
