using System.Text;
using K8sScaleTest.Engine.Api;
using static K8sScaleTest.Engine.Tests.Api.Streams.ObjectText;

namespace K8sScaleTest.Engine.Tests.Api.Streams;

public sealed class JsonObjectDecoderTests
{
    private static readonly string List = """{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"42","continue":"next","remainingItemCount":7},"items":["""
        + string.Join(',', ConfigMap("one", 1, typed: false), ConfigMap("two", 2, typed: false), ConfigMap("three", 3, typed: false)) + "]}\n";

    [Fact]
    public void An_event_gives_what_was_asked_for_and_nothing_of_the_data()
    {
        var seen = Assert.Single(Events(Event("MODIFIED", ConfigMap("one", 12))));
        Assert.Equal(new(ObservedEventKind.Modified, "ns/one", Uid, 12, 1795493547, 0, false, "1"), seen);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Events_may_come_in_pieces_of_any_size(int piece)
    {
        var text = Event("ADDED", ConfigMap("one", 1)) + Bookmark(5) + Event("DELETED", ConfigMap("one", 9, new string('z', 5000)));
        Assert.Equal(Events(text), Events(text, piece));
        Assert.Equal([1, 5, 9], Events(text, piece).Select(seen => (int)seen.ResourceVersion));
    }

    [Fact]
    public void The_bookmark_that_ends_initial_events_is_known_by_its_annotation()
    {
        var seen = Events(Bookmark(5) + Bookmark(6, initialEventsEnd: true));
        Assert.Equal([false, true], seen.Select(each => each.InitialEventsEnd));
        Assert.All(seen, each => Assert.Equal(ObservedEventKind.Bookmark, each.Kind));
    }

    [Fact]
    public void An_annotation_of_an_object_cannot_pass_for_the_end_of_initial_events() =>
        Assert.False(Assert.Single(Events(Event("ADDED", ConfigMap("one", 1, annotations: """{"k8s.io/initial-events-end":"true"}""")))).InitialEventsEnd);

    [Fact]
    public void The_type_may_come_after_the_object()
    {
        var seen = Assert.Single(Events($$"""{"object":{{ConfigMap("one", 3)}},"type":"ADDED"}""" + "\n"));
        Assert.Equal((ObservedEventKind.Added, "ns/one", 3UL), (seen.Kind!.Value, seen.Key, seen.ResourceVersion));
    }

    [Fact]
    public void Escaped_texts_are_unescaped() =>
        Assert.Equal("Zürich \"\n", Assert.Single(Events(Event("ADDED", ConfigMap("one", 1, annotations: """{"\u0061":"Z\u00fcrich \"\n"}""")))).FirstAnnotation);

    [Fact]
    public void Objects_without_a_namespace_have_their_name_for_a_key() =>
        Assert.Equal("node-1", Assert.Single(Events(Event("ADDED", """{"metadata":{"name":"node-1","resourceVersion":"1"}}"""))).Key);

    [Theory]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"name":"x","resourceVersion":"1"}}""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"name":"x","resourceVersion":"abc"}}}""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"name":7}}}""")]
    [InlineData("""{"type":"ADDED","object":[]}""")]
    [InlineData("""{"type":"NEWS","object":{}}""")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"object":{}}""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"creationTimestamp":"yesterday"}}}""")]
    [InlineData("""{"type":"ADDED","object":{}} and more""")]
    [InlineData("upstream request timeout")]
    [InlineData("")]
    public void What_is_no_event_is_an_error_that_says_where(string line)
    {
        var first = Event("ADDED", ConfigMap("one", 1));
        var error = Assert.Throws<MalformedResponseException>(() => Events(first + line + "\n"));
        Assert.Matches("^An event cannot be read, at byte [0-9]+ of the response: ", error.Message);
        var position = int.Parse(error.Message.Split("at byte ")[1].Split(' ')[0]);
        Assert.InRange(position, first.Length, first.Length + line.Length + 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(100_000)]
    public void A_list_may_come_in_pieces_of_any_size(int piece)
    {
        var (decoder, seen) = Items(List, piece);
        Assert.Equal(["ns/one", "ns/two", "ns/three"], seen.Select(each => each.Key));
        Assert.Equal([1, 2, 3], seen.Select(each => (int)each.ResourceVersion));
        Assert.Equal((42UL, "next"), (decoder.ListResourceVersion, decoder.Continue));
    }

    [Fact]
    public void A_lists_metadata_may_come_after_its_items_as_in_lists_of_custom_resources()
    {
        var (decoder, seen) = Items($$$"""{"apiVersion":"v1","items":[{{{ConfigMap("one", 1)}}}],"kind":"L","metadata":{"continue":"","resourceVersion":"8"}}""", 50);
        Assert.Equal((8UL, null), (decoder.ListResourceVersion, decoder.Continue));
        Assert.Single(seen);
    }

    [Fact]
    public void A_list_of_nothing_may_say_null() => Assert.Empty(Items("""{"metadata":{"resourceVersion":"8"},"items":null}""", 10).Seen);

    [Theory]
    [InlineData("""{"metadata":{"resourceVersion":"8"},"items":[""")]
    [InlineData("""{"items":[7]}""")]
    [InlineData("<html>")]
    public void What_is_no_list_is_an_error_that_says_where(string text) =>
        Assert.StartsWith("The list cannot be read, at byte ", Assert.Throws<MalformedResponseException>(() => Items(text, 5)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_same_content_has_the_same_hash_in_a_list_and_in_a_watch()
    {
        var watched = Events(Event("ADDED", ConfigMap("one", 1)), hash: true)[0].Hash;
        Assert.NotEqual(0UL, watched);
        Assert.Equal(watched, Items(List, 11, hash: true).Seen[0].Hash);
    }

    [Fact]
    public void Other_content_has_another_hash() => Assert.Equal(
        4,
        Events(
            Event("ADDED", ConfigMap("one", 1)) + Event("ADDED", ConfigMap("one", 2)) + Event("ADDED", ConfigMap("one", 1, "y"))
            + Event("ADDED", ConfigMap("one", 1, annotations: """{"a":"2"}""")),
            hash: true).Select(seen => seen.Hash).Distinct().Count());

    private static List<SeenObject> Events(string text, int piece = int.MaxValue, bool hash = false)
    {
        var decoder = new JsonObjectDecoder(["a"], hash);
        var observed = new ObservedEvent(1);
        List<SeenObject> seen = [];
        Feed(text, piece, (available, _) =>
        {
            var consumed = 0;
            for (int read; (read = decoder.ReadEvent(available[consumed..], observed)) > 0; consumed += read) seen.Add(SeenObject.Of(observed.Subject, observed.Kind));
            return consumed;
        });
        return seen;
    }

    private static (JsonObjectDecoder Decoder, List<SeenObject> Seen) Items(string text, int piece, bool hash = false)
    {
        var decoder = new JsonObjectDecoder(["a"], hash);
        var observed = new ObservedObject(1);
        var seen = new SeenEvents(1);
        Feed(text, piece, (available, final) => decoder.ReadList(available, final, observed, seen));
        return (decoder, seen.All);
    }

    private static void Feed(string text, int piece, Decode decode)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var start = 0;
        for (var end = Math.Min(piece, bytes.Length); ; end += Math.Min(piece, bytes.Length - end))
        {
            start += decode(bytes.AsSpan(start..end), false);
            if (end == bytes.Length) break;
        }

        decode(bytes.AsSpan(start), true);
    }

    private delegate int Decode(ReadOnlySpan<byte> available, bool final);
}
