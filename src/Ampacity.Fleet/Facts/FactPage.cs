namespace Ampacity.Fleet;

/// <summary>65,536 facts as columns: 35 bytes a fact, where an object with its value takes about 200.</summary>
internal sealed class FactPage
{
    public const int Bits = 16;
    public const int Rows = 1 << Bits;
    public const int Mask = Rows - 1;

    /// <summary>Number of the subject.</summary>
    public readonly int[] Subject = new int[Rows];

    /// <summary><see cref="SubjectKind"/>.</summary>
    public readonly byte[] Kind = new byte[Rows];

    /// <summary><see cref="FactAspect"/>.</summary>
    public readonly byte[] Aspect = new byte[Rows];

    /// <summary>Number of the key among the shared keys.</summary>
    public readonly int[] Key = new int[Rows];

    /// <summary>Placement: rack · 65,536 + part. Identifier: its text's reference. Else: number of the value among the kept values.</summary>
    public readonly long[] Payload = new long[Rows];

    /// <summary>Number of the first instant at which it holds.</summary>
    public readonly int[] From = new int[Rows];

    /// <summary>Number of the first instant at which it no longer holds.</summary>
    public readonly int[] To = new int[Rows];

    /// <summary>Number of the subtree whose file declared it.</summary>
    public readonly ushort[] Owner = new ushort[Rows];
}
