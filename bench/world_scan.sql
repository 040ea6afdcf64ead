-- A world for scans: items :first (1) to :objects in shelves of a thousand in
-- halls of ten shelves, with findings for a fifth of them:
--
--	1 in 20   a loan, whose value of "lender" nobody owns     ownership_gap
--	1 in 20   an item without a topic                         axis_assignment_missing
--	1 in 20   a topic less sure than its rule asks for        low_confidence_assignment
--	1 in 40   a topic in quarantine that nobody owns          visible_unapproved
--	1 in 80   a topic older than its rule allows              stale_candidate
--	1 in 80   a label that contradicts the topic              projection_lag
--
-- The other detectors have as much to look at and find nothing.  Items and
-- loans answer for four duties, owned by their hall; every item but the above
-- has a topic, and the label that goes with it.
--
-- Rows are written directly, without triggers: what is built is what the
-- functions would have let through.

SET session_replication_role = replica;

INSERT INTO gov_authority (authority, kind)
SELECT 'team-' || n, 'council' FROM generate_series(0, 9) AS n
    ON CONFLICT DO NOTHING;
INSERT INTO gov_axis (axis, kind, family, status)
VALUES ('duty', 'deterministic', 'semantic', 'active'), ('lender', 'deterministic', 'semantic', 'active'),
       ('topic', 'uncertain', 'semantic', 'active')
    ON CONFLICT DO NOTHING;
INSERT INTO gov_axis_value (axis, value, status)
SELECT 'duty', 'duty-' || n, 'active' FROM generate_series(1, 4) AS n
UNION ALL
SELECT 'lender', 'lender', 'active'
UNION ALL
SELECT 'topic', 'topic-' || n, 'active' FROM generate_series(0, 39) AS n
    ON CONFLICT DO NOTHING;
INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, confidence_threshold, staleness_days, status)
VALUES ('duties', 'duty', 'cross_product', '{item,loan}', 0, 0, 'active'),
       ('lenders', 'lender', 'cross_product', '{loan}', 0, 0, 'active'),
       ('topics', 'topic', 'per_assignment', '{item}', 0.5, 30, 'active')
    ON CONFLICT DO NOTHING;
INSERT INTO gov_label (label, facet)
SELECT 'label-' || n, 'topics' FROM generate_series(0, 39) AS n
    ON CONFLICT DO NOTHING;
INSERT INTO gov_value_label (axis, value, label)
SELECT 'topic', 'topic-' || n, 'label-' || n FROM generate_series(0, 39) AS n
    ON CONFLICT DO NOTHING;

-- ids: halls, shelves, then items from 100001 on
INSERT INTO gov_object (object_id, object_type, object_ref)
SELECT n, 'hall', 'hall-' || n FROM generate_series(1, :objects / 10000 + 1) AS n
    ON CONFLICT DO NOTHING;
INSERT INTO gov_object (object_id, container_id, object_type, object_ref)
SELECT 1000 + n, 1 + n / 10, 'shelf', 'shelf-' || n FROM generate_series(0, :objects / 1000) AS n
    ON CONFLICT DO NOTHING;
INSERT INTO gov_object (object_id, container_id, object_type, object_ref)
SELECT 100000 + n, 1000 + n / 1000, CASE WHEN n % 20 = 0 THEN 'loan' ELSE 'item' END, 'item-' || n
  FROM generate_series(:first, :objects) AS n;

INSERT INTO gov_ownership (object_id, axis, value, authority)
SELECT o.object_id, 'duty', 'duty-' || n, 'team-' || o.object_id % 10
  FROM gov_object AS o, generate_series(1, 4) AS n
 WHERE o.object_type = 'hall' AND NOT EXISTS (SELECT FROM gov_ownership AS w WHERE w.object_id = o.object_id);
-- topic-0 is nobody's
INSERT INTO gov_ownership (axis, value, authority)
SELECT 'topic', 'topic-' || n, 'team-' || n % 10 FROM generate_series(1, 39) AS n WHERE :first = 1;

INSERT INTO gov_assignment (object_id, axis, value, zone, confidence, provenance, assigned_kind, assigned_at)
SELECT o.object_id, 'topic', CASE WHEN n % 40 = 3 THEN 'topic-0' ELSE 'topic-' || 1 + n % 39 END,
       CASE WHEN n % 40 = 3 THEN 'quarantine' ELSE 'approved' END,
       CASE WHEN n % 20 = 2 THEN 0.25 ELSE 0.75 END, '{"kind": "bench"}', 'tool',
       now() - CASE WHEN n % 80 = 23 THEN interval '60 days' ELSE interval '1 day' END
  FROM gov_object AS o, CAST(o.object_id - 100000 AS bigint) AS n
 WHERE o.object_type = 'item' AND n >= :first AND n % 20 <> 1;
INSERT INTO gov_label_rule (object_type, object_ref, label)
SELECT o.object_type, o.object_ref, CASE WHEN o.object_id % 80 = 63 THEN 'label-0' ELSE replace(s.value, 'topic', 'label') END
  FROM gov_object AS o JOIN gov_assignment AS s ON s.object_id = o.object_id
 WHERE o.object_id - 100000 >= :first;

UPDATE gov_event_type SET active = true;
SELECT setval('gov_object_object_id_seq', (SELECT max(object_id) FROM gov_object));
RESET session_replication_role;
