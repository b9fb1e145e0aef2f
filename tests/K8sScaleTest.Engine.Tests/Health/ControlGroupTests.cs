using K8sScaleTest.Engine.Health;

namespace K8sScaleTest.Engine.Tests.Health;

public sealed class ControlGroupTests : IDisposable
{
    private const string Version2Mount = "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate";
    private const string Version1Mount = "33 30 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:10 - cgroup cgroup rw,cpu,cpuacct";

    private readonly string _root = Directory.CreateTempSubdirectory("control-group-").FullName;

    public void Dispose() => Directory.Delete(_root, true);

    [Fact]
    public void Version_2_gives_quota_and_throttled_time_of_its_own_group()
    {
        Process("0::/kubepods/pod1", Version2Mount);
        Write("sys/fs/cgroup/kubepods/pod1/cpu.max", "150000 100000\n");
        Write("sys/fs/cgroup/kubepods/pod1/cpu.stat", "usage_usec 900\nnr_periods 4\nnr_throttled 2\nthrottled_usec 2500\n");
        var group = ControlGroup.OfThisProcess(_root);
        Assert.Equal(1.5, group.CpuQuota);
        Assert.Equal(2.5, group.ThrottledMilliseconds);
    }

    [Fact]
    public void The_tightest_quota_on_the_way_up_counts_and_the_throttling_of_all_of_them()
    {
        Process("0::/a/b/c", Version2Mount);
        Write("sys/fs/cgroup/a/b/c/cpu.max", "400000 100000");
        Write("sys/fs/cgroup/a/b/c/cpu.stat", "throttled_usec 1000");
        Write("sys/fs/cgroup/a/b/cpu.max", "max 100000");
        Write("sys/fs/cgroup/a/cpu.max", "25000 50000");
        Write("sys/fs/cgroup/a/cpu.stat", "throttled_usec 7000");
        Write("sys/fs/cgroup/cpu.stat", "usage_usec 5");
        var group = ControlGroup.OfThisProcess(_root);
        Assert.Equal(0.5, group.CpuQuota);
        Assert.Equal(8, group.ThrottledMilliseconds);
    }

    [Fact]
    public void Without_a_limit_there_is_no_quota_yet_the_throttled_time_is_known()
    {
        Process("0::/free", Version2Mount);
        Write("sys/fs/cgroup/free/cpu.max", "max 100000\n");
        Write("sys/fs/cgroup/free/cpu.stat", "throttled_usec 0\n");
        var group = ControlGroup.OfThisProcess(_root);
        Assert.Null(group.CpuQuota);
        Assert.Equal(0, group.ThrottledMilliseconds);
    }

    [Fact]
    public void Version_1_gives_the_same_from_its_own_files()
    {
        Process("4:cpu,cpuacct:/docker/x\n3:memory:/other\n0::/", Version1Mount);
        Write("sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "200000\n");
        Write("sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n");
        Write("sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.stat", "nr_periods 1\nnr_throttled 1\nthrottled_time 3000000\n");
        Write("sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us", "-1\n");
        Write("sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_period_us", "100000\n");
        var group = ControlGroup.OfThisProcess(_root);
        Assert.Equal(2, group.CpuQuota);
        Assert.Equal(3, group.ThrottledMilliseconds);
    }

    [Fact]
    public void The_accounting_controller_alone_is_not_the_one_with_the_quota()
    {
        Process("4:cpuacct:/x", "33 30 0:29 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct");
        Write("sys/fs/cgroup/cpuacct/x/cpu.cfs_quota_us", "200000\n");
        Write("sys/fs/cgroup/cpuacct/x/cpu.cfs_period_us", "100000\n");
        Assert.Null(ControlGroup.OfThisProcess(_root).CpuQuota);
    }

    [Fact]
    public void With_both_versions_side_by_side_the_tighter_one_counts()
    {
        Process("1:cpu,cpuacct:/x\n0::/y", Version1Mount, "42 31 0:37 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw");
        Write("sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us", "300000");
        Write("sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us", "100000");
        Write("sys/fs/cgroup/unified/y/cpu.max", "200000 100000");
        Assert.Equal(2, ControlGroup.OfThisProcess(_root).CpuQuota);
    }

    [Fact]
    public void A_container_whose_mount_shows_its_own_group_alone_finds_it_there()
    {
        Process("0::/docker/abc/sub", "30 24 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw");
        Write("sys/fs/cgroup/sub/cpu.max", "max 100000");
        Write("sys/fs/cgroup/cpu.max", "50000 100000");
        Assert.Equal(0.5, ControlGroup.OfThisProcess(_root).CpuQuota);
    }

    [Fact]
    public void Of_several_mounts_the_one_that_shows_this_group_counts()
    {
        Process("0::/docker/abc", "29 24 0:26 /docker/ab /elsewhere rw - cgroup2 cgroup rw", "30 24 0:26 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw");
        Write("elsewhere/cpu.max", "10000 100000");
        Write("sys/fs/cgroup/cpu.max", "50000 100000");
        Assert.Equal(0.5, ControlGroup.OfThisProcess(_root).CpuQuota);
    }

    [Fact]
    public void A_mount_point_with_a_space_is_read_as_the_kernel_writes_it()
    {
        Process("0::/x", @"30 24 0:26 / /my\040groups rw - cgroup2 cgroup rw");
        Write("my groups/x/cpu.max", "70000 100000");
        Assert.Equal(0.7, ControlGroup.OfThisProcess(_root).CpuQuota);
    }

    [Fact]
    public void A_group_outside_what_this_process_can_see_is_not_guessed()
    {
        Process("0::/../other", Version2Mount);
        Write("sys/fs/cgroup/other/cpu.max", "50000 100000");
        Write("sys/fs/other/cpu.max", "50000 100000");
        var group = ControlGroup.OfThisProcess(_root);
        Assert.Null(group.CpuQuota);
        Assert.Null(group.ThrottledMilliseconds);
    }

    [Fact]
    public void Without_control_groups_nothing_is_known()
    {
        var group = ControlGroup.OfThisProcess(_root);
        Assert.Null(group.CpuQuota);
        Assert.Null(group.ThrottledMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("0 0")]
    [InlineData("100000")]
    [InlineData("100000 0")]
    public void A_file_that_makes_no_sense_is_no_quota(string content)
    {
        Process("0::/x", Version2Mount, "not a mount");
        Write("sys/fs/cgroup/x/cpu.max", content);
        Write("sys/fs/cgroup/x/cpu.stat", "throttled_usec many\n");
        var group = ControlGroup.OfThisProcess(_root);
        Assert.Null(group.CpuQuota);
        Assert.Null(group.ThrottledMilliseconds);
    }

    private void Process(string groups, params string[] mounts)
    {
        Write("proc/self/cgroup", groups + "\n");
        Write("proc/self/mountinfo", "24 1 8:1 / / rw - ext4 /dev/root rw\n" + string.Join('\n', mounts) + "\n");
    }

    private void Write(string path, string content)
    {
        var file = Path.Join(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
