namespace K8sScaleTest.LocalApi.Faults;

/// <summary>Says what is wrong with a definition before anything happens.</summary>
internal static class FaultCheck
{
    private const double Week = 7 * 24 * 3_600_000.0;
    private static readonly string[] Verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
    private static readonly string[] Types = ["ADDED", "MODIFIED", "DELETED"];

    public static bool IsOfRequests(FaultAction action) => action is FaultAction.Latency or FaultAction.Status or FaultAction.NoAnswer or FaultAction.Reset or FaultAction.GoAway or FaultAction.RefuseStream;

    public static bool IsOfWatches(FaultAction action) => IsOfEvents(action) || action is FaultAction.CutWatch or FaultAction.StallWatch or FaultAction.SlowWatch or FaultAction.ErrorEvent;

    /// <summary>Whether it may also be decided once for all watchers.</summary>
    public static bool IsOfEvents(FaultAction action) => action is FaultAction.LoseEvent or FaultAction.DoubleEvent or FaultAction.ReorderEvent;

    /// <summary>Whether it happens once, at the moment it is ordered.</summary>
    public static bool IsOnce(FaultDefinition fault) => fault.Now || fault.Action is FaultAction.Compact or FaultAction.Restore;

    /// <summary>Throws <see cref="ArgumentException"/> that says what is wrong and what would be right.</summary>
    public static void Check(FaultDefinition fault)
    {
        var action = fault.Action;
        var matches = IsOfRequests(action) || IsOfWatches(action);
        var once = IsOnce(fault);
        Only(fault, fault.Verbs.Count > 0, "verbs", IsOfRequests(action));
        Only(fault, fault.Resources.Count > 0, "resources", matches || action is FaultAction.Compact or FaultAction.Restore);
        Only(fault, fault.Namespace is not null, "namespace", matches);
        Only(fault, fault.Name is not null, "name", matches && !once && action is not (FaultAction.RefuseStream or FaultAction.SlowWatch));
        Only(fault, fault.UserAgent is not null, "userAgent", matches && fault.Scope != EventScope.All);
        Only(fault, fault.EventTypes.Count > 0, "eventTypes", IsOfWatches(action) && !once && action != FaultAction.SlowWatch);
        var draws = matches && !once && action != FaultAction.SlowWatch;
        Only(fault, fault.Skip != 0, "skip", draws);
        Only(fault, fault.Every != 1, "every", draws);
        Only(fault, fault.Probability != 1, "probability", draws);
        Only(fault, fault.Count is not null, "count", draws);
        Only(fault, fault.Seed is not null, "seed", draws);
        Only(fault, fault.ForMilliseconds is not null, "forMilliseconds", !once);
        Only(fault, fault.At is not null, "at", action is FaultAction.Latency or FaultAction.Status or FaultAction.NoAnswer or FaultAction.Reset);
        Needs(fault, fault.Latency is not null, "latency", action == FaultAction.Latency);
        if (action != FaultAction.ErrorEvent) Needs(fault, fault.StatusCode is not null, "statusCode", action == FaultAction.Status);
        Only(fault, fault.RetryAfterSeconds is not null, "retryAfterSeconds", action is FaultAction.Status or FaultAction.ErrorEvent);
        Only(fault, fault.Message is not null, "message", action is FaultAction.Status or FaultAction.ErrorEvent);
        Needs(fault, fault.Cut is not null, "cut", action == FaultAction.CutWatch);
        Needs(fault, fault.StallMilliseconds is not null, "stallMilliseconds", action == FaultAction.StallWatch);
        Needs(fault, fault.BytesPerSecond is not null ^ fault.EventsPerSecond is not null, "bytesPerSecond or eventsPerSecond (one of them)", action == FaultAction.SlowWatch);
        Only(fault, fault.Scope is not null, "scope", IsOfEvents(action));
        Only(fault, fault.Now, "now", action is FaultAction.CutWatch or FaultAction.StallWatch or FaultAction.ErrorEvent);
        Needs(fault, fault.ResourceVersion is not null, "resourceVersion", action == FaultAction.Restore);
        Needs(fault, fault.SkewMilliseconds is not null, "skewMilliseconds", action == FaultAction.ClockSkew);
        if (action == FaultAction.RefuseConnection && fault.ForMilliseconds is null) throw new ArgumentException("RefuseConnection needs forMilliseconds: how long nobody listens.");

        foreach (var verb in fault.Verbs) OneOf(verb, "verb", Verbs);
        foreach (var type in fault.EventTypes) OneOf(type, "event type", Types);
        fault.Latency?.Check();
        InRange(fault.Skip, "skip", 0, 1e15, "a count");
        InRange(fault.Every, "every", 1, 1e15, "a count from 1");
        InRange(fault.Probability, "probability", 0, 1, "from 0 to 1");
        InRange(fault.Count, "count", 1, 1e15, "a count from 1");
        InRange(fault.ForMilliseconds, "forMilliseconds", 1, Week, "from 1 ms to a week");
        InRange(fault.StatusCode, "statusCode", 400, 599, "from 400 to 599");
        InRange(fault.RetryAfterSeconds, "retryAfterSeconds", 0, 86_400, "seconds, at most a day");
        InRange(fault.StallMilliseconds, "stallMilliseconds", 1, Week, "from 1 ms to a week");
        InRange(fault.BytesPerSecond, "bytesPerSecond", 1, 1e12, "at least 1");
        InRange(fault.EventsPerSecond, "eventsPerSecond", 0.001, 1e9, "at least 0.001");
        InRange(fault.ResourceVersion, "resourceVersion", 1, 9e18, "a resourceVersion");
        // A year: beyond that certificates and tokens of clients, not their handling of time, are what fails.
        InRange(fault.SkewMilliseconds, "skewMilliseconds", -365 * 24 * 3_600_000.0, 365 * 24 * 3_600_000.0, "at most a year either way");
    }

    private static void Only(FaultDefinition fault, bool given, string name, bool allowed)
    {
        if (given && !allowed) throw new ArgumentException($"{fault.Action}{(fault.Now ? " (now)" : fault.Scope == EventScope.All ? " (for all watchers)" : "")} has no '{name}'.");
    }

    private static void Needs(FaultDefinition fault, bool given, string name, bool needed)
    {
        if (given && !needed) throw new ArgumentException($"{fault.Action} has no '{name}'.");
        if (!given && needed) throw new ArgumentException($"{fault.Action} needs {name}.");
    }

    private static void OneOf(string value, string what, string[] known)
    {
        if (!known.Contains(value)) throw new ArgumentException($"'{value}' is no {what}; there are {string.Join(", ", known)}.");
    }

    private static void InRange(double? value, string name, double minimum, double maximum, string wanted)
    {
        if (value is { } given && !(given >= minimum && given <= maximum)) throw new ArgumentException($"{name} is {given}: not {wanted}.");
    }
}
