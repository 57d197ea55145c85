using Ampacity.Redfish;

namespace Ampacity.Tests;

public sealed class IdentityTextTests
{
    [Theory]
    [InlineData("NA")]
    [InlineData("N/A")]
    [InlineData(" ")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("00000000000000")]
    [InlineData("0x0000")]
    [InlineData("163XXXXXXXXXX")]
    [InlineData("$PRODUCT_MANUFACTURER")]
    [InlineData("ffff-ffff")]
    public void Texts_of_firmware_that_has_no_serial_are_none(string? text) => Assert.Null(IdentityText.Clean(text));

    [Theory]
    [InlineData(" 1333024020524 ", "1333024020524")]
    [InlineData("0x00000001780CC1C72400000019FF0080", "0x00000001780CC1C72400000019FF0080")]
    [InlineData("MT2425XZ0LRP", "MT2425XZ0LRP")]
    public void Real_serials_stay(string text, string expected) => Assert.Equal(expected, IdentityText.Clean(text));

    [Theory]
    [InlineData("3C:6D:66:0E:DB:DC", "3c:6d:66:0e:db:dc")]
    [InlineData("3c6d660edbdc", "3c:6d:66:0e:db:dc")]
    [InlineData("00:00:00:00:00:00", null)]
    [InlineData("ff:ff:ff:ff:ff:ff", null)]
    [InlineData("3c:6d:66:0e:db", null)]
    [InlineData("zz:6d:66:0e:db:dc", null)]
    public void Macs_come_in_one_form_or_not_at_all(string text, string? expected) => Assert.Equal(expected, IdentityText.CleanMac(text));
}
