namespace K8sScaleTest.LocalApi.Http;

/// <summary>The words for verbs, made once.</summary>
internal static class VerbNames
{
    private static readonly string[] Verbs = ["other", "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

    public static string Of(Verb verb) => Verbs[(int)verb];

    /// <summary>The verb of a request for a resource.</summary>
    public static Verb Of(string method, bool isWatch, bool isCollection) => method switch
    {
        "GET" when isWatch => Verb.Watch,
        "GET" or "HEAD" => isCollection ? Verb.List : Verb.Get,
        "POST" => Verb.Create,
        "PUT" => Verb.Update,
        "PATCH" => Verb.Patch,
        "DELETE" => isCollection ? Verb.DeleteCollection : Verb.Delete,
        _ => Verb.Other,
    };
}
