using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <content>What a poll tells others: changes, refused logins.</content>
internal sealed partial class BmcPoll
{
    private async Task TellAsync(Turn turn, bool wasSilent, bool isChanged)
    {
        if (turn.Change is { Kind: BmcChangeKind.Booted or BmcChangeKind.Firmware } || (wasSilent && turn.Read > 0))
        {
            await _feeds.RestartedAsync(_shared.Time.GetUtcNow().ToUnixTimeMilliseconds(), "the BMC has restarted, or was silent");
            ToPolls();
        }

        void Raise(BmcChangeKind kind, string evidence) => _shared.OnChange(new BmcChange(Endpoint.Mac, Endpoint.Address, kind, evidence));

        if (turn.Change is var (kind, evidence))
        {
            Raise(kind, evidence);
        }
        else if (wasSilent && turn.Read > 0)
        {
            Raise(BmcChangeKind.Returned, "it was silent and answers again");
        }
        else if (turn.Missing is { } gone && turn.Read > 0)
        {
            Raise(BmcChangeKind.Membership, $"{gone} was planned and is not there");
        }
        else if (isChanged)
        {
            Raise(BmcChangeKind.Membership, "a body names other values than at the poll before");
        }
        else if (_series.Turned is { } turned)
        {
            Raise(BmcChangeKind.Membership, turned);
        }
    }

    private void TellLogin(long atMs, Turn turn)
    {
        var isRefused = turn.Outcome == RedfishOutcome.Unauthorized && turn.Read == 0;
        if (isRefused == _isLoginRefused || (!isRefused && turn.Read == 0))
        {
            return;
        }

        _isLoginRefused = isRefused;
        _shared.OnEvent(new BmcEvent(
            atMs, Endpoint.Mac, "", BmcEventKind.Login, isRefused ? EventSeverity.Warning : EventSeverity.Ok, "redfish poll",
            isRefused ? $"{Endpoint.Address}: {turn.Error}" : $"{Endpoint.Address}: the login is taken again"));
    }

    // What one poll brought so far.
    private sealed class Turn
    {
        public int Read { get; set; }

        public int Failed { get; private set; }

        public int Unchanged { get; set; }

        public int NotSent { get; set; }

        public long Bytes { get; set; }

        public string? Missing { get; set; }

        public (BmcChangeKind Kind, string Evidence)? Change { get; set; }

        public RedfishOutcome Outcome { get; private set; } = RedfishOutcome.Read;

        public string Error { get; private set; } = "";

        public void Fail(RedfishOutcome outcome, string error)
        {
            Failed++;
            (Outcome, Error) = (outcome, error);
        }
    }
}
