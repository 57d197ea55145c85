using System.Globalization;
using DuckDB.NET.Data;

namespace Ampacity.Scenarios;

/// <summary>What blocks hold, read by DuckDB alone with the macros that ship in docs/formats: no reader of ours takes part.</summary>
internal static class BlockSamples
{
    /// <summary>Every sample of a folder of blocks; of a sample in two blocks the one of the lower sequence, as readers are given it.</summary>
    public static async Task<SampleSet> ReadAsync(string folder)
    {
        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "formats", "blocks.sql"));
        await command.ExecuteNonQueryAsync();

        var keys = new Dictionary<(string, long), string>();
        command.CommandText = $"SELECT block, series, any_value(name), any_value(labels) FROM block_samples_raw('{folder}') GROUP BY block, series";
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                var labels = reader.GetFieldValue<Dictionary<string, string>>(3);
                labels["__name__"] = reader.GetString(2);
                keys.Add((reader.GetString(0), Number(reader.GetValue(1))), SampleSet.Key(labels));
            }
        }

        var samples = new SampleSet();
        var seen = new HashSet<(string, long)>();
        command.CommandText = $"""
            SELECT block, series, epoch_ms(time), value FROM block_samples_raw('{folder}')
            ORDER BY CAST(split_part(block, '-', 3) AS BIGINT)
            """;
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                var key = keys[(reader.GetString(0), Number(reader.GetValue(1)))];
                if (seen.Add((key, reader.GetInt64(2))))
                {
                    samples.Add(key, reader.GetInt64(2), reader.GetDouble(3));
                }
            }
        }

        return samples;
    }

    private static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
