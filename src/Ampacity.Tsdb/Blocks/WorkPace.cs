namespace Ampacity.Tsdb;

/// <summary>Holds work to a share of one core: after each piece of it rests as long as the rest of the share. One thread.</summary>
/// <param name="share">Above 0 and at most 1; 1 never rests.</param>
/// <param name="time">The clock that work is measured by.</param>
internal sealed class WorkPace(double share, TimeProvider time)
{
    private long _began = time.GetTimestamp();

    /// <summary>Rests for the work since the last rest.</summary>
    public void Rest(CancellationToken cancellationToken)
    {
        if (share < 1)
        {
            cancellationToken.WaitHandle.WaitOne(time.GetElapsedTime(_began) * ((1 / share) - 1));
            _began = time.GetTimestamp();
        }
    }
}
