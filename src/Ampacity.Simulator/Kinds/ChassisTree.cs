using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>The chassis by which a BMC's thing is known: serial, UUID, model, slot.</summary>
internal static class ChassisTree
{
    /// <summary>Adds the main chassis of a thing.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="path">Its path.</param>
    /// <param name="type">ChassisType.</param>
    /// <param name="tray">Model and part number, if it has some.</param>
    /// <param name="model">Model otherwise.</param>
    /// <param name="part">Part number otherwise.</param>
    /// <param name="manager">Path of its manager.</param>
    public static JsonObject AddMain(TreeBuilder tree, string path, string type, SimulatedTray tray, string model, string part, string manager)
    {
        var chassis = new JsonObject
        {
            ["ChassisType"] = type,
            ["Manufacturer"] = "Ampacity",
            ["Model"] = tray.Model ?? model,
            ["PartNumber"] = tray.Part ?? part,
            ["SerialNumber"] = tree.Text((in Moment m) => m.Self.Serial),
            ["UUID"] = tree.Uuid(3),
            ["AssetTag"] = "",
            ["PowerState"] = "On",
            ["Status"] = TreeBuilder.Ok,
            ["Location"] = new JsonObject
            {
                ["PartLocation"] = new JsonObject { ["LocationType"] = "Slot", ["LocationOrdinalValue"] = tree.Live((in Moment m) => m.Self.Tray.Slot, 0) },
            },
            ["Links"] = new JsonObject { ["ManagedBy"] = TreeBuilder.Links([manager]) },
        };
        tree.Add(path, "#Chassis.v1_22_0.Chassis", chassis);
        return chassis;
    }

    /// <summary>A part of it as a chassis of its own.</summary>
    public static JsonObject Component(string within, string manager) => new()
    {
        ["ChassisType"] = "Component",
        ["Manufacturer"] = "Ampacity",
        ["PowerState"] = "On",
        ["Status"] = TreeBuilder.Ok,
        ["Links"] = new JsonObject { ["ContainedBy"] = TreeBuilder.Link(within), ["ManagedBy"] = TreeBuilder.Links([manager]) },
    };
}
