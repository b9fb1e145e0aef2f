using System.Runtime;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>
/// Warm enough: the compiler has had nothing to do for a while. A fixed time would not do: on a busy machine the second compilation of
/// hot methods comes late, and costs more CPU than what is to be measured.
/// </summary>
internal static class JitQuiet
{
    private const int FewMethods = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Waits until the compiler is quiet, at most until <paramref name="load"/> ends.</summary>
    public static async Task WaitAsync(Task load)
    {
        var before = JitInfo.GetCompiledMethodCount();
        for (var waited = TimeSpan.Zero; waited < Patience && !load.IsCompleted; waited += Interval)
        {
            await Task.Delay(Interval);
            var now = JitInfo.GetCompiledMethodCount();
            if (now - before < FewMethods) return;
            before = now;
        }
    }
}
