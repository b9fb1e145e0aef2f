using System.Diagnostics;
using System.Security.Cryptography;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Faults;

/// <summary>A fault that was ordered, and how often it has matched and happened.</summary>
internal sealed class FaultRule
{
    private readonly long _limit;
    private long _matched;
    private long _applied;
    private long _watchers;
    private volatile bool _cleared;

    public FaultRule(ushort id, FaultDefinition definition)
    {
        Id = id;
        Definition = definition;
        Seed = definition.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) >> 11;
        Ordered = Stopwatch.GetTimestamp();
        Expires = definition.ForMilliseconds is { } time ? Ordered + (long)(time / 1000 * Stopwatch.Frequency) : long.MaxValue;
        _limit = definition.Count ?? long.MaxValue;
    }

    public ushort Id { get; }

    public FaultDefinition Definition { get; }

    public ulong Seed { get; }

    /// <summary>Ticks of Stopwatch, as are all moments here.</summary>
    public long Ordered { get; }

    public long Expires { get; }

    public long Matched => Volatile.Read(ref _matched);

    public long Applied => Volatile.Read(ref _applied);

    /// <summary>What became of a fault that happens once.</summary>
    public string? Result { get; set; }

    /// <summary>What whoever ordered it may not have meant.</summary>
    public string? Warning { get; set; }

    /// <summary>Whether it can still happen.</summary>
    public bool IsActive => !_cleared && Applied < _limit && Stopwatch.GetTimestamp() < Expires && !(FaultCheck.IsOnce(Definition) && Applied > 0);

    /// <summary>Whether it was taken back.</summary>
    public bool IsCleared => _cleared;

    public void Clear() => _cleared = true;

    /// <summary>Whether a request, but for the object's name, is one that this rule is about.</summary>
    public bool Matches(Verb verb, ResourceType? resource, string ns, string userAgent) =>
        (Definition.Verbs.Count == 0 || Definition.Verbs.Contains(VerbNames.Of(verb)))
        && (Definition.Resources.Count == 0 || resource is not null && MatchesResource(resource))
        && (Definition.Namespace is null || Wildcard.IsMatch(Definition.Namespace, ns))
        && (Definition.UserAgent is null || Wildcard.IsMatch(Definition.UserAgent, userAgent));

    public bool MatchesResource(ResourceType resource)
    {
        if (Definition.Resources.Count == 0) return true;
        foreach (var pattern in Definition.Resources)
        {
            if (IsCalled(resource, pattern)) return true;
        }
        return false;
    }

    public static bool IsCalled(ResourceType resource, string pattern) => Wildcard.IsMatch(pattern, resource.Plural) || Wildcard.IsMatch(pattern, resource.QualifiedPlural);

    public bool MatchesName(ReadOnlySpan<char> name) => Definition.Name is null || Wildcard.IsMatch(Definition.Name, name);

    /// <summary>Whether an event of a resource is one that this rule is about.</summary>
    public bool MatchesEvent(string type, ReadOnlySpan<char> ns, ReadOnlySpan<char> name) =>
        (Definition.EventTypes.Count == 0 || Definition.EventTypes.Contains(type))
        && (Definition.Namespace is null || Wildcard.IsMatch(Definition.Namespace, ns)) && MatchesName(name);

    /// <summary>Counts a match and decides about it. The decision depends on the seed and the number of the match alone.</summary>
    /// <param name="ordinal">The match's number, from 0: for further draws.</param>
    public bool Draw(out long ordinal)
    {
        ordinal = Interlocked.Increment(ref _matched) - 1;
        return IsActive && Chosen(Seed, ordinal) && Apply();
    }

    /// <summary>As <see cref="Draw"/>, for a watcher with draws of its own.</summary>
    public bool DrawFor(ulong seed, long ordinal)
    {
        Interlocked.Increment(ref _matched);
        return IsActive && Chosen(seed, ordinal) && Apply();
    }

    /// <summary>A seed for one more watcher: watchers are told apart by the order in which they met the rule.</summary>
    public ulong SeedOfWatcher() => FaultDraw.Derived(Seed, Interlocked.Increment(ref _watchers));

    /// <summary>Counts one time that it happened; false beyond its limit.</summary>
    public bool Apply()
    {
        if (Interlocked.Increment(ref _applied) <= _limit) return true;
        Interlocked.Decrement(ref _applied);
        return false;
    }

    private bool Chosen(ulong seed, long ordinal)
    {
        var after = ordinal - Definition.Skip;
        if (after < 0 || (after + 1) % Definition.Every != 0) return false;
        return Definition.Probability >= 1 || FaultDraw.Uniform(seed, ordinal, 0) < Definition.Probability;
    }
}
