using System.Text.Json;
using System.Text.Json.Serialization;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>
/// The generator's health beside its record file, in <c>&lt;OutFile&gt;.run.json</c>: one run of one worker. Written anew each time under another
/// name and renamed, so that a reader, or a killed process, finds the old state or the new and never half of one.
/// </summary>
public static class RunHealthFile
{
    /// <summary>What is added to the record file's path.</summary>
    public const string Suffix = ".run.json";

    /// <summary>The health file of a record file.</summary>
    public static string PathFor(string recordFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(recordFile);
        return recordFile + Suffix;
    }

    /// <summary>Writes the health beside the record file.</summary>
    /// <param name="recordFile">Path of the record file itself.</param>
    /// <param name="health">The state so far. A day's run is about 10 MB: write it every few seconds, not every second.</param>
    /// <exception cref="RecordFileException">It cannot be written; says why.</exception>
    public static void Write(string recordFile, RunHealth health)
    {
        var path = PathFor(recordFile);
        ArgumentNullException.ThrowIfNull(health);
        var temporary = path + ".tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                JsonSerializer.Serialize(stream, health, RunHealthJson.Default.RunHealth);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Discard(temporary);
            throw RecordFileException.For(path, error);
        }
    }

    /// <summary>The health beside a record file, or null where there is none.</summary>
    /// <exception cref="OperationFileException">There is a file, but not one of this module's.</exception>
    public static RunHealth? Read(string recordFile)
    {
        var path = PathFor(recordFile);
        if (!File.Exists(path)) return null;
        try
        {
            using var stream = File.OpenRead(path);
            return Complete(JsonSerializer.Deserialize(stream, RunHealthJson.Default.RunHealth))
                ?? throw new OperationFileException($"'{path}' holds no run's health. Remove it to go without a verdict.");
        }
        catch (JsonException error)
        {
            throw new OperationFileException($"'{path}' is not the health of a run of this module: {error.Message} Remove it to go without a verdict.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new OperationFileException($"'{path}' cannot be read: this user may not.", error);
        }
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What kept it from being written may keep it from being deleted.
        }
    }

    /// <summary>What a file leaves out, the deserializer sets to null, whatever the record's own initial value is.</summary>
    private static RunHealth? Complete(RunHealth? read) => read is null ? null : read with
    {
        Parameters = read.Parameters ?? new Dictionary<string, string>(),
        Counters = read.Counters ?? new Dictionary<string, double>(),
        Seconds = [.. read.Seconds.Select(second => second.ProbeLagsMs is null ? second with { ProbeLagsMs = [] } : second)],
    };
}

/// <summary>The shape of the health file, made at build time.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RunHealth))]
internal sealed partial class RunHealthJson : JsonSerializerContext;
