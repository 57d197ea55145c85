using Ampacity.Fleet;
using Ampacity.Server;

namespace Ampacity.Tests;

public sealed class PowerTreeLayoutTests
{
    [Fact]
    public void Every_feed_points_down_and_no_two_cards_overlap()
    {
        var view = ExampleRack.View();
        var tree = PowerTreeLayout.Of(view, view.Node(ExampleRack.RackPath));
        Assert.Equal(6, tree.Nodes.Count);
        Assert.Equal(6, tree.Edges.Count);
        Assert.False(tree.IsCut);
        Assert.All(tree.Edges, edge => Assert.True(edge.Source.Y + PowerTreeLayout.CardHeight < edge.Load.Y));
        foreach (var box in tree.Nodes)
        {
            Assert.InRange(box.X, 0, tree.Width - PowerTreeLayout.CardWidth);
            Assert.InRange(box.Y, 0, tree.Height - PowerTreeLayout.CardHeight);
            Assert.DoesNotContain(tree.Nodes, other => other.Node != box.Node
                && Math.Abs(other.X - box.X) < PowerTreeLayout.CardWidth && Math.Abs(other.Y - box.Y) < PowerTreeLayout.CardHeight);
        }
    }

    [Fact]
    public void Path_a_and_path_b_stand_side_by_side()
    {
        var view = ExampleRack.View();
        var boxes = PowerTreeLayout.Of(view, view.Node(ExampleRack.RackPath)).Nodes.ToDictionary(box => view.Graph.NameOf(box.Node));
        Assert.Equal(boxes["ups-a"].X, boxes["bw-1a"].X);
        Assert.Equal(boxes["ups-b"].X, boxes["bw-1b"].X);
        Assert.True(boxes["ups-a"].X < boxes["ups-b"].X);
        Assert.Equal(boxes["utility"].X, boxes["01"].X);
    }

    [Fact]
    public void What_the_reader_may_not_see_is_not_drawn()
    {
        var view = ExampleRack.View(scope: PlaceScope.Subtrees("site/hall/r01"));
        var rack = view.Node(ExampleRack.RackPath);
        Assert.Equal(rack, Assert.Single(PowerTreeLayout.Of(view, rack).Nodes).Node);
    }
}
