using System.Diagnostics;
using System.Globalization;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Metrics;

/// <summary>What /metrics says: the names and labels of kube-apiserver 1.36, as far as there is something to say.</summary>
internal static class MetricsDocument
{
    private const string Exempt = "flow_schema=\"exempt\",priority_level=\"exempt\"";
    private const string Everyone = "flow_schema=\"global-default\",priority_level=\"global-default\"";

    public static byte[] Create(ServerMetrics metrics, ResourceRegistry registry)
    {
        var text = new MetricsText();
        var series = metrics.Series.OrderBy(s => s.Labels, StringComparer.Ordinal).ToArray();
        Requests(text, metrics, series);
        FlowControl(text, metrics);
        Resources(text, registry);
        text.Family("kubernetes_build_info", "gauge", "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.");
        text.Sample("kubernetes_build_info", $"git_version=\"{ServerVersion.Git}\",major=\"1\",minor=\"36\"", 1);
        ProcessFamilies(text);
        return text.ToUtf8();
    }

    private static void Requests(MetricsText text, ServerMetrics metrics, RequestSeries[] series)
    {
        text.Family("apiserver_current_inflight_requests", "gauge", "[STABLE] Maximal number of currently used inflight request limit of this apiserver per request kind in last second.");
        text.Sample("apiserver_current_inflight_requests", "request_kind=\"mutating\"", metrics.Mutating);
        text.Sample("apiserver_current_inflight_requests", "request_kind=\"readOnly\"", metrics.ReadOnly);
        text.Family("apiserver_dropped_requests_total", "counter", "[ALPHA] Number of requests dropped with 'Try again later' response");
        text.Sample("apiserver_dropped_requests_total", "request_kind=\"mutating\"", metrics.Dropped.Mutating);
        text.Sample("apiserver_dropped_requests_total", "request_kind=\"readOnly\"", metrics.Dropped.ReadOnly);
        text.Family("apiserver_longrunning_requests", "gauge", "[STABLE] Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component. Not all requests are tracked this way.");
        foreach (var one in series.Where(s => s.Labels.Contains("verb=\"WATCH\"", StringComparison.Ordinal))) text.Sample("apiserver_longrunning_requests", one.Labels.Replace("dry_run=\"\",", "", StringComparison.Ordinal), one.Active);
        text.Family("apiserver_request_duration_seconds", "histogram", "[STABLE] Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.");
        foreach (var one in series)
        {
            var counts = one.Cumulative();
            for (var i = 0; i < RequestSeries.Bounds.Length; i++)
            {
                text.Sample("apiserver_request_duration_seconds_bucket", one.Labels + $",le=\"{RequestSeries.Bounds[i].ToString(CultureInfo.InvariantCulture)}\"", counts[i]);
            }
            text.Sample("apiserver_request_duration_seconds_bucket", one.Labels + ",le=\"+Inf\"", counts[^1]);
            text.Sample("apiserver_request_duration_seconds_sum", one.Labels, one.Seconds);
            text.Sample("apiserver_request_duration_seconds_count", one.Labels, counts[^1]);
        }
        text.Family("apiserver_request_total", "counter", "[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.");
        foreach (var one in series)
        {
            foreach (var (code, count) in one.Codes()) text.Sample("apiserver_request_total", $"code=\"{code}\",{one.Labels}", count);
        }
    }

    private static void FlowControl(MetricsText text, ServerMetrics metrics)
    {
        var (exempt, everyone) = metrics.Dispatched;
        text.Family("apiserver_flowcontrol_current_executing_requests", "gauge", "[BETA] Number of requests in initial (for a WATCH) or any (for a non-WATCH) execution stage in the API Priority and Fairness subsystem");
        text.Sample("apiserver_flowcontrol_current_executing_requests", Exempt, metrics.Mutating + metrics.ReadOnly);
        text.Family("apiserver_flowcontrol_dispatched_requests_total", "counter", "[BETA] Number of requests executed by API Priority and Fairness subsystem");
        text.Sample("apiserver_flowcontrol_dispatched_requests_total", Exempt, exempt);
        text.Sample("apiserver_flowcontrol_dispatched_requests_total", Everyone, everyone);
        text.Family("apiserver_flowcontrol_rejected_requests_total", "counter", "[BETA] Number of requests rejected by API Priority and Fairness subsystem");
        text.Sample("apiserver_flowcontrol_rejected_requests_total", Everyone + ",reason=\"concurrency-limit\"", metrics.Dropped.Mutating + metrics.Dropped.ReadOnly);
    }

    private static void Resources(MetricsText text, ResourceRegistry registry)
    {
        var stored = registry.All.Where(r => r.Review is null).OrderBy(r => r.QualifiedPlural, StringComparer.Ordinal).ToArray();
        text.Family("apiserver_resource_objects", "gauge", "[ALPHA] Number of stored objects at the time of last check split by kind.");
        foreach (var resource in stored) text.Sample("apiserver_resource_objects", $"group=\"{resource.Group}\",resource=\"{resource.Plural}\"", resource.Store.Count);
        text.Family("apiserver_storage_objects", "gauge", "[STABLE] Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.");
        foreach (var resource in stored) text.Sample("apiserver_storage_objects", $"resource=\"{resource.QualifiedPlural}\"", resource.Store.Count);
        text.Family("apiserver_terminated_watchers_total", "counter", "[ALPHA] Counter of watchers closed due to unresponsiveness broken by resource type.");
        foreach (var resource in stored) text.Sample("apiserver_terminated_watchers_total", $"group=\"{resource.Group}\",resource=\"{resource.Plural}\"", resource.WatchersCutOff.Value);
        text.Family("apiserver_watch_events_total", "counter", "[ALPHA] Number of events sent in watch clients");
        foreach (var resource in stored)
        {
            foreach (var version in resource.Versions) text.Sample("apiserver_watch_events_total", $"group=\"{resource.Group}\",resource=\"{resource.Plural}\",version=\"{version.Version}\"", version.EventsSent.Value);
        }
    }

    private static void ProcessFamilies(MetricsText text)
    {
        using var process = Process.GetCurrentProcess();
        text.Family("process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.");
        text.Sample("process_cpu_seconds_total", "", process.TotalProcessorTime.TotalSeconds);
        if (OperatingSystem.IsLinux())
        {
            text.Family("process_open_fds", "gauge", "Number of open file descriptors.");
            text.Sample("process_open_fds", "", Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        }
        text.Family("process_resident_memory_bytes", "gauge", "Resident memory size in bytes.");
        text.Sample("process_resident_memory_bytes", "", process.WorkingSet64);
        text.Family("process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds.");
        text.Sample("process_start_time_seconds", "", (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);
        text.Family("process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.");
        text.Sample("process_virtual_memory_bytes", "", process.VirtualMemorySize64);
    }
}
