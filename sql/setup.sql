CREATE EXTENSION governance;
-- the ledger begins, so that direct changes are noted from here on
UPDATE gov_source SET enabled = enabled WHERE source = 'manual';
