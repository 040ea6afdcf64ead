-- In the extension's schema, where others may create objects, stand functions of
-- theirs beside those of the extension: under the same names they are none of it.
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
CREATE ROLE over_evil;
CREATE ROLE over_admin;
CREATE ROLE over_steward;
SELECT gov_grant('steward', 'over_evil'), gov_grant('admin', 'over_admin'), gov_grant('steward', 'over_steward');
SELECT gov_set_authority('over-a', kind => 'human') AS a, gov_set_authority('over-b', kind => 'human') AS b, gov_register_object('over', 'o') AS o;
SELECT gov_create_axis('over') AS axis, gov_set_axis_status('over', 'active') AS active, gov_propose_value('over', 'v') AS proposed, gov_ratify('over', 'v') AS ratified;
SELECT gov_own('over', 'o', 'over', 'v', 'over-a') AS owned;
CREATE SCHEMA over AUTHORIZATION over_evil;
GRANT CREATE ON SCHEMA public TO over_evil;
SET LOCAL ROLE over_evil;
CREATE FUNCTION over.runs() RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'evil runs as the owner: %', current_user <> 'over_evil'; RETURN 'open'; END $$;
CREATE FUNCTION over.is() RETURNS text STABLE LANGUAGE sql AS $$ SELECT 'open'::text $$;
-- a default that is computed when a request is made
CREATE FUNCTION public.gov_set_gate(action text, risk text DEFAULT over.runs()) RETURNS text LANGUAGE sql AS $$ SELECT action $$;
-- and one that is no constant
CREATE FUNCTION public.gov_set_quorum(risk text, gate text DEFAULT over.is()) RETURNS text LANGUAGE sql AS $$ SELECT risk $$;
-- one that all may call
CREATE FUNCTION public.gov_set_axis_status(whatever integer) RETURNS text LANGUAGE sql AS $$ SELECT '' $$;
CREATE FUNCTION public.gov_privileges(whatever integer) RETURNS text LANGUAGE sql AS $$ SELECT '' $$;
REVOKE ALL ON FUNCTION public.gov_privileges(integer) FROM PUBLIC;
RESET ROLE;

SET LOCAL SESSION AUTHORIZATION over_evil;
SELECT gov_request_approval('over', 'change_trust', '{"action": "own"}', 'why', act => 'gov_set_gate');
SELECT gov_request_approval('over', 'change_trust', '{"risk": "low"}', 'why', act => 'gov_set_quorum');
SELECT gov_own('over', 'o', 'over', 'v', 'over-b', replace => true);
-- an admin is one all the same
SET LOCAL SESSION AUTHORIZATION over_admin;
SELECT gov_own('over', 'o', 'over', 'v', 'over-b', replace => true);
RESET SESSION AUTHORIZATION;
-- nothing of it is granted, listed or taken for an act
SELECT gov_grant('reader', 'over_admin');
SELECT proname, pg_get_function_identity_arguments(oid) AS arguments, proacl::text LIKE '%over_admin=%' AS granted
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proowner = 'over_evil'::regrole ORDER BY 1;
SELECT level, object FROM gov_privileges() WHERE object LIKE '%(integer)' ORDER BY 1, 2;
ROLLBACK;
