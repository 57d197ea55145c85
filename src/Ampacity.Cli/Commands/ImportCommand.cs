using System.CommandLine;

namespace Ampacity.Cli;

/// <summary><c>import</c>: what people have already.</summary>
internal static class ImportCommand
{
    public static Command Make() => new("import", "Bring in what you have already.\n\nExample:  ampacity import csv racks.csv --kind racks")
    {
        CsvImportCommand.Make(),
        NetBoxCommand.Make(),
        DeviceTypesCommand.Make(),
        SkusImportCommand.Make(),
        SamplesImportCommand.Make(),
    };
}
