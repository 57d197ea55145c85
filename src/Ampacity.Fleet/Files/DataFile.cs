namespace Ampacity.Fleet;

/// <summary>
/// The one way in for files of data: YAML of the kind that JSON can say (and so JSON itself), held to a schema, with the line of
/// every value and of every error.
/// </summary>
/// <remarks>Immutable; safe from any thread. Reads text, never a path: who opens files decides which.</remarks>
public sealed class DataFile
{
    /// <summary>Longest text, UTF-8 bytes: 16 MiB, a hall of 10,000 racks named tray by tray (chosen, not measured).</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>Deepest nesting; our deepest file kind needs 6.</summary>
    public const int MaxDepth = 64;

    /// <summary>Most values in one file.</summary>
    public const int MaxNodes = 1_000_000;

    /// <summary>Most errors that are kept: a person mends the first few and reads again.</summary>
    public const int MaxErrors = 100;

    private DataFile(string name, DataNode root)
    {
        Name = name;
        Root = root;
    }

    /// <summary>The file's name, as errors show it.</summary>
    public string Name { get; }

    /// <summary>The whole content.</summary>
    public DataNode Root { get; }

    /// <summary>Reads a file and holds it to its schema.</summary>
    /// <param name="name">Name that errors show.</param>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="schema">What the file must look like.</param>
    /// <param name="known">Texts that need not be held to it again; null when all are.</param>
    /// <returns>The content, or every error with its line; never throws for what stands in the text.</returns>
    public static FileResult<DataFile> Read(string name, string text, FileSchema schema, CheckedTexts? known = null)
    {
        var errors = new List<FileError>();
        if (YamlReader.Read(name, text, errors) is { } root)
        {
            if (errors.Count == 0 && known?.Knows(schema, text) != true)
            {
                errors.AddRange(schema.Validate(name, root));
            }

            if (errors.Count == 0)
            {
                known?.Note(schema, text);
                return new(new DataFile(name, root));
            }
        }

        return new([.. errors.OrderBy(e => e.Line).Take(MaxErrors)]);
    }

    /// <summary>The content as JSON whose tokens stand on the lines of the file: for readers that want JSON.</summary>
    public string ToJson() => LinedJson.Write(Root);
}
