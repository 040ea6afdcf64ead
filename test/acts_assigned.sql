-- The same, and how assignments are shown.
\ir acts.sql
-- the rows, times relative to now()
CREATE FUNCTION pg_temp.ago(t timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN t = now() THEN 'now' WHEN t < now() THEN (now()::timestamp - t::timestamp)::text || ' ago' WHEN t > now() THEN 'in ' || (t::timestamp - now()::timestamp) END $$;
CREATE TEMPORARY VIEW rows AS
SELECT o.object_ref AS object, a.axis, a.value, a.revision AS rev, a.zone, a.assigned_kind AS kind,
       pg_temp.ago(a.valid_from) AS valid_from, pg_temp.ago(a.valid_to) AS valid_to,
       (SELECT format('%s rev %s', n.value, n.revision) FROM gov_assignment n WHERE n.assignment_id = a.superseded_by) AS superseded_by
  FROM gov_assignment a JOIN gov_object o USING (object_id) WHERE a.axis LIKE 'acts-%' ORDER BY o.object_ref COLLATE "C", a.assignment_id;
-- time passes: everything written so far was written an hour earlier
CREATE FUNCTION pg_temp.hour() RETURNS void LANGUAGE sql AS $$
    UPDATE gov_assignment SET valid_from = valid_from - interval '1 hour', valid_to = valid_to - interval '1 hour',
        assigned_at = assigned_at - interval '1 hour' WHERE axis LIKE 'acts-%' $$;
