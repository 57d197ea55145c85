using System.Globalization;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>What a service says of itself at its root.</summary>
/// <param name="Vendor">Vendor.</param>
/// <param name="Product">Product.</param>
/// <param name="RedfishVersion">Version of the protocol.</param>
/// <param name="Expand">Whether <c>$expand</c> is offered.</param>
/// <param name="Sse">Whether there is a stream of events.</param>
internal sealed record ServiceFacts(string Vendor, string Product, string RedfishVersion = "1.17.0", bool Expand = true, bool Sse = true);

/// <summary>The services that every generated BMC has: root, sessions, accounts, events, updates, one manager.</summary>
internal static class ServiceTree
{
    private const string Root = TreeBuilder.Root;

    // When a BMC came up that has not been rebooted since.
    private static readonly DateTimeOffset LongAgo = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    public static string Manager(string name) => $"{Root}/Managers/{name}";

    /// <summary>Adds the services. Call it last: the root links to what is there by then.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="facts">Who says it.</param>
    /// <param name="manager">Name of the manager.</param>
    /// <param name="port">Name of its network interface.</param>
    /// <param name="firmware">Version of its firmware.</param>
    /// <param name="chassis">Path of the chassis that it is in.</param>
    public static void Add(TreeBuilder tree, ServiceFacts facts, string manager, string port, string firmware, string chassis)
    {
        AddManager(tree, facts, Manager(manager), port, firmware, chassis);
        AddSessions(tree);
        AddAccounts(tree);
        AddEvents(tree, facts);
        tree.AddCollectionOfChildren($"{Root}/UpdateService/FirmwareInventory", "SoftwareInventory");
        tree.Add($"{Root}/UpdateService", "#UpdateService.v1_11_0.UpdateService", new JsonObject
        {
            ["Name"] = "Update Service",
            ["ServiceEnabled"] = true,
            ["FirmwareInventory"] = TreeBuilder.Link($"{Root}/UpdateService/FirmwareInventory"),
            ["SoftwareInventory"] = TreeBuilder.Link($"{Root}/UpdateService/SoftwareInventory"),
        });
        tree.AddCollection($"{Root}/UpdateService/SoftwareInventory", "SoftwareInventory", []);
        if (!tree.Has($"{Root}/Managers"))
        {
            tree.AddCollectionOfChildren($"{Root}/Managers", "Manager");
        }

        AddRoot(tree, facts, manager);
    }

    /// <summary>A firmware of the inventory.</summary>
    public static void AddFirmware(TreeBuilder tree, string id, string version, string? related = null)
    {
        var resource = new JsonObject { ["Version"] = version, ["Updateable"] = true, ["Manufacturer"] = "Ampacity", ["Status"] = TreeBuilder.Ok };
        if (related is not null)
        {
            resource["RelatedItem"] = TreeBuilder.Links([related]);
            resource["RelatedItem@odata.count"] = 1;
        }

        tree.Add($"{Root}/UpdateService/FirmwareInventory/{id}", "#SoftwareInventory.v1_10_0.SoftwareInventory", resource);
    }

    private static void AddRoot(TreeBuilder tree, ServiceFacts facts, string manager)
    {
        var root = new JsonObject
        {
            ["Id"] = "RootService",
            ["Name"] = "Root Service",
            ["Vendor"] = facts.Vendor,
            ["Product"] = facts.Product,
            ["RedfishVersion"] = facts.RedfishVersion,
            ["UUID"] = tree.Uuid(1),
            ["ProtocolFeaturesSupported"] = new JsonObject
            {
                ["ExcerptQuery"] = false,
                ["FilterQuery"] = false,
                ["OnlyMemberQuery"] = true,
                ["SelectQuery"] = true,
                ["TopSkipQuery"] = true,
                ["DeepOperations"] = new JsonObject { ["DeepPATCH"] = false, ["DeepPOST"] = false },
                ["ExpandQuery"] = new JsonObject
                {
                    ["ExpandAll"] = facts.Expand,
                    ["Levels"] = facts.Expand,
                    ["Links"] = facts.Expand,
                    ["MaxLevels"] = facts.Expand ? TreeQuery.MaxLevels : 1,
                    ["NoLinks"] = facts.Expand,
                },
            },
            ["Links"] = new JsonObject
            {
                ["ManagerProvidingService"] = TreeBuilder.Link(Manager(manager)),
                ["Sessions"] = TreeBuilder.Link($"{Root}/SessionService/Sessions"),
            },
        };
        if (!facts.Expand)
        {
            ((JsonObject)root["ProtocolFeaturesSupported"]!).Remove("ExpandQuery");
        }

        foreach (var service in new[]
        {
            "AccountService", "Cables", "Chassis", "EventService", "Fabrics", "Managers", "PowerEquipment", "SessionService", "Systems", "TelemetryService",
            "ThermalEquipment", "UpdateService",
        })
        {
            if (tree.Has($"{Root}/{service}"))
            {
                root[service] = TreeBuilder.Link($"{Root}/{service}");
            }
        }

        tree.Add(Root, "#ServiceRoot.v1_18_0.ServiceRoot", root);
    }

    private static void AddManager(TreeBuilder tree, ServiceFacts facts, string path, string port, string firmware, string chassis)
    {
        tree.Add(path, "#Manager.v1_14_0.Manager", new JsonObject
        {
            ["Description"] = "The controller that answers here.",
            ["ManagerType"] = "BMC",
            ["Manufacturer"] = facts.Vendor,
            ["Model"] = "Simulated BMC",
            ["UUID"] = tree.Uuid(2),
            ["FirmwareVersion"] = tree.Text((in Moment moment) => moment.Self.Conditions.Firmware ?? firmware),
            ["LastResetTime"] = tree.Text((in Moment moment) => (moment.Self.Conditions.BootedAt ?? LongAgo).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)),
            ["DateTime"] = tree.Time(),
            ["PowerState"] = "On",
            ["Status"] = TreeBuilder.Ok,
            ["EthernetInterfaces"] = TreeBuilder.Link($"{path}/EthernetInterfaces"),
            ["NetworkProtocol"] = TreeBuilder.Link($"{path}/NetworkProtocol"),
            ["Links"] = new JsonObject { ["ManagerForChassis"] = TreeBuilder.Links([chassis]), ["ManagerForChassis@odata.count"] = 1 },
            ["Actions"] = new JsonObject
            {
                ["#Manager.Reset"] = new JsonObject
                {
                    ["target"] = $"{path}/Actions/Manager.Reset",
                    ["ResetType@Redfish.AllowableValues"] = new JsonArray("GracefulRestart", "ForceRestart"),
                },
            },
        });
        tree.AddCollection($"{path}/EthernetInterfaces", "EthernetInterface", [$"{path}/EthernetInterfaces/{port}"]);
        tree.Add($"{path}/EthernetInterfaces/{port}", "#EthernetInterface.v1_9_0.EthernetInterface", new JsonObject
        {
            ["MACAddress"] = tree.Text((in Moment moment) => moment.Self.Mac),
            ["InterfaceEnabled"] = true,
            ["LinkStatus"] = "LinkUp",
            ["SpeedMbps"] = 1000,
            ["FullDuplex"] = true,
            ["HostName"] = tree.Text((in Moment moment) => $"bmc-{moment.Self.Mac.Replace(":", "", StringComparison.Ordinal)}"),
            ["IPv4Addresses"] = new JsonArray(new JsonObject
            {
                ["Address"] = tree.Text((in Moment moment) => moment.Self.Tray.Address.ToString()),
                ["SubnetMask"] = "255.0.0.0",
                ["AddressOrigin"] = "DHCP",
            }),
            ["Status"] = TreeBuilder.Ok,
        });
        tree.Add($"{path}/NetworkProtocol", "#ManagerNetworkProtocol.v1_9_0.ManagerNetworkProtocol", new JsonObject
        {
            ["Name"] = "Manager Network Protocol",
            ["HTTPS"] = new JsonObject { ["ProtocolEnabled"] = true, ["Port"] = 443 },
            ["HTTP"] = new JsonObject { ["ProtocolEnabled"] = false, ["Port"] = 80 },
            ["Status"] = TreeBuilder.Ok,
        });
        AddLog(tree, path);
    }

    /// <summary>The log of a manager or system, without entries: what it would say is told by events.</summary>
    public static void AddLog(TreeBuilder tree, string path)
    {
        tree[path]["LogServices"] = TreeBuilder.Link($"{path}/LogServices");
        tree.AddCollection($"{path}/LogServices", "LogService", [$"{path}/LogServices/EventLog"]);
        tree.Add($"{path}/LogServices/EventLog", "#LogService.v1_3_0.LogService", new JsonObject
        {
            ["Name"] = "Event Log",
            ["Description"] = "What happened to this thing.",
            ["OverWritePolicy"] = "WrapsWhenFull",
            ["ServiceEnabled"] = true,
            ["Entries"] = TreeBuilder.Link($"{path}/LogServices/EventLog/Entries"),
        });
        tree.AddCollection($"{path}/LogServices/EventLog/Entries", "LogEntry", []);
    }

    private static void AddSessions(TreeBuilder tree)
    {
        tree.Add($"{Root}/SessionService", "#SessionService.v1_1_8.SessionService", new JsonObject
        {
            ["Name"] = "Session Service",
            ["ServiceEnabled"] = true,
            ["SessionTimeout"] = tree.Live((in Moment moment) => moment.Self.SessionSeconds, 0),
            ["Sessions"] = TreeBuilder.Link($"{Root}/SessionService/Sessions"),
        });
        tree.AddCollection($"{Root}/SessionService/Sessions", "Session", []); // who asks gets the living ones
    }

    private static void AddAccounts(TreeBuilder tree)
    {
        var accounts = $"{Root}/AccountService";
        tree.Add(accounts, "#AccountService.v1_10_0.AccountService", new JsonObject
        {
            ["Name"] = "Account Service",
            ["ServiceEnabled"] = true,
            ["AccountLockoutThreshold"] = 0,
            ["MinPasswordLength"] = 8,
            ["Accounts"] = TreeBuilder.Link($"{accounts}/Accounts"),
            ["Roles"] = TreeBuilder.Link($"{accounts}/Roles"),
        });
        tree.AddCollection($"{accounts}/Accounts", "ManagerAccount", [$"{accounts}/Accounts/root"]);
        tree.Add($"{accounts}/Accounts/root", "#ManagerAccount.v1_9_0.ManagerAccount", new JsonObject
        {
            ["Name"] = "User Account",
            ["UserName"] = tree.Text((in Moment moment) => moment.Self.Username),
            ["Password"] = null,
            ["RoleId"] = "Administrator",
            ["Enabled"] = true,
            ["Locked"] = false,
            ["AccountTypes"] = new JsonArray("Redfish"),
            ["Links"] = new JsonObject { ["Role"] = TreeBuilder.Link($"{accounts}/Roles/Administrator") },
        });
        (string Role, string[] Privileges)[] roles =
        [
            ("Administrator", ["Login", "ConfigureManager", "ConfigureUsers", "ConfigureSelf", "ConfigureComponents"]),
            ("Operator", ["Login", "ConfigureComponents", "ConfigureSelf"]),
            ("ReadOnly", ["Login", "ConfigureSelf"]),
        ];
        tree.AddCollection($"{accounts}/Roles", "Role", roles.Select(role => $"{accounts}/Roles/{role.Role}"));
        foreach (var (role, privileges) in roles)
        {
            tree.Add($"{accounts}/Roles/{role}", "#Role.v1_3_0.Role", new JsonObject
            {
                ["Name"] = "User Role",
                ["RoleId"] = role,
                ["IsPredefined"] = true,
                ["AssignedPrivileges"] = new JsonArray([.. privileges.Select(privilege => (JsonNode)privilege!)]),
            });
        }
    }

    private static void AddEvents(TreeBuilder tree, ServiceFacts facts)
    {
        var events = new JsonObject
        {
            ["Name"] = "Event Service",
            ["ServiceEnabled"] = true,
            ["Status"] = TreeBuilder.Ok,
            ["DeliveryRetryAttempts"] = 3,
            ["DeliveryRetryIntervalSeconds"] = 30,
            ["EventFormatTypes"] = new JsonArray("Event", "MetricReport"),
            ["RegistryPrefixes"] = new JsonArray("Base", "Environmental", "Power", "ResourceEvent"),
            ["ResourceTypes"] = new JsonArray("Chassis", "LeakDetector", "Processor", "PowerSupply", "Manager"),
            ["Subscriptions"] = TreeBuilder.Link($"{Root}/EventService/Subscriptions"),
            ["Actions"] = new JsonObject
            {
                ["#EventService.SubmitTestEvent"] = new JsonObject { ["target"] = $"{Root}/EventService/Actions/EventService.SubmitTestEvent" },
            },
        };
        if (facts.Sse)
        {
            events["ServerSentEventUri"] = $"{Root}/EventService/SSE";
            events["SSEFilterPropertiesSupported"] = new JsonObject { ["EventFormatType"] = true, ["MetricReportDefinition"] = false, ["RegistryPrefix"] = false };
        }

        tree.Add($"{Root}/EventService", "#EventService.v1_7_2.EventService", events);
        tree.AddCollection($"{Root}/EventService/Subscriptions", "EventDestination", []); // who asks gets the living ones
    }
}
