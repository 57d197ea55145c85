using Ampacity.Fleet;

namespace Ampacity.Tests.Fleet.Files;

public sealed class IdentifierTextTests
{
    [Theory]
    [InlineData(IdentifierKind.Serial, " 1583124760427 ", "1583124760427")]
    [InlineData(IdentifierKind.Serial, "MT2425xz", "MT2425xz")]
    [InlineData(IdentifierKind.Mac, "02:00:00:AA:01:05", "02:00:00:aa:01:05")]
    [InlineData(IdentifierKind.Mac, "02-00-00-AA-01-05", "02:00:00:aa:01:05")]
    [InlineData(IdentifierKind.Mac, "0200.00AA.0105", "02:00:00:aa:01:05")]
    [InlineData(IdentifierKind.Mac, "020000aa0105", "02:00:00:aa:01:05")]
    [InlineData(IdentifierKind.Uuid, "3F2504E0-4F89-41D3-9A0C-0305E82C3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3301")]
    [InlineData(IdentifierKind.Uuid, "GPU-c4529c8d-69c4-b61d-e0bc-7b2460096005", "c4529c8d-69c4-b61d-e0bc-7b2460096005")]
    [InlineData(IdentifierKind.Hostname, "Node-7", "node-7")]
    public void An_identifier_has_one_form(IdentifierKind kind, string text, string normal)
    {
        Assert.True(IdentifierText.TryNormalise(kind, text, out var said, out _));
        Assert.Equal(normal, said);
    }

    [Theory]
    [InlineData(IdentifierKind.Serial, "")]
    [InlineData(IdentifierKind.Serial, null)]
    [InlineData(IdentifierKind.Serial, "NA")]
    [InlineData(IdentifierKind.Serial, "n/a")]
    [InlineData(IdentifierKind.Serial, "0")]
    [InlineData(IdentifierKind.Serial, "00000000000000")]
    [InlineData(IdentifierKind.Serial, "To be filled by O.E.M.")]
    [InlineData(IdentifierKind.Serial, "a\u0001b")]
    [InlineData(IdentifierKind.Mac, "00:00:00:00:00:00")]
    [InlineData(IdentifierKind.Mac, "ff:ff:ff:ff:ff:ff")]
    [InlineData(IdentifierKind.Mac, "01:00:5e:00:00:01")]
    [InlineData(IdentifierKind.Mac, "02:00:00:aa:01")]
    [InlineData(IdentifierKind.Mac, "02:00:00:aa:01:0g")]
    [InlineData(IdentifierKind.Uuid, "00000000-0000-0000-0000-000000000000")]
    [InlineData(IdentifierKind.Uuid, "ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData(IdentifierKind.Uuid, "3F2504E0")]
    [InlineData(IdentifierKind.Uuid, "GPU-00000000-0000-0000-0000-000000000000")]
    [InlineData(IdentifierKind.Uuid, "MIG-c4529c8d-69c4-b61d-e0bc-7b2460096005")]
    [InlineData(IdentifierKind.Hostname, "localhost")]
    [InlineData(IdentifierKind.Hostname, "two words")]
    public void What_names_nothing_is_refused(IdentifierKind kind, string? text)
    {
        Assert.False(IdentifierText.TryNormalise(kind, text, out _, out var hint));
        Assert.NotEmpty(hint);
    }
}
