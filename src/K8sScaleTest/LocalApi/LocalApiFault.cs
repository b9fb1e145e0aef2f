using System.Globalization;
using System.Text.Json;

namespace K8sScaleTest;

/// <summary>A fault of a local API server: what it is about, what it does, and how often it has happened.</summary>
public sealed class LocalApiFault
{
    internal LocalApiFault(JsonElement report, string kubeconfig)
    {
        var fault = report.GetProperty("fault");
        Id = report.GetProperty("id").GetInt32();
        Action = fault.GetProperty("action").GetString()!;
        State = report.GetProperty("state").GetString()!;
        Matched = report.GetProperty("matched").GetInt64();
        Applied = report.GetProperty("applied").GetInt64();
        Seed = report.GetProperty("seed").GetUInt64();
        OrderedNanoseconds = report.GetProperty("orderedNanoseconds").GetInt64();
        Remaining = report.TryGetProperty("remainingMilliseconds", out var remaining) ? TimeSpan.FromMilliseconds(remaining.GetDouble()) : null;
        Result = Text(report, "result");
        Warning = Text(report, "warning");
        Verb = List(fault, "verbs");
        Resource = List(fault, "resources");
        Namespace = Text(fault, "namespace");
        Name = Text(fault, "name");
        UserAgent = Text(fault, "userAgent");
        Skip = fault.GetProperty("skip").GetInt64();
        Every = fault.GetProperty("every").GetInt64();
        Probability = fault.GetProperty("probability").GetDouble();
        Count = fault.TryGetProperty("count", out var count) ? count.GetInt64() : null;
        Detail = Describe(fault);
        Kubeconfig = kubeconfig;
    }

    /// <summary>The number by which the ledger and Clear-LocalApiFault know it.</summary>
    public int Id { get; }

    /// <summary>What it does: Latency, Status, NoAnswer, Reset, GoAway, RefuseStream, RefuseConnection, CutWatch, StallWatch, SlowWatch, LoseEvent, DoubleEvent, ReorderEvent, ErrorEvent, Compact, Restore or ClockSkew.</summary>
    public string Action { get; }

    /// <summary>The particulars of the action, such as its latency or its status code.</summary>
    public string Detail { get; }

    /// <summary>Active; or Spent when its time or its count is over, or it happened once.</summary>
    public string State { get; }

    /// <summary>Requests or events that it was about.</summary>
    public long Matched { get; }

    /// <summary>How often it happened.</summary>
    public long Applied { get; }

    /// <summary>With which its draws can be repeated exactly.</summary>
    public ulong Seed { get; }

    /// <summary>When it was ordered, on the monotonic clock of the ledger.</summary>
    public long OrderedNanoseconds { get; }

    /// <summary>The verbs, comma-separated; empty for all.</summary>
    public string Verb { get; }

    /// <summary>The patterns of resources, comma-separated; empty for all.</summary>
    public string Resource { get; }

    /// <summary>The pattern of the namespace; empty for any.</summary>
    public string Namespace { get; }

    /// <summary>The pattern of the object's name; empty for any.</summary>
    public string Name { get; }

    /// <summary>The pattern of the client's User-Agent; empty for any.</summary>
    public string UserAgent { get; }

    /// <summary>Matches that are let off at first.</summary>
    public long Skip { get; }

    /// <summary>Of the others, every n-th.</summary>
    public long Every { get; }

    /// <summary>Of those, each with this probability.</summary>
    public double Probability { get; }

    /// <summary>After so many times it is spent; null for no limit.</summary>
    public long? Count { get; }

    /// <summary>How long it will stay; null for no limit.</summary>
    public TimeSpan? Remaining { get; }

    /// <summary>What became of a fault that happens once; empty for others.</summary>
    public string Result { get; }

    /// <summary>What may not have been meant, such as a resource that does not exist.</summary>
    internal string Warning { get; }

    /// <summary>The kubeconfig of its server.</summary>
    public string Kubeconfig { get; }

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static string List(JsonElement json, string name) => string.Join(",", json.GetProperty(name).EnumerateArray().Select(item => item.GetString()));

    private static string Describe(JsonElement fault)
    {
        var parts = new List<string>();
        foreach (var property in fault.EnumerateObject())
        {
            var text = property.Name switch
            {
                "latency" => Latency(property.Value),
                "statusCode" => Number(property.Value),
                "retryAfterSeconds" => $"Retry-After {Number(property.Value)}",
                "at" or "cut" or "scope" => property.Value.GetString()!,
                "stallMilliseconds" or "skewMilliseconds" => $"{Number(property.Value)} ms",
                "bytesPerSecond" => $"{Number(property.Value)} bytes/s",
                "eventsPerSecond" => $"{Number(property.Value)} events/s",
                "resourceVersion" => $"to {Number(property.Value)}",
                "now" when property.Value.GetBoolean() => "now",
                "eventTypes" when property.Value.GetArrayLength() > 0 => List(fault, "eventTypes"),
                _ => "",
            };
            if (text.Length > 0) parts.Add(text);
        }
        return string.Join(", ", parts);
    }

    private static string Latency(JsonElement latency)
    {
        var shape = latency.GetProperty("shape").GetString()!;
        if (shape == "Mix") return "Mix of " + string.Join(" and ", latency.GetProperty("of").EnumerateArray().Select(part => $"{Number(part.GetProperty("weight"))} x {Latency(part)}"));
        var values = latency.EnumerateObject().Where(p => p.Name is not ("shape" or "weight")).Select(p => p.Name is "milliseconds" ? $"{Number(p.Value)} ms" : $"{p.Name} {Number(p.Value)}{(p.Name == "sigma" ? "" : " ms")}");
        return (shape == "Constant" ? "" : shape + " ") + string.Join(", ", values);
    }

    private static string Number(JsonElement value) => value.GetDouble().ToString(CultureInfo.InvariantCulture);
}
