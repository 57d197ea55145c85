using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Every way from a place up to what feeds it in the end.</summary>
/// <param name="Of">Path of the rack or power node; of a place inside a rack that rack's.</param>
/// <param name="Paths">The ways, preferred feeds first.</param>
/// <param name="Total">How many there are.</param>
/// <param name="IsCut">Whether there are more than are listed: ask with a higher <c>limit</c>.</param>
/// <param name="AsOfMs">Instant described, UTC milliseconds.</param>
/// <param name="Revision">Newest change set in it.</param>
public sealed record PowerPathAnswer(string Of, IReadOnlyList<PowerPathRow> Paths, long Total, bool IsCut, long AsOfMs, string Revision)
{
    internal static PowerPathAnswer From(FleetQuestion question, PowerPaths paths, int node) => new(
        question.Graph.PathOf(node),
        [.. paths.Paths.Select(path => new PowerPathRow(
            path.Steps[^1].Share, path.LeavesScope ? true : null, path.IsTooLong ? true : null,
            [.. path.Steps.Select(step => PowerStepRow.Of(question.Graph, step))]))],
        paths.Total, paths.IsCut, question.AtMs, question.Graph.Revision.ToString());
}

/// <summary>One way up.</summary>
/// <param name="Share">Share of the load that comes this way when all is live, 0 to 1.</param>
/// <param name="LeavesScope">Set where it goes on outside the asker's scope.</param>
/// <param name="IsTooLong">Set where it has more nodes than are followed.</param>
/// <param name="Steps">The load first, the root last.</param>
public sealed record PowerPathRow(double Share, bool? LeavesScope, bool? IsTooLong, IReadOnlyList<PowerStepRow> Steps);

/// <summary>One node on the way.</summary>
/// <param name="Path">Where.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Share">Share of the load that comes through it on this way, 0 to 1.</param>
/// <param name="RatingWatts">Its nameplate, W.</param>
/// <param name="Amperes">The same in amperes per phase, where it is stated so.</param>
/// <param name="Volts">Voltage of that rating, line to line.</param>
/// <param name="Form">Kind of current: threePhase, singlePhase, direct.</param>
/// <param name="ContinuousFactor">Share of the rating that may be carried for 3 h and more.</param>
/// <param name="LimitWatts">Continuous limit, W.</param>
/// <param name="FeedRatingWatts">Nameplate of the cable or whip from it to the node before, W.</param>
/// <param name="FeedLimitWatts">Continuous limit of that, W.</param>
/// <param name="InputVolts">Voltage that it takes, V.</param>
/// <param name="OutputVolts">Voltage that it gives, V.</param>
/// <param name="Efficiency">Output over input at full load, 0 to 1.</param>
/// <param name="StoredJoules">Energy held ready, J.</param>
/// <param name="Mode">How it shares its load among its own feeds; left out where it has one or none.</param>
/// <param name="TransferSeconds">Time of its transfer switch, s.</param>
public sealed record PowerStepRow(
    string Path,
    string Kind,
    double Share,
    double? RatingWatts = null,
    double? Amperes = null,
    double? Volts = null,
    string? Form = null,
    double? ContinuousFactor = null,
    double? LimitWatts = null,
    double? FeedRatingWatts = null,
    double? FeedLimitWatts = null,
    double? InputVolts = null,
    double? OutputVolts = null,
    double? Efficiency = null,
    double? StoredJoules = null,
    string? Mode = null,
    double? TransferSeconds = null)
{
    internal static PowerStepRow Of(FleetGraph graph, PowerStep step)
    {
        var about = graph.NodeOf(step.Node)!;
        var whip = step.Feed?.Rating is { } rating ? NodePower.From(rating) : null;
        return new PowerStepRow(graph.PathOf(step.Node), about.Kind.ToString(), step.Share)
        {
            RatingWatts = about.Power?.Rating?.Rating.Value,
            Amperes = about.PowerRating?.Amperes,
            Volts = about.PowerRating?.Volts,
            Form = about.PowerRating is { Amperes: not null } rated ? PlaceRow.Camel(rated.Form.ToString()) : null,
            ContinuousFactor = about.PowerRating?.ContinuousFactor,
            LimitWatts = about.Power?.Rating?.Limit.Value,
            FeedRatingWatts = whip?.Rating.Value,
            FeedLimitWatts = whip?.Limit.Value,
            InputVolts = about.Voltage?.InputVolts,
            OutputVolts = about.Voltage?.OutputVolts,
            Efficiency = about.Power?.Efficiency?.OutputOverInput,
            StoredJoules = about.StoredEnergy?.Joules,
            Mode = about.Feeds.Length > 1 ? PlaceRow.Camel(graph.Power.ModeOf(step.Node).ToString()) : null,
            TransferSeconds = about.Power?.TransferSeconds,
        };
    }
}

/// <summary>Everything that a power node feeds.</summary>
/// <param name="Of">Path of the node.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="LimitWatts">Its continuous limit, W.</param>
/// <param name="Racks">Racks that it feeds, directly or through others.</param>
/// <param name="SoleRacks">Racks that go dark with it: no feed of them comes from elsewhere.</param>
/// <param name="RacksClaimed">Racks whose SKU claims a design draw.</param>
/// <param name="DesignWatts">Their whole design draw, W at rack input.</param>
/// <param name="ShareWatts">What of that comes through the node when all is live, W at rack input, losses on the way not counted.</param>
/// <param name="SoleWatts">Design draw of the racks that go dark with it, W at rack input.</param>
/// <param name="Kinds">How many nodes of each kind.</param>
/// <param name="Nodes">The nodes, sources before what they feed.</param>
/// <param name="IsCut">Whether there are more nodes than are listed.</param>
/// <param name="AsOfMs">Instant described, UTC milliseconds.</param>
/// <param name="Revision">Newest change set in it.</param>
public sealed record FedAnswer(
    string Of,
    string Kind,
    double? LimitWatts,
    int Racks,
    int SoleRacks,
    int RacksClaimed,
    double? DesignWatts,
    double? ShareWatts,
    double? SoleWatts,
    IReadOnlyDictionary<string, int> Kinds,
    IReadOnlyList<FedRow> Nodes,
    bool IsCut,
    long AsOfMs,
    string Revision)
{
    internal static FedAnswer From(FleetQuestion question, int node, FedBelow below, int limit)
    {
        var graph = question.Graph;
        var known = below.RacksClaimed > 0;
        return new FedAnswer(
            graph.PathOf(node), graph.KindOf(node).ToString(), graph.Power.RatingOf(node)?.Limit.Value, below.Racks, below.SoleRacks,
            below.RacksClaimed, known ? below.DesignWatts : null, known ? below.ShareWatts : null, known ? below.SoleWatts : null,
            below.Nodes.CountBy(fed => graph.KindOf(fed.Node)).OrderBy(kind => kind.Key).ToDictionary(kind => kind.Key.ToString(), kind => kind.Value, StringComparer.Ordinal),
            [.. below.Nodes.Take(limit).Select(fed => new FedRow(graph.PathOf(fed.Node), graph.KindOf(fed.Node).ToString(), fed.Share, fed.IsSole))],
            below.Nodes.Length > limit, question.AtMs, graph.Revision.ToString());
    }
}

/// <summary>One thing that is fed.</summary>
/// <param name="Path">Where.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Share">Share of its draw that comes through the node asked about when all is live, 0 to 1.</param>
/// <param name="IsSole">Whether it goes dark with that node.</param>
public sealed record FedRow(string Path, string Kind, double Share, bool IsSole);
