using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Server;

/// <summary>Reads where samples are sent on to: the section <c>forward</c> of the settings file, and <c>--forward</c>.</summary>
internal static class ForwardSettings
{
    /// <summary>The settings file that is read where none is named and it is there, in the data folder.</summary>
    public const string FileName = "ampacity.yaml";

    /// <summary>Most targets; each reads every sample. Guessed: two stores and a third while one is moved.</summary>
    private const int MaxTargets = 8;

    /// <summary>Every target.</summary>
    /// <exception cref="StartException">The file is not there or not right; says where and what to write.</exception>
    public static IReadOnlyList<ForwardTarget> Read(ServerSettings settings)
    {
        var targets = new List<ForwardTarget>();
        if (settings.ForwardUrl is { } url)
        {
            targets.Add(new ForwardTarget
            {
                Name = "default",
                Url = UrlOf(url) ?? throw new StartException($"--forward takes the whole address of a remote-write receiver, such as http://prometheus:9090/api/v1/write, without a password in it, not {url}"),
                Headers = StoreAddress.ReadHeaders(settings.ForwardHeadersFile, "--forward-headers"),
            });
        }
        else if (settings.ForwardHeadersFile is not null)
        {
            throw new StartException("--forward-headers says headers of a receiver, and there is no --forward.");
        }

        var file = settings.ConfigFile ?? Path.Combine(settings.DataFolder, FileName);
        if (settings.ConfigFile is not null || File.Exists(file))
        {
            targets.AddRange(ReadFile(file, settings.ShippedFolder));
        }

        return targets.GroupBy(target => target.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new StartException($"two receivers are called {twice.Key}: --forward is the one called default")
            : targets;
    }

    private static IEnumerable<ForwardTarget> ReadFile(string path, string shippedFolder)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The settings file cannot be read: {error.Message}", error);
        }

        var schema = FileSchema.FromJson(File.ReadAllText(Path.Combine(shippedFolder, "schemas", "settings.schema.json")));
        var read = DataFile.Read(path, text, schema);
        if (read.Value is not { } file)
        {
            throw new StartException("The settings file is not right:\n" + string.Join('\n', read.Errors));
        }

        var forward = file.Root["forward"];
        return forward is null ? []
            : forward.Members.Count > MaxTargets ? throw Wrong(file, forward, $"at most {MaxTargets} receivers")
            : [.. forward.Members.Select(member => Target(file, member.Key, member.Value))];
    }

    private static ForwardTarget Target(DataFile file, string name, DataNode node)
    {
        var target = new ForwardTarget
        {
            Name = name,
            Url = UrlOf(node["url"]!.Text) ?? throw Wrong(file, node["url"]!, "the whole address of a remote-write receiver, http or https, without a password in it"),
            Headers = Headers(file, node),
            Match = [.. (node["match"]?.Items ?? []).Select(selector => Selector(file, selector))],
        };
        if (node["topology"] is { } topology)
        {
            target = target with { WritesTopology = topology.Text == "true" };
        }

        if (node["protocol"] is { } protocol)
        {
            target = target with { Protocol = ProtocolOf(file, protocol) };
        }

        if (node["queueMiB"] is { } queue)
        {
            target = target with { MaxQueueBytes = (long)queue.Number << 20 };
        }

        return node["samplesPerRequest"] is { } samples ? target with { SamplesPerRequest = (int)samples.Number } : target;
    }

    private static IReadOnlyList<(string Name, string Value)> Headers(DataFile file, DataNode node)
    {
        try
        {
            if (node["headersFile"] is { } named)
            {
                return StoreAddress.ReadHeaders(named.Text, $"{file.Name}:{named.Line}: headersFile");
            }

            return node["headersFrom"] is not { } variable ? []
                : Environment.GetEnvironmentVariable(variable.Text) is { Length: > 0 } lines ? HeaderLines.Read(lines)
                : throw Wrong(file, variable, $"the environment has no {variable.Text}, which is to hold header lines");
        }
        catch (FormatException error)
        {
            throw Wrong(file, node["headersFrom"]!, error.Message);
        }
    }

    private static IReadOnlyList<Matcher> Selector(DataFile file, DataNode node)
    {
        try
        {
            return SelectorText.Parse(node.Text);
        }
        catch (FormatException error)
        {
            throw Wrong(file, node, error.Message);
        }
    }

    private static ForwardProtocol ProtocolOf(DataFile file, DataNode node) => node.Text switch
    {
        "1.0" or "1" => ForwardProtocol.V1,
        "2.0" or "2" => ForwardProtocol.V2,
        _ => throw Wrong(file, node, "a version of remote write: 1.0 or 2.0"),
    };

    private static Uri? UrlOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.AbsolutePath.Length > 1 ? url : null;

    private static StartException Wrong(DataFile file, DataNode node, string what) =>
        new(FormattableString.Invariant($"{file.Name}:{node.Line}: {node.Path}: {what}"));
}
