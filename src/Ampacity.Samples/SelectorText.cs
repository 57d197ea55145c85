namespace Ampacity.Samples;

/// <summary>Reads a bare selector, <c>{job="dcgm",host=~"n.*"}</c> or <c>up{job="a"}</c>, as rules and requests write it.</summary>
public static class SelectorText
{
    /// <summary>Longest text taken.</summary>
    public const int MaxLength = 4096;

    /// <summary>Reads a selector.</summary>
    /// <exception cref="FormatException">It is not one; the message says what was expected and where.</exception>
    public static IReadOnlyList<Matcher> Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new FormatException($"a selector is at most {MaxLength} characters");
        }

        var reader = new Reader(text);
        var matchers = new List<Matcher>();
        if (reader.TryName() is { } metric)
        {
            matchers.Add(new Matcher(LabelSet.MetricName, MatchKind.Equal, metric));
        }

        if (reader.AtEnd && matchers.Count > 0)
        {
            return matchers;
        }

        reader.Expect('{');
        while (!reader.TryTake('}'))
        {
            var name = reader.TryName() ?? throw reader.Wrong("a label name or }");
            matchers.Add(reader.MatcherFor(name));
            if (!reader.TryTake(','))
            {
                reader.Expect('}');
                break;
            }
        }

        return reader.AtEnd ? matchers : throw reader.Wrong("the end");
    }

    private sealed class Reader(string text)
    {
        private int _at;

        public bool AtEnd
        {
            get
            {
                SkipSpace();
                return _at == text.Length;
            }
        }

        public FormatException Wrong(string expected) =>
            new($"selector {text}: expected {expected} at character {_at + 1}");

        public bool TryTake(char wanted)
        {
            SkipSpace();
            if (_at == text.Length || text[_at] != wanted)
            {
                return false;
            }

            _at++;
            return true;
        }

        public void Expect(char wanted)
        {
            if (!TryTake(wanted))
            {
                throw Wrong(wanted.ToString());
            }
        }

        public string? TryName()
        {
            SkipSpace();
            var start = _at;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '_' or ':' or '.'))
            {
                _at++;
            }

            return _at == start ? null : text[start.._at];
        }

        public Matcher MatcherFor(string name)
        {
            var kind = TryTake('=') ? TryTake('~') ? MatchKind.Regex : MatchKind.Equal
                : !TryTake('!') ? throw Wrong("=, !=, =~ or !~")
                : TryTake('~') ? MatchKind.NotRegex
                : TryTake('=') ? MatchKind.NotEqual
                : throw Wrong("= or ~");
            Expect('"');
            var value = new System.Text.StringBuilder();
            while (_at < text.Length && text[_at] != '"')
            {
                if (text[_at] == '\\' && _at + 1 < text.Length)
                {
                    _at++;
                    value.Append(text[_at] switch { 'n' => '\n', 't' => '\t', var other => other });
                }
                else
                {
                    value.Append(text[_at]);
                }

                _at++;
            }

            Expect('"');
            try
            {
                return new Matcher(name, kind, value.ToString());
            }
            catch (ArgumentException error)
            {
                throw new FormatException($"selector {text}: {error.Message}", error);
            }
        }

        private void SkipSpace()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            {
                _at++;
            }
        }
    }
}
