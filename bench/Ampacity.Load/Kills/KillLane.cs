namespace Ampacity.Load;

/// <summary>One data folder and the lives of servers on it: start, read back, write, SIGKILL, again.</summary>
internal sealed class KillLane
{
    private const int Senders = 4;

    // Spans of sample time: senders pass one in a fraction of a second, so that seals and merges are always near.
    private const double BlockSpanSeconds = 10;

    // Sample time begins this far back, and passes some thirty times as fast as ours.
    private const long HistoryMs = 20 * 3600 * 1000;

    // The start of a server on these machines; kills are spread over a little more.
    private const double StartSeconds = 0.9;

    private readonly KillOptions _options;
    private readonly Random _random;
    private readonly string _folder;
    private readonly SentSamples _samples;
    private readonly CheckedSender[] _senders;
    private readonly long _beganMs;

    public KillLane(KillOptions options, int seed, string folder)
    {
        (_options, _random, _folder) = (options, new Random(seed), folder);
        _samples = new SentSamples(seed);
        _beganMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - HistoryMs;
        _senders = [.. Enumerable.Range(0, Senders).Select(number => new CheckedSender(number, _samples, new Random(_random.Next()), _beganMs))];
    }

    /// <summary>What came of it so far.</summary>
    public KillCounts Counts { get; private set; } = new();

    /// <summary>One life.</summary>
    /// <exception cref="KillRunException">An acknowledged sample is lost or altered, one is there that nobody sent, or the server failed.</exception>
    public async Task LiveAsync()
    {
        using var server = new ServeProcess(_options.Program, _folder, BlockSpanSeconds);
        if (_random.Next(5) == 0)
        {
            // While it starts: journal, blocks and records are being opened.
            await Task.Delay(TimeSpan.FromSeconds(_random.NextDouble() * StartSeconds));
            await server.KillAsync();
            Counts = Counts with { Kills = Counts.Kills + 1, AtStart = Counts.AtStart + 1 };
            return;
        }

        var url = await server.UrlAsync();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(90) };
        var found = await ReadBack.FromServerAsync(http, url, _beganMs - HistoryMs, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        _samples.Check(found, isText: true);
        var sending = Task.WhenAll(_senders.Select(sender => Task.Run(() => sender.SendAsync(http, url))));

        // Most lives are short: what is special is the begin of a life, and the samples of a long one have to be read back each time.
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(Math.Pow(_random.NextDouble(), 2) * _options.Seconds)));
        var flushes = _random.Next(3) == 0;
        var flushing = flushes ? FlushAsync(http, url) : Task.CompletedTask;
        if (flushes)
        {
            // Within the seal: values, index, names, the journal's cut, deletions.
            await Task.WhenAny(flushing, Task.Delay(_random.Next(120)));
        }

        var seals = await SealsAsync(http, url);
        await server.KillAsync();
        await sending;
        await flushing;
        var torn = ExpectOnlyTornTails(server.Errors);
        Counts = Counts with
        {
            Kills = Counts.Kills + 1,
            AtSeal = Counts.AtSeal + (flushes ? 1 : 0),
            Seals = Counts.Seals + seals,
            Torn = Counts.Torn + (torn ? 1 : 0),
        };
    }

    // A write that was on its way at the kill is cut, which is said; whatever else the store says, and any error, is a failure. That a machine is
    // so loaded that Kestrel's clock is late is none.
    private static bool ExpectOnlyTornTails(string errors)
    {
        var lines = errors.Split('\n').Where(line => line.Contains("Samples:", StringComparison.Ordinal) || !line.Contains("warn: Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal))
            .Where(line => !string.IsNullOrWhiteSpace(line)).ToArray();
        return Array.TrueForAll(lines, line => line.Contains("torn tail", StringComparison.Ordinal) || line.Contains("replayed", StringComparison.Ordinal))
            ? lines.Length > 0
            : throw new KillRunException($"the server complained:\n{errors}");
    }

    /// <summary>Reads the files themselves, to the bit, with no server on them.</summary>
    /// <exception cref="KillRunException">As for <see cref="LiveAsync"/>.</exception>
    public async Task CheckFilesAsync()
    {
        var (found, report) = await ReadBack.FromFilesAsync(_folder);
        Counts = Counts with
        {
            Found = _samples.Check(found, isText: false),
            Acknowledged = _samples.Acknowledged,
            Sent = _samples.Sent,
            Requests = _senders.Sum(sender => sender.Requests),
            Blocks = report.Blocks,
            Torn = Counts.Torn + (report.BytesCut > 0 ? 1 : 0),
        };
        if (report.SetAside.Count > 0 || report.BlocksSetAside.Count > 0 || report.SamplesWithoutSeries > 0)
        {
            throw new KillRunException($"the store found damage:\n{string.Join('\n', report.Lines())}");
        }
    }

    private static async Task FlushAsync(HttpClient http, string url)
    {
        try
        {
            using var answer = await http.PostAsync(url + "/api/v1/admin/tsdb/flush", content: null);
            if (!answer.IsSuccessStatusCode)
            {
                throw new KillRunException($"flush answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }
        }
        catch (HttpRequestException)
        {
            // Killed on the way: what the run is for.
        }
    }

    private static async Task<long> SealsAsync(HttpClient http, string url)
    {
        const string Name = "ampacity_store_seals_total ";
        var text = await http.GetStringAsync(url + "/metrics");
        var line = Array.Find(text.Split('\n'), line => line.StartsWith(Name, StringComparison.Ordinal))
            ?? throw new KillRunException($"{url}/metrics has no {Name}");
        return (long)double.Parse(line[Name.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}

/// <summary>What a run of kills did and found.</summary>
internal sealed record KillCounts
{
    public int Kills { get; init; }

    public int AtStart { get; init; }

    public int AtSeal { get; init; }

    public long Seals { get; init; }

    public int Torn { get; init; }

    public int Blocks { get; init; }

    public long Requests { get; init; }

    public long Sent { get; init; }

    public long Acknowledged { get; init; }

    public long Found { get; init; }

    public static KillCounts operator +(KillCounts left, KillCounts right) => new()
    {
        Kills = left.Kills + right.Kills,
        AtStart = left.AtStart + right.AtStart,
        AtSeal = left.AtSeal + right.AtSeal,
        Seals = left.Seals + right.Seals,
        Torn = left.Torn + right.Torn,
        Blocks = left.Blocks + right.Blocks,
        Requests = left.Requests + right.Requests,
        Sent = left.Sent + right.Sent,
        Acknowledged = left.Acknowledged + right.Acknowledged,
        Found = left.Found + right.Found,
    };

    public override string ToString() => FormattableString.Invariant(
        $"{Kills} kills ({AtStart} while starting, {AtSeal} in a flush), {Requests} requests, {Sent} samples sent, {Acknowledged} acknowledged, {Found} found, {Seals} seals, {Blocks} blocks, {Torn} torn tails");
}
