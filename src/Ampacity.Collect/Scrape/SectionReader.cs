using System.Globalization;
using Ampacity.Fleet;

namespace Ampacity.Collect;

/// <summary>What every section of a <c>prometheus.yml</c> is read with: values with their defaults, and the errors that were met.</summary>
internal sealed class SectionReader(string name)
{
    private readonly string _name = name;
    private readonly List<FileError> _errors = [];

    /// <summary>What is wrong so far.</summary>
    public IReadOnlyList<FileError> Errors => _errors;

    /// <summary>Folder to which relative paths are relative.</summary>
    public string Folder { get; } = Path.GetDirectoryName(Path.GetFullPath(name)) ?? "";

    /// <summary>The whole path of a file that a node names.</summary>
    public string PathOf(DataNode node) => Path.Combine(Folder, node.Text);

    public void Know(DataNode node, string[] keys)
    {
        foreach (var (key, value) in node.Members)
        {
            if (!keys.Contains(key, StringComparer.Ordinal))
            {
                _errors.Add(new FileError(_name, value.KeyLine, value.Path, "unknown-key", key.EndsWith("_sd_configs", StringComparison.Ordinal)
                    ? $"{key} is not read here; there are static_configs, file_sd_configs, http_sd_configs and inventory_sd_configs"
                    : $"{key} is not understood here; these are: {string.Join(", ", keys)}"));
            }
        }
    }

    public TimeSpan Duration(DataNode? node, TimeSpan unsaid)
    {
        if (node is null)
        {
            return unsaid;
        }

        if (GoDuration.TryParse(node.Text, out var span) && span > TimeSpan.Zero)
        {
            return span;
        }

        Wrong(node, "duration", $"{node.Text} is no duration; write one such as 15s or 1m30s");
        return unsaid;
    }

    public bool Flag(DataNode? node, bool unsaid)
    {
        if (node is { Kind: not DataKind.Truth })
        {
            Wrong(node, "truth", "true or false");
        }

        return node is null ? unsaid : node.Text == "true";
    }

    public int Count(DataNode? node, int unsaid, int most)
    {
        if (node is null)
        {
            return unsaid;
        }

        if (int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= most)
        {
            return count;
        }

        Wrong(node, "count", $"a whole number from 0 to {most}");
        return unsaid;
    }

    public int Bytes(DataNode? node, int unsaid)
    {
        if (node is null)
        {
            return unsaid;
        }

        var digits = node.Text.TakeWhile(char.IsAsciiDigit).Count();
        var factor = node.Text[digits..].ToUpperInvariant() switch { "" or "B" => 1L, "KB" or "KIB" => 1L << 10, "MB" or "MIB" => 1L << 20, "GB" or "GIB" => 1L << 30, _ => 0 };
        if (digits is > 0 and < 10 && factor > 0 && long.Parse(node.Text.AsSpan(0, digits), CultureInfo.InvariantCulture) * factor is > 0 and <= 1 << 30 and var bytes)
        {
            return (int)bytes;
        }

        Wrong(node, "bytes", "a size of at most 1GB, such as 10MB");
        return unsaid;
    }

    public void Wrong(DataNode node, string rule, string hint)
    {
        if (_errors.Count < DataFile.MaxErrors)
        {
            _errors.Add(new FileError(_name, node.Line, node.Path, rule, hint));
        }
    }
}
