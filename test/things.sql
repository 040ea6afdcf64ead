-- A hundred things, and one value that each of them needs an owner for.
SELECT gov_create_axis('topic');
SELECT gov_set_axis_status('topic', 'active');
SELECT gov_propose_value('topic', 'v');
SELECT gov_ratify('topic', 'v');
SELECT gov_create_rule('EVERY', 'topic', 'cross_product');
SELECT gov_set_rule_status('EVERY', 'active');
INSERT INTO gov_object (object_type, object_ref) SELECT 'thing', n::text FROM generate_series(1, 100) n;
