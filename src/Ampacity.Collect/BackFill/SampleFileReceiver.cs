using System.Runtime.InteropServices;
using System.Text;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Back-fills from files: CSV with a header, read as it comes, and Parquet with flat columns. A file that is sent again changes nothing:
/// samples that are there are duplicates.
/// </summary>
/// <remarks>
/// Any thread. Samples are appended 65,536 at a time and are durable then, so a file that breaks off in the middle has its beginning
/// kept; a row that cannot be read is left out and named. The store's own rules hold: nothing more than 30 minutes behind its
/// series' newest sample, so history goes into series that have none yet, oldest first.
/// </remarks>
public sealed class SampleFileReceiver(SampleIntake intake)
{
    private const int MostErrors = 20;

    // A file whose mapping is wrong has every row wrong.
    private const int MostWrongRows = 1000;
    private const int BatchSamples = 65_536;

    /// <summary>Reads a CSV file.</summary>
    /// <inheritdoc cref="ReceiveParquetAsync"/>
    public async Task<SampleFileReport> ReceiveCsvAsync(Stream file, SampleFileMapping mapping, ISeriesWriter writer, CancellationToken cancellationToken)
    {
        await using var rows = await CsvSampleRows.OpenAsync(file, cancellationToken);
        return await ReceiveAsync(rows, mapping, writer, cancellationToken);
    }

    /// <summary>Reads a Parquet file; the stream has to be one that can be read at any place.</summary>
    /// <exception cref="ReceiveRejectedException">It is no such file, or the mapping does not fit its columns. What was appended before stays.</exception>
    /// <exception cref="SeriesStoreException">The store takes nothing; what was appended before stays.</exception>
    public async Task<SampleFileReport> ReceiveParquetAsync(Stream file, SampleFileMapping mapping, ISeriesWriter writer, CancellationToken cancellationToken)
    {
        await using var rows = ParquetSampleRows.Open(file);
        return await ReceiveAsync(rows, mapping, writer, cancellationToken);
    }

    private async Task<SampleFileReport> ReceiveAsync(SampleRows rows, SampleFileMapping mapping, ISeriesWriter writer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var scratch = intake.Take();
        try
        {
            var taker = new RowTaker(rows, SampleFilePlan.Make(rows.Columns, mapping), scratch, writer, intake.Limits.MaxKnownSeries);
            var receipt = (Stored: 0L, Duplicates: 0L, TooOld: 0L, TooNew: 0L);
            var wrong = 0L;
            var errors = new List<string>();
            while (wrong < MostWrongRows && await rows.MoveNextAsync(cancellationToken))
            {
                if (taker.Take() is { } error)
                {
                    wrong++;
                    if (errors.Count < MostErrors)
                    {
                        errors.Add($"{rows.PositionName} {rows.Position}: {error}");
                    }
                }

                if (scratch.Columns.Count >= BatchSamples)
                {
                    await AppendAsync();
                }
            }

            await AppendAsync();
            return new SampleFileReport
            {
                Rows = taker.Rows,
                Samples = taker.Samples,
                Stored = receipt.Stored,
                Duplicates = receipt.Duplicates,
                TooOld = receipt.TooOld,
                TooNew = receipt.TooNew,
                OfRefusedSeries = taker.OfRefusedSeries,
                FirstRefusal = scratch.NewSeries.FirstRefusal,
                RowsWrong = wrong,
                Errors = errors,
                Stopped = wrong == MostWrongRows,
            };

            async Task AppendAsync()
            {
                if (scratch.Columns.Count == 0)
                {
                    return;
                }

                var part = await writer.AppendAsync(scratch.Columns.Batch(), cancellationToken);
                receipt = (receipt.Stored + part.Stored, receipt.Duplicates + part.Duplicates, receipt.TooOld + part.TooOld, receipt.TooNew + part.TooNew);
                scratch.Columns.Rewind(default);
                taker.Follow();
            }
        }
        finally
        {
            intake.Return(scratch);
        }
    }

    /// <summary>Makes samples of rows.</summary>
    private sealed class RowTaker(SampleRows rows, SampleFilePlan plan, ReceiveScratch scratch, ISeriesWriter writer, int maxKnown)
    {
        // Of this file alone: what a text means depends on its mapping.
        private readonly KnownSeries _known = new(maxKnown);
        private readonly SeriesKey[] _keys = new SeriesKey[plan.Labels.Count + 2];
        private bool _hasLease;

        private KnownSeries Known
        {
            get
            {
                // The first time, and after each batch that was appended.
                if (!_hasLease)
                {
                    scratch.Columns.Lease = writer.Lease;
                    _known.Follow(scratch.Columns.Lease);
                    _hasLease = true;
                }

                return _known;
            }
        }

        public long Rows { get; private set; }

        public long Samples { get; private set; }

        public long OfRefusedSeries { get; private set; }

        /// <summary>Its samples so far are appended: the next ones are under the writer's lease of then. A file may take hours.</summary>
        public void Follow() => _hasLease = false;

        /// <summary>Takes the row; null, or what is wrong with it.</summary>
        public string? Take()
        {
            Rows++;
            if (!rows.TryTime(plan.Time, plan.TimeUnit, out var timestampMs))
            {
                return $"column {rows.Columns[plan.Time]}: {Excerpt(plan.Time)} is no time; send a number since 1970 or 2026-01-01T00:00:00Z";
            }

            foreach (var (column, _) in plan.Values)
            {
                if (!rows.Text(column).IsEmpty && !rows.TryNumber(column, out _))
                {
                    return $"column {rows.Columns[column]}: {Excerpt(column)} is no number";
                }
            }

            for (var i = 0; i < plan.Values.Count; i++)
            {
                var (column, metric) = plan.Values[i];
                if (rows.Text(column).IsEmpty || !rows.TryNumber(column, out var value))
                {
                    continue;
                }

                Samples++;
                var number = NumberOf(i, metric);
                if (number < 0)
                {
                    OfRefusedSeries++;
                }
                else
                {
                    scratch.Columns.Add(number, timestampMs, value);
                }
            }

            return null;
        }

        private int NumberOf(int value, byte[] metric)
        {
            _keys[0] = new SeriesKey((ulong)value, 0);
            _keys[1] = plan.Metric < 0 ? default : KeyOf(plan.Metric);
            for (var i = 0; i < plan.Labels.Count; i++)
            {
                _keys[i + 2] = KeyOf(plan.Labels[i].Column);
            }

            var key = SeriesKey.Of(_keys);
            var number = Known.Find(key);
            if (number >= 0)
            {
                return number;
            }

            Gather(metric);
            number = scratch.NewSeries.Resolve(writer, new RowPosition(rows.PositionName, rows.Position));
            if (number >= 0)
            {
                _known.Add(key, number, scratch.Columns.Lease);
            }

            return number;
        }

        private void Gather(byte[] metric)
        {
            var series = scratch.NewSeries;
            series.Begin();
            series.Add("__name__"u8, plan.Metric < 0 ? metric : Utf8(plan.Metric));
            foreach (var (column, label) in plan.Labels)
            {
                series.Add(label, Utf8(column));
            }

            foreach (var (name, value) in plan.Extra)
            {
                series.Add(name, value);
            }
        }

        private SeriesKey KeyOf(int column) => SeriesKey.Of(MemoryMarshal.AsBytes(rows.Text(column)));

        private byte[] Utf8(int column) => Encoding.UTF8.GetBytes(rows.Text(column).ToArray());

        private string Excerpt(int column)
        {
            var text = rows.Text(column);
            return text.IsEmpty ? "nothing" : text[..Math.Min(text.Length, 40)].ToString();
        }
    }

    private readonly record struct RowPosition(string Name, long Row) : ISeriesPosition
    {
        public string Text => $"{Name} {Row}";
    }
}
