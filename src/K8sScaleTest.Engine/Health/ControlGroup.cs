using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace K8sScaleTest.Engine.Health;

/// <summary>
/// The control groups of Linux that limit this process' CPU: its own and all above it, of version 2 (<c>cpu.max</c>) and version 1
/// (<c>cpu.cfs_quota_us</c>) alike. Elsewhere, and where no group can be seen, there is no quota and throttling is unknown.
/// See the kernel's <c>Documentation/admin-guide/cgroup-v2.rst</c> and <c>Documentation/scheduler/sched-bwc.rst</c>, and proc(5) for mountinfo.
/// </summary>
public sealed partial class ControlGroup
{
    private readonly List<(string Folder, bool Unified)> _levels;

    private ControlGroup(List<(string Folder, bool Unified)> levels) => _levels = levels;

    /// <summary>CPUs that the tightest of the groups allows at once, or null without a quota.</summary>
    public double? CpuQuota => _levels.Select(ReadQuota).Where(quota => quota is not null).Min();

    /// <summary>
    /// How long the quota has held this process' groups back so far, in ms; null where that is not known. It is the kernel's figure, summed over
    /// CPUs and over the groups above each other, so more than the time that passed is possible.
    /// </summary>
    public double? ThrottledMilliseconds
    {
        get
        {
            var known = _levels.Select(ReadThrottled).Where(time => time is not null).ToList();
            return known.Count == 0 ? null : known.Sum();
        }
    }

    /// <summary>Finds the groups of this process.</summary>
    /// <param name="root">The folder that stands for <c>/</c>.</param>
    public static ControlGroup OfThisProcess(string root = "/")
    {
        var levels = new List<(string Folder, bool Unified)>();
        var mounts = ReadLines(Path.Join(root, "proc/self/mountinfo")).Select(Mount.Parse).OfType<Mount>().ToList();
        foreach (var line in ReadLines(Path.Join(root, "proc/self/cgroup")))
        {
            // number:controllers:path, where version 2 has the number 0 and names no controllers.
            var fields = line.Split(':', 3);
            if (fields.Length < 3) continue;
            var unified = fields is ["0", "", _];
            if (!unified && !fields[1].Split(',').Contains("cpu")) continue;
            var hierarchy = mounts.Where(mount => unified ? mount.Type == "cgroup2" : mount.Type == "cgroup" && mount.Options.Split(',').Contains("cpu"));
            levels.AddRange(Levels(root, hierarchy, fields[2]).Select(folder => (folder, unified)));
        }

        return new(levels);
    }

    /// <summary>The folders from the group up to the top of what is mounted: a container may see its own part alone.</summary>
    private static IEnumerable<string> Levels(string root, IEnumerable<Mount> hierarchy, string path)
    {
        // One hierarchy may be mounted in several places; the one that shows this process' group counts.
        foreach (var mount in hierarchy.OrderByDescending(mount => mount.Root.Length))
        {
            if (mount.RelativePath(path) is not { } relative) continue;
            for (var names = relative.Split('/', StringSplitOptions.RemoveEmptyEntries); ; names = names[..^1])
            {
                yield return Path.Join([root, mount.Point, .. names]);
                if (names.Length == 0) yield break;
            }
        }
    }

    private static double? ReadQuota((string Folder, bool Unified) level)
    {
        var values = level.Unified
            ? ReadValue(level.Folder, "cpu.max").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [ReadValue(level.Folder, "cpu.cfs_quota_us").Trim(), ReadValue(level.Folder, "cpu.cfs_period_us").Trim()];

        // "max" and -1 mean none.
        return values is [var quota, var period] && Number(quota) is > 0 and var time && Number(period) is > 0 and var length ? time / length : null;
    }

    private static double? ReadThrottled((string Folder, bool Unified) level)
    {
        var (key, perMillisecond) = level.Unified ? ("throttled_usec ", 1e3) : ("throttled_time ", 1e6);
        foreach (var line in ReadValue(level.Folder, "cpu.stat").Split('\n'))
        {
            if (line.StartsWith(key, StringComparison.Ordinal)) return Number(line[key.Length..]) / perMillisecond;
        }

        return null;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[] ReadLines(string path) => Try(path, File.ReadAllLines) ?? [];

    private static string ReadValue(string folder, string file) => Try(Path.Join(folder, file), ReadPage) ?? "";

    /// <summary>What can be read of a file; null where it is absent or not for this user, which is all one: nothing is known.</summary>
    private static T? Try<T>(string path, Func<string, T> read)
        where T : class
    {
        try
        {
            return File.Exists(path) ? read(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>These files fit a page, and are read every second of a run, so without the buffers of a reader.</summary>
    private static string ReadPage(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> page = stackalloc byte[4096];
        return Encoding.ASCII.GetString(page[..RandomAccess.Read(file, page, 0)]);
    }

    private sealed partial record Mount(string Root, string Point, string Type, string Options)
    {
        /// <summary>Reads a line of mountinfo: fields 4 and 5 and, after a lone hyphen, type, source and options of the file system.</summary>
        public static Mount? Parse(string line)
        {
            var fields = line.Split(' ');
            var hyphen = Array.IndexOf(fields, "-");
            return hyphen < 5 || fields.Length < hyphen + 4 ? null : new(Unescape(fields[3]), Unescape(fields[4]), fields[hyphen + 1], fields[hyphen + 3]);
        }

        /// <summary>A group's path within the mount, or null when the mount does not show that group.</summary>
        public string? RelativePath(string path) =>
            path.StartsWith("/..", StringComparison.Ordinal) ? null
            : Root == "/" ? path
            : path == Root || path.StartsWith(Root + "/", StringComparison.Ordinal) ? path[Root.Length..]
            : null;

        private static string Unescape(string text) =>
            Octal().Replace(text, match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString());

        [GeneratedRegex(@"\\([0-7]{3})")]
        private static partial Regex Octal();
    }
}
