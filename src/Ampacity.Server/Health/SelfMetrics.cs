using System.Globalization;
using System.Text;
using Ampacity.Collect;
using Ampacity.Redfish;
using Ampacity.Sql;
using Ampacity.Topology;
using Ampacity.Tsdb;

namespace Ampacity.Server;

/// <summary>The server's own metrics, <c>ampacity_…</c>, in Prometheus' text format. Counters may be added from any thread.</summary>
internal sealed class SelfMetrics(
    SampleStore samples, StoredSeries stored, SampleForwarding forwarding, ScrapeService scraping, BmcCollection collection, ReceiveMeter received, SampleIntake intake,
    SqlEngine sql, WarmStart warm, EventLedger events, BmcRewalks rewalks, PushListener push)
{
    /// <summary>Writes all of them.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        var store = samples.Statistics;
        Gauge("ampacity_store_series", "Series known.", store.Series);
        Gauge("ampacity_store_series_ended", "Series that ended and wait until nobody reads them.", store.SeriesEnded);
        Counter("ampacity_store_series_removed_total", "Series removed from memory since start.", store.SeriesRemoved);
        Gauge("ampacity_store_samples", "Samples in the head.", store.Samples);
        Gauge("ampacity_store_head_bytes", "Bytes of samples in the head.", store.HeadBytes);
        Gauge("ampacity_store_label_bytes", "Bytes of label sets and their index.", store.LabelBytes);
        Gauge("ampacity_store_label_page_bytes", "Bytes of the pages that label sets lie in.", store.LabelPageBytes);
        Counter("ampacity_store_samples_stored_total", "Samples taken since start.", store.Stored);
        Counter("ampacity_store_samples_duplicate_total", "Samples dropped because the series had one at that time.", store.Duplicates);
        Counter("ampacity_store_samples_too_old_total", "Samples refused as too old.", store.TooOld);
        Counter("ampacity_store_samples_too_new_total", "Samples refused as more than ten minutes ahead.", store.TooNew);
        Counter("ampacity_store_samples_out_of_order_total", "Samples taken behind their series' newest.", store.OutOfOrder);
        Counter("ampacity_store_samples_expired_total", "Samples dropped because they fell behind the retention.", store.Expired);
        Counter("ampacity_store_series_refused_total", "Series refused because the store was full.", store.SeriesRefused);
        Gauge("ampacity_store_blocks", "Blocks served.", store.Blocks);
        Gauge("ampacity_store_block_bytes", "Bytes of their files.", store.BlockBytes);
        Gauge("ampacity_store_block_samples", "Samples in them.", store.BlockSamples);
        Gauge("ampacity_store_blocks_set_aside", "Blocks that are not served since start, because they are damaged or could not be read then.", store.BlocksSetAside.Count);
        Counter("ampacity_store_block_read_errors_total", "Reads of a block that the disk refused.", store.BlockReadErrors);
        Counter("ampacity_store_seals_total", "Blocks written from the head.", store.Seals);
        Counter("ampacity_store_seal_errors_total", "Seals that failed; each is tried again.", store.SealErrors);
        Each("ampacity_tier_blocks", "Blocks of a tier served.", "gauge", OfTiers(tier => tier.Blocks));
        Each("ampacity_tier_bytes", "Bytes of their files.", "gauge", OfTiers(tier => tier.Bytes));
        Each("ampacity_tier_rows", "Rows in them, a series and bucket each.", "gauge", OfTiers(tier => tier.Rows));
        Each("ampacity_tier_oldest_seconds", "Begin of the oldest, seconds since 1970; 0 when there is none.", "gauge", OfTiers(tier => tier.OldestMs / 1000.0 ?? 0));
        Each("ampacity_tier_made_total", "Blocks made of samples.", "counter", OfTiers(tier => tier.Made));
        Each("ampacity_tier_merges_total", "Merges of its blocks.", "counter", OfTiers(tier => tier.Merges));
        Counter("ampacity_tiers_seconds_total", "Time spent on making and merging tiers, rests included.", store.TierSeconds);
        Counter("ampacity_tiers_errors_total", "Attempts at tiers that failed; each is tried again.", store.TierErrors);
        Gauge("ampacity_store_raw_from_seconds", "Samples answer from here on, tiers before, seconds since 1970; 0 when retention has let nothing go.", store.RawFromMs / 1000.0 ?? 0);
        Gauge("ampacity_selections", "Selections of series kept for the next query.", store.Selections);
        Gauge("ampacity_selection_bytes", "Memory that they take, about.", store.SelectionBytes);
        Counter("ampacity_selection_hits_total", "Reads that found their selection kept.", store.SelectionHits);
        Counter("ampacity_selection_misses_total", "Reads that had to make it.", store.SelectionMisses);
        Counter("ampacity_joins_forgotten_total", "Series whose joined labels were forgotten because there was no more room for them.", JoinedSeriesCache.Forgotten);
        Gauge("ampacity_journal_segments", "Journal segments on disk.", store.JournalSegments);
        Counter("ampacity_journal_bytes_total", "Bytes written to the journal since start.", store.JournalBytes);
        Counter("ampacity_journal_fsyncs_total", "Group commits.", store.Fsyncs);
        Counter("ampacity_journal_upkeep_errors_total", "Failed attempts to delete a segment that is not needed.", store.JournalUpkeepErrors);
        Counter("ampacity_journal_segments_packed_total", "Journal segments that packed ones stand for.", store.SegmentsPacked);
        Counter("ampacity_journal_pack_errors_total", "Attempts at packing segments that failed; each is tried again.", store.PackErrors);
        Gauge("ampacity_journal_last_fsync_seconds", "Duration of the last group commit.", store.LastFsyncMs / 1000);
        Gauge("ampacity_store_failed", "1 when the store takes no more samples.", store.Failure is null ? 0 : 1);
        Counter("ampacity_remote_write_requests_total", "Remote-write requests taken.", received.RemoteWrite.Taken);
        Counter("ampacity_remote_write_rejected_total", "Remote-write requests refused whole.", received.RemoteWrite.Rejected);
        Counter("ampacity_remote_write_dropped_total", "Exemplars, histograms and samples not kept.", received.RemoteWrite.Dropped);
        Counter("ampacity_exposition_requests_total", "Pages of text exposition taken.", received.Exposition.Taken);
        Counter("ampacity_exposition_rejected_total", "Pages of text exposition refused whole.", received.Exposition.Rejected);
        Counter("ampacity_exposition_dropped_total", "Exemplars and samples of such pages not kept.", received.Exposition.Dropped);
        Counter("ampacity_otlp_requests_total", "OTLP requests taken.", received.Otlp.Taken);
        Counter("ampacity_otlp_rejected_total", "OTLP requests refused whole.", received.Otlp.Rejected);
        Counter("ampacity_otlp_dropped_total", "Exemplars, histograms, data points and samples of OTLP not kept.", received.Otlp.Dropped);
        Counter("ampacity_otlp_points_refused_total", "OTLP data points refused: no temporality, no time, a delta too late.", received.PointsRefused);
        Counter("ampacity_import_files_total", "Files of samples taken.", received.Files.Taken);
        Counter("ampacity_import_files_rejected_total", "Files of samples refused, or broken off.", received.Files.Rejected);
        Counter("ampacity_import_samples_dropped_total", "Samples of such files not kept, those that were there included.", received.Files.Dropped);
        Counter("ampacity_receive_back_pressure_total", "Requests answered 429 because too many were under way.", received.BackPressure);
        Counter("ampacity_receive_series_refused_total", "Series refused for their labels, or because the store was full.", received.SeriesRefused);
        Counter("ampacity_receive_exemplars_dropped_total", "Exemplars, which are not kept.", received.Exemplars);
        Counter("ampacity_receive_histograms_refused_total", "Native and exponential histograms, which are not kept.", received.Histograms);
        Counter("ampacity_receive_created_timestamps_dropped_total", "Created timestamps, which are not kept.", received.CreatedTimestamps);
        Gauge("ampacity_receive_metadata_families", "Metric families whose type, help and unit are known.", intake.Metadata.Families.Count);
        Counter("ampacity_receive_metadata_dropped_total", "Metadata entries not kept.", intake.Metadata.Dropped);
        Bmcs();
        Counter("ampacity_sql_statements_total", "SQL statements answered.", sql.Answered);
        Counter("ampacity_sql_refused_total", "SQL statements refused: wrong, not allowed, over a limit, out of time.", sql.Refused);
        var scrapes = scraping.Counts;
        Gauge("ampacity_scrape_targets", "Targets that are scraped.", scraping.States.Count);
        Gauge("ampacity_scrape_targets_down", "Targets whose newest scrape failed.", scraping.States.Count(state => state.IsUp == false));
        Counter("ampacity_scrapes_total", "Scrapes made.", scrapes.Scrapes);
        Counter("ampacity_scrape_failures_total", "Scrapes that failed.", scrapes.Failures);
        Counter("ampacity_scrape_bytes_total", "Bytes of pages, after decompression.", scrapes.Bytes);
        Counter("ampacity_scrape_samples_total", "Samples of pages that were kept.", scrapes.Samples);
        Counter("ampacity_scrape_samples_dropped_total", "Samples of pages that rules dropped.", scrapes.Dropped);
        Counter("ampacity_scrapes_not_written_total", "Scrapes that the store did not take.", scrapes.NotWritten);
        ForwardCounts[] forwards = [.. forwarding.Counts];
        Gauge("ampacity_forward_receivers", "Receivers that samples are sent on to.", forwards.Length);
        Gauge("ampacity_forward_failing", "Receivers that do not take samples just now.", forwards.Count(one => one.Failing is not null));
        Counter("ampacity_forward_samples_total", "Samples that receivers acknowledged.", forwards.Sum(one => one.Sent));
        Counter("ampacity_forward_requests_total", "Requests that receivers acknowledged.", forwards.Sum(one => one.Requests));
        Counter("ampacity_forward_retries_total", "Requests that failed and were sent again.", forwards.Sum(one => one.Retries));
        Counter("ampacity_forward_refused_total", "Samples that receivers refused for good, or of a 2.0 request did not write.", forwards.Sum(one => one.Refused));
        Counter("ampacity_forward_fall_backs_total", "Times that 1.0 had to be sent where 2.0 was asked for.", forwards.Sum(one => one.FallBacks));
        Counter("ampacity_forward_dropped_total", "Samples that left a queue unsent: it was full, or its disk refused.", forwards.Sum(one => one.Dropped));
        Gauge("ampacity_forward_queue_samples", "Samples that wait.", forwards.Sum(one => one.QueuedSamples));
        Gauge("ampacity_forward_queue_bytes", "Bytes of the queues.", forwards.Sum(one => one.QueuedBytes));
        Gauge("ampacity_forward_oldest_seconds", "When the first that waits came, seconds since 1970; 0 when none does.", forwards.Min(one => one.OldestMs) / 1000.0 ?? 0);
        var (besideSent, besideFailed) = stored.Beside?.Requests ?? default;
        Counter("ampacity_beside_requests_total", "Requests to the store beside, further attempts included.", besideSent);
        Counter("ampacity_beside_failures_total", "Requests to the store beside that were not answered with 2xx.", besideFailed);
        Gauge("ampacity_beside_series", "Series of the store beside that were read since start.", stored.Beside?.Series.Count ?? 0);
        Gauge("ampacity_process_resident_bytes", "Memory that the process holds.", Environment.WorkingSet);
        var heap = GC.GetGCMemoryInfo(GCKind.Any);
        Gauge("ampacity_process_heap_bytes", "Objects of the managed heap as the newest collection left them, without what is free between them.", heap.HeapSizeBytes - heap.FragmentedBytes);
        Gauge("ampacity_warm_start_seconds", "How long it took, once the server listened, to do what else the first questions would wait for; 0 until it is done.", warm.Seconds);
        return text.ToString();

        void Bmcs()
        {
            var (bmcs, states, schedule, tally) = (collection.Counts, collection.States, collection.Schedule, collection.Tally);
            Gauge("ampacity_bmc_polled", "BMCs that are read.", states.Count);
            Gauge("ampacity_bmc_failing", "BMCs whose newest poll failed.", states.Count(bmc => bmc.FailuresInRow > 0));
            Counter("ampacity_bmc_reports_read_total", "Bodies read since the newest survey.", bmcs.Reads);
            Counter("ampacity_bmc_reports_unchanged_total", "Of these, bodies that were as before: not decoded, their values written again.", bmcs.Unchanged);
            Counter("ampacity_bmc_report_failures_total", "Bodies that could not be read.", bmcs.Failures);
            Each("ampacity_bmc_request_failures_total", "Requests that failed, by kind.", "counter",
                Enum.GetValues<RedfishOutcome>().Where(kind => kind != RedfishOutcome.Read).Select(kind => ($"kind=\"{kind}\"", (double)(tally?.Failed(kind) ?? 0))));
            Counter("ampacity_bmc_report_bytes_total", "Bytes of bodies read.", bmcs.BytesRead);
            Counter("ampacity_bmc_samples_total", "Samples written.", bmcs.Samples);
            Counter("ampacity_bmc_values_unmapped_total", "Values that became no series.", bmcs.Unmapped);
            Each("ampacity_bmc_values_refused_total", "Numbers that became no series, by reason.", "counter",
                Enum.GetValues<RefusalReason>().Where(reason => reason != RefusalReason.None).Select(reason => ($"reason=\"{reason}\"", (double)(tally?.Refused(reason) ?? 0))));
            Counter("ampacity_bmc_values_absent_total", "Values that a BMC did not have.", bmcs.Absent);
            Counter("ampacity_bmc_values_stale_total", "Values that a BMC flagged as old, or whose age shows it.", bmcs.Stale);
            Counter("ampacity_bmc_values_saturated_total", "Counters at the end of their bits, written as out of range.", bmcs.Saturated);
            Counter("ampacity_bmc_samples_refused_total", "Samples of BMCs that the store refused.", bmcs.Refused);
            Counter("ampacity_bmc_polls_not_written_total", "Polls that the store did not take.", bmcs.WriteFailures);
            Counter("ampacity_bmc_changes_total", "BMCs that a poll found changed: booted, other firmware, other parts.", collection.Changes);
            Gauge("ampacity_bmc_rewalks_waiting", "BMCs that have changed and wait to be walked again.", rewalks.Waiting);
            Counter("ampacity_bmc_rewalks_total", "Walks of BMCs that had changed.", rewalks.Walks);
            Counter("ampacity_bmc_rewalks_failed_total", "Of these, those that did not see their BMC whole; each is made again.", rewalks.Failures);
            Counter("ampacity_bmc_rewalks_different_total", "Of these, those that showed other hardware or another read plan.", rewalks.Different);
            Each("ampacity_bmc_reports_way", "BMCs by how their metric reports come.", "gauge", Ways(state => state.Reports.Way));
            Each("ampacity_bmc_alerts_way", "BMCs by how their alerts come.", "gauge", Ways(state => state.Alerts.Way));
            Gauge("ampacity_bmc_event_streams", "Event streams open.", collection.EventStreams);
            Counter("ampacity_bmc_reports_delivered_total", "Metric reports that came by event and were written.", bmcs.Delivered);
            Counter("ampacity_bmc_reports_thinned_total", "Metric reports that came by event sooner than their period, and were left out.", bmcs.Thinned);
            Counter("ampacity_bmc_events_reported_total", "Events that BMCs reported, taken to the ledger.", bmcs.Reported);
            Counter("ampacity_bmc_events_repeated_total", "Events and reports that came again or late, and were left out.", bmcs.Repeated);
            Counter("ampacity_bmc_events_dropped_total", "Bodies and events that came and were dropped: no room, a flood, not understood.", bmcs.DroppedEvents);
            Each("ampacity_bmc_pushes_total", "Bodies that were pushed, by outcome.", "counter",
                Enum.GetValues<PushOutcome>().Select(outcome => ($"outcome=\"{outcome}\"", (double)(push.Desk?.Count(outcome) ?? 0))));
            Gauge("ampacity_bmc_subscriptions_left", "Subscriptions at BMCs that could not be deleted since the start.", collection.SubscriptionsLeft);
            Counter("ampacity_bmc_reports_not_sent_total", "Bodies that a BMC said were as before (304).", bmcs.NotSent);
            Counter("ampacity_bmc_wrong_tags_total", "BMCs whose ETag stood still while a body changed; not believed since.", bmcs.WrongTags);
            Counter("ampacity_bmc_samples_back_filled_total", "Samples of reports' history, written at times of their own.", bmcs.BackFilled);
            IEnumerable<(string, double)> Ways(Func<BmcPollState, ReadingWay> way) =>
                Enum.GetValues<ReadingWay>().Select(one => ($"way=\"{one}\"", (double)states.Count(state => way(state) == one)));
            Counter("ampacity_events_kept_total", "Events of hardware kept since the start.", events.Kept);
            Counter("ampacity_events_lost_total", "Events that could not be kept.", events.Lost);
            Counter("ampacity_bmc_turns_total", "Polls begun.", schedule.Turns);
            Counter("ampacity_bmc_turns_late_seconds_total", "Time by which polls began after they were due.", schedule.LateMs / 1000.0);
            Gauge("ampacity_bmc_turns_worst_late_seconds", "The most by which one began late.", schedule.WorstLateMs / 1000.0);
            Gauge("ampacity_bmc_turns_running", "Polls under way.", schedule.Running);
            Gauge("ampacity_bmc_turns_ready", "Polls that are due and wait for a place.", schedule.Ready);
        }

        void Gauge(string name, string help, double value) => Add(name, help, "gauge", value);
        void Counter(string name, string help, double value) => Add(name, help, "counter", value);
        void Add(string name, string help, string kind, double value)
        {
            Head(name, help, kind);
            text.Append(name).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }

        IEnumerable<(string, double)> OfTiers(Func<TierStatistics, double> value) => store.Tiers.Select(tier => ($"tier=\"{tier.Name}\"", value(tier)));

        void Each(string name, string help, string kind, IEnumerable<(string Label, double Value)> rows)
        {
            Head(name, help, kind);
            foreach (var (label, value) in rows)
            {
                text.Append(name).Append('{').Append(label).Append("} ").Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
            }
        }

        void Head(string name, string help, string kind) => text
            .Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n')
            .Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
    }
}
