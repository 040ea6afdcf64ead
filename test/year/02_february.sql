--- a partition for the month
CREATE TABLE rides.trip_2025_01 PARTITION OF rides.trip FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
--- partitions for the rest of the year, made ahead
SELECT format('CREATE TABLE rides.trip_2025_%s PARTITION OF rides.trip FOR VALUES FROM (%L) TO (%L)', to_char(m, 'MM'), m, m + interval '1 month')
  FROM generate_series(timestamp '2025-02-01', '2025-12-01', '1 month') AS m
\gexec
--- retention drops the oldest partition
DROP TABLE rides.trip_2024_11;
--- and detaches the next, to be kept apart
ALTER TABLE rides.trip DETACH PARTITION rides.trip_2024_12;
--- the detached one moves into the archive of another schema
ALTER TABLE rides.trip_2024_12 SET SCHEMA ops;
--- and is dropped there
DROP TABLE ops.trip_2024_12;
--- a default partition
CREATE TABLE rides.trip_other PARTITION OF rides.trip DEFAULT;
--- a table becomes the parent of partitions: renamed, made anew, attached
BEGIN;
ALTER TABLE rides.gps_point RENAME TO gps_point_old;
CREATE TABLE rides.gps_point (id bigint, trip_id bigint, at timestamptz, lat float8, lon float8) PARTITION BY RANGE (at);
ALTER TABLE rides.gps_point ATTACH PARTITION rides.gps_point_old FOR VALUES FROM (MINVALUE) TO ('2025-02-15');
CREATE TABLE rides.gps_point_new PARTITION OF rides.gps_point FOR VALUES FROM ('2025-02-15') TO (MAXVALUE);
COMMIT;
--- the old part is detached
ALTER TABLE rides.gps_point DETACH PARTITION rides.gps_point_old;
--- and dropped
DROP TABLE rides.gps_point_old;
--- partitions by a script of the application, sixty of them
SELECT format('CREATE TABLE rides.gps_point_d%s (LIKE rides.gps_point)', n) FROM generate_series(1, 60) AS n
\gexec
--- and they go again, by a script that was corrected
SELECT format('DROP TABLE rides.gps_point_d%s', n) FROM generate_series(1, 60) AS n
\gexec
--> finding sync_blocked source schema:rides
--> held schema:rides
--- said so, and confirmed
SELECT retired FROM governance.gov_sync('schema:rides', force => true);
--> no finding sync_blocked source schema:rides
--> not held schema:rides
--- a partition of a partition
ALTER TABLE rides.trip DETACH PARTITION rides.trip_2025_12;
DROP TABLE rides.trip_2025_12;
CREATE TABLE rides.trip_2025_12 PARTITION OF rides.trip FOR VALUES FROM ('2025-12-01') TO ('2026-01-01') PARTITION BY HASH (id);
CREATE TABLE rides.trip_2025_12_a PARTITION OF rides.trip_2025_12 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE rides.trip_2025_12_b PARTITION OF rides.trip_2025_12 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
--- a partition has a class of its own
SELECT year.give('table', 'rides.trip_2025_03', 'PRIVACY');
--> table rides.trip_2025_03: PRIVACY
--- and is split into two, by a new one beside it
BEGIN;
ALTER TABLE rides.trip DETACH PARTITION rides.trip_2025_03;
ALTER TABLE rides.trip_2025_03 RENAME TO trip_2025_03a;
CREATE TABLE rides.trip_2025_03b (LIKE rides.trip_2025_03a);
ALTER TABLE rides.trip ATTACH PARTITION rides.trip_2025_03a FOR VALUES FROM ('2025-03-01') TO ('2025-03-15');
ALTER TABLE rides.trip ATTACH PARTITION rides.trip_2025_03b FOR VALUES FROM ('2025-03-15') TO ('2025-04-01');
COMMIT;
--> table rides.trip_2025_03 is table rides.trip_2025_03a
--- partitions are renamed after a new fashion
SELECT format('ALTER TABLE rides.%I RENAME TO %I', c.relname, replace(c.relname, 'trip_2025_', 'trip_y2025m'))
  FROM pg_class c WHERE c.relname ~ '^trip_2025_' AND c.relkind IN ('r', 'p') AND c.relnamespace = 'rides'::regnamespace
\gexec
--> table rides.trip_2025_03a is table rides.trip_y2025m03a
--- the parent is renamed
ALTER TABLE rides.trip RENAME TO journey;
--> table rides.trip is table rides.journey
--- the parent moves to another schema, its partitions stay
ALTER TABLE rides.journey SET SCHEMA fleet;
--> table rides.journey is table fleet.journey
--- and back
ALTER TABLE fleet.journey SET SCHEMA rides;
--> table fleet.journey is table rides.journey
--- and has its old name again
ALTER TABLE rides.journey RENAME TO trip;
--> table rides.journey is table rides.trip
--- a partition with something of its own is dropped by retention
DROP TABLE rides.trip_y2025m03a;
--> table rides.trip_y2025m03a: nothing
--> finding governance_left table rides.trip_y2025m03a: gone
--- what was said of it is ended
SELECT year.take('table', 'rides.trip_y2025m03a');
--> no finding governance_left table rides.trip_y2025m03a: gone
--- inheritance of the old kind
CREATE TABLE ops.alert_2024 () INHERITS (ops.alert);
--- and its end
ALTER TABLE ops.alert_2024 NO INHERIT ops.alert;
DROP TABLE ops.alert_2024;
--- a partitioned table with a key, and a foreign key to it
CREATE TABLE billing.usage (id bigint, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE billing.usage_2025 PARTITION OF billing.usage FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE billing.usage_note (id bigint, day date, FOREIGN KEY (id, day) REFERENCES billing.usage);
