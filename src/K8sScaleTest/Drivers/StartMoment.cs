namespace K8sScaleTest;

/// <summary>The moment at which workers shall begin together.</summary>
internal static class StartMoment
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    /// <exception cref="ArgumentException">It has passed, or is so far away that it must be a mistake.</exception>
    public static DateTimeOffset Read(DateTime value, DateTimeOffset now)
    {
        var start = new DateTimeOffset(value.ToUniversalTime());
        return start > now && start - now <= LongestWait
            ? start
            : throw Bad(nameof(DriverCmdlet.StartAt), $"StartAt is {start:u}, and now it is {now:u}: give a moment to come, within {LongestWait.TotalDays:0} days.");
    }

    private static ArgumentException Bad(string parameter, string message) => new(message, parameter);
}
