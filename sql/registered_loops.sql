-- A registered relation that asks for what is made of itself is refused
-- at once, and one that is temporary is none.
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = error;
CREATE SCHEMA loops;
SELECT gov_create_axis('loops', kind => 'uncertain'), gov_set_axis_status('loops', 'active'), gov_propose_value('loops', 'v'), gov_ratify('loops', 'v');
SELECT gov_register_object('loop', 'o') AS registered;
SELECT gov_set_label('loop', 'f'), gov_map_label('loops', 'v', 'loop'), gov_set_label_rule('loop', 'o', 'loop');
SELECT gov_assign('loop', 'o', 'loops', 'v', provenance => '{"kind": "test"}', zone => 'approved') AS assigned;
SELECT flag FROM gov_label_reconcile WHERE axis = 'loops';

-- labels out of the view that compares labels
CREATE VIEW loops.labels AS SELECT 'loop'::text AS label, min(flag) AS facet, NULL::text AS name, 'active'::text AS status FROM gov_label_reconcile;
SELECT gov_bind('vocabulary', 'loops.labels');
SELECT flag FROM gov_label_reconcile WHERE axis = 'loops';
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) > 0 AS reconciled FROM gov_reconcile();
SELECT object_ref, detail->>'sqlstate' AS sqlstate FROM gov_drift_state WHERE detector = 'detector_failed' AND status = 'open' AND object_ref = 'label_orphan';
-- out of a table of the extension they can be read
CREATE OR REPLACE VIEW loops.labels AS SELECT label, facet, name, status FROM gov_label WHERE label = 'loop';
SELECT flag FROM gov_label_reconcile WHERE axis = 'loops';
SELECT gov_unbind('vocabulary');

-- a projection out of the lag of projections, of which its own is unknown
SET LOCAL client_min_messages = warning;
CREATE ROLE regress_gov_looper;
SELECT gov_grant('admin', 'regress_gov_looper');
GRANT CREATE, USAGE ON SCHEMA loops TO regress_gov_looper;
GRANT USAGE ON SCHEMA public TO regress_gov_looper;
SET LOCAL SESSION AUTHORIZATION regress_gov_looper;
CREATE VIEW loops.lag AS SELECT * FROM gov_projection_lag;
SELECT gov_set_projection('loops', 'loops', 'loops.lag');
SELECT flag FROM gov_projection_lag WHERE projection = 'loops';
RESET SESSION AUTHORIZATION;
SET LOCAL client_min_messages = error;
SELECT gov_set_projection('loops', enabled => false);

-- temporary relations, by the name of their schema
CREATE TEMP TABLE labels (label text, facet text, name text, status text);
CREATE TEMP TABLE objects (object_type text, object_ref text, container_type text, container_ref text);
SELECT pg_my_temp_schema()::regnamespace AS temp \gset
-- the message names the schema, whose number differs
\set VERBOSITY sqlstate
SELECT gov_bind('vocabulary', :'temp' || '.labels');
SELECT gov_enroll_relation('loops', :'temp' || '.objects');
SELECT gov_set_projection('loops', relation => :'temp' || '.objects');
ROLLBACK;
