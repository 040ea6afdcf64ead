-- What must hold of the facts, whatever was called and whatever ended on the way.
--
-- invariants.broken: what does not hold, and of which row.
-- invariants.differences(): rows that the engine's views have and the oracle has
-- not, or the other way round.
--
-- Include it with \ir from a test, in a database whose extension is in schema
-- public.  It brings the oracle with it.
\ir oracle.sql

CREATE SCHEMA invariants;

-- Of two periods of one thing, whether they meet; empty ones meet nothing.
CREATE FUNCTION invariants.meet(a timestamptz, b timestamptz, c timestamptz, d timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE AS
$$ SELECT a < coalesce(b, 'infinity') AND c < coalesce(d, 'infinity') AND a < coalesce(d, 'infinity') AND c < coalesce(b, 'infinity') $$;

CREATE VIEW invariants.broken AS
SELECT 'two accountable owners at one time' AS what, concat_ws(', ', a.ownership_id, b.ownership_id) AS which
  FROM gov_ownership a JOIN gov_ownership b ON b.ownership_id > a.ownership_id AND b.axis = a.axis AND b.value = a.value
   AND b.object_id IS NOT DISTINCT FROM a.object_id
 WHERE a.owner_kind = 'accountable' AND b.owner_kind = 'accountable' AND a.status = 'active' AND b.status = 'active'
   AND invariants.meet(a.effective_from, a.effective_to, b.effective_from, b.effective_to)
UNION ALL
SELECT 'assigned twice at one time', concat_ws(', ', a.assignment_id, b.assignment_id)
  FROM gov_assignment a JOIN gov_assignment b ON b.assignment_id > a.assignment_id AND b.object_id = a.object_id AND b.axis = a.axis AND b.value = a.value
 WHERE a.superseded_by IS NULL AND b.superseded_by IS NULL AND invariants.meet(a.valid_from, a.valid_to, b.valid_from, b.valid_to)
UNION ALL
SELECT 'two values of a single-valued axis', concat_ws(', ', a.assignment_id, b.assignment_id)
  FROM gov_assignment a JOIN gov_axis x ON x.axis = a.axis AND NOT x.multivalued
  JOIN gov_assignment b ON b.assignment_id > a.assignment_id AND b.object_id = a.object_id AND b.axis = a.axis AND b.value <> a.value
 WHERE a.superseded_by IS NULL AND b.superseded_by IS NULL AND a.zone = 'approved' AND b.zone = 'approved'
   AND least(coalesce(a.valid_to, 'infinity'), coalesce(b.valid_to, 'infinity')) > now()
   AND invariants.meet(a.valid_from, a.valid_to, b.valid_from, b.valid_to)
UNION ALL
SELECT 'superseded by nothing', a.assignment_id::text
  FROM gov_assignment a WHERE a.superseded_by IS NOT NULL AND NOT EXISTS (SELECT FROM gov_assignment b WHERE b.assignment_id = a.superseded_by)
UNION ALL
SELECT 'active under a parent that is not', v.axis || ', ' || v.value
  FROM gov_axis_value v JOIN gov_axis_value p ON p.axis = v.axis AND p.value = v.parent WHERE v.status = 'active' AND p.status <> 'active'
UNION ALL
SELECT 'left on its way', v.axis || ', ' || v.value FROM gov_axis_value v WHERE v.value LIKE 'moving~%'
UNION ALL
(WITH RECURSIVE climb AS (
    SELECT object_id AS start, container_id AS above FROM gov_object WHERE container_id IS NOT NULL
     UNION SELECT c.start, o.container_id FROM climb c JOIN gov_object o ON o.object_id = c.above WHERE o.container_id IS NOT NULL)
 SELECT 'a cycle of containers', start::text FROM climb WHERE above = start)
UNION ALL
(WITH RECURSIVE climb AS (
    SELECT axis, value AS start, parent AS above FROM gov_axis_value WHERE parent IS NOT NULL
     UNION SELECT c.axis, c.start, v.parent FROM climb c JOIN gov_axis_value v ON v.axis = c.axis AND v.value = c.above WHERE v.parent IS NOT NULL)
 SELECT 'a cycle of values', axis || ', ' || start FROM climb WHERE above = start)
UNION ALL
SELECT 'two live objects of one name', object_type || ' ' || object_ref FROM gov_object WHERE retired_at IS NULL GROUP BY object_type, object_ref HAVING count(*) > 1
UNION ALL
SELECT 'one login votes twice', approval || ', ' || cast_by FROM gov_vote GROUP BY approval, cast_by HAVING count(*) > 1
UNION ALL
SELECT 'a vote of who asked', v.approval FROM gov_vote v JOIN gov_approval a ON a.approval = v.approval AND a.proposer_oid = v.cast_by_oid
UNION ALL
SELECT 'a vote of no known kind', v.approval FROM gov_vote v WHERE v.kind NOT IN ('sovereign', 'council', 'human', 'system', 'agent')
UNION ALL
SELECT 'used and not consumed', approval FROM gov_approval WHERE (status = 'consumed') <> (consumed_at IS NOT NULL)
UNION ALL
SELECT 'a change without its entry', c.change::text FROM gov_change c
 WHERE c.seq IS NULL OR NOT EXISTS (SELECT FROM gov_ledger l WHERE l.seq = c.seq UNION ALL SELECT FROM gov_ledger_archive l WHERE l.seq = c.seq)
UNION ALL
SELECT 'an event that is not logged', o.event_id::text FROM gov_event_outbox o WHERE NOT EXISTS (SELECT FROM gov_event_log l WHERE l.event_id = o.event_id AND l.emitted)
UNION ALL
SELECT 'two open findings of one thing', detector || ', ' || identity FROM gov_finding WHERE resolved_at IS NULL GROUP BY detector, identity HAVING count(*) > 1
UNION ALL
SELECT 'was is not what was', seq::text
  FROM (SELECT seq, payload #>> '{was,name}' AS was, action = 'set_authority' AND payload ? 'was' AS changed,
               lag(payload ->> 'name') OVER (PARTITION BY target ->> 'authority' ORDER BY seq) AS before
          FROM (SELECT * FROM gov_ledger UNION ALL SELECT * FROM gov_ledger_archive) AS l
         WHERE action = 'set_authority' AND payload ? 'name') AS entry
 WHERE changed AND was IS DISTINCT FROM before
UNION ALL
SELECT 'an unreadable entry', seq::text FROM gov_ledger
 WHERE action !~ '^[a-z_]+$' OR jsonb_typeof(target) <> 'object' OR jsonb_typeof(payload) <> 'object';

-- Rows that one has and the other has not, view by view.
CREATE FUNCTION invariants.differences() RETURNS TABLE (view text, rows bigint, sample text)
LANGUAGE plpgsql AS
$$
DECLARE
    columns text;
BEGIN
    FOREACH view IN ARRAY '{required_cell,cell_rule,coverage,coverage_gap,effective_owner,owner_conflict,missing_assignment,assignment_quality,coverage_summary,hidden_island}'::text[]
    LOOP
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
          FROM pg_attribute WHERE attrelid = ('public.gov_' || view)::regclass AND attnum > 0 AND NOT attisdropped
           AND attname IN (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = ('oracle.' || view)::regclass AND a.attnum > 0);
        EXECUTE format('WITH ours AS MATERIALIZED (SELECT %1$s FROM public.gov_%2$s), theirs AS MATERIALIZED (SELECT %1$s FROM oracle.%2$s),
                d AS ((SELECT * FROM ours EXCEPT ALL SELECT * FROM theirs) UNION ALL (SELECT * FROM theirs EXCEPT ALL SELECT * FROM ours))
                SELECT count(*), min(d::text) FROM d', columns, view) INTO rows, sample;
        IF rows > 0 THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;
