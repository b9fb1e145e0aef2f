namespace K8sScaleTest.Engine.Tests.Api;

/// <summary>Waits for what happens in the background; the limit is for a machine at its worst.</summary>
internal static class Wait
{
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            if (limit.IsCancellationRequested) Assert.Fail($"Waited in vain: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
