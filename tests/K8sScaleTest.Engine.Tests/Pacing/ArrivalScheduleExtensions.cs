using K8sScaleTest.Engine.Pacing;

namespace K8sScaleTest.Engine.Tests.Pacing;

internal static class ArrivalScheduleExtensions
{
    /// <summary>All arrivals that are left.</summary>
    public static IEnumerable<Arrival> Play(this ArrivalSchedule schedule)
    {
        while (schedule.TryNext(out var arrival)) yield return arrival;
    }
}
