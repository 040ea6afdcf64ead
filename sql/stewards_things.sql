-- What one steward registered is not another's: consumers of events, bindings,
-- projections.  Nor are owners to come, where somebody owns for a time, and what
-- a live object is owned by: all of it is for members of the role, or level admin.
BEGIN;
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
CREATE ROLE regress_gov_ann;
CREATE ROLE regress_gov_bob;
CREATE ROLE regress_gov_crew ROLE regress_gov_ann;
CREATE ROLE regress_gov_admin;
SELECT count(gov_grant('steward', r)) AS stewards FROM unnest('{regress_gov_ann,regress_gov_bob,regress_gov_crew}'::name[]) AS r;
SELECT gov_grant('admin', 'regress_gov_admin');
CREATE SCHEMA reach;
GRANT USAGE, CREATE ON SCHEMA reach TO regress_gov_ann, regress_gov_bob;
SELECT count(gov_set_authority(a, kind => 'human', role_name => r)) AS authorities
  FROM (VALUES ('ANN', 'regress_gov_ann'), ('BOB', 'regress_gov_bob'), ('NOBODY', NULL)) AS t (a, r);
SELECT count(gov_create_axis('reach')) + count(gov_set_axis_status('reach', 'active')) AS axis;
SELECT count(gov_propose_value('reach', 'v')) + count(gov_ratify('reach', 'v')) AS value;
SELECT count(gov_register_object('thing', name)) AS objects FROM unnest('{a,b,c,gone}'::text[]) AS name;

-- A consumer is its first reader's: who acknowledges takes the events away from others.
SET SESSION AUTHORIZATION regress_gov_ann;
SELECT count(*) AS fetched FROM gov_event_fetch('mail');
SELECT gov_event_ack('mail', 0);
SET ROLE regress_gov_crew;
SELECT count(*) AS fetched FROM gov_event_fetch('crew');
RESET ROLE;
SET SESSION AUTHORIZATION regress_gov_bob;
SAVEPOINT bob;
SELECT count(*) FROM gov_event_fetch('mail');
ROLLBACK TO bob;
SELECT gov_event_ack('mail', 0);
ROLLBACK TO bob;
SELECT count(*) FROM gov_event_fetch('crew');
ROLLBACK TO bob;
SELECT count(*) AS fetched FROM gov_event_fetch('bob''s');
-- a consumer that a team shares belongs to the role that it fetched as
SET SESSION AUTHORIZATION regress_gov_ann;
SELECT count(*) AS fetched FROM gov_event_fetch('crew');
SET SESSION AUTHORIZATION regress_gov_admin;
SELECT count(*) AS fetched FROM gov_event_fetch('mail');
SELECT gov_event_ack('mail', 0);
RESET SESSION AUTHORIZATION;
SELECT consumer, registered_by, registered_oid = registered_by::regrole AS noted FROM gov_event_cursor ORDER BY consumer COLLATE "C";
-- a role made anew under the name is not the one that is meant, until a superuser says so
SAVEPOINT anew;
DROP OWNED BY regress_gov_ann;
UPDATE gov_authority SET role_name = NULL WHERE authority = 'ANN';
DROP ROLE regress_gov_ann;
CREATE ROLE regress_gov_ann ROLE regress_gov_bob;
SET SESSION AUTHORIZATION regress_gov_bob;
SAVEPOINT bob;
SELECT count(*) FROM gov_event_fetch('mail');
ROLLBACK TO bob;
RESET SESSION AUTHORIZATION;
SELECT * FROM gov_rebind('regress_gov_ann');
SET SESSION AUTHORIZATION regress_gov_bob;
SELECT count(*) AS fetched FROM gov_event_fetch('mail');
ROLLBACK TO anew;

-- Bindings.
SET SESSION AUTHORIZATION regress_gov_ann;
CREATE TABLE reach.labels (label text, facet text, name text, status text);
SELECT gov_bind('vocabulary', 'reach.labels');
SET SESSION AUTHORIZATION regress_gov_bob;
CREATE TABLE reach.labels_of_bob (label text, facet text, name text, status text);
SAVEPOINT bob;
SELECT gov_bind('vocabulary', 'reach.labels_of_bob');
ROLLBACK TO bob;
SELECT gov_unbind('vocabulary');
ROLLBACK TO bob;
SET SESSION AUTHORIZATION regress_gov_admin;
SELECT gov_unbind('vocabulary');
SET SESSION AUTHORIZATION regress_gov_bob;
SELECT gov_bind('vocabulary', 'reach.labels_of_bob');
SELECT gov_bind('vocabulary', 'reach.labels_of_bob');
-- who owns the relation by now registers it anew
RESET SESSION AUTHORIZATION;
ALTER TABLE reach.labels_of_bob OWNER TO regress_gov_ann;
SET SESSION AUTHORIZATION regress_gov_ann;
SELECT gov_bind('vocabulary', 'reach.labels_of_bob');
SELECT gov_unbind('vocabulary');

-- Projections, with a relation and without.
SET SESSION AUTHORIZATION regress_gov_ann;
CREATE TABLE reach.search (object_type text, object_ref text, projected_at timestamptz);
SELECT gov_set_projection('search', 'reach', 'reach.search');
SELECT gov_set_projection('labels', 'reach');
SET SESSION AUTHORIZATION regress_gov_bob;
CREATE TABLE reach.search_of_bob (object_type text, object_ref text, projected_at timestamptz);
SAVEPOINT bob;
SELECT gov_set_projection('search', relation => 'reach.search_of_bob');
ROLLBACK TO bob;
SELECT gov_set_projection('search', enabled => false);
ROLLBACK TO bob;
SELECT gov_set_projection('search', warn_after => '100 years');
ROLLBACK TO bob;
SELECT gov_set_projection('labels', relation => 'reach.search_of_bob');
ROLLBACK TO bob;
-- nothing changes by this
SELECT gov_set_projection('search', 'reach');
SET SESSION AUTHORIZATION regress_gov_admin;
SELECT gov_set_projection('search', enabled => false);
SET SESSION AUTHORIZATION regress_gov_ann;
SELECT gov_set_projection('search', enabled => true);
RESET SESSION AUTHORIZATION;
SELECT projection, relation, registered_by FROM gov_projection ORDER BY projection COLLATE "C";

-- Who follows an owner for a time is said by its own, whether at once or later.
SELECT count(gov_own('thing', name, 'reach', 'v', owner, effective_to => 'tomorrow'::timestamptz + '1 day')) AS owned
  FROM (VALUES ('a', 'ANN'), ('b', 'NOBODY')) AS t (name, owner);
SELECT count(gov_own(NULL, NULL, 'reach', 'v', 'ANN', effective_to => 'tomorrow'::timestamptz + '1 day')) AS owned;
SET SESSION AUTHORIZATION regress_gov_bob;
SAVEPOINT bob;
SELECT gov_own('thing', 'a', 'reach', 'v', 'BOB', effective_from => 'tomorrow'::timestamptz + '1 day');
ROLLBACK TO bob;
SELECT gov_own('thing', 'a', 'reach', 'v', 'BOB', effective_from => '294276-12-30');
ROLLBACK TO bob;
SELECT gov_own('thing', 'b', 'reach', 'v', 'BOB', effective_from => '294276-12-30');
ROLLBACK TO bob;
SELECT gov_own(NULL, NULL, 'reach', 'v', 'BOB', effective_from => '294276-12-30');
ROLLBACK TO bob;
SELECT gov_own_many('[{"object_type": "thing", "object_ref": "c", "axis": "reach", "value": "v", "authority": "BOB", "effective_from": "294276-12-30"},
                      {"object_type": "thing", "object_ref": "a", "axis": "reach", "value": "v", "authority": "BOB", "effective_from": "294276-12-30"}]'::jsonb);
ROLLBACK TO bob;
SELECT gov_own_many('[{"axis": "reach", "value": "v", "authority": "BOB", "effective_from": "294276-12-30"}]'::jsonb);
ROLLBACK TO bob;
-- of a cell that is nobody's it may, and as another kind
SELECT gov_own('thing', 'c', 'reach', 'v', 'BOB', effective_from => '294276-12-30');
SELECT gov_own('thing', 'a', 'reach', 'v', 'BOB', 'supporting', effective_from => '294276-12-30');
SET SESSION AUTHORIZATION regress_gov_ann;
SELECT gov_own('thing', 'a', 'reach', 'v', 'BOB', effective_from => '294276-12-30');
SET SESSION AUTHORIZATION regress_gov_admin;
SELECT gov_own('thing', 'b', 'reach', 'v', 'BOB', effective_from => '294276-12-30');
RESET SESSION AUTHORIZATION;
-- an authority may follow itself, whoever says so
SET SESSION AUTHORIZATION regress_gov_bob;
SELECT gov_own_many('[{"axis": "reach", "value": "v", "authority": "ANN", "effective_from": "294276-12-30"}]'::jsonb);

-- An owner is not ended by giving what it owns to something else.
SAVEPOINT bob;
SELECT gov_hand_over('thing', 'a', 'thing', 'gone');
ROLLBACK TO bob;
SET SESSION AUTHORIZATION regress_gov_ann;
SELECT gov_hand_over('thing', 'b', 'thing', 'gone');
ROLLBACK TO bob;
-- nor by retiring it first, to register it again without its owners
SET SESSION AUTHORIZATION regress_gov_bob;
SELECT gov_retire_object('thing', 'a');
SELECT gov_hand_over('thing', 'a', 'thing', 'gone');
ROLLBACK TO bob;
-- what its source retired is given freely
SET SESSION AUTHORIZATION regress_gov_ann;
CREATE TABLE reach.rows AS SELECT 'row'::text AS object_type, 'r' || n AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM generate_series(1, 12) AS n;
SELECT objects FROM gov_enroll_relation('rows', 'reach.rows');
SELECT gov_own('row', 'r1', 'reach', 'v', 'BOB');
DELETE FROM reach.rows WHERE object_ref = 'r1';
SELECT retired FROM gov_sync('rows');
SELECT gov_hand_over('row', 'r1', 'row', 'r2');
ROLLBACK;
