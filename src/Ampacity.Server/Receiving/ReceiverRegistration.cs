using Ampacity.Collect;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ampacity.Server;

/// <summary>Every way in by which others send samples.</summary>
internal static class ReceiverRegistration
{
    public static void AddReceivers(this IServiceCollection services) => services
        .AddSingleton(new SampleIntake())
        .AddSingleton<RemoteWriteReceiver>().AddSingleton<ExpositionReceiver>().AddSingleton<SampleFileReceiver>()
        .AddSingleton(provider => new OtlpReceiver(provider.GetRequiredService<SampleIntake>(), new OtlpOptions(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<SampleGate>().AddSingleton<ReceiveMeter>().AddSingleton<ReceiveRequest>();

    public static void MapReceivers(this IEndpointRouteBuilder routes)
    {
        routes.MapRemoteWrite();
        routes.MapExposition();
        routes.MapOtlp();
        routes.MapSampleImport();
    }
}
