using Ampacity.Server;

await using var server = await ServerHost.StartAsync(new ServerSettings(), CancellationToken.None);
Console.WriteLine(server.Url);
await server.WaitForShutdownAsync(CancellationToken.None);
