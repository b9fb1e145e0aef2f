using System.Globalization;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>Lists and watches through another, and tells the audit what comes: for watchers and informers alike.</summary>
/// <param name="inner">What lists and watches.</param>
/// <param name="participant">Whose lists and watches they are.</param>
public sealed class AuditedListWatch(IListWatch inner, AuditParticipant participant) : IListWatch
{
    // Pages of one list follow each other; nobody lists twice at once.
    private bool _wanted;

    /// <inheritdoc/>
    public async Task<ListResult> ListAsync(ListQuery query, IObjectConsumer consumer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Continue is null) _wanted = participant.ListBegan();
        var result = await inner.ListAsync(query, _wanted ? new ListTap(participant, consumer) : consumer, cancellationToken);
        if (!result.Succeeded || result.ResourceVersion == 0) participant.ListFailed();
        else if (result.Continue is null) participant.ListEnded(result.ResourceVersion, result.Ended);
        return result;
    }

    /// <inheritdoc/>
    public async Task<WatchResult> WatchAsync(WatchQuery query, IEventConsumer consumer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var tap = new WatchTap(participant, query, consumer);
        var result = await inner.WatchAsync(query, tap, cancellationToken);
        tap.Ended(result.Ended);
        return result;
    }

    private sealed class ListTap(AuditParticipant participant, IObjectConsumer consumer) : IObjectConsumer
    {
        public void OnObject(ObservedObject observed)
        {
            participant.Listed(observed.Uid, observed.Key, observed.ResourceVersion);
            consumer.OnObject(observed);
        }
    }

    private sealed class WatchTap : IEventConsumer
    {
        private readonly AuditParticipant _participant;
        private readonly IEventConsumer _consumer;
        private readonly ulong _from;
        private readonly bool _audited;
        private bool _initial;
        private bool _listed;
        private bool _watches;

        public WatchTap(AuditParticipant participant, WatchQuery query, IEventConsumer consumer)
        {
            _participant = participant;
            _consumer = consumer;
            _initial = query.SendInitialEvents;

            // A watch from nowhere begins with what there is, in no order and without an end: it cannot be audited.
            _audited = _initial || (ulong.TryParse(query.ResourceVersion, CultureInfo.InvariantCulture, out _from) && _from != 0);
        }

        public void OnOpened(long opened)
        {
            if (_initial) _listed = _participant.ListBegan();
            else if (_audited) Watches(_from, opened);
            _consumer.OnOpened(opened);
        }

        public void OnEvent(ObservedEvent observed)
        {
            if (_initial) Initial(observed);
            else if (_audited) Audit(observed);
            _consumer.OnEvent(observed);
        }

        public void OnPause() => _consumer.OnPause();

        /// <summary>The watch is over. Initial events that never came to their end say nothing.</summary>
        public void Ended(long ended)
        {
            if (_initial) _participant.ListFailed();
            else if (_watches) _participant.WatchEnded(ended);
        }

        private void Watches(ulong from, long opened)
        {
            _watches = true;
            _participant.WatchOpened(from, opened);
        }

        private void Initial(ObservedEvent observed)
        {
            var subject = observed.Subject;
            if (observed.Kind == ObservedEventKind.Bookmark)
            {
                if (!subject.InitialEventsEnd) return;
                _initial = false;
                _participant.ListEnded(subject.ResourceVersion, observed.Received);
                Watches(subject.ResourceVersion, observed.Received);
            }
            else if (_listed && observed.Kind == ObservedEventKind.Added)
            {
                _participant.Listed(subject.Uid, subject.Key, subject.ResourceVersion);
            }
        }

        private void Audit(ObservedEvent observed)
        {
            var subject = observed.Subject;
            switch (observed.Kind)
            {
                case ObservedEventKind.Bookmark:
                    _participant.Bookmark(subject.ResourceVersion, observed.Received);
                    break;
                case ObservedEventKind.Added:
                    _participant.Event(AuditEventKind.Added, subject.Uid, subject.Key, subject.ResourceVersion, observed.Received);
                    break;
                case ObservedEventKind.Modified:
                    _participant.Event(AuditEventKind.Modified, subject.Uid, subject.Key, subject.ResourceVersion, observed.Received);
                    break;
                case ObservedEventKind.Deleted:
                    _participant.Event(AuditEventKind.Deleted, subject.Uid, subject.Key, subject.ResourceVersion, observed.Received);
                    break;
            }
        }
    }
}
