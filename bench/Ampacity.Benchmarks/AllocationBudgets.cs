using System.Globalization;
using System.Text.Json;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Ampacity.Benchmarks;

/// <summary>
/// Most bytes that one operation of each benchmark may allocate. Allocation is asserted and time is not: bytes are the same on every
/// machine. A benchmark without a budget is a problem, so that none is forgotten.
/// </summary>
internal sealed class AllocationBudgets
{
    /// <summary>The file, beside the project: <c>{"FleetCountsBenchmarks.By_row(TenGigawatts)": 1200, …}</c>, bytes an operation.</summary>
    public const string FileName = "budgets.json";

    // Measured: the runtime's own threads add up to 63 bytes to a call of some milliseconds. Where a call is many operations it is shared by them, so
    // that a byte a sample is seen.
    private const long NoiseBytes = 128;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };
    private readonly SortedDictionary<string, long> _bytesMax;

    private AllocationBudgets(SortedDictionary<string, long> bytesMax) => _bytesMax = bytesMax;

    /// <summary>Reads the file.</summary>
    /// <exception cref="JsonException">It is not an object of whole numbers.</exception>
    public static AllocationBudgets Read(string path) => new(new SortedDictionary<string, long>(
        JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(path)) ?? throw new JsonException($"{path} is empty"), StringComparer.Ordinal));

    /// <summary>
    /// Takes what was measured as the new budgets of the benchmarks that ran, with a tenth more for pooled buffers; what
    /// allocates nothing stays at nothing.
    /// </summary>
    public void Renew(IReadOnlyList<Summary> summaries)
    {
        foreach (var report in summaries.SelectMany(summary => summary.Reports))
        {
            if (BytesOf(report) is { } bytes)
            {
                _bytesMax[NameOf(report.BenchmarkCase)] = bytes <= NoiseBytesOf(report.BenchmarkCase) ? 0 : bytes + (bytes / 10);
            }
        }
    }

    /// <summary>Writes the file.</summary>
    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(_bytesMax, Indented) + "\n");

    /// <summary>What is wrong: over the budget, without one, not run to the end. Empty if nothing is.</summary>
    public IReadOnlyList<string> Check(IReadOnlyList<Summary> summaries)
    {
        var problems = new List<string>();
        if (summaries.All(summary => summary.Reports.IsEmpty))
        {
            problems.Add("No benchmark ran: see --filter, and build with -c Release.");
        }

        foreach (var report in summaries.SelectMany(summary => summary.Reports))
        {
            var name = NameOf(report.BenchmarkCase);
            if (BytesOf(report) is not { } bytes)
            {
                problems.Add($"{name} did not run to its end; its error is above.");
            }
            else if (!_bytesMax.TryGetValue(name, out var most))
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name} has no budget; it allocated {bytes:N0} bytes an operation."));
            }
            else if (bytes > most + NoiseBytesOf(report.BenchmarkCase))
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{name} allocated {bytes:N0} bytes an operation, over its budget of {most:N0}: find what allocates, or raise the budget and say why."));
            }
        }

        return problems;
    }

    private static long? BytesOf(BenchmarkReport report) =>
        report.Success ? report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) : null;

    private static long NoiseBytesOf(BenchmarkCase benchmark) => NoiseBytes / benchmark.Descriptor.OperationsPerInvoke;

    private static string NameOf(BenchmarkCase benchmark)
    {
        var method = $"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name}";
        return benchmark.HasParameters
            ? $"{method}({string.Join(", ", benchmark.Parameters.Items.Select(item => Convert.ToString(item.Value, CultureInfo.InvariantCulture)))})"
            : method;
    }
}
