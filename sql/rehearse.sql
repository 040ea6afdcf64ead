-- Rehearsing SQL: what is told of statements that run, that fail, and of those
-- after them; arguments that are refused; what is kept.  Times, sizes and
-- counters are left out of what is shown.
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_rehearse;
\c regress_gov_rehearse
CREATE EXTENSION governance;
CREATE SCHEMA app;
CREATE TABLE app.account (id int PRIMARY KEY, name text, balance int CHECK (balance >= 0));
INSERT INTO app.account SELECT n, 'a' || n, n FROM generate_series(1, 100) AS n;
CREATE TABLE app.payment (id int PRIMARY KEY, account int REFERENCES app.account DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX payment_account ON app.payment (account);
CREATE SEQUENCE app.number;
CREATE VIEW app.shown AS SELECT 1 AS x;
CREATE FUNCTION app.rehearse(sql text, options jsonb DEFAULT '{}')
RETURNS TABLE (kind text, target text, measure text, amount numeric, note text) LANGUAGE sql AS $$
    SELECT kind, target, measure, CASE WHEN measure NOT LIKE '%ms' AND kind NOT IN ('lock', 'verdict', 'wal', 'stays') THEN amount END, note
      FROM gov_rehearse_sql(sql, options)
     WHERE measure NOT IN ('held until undone', 'transaction ids', 'wal bytes', 'bytes grown')
$$;

-- a change that runs
SELECT * FROM app.rehearse($$
    ALTER TABLE app.account ADD COLUMN closed boolean NOT NULL DEFAULT false;
    CREATE INDEX ON app.account (name);
    ALTER TABLE app.account ALTER COLUMN balance TYPE bigint;
    UPDATE app.account SET balance = balance + 1 WHERE id <= 10;
    DELETE FROM app.account WHERE id > 98;
    CREATE TABLE app.old AS SELECT * FROM app.account;
    TRUNCATE app.payment;
    SELECT nextval('app.number');
    DROP VIEW app.shown;
    NOTIFY something
$$);

-- nothing of it is there
SELECT count(*), sum(balance) FROM app.account;
SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace ORDER BY relname COLLATE "C";

-- the third statement fails: where, and why; the rest does not run
SELECT * FROM app.rehearse($$SELECT 1;
    INSERT INTO app.account VALUES (200, 'new', 5);
    SELECT nobody FROM app.account;
    SELECT 4$$);
SELECT * FROM app.rehearse($$INSERT INTO app.account VALUES (1, 'again', 5); SELECT 2$$);
SELECT * FROM app.rehearse('SELECT 1; SELECT 2;' || E'\n' || 'SELEC 3; SELECT 4');
SELECT * FROM app.rehearse('DO $x$ BEGIN PERFORM 1/0; END $x$');

-- deferred constraints are checked at the end
SELECT * FROM app.rehearse('INSERT INTO app.payment VALUES (1, 1000); SELECT 2');
SELECT * FROM app.rehearse('INSERT INTO app.payment VALUES (1, 1)') WHERE kind IN ('verdict', 'rows');

-- rows of tables that exist, of what a caught error took back, and of what a text does not touch
SELECT * FROM app.rehearse($s$
    DO $x$ BEGIN
        INSERT INTO app.payment VALUES (2, 2);
        BEGIN
            INSERT INTO app.payment SELECT n, n FROM generate_series(3, 50) AS n;
            PERFORM 1/0;
        EXCEPTION WHEN division_by_zero THEN NULL;
        END;
    END $x$ $s$) WHERE kind IN ('verdict', 'rows');

-- columns, constraints, triggers and indexes that are lost, changed and renamed; the sequence of a new row
SELECT * FROM app.rehearse($$
    ALTER TABLE app.account DROP COLUMN name;
    ALTER TABLE app.account RENAME COLUMN balance TO amount;
    ALTER TABLE app.account DROP CONSTRAINT account_balance_check;
    ALTER TABLE app.account ADD CONSTRAINT small CHECK (amount < 1000) NOT VALID;
    ALTER INDEX app.payment_account RENAME TO payment_by_account;
    ALTER TABLE app.payment RENAME TO paid
$$) WHERE kind IN ('verdict', 'change', 'lock');

-- roles, paths and settings end with the rehearsal; cursors of the session are out of reach
SELECT measure FROM app.rehearse('SET search_path = app; SET work_mem = ''1MB''; SELECT * FROM account') WHERE kind = 'verdict';
SHOW search_path;
BEGIN;
DECLARE mine CURSOR FOR SELECT n FROM generate_series(1, 3) AS n;
FETCH mine;
SELECT measure, note FROM app.rehearse('FETCH mine') WHERE target = '1';
FETCH mine;
COMMIT;
BEGIN;
DECLARE mine CURSOR FOR SELECT n FROM generate_series(1, 3) AS n;
SELECT measure, note FROM app.rehearse('CLOSE mine') WHERE target = '1';
FETCH mine;
COMMIT;

-- the time is limited, and catching the cancel does not help
SELECT measure, note FROM gov_rehearse_sql('SELECT pg_sleep(60)', '{"max_duration": 50}') WHERE kind IN ('verdict', 'statement') AND measure <> 'time_ms';
SELECT measure, note FROM gov_rehearse_sql($s$
    DO $x$ BEGIN
        LOOP
            BEGIN
                PERFORM pg_sleep(60);
            EXCEPTION WHEN query_canceled THEN NULL;
            END;
        END LOOP;
    END $x$ $s$, '{"max_duration": "50ms"}') WHERE kind IN ('verdict', 'statement') AND measure <> 'time_ms';
SELECT measure, note FROM gov_rehearse_sql($s$
    DO $x$ BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END $x$ $s$,
    '{"max_duration": "50ms"}') WHERE kind IN ('verdict', 'statement') AND measure <> 'time_ms';
SELECT pg_sleep(0.3);

-- what a rehearsal is refused
SELECT * FROM gov_rehearse_sql('');
SELECT * FROM gov_rehearse_sql(' -- nothing');
SELECT * FROM gov_rehearse_sql(NULL);
SELECT * FROM gov_rehearse_sql('SELECT 1', NULL);
SELECT * FROM gov_rehearse_sql('SELECT 1', '[]');
SELECT * FROM gov_rehearse_sql('SELECT 1', '{"lock_timeout": "soon"}');
SELECT * FROM gov_rehearse_sql('SELECT 1', '{"max_duration": 0}');
SELECT * FROM gov_rehearse_sql('SELECT 1', '{"facts": "no"}');
SELECT * FROM gov_rehearse_sql('SELECT 1', '{"colour": "red"}');
BEGIN;
INSERT INTO app.account VALUES (300, 'written', 1);
SELECT * FROM gov_rehearse_sql('SELECT 1');
ROLLBACK;
BEGIN READ ONLY;
SELECT * FROM gov_rehearse_sql('SELECT 1');
ROLLBACK;
SELECT measure, note FROM app.rehearse('SELECT * FROM gov_rehearse_sql(''SELECT 1'')') WHERE kind = 'verdict' OR measure = 'failed';

-- what is kept: the verdict, not the text, and an entry for each
SELECT rehearsal, sha256 = encode(sha256('FETCH mine'), 'hex') AS is_fetch, actor = login AS own, ok, statements, summary ->> 'verdict' AS verdict
  FROM gov_rehearsal ORDER BY rehearsal;
SELECT count(*) FROM gov_ledger WHERE action = 'rehearse_sql';
SELECT count(*) AS broken FROM gov_ledger_verify();
UPDATE gov_rehearsal SET ok = true WHERE rehearsal = 2;
SELECT action, target, payload FROM gov_ledger ORDER BY seq DESC LIMIT 1;

\c :home
DROP DATABASE regress_gov_rehearse;
