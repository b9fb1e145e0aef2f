using System.Globalization;

namespace K8sScaleTest.LocalApi.Control;

/// <summary>What part of the ledger is wanted.</summary>
/// <param name="From">The first number; null for all that is there.</param>
/// <param name="Follow">Go on with what is entered later, until the client leaves.</param>
/// <param name="Resources">Plurals, with or without group; all when empty.</param>
/// <param name="Watch">One watch; null for all.</param>
/// <param name="Coverage">With the bits of each watch.</param>
internal sealed record LedgerQuery(long? From, bool Follow, IReadOnlyList<string> Resources, int? Watch, bool Coverage)
{
    private static readonly string[] Known = ["from", "follow", "resource", "watch", "coverage"];

    /// <summary>Throws <see cref="ArgumentException"/> that says what is wrong.</summary>
    public static LedgerQuery Parse(IQueryCollection query)
    {
        foreach (var name in query.Keys.Where(k => !Known.Contains(k))) throw new ArgumentException($"'{name}' is unknown; there are {string.Join(", ", Known)}.");
        return new LedgerQuery(Number(query, "from"), Flag(query, "follow"), [.. query["resource"].OfType<string>()], (int?)Number(query, "watch"), Flag(query, "coverage"));
    }

    public bool Wants(Resources.ResourceType? resource) => Resources.Count == 0 || resource is not null && (Resources.Contains(resource.Plural) || Resources.Contains(resource.QualifiedPlural));

    private static long? Number(IQueryCollection query, string name)
    {
        if (!query.TryGetValue(name, out var text)) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= int.MaxValue * (long)int.MaxValue
            ? value : throw new ArgumentException($"{name}={text}: not a whole number from 0.");
    }

    private static bool Flag(IQueryCollection query, string name) => query[name].ToString() switch
    {
        "" when !query.ContainsKey(name) => false,
        "" or "true" or "1" => true,
        "false" or "0" => false,
        var other => throw new ArgumentException($"{name}={other}: not true or false."),
    };
}
