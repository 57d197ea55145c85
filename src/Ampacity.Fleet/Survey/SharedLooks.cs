using System.Collections.Concurrent;

namespace Ampacity.Fleet;

/// <summary>
/// Makes equal parts of looks one object: trays of one kind name the same ports, reads and components, down to their URIs. The looks at
/// the BMCs of a GB200 rack were 21 KB each by themselves, and are 2 KB among others.
/// </summary>
/// <remarks>Any thread. It keeps what it has seen, so it lives as long as a sweep or the reading of kept surveys, not longer.</remarks>
public sealed class SharedLooks
{
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<SurveyedComponent, SurveyedComponent> _components = new();
    private readonly ConcurrentDictionary<IReadOnlyList<SurveyedPort>, IReadOnlyList<SurveyedPort>> _ports = new(new EqualLists<SurveyedPort>());
    private readonly ConcurrentDictionary<IReadOnlyList<SurveyedFirmware>, IReadOnlyList<SurveyedFirmware>> _firmware = new(new EqualLists<SurveyedFirmware>());
    private readonly ConcurrentDictionary<IReadOnlyList<PlannedRead>, IReadOnlyList<PlannedRead>> _reads = new(new EqualLists<PlannedRead>());
    private readonly ConcurrentDictionary<IReadOnlyList<SurveyedQuirk>, IReadOnlyList<SurveyedQuirk>> _quirks = new(new EqualLists<SurveyedQuirk>());
    private readonly ConcurrentDictionary<IReadOnlyList<string>, IReadOnlyList<string>> _uris = new(new EqualLists<string>());

    /// <summary>The same look, whose parts are objects of earlier looks where they are equal.</summary>
    public SurveyedBmc Share(SurveyedBmc bmc) => bmc with
    {
        Vendor = Text(bmc.Vendor),
        Product = Text(bmc.Product),
        RedfishVersion = Text(bmc.RedfishVersion),
        ProfileId = Text(bmc.ProfileId)!,
        Serial = Value(bmc.Serial),
        Part = Value(bmc.Part),
        Model = Value(bmc.Model),
        BoardSerial = Value(bmc.BoardSerial),
        Components = [.. bmc.Components.Select(Component)],
        ReportUris = List(_uris, bmc.ReportUris),
        Quirks = List(_quirks, bmc.Quirks),
        Firmware = List(_firmware, bmc.Firmware),
        Ports = List(_ports, bmc.Ports),
        ReadPlan = List(_reads, bmc.ReadPlan),
    };

    private static IReadOnlyList<T> List<T>(ConcurrentDictionary<IReadOnlyList<T>, IReadOnlyList<T>> known, IReadOnlyList<T> list) =>
        list.Count == 0 ? [] : known.GetOrAdd(list, list);

    private string? Text(string? text) => text is null ? null : _texts.GetOrAdd(text, text);

    // A serial is one thing's alone, the place where it stands is not.
    private SurveyedValue? Value(SurveyedValue? value) => value is null ? null : value with { Source = Text(value.Source)! };

    // What has a serial or UUID is alone, and only its texts are shared.
    private SurveyedComponent Component(SurveyedComponent component)
    {
        if (component.Serial is null && component.Uuid is null)
        {
            return _components.GetOrAdd(component, component);
        }

        return component with
        {
            Id = Text(component.Id)!,
            Uri = Text(component.Uri)!,
            Part = Text(component.Part),
            Model = Text(component.Model),
            Firmware = Text(component.Firmware),
            State = Text(component.State),
            Health = Text(component.Health),
            DetectorState = Text(component.DetectorState),
            Slot = Text(component.Slot),
            In = Text(component.In),
        };
    }

    private sealed class EqualLists<T> : IEqualityComparer<IReadOnlyList<T>>
    {
        public bool Equals(IReadOnlyList<T>? x, IReadOnlyList<T>? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.SequenceEqual(y));

        public int GetHashCode(IReadOnlyList<T> list)
        {
            var hash = default(HashCode);
            foreach (var one in list)
            {
                hash.Add(one);
            }

            return hash.ToHashCode();
        }
    }
}
