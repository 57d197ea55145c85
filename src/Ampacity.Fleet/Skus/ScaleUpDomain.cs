using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>
/// The accelerators of a SKU that share one scale-up fabric, as its file declares them: all of the rack, one of several racks, or a
/// part of it. Which racks of a hall form one domain together is said by the fleet file, not here.
/// </summary>
/// <param name="Name">Tells the domains of one rack apart; empty where the domain is the whole rack or more.</param>
/// <param name="Accelerators">Accelerators of the whole domain, over all its racks; 1 to 1,000,000.</param>
/// <param name="Racks">Racks that the largest domain spans, this one included: 1 (NVL72), 2 (UltraServer), 144 (TPU superpod).</param>
/// <param name="Parts">What of the rack belongs to it: paths such as <c>05</c> and slot ranges such as <c>05-12</c>; empty is all of it.</param>
/// <param name="Line">Line in its file.</param>
public sealed record ScaleUpDomain(string Name, int Accelerators, int Racks, ImmutableArray<string> Parts, int Line);

/// <summary>A scale-up domain laid over a build.</summary>
/// <param name="Name">As declared; empty where it is the whole rack or more.</param>
/// <param name="Accelerators">Accelerators of the whole domain, over all its racks.</param>
/// <param name="Racks">Racks that it spans.</param>
/// <param name="Parts">Local ordinals of the parts whose subtrees belong to it; 0 alone is the whole rack.</param>
public sealed record RackDomain(string Name, int Accelerators, int Racks, ImmutableArray<int> Parts);
