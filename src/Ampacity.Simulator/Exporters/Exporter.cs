using Microsoft.AspNetCore.Http;

namespace Ampacity.Simulator;

/// <summary>An exporter of a tray's host: <c>/metrics</c> on a port of its own at the BMC's address.</summary>
/// <param name="Port">Its usual port.</param>
/// <param name="Kinds">Trays that have it.</param>
/// <param name="Page">Writes the page.</param>
internal sealed record Exporter(int Port, IReadOnlyList<SimulatedKind> Kinds, Exporter.WritePage Page)
{
    public delegate void WritePage(in Moment moment, ExpositionWriter page);

    /// <summary>dcgm-exporter, AMD's device-metrics-exporter and node_exporter, by their usual ports.</summary>
    public static IReadOnlyList<Exporter> All { get; } =
    [
        new(9400, [SimulatedKind.NvidiaComputeTray], DcgmPage.Write),
        new(5000, [SimulatedKind.UbbTray], AmdPage.Write),
        new(9100, [SimulatedKind.NvidiaComputeTray, SimulatedKind.UbbTray, SimulatedKind.EthernetTray], NodePage.Write),
    ];

    /// <summary>Answers a scrape of a tray, or says that it has no such exporter.</summary>
    public Task AnswerAsync(HttpContext context, SimulatedBmc bmc)
    {
        if (context.Request.Path != "/metrics" || !Kinds.Contains(bmc.Tray.Kind) || context.Request.Method != "GET")
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        byte[] body;
        using (var buffer = new Utf8Buffer())
        {
            var moment = bmc.Now();
            Page(in moment, new ExpositionWriter(buffer));
            body = buffer.Memory.ToArray();
        }

        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
