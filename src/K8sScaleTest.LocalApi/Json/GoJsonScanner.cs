using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.Json;

/// <summary>What encoding/json says of a text that is no JSON: it names the first byte that cannot stand where it does.</summary>
internal ref struct GoJsonScanner
{
    private const int MaximumDepth = 10_000;
    private const string EndOfInput = "unexpected end of JSON input";

    private readonly ReadOnlySpan<byte> _json;
    private readonly Stack<bool> _arrays = [];
    private int _at;
    private bool _wantsValue = true;
    private string? _error;

    private GoJsonScanner(ReadOnlySpan<byte> json) => _json = json;

    /// <summary>The error, or null for a text that is one value.</summary>
    public static string? ErrorOf(ReadOnlySpan<byte> json)
    {
        var scanner = new GoJsonScanner(json);
        // Without recursion: a text of nothing but brackets is as deep as it is long.
        while (scanner._error is null && (scanner._wantsValue || scanner._arrays.Count > 0))
        {
            if (scanner._wantsValue) scanner.Value();
            else scanner.Next();
        }
        scanner.Space();
        if (scanner._error is null && scanner._at < json.Length) scanner.Fail("after top-level value");
        return scanner._error;
    }

    private readonly bool IsAtEnd => _at >= _json.Length;

    private readonly int Here => IsAtEnd ? -1 : _json[_at];

    private void Space()
    {
        while (Here is ' ' or '\n' or '\r' or '\t') _at++;
    }

    /// <summary>A byte that cannot stand where a space could.</summary>
    private void Fail(string context)
    {
        if (IsAtEnd) _error ??= EndOfInput;
        else FailWithin(context);
    }

    /// <summary>A byte that cannot stand where no space could either: Go takes the end of the text for one (encoding/json, scanner.eof).</summary>
    private void FailWithin(string context)
    {
        // A byte is shown as the character with its number.
        var shown = (IsAtEnd ? ' ' : Here) switch { '\'' => @"'\''", '"' => "'\"'", var c => $"'{Go.Quote(((char)c).ToString())[1..^1]}'" };
        _error ??= $"invalid character {shown} {context}";
    }

    /// <summary>A value; of an object or array its beginning, with its first key.</summary>
    private void Value()
    {
        _wantsValue = false;
        Space();
        switch (Here)
        {
            case '{' or '[': Open(); break;
            case '"': Text(); break;
            case 't': Literal("true"u8); break;
            case 'f': Literal("false"u8); break;
            case 'n': Literal("null"u8); break;
            case '-' or (>= '0' and <= '9'): Number(); break;
            default: Fail("looking for beginning of value"); break;
        }
    }

    private void Open()
    {
        if (_arrays.Count == MaximumDepth)
        {
            Fail("exceeded max depth");
            return;
        }
        var isArray = Here == '[';
        _at++;
        _arrays.Push(isArray);
        Space();
        if (Here == (isArray ? ']' : '}')) return;
        Member(isArray);
    }

    private void Member(bool isArray)
    {
        if (isArray) _wantsValue = true;
        else Key();
    }

    /// <summary>What follows a value in the object or array that is open.</summary>
    private void Next()
    {
        Space();
        var isArray = _arrays.Peek();
        if (Here == (isArray ? ']' : '}'))
        {
            _at++;
            _arrays.Pop();
        }
        else if (Here == ',')
        {
            _at++;
            Member(isArray);
        }
        else
        {
            Fail(isArray ? "after array element" : "after object key:value pair");
        }
    }

    private void Key()
    {
        Space();
        if (Here != '"')
        {
            Fail("looking for beginning of object key string");
            return;
        }
        Text();
        Space();
        if (_error is not null) return;
        if (Here != ':')
        {
            Fail("after object key");
            return;
        }
        _at++;
        _wantsValue = true;
    }

    private void Text()
    {
        for (_at++; _error is null && Here != '"'; _at++)
        {
            if (Here < ' ') Fail("in string literal");
            else if (Here == '\\') Escape();
        }
        if (_error is null) _at++;
    }

    private void Escape()
    {
        _at++;
        if (Here == 'u')
        {
            for (var i = 0; i < 4 && _error is null; i++)
            {
                _at++;
                if (IsAtEnd || !char.IsAsciiHexDigit((char)Here)) FailWithin("in \\u hexadecimal character escape");
            }
        }
        else if (Here is not ('b' or 'f' or 'n' or 'r' or 't' or '\\' or '/' or '"'))
        {
            FailWithin("in string escape code");
        }
    }

    private void Literal(ReadOnlySpan<byte> word)
    {
        for (var i = 1; i < word.Length && _error is null; i++)
        {
            _at++;
            if (Here != word[i]) FailWithin($"in literal {System.Text.Encoding.ASCII.GetString(word)} (expecting '{(char)word[i]}')");
        }
        _at++;
    }

    private void Number()
    {
        if (Here == '-')
        {
            _at++;
            if (Here is < '0' or > '9')
            {
                FailWithin("in numeric literal");
                return;
            }
        }
        if (Here == '0') _at++;
        else Digits("in numeric literal");
        if (Here == '.')
        {
            _at++;
            Digits("after decimal point in numeric literal");
        }
        if (_error is not null || Here is not ('e' or 'E')) return;
        _at++;
        if (Here is '+' or '-') _at++;
        Digits("in exponent of numeric literal");
    }

    private void Digits(string context)
    {
        if (Here is < '0' or > '9') FailWithin(context);
        while (Here is >= '0' and <= '9') _at++;
    }
}
