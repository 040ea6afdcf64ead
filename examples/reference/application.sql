-- The application's tables, as they would be without any governance.

CREATE SCHEMA app;

CREATE TABLE app.collection_groups (
    name  text PRIMARY KEY,
    icon  text
);

CREATE TABLE app.collections (
    name        text PRIMARY KEY,
    group_name  text NOT NULL REFERENCES app.collection_groups,
    hidden      boolean NOT NULL DEFAULT false
);

INSERT INTO app.collection_groups (name) VALUES
    ('GRP-AI'), ('GRP-BUSINESS'), ('GRP-GOVERNANCE'), ('GRP-REGISTRY'), ('GRP-WORKFLOW');

INSERT INTO app.collections (name, group_name)
SELECT c, 'GRP-AI' FROM unnest('{agents}'::text[]) c
UNION ALL
SELECT c, 'GRP-BUSINESS' FROM unnest('{modules,tasks}'::text[]) c
UNION ALL
SELECT c, 'GRP-GOVERNANCE' FROM unnest('{approval_requests,apr_action_types,apr_approvals,apr_request_types,event_outbox,event_type_registry,governance_candidate_object,governance_candidate_state,governance_object_ownership,governance_registry,governance_relations,governance_responsibility_scope,governance_ruleset,law_registry,law_versions,system_issues}'::text[]) c
UNION ALL
SELECT c, 'GRP-REGISTRY' FROM unnest('{birth_registry,collection_registry,dot_tools,entity_labels,evolution_snapshots,iu_metadata_tag,iu_relation,iu_staging_record,label_rules,pivot_definitions,registry_changelog,taxonomy,taxonomy_facets,universal_edges}'::text[]) c
UNION ALL
SELECT c, 'GRP-WORKFLOW' FROM unnest('{workflow_steps,workflows}'::text[]) c;

-- What the extension is to know of them.
CREATE VIEW app.governed_things AS
SELECT 'group' AS object_type, name AS object_ref, NULL::text AS container_type, NULL::text AS container_ref
  FROM app.collection_groups
UNION ALL
SELECT 'collection', name, 'group', group_name
  FROM app.collections;

-- The application's labels: 58, of which 54 are in use.
CREATE TABLE app.labels (
    label   text PRIMARY KEY,
    facet   text NOT NULL,
    name    text,
    status  text NOT NULL
);

INSERT INTO app.labels (label, facet, name, status)
SELECT 'LBL-' || lpad(n::text, 3, '0'), 'F1', 'domain ' || n, CASE WHEN n IN (19, 20) THEN 'inactive' ELSE 'active' END
  FROM generate_series(1, 20) n
UNION ALL
SELECT 'LBL-061', 'F1', 'domain 61', 'active'
UNION ALL
SELECT 'LBL-' || n, 'F2', 'structure ' || n, CASE WHEN n IN (119, 120) THEN 'inactive' ELSE 'active' END
  FROM generate_series(101, 120) n
UNION ALL
SELECT 'LBL-' || n, 'F4', 'role ' || n, 'active'
  FROM generate_series(301, 317) n;

-- Which objects should bear which label: 38 rules.
CREATE TABLE app.label_rules (
    rule_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    object_type  text NOT NULL DEFAULT 'collection',
    object_ref   text NOT NULL,
    label        text NOT NULL REFERENCES app.labels,
    status       text NOT NULL DEFAULT 'active'
);

INSERT INTO app.label_rules (object_ref, label) VALUES
    ('agents', 'LBL-104'),
    ('tasks', 'LBL-102'),
    ('modules', 'LBL-101'),
    ('workflows', 'LBL-103'),
    ('workflows', 'LBL-304');

-- The other 33 are on the 29 collections that have no topic.
WITH other AS (
    SELECT name, row_number() OVER (ORDER BY name COLLATE "C") AS n
      FROM app.collections
     WHERE name NOT IN ('agents', 'governance_registry', 'workflows', 'modules', 'tasks', 'iu_staging_record')
)
INSERT INTO app.label_rules (object_ref, label)
SELECT name, 'LBL-' || 104 + n % 12 FROM other
UNION ALL
SELECT name, 'LBL-' || 301 + n FROM other WHERE n <= 4;

-- Which labels the read model shows on which records, and since when.
CREATE TABLE app.label_projection (
    object_type   text NOT NULL,
    object_ref    text NOT NULL,
    record        integer NOT NULL,
    label         text NOT NULL,
    projected_at  timestamptz NOT NULL
);

-- agents: 8 rows, the newest 75 days before its assignment; modules: 6, 66
-- days; tasks: 13, 5 days before an assignment of 60 days ago; workflows: none.
INSERT INTO app.label_projection
SELECT 'collection', 'agents', n, 'LBL-104', now() - (75 + n - 1) * interval '24 hours' FROM generate_series(1, 8) n
UNION ALL
SELECT 'collection', 'modules', n, 'LBL-101', now() - (66 + n - 1) * interval '24 hours' FROM generate_series(1, 6) n
UNION ALL
SELECT 'collection', 'tasks', n, 'LBL-102', now() - (65 + n - 1) * interval '24 hours' FROM generate_series(1, 13) n;
