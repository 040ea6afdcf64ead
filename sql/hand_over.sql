-- One object gives another all that was its own, and gov_undo takes it back.
BEGIN;
\set ON_ERROR_ROLLBACK on
SET LOCAL client_min_messages = warning;
SELECT gov_set_authority('HO-A', 'A', 'council'), gov_set_authority('HO-B', 'B', 'human'), gov_create_axis('ho', 'Ho', 'deterministic', 'structural');
SELECT gov_create_axis('ho-one', 'One', 'deterministic', 'structural', multivalued => false);
SELECT gov_set_axis_status(a, 'active'), gov_propose_value(a, 'x'), gov_propose_value(a, 'y') FROM unnest('{ho,ho-one}'::text[]) AS a;
SELECT gov_ratify(a, 'x'), gov_ratify(a, 'y') FROM unnest('{ho,ho-one}'::text[]) AS a;
SELECT count(gov_register_object('ho thing', n)) FROM unnest('{old,new,other}'::text[]) AS n;
SELECT gov_own('ho thing', 'old', 'ho', 'x', 'HO-A', reason => 'theirs'), gov_own('ho thing', 'old', 'ho', 'x', 'HO-B', 'supporting');
SELECT gov_own('ho thing', 'old', 'ho', 'y', 'HO-B', 'waiver', effective_to => now() + interval '9 days', reason => 'not yet');
SELECT gov_own('ho thing', 'new', 'ho', 'x', 'HO-B', 'supporting');
SELECT gov_assign('ho thing', 'old', 'ho', 'x', 'approved', 0.5, provenance => '{"k": 1}'), gov_assign('ho thing', 'old', 'ho', 'y');
SELECT gov_assign('ho thing', 'new', 'ho', 'y');
SELECT gov_set_label('ho-l', 'f', 'L'), gov_set_label('ho-m', 'g', 'M'), gov_map_label('ho', 'x', 'ho-l'), gov_set_label_rule('ho thing', 'old', 'ho-m');
-- labels on its rows, one of them twice; the other bears one of them already
INSERT INTO gov_label_projection (object_type, object_ref, label, projected_at)
VALUES ('ho thing', 'old', 'ho-l', now() - interval '1 day'), ('ho thing', 'old', 'ho-m', now() - interval '1 day'),
       ('ho thing', 'old', 'ho-m', now() - interval '2 days'), ('ho thing', 'new', 'ho-l', now());
SELECT gov_decide('ho thing', 'old', 'ho', 'x', 'accept_orthogonal_facet', 'we looked') <> '' AS decided;
CREATE TEMP VIEW ho_has AS
SELECT o.object_ref, 'owner' AS what, w.axis || '.' || w.value AS cell, w.owner_kind || ' ' || w.authority AS detail, w.reason FROM gov_ownership w JOIN gov_object o USING (object_id) WHERE o.object_type = 'ho thing' AND w.status = 'active'
UNION ALL SELECT o.object_ref, 'assignment', a.axis || '.' || a.value, a.zone || coalesce(' ' || a.confidence, ''), a.reason FROM gov_assignment a JOIN gov_object o USING (object_id)
 WHERE o.object_type = 'ho thing' AND a.superseded_by IS NULL AND (a.valid_to IS NULL OR a.valid_to > now())
UNION ALL SELECT o.object_ref, 'decision', d.axis || '.' || d.value, d.decision, d.rationale FROM gov_decision d JOIN gov_object o USING (object_id) WHERE o.object_type = 'ho thing' AND d.superseded_at IS NULL
UNION ALL SELECT r.object_ref, 'label', r.label, r.status, o.object_ref FROM gov_label_rule r JOIN gov_object o USING (object_id) WHERE o.object_type = 'ho thing'
UNION ALL SELECT r.object_ref, 'projected', r.label, 'rows: ' || count(*), o.object_ref FROM gov_label_projection r JOIN gov_object o USING (object_id) WHERE o.object_type = 'ho thing' GROUP BY 1, 3, 5;
\set has 'SELECT * FROM ho_has ORDER BY object_ref COLLATE "C" DESC, what COLLATE "C", cell COLLATE "C", detail COLLATE "C"'
:has;

SELECT * FROM gov_hand_over('ho thing', 'old', 'ho thing', 'new', 'it took its place');
:has;
-- again: nothing to give, nothing written
SELECT count(*) AS entries FROM gov_ledger \gset before_
SELECT * FROM gov_hand_over('ho thing', 'old', 'ho thing', 'new', 'it took its place');
SELECT count(*) - :before_entries AS written FROM gov_ledger;
SELECT action, target, payload FROM gov_ledger WHERE action = 'hand_over';
SELECT action FROM gov_history('ho thing', 'new') WHERE action = 'hand_over';
SELECT action FROM gov_history('ho thing', 'old') WHERE action = 'hand_over';
-- taken back; times apart, all is as it was; what was projected since stays
INSERT INTO gov_label_projection (object_type, object_ref, label, projected_at) VALUES ('ho thing', 'new', 'ho-m', now() + interval '1 second');
SELECT gov_undo((SELECT max(seq) FROM gov_ledger WHERE action = 'hand_over'), 'it did not');
:has;

-- a retired object gives, too; a retired one gets nothing
SELECT gov_retire_object('ho thing', 'old', 'gone') <> '' AS retired;
SELECT * FROM gov_hand_over('ho thing', 'old', 'ho thing', 'other');
:has;
SELECT * FROM gov_hand_over('ho thing', 'other', 'ho thing', 'old');
-- what excludes each other is refused
SELECT gov_own('ho thing', 'new', 'ho', 'x', 'HO-B') <> '' AS owned;
\set VERBOSITY terse
SELECT * FROM gov_hand_over('ho thing', 'other', 'ho thing', 'new');
\set VERBOSITY default
SELECT gov_assign('ho thing', 'other', 'ho-one', 'x', 'approved', provenance => '{"k": 1}') <> '' AND gov_assign('ho thing', 'new', 'ho-one', 'y', 'approved', provenance => '{"k": 1}') <> '' AS assigned;
SELECT gov_disown(ownership_id) <> '' AS ended FROM gov_ownership w JOIN gov_object o USING (object_id) WHERE o.object_type = 'ho thing' AND o.object_ref = 'new' AND w.status = 'active' AND w.owner_kind = 'accountable';
\set VERBOSITY terse
SELECT * FROM gov_hand_over('ho thing', 'other', 'ho thing', 'new');
\set VERBOSITY default
-- badly
SELECT * FROM gov_hand_over('ho thing', 'new', 'ho thing', 'new');
SELECT * FROM gov_hand_over('ho thing', 'none', 'ho thing', 'new');
SELECT * FROM gov_hand_over('ho thing', 'new', 'ho thing', 'none');
SELECT * FROM gov_hand_over(NULL, 'new', 'ho thing', 'new');
SELECT action, act FROM gov_gated_act WHERE act = 'gov_hand_over' ORDER BY action COLLATE "C";
ROLLBACK;
