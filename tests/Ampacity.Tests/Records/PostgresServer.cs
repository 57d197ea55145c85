using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Ampacity.Tests;

/// <summary>A PostgreSQL 15 of the test run's own: a folder and a port of its own on loopback, ended by its process id.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Binaries = "/usr/lib/postgresql/15/bin";
    private const string Password = "for-tests-only";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"ampacity-postgres-{Guid.NewGuid():N}");
    private Process? _server;
    private int _port;
    private int _databases;

    /// <summary>Why tests on it are skipped, or null.</summary>
    public static string? Missing => File.Exists(Binaries + "/postgres")
        ? null
        : "no PostgreSQL 15 on this machine: apt-get install postgresql-15";

    private string Server => $"Host=127.0.0.1;Port={_port};Username=ampacity;Timeout=5;Pooling=true;Maximum Pool Size=20";

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        Directory.CreateDirectory(_folder);
        var password = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(password, Password);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "-R", "postgres", _folder);
        }

        await RunAsync(AsUser(
            Binaries + "/initdb", "-D", Data, "-U", "ampacity", "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale=C", "--no-sync"));
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var command = AsUser(
            Binaries + "/postgres", "-D", Data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off");
        _server = Start(command);
        _ = _server.StandardError.ReadToEndAsync();
        _ = _server.StandardOutput.ReadToEndAsync();
        for (var began = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                await RunAsync("postgres", "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (began.Elapsed < TimeSpan.FromSeconds(30) && !_server.HasExited)
            {
                // Not up yet.
            }
        }
    }

    /// <summary>A new, empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"records_{Interlocked.Increment(ref _databases)}";
        await RunAsync("postgres", $"CREATE DATABASE {name}");
        return name;
    }

    /// <summary>The connection string of a database, with its password.</summary>
    public string ConnectionString(string database) => $"{Server};Database={database};Password={Password}";

    /// <summary>The connection string of a database, without a password.</summary>
    public string WithoutPassword(string database) => $"{Server};Database={database}";

    /// <summary>Runs SQL in a database, past the store.</summary>
    public async Task RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Search Path=ampacity");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            NpgsqlConnection.ClearAllPools();
            // The server's own process id is in the first line of its lock file; what we started may be the program that changed the user.
            var pid = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
            await RunAsync("kill", "-INT", pid);
            await server.WaitForExitAsync();
            server.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }

    private string Data => Path.Combine(_folder, "data");

    // initdb and postgres refuse root: on a machine where the tests run as root, they run as Debian's postgres.
    private static string[] AsUser(params string[] command) =>
        Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", .. command] : command;

    private static Process Start(params string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var argument in command.AsSpan(1))
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)}: {await error} {await output}");
        }
    }
}
