-- What a split and an undo find before they write can be looked at: functions
-- and views of governance_internal that EXPLAIN sees through.
BEGIN;
SELECT gov_create_axis('parts', family => 'system');
SELECT gov_set_axis_status('parts', 'active');
SELECT gov_propose_value('parts', 'whole'), gov_ratify('parts', 'whole');
SELECT count(gov_register_object('part', 'part ' || n)) FROM generate_series(1, 3) AS n;
SELECT count(gov_assign('part', 'part ' || n, 'parts', 'whole', zone => 'approved', provenance => '{"kind": "human"}'))
  FROM generate_series(1, 3) AS n;

-- the children of a split, its plan, and what is wrong with it
SELECT * FROM governance_internal.gov_split_child('["a", {"value": "b", "name": "Second"}, {"value": 1}, 2]');
SELECT p.value, p.zone, o.object_ref
  FROM governance_internal.gov_split_planned('parts', 'whole', '[{"object_type": "part", "object_ref": "part 1", "value": "a"},
                                             {"object_type": "part", "object_ref": "part 9", "value": "a"}]') AS p
  JOIN gov_assignment USING (assignment_id) JOIN gov_object AS o USING (object_id);
SELECT governance_internal.gov_split_is_done('parts', 'whole', '["a"]', '[{"object_type": "part", "object_ref": "part 1", "value": "a"}]');
SELECT * FROM gov_split('parts', 'whole', '["a"]', '[{"object_type": "part", "object_ref": "part 1", "value": "a"}]');
SELECT governance_internal.gov_split_is_done('parts', 'whole', '["a"]', '[{"object_type": "part", "object_ref": "part 1", "value": "a"}]');
SELECT fault
  FROM governance_internal.gov_split_fault('parts', 'whole', '[{"object_type": "part", "object_ref": "part 2", "value": "a"},
                                           {"object_type": "part", "object_ref": "part 3", "value": "other"},
                                           {"object_type": "part", "object_ref": "part 9", "value": "a"},
                                           {"object_type": "part", "value": "a"}]', (SELECT max(change) FROM gov_change))
 ORDER BY fault COLLATE "C";

-- what stands in the way of taking it back
CREATE VIEW obstacle AS
    SELECT b.obstacle FROM gov_change AS c, governance_internal.gov_undo_obstacle(c.change, c.axis) AS b WHERE c.act = 'split';
SELECT thing, key, before, after, row_id IS NOT NULL AS is_row FROM governance_internal.gov_undo_row ORDER BY thing COLLATE "C";
SELECT * FROM obstacle;
SELECT gov_assign('part', 'part 2', 'parts', 'a', zone => 'candidate', provenance => '{"kind": "human"}');
SELECT gov_unassign('part', 'part 1', 'parts', 'a');
SELECT * FROM obstacle ORDER BY obstacle COLLATE "C";

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
SELECT q.query, is_read_by('SELECT * FROM governance_internal.' || q.query, q.relation)
  FROM (VALUES
    ($$gov_split_child('["a"]')$$, 'jsonb_array_elements'),
    ($$gov_split_planned('parts', 'whole', '[]')$$, 'gov_assignment'),
    ($$gov_split_fault('parts', 'whole', '[]', 1)$$, 'gov_change_row'),
    ($$gov_undo_obstacle(1, 'parts')$$, 'gov_ownership'),
    ($$gov_merge_moving_ownership WHERE axis = 'parts'$$, 'gov_ownership')) AS q (query, relation);
ROLLBACK;
