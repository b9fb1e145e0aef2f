using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace K8sScaleTest.Shell;

/// <summary>Asks the person at the terminal; where there is none, a question is an error that says how to do without it.</summary>
internal sealed class Questions(ShellConsole console, bool nonInteractive)
{
    public static NotSupportedException NoSecrets() => new("This shell asks for no credentials: they come from the kubeconfig.");

    public string ReadLine(string question)
    {
        Require($"a line of input ('{question.Trim()}')", "Pass it as an argument");
        console.Output(question);
        return Console.ReadLine() ?? throw new PSInvalidOperationException("The input ended.");
    }

    public int Choose(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        Require($"an answer to: {caption} {message}".ReplaceLineEndings(" "), "Use -Confirm:$false where it is meant");
        console.Output(string.Join(Environment.NewLine, new[] { caption, message }.Where(t => !string.IsNullOrEmpty(t))) + Environment.NewLine);
        var keys = choices.Select(Key).ToArray();
        while (true)
        {
            var menu = string.Join("  ", choices.Select((choice, i) => $"[{keys[i]}] {choice.Label.Replace("&", null, StringComparison.Ordinal)}"));
            var suffix = defaultChoice >= 0 ? $" (default is \"{keys[defaultChoice]}\"): " : ": ";
            var answer = ReadLine($"{menu}  [?] Help{suffix}").Trim();
            if (answer.Length == 0 && defaultChoice >= 0) return defaultChoice;
            var chosen = Array.FindIndex(keys, key => key.Equals(answer, StringComparison.OrdinalIgnoreCase));
            if (chosen < 0)
                chosen = choices.ToList().FindIndex(c => c.Label.Replace("&", null, StringComparison.Ordinal).Equals(answer, StringComparison.OrdinalIgnoreCase));
            if (chosen >= 0) return chosen;
            if (answer == "?") console.Output(string.Concat(choices.Select((c, i) => $"{keys[i]} - {c.HelpMessage}{Environment.NewLine}")));
        }
    }

    public Dictionary<string, PSObject> Fill(string caption, string message, Collection<FieldDescription> fields)
    {
        Require($"a value for {string.Join(", ", fields.Select(f => f.Name))}", "Give the parameter a value");
        console.Output(string.Join(Environment.NewLine, new[] { caption, message }.Where(t => !string.IsNullOrEmpty(t))) + Environment.NewLine);
        var values = new Dictionary<string, PSObject>();
        foreach (var field in fields)
        {
            var type = Type.GetType(field.ParameterAssemblyFullName) ?? typeof(string);
            var text = ReadLine($"{field.Name}: ");
            values[field.Name] = PSObject.AsPSObject(LanguagePrimitives.ConvertTo(text, type, CultureInfo.InvariantCulture));
        }

        return values;
    }

    private static string Key(ChoiceDescription choice, int index)
    {
        var ampersand = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return ampersand >= 0 && ampersand + 1 < choice.Label.Length
            ? choice.Label[ampersand + 1].ToString().ToUpperInvariant()
            : (index + 1).ToString(CultureInfo.InvariantCulture);
    }

    private void Require(string what, string instead)
    {
        if (nonInteractive || Console.IsInputRedirected)
            throw new PSInvalidOperationException($"The shell is not interactive here, and this needs {what}. {instead}.");
    }
}
