-- Functions that only answer see the data as the statement that calls them
-- does; acts see what was written before them, by the same statement too.
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
INSERT INTO gov_source (source, kind) VALUES ('schema:questions', 'catalog');
INSERT INTO gov_axis (axis, kind, family) VALUES ('questions', 'deterministic', 'semantic');
INSERT INTO gov_axis_value (axis, value) VALUES ('questions', 'x');

-- a statement does not see the rows that it writes itself, nor does a function in it
INSERT INTO gov_object (object_type, object_ref, source) VALUES ('thing', 'one', 'schema:questions')
RETURNING (SELECT count(*) FROM gov_object WHERE source = 'schema:questions') AS by_query,
          (SELECT count(*) FROM gov_propose_owners('questions')) AS by_function;
SELECT count(*) FROM gov_propose_owners('questions');
INSERT INTO gov_object (object_type, object_ref, source) VALUES ('thing', 'two', 'schema:questions')
RETURNING (SELECT count(*) FROM gov_explain_owner('thing', 'two', 'questions', 'x'));
INSERT INTO gov_axis_value (axis, value) VALUES ('questions', 'y')
RETURNING (SELECT count(*) FROM gov_explain_owner('thing', 'one', 'questions', 'y'));
UPDATE gov_object SET object_ref = 'three' WHERE object_ref = 'one'
RETURNING (SELECT count(*) FROM gov_history('thing', 'three'));
SELECT count(*) > 0 AS explained FROM gov_explain_owner('thing', 'one', 'questions', 'x');

-- an act sees what an act before it in the same statement made
SELECT count(*)
  FROM (SELECT gov_create_axis('questions-2', 'Questions', 'deterministic', 'semantic') AS made OFFSET 0) AS a,
       LATERAL (SELECT gov_propose_value('questions-2', 'z') AS made OFFSET 0) AS v;
SELECT value FROM gov_axis_value WHERE axis = 'questions-2';
ROLLBACK;
