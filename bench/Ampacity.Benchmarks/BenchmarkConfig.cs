using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Ampacity.Benchmarks;

/// <summary>How benchmarks run unless the command line says otherwise.</summary>
/// <remarks>
/// In this process: a fleet of 10 GW takes seconds to make and is made once for all benchmarks, and no project is generated and built
/// in between. Its log is shown, since what a benchmark throws stands only there. A short job: allocation, which is asserted, is exact after one iteration; times are charted and compared on one machine only.
/// </remarks>
internal sealed class BenchmarkConfig : ManualConfig
{
    public BenchmarkConfig()
    {
        AddJob(Job.ShortRun.WithToolchain(new InProcessEmitToolchain(TimeSpan.FromHours(1), logOutput: true)));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddLogger(ConsoleLogger.Default);
        AddExporter(MarkdownExporter.GitHub);
        Options |= ConfigOptions.JoinSummary;
    }
}
