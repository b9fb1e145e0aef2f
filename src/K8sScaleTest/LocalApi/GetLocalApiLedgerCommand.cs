using System.Management.Automation;
using System.Text.Json;

namespace K8sScaleTest;

/// <summary>Streams the ledger of a local API server: what it did to each request and event; ends with what there is, or with -Follow at -Count, -Duration or Ctrl+C.</summary>
/// <remarks>
/// <para>
/// The server writes down, while it happens, when each request arrived, took effect and was answered, and which faults happened to it; each change of an object; each watch; and to which
/// watch each change went, or why not. That is the truth to compare a client, an informer or a driver with: the times are nanoseconds of the monotonic clock (CLOCK_MONOTONIC), which
/// the Stopwatch of every process on the same machine reads.
/// </para>
/// <para>
/// The ledger keeps the newest 65,536 requests, flushes and faults of deliveries, as many events of each resource, and the last 1,024 watches that ended. What was overwritten before it
/// was read is a warning, not a silence.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Get-LocalApiLedger | Group-Object Verb, StatusCode
/// </code>
/// What the requests were, and how they were answered.
/// </example>
/// <example>
/// <code>
/// $server | Get-LocalApiLedger -Watch | Format-Table Watch, Resource, End, Delivered, NotSelected, Lost
/// </code>
/// How the watches fared.
/// </example>
/// <example>
/// <code>
/// $server | Get-LocalApiLedger -Delivery -WatchNumber 3 | Where-Object Result -NE Delivered
/// </code>
/// The events that the third watch did not get, and why.
/// </example>
/// <example>
/// <code>
/// $server | Get-LocalApiLedger -Event -Resource configmaps -Follow -Count 10
/// </code>
/// The next ten changes of ConfigMaps, as they happen, after those that are in the ledger.
/// </example>
/// <seealso cref="SetLocalApiFaultCommand"/>
/// <seealso cref="GetLocalApiFaultCommand"/>
/// <seealso cref="StartLocalApiServerCommand"/>
[Cmdlet(VerbsCommon.Get, "LocalApiLedger", DefaultParameterSetName = RequestSet)]
[OutputType(typeof(LocalApiRequestRecord), ParameterSetName = [RequestSet])]
[OutputType(typeof(LocalApiEventRecord), ParameterSetName = [EventSet])]
[OutputType(typeof(LocalApiWatchRecord), ParameterSetName = [WatchSet])]
[OutputType(typeof(LocalApiDeliveryRecord), ParameterSetName = [DeliverySet])]
public sealed class GetLocalApiLedgerCommand : LocalApiControlCmdlet
{
    private const string RequestSet = "Request";
    private const string EventSet = "Event";
    private const string WatchSet = "Watch";
    private const string DeliverySet = "Delivery";

    /// <summary>Streams the requests; the default.</summary>
    [Parameter(ParameterSetName = RequestSet)]
    public SwitchParameter Request { get; set; }

    /// <summary>Streams the changes of objects.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EventSet)]
    public SwitchParameter Event { get; set; }

    /// <summary>Streams the watches: those that are open, and the last that ended.</summary>
    [Parameter(Mandatory = true, ParameterSetName = WatchSet)]
    public SwitchParameter Watch { get; set; }

    /// <summary>Streams what became of each change on its way to each watch of its resource.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DeliverySet)]
    public SwitchParameter Delivery { get; set; }

    /// <summary>Only these resources, by plural with or without group; all by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LocalApiResourceCompleter))]
    public string[] Resource { get; set; } = [];

    /// <summary>Only the watch of this number; all by default.</summary>
    [Parameter(ParameterSetName = WatchSet)]
    [Parameter(ParameterSetName = DeliverySet)]
    [ValidateRange(1, int.MaxValue)]
    public int? WatchNumber { get; set; }

    /// <summary>Begins with this number (requests) or sequence (events, deliveries); with the oldest that is there by default.</summary>
    [Parameter(ParameterSetName = RequestSet)]
    [Parameter(ParameterSetName = EventSet)]
    [Parameter(ParameterSetName = DeliverySet)]
    [ValidateRange(0L, long.MaxValue)]
    public long? From { get; set; }

    /// <summary>Goes on with what happens later, until -Count, -Duration or Ctrl+C.</summary>
    [Parameter(ParameterSetName = RequestSet)]
    [Parameter(ParameterSetName = EventSet)]
    public SwitchParameter Follow { get; set; }

    /// <summary>Ends after so many records; no limit by default.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long Count { get; set; } = long.MaxValue;

    /// <summary>Ends after this time; no limit by default.</summary>
    [Parameter(ParameterSetName = RequestSet)]
    [Parameter(ParameterSetName = EventSet)]
    [Duration]
    public TimeSpan? Duration { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => WithControl(Target(), StreamAsync);

    private async Task StreamAsync(LocalApiControlClient client, Pump pump, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (Duration is { } duration) limit.CancelAfter(duration);
        try
        {
            var summary = await client.SendAsync(HttpMethod.Get, "/ledger", null, limit.Token);
            if (!summary.GetProperty("enabled").GetBoolean()) throw new InvalidOperationException("This server keeps no ledger: it was started without one.");
            var clock = new LocalApiClock(summary);
            var left = Count;
            await foreach (var line in client.ReadAsync(Path(), limit.Token))
            {
                if (line.TryGetProperty("overwrittenTo", out var until))
                {
                    var lost = until.GetInt64() - line.GetProperty("overwrittenFrom").GetInt64();
                    pump.Post(() => WriteWarning($"{lost} entries of the ledger were overwritten before they were read."));
                    continue;
                }
                var record = Record(line, clock);
                pump.Post(() => WriteObject(record));
                if (--left == 0) return;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }
    }

    private string Path()
    {
        var query = new List<string>();
        foreach (var resource in Resource) query.Add("resource=" + Uri.EscapeDataString(resource));
        if (WatchNumber is { } watch) query.Add($"watch={watch}");
        if (From is { } from) query.Add($"from={from}");
        if (Follow) query.Add("follow=true");
        var part = ParameterSetName switch
        {
            EventSet => "events",
            WatchSet => "watches",
            DeliverySet => "deliveries",
            _ => "requests",
        };
        return $"/ledger/{part}?{string.Join('&', query)}";
    }

    private object Record(JsonElement line, LocalApiClock clock) => ParameterSetName switch
    {
        EventSet => new LocalApiEventRecord(line, clock),
        WatchSet => new LocalApiWatchRecord(line, clock),
        DeliverySet => new LocalApiDeliveryRecord(line, clock),
        _ => new LocalApiRequestRecord(line, clock),
    };
}
