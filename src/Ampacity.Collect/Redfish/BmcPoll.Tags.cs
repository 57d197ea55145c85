namespace Ampacity.Collect;

/// <content>ETags: sent where the platform's profile trusts them, and held to account.</content>
internal sealed partial class BmcPoll
{
    /// <summary>Reads of one resource that may rest on its tag before a whole body is asked for again: a tag that stands still is found out then.</summary>
    public const int TagsInRow = 20;

    private bool _isTagWrong;

    // What to send as If-None-Match; null asks for the whole body.
    private string? TagOf(ReadSlot slot) =>
        Endpoint.Profile.Manners.Tags && !_isTagWrong && slot.BodyHash != 0 && slot.TagsBelieved < TagsInRow && (slot.IsWatch || _series.Knows(slot.Read.Uri)) ? slot.Tag : null;

    // One resource whose body changed under the same tag, and no tag of this BMC is believed until it is planned anew.
    private void HoldTag(ReadSlot slot, string? tag, ulong hash)
    {
        if (slot.BodyHash != 0 && slot.BodyHash != hash && tag is not null && tag == slot.Tag && !_isTagWrong && Endpoint.Profile.Manners.Tags)
        {
            _isTagWrong = true;
            Count(new BmcPollCounts { WrongTags = 1 });
        }

        // Kept where it is of use: of 26 reads of a tray some 20 differ each time, and a tag is 70 bytes.
        (slot.Tag, slot.TagsBelieved) = (slot.BodyHash == hash ? tag : null, 0);
    }
}
