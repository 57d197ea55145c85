using Ampacity.Fleet;
using Ampacity.Tests.Fleet.Files;
using Ampacity.Tests.Fleet.Skus;
using CsCheck;

namespace Ampacity.Tests.Fleet.NetBox;

public sealed class DeviceTypeFileTests
{
    private static readonly DateOnly Day = new(2026, 11, 24);

    private const string Server = """
        ---
        manufacturer: Example
        model: AX-8 GPU Server
        slug: example-ax-8
        part_number: 0815
        u_height: 8
        is_full_depth: true
        weight: 100
        weight_unit: lb
        airflow: front-to-rear
        comments: "Draws 10.2 kW. Eight MI300X."
        power-ports:
          - {name: PSU 01, type: iec-60320-c20, maximum_draw: 6600}
          - {name: PSU 02, type: iec-60320-c20, maximum_draw: 6600}
        interfaces:
          - {name: bmc, type: 1000base-t, mgmt_only: True}
          - {name: eth0, type: 400gbase-x-qsfp112, description: MI325X}
          - {name: eth1, type: 400gbase-x-qsfp112, description: MI325X}
          - {name: eth3, type: 400gbase-x-qsfp112, poe_mode: pd}
        module-bays:
          - {name: PSU1, position: '1'}
          - {name: PSU2, position: '2'}
          - {name: PSU3, position: '3'}
        module-slots:
          - {name: Slot 1}
        """;

    [Fact]
    public void A_server_becomes_a_node_with_its_ports_and_claims()
    {
        var read = DeviceTypeFile.Read("device-types/Example/AX-8.yaml", Server, Day);
        var sku = read.Sku!;

        Assert.Equal(("example/ax-8@1", SkuKind.Node, "8 RU", "0815"), (sku.Revision.ToString(), sku.Kind, sku.Height.ToString(), sku.PartNumber));
        Assert.Equal(45.359, sku.MassKilograms);
        var power = sku.PowerBy(ClaimKind.Nameplate)!;
        Assert.Equal((13_200.0, Day), (power.Amount, power.Date));
        Assert.Contains("not a draw", power.Source, StringComparison.Ordinal);
        Assert.Contains("AX-8.yaml", power.Source, StringComparison.Ordinal);

        PortGroup[] data = [.. sku.Ports.Where(port => port.Kind == PortKind.Network)];
        Assert.Equal(["bmc", "eth{n}", "eth3"], data.Select(port => port.NamePattern));
        Assert.Equal((2, "eth1", 400e9), (data[1].Count, data[1].NameOf(1), data[1].BitsPerSecond));
        Assert.Equal((true, 1e9), (data[0].IsManagement, data[0].BitsPerSecond));
        Assert.Equal(["PSU 01", "PSU 02"], sku.Ports.Where(port => port.Kind == PortKind.PowerInlet).Select(port => port.NameOf(0)));
        Assert.Equal(3, sku.Ports.Where(port => port.Kind == PortKind.ModuleBay).Sum(port => port.Count));
    }

    [Fact]
    public void What_is_not_kept_and_what_looks_wrong_is_said_with_its_line()
    {
        var read = DeviceTypeFile.Read("AX-8.yaml", Server, Day);

        Assert.Equal([(24, "module-slots")], read.UnknownKeys.Select(note => (note.Line, note.Path)));
        Assert.Equal([(19, "interfaces[3].poe_mode")], read.LeftOut.Select(note => (note.Line, note.Path)));
        Assert.Equal(
            ["bays-and-inlets", "draw-over-inlet", "draw-over-inlet", "names-disagree", "sum-of-supplies"],
            read.Notes.Select(note => note.Rule).Order(StringComparer.Ordinal));
        Assert.Equal(13, read.Notes.First(note => note.Rule == "draw-over-inlet").Line);
    }

    [Fact]
    public void The_text_of_an_import_is_a_sku_file_that_says_the_same()
    {
        var read = DeviceTypeFile.Read("AX-8.yaml", Server, Day);
        var back = SkuFile.Parse("example/ax-8@1.yaml", read.SkuText).OrThrow();

        Assert.Equal(read.SkuText, SkuText.Write(back));
        Assert.Equal(read.Sku!.Ports.AsEnumerable(), back.Ports);
    }

    [Theory]
    [InlineData("model: x\nu_height: 1\n", "missing-key")]
    [InlineData("manufacturer: a\nmodel: b\nu_height: 0.3\n", "bad-height")]
    [InlineData("manufacturer: a\nmodel: b\nu_height: 101\n", "out-of-range")]
    [InlineData("manufacturer: a\nmodel: b\nu_height: -1\n", "out-of-range")]
    [InlineData("manufacturer: 漢\nmodel: 字\nu_height: 1\n", "bad-id")]
    [InlineData("manufacturer: a\nmodel: b\nu_height: 1\ninterfaces: [{type: x}]\n", "missing-key")]
    [InlineData("manufacturer: a\nmodel: b\nu_height: 1\ninterfaces: [{name: 'p{n}'}]\n", "port-name")]
    [InlineData("manufacturer: a\nmodel: b\nu_height: 1\ninterfaces: [{name: p}, {name: p}]\n", "duplicate-port")]
    [InlineData("manufacturer: a\nmodel: b\nu_height: 1\nweight_unit: stone\n", "not-in-list")]
    [InlineData("manufacturer: a\nmodel: b\nu_height: 1\npower-ports: [{name: p, maximum_draw: much}]\n", "wrong-type")]
    [InlineData("manufacturer: &x a\nmodel: *x\n", "no-anchors")]
    [InlineData("- 1\n", "wrong-type")]
    [InlineData("", "empty-file")]
    [InlineData("manufacturer: a\nmodel: b\n", "missing-key")]
    public void What_cannot_be_imported_is_refused_with_line_rule_and_hint(string text, string rule)
    {
        var read = DeviceTypeFile.Read("device-types/a/b.yaml", text, Day);

        Assert.Null(read.Sku);
        Assert.Contains(read.Refusals, error => error.Rule == rule && error.Line >= 1 && error.Hint.Length > 10 && error.File == "device-types/a/b.yaml");
    }

    [Theory]
    [InlineData("manufacturer: V\nmodel: R\nslug: v-r\nform_factor: 4-post-cabinet\nwidth: 19\nu_height: 42\nouter_width: 600\nouter_unit: mm\n", SkuKind.Rack)]
    [InlineData("manufacturer: V\nmodel: X adapter card\n", SkuKind.Adapter)]
    [InlineData("manufacturer: V\nmodel: PSU-12\n", SkuKind.Supply)]
    [InlineData("manufacturer: V\nmodel: P\nslug: v-p\nu_height: 0\npower-outlets: [{name: o1, feed_leg: A}]\n", SkuKind.Pdu)]
    [InlineData("manufacturer: V\nmodel: C\nslug: v-c\nu_height: 4\ncomments: In-rack coolant distribution unit of 250 kW\n", SkuKind.Cdu)]
    [InlineData("manufacturer: V\nmodel: T\nslug: v-t\nu_height: 1\nis_powered: false\ncomments: a compute tray\n", SkuKind.ComputeTray)]
    [InlineData("manufacturer: V\nmodel: S\nslug: v-s\nu_height: 1.5\ndescription: a 64-port switch\n", SkuKind.Switch)]
    [InlineData("manufacturer: V\nmodel: F\nslug: v-f\nu_height: 1\nfront-ports: [{name: '1', rear_port: r}]\nrear-ports: [{name: r}]\n", SkuKind.PatchPanel)]
    [InlineData("manufacturer: V\nmodel: O\nslug: v-o\nu_height: 1\n", SkuKind.Other)]
    public void The_kind_is_guessed_by_rule_and_the_rule_is_said(string text, SkuKind kind)
    {
        var read = DeviceTypeFile.Read("x.yaml", text, Day);

        Assert.Equal(kind, read.Sku!.Kind);
        Assert.NotEmpty(read.KindReason);
    }

    [Fact]
    public void Heights_of_nothing_and_of_halves_and_sizes_of_racks_are_kept()
    {
        Assert.Null(DeviceTypeFile.Read("x", "manufacturer: V\nmodel: P\nslug: v-p\nu_height: 0.0\n", Day).Sku!.Height);
        Assert.Equal("1.5 RU", DeviceTypeFile.Read("x", "manufacturer: V\nmodel: P\nslug: v-p\nu_height: 1.5\n", Day).Sku!.Height.ToString());
        var rack = DeviceTypeFile.Read("x",
            "manufacturer: V\nmodel: R\nform_factor: 4-post-cabinet\nwidth: 19\nu_height: 42\nouter_width: 600\nouter_depth: 1215\nouter_unit: mm\n", Day).Sku!;
        Assert.Equal((0.6, 42, 1.215, 0.4826), (rack.WidthMeters, rack.HeightUnits, rack.Amount("depth"), rack.Amount("mounting-width")));
    }

    [Theory]
    [InlineData("comments: up to 250 kW\n", "figure-in-text-only")]
    [InlineData("comments: draws 6.5 kW\npower-ports: [{name: a, maximum_draw: 1071}, {name: b, maximum_draw: 1071}]\n", "figures-disagree")]
    [InlineData("comments: fits 21-inch ORv2 racks\n", "open-rack-unit")]
    [InlineData("weight: 3\n", "no-weight-unit")]
    [InlineData("is_powered: false\n", "no-inlets")]
    [InlineData("power-ports: [{name: a, maximum_draw: 4000}, {name: b, maximum_draw: 4000}]\n", "absurd-draw")]
    [InlineData("interfaces: [{name: P1.0}, {name: P1.1}, {name: P2.0}, {name: P2.1}, {name: P3.0}, {name: P3.1}, {name: P4.0}, {name: P4.1}, {name: P5.0}, {name: P5.1}, {name: P6.1}]\n", "ports-missing")]
    public void A_defect_that_was_seen_in_the_library_is_noted(string lines, string rule)
    {
        var read = DeviceTypeFile.Read("x", "manufacturer: V\nmodel: X\nslug: v-x\nu_height: 1\n" + lines, Day);

        Assert.Contains(read.Notes, note => note.Rule == rule && note.Line is 4 or 5);
    }

    [Fact]
    public void An_import_again_adds_nothing_and_a_changed_file_is_the_next_revision()
    {
        var first = DeviceTypeLibrary.Read([("a.yaml", Server)], SkuCatalogue.Empty, Day);
        Assert.Equal(["example/ax-8@1.yaml"], first.Addition.Files.Select(file => file.Path));

        var again = DeviceTypeLibrary.Read([("a.yaml", Server)], first.Addition.Catalogue, Day.AddDays(30));
        Assert.Empty(again.Addition.Added);
        Assert.Single(again.Addition.Unchanged);

        var changed = DeviceTypeLibrary.Read([("a.yaml", Server.Replace("u_height: 8", "u_height: 6", StringComparison.Ordinal))], first.Addition.Catalogue, Day);
        Assert.Equal("example/ax-8@2", Assert.Single(changed.Addition.Added).ToString());
        Assert.Contains(changed.Files[0].Notes, note => note.Rule == "next-revision");
        Assert.True(changed.Addition.Catalogue.TryFind(first.Addition.Added[0], out _));
    }

    [Fact]
    public void Two_files_of_one_id_and_a_broken_file_leave_the_rest_imported()
    {
        var report = DeviceTypeLibrary.Read([("a.yaml", Server), ("b.yaml", Server), ("c.yaml", "{"), ("d.yaml", "manufacturer: V\nmodel: PSU\n")], ShippedFilesTests.Catalogue, Day);

        Assert.Equal((2, 2), (report.ImportedCount, report.RefusedCount));
        Assert.Equal(["", "duplicate-sku", "yaml-syntax", ""], report.Files.Select(file => string.Concat(file.Refusals.Select(error => error.Rule))));
    }

    [Fact]
    public void Hostile_text_is_imported_or_refused_and_never_thrown()
    {
        Gen.Select(Gen.Int[0, Server.Length - 1], Gen.Int[0, 12], Gen.String[Gen.Char["{}[]:,-\"'0123456789 \n#&*!~x"], 0, 6]).Sample((at, length, put) =>
        {
            var text = Server[..at] + put + Server[Math.Min(at + length, Server.Length)..];
            if (YamlText.HasEmptyKey(text))
            {
                return true;
            }

            var read = DeviceTypeFile.Read("x.yaml", text, Day);
            return read.Sku is not null ? SkuFile.Parse("x.yaml", read.SkuText).Value is not null : read.Refusals.Count > 0 && read.Refusals.All(error => error.Line >= 1);
        });
    }

    [Fact]
    public void Every_file_of_the_real_library_is_imported_or_refused_with_a_line()
    {
        var folder = RepositoryFolder.TestData("device-types");
        if (folder is null)
        {
            Assert.Skip("no device types: no test data: set AMPACITY_TEST_DATA");
        }

        var files = Directory.EnumerateFiles(folder, "*.y*ml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => (Path.GetRelativePath(folder, path), File.ReadAllText(path))).ToArray();
        var report = DeviceTypeLibrary.Read(files, ShippedFilesTests.Catalogue, Day);
        foreach (var file in report.Files)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{file.File}: {file.Sku?.Kind} ({file.KindReason}) {file.Sku?.Ports.Length} {string.Join("; ", file.Refusals)}");
            foreach (var note in file.UnknownKeys.Concat(file.LeftOut).Concat(file.Notes))
            {
                TestContext.Current.TestOutputHelper.WriteLine($"    {note}");
            }
        }

        Assert.Equal(files.Length, report.Files.Length);
        Assert.All(report.Files, file => Assert.True(file.Sku is not null
            ? SkuFile.Parse(file.File, file.SkuText).Value is not null
            : file.Refusals.Count > 0 && file.Refusals.All(error => error.Line >= 1 && error.File == file.File && error.Hint.Length > 0)));
        // Ports that were folded into groups are all there.
        foreach (var (file, text) in report.Files.Zip(files, (file, pair) => (file, pair.Item2)).Where(pair => pair.file.Sku is not null))
        {
            var ports = text.Split('\n').Count(line => line.TrimStart().StartsWith("- name:", StringComparison.Ordinal));
            var slots = file.UnknownKeys.Any(key => key.Path == "module-slots");
            Assert.True(slots || ports == file.Sku!.Ports.Sum(port => port.Count), $"{file.File}: {ports}");
        }

        Assert.Contains(report.Files, file => file.File.Contains("SR685a", StringComparison.Ordinal) && file.UnknownKeys.Any(key => key.Path == "module-slots"));
        Assert.Contains(report.Files, file => file.File.Contains("QM9700", StringComparison.Ordinal) && file.Notes.Any(note => note.Rule == "ports-missing"));
        Assert.Contains(report.Files, file => file.File.Contains("AS-8125GS", StringComparison.Ordinal) && file.Notes.Any(note => note.Rule == "names-disagree"));
        Assert.Contains(report.Files, file => file.File.Contains("AS-4126GS", StringComparison.Ordinal) && file.Notes.Any(note => note.Rule == "draw-over-inlet"));
        Assert.Contains(report.Files, file => file.File.Contains("SCDU", StringComparison.Ordinal) && file.Notes.Any(note => note.Rule == "figure-in-text-only"));
    }
}
