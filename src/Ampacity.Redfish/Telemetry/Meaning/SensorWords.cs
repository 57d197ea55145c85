namespace Ampacity.Redfish;

/// <summary>What the name of a sensor says beyond its type: a margin instead of a temperature, a limit instead of a draw, a supply's side.</summary>
internal static class SensorWords
{
    /// <summary>Whether it is what is left to a limit, in kelvins: it falls as the part warms.</summary>
    public static bool IsMargin(string id) =>
        Has(id, "TempLimit") || Has(id, "TLIMIT") || Has(id, "T_Limit") || Has(id, "T.Limit") || Has(id, "Margin")
        // NVIDIA's HGX boards call the margin of a GPU its second temperature.
        || (Has(id, "GPU") && id.EndsWith("_TEMP_1", StringComparison.Ordinal));

    /// <summary>Whether it is a limit in force or a setting, not a draw.</summary>
    public static bool IsLimit(string id) => Has(id, "EDP") || Has(id, "Limit") || Words(id).Any(word => word is "cap" or "budget" or "rated" or "max" or "min");

    /// <summary>Whether it is a difference of two readings.</summary>
    public static bool IsDelta(string id) => Has(id, "Delta");

    /// <summary>Whether it is a fan's.</summary>
    public static bool IsFan(string id, string? context) => context is "Fan" || Has(id, "fan") || Has(id, "tach") || Has(id, "pwm");

    /// <summary>Whether it is a pump's.</summary>
    public static bool IsPump(string id, string? context) => context is "Pump" || Has(id, "pump");

    /// <summary>Whether it is a power factor.</summary>
    public static bool IsPowerFactor(string id) => Has(id, "powerfactor") || Has(id, "power_factor");

    /// <summary>The side of coolant that a sensor is at, or null where it is not at coolant.</summary>
    public static string? CoolantSide(string id, string? context) =>
        context is "LiquidInlet" ? "supply" : context is "LiquidOutlet" ? "return"
        : Has(id, "coolant") || Has(id, "liquid") || Has(id, "primary") || Has(id, "secondary") || Has(id, "facility")
            ? Has(id, "supply") || Has(id, "inlet") ? "supply" : Has(id, "return") || Has(id, "outlet") ? "return" : null
            : null;

    /// <summary>The supply that a sensor of a shelf belongs to (<c>psu3</c>), or null: <c>ps3_input_power</c>, <c>PSU3 Pin</c>, <c>PS1InputVoltage</c>.</summary>
    public static string? SupplyOf(string id)
    {
        foreach (var word in Words(id))
        {
            var letters = word.TakeWhile(char.IsAsciiLetter).Count();
            if (word[..letters] is "ps" or "psu" && word.Length > letters && word[letters..].All(char.IsAsciiDigit))
            {
                return "psu" + word[letters..];
            }
        }

        return null;
    }

    /// <summary>The side of a supply or shelf that a sensor is at: input, output, standby or empty.</summary>
    public static string SideOf(string id)
    {
        var words = Words(id).ToArray();
        return words.Contains("standby") ? "standby" : words.Any(word => word is "input" or "in" or "pin" or "vin" or "iin") ? "input"
            : words.Any(word => word is "output" or "out" or "pout" or "vout" or "iout") ? "output" : "";
    }

    /// <summary>Words of an id in lower case: split at anything that is neither letter nor digit, and where a capital follows a small letter or a digit.</summary>
    public static IEnumerable<string> Words(string id)
    {
        var start = 0;
        for (var i = 1; i <= id.Length; i++)
        {
            var ends = i == id.Length || !char.IsAsciiLetterOrDigit(id[i])
                || (char.IsAsciiLetterUpper(id[i]) && (char.IsAsciiLetterLower(id[i - 1]) || char.IsAsciiDigit(id[i - 1])));
            if (!ends)
            {
                continue;
            }

            var word = id[start..i].Trim('_', '-', ' ', '.', '/', '(', ')');
            if (word.Length > 0)
            {
                yield return word.ToLowerInvariant();
            }

            start = i;
        }
    }

    /// <summary>
    /// What is left of a sensor's id without its chassis and the word for what it reads: empty for the chassis' own reading
    /// (<c>HGX_GPU_0_Power_0</c> of HGX_GPU_0), <c>dram</c> for <c>HGX_GPU_0_DRAM_0_Temp_0</c>.
    /// </summary>
    public static string PartOf(string id, string chassis)
    {
        var rest = id.StartsWith(chassis, StringComparison.Ordinal) ? id[chassis.Length..] : id;
        var words = Words(rest).Where(word => word is not ("power" or "pwr" or "temp" or "temperature" or "energy" or "voltage" or "volt" or "current" or "cur" or "freq" or "frequency" or "0")).ToArray();
        return string.Join('-', words);
    }

    private static bool Has(string id, string word) => id.Contains(word, StringComparison.OrdinalIgnoreCase);
}
