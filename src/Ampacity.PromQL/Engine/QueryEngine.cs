using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Evaluates PromQL over a reader with the semantics of Prometheus 3, for float samples.</summary>
/// <remarks>Any thread; calls may overlap. Each node of an expression is evaluated over all steps at once, as columns.</remarks>
public sealed class QueryEngine(ISeriesReader reader, QueryEngineOptions options)
{
    /// <summary>Evaluates at one instant.</summary>
    /// <exception cref="PromQLSyntaxException">The text is no expression.</exception>
    /// <exception cref="QueryException">It cannot be evaluated over the data there is.</exception>
    /// <exception cref="ReadBudgetException">A read would cost more than its budget.</exception>
    /// <exception cref="SeriesStoreException">The store cannot answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled or timed out.</exception>
    public ValueTask<QueryResult> EvaluateInstantAsync(string text, long timeMs, QueryContext context, CancellationToken cancellationToken) =>
        EvaluateInstantAsync(PromQLParser.Parse(text), text, timeMs, context, cancellationToken);

    /// <summary>Evaluates at one instant; places in warnings are given as if the expression stood in one line.</summary>
    /// <inheritdoc cref="EvaluateInstantAsync(string, long, QueryContext, CancellationToken)"/>
    public ValueTask<QueryResult> EvaluateInstantAsync(
        Expression expression, long timeMs, QueryContext context, CancellationToken cancellationToken) =>
        EvaluateInstantAsync(expression, "", timeMs, context, cancellationToken);

    /// <summary>Evaluates at steps from a begin through an end; the result is a matrix.</summary>
    /// <inheritdoc cref="EvaluateInstantAsync(string, long, QueryContext, CancellationToken)"/>
    public ValueTask<QueryResult> EvaluateRangeAsync(
        string text, long startMs, long endMs, long stepMs, QueryContext context, CancellationToken cancellationToken) =>
        EvaluateRangeAsync(PromQLParser.Parse(text), text, startMs, endMs, stepMs, context, cancellationToken);

    /// <summary>Evaluates at steps from a begin through an end; the result is a matrix.</summary>
    /// <inheritdoc cref="EvaluateInstantAsync(string, long, QueryContext, CancellationToken)"/>
    public ValueTask<QueryResult> EvaluateRangeAsync(
        Expression expression, long startMs, long endMs, long stepMs, QueryContext context, CancellationToken cancellationToken) =>
        EvaluateRangeAsync(expression, "", startMs, endMs, stepMs, context, cancellationToken);

    private async ValueTask<QueryResult> EvaluateInstantAsync(
        Expression expression, string text, long timeMs, QueryContext context, CancellationToken cancellationToken)
    {
        var steps = TimeSteps.Instant(timeMs);
        var evaluation = new Evaluation(reader, options, context, text, steps, cancellationToken);
        return await evaluation.RunAsync(expression, isRange: false);
    }

    private async ValueTask<QueryResult> EvaluateRangeAsync(
        Expression expression, string text, long startMs, long endMs, long stepMs, QueryContext context, CancellationToken cancellationToken)
    {
        if (stepMs <= 0 || endMs < startMs)
        {
            throw new ArgumentException($"a range needs a step above zero and an end at or after its start; got start {startMs}, end {endMs}, step {stepMs} ms");
        }

        if (expression.Kind is not (ExpressionKind.Scalar or ExpressionKind.InstantVector))
        {
            throw new PromQLSyntaxException(text, expression.Span,
                $"invalid expression type \"{expression.Kind.Name()}\" for range query, must be Scalar or instant Vector");
        }

        var count = ((endMs - startMs) / stepMs) + 1;
        if (count > options.MaxCells)
        {
            throw new QueryException($"{count} steps are more than the {options.MaxCells} cells a query may have; use a longer step");
        }

        var steps = new TimeSteps(startMs, stepMs, (int)count);
        var evaluation = new Evaluation(reader, options, context, text, steps, cancellationToken);
        return await evaluation.RunAsync(expression, isRange: true);
    }
}
