using Ampacity.Benchmarks;
using BenchmarkDotNet.Running;

// Any argument of BenchmarkDotNet is taken: --list flat, --filter '*Move*', --job medium, --artifacts DIR.
var summaries = BenchmarkSwitcher.FromAssembly(typeof(BenchmarkConfig).Assembly).Run(args, new BenchmarkConfig()).ToArray();
if (args.Contains("--list", StringComparer.Ordinal) || args.Contains("--help", StringComparer.Ordinal))
{
    return 0;
}

var path = Path.Combine(RepositoryFolder.Root, "bench", "Ampacity.Benchmarks", AllocationBudgets.FileName);
var budgets = AllocationBudgets.Read(path);
if (Environment.GetEnvironmentVariable("AMPACITY_UPDATE_GOLDEN") == "1")
{
    budgets.Renew(summaries);
    budgets.Write(path);
}

var problems = budgets.Check(summaries);
foreach (var problem in problems)
{
    Console.Error.WriteLine(problem);
}

Console.Error.WriteLine(problems.Count == 0
    ? $"Every benchmark that ran is within its budget of {AllocationBudgets.FileName}."
    : FormattableString.Invariant($"{problems.Count} problems with the budgets of {AllocationBudgets.FileName}."));
return problems.Count == 0 ? 0 : 1;
