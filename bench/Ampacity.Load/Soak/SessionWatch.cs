using Ampacity.Simulator;

namespace Ampacity.Load;

/// <summary>Holds what BMCs hold for us against one session and a few event streams each.</summary>
internal sealed class SessionWatch
{
    // A session that is replaced lives until the request that deletes the old one is through, which a slow BMC takes 20 s for.
    private const double MostSecondsOfTwo = 60;

    // Events and metric reports.
    private const int MostListeners = 2;

    private readonly Dictionary<string, double> _tooManySince = new(StringComparer.Ordinal);
    private readonly HashSet<string> _leaks = new(StringComparer.Ordinal);

    /// <summary>The most sessions of all BMCs at one time.</summary>
    public int MostOpen { get; private set; }

    /// <summary>The most event streams and subscriptions of all BMCs at one time.</summary>
    public int MostListening { get; private set; }

    /// <summary>BMCs that had more for longer than it takes to replace one, each with what and when.</summary>
    public IReadOnlyCollection<string> Leaks => _leaks;

    public void Look(double second, IReadOnlyList<SimulatedEndpoint> bmcs)
    {
        MostOpen = Math.Max(MostOpen, bmcs.Sum(bmc => bmc.LiveSessions));
        MostListening = Math.Max(MostListening, bmcs.Sum(bmc => bmc.LiveListeners));
        foreach (var bmc in bmcs)
        {
            if (bmc.LiveSessions <= 1 && bmc.LiveListeners <= MostListeners)
            {
                _tooManySince.Remove(bmc.Tray.Place);
            }
            else if (_tooManySince.TryAdd(bmc.Tray.Place, second))
            {
                // Just now.
            }
            else if (second - _tooManySince[bmc.Tray.Place] > MostSecondsOfTwo)
            {
                _leaks.Add(FormattableString.Invariant($"{bmc.Tray.Place} has more than one session or {MostListeners} listeners since {_tooManySince[bmc.Tray.Place]:0} s"));
            }
        }
    }

    /// <summary>What is open after the server has gone, one line a BMC.</summary>
    public static IEnumerable<string> Left(IReadOnlyList<SimulatedEndpoint> bmcs) => bmcs.Where(bmc => bmc.LiveSessions + bmc.LiveListeners > 0)
        .Select(bmc => $"{bmc.Tray.Place} has {bmc.LiveSessions} sessions and {bmc.LiveListeners} listeners after the server's end");
}
