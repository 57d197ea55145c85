using System.Text.Json;
using Ampacity.Samples;
using Ampacity.Topology;

namespace Ampacity.Tests;

/// <summary>What every shipped family holds to, and what a family file may not say.</summary>
public sealed class FamilyFilesTests
{
    // How Prometheus spells a UCUM unit at the end of a name.
    private static readonly Dictionary<string, string[]> Suffixes = new(StringComparer.Ordinal)
    {
        ["W"] = ["_watts"],
        ["J"] = ["_joules"],
        ["Cel"] = ["_celsius"],
        ["V"] = ["_volts"],
        ["A"] = ["_amperes"],
        ["Hz"] = ["_hertz"],
        ["s"] = ["_seconds"],
        ["By"] = ["_bytes"],
        ["By/s"] = ["_bytes_per_second"],
        ["rpm"] = ["_rpm"],
        ["kPa"] = ["_kilopascals"],
        ["L/min"] = ["_liters_per_minute"],
        ["VA"] = ["_volt_amperes"],
        ["var"] = ["_vars"],
        ["K"] = ["_kelvins"],
        ["m"] = ["_meters"],
        ["m3/min"] = ["_cubic_meters_per_minute"],
        ["1"] = ["_ratio", "_errors", "_rows", "_pending", "_failed", "_state", "_blind", "_up", "_banks", "_cycles", "_wait", "_frames", "_code"],
    };

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "metrics"), "*.json").Select(file => Path.GetFileName(file)!).Order()];

    private static string Text(string file) => File.ReadAllText(Path.Combine(RepositoryFolder.Root, "metrics", file));

    [Fact]
    public void As_many_ship_as_the_documents_say() => Assert.Equal(95, Files.Count);

    [Theory]
    [MemberData(nameof(Files))]
    public void A_family_is_named_by_its_file_its_unit_and_its_kind(string file)
    {
        var (family, errors) = FamilyFile.Parse(file, Text(file));
        Assert.Empty(errors);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), family!.Name);
        var isTotal = family.Name.EndsWith("_total", StringComparison.Ordinal);
        Assert.Equal(family.Kind == FamilyKind.Counter, isTotal);
        var stem = isTotal ? family.Name[..^"_total".Length] : family.Name;
        Assert.Contains(Suffixes[family.Unit], suffix => stem.EndsWith(suffix, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Both_ends_of_a_range_are_said_and_a_driver_s_sentinel_lies_beyond(string file)
    {
        var family = FamilyFile.Parse(file, Text(file)).Family!;
        foreach (var source in family.Sources.Where(source => source.RawName.StartsWith("DCGM_", StringComparison.Ordinal)))
        {
            // DCGM's blank of a 64-bit field (dcgm_structs.h: DCGM_INT64_BLANK and the three above it).
            foreach (var blank in (double[])[9223372036854775792, 9223372036854775795])
            {
                Assert.True(source.IsBlank(blank) || blank * source.Factor > family.Greatest, source.RawName);
            }
        }

        Assert.True(double.IsFinite(family.Least) && double.IsFinite(family.Greatest));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_factor_is_never_left_without_the_raw_unit(string file)
    {
        using var json = JsonDocument.Parse(Text(file));
        foreach (var source in json.RootElement.GetProperty("from").EnumerateArray().Where(source => source.TryGetProperty("factor", out _)))
        {
            var unit = source.TryGetProperty("note", out var note) ? note.GetString()! : "";
            Assert.True(
                unit.Contains("raw unit", StringComparison.Ordinal) || unit.Contains("repeats the whole GPU's value", StringComparison.Ordinal),
                $"{file}: {source.GetProperty("source").GetString()} has a factor and its note does not say \"raw unit …\"");
        }
    }

    [Theory]
    [InlineData("gpu{gpu}", "gpu3")]
    [InlineData("{absent|gpu}/dram", "3/dram")]
    [InlineData("gpu{gpu_id:number}/link{port_id:number}", "gpu0/link17")]
    [InlineData("gpu{absent|gpu_id:number}", "gpu0")]
    [InlineData("gpu{word:number}", "")]
    [InlineData("gpu{absent}", "")]
    [InlineData("transmit", "transmit")]
    public void A_label_is_made_of_others_or_not_at_all(string template, string value)
    {
        var labels = LabelSet.Of(("gpu", "3"), ("gpu_id", "GPU_0"), ("port_id", "NVLink_17"), ("word", "nvlink"));
        Assert.Equal(value, LabelTemplate.Parse(template).Fill(labels));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("gpu{gpu")]
    [InlineData("gpu}{")]
    [InlineData("{a|}")]
    [InlineData("{:number}")]
    public void A_template_that_names_no_label_is_refused(string template) => Assert.Throws<FormatException>(() => LabelTemplate.Parse(template));

    [Theory]
    [InlineData("\"where\": \"{a=~\\\"(\\\"}\"", "selector")]
    [InlineData("\"blank\": [[5, 3]]", "selector")]
    [InlineData("\"labels\": {\"component\": \"gpu{\"}", "selector")]
    public void A_source_that_cannot_be_read_is_told_with_its_place(string member, string rule)
    {
        var text = Family.Replace("{more}", ", " + member);
        var (family, errors) = FamilyFile.Parse("x.json", text);
        Assert.Null(family);
        Assert.Contains(errors, error => error.Rule == rule);
    }

    [Fact]
    public void A_source_that_is_there_twice_is_refused_and_not_the_last_one_taken()
    {
        var twice = Family.Replace("{more}", "").Replace("\"from\": [", "\"from\": [{\"source\": \"a\", \"name\": \"z\"}, ");
        Assert.Contains(FamilyFile.Parse("x.json", twice).Errors, error => error.Rule == "unique-source");
    }

    private const string Family = """
        {"ampacity": 1, "name": "hw_x_watts", "unit": "W", "kind": "gauge", "meaning": "Ten or more characters.", "trap": "Ten or more characters.", "range": [0, 1],
         "prefer": ["a"], "from": [{"source": "a", "name": "y"{more}}]}
        """;
}
