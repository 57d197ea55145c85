using System.Globalization;
using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>One drift to put into a survey, and the finding that it must be.</summary>
internal sealed record DriftSeed(DriftKind Kind, string Place, string Detail, Action<DriftSeeds.Wrong> Put)
{
    public override string ToString() => $"{Kind} {Place} {Detail}".TrimEnd();
}

/// <summary>Draws drifts of every kind at random, no two of one tray that would hide each other.</summary>
internal static class DriftSeeds
{
    private const string Hall = "site/hall/r01/01";
    private const int First = 4; // the compute tray in slot 05
    private const int Parts = 9; // drifts of parts

    /// <summary>What a survey shows, before drifts are put in and after.</summary>
    public sealed class Wrong(IReadOnlyList<SurveyedBmc> bmcs)
    {
        public List<SurveyedBmc> Bmcs { get; } = [.. bmcs];

        public List<SurveyError> Errors { get; } = [];

        /// <summary>Those that the earlier survey did not see either.</summary>
        public HashSet<int> NeverSeen { get; } = [];

        public void Change(int at, Func<SurveyedBmc, SurveyedBmc> change) => Bmcs[at] = change(Bmcs[at]);
    }

    /// <summary>The shipped rack with its switch trays and shelves declared too, a baseline, a cable, and one asset recorded twice for the seeds that need it.</summary>
    public static string Declare(string file)
    {
        var more = new System.Text.StringBuilder();
        foreach (var slot in Enumerable.Range(13, 9).Concat(Enumerable.Range(1, 4)).Concat(Enumerable.Range(32, 4)))
        {
            // The last shelf's delivery note named no serial, so its record can turn out to be that of another.
            var serial = slot == 35 ? "" : string.Create(CultureInfo.InvariantCulture, $"serial: EXAMPLE-ST-{slot:0000}, part: 'P-1', ");
            more.Append(CultureInfo.InvariantCulture, $"  r01/01/{slot:00}: {{{serial}bmc: '02:00:00:02:01:{slot:00}'}}\n");
        }

        // A thing that the delivery note names in a free position: the record of the shelf in 35 once more. And one component that it names.
        more.Append("  r01/01/u40: {serial: EXAMPLE-ST-0035}\n  r01/01/05/0: {serial: EXAMPLE-GPU-0500}\n");
        return file.Replace("\nassets:\n", "\nbaselines:\n  nvidia/gb200-compute-tray: {HGX_FW_BMC_0: 25.01-7, HGX_FW_GPU*: 97.00.82, model: GB200 NVL}\n\nassets:\n" + more, StringComparison.Ordinal);
    }

    /// <summary>Compares the rack with what an earlier survey that was right and a newer one with the drifts in it show.</summary>
    public static DriftReport Find(SeededRack rack, IReadOnlyList<DriftSeed> seeds) =>
        DriftFinder.Compare(IntendedHardware.Of(rack.Graph.Within(PlaceScope.Whole)), HardwareLooks.Of(Surveys(rack, seeds)));

    /// <summary>A survey that was right and a newer one with the drifts in it.</summary>
    public static IReadOnlyList<Survey> Surveys(SeededRack rack, IReadOnlyList<DriftSeed> seeds)
    {
        var wrong = new Wrong(rack.Bmcs);
        foreach (var seed in seeds)
        {
            seed.Put(wrong);
        }

        // A board that is gone answers no longer.
        return [rack.Survey(rack.Bmcs.Where((_, at) => !wrong.NeverSeen.Contains(at))), rack.Survey(wrong.Bmcs.Where(bmc => bmc.Address.Length > 0), wrong.Errors, minute: 10)];
    }

    /// <summary>Draws this many.</summary>
    public static IReadOnlyList<DriftSeed> Draw(SeededRack rack, int count, Random random)
    {
        // Devices in order of place: shelves 1–4, trays 5–12, switches 13–21, trays 22–31, shelves 32–35.
        int[] trays = [.. Enumerable.Range(5, 7), .. Enumerable.Range(21, 10)]; // the first keeps the component that is declared by its serial
        int[] others = [.. Enumerable.Range(0, 4), .. Enumerable.Range(12, 9), .. Enumerable.Range(31, 3)];
        random.Shuffle(trays);
        random.Shuffle(others);
        var seeds = new List<DriftSeed>();
        var (tray, other) = (new Queue<int>(trays), new Queue<int>(others));

        // Those that take a whole tray come first, then each of those that are put into parts of the trays that are left once, then any of them.
        var empty = tray.Dequeue();
        Func<DriftSeed>[] whole =
        [
            () => Swapped(rack, tray.Dequeue(), tray.Dequeue(), boardsStay: random.Next(2) == 0), () => BoardSwapped(rack, tray.Dequeue()), () => RecordedTwice(rack),
            () => Replaced(rack, tray.Dequeue()), () => Dead(rack, other.Dequeue()), () => SerialDiffers(rack, other.Dequeue()), () => WrongPart(rack, other.Dequeue()),
            () => Unreadable(rack, other.Dequeue()), () => MacTwice(rack, other.Dequeue()), () => Stranger(rack, random.Next()), () => Nameless(random.Next()),
            () => SerialTwice(rack, other.Dequeue()), () => NotVerifiable(rack, other.Dequeue()), () => WrongKind(rack, other.Dequeue()),
            () => Missing(rack, empty), () => WrongSlot(rack, tray.Dequeue(), empty), () => OtherComponent(rack),
        ];
        foreach (var make in whole.Take(count))
        {
            seeds.Add(make());
        }

        var parts = new HashSet<(int, string)> { (First, "gpu0") };
        for (var kind = 0; seeds.Count < count; kind++)
        {
            var at = random.Next(tray.Count + 1) is > 0 and var n ? tray.ElementAt(n - 1) : First;
            var gpu = $"gpu{random.Next(4)}";
            var port = $"NVLink_{random.Next(4)}";
            var seed = (kind < Parts ? kind : random.Next(Parts)) switch
            {
                0 => Gone(rack, at, gpu),
                1 => Firmware(rack, at, "HGX_FW_BMC_0"),
                2 => Firmware(rack, at, "HGX_FW_GPU*"),
                3 => LinkDown(rack, at, gpu, port),
                4 => Recabled(rack, at, gpu, port),
                5 => Blind(rack, at, "leak0", "Absent"),
                6 => Leak(rack, at, "leak1"),
                7 => Extra(rack, at, "gpu9"),
                _ => Blind(rack, at, "leak0", null),
            };

            // A component that is gone takes its ports along, so neither is drawn with the other.
            if (parts.Add((at, seed.Detail.Split('/')[0])))
            {
                seeds.Add(seed);
            }
            else
            {
                kind--; // the same kind in another place
            }
        }

        return seeds;
    }

    private static string At(SeededRack rack, int at) => $"{Hall}/{rack.Bmcs[at].Address.Split('.')[^1].Split(':')[0].PadLeft(2, '0')}";

    private static SurveyedValue Read(string serial) => new(serial, "/redfish/v1/Chassis/Chassis_0#/SerialNumber");

    private static DriftSeed Swapped(SeededRack rack, int one, int two, bool boardsStay)
    {
        var (low, high) = (Math.Min(one, two), Math.Max(one, two));
        return new(DriftKind.Swapped, At(rack, low), boardsStay ? DriftRow.BoardsStayed : "", wrong =>
        {
            var (a, b) = (wrong.Bmcs[low], wrong.Bmcs[high]);
            wrong.Bmcs[low] = boardsStay ? a with { Serial = b.Serial, Components = b.Components } : a with { Position = b.Position };
            wrong.Bmcs[high] = boardsStay ? b with { Serial = a.Serial, Components = a.Components } : b with { Position = a.Position };
        });
    }

    private static DriftSeed BoardSwapped(SeededRack rack, int at) => new(
        DriftKind.BoardSwapped, At(rack, at), "", wrong => wrong.Change(at, bmc => bmc with { Mac = "02:99:00:00:00:01", ServiceUuid = "new" }));

    private static DriftSeed RecordedTwice(SeededRack rack) => new(
        DriftKind.RecordedTwice, $"{Hall}/35", SecondRecord(rack), wrong => wrong.Change(34, bmc => bmc with { Serial = Read("EXAMPLE-ST-0035") }));

    private static string SecondRecord(SeededRack rack) => rack.Graph.Assets.By(IdentifierKind.Serial, "EXAMPLE-ST-0035")!.Id.ToString();

    private static DriftSeed Replaced(SeededRack rack, int at) => new(DriftKind.TrayReplaced, At(rack, at), "", wrong => wrong.Change(at, bmc => bmc with
    {
        Mac = "02:99:00:00:00:02",
        ServiceUuid = "other",
        Serial = Read("ANOTHER-TRAY"),
        Components = [.. bmc.Components.Select(component => component with { Serial = "ANOTHER-" + component.Id })],
    }));

    private static DriftSeed Missing(SeededRack rack, int at) => new(DriftKind.Missing, At(rack, at), "", wrong =>
    {
        wrong.NeverSeen.Add(at);
        wrong.Change(at, bmc => bmc with { Address = "" });
    });

    // It stands in the slot of one that never came: its own firmware says so.
    private static DriftSeed WrongSlot(SeededRack rack, int at, int empty) => new(
        DriftKind.WrongSlot, At(rack, at), "", wrong => wrong.Change(at, bmc => bmc with { Position = rack.Bmcs[empty].Position }));

    private static DriftSeed OtherComponent(SeededRack rack) => new(DriftKind.ComponentReplaced, $"{At(rack, First)}/0", "gpu0", wrong => wrong.Change(First, bmc => bmc with
    {
        Components = [.. bmc.Components.Select(component => component.Id == "gpu0" ? component with { Serial = "FROM-STOCK" } : component)],
    }));

    private static DriftSeed Dead(SeededRack rack, int at) => new(DriftKind.Dead, At(rack, at), "", wrong =>
    {
        wrong.Errors.Add(new SurveyError(wrong.Bmcs[at].Address, SurveyErrorKind.NobodyThere, "", "no answer"));
        wrong.Change(at, bmc => bmc with { Address = "" });
    });

    private static DriftSeed SerialDiffers(SeededRack rack, int at) => new(
        DriftKind.SerialDiffers, At(rack, at), "", wrong => wrong.Change(at, bmc => bmc with { Serial = Read("NOBODY-DECLARED-THIS") }));

    private static DriftSeed WrongPart(SeededRack rack, int at) => new(
        DriftKind.WrongPart, At(rack, at), "", wrong => wrong.Change(at, bmc => bmc with { Part = new SurveyedValue("P-2", "/redfish/v1/Chassis/Chassis_0#/PartNumber") }));

    private static DriftSeed Unreadable(SeededRack rack, int at) => new(DriftKind.Unreadable, At(rack, at), "", wrong =>
    {
        wrong.Errors.Add(new SurveyError(wrong.Bmcs[at].Address, SurveyErrorKind.Unauthorized, "", "the account was refused"));
        wrong.Change(at, bmc => bmc with { Mac = null, Serial = null, Components = [] });
    });

    private static DriftSeed MacTwice(SeededRack rack, int at) => new(
        DriftKind.MacTwice, At(rack, at), "", wrong => wrong.Bmcs.Add(wrong.Bmcs[at] with { Address = "http://127.80.9.9:8000", ServiceUuid = "cloned" }));

    private static DriftSeed Stranger(SeededRack rack, int number) => new(DriftKind.Unexpected, "", "", wrong => wrong.Bmcs.Add(rack.Bmcs[4] with
    {
        Address = "http://127.80.9.10:8000",
        Mac = "02:99:00:00:00:03",
        Serial = Read(string.Create(CultureInfo.InvariantCulture, $"STRANGER-{number}")),
        Position = null,
        Components = [],
    }));

    private static DriftSeed Nameless(int number) => new(DriftKind.UnusableIdentity, "", "", wrong => wrong.Bmcs.Add(new SurveyedBmc(
        string.Create(CultureInfo.InvariantCulture, $"http://127.80.9.{11 + ((uint)number % 100)}:8000"), null, null, null, "1.6.0", null, "generic", null, null, null, [], [], [])));

    private static DriftSeed SerialTwice(SeededRack rack, int at) => new(DriftKind.SerialTwice, At(rack, at), "", wrong => wrong.Bmcs.Add(
        rack.Bmcs[at] with { Address = "http://127.80.9.8:8000", Mac = "02:99:00:00:00:04", Position = null }));

    private static DriftSeed NotVerifiable(SeededRack rack, int at) => new(DriftKind.NotVerifiable, At(rack, at), "serial", wrong => wrong.Change(at, bmc => bmc with { Serial = null }));

    private static DriftSeed WrongKind(SeededRack rack, int at) => new(DriftKind.WrongSku, At(rack, at), "", wrong => wrong.Change(at, bmc => bmc with { Kind = SurveyedBmcKind.ComputeTray, Components = bmc.Components }));

    private static DriftSeed Gone(SeededRack rack, int at, string gpu) => new(DriftKind.ComponentMissing, At(rack, at), gpu, wrong => wrong.Change(at, bmc => bmc with
    {
        Components = [.. bmc.Components.Where(component => component.Id != gpu)],
        Ports = [.. bmc.Ports.Where(port => port.Component != gpu)],
    }));

    private static DriftSeed Extra(SeededRack rack, int at, string gpu) => new(DriftKind.ComponentExtra, At(rack, at), gpu, wrong => wrong.Change(at, bmc => bmc with
    {
        Components = [.. bmc.Components, new SurveyedComponent(gpu, SurveyedKind.Accelerator, "/redfish/v1/extra", null, null, null, null)],
    }));

    private static DriftSeed Firmware(SeededRack rack, int at, string id) => new(DriftKind.WrongFirmware, At(rack, at), id, wrong => wrong.Change(at, bmc => bmc with
    {
        Firmware = [.. bmc.Firmware.Select(entry => BaselineText.IsAbout(id, entry.Id) ? entry with { Version = "24.09-1" } : entry)],
    }));

    private static DriftSeed LinkDown(SeededRack rack, int at, string gpu, string id) => new(DriftKind.LinkDown, At(rack, at), $"{gpu}/{id}", wrong => wrong.Change(at, bmc => bmc with
    {
        Ports = [.. bmc.Ports.Select(port => port.Component == gpu && port.Id == id ? port with { LinkStatus = "LinkDown" } : port)],
    }));

    private static DriftSeed Recabled(SeededRack rack, int at, string gpu, string id) => new(DriftKind.Recabled, At(rack, at), $"{gpu}/{id}", wrong => wrong.Change(at, bmc => bmc with
    {
        Ports = [.. bmc.Ports.Select(port => port.Component == gpu && port.Id == id ? port with { Peer = "sw9/elsewhere" } : port)],
    }));

    private static DriftSeed Blind(SeededRack rack, int at, string id, string? state) => new(DriftKind.DetectorBlind, At(rack, at), id, wrong => wrong.Change(at, bmc => bmc with
    {
        Components = [.. bmc.Components.Where(component => state is not null || component.Id != id).Select(component => component.Id == id ? component with { State = state, DetectorState = "Unavailable" } : component)],
    }));

    private static DriftSeed Leak(SeededRack rack, int at, string id) => new(DriftKind.Leak, At(rack, at), id, wrong => wrong.Change(at, bmc => bmc with
    {
        Components = [.. bmc.Components.Select(component => component.Id == id ? component with { DetectorState = "Critical", Health = "Critical" } : component)],
    }));
}
