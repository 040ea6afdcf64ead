-- Ten worlds small enough to work out by hand: the rows expected of each view
-- are written down here and compared with the oracle, which is thereby
-- checked itself, and with the engine.
BEGIN;
SET LOCAL client_min_messages = warning;
\pset format unaligned
\pset tuples_only on
\getenv source PG_ABS_SRCDIR
\set oracle :source '/test/oracle.sql'
\set ECHO none
\i :oracle
\set ECHO all

CREATE SCHEMA by_hand;

-- An object; its container by reference.
CREATE FUNCTION by_hand.object(type text, ref text, container text DEFAULT NULL, retired boolean DEFAULT false) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO gov_object (object_type, object_ref, container_id, retired_at)
    VALUES (type, ref, (SELECT object_id FROM gov_object WHERE object_ref = container), CASE WHEN retired THEN now() END)
$$;

-- An axis that is active, with active values.
CREATE FUNCTION by_hand.axis(axis text, "values" text[], fallback text DEFAULT NULL, status text DEFAULT 'active') RETURNS void
LANGUAGE sql AS $$
    INSERT INTO gov_axis (axis, kind, family, status, fallback) VALUES (axis, 'deterministic', 'semantic', status, fallback);
    INSERT INTO gov_axis_value (axis, value, status) SELECT axis, v, 'active' FROM unnest("values") v
$$;

-- A rule that is active.
CREATE FUNCTION by_hand.rule(rule text, axis text, mode text, types text[] DEFAULT NULL, threshold real DEFAULT 0, days int DEFAULT 0,
                             status text DEFAULT 'active') RETURNS void
LANGUAGE sql AS $$
    INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, confidence_threshold, staleness_days, status)
    VALUES (rule, axis, mode, types, threshold, days, status)
$$;

-- Ownership; no object makes it a value anchor.
CREATE FUNCTION by_hand.own(ref text, axis text, value text, authority text, kind text DEFAULT 'accountable', inherits boolean DEFAULT true,
                            since interval DEFAULT '-1 day', until interval DEFAULT '1 day', status text DEFAULT 'active') RETURNS void
LANGUAGE sql AS $$
    INSERT INTO gov_ownership (object_id, axis, value, authority, owner_kind, inherits, effective_from, effective_to, status, reason)
    VALUES ((SELECT object_id FROM gov_object WHERE object_ref = ref), axis, value, authority, kind, inherits,
            now() + since, now() + until, status, 'because')
$$;

-- An assignment.
CREATE FUNCTION by_hand.assign(ref text, axis text, value text, zone text DEFAULT 'approved', confidence real DEFAULT 1,
                               age interval DEFAULT '0', since interval DEFAULT '-1 day', until interval DEFAULT NULL,
                               provenance jsonb DEFAULT '{"kind": "test"}') RETURNS void
LANGUAGE sql AS $$
    INSERT INTO gov_assignment (object_id, axis, value, zone, confidence, assigned_at, valid_from, valid_to, provenance, assigned_kind)
    VALUES ((SELECT object_id FROM gov_object WHERE object_ref = ref), axis, value, zone, confidence,
            now() - age, now() + since, now() + until, provenance, 'human')
$$;

-- Does the view show just the rows written by hand?  Of the oracle's and of
-- the engine's; rows that only one side has are listed.
CREATE FUNCTION by_hand.verdict(view text, columns text, expected text)
RETURNS TABLE (who text, says text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TEMP TABLE expected AS SELECT %s FROM oracle.%I WITH NO DATA', columns, view);
    EXECUTE 'INSERT INTO expected ' || expected;
    RETURN QUERY EXECUTE format('
        WITH oracle AS (SELECT %1$s FROM oracle.%2$I), engine AS (SELECT %1$s FROM %3$I), hand AS (SELECT * FROM expected),
        difference AS (
            SELECT ''oracle'' AS who, ''more'' AS side, d::text AS line FROM (TABLE oracle EXCEPT ALL TABLE hand) d UNION ALL
            SELECT ''oracle'', ''less'', d::text FROM (TABLE hand EXCEPT ALL TABLE oracle) d UNION ALL
            SELECT ''engine'', ''more'', d::text FROM (TABLE engine EXCEPT ALL TABLE hand) d UNION ALL
            SELECT ''engine'', ''less'', d::text FROM (TABLE hand EXCEPT ALL TABLE engine) d)
        SELECT w.who, coalesce(d.side || '' '' || d.line, ''as by hand: '' || (SELECT count(*) FROM hand) || '' rows'')
          FROM (VALUES (1, ''oracle''), (2, ''engine'')) w (k, who) LEFT JOIN difference d USING (who)
         ORDER BY w.k, 2', columns, view, 'gov_' || view);
    DROP TABLE expected;
END $$;

INSERT INTO gov_authority (authority, kind, status) VALUES
    ('Ann', 'human', 'active'), ('bob', 'human', 'active'), ('Cid', 'human', 'active'), ('gone', 'human', 'retired');
SAVEPOINT nothing;

-- 1. In force or not.  Every table is alike but for the one ownership row it
-- has, so its status tells whether that row covers it.
SELECT by_hand.axis('duty', '{policy}'), by_hand.rule('all', 'duty', 'cross_product');
SELECT by_hand.object('table', ref) FROM unnest('{none,plain,from now,from next,to now,to next,empty,revoked,superseded,expired,retired,
                                                  supporting,delegated,selfish}'::text[]) ref;
SELECT by_hand.own('plain', 'duty', 'policy', 'Ann', until => NULL);
SELECT by_hand.own('from now', 'duty', 'policy', 'Ann', since => '0');
SELECT by_hand.own('from next', 'duty', 'policy', 'Ann', since => '1 microsecond');
SELECT by_hand.own('to now', 'duty', 'policy', 'Ann', until => '0');
SELECT by_hand.own('to next', 'duty', 'policy', 'Ann', until => '1 microsecond');
SELECT by_hand.own('empty', 'duty', 'policy', 'Ann', since => '0', until => '0');
SELECT by_hand.own('revoked', 'duty', 'policy', 'Ann', status => 'revoked');
SELECT by_hand.own('superseded', 'duty', 'policy', 'Ann', status => 'superseded');
SELECT by_hand.own('expired', 'duty', 'policy', 'Ann', status => 'expired');
SELECT by_hand.own('retired', 'duty', 'policy', 'gone');
SELECT by_hand.own('supporting', 'duty', 'policy', 'Ann', 'supporting');
SELECT by_hand.own('delegated', 'duty', 'policy', 'Ann', 'delegated');
SELECT by_hand.own('selfish', 'duty', 'policy', 'Ann', inherits => false);
-- The period has its first instant and lacks its last; a row that does not
-- inherit still covers its own object; supporting and delegated never cover.
SELECT * FROM by_hand.verdict('coverage', 'object_ref, status, reason, authority, resolution_depth, anchor_type, anchor_ref', $$ VALUES
    ('none',       'gap',    'no_accountable_owner', NULL, NULL, NULL, NULL),
    ('plain',      'direct', NULL, 'Ann', 0, 'table', 'plain'),
    ('from now',   'direct', NULL, 'Ann', 0, 'table', 'from now'),
    ('from next',  'gap',    'no_accountable_owner', NULL, NULL, NULL, NULL),
    ('to now',     'gap',    'no_accountable_owner', NULL, NULL, NULL, NULL),
    ('to next',    'direct', NULL, 'Ann', 0, 'table', 'to next'),
    ('empty',      'gap',    'no_accountable_owner', NULL, NULL, NULL, NULL),
    ('revoked',    'gap',    'no_accountable_owner', NULL, NULL, NULL, NULL),
    ('superseded', 'gap',    'no_accountable_owner', NULL, NULL, NULL, NULL),
    ('expired',    'gap',    'no_accountable_owner', NULL, NULL, NULL, NULL),
    ('retired',    'gap',    'no_accountable_owner', NULL, NULL, NULL, NULL),
    ('supporting', 'gap',    'no_accountable_owner', NULL, NULL, NULL, NULL),
    ('delegated',  'gap',    'no_accountable_owner', NULL, NULL, NULL, NULL),
    ('selfish',    'direct', NULL, 'Ann', 0, 'table', 'selfish') $$);
-- 14 tables and one value: 14 cells; 4 covered, 10 gaps; 4 of 14 is 0.2857.
SELECT * FROM by_hand.verdict('coverage_summary', 'axis, required, covered, gap, waived, fallback, coverage_pct, missing_assignments',
    $$ VALUES ('duty', 14, 4, 10, 0, 0, 0.2857, 0) $$);
ROLLBACK TO nothing;

-- 2. The nearest container that inherits.  shop holds sales holds orders
-- holds total; Ann owns shop, bob owns sales for himself alone, Cid owns
-- orders.
SELECT by_hand.axis('duty', '{policy}'), by_hand.rule('all', 'duty', 'cross_product', '{table,column}');
SELECT by_hand.object('database', 'shop'), by_hand.object('schema', 'sales', 'shop'), by_hand.object('table', 'orders', 'sales'),
       by_hand.object('table', 'items', 'sales'), by_hand.object('column', 'total', 'orders'), by_hand.object('column', 'price', 'items');
SELECT by_hand.own('shop', 'duty', 'policy', 'Ann'), by_hand.own('sales', 'duty', 'policy', 'bob', inherits => false),
       by_hand.own('orders', 'duty', 'policy', 'Cid');
-- The rule asks for tables and columns only.  sales neither covers what is in
-- it nor stops the way up to shop, and counts as a step of it; Cid is nearer
-- to total than Ann is.
SELECT * FROM by_hand.verdict('coverage', 'object_type, object_ref, status, authority, resolution_depth, anchor_type, anchor_ref', $$ VALUES
    ('table',  'orders', 'direct',    'Cid', 0, 'table',    'orders'),
    ('table',  'items',  'inherited', 'Ann', 2, 'database', 'shop'),
    ('column', 'total',  'inherited', 'Cid', 1, 'table',    'orders'),
    ('column', 'price',  'inherited', 'Ann', 3, 'database', 'shop') $$);
-- Who answers is told of every object, required or not.
SELECT * FROM by_hand.verdict('effective_owner', 'object_ref, axis, value, authority, resolution, depth, anchor_ref', $$ VALUES
    ('shop',   'duty', 'policy', 'Ann', 'direct',    0, 'shop'),
    ('sales',  'duty', 'policy', 'bob', 'direct',    0, 'sales'),
    ('orders', 'duty', 'policy', 'Cid', 'direct',    0, 'orders'),
    ('items',  'duty', 'policy', 'Ann', 'inherited', 2, 'shop'),
    ('total',  'duty', 'policy', 'Cid', 'inherited', 1, 'orders'),
    ('price',  'duty', 'policy', 'Ann', 'inherited', 3, 'shop') $$);
ROLLBACK TO nothing;

-- 3. A retired container and everything above it count for nothing.  Ann owns
-- shop, bob owns the retired schema old in it; table a is in old, column b in
-- table a; table c is in shop.
SELECT by_hand.axis('duty', '{policy}'), by_hand.rule('all', 'duty', 'cross_product');
SELECT by_hand.object('database', 'shop'), by_hand.object('schema', 'old', 'shop', true), by_hand.object('table', 'a', 'old'),
       by_hand.object('column', 'b', 'a'), by_hand.object('table', 'c', 'shop'), by_hand.object('table', 'd', 'shop', true);
SELECT by_hand.own('shop', 'duty', 'policy', 'Ann'), by_hand.own('old', 'duty', 'policy', 'bob'), by_hand.own('d', 'duty', 'policy', 'bob');
-- a and b reach neither old nor shop.  old and d are retired and have no rows.
SELECT * FROM by_hand.verdict('coverage', 'object_ref, status, reason, authority, resolution_depth, anchor_ref', $$ VALUES
    ('shop', 'direct',    NULL, 'Ann', 0, 'shop'),
    ('a',    'gap',       'no_accountable_owner', NULL, NULL, NULL),
    ('b',    'gap',       'no_accountable_owner', NULL, NULL, NULL),
    ('c',    'inherited', NULL, 'Ann', 1, 'shop') $$);
SELECT * FROM by_hand.verdict('coverage_gap', 'object_ref, axis, value, reason', $$ VALUES
    ('a', 'duty', 'policy', 'no_accountable_owner'), ('b', 'duty', 'policy', 'no_accountable_owner') $$);
-- With an owner of its own, a table in a retired container is a container again.
SELECT by_hand.own('a', 'duty', 'policy', 'Cid');
SELECT * FROM by_hand.verdict('coverage', 'object_ref, status, authority, resolution_depth, anchor_ref', $$ VALUES
    ('shop', 'direct', 'Ann', 0, 'shop'), ('a', 'direct', 'Cid', 0, 'a'), ('b', 'inherited', 'Cid', 1, 'a'), ('c', 'inherited', 'Ann', 1, 'shop') $$);
ROLLBACK TO nothing;

-- 4. The nearest value that is owned.  world holds europe holds germany holds
-- berlin; world is Ann's, europe bob's; germany was Cid's until now.  asia is
-- deprecated, and Cid's; japan under it is active.  (Only a restore could
-- leave such a pair.)  mars is a candidate, and bob's.
SET LOCAL session_replication_role = replica;
SELECT by_hand.axis('place', '{world,europe,germany,berlin,asia,japan,mars}'), by_hand.rule('all', 'place', 'cross_product');
UPDATE gov_axis_value SET status = 'deprecated' WHERE value = 'asia';
UPDATE gov_axis_value SET status = 'candidate' WHERE value = 'mars';
UPDATE gov_axis_value v SET parent = p.parent FROM (VALUES ('europe', 'world'), ('germany', 'europe'), ('berlin', 'germany'),
    ('asia', 'world'), ('japan', 'asia')) p (value, parent) WHERE v.value = p.value;
SET LOCAL session_replication_role = origin;
SELECT by_hand.object('table', 't');
SELECT by_hand.own(NULL, 'place', 'world', 'Ann'), by_hand.own(NULL, 'place', 'europe', 'bob'),
       by_hand.own(NULL, 'place', 'germany', 'Cid', until => '0'), by_hand.own(NULL, 'place', 'asia', 'Cid'),
       by_hand.own(NULL, 'place', 'mars', 'bob');
-- Depth counts parents.  asia has no cell, being deprecated, but covers japan
-- as a parent; mars has none either.
SELECT * FROM by_hand.verdict('coverage', 'value, status, authority, resolution_depth, anchor_type, anchor_ref', $$ VALUES
    ('world',   'value', 'Ann', 0, 'value', 'world'),
    ('europe',  'value', 'bob', 0, 'value', 'europe'),
    ('germany', 'value', 'bob', 1, 'value', 'europe'),
    ('berlin',  'value', 'bob', 2, 'value', 'europe'),
    ('japan',   'value', 'Cid', 1, 'value', 'asia') $$);
ROLLBACK TO nothing;

-- 5. Waivers.  Ann owns everything through shop.
SELECT by_hand.axis('duty', '{policy,cost}'), by_hand.rule('all', 'duty', 'cross_product', '{table}');
SELECT by_hand.object('schema', 'shop'), by_hand.object('table', 'a', 'shop'), by_hand.object('table', 'b', 'shop'),
       by_hand.object('view', 'v', 'shop');
SELECT by_hand.own('shop', 'duty', 'policy', 'Ann');
SELECT by_hand.own('a', 'duty', 'policy', 'bob');
SELECT by_hand.own('a', 'duty', 'policy', 'bob', 'waiver'), by_hand.own('a', 'duty', 'policy', 'Cid', 'waiver');
SELECT by_hand.own('a', 'duty', 'cost', 'gone', 'waiver');
SELECT by_hand.own('b', 'duty', 'policy', 'Cid', 'waiver', until => '0');
SELECT by_hand.own('b', 'duty', 'cost', 'Cid', 'waiver', since => '0');
SELECT by_hand.own('shop', 'duty', 'cost', 'Cid', 'waiver'), by_hand.own('v', 'duty', 'policy', 'Cid', 'waiver');
-- a, policy: excused though bob owns it; of two waivers Cid's is named, C
-- before b in byte order.  a, cost: the waiver of a retired authority is not
-- in force, and that of the container does not reach down.  b, policy: the
-- waiver is over.  b, cost: it begins now.
SELECT * FROM by_hand.verdict('coverage', 'object_ref, value, status, reason, authority, resolution_depth, anchor_type, anchor_ref', $$ VALUES
    ('a', 'policy', 'waived',    NULL, 'Cid', NULL, NULL, NULL),
    ('a', 'cost',   'gap',       'no_accountable_owner', NULL, NULL, NULL, NULL),
    ('b', 'policy', 'inherited', NULL, 'Ann', 1, 'schema', 'shop'),
    ('b', 'cost',   'waived',    NULL, 'Cid', NULL, NULL, NULL) $$);
-- Who answers is not a matter of waivers; v is not required, and Ann's all
-- the same.
SELECT * FROM by_hand.verdict('effective_owner', 'object_ref, value, authority, resolution, depth', $$ VALUES
    ('shop', 'policy', 'Ann', 'direct', 0), ('a', 'policy', 'bob', 'direct', 0),
    ('b', 'policy', 'Ann', 'inherited', 1), ('v', 'policy', 'Ann', 'inherited', 1) $$);
-- 4 cells: 2 waived, which is no gap, 1 covered, 1 gap; 3 of 4.
SELECT * FROM by_hand.verdict('coverage_summary', 'axis, required, covered, gap, waived, fallback, coverage_pct',
    $$ VALUES ('duty', 4, 1, 1, 2, 0, 0.75) $$);
ROLLBACK TO nothing;

-- 6. Held in quarantine.  Two rules look at assignments, for every type; one
-- asks for every value, for views.  Everything is Ann's through the value.
SELECT by_hand.axis('topic', '{red,blue}');
SELECT by_hand.rule('assigned', 'topic', 'per_assignment'), by_hand.rule('assigned too', 'topic', 'per_assignment'),
       by_hand.rule('views', 'topic', 'cross_product', '{view}'), by_hand.rule('nobody', 'topic', 'cross_product', '{}'),
       by_hand.rule('not yet', 'topic', 'cross_product', status => 'candidate'), by_hand.rule('no more', 'topic', 'cross_product', status => 'retired');
SELECT by_hand.own(NULL, 'topic', 'red', 'Ann'), by_hand.own(NULL, 'topic', 'blue', 'Ann');
SELECT by_hand.object('table', ref) FROM unnest('{held,approved,candidate,excused,bare,later,over}'::text[]) ref;
SELECT by_hand.object('view', 'v');
SELECT by_hand.assign('held', 'topic', 'red', 'quarantine'), by_hand.assign('approved', 'topic', 'red'),
       by_hand.assign('candidate', 'topic', 'red', 'candidate'), by_hand.assign('excused', 'topic', 'red', 'quarantine'),
       by_hand.assign('later', 'topic', 'red', since => '1 microsecond'), by_hand.assign('over', 'topic', 'red', until => '0'),
       by_hand.assign('v', 'topic', 'red', 'quarantine');
SELECT by_hand.own('held', 'topic', 'red', 'bob'), by_hand.own('excused', 'topic', 'red', 'bob', 'waiver');
-- held is held although bob owns it; a waiver comes before; the view's cell
-- is required anyway, so quarantine does not hold it, and blue as well.
SELECT * FROM by_hand.verdict('coverage', 'object_ref, value, status, reason, authority, resolution_depth, anchor_type, anchor_ref', $$ VALUES
    ('held',      'red',  'gap',    'quarantined', NULL, NULL, NULL, NULL),
    ('approved',  'red',  'value',  NULL, 'Ann', 0, 'value', 'red'),
    ('candidate', 'red',  'value',  NULL, 'Ann', 0, 'value', 'red'),
    ('excused',   'red',  'waived', NULL, 'bob', NULL, NULL, NULL),
    ('v',         'red',  'value',  NULL, 'Ann', 0, 'value', 'red'),
    ('v',         'blue', 'value',  NULL, 'Ann', 0, 'value', 'blue') $$);
-- A cell that several rules require counts once, and is listed under each.
SELECT * FROM by_hand.verdict('required_cell', 'object_ref, value', $$ VALUES
    ('held', 'red'), ('approved', 'red'), ('candidate', 'red'), ('excused', 'red'), ('v', 'red'), ('v', 'blue') $$);
SELECT * FROM by_hand.verdict('cell_rule', 'object_ref, value, rule', $$ VALUES
    ('held',      'red', 'assigned'), ('held',      'red', 'assigned too'),
    ('approved',  'red', 'assigned'), ('approved',  'red', 'assigned too'),
    ('candidate', 'red', 'assigned'), ('candidate', 'red', 'assigned too'),
    ('excused',   'red', 'assigned'), ('excused',   'red', 'assigned too'),
    ('v',         'red', 'assigned'), ('v',         'red', 'assigned too'), ('v', 'red', 'views'), ('v', 'blue', 'views') $$);
-- Objects without a current assignment are missed by each rule that looks at
-- assignments; a quarantined one is an assignment.
SELECT * FROM by_hand.verdict('missing_assignment', 'object_ref, axis, rule', $$ VALUES
    ('bare',  'topic', 'assigned'), ('bare',  'topic', 'assigned too'),
    ('later', 'topic', 'assigned'), ('later', 'topic', 'assigned too'),
    ('over',  'topic', 'assigned'), ('over',  'topic', 'assigned too') $$);
-- 6 cells: 1 gap, 1 waived, 4 covered; 5 of 6.
SELECT * FROM by_hand.verdict('coverage_summary', 'axis, required, covered, gap, waived, fallback, coverage_pct, missing_assignments, ok, quarantine',
    $$ VALUES ('topic', 6, 4, 1, 1, 0, 0.8333, 6, 2, 3) $$);
ROLLBACK TO nothing;

-- 7. The owner of last resort, and axes in every state.
SELECT by_hand.axis('safe', '{x}', 'Ann'), by_hand.axis('left', '{x}', 'gone'), by_hand.axis('bare', '{x}'), by_hand.axis('idle', '{x}', 'Ann'),
       by_hand.axis('new', '{x}', 'Ann', 'candidate'), by_hand.axis('old', '{x}', 'Ann', 'deprecated'), by_hand.axis('dead', '{x}', 'Ann', 'retired');
SELECT by_hand.rule(axis, axis, 'cross_product') FROM gov_axis WHERE axis <> 'idle';
SELECT by_hand.object('table', 'a'), by_hand.object('table', 'b');
SELECT by_hand.own('b', 'new', 'x', 'bob'), by_hand.own('b', 'safe', 'x', 'bob');
-- A retired authority is no resort.  Axes that are not active have no cells.
SELECT * FROM by_hand.verdict('coverage', 'object_ref, axis, status, reason, authority, resolution_depth, anchor_type, anchor_ref', $$ VALUES
    ('a', 'safe', 'fallback', NULL, 'Ann', 0, 'axis', 'safe'), ('b', 'safe', 'direct', NULL, 'bob', 0, 'table', 'b'),
    ('a', 'left', 'gap', 'no_accountable_owner', NULL, NULL, NULL, NULL), ('b', 'left', 'gap', 'no_accountable_owner', NULL, NULL, NULL, NULL),
    ('a', 'bare', 'gap', 'no_accountable_owner', NULL, NULL, NULL, NULL), ('b', 'bare', 'gap', 'no_accountable_owner', NULL, NULL, NULL, NULL) $$);
-- The fallback answers without any rule, too.
SELECT * FROM by_hand.verdict('effective_owner', 'object_ref, axis, authority, resolution, anchor_type, anchor_ref', $$ VALUES
    ('a', 'safe', 'Ann', 'fallback', 'axis', 'safe'), ('b', 'safe', 'bob', 'direct', 'table', 'b'),
    ('a', 'idle', 'Ann', 'fallback', 'axis', 'idle'), ('b', 'idle', 'Ann', 'fallback', 'axis', 'idle') $$);
-- Fallback is no gap and not covered; nothing required has no percentage.
SELECT * FROM by_hand.verdict('coverage_summary', 'axis, required, covered, gap, waived, fallback, coverage_pct', $$ VALUES
    ('safe', 2, 1, 0, 0, 1, 1), ('left', 2, 0, 2, 0, 0, 0), ('bare', 2, 0, 2, 0, 0, 0), ('idle', 0, 0, 0, 0, 0, NULL) $$);
ROLLBACK TO nothing;

-- 8. Conflicts.  The container is Ann's for each value; the values are bob's,
-- but one is Ann's and one nobody's; a parent is bob's.
SELECT by_hand.axis('duty', '{hers,his,free,below}'), by_hand.axis('topic', '{his}');
UPDATE gov_axis_value SET parent = 'his' WHERE value = 'below';
SELECT by_hand.rule('all', 'duty', 'cross_product', '{table}'), by_hand.rule('assigned', 'topic', 'per_assignment', '{table}');
SELECT by_hand.object('schema', 's'), by_hand.object('table', 'plain', 's'), by_hand.object('table', 'owned', 's'),
       by_hand.object('table', 'waived', 's'), by_hand.object('view', 'not asked', 's');
SELECT by_hand.own('s', axis, value, 'Ann') FROM gov_axis_value;
SELECT by_hand.own(NULL, 'duty', 'hers', 'Ann'), by_hand.own(NULL, 'duty', 'his', 'bob'), by_hand.own(NULL, 'topic', 'his', 'bob');
SELECT by_hand.own('owned', 'duty', value, 'Cid') FROM gov_axis_value WHERE axis = 'duty';
SELECT by_hand.own('waived', 'duty', value, 'Cid', 'waiver') FROM gov_axis_value WHERE axis = 'duty';
SELECT by_hand.assign('plain', 'topic', 'his', 'quarantine'), by_hand.assign('owned', 'topic', 'his');
-- Only where container and value disagree and nothing before them decided: of
-- the cells of plain those of his and below, of topic the one not held.
SELECT * FROM by_hand.verdict('owner_conflict', 'object_ref, axis, value, authority, anchor_type, anchor_ref, value_authority, value_anchor', $$ VALUES
    ('plain', 'duty',  'his',   'Ann', 'schema', 's', 'bob', 'his'),
    ('plain', 'duty',  'below', 'Ann', 'schema', 's', 'bob', 'his'),
    ('owned', 'topic', 'his',   'Ann', 'schema', 's', 'bob', 'his') $$);
-- They are resolved in favour of the container.
SELECT * FROM by_hand.verdict('coverage', 'object_ref, axis, value, status, reason, authority', $$ VALUES
    ('plain',  'duty', 'hers', 'inherited', NULL, 'Ann'), ('plain',  'duty', 'his',   'inherited', NULL, 'Ann'),
    ('plain',  'duty', 'free', 'inherited', NULL, 'Ann'), ('plain',  'duty', 'below', 'inherited', NULL, 'Ann'),
    ('owned',  'duty', 'hers', 'direct', NULL, 'Cid'),    ('owned',  'duty', 'his',   'direct', NULL, 'Cid'),
    ('owned',  'duty', 'free', 'direct', NULL, 'Cid'),    ('owned',  'duty', 'below', 'direct', NULL, 'Cid'),
    ('waived', 'duty', 'hers', 'waived', NULL, 'Cid'),    ('waived', 'duty', 'his',   'waived', NULL, 'Cid'),
    ('waived', 'duty', 'free', 'waived', NULL, 'Cid'),    ('waived', 'duty', 'below', 'waived', NULL, 'Cid'),
    ('plain',  'topic', 'his', 'gap', 'quarantined', NULL), ('owned', 'topic', 'his', 'inherited', NULL, 'Ann') $$);
ROLLBACK TO nothing;

-- 9. How good assignments are.  For tables a threshold of 0.5 with 30 days
-- and one of 0.8 with 7 days apply, for views the first alone; a rule of
-- 0.9 asks for every value and says nothing of quality.
SELECT by_hand.axis('topic', '{red,old}'), by_hand.axis('other', '{red}');
SELECT by_hand.rule('loose', 'topic', 'per_assignment', threshold => 0.5, days => 30), by_hand.rule('tight', 'topic', 'per_assignment', '{table}', 0.8, 7),
       by_hand.rule('timeless', 'topic', 'per_assignment'), by_hand.rule('whole', 'topic', 'cross_product', NULL, 0.9, 1);
SELECT by_hand.object('table', ref) FROM unnest('{held,unproven,empty,low,unknown,equal,week,older,low and old,other,retired}'::text[]) ref;
SELECT by_hand.object('view', 'v');
ALTER TABLE gov_assignment DROP CONSTRAINT gov_assignment_provenance_or_quarantine;
SELECT by_hand.assign('held', 'topic', 'red', 'quarantine', 0.1, '99 days', provenance => NULL), by_hand.assign('unproven', 'topic', 'red', confidence => 0.1, provenance => NULL),
       by_hand.assign('empty', 'topic', 'red', provenance => '{}'), by_hand.assign('low', 'topic', 'red', confidence => 0.79),
       by_hand.assign('unknown', 'topic', 'red', confidence => NULL), by_hand.assign('equal', 'topic', 'red', confidence => 0.8),
       by_hand.assign('week', 'topic', 'red', age => '168 hours'), by_hand.assign('older', 'topic', 'red', age => '168 hours 1 microsecond'),
       by_hand.assign('low and old', 'topic', 'red', confidence => 0, age => '99 days'), by_hand.assign('other', 'other', 'red'),
       by_hand.assign('v', 'topic', 'red', confidence => 0.6, age => '696 hours'), by_hand.assign('v', 'topic', 'old'), by_hand.assign('retired', 'topic', 'red');
UPDATE gov_axis_value SET status = 'deprecated' WHERE value = 'old';
UPDATE gov_object SET retired_at = now() WHERE object_ref = 'retired';
-- The first that applies.  Equal to the threshold is not below it, seven days
-- old is not older; no rule looks at assignments of other; a deprecated value
-- and a retired object are left out.
SELECT * FROM by_hand.verdict('assignment_quality', 'object_ref, axis, value, zone, confidence, flag', $$ VALUES
    ('held',        'topic', 'red', 'quarantine', 0.1, 'quarantine'),
    ('unproven',    'topic', 'red', 'approved',   0.1, 'missing_provenance'),
    ('empty',       'topic', 'red', 'approved',   1,   'missing_provenance'),
    ('low',         'topic', 'red', 'approved',   0.79, 'low_confidence'),
    ('unknown',     'topic', 'red', 'approved',   NULL, 'low_confidence'),
    ('equal',       'topic', 'red', 'approved',   0.8, 'ok'),
    ('week',        'topic', 'red', 'approved',   1,   'ok'),
    ('older',       'topic', 'red', 'approved',   1,   'stale'),
    ('low and old', 'topic', 'red', 'approved',   0,   'low_confidence'),
    ('v',           'topic', 'red', 'approved',   0.6, 'ok') $$);
SELECT * FROM by_hand.verdict('coverage_summary', 'axis, ok, low_confidence, stale, quarantine', $$ VALUES
    ('topic', 3, 3, 1, 1), ('other', 0, 0, 0, 0) $$);
ROLLBACK TO nothing;

-- 10. Islands.  tree is a containment axis with a rule for tables; wood is
-- one without a rule.  Containers: linked is the value L, named bears the
-- name of a value, typed that of a value with its type before it, taken one
-- that is linked to another, early is linked to a candidate, none to nothing,
-- and gone is retired.
SELECT by_hand.axis('tree', '{L,named,schema:typed,taken,E,G}'), by_hand.axis('wood', '{x}'), by_hand.axis('topic', '{good,old,dead}'),
       by_hand.axis('later', '{old}', status => 'candidate');
UPDATE gov_axis SET is_containment = true WHERE axis IN ('tree', 'wood');
SELECT by_hand.rule('tree', 'tree', 'per_assignment', '{table}'), by_hand.rule('topic', 'topic', 'per_assignment', '{table}');
SELECT by_hand.object('schema', ref) FROM unnest('{linked,named,typed,taken,early,none,gone,unasked}'::text[]) ref;
SELECT by_hand.object('table', 'in ' || object_ref, object_ref) FROM gov_object WHERE object_ref <> 'unasked';
SELECT by_hand.object('table', 'twice', 'none'), by_hand.object('view', 'not asked', 'unasked'), by_hand.object('table', 'root');
UPDATE gov_object SET retired_at = now() WHERE object_ref = 'gone';
UPDATE gov_axis_value v SET object_id = o.object_id FROM gov_object o
 WHERE (v.value, o.object_ref) IN (('L', 'linked'), ('E', 'early'), ('G', 'gone'), ('taken', 'unasked'));
SET LOCAL session_replication_role = replica;
SELECT by_hand.assign('root', 'topic', 'good'), by_hand.assign('root', 'topic', 'old'), by_hand.assign('root', 'topic', 'dead', 'quarantine'),
       by_hand.assign('not asked', 'topic', 'dead'), by_hand.assign('linked', 'topic', 'dead', until => '0'), by_hand.assign('gone', 'topic', 'dead'),
       by_hand.assign('root', 'later', 'old');
UPDATE gov_axis_value SET status = CASE value WHEN 'E' THEN 'candidate' WHEN 'old' THEN 'deprecated' ELSE 'retired' END WHERE value IN ('E', 'old', 'dead');
SET LOCAL session_replication_role = origin;
-- Schemas and views are not asked for, so unasked is no island.  Assignments
-- count whatever their zone and whether a rule asks or not, while they are
-- current, of a live object, and on an active axis.
SELECT * FROM by_hand.verdict('hidden_island', 'kind, severity, object_type, object_ref, axis, value', $$ VALUES
    ('object_without_container', 'critical', 'table', 'root', 'tree', NULL),
    ('container_not_a_value', 'critical', 'schema', 'taken', 'tree', NULL),
    ('container_not_a_value', 'critical', 'schema', 'early', 'tree', NULL),
    ('container_not_a_value', 'critical', 'schema', 'none', 'tree', NULL),
    ('container_not_a_value', 'critical', 'schema', 'gone', 'tree', NULL),
    ('assignment_to_deprecated_value', 'warning', 'table', 'root', 'topic', 'old'),
    ('assignment_to_retired_value', 'critical', 'table', 'root', 'topic', 'dead'),
    ('assignment_to_retired_value', 'critical', 'view', 'not asked', 'topic', 'dead') $$);
ROLLBACK TO nothing;

ROLLBACK;
