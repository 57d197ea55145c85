namespace Ampacity.PromQL;

/// <summary>Which series an expression reads, so that a caller can authorise or push down before it evaluates.</summary>
public static class SelectorList
{
    /// <summary>All selectors of an expression, in the order of the text; those inside range selectors and subqueries too.</summary>
    public static IReadOnlyList<VectorSelector> Of(Expression expression)
    {
        var selectors = new List<VectorSelector>();
        Visit(expression, node =>
        {
            if (node is VectorSelector selector)
            {
                selectors.Add(selector);
            }
        });
        return selectors;
    }

    /// <summary>Shows every node to <paramref name="see"/>, parents first.</summary>
    public static void Visit(Expression expression, Action<Expression> see)
    {
        see(expression);
        switch (expression)
        {
            case Parenthesis node:
                Visit(node.Inner, see);
                break;
            case RangeSelector node:
                Visit(node.Selector, see);
                break;
            case Subquery node:
                Visit(node.Inner, see);
                break;
            case Negation node:
                Visit(node.Operand, see);
                break;
            case BinaryOperation node:
                Visit(node.Left, see);
                Visit(node.Right, see);
                break;
            case Aggregation node:
                if (node.Parameter is not null)
                {
                    Visit(node.Parameter, see);
                }

                Visit(node.Inner, see);
                break;
            case FunctionCall node:
                foreach (var argument in node.Arguments)
                {
                    Visit(argument, see);
                }

                break;
        }
    }
}
