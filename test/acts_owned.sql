-- The same, and how ownership is shown.
\ir acts.sql
-- the rows, times relative to now()
CREATE FUNCTION pg_temp.ago(t timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN t = now() THEN 'now' WHEN t < now() THEN (now()::timestamp - t::timestamp)::text || ' ago' WHEN t > now() THEN 'in ' || (t::timestamp - now()::timestamp) END $$;
CREATE TEMPORARY VIEW rows AS
SELECT coalesce(o.object_ref, '(value)') AS object, w.value, w.owner_kind AS kind, w.authority, w.inherits AS inh, w.status,
       pg_temp.ago(w.effective_from) AS effective_from, pg_temp.ago(w.effective_to) AS effective_to,
       (SELECT p.authority FROM gov_ownership p WHERE p.ownership_id = w.supersedes_id) AS replaces
  FROM gov_ownership w LEFT JOIN gov_object o USING (object_id) WHERE w.axis LIKE 'acts-%'
 ORDER BY o.object_ref COLLATE "C" NULLS FIRST, w.ownership_id;
-- time passes: everything written so far was written an hour earlier
CREATE FUNCTION pg_temp.hour() RETURNS void LANGUAGE sql AS $$
    UPDATE gov_ownership SET effective_from = effective_from - interval '1 hour',
        effective_to = effective_to - interval '1 hour' WHERE axis LIKE 'acts-%' $$;
