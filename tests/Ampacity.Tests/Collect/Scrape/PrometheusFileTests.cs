using Ampacity.Collect;

namespace Ampacity.Tests.Collect;

public sealed class PrometheusFileTests
{
    [Fact]
    public void A_file_as_people_have_it_is_read_with_its_defaults()
    {
        var (jobs, errors) = PrometheusFile.Read("/etc/prometheus/prometheus.yml", """
            global: {scrape_interval: 15s, evaluation_interval: 15s, external_labels: {site: a}}
            alerting: {alertmanagers: []}
            rule_files: [rules.yml]
            scrape_configs:
              - job_name: node
                scrape_interval: 1m30s
                scrape_timeout: 20s
                metrics_path: /probe
                params: {module: [icmp, tcp], x: ['1']}
                honor_labels: true
                honor_timestamps: false
                sample_limit: 1000
                body_size_limit: 10MB
                basic_auth: {username: u, password: p}
                static_configs:
                  - targets: ['a:9100', 'b:9100']
                    labels: {rack: r1}
                file_sd_configs: [{files: ['targets/*.json']}]
                inventory_sd_configs: [{kind: tray, under: site/hall, port: 9400}]
                relabel_configs:
                  - {source_labels: [__address__], regex: '(.*):.*', target_label: host}
                  - {action: labeldrop, regex: tmp_.*}
                metric_relabel_configs: [{source_labels: [__name__], regex: go_.*, action: drop}]
              - job_name: plain
            """, out var passed);
        Assert.Empty(errors);
        Assert.Equal(["alerting", "rule_files"], passed);
        var job = jobs[0];
        Assert.Equal((TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(20), "/probe", true, false), (job.Interval, job.Timeout, job.MetricsPath, job.HonorLabels, job.HonorTimestamps));
        Assert.Equal((1000, 10 << 20), (job.SampleLimit, job.BodyBytes));
        Assert.Equal("Basic dTpw", job.Connection.Login!.Header());
        Assert.Equal(["/etc/prometheus/targets/*.json"], job.Files);
        var inventory = Assert.Single(job.Inventory);
        Assert.Equal(("site/hall", 9400, "tray"), (inventory.Under, inventory.Port, Assert.Single(inventory.Kinds)));
        Assert.Equal((2, 2, 1), (job.Static.Count, job.Relabel.Count, job.MetricRelabel.Count));
        Assert.Equal((TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), "/metrics", "http"), (jobs[1].Interval, jobs[1].Timeout, jobs[1].MetricsPath, jobs[1].Scheme));

        var target = ScrapeTarget.Make(job, job.Static[1])!;
        Assert.Equal("http://b:9100/probe?module=icmp&x=1&module=tcp", target.Url.AbsoluteUri);
        Assert.Equal("{host=\"b\",instance=\"b:9100\",job=\"node\",rack=\"r1\"}", target.Labels.ToString());
    }

    [Theory]
    [InlineData("scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}]}]", "kubernetes_sd_configs is not read here")]
    [InlineData("scrape_configs: [{job_name: a, scrape_protocols: [x]}]", "scrape_protocols is not understood")]
    [InlineData("scrape_configs: [{job_name: a}, {job_name: a}]", "two jobs are called a")]
    [InlineData("scrape_configs: [{job_name: a, scrape_interval: soon}]", "soon is no duration")]
    [InlineData("scrape_configs: [{job_name: a, scrape_interval: 5s, scrape_timeout: 6s}]", "at most scrape_interval")]
    [InlineData("scrape_configs: [{job_name: a, relabel_configs: [{action: explode}]}]", "explode is no action")]
    [InlineData("scrape_configs: [{job_name: a, relabel_configs: [{regex: '(', target_label: x}]}]", "cannot be used here")]
    [InlineData("scrape_configs: [{job_name: a, relabel_configs: [{action: replace}]}]", "needs a target_label")]
    [InlineData("scrape_configs: [{job_name: a, file_sd_configs: [{files: [x.txt]}]}]", "ends in .json")]
    [InlineData("scrape_configs: [{job_name: a, honor_labels: maybe}]", "true or false")]
    [InlineData("scrape_configs: [{job_name: a, body_size_limit: 5 apples}]", "a size of at most")]
    [InlineData("scrape_configs: [{job_name: a, tls_config: {ca_file: not-there.pem}}]", "Could not find file")]
    [InlineData("scrape_configs: [{job_name: a, tls_config: {ca: PEM}}]", "name that by ca_file")]
    [InlineData("scrape_configs: [{job_name: a, tls_config: {cert_file: /dev/null}}]", "a cert_file and its key_file")]
    [InlineData("scrape_configs: [{job_name: a, tls_config: {min_version: TLS10}}]", "min_version is TLS12 or TLS13")]
    [InlineData("scrape_configs: [{job_name: a, oauth2: {client_id: x}}]", "oauth2 is not read here; give the token")]
    [InlineData("scrape_configs: [{job_name: a, proxy_url: proxy}]", "proxy_url is an address")]
    [InlineData("scrape_configs: [{job_name: a, no_proxy: x}]", "and there is none")]
    [InlineData("scrape_configs: [{job_name: a, proxy_url: 'http://p:1', proxy_from_environment: true}]", "not both")]
    [InlineData("scrape_configs: [{job_name: a, basic_auth: {password_file: not-there}}]", "Could not find file")]
    [InlineData("scrape_configs: [{job_name: a, basic_auth: {password: x, password_file: /dev/null}}]", "password or password_file, not both")]
    [InlineData("scrape_configs: [{job_name: a, authorization: {credentials: x}, bearer_token: y}]", "one of them")]
    [InlineData("scrape_configs: [{job_name: a, authorization: {type: Basic, credentials: x}}]", "write basic_auth")]
    [InlineData("scrape_configs: [{job_name: a, http_headers: {Host: {values: [x]}}}]", "Host is set by the request itself")]
    [InlineData("scrape_configs: [{job_name: a, track_timestamps_staleness: true}]", "can only be false")]
    [InlineData("scrape_configs: [{job_name: a, http_sd_configs: [{refresh_interval: 5s}]}]", "http_sd_configs needs a url")]
    [InlineData("scrape_configs: [{job_name: a, http_sd_configs: [{url: 'http://u:p@h/'}]}]", "without a password in it")]
    [InlineData("scrape_config: []", "scrape_config is not understood")]
    [InlineData("- a", "no map of keys")]
    public void What_is_not_understood_is_refused_with_its_line_and_the_reason(string text, string says)
    {
        var (jobs, errors) = PrometheusFile.Read("prometheus.yml", "\n" + text, out _);
        Assert.Empty(jobs);
        Assert.Contains(errors, error => error.Line == 2 && error.Hint.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_targets_is_read_as_JSON_and_as_YAML()
    {
        var (targets, errors) = PrometheusFile.ReadTargets("/t/a.json", """[{"targets": ["a:1", "b:1"], "labels": {"x": "y"}}]""");
        Assert.Empty(errors);
        Assert.Equal(["a:1", "b:1"], targets.Select(target => target.Address));
        Assert.Equal([("x", "y"), ("__meta_filepath", "/t/a.json")], targets[0].Labels);
        Assert.Single(PrometheusFile.ReadTargets("a.yml", "- targets: [c:1]").Targets);
        Assert.NotEmpty(PrometheusFile.ReadTargets("a.yml", "- target: [c:1]").Errors);
    }
}
