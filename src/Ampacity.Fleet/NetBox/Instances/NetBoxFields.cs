using System.Collections.Frozen;

namespace Ampacity.Fleet;

/// <summary>
/// Every field that NetBox 4.0 to 4.7 writes for the collections that are read, and what becomes of it. What is not in these tables is
/// unknown: it is counted in the report, never dropped in silence.
/// </summary>
internal static class NetBoxFields
{
    private const string NoWords = "no place for remarks on it";
    private const string NoTags = "no place for tags on it";
    private const string Address = "addresses of networks are not part of the inventory";
    private const string Look = "how it looks is not part of the inventory";

    // Written on every object.
    private static readonly NetBoxField[] Everywhere =
    [
        .. Derived("id url display_url display created last_updated _depth _occupied cable cable_end link_peers link_peers_type"),
        .. Derived("connected_endpoints connected_endpoints_type connected_endpoints_reachable"),
        Lost("custom_fields", "custom fields have no place; name the ones that matter in tags before the export"),
        Lost("owner", "who looks after a NetBox record is not who owns the thing"),
    ];

    private static readonly FrozenDictionary<string, FrozenDictionary<string, NetBoxField>> Tables =
        new Dictionary<string, NetBoxField[]>(StringComparer.Ordinal)
        {
            [NetBoxCollections.Tenants] =
            [
                .. Carried("name!:text slug:text"),
                Lost("group", "tenants stand in no groups"), Lost("description", NoWords), Lost("comments", NoWords), Lost("tags", NoTags),
            ],
            [NetBoxCollections.Sites] =
            [
                .. Carried("name!:text slug:text tenant:reference region:reference group:reference description:text comments:text"),
                .. Carried("tags:list"),
                Lost("status", "a site has no state of its own; that of its racks counts", "active"),
                Lost("facility", "no place for it"), Lost("time_zone", "all times are UTC"), Lost("physical_address", "no place for it"),
                Lost("shipping_address", "no place for it"), Lost("latitude", "no place for it"), Lost("longitude", "no place for it"),
                Lost("asns", Address),
            ],
            [NetBoxCollections.Locations] =
            [
                .. Carried("name!:text slug:text site!:reference parent:reference tenant:reference description:text comments:text tags:list"),
                Lost("status", "a hall has no state of its own; that of its racks counts", "active"),
                Lost("facility", "no place for it"),
            ],
            [NetBoxCollections.Racks] =
            [
                .. Carried("name!:text site!:reference location:reference group:reference tenant:reference status:choice role:reference"),
                .. Carried("serial:text asset_tag:text u_height:number starting_unit:number desc_units:truth outer_width:number"),
                .. Carried("outer_depth:number outer_unit:choice tags:list facility_id:text description:text comments:text"),
                Lost("width", "the width between the rails says nothing of the floor; the outer width does", "19"),
                Lost("rack_type", "a rack type is not a build"),
                Lost("form_factor", "every rack is a floor position"), Lost("weight", "no place for the mass of one rack"),
                Lost("max_weight", "no place for what a frame may carry"), new("weight_unit", NetBoxShape.Any, NetBoxFate.Derived),
                Lost("outer_height", "a frame's height is its rack units"), Lost("mounting_depth", "no place for it"),
                Lost("airflow", "no place for it"),
            ],
            [NetBoxCollections.DeviceTypes] =
            [
                .. Carried("manufacturer!:reference model!:text slug:text part_number:text u_height:number weight:number weight_unit:choice"),
                Lost("default_platform", "software of devices is not read"), Lost("exclude_from_utilization", "every unit counts"),
                Lost("is_full_depth", "a SKU has no depth", "true"), Lost("subdevice_role", "what sits in a chassis is not carried over"),
                Lost("airflow", "no place for it"), Lost("front_image", Look), Lost("rear_image", Look),
                Lost("description", NoWords), Lost("comments", NoWords), Lost("tags", NoTags),
            ],
            [NetBoxCollections.PowerPortTemplates] =
            [
                .. Carried("device_type:reference maximum_draw:number allocated_draw:number"), .. Derived("name label module_type"),
                Lost("type", "the connector has no place"), Lost("description", NoWords),
            ],
            [NetBoxCollections.Devices] =
            [
                .. Carried("name:text device_type!:reference role:reference tenant:reference serial:text asset_tag:text site:reference"),
                .. Carried("rack:reference position:number face:choice parent_device:reference status:choice tags:list"),
                .. Carried("description:text comments:text"),
                .. Derived("location device_role config_context"),
                Lost("platform", "software of devices is not read"), Lost("latitude", "a device stands where its rack stands"),
                Lost("longitude", "a device stands where its rack stands"), Lost("airflow", "no place for it"),
                Lost("primary_ip", Address), new("primary_ip4", NetBoxShape.Any, NetBoxFate.Derived),
                new("primary_ip6", NetBoxShape.Any, NetBoxFate.Derived), Lost("oob_ip", Address),
                Lost("cluster", "virtual machines are not part of the inventory"),
                Lost("virtual_chassis", "each member is an asset of its own; that they act as one is not said"),
                new("vc_position", NetBoxShape.Any, NetBoxFate.Derived), new("vc_priority", NetBoxShape.Any, NetBoxFate.Derived),
                Lost("config_template", "configuration is not part of the inventory"),
                Lost("local_context_data", "configuration is not part of the inventory"),
            ],
            [NetBoxCollections.PowerPanels] =
            [
                .. Carried("name!:text site!:reference location:reference description:text comments:text tags:list"),
            ],
            [NetBoxCollections.PowerFeeds] =
            [
                .. Carried("name!:text power_panel!:reference rack:reference type:choice supply:choice phase:choice voltage:number"),
                .. Carried("amperage:number max_utilization:number description:text comments:text tags:list"),
                Lost("status", "a power node has no state; it is declared whatever NetBox says", "active"),
                Lost("mark_connected", "what it is connected to is not said", "false"), Lost("tenant", "a power node has no tenant"),
            ],
            [NetBoxCollections.PowerPorts] =
            [
                .. Carried("device!:reference maximum_draw:number allocated_draw:number"), .. Derived("name label"),
                Lost("module", "modules are not read"), Lost("type", "the connector has no place"),
                Lost("mark_connected", "what it is connected to is not said", "false"), Lost("description", NoWords), Lost("tags", NoTags),
            ],
            [NetBoxCollections.PowerOutlets] =
            [
                .. Carried("device!:reference"), .. Derived("name label power_port"),
                Lost("module", "modules are not read"), Lost("type", "the connector has no place"),
                Lost("feed_leg", "loads are counted over all phases"), Lost("status", "an outlet has no state", "enabled"),
                Lost("color", Look), Lost("mark_connected", "what it is connected to is not said", "false"),
                Lost("description", NoWords), Lost("tags", NoTags),
            ],
            [NetBoxCollections.Interfaces] =
            [
                .. Carried("device!:reference name:text mgmt_only:truth mac_address:text"),
                .. Derived("label type enabled primary_mac_address vdcs"), .. Derived(
                    "parent bridge bridge_interfaces lag mtu speed duplex wwn mode rf_role rf_channel poe_mode poe_type rf_channel_frequency"),
                .. Derived("rf_channel_width tx_power untagged_vlan tagged_vlans qinq_svlan vlan_translation_policy wireless_link wireless_lans vrf"),
                .. Derived("l2vpn_termination mark_connected module count_ipaddresses count_fhrp_groups mac_addresses description tags"),
            ],
            [NetBoxCollections.Cables] =
            [
                .. Carried("a_terminations!:list b_terminations!:list status:choice"),
                Lost("type", "a feed has no cable type"), Lost("profile", "a feed has no profile"), Lost("tenant", "a feed has no tenant"),
                Lost("bundle", "a feed has no bundle"), Lost("label", "a feed has no label"), Lost("color", Look),
                Lost("length", "a feed has no length"), new("length_unit", NetBoxShape.Any, NetBoxFate.Derived),
                Lost("description", NoWords), Lost("comments", NoWords), Lost("tags", NoTags),
            ],
        }.ToFrozenDictionary(
            pair => pair.Key,
            pair => pair.Value.Concat(Everywhere).ToFrozenDictionary(field => field.Name, StringComparer.Ordinal),
            StringComparer.Ordinal);

    /// <summary>The fields of a collection that is read.</summary>
    public static FrozenDictionary<string, NetBoxField> Of(string collection) => Tables[collection];

    /// <summary>Whether a field only counts related objects, such as <c>device_count</c>.</summary>
    public static bool IsCount(string field) => field.EndsWith("_count", StringComparison.Ordinal);

    private static NetBoxField Lost(string name, string why, string? unless = null) =>
        new(name, NetBoxShape.Any, NetBoxFate.Lost, Why: why, Unless: unless);

    private static IEnumerable<NetBoxField> Derived(string names) =>
        names.Split(' ').Select(name => new NetBoxField(name, NetBoxShape.Any, NetBoxFate.Derived));

    // "name!:text": the key, an exclamation mark where no object may lack it, the shape.
    private static IEnumerable<NetBoxField> Carried(string fields) => fields.Split(' ').Select(field =>
    {
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        var name = field[..colon].TrimEnd('!');
        return new NetBoxField(name, Enum.Parse<NetBoxShape>(field[(colon + 1)..], ignoreCase: true), NetBoxFate.Carried, name.Length < colon);
    });
}
