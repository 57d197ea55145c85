using System.Text;

namespace Ampacity.Cli;

/// <summary>Builds the query part of an address; absent values are left out.</summary>
internal sealed class QueryText
{
    private readonly StringBuilder _text = new();

    public QueryText Add(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return this;
    }

    public override string ToString() => _text.ToString();
}
