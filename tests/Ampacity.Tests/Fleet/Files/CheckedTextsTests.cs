using Ampacity.Fleet;

namespace Ampacity.Tests.Fleet;

public sealed class CheckedTextsTests
{
    private const string Schema = """{"type": "object", "additionalProperties": false, "properties": {"a": {"type": "string"}}}""";

    [Fact]
    public void A_text_that_was_right_is_not_held_to_its_schema_again()
    {
        var first = new CheckedTexts([]);
        Assert.Empty(DataFile.Read("x", "a: b", FileSchema.FromJson(Schema), first).Errors);
        Assert.True(first.IsChanged);

        var again = new CheckedTexts(first.Hashes);
        Assert.NotNull(DataFile.Read("x", "a: b", FileSchema.FromJson(Schema), again).Value);
        Assert.False(again.IsChanged);
        Assert.Equal(first.Hashes, again.Hashes);
    }

    [Fact]
    public void A_known_text_costs_no_reading_of_the_schema()
    {
        // The hash is of the words alone, so a schema that cannot be read is met only by who is held to it.
        const string Broken = "{";
        var known = new CheckedTexts([]);
        known.Note(FileSchema.FromJson(Broken), "a: b");
        Assert.NotNull(DataFile.Read("x", "a: b", FileSchema.FromJson(Broken), new CheckedTexts(known.Hashes)).Value);
        Assert.ThrowsAny<Exception>(() => DataFile.Read("x", "a: c", FileSchema.FromJson(Broken), new CheckedTexts(known.Hashes)));
    }

    [Fact]
    public void A_text_that_changed_is_held_to_its_schema()
    {
        var first = new CheckedTexts([]);
        DataFile.Read("x", "a: b", FileSchema.FromJson(Schema), first);
        Assert.NotEmpty(DataFile.Read("x", "b: b", FileSchema.FromJson(Schema), new CheckedTexts(first.Hashes)).Errors);
    }

    [Fact]
    public void A_schema_that_changed_is_asked_again()
    {
        var first = new CheckedTexts([]);
        DataFile.Read("x", "a: b", FileSchema.FromJson(Schema), first);
        var stricter = Schema.Replace("string", "number", StringComparison.Ordinal);
        Assert.NotEmpty(DataFile.Read("x", "a: b", FileSchema.FromJson(stricter), new CheckedTexts(first.Hashes)).Errors);
    }

    [Fact]
    public void A_text_that_is_wrong_is_not_remembered()
    {
        var known = new CheckedTexts([]);
        Assert.NotEmpty(DataFile.Read("x", "b: b", FileSchema.FromJson(Schema), known).Errors);
        Assert.Empty(known.Hashes);
        Assert.False(known.IsChanged);
    }

    [Fact]
    public void What_nobody_asks_for_any_more_is_forgotten()
    {
        var first = new CheckedTexts([]);
        DataFile.Read("x", "a: b", FileSchema.FromJson(Schema), first);
        DataFile.Read("y", "a: c", FileSchema.FromJson(Schema), first);
        var second = new CheckedTexts(first.Hashes);
        DataFile.Read("x", "a: b", FileSchema.FromJson(Schema), second);
        Assert.True(second.IsChanged);
        Assert.Single(second.Hashes);
    }
}
