-- The world of t/058_year.pl before the year: a company that rents out
-- bicycles, its schemas, its teams, and what each team answers for apart from
-- the schemas.  What is told here of owners and classes stands in
-- before.txt once more, as what is expected.
SET client_min_messages = warning;
CREATE ROLE fleet_team; CREATE ROLE rides_team; CREATE ROLE billing_team; CREATE ROLE crm_team; CREATE ROLE data_team;
CREATE ROLE app_login LOGIN; CREATE ROLE dbt_runner LOGIN; CREATE ROLE dpo LOGIN; CREATE ROLE controlling LOGIN;
CREATE SCHEMA fleet AUTHORIZATION fleet_team;
CREATE SCHEMA rides AUTHORIZATION rides_team;
CREATE SCHEMA billing AUTHORIZATION billing_team;
CREATE SCHEMA crm AUTHORIZATION crm_team;
CREATE SCHEMA analytics AUTHORIZATION data_team;
CREATE SCHEMA geo;
CREATE SCHEMA partner;
CREATE SCHEMA ops;

CREATE TYPE fleet.condition AS ENUM ('new', 'good', 'worn');
CREATE DOMAIN fleet.serial_no AS text CHECK (VALUE ~ '^[A-Z]{2}[0-9]+$');
CREATE SEQUENCE fleet.inventory_no;
CREATE TABLE fleet.bike (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, serial fleet.serial_no, state fleet.condition DEFAULT 'new', bought date);
CREATE TABLE fleet.station (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, lat float8, lon float8);
CREATE TABLE fleet.dock (id bigint PRIMARY KEY, station_id bigint REFERENCES fleet.station);
CREATE TABLE fleet.repair (id bigint PRIMARY KEY, bike_id bigint REFERENCES fleet.bike, done date);
CREATE TABLE fleet.spare_part (id bigint PRIMARY KEY, name text);
CREATE VIEW fleet.bike_health AS SELECT b.id, b.state, max(r.done) AS last_repair FROM fleet.bike b LEFT JOIN fleet.repair r ON r.bike_id = b.id GROUP BY b.id, b.state;
CREATE FUNCTION fleet.next_service(bike bigint) RETURNS date LANGUAGE sql AS 'SELECT current_date + 90';

CREATE TABLE rides.trip (id bigint, began timestamptz, ended timestamptz, bike_id bigint, rider_id bigint) PARTITION BY RANGE (began);
CREATE TABLE rides.trip_2024_11 PARTITION OF rides.trip FOR VALUES FROM ('2024-11-01') TO ('2024-12-01');
CREATE TABLE rides.trip_2024_12 PARTITION OF rides.trip FOR VALUES FROM ('2024-12-01') TO ('2025-01-01');
CREATE TABLE rides.reservation (id bigint PRIMARY KEY, rider_id bigint, station_id bigint, at timestamptz);
CREATE TABLE rides.gps_point (id bigint, trip_id bigint, at timestamptz, lat float8, lon float8);
CREATE VIEW rides.open_trip AS SELECT * FROM rides.trip WHERE ended IS NULL;
CREATE MATERIALIZED VIEW rides.daily AS SELECT began::date AS day, count(*) AS trips FROM rides.trip GROUP BY 1;
CREATE FUNCTION rides.fare(minutes integer) RETURNS numeric LANGUAGE sql AS 'SELECT 1 + 0.2 * minutes';
CREATE PROCEDURE rides.close_day(day date) LANGUAGE sql AS 'SELECT 1';

CREATE TABLE billing.tariff (id integer PRIMARY KEY, name text, price numeric);
CREATE TABLE billing.invoice (id bigint PRIMARY KEY, rider_id bigint, total numeric, paid_at timestamptz);
CREATE TABLE billing.payment (id bigint PRIMARY KEY, invoice_id bigint REFERENCES billing.invoice, amount numeric);
CREATE TABLE billing.dunning (id bigint PRIMARY KEY, invoice_id bigint, level integer);
CREATE TABLE billing.voucher (code text PRIMARY KEY, amount numeric);
CREATE VIEW billing.open_invoice AS SELECT * FROM billing.invoice WHERE paid_at IS NULL;
CREATE MATERIALIZED VIEW billing.revenue AS SELECT paid_at::date AS day, sum(total) AS total FROM billing.invoice GROUP BY 1;

CREATE TABLE crm.rider (id bigint PRIMARY KEY, name text, mail text);
CREATE TABLE crm.contact (id bigint PRIMARY KEY, rider_id bigint REFERENCES crm.rider, phone text);
CREATE TABLE crm.ticket (id bigint PRIMARY KEY, rider_id bigint, text text);
CREATE TABLE crm.newsletter (id bigint PRIMARY KEY, subject text);
CREATE VIEW crm.rider_public AS SELECT id, left(name, 1) AS initial FROM crm.rider;
CREATE FUNCTION crm.anonymize(rider bigint) RETURNS void LANGUAGE sql AS 'SELECT NULL::void';

CREATE TABLE analytics.fct_trips (day date, trips bigint);
CREATE TABLE analytics.dim_station (station_id bigint, name text);
CREATE VIEW analytics.stg_trips AS SELECT id, began FROM rides.trip;
CREATE VIEW analytics.stg_riders AS SELECT id, mail FROM crm.rider;
CREATE MATERIALIZED VIEW analytics.mart_utilisation AS SELECT station_id, count(*) AS n FROM rides.reservation GROUP BY 1;
CREATE AGGREGATE analytics.product (float8) (sfunc = float8mul, stype = float8, initcond = '1');

CREATE TABLE geo.zone (id integer PRIMARY KEY, name text);
CREATE TABLE geo.street (id bigint PRIMARY KEY, zone_id integer REFERENCES geo.zone, name text);

CREATE FOREIGN DATA WRAPPER year_files;
CREATE SERVER bank FOREIGN DATA WRAPPER year_files;
CREATE SERVER weather FOREIGN DATA WRAPPER year_files;
CREATE FOREIGN TABLE partner.bank_statement (day date, amount numeric) SERVER bank;
CREATE FOREIGN TABLE partner.weather (day date, rain float8) SERVER weather;

CREATE TABLE ops.deployment (id bigint PRIMARY KEY, at timestamptz, version text);
CREATE TABLE ops.job (id bigint PRIMARY KEY, name text);
CREATE TABLE ops.schema_migrations (version text PRIMARY KEY);

CREATE SCHEMA governance;
CREATE EXTENSION governance SCHEMA governance;
SET search_path = public, governance;
-- migrations run as one role, which is no member of those that speak for authorities: by design, so of every schema it would be a finding all year
SELECT gov_set_detector('owner_drift', enabled => false);
SELECT gov_set_authority(a.code, initcap(a.code), a.kind)
  FROM (VALUES ('FLEET-OPS', 'human'), ('WORKSHOP', 'human'), ('GEO-DESK', 'human'), ('RIDES-DESK', 'human'), ('DATA-LAB', 'human'),
               ('BILLING-LEAD', 'human'), ('PRICING', 'human'), ('COLLECTIONS', 'human'), ('SUPPORT', 'human'), ('MARKETING', 'human'),
               ('PLATFORM', 'human'), ('COUNCIL', 'council')) AS a (code, kind);
SELECT gov_set_authority('PRIVACY', 'Data protection', 'human', 'dpo'), gov_set_authority('CONTROLLER', 'Controlling', 'human', 'controlling');

SELECT gov_create_axis('responsibility'), gov_create_axis('sensitivity');
SELECT gov_set_axis_status('responsibility', 'active'), gov_set_axis_status('sensitivity', 'active');
SELECT gov_propose_value('responsibility', 'steward');
SELECT gov_ratify('responsibility', 'steward');
SELECT gov_propose_value('sensitivity', v) FROM unnest('{personal,financial,location}'::text[]) AS v;
SELECT gov_ratify('sensitivity', v) FROM unnest('{personal,financial,location}'::text[]) AS v;
SELECT gov_own(NULL, NULL, 'sensitivity', v, 'COUNCIL') FROM unnest('{personal,financial,location}'::text[]) AS v;
SELECT gov_create_rule('EVERYTHING', 'responsibility', 'cross_product',
                       '{schema,table,view,materialized view,foreign table,sequence,function,procedure,aggregate,type,domain}');
SELECT gov_create_rule('CLASSED', 'sensitivity', 'per_assignment', '{foreign table}');
SELECT gov_set_rule_status('EVERYTHING', 'active'), gov_set_rule_status('CLASSED', 'active');
SELECT gov_set_label('pii', 'sort of data'), gov_set_label('money', 'sort of data'), gov_set_label('place', 'sort of data');
SELECT gov_map_label('sensitivity', 'personal', 'pii'), gov_map_label('sensitivity', 'financial', 'money'), gov_map_label('sensitivity', 'location', 'place');

SELECT count(*) FROM unnest('{fleet,rides,billing,crm,analytics,geo,partner}'::text[]) AS s, gov_enroll_schema(s);
SELECT count(*) FROM gov_enroll_schema('ops', exclude => '{schema_migrations,tmp_*}');
-- what nobody governs, and what the test itself makes
SELECT gov_set_detector('schema_unenrolled', enabled => false);
CREATE SCHEMA year;

-- Gives an object what the words of a line say: owner in capitals, class in small letters, label with a number sign.
CREATE FUNCTION year.give(object_type text, object_ref text, words text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    word text;
BEGIN
    FOREACH word IN ARRAY string_to_array(words, ' ') LOOP
        IF word ~ '^#' THEN
            PERFORM governance.gov_set_label_rule(object_type, object_ref, substr(word, 2));
        ELSIF word = upper(word) THEN
            PERFORM governance.gov_own(object_type, object_ref, 'responsibility', 'steward', word);
        ELSE
            PERFORM governance.gov_assign(object_type, object_ref, 'sensitivity', word, 'approved', provenance => '{"kind": "by hand"}');
        END IF;
    END LOOP;
END $$;
-- Takes away from an object what it has of its own.
CREATE FUNCTION year.take(of_type text, of_ref text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM governance.gov_disown(w.ownership_id, 'not needed any more')
       FROM governance.gov_ownership w JOIN governance.gov_object o USING (object_id)
      WHERE o.object_type = of_type AND o.object_ref = of_ref AND w.status = 'active';
    PERFORM governance.gov_unassign(o.object_type, o.object_ref, a.axis, a.value, 'not needed any more')
       FROM governance.gov_assignment a JOIN governance.gov_object o USING (object_id)
      WHERE o.object_type = of_type AND o.object_ref = of_ref AND a.superseded_by IS NULL AND a.valid_to IS NULL;
    DELETE FROM governance.gov_label_rule l WHERE l.object_type = of_type AND l.object_ref = of_ref;
END $$;

-- What each live object has of its own.
CREATE VIEW year.has AS
SELECT o.object_type, o.object_ref, string_agg(f.word, ' ' ORDER BY f.rank, f.word COLLATE "C") AS words
  FROM governance.gov_object AS o
  JOIN (SELECT w.object_id, 1 AS rank, w.authority AS word FROM governance.gov_ownership AS w WHERE w.status = 'active' AND w.object_id IS NOT NULL
        UNION ALL
        SELECT a.object_id, 2, a.value FROM governance.gov_assignment AS a WHERE a.superseded_by IS NULL AND a.valid_to IS NULL
        UNION ALL
        SELECT l.object_id, 3, '#' || l.label FROM governance.gov_label_rule AS l) AS f USING (object_id)
 WHERE o.retired_at IS NULL GROUP BY o.object_id, o.object_type, o.object_ref;
-- What is wrong.
CREATE VIEW year.wrong AS
SELECT 'finding ' || concat_ws(' ', s.detector, s.object_type, s.object_ref) || coalesce(': ' || (s.detail ->> 'why') || coalesce(', ' || (s.detail ->> 'to_type') || ' ' || (s.detail ->> 'to_ref'), ''), '') AS what
  FROM governance.gov_drift_state AS s WHERE s.status = 'open'
UNION ALL SELECT 'held ' || b.source FROM governance.gov_source_block AS b
UNION ALL
-- what the catalogs have, by the plainest query, and the inventory has not, or the other way round
SELECT CASE WHEN c.identity IS NULL THEN 'not there: ' ELSE 'not known: ' END || coalesce(c.identity, o.object_ref)
  FROM (SELECT i.identity FROM pg_class AS r, pg_identify_object('pg_class'::regclass, r.oid, 0) AS i, governance.gov_source AS s
         WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND s.kind = 'catalog' AND s.enabled AND r.relnamespace = (SELECT n.oid FROM pg_namespace AS n WHERE 'schema:' || n.nspname = s.source)
           AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = r.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
           AND NOT EXISTS (SELECT FROM unnest(s.excluded) AS p WHERE r.relname LIKE translate(replace(p, '_', '\_'), '*?', '%_'))
        UNION ALL
        SELECT i.identity FROM pg_proc AS r, pg_identify_object('pg_proc'::regclass, r.oid, 0) AS i, governance.gov_source AS s
         WHERE s.kind = 'catalog' AND s.enabled AND r.pronamespace = (SELECT n.oid FROM pg_namespace AS n WHERE 'schema:' || n.nspname = s.source)
           AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = r.oid AND d.classid = 'pg_proc'::regclass AND d.deptype IN ('e', 'i'))) AS c
  FULL JOIN (SELECT o.object_ref FROM governance.gov_object AS o JOIN governance.gov_source AS s USING (source)
              WHERE o.retired_at IS NULL AND s.kind = 'catalog' AND s.enabled
                AND o.object_type IN ('table', 'view', 'materialized view', 'foreign table', 'sequence', 'function', 'procedure', 'aggregate')) AS o
    ON o.object_ref = c.identity
 WHERE (c.identity IS NULL OR o.object_ref IS NULL)
   AND NOT EXISTS (SELECT FROM governance.gov_held_back AS h WHERE h.object_ref = o.object_ref);
