using System.Management.Automation;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests.Observers;

/// <summary>A logger of its own is audited, too: up to its last event or bookmark, by its order, its lists and the history of its objects.</summary>
public sealed class LoggerAuditTests
{
    [Theory]
    [InlineData("-LoseEvent -EventType ADDED -Every 5", "Missed", "Added", "History")]
    [InlineData("-DoubleEvent -EventType MODIFIED -Every 5", "Duplicated", "Modified", "Delivery")]
    [InlineData("-ReorderEvent -EventType ADDED -Every 5", "OutOfOrder", "Added", "Delivery")]
    [InlineData("", null, null, null)]
    public async Task What_a_server_does_to_events_makes_the_verdict(string fault, string? kind, string? what, string? proof)
    {
        using var session = new ModuleSession();
        using var other = new ModuleSession();
        using var folder = new TemporaryFolder();
        var kubeconfig = session.Run("$server = Start-LocalApiServer; $server.Kubeconfig").Single().ToString();
        try
        {
            if (fault.Length > 0) session.Run($"$null = $server | Set-LocalApiFault -Resource configmaps {fault}");
            using var logging = session.Start("Start-ConfigMapLogger -Kubeconfig $Kubeconfig -Namespace scaletest -OutFile $File -Duration 12s", ("Kubeconfig", kubeconfig), ("File", folder.File("log.csv")));
            while (!session.Progress.ToArray().Any(progress => progress.StatusDescription.StartsWith("watching", StringComparison.Ordinal)))
                await Task.Delay(20, TestContext.Current.CancellationToken);
            other.Run("$null = Start-ConfigMapDriver -Kubeconfig $Kubeconfig -Rate 200 -Count 100 -MaxPopulation 20 -Updates 1 -ErrorAction Stop", ("Kubeconfig", kubeconfig));
            await logging.Completion.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);

            var summary = Assert.Single(logging.Output);
            var audit = PSObject.AsPSObject(summary.Properties["Audit"].Value);
            var faults = ((System.Collections.IEnumerable)audit.Properties["Faults"].Value).Cast<object>().Select(PSObject.AsPSObject).ToList();
            Assert.Equal(kind is null ? "Valid" : "Failed", summary.Properties["Verdict"].Value);
            Assert.StartsWith($"{summary.Properties["Verdict"].Value}: ", summary.BaseObject.ToString(), StringComparison.Ordinal);
            Assert.Equal(kind is null ? 0 : 20, faults.Count);
            Assert.All(faults, each => Assert.Equal((kind, what, proof), (each.Properties["Fault"].Value, each.Properties["Event"].Value, each.Properties["Proof"].Value)));
            Assert.Equal(kind is null ? 0 : 1, logging.Warnings.Count(warning => warning.StartsWith("the server broke its word: ", StringComparison.Ordinal)));
        }
        finally
        {
            session.Run("$server | Stop-LocalApiServer");
        }
    }
}
