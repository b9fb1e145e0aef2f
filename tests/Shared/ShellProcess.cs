using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace K8sScaleTest.TestSupport;

/// <summary>One run of the built shell as a process of its own, its streams in pipes.</summary>
internal sealed class ShellProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly Task _pumps;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private ShellProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new() { StartInfo = start };
        _process.Start();
        _pumps = Task.WhenAll(PumpAsync(_process.StandardOutput, _output), PumpAsync(_process.StandardError, _error));
    }

    public static string Assembly { get; } = Metadata("ShellAssembly");

    public static string RepositoryRoot { get; } = Metadata("RepositoryRoot");

    public int Id => _process.Id;

    public string Output => Read(_output);

    public string Error => Read(_error);

    public static ShellProcess Start(params string[] arguments) => StartWith([], arguments);

    public static ShellProcess StartWith(IEnumerable<(string Name, string? Value)> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { Assembly } };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new(start);
    }

    /// <summary>Runs a program that runs the shell, such as one that starts containers.</summary>
    public static ShellProcess StartBy(string program, IEnumerable<(string Name, string? Value)> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new(start);
    }

    /// <summary>Runs it in a terminal of its own (util-linux's script), which what is written to standard input types.</summary>
    public static ShellProcess StartInTerminal(int columns, params string[] arguments)
    {
        var command = string.Join(' ', new[] { "dotnet", Assembly }.Concat(arguments).Select(a => $"'{a.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        var start = new ProcessStartInfo("script")
        {
            ArgumentList = { "--quiet", "--return", "--echo", "never", "--command", $"stty cols {columns} rows 30; exec {command}", "/dev/null" },
        };
        start.Environment["TERM"] = "xterm";
        start.Environment.Remove("NO_COLOR");
        return new(start);
    }

    /// <summary>Runs the shell to its end.</summary>
    public static async Task<ShellResult> RunAsync(params string[] arguments) => await RunWithInputAsync(null, arguments);

    /// <summary>Runs the shell with a text as its standard input, to its end.</summary>
    public static async Task<ShellResult> RunWithInputAsync(string? input, params string[] arguments)
    {
        using var shell = Start(arguments);
        return await shell.EndAsync(input);
    }

    /// <summary>Closes standard input, after a text, and waits for the end.</summary>
    public async Task<ShellResult> EndAsync(string? input = null)
    {
        if (input is not null) await _process.StandardInput.WriteAsync(input);
        _process.StandardInput.Close();
        return await WaitAsync();
    }

    /// <summary>Waits for the end, standard input left open.</summary>
    public async Task<ShellResult> WaitAsync()
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timer.CancelAfter(Patience);
        await _process.WaitForExitAsync(timer.Token);
        await _pumps.WaitAsync(timer.Token);
        return new(_process.ExitCode, Output, Error);
    }

    public async Task TypeAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until a text has appeared on either stream.</summary>
    public async Task WaitForAsync(string text)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timer.CancelAfter(Patience);
        while (!Output.Contains(text, StringComparison.Ordinal) && !Error.Contains(text, StringComparison.Ordinal))
        {
            if (_pumps.IsCompleted && !Output.Contains(text, StringComparison.Ordinal) && !Error.Contains(text, StringComparison.Ordinal))
                Assert.Fail($"The shell ended with {_process.ExitCode} before '{text}' appeared.\n{Output}\n{Error}");
            await Task.Delay(20, timer.Token);
        }
    }

    /// <summary>Sends a signal, by the name that kill knows.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString()]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static string Metadata(string key) =>
        typeof(ShellProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    // Character by character as they come: a prompt has no end of line.
    private static async Task PumpAsync(StreamReader reader, StringBuilder text)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is > 0 and var count)
        {
            lock (text) text.Append(buffer, 0, count);
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text) return text.ToString();
    }
}
