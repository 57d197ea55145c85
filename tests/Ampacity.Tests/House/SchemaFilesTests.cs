using System.Text.Json;
using Ampacity.Fleet;

namespace Ampacity.Tests.House;

/// <summary>Every kind of file that people write has a schema, and every schema says what it is for.</summary>
public sealed class SchemaFilesTests
{
    public static TheoryData<string> Schemas => [.. SourceTree.Paths("schemas", "*.json")];

    public static TheoryData<string> Profiles => [.. SourceTree.Paths("profiles", "*.json")];

    [Theory]
    [MemberData(nameof(Schemas))]
    public void A_schema_is_json_with_a_title_and_a_description(string path)
    {
        using var schema = JsonDocument.Parse(SourceTree.Text(path));

        Assert.EndsWith(".schema.json", path);
        Assert.NotEmpty(schema.RootElement.GetProperty("title").GetString()!);
        Assert.NotEmpty(schema.RootElement.GetProperty("description").GetString()!);
        Assert.Equal("http://json-schema.org/draft-07/schema#", schema.RootElement.GetProperty("$schema").GetString());
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_shipped_profile_validates_by_its_schema(string path)
    {
        var schema = FileSchema.FromJson(SourceTree.Text("schemas/platform-profile.schema.json"));

        Assert.Empty(DataFile.Read(path, SourceTree.Text(path), schema).Errors);
    }
}
