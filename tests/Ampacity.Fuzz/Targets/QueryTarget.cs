using System.Text;
using Ampacity.PromQL;

namespace Ampacity.Fuzz;

/// <summary>A query's text; what was read is written, and reads the same again.</summary>
internal static class QueryTarget
{
    public static void Run(byte[] input)
    {
        var written = ExpressionText.Format(PromQLParser.Parse(Encoding.UTF8.GetString(input)));
        string again;
        try
        {
            again = ExpressionText.Format(PromQLParser.Parse(written));
        }
        catch (PromQLSyntaxException error)
        {
            throw new InvalidOperationException($"what was read was written as what is no expression: {written}", error);
        }

        if (again != written)
        {
            throw new InvalidOperationException($"written as {written}, and then as {again}");
        }
    }
}
