using System.Globalization;
using System.Reflection;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Ampacity.Fleet;

/// <summary>
/// A JSON Schema (the draft-07 subset of docs/design/0001-fleet-file.md) and how its violations read: line, path, rule, hint. The hint's
/// last part is the schema's own <c>description</c>, so the schema file is where a grammar is explained, once.
/// </summary>
/// <remarks>Immutable; safe from any thread. Schemas come from this repository and are trusted; files are not.</remarks>
public sealed class FileSchema
{
    private static readonly Lazy<FileSchema> LazyFleet = new(() => Embedded("fleet"));
    private static readonly Lazy<FileSchema> LazySku = new(() => Embedded("sku"));
    private readonly Lazy<JsonSchema> _schema;

    private FileSchema(string json, Func<JsonSchema> read) => (Json, _schema) = (json, new(read));

    /// <summary>Schema of fleet files (<c>schemas/fleet.schema.json</c>).</summary>
    public static FileSchema Fleet => LazyFleet.Value;

    /// <summary>Schema of SKU files (<c>schemas/sku.schema.json</c>).</summary>
    public static FileSchema Sku => LazySku.Value;

    /// <summary>The schema's own text.</summary>
    internal string Json { get; }

    /// <summary>A schema from its JSON text, which is read when the first file is held to it.</summary>
    public static FileSchema FromJson(string json) => new(json, () => Read(json));

    private static JsonSchema Read(string json)
    {
#pragma warning disable VSTHRD002 // Asynchronous in the library for references to other documents, which our schemas do not have.
        return JsonSchema.FromJsonAsync(json).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    /// <summary>The schema that the assembly carries: <c>fleet</c>, <c>sku</c>, <c>metric-family</c>, <c>binding</c>.</summary>
    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    public static FileSchema Embedded(string kind)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{kind}.schema.json")
            ?? throw new InvalidOperationException($"Bug: the assembly carries no schema '{kind}'.");
        using var reader = new StreamReader(stream);
        return FromJson(reader.ReadToEnd());
    }

    internal IEnumerable<FileError> Validate(string file, DataNode root) =>
        _schema.Value.Validate(LinedJson.Load(root)).SelectMany(Leaves).Select(e => Describe(file, e)).Distinct();

    // A violation inside an item, a member of a free map or a choice carries its causes; those are what a person can mend.
    private static IEnumerable<ValidationError> Leaves(ValidationError error) => error switch
    {
        ChildSchemaValidationError child when child.Errors.Values.Any(e => e.Count > 0) =>
            child.Errors.Values.Where(e => e.Count > 0).MinBy(e => e.Count)!.SelectMany(Leaves),
        MultiTypeValidationError multi when multi.Errors.GetValueOrDefault(TypeOf(multi.Token)) is { Count: > 0 } errors =>
            errors.SelectMany(Leaves),
        _ => [error],
    };

    private static JsonObjectType TypeOf(JToken? token) => token switch
    {
        JProperty property => TypeOf(property.Value),
        JArray => JsonObjectType.Array,
        JObject => JsonObjectType.Object,
        JValue { Type: JTokenType.String } => JsonObjectType.String,
        JValue { Type: JTokenType.Float or JTokenType.Integer } => JsonObjectType.Number,
        _ => JsonObjectType.None,
    };

    private static FileError Describe(string file, ValidationError error)
    {
        var path = PathOf(error.Token);
        var (rule, what) = error.Kind switch
        {
            ValidationErrorKind.NoAdditionalPropertiesAllowed => ("unknown-key", UnknownKey(error)),
            ValidationErrorKind.PropertyRequired => ("missing-key", $"'{error.Property}' is missing"),
            ValidationErrorKind.NotInEnumeration => ("not-in-list", $"write one of {OneOf(error.Schema)}"),
            ValidationErrorKind.PatternMismatch => ("wrong-form", $"{Shown(error.Token)} has not the form that is read here"),
            ValidationErrorKind.StringTooShort or ValidationErrorKind.StringTooLong => ("wrong-length", "the text is too short or too long"),
            ValidationErrorKind.NumberTooSmall or ValidationErrorKind.NumberTooBig or ValidationErrorKind.IntegerTooBig =>
                ("out-of-range", $"{Shown(error.Token)} is not {Range(error.Schema)}"),
            ValidationErrorKind.TooManyItems or ValidationErrorKind.TooManyProperties => ("too-many", "there are too many"),
            ValidationErrorKind.TooFewItems or ValidationErrorKind.TooFewProperties => ("too-few", "there are too few"),
            ValidationErrorKind.ItemsNotUnique => ("not-unique", "the same item stands here twice"),
            ValidationErrorKind.StringExpected => ("wrong-type", $"{Shown(error.Token)} is no text"),
            ValidationErrorKind.NumberExpected => ("wrong-type", $"{Shown(error.Token)} is no number"),
            ValidationErrorKind.IntegerExpected => ("wrong-type", $"{Shown(error.Token)} is no whole number that is read here"),
            ValidationErrorKind.BooleanExpected => ("wrong-type", $"{Shown(error.Token)} is neither true nor false"),
            ValidationErrorKind.ObjectExpected => ("wrong-type", $"{Shown(error.Token)} is no map of keys to values"),
            ValidationErrorKind.ArrayExpected => ("wrong-type", $"{Shown(error.Token)} is no list"),
            ValidationErrorKind.NoTypeValidates => ("wrong-type", $"{Shown(error.Token)} is of no kind that is read here"),
            ValidationErrorKind.DateExpected => ("wrong-form", $"{Shown(error.Token)} is no date such as 2026-03-31"),
            _ => ("not-valid", $"{Shown(error.Token)} is not valid here ({error.Kind})"),
        };
        var meaning = error.Kind == ValidationErrorKind.PropertyRequired && error.Property is { } property
            && error.Schema.ActualSchema.Properties.TryGetValue(property, out var missing) ? Meaning(missing) : Meaning(error.Schema);
        return new(file, error.HasLineInfo ? error.LineNumber : 1, path, rule, meaning.Length == 0 || rule is "unknown-key" ? what : $"{what}; write {meaning}");
    }

    private static string UnknownKey(ValidationError error)
    {
        var schema = error.Schema.ActualSchema;
        var known = schema.Properties.Keys.Order(StringComparer.Ordinal).ToList();
        return known.Count == 0
            ? $"the key '{error.Property}' has not the form of a key here; write {Meaning(schema)}"
            : $"the key '{error.Property}' is not known; write one of {string.Join(", ", known)}";
    }

    private static string Meaning(JsonSchema schema) =>
        schema.Description ?? schema.ActualSchema.Description ?? (schema as JsonSchemaProperty)?.ActualTypeSchema.Description ?? "";

    private static string OneOf(JsonSchema schema) => string.Join(", ", schema.ActualSchema.Enumeration);

    private static string Range(JsonSchema schema)
    {
        var actual = schema.ActualSchema;
        var least = actual.Minimum is { } minimum ? $"{minimum.ToString(CultureInfo.InvariantCulture)} or more"
            : actual.ExclusiveMinimum is { } above ? $"more than {above.ToString(CultureInfo.InvariantCulture)}" : null;
        var most = actual.Maximum is { } maximum ? $"at most {maximum.ToString(CultureInfo.InvariantCulture)}" : null;
        return string.Join(" and ", new[] { least, most }.OfType<string>());
    }

    private static string Shown(JToken? token) => token switch
    {
        null => "this",
        JObject => "a map",
        JArray => "a list",
        JProperty property => Shown(property.Value),
        _ => Shorten(token.ToString(Formatting.None)),
    };

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..61] + "…";

    private static string PathOf(JToken? token)
    {
        var names = new Stack<string>();
        for (; token is not null; token = token.Parent)
        {
            if (token is JProperty property)
            {
                names.Push(names.Count > 0 && !names.Peek().StartsWith('[') ? $"{property.Name}." : property.Name);
            }
            else if (token.Parent is JArray array)
            {
                var dot = names.Count > 0 && !names.Peek().StartsWith('[') ? "." : "";
                names.Push($"[{array.IndexOf(token).ToString(CultureInfo.InvariantCulture)}]{dot}");
            }
        }

        return names.Count == 0 ? "$" : string.Concat(names);
    }
}
