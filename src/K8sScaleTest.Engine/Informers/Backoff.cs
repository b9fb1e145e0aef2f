namespace K8sScaleTest.Engine.Informers;

/// <summary>client-go's back-off of a reflector: 0.8 s, doubled each time up to 30 s, plus 0 to 100 % at random; from the start again after two minutes of calm.</summary>
public sealed class Backoff
{
    /// <summary>The first wait, before the random part.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(800);

    /// <summary>The longest wait, before the random part.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Calm after which the next wait is the first again.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromMinutes(2);

    private readonly TimeProvider _time;
    private readonly Random _random;
    private TimeSpan _next = First;
    private long _last;

    /// <summary>A back-off that has not been needed yet.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="random">Draws the random part.</param>
    public Backoff(TimeProvider time, Random random)
    {
        _time = time;
        _random = random;
    }

    /// <summary>How long to wait this time.</summary>
    public TimeSpan Next()
    {
        var now = _time.GetTimestamp();
        if (_last != 0 && _time.GetElapsedTime(_last, now) > Calm) _next = First;
        _last = now;
        var wait = _next;
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return wait * (1 + _random.NextDouble());
    }
}
