using System.Text;
using System.Text.Json;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Informers;
using K8sScaleTest.Engine.Tests.Api.Streams;

namespace K8sScaleTest.Engine.Tests.Informers;

public sealed class WriterTimeTests
{
    [Theory]
    [InlineData("""{"scaletest/launchedUnixMicros":"1795500000123456","scaletest/createTimestamp":"2026-01-01 00:00:00.000 +0000"}""", 1795500000123456, true)]
    [InlineData("""{"scaletest/createTimestamp":"2026-11-24 06:00:00.123 +0000"}""", 1795500000123000, false)]
    [InlineData("""{"scaletest/createTimestamp":"2026-11-24 01:00:00.123 -0500"}""", 1795500000123000, false)]
    [InlineData("""{"scaletest/createTimestamp":"2026-11-24 11:30:00 +0530"}""", 1795500000000000, false)]
    [InlineData("""{"scaletest/launchedUnixMicros":"soon","scaletest/createTimestamp":"2026-11-24 06:00:00.123 +0000"}""", 1795500000123000, false)]
    [InlineData("""{"scaletest/createTimestamp":"tomorrow"}""", 0, false)]
    [InlineData("""{"scaletest/launchedUnixMicros":"-5"}""", 0, false)]
    [InlineData("{}", 0, false)]
    public void A_creation_is_as_exact_as_its_annotation(string annotations, long micros, bool exact) =>
        Assert.Equal(new WriterTime(micros, exact), WriterTime.Created(Read(annotations)));

    [Fact]
    public void An_update_has_annotations_of_its_own() => Assert.Equal(
        new WriterTime(2, true), WriterTime.Updated(Read("""{"scaletest/launchedUnixMicros":"1","scaletest/updatedUnixMicros":"2"}""")));

    private static ObservedObject Read(string annotations)
    {
        var json = Encoding.UTF8.GetBytes(ObjectText.ConfigMap("a", 1, annotations: annotations));
        var observed = new ObservedObject(WriterTime.Annotations.Count);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        new JsonObjectReader(WriterTime.Annotations, false).TryRead(ref reader, json, observed);
        return observed;
    }
}
