-- Whatever a session puts in front of its search_path, the acts do the same.
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
\set VERBOSITY terse
SET LOCAL client_min_messages = warning;
INSERT INTO gov_authority (authority, kind) VALUES ('acts-a', 'human'), ('acts-b', 'council');
INSERT INTO gov_axis (axis, kind, family, status, multivalued) VALUES ('acts-one', 'uncertain', 'semantic', 'active', false);
INSERT INTO gov_axis_value (axis, value, status) VALUES ('acts-one', 'x', 'active'), ('acts-one', 'y', 'active');
INSERT INTO gov_object (object_type, object_ref) VALUES ('thing', 't1'), ('thing', 't2');

-- tables, functions, operators, types and casts of the same names, which raise or lie
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY '{gov_object,gov_axis,gov_axis_value,gov_assignment,gov_ownership,gov_authority,gov_input,gov_raw,gov_plan,gov_rival}'::text[] LOOP
        EXECUTE format('CREATE TABLE hostile.%I (hostile text)', name);
        EXECUTE format('CREATE TRIGGER trap BEFORE INSERT OR UPDATE OR DELETE ON hostile.%I FOR EACH STATEMENT EXECUTE FUNCTION hostile.trap()', name);
    END LOOP;
END $$;
CREATE FUNCTION hostile.now() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE FUNCTION hostile.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE FUNCTION hostile.max(bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE FUNCTION hostile.format(text, VARIADIC text[]) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE FUNCTION hostile.jsonb_typeof(jsonb) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE FUNCTION hostile.never(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE FUNCTION hostile.never(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE FUNCTION hostile.never(timestamptz, timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
DO $$
DECLARE operator text; type text;
BEGIN
    FOREACH operator IN ARRAY '{=,<>,<,<=,>,>=}'::text[] LOOP
        FOREACH type IN ARRAY '{text,bigint,timestamptz}'::text[] LOOP
            EXECUTE format('CREATE OPERATOR hostile.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = hostile.never)', operator, type, type);
        END LOOP;
    END LOOP;
END $$;
CREATE DOMAIN hostile.text AS pg_catalog.text CHECK (length(VALUE) < 0);
CREATE DOMAIN hostile.jsonb AS pg_catalog.jsonb CHECK (VALUE IS NULL);
CREATE DOMAIN hostile.real AS pg_catalog.float4 CHECK (VALUE < 0);
CREATE DOMAIN hostile.timestamptz AS pg_catalog.timestamptz CHECK (VALUE IS NULL);

CREATE TEMPORARY TABLE gov_ownership (hostile text);
CREATE TEMPORARY TABLE many AS SELECT object_type, object_ref, axis, 'y'::pg_catalog.text AS value, 'acts-b'::pg_catalog.text AS authority, true AS replace
  FROM gov_object, gov_axis WHERE axis = 'acts-one' AND object_type = 'thing';
SELECT extnamespace::regnamespace AS governance FROM pg_extension WHERE extname = 'governance' \gset
SET LOCAL search_path = hostile, pg_catalog, :governance;
-- the session itself is trapped
SELECT now();
SELECT 'a'::pg_catalog.text = 'a'::pg_catalog.text;
-- the acts are not
SELECT gov_assign('thing', 't1', 'acts-one', 'x', 'approved', 0.5, 0.5, '{"kind": "k"}', '[]', 'human', '2020-01-01') AS assigned;
SELECT gov_assign('thing', 't1', 'acts-one', 'y', provenance => '{"kind": "k"}') AS assigned;
SELECT gov_set_zone('thing', 't1', 'acts-one', 'y', 'approved');
SELECT gov_unassign('thing', 't1', 'acts-one', 'y');
SELECT gov_own('thing', 't1', 'acts-one', 'x', 'acts-a') AS owned;
SELECT gov_own(NULL, NULL, 'acts-one', 'x', 'acts-a') AS owned;
SELECT gov_own('thing', 't1', 'acts-one', 'x', 'acts-b');
SELECT gov_own('thing', 't1', 'acts-one', 'x', 'acts-b', replace => true) AS owned;
SELECT assigned, unchanged, superseded FROM gov_assign_many('many'::regclass);
SELECT owned, superseded, ending FROM gov_own_many('many'::regclass);
SELECT assigned, unchanged, superseded FROM gov_assign_many('[{"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "x", "provenance": {"kind": "k"}, "assigned_at": "2020-01-01", "confidence": 0.5}]'::pg_catalog.jsonb);
SELECT owned, superseded, ending FROM gov_own_many('[{"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "x", "authority": "acts-a", "effective_to": "2999-01-01"}]'::pg_catalog.jsonb);
SELECT gov_transfer('acts-a', 'acts-b');
SELECT gov_disown(ownership_id) FROM :governance.gov_ownership WHERE status OPERATOR(pg_catalog.=) 'active'::pg_catalog.text AND object_id IS NULL;
-- nor are the triggers of the tables
INSERT INTO :governance.gov_ownership (axis, value, authority) VALUES ('acts-one', 'x', 'acts-a');
INSERT INTO :governance.gov_ownership (axis, value, authority) VALUES ('acts-one', 'x', 'acts-b');
UPDATE :governance.gov_axis SET multivalued = true WHERE axis OPERATOR(pg_catalog.=) 'acts-one'::pg_catalog.text;
UPDATE :governance.gov_axis SET multivalued = false WHERE axis OPERATOR(pg_catalog.=) 'acts-one'::pg_catalog.text;
SET LOCAL search_path = :governance, pg_temp;
SELECT object_ref, value, zone, valid_to IS NULL AS open FROM gov_assignment JOIN gov_object USING (object_id) WHERE axis = 'acts-one' ORDER BY assignment_id;
SELECT object_ref, value, authority, status FROM gov_ownership LEFT JOIN gov_object USING (object_id) WHERE axis = 'acts-one' ORDER BY ownership_id;
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
