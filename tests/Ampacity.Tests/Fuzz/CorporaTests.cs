using Ampacity.Fuzz;
using Ampacity.Tests.Collect;
using CsCheck;

namespace Ampacity.Tests.Fuzz;

/// <summary>
/// The saved inputs of tests/Ampacity.Fuzz, and what becomes of them by small changes, through the entry points that afl-fuzz drives: each is read or
/// refused in the documented way, within its memory, and comes to an end.
/// </summary>
/// <remarks>Alone: what an opening of a journal allocates is measured as what the process does.</remarks>
[Collection(nameof(CorporaTests))]
public sealed class CorporaTests
{
    // Endless is what no input may be; this is a thousand times what the slowest takes.
    private static readonly TimeSpan Endless = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Every_saved_input_is_read_or_refused_within_its_memory_and_ends(string target)
    {
        var found = FuzzTarget.Find(target)!;
        var files = Files(target);
        Assert.NotEmpty(files);
        var outcomes = await Task.Run(() => files.Select(file => found.Check(File.ReadAllBytes(file))).ToList(), TestContext.Current.CancellationToken)
            .WaitAsync(Endless, TestContext.Current.CancellationToken);
        Assert.Contains("read", outcomes);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task So_is_whatever_becomes_of_one_by_small_changes(string target)
    {
        var found = FuzzTarget.Find(target)!;
        var saved = Files(target).Select(File.ReadAllBytes).ToArray();
        var change = Gen.Select(Gen.Int[0, 5], Gen.Double[0, 1], Gen.Double[0, 1], Gen.OneOf(Gen.Byte, Pick.From<byte>(0, 1, 0x7f, 0x80, 0xff)));
        var changed = Gen.Select(Gen.Int[0, saved.Length - 1], Gen.Int[0, saved.Length - 1], change.Array[1, 5])
            .Select((one, other, changes) => changes.Aggregate(saved[one], (bytes, made) => Changed(bytes, saved[other], made)));

        // Fewer where an input is a folder of files.
        await Task.Run(
                () => changed.Sample(bytes => { found.Check(bytes); }, iter: target is "journal" or "block" ? 150 : 1000, threads: 1),
                TestContext.Current.CancellationToken)
            .WaitAsync(Endless, TestContext.Current.CancellationToken);
    }

    private static string[] Files(string target) =>
        [.. Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "tests", "Ampacity.Fuzz", "Corpora", target)).Order(StringComparer.Ordinal)];

    private static byte[] Changed(byte[] bytes, byte[] other, (int Kind, double From, double To, byte Value) change)
    {
        if (bytes.Length == 0)
        {
            return [change.Value];
        }

        var (from, to) = ((int)(change.From * (bytes.Length - 1)), (int)(change.To * (bytes.Length - 1)));
        (from, to) = (Math.Min(from, to), Math.Max(from, to));
        switch (change.Kind)
        {
            case 0:
                bytes = [.. bytes];
                bytes[from] = change.Value;
                return bytes;
            case 1:
                bytes = [.. bytes];
                bytes[from] ^= (byte)(1 << (change.Value & 7));
                return bytes;
            case 2:
                return bytes[..from];
            case 3:
                return [.. bytes[..from], .. bytes[to..]];
            case 4:
                return [.. bytes[..to], .. bytes[from..]];
            default:
                return [.. bytes[..from], .. other[Math.Min(other.Length, from)..]];
        }
    }
}

[CollectionDefinition(nameof(CorporaTests), DisableParallelization = true)]
public sealed class CorporaAlone;
