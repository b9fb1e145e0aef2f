using System.Text;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>The Go programs' <c>&lt;runid&gt;-driver.parms</c>: one KEY=value a line.</summary>
public static class ParametersFile
{
    /// <summary>Writes the parameters in their order, over what the file held.</summary>
    /// <exception cref="ArgumentException">A key is empty or holds '=', or one of the two holds a line break, which no reader could tell.</exception>
    /// <exception cref="RecordFileException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(parameters);
        var text = new StringBuilder();
        foreach (var (key, value) in parameters)
        {
            if (key.Length == 0 || key.AsSpan().ContainsAny("=\r\n"))
            {
                throw new ArgumentException($"'{key}' cannot be a key of a parameters file.", nameof(parameters));
            }

            if (value.AsSpan().ContainsAny('\r', '\n')) throw new ArgumentException($"The value of {key} holds a line break.", nameof(parameters));
            text.Append(key).Append('=').Append(value).Append('\n');
        }

        try
        {
            File.WriteAllText(path, text.ToString());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordFileException.For(path, error);
        }
    }
}
