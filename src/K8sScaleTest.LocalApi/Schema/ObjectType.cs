namespace K8sScaleTest.LocalApi.Schema;

/// <summary>A Go struct: its fields in the order in which Go writes them.</summary>
internal sealed class ObjectType
{
    /// <param name="openApiName">Such as io.k8s.api.core.v1.ConfigMap.</param>
    /// <param name="goName">Such as v1.ConfigMap.</param>
    /// <param name="description">For OpenAPI.</param>
    /// <param name="fields">In Go's order. For a kind: what comes after kind, apiVersion and metadata.</param>
    public ObjectType(string openApiName, string goName, string description, params Field[] fields)
    {
        OpenApiName = openApiName;
        GoName = goName;
        Description = description;
        Fields = fields;
    }

    public string OpenApiName { get; }

    public string GoName { get; }

    /// <summary>The name without its package.</summary>
    public string ShortName => GoName[(GoName.LastIndexOf('.') + 1)..];

    public string Description { get; }

    public Field[] Fields { get; private set; }

    /// <summary>The schema of a custom resource: objects of it keep every field that this allows. Null for a type that Go has a struct for.</summary>
    public StructuralSchema? Structural { get; init; }

    /// <summary>Gives the type its fields after all: one that contains itself cannot have them from the start.</summary>
    public void Define(params Field[] fields) => Fields = fields;

    /// <summary>Index of the field with this name, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Fields.Length; i++)
        {
            if (name.SequenceEqual(Fields[i].Utf8Name)) return i;
        }
        return -1;
    }
}
