namespace Ampacity.Fleet;

// Programmes and organisations, which stand beside the sites.
internal sealed partial class DeclarationWalk
{
    private void StateRegisters()
    {
        foreach (var organisation in file.Organisations)
        {
            var subject = Subject.Node(planner.State(NodeKind.Organisation, organisation.Name, -1));
            planner.State(subject, organisation.Fact);
            StateRemarks(subject, organisation.Note, []);
        }

        foreach (var programme in file.Programmes)
        {
            var subject = Subject.Node(planner.State(NodeKind.Programme, programme.Name, -1));
            planner.State(subject, programme.Terms);
            foreach (var milestone in programme.Milestones)
            {
                planner.State(subject, milestone.Fact, milestone.Day);
            }

            StateRemarks(subject, programme.Note, []);
        }
    }
}
