using System.Numerics;
using System.Runtime.InteropServices;

namespace Ampacity.Tsdb;

/// <summary>
/// Series that arrive together and so share one column of times: what one poll or scrape brings. Members never change, they only leave.
/// </summary>
/// <remarks>
/// The newest polls are open: a row of values each in the group's slab, so that taking a poll is one copy. When
/// <see cref="ValueCodec.MaxValues"/> rows are full they are frozen into one blob (<see cref="FrozenPolls"/>).
/// </remarks>
internal struct StampGroup
{
    /// <summary>Open polls at most.</summary>
    public const int MaxPolls = ValueCodec.MaxValues;

    /// <summary>Members at most: bounds the work of freezing, and a blob to 150 kB.</summary>
    public const int MaxMembers = 1024;

    /// <summary>The open rows; meaningless when <see cref="Members"/> is 0, as it is in an unused group.</summary>
    public SlabPlace Slab;

    /// <summary>Series that the group was made of.</summary>
    public int Members;

    /// <summary>Of these, how many have not left.</summary>
    public int Live;

    /// <summary>Open polls.</summary>
    public int Polls;

    /// <summary>Samples of the newest poll.</summary>
    public int Attendance;

    /// <summary>First and last of the frozen polls, in <see cref="FrozenPolls"/>; 0 is none.</summary>
    public int OldestFrozen;

    /// <inheritdoc cref="OldestFrozen"/>
    public int NewestFrozen;

    /// <summary>Newest poll ever, UTC milliseconds.</summary>
    public long NewestMs;

    /// <summary>Words of presence for each poll.</summary>
    public readonly int PresenceWords => (Members + 63) >> 6;

    /// <summary>Words of the slab: times, presence, members, values.</summary>
    public readonly int SlabWords => MaxPolls + (MaxPolls * PresenceWords) + ((Members + 1) >> 1) + (MaxPolls * Members);

    /// <summary>The columns of a slab.</summary>
    public readonly OpenRows RowsIn(SlabPages slabs) => new(slabs.Words(Slab, SlabWords), Members, PresenceWords);
}

/// <summary>The open polls of a group: views on its slab.</summary>
internal readonly ref struct OpenRows
{
    private readonly Span<ulong> _presence;
    private readonly Span<double> _values;
    private readonly int _presenceWords;

    public OpenRows(Span<ulong> slab, int members, int presenceWords)
    {
        const int Polls = StampGroup.MaxPolls;
        _presenceWords = presenceWords;
        Times = MemoryMarshal.Cast<ulong, long>(slab[..Polls]);
        _presence = slab.Slice(Polls, Polls * presenceWords);
        var rest = slab[(Polls + (Polls * presenceWords))..];
        Members = MemoryMarshal.Cast<ulong, int>(rest[..((members + 1) >> 1)])[..members];
        _values = MemoryMarshal.Cast<ulong, double>(rest[((members + 1) >> 1)..]);
    }

    /// <summary>UTC milliseconds of each poll, ascending.</summary>
    public Span<long> Times { get; }

    /// <summary>Series numbers; the complement of one that has left.</summary>
    public Span<int> Members { get; }

    /// <summary>Values of a poll, by member.</summary>
    public Span<double> Values(int poll) => _values.Slice(poll * Members.Length, Members.Length);

    /// <summary>Which members a poll has a sample of, a bit each.</summary>
    public Span<ulong> Presence(int poll) => _presence.Slice(poll * _presenceWords, _presenceWords);

    /// <summary>Whether a poll has a sample of a member.</summary>
    public bool Has(int poll, int member) => (_presence[(poll * _presenceWords) + (member >> 6)] & (1UL << (member & 63))) != 0;

    /// <summary>Samples of the first polls.</summary>
    public int CountSamples(int polls)
    {
        var samples = 0;
        foreach (var word in _presence[..(polls * _presenceWords)])
        {
            samples += BitOperations.PopCount(word);
        }

        return samples;
    }

    /// <summary>Sets the bits of all members.</summary>
    public void TakeAll(int poll)
    {
        var presence = Presence(poll);
        presence.Fill(ulong.MaxValue);
        if ((Members.Length & 63) is var rest and not 0)
        {
            presence[^1] = (1UL << rest) - 1;
        }
    }

    /// <summary>Sets the bits of consecutive members; false, and nothing set, when one of them is set already.</summary>
    public bool TryTake(int poll, int member, int count)
    {
        var presence = Presence(poll);
        for (var pass = 0; pass < 2; pass++)
        {
            for (var (from, end) = (member, member + count); from < end;)
            {
                var stop = Math.Min(end, (from | 63) + 1);
                var bits = (stop - from == 64 ? ulong.MaxValue : (1UL << (stop - from)) - 1) << (from & 63);
                if (pass == 1)
                {
                    presence[from >> 6] |= bits;
                }
                else if ((presence[from >> 6] & bits) != 0)
                {
                    return false;
                }

                from = stop;
            }
        }

        return true;
    }
}
