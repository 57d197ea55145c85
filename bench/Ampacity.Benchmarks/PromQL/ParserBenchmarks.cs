using Ampacity.PromQL;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>From a query's text to its expression; one operation is one parse.</summary>
public class ParserBenchmarks
{
    /// <summary>What a panel of a dashboard asks.</summary>
    [Benchmark]
    public Expression A_panel() => PromQLParser.Parse("sum by (rack) (rate(accel_power_watts{hall=\"h01\"}[5m]))");

    /// <summary>What a rule asks.</summary>
    [Benchmark]
    public Expression A_rule() => PromQLParser.Parse(
        """
        # Share of a row's limit that is drawn, where it is over 90 % for a while.
        (
          sum by (site, hall, row) (max_over_time(ampacity_node_draw_watts{kind="rack", hall=~"h0[1-9]", site!=""}[10m] offset 5m))
            / on (site, hall, row) group_left (tenant)
          label_replace(ampacity_node_limit_watts{kind="row"} * 0.9, "row", "$1", "path", ".*/(r[0-9]+)")
        ) > bool 1 unless on (hall) absent_over_time(up{job="bmc"}[1h:30s] @ end())
        """);
}
