using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Ampacity.Fleet;

/// <summary>
/// What kind of thing a device type is. The library does not say, so it is guessed by a list of rules, the first that holds, and the
/// rule's words go into the report for a person to judge. Words are looked for in model, slug and description; in comments only where
/// nothing else decides, because comments speak of other things too.
/// </summary>
internal static partial class DeviceTypeKinds
{
    private static readonly (SkuKind Kind, Func<Seen, bool> Holds, string Reason)[] Rules =
    [
        (SkuKind.Rack, s => s.Form == DeviceTypeForm.Rack, "it has a form factor of a rack"),
        (SkuKind.Supply, s => s.Form == DeviceTypeForm.Module && (SupplyWords().IsMatch(s.Words) || SupplyWords().IsMatch(s.Comments)), "a module whose text names a power supply"),
        (SkuKind.Fan, s => s.Form == DeviceTypeForm.Module && FanWords().IsMatch(s.Words), "a module whose text names a fan"),
        (SkuKind.Optic, s => s.Form == DeviceTypeForm.Module && OpticWords().IsMatch(s.Words), "a module whose text names a transceiver"),
        (SkuKind.Adapter, s => s.Form == DeviceTypeForm.Module && AdapterWords().IsMatch(s.Words), "a module whose text names an adapter"),
        (SkuKind.Accelerator, s => s.Form == DeviceTypeForm.Module && AcceleratorWords().IsMatch(s.Words), "a module whose text names an accelerator"),
        (SkuKind.Drive, s => s.Form == DeviceTypeForm.Module && DriveWords().IsMatch(s.Words), "a module whose text names a drive"),
        (SkuKind.LineCard, s => s.Form == DeviceTypeForm.Module && s.DataPorts > 0, "a module with network ports"),
        (SkuKind.Supply, s => s.Form == DeviceTypeForm.Module && s.Inlets > 0, "a module with a power inlet"),
        (SkuKind.Other, s => s.Form == DeviceTypeForm.Module, "a module that no rule names"),
        (SkuKind.Cdu, s => CduWords().IsMatch(s.Words) || CduWords().IsMatch(s.Comments), "its text names coolant distribution"),
        (SkuKind.PowerShelf, s => ShelfWords().IsMatch(s.Words) || (ShelfWords().IsMatch(s.Comments) && s.Outlets > 0), "its text names a power shelf"),
        (SkuKind.Bbu, s => BbuWords().IsMatch(s.Words), "its text names battery backup"),
        (SkuKind.TransferSwitch, s => s.Outlets > 0 && TransferWords().IsMatch(s.Words + " " + s.Comments), "it has outlets and its text names a transfer switch"),
        (SkuKind.Pdu, s => s.Outlets > 0 && s.DataPorts < 8, "it has power outlets"),
        (SkuKind.ConsoleServer, s => s.ConsoleServerPorts >= 4 && s.ConsoleServerPorts >= s.DataPorts, "most of its ports go to other things' consoles"),
        (SkuKind.SwitchTray, s => SwitchTrayWords().IsMatch(s.Words), "its text names a switch tray"),
        (SkuKind.ComputeTray, s => ComputeTrayWords().IsMatch(s.Words + " " + s.Comments), "its text names a compute tray"),
        (SkuKind.Storage, s => StorageWords().IsMatch(s.Words), "its text names storage"),
        (SkuKind.Switch, s => SwitchWords().IsMatch(s.Words) || s.DataPorts >= 16, "its text names a switch, or it has 16 network ports or more"),
        (SkuKind.Node, s => ServerWords().IsMatch(s.Words) || (s.IsParent && AcceleratorWords().IsMatch(s.Words + " " + s.Comments)), "its text names a server or accelerators"),
        (SkuKind.Chassis, s => s.IsParent, "it holds other devices"),
        (SkuKind.Node, s => NodeWords().IsMatch(s.Words) || NodeWords().IsMatch(s.Comments), "its text names a server"),
        (SkuKind.Node, s => s.IsChild, "it sits in another device"),
        (SkuKind.Node, s => AcceleratorWords().IsMatch(s.Comments) && s.Inlets > 0, "its comments name accelerators, and it has power inlets"),
        (SkuKind.Node, s => s.HasBmc && s.Inlets > 0, "it has a port of a BMC, and power inlets"),
        (SkuKind.PatchPanel, s => s.PanelPorts > 0 && s.DataPorts == 0, "all its ports are passive"),
        (SkuKind.Switch, s => SwitchWords().IsMatch(s.Comments) || s.LineCardBays, "its comments name a switch, or it has bays for line cards"),
        (SkuKind.Other, _ => true, "no rule names it"),
    ];

    public static (SkuKind Kind, string Reason) Guess(DataNode root, DeviceTypeForm form, ImmutableArray<PortGroup> ports)
    {
        int Count(PortKind kind) => ports.Where(port => port.Kind == kind && !port.IsManagement).Sum(port => port.Count);
        var role = root["subdevice_role"]?.Text;
        var seen = new Seen(
            form,
            string.Join(' ', new[] { root["model"]?.Text, root["slug"]?.Text, root["description"]?.Text }.OfType<string>()),
            Limited(root["comments"]?.Text ?? ""),
            Count(PortKind.Network), Count(PortKind.PowerInlet), Count(PortKind.PowerOutlet), Count(PortKind.ConsoleServer),
            Count(PortKind.PanelFront) + Count(PortKind.PanelRear), role == "parent", role == "child",
            ports.Any(port => port.Kind == PortKind.ModuleBay && LineCardWords().IsMatch(port.NamePattern)),
            ports.Any(port => port.Kind == PortKind.Network && BmcWords().IsMatch(port.NamePattern)));
        var rule = Rules.First(rule => rule.Holds(seen));
        return (rule.Kind, rule.Reason);
    }

    // What decides stands at the top; a megabyte of comments is not searched.
    private static string Limited(string text) => text.Length <= 2000 ? text : text[..2000];

    private sealed record Seen(
        DeviceTypeForm Form, string Words, string Comments, int DataPorts, int Inlets, int Outlets, int ConsoleServerPorts, int PanelPorts,
        bool IsParent, bool IsChild, bool LineCardBays, bool HasBmc);

    private const RegexOptions Ignore = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"power[ -]?supply|\bpsu\b", Ignore, 1000)]
    private static partial Regex SupplyWords();

    [GeneratedRegex(@"\bfans?\b", Ignore, 1000)]
    private static partial Regex FanWords();

    [GeneratedRegex(@"transceiver|\boptic", Ignore, 1000)]
    private static partial Regex OpticWords();

    [GeneratedRegex(@"\badapter|\bnic\b|connectx|bluefield|\bhca\b", Ignore, 1000)]
    private static partial Regex AdapterWords();

    [GeneratedRegex(@"\bgpu\b|accelerator|\bmi3\d\d|\b[ahb][123]00\b", Ignore, 1000)]
    private static partial Regex AcceleratorWords();

    [GeneratedRegex(@"\bssd\b|\bhdd\b|\bnvme\b|\bdrive\b", Ignore, 1000)]
    private static partial Regex DriveWords();

    [GeneratedRegex(@"\bcdu\b|s?cdu-|coolant distribution", Ignore, 1000)]
    private static partial Regex CduWords();

    [GeneratedRegex(@"power[ -]?shelf|rectifier shelf", Ignore, 1000)]
    private static partial Regex ShelfWords();

    [GeneratedRegex(@"\bbbu\b|battery backup|\bbbs\b", Ignore, 1000)]
    private static partial Regex BbuWords();

    [GeneratedRegex(@"transfer switch|\b[us]?ats\b", Ignore, 1000)]
    private static partial Regex TransferWords();

    [GeneratedRegex(@"compute tray", Ignore, 1000)]
    private static partial Regex ComputeTrayWords();

    [GeneratedRegex(@"switch tray|nvlink[ 0-9-]*switch", Ignore, 1000)]
    private static partial Regex SwitchTrayWords();

    [GeneratedRegex(@"storage|\bsfa\d|\bnas\b|\bjbod\b", Ignore, 1000)]
    private static partial Regex StorageWords();

    [GeneratedRegex(@"\bswitch\b", Ignore, 1000)]
    private static partial Regex SwitchWords();

    [GeneratedRegex(@"\bserver\b|superserver|poweredge|thinksystem|proliant|\bgpu\b", Ignore, 1000)]
    private static partial Regex NodeWords();

    [GeneratedRegex(@"\bserver\b|superserver|\bgpu\b", Ignore, 1000)]
    private static partial Regex ServerWords();

    [GeneratedRegex(@"^(?:bmc|ipmi|idrac|ilo|xcc)", Ignore, 1000)]
    private static partial Regex BmcWords();

    [GeneratedRegex(@"line ?card|linecard|\bpim|card slot|switchcard", Ignore, 1000)]
    private static partial Regex LineCardWords();
}
