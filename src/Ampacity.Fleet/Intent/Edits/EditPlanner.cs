using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Works out what edits change: one draft for all of them, with every rule that they would break. Pure.</summary>
public sealed class EditPlanner
{
    /// <summary>Most edits of one request. Guessed: more than a person asks for at once; bulk comes as files or CSV.</summary>
    public const int EditsMax = 1_000;

    private readonly EditDraft _draft;
    private readonly SkuCatalogue _catalogue;
    private readonly long _nowMs;

    private EditPlanner(EditDraft draft, SkuCatalogue catalogue, long nowMs)
    {
        _draft = draft;
        _catalogue = catalogue;
        _nowMs = nowMs;
    }

    /// <summary>Plans edits as one change set; each builds on those before it.</summary>
    /// <param name="ledger">What is believed now.</param>
    /// <param name="graphAt">The graph of <paramref name="ledger"/> at an instant.</param>
    /// <param name="catalogue">SKUs.</param>
    /// <param name="edits">1 to <see cref="EditsMax"/>.</param>
    /// <param name="author">Who changes.</param>
    /// <param name="reason">Why.</param>
    /// <param name="nowMs">When an edit without a time begins to hold, UTC milliseconds.</param>
    /// <returns>The plan; an error's file is <c>edits</c> and its line the number of the edit, from 1.</returns>
    public static ChangePlan Plan(
        FactLedger ledger, Func<long, FleetGraph> graphAt, SkuCatalogue catalogue, IReadOnlyList<FleetEdit> edits, string author, string reason, long nowMs)
    {
        var draft = new EditDraft(ledger, graphAt);
        var planner = new EditPlanner(draft, catalogue, nowMs);
        var errors = new List<FileError>();
        for (var index = 0; index < edits.Count; index++)
        {
            draft.Edit = index;
            try
            {
                planner.Plan(edits[index], edits[index].AtMs ?? nowMs);
            }
            catch (EditRefusal refusal)
            {
                errors.Add(new FileError("edits", index + 1, edits[index].What, refusal.Rule, refusal.Message));
            }
        }

        if (errors.Count == 0)
        {
            new EditCheck(draft, nowMs).Check((edit, what, rule, hint) => errors.Add(new FileError("edits", edit + 1, what, rule, hint)));
        }

        return EditOutcome.ToPlan(draft, author, reason, nowMs, errors);
    }

    private void Plan(FleetEdit edit, long atMs)
    {
        switch (edit)
        {
            case FleetEdit.Change change: Change(change, change.Field, change.Value, atMs); break;
            case FleetEdit.End end: Change(end, end.Field, null, atMs); break;
            case FleetEdit.Correct correct: Correct(correct, atMs); break;
            case FleetEdit.State state: BeginState(SubjectOf(state.What, atMs), state.To, atMs); break;
            case FleetEdit.Tag tag: Tag(tag, atMs); break;
            case FleetEdit.Move move: Move(move, atMs); break;
            case FleetEdit.Retire retire: Retire(retire, atMs); break;
            case FleetEdit.Merge merge: new AssetEdits(_draft).Merge(merge, atMs); break;
            case FleetEdit.Split split: new AssetEdits(_draft).Split(split, atMs); break;
            case FleetEdit.SwapBmc swap: new AssetEdits(_draft).SwapBmc(swap, atMs); break;
            case FleetEdit.ExchangeBmcs exchange: new AssetEdits(_draft).ExchangeBmcs(exchange, atMs); break;
            case FleetEdit.Bind bind: new BindingEdits(_draft).Bind(bind, atMs); break;
            case FleetEdit.Unbind unbind: new BindingEdits(_draft).Unbind(unbind, atMs); break;
            default: throw new InvalidOperationException($"Bug: no plan of {edit.GetType().Name}");
        }
    }

    // A part without a record of its own gets one when something is said of it.
    private Subject SubjectOf(string what, long atMs, bool asAsset = false)
    {
        var target = EditTarget.Find(_draft, what, atMs);
        if (target.Node is { } node && !asAsset)
        {
            return Subject.Node(node);
        }

        if (target.Node is { } place && _draft.NodeAt(place, atMs)?.Kind != NodeKind.Rack)
        {
            throw new EditRefusal("unknown-field", $"{what} is a {_draft.NodeAt(place, atMs)?.Kind}: only assets in racks have identifiers and firmware");
        }

        if (target.AssetIn(_draft, atMs) is { } known)
        {
            return Subject.Asset(known);
        }

        var made = Subject.Asset(_draft.NewAsset());
        _draft.Begin(made, new PlacementFact(target.Place!.Value.Node, target.Place.Value.Part), atMs);
        return made;
    }

    private Subject SubjectOfField(string what, string field, long atMs) => SubjectOf(
        what, atMs, EditFields.TryIdentifier(field, out _) || field is "partNumber" or "address"
            || field.StartsWith("firmware.", StringComparison.Ordinal) || field.StartsWith(EditFields.Cable, StringComparison.Ordinal));

    private NodeKind KindOf(Subject subject, long atMs) =>
        subject.Kind == SubjectKind.Node ? _draft.NodeAt((int)subject.Number, atMs)?.Kind ?? NodeKind.None : NodeKind.None;

    private (Slot Slot, Func<FactValue?, string?, FactValue?> Make) FieldOf(string field, Subject subject, long atMs)
    {
        var kind = KindOf(subject, atMs);
        return new KeyedFields(_draft, atMs).Of(field, subject, kind) ?? EditFields.Of(field, subject, kind, _catalogue);
    }

    private void Change(FleetEdit edit, string field, string? value, long atMs)
    {
        var subject = SubjectOfField(edit.What, field, atMs);
        if (RackEdits.IsEdge(field))
        {
            new RackEdits(_draft, _catalogue).SetEdges(subject, field, value, atMs);
            return;
        }

        var (slot, make) = FieldOf(field, subject, atMs);
        var before = _draft.Of(slot).At(atMs);
        if (value is null && before is null)
        {
            throw new EditRefusal("nothing-to-end", $"{edit.What} has no {field} at that time");
        }

        switch (make(before?.Value, value))
        {
            case null: _draft.End(slot, atMs); break;
            case LifecycleFact { State: var state }: BeginState(subject, state, atMs); break;
            case FloorPositionFact position:
                new RackEdits(_draft, _catalogue).CheckPosition((int)subject.Number, position, atMs);
                _draft.Begin(subject, position, atMs);
                break;
            case var made: _draft.Begin(subject, made, atMs, slot.Key); break;
        }
    }

    private void Correct(FleetEdit.Correct correct, long atMs)
    {
        var subject = SubjectOfField(correct.What, correct.Field, atMs);
        if (RackEdits.IsEdge(correct.Field))
        {
            new RackEdits(_draft, _catalogue).CorrectEdges(subject, correct, atMs);
            return;
        }

        var (slot, make) = FieldOf(correct.Field, subject, correct.Span?.FromMs ?? atMs);
        var wrong = _draft.Of(slot).At(correct.Span?.FromMs ?? atMs);
        var span = correct.Span ?? wrong?.Valid ?? throw new EditRefusal(
            "nothing-to-correct", $"{correct.What} has no {correct.Field} at that time; say from when to when with from and to, or set it");
        _draft.Set(slot, make(wrong?.Value, correct.Value), span);
    }

    private void Tag(FleetEdit.Tag edit, long atMs)
    {
        var subject = SubjectOf(edit.What, atMs);
        foreach (var tag in edit.Tags.Select(EditFields.Tag))
        {
            if (edit.Remove)
            {
                _draft.End(new Slot(subject, FactAspect.Tag, tag), atMs);
            }
            else
            {
                _draft.Begin(subject, new TagFact(tag), atMs, tag);
            }
        }
    }

    private void BeginState(Subject subject, LifecycleState to, long atMs)
    {
        if (subject.Kind == SubjectKind.Node && KindOf(subject, atMs) != NodeKind.Rack)
        {
            throw new EditRefusal("unknown-field", "only racks and assets have a state");
        }

        if (to == LifecycleState.Retired)
        {
            throw new EditRefusal("use-retire", "retiring ends its placement too: use the verb retire");
        }

        _draft.Begin(subject, new LifecycleFact(to), atMs);
    }

    private void Move(FleetEdit.Move move, long atMs)
    {
        var target = EditTarget.Find(_draft, move.What, atMs);
        if (target.Node is { } rack)
        {
            if (_draft.NodeAt(rack, atMs)!.Kind != NodeKind.Rack)
            {
                throw new EditRefusal("not-a-rack", $"{move.What} is a {_draft.NodeAt(rack, atMs)!.Kind}; only racks and assets move");
            }

            new RackEdits(_draft, _catalogue).Move(rack, move, atMs);
        }
        else
        {
            new AssetEdits(_draft).Move(target.RequireAsset(_draft, move.What, atMs), move, atMs);
        }
    }

    private void Retire(FleetEdit.Retire retire, long atMs)
    {
        var target = EditTarget.Find(_draft, retire.What, atMs);
        var assets = new AssetEdits(_draft);
        if (target.Node is not { } node)
        {
            assets.Retire(target.RequireAsset(_draft, retire.What, atMs), atMs);
            return;
        }

        if (_draft.NodeAt(node, atMs)!.Kind != NodeKind.Rack)
        {
            throw new EditRefusal("not-a-rack", $"{retire.What} is a {_draft.NodeAt(node, atMs)!.Kind}; racks and assets are retired, the rest goes by its fleet file");
        }

        var inside = _draft.AssetsIn(node, atMs);
        if (inside.Count > 0 && !retire.WithContents)
        {
            throw new EditRefusal("not-empty", string.Create(CultureInfo.InvariantCulture,
                $"{inside.Count} assets are placed in {retire.What}; move them out, or retire them with it (withContents, --with-contents)"));
        }

        foreach (var (_, asset) in inside)
        {
            // A tray takes what sits in it along.
            if (_draft.PlaceOf(asset, atMs) is not null)
            {
                assets.Retire(asset, atMs);
            }
        }

        new RackEdits(_draft, _catalogue).Clear(node, atMs);
        _draft.Set(new Slot(Subject.Node(node), FactAspect.Lifecycle, ""), new LifecycleFact(LifecycleState.Retired), Validity.Since(atMs));
    }
}
