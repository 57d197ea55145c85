using System.Text;

namespace Ampacity.Fleet;

/// <summary>
/// Reads one file of NetBox's device-type library: a device type, a module type or a rack type, told apart by what they must have
/// (<c>form_factor</c>: rack; <c>u_height</c>: device; neither: module). The form is checked by
/// <c>schemas/netbox-device-type.schema.json</c>, with the limits of <see cref="DataFile"/>.
/// </summary>
/// <remarks>Pure; safe from any thread. Hostile text is refused with a line, never thrown.</remarks>
public static class DeviceTypeFile
{
    private static readonly Lazy<FileSchema> Schema = new(() => FileSchema.Embedded("netbox-device-type"));

    /// <summary>Longest note of a SKU; comments over it are cut, and the import says so.</summary>
    private const int MaxNote = 20_000;

    /// <summary>Reads a file.</summary>
    /// <param name="name">Name that errors and sources show; a folder <c>device-types/</c> in it says that it must be one.</param>
    /// <param name="text">YAML as the library has it.</param>
    /// <param name="readOn">The date that claims bear: when the library was read.</param>
    public static DeviceTypeImport Read(string name, string text, DateOnly readOn)
    {
        var file = DataFile.Read(name, text, Schema.Value);
        if (file.Value is null)
        {
            return Refused(name, [.. file.Errors]);
        }

        var root = file.Value.Root;
        var errors = new FileErrors(name);
        var form = root["form_factor"] is not null ? DeviceTypeForm.Rack : root["u_height"] is not null ? DeviceTypeForm.Device : DeviceTypeForm.Module;
        if (form == DeviceTypeForm.Module && name.Replace('\\', '/').Contains("device-types/", StringComparison.Ordinal))
        {
            errors.Add(root, "missing-key", "'u_height' is missing; a device type states its height in rack units, 0 where it takes none");
        }

        var id = IdOf(root, errors);
        var height = Height(root, errors);
        var (ports, unknown, leftOut) = DeviceTypePorts.Read(root, errors);
        if (errors.Any || id is not { } skuId)
        {
            return Refused(name, [.. errors.Sorted]);
        }

        var notes = new List<DeviceTypeNote>();
        var (kind, reason) = DeviceTypeKinds.Guess(root, form, ports);
        var source = $"NetBox device-type library, {FileName(name)}";
        var sku = new Sku(new(skuId, 1), kind, Title(root), height, DeviceTypeFigures.Width(root, form), [.. DeviceTypeFigures.Claims(root, ports, kind, source, readOn)], [], name, 1)
        {
            PartNumber = root["part_number"]?.Text ?? "",
            Airflow = root["airflow"]?.Text ?? "",
            IsFullDepth = root["is_full_depth"] is { } full ? DeviceTypePorts.IsTrue(full) : null,
            Note = Note(root, notes),
            Ports = ports,
        };
        notes.AddRange(DeviceTypeLint.Check(root, sku));
        var written = SkuText.Write(sku);
        var back = SkuFile.Parse(name, written);
        if (back.Value is not { } read)
        {
            // The file's own words break a rule of ours, such as two ports of one name: say which, in terms of the SKU.
            return Refused(name, [.. back.Errors.Select(e => e with { Line = 1, Hint = $"as a SKU file it would be wrong: {e.Hint}" })]);
        }

        // What is wrong with it beside others is told where the file names it.
        return new(name, read with { Line = (root["slug"] ?? root["model"]!).Line }, written, reason, [], unknown, leftOut, [.. notes.OrderBy(note => note.Line)]);
    }

    internal static DeviceTypeImport Refused(string name, params IReadOnlyList<FileError> refusals) =>
        new(name, null, "", "", refusals, [], [], []);

    internal static string Slug(string text)
    {
        var slug = new StringBuilder(text.Length);
        foreach (var c in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c) || (c == '.' && slug.Length > 0))
            {
                slug.Append(c);
            }
            else if (c == '+')
            {
                slug.Append(slug.Length > 0 && slug[^1] != '-' ? "-plus" : "plus");
            }
            else if (c < 128 && slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().TrimEnd('-', '.');
    }

    private static SkuId? IdOf(DataNode root, FileErrors errors)
    {
        var vendor = Slug(root["manufacturer"]!.Text);
        var product = Slug(root["slug"]?.Text ?? root["model"]!.Text);
        product = product.StartsWith(vendor + "-", StringComparison.Ordinal) ? product[(vendor.Length + 1)..] : product;
        if (SkuId.TryParse($"{vendor}/{product}", out var id))
        {
            return id;
        }

        errors.Add(root["slug"] ?? root["model"]!, "bad-id",
            "manufacturer and slug make no id such as nvidia/qm9700; write them with Latin letters and digits, together at most 127");
        return null;
    }

    private static RackHeight? Height(DataNode root, FileErrors errors)
    {
        if (root["u_height"] is not { } node || node.Number == 0)
        {
            return null;
        }

        var halves = node.Number * 2;
        if (halves is >= 1 and <= 200 && halves == Math.Truncate(halves))
        {
            return RackHeight.OfHalfUnits((int)halves, RackUnit.RU);
        }

        errors.Add(node, "bad-height", $"{node.Text} is no height of a rack; write 0 or 0.5 to 100 in steps of 0.5");
        return null;
    }

    private static string Title(DataNode root)
    {
        var (maker, model) = (root["manufacturer"]!.Text, root["model"]!.Text);
        return model.StartsWith(maker, StringComparison.OrdinalIgnoreCase) ? model : $"{maker} {model}";
    }

    private static string Note(DataNode root, List<DeviceTypeNote> notes)
    {
        string?[] words = [root["description"]?.Text, root["comments"]?.Text];
        var note = string.Join('\n', words.OfType<string>().Select(text => text.Trim()).Where(text => text.Length > 0));
        if (root["is_powered"] is { } powered && !DeviceTypePorts.IsTrue(powered))
        {
            note += "\nNo power inlets of its own.";
            notes.Add(new(powered.KeyLine, powered.Path, "no-inlets", "it is said to have no power inlets: what feeds it (a busbar) and what it draws are not in this file"));
        }

        if (note.Length <= MaxNote)
        {
            return note.Trim();
        }

        notes.Add(new((root["comments"] ?? root).KeyLine, "comments", "comments-cut", FormattableString.Invariant($"the comments are longer than {MaxNote} characters; the rest is not kept")));
        var end = char.IsHighSurrogate(note[MaxNote - 1]) ? MaxNote - 1 : MaxNote;
        return note[..end].Trim();
    }

    // The part of the name that the library gives it, whatever folder it was read from.
    private static string FileName(string name)
    {
        var parts = name.Replace('\\', '/').Split('/');
        var shown = string.Join('/', parts.TakeLast(2));
        var start = Math.Max(shown.Length - 200, 0);
        return shown[(start > 0 && char.IsLowSurrogate(shown[start]) ? start + 1 : start)..];
    }
}

/// <summary>Which of the library's three forms a file has.</summary>
internal enum DeviceTypeForm : byte
{
    Device,
    Module,
    Rack,
}
