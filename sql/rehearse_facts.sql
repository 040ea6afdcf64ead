-- What a rehearsal would change of what is governed: objects, gaps, metrics; and
-- gates, which are suspended inside, and nowhere else.
\set VERBOSITY default
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_facts;
\c regress_gov_facts
SET client_min_messages = error;
CREATE EXTENSION governance;
CREATE SCHEMA app;
CREATE TABLE app.account (id int PRIMARY KEY);
CREATE TABLE app.payment (id int PRIMARY KEY);
SELECT gov_set_authority('TEAM', kind => 'council') AS set;
SELECT gov_create_axis('topic', kind => 'uncertain') AS made, gov_set_axis_status('topic', 'active') AS set;
SELECT gov_propose_value('topic', 'v') AS made, gov_ratify('topic', 'v') AS ratified, gov_propose_value('topic', 'w') AS made;
SELECT gov_create_rule('R', 'topic', 'cross_product', '{table}') AS made, gov_set_rule_status('R', 'active') AS set;
SELECT gov_enroll_schema('app') AS enrolled;
SELECT gov_own('table', 'app.account', 'topic', 'v', 'TEAM') AS owned;

CREATE FUNCTION app.rehearse(sql text, options jsonb DEFAULT '{}')
RETURNS TABLE (kind text, target text, measure text, amount numeric, note text) LANGUAGE sql AS $$
    SELECT kind, target, measure, CASE WHEN kind <> 'verdict' THEN amount END, note
      FROM gov_rehearse_sql(sql, options) WHERE kind IN ('verdict', 'gates', 'inventory', 'gap', 'metric')
$$;
SELECT count(*) FROM gov_sync();

-- born with a gap, renamed, retired, replaced
SELECT * FROM app.rehearse('CREATE TABLE app.fresh (x int); ALTER TABLE app.payment RENAME TO paid; DROP TABLE app.account');
SELECT * FROM app.rehearse('CREATE TABLE app.other (id int PRIMARY KEY); DROP TABLE app.account; ALTER TABLE app.other RENAME TO account');
-- nothing that is governed
SELECT * FROM app.rehearse('INSERT INTO app.account VALUES (1)');
-- what a sync would have found anyway is not told as its doing
CREATE TABLE app.before (x int);
SELECT * FROM app.rehearse('CREATE TABLE app.fresh (x int)');
SELECT count(*) FROM gov_sync();
-- left out
SELECT * FROM app.rehearse('CREATE TABLE app.fresh (x int)', '{"facts": false}');
-- acts
SELECT * FROM app.rehearse('SELECT gov_own(''table'', ''app.payment'', ''topic'', ''v'', ''TEAM''), gov_create_axis(''more'')');
-- the extension itself
SELECT * FROM app.rehearse('DROP EXTENSION governance');
SELECT count(*) FROM gov_object WHERE retired_at IS NULL;

-- gates: armed
CREATE ROLE regress_gov_facts_1;
CREATE ROLE regress_gov_facts_2;
CREATE ROLE regress_gov_facts_3 LOGIN;
GRANT regress_gov_facts_2 TO regress_gov_facts_3;
SELECT gov_set_authority('C1', kind => 'council', role_name => 'regress_gov_facts_1') AS set, gov_set_quorum('constitutional', 1, 1, 0) AS quorum;
SELECT gov_set_authority('PRESIDENT', kind => 'sovereign', role_name => 'regress_gov_facts_2') AS armed;
SELECT gov_ratify('topic', 'w');

-- inside they are suspended, and nothing of it stays
SELECT * FROM app.rehearse('SELECT gov_ratify(''topic'', ''w'')');
SELECT * FROM app.rehearse('SELECT gov_ratify(''topic'', ''w'', approval => ''made up'')') WHERE kind IN ('verdict', 'gates');
SELECT * FROM app.rehearse('UPDATE gov_axis_value SET status = ''active'' WHERE value = ''w''; SELECT gov_set_authority(''PRESIDENT'', kind => ''human'')') WHERE kind IN ('verdict', 'gates');
SELECT value, status FROM gov_axis_value ORDER BY value COLLATE "C";
SELECT authority, kind FROM gov_authority ORDER BY 1;
SELECT gov_ratify('topic', 'w');

-- nothing gets out: neither by ends of transactions, nor by errors that are caught, nor after a failure
SELECT * FROM app.rehearse('SELECT gov_ratify(''topic'', ''w''); COMMIT') WHERE kind = 'verdict';
SELECT * FROM app.rehearse('DO $x$ BEGIN PERFORM gov_ratify(''topic'', ''w''); COMMIT; EXCEPTION WHEN OTHERS THEN NULL; END $x$') WHERE kind = 'verdict';
SELECT * FROM app.rehearse('SELECT gov_ratify(''topic'', ''w''); SELECT 1/0') WHERE kind = 'verdict';
SELECT gov_ratify('topic', 'w');
DO $$
BEGIN
    PERFORM gov_rehearse_sql('SELECT gov_ratify(''topic'', ''w'')');
    PERFORM gov_ratify('topic', 'w');
END $$;
-- a vote is cast by nobody
SELECT gov_request_approval('ask', 'ratify_value', '{"axis": "topic", "value": "w"}', 'because', act => 'gov_ratify') AS asked;
SELECT measure, note FROM gov_rehearse_sql('CALL gov_cast_vote(''ask'', ''PRESIDENT'', ''approve'')') WHERE kind = 'statement' AND measure IN ('failed', 'refused');
SELECT approval, status FROM gov_approval;

-- who may: levels steward and admin, with their own rights on tables
CREATE ROLE regress_gov_facts_steward;
CREATE ROLE regress_gov_facts_reader;
SELECT gov_grant('steward', 'regress_gov_facts_steward') AS granted, gov_grant('reader', 'regress_gov_facts_reader') AS granted;
GRANT USAGE, CREATE ON SCHEMA app TO regress_gov_facts_steward, regress_gov_facts_reader;
GRANT SELECT ON app.account TO regress_gov_facts_steward;
SET ROLE regress_gov_facts_reader;
SELECT * FROM gov_rehearse_sql('SELECT 1');
SET ROLE regress_gov_facts_steward;
SELECT * FROM app.rehearse('SELECT * FROM app.account; CREATE TABLE app.mine (x int)');
SELECT measure, note FROM gov_rehearse_sql('DELETE FROM app.account') WHERE measure IN ('not ok', 'failed');
SELECT measure, note FROM gov_rehearse_sql('SELECT gov_ratify(''topic'', ''w'')') WHERE measure IN ('not ok', 'failed');
SELECT measure, note FROM gov_rehearse_sql('RESET ROLE; DELETE FROM app.account') WHERE kind = 'verdict';
SELECT current_user;
RESET ROLE;
-- code of somebody else does not rehearse in one's name
CREATE FUNCTION app.definer() RETURNS SETOF record LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM gov_rehearse_sql(''SELECT 1'')';
SELECT app.definer();
SELECT actor, login = session_user AS own_login, ok, statements FROM gov_rehearsal WHERE actor LIKE 'regress%' ORDER BY rehearsal;

\c :home
DROP DATABASE regress_gov_facts;
DROP ROLE regress_gov_facts_1, regress_gov_facts_2, regress_gov_facts_3, regress_gov_facts_steward, regress_gov_facts_reader;
