using System.Globalization;
using System.Management.Automation.Host;

namespace K8sScaleTest.Tests;

/// <summary>The host of a <see cref="ModuleSession"/>.</summary>
internal sealed class RecordingHost : PSHost
{
    public RecordingHostUI Recording { get; } = new();

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture { get; } = new("en-US");

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "K8sScaleTest.Tests";

    public override PSHostUserInterface UI => Recording;

    public override Version Version { get; } = new(1, 0);

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }
}
