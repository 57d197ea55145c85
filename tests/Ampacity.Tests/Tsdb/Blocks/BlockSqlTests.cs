using System.Globalization;
using Ampacity.Samples;
using Ampacity.Tsdb;
using DuckDB.NET.Data;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb.Blocks;

/// <summary>Blocks are read by DuckDB alone, with the macros that ship in docs/formats.</summary>
public sealed class BlockSqlTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DuckDB_alone_reads_what_was_written()
    {
        var input = new BlockInput();
        var (fast, slow) = (input.AddPolls([.. Enumerable.Range(0, 300).Select(i => 10L * i)]), input.AddPolls(5, 1005, 2005));
        input.Add(Of("watts", ("rack", "r1"), ("odd \"name\"", "ü\n")), fast, [.. Enumerable.Range(0, 300).Select(i => 100.0 + (i % 17))]);
        input.Add(
            Of("watts", ("rack", "r2")),
            new InputRun(fast, [3, 4, 9], [0.1, -0.0, StaleMarker.Value], [SampleQuality.Good, SampleQuality.Absent, SampleQuality.Inferred]),
            new InputRun(slow, [1], [7], []));
        input.Add(Of("joules", ("rack", "r1")), slow, 4e12, 4e12 + 12345, double.NaN);
        input.Add(Of("third"), slow, 1.0 / 3, 1e300, 9007199254740993);
        input.Write(_folder.Path);

        // An unfinished and a damaged block beside it are not read.
        foreach (var suffix in new[] { BlockFolder.UnfinishedSuffix, BlockFolder.CorruptSuffix })
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, BlockInput.Name(2) + suffix));
            await File.WriteAllTextAsync(Path.Combine(_folder.Path, BlockInput.Name(2) + suffix, BlockSchema.ValuesFile), "no Parquet", Stop);
        }

        var rows = await Rows($"SELECT name, labels, time, value, quality FROM block_samples_raw('{_folder.Path}')");
        Assert.Equal(Expected(input).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_sample_of_two_blocks_is_the_one_of_the_lower_sequence()
    {
        foreach (var (sequence, value) in new[] { (12L, 2.0), (3L, 1.0) })
        {
            var input = new BlockInput();
            input.Add(Of("watts"), input.AddPolls(0, sequence * 10), value, value);
            input.Write(_folder.Path, name: BlockInput.Name(sequence));
        }

        var rows = await Rows($"SELECT name, labels, time, value, quality FROM block_samples('{_folder.Path}') ORDER BY time");
        Assert.Equal(["watts  0 1 0", "watts  30 1 0", "watts  120 2 0"], rows.Select(row => row.Replace(Bits(1), "1", StringComparison.Ordinal).Replace(Bits(2), "2", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task DuckDB_alone_reads_a_tier()
    {
        var hour = BeginMs / 3_600_000 * 3_600_000;
        var offset = hour - BeginMs;
        var input = new BlockInput();
        var polls = input.AddPolls([.. Enumerable.Range(0, 12).Select(i => offset + (i * 10_000L) + 5)]);
        input.Add(Of("joules", ("rack", "r1")), polls, [.. Enumerable.Range(0, 12).Select(i => i < 9 ? 100 + (i / 2.0) : i)]);
        var name = new BlockName(hour, hour + 3_599_999, 4);
        input.Write(_folder.Path, name: name);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "minutes"));
        using (var reader = BlockReader.TryOpen(Path.Combine(_folder.Path, name.ToString()), out _)!)
        {
            var target = new TierTarget(BlockKind.Minutes, Path.Combine(_folder.Path, "minutes"));
            TierWriter.Write(new FailingFiles(), [target], [reader], name.FromMs, name.ThroughMs, 4, new BlockWriterOptions(), (_, _) => { }, Stop);
        }

        var rows = await Rows(
            $"SELECT name, labels, time, v, quality FROM (SELECT * FROM tier_rows('{_folder.Path}/minutes', 60)) AS rows "
            + "UNPIVOT (v FOR figure IN (first, last, min, max, sum, count, increase)) AS figures WHERE bucket = time_bucket(INTERVAL 1 minute, time) ORDER BY time, figure");
        string[] figures = ["count", "first", "increase", "last", "max", "min", "sum"];
        double[] first = [6, 100, 2.5, 102.5, 102.5, 100, 607.5];
        double[] second = [6, 103, 1 + 9 + 2, 11, 104, 9, 103 + 103.5 + 104 + 9 + 10 + 11];
        Assert.Equal(figures.Length * 2, rows.Count);
        Assert.Equal(
            first.Select(value => Row("joules", new() { ["rack"] = "r1" }, offset + 50_005, value, 0))
                .Concat(second.Select(value => Row("joules", new() { ["rack"] = "r1" }, offset + 110_005, value, 0))),
            rows);
    }

    private static IEnumerable<string> Expected(BlockInput input)
    {
        foreach (var (labels, runs) in input.Sorted())
        {
            foreach (var run in runs)
            {
                for (var i = 0; i < run.Values.Length; i++)
                {
                    var time = input.Polls[run.Polls][run.Ordinals.Length == 0 ? i : run.Ordinals[i]] - BeginMs;
                    yield return Row(
                        labels.Name,
                        Pairs(labels),
                        time,
                        run.Values[i],
                        run.Qualities.Length == 0 ? 0 : (int)run.Qualities[i]);
                }
            }
        }
    }

    private static Dictionary<string, string> Pairs(LabelSet labels)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in labels)
        {
            if (label.Name != LabelSet.MetricName)
            {
                pairs.Add(label.Name, label.Value);
            }
        }

        return pairs;
    }

    private static string Row(string name, Dictionary<string, string> labels, long time, double value, int quality) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name} {string.Join(',', labels.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))} {time} {Bits(value)} {quality}");

    private static string Bits(double value) => BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);

    private static LabelSet Of(string name, params (string, string)[] labels) => LabelSet.Of([(LabelSet.MetricName, name), .. labels]);

    private async Task<List<string>> Rows(string query)
    {
        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(Stop);

        // As every connection of ours: nothing is fetched, nothing outside the folder is read.
        await Run(connection, $"SET allowed_directories = ['{_folder.Path}']");
        await Run(connection, "SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; SET allow_community_extensions = false");
        await Run(connection, await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "docs/formats/blocks.sql"), Stop));
        await Run(connection, "SET enable_external_access = false; SET lock_configuration = true");
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var rows = new List<string>();
        while (await reader.ReadAsync(Stop))
        {
            var labels = (Dictionary<string, string>)reader.GetFieldValue<Dictionary<string, string>>(1);
            var time = new DateTimeOffset(reader.GetDateTime(2), TimeSpan.Zero).ToUnixTimeMilliseconds() - BeginMs;
            rows.Add(Row(reader.GetString(0), labels, time, reader.GetDouble(3), reader.GetByte(4)));
        }

        return rows;
    }

    private static async Task Run(DuckDBConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }
}
