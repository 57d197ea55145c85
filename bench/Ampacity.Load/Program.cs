using System.Globalization;
using Ampacity.Fleet;
using Ampacity.Load;

if (args is ["kills", ..] && KillOptions.Parse(args.AsSpan(1)) is { } kills)
{
    return await KillRun.RunAsync(kills);
}

if (args is ["days", ..] && DaysOptions.Parse(args.AsSpan(1)) is { } days)
{
    return await new DaysRun(days).RunAsync(CancellationToken.None);
}

if (args is ["churn", ..] && ChurnOptions.Parse(args.AsSpan(1)) is { } churn)
{
    return await new ChurnRun(churn).RunAsync(CancellationToken.None);
}

if (args is ["soak", ..] && SoakOptions.Parse(args.AsSpan(1)) is { } soak)
{
    return await new SoakRun(soak).RunAsync();
}

if (args is ["collect", ..] && CollectOptions.Parse(args.AsSpan(1)) is { } collect)
{
    return await new CollectRun(collect).RunAsync(CancellationToken.None);
}

if (args is ["forward" or "scrape", ..] && DoorsOptions.Parse(args.AsSpan(1)) is { } doors)
{
    return args[0] == "forward" ? await new ForwardRun(doors).RunAsync(CancellationToken.None) : await new ScrapeRun(doors).RunAsync(CancellationToken.None);
}

if (args is ["twin", ..] && TwinOptions.Parse(args.AsSpan(1)) is { } twin)
{
    return await new TwinRun(twin).RunAsync();
}

if (args is not (["graph", _, ..] or ["files", _, _]))
{
    Console.Error.WriteLine($"usage: graph <halls> [named] | files <folder> <halls>   (run in the repository: they read catalogue/)\n       {KillOptions.Usage}\n       {DaysOptions.Usage}\n       {ChurnOptions.Usage}\n       {SoakOptions.Usage}\n       {CollectOptions.Usage}\n       {DoorsOptions.Usage}\n       {TwinOptions.Usage}");
    return 2;
}

var catalogue = SkuCatalogue.Load(Directory.EnumerateFiles("catalogue", "*.yaml", SearchOption.AllDirectories)
    .Select(file => (file, File.ReadAllText(file)))).OrThrow();
if (args[0] == "graph")
{
    GraphRun.Run(int.Parse(args[1], CultureInfo.InvariantCulture), args is [_, _, "named"], catalogue);
    return 0;
}

var halls = int.Parse(args[2], CultureInfo.InvariantCulture);
Directory.CreateDirectory(args[1]);
for (var hall = 0; hall < halls; hall++)
{
    File.WriteAllText(
        Path.Combine(args[1], $"{SyntheticFleet.SiteOf(hall)}-{SyntheticFleet.NameOf(hall)}.yaml"), SyntheticFleet.HallText(hall));
}

using var csv = new StreamWriter(Path.Combine(args[1], "assets.csv"));
SyntheticFleet.WriteAssets(csv, halls, catalogue);
return 0;
