namespace Ampacity.Fleet;

/// <summary>65,536 facts as columns: 35 bytes a fact, where an object with its value takes about 200.</summary>
internal sealed class FactPage(int rows = FactPage.Rows)
{
    public const int Bits = 16;
    public const int Rows = 1 << Bits;
    public const int Mask = Rows - 1;

    /// <summary>Number of the subject.</summary>
    public readonly int[] Subject = new int[rows];

    /// <summary><see cref="SubjectKind"/>.</summary>
    public readonly byte[] Kind = new byte[rows];

    /// <summary><see cref="FactAspect"/>.</summary>
    public readonly byte[] Aspect = new byte[rows];

    /// <summary>Number of the key among the shared keys.</summary>
    public readonly int[] Key = new int[rows];

    /// <summary>Placement: rack · 65,536 + part. Identifier: its text's reference. Else: number of the value among the kept values.</summary>
    public readonly long[] Payload = new long[rows];

    /// <summary>Number of the first instant at which it holds.</summary>
    public readonly int[] From = new int[rows];

    /// <summary>Number of the first instant at which it no longer holds.</summary>
    public readonly int[] To = new int[rows];

    /// <summary>Number of the subtree whose file declared it.</summary>
    public readonly ushort[] Owner = new ushort[rows];

    /// <summary>How many facts it has room for.</summary>
    public int Room => Subject.Length;

    /// <summary>A copy with more room: a draft of three facts must not cost a page of 65,536.</summary>
    public FactPage Grown()
    {
        var grown = new FactPage(Math.Min(Room * 4, Rows));
        Subject.CopyTo(grown.Subject, 0);
        Kind.CopyTo(grown.Kind, 0);
        Aspect.CopyTo(grown.Aspect, 0);
        Key.CopyTo(grown.Key, 0);
        Payload.CopyTo(grown.Payload, 0);
        From.CopyTo(grown.From, 0);
        To.CopyTo(grown.To, 0);
        Owner.CopyTo(grown.Owner, 0);
        return grown;
    }
}
