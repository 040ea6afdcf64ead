-- What an activation of containment finds and plans can be looked at: functions
-- of governance_internal that EXPLAIN sees through.
BEGIN;
\set ON_ERROR_ROLLBACK on
SELECT gov_set_authority('PLANS-A', kind => 'system'), gov_set_authority('PLANS-B', kind => 'system');
SELECT gov_register_object('shelf', s) FROM unnest('{red,blue,green}'::text[]) AS s;
SELECT gov_register_object('book', 'book ' || n, 'shelf', (ARRAY['red', 'blue'])[1 + n % 2]) FROM generate_series(1, 4) AS n;
SELECT gov_create_axis('responsibility', family => 'system'), gov_create_axis('shelves', family => 'structural');
SELECT gov_set_axis_status('responsibility', 'active');
SELECT gov_propose_value('responsibility', 'policy'), gov_ratify('responsibility', 'policy');
SELECT gov_own('shelf', 'red', 'responsibility', 'policy', 'PLANS-A');

CREATE VIEW shelf AS
    SELECT array_agg(object_id ORDER BY object_ref COLLATE "C") AS ids FROM gov_object
     WHERE object_type = 'shelf' AND object_ref IN ('red', 'blue');

-- what stands in the way
SELECT gov_register_object('book', 'loose');
SELECT * FROM governance_internal.gov_containment_problem('{book}', 'shelves');
SELECT gov_retire_object('book', 'loose');
SELECT * FROM governance_internal.gov_containment_problem('{book}', 'shelves');
SELECT object_ref, authority FROM governance_internal.gov_containment_owner('{book}', 'responsibility', 'policy')
 ORDER BY object_ref COLLATE "C";
SELECT gov_own('shelf', 'blue', 'responsibility', 'policy', 'PLANS-B');

-- what the values should be: one is there to be adopted
SELECT gov_propose_value('shelves', 'red');
SELECT code, parent, wanted, name, linked, present, clash
  FROM governance_internal.gov_containment_value('shelves', (SELECT ids FROM shelf)) ORDER BY code COLLATE "C";
SELECT governance_internal.gov_containment_code('short'), length(governance_internal.gov_containment_code(repeat('x', 201)));
SELECT governance_internal.gov_containment_provenance('{"kind": "seed", "by": "us"}', true, 'AP'),
       governance_internal.gov_containment_provenance('"word"', false, NULL);

-- what the cells should be, and what is missing to it, before and after
CREATE FUNCTION planned(OUT cells bigint, OUT lost_assignments bigint, OUT new_assignments bigint,
                        OUT lost_ownership bigint, OUT new_ownership bigint)
LANGUAGE sql BEGIN ATOMIC
    SELECT (SELECT count(*) FROM governance_internal.gov_containment_cell('shelves', '{book}', s.ids, '{PLANS-B,PLANS-A}', 0, 9223372036854775807)),
           (SELECT count(*) FROM governance_internal.gov_containment_lost_assignment('shelves', '{book}', 0, 9223372036854775807)),
           (SELECT count(*) FROM governance_internal.gov_containment_new_assignment('shelves', '{book}', s.ids, '{PLANS-B,PLANS-A}', 0, 9223372036854775807)),
           (SELECT count(*) FROM governance_internal.gov_containment_lost_ownership('shelves', 0, 9223372036854775807)),
           (SELECT count(*) FROM governance_internal.gov_containment_new_ownership('shelves', '{book}', s.ids, '{PLANS-B,PLANS-A}', 0, 9223372036854775807))
      FROM shelf AS s;
END;
SELECT * FROM planned();
SELECT values_created, assignments, ownerships FROM gov_activate_containment('shelves', '{book}');
SELECT * FROM planned();
-- one book moves, one goes
UPDATE gov_object SET container_id = (SELECT ids[1] FROM shelf) WHERE object_ref = 'book 2';
SELECT gov_retire_object('book', 'book 4');
SELECT * FROM planned();
SELECT o.object_ref, l.reason FROM governance_internal.gov_containment_lost_assignment('shelves', '{book}', 0, 9223372036854775807) AS l
  JOIN gov_assignment AS a USING (assignment_id) JOIN gov_object AS o USING (object_id) ORDER BY o.object_ref COLLATE "C";
SELECT values_created, assignments, ownerships FROM gov_activate_containment('shelves', '{book}');
-- ownership of the old cell goes with its assignment
SELECT * FROM planned();

-- a value goes with its container; while there is none, no assignment is looked at
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query;
END $$;
SET LOCAL enable_nestloop = off;
SELECT count(*) > 0 AS planned, bool_and(line LIKE '%(never executed)') AS never_executed
  FROM plan_of($$SELECT * FROM governance_internal.gov_containment_gone_value('shelves')$$) AS line
 WHERE line ~ 'on gov_(assignment|ownership)';
SELECT * FROM governance_internal.gov_containment_gone_value('shelves');
SELECT gov_retire_object('book', 'book 2');
SELECT gov_retire_object('shelf', 'red');
SELECT * FROM governance_internal.gov_containment_gone_value('shelves');

-- each of them is a query that EXPLAIN sees through
CREATE FUNCTION is_read_by(query text, relation text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line ~ (' on ' || relation || '\M') THEN RETURN true; END IF;
    END LOOP;
    RETURN false;
END $$;
SELECT q.name, is_read_by('SELECT * FROM governance_internal.gov_containment_' || q.name || q.arguments, q.relation)
  FROM (VALUES
    ('problem', $$('{book}', 'shelves')$$, 'gov_object'),
    ('owner', $$('{book}', 'responsibility', 'policy')$$, 'gov_engine_effective_owner'),
    ('value', $$('shelves', '{1}')$$, 'gov_axis_value'),
    ('cell', $$('shelves', '{book}', '{1}', '{A}', 0, 10)$$, 'gov_axis_value'),
    ('lost_assignment', $$('shelves', '{book}', 0, 10)$$, 'gov_assignment'),
    ('new_assignment', $$('shelves', '{book}', '{1}', '{A}', 0, 10)$$, 'gov_assignment'),
    ('lost_ownership', $$('shelves', 0, 10)$$, 'gov_ownership'),
    ('new_ownership', $$('shelves', '{book}', '{1}', '{A}', 0, 10)$$, 'gov_ownership'),
    ('gone_value', $$('shelves')$$, 'gov_axis_value')) AS q (name, arguments, relation);
ROLLBACK;
