using Ampacity.Redfish;

namespace Ampacity.Tests;

public sealed class ReadPlanTests
{
    private static readonly PlanRules Rules = new();

    private static PlanSource Source(string uri, PlanForm form, PlanClass kind, params string[] keys) =>
        new(uri, form, 1_000, [.. keys.Select(key => new PlanValue(key, kind))]);

    [Fact]
    public void A_report_comes_before_a_collection_and_a_collection_before_members()
    {
        var plan = ReadPlan.Compile(
            [
                Source("/member", PlanForm.Member, PlanClass.Sensors, "c"),
                Source("/sensors?$expand=.", PlanForm.Expanded, PlanClass.Sensors, "b", "a"),
                Source("/report", PlanForm.Report, PlanClass.Sensors, "a"),
            ],
            Rules);

        Assert.Equal(["/report", "/sensors?$expand=.", "/member"], plan.Reads.Select(read => read.Uri));
        Assert.Equal([1, 1, 1], plan.Reads.Select(read => read.Values));
    }

    [Fact]
    public void What_an_earlier_read_gives_is_not_asked_for_again_and_the_reason_is_said()
    {
        var plan = ReadPlan.Compile(
            [
                Source("/all", PlanForm.Report, PlanClass.Sensors, "a", "/redfish/v1/Systems/1/x") with { Preference = 1 },
                Source("/one", PlanForm.Report, PlanClass.Sensors, "a"),
                Source("/two", PlanForm.Report, PlanClass.Power, "/redfish/v1/systems/1/x"),
                Source("/nothing", PlanForm.Member, PlanClass.Sensors),
            ],
            Rules);

        Assert.Equal(["/two", "/one"], plan.Reads.Select(read => read.Uri));
        Assert.Contains(new PlanLeftOut("/all", "all it gives comes from earlier reads"), plan.LeftOut);
        Assert.Contains(new PlanLeftOut("/nothing", "gives nothing that becomes a series"), plan.LeftOut);
    }

    [Fact]
    public void A_read_has_the_class_of_the_most_urgent_value_that_only_it_gives()
    {
        var mixed = new PlanSource("/mixed", PlanForm.Expanded, 10, [new("t", PlanClass.Sensors), new("p", PlanClass.Power)]);
        var report = Source("/report", PlanForm.Report, PlanClass.Power, "p");

        Assert.Equal((PlanClass.Power, 30), Class(ReadPlan.Compile([mixed], Rules).Reads[0]));
        Assert.Equal((PlanClass.Sensors, 60), Class(ReadPlan.Compile([mixed, report], Rules).Reads[1]));

        static (PlanClass, int) Class(PlanRead read) => (read.Class, read.PeriodSeconds);
    }

    [Fact]
    public void The_limit_of_values_cuts_temperatures_and_never_a_leak_detector()
    {
        var rules = Rules with { MaxValues = 3 };
        var plan = ReadPlan.Compile(
            [
                Source("/temperatures", PlanForm.Expanded, PlanClass.Sensors, "t1", "t2"),
                Source("/watts", PlanForm.Expanded, PlanClass.Power, "w1", "w2"),
                Source("/leaks", PlanForm.Member, PlanClass.Leak, "l1", "l2", "l3", "l4"),
            ],
            rules);

        Assert.Equal(["/watts", "/leaks"], plan.Reads.Select(read => read.Uri));
        Assert.Equal("would make it more than 3 values: 2 more", Assert.Single(plan.LeftOut).Why);
    }

    [Fact]
    public void The_limit_of_reads_leaves_the_rest_out_aloud()
    {
        var plan = ReadPlan.Compile(
            Enumerable.Range(0, 5).Select(index => Source($"/s{index}", PlanForm.Member, PlanClass.Sensors, $"k{index}")), Rules with { MaxReads = 2 });

        Assert.Equal(2, plan.Reads.Count);
        Assert.Equal(3, plan.LeftOut.Count);
    }

    [Theory]
    [InlineData(PlanClass.Power, 450_000, "2 GET/min, 0.9 MB/min, 1 values")]
    [InlineData(PlanClass.Sensors, 1_500, "1 GET/min, 2 KB/min, 1 values")]
    [InlineData(PlanClass.Inventory, 600, "0.02 GET/min, 10 bytes/min, 1 values")]
    public void The_cost_is_said_in_words(PlanClass kind, int bytes, string words)
    {
        var plan = ReadPlan.Compile([new PlanSource("/a", PlanForm.Report, bytes, [new PlanValue("k", kind)])], Rules);
        Assert.Equal(words, plan.Cost);
    }

    [Fact]
    public void The_order_of_the_sources_does_not_matter()
    {
        var sources = Enumerable.Range(0, 40).Select(index => Source(
            $"/s{index}", (PlanForm)(index % 3), (PlanClass)(index % 4), [.. Enumerable.Range(index, 5).Select(key => $"k{key % 37}")])).ToArray();
        var expected = ReadPlan.Compile(sources, Rules);
        for (var seed = 0; seed < 20; seed++)
        {
            var shuffled = sources.ToArray();
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(expected.Reads, ReadPlan.Compile(shuffled, Rules).Reads);
        }
    }
}
