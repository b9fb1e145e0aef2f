using System.Management.Automation.Host;

namespace K8sScaleTest.Shell;

/// <summary>The terminal's size, cursor and keys.</summary>
internal sealed class ShellRawUI(ShellConsole console) : PSHostRawUserInterface
{
    public override Size BufferSize
    {
        get => WindowSize;
        set => throw NotHere();
    }

    public override Size WindowSize
    {
        get => new(console.Width, console.Height);
        set => throw NotHere();
    }

    public override Size MaxWindowSize => WindowSize;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override Coordinates CursorPosition
    {
        get => console.OutputIsTerminal && !Console.IsInputRedirected ? new(Console.CursorLeft, Console.CursorTop) : default;
        set => Console.SetCursorPosition(value.X, value.Y);
    }

    public override int CursorSize { get; set; } = 25;

    public override Coordinates WindowPosition { get; set; }

    // What a terminal's own colours are cannot be asked; black and white are as good as any.
    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override string WindowTitle { get; set; } = string.Empty;

    public override bool KeyAvailable => !Console.IsInputRedirected && Console.KeyAvailable;

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        if (Console.IsInputRedirected) throw new InvalidOperationException("There is no keyboard: standard input is redirected.");
        var key = Console.ReadKey(intercept: options.HasFlag(ReadKeyOptions.NoEcho));
        return new((int)key.Key, key.KeyChar, default, keyDown: true);
    }

    public override void FlushInputBuffer()
    {
        while (KeyAvailable) Console.ReadKey(intercept: true);
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NotHere();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw NotHere();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NotHere();

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // Clear-Host asks for all of it, with a rectangle of -1.
        if (rectangle is not { Left: -1, Top: -1, Right: -1, Bottom: -1 }) throw NotHere();
        if (console.OutputIsTerminal) Console.Clear();
    }

    private static NotSupportedException NotHere() => new("This shell leaves the terminal's buffer and size alone.");
}
