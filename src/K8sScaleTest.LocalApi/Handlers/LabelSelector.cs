using System.Text;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>A label selector: apimachinery/pkg/labels, parser and texts.</summary>
internal sealed class LabelSelector
{
    private static readonly LabelSelector Everything = new([]);
    private readonly Requirement[] _requirements;

    private LabelSelector(Requirement[] requirements) => _requirements = requirements;

    private enum Operator
    {
        In,
        NotIn,
        Exists,
        DoesNotExist,
        GreaterThan,
        LessThan,
    }

    public bool IsEverything => _requirements.Length == 0;

    public static LabelSelector Parse(string text)
    {
        if (text.Length == 0) return Everything;
        var parser = new Parser(text);
        var result = parser.Parse();
        return result.Length == 0 ? Everything : new LabelSelector(result);
    }

    /// <param name="labels">Canonical JSON without its braces; label keys and values never need escapes.</param>
    public bool Matches(ReadOnlySpan<byte> labels)
    {
        foreach (var requirement in _requirements)
        {
            if (!requirement.Matches(labels)) return false;
        }
        return true;
    }

    private static ApiException Bad(string what) => new(ApiStatus.BadRequest("unable to parse requirement: " + what));

    private static ApiException BadBetween(string what) => new(ApiStatus.BadRequest(what));

    private sealed class Requirement(string key, Operator op, string[] values)
    {
        private readonly byte[] _key = Encoding.UTF8.GetBytes("\"" + key + "\":\"");
        private readonly byte[][] _values = [.. values.Select(Encoding.UTF8.GetBytes)];

        public bool Matches(ReadOnlySpan<byte> labels)
        {
            var has = TryFind(labels, out var value);
            switch (op)
            {
                case Operator.Exists: return has;
                case Operator.DoesNotExist: return !has;
                case Operator.In: return has && Contains(value);
                case Operator.NotIn: return !has || !Contains(value);
                default:
                    return has && long.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number)
                        && long.Parse(values[0], System.Globalization.CultureInfo.InvariantCulture) is var bound && (op == Operator.GreaterThan ? number > bound : number < bound);
            }
        }

        private bool TryFind(ReadOnlySpan<byte> labels, out ReadOnlySpan<byte> value)
        {
            while (labels.Length > 0)
            {
                var matches = labels.StartsWith(_key);
                var colon = labels[1..].IndexOf((byte)'"') + 2;
                var start = colon + 2;
                var length = labels[start..].IndexOf((byte)'"');
                if (matches)
                {
                    value = labels.Slice(start, length);
                    return true;
                }
                var next = start + length + 2;
                labels = next < labels.Length ? labels[next..] : default;
            }
            value = default;
            return false;
        }

        private bool Contains(ReadOnlySpan<byte> value)
        {
            foreach (var candidate in _values)
            {
                if (value.SequenceEqual(candidate)) return true;
            }
            return false;
        }
    }

    /// <summary>The tokens and grammar of labels.Parse.</summary>
    private sealed class Parser(string text)
    {
        private int _at;

        public Requirement[] Parse()
        {
            var result = new List<Requirement>();
            while (true)
            {
                var (kind, word) = Peek();
                switch (kind)
                {
                    case "identifier" or "!" or "in" or "notin":
                        result.Add(ParseRequirement());
                        var (after, afterWord) = Next();
                        if (after == "end") return [.. result];
                        if (after != ",") throw BadBetween($"found '{afterWord}', expected: ',' or 'end of string'");
                        var (following, followingWord) = Peek();
                        if (following is not ("identifier" or "!" or "in" or "notin")) throw BadBetween($"found '{followingWord}', expected: identifier after ','");
                        break;
                    case "end":
                        return [.. result];
                    default:
                        throw BadBetween($"found '{word}', expected: !, identifier, or 'end of string'");
                }
            }
        }

        private Requirement ParseRequirement()
        {
            var (kind, word) = Next();
            var not = kind == "!";
            if (not) (kind, word) = Next();
            if (kind is "in" or "notin") kind = "identifier";
            if (kind != "identifier") throw Bad($"found '{word}', expected: identifier");
            foreach (var problem in NameRule.QualifiedName(word)) throw Bad($"{KeyError(word, problem)}");
            var key = word;
            if (not) return new Requirement(key, Operator.DoesNotExist, []);
            var (op, opWord) = Peek();
            switch (op)
            {
                case "end" or ",":
                    return new Requirement(key, Operator.Exists, []);
                case "in" or "notin":
                    Next();
                    return Make(key, op == "in" ? Operator.In : Operator.NotIn, Values());
                case "=" or "==" or "!=":
                    Next();
                    return Make(key, op == "!=" ? Operator.NotIn : Operator.In, [ExactValue()]);
                case "<" or ">":
                    Next();
                    var bound = ExactValue();
                    if (!long.TryParse(bound, System.Globalization.CultureInfo.InvariantCulture, out _)) throw Bad($"values[0][{key}]: Invalid value: {Go.Quote(bound)}: for 'Gt', 'Lt' operators, the value must be an integer");
                    return new Requirement(key, op == "<" ? Operator.LessThan : Operator.GreaterThan, [bound]);
                default:
                    throw Bad($"found '{opWord}', expected: in, notin, =, ==, !=, gt, lt");
            }
        }

        private static Requirement Make(string key, Operator op, string[] values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                foreach (var problem in NameRule.LabelValue(values[i])) throw Bad($"values[{i}][{key}]: Invalid value: {Go.Quote(values[i])}: {problem}");
            }
            return new Requirement(key, op, values);
        }

        private static string KeyError(string key, string problem) => $"key: Invalid value: {Go.Quote(key)}: {problem}";

        private string ExactValue()
        {
            var (kind, _) = Peek();
            if (kind is "end" or ",") return "";
            var (found, word) = Next(values: true);
            return found == "identifier" ? word : throw Bad($"found '{word}', expected: identifier");
        }

        private string[] Values()
        {
            var (open, openWord) = Next();
            if (open != "(") throw Bad($"found '{openWord}' expected: '('");
            var values = new List<string>();
            var (kind, word) = Peek(values: true);
            if (kind == ")")
            {
                Next();
                return [""];
            }
            if (kind is not ("identifier" or ",")) throw Bad($"found '{word}', expected: ',', ')' or identifier");
            while (true)
            {
                (kind, word) = Next(values: true);
                if (kind == "identifier")
                {
                    values.Add(word);
                    (kind, word) = Next(values: true);
                    if (kind == ")") return [.. values];
                    if (kind != ",") throw Bad($"found '{word}', expected: ',' or ')'");
                    if (Peek(values: true).Kind == ")")
                    {
                        Next();
                        values.Add("");
                        return [.. values];
                    }
                }
                else if (kind == ",")
                {
                    values.Add("");
                    if (Peek(values: true).Kind == ")")
                    {
                        Next();
                        values.Add("");
                        return [.. values];
                    }
                }
                else if (kind == ")")
                {
                    return [.. values];
                }
                else
                {
                    throw Bad($"found '{word}', expected: ',', or identifier");
                }
            }
        }

        private (string Kind, string Word) Peek(bool values = false)
        {
            var at = _at;
            var token = Next(values);
            _at = at;
            return token;
        }

        private (string Kind, string Word) Next(bool values = false)
        {
            while (_at < text.Length && text[_at] is ' ' or '\t' or '\r' or '\n') _at++;
            if (_at >= text.Length) return ("end", "");
            if (IsSpecial(text[_at]))
            {
                foreach (var symbol in new[] { "==", "!=", "(", ")", ",", "!", "=", "<", ">" })
                {
                    if (string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) != 0) continue;
                    _at += symbol.Length;
                    return (symbol, symbol);
                }
            }
            var start = _at;
            while (_at < text.Length && !IsSpecial(text[_at]) && text[_at] is not (' ' or '\t' or '\r' or '\n')) _at++;
            var word = text[start.._at];
            return !values && word is "in" or "notin" && !values ? (word, word) : ("identifier", word);
        }

        private static bool IsSpecial(char c) => c is '=' or '!' or '(' or ')' or ',' or '>' or '<';
    }
}
