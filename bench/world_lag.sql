-- A read model of :rows rows, of :objects objects whose assignments on one
-- axis it shows.
SET client_min_messages = error;
SELECT gov_create_axis('topic'), gov_set_axis_status('topic', 'active');
SELECT gov_propose_value('topic', 'v' || n), gov_ratify('topic', 'v' || n) FROM generate_series(1, 6) AS n;
INSERT INTO gov_object (object_type, object_ref)
SELECT 'record', 'record ' || n FROM generate_series(1, :objects) AS n;
INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, assigned_kind, assigned_at)
SELECT object_id, 'topic', 'v' || 1 + object_id % 6, 'approved', '{"kind": "bench"}', 'rule', '2026-01-01'
  FROM gov_object WHERE object_type = 'record';
CREATE SCHEMA application;
CREATE TABLE application.search_index (
    object_type text NOT NULL, object_ref text NOT NULL, projected_at timestamptz NOT NULL, body text
);
INSERT INTO application.search_index
SELECT 'record', 'record ' || 1 + n % :objects, timestamptz '2026-01-01' + (n % 100 - 50) * interval '1 hour', repeat('x', 60)
  FROM generate_series(1, :rows) AS n;
SELECT gov_set_projection('search index', 'topic', 'application.search_index');
