namespace K8sScaleTest.Engine.Informers;

/// <summary>
/// Is told what client-go's work queue metrics count: <c>workqueue_adds_total</c>, <c>workqueue_depth</c>, <c>workqueue_queue_duration_seconds</c>,
/// <c>workqueue_work_duration_seconds</c> and <c>workqueue_retries_total</c>. The two that are states, <c>workqueue_unfinished_work_seconds</c> and
/// <c>workqueue_longest_running_processor_seconds</c>, the queue tells when asked. Called under the queue's lock: it must not wait.
/// </summary>
public interface IWorkQueueObserver
{
    /// <summary>An item was marked dirty that was not.</summary>
    /// <param name="depth">How many are dirty now.</param>
    void OnAdded(int depth);

    /// <summary>A worker took an item.</summary>
    /// <param name="depth">How many are dirty now.</param>
    /// <param name="queueSeconds">From first being marked dirty until now.</param>
    void OnTaken(int depth, double queueSeconds);

    /// <summary>A worker was done with an item.</summary>
    /// <param name="workSeconds">From taking it until now.</param>
    void OnDone(double workSeconds);

    /// <summary>An item was added after a wait of its own, or by its rate limit.</summary>
    void OnRetried();
}
