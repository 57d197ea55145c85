-- Samples out of block folders with DuckDB alone; docs/formats/block.md says what the files hold.
--   .read docs/formats/blocks.sql
--   SELECT time, labels['rack'] AS rack, value FROM block_samples('samples/blocks') WHERE name = 'accel_power_watts' AND quality <= 1;
-- Only folders with a block's name are read: one that is unfinished (….tmp) or set aside (….corrupt) is not. A sample that stands in two
-- blocks comes once, from the one with the lower sequence, in block_samples; block_samples_raw gives both and is faster.
CREATE OR REPLACE MACRO block_samples_raw(folder) AS TABLE
SELECT v.block,
       s.series,
       s.name,
       s.labels,
       p.time,
       coalesce(v.exact, v.scaled / s.divisor, (v.biased - 6755399441055744) / s.divisor) AS value,
       v.quality
FROM (SELECT *, parse_path(filename)[-2] AS block
      FROM read_parquet(folder || '/[0-9]*-[0-9]*-*[0-9]/values.parquet', filename = true)) AS v
JOIN (SELECT series, name, labels, divisor, parse_path(filename)[-2] AS block
      FROM read_parquet(folder || '/[0-9]*-[0-9]*-*[0-9]/series.parquet', filename = true)) AS s
  ON s.series = v.series AND s.block = v.block
JOIN (SELECT poll, time, parse_path(filename)[-2] AS block
      FROM read_parquet(folder || '/[0-9]*-[0-9]*-*[0-9]/polls.parquet', filename = true)) AS p
  ON p.poll = v.poll AND p.block = v.block;

CREATE OR REPLACE MACRO block_samples(folder) AS TABLE
SELECT * EXCLUDE (block, series)
FROM (SELECT *, row_number() OVER (PARTITION BY name, labels, time ORDER BY CAST(split_part(block, '-', 3) AS BIGINT)) AS nth
      FROM block_samples_raw(folder))
WHERE nth = 1;

-- Rows of a tier: SELECT bucket, labels['rack'], max FROM tier_rows('samples/tiers/minutes', 60) WHERE name = 'accel_power_watts';
-- The second argument is the length of a bucket in seconds, 60 or 3600. bucket is its begin, time that of its last sample. A bucket that stands in two blocks,
-- because it was made again, comes once, from the block with the higher sequence, in so far as both have the series.
CREATE OR REPLACE MACRO tier_column(folder, file) AS TABLE
SELECT v.block, v.series, v.poll, v.quality, s.name, s.labels, coalesce(v.exact, v.scaled / s.divisor, (v.biased - 6755399441055744) / s.divisor) AS value
FROM (SELECT *, parse_path(filename)[-2] AS block
      FROM read_parquet(folder || '/[0-9]*-[0-9]*-*[0-9]/' || file || '.parquet', filename = true)) AS v
JOIN (SELECT series, name, labels, divisor, parse_path(filename)[-2] AS block
      FROM read_parquet(folder || '/[0-9]*-[0-9]*-*[0-9]/series.parquet', filename = true)) AS s
  ON s.series = v.series AND s.block = v.block;

CREATE OR REPLACE MACRO tier_rows(folder, seconds) AS TABLE
SELECT * EXCLUDE (block, nth)
FROM (SELECT block, l.name, l.labels, time_bucket(to_seconds(seconds), p.time) AS bucket, p.time, l.quality,
             f.value AS first, l.value AS last, mi.value AS min, ma.value AS max, su.value AS sum, co.value AS count, i.value AS increase,
             row_number() OVER (PARTITION BY l.name, l.labels, time_bucket(to_seconds(seconds), p.time)
                                ORDER BY CAST(split_part(block, '-', 3) AS BIGINT) DESC) AS nth
      FROM tier_column(folder, 'last') AS l
      JOIN (SELECT poll, time, parse_path(filename)[-2] AS block
            FROM read_parquet(folder || '/[0-9]*-[0-9]*-*[0-9]/polls.parquet', filename = true)) AS p USING (block, poll)
      JOIN tier_column(folder, 'first') AS f USING (block, series, poll)
      JOIN tier_column(folder, 'min') AS mi USING (block, series, poll)
      JOIN tier_column(folder, 'max') AS ma USING (block, series, poll)
      JOIN tier_column(folder, 'sum') AS su USING (block, series, poll)
      JOIN tier_column(folder, 'count') AS co USING (block, series, poll)
      JOIN tier_column(folder, 'increase') AS i USING (block, series, poll))
WHERE nth = 1;
