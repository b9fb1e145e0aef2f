using System.Management.Automation;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>What the commands share that take records or files and sum them up.</summary>
public abstract class ScaleTestInputCommand : PSCmdlet
{
    private protected const string ObjectSet = "Object";
    private protected const string PathSet = "Path";
    private protected const string LiteralPathSet = "LiteralPath";
    private const int StopCheck = 4096;

    private readonly ScaleTestSummarizer _summarizer = new();
    private readonly RecordConversion _conversion = new();
    private readonly List<ScaleTestSummary> _given = [];
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);

    /// <summary>
    /// Records as a driver emits them, or as Import-Csv read them; FileInfo of files of records; summaries of drivers and of Measure-ScaleTest; results of
    /// Invoke-ScaleTest. They are taken from the pipeline.
    /// </summary>
    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// Files of records: what -OutFile wrote as Csv or JsonLines, or what Export-Csv wrote in whatever culture. Wildcards are resolved. The files of the
    /// workers of one run are summed up as one run.
    /// </summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files of records, whose names are taken literally.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ObjectSet)
        {
            AddObject();
            return;
        }

        try
        {
            var files = ParameterSetName == PathSet ? Path.SelectMany(Resolve) : LiteralPath.Select(GetUnresolvedProviderPathFromPSPath);
            foreach (var file in files) AddFile(file);
        }
        catch (OperationFileException error)
        {
            ThrowTerminatingError(new ErrorRecord(error, "RecordFileUnusable", ErrorCategory.InvalidData, ParameterSetName == PathSet ? Path : LiteralPath));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var (runId, resource, worker) in _summarizer.WithoutHealth())
        {
            if (RunHealthLog.Find(runId, worker, resource) is { } health) _summarizer.AddHealth(health);
        }

        Complete([.. _given, .. _summarizer.CompleteAll().Select(ScaleTestSummary.From)]);
    }

    /// <summary>Takes all summaries, at the end.</summary>
    private protected abstract void Complete(IReadOnlyList<ScaleTestSummary> summaries);

    private void AddObject()
    {
        switch (InputObject?.BaseObject)
        {
            case null:
                return;
            case OperationRecord record:
                _summarizer.Add(record.ToSample());
                return;
            case ScaleTestSummary summary:
                _given.Add(summary);
                return;
            case ScaleTestResult result:
                _given.Add(result.Driver.Judged(result));
                return;
            case FileInfo file:
                try
                {
                    AddFile(file.FullName);
                }
                catch (OperationFileException error)
                {
                    ThrowTerminatingError(new ErrorRecord(error, "RecordFileUnusable", ErrorCategory.InvalidData, file));
                }

                return;
        }

        if (_conversion.TryConvert(InputObject, out var sample) is { } problem)
        {
            var hint = InputObject.BaseObject is string
                ? "Name a file with -Path."
                : "Pipe what a driver emitted, or what Import-Csv read of it, with all properties.";
            var error = new ArgumentException($"The input cannot be measured: {problem}. {hint}");
            ThrowTerminatingError(new ErrorRecord(error, "NotAnOperationRecord", ErrorCategory.InvalidData, InputObject));
        }

        _summarizer.Add(sample);
    }

    private IEnumerable<string> Resolve(string path)
    {
        // Without a wildcard the reader's own message names what is missing.
        if (!WildcardPattern.ContainsWildcardCharacters(path)) return [GetUnresolvedProviderPathFromPSPath(path)];
        IEnumerable<string> files = [];
        try
        {
            files = GetResolvedProviderPathFromPSPath(path, out _).Where(file => !file.EndsWith(RunHealthFile.Suffix, StringComparison.Ordinal)).ToList();
        }
        catch (ItemNotFoundException)
        {
            // Said below: the folder is missing, or nothing in it matches.
        }

        return files.Any() ? files : throw new OperationFileException($"No file matches '{path}'.");
    }

    private void AddFile(string path)
    {
        // As when a wildcard takes in what is named beside it: its operations would count twice.
        if (!_files.Add(System.IO.Path.GetFullPath(path)))
        {
            WriteWarning($"'{path}' was given twice: it is read once.");
            return;
        }

        using var reader = OperationReader.Open(path);
        foreach (var sample in reader.Read())
        {
            _summarizer.Add(sample);
            if (reader.Records % StopCheck == 0 && Stopping) return;
        }

        if (reader.CutLines > 0) WriteWarning($"The last line of '{path}' is cut off, as a killed run leaves it: it is left out.");
        if (RunHealthFile.Read(path) is not { } health) return;
        if (_summarizer.HasRun(health.RunId, health.Resource)) _summarizer.AddHealth(health);
        else WriteWarning($"'{RunHealthFile.PathFor(path)}' is of run {health.RunId} ({health.Resource}), of which the file holds no record: it is left out.");
    }
}
