-- A dump brings rows that the extension ships: they are updated, not doubled,
-- and what was changed in them comes back.
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
SELECT source, kind, relation, object_types, enabled FROM gov_source WHERE source = 'manual';
INSERT INTO gov_source (source, kind, object_types, enabled, registered_by) VALUES ('manual', 'manual', '{a,b}', false, 'somebody');
SELECT source, kind, relation, object_types, enabled, registered_by FROM gov_source WHERE source = 'manual';
COPY gov_source (source, kind, relation, object_types, enabled, registered_by) FROM stdin;
sh1	relation	public.r	\N	t	somebody
manual	manual	\N	\N	t	somebody
sh2	catalog	\N	\N	t	somebody
\.
SELECT source, kind, relation, object_types, enabled, registered_by FROM gov_source
WHERE source IN ('manual', 'sh1', 'sh2') ORDER BY source COLLATE "C";
-- checks hold for it as for any row
\set VERBOSITY terse
INSERT INTO gov_source (source, kind, relation) VALUES ('manual', 'manual', 'public.r');
\set VERBOSITY default
\echo :LAST_ERROR_SQLSTATE
-- any other key is a key
INSERT INTO gov_source (source, kind) VALUES ('sh2', 'catalog');
\echo :LAST_ERROR_SQLSTATE
-- a seed row that was deleted is inserted
DELETE FROM gov_source WHERE source = 'manual';
INSERT INTO gov_source (source, kind, enabled) VALUES ('manual', 'manual', false);
SELECT count(*) FROM gov_source WHERE source = 'manual';

-- every row that the extension ships is known to its trigger
INSERT INTO gov_detector SELECT * FROM gov_detector WHERE routine IS NULL;
INSERT INTO gov_action SELECT * FROM gov_action;
INSERT INTO gov_quorum_rule SELECT * FROM gov_quorum_rule;
INSERT INTO gov_event_type SELECT * FROM gov_event_type WHERE domain = 'governance';

-- any table, several key columns, odd names
CREATE TABLE "sh Table" (k1 text, "k ""2" text, "va lue" int,
    twice int GENERATED ALWAYS AS ("va lue" * 2) STORED, gone int,
    id int GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (k1, "k ""2"));
ALTER TABLE "sh Table" DROP COLUMN gone;
INSERT INTO "sh Table" (k1, "k ""2", "va lue") VALUES ('a', 'b''c', 1), ('a', 'd', 2), ('a', 'e', 3);
CREATE TRIGGER t BEFORE INSERT ON "sh Table" FOR EACH ROW
    EXECUTE FUNCTION governance_internal.gov_restore_seed('k1, "k ""2"', 'a', 'b''c', 'a', 'd');
INSERT INTO "sh Table" (k1, "k ""2", "va lue") VALUES ('a', 'b''c', 10), ('a', 'd', 20), ('b', 'd', 30);
INSERT INTO "sh Table" (k1, "k ""2", "va lue") VALUES ('a', 'e', 30);
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
INSERT INTO "sh Table" (k1, "k ""2", "va lue") VALUES ('a', NULL, 30);
\set VERBOSITY default
\echo :LAST_ERROR_SQLSTATE
SELECT k1, "k ""2", "va lue", twice FROM "sh Table" ORDER BY "va lue";
CREATE TRIGGER t2 BEFORE INSERT ON "sh Table" FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_restore_seed('k1, "k ""2"', 'a');
INSERT INTO "sh Table" (k1, "k ""2") VALUES ('x', 'y');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
