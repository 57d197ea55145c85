using System.Text;
using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>CSV files against the shipped one-rack example, an hour after it was applied.</summary>
internal static class CsvFleet
{
    public const string Rack = "site/hall/r01/01";
    public const long NowMs = OneRack.BeganMs + 3_600_000;

    public static ChangePlan Plan(CsvKind kind, byte[] bytes, FactLedger? ledger = null, long nowMs = NowMs, string owner = "")
    {
        ledger ??= OneRack.Ledger();
        using var content = new MemoryStream(bytes);
        var ground = new CsvGround(ledger, FleetGraphBuilder.Build(ledger, nowMs, OneRack.Catalogue), OneRack.Catalogue, nowMs, owner);
        return CsvImport.Plan(new CsvSource("test.csv", kind, content), ground, "test", "", TestContext.Current.CancellationToken);
    }

    public static ChangePlan Plan(CsvKind kind, string text, FactLedger? ledger = null, long nowMs = NowMs, string owner = "") =>
        Plan(kind, Encoding.UTF8.GetBytes(text), ledger, nowMs, owner);

    /// <summary>Plans, which must go well, and carries it out.</summary>
    public static FactLedger Import(CsvKind kind, string text, FactLedger? ledger = null, long nowMs = NowMs)
    {
        ledger ??= OneRack.Ledger();
        var plan = Plan(kind, text, ledger, nowMs);
        Assert.Empty(plan.Errors);
        return plan.Draft.IsEmpty ? ledger : ledger.Table.Append(plan.Draft, new ChangeSetId(ledger.Revision.Number + 1));
    }

    public static FleetGraph Graph(FactLedger ledger, long nowMs = NowMs) => FleetGraphBuilder.Build(ledger, nowMs, OneRack.Catalogue);

    public static string Export(CsvKind kind, FactLedger ledger, long nowMs = NowMs)
    {
        using var text = new StringWriter();
        CsvExport.Write(kind, Graph(ledger, nowMs).Within(PlaceScope.Whole), -1, text);
        return text.ToString();
    }
}
