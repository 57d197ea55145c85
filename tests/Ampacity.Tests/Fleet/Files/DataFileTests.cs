using Ampacity.Fleet;
using CsCheck;

namespace Ampacity.Tests.Fleet.Files;

public sealed class DataFileTests
{
    private static readonly FileSchema Anything = FileSchema.FromJson("{}");

    [Theory]
    [InlineData("a: 1\nb: &x 2\n", 2, "b", "no-anchors")]
    [InlineData("a: [1]\nb: *a\n", 2, "b", "no-anchors")]
    [InlineData("a: 1\nb: !!str 2\n", 2, "b", "no-tags")]
    [InlineData("a: 1\nb:\n  <<: {c: 1}\n", 3, "b", "no-merge-keys")]
    [InlineData("a: 1\n---\nb: 2\n", 2, "$", "many-documents")]
    [InlineData("a: 1\nb: 2\n\na: 3\n", 4, "a", "duplicate-key")]
    [InlineData("a: 1\nb: x\u0007y\n", 2, "$", "control-character")]
    [InlineData("a: 1\nb: \"x\\0y\"\n", 2, "b", "control-character")]
    [InlineData("a: 1\nb: x\u202Ey\n", 2, "$", "control-character")]
    [InlineData("a: 1\n? [1, 2]\n: 3\n", 2, "$", "key-not-text")]
    [InlineData("a: 1\nb: 1e999\n", 2, "b", "number-too-big")]
    [InlineData("a: 1\nb: [1, 2\nc: 3\n", 3, "$", "yaml-syntax")]
    [InlineData("", 1, "$", "empty-file")]
    [InlineData("# only a comment\n", 1, "$", "empty-file")]
    public void What_is_not_read_is_refused_with_its_line(string text, int line, string path, string rule)
    {
        var result = DataFile.Read("x.yaml", text, Anything);
        Assert.Null(result.Value);
        Assert.Equal(("x.yaml", line, path, rule), First(result));
    }

    [Theory]
    [InlineData("ampacity: 99999999999999999999\nowns: a/b\n")]
    [InlineData("ampacity: 1\nowns: a/b\nrows:\n  r: {sku: nvidia/gb200-nvl72@1, racks: -99999999999999999999}\n")]
    [InlineData("ampacity: 1\nowns: a/b\nrows:\n  r: {sku: nvidia/gb200-nvl72@1, racks: 1e300}\n")]
    public void A_number_of_any_length_is_held_to_the_schema(string text)
    {
        var result = DataFile.Read("x.yaml", text, FileSchema.Fleet);
        Assert.Null(result.Value);
        Assert.Contains(First(result).Rule, (string[])["out-of-range", "wrong-type"]);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        Assert.Equal(("x.yaml", 2, "$", "control-character"), First(DataFile.Read("x.yaml", "a: 1\nb: \uD800\n", Anything)));
    }

    [Fact]
    public void A_nest_deeper_than_the_limit_is_refused_and_one_at_the_limit_is_read()
    {
        Assert.NotNull(DataFile.Read("x.yaml", Nest(DataFile.MaxDepth), Anything).Value);
        Assert.Equal("too-deep", First(DataFile.Read("x.yaml", Nest(DataFile.MaxDepth + 1), Anything)).Rule);
        Assert.Equal("too-deep", First(DataFile.Read("x.yaml", new string('[', 100_000), Anything)).Rule);

        static string Nest(int depth) => new string('[', depth) + new string(']', depth);
    }

    [Fact]
    public void A_text_over_the_limit_is_refused_before_it_is_parsed()
    {
        var result = DataFile.Read("x.yaml", "a: " + new string('x', DataFile.MaxBytes), Anything);
        Assert.Equal(("x.yaml", 1, "$", "too-long"), First(result));
    }

    [Fact]
    public void More_values_than_the_limit_are_refused()
    {
        var text = "[" + string.Concat(Enumerable.Repeat("1,", DataFile.MaxNodes)) + "]";
        Assert.Equal("too-many-values", First(DataFile.Read("x.yaml", text, Anything)).Rule);
    }

    [Theory]
    [InlineData("true", DataKind.Truth)]
    [InlineData("null", DataKind.Null)]
    [InlineData("~", DataKind.Null)]
    [InlineData("", DataKind.Null)]
    [InlineData("7", DataKind.Number)]
    [InlineData("-0.5e3", DataKind.Number)]
    [InlineData("NO", DataKind.Text)]
    [InlineData("yes", DataKind.Text)]
    [InlineData("True", DataKind.Text)]
    [InlineData("05", DataKind.Text)]
    [InlineData("0x1F", DataKind.Text)]
    [InlineData("1_000", DataKind.Text)]
    [InlineData(".nan", DataKind.Text)]
    [InlineData("1:30", DataKind.Text)]
    [InlineData("2026-03-31", DataKind.Text)]
    [InlineData("02:00:00:00:01:05", DataKind.Text)]
    [InlineData("'7'", DataKind.Text)]
    [InlineData("3 MW", DataKind.Text)]
    public void A_plain_scalar_is_what_json_would_call_it_and_else_text(string scalar, DataKind kind)
    {
        var root = DataFile.Read("x.yaml", $"a: {scalar}\n", Anything).OrThrow().Root;
        Assert.Equal(kind, root.Members["a"].Kind);
        Assert.Equal(kind, DataFile.Read("x.yaml", $"{{a: {scalar}}}\n", Anything).OrThrow().Root.Members["a"].Kind);
    }

    [Fact]
    public void Json_is_read_as_it_is_written_by_other_programs()
    {
        var root = DataFile.Read("x.json", "{\"a\":1,\"b\":[1,\"x\\u00e9\\/\\ud83d\\ude00\",null],\r\n\t\"c\":{}}", Anything).OrThrow().Root;
        Assert.Equal("xé/😀", root["b"]!.Items[1].Text);
        Assert.Equal(2, root["c"]!.Line);
        Assert.Equal("b[1]", root["b"]!.Items[1].Path);
    }

    [Fact]
    public void Schema_violations_name_the_line_the_path_and_what_to_write()
    {
        const string Schema = """
            {"type": "object", "additionalProperties": false, "required": ["name"], "properties": {
              "name": {"type": "string", "description": "its name"},
              "power": {"type": "string", "description": "a power such as 3 MW"},
              "share": {"type": "number", "maximum": 1, "minimum": 0},
              "mode": {"type": "string", "enum": ["a", "b"]},
              "free": {"type": "object", "additionalProperties": false, "patternProperties": {"^x[0-9]$": {"$ref": "#/definitions/x"}}},
              "list": {"type": ["string", "array"], "items": {"$ref": "#/definitions/x"}}},
             "definitions": {"x": {"type": "object", "additionalProperties": false, "required": ["k"], "properties": {
              "k": {"type": "string", "pattern": "^[a-z]+$", "description": "lower-case letters"}}}}}
            """;
        const string Text = """
            # a comment moves the lines
            power: 3
            share: 1.5
            mode: c
            nmae: x
            free:
              x1:
                k: ABC
              x2: {k: abc,
                l: 1}
              y: {k: abc}
            list:
              - k: abc
              - l: 2
            """;
        var errors = DataFile.Read("x.yaml", Text, FileSchema.FromJson(Schema)).Errors;
        Assert.Equal(
            [
                (2, "$", "missing-key"),
                (2, "power", "wrong-type"),
                (3, "share", "out-of-range"),
                (4, "mode", "not-in-list"),
                (5, "nmae", "unknown-key"),
                (8, "free.x1.k", "wrong-form"),
                (10, "free.x2.l", "unknown-key"),
                (11, "free.y", "unknown-key"),
                (14, "list[1]", "missing-key"),
                (14, "list[1].l", "unknown-key"),
            ],
            errors.Select(e => (e.Line, e.Path, e.Rule)).Order());
        Assert.Equal("3 is no text; write a power such as 3 MW", errors.Single(e => e.Path == "power").Hint);
        Assert.Contains("write one of a, b", errors.Single(e => e.Path == "mode").Hint);
        Assert.Equal("x.yaml:3: share: 1.5 is not 0 or more and at most 1 [out-of-range]", errors.Single(e => e.Path == "share").ToString());
    }

    [Fact]
    public void The_json_text_keeps_every_token_on_its_yaml_line()
    {
        var json = DataFile.Read("x.yaml", "# one\n\na: 1\nb:\n  - x\n\n  - {c: y}\n", Anything).OrThrow().ToJson();
        var lines = json.Split('\n');
        Assert.Contains("\"a\":1", lines[2]);
        Assert.Contains("\"b\":", lines[3]);
        Assert.Contains("\"x\"", lines[4]);
        Assert.Contains("\"c\":\"y\"", lines[6]);
    }

    [Fact]
    public void Hostile_text_gives_errors_and_never_an_exception()
    {
        string[] pieces =
        [
            "a", ":", " ", "\n", "-", "- ", "[", "]", "{", "}", ",", "&a", "*a", "!", "!!x ", "|", ">", "|2-", "'", "\"", "\\", "\\x", "\\uD800",
            "#", "%", "%YAML 1.2", "---", "...", "@", "`", "?", "? ", "<<", "\t", "\r", "é", "😀", "%TAG ! x", "~", "1", "\uFEFF",
        ];
        Gen.Int[0, pieces.Length - 1].Array[0, 40].Sample(chosen =>
        {
            var result = DataFile.Read("x.yaml", string.Concat(chosen.Select(i => pieces[i])), Anything);
            Assert.True(result.Value is null ^ result.Errors.Count == 0);
        }, iter: 20_000);
    }

    private static (string File, int Line, string Path, string Rule) First(FileResult<DataFile> result)
    {
        var error = result.Errors[0];
        return (error.File, error.Line, error.Path, error.Rule);
    }
}
