using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Ampacity.Fleet;

/// <summary>Names a product as sold: <c>vendor/product</c>, lower case, such as <c>nvidia/gb200-nvl72</c>.</summary>
/// <param name="Text">As written; at most 128 characters.</param>
public readonly partial record struct SkuId(string Text)
{
    /// <summary>The part before the slash.</summary>
    public string Vendor => Text[..Text.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>Reads an id; false where the text is not <c>vendor/product</c> in lower case.</summary>
    public static bool TryParse(string? text, out SkuId id)
    {
        var good = text is { Length: <= 128 } && Form().IsMatch(text);
        id = good ? new(text!) : default;
        return good;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]*/[a-z0-9][a-z0-9.-]*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}

/// <summary>One immutable revision of a SKU: what an installed rack pins. Text form <c>nvidia/gb200-nvl72@1</c>.</summary>
/// <param name="Id">The product.</param>
/// <param name="Revision">From 1 to 9,999.</param>
public readonly record struct SkuRevision(SkuId Id, int Revision)
{
    /// <summary>Reads <c>id@revision</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SkuRevision revision)
    {
        revision = default;
        var at = text?.LastIndexOf('@') ?? -1;
        if (at < 0 || !SkuId.TryParse(text![..at], out var id) || text.Length - at is < 2 or > 5 || text[at + 1] == '0'
            || !int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        revision = new(id, number);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id.Text}@{Revision}");
}
