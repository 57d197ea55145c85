namespace Ampacity.Collect;

/// <summary>One line of text exposition that holds a sample, taken apart: <c>name{labels} value [time] [# exemplar]</c>.</summary>
internal static class ExpositionLine
{
    /// <summary>
    /// Checks name and labels and says where they end; null, or what is wrong. Labels are told to nobody: who needs them walks them again.
    /// </summary>
    public static string? Spelling(ReadOnlySpan<byte> line, ref byte[] buffer, out int end)
    {
        end = ExpositionLabels.NameLength(line, colons: true);
        var brace = end;
        while (brace < line.Length && line[brace] is (byte)' ' or (byte)'\t')
        {
            brace++;
        }

        if (brace == line.Length || line[brace] != '{')
        {
            return end == 0 ? "a line has to begin with a metric's name, # or nothing"
                : brace == line.Length ? "the value is missing"
                : brace == end ? "a metric's name holds letters, digits, _ and :, and begins with none of the digits" : null;
        }

        var labels = new ExpositionLabels(line[(brace + 1)..], buffer);
        while (labels.MoveNext())
        {
        }

        buffer = labels.Buffer;
        end = brace + 1 + labels.Position;
        return labels.Error;
    }

    /// <summary>Reads what stands behind name and labels; null, or what is wrong.</summary>
    public static string? Rest(ReadOnlySpan<byte> rest, bool openMetrics, ref byte[] buffer, out ExpositionValue read)
    {
        read = default;
        rest = TrimStart(rest, out var spaces);
        var end = EndOfWord(rest);
        if (end == 0)
        {
            return "the value is missing";
        }

        if (spaces == 0 || !ExpositionNumber.TryParse(rest[..end], out var value))
        {
            return spaces == 0 ? "a blank is missing before the value" : "the value is no number";
        }

        read = new ExpositionValue(value, null, false);
        rest = TrimStart(rest[end..], out _);
        if (!rest.IsEmpty && rest[0] != '#')
        {
            end = EndOfWord(rest);
            if (!ExpositionNumber.TryParseTime(rest[..end], openMetrics, out var timestampMs))
            {
                return openMetrics ? "the time is no number of seconds" : "the time is no whole number of milliseconds";
            }

            read = new ExpositionValue(value, timestampMs, false);
            rest = TrimStart(rest[end..], out _);
        }

        if (rest.IsEmpty)
        {
            return null;
        }

        read = read with { HasExemplar = true };
        return !openMetrics ? "something stands behind value and time; exemplars are OpenMetrics"
            : rest[0] == '#' ? Exemplar(TrimStart(rest[1..], out _), ref buffer)
            : "something stands behind value and time";
    }

    private static string? Exemplar(ReadOnlySpan<byte> text, ref byte[] buffer)
    {
        if (text is not [(byte)'{', ..])
        {
            return "an exemplar has to begin with {";
        }

        var labels = new ExpositionLabels(text[1..], buffer);
        while (labels.MoveNext())
        {
        }

        buffer = labels.Buffer;
        if (labels.Error is { } error)
        {
            return $"in the exemplar, {error}";
        }

        var rest = TrimStart(text[(1 + labels.Position)..], out _);
        var end = EndOfWord(rest);
        if (!ExpositionNumber.TryParse(rest[..end], out _))
        {
            return "the exemplar's value is no number";
        }

        rest = TrimStart(rest[end..], out _);
        return rest.IsEmpty || ExpositionNumber.TryParseTime(rest, openMetrics: true, out _) ? null : "the exemplar's time is no number of seconds";
    }

    public static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text, out int spaces)
    {
        spaces = text.IndexOfAnyExcept((byte)' ', (byte)'\t');
        spaces = spaces < 0 ? text.Length : spaces;
        return text[spaces..];
    }

    public static int EndOfWord(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)' ', (byte)'\t');
        return end < 0 ? text.Length : end;
    }
}

/// <summary>What a line says behind name and labels.</summary>
internal readonly record struct ExpositionValue(double Value, long? TimestampMs, bool HasExemplar);
