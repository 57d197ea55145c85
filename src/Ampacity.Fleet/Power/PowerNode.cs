namespace Ampacity.Fleet;

/// <summary>What the power graph knows of one node: its feeds, and what it does with them. Immutable.</summary>
/// <param name="Feeds">Sources, the preferred one first.</param>
/// <param name="Mode">How it shares its load among them.</param>
/// <param name="TransferSeconds">Time of its transfer switch, s; null where nobody said.</param>
/// <param name="Rating">What it may carry; null where nobody said.</param>
/// <param name="Efficiency">What it gives of what it takes; null is all of it.</param>
public sealed record PowerNode(PowerFeed[] Feeds, FeedMode Mode, double? TransferSeconds, NodePower? Rating, EfficiencyFact? Efficiency)
{
    /// <summary>A node without feeds of which nothing is said.</summary>
    public static readonly PowerNode Nothing = new([], FeedMode.ActiveActive, null, null, null);

    /// <summary>Ordinals of the sources, in the order of <see cref="Feeds"/>.</summary>
    public int[] Sources { get; } = [.. Feeds.Select(feed => feed.Source)];

    /// <summary>What it takes from its feeds to give an output, W.</summary>
    /// <param name="outputWatts">What it gives, W, zero and up.</param>
    public double InputWatts(double outputWatts)
    {
        if (Efficiency is not { } efficiency)
        {
            return outputWatts;
        }

        var share = Rating is { } rating && rating.Rating.Value > 0 ? outputWatts / rating.Rating.Value : 1;
        return (outputWatts / At(efficiency, share)) + efficiency.FixedLossWatts;
    }

    /// <summary>The share of its load over one source when all are live, 0 to 1: by weight where feeds share, all over the first where it is preferred.</summary>
    public double NominalShare(int source)
    {
        if (Mode != FeedMode.ActiveActive)
        {
            return Feeds.Length > 0 && Feeds[0].Source == source ? 1 : 0;
        }

        var (own, all) = (0.0, 0.0);
        foreach (var feed in Feeds)
        {
            all += feed.Weight;
            own += feed.Source == source ? feed.Weight : 0;
        }

        return all > 0 ? own / all : 0;
    }

    /// <summary>What it takes over one of its feeds to give an output, W: the rule by which <see cref="LoadFlow"/> shares.</summary>
    /// <param name="source">The feed's source.</param>
    /// <param name="outputWatts">What it gives, W.</param>
    /// <param name="isLive">Whether a source has power.</param>
    public double WattsFrom(int source, double outputWatts, Func<int, bool> isLive)
    {
        var live = Feeds.Where(feed => isLive(feed.Source)).ToArray();
        if (live.All(feed => feed.Source != source))
        {
            return 0;
        }

        return Mode == FeedMode.ActiveActive
            ? InputWatts(outputWatts) * live.First(feed => feed.Source == source).Weight / live.Sum(feed => feed.Weight)
            : live[0].Source == source ? InputWatts(outputWatts) : 0;
    }

    // Linear between two points, flat beyond the ends: nobody measured there.
    private static double At(EfficiencyFact efficiency, double share)
    {
        if (efficiency.Curve is not { Count: > 0 } curve)
        {
            return efficiency.OutputOverInput;
        }

        for (var i = 0; i < curve.Count; i++)
        {
            if (share <= curve[i].LoadShare)
            {
                if (i == 0)
                {
                    return curve[0].OutputOverInput;
                }

                var (low, high) = (curve[i - 1], curve[i]);
                var along = (share - low.LoadShare) / (high.LoadShare - low.LoadShare);
                return low.OutputOverInput + (along * (high.OutputOverInput - low.OutputOverInput));
            }
        }

        return curve[^1].OutputOverInput;
    }
}

/// <summary>One feed of a node.</summary>
/// <param name="Source">Node ordinal of what feeds it.</param>
/// <param name="Weight">How much it takes among live feeds that share; 1 where nobody said.</param>
/// <param name="Rating">What the whip or cable itself may carry; null where nobody said.</param>
public readonly record struct PowerFeed(int Source, double Weight, NodePower? Rating);
