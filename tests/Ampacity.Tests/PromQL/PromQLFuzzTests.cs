using Ampacity.PromQL;
using CsCheck;

namespace Ampacity.Tests;

/// <summary>Whatever text comes, the parser gives a tree or an error with its place.</summary>
public sealed class PromQLFuzzTests
{
    // The saved corpus, one expression a line, right and wrong ones; what a run finds is added to it.
    private static readonly string[] Corpus = File.ReadAllLines(
        Path.Combine(RepositoryFolder.Root, "tests", "Ampacity.Tests", "PromQL", "corpus.txt"));

    private static readonly string[] Atoms =
    [
        "sum", "topk", "count_values", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "rate", "absent", "label_replace",
        "time", "scalar", "power", "a:b", "inf", "NaN", "start", "end", "atan2", "and", "or", "unless", "limitk", "anchored", "info",
        "(", ")", "{", "}", "[", "]", ",", ":", "@", "=", "=~", "!~", "!=", "==", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "^",
        "1", "0x1f", "1e3", ".5", "1e999", "5m", "1h30m", "1d1d", "99999999999y", "\"x\"", "'y'", "`z`", "\"\\xff\"", "\"", "\\", "#", "\n", " ", "\t", "é", "\0", "\ud800",
        "(((", "[5m:1m]", "{a=\"b\"}", "by (a)", "@ start()", "offset -5m",
    ];

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Int[0, Atoms.Length - 1].Array[0, 24].Select(atoms => string.Concat(atoms.Select(atom => Atoms[atom]))),
        Gen.Int[0, Atoms.Length - 1].Array[0, 24].Select(atoms => string.Join(' ', atoms.Select(atom => Atoms[atom]))),
        Gen.Select(Gen.Int[0, Corpus.Length - 1], Gen.Select(Gen.Int[0, 200], Gen.Int[0, 3], Gen.Int[0, Atoms.Length - 1]).Array[1, 4])
            .Select((line, edits) => edits.Aggregate(Corpus[line], Edited)),
        Gen.String[0, 40]);

    [Fact]
    public void Any_text_is_an_expression_or_an_error_with_its_place() => Texts.Sample(Check, iter: 20_000);

    [Fact]
    public void Every_line_of_the_corpus_is_an_expression_or_an_error_with_its_place() => Assert.All(Corpus, Check);

    [Fact]
    public void The_corpus_holds_right_and_wrong_ones()
    {
        var right = Corpus.Count(text => Parse(text) is not null);
        Assert.True(right >= 15 && Corpus.Length - right >= 10, $"{right} of {Corpus.Length} are expressions");
    }

    [Theory]
    [InlineData("(", "", 60_000)]
    [InlineData("-", "1", 60_000)]
    [InlineData("a+", "a", 30_000)]
    [InlineData("a^", "a", 30_000)]
    [InlineData("abs(", "a", 15_000)]
    [InlineData("sum(", "a", 15_000)]
    [InlineData("sum by (a) (", "a", 5_000)]
    [InlineData("a[1m:", "", 13_000)]
    [InlineData("{a=\"", "", 16_000)]
    [InlineData("a or b and ", "a", 5_000)]
    [InlineData("x", "", 65_537)]
    public void A_tower_of_anything_is_refused_with_a_place_and_soon(string storey, string roof, int height)
    {
        var text = string.Concat(Enumerable.Repeat(storey, height)) + roof;
        Check(text);
        Assert.True(Parse(text) is null || storey is "x", "a tower was read");
    }

    [Fact]
    public void What_is_as_deep_as_may_be_is_written_and_read_again()
    {
        Check(string.Concat(Enumerable.Repeat("abs(", 150)) + "x" + new string(')', 150));
        Check(string.Join(" + ", Enumerable.Repeat("some_metric_name", 150)));
        Check("sum(" + string.Join(" or ", Enumerable.Range(0, 100).Select(i => $"x{{a=\"{i}\"}}")) + ")");
    }

    private static void Check(string text)
    {
        Expression expression;
        try
        {
            expression = PromQLParser.Parse(text);
        }
        catch (PromQLSyntaxException error)
        {
            Assert.True(error.Line >= 1 && error.Column >= 1 && error.Span.Start >= 0 && error.Span.Start <= text.Length, $"no place: {error.Message}");
            Assert.StartsWith($"{error.Line}:{error.Column}: parse error: ", error.Message, StringComparison.Ordinal);
            Assert.NotEmpty(error.Problem);
            return;
        }

        // What was read is written so that it is read as the same again.
        var line = ExpressionText.OneLine(expression);
        Assert.Equal(line, ExpressionText.OneLine(PromQLParser.Parse(line)));
        Assert.Equal(line, ExpressionText.OneLine(PromQLParser.Parse(ExpressionText.Format(expression))));
    }

    private static Expression? Parse(string text)
    {
        try
        {
            return PromQLParser.Parse(text);
        }
        catch (PromQLSyntaxException)
        {
            return null;
        }
    }

    private static string Edited(string text, (int At, int Kind, int Atom) edit)
    {
        var at = Math.Min(edit.At, text.Length);
        return edit.Kind switch
        {
            0 => text.Insert(at, Atoms[edit.Atom]),
            1 => text.Remove(at, Math.Min(3, text.Length - at)),
            2 => text[..at],
            _ => text[at..] + text[..at],
        };
    }
}
