using System.Buffers;
using System.IO.Pipelines;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Ledgers;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Watching;

/// <summary>The lines of a watch, in the form that its client asked for.</summary>
internal sealed class WatchOutput(ApiRequest request)
{
    private bool _columnsSent;

    /// <summary>The word for a type of event.</summary>
    public static string Name(EventType type) => type switch
    {
        EventType.Added => "ADDED",
        EventType.Modified => "MODIFIED",
        _ => "DELETED",
    };

    public void Event(IBufferWriter<byte> writer, EventType type, StoredObject item)
    {
        writer.Write(type switch
        {
            EventType.Added => "{\"type\":\"ADDED\",\"object\":"u8,
            EventType.Modified => "{\"type\":\"MODIFIED\",\"object\":"u8,
            _ => "{\"type\":\"DELETED\",\"object\":"u8,
        });
        Object(writer, item);
        request.Version.EventsSent.Add(1);
    }

    /// <summary>A bookmark: an object that has nothing but its resourceVersion, in whatever form the watch is in.</summary>
    public void Bookmark(IBufferWriter<byte> writer, long revision, bool initialEventsEnd)
    {
        var to = JsonBuffer.Rent();
        to.Raw("\"metadata\":{\"resourceVersion\":\""u8);
        var at = to.Length;
        to.Number(revision);
        var length = to.Length - at;
        to.Byte((byte)'"');
        if (initialEventsEnd) to.Raw(",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}"u8);
        to.Byte((byte)'}');
        var layout = new BodyLayout { RvOffset = at, RvLength = length, MetadataEnd = to.Length };
        Schema.CanonicalWriter.EmptyFields(to, request.Resource.Versions[0].Type);
        to.Byte((byte)'}');
        var empty = new StoredObject("", to.ToArray(), layout);
        to.Return();
        empty.Commit(revision);
        writer.Write("{\"type\":\"BOOKMARK\",\"object\":"u8);
        Object(writer, empty);
    }

    public static void Error(IBufferWriter<byte> writer, ApiStatus status)
    {
        var to = JsonBuffer.Rent();
        to.Raw("{\"type\":\"ERROR\",\"object\":"u8);
        status.WriteTo(to);
        to.Raw("}\n"u8);
        writer.Write(to.Written);
        to.Return();
    }

    private void Object(IBufferWriter<byte> writer, StoredObject item)
    {
        if (request.Accept.Form == Form.Object)
        {
            writer.Write(request.Version.ObjectPrefix);
            writer.Write(request.Resource.BodyOf(item, request.VersionIndex));
        }
        else
        {
            var to = JsonBuffer.Rent();
            if (request.Accept.Form == Form.Table) TableWriter.Single(to, request, item, columns: !_columnsSent);
            else MetadataWriter.Single(to, request, item);
            _columnsSent = true;
            writer.Write(to.Written);
            to.Return();
        }
        writer.Write("}\n"u8);
    }

    /// <summary>Half a line, as a connection that breaks leaves it behind.</summary>
    public static void Half(PipeWriter writer, Action<IBufferWriter<byte>> line)
    {
        var whole = new ArrayBufferWriter<byte>();
        line(whole);
        writer.Write(whole.WrittenSpan[..(whole.WrittenCount / 2)]);
    }
}
