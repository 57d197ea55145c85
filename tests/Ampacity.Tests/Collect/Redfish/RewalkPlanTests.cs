using Ampacity.Collect;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

public sealed class RewalkPlanTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_764_000_000_000));
    private readonly RewalkPlan _queue;

    public RewalkPlanTests() => _queue = new RewalkPlan(new RewalkLimits(), _time);

    private static BmcChange Change(int bmc, BmcChangeKind kind) => new($"02:00:00:00:00:{bmc:x2}", new Uri("http://127.0.0.1:1"), kind, "evidence");

    private void Note(BmcChangeKind kind, int bmc = 1) => _queue.Note(Change(bmc, kind));

    private IReadOnlyList<Rewalk> After(TimeSpan time)
    {
        _time.Advance(time);
        return _queue.TakeDue(1_000);
    }

    [Fact]
    public void A_bmc_that_booted_is_left_a_minute_and_one_whose_parts_changed_a_quarter()
    {
        Assert.Null(_queue.NextIn());
        Note(BmcChangeKind.Booted);
        Note(BmcChangeKind.Membership, 2);
        Assert.Empty(After(TimeSpan.FromSeconds(14)));
        Assert.Equal("Membership: evidence", Assert.Single(After(TimeSpan.FromSeconds(31))).Why);
        Assert.Equal("02:00:00:00:00:01", Assert.Single(After(TimeSpan.FromSeconds(46))).Mac);
    }

    [Fact]
    public void A_hall_that_comes_up_is_spread()
    {
        for (var bmc = 0; bmc < 200; bmc++)
        {
            Note(BmcChangeKind.Booted, bmc);
        }

        Assert.Empty(After(TimeSpan.FromSeconds(59)));
        var perSecond = Enumerable.Range(0, 32).Select(_ => After(TimeSpan.FromSeconds(1)).Count).ToList();
        Assert.Equal(200, perSecond.Sum());
        Assert.InRange(perSecond.Max(), 1, 25);
    }

    [Fact]
    public void Walks_that_find_nothing_come_less_and_less_often_and_one_that_does_begins_anew()
    {
        var waits = new List<double>();
        for (var walk = 0; walk < 8; walk++)
        {
            Note(BmcChangeKind.Membership);
            var from = _time.GetUtcNow();
            while (_queue.TakeDue(1).Count == 0)
            {
                _time.Advance(TimeSpan.FromSeconds(5));
            }

            waits.Add((_time.GetUtcNow() - from).TotalMinutes);
            _queue.Walked("02:00:00:00:00:01", isRead: true, isDifferent: walk == 6);
        }

        Assert.InRange(waits[0], 0.2, 0.8);
        Assert.Equal([10, 20, 40, 80, 160, 320, 10], waits.Skip(1).Select(wait => Math.Round(wait)));
    }

    [Fact]
    public void A_walk_that_failed_is_tried_again_without_another_change()
    {
        Note(BmcChangeKind.Returned);
        Assert.Single(After(TimeSpan.FromMinutes(2)));
        _queue.Walked("02:00:00:00:00:01", isRead: false, isDifferent: false);
        Assert.Equal(1, _queue.Waiting);
        Assert.Empty(After(TimeSpan.FromMinutes(9)));
        Assert.Single(After(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void What_changes_while_it_is_walked_is_walked_again_later()
    {
        Note(BmcChangeKind.Membership);
        Assert.Single(After(TimeSpan.FromMinutes(1)));
        Note(BmcChangeKind.Membership);
        Assert.Empty(After(TimeSpan.FromMinutes(5)));
        _queue.Walked("02:00:00:00:00:01", isRead: true, isDifferent: true);
        Assert.Empty(After(TimeSpan.FromMinutes(9)));
        Assert.Single(After(TimeSpan.FromMinutes(1)));
    }
}
