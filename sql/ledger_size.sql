-- An entry that the chain could not carry is refused when it is made, and
-- one that got in all the same keeps nobody from committing.
\set ECHO all
\set SHOW_CONTEXT never
-- texts that take six times as much when they are escaped
SELECT gov_request_approval('LZ', 'change_trust', '{"risk": "low", "min_approvals": 2}', repeat(E'\x01', 17 * 1024 * 1024));
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) AS not_there FROM gov_approval WHERE approval = 'LZ';
SELECT gov_request_approval('LZ', 'change_trust', jsonb_build_object('authority', 'LZ_A', 'name', repeat('x', 17 * 1024 * 1024)), 'why');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_authority('LZ_A', repeat('x', 17 * 1024 * 1024), 'human');
\echo :LAST_ERROR_SQLSTATE

-- entries that cannot be hashed, put in past the guards, are named and passed by
ALTER TABLE gov_ledger DISABLE TRIGGER USER;
INSERT INTO gov_ledger (action, payload) VALUES ('too large', jsonb_build_object('x', repeat('x', 17 * 1024 * 1024)));
INSERT INTO gov_ledger (action, at) VALUES ('never', 'infinity');
INSERT INTO gov_ledger (action, format) SELECT 'unknown', 99 FROM generate_series(1, 600);
SELECT min(seq) AS first FROM gov_ledger WHERE action = 'too large' \gset
SELECT gov_set_authority('LZ_C', kind => 'human');
SELECT hash IS NOT NULL AS chained FROM gov_ledger WHERE target ->> 'authority' = 'LZ_C';
SELECT reason, count(*), min(seq) - :first AS first FROM gov_ledger_verify() GROUP BY reason ORDER BY first;
DELETE FROM gov_ledger WHERE hash IS NULL;
ALTER TABLE gov_ledger ENABLE ALWAYS TRIGGER gov_ledger_guard;
ALTER TABLE gov_ledger ENABLE ALWAYS TRIGGER gov_ledger_judge;
SELECT * FROM gov_ledger_verify();
DELETE FROM gov_authority WHERE authority LIKE 'LZ\_%';
