using System.Text;

namespace Ampacity.Collect;

/// <summary>A list of targets that another program answers: one entry of <c>http_sd_configs</c>.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="RefreshInterval">Between two looks; 1 min if nothing is said.</param>
/// <param name="Connection">How it is reached.</param>
public sealed record HttpTargets(Uri Url, TimeSpan RefreshInterval, ScrapeConnection Connection)
{
    /// <summary>Most bytes of an answer; 16 MiB: about 100,000 targets with ten labels (computed from 150 bytes each).</summary>
    public const int MaxBytes = 16 << 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Asks once.</summary>
    /// <exception cref="FormatException">There is no such answer, or it is not right; says why.</exception>
    public async Task<IReadOnlyList<FoundTarget>> AskAsync(HttpClient http, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        using var late = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Url);
            request.Headers.Accept.ParseAdd("application/json");
            request.Headers.TryAddWithoutValidation("X-Prometheus-Refresh-Interval-Seconds", RefreshInterval.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture));
            ScrapeClients.Login(Connection, request);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode != System.Net.HttpStatusCode.OK)
            {
                throw new FormatException($"{Url} answered {(int)response.StatusCode}, not 200");
            }

            // As in Prometheus: a page of a login, or of an error that calls itself 200, is no list.
            if (response.Content.Headers.ContentType is not { MediaType: "application/json" })
            {
                throw new FormatException($"{Url} answered {response.Content.Headers.ContentType?.ToString() ?? "no Content-Type"}, not application/json");
            }

            var (targets, errors) = PrometheusFile.ReadTargets(Url.ToString(), await TextAsync(response, either.Token), ("__meta_url", Url.ToString()));
            return errors.Count == 0 ? targets : throw new FormatException(string.Join('\n', errors.Take(5)));
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FormatException($"{Url} did not answer within {Timeout.TotalSeconds} s", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or ScrapeFailedException)
        {
            throw new FormatException($"{Url}: {error.Message}", error);
        }
    }

    private async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var kept = new MemoryStream();
        var buffer = new byte[65_536];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (kept.Length + read > MaxBytes)
            {
                throw new FormatException($"{Url} answered over {MaxBytes >> 20} MiB");
            }

            kept.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }
}
