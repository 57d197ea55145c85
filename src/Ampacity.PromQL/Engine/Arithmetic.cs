namespace Ampacity.PromQL;

/// <summary>Operators on two numbers, with the meaning they have in Go.</summary>
internal static class Arithmetic
{
    public static double Apply(BinaryOperator op, double left, double right) => op switch
    {
        BinaryOperator.Add => left + right,
        BinaryOperator.Subtract => left - right,
        BinaryOperator.Multiply => left * right,
        BinaryOperator.Divide => left / right,
        BinaryOperator.Modulo => left % right,
        BinaryOperator.Power => Math.Pow(left, right),
        BinaryOperator.Atan2 => Math.Atan2(left, right),
        _ => throw new InvalidOperationException($"Bug: {op} is not arithmetic"),
    };

    public static bool Holds(BinaryOperator op, double left, double right) => op switch
    {
        BinaryOperator.Equal => left == right,
        BinaryOperator.NotEqual => left != right,
        BinaryOperator.Less => left < right,
        BinaryOperator.LessOrEqual => left <= right,
        BinaryOperator.Greater => left > right,
        BinaryOperator.GreaterOrEqual => left >= right,
        _ => throw new InvalidOperationException($"Bug: {op} is not a comparison"),
    };
}
