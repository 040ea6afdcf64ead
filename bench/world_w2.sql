-- World W2: :objects objects of three types in one container per 20 of them,
-- four deep; 500 values on four axes: one whose 50 values a cross_product
-- rule requires, three forests whose values are required where assigned.  One
-- object in five owns a cell itself, one in two hundred has a waiver; one
-- container in five owns values for what is below it, one owner in ten does
-- not inherit, one container in two hundred is retired; one value in five has
-- a value anchor.  As many assignments as objects, 5 % quarantined.
--
-- Rows lie as a load leaves them: the objects of a container together, the
-- assignments in the order of their objects.  With :shuffled true objects and
-- assignments lie in no order at all, which no load leaves but years may.
--
-- Rows are written directly, without triggers: what is built is what the
-- functions would have let through.  :objects is a multiple of 4000.

SET session_replication_role = replica;
SELECT :objects / 20 AS containers \gset

-- A number from 0 up that looks random and is the same on every run.
CREATE FUNCTION pg_temp.draw(seed bigint, salt integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE AS $$SELECT (hashint8extended(seed, salt) >> 1) & 9007199254740991$$;

INSERT INTO gov_authority (authority, kind)
SELECT 'authority-' || a, 'human' FROM generate_series(1, 200) AS a;

INSERT INTO gov_axis (axis, kind, family, status, fallback)
VALUES ('duty', 'deterministic', 'semantic', 'active', NULL),
       ('topic', 'uncertain', 'label', 'active', NULL),
       ('place', 'uncertain', 'label', 'active', 'authority-1'),
       ('origin', 'uncertain', 'label', 'active', NULL);
INSERT INTO gov_axis_value (axis, value, parent, status)
SELECT axis, axis || '-' || v, CASE WHEN axis <> 'duty' AND v > 10 THEN axis || '-' || v / 10 END, 'active'
  FROM (VALUES ('duty', 50), ('topic', 200), ('place', 200), ('origin', 50)) AS x (axis, n),
       generate_series(1, n) AS v;
INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, confidence_threshold, staleness_days, status)
VALUES ('duties', 'duty', 'cross_product', '{record,document}', 0, 0, 'active'),
       ('topics', 'topic', 'per_assignment', NULL, 0.3, 365, 'active'),
       ('places', 'place', 'per_assignment', '{record,image}', 0, 0, 'active'),
       ('origins', 'origin', 'per_assignment', NULL, 0.5, 0, 'active');

-- ids: containers in four levels of 0.1, 1.9, 18 and 80 %, then the objects
INSERT INTO gov_object (object_id, container_id, object_type, object_ref, retired_at)
SELECT c,
       CASE WHEN c > :containers / 5 THEN :containers / 50 + 1 + pg_temp.draw(c, 1) % (:containers * 9 / 50)
            WHEN c > :containers / 50 THEN :containers / 1000 + 1 + pg_temp.draw(c, 1) % (:containers * 19 / 1000)
            WHEN c > :containers / 1000 THEN 1 + pg_temp.draw(c, 1) % (:containers / 1000) END,
       'container', 'c' || c,
       CASE WHEN pg_temp.draw(c, 2) % 200 = 0 THEN now() END
  FROM generate_series(1, :containers) AS c;
INSERT INTO gov_object (object_id, container_id, object_type, object_ref)
SELECT :containers + o,
       CASE WHEN pg_temp.draw(o, 3) % 10 = 0 THEN 1 + pg_temp.draw(o, 4) % :containers
            WHEN :shuffled THEN :containers / 5 + 1 + pg_temp.draw(o, 4) % (:containers * 4 / 5)
            ELSE :containers / 5 + 1 + (o - 1)::bigint * (:containers * 4 / 5) / :objects END,
       (ARRAY['record', 'record', 'record', 'record', 'record', 'record', 'record', 'document', 'document', 'image'])[1 + pg_temp.draw(o, 5) % 10],
       'o' || o
  FROM generate_series(1, :objects) AS o;

CREATE TEMPORARY TABLE numbered AS
SELECT row_number() OVER (ORDER BY axis = 'duty' DESC, axis, value) - 1 AS n, axis, value FROM gov_axis_value;

-- value anchors, then what containers own, then objects: half of it duties
INSERT INTO gov_ownership (axis, value, authority)
SELECT axis, value, 'authority-' || 1 + pg_temp.draw(n, 6) % 200 FROM numbered WHERE pg_temp.draw(n, 7) % 5 = 0;
INSERT INTO gov_ownership (object_id, axis, value, authority, inherits)
SELECT DISTINCT ON (c, n) c, axis, value, 'authority-' || 1 + pg_temp.draw(c, 8) % 200, pg_temp.draw(c, 9) % 10 > 0
  FROM generate_series(1, :containers) AS c, generate_series(1, 4) AS k, numbered
 WHERE pg_temp.draw(c, 10) % 5 = 0
   AND n = CASE WHEN k < 3 THEN pg_temp.draw(c, 10 + k) % 50 ELSE 50 + pg_temp.draw(c, 10 + k) % 450 END;

CREATE TEMPORARY TABLE assigned AS
SELECT o, axis, axis || '-' || 1 + pg_temp.draw(o, 20 + k) % CASE axis WHEN 'origin' THEN 50 ELSE 200 END AS value,
       pg_temp.draw(o, 30 + k) AS die
  FROM generate_series(1, :objects) AS o, generate_series(1, (o % 4 + 1) / 2) AS k,
       LATERAL (SELECT (ARRAY['topic', 'place', 'origin'])[1 + (o / 4 + k) % 3] AS axis) AS a;
INSERT INTO gov_assignment (object_id, axis, value, zone, confidence, assigned_at, provenance, assigned_kind)
SELECT :containers + o, axis, value,
       CASE WHEN die % 20 = 0 THEN 'quarantine' WHEN die % 20 < 5 THEN 'candidate' ELSE 'approved' END,
       (die / 20 % 101) / 100.0, now() - (die / 3000 % 500) * interval '1 day',
       '{"kind": "import", "source": "bench"}', 'tool'
  FROM assigned ORDER BY CASE WHEN :shuffled THEN die ELSE o END;

INSERT INTO gov_ownership (object_id, axis, value, authority)
SELECT :containers + o, axis, value, 'authority-' || 1 + pg_temp.draw(o, 40) % 200
  FROM (SELECT o, axis, value FROM generate_series(1, :objects) AS o JOIN numbered ON n = pg_temp.draw(o, 41) % 50
         WHERE o % 10 = 1
        UNION ALL
        SELECT DISTINCT ON (o) o, axis, value FROM assigned WHERE o % 10 = 3) AS own;
INSERT INTO gov_ownership (object_id, axis, value, owner_kind, authority, reason, effective_to)
SELECT :containers + o, axis, value, 'waiver', 'authority-2', 'excused', now() + interval '1 year'
  FROM generate_series(1, :objects) AS o JOIN numbered ON n = pg_temp.draw(o, 42) % 50
 WHERE o % 200 = 7;

SELECT setval('gov_object_object_id_seq', (SELECT max(object_id) FROM gov_object));
DROP TABLE numbered, assigned;
RESET session_replication_role;
