using System.Text;

namespace K8sScaleTest.LocalApi.Schema;

/// <summary>One field of an object type, as its Go struct has it.</summary>
/// <param name="Name">The JSON name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Description">For OpenAPI and <c>kubectl explain</c>.</param>
internal sealed record Field(string Name, FieldType Type, string Description = "")
{
    public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>A Go pointer: a zero value that was given is kept.</summary>
    public bool Pointer { get; init; }

    /// <summary>No omitempty, or a struct by value: written even when empty.</summary>
    public bool Always { get; init; }

    /// <summary>The key by which a strategic merge patch tells the elements of a list apart.</summary>
    public string? MergeKey { get; init; }

    /// <summary>The keys by which server-side apply tells the elements of a list apart; null for a list that is owned as a whole.</summary>
    public string[]? MapKeys { get; init; }

    /// <summary>Server-side apply owns the value as a whole.</summary>
    public bool Atomic { get; init; }

    /// <summary>A strategic merge patch adds to this list of plain values.</summary>
    public bool MergeValues { get; init; }

    public bool Required { get; init; }

    /// <summary>The field's number in Kubernetes' protobuf form; 0 where that has none.</summary>
    public int Number { get; init; }
}
