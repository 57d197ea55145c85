using Ampacity.Fleet;
using CsCheck;

namespace Ampacity.Tests.Fleet.Skus;

public sealed class SkuFileTests
{
    private const string Head = "ampacity: 1\nid: v/x\nrevision: 1\nkind: Rack\ntitle: x\n";

    [Theory]
    [InlineData("of: mass, value: 3 kW", "bad-quantity")]
    [InlineData("of: power-output, value: 33 kVA", "bad-quantity")]
    [InlineData("of: liquid-share, value: '0.87'", "bad-quantity")]
    [InlineData("of: flow, value: 150 gpm", "bad-quantity")]
    [InlineData("of: energy-stored, value: 65 W", "bad-quantity")]
    [InlineData("of: scale-up-bandwidth, value: 130 TBps", "bad-quantity")]
    [InlineData("of: supply-count, value: '6.5'", "bad-quantity")]
    [InlineData("of: supply-redundancy, value: N+N+1", "bad-quantity")]
    [InlineData("of: cooling, value: 2 MW", "bad-quantity")]
    [InlineData("of: output-voltage, value: '99999999999999999999 V'", "bad-quantity")]
    [InlineData("of: colour, value: 3 shades of grey", null)]
    [InlineData("of: mass, value: 1.36 t", null)]
    [InlineData("of: scale-out-bandwidth, value: 400 Gbit/s", null)]
    public void A_claim_of_a_known_name_must_read_in_its_unit(string claim, string? rule)
    {
        var read = SkuFile.Parse("x.yaml", $"{Head}claims:\n  - {{{claim}, kind: design, source: x, date: 2026-01-01}}\n");

        Assert.Equal(rule, read.Errors.SingleOrDefault()?.Rule);
        Assert.True(read.Value is not null || read.Errors[0].Line == 7);
    }

    [Fact]
    public void Amounts_are_in_one_unit_however_they_were_written()
    {
        Assert.Equal(1360, Amount("mass", "1.36 t"));
        Assert.Equal(7_920_000, Amount("energy-stored", "2.2 kWh"));
        Assert.Equal(50e9, Amount("scale-out-bandwidth", "400 Gbit/s"));
        Assert.Equal(45, Amount("supply-temperature", "45 °C"));
        Assert.Equal(0.6, Amount("depth", "600 mm"));
        Assert.Null(Amount("colour", "grey"));
    }

    [Theory]
    [InlineData("scaleUp: {racks: 2}", "scale-up-form")]
    [InlineData("scaleUp: {accelerators: 2, domains: [{name: a, accelerators: 1, parts: ['01']}]}", "scale-up-form")]
    [InlineData("scaleUp: {accelerators: 0}", "out-of-range")]
    [InlineData("scaleUp: {domains: [{name: a, accelerators: 1, parts: ['01']}, {name: a, accelerators: 1, parts: ['02']}]}", "duplicate-name")]
    [InlineData("ports: [{name: p, count: 2}]", "port-name")]
    [InlineData("ports: [{name: 'p{n}', count: 2}, {name: p2}]", "duplicate-port")]
    [InlineData("ports: [{name: 'p{n}', count: 5000}]", "out-of-range")]
    [InlineData("ports: [{name: p, rate: 400}]", "wrong-type")]
    [InlineData("ports: [{name: p, rate: 400 GB}]", "bad-quantity")]
    [InlineData("ports: [{name: p, kind: hole}]", "not-in-list")]
    [InlineData("ports: [{name: p, draw: 3 kVA}]", "bad-quantity")]
    [InlineData("sidecar: nowhere", "bad-sku")]
    [InlineData("height: 1.25 RU", "wrong-form")]
    [InlineData("height: 100.5 RU", "wrong-form")]
    [InlineData("airflow: up", "not-in-list")]
    public void A_mistake_is_named_with_its_line(string line, string rule)
    {
        var error = Assert.Single(SkuFile.Parse("x.yaml", Head + line + "\n").Errors);

        Assert.Equal((rule, 6), (error.Rule, error.Line));
    }

    [Fact]
    public void Twenty_thousand_ports_are_the_most()
    {
        var ports = string.Concat(Enumerable.Range(0, 6).Select(i => $"  - {{name: 'g{(char)('a' + i)}{{n}}', count: 4096}}\n"));

        Assert.Equal("too-many", Assert.Single(SkuFile.Parse("x.yaml", $"{Head}ports:\n{ports}").Errors).Rule);
    }

    [Theory]
    [InlineData("48 RU", 48, 2.1336)]
    [InlineData("44 OU", 44, 2.112)]
    [InlineData("1.5 RU", 2, 0.066675)]
    [InlineData("0.5OU", 1, 0.024)]
    [InlineData("100 RU", 100, 4.445)]
    public void Half_units_are_heights_and_take_whole_slots(string text, int slots, double meters)
    {
        Assert.True(RackHeight.TryParse(text, out var height));
        Assert.Equal(slots, height.Count);
        Assert.Equal(meters, height.Meters.Value, 1e-12);
        Assert.True(RackHeight.TryParse(height.ToString(), out var again));
        Assert.Equal(height, again);
    }

    [Theory]
    [InlineData("0 RU")]
    [InlineData("1.25 RU")]
    [InlineData("101 RU")]
    [InlineData("-1 RU")]
    [InlineData("RU")]
    [InlineData("4 U")]
    [InlineData("4 ru")]
    [InlineData("4 01")]
    public void What_is_no_height_is_refused(string text) => Assert.False(RackHeight.TryParse(text, out _));

    [Fact]
    public void Text_of_any_kind_comes_back_from_a_written_sku()
    {
        Gen.String[Gen.Char["aZ09 :#{}[]'\"\\,&*!|>-%@\n\té漢"], 1, 60].Sample(text =>
        {
            var sku = SkuFile.Parse("x.yaml", Head).OrThrow() with
            {
                Note = text,
                Ports = [new(PortKind.PowerInlet, "p", 1, 1, 1) { Note = text, Label = text, From = text }],
            };
            var back = SkuFile.Parse("x.yaml", SkuText.Write(sku)).OrThrow();
            return back.Note == text && back.Ports[0].Note == text && back.Ports[0].Label == text && back.Ports[0].From == text;
        });
    }

    [Fact]
    public void Hostile_text_is_an_error_and_never_an_exception()
    {
        const string All = Head + "height: 4 RU\nscaleUp: {accelerators: 1, racks: 1}\nports: [{name: 'p{n}', count: 2, rate: 1 Gbit/s}]\n"
            + "claims: [{of: mass, value: 1 kg, kind: design, source: x, date: 2026-01-01}]\n";
        Gen.Select(Gen.Int[0, All.Length - 1], Gen.Int[0, 12], Gen.String[Gen.Char["{}[]:,-\"'0123456789 \n#&*!~x"], 0, 6]).Sample((at, length, put) =>
        {
            var text = All[..at] + put + All[Math.Min(at + length, All.Length)..];
            if (YamlText.HasEmptyKey(text))
            {
                return true;
            }

            var read = SkuFile.Parse("x.yaml", text);
            return (read.Value is null) == (read.Errors.Count > 0) && read.Errors.All(error => error.Line >= 1);
        });
    }

    private static double? Amount(string of, string value) =>
        SkuFile.Parse("x.yaml", $"{Head}claims:\n  - {{of: {of}, value: '{value}', kind: design, source: x, date: 2026-01-01}}\n").OrThrow().Amount(of);
}
