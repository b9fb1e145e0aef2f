using System.Text;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Tests.Api.Streams;

/// <summary>What a test keeps of an object or an event.</summary>
internal sealed record SeenObject(ObservedEventKind? Kind, string Key, string Uid, ulong ResourceVersion, long? Created, ulong Hash, bool InitialEventsEnd, string FirstAnnotation)
{
    public static SeenObject Of(ObservedObject observed, ObservedEventKind? kind = null, bool annotated = true) => new(
        kind,
        Encoding.UTF8.GetString(observed.Key),
        Encoding.UTF8.GetString(observed.UidText),
        observed.ResourceVersion,
        observed.CreationUnixSeconds,
        observed.ContentHash,
        observed.InitialEventsEnd,
        annotated ? Encoding.UTF8.GetString(observed.Annotation(0)) : "");
}
