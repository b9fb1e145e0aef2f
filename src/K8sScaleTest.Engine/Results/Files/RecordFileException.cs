namespace K8sScaleTest.Engine.Results.Files;

/// <summary>A file of results could not be written; the message says why and what to do.</summary>
public sealed class RecordFileException : IOException
{
    private const int LinuxNoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int LinuxBrokenPipe = 32;
    private const int WindowsNoData = unchecked((int)0x800700E8);
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);

    /// <summary>An error with its message.</summary>
    public RecordFileException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its message and cause.</summary>
    public RecordFileException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error without more to say.</summary>
    public RecordFileException()
    {
    }

    /// <summary>Whether the disk was full (or the user's quota used up).</summary>
    public bool DiskFull => InnerException is IOException cause && IsDiskFull(cause);

    internal static bool IsDiskFull(IOException error) =>
        error.HResult is WindowsHandleDiskFull or WindowsDiskFull || (!OperatingSystem.IsWindows() && error.HResult is LinuxNoSpace or LinuxQuota or MacQuota);

    /// <summary>Whether a file may not grow any more: no error of input and output to .NET (EFBIG).</summary>
    internal static bool IsTooLarge(Exception error) => error is ArgumentOutOfRangeException { ParamName: "value" };

    internal static bool IsBrokenPipe(IOException error) =>
        error.HResult is WindowsBrokenPipe or WindowsNoData || (!OperatingSystem.IsWindows() && error.HResult == LinuxBrokenPipe);

    /// <summary>Why a file could not be opened or written, in words.</summary>
    internal static RecordFileException For(string path, Exception error) => new(
        error switch
        {
            _ when Directory.Exists(path) => $"'{path}' is a directory. Name a file in it.",
            DirectoryNotFoundException => $"'{path}' cannot be written: the directory '{DirectoryOf(path)}' does not exist. Create it, or name another file.",
            UnauthorizedAccessException => $"'{path}' cannot be written: this user may not write there. Change the permissions, or name another file.",
            PathTooLongException => $"'{path}' cannot be written: the name is too long.",
            IOException full when IsDiskFull(full) => $"'{path}' cannot be written: the disk is full. Make room, or name a file on another disk.",
            _ => $"'{path}' cannot be written: {error.Message}",
        },
        error);

    private static string DirectoryOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
}
