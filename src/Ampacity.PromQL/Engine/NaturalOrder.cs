namespace Ampacity.PromQL;

/// <summary>Orders texts so that runs of digits compare as numbers: <c>rack-9</c> before <c>rack-10</c>.</summary>
internal static class NaturalOrder
{
    public static int Compare(string left, string right)
    {
        var (i, j) = (0, 0);
        while (i < left.Length && j < right.Length)
        {
            if (char.IsAsciiDigit(left[i]) && char.IsAsciiDigit(right[j]))
            {
                var a = Digits(left, ref i);
                var b = Digits(right, ref j);
                var x = a.TrimStart('0');
                var y = b.TrimStart('0');
                var order = x.Length != y.Length ? x.Length.CompareTo(y.Length) : x.SequenceCompareTo(y);
                if (order != 0 || a.Length != b.Length)
                {
                    return order != 0 ? order : a.Length.CompareTo(b.Length);
                }
            }
            else if (left[i] != right[j])
            {
                return left[i].CompareTo(right[j]);
            }
            else
            {
                i++;
                j++;
            }
        }

        return (left.Length - i).CompareTo(right.Length - j);
    }

    private static ReadOnlySpan<char> Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return text.AsSpan(start, at - start);
    }
}
