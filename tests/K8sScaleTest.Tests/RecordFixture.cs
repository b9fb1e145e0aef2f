using System.Globalization;
using System.Text;

namespace K8sScaleTest.Tests;

/// <summary>Files of records as the module writes them, without a run: the hosting tests know no engine type.</summary>
internal sealed class RecordFixture : IDisposable
{
    public const string RunId = "1124.0300.0042";
    private const int Seconds = 32;
    private const long Start = 1_795_500_000_000_000;

    public string Folder { get; } = Directory.CreateTempSubdirectory("scaletest-").FullName;

    /// <summary>32 s at 100 creates/s, the first of them Fill, each served in a millisecond, with their health.</summary>
    public string Run(
        string name = "run.csv",
        bool health = true,
        string runId = RunId,
        string resource = "configmaps",
        Func<int, double>? serviceMs = null,
        Func<int, string>? outcome = null)
    {
        var text = new StringBuilder(
            "RunId,Worker,Sequence,Operation,Resource,Namespace,Name,Phase,Outcome,Succeeded,StatusCode,Reason,Error,Attempts,Scheduled,Launched,Sent,Finished,"
            + "ScheduledUnixMicroseconds,LaunchedUnixMicroseconds,SentUnixMicroseconds,FinishedUnixMicroseconds,PacerDelayMs,ConnectionWaitMs,ServiceMs,ResponseMs,"
            + "Server,Connection,StreamsInFlight,RequestBytes,ResponseBytes,ResourceVersion,Uid,RetryAfter,FlowSchemaUid,PriorityLevelUid,AuditId\n");
        for (var i = 0; i < Seconds * 100; i++)
        {
            var at = Start + (i * 10_000L);
            var service = serviceMs?.Invoke(i) ?? 1;
            var ended = outcome?.Invoke(i) ?? "Succeeded";
            var (status, reason) = ended == "Succeeded" ? ("201", "") : ("409", "Conflict");
            text.Append(CultureInfo.InvariantCulture, $"{runId},0,{i + 1},Create,{resource},scaletest,{runId}-{i + 1},{(i < 100 ? "Fill" : "Steady")},")
                .Append(CultureInfo.InvariantCulture, $"{ended},{ended == "Succeeded"},{status},{reason},,1,,,,,")
                .Append(CultureInfo.InvariantCulture, $"{at},{at + 100},{at + 200},{at + 200 + (long)(service * 1000)},0.1,0.1,{service},{service + 0.2},")
                .Append("127.0.0.1:6443,0,1,2300,2500,,,,,,\n");
        }

        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text.ToString());
        if (health) File.WriteAllText(path + ".run.json", Health(runId, resource));
        return path;
    }

    public string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(Folder, name), text);
        return Path.Combine(Folder, name);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Health(string runId, string resource)
    {
        const string Quiet = """ "LengthMs":1000,"GcPauseMs":0.5,"Collections":1,"CpuMs":250,"ThrottledMs":0,"ProbeSamples":100,"ProbeMaxMs":0.4 """;
        var each = Enumerable.Range(0, Seconds + 1).Select(i => $$"""{"UnixMicroseconds":{{Start + (i * 1_000_000L)}},{{Quiet}}}""");
        var run = $""" "RunId":"{runId}","Resource":"{resource}" """;
        return $$$"""{ {{{run}}},"CpuQuota":2,"Parameters":{"Rate":"100","Workers":"1"},"Seconds":[{{{string.Join(',', each)}}}]}""";
    }
}
