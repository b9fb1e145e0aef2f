using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace K8sScaleTest.Tests;

/// <summary>The stream of -OutFile -, on a pipe that somebody made non-blocking and that is read slowly.</summary>
public sealed partial class StandardOutputStreamTests
{
    private const int NonBlocking = 0x800; // O_NONBLOCK
    private const int CloseOnExec = 0x80000; // O_CLOEXEC: other tests start processes meanwhile
    private const int WouldBlock = 11; // EAGAIN
    private const int OfThread = 1; // RUSAGE_THREAD
    private const int Chunk = 4096;
    private static readonly byte[] Data = RandomNumberGenerator.GetBytes(400 * Chunk);

    [Fact]
    public async Task A_slow_reader_gets_every_byte_and_the_writer_sleeps_until_there_is_room()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The numbers are Linux's.");
        using var session = new ModuleSession();
        var type = ((Type)session.Run("[K8sScaleTest.OperationRecord]")[0].BaseObject).Assembly.GetType("K8sScaleTest.StandardOutputStream", throwOnError: true)!;
        var polled = await WriteAsync(descriptor =>
        {
            using var stream = (Stream)Activator.CreateInstance(type, System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic, null, [descriptor], null)!;
            stream.Write(Data);
        });
        var spun = await WriteAsync(descriptor =>
        {
            for (var rest = Data.AsSpan(); rest.Length > 0;)
            {
                if (Write(descriptor, MemoryMarshal.GetReference<byte>(rest), rest.Length) is var written and >= 0) rest = rest[(int)written..];
                else Assert.Equal(WouldBlock, Marshal.GetLastPInvokeError());
            }
        });

        Assert.True(polled.CpuMicroseconds * 5 < spun.CpuMicroseconds, $"{polled.CpuMicroseconds} us of CPU, {spun.CpuMicroseconds} us by spinning");

        // Once for each chunk that is read at most; with a timer it would be for each of its ticks.
        Assert.InRange(polled.Sleeps, 1, (Data.Length / Chunk) + 100);
    }

    /// <summary>Writes the data into a pipe on a thread of its own while it is read slowly; gives what that cost the thread.</summary>
    private static async Task<(long CpuMicroseconds, long Sleeps)> WriteAsync(Action<int> write)
    {
        var ends = new int[2];
        Assert.Equal(0, Pipe(ends, NonBlocking | CloseOnExec));
        using var end = new SafeFileHandle(ends[1], ownsHandle: true);
        var writing = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    var before = Usage();
                    write(ends[1]);
                    var after = Usage();
                    return (after.CpuMicroseconds - before.CpuMicroseconds, after.Sleeps - before.Sleeps);
                }
                finally
                {
                    end.Dispose();
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        using var received = new MemoryStream();
        await Task.Run(() => Read(ends[0], received), TestContext.Current.CancellationToken);
        var cost = await writing;
        Assert.Equal(Data, received.ToArray());
        return cost;
    }

    private static void Read(int descriptor, MemoryStream received)
    {
        using var end = new SafeFileHandle(descriptor, ownsHandle: true);
        var chunk = new byte[Chunk];
        while (true)
        {
            Thread.Sleep(5);
            var count = Read(descriptor, ref MemoryMarshal.GetArrayDataReference(chunk), chunk.Length);
            if (count == 0) return;
            if (count > 0) received.Write(chunk.AsSpan(0, (int)count));
            else Assert.Equal(WouldBlock, Marshal.GetLastPInvokeError());
        }
    }

    // struct rusage: two times of two words each, then counters; the last but one counts the sleeps.
    private static (long CpuMicroseconds, long Sleeps) Usage()
    {
        var usage = new nint[18];
        Assert.Equal(0, GetUsage(OfThread, usage));
        return (((usage[0] + usage[2]) * 1_000_000) + usage[1] + usage[3], usage[16]);
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Pipe([Out] int[] ends, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(int descriptor, ref byte buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(int descriptor, in byte buffer, nint count);

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetUsage(int who, [Out] nint[] usage);
}
