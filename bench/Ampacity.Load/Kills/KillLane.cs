using System.Globalization;

namespace Ampacity.Load;

/// <summary>One data folder and the lives of servers on it: start, read back, write, SIGKILL, again.</summary>
internal sealed class KillLane
{
    private const int Senders = 4;

    // Spans of sample time: senders pass one in a fraction of a second, so that seals and merges are always near.
    private const double BlockSpanSeconds = 10;

    // Some twenty requests fill one, so that segments of a run gather within a life; packed as soon as there are enough.
    private const int JournalSegmentKiB = 4;
    private const double JournalPackPauseSeconds = 0;

    // For a packing to begin, once it is waited for: in a life without one the kill comes anyway.
    private static readonly TimeSpan PackingPatience = TimeSpan.FromSeconds(1);

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
        var packedFound = JournalFolder.Look(_folder).Packed;
        using var server = new ServeProcess(
            _options.Program, _folder, BlockSpanSeconds, "--journal-segment", Invariant(JournalSegmentKiB), "--journal-pack-pause", Invariant(JournalPackPauseSeconds));
        if (_random.Next(5) == 0)
        {
            // While it starts: journal, blocks and records are being opened.
            await Task.Delay(TimeSpan.FromSeconds(_random.NextDouble() * StartSeconds));
            await server.KillAsync();

            // What a packing left may be of the kill before.
            Counts = Counts with { Kills = Counts.Kills + 1, AtStart = Counts.AtStart + 1 };
            return;
        }

        var url = await server.UrlAsync();
        using var http = new HttpClient { Timeout = ServeProcess.Patience };
        var found = await ReadBack.FromServerAsync(http, url, _beganMs - HistoryMs, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        _samples.Check(found, isText: true);
        await ReadBack.CheckCountsAsync(http, url, found, _beganMs - HistoryMs, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var sending = Task.WhenAll(_senders.Select(sender => Task.Run(() => sender.SendAsync(http, url))));

        // Most lives are short: what is special is the begin of a life, and the samples of a long one have to be read back each time.
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(Math.Pow(_random.NextDouble(), 2) * _options.Seconds)));
        var moment = _random.Next(3);
        var flushing = Task.CompletedTask;
        var (seals, packed) = (0L, 0L);
        if (moment == 0)
        {
            // Within the seal: values, index, names, the journal's cut, deletions.
            flushing = FlushAsync(http, url);
            await Task.WhenAny(flushing, Task.Delay(_random.Next(120)));
            (seals, packed) = await CountersAsync(http, url);
        }
        else if (moment == 1)
        {
            // Within a packing: some milliseconds from its file's first byte to the last delete.
            (seals, packed) = await CountersAsync(http, url);
            var isRenamed = _random.Next(2) == 0;
            await JournalFolder.PackingAsync(_folder, _random.Next(1, 4), isRenamed, PackingPatience);
            JournalFolder.Spin(TimeSpan.FromMilliseconds(isRenamed ? 0 : _random.NextDouble() * 4));
        }
        else
        {
            (seals, packed) = await CountersAsync(http, url);
        }

        await server.KillAsync();
        await sending;
        await flushing;
        var torn = ExpectOnlyTornTails(server.Errors);
        Counts = Left(Counts with
        {
            AtSeal = Counts.AtSeal + (moment == 0 ? 1 : 0),
            Seals = Counts.Seals + seals,
            Packed = Counts.Packed + packed,
            PackedFound = Counts.PackedFound + packedFound,
            Late = Counts.Late + (server.WasLate ? 1 : 0),
            Torn = Counts.Torn + (torn ? 1 : 0),
        });
    }

    // What a kill left of a packing.
    private KillCounts Left(KillCounts counts)
    {
        var journal = JournalFolder.Look(_folder);
        return counts with
        {
            Kills = counts.Kills + 1,
            InPacking = counts.InPacking + (journal.IsInPacking ? 1 : 0),
            InPackingDeletes = counts.InPackingDeletes + (journal.StoodFor > 0 ? 1 : 0),
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
            Refused = _senders.Sum(sender => sender.Refused),
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

    private static async Task<(long Seals, long Packed)> CountersAsync(HttpClient http, string url)
    {
        var lines = (await http.GetStringAsync(url + "/metrics")).Split('\n');
        long Of(string name)
        {
            var line = Array.Find(lines, line => line.StartsWith(name + " ", StringComparison.Ordinal)) ?? throw new KillRunException($"{url}/metrics has no {name}");
            return (long)double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
        }

        return (Of("ampacity_store_seals_total"), Of("ampacity_journal_segments_packed_total"));
    }

    private static string Invariant(double value) => value.ToString(CultureInfo.InvariantCulture);
}
