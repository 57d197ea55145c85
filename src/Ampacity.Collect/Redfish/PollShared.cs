using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>What all polls of a poller share.</summary>
internal sealed record PollShared(
    BmcCredentials Credentials, ISeriesWriter Writer, BmcPollerOptions Options, TimeProvider Time, ReadLayouts Layouts, ReadScratches Scratches, PollTally Tally, BmcGates Gates,
    Func<RedfishConnections> Connections, EventSources Sources, Action<BmcPoll> Look, Action<BmcChange> OnChange, Action<BmcEvent> OnEvent, Action<BmcPolled> OnPolled);
