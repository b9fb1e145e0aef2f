using System.Globalization;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

namespace K8sScaleTest.Shell;

/// <summary>What the shell was asked to do: pwsh's options, abbreviations and rules for arguments, as far as they make sense here.</summary>
internal sealed record CommandLine
{
    private static readonly (string Name, string Shortest)[] Options =
    [
        ("version", "v"), ("help", "h"), ("?", "?"), ("noprofile", "nop"), ("nologo", "nol"), ("noninteractive", "noni"), ("command", "c"), ("file", "f"),
        ("executionpolicy", "ex"), ("ep", "ep"), ("workingdirectory", "wo"), ("wd", "wd"),
    ];

    public bool ShowHelp { get; private set; }

    public bool ShowVersion { get; private set; }

    public bool NonInteractive { get; private set; }

    public bool NoLogo { get; private set; }

    /// <summary>Has an effect on Windows alone, as in pwsh.</summary>
    public ExecutionPolicy? Policy { get; private set; }

    public string? WorkingDirectory { get; private set; }

    /// <summary>The full path of the script to run.</summary>
    public string? File { get; private set; }

    /// <summary>The text to run.</summary>
    public string? Command { get; private set; }

    /// <summary>The text to run comes from standard input.</summary>
    public bool ReadStandardInput { get; private set; }

    public IReadOnlyList<CommandParameter> Arguments { get; private set; } = [];

    /// <summary>Reads the command line. Throws <see cref="UsageException"/>.</summary>
    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        var line = new CommandLine();
        for (var i = 0; i < args.Count; i++)
        {
            switch (Option(args[i]))
            {
                case "version":
                    line.ShowVersion = true;
                    return line;
                case "help" or "?":
                    line.ShowHelp = true;
                    return line;
                case "noprofile":
                    break; // There are none.
                case "nologo":
                    line.NoLogo = true;
                    break;
                case "noninteractive":
                    line.NonInteractive = true;
                    break;
                case "executionpolicy" or "ep":
                    line.Policy = ToPolicy(Value(args, ++i, "-ExecutionPolicy", "an execution policy"));
                    break;
                case "workingdirectory" or "wd":
                    line.WorkingDirectory = Value(args, ++i, "-WorkingDirectory", "a folder");
                    if (!Directory.Exists(line.WorkingDirectory)) throw new UsageException($"-WorkingDirectory: there is no folder '{line.WorkingDirectory}'.");
                    break;
                case "command":
                    line.SetCommand(args, i + 1);
                    return line;
                case "file":
                    line.SetFile(args, i + 1);
                    return line;
                default:
                    line.SetFile(args, i);
                    return line;
            }
        }

        return line;
    }

    private static string? Option(string argument)
    {
        if (argument is "-" or "/?") return argument == "/?" ? "?" : null;
        if (!argument.StartsWith('-')) return null;
        var key = argument[(argument.StartsWith("--", StringComparison.Ordinal) ? 2 : 1)..];
        if (key.Length == 0) return null;
        foreach (var (name, shortest) in Options)
        {
            if (key.Length >= shortest.Length && name.StartsWith(key, StringComparison.OrdinalIgnoreCase)) return name;
        }

        return null;
    }

    private static string Value(IReadOnlyList<string> args, int index, string option, string what) =>
        index < args.Count ? args[index] : throw new UsageException($"{option} wants {what} after it.");

    private static ExecutionPolicy ToPolicy(string text) =>
        Enum.TryParse<ExecutionPolicy>(text, ignoreCase: true, out var policy) && Enum.IsDefined(policy) && !char.IsAsciiDigit(text[0])
            ? policy
            : throw new UsageException(
                $"-ExecutionPolicy: '{text}' is none of {string.Join(", ", Enum.GetNames<ExecutionPolicy>().Distinct())}.");

    private static object ToSwitchValue(string text) =>
        text.Length > 0 && bool.TryParse(text.AsSpan(text[0] == '$' ? 1 : 0), out var value) ? value : text;

    private static List<CommandParameter> ToArguments(IReadOnlyList<string> args, int start)
    {
        var arguments = new List<CommandParameter>();
        for (var i = start; i < args.Count; i++)
        {
            var argument = args[i];
            var colon = argument.IndexOf(':', StringComparison.Ordinal);
            if (argument.Length < 2 || argument[0] != '-')
            {
                arguments.Add(new(null, argument));
            }
            else if (colon < 0)
            {
                arguments.Add(new(argument));
            }
            else if (colon < argument.Length - 1)
            {
                arguments.Add(new(argument[..colon], ToSwitchValue(argument[(colon + 1)..])));
            }
            else if (i + 1 < args.Count)
            {
                arguments.Add(new(argument[..colon], args[++i]));
            }
        }

        return arguments;
    }

    private void SetCommand(IReadOnlyList<string> args, int start)
    {
        var first = Value(args, start, "-Command", "the text of a command, or - for standard input,");
        if (first != "-")
        {
            Command = string.Join(' ', args.Skip(start));
            return;
        }

        if (args.Count > start + 1) throw new UsageException("-Command - reads the command from standard input: nothing may follow it.");
        ReadStandardInput = true;
    }

    private void SetFile(IReadOnlyList<string> args, int index)
    {
        var name = Value(args, index, "-File", "a script");
        if (name == "-")
        {
            ReadStandardInput = true;
            return;
        }

        if (name.StartsWith('-') && !System.IO.File.Exists(name))
            throw new UsageException($"'{name}' is no option of this shell. -Help lists them; pwsh (PowerShell 7.6) has more.");
        var path = Path.GetFullPath(name);
        if (!System.IO.File.Exists(path))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"There is no script '{name}' (looked for {path})."));
        if (OperatingSystem.IsWindows() && !path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"'{name}' does not end in .ps1: it cannot be run as a script.");
        File = path;
        Arguments = ToArguments(args, index + 1);
    }
}
