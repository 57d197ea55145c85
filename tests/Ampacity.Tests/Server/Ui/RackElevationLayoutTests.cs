using Ampacity.Fleet;
using Ampacity.Server;

namespace Ampacity.Tests;

public sealed class RackElevationLayoutTests
{
    private static readonly RackBuild Nvl72 = ExampleRack.Catalogue.FindBuild("nvidia/gb200-nvl72@1")!;

    [Fact]
    public void Slots_stand_on_their_units_without_overlap_and_higher_units_above_lower_ones()
    {
        var layout = RackElevationLayout.Of(Nvl72, ExampleRack.Catalogue);
        Assert.Equal(48, layout.Units);
        Assert.Equal("RU", layout.UnitName);
        Assert.Equal(35, layout.Slots.Count);
        var rising = layout.Slots.OrderBy(slot => slot.LowestUnit).ToArray();
        foreach (var (lower, higher) in rising.Zip(rising.Skip(1)))
        {
            Assert.True(higher.Y + higher.Height <= lower.Y, $"{higher.Name} over {lower.Name}");
        }

        Assert.InRange(rising[0].Y + rising[0].Height, 0, layout.Height);
        Assert.InRange(rising[^1].Y, 0, layout.Height);
    }

    [Fact]
    public void Every_accelerator_has_a_cell_inside_its_tray()
    {
        var layout = RackElevationLayout.Of(Nvl72, ExampleRack.Catalogue);
        Assert.Equal(72, layout.Slots.Sum(slot => slot.Cells.Count));
        foreach (var slot in layout.Slots)
        {
            Assert.All(slot.Cells, cell =>
            {
                Assert.Equal(slot.Part, Nvl72.Parts[cell.Part].Parent);
                Assert.InRange(cell.X + cell.Width, 0, RackElevationLayout.SlotLeft + RackElevationLayout.SlotWidth);
                Assert.InRange(cell.Y, slot.Y, slot.Y + slot.Height - cell.Height);
            });
        }
    }

    [Theory]
    [InlineData(0.0, "#440154")]
    [InlineData(149.9, "#440154")]
    [InlineData(150.0, "#46327e")]
    [InlineData(5000.0, "#fde725")]
    public void A_colour_stands_for_the_same_watts_always(double watts, string colour) =>
        Assert.Equal(colour, PowerScale.Of(Nvl72, ExampleRack.Catalogue).Colour(watts));

    [Fact]
    public void No_reading_has_no_colour_of_the_scale()
    {
        Assert.Null(PowerScale.Of(Nvl72, ExampleRack.Catalogue).Colour(null));
        Assert.Null(PowerScale.Of(Nvl72, ExampleRack.Catalogue).Colour(double.NaN));
    }
}
