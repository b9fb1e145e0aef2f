using System.Globalization;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Informers;

namespace K8sScaleTest.Engine.Observers;

/// <summary>Counts what a reflector goes through, and says it in words.</summary>
internal sealed class ReflectorMonitor(Action<string> say) : IReflectorObserver
{
    private volatile string _state = "starting";
    private long _lists;
    private long _watches;
    private long _disruptions;
    private long _backOffs;
    private ulong _version;
    private string? _lastFault;

    /// <summary>What was counted so far; from any thread.</summary>
    public ReflectorCounts Counts => new(
        Volatile.Read(ref _lists), Volatile.Read(ref _watches), Volatile.Read(ref _disruptions), Volatile.Read(ref _backOffs), Volatile.Read(ref _version), _state);

    public void OnListed(ListQuery query, ListResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        _state = "listing";
        if (!result.Succeeded && result.End != StreamEnd.Stopped) Fault($"A list failed: {result.Message ?? result.Reason ?? result.End.ToString()}");
    }

    public void OnReplaced(ulong resourceVersion, int objects)
    {
        Volatile.Write(ref _lists, _lists + 1);
        Volatile.Write(ref _version, resourceVersion);
        if (_lists > 1) say(string.Create(CultureInfo.InvariantCulture, $"Everything was listed again ({objects:N0} objects): what happened meanwhile was not seen event by event."));
    }

    public void OnWatchStarted(ulong resourceVersion, long opened)
    {
        _state = "watching";
        _lastFault = null;
        Volatile.Write(ref _watches, _watches + 1);
    }

    public void OnEvent(ObservedEvent observed)
    {
        ArgumentNullException.ThrowIfNull(observed);
        Volatile.Write(ref _version, observed.Subject.ResourceVersion);
    }

    public void OnWatchEnded(WatchQuery query, WatchResult result, ulong resourceVersion, bool started)
    {
        ArgumentNullException.ThrowIfNull(result);
        // A server that does not know WatchLists says so, and is listed: nothing was disturbed.
        if (query.SendInitialEvents && !started && result.Status?.Code is 400 or 422) return;
        if (result.End is not (StreamEnd.Complete or StreamEnd.Stopped))
        {
            Volatile.Write(ref _disruptions, _disruptions + 1);
            Fault($"A watch ended: {result.Message ?? result.Reason ?? result.End.ToString()}");
        }
    }

    public void OnBackingOff(TimeSpan wait, string why)
    {
        Volatile.Write(ref _backOffs, _backOffs + 1);
        _state = string.Create(CultureInfo.InvariantCulture, $"waiting {wait.TotalSeconds:0.0} s ({why})");
    }

    public void OnWarning(string message)
    {
        say(message);
    }

    /// <summary>The same fault again and again is said once, until a watch works again.</summary>
    private void Fault(string text)
    {
        if (text == _lastFault) return;
        _lastFault = text;
        say(text);
    }
}
