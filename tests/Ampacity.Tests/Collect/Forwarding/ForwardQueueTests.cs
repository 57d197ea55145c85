using Ampacity.Collect;

namespace Ampacity.Tests.Collect;

public sealed class ForwardQueueTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-forward").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_queued_is_there_after_the_process_and_what_was_sent_is_not()
    {
        using (var queue = ForwardQueue.Open(_folder, 1 << 30))
        {
            Add(queue, "one", 3);
            Add(queue, "two", 4);
            Add(queue, "three", 5);
            var first = queue.Peek()!.Value;
            Assert.Equal(("one", 3), (Text(first), first.Samples));
            queue.Advance(first, first.Samples);
            Assert.Equal(9, queue.Counts.Samples);
        }

        using var again = ForwardQueue.Open(_folder, 1 << 30);
        Assert.Equal(9, again.Counts.Samples);
        Assert.Equal(["two", "three"], Drain(again));
        Add(again, "four", 1);
        Assert.Equal(["four"], Drain(again));
        Assert.Equal((0, 0), (again.Counts.Samples, again.Counts.Dropped));
        Assert.Single(Directory.EnumerateFiles(_folder, "*.forward"));
    }

    [Fact]
    public void A_torn_record_ends_its_file_and_what_stands_before_it_is_sent()
    {
        using (var queue = ForwardQueue.Open(_folder, 1 << 30))
        {
            Add(queue, "whole", 2);
            Add(queue, "torn", 2);
        }

        var file = Assert.Single(Directory.EnumerateFiles(_folder, "*.forward"));
        using (var stream = new FileStream(file, FileMode.Open))
        {
            stream.SetLength(stream.Length - 2);
        }

        using var again = ForwardQueue.Open(_folder, 1 << 30);
        Assert.Equal(2, again.Counts.Samples);
        Add(again, "new", 1);
        Assert.Equal(["whole", "new"], Drain(again));
    }

    [Fact]
    public void A_record_that_changed_on_the_disk_is_not_sent_and_a_file_of_another_kind_is_passed()
    {
        using (var queue = ForwardQueue.Open(_folder, 1 << 30))
        {
            Add(queue, "first", 2);
            Add(queue, "second", 2);
        }

        var file = Assert.Single(Directory.EnumerateFiles(_folder, "*.forward"));
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        File.WriteAllText(Path.Combine(_folder, "00000009.forward"), "nonsense that is long enough");
        using var again = ForwardQueue.Open(_folder, 1 << 30);
        Add(again, "third", 1);
        Assert.Equal(["first", "third"], Drain(again));
    }

    [Fact]
    public void At_its_limit_the_oldest_go_whole_and_are_counted()
    {
        using var queue = ForwardQueue.Open(_folder, 1 << 20);
        for (var i = 0; i < 300; i++)
        {
            Add(queue, i.ToString("D4", System.Globalization.CultureInfo.InvariantCulture) + new string('x', 10_000), 10);
        }

        var counts = queue.Counts;
        Assert.True(counts.Bytes <= 1 << 20, $"{counts.Bytes} bytes");
        Assert.Equal(3000, counts.Samples + counts.Dropped);
        Assert.True(counts.Samples > 500, $"{counts.Samples} samples wait");
        var left = Drain(queue);
        Assert.Equal(counts.Samples / 10, left.Count);
        Assert.StartsWith("0299", left[^1]);
        Assert.Equal(left, left.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_was_dropped_while_it_was_being_sent_is_counted_once()
    {
        using var queue = ForwardQueue.Open(_folder, 1 << 20);
        Add(queue, "old", 7);
        var sending = queue.Peek()!.Value;
        for (var i = 0; i < 300; i++)
        {
            Add(queue, new string('x', 10_000), 10);
        }

        var before = queue.Counts;
        queue.Advance(sending, sending.Samples);
        Assert.Equal(before, queue.Counts);
        Assert.Equal(3007, before.Samples + before.Dropped);
    }

    private static void Add(ForwardQueue queue, string text, int samples)
    {
        byte[] record = [.. new byte[ForwardSegment.RecordHeadBytes], .. System.Text.Encoding.UTF8.GetBytes(text)];
        queue.Add(record, samples, 1000);
    }

    private static string Text(ForwardRecord record) => System.Text.Encoding.UTF8.GetString(record.Content.Span);

    private static List<string> Drain(ForwardQueue queue)
    {
        var texts = new List<string>();
        while (queue.Peek() is { } record)
        {
            texts.Add(Text(record));
            queue.Advance(record, record.Samples);
        }

        return texts;
    }
}
