-- An application that puts labels on its own rows: :rows of them, in six
-- collections of which four are classified and have labels by rule, with the
-- label projection bound to a view over the application's table.
SET client_min_messages = error;
SELECT gov_create_axis('topic', kind => 'uncertain'), gov_set_axis_status('topic', 'active');
SELECT gov_set_authority('desk', kind => 'human');
SELECT gov_set_label('L' || n, 'F' || n % 3) FROM generate_series(1, 58) AS n;
SELECT gov_propose_value('topic', 'v' || n), gov_ratify('topic', 'v' || n, label => 'L' || n) FROM generate_series(1, 6) AS n;
SELECT gov_register_object('collection', 'c' || n), gov_assign('collection', 'c' || n, 'topic', 'v' || n, provenance => '{"kind": "bench"}'),
       gov_own('collection', 'c' || n, 'topic', 'v' || n, 'desk')
  FROM generate_series(1, 6) AS n;
SELECT gov_set_label_rule('collection', 'c' || n, 'L' || n + 1) FROM generate_series(1, 4) AS n;

CREATE SCHEMA application;
CREATE TABLE application.item (
    id bigint PRIMARY KEY, collection text NOT NULL, label_code text NOT NULL, labelled_at timestamp NOT NULL, body text
);
INSERT INTO application.item
SELECT n, 'c' || 1 + n % 4, 'L' || 1 + n % 60, timestamp '2026-01-01' - n * interval '1 second', repeat('x', 60)
  FROM generate_series(1, :rows) AS n;
CREATE VIEW application.labels AS
SELECT 'collection' AS object_type, collection AS object_ref, label_code AS label, labelled_at AS projected_at
  FROM application.item;
SELECT gov_bind('label_projection', 'application.labels');
