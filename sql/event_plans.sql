-- How a scan compares findings, and how they become events, can be looked at:
-- functions of governance_internal that EXPLAIN sees through, over rows that a
-- running scan keeps aside.
BEGIN;
SELECT governance_internal.gov_event_blocked(NULL, NULL, NULL) AS none, governance_internal.gov_event_blocked('x', NULL, NULL) AS unknown,
       governance_internal.gov_event_blocked('x', 'x', false) AS closed, governance_internal.gov_event_blocked('x', 'x', true) AS emitted;
INSERT INTO gov_finding (detector, identity, object_type, object_ref, severity, since_scan)
SELECT 'ownership_gap', 'plan ' || n, 'thing', 'thing ' || n, 'info', 1 FROM generate_series(1, 3) AS n;
SELECT transition, object_ref, severity, address, payload - 'finding_id' AS payload
  FROM governance_internal.gov_event_shape(NULL, 3) WHERE detector = 'ownership_gap' ORDER BY place;
SELECT transition, severity, address, payload - 'sample' AS payload, jsonb_array_length(payload -> 'sample') AS sample FROM governance_internal.gov_event_shape(NULL, 2) WHERE detector = 'ownership_gap';
SELECT c.events = (SELECT count(*) FROM gov_event_shaped) AS counted FROM governance_internal.gov_event_count AS c;
-- outside of a scan nothing was found: what is stored would be resolved, but that of detectors that failed
SELECT c.what, count(*) FROM gov_finding AS f, governance_internal.gov_scan_change('{}') AS c
 WHERE f.finding_id = c.finding_id AND f.detector = 'ownership_gap' AND f.identity LIKE 'plan %' GROUP BY c.what;
SELECT count(*) FROM governance_internal.gov_scan_change('{ownership_gap}') AS c WHERE c.detector = 'ownership_gap';
-- of a scan while none is running: nothing
SELECT count(*) FROM governance_internal.gov_event_shape(7, 2);
-- what is read, for a scan and for what is open
CREATE FUNCTION read_by(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        RETURN NEXT (regexp_match(line, ' on (gov_\w+)'))[1];
    END LOOP;
END $$;
SELECT DISTINCT r COLLATE "C" AS of_scan FROM read_by('SELECT * FROM governance_internal.gov_event_shape(7, 2)') AS r WHERE r ~ 'kept|finding' ORDER BY 1;
SELECT DISTINCT r COLLATE "C" AS open FROM read_by('SELECT * FROM governance_internal.gov_event_shape(NULL, 2)') AS r WHERE r ~ 'kept|finding' ORDER BY 1;
SELECT DISTINCT r COLLATE "C" AS compared FROM read_by('SELECT * FROM governance_internal.gov_scan_change(NULL)') AS r WHERE r IS NOT NULL ORDER BY 1;
ROLLBACK;
