using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>Which property is which series.</summary>
internal sealed partial class BmcSeries
{
    // A meter whose joules and kilowatt hours are further apart counts two things. 1 kWh is the step of the coarsest register seen.
    private const double EnergyTolerance = 0.02;
    private const double CoarsestStepJoules = 3_600_000;

    private enum Mapping : byte
    {
        Unknown,
        Series,
        Refused,
        Ambiguous,

        // The kilowatt hours of a meter whose joules are the series.
        Register,

        // The store holds as many series as it may.
        Full,
    }

    // Series that ended in the store: those that are named again, or have to be ended themselves, are mapped anew.
    private void Follow()
    {
        Lease = writer.Lease;
        var ended = _follower.IsAt(Lease) ? default : _follower.Follow(Lease);
        if (ended.IsEmpty)
        {
            return;
        }

        _inherited?.RemoveWhere(ended.Has);
        for (var property = 0; property < _mapped.Length; property++)
        {
            ref var mapped = ref _mapped[property];
            if (mapped.State is Mapping.Series or Mapping.Ambiguous or Mapping.Register && ended.Has(mapped.SeriesNumber))
            {
                _owner.Remove(mapped.SeriesNumber);
                mapped = default;
            }
        }
    }

    private ref Mapped MappedOf(int property)
    {
        ref var mapped = ref _mapped[property];
        var meaning = layout.MeaningOf(property);
        if (mapped.State == Mapping.Unknown || !ReferenceEquals(mapped.Meaning, meaning))
        {
            Remap(property, meaning);
        }

        return ref mapped;
    }

    private void Remap(int property, ValueMeaning meaning)
    {
        ref var mapped = ref _mapped[property];
        if (mapped.State == Mapping.Series && _values[property].IsLive)
        {
            End(property); // a body has said that it is another thing than we took it for
        }

        if (mapped.State == Mapping.Series)
        {
            _owner.Remove(mapped.SeriesNumber);
        }

        mapped = new Mapped { Meaning = meaning, Refusal = meaning.Refusal, State = Mapping.Refused, SeriesNumber = -1 };
        if (meaning.Refusal != RefusalReason.None)
        {
            return;
        }

        if (!readsEverything && !DefaultFamilies.Has(meaning))
        {
            mapped.Refusal = RefusalReason.NotByDefault;
            return;
        }

        var labels = new LabelSetBuilder();
        labels.Add(LabelSet.MetricName, meaning.Family);
        labels.Add("bmc", endpoint.Mac);
        labels.Add("component", meaning.Component);
        foreach (var (name, value) in meaning.Labels)
        {
            labels.Add(name, value);
        }

        var number = writer.TryResolve(labels.Build().Canonical);
        if (number < 0)
        {
            mapped.State = Mapping.Full;
            return;
        }

        mapped.SeriesNumber = number;
        if (_owner.TryAdd(number, property))
        {
            mapped.State = Mapping.Series;
            mapped.IsState = StateFamilies.Has(meaning);
            return;
        }

        var other = _owner[number];
        var isRegister = (meaning.Traits & ValueTraits.KilowattHours) != ValueTraits.None;
        ref var otherMapped = ref _mapped[other];
        var isOtherRegister = (otherMapped.Meaning!.Traits & ValueTraits.KilowattHours) != ValueTraits.None;
        if (!isRegister && isOtherRegister)
        {
            // Joules are finer: they are the series, and the register is held against them.
            _owner[number] = property;
            otherMapped.State = Mapping.Register;
            mapped.State = Mapping.Series;
            _values[property].IsLive = _values[other].IsLive;
            _values[other].IsLive = false;
        }
        else
        {
            mapped.State = isRegister && !isOtherRegister ? Mapping.Register : Mapping.Ambiguous;
        }
    }

    // Where both are there and do not agree the register is believed from then on, until the BMC is planned anew.
    private void CompareEnergy()
    {
        for (var i = 0; i < _touchedCount; i++)
        {
            var property = _touched[i];
            if (MappedOf(property).State != Mapping.Register || _values[property].Marks != ReadingMarks.None)
            {
                continue;
            }

            ref var register = ref _mapped[property];
            // What a profile maps was worked out for the platform: nothing general overrules it.
            if (!_owner.TryGetValue(register.SeriesNumber, out var finer) || finer == property || _values[finer].Poll != _poll
                || (_mapped[finer].Meaning!.Traits & ValueTraits.Joules) == ValueTraits.None
                || (_values[finer].Marks & ~ReadingMarks.Inferred) != ReadingMarks.None)
            {
                continue;
            }

            var registerJoules = _values[property].Number * register.Meaning!.Factor;
            var joules = _values[finer].Number * _mapped[finer].Meaning!.Factor;
            if (Math.Abs(registerJoules - joules) > Math.Max(registerJoules * EnergyTolerance, CoarsestStepJoules))
            {
                _mapped[finer].State = Mapping.Refused;
                _mapped[finer].Refusal = RefusalReason.EnergyDisagrees;
                register.State = Mapping.Series;
                _owner[register.SeriesNumber] = property;
                (_values[property].IsLive, _values[finer].IsLive) = (_values[finer].IsLive, false);
            }
        }
    }

    private struct Mapped
    {
        public ValueMeaning? Meaning;
        public int SeriesNumber;
        public Mapping State;
        public RefusalReason Refusal;
        public bool IsPercent;
        public bool IsState;
    }
}
