using System.Globalization;
using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Makes one block of several: their series in order, their samples in order of time, stamp groups joined, so that times are kept once again. Of two
/// samples of a series at one time the one of the block with the lower sequence stays.
/// </summary>
/// <remarks>One thread; memory is some megabytes a block, whatever their size. <see cref="BlockWriterOptions.CpuShare"/> holds it back.</remarks>
internal sealed class BlockMerge
{
    private readonly MergeInput[] _inputs;
    private readonly BlockWriter _writer;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<string, int> _polls = new(StringComparer.Ordinal);
    private readonly List<MergeInput> _same = [];
    private readonly List<long> _times = [];
    private readonly List<long> _timestamps = [];
    private readonly List<double> _values = [];
    private readonly List<SampleQuality> _qualities = [];

    private BlockMerge(MergeInput[] inputs, BlockWriter writer, CancellationToken cancellationToken) =>
        (_inputs, _writer, _cancellation) = (inputs, writer, cancellationToken);

    /// <summary>Merges blocks. The inputs stay as they are: the caller serves the new block and deletes them.</summary>
    /// <param name="files">The seam through which every change goes.</param>
    /// <param name="blocksFolder">Folder of all blocks.</param>
    /// <param name="blocks">Neighbours by sequence, in any order; held open by the caller.</param>
    /// <param name="keepFromMs">Samples before it are left out; <see cref="long.MinValue"/> keeps all.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Gives up; nothing is left.</param>
    /// <returns>The new block, or null when nothing is young enough to keep.</returns>
    /// <exception cref="BlockDamagedException">An input is damaged; its name is in it.</exception>
    /// <exception cref="IOException">The disk refused; nothing is left.</exception>
    public static BlockMeta? Run(
        IStoreFiles files, string blocksFolder, IReadOnlyCollection<BlockReader> blocks, long keepFromMs, BlockWriterOptions options, CancellationToken cancellationToken)
    {
        if (blocks.Any(block => block.Kind != BlockKind.Samples))
        {
            throw new InvalidOperationException("Bug: tiers are made of merged blocks, they are not merged");
        }

        var ordered = blocks.OrderBy(block => block.Meta.Name.Sequence).ToArray();
        var name = CompactionPlan.NameOf(ordered.Select(block => block.Meta.Name));
        var inputs = ordered.Select(block => new MergeInput(block, keepFromMs)).ToArray();
        using var writer = new BlockWriter(files, blocksFolder, name.FromMs, name.ThroughMs, name.Sequence, options, cancellationToken);
        new BlockMerge(inputs, writer, cancellationToken).Run();
        return writer.Samples == 0 ? null : writer.Finish([.. ordered.Select(block => block.Meta.Name)]);
    }

    private void Run()
    {
        while (NextSeries())
        {
            _cancellation.ThrowIfCancellationRequested();
            Gather();
            if (_timestamps.Count > 0)
            {
                Write(_same[0].Labels);
            }

            _same.ForEach(input => input.Next());
        }
    }

    // The inputs that stand on the smallest labels, by sequence.
    private bool NextSeries()
    {
        _same.Clear();
        foreach (var input in _inputs)
        {
            if (input.IsDone)
            {
                continue;
            }

            var order = _same.Count == 0 ? 0 : BlockOrder.Compare(input.Labels, _same[0].Labels);
            if (order < 0)
            {
                _same.Clear();
            }

            if (order <= 0)
            {
                _same.Add(input);
            }
        }

        return _same.Count > 0;
    }

    private void Gather()
    {
        _timestamps.Clear();
        _values.Clear();
        _qualities.Clear();
        var ascends = true;
        foreach (var input in _same)
        {
            input.Read(out var timestamps, out var values, out var qualities, _cancellation);
            ascends &= timestamps.IsEmpty || _timestamps.Count == 0 || timestamps[0] > _timestamps[^1];
            _timestamps.AddRange(timestamps);
            _values.AddRange(values);
            _qualities.AddRange(qualities);
        }

        if (!ascends)
        {
            InOrder();
        }
    }

    private void InOrder()
    {
        var order = Enumerable.Range(0, _timestamps.Count).ToArray();
        var (timestamps, values, qualities) = (_timestamps.ToArray(), _values.ToArray(), _qualities.ToArray());
        Array.Sort(order, (a, b) => (timestamps[a], a).CompareTo((timestamps[b], b)));
        _timestamps.Clear();
        _values.Clear();
        _qualities.Clear();
        foreach (var at in order)
        {
            if (_timestamps.Count == 0 || timestamps[at] > _timestamps[^1])
            {
                _timestamps.Add(timestamps[at]);
                _values.Add(values[at]);
                _qualities.Add(qualities[at]);
            }
        }
    }

    // At the polls of the joined group; samples that are at none of them (late ones) at polls of their own.
    private void Write(ReadOnlySpan<byte> labels)
    {
        var polls = JoinedPolls();
        var (ordinals, late) = (new List<int>(), new List<int>());
        for (int i = 0, poll = 0; i < _timestamps.Count; i++)
        {
            while (poll < _times.Count && _times[poll] < _timestamps[i])
            {
                poll++;
            }

            if (poll < _times.Count && _times[poll] == _timestamps[i])
            {
                ordinals.Add(poll);
            }
            else
            {
                late.Add(i);
            }
        }

        if (late.Count == 0)
        {
            Add(labels, polls, ordinals.Count == _times.Count ? [] : [.. ordinals], _values, _qualities);
            return;
        }

        var punctual = Enumerable.Range(0, _timestamps.Count).Except(late).ToArray();
        Add(labels, polls, ordinals.Count == _times.Count ? [] : [.. ordinals], [.. punctual.Select(i => _values[i])], [.. punctual.Select(i => _qualities[i])]);
        var own = _writer.AddPolls(late.Select(i => _timestamps[i]).ToArray());
        Add(labels, own, [], [.. late.Select(i => _values[i])], [.. late.Select(i => _qualities[i])]);
    }

    private void Add(ReadOnlySpan<byte> labels, int polls, int[] ordinals, List<double> values, List<SampleQuality> qualities)
    {
        if (values.Count > 0)
        {
            _writer.AddSeries(
                labels,
                polls,
                ordinals,
                CollectionsMarshal.AsSpan(values),
                qualities.TrueForAll(quality => quality == SampleQuality.Good) ? default : CollectionsMarshal.AsSpan(qualities));
        }
    }

    // Series whose samples lie at the same groups of the same inputs share a group again. Only its id is remembered.
    private int JoinedPolls()
    {
        _times.Clear();
        var key = "";
        foreach (var input in _same)
        {
            var group = input.Group;
            key += string.Create(CultureInfo.InvariantCulture, $"{Array.IndexOf(_inputs, input)}:{group} ");
            input.AppendTimes(group, _times);
        }

        for (var i = 1; i < _times.Count; i++)
        {
            if (_times[i] <= _times[i - 1])
            {
                var distinct = _times.Distinct().Order().ToArray();
                _times.Clear();
                _times.AddRange(distinct);
                break;
            }
        }

        if (_times.Count == 0)
        {
            return -1;
        }

        if (!_polls.TryGetValue(key, out var polls))
        {
            polls = _writer.AddPolls(CollectionsMarshal.AsSpan(_times));
            _polls.Add(key, polls);
        }

        return polls;
    }
}
