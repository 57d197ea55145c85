using Ampacity.Fleet;
using CsCheck;

namespace Ampacity.Tests.Fleet;

public sealed class PermutationTests
{
    [Fact]
    public void Every_subtree_is_one_range()
    {
        Gen.Int[-1, 30].Array[1, 30].Sample(seeds =>
        {
            // A node's parent is always an earlier node, so any seeds give a forest.
            var parents = seeds.Select((seed, node) => seed < 0 || node == 0 ? -1 : seed % node).ToArray();
            var facts = parents.Select((parent, node) => new Fact(
                default, Subject.Node(node), "", new NodeFact(NodeKind.Row, $"n{node}", parent), Validity.Since(0), "", default));
            var ledger = new FactTable().Append(
                new ChangeDraft(default, "test", "", [], FactBatch.Of(facts), parents.Length, 1), new ChangeSetId(1));
            var permutation = FleetGraphBuilder.Build(ledger, 1, SkuCatalogue.Empty).Places;
            for (var node = 0; node < parents.Length; node++)
            {
                var expected = Enumerable.Range(0, parents.Length).Where(other => IsBelow(parents, other, node)).ToHashSet();
                Assert.True(expected.SetEquals(permutation.Subtree(node).ToArray()));
                Assert.Equal(node, permutation.Subtree(node)[0]);
            }
        });
    }

    [Fact]
    public void Names_are_ordered_as_people_count() =>
        Assert.Equal(
            ["r1", "r2", "r10", "r10a", "s"],
            new[] { "r10a", "s", "r10", "r2", "r1" }.Order(NaturalOrder.Comparer));

    private static bool IsBelow(int[] parents, int node, int ancestor)
    {
        while (node >= 0 && node != ancestor)
        {
            node = parents[node];
        }

        return node == ancestor;
    }
}
