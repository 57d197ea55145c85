using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class LifecycleTests
{
    [Fact]
    public void Every_pair_of_states_is_legal_only_by_the_table_or_by_retiring()
    {
        var table = Lifecycle.Transitions.Select(step => (step.From, step.To)).ToHashSet();
        Assert.Equal(table.Count, Lifecycle.Transitions.Count);
        foreach (var from in Enum.GetValues<LifecycleState>())
        {
            foreach (var to in Enum.GetValues<LifecycleState>())
            {
                var legal = from == to || table.Contains((from, to)) || (to == LifecycleState.Retired && from != LifecycleState.Live);
                Assert.True(legal == Lifecycle.Allows(from, to), $"{from} to {to}");
            }
        }
    }

    [Theory]
    [InlineData(LifecycleState.Live, LifecycleState.Failed, true)]
    [InlineData(LifecycleState.Failed, LifecycleState.Live, false)]
    [InlineData(LifecycleState.Draining, LifecycleState.Live, true)]
    [InlineData(LifecycleState.Planned, LifecycleState.Live, false)]
    [InlineData(LifecycleState.Live, LifecycleState.Retired, false)]
    [InlineData(LifecycleState.Retired, LifecycleState.Planned, false)]
    public void The_trades_steps_are_as_it_takes_them(LifecycleState from, LifecycleState to, bool legal) =>
        Assert.Equal(legal, Lifecycle.Allows(from, to));

    [Fact]
    public void Every_step_has_a_reason_and_every_state_but_the_last_a_way_on() => Assert.All(
        Enum.GetValues<LifecycleState>(), state => Assert.True(state == LifecycleState.Retired || Lifecycle.After(state).Count > 0));

    [Fact]
    public void A_placement_waits_for_the_order_where_there_is_one()
    {
        Assert.Equal(50, Lifecycle.EarliestPlacementMs([(LifecycleState.Planned, 10), (LifecycleState.Ordered, 50)]));
        Assert.Equal(10, Lifecycle.EarliestPlacementMs([(LifecycleState.Planned, 10)]));
        Assert.Null(Lifecycle.EarliestPlacementMs([(LifecycleState.Live, 10)]));
    }
}
