using K8sScaleTest.Engine.Observers.Auditing;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>An audit, and participants that are delivered what a test says.</summary>
public abstract class AuditScene
{
    private IReadOnlyList<AuditResult>? _results;

    private protected WatchAudit Audit { get; } = new(driven: true);

    private protected void Fill(AuditParticipant participant, ulong from, ulong to)
    {
        for (var version = from; version < to; version++)
        {
            Audit.AcknowledgeWrite(Uid($"fill-{version}"), $"ns/fill-{version}", version, 0);
            Added(participant, $"fill-{version}", version);
        }
    }

    private protected AuditParticipant Watcher(string name, ulong from, params (string Name, ulong Version)[] objects)
    {
        var participant = Audit.Join(name);
        List(participant, from, objects);
        participant.WatchOpened(from, 0);
        return participant;
    }

    private protected static void List(AuditParticipant participant, ulong version, params (string Name, ulong Version)[] objects)
    {
        Assert.True(participant.ListBegan());
        foreach (var (name, each) in objects) participant.Listed(Uid(name), Key(name), each);
        participant.ListEnded(version, 0);
    }

    private protected static void Added(AuditParticipant participant, string name, ulong version) => participant.Event(AuditEventKind.Added, Uid(name), Key(name), version, 0);

    private protected static void Modified(AuditParticipant participant, string name, ulong version) => participant.Event(AuditEventKind.Modified, Uid(name), Key(name), version, 0);

    private protected static void Deleted(AuditParticipant participant, string name, ulong version) => participant.Event(AuditEventKind.Deleted, Uid(name), Key(name), version, 0);

    private protected static long Seconds(int seconds) => seconds * System.Diagnostics.Stopwatch.Frequency;

    private protected static byte[] Key(string name) => System.Text.Encoding.UTF8.GetBytes($"ns/{name}");

    private protected static Guid Uid(string name) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));

    private protected void AssertFaults(string participant, params (AuditFaultKind Kind, AuditEventKind Event, ulong Version, AuditProof Proof)[] expected)
    {
        var result = (_results ??= Audit.Conclude()).Single(each => each.Participant == participant);
        Assert.Equal(expected, result.Faults.Select(fault => (fault.Kind, fault.Event, fault.ResourceVersion, fault.Proof)));
        Assert.Equal(expected.Length, result.FaultCount);
    }
}
