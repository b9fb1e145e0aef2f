using System.Text.Json;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.Schema;

/// <summary>
/// An object as a client sent it: the text, and where in it the parts stand that the server looks at. Nothing is copied until the canonical
/// form is written.
/// </summary>
internal sealed class DecodedObject
{
    private readonly List<Member> _members = [];
    private readonly List<Member> _nested = [];

    public DecodedObject(ReadOnlyMemory<byte> text, ObjectType type)
    {
        Text = text;
        Type = type;
        Values = new Member[type.Fields.Length];
        Overrides = new byte[]?[type.Fields.Length];
    }

    public ReadOnlyMemory<byte> Text { get; }

    public ObjectType Type { get; }

    public string ApiVersion { get; private set; } = "";

    public string Kind { get; private set; } = "";

    /// <summary>The type's fields, by index; a default member is an absent one.</summary>
    public Member[] Values { get; }

    /// <summary>Canonical JSON that stands in for what the client sent in a field; an empty array removes it.</summary>
    public byte[]?[] Overrides { get; }

    public Member Metadata { get; private set; }

    public string Name { get; set; } = "";

    public string GenerateName { get; private set; } = "";

    public string Namespace { get; set; } = "";

    public string Uid { get; set; } = "";

    public string ResourceVersion { get; set; } = "";

    public long Generation { get; set; }

    public string CreationTimestamp { get; set; } = "";

    public string DeletionTimestamp { get; set; } = "";

    public long? DeletionGracePeriodSeconds { get; set; }

    public Member Labels { get; private set; }

    public Member Annotations { get; private set; }

    public Member OwnerReferences { get; private set; }

    public Member Finalizers { get; private set; }

    public Member ManagedFields { get; private set; }

    /// <summary>Canonical labels that stand in for the client's: a namespace's own name among them.</summary>
    public byte[]? LabelsOverride { get; set; }

    /// <summary>Canonical annotations that stand in for the client's.</summary>
    public byte[]? AnnotationsOverride { get; set; }

    /// <summary>Canonical owner references that stand in for the client's.</summary>
    public byte[]? OwnerReferencesOverride { get; set; }

    /// <summary>Canonical finalizers that stand in for the client's.</summary>
    public byte[]? FinalizersOverride { get; set; }

    /// <summary>Canonical managed fields that stand in for the client's.</summary>
    public byte[]? ManagedFieldsOverride { get; set; }

    /// <summary>Which part of an object a request is about: status, scale or finalize; empty for all of it.</summary>
    public string Subresource { get; set; } = "";

    /// <summary>A custom resource's members beside kind, apiVersion and metadata, as the client sent them.</summary>
    public List<Member> CustomMembers { get; } = [];

    /// <summary>The canonical text of a custom resource after its metadata, without the comma before it; made by its rules.</summary>
    public byte[] Rest { get; set; } = [];

    /// <summary>Who owns which field after an apply; null where the write itself decides.</summary>
    public List<ManagedFields.ManagedEntry>? Managed { get; set; }

    /// <summary>What to say of a value of the wrong kind, where that is not what a create says.</summary>
    public Func<GoTypeException, Exception>? WrongType { get; set; }

    /// <summary>What the rules of the kind found while preparing the object and need again to validate it.</summary>
    public object? State { get; set; }

    /// <summary>What the schema does not know, as paths.</summary>
    public List<string> UnknownFields { get; } = [];

    public List<string> DuplicateFields { get; } = [];

    /// <summary>What the client is told of an object that is taken all the same.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Finds the parts. Throws <see cref="JsonException"/> for what is no JSON, <see cref="GoTypeException"/> for a value of the wrong kind.</summary>
    public static DecodedObject Read(ReadOnlyMemory<byte> text, ObjectType type)
    {
        var result = new DecodedObject(text, type);
        result.ReadTop();
        return result;
    }

    /// <summary>Puts the metadata of another state in the place of what the client sent: an update of a part may not change them.</summary>
    public void KeepMetadataOf(DecodedObject existing)
    {
        Labels = Annotations = OwnerReferences = Finalizers = default;
        LabelsOverride = Kept(existing, existing.Labels);
        AnnotationsOverride = Kept(existing, existing.Annotations);
        OwnerReferencesOverride = Kept(existing, existing.OwnerReferences);
        FinalizersOverride = Kept(existing, existing.Finalizers);
        GenerateName = existing.GenerateName;
    }

    /// <summary>The bytes of a stored state are canonical already.</summary>
    private static byte[] Kept(DecodedObject existing, Member member) => member.Value.IsNone ? [] : member.Value.Of(existing.Text.Span).ToArray();

    private void ReadTop()
    {
        var json = Text.Span;
        JsonText.Members(json, new Slice(0, json.Length), _members);
        var seen = 0UL;
        foreach (var member in _members)
        {
            var name = member.Name.Of(json);
            if (name.SequenceEqual("metadata"u8))
            {
                NoteDuplicate(ref seen, 63, "metadata");
                if (member.Token != JsonTokenType.Null) Metadata = Expect(member, JsonTokenType.StartObject, "metadata", "v1.ObjectMeta", Type.ShortName);
            }
            else if (name.SequenceEqual("kind"u8))
            {
                Kind = TextOf(json, member, "kind", Type.ShortName);
            }
            else if (name.SequenceEqual("apiVersion"u8))
            {
                ApiVersion = TextOf(json, member, "apiVersion", Type.ShortName);
            }
            else if (Type.IndexOf(name) is >= 0 and var index)
            {
                NoteDuplicate(ref seen, index, Type.Fields[index].Name);
                Values[index] = member;
            }
            else if (Type.Structural is not null)
            {
                CustomMembers.Add(member);
            }
            else
            {
                UnknownFields.Add(JsonText.UnescapeToString(name));
            }
        }
        if (Metadata.Token == JsonTokenType.StartObject) ReadMetadata();
    }

    private void ReadMetadata()
    {
        var json = Text.Span;
        JsonText.Members(json, Metadata.Value, _nested);
        foreach (var member in _nested)
        {
            var name = member.Name.Of(json);
            switch (name.Length)
            {
                case 3 when name.SequenceEqual("uid"u8): Uid = TextOf(json, member, "metadata.uid"); break;
                case 4 when name.SequenceEqual("name"u8): Name = TextOf(json, member, "metadata.name"); break;
                case 6 when name.SequenceEqual("labels"u8): Labels = Map(member, "metadata.labels"); break;
                case 8 when name.SequenceEqual("selfLink"u8): break;
                case 9 when name.SequenceEqual("namespace"u8): Namespace = TextOf(json, member, "metadata.namespace"); break;
                case 10 when name.SequenceEqual("generation"u8): Generation = NumberOf(json, member, "metadata.generation") ?? 0; break;
                case 10 when name.SequenceEqual("finalizers"u8): Finalizers = Array(member, "metadata.finalizers", "[]string"); break;
                case 11 when name.SequenceEqual("annotations"u8): Annotations = Map(member, "metadata.annotations"); break;
                case 12 when name.SequenceEqual("generateName"u8): GenerateName = TextOf(json, member, "metadata.generateName"); break;
                case 13 when name.SequenceEqual("managedFields"u8): ManagedFields = Array(member, "metadata.managedFields", "[]v1.ManagedFieldsEntry"); break;
                case 15 when name.SequenceEqual("resourceVersion"u8): ResourceVersion = TextOf(json, member, "metadata.resourceVersion"); break;
                case 15 when name.SequenceEqual("ownerReferences"u8): OwnerReferences = Array(member, "metadata.ownerReferences", "[]v1.OwnerReference"); break;
                case 17 when name.SequenceEqual("creationTimestamp"u8): CreationTimestamp = TimeOf(json, member, "metadata.creationTimestamp"); break;
                case 17 when name.SequenceEqual("deletionTimestamp"u8): DeletionTimestamp = TimeOf(json, member, "metadata.deletionTimestamp"); break;
                case 26 when name.SequenceEqual("deletionGracePeriodSeconds"u8): DeletionGracePeriodSeconds = NumberOf(json, member, "metadata.deletionGracePeriodSeconds"); break;
                default: UnknownFields.Add("metadata." + JsonText.UnescapeToString(name)); break;
            }
        }
    }

    private static Member Map(Member member, string path) => Expect(member, JsonTokenType.StartObject, path, "map[string]string", "ObjectMeta");

    private static Member Array(Member member, string path, string goType) => Expect(member, JsonTokenType.StartArray, path, goType, "ObjectMeta");

    private static Member Expect(Member member, JsonTokenType token, string path, string goType, string structName) =>
        member.Token == JsonTokenType.Null ? default
        : member.Token == token ? member
        : throw new GoTypeException(member.Token, structName + "." + path, goType);

    private static string TextOf(ReadOnlySpan<byte> json, Member member, string path, string structName = "ObjectMeta") => member.Token switch
    {
        JsonTokenType.String => JsonText.UnescapeToString(member.Value.Text(json)),
        JsonTokenType.Null => "",
        _ => throw new GoTypeException(member.Token, structName + "." + path, path.EndsWith("uid", StringComparison.Ordinal) ? "types.UID" : "string"),
    };

    private static long? NumberOf(ReadOnlySpan<byte> json, Member member, string path)
    {
        if (member.Token == JsonTokenType.Null) return null;
        if (member.Token == JsonTokenType.Number && long.TryParse(member.Value.Of(json), System.Globalization.CultureInfo.InvariantCulture, out var value)) return value;
        throw new GoTypeException(member.Token, "ObjectMeta." + path, "int64");
    }

    private static string TimeOf(ReadOnlySpan<byte> json, Member member, string path)
    {
        var text = TextOf(json, member, path);
        return text.Length == 0 ? "" : GoTime.Canonical(text, fraction: false);
    }

    private void NoteDuplicate(ref ulong seen, int index, string name)
    {
        var bit = 1UL << index;
        if ((seen & bit) != 0) DuplicateFields.Add(name);
        seen |= bit;
    }
}
