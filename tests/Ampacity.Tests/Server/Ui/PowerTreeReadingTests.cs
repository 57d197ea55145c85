using Ampacity.Server;

namespace Ampacity.Tests;

public sealed class PowerTreeReadingTests
{
    [Fact]
    public void With_ups_a_out_path_b_carries_the_design_draw_and_path_a_is_dark()
    {
        var (cards, edges) = Read(DrawBasis.Design, "ups-a");
        Assert.True(cards["ups-a"].IsTripped);
        Assert.Equal("Dark", cards["bw-1a"].State);
        Assert.Equal(66_000, cards["ups-b"].BeforeWatts!.Value, 6);
        Assert.Equal(132_000, cards["ups-b"].AfterWatts!.Value, 6);
        Assert.Equal(118_000, cards["ups-b"].HeadroomWatts!.Value, 6);
        Assert.Null(cards["ups-a"].HeadroomWatts);
        Assert.Null(edges["bw-1a→r01/01"]);
        Assert.Equal(132_000, edges["bw-1b→r01/01"]!.Value, 6);
        Assert.Equal(132_000 / 0.96, edges["utility→ups-b"]!.Value, 6);
    }

    [Fact]
    public void What_was_not_read_is_not_known_rather_than_zero()
    {
        var (cards, edges) = Read(DrawBasis.Measured);
        Assert.All(cards.Values, card => Assert.Null(card.AfterWatts));
        Assert.All(cards.Values, card => Assert.Null(card.HeadroomWatts));
        Assert.All(edges.Values, watts => Assert.Equal(double.NaN, watts));
    }

    [Fact]
    public void With_both_sides_out_the_rack_is_dark_and_carries_nothing()
    {
        var (cards, _) = Read(DrawBasis.Design, "ups-a", "ups-b");
        Assert.Equal("Dark", cards["r01/01"].State);
        Assert.Equal(132_000, cards["r01/01"].BeforeWatts);
        Assert.Equal(0, cards["r01/01"].AfterWatts);
    }

    private static (Dictionary<string, PowerCard> Cards, Dictionary<string, double?> Edges) Read(DrawBasis basis, params string[] trips)
    {
        var view = ExampleRack.View();
        var tree = PowerTreeLayout.Of(view, view.Node(ExampleRack.RackPath));
        var tripped = trips.Select(name => view.Node($"site/hall/{name}")).ToHashSet();
        var answer = TripQuestion.Ask(view, null, ExampleRack.Catalogue, tripped, basis);
        var reading = PowerTreeReading.Of(tree, view, null, ExampleRack.Catalogue, answer, tripped);
        return (
            reading.Cards.Values.ToDictionary(card => card.Name),
            tree.Edges.Zip(reading.EdgeWatts).ToDictionary(
                edge => $"{reading.Cards[edge.First.Source.Node].Name}→{reading.Cards[edge.First.Load.Node].Name}", edge => edge.Second));
    }
}
