namespace Ampacity.Fleet;

/// <summary>Writes power and cooling nodes.</summary>
internal sealed class ExportPower(ExportPlace place)
{
    /// <summary>The keys of a power node that stands in a hall, a building or a site.</summary>
    public List<(string Key, string Text)> Power(int node, int ground)
    {
        var about = place.About(node);
        var keys = new List<(string, string)> { ("kind", about.Kind.ToString()) };
        if (about.Feeds.Length > 0)
        {
            var isOne = about.Feeds is [{ Rating: null, Weight: null }];
            keys.Add(("fedBy", isOne ? ExportText.Scalar(place.NameOf(about.Feeds[0].Source, ground)) : Feeds(about, node, ground)));
        }

        Mode(keys, node);
        Rating(keys, about.PowerRating, node);
        if (about.Power?.Efficiency is { } efficiency)
        {
            Efficiency(keys, efficiency, node);
        }

        if (about.Voltage is { } voltage)
        {
            var sides = new List<(string, string)>();
            place.Put(sides, "in", voltage.InputVolts is { } input ? ExportText.Volts(input) : null, node, voltage.InputVolts is not null);
            place.Put(sides, "out", ExportText.Volts(voltage.OutputVolts), node);
            keys.Add(("voltage", ExportText.Map(sides)));
        }

        if (about.StoredEnergy is { } stored)
        {
            place.Put(keys, "stored", ExportText.Joules(stored.Joules), node);
            place.Put(keys, "discharge", stored.DischargeWatts is { } most ? ExportText.Watts(most) : null, node, stored.DischargeWatts is not null);
        }

        Remarks(keys, about);
        return keys;
    }

    /// <summary>The keys of a cooling node.</summary>
    public List<(string Key, string Text)> Cooling(int node, int ground)
    {
        var about = place.About(node);
        var keys = new List<(string, string)> { ("kind", about.Kind.ToString()) };
        if (about.Cooling is { } rating)
        {
            place.Put(keys, "loop", rating.LoopName is { } loop ? ExportText.Scalar(loop) : null, node, isThere: false);
            Coolers(keys, "cooledBy", about, ground);
            var capacity = rating is { CapacityWatts: { } watts, ApproachKelvins: { } approach } && ExportText.Watts(watts) is { } power
                && ExportText.Kelvins(approach) is { } kelvins ? $"{power} at {kelvins}" : null;
            place.Put(keys, "capacity", capacity, node, rating.CapacityWatts is not null || rating.ApproachKelvins is not null);
            Quantity("supply", rating.SupplyCelsius, ExportText.Celsius);
            Quantity("return", rating.ReturnCelsius, ExportText.Celsius);
            Quantity("flow", rating.FlowLitersPerMinute, ExportText.Flow);
            Quantity("volume", rating.VolumeLiters, ExportText.Liters);
            Quantity("rise", rating.AllowedRiseKelvins, ExportText.Kelvins);
        }
        else
        {
            Coolers(keys, "cooledBy", about, ground);
        }

        Remarks(keys, about);
        return keys;

        void Quantity(string key, double? value, Func<double, string?> text) =>
            place.Put(keys, key, value is { } stated ? text(stated) : null, node, value is not null);
    }

    /// <summary>Names of coolers, if any.</summary>
    public void Coolers(List<(string Key, string Text)> keys, string key, FleetNode about, int ground)
    {
        if (about.Coolers.Length > 0)
        {
            keys.Add((key, ExportText.List(about.Coolers.Select(cooler => place.NameOf(cooler, ground)))));
        }
    }

    /// <summary>Feeds as a list.</summary>
    public string Feeds(FleetNode about, int node, int ground) => $"[{string.Join(", ", about.Feeds.Select(feed =>
    {
        var name = ExportText.Scalar(place.NameOf(feed.Source, ground));
        if (feed is { Rating: null, Weight: null })
        {
            return name;
        }

        var keys = new List<(string, string)> { ("from", name) };
        Rating(keys, feed.Rating, node);
        if (feed.Weight is { } weight)
        {
            keys.Add(("share", ExportText.Number(weight)));
        }

        return ExportText.Map(keys);
    }))}]";

    /// <summary>Mode and transfer time, if somebody stated them.</summary>
    public void Mode(List<(string Key, string Text)> keys, int node)
    {
        if (place.ModeOf(node) is { } mode)
        {
            keys.Add(("mode", mode.Mode switch
            {
                FeedMode.Preferred => "preferred",
                FeedMode.Catcher => "catcher",
                _ => "active-active",
            }));
            place.Put(keys, "transfer", mode.TransferSeconds is { } time ? ExportText.Duration(time) : null, node, mode.TransferSeconds is not null);
        }
    }

    /// <summary>Tags and note.</summary>
    public static void Remarks(List<(string Key, string Text)> keys, FleetNode about)
    {
        if (about.Tags.Length > 0)
        {
            keys.Add(("tags", ExportText.List(about.Tags)));
        }

        if (about.Note is { } note)
        {
            keys.Add(("note", ExportText.Scalar(note)));
        }
    }

    private void Rating(List<(string Key, string Text)> keys, PowerRatingFact? rating, int node)
    {
        if (rating is null)
        {
            return;
        }

        var text = rating switch
        {
            { Watts: { } watts } => ExportText.Watts(watts),
            { VoltAmperes: { } apparent } => ExportText.VoltAmperes(apparent),
            { Amperes: { } amperes, Volts: { } volts } =>
                ExportText.Amperes(amperes) is { } current && ExportText.Volts(volts) is { } voltage ? $"{current} at {voltage}" : null,
            _ => null,
        };
        place.Put(keys, "rating", text, node);
        if (rating.Form != CurrentForm.ThreePhase)
        {
            keys.Add(("phases", rating.Form == CurrentForm.Direct ? "dc" : "1"));
        }

        if (!rating.ContinuousFactor.Equals(1))
        {
            keys.Add(("continuous", ExportText.Number(rating.ContinuousFactor)));
        }

        if (!rating.PowerFactor.Equals(DeclaredRating.UsualPowerFactor))
        {
            keys.Add(("powerFactor", ExportText.Number(rating.PowerFactor)));
        }

        if (rating.Overload.Count > 0)
        {
            var points = new List<(string, string)>();
            foreach (var point in rating.Overload)
            {
                place.Put(points, ExportText.Percent(point.Multiple) ?? "?", ExportText.Percent(point.Multiple) is null ? null : ExportText.Duration(point.Seconds), node);
            }

            keys.Add(("overload", ExportText.Map(points)));
        }
    }

    private void Efficiency(List<(string Key, string Text)> keys, EfficiencyFact efficiency, int node)
    {
        if (efficiency.Curve is { Count: > 0 } curve)
        {
            var points = new List<(string, string)>();
            foreach (var point in curve)
            {
                place.Put(points, ExportText.Percent(point.LoadShare) ?? "?", ExportText.Percent(point.LoadShare) is null ? null : ExportText.Number(point.OutputOverInput), node);
            }

            keys.Add(("efficiency", ExportText.Map(points)));
        }
        else if (!efficiency.OutputOverInput.Equals(1) || efficiency.FixedLossWatts.Equals(0))
        {
            keys.Add(("efficiency", ExportText.Number(efficiency.OutputOverInput)));
        }

        if (!efficiency.FixedLossWatts.Equals(0))
        {
            place.Put(keys, "fixedLoss", ExportText.Watts(efficiency.FixedLossWatts), node);
        }
    }
}
