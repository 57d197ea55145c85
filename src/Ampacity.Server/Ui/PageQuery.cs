namespace Ampacity.Server;

/// <summary>What the address of the fleet page asks for; the page is a function of it and of the fleet, so every view can be linked.</summary>
/// <param name="Rack">Path of the rack to show; null for the first.</param>
/// <param name="Slot">Slot whose details are shown; null for the rack's.</param>
/// <param name="Trips">Paths of nodes supposed to be out; empty is the live state.</param>
/// <param name="Basis">Whose watts.</param>
public sealed record PageQuery(string? Rack, string? Slot, IReadOnlyList<string> Trips, DrawBasis Basis)
{
    /// <summary>Most nodes of one question: more than any drill has, and it bounds what an address can cost.</summary>
    public const int TripsMax = 32;

    /// <summary>Reads the parts of an address.</summary>
    public static PageQuery Parse(string? rack, string? slot, string[]? trips, string? basis) => new(
        rack?.Trim('/'),
        slot,
        [.. (trips ?? []).Select(trip => trip.Trim('/')).Where(trip => trip.Length > 0).Distinct(StringComparer.Ordinal).Take(TripsMax)],
        string.Equals(basis, "design", StringComparison.OrdinalIgnoreCase) ? DrawBasis.Design : DrawBasis.Measured);

    /// <summary>Whether the page supposes anything that is not so.</summary>
    public bool IsWhatIf => Trips.Count > 0;

    /// <summary>The same page with one node more out.</summary>
    public PageQuery WithTrip(string path) => this with { Trips = [.. Trips, path] };

    /// <summary>The same page with a node back.</summary>
    public PageQuery WithoutTrip(string path) => this with { Trips = [.. Trips.Where(trip => trip != path)] };

    /// <summary>The address, relative to the base of the site.</summary>
    public string Href
    {
        get
        {
            var parts = new List<string>();
            Add("rack", Rack);
            Add("slot", Slot);
            foreach (var trip in Trips)
            {
                Add("trip", trip);
            }

            Add("basis", Basis == DrawBasis.Design ? "design" : null);
            return parts.Count == 0 ? "./" : $"./?{string.Join('&', parts)}";

            // A slash may stand in a query as it is, and paths are easier to read so.
            void Add(string name, string? value)
            {
                if (value is not null)
                {
                    parts.Add($"{name}={Uri.EscapeDataString(value).Replace("%2F", "/", StringComparison.Ordinal)}");
                }
            }
        }
    }
}
