using Ampacity.Fleet;
using Ampacity.Server;

namespace Ampacity.Tests;

public sealed class SweepJournalTests : IDisposable
{
    private static readonly SeededRack Rack = SeededRack.Shipped;
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-sweep").FullName;
    private readonly SurveyTarget[] _targets = [.. Enumerable.Range(1, 4).Select(n => new SurveyTarget("http", $"10.0.0.{n}", 80) { Account = n == 4 ? "blue" : null })];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_a_process_saw_before_it_ended_is_a_survey_and_the_rest_is_left()
    {
        using (var journal = SweepJournal.Begin(_folder, new SweepHeading("ada", OneRack.BeganMs, true, _targets)))
        {
            journal.Append(_targets[0], Rack.Bmcs[0] with { Address = _targets[0].Address }, []);
            journal.Append(_targets[1], null, [new SurveyError(_targets[1].Address, SurveyErrorKind.NobodyThere, "", "no answer")]);
        }

        // The process ends in the middle of a line.
        var path = Directory.EnumerateFiles(_folder).Single();
        File.AppendAllText(path, """{"address":"http://10.0.0.3:80","bm""");

        var unfinished = SweepJournal.Read(_folder)!;
        Assert.Equal(_targets[2..], unfinished.Left);
        Assert.True(unfinished.Heading.TrustOnFirstUse);
        var survey = unfinished.ToSurvey();
        Assert.Equal(("ada", 2), (survey.By, survey.TargetsAsked));
        Assert.Equal(Rack.Bmcs[0].Serial, Assert.Single(survey.Bmcs).Serial);
        Assert.Equal(Rack.Bmcs[0].Components, survey.Bmcs[0].Components);
        Assert.Equal(SurveyErrorKind.NobodyThere, Assert.Single(survey.Errors).Kind);
    }

    [Fact]
    public void A_sweep_that_ended_leaves_nothing()
    {
        Assert.Null(SweepJournal.Read(_folder));
        SweepJournal.Begin(_folder, new SweepHeading("ada", OneRack.BeganMs, false, _targets)).Finish();
        Assert.Null(SweepJournal.Read(_folder));
    }

    [Fact]
    public void A_large_survey_is_kept_packed_and_read_back_the_same()
    {
        var survey = Rack.Survey(Enumerable.Range(0, 100).SelectMany(n => Rack.Bmcs.Select(bmc => bmc with { Address = $"{bmc.Address}/{n}" })));
        var text = SurveyText.Write(survey);
        var plain = System.Text.Json.JsonSerializer.Serialize(survey, RestJson.Options).Length;
        Assert.True(text.Length < plain / 8, $"{text.Length} characters of {plain}");
        var read = SurveyText.Read(text);
        Assert.Equal(survey.Bmcs.Select(bmc => (bmc.Address, bmc.Mac, bmc.Serial)), read.Bmcs.Select(bmc => (bmc.Address, bmc.Mac, bmc.Serial)));
        Assert.Equal(survey.Bmcs[7].Components, read.Bmcs[7].Components);
        Assert.Same(read.Bmcs[0].Components[0].Uri, read.Bmcs[18].Components[0].Uri);
        Assert.All(survey.Bmcs.Zip(read.Bmcs), pair => AssertSame(pair.First, pair.Second));
        var small = Rack.Survey(Rack.Bmcs.Take(1));
        Assert.StartsWith("{", SurveyText.Write(small), StringComparison.Ordinal);
        Assert.Equal(small.Bmcs[0].Ports, SurveyText.Read(SurveyText.Write(small)).Bmcs[0].Ports);
    }

    [Fact]
    public void A_survey_that_was_kept_before_there_was_the_packed_form_is_read()
    {
        var survey = Rack.Survey(Rack.Bmcs);
        using var bytes = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(bytes, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            System.Text.Json.JsonSerializer.Serialize(zip, survey, RestJson.Options);
        }

        var read = SurveyText.Read("gz:" + Convert.ToBase64String(bytes.ToArray()));
        Assert.All(survey.Bmcs.Zip(read.Bmcs), pair => AssertSame(pair.First, pair.Second));
    }

    [Fact]
    public void A_packed_survey_that_names_what_is_not_there_is_none_of_ours()
    {
        var packed = PackedSurvey.Of(Rack.Survey(Rack.Bmcs)) with { Ports = [] };
        using var bytes = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(bytes, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            System.Text.Json.JsonSerializer.Serialize(zip, packed, RestJson.Options);
        }

        Assert.Throws<System.Text.Json.JsonException>(() => SurveyText.Read("gz2:" + Convert.ToBase64String(bytes.ToArray())));
    }

    // Records compare lists by being one object: each list by its members, the rest as a whole.
    private static void AssertSame(SurveyedBmc expected, SurveyedBmc read)
    {
        Assert.Equal(expected.Components, read.Components);
        Assert.Equal(expected.Ports, read.Ports);
        Assert.Equal(expected.Firmware, read.Firmware);
        Assert.Equal(expected.ReadPlan, read.ReadPlan);
        Assert.Equal(expected.ReportUris, read.ReportUris);
        Assert.Equal(expected.Quirks, read.Quirks);
        Assert.Equal(Own(expected), Own(read));

        static SurveyedBmc Own(SurveyedBmc bmc) => bmc with { Components = [], Ports = [], Firmware = [], ReadPlan = [], ReportUris = [], Quirks = [] };
    }
}
