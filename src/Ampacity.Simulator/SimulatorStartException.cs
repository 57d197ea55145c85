namespace Ampacity.Simulator;

/// <summary>The simulator cannot start as asked; the message says what is wrong, where, and what to do.</summary>
public sealed class SimulatorStartException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="inner">Why, or null.</param>
    public SimulatorStartException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
