namespace Ampacity.Simulator;

/// <summary>What a supply does.</summary>
internal enum SupplyState : byte
{
    /// <summary>It carries its share.</summary>
    Working,

    /// <summary>It is fed and gives nothing.</summary>
    Tripped,

    /// <summary>It has no input.</summary>
    Unfed,
}

/// <summary>The energy counters of one supply that did not always work: their integrals go on where they stood when its state changed.</summary>
internal readonly record struct SupplyCounter(SupplyState State, double InputOffset, double OutputOffset)
{
    /// <summary>Joules taken since the origin.</summary>
    public double InputJoules(RackLoad bus, in Moment m) => InputOffset + Input(State, bus, in m);

    /// <summary>Joules given since the origin.</summary>
    public double OutputJoules(RackLoad bus, in Moment m) => OutputOffset + (State == SupplyState.Working ? bus.SupplyOutputJoules(in m) : 0);

    /// <summary>The same supply in another state from now on.</summary>
    public SupplyCounter Become(SupplyState state, RackLoad bus, in Moment m) => state == State ? this : new SupplyCounter(
        state, InputJoules(bus, in m) - Input(state, bus, in m), OutputJoules(bus, in m) - (state == SupplyState.Working ? bus.SupplyOutputJoules(in m) : 0));

    private static double Input(SupplyState state, RackLoad bus, in Moment m) => state switch
    {
        SupplyState.Working => bus.SupplyInputJoules(in m),
        SupplyState.Tripped => SupplyLosses.InputJoules(m.Seconds, 0, 0, bus.SupplyRatedWatts),
        _ => 0,
    };
}
