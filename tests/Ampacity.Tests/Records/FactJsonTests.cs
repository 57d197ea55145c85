using System.Text.Json;
using System.Text.Json.Serialization;
using Ampacity.Fleet;
using Ampacity.Records;

namespace Ampacity.Tests;

public sealed class FactJsonTests
{
    // One sample of every aspect, no property at its default, with the JSON that old files hold: a text here is never changed.
    private static readonly (FactValue Value, string Json)[] Samples =
    [
        (new NodeFact(NodeKind.Ups, "ups-a", 4), """{"aspect":"node","kind":"Ups","name":"ups-a","parent":4}"""),
        (new HallFact(60, 40.5, "oracle", "openai"), """{"aspect":"hall","widthMeters":60,"depthMeters":40.5,"operator":"oracle","tenant":"openai"}"""),
        (new FloorPositionFact(2, 4.25), """{"aspect":"floorPosition","xMeters":2,"yMeters":4.25}"""),
        (new PinnedSkuFact("nvidia/gb200-nvl72@1"), """{"aspect":"sku","sku":"nvidia/gb200-nvl72@1"}"""),
        (new ProgrammeFact("nvidia-10gw"), """{"aspect":"programme","programme":"nvidia-10gw"}"""),
        (new PowerRatingFact(3e6, 1, 1600, 415, 0.8, 0.95, [new(1.1, 600), new(1.5, 10)]),
            """{"aspect":"powerRating","watts":3000000,"voltAmperes":1,"amperes":1600,"volts":415,"continuousFactor":0.8,"powerFactor":0.95,"overload":[{"multiple":1.1,"seconds":600},{"multiple":1.5,"seconds":10}]}"""),
        (new EfficiencyFact(0.96), """{"aspect":"efficiency","outputOverInput":0.96}"""),
        (new CoolingRatingFact(2e6, 5, "fws-1"), """{"aspect":"coolingRating","capacityWatts":2000000,"approachKelvins":5,"loopName":"fws-1"}"""),
        (new FeedFact(7, 1), """{"aspect":"feed","source":7,"order":1}"""),
        (new FeedModeFact(FeedMode.Preferred), """{"aspect":"feedMode","mode":"Preferred"}"""),
        (new CoolFact(9), """{"aspect":"cool","source":9}"""),
        (new PlacementFact(12, 3), """{"aspect":"placement","rack":12,"part":3}"""),
        (new IdentifierFact(IdentifierKind.Mac, "aa:bb:cc:00:11:22"), """{"aspect":"identifier","kind":"Mac","text":"aa:bb:cc:00:11:22"}"""),
        (new HallFact(60, 40.5, "oracle", "openai", "fund-1"),
            """{"aspect":"hall","widthMeters":60,"depthMeters":40.5,"operator":"oracle","tenant":"openai","owner":"fund-1"}"""),
        (new PartiesFact("oracle", "openai", "fund-1"), """{"aspect":"parties","operator":"oracle","tenant":"openai","owner":"fund-1"}"""),
        (new RackFrameFact(42, RackUnit.OU, 0.6, 1.2), """{"aspect":"rackFrame","units":42,"unit":"OU","widthMeters":0.6,"depthMeters":1.2}"""),
        (new TrancheFact(25e6, 1, 2), """{"aspect":"tranche","watts":25000000,"contractedMs":1,"energisedMs":2}"""),
        (new NoteFact("assumed"), """{"aspect":"note","text":"assumed"}"""),
        (new TagFact("burn-in"), """{"aspect":"tag","tag":"burn-in"}"""),
        (new BoundToFact(7), """{"aspect":"boundTo","rack":7}"""),
        (new ProgrammeTermsFact("nvidia", 1e10, ProgrammeStatus.LetterOfIntent, 35, "USD", ["abilene"], ["nvidia/gb200-nvl72@1"]),
            """{"aspect":"programmeTerms","vendor":"nvidia","contractedWatts":10000000000,"status":"LetterOfIntent","pricePerWatt":35,"currency":"USD","sites":["abilene"],"skus":["nvidia/gb200-nvl72@1"]}"""),
        (new MilestoneFact(3, 1e9), """{"aspect":"milestone","dueMs":3,"watts":1000000000}"""),
        (new OrganisationFact("OpenAI", ["tenant"]), """{"aspect":"organisation","title":"OpenAI","roles":["tenant"]}"""),
        (new PowerRatingFact(null, null, 1600, 800, 1, 1, [], CurrentForm.Direct),
            """{"aspect":"powerRating","amperes":1600,"volts":800,"continuousFactor":1,"powerFactor":1,"overload":[],"form":"Direct"}"""),
        (new VoltageFact(34500, 415), """{"aspect":"voltage","inputVolts":34500,"outputVolts":415}"""),
        (new StoredEnergyFact(9e7, 1e6), """{"aspect":"storedEnergy","joules":90000000,"dischargeWatts":1000000}"""),
        (new EfficiencyFact(0.96, [new(0.5, 0.95)], 12000),
            """{"aspect":"efficiency","outputOverInput":0.96,"curve":[{"loadShare":0.5,"outputOverInput":0.95}],"fixedLossWatts":12000}"""),
        (new CoolingRatingFact(2e6, 5, "fws-1", 30, 40, 1500, 800, 10),
            """{"aspect":"coolingRating","capacityWatts":2000000,"approachKelvins":5,"loopName":"fws-1","supplyCelsius":30,"returnCelsius":40,"flowLitersPerMinute":1500,"volumeLiters":800,"allowedRiseKelvins":10}"""),
        (new HeatSplitFact(0.87), """{"aspect":"heatSplit","liquidShare":0.87}"""),
        (new FeedFact(7, 1, 2, new PowerRatingFact(null, null, 60, 415, 0.8, 0.98, [])),
            """{"aspect":"feed","source":7,"order":1,"weight":2,"rating":{"amperes":60,"volts":415,"continuousFactor":0.8,"powerFactor":0.98,"overload":[]}}"""),
        (new FeedModeFact(FeedMode.Catcher, 0.008), """{"aspect":"feedMode","mode":"Catcher","transferSeconds":0.008}"""),
        (new PlaneFact(PlaneKind.ScaleOut), """{"aspect":"plane","kind":"ScaleOut"}"""),
        (new LinkFact(5, 6, 18, 4e11, "dr4", 30),
            """{"aspect":"link","peer":5,"plane":6,"count":18,"bitsPerSecond":400000000000,"optic":"dr4","lengthMeters":30}"""),
        (new DomainFact("pod-1"), """{"aspect":"domain","domain":"pod-1"}"""),
        (new PartNumberFact("699-2G548"), """{"aspect":"partNumber","partNumber":"699-2G548"}"""),
        (new FirmwareFact("bmc", "1.2"), """{"aspect":"firmware","component":"bmc","version":"1.2"}"""),
        (new MergedIntoFact(4), """{"aspect":"mergedInto","asset":4}"""),
        (new OriginFact("netbox:netbox.example.com", "racks/60"), """{"aspect":"origin","source":"netbox:netbox.example.com","called":"racks/60"}"""),
        (new SplitFromFact(5), """{"aspect":"splitFrom","asset":5}"""),
        (new LifecycleFact(LifecycleState.BurnIn), """{"aspect":"lifecycle","state":"BurnIn"}"""),
        (new BaselineFact("nvidia/gb200-compute-tray", "HGX_FW_GPU_*", "97.00.82"),
            """{"aspect":"baseline","sku":"nvidia/gb200-compute-tray","property":"HGX_FW_GPU_*","value":"97.00.82"}"""),
        (new BmcAddressFact("bmc-7:8443"), """{"aspect":"bmcAddress","address":"bmc-7:8443"}"""),
        (new CableFact("gpu0/NVLink_3", "sw13/NVLink_0"), """{"aspect":"cable","port":"gpu0/NVLink_3","peer":"sw13/NVLink_0"}"""),
        (new BindingRuleFact(2, """{job="dcgm"}""", IdentifierKind.Uuid, "UUID", "host:$Hostname"),
            """{"aspect":"bindingRule","rank":2,"match":"{job=\u0022dcgm\u0022}","assetBy":"Uuid","assetFromLabel":"UUID","placeTemplate":"host:$Hostname"}"""),
    ];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, Samples.Length)];

    [Fact]
    public void Every_aspect_has_a_sample_whose_name_is_its_discriminator()
    {
        var declared = typeof(FactValue).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false)
            .Cast<JsonDerivedTypeAttribute>().ToDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);
        var sampled = Samples.GroupBy(sample => sample.Value.GetType()).ToDictionary(group => group.Key, group => group.First().Value.Aspect);
        Assert.Equal(declared.OrderBy(pair => pair.Value), sampled.OrderBy(pair => pair.Value));
        Assert.Empty(typeof(FactValue).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(FactValue))).Except(declared.Keys));
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void A_value_is_written_as_the_record_has_always_held_it_and_read_back_equal(int index)
    {
        var (value, json) = Samples[index];
        Assert.Equal(json, JsonSerializer.Serialize(value, FactJson.Value));
        Assert.Equal(value, JsonSerializer.Deserialize(json, FactJson.Value));
    }

    [Fact]
    public void An_aspect_that_is_not_known_is_an_error()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"aspect":"ghost"}""", FactJson.Value));
    }
}
