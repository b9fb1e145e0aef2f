using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace K8sScaleTest.Tests;

/// <summary>Keeps what it is asked to show, and answers what it is asked with the test's answers.</summary>
internal sealed class RecordingHostUI : PSHostUserInterface
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<ProgressRecord> _progress = [];
    private readonly StringBuilder _line = new();

    public Func<string, string, IReadOnlyList<string>, int>? Answer { get; set; }

    public override PSHostRawUserInterface? RawUI => null;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate) return _line.Length == 0 ? [.. _lines] : [.. _lines, _line.ToString()];
        }
    }

    public IReadOnlyList<ProgressRecord> Progress
    {
        get
        {
            lock (_gate) return [.. _progress];
        }
    }

    public override void Write(string value)
    {
        lock (_gate)
        {
            foreach (var character in value)
            {
                if (character != '\n')
                {
                    _line.Append(character);
                    continue;
                }

                _lines.Add(_line.ToString());
                _line.Clear();
            }
        }
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Write(value + "\n");

    public override void WriteErrorLine(string value) => WriteLine("ERROR: " + value);

    public override void WriteWarningLine(string message) => WriteLine("WARNING: " + message);

    public override void WriteVerboseLine(string message) => WriteLine("VERBOSE: " + message);

    public override void WriteDebugLine(string message) => WriteLine("DEBUG: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (_gate) _progress.Add(record);
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        Answer?.Invoke(caption, message, [.. choices.Select(c => c.Label)]) ?? throw Unanswered(caption, message);

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw Unanswered(caption, message);

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw Unanswered(caption, message);

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw Unanswered(caption, message);

    public override string ReadLine() => throw Unanswered("ReadLine", string.Empty);

    public override SecureString ReadLineAsSecureString() => throw Unanswered("ReadLineAsSecureString", string.Empty);

    private static InvalidOperationException Unanswered(string caption, string message) =>
        new($"The test has no answer to the question: {caption} {message}");
}
