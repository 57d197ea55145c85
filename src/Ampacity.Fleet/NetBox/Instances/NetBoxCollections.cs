using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>A list of objects as NetBox's REST API serves it.</summary>
/// <param name="Name">Its key in an export: the last part of its address, such as <c>power-feeds</c>.</param>
/// <param name="Address">Its address below <c>/api/</c>, such as <c>dcim/power-feeds/</c>.</param>
/// <param name="Query">What is asked of it beside the page, such as <c>exclude=config_context</c>; empty for nothing.</param>
/// <param name="IsRequired">Whether an instance that does not show it is of no use.</param>
public sealed record NetBoxList(string Name, string Address, string Query, bool IsRequired);

/// <summary>Which lists are read, and which ones are only counted so that the report can name what stays behind.</summary>
public static class NetBoxCollections
{
    /// <summary>Tenants.</summary>
    public const string Tenants = "tenants";

    /// <summary>Sites.</summary>
    public const string Sites = "sites";

    /// <summary>Locations: a tree in each site.</summary>
    public const string Locations = "locations";

    /// <summary>Racks.</summary>
    public const string Racks = "racks";

    /// <summary>Device types.</summary>
    public const string DeviceTypes = "device-types";

    /// <summary>Power inlets of device types.</summary>
    public const string PowerPortTemplates = "power-port-templates";

    /// <summary>Devices.</summary>
    public const string Devices = "devices";

    /// <summary>Power panels.</summary>
    public const string PowerPanels = "power-panels";

    /// <summary>Power feeds: circuits from a panel.</summary>
    public const string PowerFeeds = "power-feeds";

    /// <summary>Power inlets of devices.</summary>
    public const string PowerPorts = "power-ports";

    /// <summary>Power outlets of devices.</summary>
    public const string PowerOutlets = "power-outlets";

    /// <summary>Network interfaces; only management ones are asked for.</summary>
    public const string Interfaces = "interfaces";

    /// <summary>Cables.</summary>
    public const string Cables = "cables";

    /// <summary>What is read, in the order of reading.</summary>
    public static ImmutableArray<NetBoxList> Read { get; } =
    [
        new(Tenants, "tenancy/tenants/", "", false),
        new(Sites, "dcim/sites/", "", true),
        new(Locations, "dcim/locations/", "", true),
        new(Racks, "dcim/racks/", "", true),
        new(DeviceTypes, "dcim/device-types/", "", true),
        new(PowerPortTemplates, "dcim/power-port-templates/", "", false),
        new(Devices, "dcim/devices/", "exclude=config_context", true),
        new(PowerPanels, "dcim/power-panels/", "", false),
        new(PowerFeeds, "dcim/power-feeds/", "", false),
        new(PowerPorts, "dcim/power-ports/", "", false),
        new(PowerOutlets, "dcim/power-outlets/", "", false),
        new(Interfaces, "dcim/interfaces/", "mgmt_only=true", false),
        new(Cables, "dcim/cables/", "", false),
    ];

    /// <summary>What is counted only.</summary>
    public static ImmutableArray<NetBoxList> Counted { get; } =
    [
        new("rack-reservations", "dcim/rack-reservations/", "", false),
        new("modules", "dcim/modules/", "", false),
        new("inventory-items", "dcim/inventory-items/", "", false),
        new("virtual-chassis", "dcim/virtual-chassis/", "", false),
        new("virtual-device-contexts", "dcim/virtual-device-contexts/", "", false),
        new("other interfaces", "dcim/interfaces/", "mgmt_only=false", false),
        new("console-ports", "dcim/console-ports/", "", false),
        new("console-server-ports", "dcim/console-server-ports/", "", false),
        new("front-ports", "dcim/front-ports/", "", false),
        new("rear-ports", "dcim/rear-ports/", "", false),
        new("cooling-sources", "dcim/cooling-sources/", "", false),
        new("cooling-feeds", "dcim/cooling-feeds/", "", false),
        new("contacts", "tenancy/contacts/", "", false),
        new("circuits", "circuits/circuits/", "", false),
        new("ip-addresses", "ipam/ip-addresses/", "", false),
        new("virtual-machines", "virtualization/virtual-machines/", "", false),
    ];

    /// <summary>Whether a list of this name is read.</summary>
    public static bool IsRead(string name) => Read.Any(collection => collection.Name == name);
}
