using System.Globalization;
using System.Text;

namespace Ampacity.Fleet;

/// <summary>Writes a SKU as the text of a SKU file: what <see cref="SkuFile.Parse"/> reads back as the same SKU. One SKU has one text.</summary>
public static class SkuText
{
    /// <summary>The file's text. Comments of the file that it came from are not in it; use <see cref="Sku.Note"/>.</summary>
    public static string Write(Sku sku)
    {
        var text = new StringBuilder("ampacity: 1\n");
        Line(text, "id", sku.Revision.Id.Text);
        Line(text, "revision", Number(sku.Revision.Revision));
        Line(text, "kind", sku.Kind.ToString());
        Line(text, "title", Quoted(sku.Title));
        Line(text, "partNumber", Quoted(sku.PartNumber), sku.PartNumber.Length > 0);
        Line(text, "height", sku.Height?.ToString() ?? "", sku.Height is not null);
        Line(text, "width", sku.Width is { } width ? Length(width.Value) : "", sku.Width is not null);
        Line(text, "fullDepth", sku.IsFullDepth == true ? "true" : "false", sku.IsFullDepth is not null);
        Line(text, "airflow", sku.Airflow, sku.Airflow.Length > 0);
        Line(text, "sidecar", Quoted(sku.Sidecar?.ToString() ?? ""), sku.Sidecar is not null);
        Line(text, "note", Quoted(sku.Note), sku.Note.Length > 0);
        Items(text, "claims", sku.Claims, claim => new Members().Plain("of", claim.Of).Quoted("value", claim.Value)
            .Plain("kind", claim.KindText).Quoted("source", claim.Source).Plain("date", claim.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        ScaleUp(text, sku);
        Items(text, "ports", sku.Ports, Port);
        Items(text, "build", sku.Build, item => new Members()
            .Plain(item.Kind == PartKind.Slot ? "slots" : "sockets", $"{Number(item.First)}-{Number(item.Last)}").Quoted("sku", item.Child.ToString())
            .Quoted("name", item.NamePattern, item.NamePattern != "{n}").Quoted("component", item.ComponentPattern ?? "", item.ComponentPattern is not null));
        return text.ToString();
    }

    private static Members Port(PortGroup port) => new Members().Quoted("name", port.NamePattern)
        .Plain("kind", SkuPorts.Text(port.Kind), port.Kind != PortKind.Network)
        .Plain("first", Number(port.First), port.First != 1).Plain("count", Number(port.Count), port.Count != 1)
        .Plain("rate", Rate(port.BitsPerSecond ?? 0), port.BitsPerSecond is not null)
        .Quoted("optic", port.Optic, port.Optic.Length > 0).Quoted("connector", port.Connector, port.Connector.Length > 0)
        .Quoted("plane", port.Plane, port.Plane.Length > 0).Plain("management", "true", port.IsManagement)
        .Plain("draw", Watts(port.MaximumWatts), port.MaximumWatts is not null)
        .Plain("allocated", Watts(port.AllocatedWatts), port.AllocatedWatts is not null)
        .Quoted("from", port.From, port.From.Length > 0).Quoted("leg", port.Leg, port.Leg.Length > 0)
        .Quoted("label", port.Label, port.Label.Length > 0).Quoted("note", port.Note, port.Note.Length > 0);

    private static void ScaleUp(StringBuilder text, Sku sku)
    {
        if (sku.ScaleUp is [{ Name: "" } whole])
        {
            text.Append(CultureInfo.InvariantCulture, $"scaleUp: {{accelerators: {whole.Accelerators}, racks: {whole.Racks}}}\n");
        }
        else if (sku.ScaleUp.Length > 0)
        {
            text.Append("scaleUp:\n  domains:\n");
            foreach (var domain in sku.ScaleUp)
            {
                text.Append("    - ").Append(new Members().Quoted("name", domain.Name).Plain("accelerators", Number(domain.Accelerators))
                    .Plain("parts", $"[{string.Join(", ", domain.Parts.Select(Quoted))}]").Text()).Append('\n');
            }
        }
    }

    private static void Items<T>(StringBuilder text, string key, IReadOnlyCollection<T> items, Func<T, Members> write)
    {
        if (items.Count > 0)
        {
            text.Append(key).Append(":\n");
            foreach (var item in items)
            {
                text.Append("  - ").Append(write(item).Text()).Append('\n');
            }
        }
    }

    private static void Line(StringBuilder text, string key, string value, bool stated = true)
    {
        if (stated)
        {
            text.Append(key).Append(": ").Append(value).Append('\n');
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Through decimal, so that no float's tail is written: 600 mm, 1.25 Gbit/s.
    private static string Length(double meters) => string.Create(CultureInfo.InvariantCulture, $"{(decimal)meters * 1000:0.######} mm");

    private static string Watts(Ampacity.Units.Watts? watts) => string.Create(CultureInfo.InvariantCulture, $"{(decimal)(watts?.Value ?? 0):0.######} W");

    private static string Rate(double bits) => bits >= 1e9
        ? string.Create(CultureInfo.InvariantCulture, $"{(decimal)bits / 1e9m:0.######} Gbit/s")
        : string.Create(CultureInfo.InvariantCulture, $"{(decimal)bits / 1e6m:0.######} Mbit/s");

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>The members of one flow map, in order.</summary>
    private sealed class Members
    {
        private readonly StringBuilder _text = new("{");

        public Members Plain(string key, string value, bool stated = true)
        {
            if (stated)
            {
                _text.Append(_text.Length > 1 ? ", " : "").Append(key).Append(": ").Append(value);
            }

            return this;
        }

        public Members Quoted(string key, string value, bool stated = true) => Plain(key, SkuText.Quoted(value), stated);

        public string Text() => _text + "}";
    }
}
