using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using K8sScaleTest.Engine.ScaleTests;

namespace K8sScaleTest;

/// <summary>
/// The settings of a plan file: each stands for a parameter of <c>Invoke-ScaleTest</c> and takes what that takes, so that a plan and a command line mean the
/// same. What is given on the command line wins.
/// </summary>
internal static class PlanSettings
{
    /// <summary>Each setting and its parameter, in the order of the documentation.</summary>
    public static readonly IReadOnlyList<KeyValuePair<string, string>> All =
    [
        new("resource", nameof(InvokeScaleTestCommand.Resource)),
        new("apiVersion", nameof(InvokeScaleTestCommand.ApiVersion)),
        new("local", nameof(InvokeScaleTestCommand.Local)),
        new("context", nameof(InvokeScaleTestCommand.Context)),
        new("server", nameof(InvokeScaleTestCommand.Server)),
        new("namespace", nameof(InvokeScaleTestCommand.Namespace)),
        new("createNamespace", nameof(InvokeScaleTestCommand.CreateNamespace)),
        new("runId", nameof(InvokeScaleTestCommand.RunId)),
        new("outFile", nameof(InvokeScaleTestCommand.OutFile)),
        new("format", nameof(InvokeScaleTestCommand.Format)),
        new("objectives", nameof(InvokeScaleTestCommand.Objective)),
        new("ifRunExists", nameof(InvokeScaleTestCommand.IfRunExists)),
        new("noCleanup", nameof(InvokeScaleTestCommand.NoCleanup)),
        new("syncTimeout", nameof(InvokeScaleTestCommand.SyncTimeout)),
        new("sentinelTimeout", nameof(InvokeScaleTestCommand.SentinelTimeout)),
        new("driver.rate", nameof(InvokeScaleTestCommand.Rate)),
        new("driver.count", nameof(InvokeScaleTestCommand.Count)),
        new("driver.duration", nameof(InvokeScaleTestCommand.Duration)),
        new("driver.maxPopulation", nameof(InvokeScaleTestCommand.MaxPopulation)),
        new("driver.lifetime", nameof(InvokeScaleTestCommand.Lifetime)),
        new("driver.lifetimeFrom", nameof(InvokeScaleTestCommand.LifetimeFrom)),
        new("driver.updates", nameof(InvokeScaleTestCommand.Updates)),
        new("driver.dataLength", nameof(InvokeScaleTestCommand.DataLength)),
        new("driver.arrival", nameof(InvokeScaleTestCommand.Arrival)),
        new("driver.seed", nameof(InvokeScaleTestCommand.Seed)),
        new("driver.connections", nameof(InvokeScaleTestCommand.Connections)),
        new("driver.httpVersion", nameof(InvokeScaleTestCommand.HttpVersion)),
        new("driver.requestTimeout", nameof(InvokeScaleTestCommand.RequestTimeout)),
        new("driver.maxInFlight", nameof(InvokeScaleTestCommand.MaxInFlight)),
        new("driver.drainTimeout", nameof(InvokeScaleTestCommand.DrainTimeout)),
        new("loggers.loggers", nameof(InvokeScaleTestCommand.Loggers)),
        new("loggers.threads", nameof(InvokeScaleTestCommand.LoggerThreads)),
        new("loggers.compare", nameof(InvokeScaleTestCommand.Compare)),
        new("loggers.perEvent", nameof(InvokeScaleTestCommand.PerEvent)),
        new("watches.watchers", nameof(InvokeScaleTestCommand.Watchers)),
        new("watches.connections", nameof(InvokeScaleTestCommand.WatchConnections)),
        new("watches.timeoutSeconds", nameof(InvokeScaleTestCommand.TimeoutSeconds)),
        new("watches.resume", nameof(InvokeScaleTestCommand.Resume)),
        new("watches.readRate", nameof(InvokeScaleTestCommand.ReadRate)),
        new("metrics.port", nameof(InvokeScaleTestCommand.MetricsPort)),
        new("metrics.address", nameof(InvokeScaleTestCommand.MetricsAddress)),
        new("metrics.linger", nameof(InvokeScaleTestCommand.MetricsLinger)),
    ];

    /// <summary>Parameters that, given on the command line, take the place of a plan's other one, with which they would make no sense.</summary>
    private static readonly Dictionary<string, string[]> Rivals = new()
    {
        [nameof(InvokeScaleTestCommand.Local)] = [nameof(InvokeScaleTestCommand.Kubeconfig), nameof(InvokeScaleTestCommand.Context), nameof(InvokeScaleTestCommand.Server)],
        [nameof(InvokeScaleTestCommand.Context)] = [nameof(InvokeScaleTestCommand.Kubeconfig), nameof(InvokeScaleTestCommand.Local)],
        [nameof(InvokeScaleTestCommand.Server)] = [nameof(InvokeScaleTestCommand.Kubeconfig), nameof(InvokeScaleTestCommand.Local)],
        [nameof(InvokeScaleTestCommand.MaxPopulation)] = [nameof(InvokeScaleTestCommand.Lifetime)],
        [nameof(InvokeScaleTestCommand.Lifetime)] = [nameof(InvokeScaleTestCommand.MaxPopulation)],
    };

    private static readonly MethodInfo Validate = typeof(ValidateArgumentsAttribute).GetMethod("Validate", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Gives the cmdlet's parameters the plan's values, where the command line gives none.</summary>
    /// <returns>The parameters that took a value of the plan and would give way to a kubeconfig: one may still come from the pipeline (<see cref="GiveWay"/>).</returns>
    /// <exception cref="PlanFileException">The file cannot be read, or a value is none that its parameter takes.</exception>
    public static IReadOnlyList<string> Apply(InvokeScaleTestCommand cmdlet, string path)
    {
        List<string> targets = [];
        var bound = cmdlet.MyInvocation.BoundParameters;
        HashSet<string> given = new(bound.Keys, StringComparer.OrdinalIgnoreCase);
        foreach (var setting in PlanFile.Read(path, [.. All.Select(each => each.Key)]))
        {
            var parameter = All.First(each => each.Key == setting.Path).Value;
            if (given.Contains(parameter) || (Rivals.TryGetValue(parameter, out var rivals) && rivals.Any(given.Contains))) continue;
            var property = typeof(InvokeScaleTestCommand).GetProperty(parameter)!;
            try
            {
                var value = Convert(setting, property);
                property.SetValue(cmdlet, value);
                bound[parameter] = value;
                if (rivals?.Contains(nameof(InvokeScaleTestCommand.Kubeconfig)) == true) targets.Add(parameter);
            }
            catch (Exception e) when (e is PSInvalidCastException or ArgumentTransformationMetadataException or ValidationMetadataException or FormatException)
            {
                throw new PlanFileException(
                    string.Create(CultureInfo.InvariantCulture, $"{path}, line {setting.Line}: '{setting.Path}' is '{string.Join(", ", setting.Values)}': {e.Message}"), e);
            }
        }

        return targets;
    }

    /// <summary>Takes the plan's values away from parameters again, as if the plan had none: what the command line was given came later, from the pipeline.</summary>
    public static void GiveWay(InvokeScaleTestCommand cmdlet, IReadOnlyList<string> parameters)
    {
        foreach (var parameter in parameters)
        {
            var property = typeof(InvokeScaleTestCommand).GetProperty(parameter)!;
            property.SetValue(cmdlet, property.PropertyType == typeof(SwitchParameter) ? new SwitchParameter(false) : null);
            cmdlet.MyInvocation.BoundParameters.Remove(parameter);
        }
    }

    private static object Convert(PlanSetting setting, PropertyInfo property)
    {
        if (setting.IsList && !property.PropertyType.IsArray) throw new FormatException("it takes one value, not a list.");
        object value = setting.IsList ? setting.Values.ToArray() : setting.Values[0];
        if (property.PropertyType == typeof(SwitchParameter))
            return bool.TryParse(setting.Values[0], out var flag) ? new SwitchParameter(flag) : throw new FormatException("it is true or false.");
        foreach (var attribute in property.GetCustomAttributes<ArgumentTransformationAttribute>()) value = attribute.Transform(null!, value);
        value = LanguagePrimitives.ConvertTo(value, property.PropertyType, CultureInfo.InvariantCulture);

        // As the binding of parameters does it: a variable with these attributes would check too, but not say what is wrong.
        foreach (var attribute in property.GetCustomAttributes<ValidateArgumentsAttribute>()) Validate.Invoke(attribute, BindingFlags.DoNotWrapExceptions, binder: null, [value, null], culture: null);
        return value;
    }
}
