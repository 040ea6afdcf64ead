-- governance 1.0
--
-- One section per C file, in the order of the folders of src/ (docs/design.md),
-- after the tables.  The script only declares: what is computed is computed in C.
--
-- What people use is in the schema of the extension; what only triggers and
-- views call is in governance_internal, where nobody but the owner has USAGE.
-- Each name is given with its schema, and search_path holds nothing but the
-- server's own schema, so that nothing planted beforehand can be met.

\echo Use "CREATE EXTENSION governance" to load this file. \quit

SET LOCAL search_path = pg_catalog, pg_temp;

CREATE SCHEMA governance_internal;
REVOKE ALL ON SCHEMA governance_internal FROM PUBLIC;
COMMENT ON SCHEMA governance_internal IS 'the inside of extension governance: trigger functions, and what its views are made of';

------------------------------------------------------------------------------
-- server/script: what the extension's own scripts call, so that they say a thing once
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_describe_columns(relation regclass, VARIADIC alike regclass[]) RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_describe_columns(regclass, regclass[]) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_describe_columns(regclass, regclass[]) IS
    'comments the columns of a relation that have no comment yet as the columns of the same name of others. relation: the one to be commented; alike: the others, the first that has such a column counts. For scripts of the extension only. Errors: 42703 a column is left without a comment; 55000 called outside CREATE EXTENSION and ALTER EXTENSION';

CREATE FUNCTION governance_internal.gov_script_notice() RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_script_notice() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_script_notice() IS
    'says, when the transaction commits, that schema public is no good place for the extension, if it is there. For the install script only. Errors: 55000 called outside CREATE EXTENSION and ALTER EXTENSION';

------------------------------------------------------------------------------
-- server/kept: rows that a running act keeps aside, as foreign tables
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_kept_handler() RETURNS fdw_handler
    LANGUAGE C STRICT STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_kept_handler() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_kept_handler() IS 'rows that a running act keeps aside as a foreign data wrapper; not called directly';

CREATE FOREIGN DATA WRAPPER gov_kept HANDLER governance_internal.gov_kept_handler;
COMMENT ON FOREIGN DATA WRAPPER gov_kept IS 'rows that a running act keeps aside: its foreign tables are empty outside of an act';
CREATE SERVER gov_kept FOREIGN DATA WRAPPER gov_kept;
COMMENT ON SERVER gov_kept IS 'rows that a running act keeps aside';

------------------------------------------------------------------------------
-- server/configured: settings for superusers, as they were configured
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_configured_ddl_mode() RETURNS text
    LANGUAGE C STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_configured_ddl_mode() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_configured_ddl_mode() IS
    'gives what governance.ddl_mode is configured to be in this database: by ALTER DATABASE, by ALTER ROLE ALL, or in files; whatever single roles and the session have';

------------------------------------------------------------------------------
-- server/tag: the tag that new rows bear: governance.tag
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_new_tag() RETURNS text
    LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_new_tag() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_new_tag() IS
    'gives the tag that a new row bears: setting governance.tag; NULL for none. Errors: 42501 the tag is that of a tier of a rollout, and that tier is not being applied or reverted';

------------------------------------------------------------------------------
-- facts: the tables (docs/facts.md)
--
-- Rights: none for PUBLIC, DML for nobody but the owner of the extension.
-- Column order is known to C (src/server/extension.h): columns are only appended.
------------------------------------------------------------------------------

CREATE TABLE @extschema@.gov_authority (
    authority   text PRIMARY KEY CHECK (octet_length(authority) BETWEEN 1 AND 200),
    name        text,
    kind        text NOT NULL CHECK (kind IN ('sovereign', 'council', 'human', 'system', 'agent')),
    role_name   name,
    status      text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'retired')),
    approval    text,
    role_oid    oid,
    role_system bigint,
    contact     jsonb CONSTRAINT gov_authority_contact
        CHECK (jsonb_typeof(contact) = 'object' AND contact <> '{}' AND contact - '{mail,chat,url}'::text[] = '{}'
               AND coalesce(contact ->> 'url' ~ '^https?://', true))
);
REVOKE ALL ON @extschema@.gov_authority FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_authority IS 'who can own or approve: a council, a person, a system, an agent';
COMMENT ON COLUMN @extschema@.gov_authority.authority IS 'code of the authority';
COMMENT ON COLUMN @extschema@.gov_authority.name IS 'what people call it';
COMMENT ON COLUMN @extschema@.gov_authority.kind IS 'sovereign, council, human, system or agent';
COMMENT ON COLUMN @extschema@.gov_authority.role_name IS 'the login or group role that speaks for it; NULL when none does';
COMMENT ON COLUMN @extschema@.gov_authority.role_oid IS 'OID of that role: it is the one that is meant, whatever its name becomes; a later role of the same name speaks for nobody';
COMMENT ON COLUMN @extschema@.gov_authority.role_system IS 'system identifier of the cluster the OID holds for; in another one nobody speaks for the authority until gov_rebind';
COMMENT ON COLUMN @extschema@.gov_authority.status IS 'active, or retired: owns nothing in force';
COMMENT ON COLUMN @extschema@.gov_authority.contact IS 'how to reach it: mail, chat and url, each if known; NULL for none';
COMMENT ON COLUMN @extschema@.gov_authority.approval IS 'approval under which it was last changed';

CREATE TABLE @extschema@.gov_source (
    source        text PRIMARY KEY CHECK (octet_length(source) BETWEEN 1 AND 200),
    kind          text NOT NULL CHECK (kind IN ('manual', 'catalog', 'relation')),
    relation      text,
    object_types  text[],
    enabled       boolean NOT NULL DEFAULT true,
    registered_by name NOT NULL DEFAULT session_user,
    registered_oid oid,
    registered_system bigint,
    excluded      text[] NOT NULL DEFAULT '{}' CHECK (array_position(excluded, NULL) IS NULL AND array_position(excluded, '') IS NULL),
    unenrolled_at timestamptz,
    address_oid oid,
    address_database oid,
    address_system bigint,
    columns       boolean NOT NULL DEFAULT false,
    CHECK ((kind = 'relation') = (relation IS NOT NULL)),
    CONSTRAINT gov_source_columns CHECK (kind = 'catalog' OR NOT columns),
    CONSTRAINT gov_source_unenrolled CHECK (unenrolled_at IS NULL OR NOT enabled)
);
REVOKE ALL ON @extschema@.gov_source FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_source IS 'where objects come from: enrolled schemas, relations of the application, people';
COMMENT ON COLUMN @extschema@.gov_source.source IS 'code of the source; for an enrolled schema "schema:" and its name, for roles, databases and tablespaces cluster';
COMMENT ON COLUMN @extschema@.gov_source.kind IS 'manual: registered one by one; catalog: the objects of a schema, or of the cluster; relation: the rows of a relation';
COMMENT ON COLUMN @extschema@.gov_source.relation IS 'qualified name of the relation, for kind relation; of a function with () at its end';
COMMENT ON COLUMN @extschema@.gov_source.object_types IS 'types of objects taken from it; NULL for all but columns';
COMMENT ON COLUMN @extschema@.gov_source.columns IS 'are the columns of all relations taken too?';
COMMENT ON COLUMN @extschema@.gov_source.enabled IS 'false: gov_sync passes it over, and its objects stay as they are';
COMMENT ON COLUMN @extschema@.gov_source.registered_by IS 'role that enrolled it: the owner of its relation or a member of that role; the relation is read as its owner';
COMMENT ON COLUMN @extschema@.gov_source.registered_oid IS 'OID of that role: it is the one that is meant, whatever its name becomes';
COMMENT ON COLUMN @extschema@.gov_source.registered_system IS 'system identifier of the cluster the OID holds for';
COMMENT ON COLUMN @extschema@.gov_source.address_oid IS 'OID of the relation or function: it is the one that is meant when none has the name any more; gov_reconcile brings the name up to date';
COMMENT ON COLUMN @extschema@.gov_source.address_database IS 'OID of the database that OID holds for';
COMMENT ON COLUMN @extschema@.gov_source.address_system IS 'system identifier of the cluster both hold for';
COMMENT ON COLUMN @extschema@.gov_source.excluded IS 'patterns of names that are left out (gov_exclude): * any letters, ? one';
COMMENT ON COLUMN @extschema@.gov_source.unenrolled_at IS 'when it was let go (gov_unenroll); NULL while it is enrolled';

INSERT INTO @extschema@.gov_source (source, kind) VALUES ('manual', 'manual');

CREATE TABLE @extschema@.gov_schema_pattern (
    pattern      text PRIMARY KEY CHECK (octet_length(pattern) BETWEEN 1 AND 200),
    excluded     text[] NOT NULL DEFAULT '{}' CHECK (array_position(excluded, NULL) IS NULL AND array_position(excluded, '') IS NULL),
    object_types text[] CHECK (object_types <> '{}' AND array_position(object_types, NULL) IS NULL),
    columns      boolean NOT NULL DEFAULT false,
    created_by   name NOT NULL DEFAULT session_user,
    created_at   timestamptz NOT NULL DEFAULT now()
);
REVOKE ALL ON @extschema@.gov_schema_pattern FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_schema_pattern IS 'names of schemas that come in by themselves (gov_enroll_schemas)';
COMMENT ON COLUMN @extschema@.gov_schema_pattern.pattern IS 'held against names of schemas: * any letters, ? one';
COMMENT ON COLUMN @extschema@.gov_schema_pattern.excluded IS 'patterns of schemas that it does not mean';
COMMENT ON COLUMN @extschema@.gov_schema_pattern.object_types IS 'types of objects taken from the schemas that it brings in; NULL for all';
COMMENT ON COLUMN @extschema@.gov_schema_pattern.columns IS 'whether the columns of their relations are taken, too';
COMMENT ON COLUMN @extschema@.gov_schema_pattern.created_by IS 'login that gave it';
COMMENT ON COLUMN @extschema@.gov_schema_pattern.created_at IS 'when it was first given';

CREATE TABLE @extschema@.gov_object (
    object_id        bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    container_id     bigint REFERENCES @extschema@.gov_object DEFERRABLE,
    born_at          timestamptz NOT NULL DEFAULT now(),
    retired_at       timestamptz,
    object_type      text NOT NULL CHECK (octet_length(object_type) BETWEEN 1 AND 200),
    source           text NOT NULL DEFAULT 'manual' REFERENCES @extschema@.gov_source ON UPDATE CASCADE,
    object_ref       text NOT NULL CHECK (octet_length(object_ref) BETWEEN 1 AND 1500),
    attributes       jsonb NOT NULL DEFAULT '{}',
    address_class    text,
    address_names    text[],
    address_args     text[],
    address_oid      oid,
    address_system   bigint,
    address_database oid,
    address_subid    integer NOT NULL DEFAULT 0,
    CHECK (container_id <> object_id),
    CHECK (object_id <> 0)
);
REVOKE ALL ON @extschema@.gov_object FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_object_object_id_seq FROM PUBLIC;
CREATE UNIQUE INDEX gov_object_ref_key ON @extschema@.gov_object (object_ref, object_type) WHERE retired_at IS NULL;
CREATE INDEX gov_object_container_idx ON @extschema@.gov_object (container_id);
CREATE INDEX gov_object_source_idx ON @extschema@.gov_object (source);
CREATE INDEX gov_object_retired_idx ON @extschema@.gov_object (object_ref) WHERE retired_at IS NOT NULL;
CREATE INDEX gov_object_address_idx ON @extschema@.gov_object (address_oid) WHERE address_oid IS NOT NULL;
COMMENT ON TABLE @extschema@.gov_object IS 'everything governed: objects of the database catalog and things of the application';
COMMENT ON COLUMN @extschema@.gov_object.object_id IS 'identity that survives rename, move, dump and restore';
COMMENT ON COLUMN @extschema@.gov_object.container_id IS 'the one object this one lives in; NULL for a root';
COMMENT ON COLUMN @extschema@.gov_object.born_at IS 'when it was first seen';
COMMENT ON COLUMN @extschema@.gov_object.retired_at IS 'when it ceased to be; NULL while it is live';
COMMENT ON COLUMN @extschema@.gov_object.object_type IS 'what it is, in PostgreSQL''s or the application''s own words';
COMMENT ON COLUMN @extschema@.gov_object.source IS 'where it comes from';
COMMENT ON COLUMN @extschema@.gov_object.object_ref IS 'its name for people; unique per type among live objects';
COMMENT ON COLUMN @extschema@.gov_object.attributes IS 'further facts about it';
COMMENT ON COLUMN @extschema@.gov_object.address_class IS 'for a catalog object: type as pg_identify_object_as_address gives it';
COMMENT ON COLUMN @extschema@.gov_object.address_names IS 'for a catalog object: name parts';
COMMENT ON COLUMN @extschema@.gov_object.address_args IS 'for a catalog object: arguments';
COMMENT ON COLUMN @extschema@.gov_object.address_oid IS 'for a catalog object: OID, valid only in address_database of address_system';
COMMENT ON COLUMN @extschema@.gov_object.address_system IS 'system identifier of the cluster the OID holds for';
COMMENT ON COLUMN @extschema@.gov_object.address_database IS 'OID of the database the OID holds for';
COMMENT ON COLUMN @extschema@.gov_object.address_subid IS 'for a column: its number in the relation that has the OID; 0 for everything else';

CREATE TABLE @extschema@.gov_object_event (
    object_id        bigint NOT NULL,
    seq              bigint NOT NULL,
    at               timestamptz NOT NULL DEFAULT now(),
    container_id     bigint,
    former_container bigint,
    event            text NOT NULL CHECK (event IN ('born', 'renamed', 'moved', 'replaced', 'retired', 'revived')),
    object_type      text NOT NULL,
    object_ref       text NOT NULL,
    former_type      text,
    former_ref       text,
    PRIMARY KEY (object_id, seq),
    CHECK ((former_type IS NULL) = (former_ref IS NULL))
);
REVOKE ALL ON @extschema@.gov_object_event FROM PUBLIC;
CREATE INDEX gov_object_event_seq_idx ON @extschema@.gov_object_event (seq);
CREATE INDEX gov_object_event_former_idx ON @extschema@.gov_object_event (former_ref) WHERE former_ref IS NOT NULL;
COMMENT ON TABLE @extschema@.gov_object_event IS 'what became of each object: one row per birth, rename, move, replacement, retirement and revival; written by the act that brought it, which has the entry in the ledger';
COMMENT ON COLUMN @extschema@.gov_object_event.object_id IS 'the object; its history stays when it is forgotten';
COMMENT ON COLUMN @extschema@.gov_object_event.seq IS 'ledger entry of the act that brought it';
COMMENT ON COLUMN @extschema@.gov_object_event.at IS 'when the transaction of that act began';
COMMENT ON COLUMN @extschema@.gov_object_event.container_id IS 'the object it lives in from then on; NULL for a root, and when it is retired';
COMMENT ON COLUMN @extschema@.gov_object_event.former_container IS 'the object it lived in before, if another';
COMMENT ON COLUMN @extschema@.gov_object_event.event IS 'the first of: born, revived (retired and back), replaced (another one took its name, its own is gone), moved (to another container, perhaps under another name), renamed; or retired';
COMMENT ON COLUMN @extschema@.gov_object_event.object_type IS 'what it is from then on';
COMMENT ON COLUMN @extschema@.gov_object_event.object_ref IS 'its name from then on; of a retired one its last';
COMMENT ON COLUMN @extschema@.gov_object_event.former_type IS 'what it was until then, when its name ended';
COMMENT ON COLUMN @extschema@.gov_object_event.former_ref IS 'the name that ended then: it was renamed or retired; NULL when it kept its name';

CREATE TABLE @extschema@.gov_axis (
    axis           text PRIMARY KEY CHECK (octet_length(axis) BETWEEN 1 AND 200),
    name           text,
    kind           text NOT NULL CHECK (kind IN ('deterministic', 'uncertain', 'system')),
    family         text NOT NULL CHECK (family IN ('structural', 'label', 'semantic', 'pivot', 'system')),
    status         text NOT NULL DEFAULT 'candidate' CHECK (status IN ('candidate', 'active', 'deprecated', 'retired')),
    owner          text REFERENCES @extschema@.gov_authority ON UPDATE CASCADE,
    fallback       text REFERENCES @extschema@.gov_authority ON UPDATE CASCADE,
    multivalued    boolean NOT NULL DEFAULT true,
    is_containment boolean NOT NULL DEFAULT false,
    reason         text,
    approval       text,
    created_at     timestamptz NOT NULL DEFAULT now(),
    tag            text DEFAULT governance_internal.gov_new_tag()
);
REVOKE ALL ON @extschema@.gov_axis FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_axis IS 'ways to classify objects';
COMMENT ON COLUMN @extschema@.gov_axis.axis IS 'code of the axis';
COMMENT ON COLUMN @extschema@.gov_axis.name IS 'what people call it';
COMMENT ON COLUMN @extschema@.gov_axis.kind IS 'deterministic, uncertain or system';
COMMENT ON COLUMN @extschema@.gov_axis.family IS 'structural, label, semantic, pivot or system';
COMMENT ON COLUMN @extschema@.gov_axis.status IS 'candidate, active, deprecated or retired; only an active axis is covered';
COMMENT ON COLUMN @extschema@.gov_axis.owner IS 'authority that answers for the axis itself';
COMMENT ON COLUMN @extschema@.gov_axis.fallback IS 'owner of last resort for its cells';
COMMENT ON COLUMN @extschema@.gov_axis.multivalued IS 'false: at most one current approved assignment per object';
COMMENT ON COLUMN @extschema@.gov_axis.is_containment IS 'true: its values mirror containers (gov_activate_containment)';
COMMENT ON COLUMN @extschema@.gov_axis.reason IS 'why its status was last changed';
COMMENT ON COLUMN @extschema@.gov_axis.approval IS 'approval under which its status was last changed';
COMMENT ON COLUMN @extschema@.gov_axis.created_at IS 'when it was created';
COMMENT ON COLUMN @extschema@.gov_axis.tag IS 'setting governance.tag when the row was written';

CREATE TABLE @extschema@.gov_axis_value (
    axis              text NOT NULL REFERENCES @extschema@.gov_axis ON UPDATE CASCADE,
    value             text NOT NULL CHECK (octet_length(value) BETWEEN 1 AND 200),
    parent            text,
    name              text,
    status            text NOT NULL DEFAULT 'candidate' CHECK (status IN ('candidate', 'active', 'deprecated', 'retired')),
    provenance        jsonb,
    replaced_by       text,
    created_at        timestamptz NOT NULL DEFAULT now(),
    status_changed_at timestamptz NOT NULL DEFAULT now(),
    object_id         bigint REFERENCES @extschema@.gov_object,
    reason            text,
    approval          text,
    tag               text DEFAULT governance_internal.gov_new_tag(),
    PRIMARY KEY (axis, value),
    FOREIGN KEY (axis, parent) REFERENCES @extschema@.gov_axis_value (axis, value) ON UPDATE CASCADE DEFERRABLE,
    FOREIGN KEY (axis, replaced_by) REFERENCES @extschema@.gov_axis_value (axis, value) ON UPDATE CASCADE DEFERRABLE,
    CHECK (parent <> value),
    CHECK (replaced_by <> value)
);
REVOKE ALL ON @extschema@.gov_axis_value FROM PUBLIC;
CREATE INDEX gov_axis_value_parent_idx ON @extschema@.gov_axis_value (axis, parent) WHERE parent IS NOT NULL;
CREATE UNIQUE INDEX gov_axis_value_object_key ON @extschema@.gov_axis_value (axis, object_id) WHERE object_id IS NOT NULL;
COMMENT ON TABLE @extschema@.gov_axis_value IS 'the values of each axis, a forest';
COMMENT ON COLUMN @extschema@.gov_axis_value.axis IS 'axis the value belongs to';
COMMENT ON COLUMN @extschema@.gov_axis_value.value IS 'code of the value';
COMMENT ON COLUMN @extschema@.gov_axis_value.parent IS 'value above it on the same axis; NULL for a root';
COMMENT ON COLUMN @extschema@.gov_axis_value.name IS 'what people call it';
COMMENT ON COLUMN @extschema@.gov_axis_value.status IS 'candidate, active, deprecated or retired';
COMMENT ON COLUMN @extschema@.gov_axis_value.provenance IS 'where it came from: kind, source, and what became of it';
COMMENT ON COLUMN @extschema@.gov_axis_value.replaced_by IS 'value to use instead';
COMMENT ON COLUMN @extschema@.gov_axis_value.created_at IS 'when it was proposed';
COMMENT ON COLUMN @extschema@.gov_axis_value.status_changed_at IS 'when its status last changed';
COMMENT ON COLUMN @extschema@.gov_axis_value.object_id IS 'on a containment axis: the container it mirrors';
COMMENT ON COLUMN @extschema@.gov_axis_value.reason IS 'why its status was last changed';
COMMENT ON COLUMN @extschema@.gov_axis_value.approval IS 'approval under which its status was last changed';
COMMENT ON COLUMN @extschema@.gov_axis_value.tag IS 'setting governance.tag when the row was written';

CREATE TABLE @extschema@.gov_assignment (
    assignment_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    object_id     bigint NOT NULL REFERENCES @extschema@.gov_object,
    assigned_at   timestamptz NOT NULL DEFAULT now(),
    valid_from    timestamptz NOT NULL DEFAULT now(),
    valid_to      timestamptz,
    superseded_by bigint REFERENCES @extschema@.gov_assignment DEFERRABLE INITIALLY DEFERRED,
    confidence    real CHECK (confidence BETWEEN 0 AND 1),
    match_score   real CHECK (match_score BETWEEN 0 AND 1),
    revision      integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
    axis          text NOT NULL,
    value         text NOT NULL,
    zone          text NOT NULL CHECK (zone IN ('approved', 'candidate', 'quarantine')),
    provenance    jsonb,
    evidence      jsonb,
    assigned_kind text NOT NULL CHECK (assigned_kind IN ('rule', 'human', 'agent', 'tool')),
    assigned_by   text NOT NULL DEFAULT session_user,
    reason        text,
    tag           text DEFAULT governance_internal.gov_new_tag(),
    FOREIGN KEY (axis, value) REFERENCES @extschema@.gov_axis_value (axis, value) ON UPDATE CASCADE,
    CONSTRAINT gov_assignment_provenance_or_quarantine
        CHECK (zone = 'quarantine' OR (provenance IS NOT NULL AND provenance <> '{}')),
    CHECK (valid_to >= valid_from)
);
REVOKE ALL ON @extschema@.gov_assignment FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_assignment_assignment_id_seq FROM PUBLIC;
CREATE INDEX gov_assignment_cell_idx ON @extschema@.gov_assignment (object_id, axis, value) WHERE superseded_by IS NULL;
-- The object closes both indexes, so that a look-up of one cell is as good by
-- either, whatever the planner knows of a table that just began to fill.
CREATE INDEX gov_assignment_value_idx ON @extschema@.gov_assignment (axis, value, object_id) WHERE superseded_by IS NULL;
COMMENT ON TABLE @extschema@.gov_assignment IS 'which object has which value of which axis; current when not superseded and now() lies in [valid_from, valid_to)';
COMMENT ON COLUMN @extschema@.gov_assignment.assignment_id IS 'identity of the assignment';
COMMENT ON COLUMN @extschema@.gov_assignment.object_id IS 'the object';
COMMENT ON COLUMN @extschema@.gov_assignment.assigned_at IS 'when the assignment was made; staleness counts from here';
COMMENT ON COLUMN @extschema@.gov_assignment.valid_from IS 'first instant at which it holds';
COMMENT ON COLUMN @extschema@.gov_assignment.valid_to IS 'first instant at which it no longer holds; NULL for open';
COMMENT ON COLUMN @extschema@.gov_assignment.superseded_by IS 'the row that took its place; NULL while none did';
COMMENT ON COLUMN @extschema@.gov_assignment.confidence IS 'how sure the assigner is, 0 to 1; NULL when unknown';
COMMENT ON COLUMN @extschema@.gov_assignment.match_score IS 'how well the object matches, 0 to 1; never merged with confidence';
COMMENT ON COLUMN @extschema@.gov_assignment.revision IS 'counts the changes of this cell''s assignment, from 1';
COMMENT ON COLUMN @extschema@.gov_assignment.axis IS 'axis of the value';
COMMENT ON COLUMN @extschema@.gov_assignment.value IS 'the value';
COMMENT ON COLUMN @extschema@.gov_assignment.zone IS 'approved, candidate or quarantine';
COMMENT ON COLUMN @extschema@.gov_assignment.provenance IS 'where it came from; required outside quarantine';
COMMENT ON COLUMN @extschema@.gov_assignment.evidence IS 'what speaks for it';
COMMENT ON COLUMN @extschema@.gov_assignment.assigned_kind IS 'rule, human, agent or tool';
COMMENT ON COLUMN @extschema@.gov_assignment.assigned_by IS 'session user who made it';
COMMENT ON COLUMN @extschema@.gov_assignment.reason IS 'why its zone was changed or it was ended';
COMMENT ON COLUMN @extschema@.gov_assignment.tag IS 'setting governance.tag when the row was written';

CREATE TABLE @extschema@.gov_ownership (
    ownership_id   bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    object_id      bigint REFERENCES @extschema@.gov_object,
    effective_from timestamptz NOT NULL DEFAULT now(),
    effective_to   timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    inherits       boolean NOT NULL DEFAULT true,
    axis           text NOT NULL,
    value          text NOT NULL,
    owner_kind     text NOT NULL DEFAULT 'accountable' CHECK (owner_kind IN ('accountable', 'supporting', 'delegated', 'waiver')),
    authority      text NOT NULL REFERENCES @extschema@.gov_authority ON UPDATE CASCADE,
    status         text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'superseded', 'revoked', 'expired')),
    approval       text,
    reason         text,
    supersedes_id  bigint REFERENCES @extschema@.gov_ownership DEFERRABLE INITIALLY DEFERRED,
    created_by     text NOT NULL DEFAULT session_user,
    tag            text DEFAULT governance_internal.gov_new_tag(),
    FOREIGN KEY (axis, value) REFERENCES @extschema@.gov_axis_value (axis, value) ON UPDATE CASCADE,
    CHECK (effective_to >= effective_from),
    CONSTRAINT gov_ownership_ends
        CHECK (owner_kind NOT IN ('delegated', 'waiver') OR effective_to IS NOT NULL),
    CONSTRAINT gov_ownership_waiver
        CHECK (owner_kind <> 'waiver' OR (reason IS NOT NULL AND btrim(reason, E' \t\n\r') <> '' AND object_id IS NOT NULL)),
    CONSTRAINT gov_ownership_value_anchor
        CHECK (object_id IS NOT NULL OR inherits)
);
REVOKE ALL ON @extschema@.gov_ownership FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_ownership_ownership_id_seq FROM PUBLIC;
CREATE INDEX gov_ownership_cell_idx ON @extschema@.gov_ownership (object_id, axis, value) WHERE status = 'active';
CREATE INDEX gov_ownership_value_idx ON @extschema@.gov_ownership (axis, value, object_id) WHERE status = 'active';
CREATE INDEX gov_ownership_authority_idx ON @extschema@.gov_ownership (authority) WHERE status = 'active';
COMMENT ON TABLE @extschema@.gov_ownership IS 'who answers for a cell or a value; in force when active, of an active authority, and now() lies in [effective_from, effective_to)';
COMMENT ON COLUMN @extschema@.gov_ownership.ownership_id IS 'identity of the row';
COMMENT ON COLUMN @extschema@.gov_ownership.object_id IS 'the object; NULL makes it a value anchor, which owns the value itself';
COMMENT ON COLUMN @extschema@.gov_ownership.effective_from IS 'first instant at which it is in force';
COMMENT ON COLUMN @extschema@.gov_ownership.effective_to IS 'first instant at which it no longer is; NULL for open';
COMMENT ON COLUMN @extschema@.gov_ownership.created_at IS 'when the row was written';
COMMENT ON COLUMN @extschema@.gov_ownership.inherits IS 'true: also covers what lives in the object, or the values below the value';
COMMENT ON COLUMN @extschema@.gov_ownership.axis IS 'axis of the value';
COMMENT ON COLUMN @extschema@.gov_ownership.value IS 'the value';
COMMENT ON COLUMN @extschema@.gov_ownership.owner_kind IS 'accountable, supporting, delegated or waiver; only accountable covers';
COMMENT ON COLUMN @extschema@.gov_ownership.authority IS 'who owns';
COMMENT ON COLUMN @extschema@.gov_ownership.status IS 'active, superseded, revoked or expired';
COMMENT ON COLUMN @extschema@.gov_ownership.approval IS 'approval under which it was made';
COMMENT ON COLUMN @extschema@.gov_ownership.reason IS 'why it was made or ended';
COMMENT ON COLUMN @extschema@.gov_ownership.supersedes_id IS 'the row whose place it took';
COMMENT ON COLUMN @extschema@.gov_ownership.created_by IS 'session user who made it';
COMMENT ON COLUMN @extschema@.gov_ownership.tag IS 'setting governance.tag when the row was written';

CREATE TABLE @extschema@.gov_coverage_rule (
    rule                 text PRIMARY KEY CHECK (octet_length(rule) BETWEEN 1 AND 200),
    axis                 text NOT NULL REFERENCES @extschema@.gov_axis ON UPDATE CASCADE,
    mode                 text NOT NULL CHECK (mode IN ('cross_product', 'per_assignment')),
    applies_to           text[] CHECK (array_position(applies_to, NULL) IS NULL AND array_position(applies_to, '') IS NULL),
    confidence_threshold real NOT NULL DEFAULT 0 CHECK (confidence_threshold BETWEEN 0 AND 1),
    staleness_days       integer NOT NULL DEFAULT 0 CHECK (staleness_days >= 0),
    status               text NOT NULL DEFAULT 'candidate' CHECK (status IN ('candidate', 'active', 'retired')),
    reason               text,
    approval             text,
    tag                  text DEFAULT governance_internal.gov_new_tag(),
    contained_types      text[] CHECK (array_position(contained_types, NULL) IS NULL AND array_position(contained_types, '') IS NULL),
    owner_axis           text,
    owner_value          text,
    contained_approval   text,
    scope_container      bigint REFERENCES @extschema@.gov_object,
    scope_pattern        text CHECK (octet_length(scope_pattern) BETWEEN 1 AND 200),
    scope_parts          text NOT NULL DEFAULT 'parents' CHECK (scope_parts IN ('parents', 'leaves', 'all')),
    FOREIGN KEY (owner_axis, owner_value) REFERENCES @extschema@.gov_axis_value ON UPDATE CASCADE,
    CHECK (contained_types IS NULL OR mode = 'per_assignment'),
    CHECK ((contained_types IS NULL) = (owner_axis IS NULL)),
    CHECK ((contained_types IS NULL) = (owner_value IS NULL)),
    CHECK (contained_types IS NOT NULL OR contained_approval IS NULL),
    CHECK (contained_types IS NULL OR scope_container IS NULL AND scope_pattern IS NULL AND scope_parts = 'parents')
);
REVOKE ALL ON @extschema@.gov_coverage_rule FROM PUBLIC;
CREATE INDEX gov_coverage_rule_scope_idx ON @extschema@.gov_coverage_rule (scope_container) WHERE scope_container IS NOT NULL;
COMMENT ON TABLE @extschema@.gov_coverage_rule IS 'which cells need an accountable owner';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.rule IS 'code of the rule';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.axis IS 'axis whose cells it requires';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.mode IS 'cross_product: every active value; per_assignment: the values the object has';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.applies_to IS 'types of objects; NULL for all';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.confidence_threshold IS 'assignments below it are low_confidence; 0 to 1';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.staleness_days IS 'assignments older than this many times 24 hours are stale; 0 for never';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.status IS 'candidate, active or retired';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.reason IS 'why its status was last changed';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.approval IS 'approval under which its status was last changed';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.tag IS 'setting governance.tag when the row was written';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.contained_types IS 'types of objects whose containers the axis mirrors, as gov_activate_containment was told last and gov_reconcile keeps it up while the rule is active; NULL: the rule is none of containment';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.owner_axis IS 'axis on which containers have the owners that the cells get; NULL: the rule is none of containment';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.owner_value IS 'value of that axis';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.contained_approval IS 'approval under which containment was activated so';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.scope_container IS 'it is about this object and what lives in it, however deep; NULL: wherever';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.scope_pattern IS 'it is about objects whose reference fits: * any letters, ? one, all else itself; NULL: any';
COMMENT ON COLUMN @extschema@.gov_coverage_rule.scope_parts IS 'parents: parts (partitions, sequences of columns) answer through what they are part of; leaves: what has no partitions, partitions too; all: each by itself';

CREATE TABLE @extschema@.gov_scan_run (
    scan_id     bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    actor       text NOT NULL DEFAULT session_user,
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    findings    bigint,
    opened      bigint,
    reopened    bigint,
    resolved    bigint,
    summary     jsonb,
    scan_no     bigint UNIQUE,
    scanned_at  timestamptz,
    failed      text[]
);
REVOKE ALL ON @extschema@.gov_scan_run FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_scan_run_scan_id_seq FROM PUBLIC;
CREATE INDEX gov_scan_run_failed_idx ON @extschema@.gov_scan_run (scan_no) WHERE failed IS NOT NULL;
COMMENT ON TABLE @extschema@.gov_scan_run IS 'one row per run of gov_reconcile or gov_scan';
COMMENT ON COLUMN @extschema@.gov_scan_run.scan_id IS 'identity of the run';
COMMENT ON COLUMN @extschema@.gov_scan_run.actor IS 'who ran it';
COMMENT ON COLUMN @extschema@.gov_scan_run.started_at IS 'when it began';
COMMENT ON COLUMN @extschema@.gov_scan_run.finished_at IS 'when it ended; NULL while it runs in batches';
COMMENT ON COLUMN @extschema@.gov_scan_run.findings IS 'findings seen; NULL for a run that looked for none';
COMMENT ON COLUMN @extschema@.gov_scan_run.opened IS 'findings that were new';
COMMENT ON COLUMN @extschema@.gov_scan_run.reopened IS 'findings that had been resolved and came back';
COMMENT ON COLUMN @extschema@.gov_scan_run.resolved IS 'findings no longer seen';
COMMENT ON COLUMN @extschema@.gov_scan_run.summary IS 'the metrics of the run, before and after';
COMMENT ON COLUMN @extschema@.gov_scan_run.scan_no IS 'counts the scans, from 1, in their order; NULL for a run that looked for no findings, or has not yet';
COMMENT ON COLUMN @extschema@.gov_scan_run.scanned_at IS 'the now() of the scan';
COMMENT ON COLUMN @extschema@.gov_scan_run.failed IS 'detectors that failed in it; NULL for none';

CREATE TABLE @extschema@.gov_axis_figure (
    axis                text REFERENCES @extschema@.gov_axis ON UPDATE CASCADE ON DELETE CASCADE,
    measured_at         timestamptz DEFAULT now(),
    required            bigint,
    covered             bigint,
    gap                 bigint,
    waived              bigint,
    fallback            bigint,
    missing_assignments bigint,
    PRIMARY KEY (axis, measured_at),
    CONSTRAINT gov_axis_figure_all_or_none
        CHECK (num_nonnulls(required, covered, gap, waived, fallback, missing_assignments) IN (0, 6))
);
REVOKE ALL ON @extschema@.gov_axis_figure FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_axis_figure IS 'what scans counted per axis: a row by each scan that found other figures than the one before it; they hold until the next row';
COMMENT ON COLUMN @extschema@.gov_axis_figure.axis IS 'the axis';
COMMENT ON COLUMN @extschema@.gov_axis_figure.measured_at IS 'the now() of the scan';
COMMENT ON COLUMN @extschema@.gov_axis_figure.required IS 'required cells; NULL, as the others, when the axis was not measured any more';
COMMENT ON COLUMN @extschema@.gov_axis_figure.covered IS 'of these with a direct owner, or one by container or value';
COMMENT ON COLUMN @extschema@.gov_axis_figure.gap IS 'of these with nobody accountable';
COMMENT ON COLUMN @extschema@.gov_axis_figure.waived IS 'of these excused';
COMMENT ON COLUMN @extschema@.gov_axis_figure.fallback IS 'of these left to the axis''s owner of last resort';
COMMENT ON COLUMN @extschema@.gov_axis_figure.missing_assignments IS 'objects without a value that a rule asks for';

CREATE TABLE @extschema@.gov_rehearsal (
    rehearsal    bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    rehearsed_at timestamptz NOT NULL DEFAULT now(),
    actor        text NOT NULL,
    login        text NOT NULL,
    ok           boolean NOT NULL,
    statements   integer NOT NULL,
    summary      jsonb NOT NULL
);
REVOKE ALL ON @extschema@.gov_rehearsal FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_rehearsal_rehearsal_seq FROM PUBLIC;
CREATE INDEX gov_rehearsal_sha256_idx ON @extschema@.gov_rehearsal (sha256);
COMMENT ON TABLE @extschema@.gov_rehearsal IS 'one row per text that was rehearsed with gov_rehearse_sql: its verdict, all that stays of it';
COMMENT ON COLUMN @extschema@.gov_rehearsal.rehearsal IS 'identity of the rehearsal';
COMMENT ON COLUMN @extschema@.gov_rehearsal.sha256 IS 'SHA-256 of the text in UTF-8, in hexadecimal digits; the text itself is not kept';
COMMENT ON COLUMN @extschema@.gov_rehearsal.rehearsed_at IS 'when';
COMMENT ON COLUMN @extschema@.gov_rehearsal.actor IS 'the role that it ran as';
COMMENT ON COLUMN @extschema@.gov_rehearsal.login IS 'the session user';
COMMENT ON COLUMN @extschema@.gov_rehearsal.ok IS 'did every statement run, every constraint hold, and was nothing met that cannot be rehearsed?';
COMMENT ON COLUMN @extschema@.gov_rehearsal.statements IS 'how many statements the text has; 0 when it could not be read';
COMMENT ON COLUMN @extschema@.gov_rehearsal.summary IS 'the verdict in words, the time to the last check and until all was undone, rows written, how many refusals, and whether gates were suspended';

CREATE TABLE @extschema@.gov_rollout (
    rollout           text PRIMARY KEY CHECK (octet_length(rollout) BETWEEN 1 AND 200),
    description       text NOT NULL,
    role_name         text NOT NULL,
    search_path       text NOT NULL,
    database_name     text NOT NULL,
    system_identifier bigint NOT NULL,
    created_at        timestamptz NOT NULL DEFAULT now(),
    created_by        text NOT NULL,
    origin            text,
    content_hash      text CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    sealed_at         timestamptz,
    sealed_by         text,
    CHECK ((content_hash IS NULL) = (sealed_at IS NULL) AND (content_hash IS NULL) = (sealed_by IS NULL))
);
REVOKE ALL ON @extschema@.gov_rollout FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_rollout IS 'changes that are applied in tiers, and where: see gov_rollout_status';
COMMENT ON COLUMN @extschema@.gov_rollout.rollout IS 'code of the rollout';
COMMENT ON COLUMN @extschema@.gov_rollout.description IS 'what it is for';
COMMENT ON COLUMN @extschema@.gov_rollout.role_name IS 'the role that its SQL runs as: that of whoever made it';
COMMENT ON COLUMN @extschema@.gov_rollout.search_path IS 'the search_path that its SQL runs under';
COMMENT ON COLUMN @extschema@.gov_rollout.database_name IS 'the database it is for';
COMMENT ON COLUMN @extschema@.gov_rollout.system_identifier IS 'the cluster of that database';
COMMENT ON COLUMN @extschema@.gov_rollout.created_at IS 'when it was made or imported here';
COMMENT ON COLUMN @extschema@.gov_rollout.created_by IS 'the session user who did so';
COMMENT ON COLUMN @extschema@.gov_rollout.origin IS 'the database and cluster that it was exported from; NULL when it was made here';
COMMENT ON COLUMN @extschema@.gov_rollout.content_hash IS 'SHA-256 of all that is sealed, the same in every database; NULL until then';
COMMENT ON COLUMN @extschema@.gov_rollout.sealed_at IS 'when it was sealed; from then on nothing of it changes';
COMMENT ON COLUMN @extschema@.gov_rollout.sealed_by IS 'the session user who sealed it';

CREATE TABLE @extschema@.gov_rollout_tier (
    rollout      text NOT NULL REFERENCES @extschema@.gov_rollout,
    tier         integer NOT NULL CHECK (tier >= 0),
    name         text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('structure', 'seed', 'verify')),
    apply_sql    text CHECK ((apply_sql IS NULL) = (kind = 'verify')),
    verify_sql   text,
    revert_sql   text CHECK ((revert_sql IS NULL) = (kind = 'verify')),
    expect       jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(expect) = 'array'),
    content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    PRIMARY KEY (rollout, tier)
);
REVOKE ALL ON @extschema@.gov_rollout_tier FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_rollout_tier IS 'the tiers of rollouts, applied in the order of their numbers, each whole or not at all';
COMMENT ON COLUMN @extschema@.gov_rollout_tier.rollout IS 'the rollout';
COMMENT ON COLUMN @extschema@.gov_rollout_tier.tier IS 'number of the tier; numbers may leave gaps';
COMMENT ON COLUMN @extschema@.gov_rollout_tier.name IS 'what people call it';
COMMENT ON COLUMN @extschema@.gov_rollout_tier.kind IS 'structure, seed, or verify, which changes nothing';
COMMENT ON COLUMN @extschema@.gov_rollout_tier.apply_sql IS 'the statements that it runs; NULL for verify';
COMMENT ON COLUMN @extschema@.gov_rollout_tier.verify_sql IS 'statements run after them, each of whose rows has to begin with true; they change nothing';
COMMENT ON COLUMN @extschema@.gov_rollout_tier.revert_sql IS 'the statements that take it back; NULL for verify';
COMMENT ON COLUMN @extschema@.gov_rollout_tier.expect IS 'what it does to metrics: [{"metric": ..., "axis": ..., "delta": ... or "equals": ...}]';
COMMENT ON COLUMN @extschema@.gov_rollout_tier.content_hash IS 'SHA-256 of number, name, kind, SQL and expectations';

CREATE TABLE @extschema@.gov_rollout_rehearsal (
    rehearsal    bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    rollout      text NOT NULL REFERENCES @extschema@.gov_rollout,
    rehearsed_at timestamptz NOT NULL DEFAULT now(),
    actor        text NOT NULL,
    login        text NOT NULL,
    content_hash text NOT NULL,
    ok           boolean NOT NULL,
    verdict      text NOT NULL,
    states       jsonb NOT NULL CHECK (jsonb_typeof(states) = 'object'),
    things       jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(things) = 'object')
);
REVOKE ALL ON @extschema@.gov_rollout_rehearsal FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_rollout_rehearsal_rehearsal_seq FROM PUBLIC;
CREATE INDEX gov_rollout_rehearsal_rollout_idx ON @extschema@.gov_rollout_rehearsal (rollout, rehearsal);
COMMENT ON TABLE @extschema@.gov_rollout_rehearsal IS 'one row per rehearsal of a rollout; the last one counts';
COMMENT ON COLUMN @extschema@.gov_rollout_rehearsal.rehearsal IS 'identity of the rehearsal';
COMMENT ON COLUMN @extschema@.gov_rollout_rehearsal.rollout IS 'the rollout';
COMMENT ON COLUMN @extschema@.gov_rollout_rehearsal.rehearsed_at IS 'when';
COMMENT ON COLUMN @extschema@.gov_rollout_rehearsal.actor IS 'the role that it ran as';
COMMENT ON COLUMN @extschema@.gov_rollout_rehearsal.login IS 'the session user';
COMMENT ON COLUMN @extschema@.gov_rollout_rehearsal.content_hash IS 'of the rollout, as it was rehearsed';
COMMENT ON COLUMN @extschema@.gov_rollout_rehearsal.ok IS 'did every tier hold, and did reverting them end where it began?';
COMMENT ON COLUMN @extschema@.gov_rollout_rehearsal.verdict IS 'the same in words';
COMMENT ON COLUMN @extschema@.gov_rollout_rehearsal.states IS 'by the number of each rehearsed tier, the counts that it met: the baseline that it may be applied to';
COMMENT ON COLUMN @extschema@.gov_rollout_rehearsal.things IS 'what else belongs to that baseline: first, the first rehearsed tier; before, a hash of how each relation, routine and type of the application was defined before it; facts, a hash of the rows of each table of facts then; changed, by tier, the definitions that the tiers before it had changed; routines, by tier, a hash of all routines, which is part of what is voted on';

CREATE TABLE @extschema@.gov_rollout_step (
    step         bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    rollout      text NOT NULL,
    tier         integer NOT NULL,
    act          text NOT NULL CHECK (act IN ('apply', 'revert')),
    outcome      text NOT NULL CHECK (outcome IN ('done', 'failed')),
    at           timestamptz NOT NULL DEFAULT now(),
    ms           bigint NOT NULL CHECK (ms >= 0),
    actor        text NOT NULL,
    login        text NOT NULL,
    content_hash text NOT NULL,
    approval     text,
    deltas       jsonb NOT NULL DEFAULT '[]',
    problem      jsonb CHECK ((problem IS NULL) = (outcome = 'done')),
    FOREIGN KEY (rollout, tier) REFERENCES @extschema@.gov_rollout_tier
);
REVOKE ALL ON @extschema@.gov_rollout_step FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_rollout_step_step_seq FROM PUBLIC;
CREATE INDEX gov_rollout_step_tier_idx ON @extschema@.gov_rollout_step (rollout, tier, step);
COMMENT ON TABLE @extschema@.gov_rollout_step IS 'one row per try to apply or revert a tier; the last one that was done counts';
COMMENT ON COLUMN @extschema@.gov_rollout_step.step IS 'identity of the step';
COMMENT ON COLUMN @extschema@.gov_rollout_step.rollout IS 'the rollout';
COMMENT ON COLUMN @extschema@.gov_rollout_step.tier IS 'the tier';
COMMENT ON COLUMN @extschema@.gov_rollout_step.act IS 'apply or revert';
COMMENT ON COLUMN @extschema@.gov_rollout_step.outcome IS 'done, or failed, after which nothing of the tier is there';
COMMENT ON COLUMN @extschema@.gov_rollout_step.at IS 'when the transaction of the tier began';
COMMENT ON COLUMN @extschema@.gov_rollout_step.ms IS 'how many milliseconds its SQL and its checks took';
COMMENT ON COLUMN @extschema@.gov_rollout_step.actor IS 'the role that it ran as';
COMMENT ON COLUMN @extschema@.gov_rollout_step.login IS 'the session user';
COMMENT ON COLUMN @extschema@.gov_rollout_step.content_hash IS 'of the tier, as it was run';
COMMENT ON COLUMN @extschema@.gov_rollout_step.approval IS 'approval that was used for it; NULL where no gate asked for one';
COMMENT ON COLUMN @extschema@.gov_rollout_step.deltas IS 'what was expected and found: [{"metric", "axis", "before", "after", "expected"}]';
COMMENT ON COLUMN @extschema@.gov_rollout_step.problem IS 'why it failed: sqlstate, message, where, detail, hint; NULL when it did not';

CREATE TABLE @extschema@.gov_baseline (
    baseline          text PRIMARY KEY CHECK (octet_length(baseline) BETWEEN 1 AND 200),
    captured_at       timestamptz NOT NULL DEFAULT now(),
    actor             text NOT NULL,
    login             text NOT NULL,
    database          text NOT NULL,
    system_identifier text NOT NULL CHECK (system_identifier ~ '^[0-9]+$'),
    server_version    text NOT NULL,
    relations         bigint NOT NULL CHECK (relations >= 0),
    sha256            text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$')
);
REVOKE ALL ON @extschema@.gov_baseline FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_baseline IS 'what a database was like at one moment, captured by gov_capture_baseline; gov_baseline_item has what was found';
COMMENT ON COLUMN @extschema@.gov_baseline.baseline IS 'its label';
COMMENT ON COLUMN @extschema@.gov_baseline.captured_at IS 'when';
COMMENT ON COLUMN @extschema@.gov_baseline.actor IS 'the role that read the relations';
COMMENT ON COLUMN @extschema@.gov_baseline.login IS 'the session user';
COMMENT ON COLUMN @extschema@.gov_baseline.database IS 'the name of the database';
COMMENT ON COLUMN @extschema@.gov_baseline.system_identifier IS 'the cluster, by pg_control_system()';
COMMENT ON COLUMN @extschema@.gov_baseline.server_version IS 'the version of the server: majors may write an expression in different ways';
COMMENT ON COLUMN @extschema@.gov_baseline.relations IS 'how many relations it covers';
COMMENT ON COLUMN @extschema@.gov_baseline.sha256 IS 'the fingerprint of its items; the ledger has it too';

CREATE TABLE @extschema@.gov_baseline_item (
    baseline text NOT NULL REFERENCES @extschema@.gov_baseline ON UPDATE CASCADE ON DELETE CASCADE,
    kind     text NOT NULL CHECK (kind IN ('relation', 'definition', 'right', 'metric', 'fact', 'session')),
    relation text NOT NULL,
    what     text NOT NULL,
    state    text,
    note     text,
    excluded boolean NOT NULL DEFAULT false,
    PRIMARY KEY (baseline, kind, relation, what)
);
REVOKE ALL ON @extschema@.gov_baseline_item FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_baseline_item IS 'what a baseline found, one row for each thing that is compared';
COMMENT ON COLUMN @extschema@.gov_baseline_item.baseline IS 'the baseline';
COMMENT ON COLUMN @extschema@.gov_baseline_item.kind IS 'relation: its rows, content, schema and rights; definition and right: the parts of these, in words; metric: a count of gov_metric; fact: the standing rows of a table of the extension, without identities and times; session: who may still commit something';
COMMENT ON COLUMN @extschema@.gov_baseline_item.relation IS 'the relation, with its schema; of a metric the axis; empty for none';
COMMENT ON COLUMN @extschema@.gov_baseline_item.what IS 'what was looked at: kind, rows, content, position, schema, rights; the part of a definition; the metric';
COMMENT ON COLUMN @extschema@.gov_baseline_item.state IS 'what was found: a number, a hash, words; NULL when it is not known';
COMMENT ON COLUMN @extschema@.gov_baseline_item.note IS 'why it is not known, or which columns a hash does not cover; NULL when there is nothing to say';
COMMENT ON COLUMN @extschema@.gov_baseline_item.excluded IS 'was it declared to change by itself?';

CREATE TABLE @extschema@.gov_source_conflict (
    source      text NOT NULL REFERENCES @extschema@.gov_source ON UPDATE CASCADE ON DELETE CASCADE,
    object_type text NOT NULL,
    object_ref  text NOT NULL,
    PRIMARY KEY (source, object_ref, object_type)
);
REVOKE ALL ON @extschema@.gov_source_conflict FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_source_conflict IS 'what a source claimed when it was last synced although another source has it';
COMMENT ON COLUMN @extschema@.gov_source_conflict.source IS 'the source that came second';
COMMENT ON COLUMN @extschema@.gov_source_conflict.object_type IS 'type of the object it claims';
COMMENT ON COLUMN @extschema@.gov_source_conflict.object_ref IS 'its reference';

CREATE TABLE @extschema@.gov_source_block (
    source   text PRIMARY KEY REFERENCES @extschema@.gov_source ON UPDATE CASCADE ON DELETE CASCADE,
    since    timestamptz NOT NULL DEFAULT now(),
    sqlstate text NOT NULL,
    reason   text NOT NULL,
    detail   text,
    hint     text
);
REVOKE ALL ON @extschema@.gov_source_block FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_source_block IS 'sources that gov_reconcile left as they were, or whose retirements it held back (gov_held_back); a row goes when the source is synced';
COMMENT ON COLUMN @extschema@.gov_source_block.source IS 'the source';
COMMENT ON COLUMN @extschema@.gov_source_block.since IS 'when it was first left alone';
COMMENT ON COLUMN @extschema@.gov_source_block.sqlstate IS 'SQLSTATE of what blocks it';
COMMENT ON COLUMN @extschema@.gov_source_block.reason IS 'what blocks it';
COMMENT ON COLUMN @extschema@.gov_source_block.detail IS 'more about it';
COMMENT ON COLUMN @extschema@.gov_source_block.hint IS 'the way out';

CREATE TABLE @extschema@.gov_source_held (
    source      text NOT NULL REFERENCES @extschema@.gov_source ON UPDATE CASCADE ON DELETE CASCADE,
    object_type text NOT NULL,
    object_ref  text NOT NULL,
    since       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, object_ref, object_type)
);
REVOKE ALL ON @extschema@.gov_source_held FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_source_held IS 'objects that are gone, and that the brake kept from being retired by gov_reconcile; rows go when the source is synced';
COMMENT ON COLUMN @extschema@.gov_source_held.source IS 'the source';
COMMENT ON COLUMN @extschema@.gov_source_held.object_type IS 'type of the object';
COMMENT ON COLUMN @extschema@.gov_source_held.object_ref IS 'its reference';
COMMENT ON COLUMN @extschema@.gov_source_held.since IS 'when it was first held back';

CREATE TABLE @extschema@.gov_detector (
    detector      text PRIMARY KEY CHECK (octet_length(detector) BETWEEN 1 AND 200),
    severity      text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    routine       text CHECK (routine <> ''),
    event_domain  text CHECK (octet_length(event_domain) BETWEEN 1 AND 200),
    event_type    text CHECK (octet_length(event_type) BETWEEN 1 AND 200),
    enabled       boolean NOT NULL DEFAULT true,
    registered_by name NOT NULL DEFAULT session_user,
    registered_oid oid,
    registered_system bigint,
    description   text,
    address_oid oid,
    address_database oid,
    address_system bigint,
    CHECK ((event_domain IS NULL) = (event_type IS NULL))
);
REVOKE ALL ON @extschema@.gov_detector FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_detector IS 'what looks for findings';
COMMENT ON COLUMN @extschema@.gov_detector.detector IS 'code of the detector';
COMMENT ON COLUMN @extschema@.gov_detector.severity IS 'info, warning or critical: of its findings, where the detector itself gives none';
COMMENT ON COLUMN @extschema@.gov_detector.routine IS 'qualified name of the function that returns its findings; NULL for one of the extension''s own';
COMMENT ON COLUMN @extschema@.gov_detector.event_domain IS 'domain of the event that tells of its findings; NULL for none';
COMMENT ON COLUMN @extschema@.gov_detector.event_type IS 'type of that event';
COMMENT ON COLUMN @extschema@.gov_detector.enabled IS 'false: it is not run, and what it found is resolved';
COMMENT ON COLUMN @extschema@.gov_detector.registered_by IS 'role that registered the routine: its owner or a member of that role; the routine runs as its owner';
COMMENT ON COLUMN @extschema@.gov_detector.registered_oid IS 'OID of that role: it is the one that is meant, whatever its name becomes';
COMMENT ON COLUMN @extschema@.gov_detector.registered_system IS 'system identifier of the cluster the OID holds for';
COMMENT ON COLUMN @extschema@.gov_detector.address_oid IS 'OID of the routine: it is the one that is meant when none has the name any more; gov_reconcile brings the name up to date';
COMMENT ON COLUMN @extschema@.gov_detector.address_database IS 'OID of the database that OID holds for';
COMMENT ON COLUMN @extschema@.gov_detector.address_system IS 'system identifier of the cluster both hold for';
COMMENT ON COLUMN @extschema@.gov_detector.description IS 'what it finds';

INSERT INTO @extschema@.gov_detector (detector, severity, event_domain, event_type, description)
SELECT d.detector, d.severity, 'governance', d.event_type, d.description
  FROM (VALUES
    ('label_orphan', 'warning', 'coverage.scan_completed', 'labels in use that are not active in the vocabulary'),
    ('value_without_label', 'info', 'coverage.scan_completed', 'active values without an active label, on an axis that has labels'),
    ('label_status_unknown', 'warning', 'coverage.scan_completed', 'statuses of bound relations that are neither active nor inactive, so that their rows do not count'),
    ('projection_lag', 'warning', 'coverage.scan_completed', 'assignments that labels contradict or do not know, and nobody has judged'),
    ('low_confidence_assignment', 'warning', 'input.untrusted_source', 'assignments less sure than their rules ask for'),
    ('stale_candidate', 'info', 'candidate.scan_completed', 'assignments older than their rules allow, and values candidate for more than 30 days'),
    ('conflicting_parentage', 'warning', 'coverage.scan_completed', 'objects with values under more than one root of an uncertain axis; critical when all are approved'),
    ('unregistered_axis', 'warning', 'coverage.scan_completed', 'axes in use that are not active'),
    ('axis_assignment_missing', 'info', 'coverage.scan_completed', 'objects without any value on an axis that asks for one'),
    ('visible_unapproved', 'warning', 'input.untrusted_source', 'assignments neither approved nor owned by anybody'),
    ('coverage_rule_missing', 'info', 'coverage.scan_completed', 'active axes without an active rule'),
    ('projection_lag_timing', 'warning', 'coverage.scan_completed', 'assignments that their projection has not caught up with'),
    ('ownership_gap', 'warning', 'coverage.scan_completed', 'required cells with nobody accountable, those in quarantine aside'),
    ('ownership_conflict', 'warning', 'coverage.scan_completed', 'required cells whose container and whose value name different owners'),
    ('ownership_expiring', 'info', 'coverage.scan_completed', 'ownership that ends within 14 days'),
    ('authority_retired', 'critical', 'coverage.scan_completed', 'active ownership of an authority that has retired'),
    ('authority_without_role', 'warning', 'coverage.scan_completed', 'active authorities whose role is gone'),
    ('rule_matches_nothing', 'warning', 'coverage.scan_completed', 'active rules for types, or a scope, that no live object is of'),
    ('schema_unenrolled', 'info', 'coverage.scan_completed', 'schemas that were left out where others are enrolled'),
    ('quorum_unreachable', 'critical', 'coverage.scan_completed', 'gates that nobody can open: too few can vote for an approval'),
    ('role_unconfirmed', 'critical', 'coverage.scan_completed', 'what is held back because it is not known whether the role of that name is the one that was meant'),
    ('hidden_island', 'critical', 'coverage.scan_completed', 'what containment or classification cannot see'),
    ('containment_drift', 'warning', 'coverage.scan_completed', 'axes of containment that do not mirror the containers and their owners'),
    ('stale_decision', 'warning', 'coverage.scan_completed', 'decisions that no longer fit, of assignments still current'),
    ('container_missing', 'warning', 'coverage.scan_completed', 'live objects in a container that has retired'),
    ('governance_left', 'warning', 'coverage.scan_completed', 'objects with owners or classes of their own that left, or whose name another object has now'),
    ('source_conflict', 'warning', 'coverage.scan_completed', 'objects that a second source claims'),
    ('sync_blocked', 'critical', 'coverage.scan_completed', 'sources that gov_reconcile left as they were'),
    ('ledger_broken', 'critical', 'coverage.scan_completed', 'broken links of the ledger'),
    ('sequence_behind', 'critical', 'coverage.scan_completed', 'sequences that would give identities that rows have already, or are at their end; gov_reconcile puts them right'),
    ('guard_changed', 'critical', 'coverage.scan_completed', 'triggers of the extension''s tables that are disabled, fire otherwise, were replaced or are gone, and what was added there; gov_rebind restores the extension''s own'),
    ('half_restored', 'critical', 'coverage.scan_completed', 'tables that a restore left empty or incomplete: acts in the ledger without their facts, rows that refer to nothing; with the command that mends it'),
    ('glass_broken', 'critical', 'coverage.scan_completed', 'transactions for which gov_break_glass lifted the enforcement of coverage rules'),
    ('ddl_untracked', 'warning', 'coverage.scan_completed', 'DDL in enrolled schemas that tracking was not told of and a sync found, and what keeps it from being told'),
    ('run_overdue', 'warning', 'coverage.scan_completed', 'the last reconcile or scan is older than governance.run_max_age'),
    ('exposed', 'warning', 'coverage.scan_completed', 'roles that can read or write what bears a value and may not, by schema; critical for everybody'),
    ('owner_drift', 'info', 'coverage.scan_completed', 'objects that another role owns in the database than the one of the authority that answers for them'),
    ('detector_failed', 'critical', 'coverage.scan_completed', 'detectors that failed')
    ) AS d (detector, severity, event_type, description);

CREATE TABLE @extschema@.gov_finding (
    finding_id          bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    object_id           bigint,
    first_seen          timestamptz NOT NULL DEFAULT now(),
    resolved_at         timestamptz,
    since_scan          bigint NOT NULL,
    last_seen           timestamptz,
    seen_before         bigint NOT NULL DEFAULT 0,
    reopen_count        integer NOT NULL DEFAULT 0,
    detector            text NOT NULL REFERENCES @extschema@.gov_detector ON UPDATE CASCADE,
    identity            text NOT NULL,
    axis                text,
    object_type         text,
    object_ref          text,
    value               text,
    severity            text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    detail              jsonb NOT NULL DEFAULT '{}',
    acknowledged_at     timestamptz,
    acknowledged_until  timestamptz,
    acknowledged_by     text,
    acknowledged_reason text,
    UNIQUE (identity, detector),
    CHECK ((resolved_at IS NULL) = (last_seen IS NULL)),
    CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
    CHECK ((acknowledged_at IS NULL) = (acknowledged_reason IS NULL)),
    CHECK (acknowledged_at IS NOT NULL OR acknowledged_until IS NULL)
);
REVOKE ALL ON @extschema@.gov_finding FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_finding_finding_id_seq FROM PUBLIC;
CREATE INDEX gov_finding_detector_idx ON @extschema@.gov_finding (detector);
CREATE INDEX gov_finding_object_idx ON @extschema@.gov_finding (object_id);
COMMENT ON TABLE @extschema@.gov_finding IS 'what scans found, one row per finding for good; gov_drift_state shows it';
COMMENT ON COLUMN @extschema@.gov_finding.finding_id IS 'identity of the finding';
COMMENT ON COLUMN @extschema@.gov_finding.object_id IS 'the object it is about; NULL when it is about none that is registered';
COMMENT ON COLUMN @extschema@.gov_finding.first_seen IS 'when a scan first found it';
COMMENT ON COLUMN @extschema@.gov_finding.resolved_at IS 'when a scan no longer found it; NULL while it stands';
COMMENT ON COLUMN @extschema@.gov_finding.since_scan IS 'gov_scan_run.scan_no of the scan that opened or last reopened it';
COMMENT ON COLUMN @extschema@.gov_finding.last_seen IS 'when a scan last found it, once it is resolved; derived from the scans while it stands';
COMMENT ON COLUMN @extschema@.gov_finding.seen_before IS 'scans that found it before since_scan; in all, once it is resolved';
COMMENT ON COLUMN @extschema@.gov_finding.reopen_count IS 'how often it came back after it was resolved';
COMMENT ON COLUMN @extschema@.gov_finding.detector IS 'detector that found it';
COMMENT ON COLUMN @extschema@.gov_finding.identity IS 'stable text that tells it from other findings of the detector; holds surrogate identities, no names that may change';
COMMENT ON COLUMN @extschema@.gov_finding.axis IS 'axis it is about';
COMMENT ON COLUMN @extschema@.gov_finding.object_type IS 'type of what it is about, as last scanned';
COMMENT ON COLUMN @extschema@.gov_finding.object_ref IS 'reference of what it is about, as last scanned';
COMMENT ON COLUMN @extschema@.gov_finding.value IS 'value it is about';
COMMENT ON COLUMN @extschema@.gov_finding.severity IS 'info, warning or critical';
COMMENT ON COLUMN @extschema@.gov_finding.detail IS 'more about it; times in UTC';
COMMENT ON COLUMN @extschema@.gov_finding.acknowledged_at IS 'when it was acknowledged; NULL when it was not, came back since or got worse';
COMMENT ON COLUMN @extschema@.gov_finding.acknowledged_until IS 'until when that holds; NULL for as long as it stands';
COMMENT ON COLUMN @extschema@.gov_finding.acknowledged_by IS 'session user who acknowledged it';
COMMENT ON COLUMN @extschema@.gov_finding.acknowledged_reason IS 'why';

CREATE TABLE @extschema@.gov_action (
    action text PRIMARY KEY CHECK (octet_length(action) BETWEEN 1 AND 200),
    risk   text NOT NULL CHECK (risk IN ('low', 'medium', 'high', 'constitutional')),
    gate   text NOT NULL CHECK (gate IN ('open', 'approval'))
);
REVOKE ALL ON @extschema@.gov_action FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_action IS 'kinds of acts that can need an approval; an action without a row is constitutional';
COMMENT ON COLUMN @extschema@.gov_action.action IS 'code of the action';
COMMENT ON COLUMN @extschema@.gov_action.risk IS 'low, medium, high or constitutional: decides the quorum';
COMMENT ON COLUMN @extschema@.gov_action.gate IS 'open, or approval: needs one once gates are armed';

INSERT INTO @extschema@.gov_action (action, risk, gate) VALUES
    ('ratify_value', 'medium', 'approval'),
    ('retire_value', 'medium', 'approval'),
    ('activate_axis', 'medium', 'approval'),
    ('transfer', 'high', 'approval'),
    ('apply_tier', 'high', 'approval'),
    ('activate_event', 'high', 'approval'),
    ('change_trust', 'constitutional', 'approval'),
    ('assign', 'low', 'open'),
    ('own', 'medium', 'open'),
    ('waive', 'medium', 'open'),
    ('decide', 'low', 'open'),
    ('set_access', 'medium', 'approval');

CREATE TABLE @extschema@.gov_quorum_rule (
    risk               text PRIMARY KEY CHECK (risk IN ('low', 'medium', 'high', 'constitutional')),
    min_approvals      integer NOT NULL CHECK (min_approvals >= 1),
    min_sovereign      integer NOT NULL CHECK (min_sovereign >= 0),
    min_council        integer NOT NULL CHECK (min_council >= 0),
    needs_confirmation boolean NOT NULL
);
REVOKE ALL ON @extschema@.gov_quorum_rule FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_quorum_rule IS 'what an approval needs, by risk';
COMMENT ON COLUMN @extschema@.gov_quorum_rule.risk IS 'low, medium, high or constitutional';
COMMENT ON COLUMN @extschema@.gov_quorum_rule.min_approvals IS 'votes in all';
COMMENT ON COLUMN @extschema@.gov_quorum_rule.min_sovereign IS 'of these by sovereigns';
COMMENT ON COLUMN @extschema@.gov_quorum_rule.min_council IS 'of these by councils';
COMMENT ON COLUMN @extschema@.gov_quorum_rule.needs_confirmation IS 'a sovereign has to repeat the content hash';

INSERT INTO @extschema@.gov_quorum_rule VALUES
    ('low', 1, 0, 0, false),
    ('medium', 1, 1, 0, false),
    ('high', 3, 1, 2, false),
    ('constitutional', 3, 1, 2, true);

CREATE TABLE @extschema@.gov_approval (
    approval       text PRIMARY KEY CHECK (octet_length(approval) BETWEEN 1 AND 200),
    action         text NOT NULL CHECK (octet_length(action) BETWEEN 1 AND 200),
    target         jsonb NOT NULL CHECK (jsonb_typeof(target) = 'object'),
    content_hash   text NOT NULL,
    risk           text NOT NULL REFERENCES @extschema@.gov_quorum_rule,
    proposer       text NOT NULL DEFAULT session_user,
    proposer_oid   oid NOT NULL,
    justification  text NOT NULL,
    status         text NOT NULL DEFAULT 'pending'
                   CHECK (status IN ('pending', 'approved', 'rejected', 'withdrawn', 'expired', 'consumed')),
    created_at     timestamptz NOT NULL DEFAULT now(),
    expires_at     timestamptz NOT NULL,
    decided_at     timestamptz,
    decided_by     text,
    decided_by_oid oid,
    confirmed_by   text REFERENCES @extschema@.gov_authority ON UPDATE CASCADE,
    confirmed_at   timestamptz,
    consumed_at    timestamptz,
    consumed_by    text,
    consumed_in    xid8,
    confirmed_login text,
    confirmed_oid  oid,
    act            text NOT NULL,
    seen           jsonb NOT NULL,
    in_words       text NOT NULL
);
REVOKE ALL ON @extschema@.gov_approval FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_approval IS 'requests to permit one call each, and what became of them';
COMMENT ON COLUMN @extschema@.gov_approval.approval IS 'name of the request';
COMMENT ON COLUMN @extschema@.gov_approval.action IS 'the action of the call';
COMMENT ON COLUMN @extschema@.gov_approval.target IS 'every argument of the call by name, defaults filled in, the approval aside, NULL ones left out';
COMMENT ON COLUMN @extschema@.gov_approval.content_hash IS 'SHA-256 over action, act, target and what voters see';
COMMENT ON COLUMN @extschema@.gov_approval.risk IS 'risk of the action when it was requested';
COMMENT ON COLUMN @extschema@.gov_approval.proposer IS 'session user who asked';
COMMENT ON COLUMN @extschema@.gov_approval.proposer_oid IS 'OID of the user who logged in, who might be renamed or go by another name';
COMMENT ON COLUMN @extschema@.gov_approval.justification IS 'why';
COMMENT ON COLUMN @extschema@.gov_approval.status IS 'pending, approved, rejected, withdrawn, expired or consumed';
COMMENT ON COLUMN @extschema@.gov_approval.created_at IS 'when it was asked for';
COMMENT ON COLUMN @extschema@.gov_approval.expires_at IS 'when it ends, decided or not';
COMMENT ON COLUMN @extschema@.gov_approval.decided_at IS 'when it was approved, rejected or withdrawn';
COMMENT ON COLUMN @extschema@.gov_approval.decided_by IS 'session user whose vote decided it';
COMMENT ON COLUMN @extschema@.gov_approval.decided_by_oid IS 'OID of that user, who cannot use it';
COMMENT ON COLUMN @extschema@.gov_approval.confirmed_by IS 'sovereign that repeated the content hash';
COMMENT ON COLUMN @extschema@.gov_approval.confirmed_at IS 'when';
COMMENT ON COLUMN @extschema@.gov_approval.consumed_at IS 'when it was used';
COMMENT ON COLUMN @extschema@.gov_approval.consumed_by IS 'session user who used it';
COMMENT ON COLUMN @extschema@.gov_approval.consumed_in IS 'transaction that used it';
COMMENT ON COLUMN @extschema@.gov_approval.confirmed_login IS 'session user who confirmed';
COMMENT ON COLUMN @extschema@.gov_approval.confirmed_oid IS 'OID of that user, who might be renamed';
COMMENT ON COLUMN @extschema@.gov_approval.act IS 'function or procedure that is to be called';
COMMENT ON COLUMN @extschema@.gov_approval.seen IS 'what the call is about as it was when it was requested: by the name of each thing its columns, null for one that is not there';
COMMENT ON COLUMN @extschema@.gov_approval.in_words IS 'the call in words';

CREATE TABLE @extschema@.gov_vote (
    approval    text NOT NULL REFERENCES @extschema@.gov_approval,
    authority   text NOT NULL REFERENCES @extschema@.gov_authority ON UPDATE CASCADE,
    vote        text NOT NULL CHECK (vote IN ('approve', 'reject')),
    cast_by     text NOT NULL,
    cast_by_oid oid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('sovereign', 'council', 'human', 'system', 'agent')),
    comment     text,
    cast_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (approval, authority),
    UNIQUE (approval, cast_by)
);
REVOKE ALL ON @extschema@.gov_vote FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_vote IS 'votes on requests; one per authority and one per session user';
COMMENT ON COLUMN @extschema@.gov_vote.approval IS 'the request';
COMMENT ON COLUMN @extschema@.gov_vote.authority IS 'authority that voted';
COMMENT ON COLUMN @extschema@.gov_vote.vote IS 'approve or reject';
COMMENT ON COLUMN @extschema@.gov_vote.cast_by IS 'session user who cast it';
COMMENT ON COLUMN @extschema@.gov_vote.cast_by_oid IS 'OID of that user, who might be renamed';
COMMENT ON COLUMN @extschema@.gov_vote.kind IS 'kind in which it was cast; a session that belongs to an agent votes as agent';
COMMENT ON COLUMN @extschema@.gov_vote.comment IS 'what the voter said';
COMMENT ON COLUMN @extschema@.gov_vote.cast_at IS 'when';

CREATE TABLE @extschema@.gov_label (
    label  text PRIMARY KEY CHECK (octet_length(label) BETWEEN 1 AND 200),
    facet  text CHECK (octet_length(facet) BETWEEN 1 AND 200),
    name   text,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),
    tag    text DEFAULT governance_internal.gov_new_tag()
);
REVOKE ALL ON @extschema@.gov_label FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_label IS 'the vocabulary of labels, unless gov_binding points at one of the application';
COMMENT ON COLUMN @extschema@.gov_label.label IS 'code of the label';
COMMENT ON COLUMN @extschema@.gov_label.facet IS 'what kind of thing it tells; labels of different facets cannot contradict each other';
COMMENT ON COLUMN @extschema@.gov_label.name IS 'what people call it';
COMMENT ON COLUMN @extschema@.gov_label.status IS 'active or inactive; only active labels count';
COMMENT ON COLUMN @extschema@.gov_label.tag IS 'setting governance.tag when the row was written';

CREATE TABLE @extschema@.gov_label_rule (
    rule_id     bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    object_type text NOT NULL CHECK (octet_length(object_type) BETWEEN 1 AND 200),
    object_ref  text NOT NULL CHECK (octet_length(object_ref) BETWEEN 1 AND 1500),
    label       text NOT NULL CHECK (octet_length(label) BETWEEN 1 AND 200),
    status      text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),
    tag         text DEFAULT governance_internal.gov_new_tag(),
    object_id   bigint,
    CONSTRAINT gov_label_rule_key UNIQUE NULLS NOT DISTINCT (object_ref, object_type, label, object_id)
);
REVOKE ALL ON @extschema@.gov_label_rule FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_label_rule_rule_id_seq FROM PUBLIC;
CREATE INDEX gov_label_rule_object_idx ON @extschema@.gov_label_rule (object_id);
COMMENT ON TABLE @extschema@.gov_label_rule IS 'which labels the application gives an object, unless gov_binding points at a relation that tells';
COMMENT ON COLUMN @extschema@.gov_label_rule.rule_id IS 'identity of the row';
COMMENT ON COLUMN @extschema@.gov_label_rule.object_type IS 'type of the object';
COMMENT ON COLUMN @extschema@.gov_label_rule.object_ref IS 'its reference, which follows the object';
COMMENT ON COLUMN @extschema@.gov_label_rule.label IS 'the label, in the vocabulary or not';
COMMENT ON COLUMN @extschema@.gov_label_rule.status IS 'active or inactive; only active rules count';
COMMENT ON COLUMN @extschema@.gov_label_rule.tag IS 'setting governance.tag when the row was written';
COMMENT ON COLUMN @extschema@.gov_label_rule.object_id IS 'the object that had the name when the row was written; NULL while there is none';

CREATE TABLE @extschema@.gov_label_projection (
    object_type  text NOT NULL CHECK (octet_length(object_type) BETWEEN 1 AND 200),
    object_ref   text NOT NULL CHECK (octet_length(object_ref) BETWEEN 1 AND 1500),
    label        text NOT NULL CHECK (octet_length(label) BETWEEN 1 AND 200),
    projected_at timestamptz NOT NULL DEFAULT now(),
    object_id    bigint
);
REVOKE ALL ON @extschema@.gov_label_projection FROM PUBLIC;
ALTER TABLE @extschema@.gov_label_projection REPLICA IDENTITY FULL;
CREATE INDEX gov_label_projection_object_idx ON @extschema@.gov_label_projection (object_id);
CREATE INDEX gov_label_projection_ref_idx ON @extschema@.gov_label_projection (object_ref, object_type);
COMMENT ON TABLE @extschema@.gov_label_projection IS 'labels found on the application''s rows, many per object, unless gov_binding points at a relation that tells';
COMMENT ON COLUMN @extschema@.gov_label_projection.object_type IS 'type of the object whose rows bear the label';
COMMENT ON COLUMN @extschema@.gov_label_projection.object_ref IS 'its reference, which follows the object';
COMMENT ON COLUMN @extschema@.gov_label_projection.label IS 'the label';
COMMENT ON COLUMN @extschema@.gov_label_projection.projected_at IS 'when the label was written';
COMMENT ON COLUMN @extschema@.gov_label_projection.object_id IS 'the object that had the name when the row was written; NULL while there is none';

CREATE TABLE @extschema@.gov_value_label (
    axis     text NOT NULL,
    value    text NOT NULL,
    label    text NOT NULL CHECK (octet_length(label) BETWEEN 1 AND 200),
    map_kind text NOT NULL DEFAULT 'exact' CHECK (map_kind IN ('exact', 'broader', 'inferred')),
    tag      text DEFAULT governance_internal.gov_new_tag(),
    PRIMARY KEY (axis, value, label),
    FOREIGN KEY (axis, value) REFERENCES @extschema@.gov_axis_value (axis, value) ON UPDATE CASCADE
);
REVOKE ALL ON @extschema@.gov_value_label FROM PUBLIC;
CREATE INDEX gov_value_label_label_idx ON @extschema@.gov_value_label (label);
COMMENT ON TABLE @extschema@.gov_value_label IS 'which labels say the same as a value';
COMMENT ON COLUMN @extschema@.gov_value_label.axis IS 'axis of the value';
COMMENT ON COLUMN @extschema@.gov_value_label.value IS 'the value';
COMMENT ON COLUMN @extschema@.gov_value_label.label IS 'the label; counts while it is active in the vocabulary';
COMMENT ON COLUMN @extschema@.gov_value_label.map_kind IS 'exact: says the same; broader: says less; inferred: was mapped along with something else';
COMMENT ON COLUMN @extschema@.gov_value_label.tag IS 'setting governance.tag when the row was written';

CREATE TABLE @extschema@.gov_access (
    axis        text NOT NULL,
    value       text NOT NULL,
    privilege   text NOT NULL
        CHECK (privilege IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN', 'USAGE', 'CREATE', 'EXECUTE')),
    role_name   name NOT NULL,
    role_oid    oid NOT NULL,
    role_system bigint NOT NULL,
    reason      text,
    approval    text,
    tag         text DEFAULT governance_internal.gov_new_tag(),
    PRIMARY KEY (axis, value, privilege, role_name, role_oid, role_system),
    FOREIGN KEY (axis, value) REFERENCES @extschema@.gov_axis_value (axis, value) ON UPDATE CASCADE,
    CONSTRAINT gov_access_role CHECK ((role_name IN ('', 'public')) = (role_oid = 0 AND role_system = 0))
);
REVOKE ALL ON @extschema@.gov_access FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_access IS 'which roles may read or write what bears a value; a privilege with at least one row is judged by gov_exposure';
COMMENT ON COLUMN @extschema@.gov_access.axis IS 'axis of the value';
COMMENT ON COLUMN @extschema@.gov_access.value IS 'the value; values below it that have no rows of their own for the privilege are judged by it, too';
COMMENT ON COLUMN @extschema@.gov_access.privilege IS 'privilege as GRANT calls it';
COMMENT ON COLUMN @extschema@.gov_access.role_name IS 'role that may, and with it its members; public: everybody; empty: nobody whom no other row names';
COMMENT ON COLUMN @extschema@.gov_access.role_oid IS 'OID of that role: it is the one that is meant, whatever its name becomes; 0 for public and nobody';
COMMENT ON COLUMN @extschema@.gov_access.role_system IS 'system identifier of the cluster the OID holds for; in another one no role is meant until gov_rebind; 0 for public and nobody';
COMMENT ON COLUMN @extschema@.gov_access.reason IS 'why';
COMMENT ON COLUMN @extschema@.gov_access.approval IS 'approval under which it was said';
COMMENT ON COLUMN @extschema@.gov_access.tag IS 'setting governance.tag when the row was written';

CREATE TABLE @extschema@.gov_binding (
    binding       text PRIMARY KEY CHECK (binding IN ('vocabulary', 'label_rule', 'label_projection')),
    relation      text NOT NULL CHECK (relation <> ''),
    registered_by name NOT NULL DEFAULT session_user,
    registered_oid oid,
    registered_system bigint,
    address_oid oid,
    address_database oid,
    address_system bigint
);
REVOKE ALL ON @extschema@.gov_binding FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_binding IS 'relations of the application that stand in for gov_label, gov_label_rule and gov_label_projection';
COMMENT ON COLUMN @extschema@.gov_binding.binding IS 'vocabulary, label_rule or label_projection';
COMMENT ON COLUMN @extschema@.gov_binding.relation IS 'qualified name of the relation; of a function with () at its end';
COMMENT ON COLUMN @extschema@.gov_binding.registered_by IS 'role that bound it: the owner of the relation or a member of that role; the relation is read as its owner';
COMMENT ON COLUMN @extschema@.gov_binding.registered_oid IS 'OID of that role: it is the one that is meant, whatever its name becomes';
COMMENT ON COLUMN @extschema@.gov_binding.registered_system IS 'system identifier of the cluster the OID holds for';
COMMENT ON COLUMN @extschema@.gov_binding.address_oid IS 'OID of the relation or function: it is the one that is meant when none has the name any more; gov_reconcile brings the name up to date';
COMMENT ON COLUMN @extschema@.gov_binding.address_database IS 'OID of the database that OID holds for';
COMMENT ON COLUMN @extschema@.gov_binding.address_system IS 'system identifier of the cluster both hold for';

CREATE TABLE @extschema@.gov_decision (
    decision_id   bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    object_id     bigint NOT NULL REFERENCES @extschema@.gov_object,
    axis          text NOT NULL,
    value         text NOT NULL,
    decision      text NOT NULL CHECK (decision IN ('accept_orthogonal_facet', 'accept_projection_pending',
                                                    'accept_quarantine_hold', 'accept_divergence')),
    rationale     text NOT NULL CHECK (btrim(rationale, E' \t\n\r') <> ''),
    decided_by    text NOT NULL DEFAULT session_user,
    decided_kind  text NOT NULL CHECK (decided_kind IN ('policy', 'person')),
    decided_at    timestamptz NOT NULL DEFAULT now(),
    superseded_at timestamptz,
    approval      text,
    tag           text DEFAULT governance_internal.gov_new_tag(),
    FOREIGN KEY (axis, value) REFERENCES @extschema@.gov_axis_value (axis, value) ON UPDATE CASCADE
);
REVOKE ALL ON @extschema@.gov_decision FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_decision_decision_id_seq FROM PUBLIC;
CREATE UNIQUE INDEX gov_decision_live_key ON @extschema@.gov_decision (object_id, axis, value) WHERE superseded_at IS NULL;
CREATE INDEX gov_decision_value_idx ON @extschema@.gov_decision (axis, value, object_id);
COMMENT ON TABLE @extschema@.gov_decision IS 'judgements on disagreements between assignments and labels; one live row per cell, replaced ones are kept';
COMMENT ON COLUMN @extschema@.gov_decision.decision_id IS 'identity of the row';
COMMENT ON COLUMN @extschema@.gov_decision.object_id IS 'the object';
COMMENT ON COLUMN @extschema@.gov_decision.axis IS 'axis of the value';
COMMENT ON COLUMN @extschema@.gov_decision.value IS 'the value';
COMMENT ON COLUMN @extschema@.gov_decision.decision IS 'what was decided; holds while it fits the flag of gov_label_reconcile (gov_decision_fit)';
COMMENT ON COLUMN @extschema@.gov_decision.rationale IS 'why';
COMMENT ON COLUMN @extschema@.gov_decision.decided_by IS 'session user who decided, or who ran gov_reconcile';
COMMENT ON COLUMN @extschema@.gov_decision.decided_kind IS 'policy: by gov_reconcile; person: by gov_decide';
COMMENT ON COLUMN @extschema@.gov_decision.decided_at IS 'when';
COMMENT ON COLUMN @extschema@.gov_decision.superseded_at IS 'when another took its place, or policy took it back; NULL while it is live';
COMMENT ON COLUMN @extschema@.gov_decision.approval IS 'approval under which it was made';
COMMENT ON COLUMN @extschema@.gov_decision.tag IS 'setting governance.tag when the row was written';

CREATE TABLE @extschema@.gov_event_type (
    domain   text NOT NULL CHECK (octet_length(domain) BETWEEN 1 AND 200),
    type     text NOT NULL CHECK (octet_length(type) BETWEEN 1 AND 200),
    stream   text NOT NULL CHECK (octet_length(stream) BETWEEN 1 AND 200),
    lane     text NOT NULL CHECK (octet_length(lane) BETWEEN 1 AND 200),
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    active   boolean NOT NULL DEFAULT false,
    approval text,
    PRIMARY KEY (domain, type)
);
REVOKE ALL ON @extschema@.gov_event_type FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_event_type IS 'kinds of events; only an active one gets into the outbox';
COMMENT ON COLUMN @extschema@.gov_event_type.domain IS 'whose event it is; the extension''s own are of domain governance';
COMMENT ON COLUMN @extschema@.gov_event_type.type IS 'code of the type, unique in its domain';
COMMENT ON COLUMN @extschema@.gov_event_type.stream IS 'stream its events belong to';
COMMENT ON COLUMN @extschema@.gov_event_type.lane IS 'lane its events travel on';
COMMENT ON COLUMN @extschema@.gov_event_type.severity IS 'info, warning or critical';
COMMENT ON COLUMN @extschema@.gov_event_type.active IS 'true: its events get into the outbox (gov_event_activate)';
COMMENT ON COLUMN @extschema@.gov_event_type.approval IS 'approval under which it was last activated';

INSERT INTO @extschema@.gov_event_type (domain, type, stream, lane, severity) VALUES
    ('governance', 'backfill.sweep_completed', 'health', 'delayed', 'info'),
    ('governance', 'candidate.scan_completed', 'health', 'delayed', 'info'),
    ('governance', 'coverage.scan_completed', 'health', 'delayed', 'info'),
    ('governance', 'handoff.object_born', 'health', 'delayed', 'info'),
    ('governance', 'input.untrusted_source', 'alert', 'delayed', 'warning');

CREATE TABLE @extschema@.gov_event_log (
    log_id            bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    event_id          bigint UNIQUE,
    finding_id        bigint,
    scan_id           bigint,
    created_at        timestamptz NOT NULL DEFAULT now(),
    emitted           boolean NOT NULL,
    transition        text CHECK (transition IN ('opened', 'reopened', 'resolved')),
    detector          text,
    domain            text,
    type              text,
    stream            text,
    lane              text,
    severity          text,
    canonical_address text NOT NULL,
    actor             text NOT NULL,
    source_system     text NOT NULL,
    payload           jsonb NOT NULL,
    blocked_reason    text,
    CHECK (emitted = (event_id IS NOT NULL)),
    CHECK (emitted = (blocked_reason IS NULL))
);
REVOKE ALL ON @extschema@.gov_event_log FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_event_log_log_id_seq FROM PUBLIC;
CREATE INDEX gov_event_log_finding_idx ON @extschema@.gov_event_log (finding_id) WHERE finding_id IS NOT NULL;
COMMENT ON TABLE @extschema@.gov_event_log IS 'every event that was shaped, whether it got into the outbox or not; append-only';
COMMENT ON COLUMN @extschema@.gov_event_log.log_id IS 'identity of the row';
COMMENT ON COLUMN @extschema@.gov_event_log.event_id IS 'gov_event_outbox.event_id; NULL for one that was blocked';
COMMENT ON COLUMN @extschema@.gov_event_log.finding_id IS 'the finding it tells of; NULL for several in one, for births and runs, and for events of others';
COMMENT ON COLUMN @extschema@.gov_event_log.scan_id IS 'the scan that shaped it; NULL for births and runs, and for events of others';
COMMENT ON COLUMN @extschema@.gov_event_log.created_at IS 'when';
COMMENT ON COLUMN @extschema@.gov_event_log.emitted IS 'true: it got into the outbox, in the same transaction';
COMMENT ON COLUMN @extschema@.gov_event_log.transition IS 'what became of the finding: opened, reopened or resolved; NULL for events of others';
COMMENT ON COLUMN @extschema@.gov_event_log.detector IS 'detector of the finding';
COMMENT ON COLUMN @extschema@.gov_event_log.domain IS 'domain of the event; NULL when its detector names none';
COMMENT ON COLUMN @extschema@.gov_event_log.type IS 'type of the event; NULL when its detector names none';
COMMENT ON COLUMN @extschema@.gov_event_log.stream IS 'stream of the type; NULL when it is not registered';
COMMENT ON COLUMN @extschema@.gov_event_log.lane IS 'lane of the type; NULL when it is not registered';
COMMENT ON COLUMN @extschema@.gov_event_log.severity IS 'severity of the type; of the finding when the type is not registered';
COMMENT ON COLUMN @extschema@.gov_event_log.canonical_address IS 'what it is about (gov_event_address)';
COMMENT ON COLUMN @extschema@.gov_event_log.actor IS 'who caused it';
COMMENT ON COLUMN @extschema@.gov_event_log.source_system IS 'system it comes from';
COMMENT ON COLUMN @extschema@.gov_event_log.payload IS 'the rest';
COMMENT ON COLUMN @extschema@.gov_event_log.blocked_reason IS 'why it did not get into the outbox; NULL when it did';

CREATE TABLE @extschema@.gov_event_outbox (
    event_id          bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY REFERENCES @extschema@.gov_event_log (event_id),
    position          bigint UNIQUE CHECK (position > 0),
    created_at        timestamptz NOT NULL DEFAULT now(),
    domain            text NOT NULL,
    type              text NOT NULL,
    stream            text NOT NULL,
    lane              text NOT NULL,
    canonical_address text NOT NULL,
    actor             text NOT NULL,
    source_system     text NOT NULL,
    payload           jsonb NOT NULL DEFAULT '{}'
);
REVOKE ALL ON @extschema@.gov_event_outbox FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_event_outbox_event_id_seq FROM PUBLIC;
CREATE INDEX gov_event_outbox_new_idx ON @extschema@.gov_event_outbox (event_id) WHERE position IS NULL;
COMMENT ON TABLE @extschema@.gov_event_outbox IS 'events on their way to consumers (gov_event_fetch)';
COMMENT ON COLUMN @extschema@.gov_event_outbox.event_id IS 'identity of the event; each is in gov_event_log, too';
COMMENT ON COLUMN @extschema@.gov_event_outbox.position IS 'its place in the order of delivery; NULL until it was first delivered';
COMMENT ON COLUMN @extschema@.gov_event_outbox.created_at IS 'when it was put here';
COMMENT ON COLUMN @extschema@.gov_event_outbox.domain IS 'domain of its type';
COMMENT ON COLUMN @extschema@.gov_event_outbox.type IS 'its type';
COMMENT ON COLUMN @extschema@.gov_event_outbox.stream IS 'stream of its type';
COMMENT ON COLUMN @extschema@.gov_event_outbox.lane IS 'lane of its type';
COMMENT ON COLUMN @extschema@.gov_event_outbox.canonical_address IS 'what it is about';
COMMENT ON COLUMN @extschema@.gov_event_outbox.actor IS 'who caused it';
COMMENT ON COLUMN @extschema@.gov_event_outbox.source_system IS 'system it comes from';
COMMENT ON COLUMN @extschema@.gov_event_outbox.payload IS 'the rest';

CREATE TABLE @extschema@.gov_event_cursor (
    consumer        text PRIMARY KEY CHECK (octet_length(consumer) BETWEEN 1 AND 200),
    position        bigint NOT NULL DEFAULT 0 CHECK (position >= 0),
    delivered       bigint NOT NULL DEFAULT 0,
    fetches         bigint NOT NULL DEFAULT 0,
    events          bigint NOT NULL DEFAULT 0,
    acks            bigint NOT NULL DEFAULT 0,
    last_fetched_at timestamptz,
    last_acked_at   timestamptz,
    registered_by   name NOT NULL DEFAULT session_user,
    registered_oid  oid,
    registered_system bigint,
    CHECK (position <= delivered)
);
REVOKE ALL ON @extschema@.gov_event_cursor FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_event_cursor IS 'how far each consumer of events has come';
COMMENT ON COLUMN @extschema@.gov_event_cursor.consumer IS 'name of the consumer';
COMMENT ON COLUMN @extschema@.gov_event_cursor.position IS 'everything up to this position is acknowledged (gov_event_ack)';
COMMENT ON COLUMN @extschema@.gov_event_cursor.delivered IS 'greatest position that was delivered to it';
COMMENT ON COLUMN @extschema@.gov_event_cursor.fetches IS 'how often it fetched';
COMMENT ON COLUMN @extschema@.gov_event_cursor.events IS 'how many events it was given, repeated ones included';
COMMENT ON COLUMN @extschema@.gov_event_cursor.acks IS 'how often it moved its position';
COMMENT ON COLUMN @extschema@.gov_event_cursor.last_fetched_at IS 'when it last fetched';
COMMENT ON COLUMN @extschema@.gov_event_cursor.last_acked_at IS 'when it last moved its position';
COMMENT ON COLUMN @extschema@.gov_event_cursor.registered_by IS 'role that fetched first: its members, and level admin, fetch and acknowledge as this consumer';
COMMENT ON COLUMN @extschema@.gov_event_cursor.registered_oid IS 'OID of that role: it is the one that is meant, whatever its name becomes';
COMMENT ON COLUMN @extschema@.gov_event_cursor.registered_system IS 'system identifier of the cluster the OID holds for';

CREATE TABLE @extschema@.gov_projection (
    projection    text PRIMARY KEY CHECK (octet_length(projection) BETWEEN 1 AND 200),
    axis          text NOT NULL REFERENCES @extschema@.gov_axis ON UPDATE CASCADE,
    relation      text CHECK (relation <> ''),
    warn_after    interval NOT NULL DEFAULT '30 days' CHECK (warn_after >= '0'),
    enabled       boolean NOT NULL DEFAULT true,
    registered_by name NOT NULL DEFAULT session_user,
    registered_oid oid,
    registered_system bigint,
    address_oid oid,
    address_database oid,
    address_system bigint
);
REVOKE ALL ON @extschema@.gov_projection FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_projection IS 'read models fed from assignments, watched by gov_projection_lag';
COMMENT ON COLUMN @extschema@.gov_projection.projection IS 'code of the projection';
COMMENT ON COLUMN @extschema@.gov_projection.axis IS 'axis whose assignments it shows';
COMMENT ON COLUMN @extschema@.gov_projection.relation IS 'qualified name of the relation with its rows, of a function with () at its end; NULL for the label projection';
COMMENT ON COLUMN @extschema@.gov_projection.warn_after IS 'lag beyond which it is a warning';
COMMENT ON COLUMN @extschema@.gov_projection.enabled IS 'false: not looked at';
COMMENT ON COLUMN @extschema@.gov_projection.registered_by IS 'role that named the relation: its owner or a member of that role; the relation is read as its owner';
COMMENT ON COLUMN @extschema@.gov_projection.registered_oid IS 'OID of that role: it is the one that is meant, whatever its name becomes';
COMMENT ON COLUMN @extschema@.gov_projection.registered_system IS 'system identifier of the cluster the OID holds for';
COMMENT ON COLUMN @extschema@.gov_projection.address_oid IS 'OID of the relation or function: it is the one that is meant when none has the name any more; gov_reconcile brings the name up to date';
COMMENT ON COLUMN @extschema@.gov_projection.address_database IS 'OID of the database that OID holds for';
COMMENT ON COLUMN @extschema@.gov_projection.address_system IS 'system identifier of the cluster both hold for';

CREATE TABLE @extschema@.gov_matview_refresh (
    address_system     bigint NOT NULL,
    address_database   oid NOT NULL,
    address_oid        oid NOT NULL,
    refreshed_at       timestamptz NOT NULL,
    statistics_since   text NOT NULL,
    server             text NOT NULL,
    sources            jsonb NOT NULL,
    definitions        jsonb NOT NULL,
    database_definitions bigint,
    unwatched          text,
    writer_pid         integer,
    writer_since       timestamptz,
    PRIMARY KEY (address_oid, address_database, address_system)
);
REVOKE ALL ON @extschema@.gov_matview_refresh FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_matview_refresh IS 'what was seen at the last refresh of each materialized view of an enrolled schema; holds in one database alone';
COMMENT ON COLUMN @extschema@.gov_matview_refresh.address_system IS 'system identifier of the cluster the OIDs hold for';
COMMENT ON COLUMN @extschema@.gov_matview_refresh.address_database IS 'OID of the database the OIDs hold for';
COMMENT ON COLUMN @extschema@.gov_matview_refresh.address_oid IS 'OID of the materialized view';
COMMENT ON COLUMN @extschema@.gov_matview_refresh.refreshed_at IS 'when it was refreshed';
COMMENT ON COLUMN @extschema@.gov_matview_refresh.statistics_since IS 'when the statistics of the server were last reset or lost, as known then';
COMMENT ON COLUMN @extschema@.gov_matview_refresh.server IS 'version of the server and of the collation of the database, as known then';
COMMENT ON COLUMN @extschema@.gov_matview_refresh.sources IS 'by OID, the tables that were read, as they were before the refresh, and the materialized view, as it was after it: rows written, rows changed since ANALYZE, times of ANALYZE, the first two of the refreshing session alone, file, is it empty, form of the columns';
COMMENT ON COLUMN @extschema@.gov_matview_refresh.definitions IS 'by kind and OID, a hash of the definition of everything that decides what is shown, as it was before the refresh';
COMMENT ON COLUMN @extschema@.gov_matview_refresh.database_definitions IS 'a hash of all definitions that a function may use whose body is only read when it runs; NULL without one';
COMMENT ON COLUMN @extschema@.gov_matview_refresh.unwatched IS 'why not all that it is computed from can be watched; NULL when it can';
COMMENT ON COLUMN @extschema@.gov_matview_refresh.writer_pid IS 'process that refreshed it, if it had written and not reported rows of a source';
COMMENT ON COLUMN @extschema@.gov_matview_refresh.writer_since IS 'when that process started';

CREATE TABLE @extschema@.gov_change (
    change    bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    act       text NOT NULL,
    axis      text REFERENCES @extschema@.gov_axis ON UPDATE CASCADE,
    seq       bigint UNIQUE,
    undone_by bigint
);
REVOKE ALL ON @extschema@.gov_change FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_change_change_seq FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_change IS 'acts that gov_undo can take back';
COMMENT ON COLUMN @extschema@.gov_change.change IS 'identity of the record';
COMMENT ON COLUMN @extschema@.gov_change.act IS 'merge, split, transfer, deprecate or hand_over';
COMMENT ON COLUMN @extschema@.gov_change.axis IS 'axis it was about; NULL for a transfer and a hand-over';
COMMENT ON COLUMN @extschema@.gov_change.seq IS 'its ledger entry';
COMMENT ON COLUMN @extschema@.gov_change.undone_by IS 'ledger entry of the undo; NULL while it stands';

CREATE TABLE @extschema@.gov_change_row (
    change bigint NOT NULL REFERENCES @extschema@.gov_change,
    row_id bigint,
    thing  text NOT NULL CHECK (thing IN ('assignment', 'ownership', 'value', 'child', 'label', 'decision', 'label_rule', 'label_projection')),
    key    text,
    before jsonb,
    after  jsonb,
    row_ids bigint[],
    CHECK (num_nonnulls(row_id, key, row_ids) = 1)
);
REVOKE ALL ON @extschema@.gov_change_row FROM PUBLIC;
ALTER TABLE @extschema@.gov_change_row REPLICA IDENTITY FULL;
CREATE INDEX gov_change_row_idx ON @extschema@.gov_change_row (change);
COMMENT ON TABLE @extschema@.gov_change_row IS 'what such an act did to each row';
COMMENT ON COLUMN @extschema@.gov_change_row.change IS 'the act';
COMMENT ON COLUMN @extschema@.gov_change_row.row_id IS 'identity of the row, where it has a number';
COMMENT ON COLUMN @extschema@.gov_change_row.row_ids IS 'identities of rows that share before and after';
COMMENT ON COLUMN @extschema@.gov_change_row.thing IS 'assignment, ownership, value, child (a value made by a split), label, decision, label_rule or label_projection (a label of an object, its rows)';
COMMENT ON COLUMN @extschema@.gov_change_row.key IS 'identity of the row, where it has a code';
COMMENT ON COLUMN @extschema@.gov_change_row.before IS 'columns before the act; NULL for a row it made';
COMMENT ON COLUMN @extschema@.gov_change_row.after IS 'the same columns after it';

------------------------------------------------------------------------------
-- server/progress: how far a long call of ours is: gov_progress
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_progress_rows(
    OUT pid integer, OUT act text, OUT phase text, OUT done bigint, OUT total bigint, OUT started timestamptz
) RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL RESTRICTED
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_progress_rows() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_progress_rows() IS
    'what backends of this database say of the long calls that they are in, and those that say nothing, without act; behind gov_progress';

-- A backend that tells nothing is named when it holds a lock of ours.
CREATE VIEW @extschema@.gov_progress AS
    SELECT p.pid, p.act, p.phase, p.done, p.total, p.started
      FROM governance_internal.gov_progress_rows() AS p
     WHERE p.act IS NOT NULL
        OR EXISTS (SELECT FROM pg_catalog.pg_locks AS l
                    WHERE l.pid = p.pid AND l.granted AND l.locktype = 'object' AND l.classid = 'pg_catalog.pg_class'::regclass
                      AND l.objid = '@extschema@.gov_object'::regclass
                      AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()));
REVOKE ALL ON @extschema@.gov_progress FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_progress IS
    'long calls that run right now in this database, whoever is in them: enrolments, syncs, containment, gov_reconcile, scans, merges, counts, baselines, rollouts, the report, the check of the ledger';
COMMENT ON COLUMN @extschema@.gov_progress.pid IS 'process of the session, as in pg_stat_activity';
COMMENT ON COLUMN @extschema@.gov_progress.act IS 'function or procedure; NULL where the session has track_activities off';
COMMENT ON COLUMN @extschema@.gov_progress.phase IS 'what it does now; NULL before the first phase';
COMMENT ON COLUMN @extschema@.gov_progress.done IS 'rows that the phase has handled so far; one counts each time that it is read, looked up, checked or written, so that this grows as long as something is done, and may pass total';
COMMENT ON COLUMN @extschema@.gov_progress.total IS 'how many rows the phase is about; NULL when nobody knows';
COMMENT ON COLUMN @extschema@.gov_progress.started IS 'when the call began';

------------------------------------------------------------------------------
-- server/version: which library and which SQL objects work together
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_version() RETURNS text
    LANGUAGE C STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_version() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_version() IS
    'gives the version of the library, and that of the extension''s SQL objects where it is another. Every other function raises 55000 when the two are of different major versions';

------------------------------------------------------------------------------
-- registered/roles: roles as facts keep them: which role of today is meant
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_role_oid_meant(role_name name, role_oid oid, role_system bigint) RETURNS oid
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_role_oid_meant(name, oid, bigint) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_role_oid_meant(name, oid, bigint) IS
    'finds the role that a fact means: the one with the OID that was noted, in the cluster that it was noted in, whatever its name is by now; NULL when that role was dropped, or the OID was noted elsewhere or not at all. role_name: as it was called; role_oid, role_system: its OID, and the system identifier of the cluster';

CREATE FUNCTION governance_internal.gov_role_standing(role_name name, role_oid oid, role_system bigint) RETURNS text
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_role_standing(name, oid, bigint) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_role_standing(name, oid, bigint) IS
    'tells how the role that a fact names stands today: bound: meant, and called so; renamed: meant, and called otherwise; made anew: it was dropped, and another one has its name; elsewhere: noted in another cluster, or without an OID; lost: none has that name. role_name, role_oid, role_system: as of gov_role_oid_meant';

CREATE VIEW governance_internal.gov_kept_role
    (what, name, role_name, role, called, this_system, standing, rebinds) AS
    SELECT k.what, k.name, k.role_name, coalesce(m.oid, n.oid), coalesce(m.rolname, n.rolname), c.system_identifier, t.standing,
           t.standing IN ('renamed', 'made anew', 'elsewhere')
      FROM (SELECT 'authority', u.authority, u.role_name, u.role_oid, u.role_system
              FROM ONLY @extschema@.gov_authority AS u WHERE u.role_name IS NOT NULL
            UNION ALL
            SELECT 'source', s.source, s.registered_by, s.registered_oid, s.registered_system
              FROM ONLY @extschema@.gov_source AS s WHERE s.kind = 'relation'
            UNION ALL
            SELECT 'detector', d.detector, d.registered_by, d.registered_oid, d.registered_system
              FROM ONLY @extschema@.gov_detector AS d WHERE d.routine IS NOT NULL
            UNION ALL
            SELECT 'binding', b.binding, b.registered_by, b.registered_oid, b.registered_system
              FROM ONLY @extschema@.gov_binding AS b
            UNION ALL
            SELECT 'projection', p.projection, p.registered_by, p.registered_oid, p.registered_system
              FROM ONLY @extschema@.gov_projection AS p WHERE p.relation IS NOT NULL
            UNION ALL
            SELECT 'access', jsonb_build_array(a.axis, a.value, a.privilege, a.role_name)::text, a.role_name, a.role_oid, a.role_system
              FROM ONLY @extschema@.gov_access AS a WHERE a.role_oid <> 0
            UNION ALL
            SELECT 'consumer', c.consumer, c.registered_by, c.registered_oid, c.registered_system
              FROM ONLY @extschema@.gov_event_cursor AS c) AS k (what, name, role_name, role_oid, role_system)
     CROSS JOIN pg_catalog.pg_control_system() AS c
      LEFT JOIN pg_catalog.pg_roles AS m ON m.oid = governance_internal.gov_role_oid_meant(k.role_name, k.role_oid, k.role_system)
      LEFT JOIN pg_catalog.pg_roles AS n ON n.rolname = k.role_name
     CROSS JOIN LATERAL governance_internal.gov_role_standing(k.role_name, k.role_oid, k.role_system) AS t (standing);
REVOKE ALL ON governance_internal.gov_kept_role FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_kept_role IS
    'roles that facts name: whoever speaks for authorities, whoever registered relations and routines, who may read or write what bears a value, and who consumes events';
COMMENT ON COLUMN governance_internal.gov_kept_role.what IS 'authority, source, detector, binding, projection, access or consumer';
COMMENT ON COLUMN governance_internal.gov_kept_role.name IS 'key of the fact';
COMMENT ON COLUMN governance_internal.gov_kept_role.role_name IS 'what the role was called when it was noted';
COMMENT ON COLUMN governance_internal.gov_kept_role.role IS 'the role that is meant; where none is, the one of that name, which gov_rebind would confirm';
COMMENT ON COLUMN governance_internal.gov_kept_role.called IS 'its name now';
COMMENT ON COLUMN governance_internal.gov_kept_role.this_system IS 'system identifier of this cluster';
COMMENT ON COLUMN governance_internal.gov_kept_role.standing IS 'bound, renamed, made anew, elsewhere or lost: as gov_role_standing tells';
COMMENT ON COLUMN governance_internal.gov_kept_role.rebinds IS 'would gov_rebind change it?';

------------------------------------------------------------------------------
-- ledger/ledger: the ledger: every act leaves an entry, and so does direct DML
--
-- C writes the tables past SQL (src/ledger), as the executor would: whoever adds
-- columns or indexes of any kind to them may; columns are only appended, to both.
------------------------------------------------------------------------------

CREATE TABLE @extschema@.gov_ledger (
    seq       bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 2) PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT now(),
    actor     text NOT NULL DEFAULT current_user,
    login     text NOT NULL DEFAULT session_user,
    action    text NOT NULL,
    target    jsonb NOT NULL DEFAULT '{}',
    payload   jsonb NOT NULL DEFAULT '{}',
    prev_hash bytea,
    hash      bytea,
    position  bigint,
    format    smallint NOT NULL DEFAULT 2,
    object_id bigint
) USING heap;
REVOKE ALL ON @extschema@.gov_ledger FROM PUBLIC;
REVOKE ALL ON SEQUENCE @extschema@.gov_ledger_seq_seq FROM PUBLIC;
CREATE INDEX gov_ledger_chain_idx ON @extschema@.gov_ledger (position, seq);
CREATE INDEX gov_ledger_object_idx ON @extschema@.gov_ledger (object_id);
CREATE INDEX gov_ledger_glass_idx ON @extschema@.gov_ledger (seq) WHERE action = 'break_glass';
CREATE INDEX gov_ledger_sync_idx ON @extschema@.gov_ledger (seq) WHERE action IN ('sync', 'reconcile', 'enroll_schema');
CREATE INDEX gov_ledger_bulk_idx ON @extschema@.gov_ledger (at) WHERE action IN ('assign_many', 'own_many', 'activate_containment');
COMMENT ON TABLE @extschema@.gov_ledger IS 'what was done, by whom and why: one entry per act, append-only for every role, chained by hashes (gov_ledger_verify)';
COMMENT ON COLUMN @extschema@.gov_ledger.seq IS 'number of the entry, in the order in which numbers were drawn; entries undone leave gaps';
COMMENT ON COLUMN @extschema@.gov_ledger.at IS 'when the transaction of the act began';
COMMENT ON COLUMN @extschema@.gov_ledger.actor IS 'authority or role acting';
COMMENT ON COLUMN @extschema@.gov_ledger.login IS 'session user';
COMMENT ON COLUMN @extschema@.gov_ledger.action IS 'the act: the function without gov_; dml for direct changes, create_extension for the first entry, restore for rows that arrived before it';
COMMENT ON COLUMN @extschema@.gov_ledger.target IS 'what the act was about, by codes and names of the time';
COMMENT ON COLUMN @extschema@.gov_ledger.payload IS 'what it did: arguments that matter, states before and after, counts';
COMMENT ON COLUMN @extschema@.gov_ledger.prev_hash IS 'hash of the entry before it in the chain; NULL for the first and while unchained';
COMMENT ON COLUMN @extschema@.gov_ledger.hash IS 'SHA-256 of the canonical form, previous hash included; NULL while unchained';
COMMENT ON COLUMN @extschema@.gov_ledger.position IS 'place in the chain, from 1 without gaps; NULL while unchained';
COMMENT ON COLUMN @extschema@.gov_ledger.format IS 'version of the canonical form';
COMMENT ON COLUMN @extschema@.gov_ledger.object_id IS 'the one object the act was about, for gov_history; hashed since format 2';

CREATE TABLE @extschema@.gov_ledger_archive (
    seq       bigint PRIMARY KEY,
    at        timestamptz NOT NULL,
    actor     text NOT NULL,
    login     text NOT NULL,
    action    text NOT NULL,
    target    jsonb NOT NULL,
    payload   jsonb NOT NULL,
    prev_hash bytea,
    hash      bytea,
    position  bigint,
    format    smallint NOT NULL,
    object_id bigint
) USING heap;
REVOKE ALL ON @extschema@.gov_ledger_archive FROM PUBLIC;
CREATE INDEX gov_ledger_archive_chain_idx ON @extschema@.gov_ledger_archive (position, seq);
CREATE INDEX gov_ledger_archive_object_idx ON @extschema@.gov_ledger_archive (object_id);
CREATE INDEX gov_ledger_archive_bulk_idx ON @extschema@.gov_ledger_archive (at) WHERE action IN ('assign_many', 'own_many', 'activate_containment');
COMMENT ON TABLE @extschema@.gov_ledger_archive IS 'old entries of gov_ledger, sealed (gov_ledger_seal); the chain goes through both';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_ledger_archive', '@extschema@.gov_ledger');

------------------------------------------------------------------------------
-- ledger/origin: how far the ledger of this database is, and what arrived before it began
--
-- Neither table is dumped: both tell of this database. The first entry of the
-- ledger is written when something is done, so that it stands in no restore's way.
------------------------------------------------------------------------------

CREATE TABLE @extschema@.gov_ledger_origin (
    step  text NOT NULL CHECK (step IN ('created', 'acted', 'begun')),
    at    timestamptz NOT NULL DEFAULT now(),
    login text NOT NULL DEFAULT session_user
) USING heap;
REVOKE ALL ON @extschema@.gov_ledger_origin FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_ledger_origin IS 'how far the ledger of this database is; until something was done in it, a dump can be restored; not dumped';
COMMENT ON COLUMN @extschema@.gov_ledger_origin.step IS 'created: by CREATE EXTENSION; acted: an entry was appended (sessions that do so at the same time note it each); begun: the chain has its first entry';
COMMENT ON COLUMN @extschema@.gov_ledger_origin.at IS 'start of the transaction that did it';
COMMENT ON COLUMN @extschema@.gov_ledger_origin.login IS 'session user who did it';
INSERT INTO @extschema@.gov_ledger_origin (step) VALUES ('created');

CREATE TABLE @extschema@.gov_ledger_arrival (
    table_name text NOT NULL,
    rows       bigint NOT NULL,
    broken     bigint NOT NULL,
    login      text NOT NULL,
    at         timestamptz NOT NULL
) USING heap;
REVOKE ALL ON @extschema@.gov_ledger_arrival FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_ledger_arrival IS 'rows inserted by a restore or by hand before anything was done, until an entry restore tells of them; not dumped';
COMMENT ON COLUMN @extschema@.gov_ledger_arrival.table_name IS 'table they were inserted into';
COMMENT ON COLUMN @extschema@.gov_ledger_arrival.rows IS 'how many one statement inserted';
COMMENT ON COLUMN @extschema@.gov_ledger_arrival.broken IS 'where the chain is broken at entries of the ledger among them';
COMMENT ON COLUMN @extschema@.gov_ledger_arrival.login IS 'session user who inserted them';
COMMENT ON COLUMN @extschema@.gov_ledger_arrival.at IS 'start of the transaction';

CREATE FUNCTION governance_internal.gov_origin_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_origin_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_origin_guard() IS
    'row trigger of gov_ledger_origin, gov_ledger_arrival and gov_guard before INSERT: passes over what a subscription copies, which tells of another database';
CREATE TRIGGER gov_origin_guard BEFORE INSERT ON @extschema@.gov_ledger_origin
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_origin_guard();
ALTER TABLE @extschema@.gov_ledger_origin ENABLE ALWAYS TRIGGER gov_origin_guard;
CREATE TRIGGER gov_origin_guard BEFORE INSERT ON @extschema@.gov_ledger_arrival
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_origin_guard();
ALTER TABLE @extschema@.gov_ledger_arrival ENABLE ALWAYS TRIGGER gov_origin_guard;

------------------------------------------------------------------------------
-- ledger/guard: direct changes of the extension's tables: refused, noted, or counted
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_ledger_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_ledger_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_ledger_guard() IS
    'statement trigger of the tables of the ledger: refuses all changes with 42501, for every role, but INSERT of entries by a role with the owner''s rights, as a restore does, before anything was done in this database. Argument: that such an INSERT passes';

CREATE FUNCTION governance_internal.gov_ledger_judge() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_ledger_judge() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_ledger_judge() IS
    'statement trigger of the ledger and its archive after INSERT: judges the entries that a restore brought by their chain, warns of what is broken, and counts them for the entry restore';

CREATE FUNCTION governance_internal.gov_ledger_dml() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_ledger_dml() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_ledger_dml() IS
    'statement trigger of the tables of the extension: refuses direct changes with 42501 to roles without the rights of the extension''s owner, and notes the others in the ledger, with the number of rows, the columns that an UPDATE changed, and what a single row was before and is after; what an act does is the act''s, and what is inserted before anything was done is counted for the entry restore';

CREATE FUNCTION governance_internal.gov_ledger_watch(relation regclass) RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_ledger_watch(regclass) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_ledger_watch(regclass) IS
    'has direct changes of a table refused or noted: puts the triggers gov_ledger_insert, gov_ledger_update, gov_ledger_delete and gov_ledger_truncate on it, each of gov_ledger_dml and ENABLE ALWAYS. relation: the table. For scripts of the extension only. Errors: 55000 called outside CREATE EXTENSION and ALTER EXTENSION';

CREATE TRIGGER gov_ledger_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.gov_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_ledger_guard('restored');
CREATE TRIGGER gov_ledger_judge AFTER INSERT ON @extschema@.gov_ledger
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_ledger_judge();
ALTER TABLE @extschema@.gov_ledger
    ENABLE ALWAYS TRIGGER gov_ledger_guard, ENABLE ALWAYS TRIGGER gov_ledger_judge;
CREATE TRIGGER gov_ledger_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.gov_ledger_archive
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_ledger_guard('restored');
CREATE TRIGGER gov_ledger_judge AFTER INSERT ON @extschema@.gov_ledger_archive
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_ledger_judge();
ALTER TABLE @extschema@.gov_ledger_archive
    ENABLE ALWAYS TRIGGER gov_ledger_guard, ENABLE ALWAYS TRIGGER gov_ledger_judge;
CREATE TRIGGER gov_ledger_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.gov_ledger_origin
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_ledger_guard();
ALTER TABLE @extschema@.gov_ledger_origin ENABLE ALWAYS TRIGGER gov_ledger_guard;
CREATE TRIGGER gov_ledger_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.gov_ledger_arrival
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_ledger_guard();
ALTER TABLE @extschema@.gov_ledger_arrival ENABLE ALWAYS TRIGGER gov_ledger_guard;

SELECT governance_internal.gov_ledger_watch('@extschema@.gov_authority');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_source');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_schema_pattern');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_object');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_object_event');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_axis');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_axis_value');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_assignment');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_ownership');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_coverage_rule');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_action');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_quorum_rule');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_approval');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_vote');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_label');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_label_rule');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_value_label');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_access');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_binding');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_decision');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_detector');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_change');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_change_row');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_scan_run');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_axis_figure');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_rehearsal');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_rollout');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_rollout_tier');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_rollout_rehearsal');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_rollout_step');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_baseline');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_baseline_item');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_source_conflict');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_source_block');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_source_held');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_finding');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_event_log');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_event_cursor');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_label_projection');
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_matview_refresh');

------------------------------------------------------------------------------
-- ledger/verify: is the ledger whole? gov_ledger_verify and gov_ledger_head
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_ledger_verify(from_seq bigint DEFAULT NULL, expected_head text DEFAULT NULL)
RETURNS TABLE (seq bigint, reason text)
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_ledger_verify(bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_ledger_verify(bigint, text) IS
    'lists the broken links of the ledger, one row each, none when it is whole; only reads. When the caller has the rights of the extension''s owner, what is committed and not chained yet is chained at the end of the transaction, unless it is read-only or another one chains. from_seq: check from this entry on, in the order of the chain; NULL for all, archive included; expected_head: a digest that gov_ledger_head gave once and that must be in the chain still. Result: seq of the entry where the chain breaks (when entries at its end are missing, the number after the last) and the reason. Errors: 22023 expected_head is no digest';

CREATE FUNCTION @extschema@.gov_ledger_head() RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_ledger_head() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_ledger_head() IS
    'gives the digest of the ledger, 64 hexadecimal digits, to keep elsewhere and give to gov_ledger_verify: the hash of the last chained entry; only reads. No errors of its own';

------------------------------------------------------------------------------
-- ledger/seal: old entries in the archive
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_ledger_seal(
    before timestamptz, OUT entries bigint, OUT last_seq bigint, OUT digest text
) RETURNS record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_ledger_seal(timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_ledger_seal(timestamptz) IS
    'moves the oldest entries to gov_ledger_archive: in the order of the chain, up to the first that is not older than before; the last entry stays. Result: how many, the last of them, and its hash, which an entry in the ledger keeps too; NULLs when there was none. Only what is chained is sealed. Waits for another who seals. Errors: 22004 no before; QVL01 the ledger is broken';

------------------------------------------------------------------------------
-- ledger/history: what happened to one object: its entries in the ledger and the archive
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_history(object_type text, object_ref text)
RETURNS TABLE (seq bigint, at timestamptz, actor text, login text, action text, target jsonb, payload jsonb)
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_history(text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_history(text, text) IS
    'lists what happened to one object, oldest first, under whatever names it had: the ledger''s entries about it, those of bulk acts that wrote rows of it, and the events that a sync brought (born, renamed, moved, replaced, retired, revived), each under the entry of that sync, with what it was called before. object_type and object_ref: the live object of that name; when there is none, those that had it. Errors: 42704 no object has or had that name; 22004 a null';

------------------------------------------------------------------------------
-- trust/authorities: who can own or approve
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_set_authority(
    authority text, name text DEFAULT NULL, kind text DEFAULT NULL,
    role_name name DEFAULT NULL, status text DEFAULT NULL, contact jsonb DEFAULT NULL,
    approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_authority(text, text, text, name, text, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_authority(text, text, text, name, text, jsonb, text) IS
    'makes an authority or changes one. authority: its code; name: what people call it; kind: sovereign, council, human, system or agent, needed for a new one; role_name: existing role that speaks for it, empty for none; status: active or retired; contact: how to reach it, a JSON object with mail, chat and url, each if known, {} for none, which takes the place of what is there; approval: of action change_trust, where kind, role or status change once gates are armed. NULL keeps what is there. Answers created, changed or unchanged. Errors: 22004 a new one without kind; 23514 unknown kind or status; 22023 contact is none; 42704 no such role; QVA01, QVA02 approval needed or refused; 42501 the session is an agent''s';

CREATE FUNCTION @extschema@.gov_disarm(reason text) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_disarm(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_disarm(text) IS
    'ends that gates bind, where nobody can change the root of trust any more: the way back for superusers. It unties sovereigns from their roles and leaves an entry disarm in the ledger. reason: why. Answers ended, or unchanged where gates are not armed. Errors: 42501 not a superuser; 22023 empty reason; 55000 the quorum of action change_trust can be reached';

------------------------------------------------------------------------------
-- trust/lifecycle: the allowed moves of states, enforced for every writer
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_transitions(
    OUT thing text, OUT from_status text, OUT to_status text,
    OUT acts text, OUT gate text, OUT agents boolean
) RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_transitions() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_transitions() IS
    'the allowed moves of states, one row per move: what view gov_transition shows';

CREATE VIEW @extschema@.gov_transition AS
    SELECT thing, from_status, to_status, acts, gate, agents FROM governance_internal.gov_transitions();
REVOKE ALL ON @extschema@.gov_transition FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_transition IS 'every allowed move of states; any other is refused with SQLSTATE QVT01, for direct UPDATEs too';
COMMENT ON COLUMN @extschema@.gov_transition.thing IS 'axis, value, assignment (its zone), ownership, rule or approval';
COMMENT ON COLUMN @extschema@.gov_transition.from_status IS 'state before';
COMMENT ON COLUMN @extschema@.gov_transition.to_status IS 'state after';
COMMENT ON COLUMN @extschema@.gov_transition.acts IS 'functions that make the move; NULL when no function makes it by itself';
COMMENT ON COLUMN @extschema@.gov_transition.gate IS 'action whose approval the move needs once gates are armed; NULL for an open move';
COMMENT ON COLUMN @extschema@.gov_transition.agents IS 'true: the session of an agent may make it';

CREATE FUNCTION governance_internal.gov_lifecycle_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_lifecycle_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_lifecycle_guard() IS
    'row trigger before UPDATE, and before INSERT of what is active at once; argument: the thing (gov_transition.thing). An INSERT by hand needs the approval of the move from candidate, once gates are armed. Refuses a move that gov_transition does not list, SQLSTATE QVT01, and one that an agent may not make, 42501; stamps status_changed_at of a value';

CREATE TRIGGER gov_lifecycle_guard BEFORE UPDATE ON @extschema@.gov_axis
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION governance_internal.gov_lifecycle_guard('axis');
CREATE TRIGGER gov_lifecycle_guard BEFORE UPDATE ON @extschema@.gov_axis_value
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION governance_internal.gov_lifecycle_guard('value');
CREATE TRIGGER gov_lifecycle_guard BEFORE UPDATE ON @extschema@.gov_assignment
    FOR EACH ROW WHEN (OLD.zone IS DISTINCT FROM NEW.zone)
    EXECUTE FUNCTION governance_internal.gov_lifecycle_guard('assignment');
CREATE TRIGGER gov_lifecycle_guard BEFORE UPDATE ON @extschema@.gov_ownership
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION governance_internal.gov_lifecycle_guard('ownership');
CREATE TRIGGER gov_lifecycle_guard BEFORE UPDATE ON @extschema@.gov_coverage_rule
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION governance_internal.gov_lifecycle_guard('rule');
CREATE TRIGGER gov_lifecycle_guard_birth BEFORE INSERT ON @extschema@.gov_axis
    FOR EACH ROW WHEN (NEW.status = 'active')
    EXECUTE FUNCTION governance_internal.gov_lifecycle_guard('axis');
CREATE TRIGGER gov_lifecycle_guard_birth BEFORE INSERT ON @extschema@.gov_axis_value
    FOR EACH ROW WHEN (NEW.status = 'active')
    EXECUTE FUNCTION governance_internal.gov_lifecycle_guard('value');
CREATE TRIGGER gov_lifecycle_guard_birth BEFORE INSERT ON @extschema@.gov_coverage_rule
    FOR EACH ROW WHEN (NEW.status = 'active')
    EXECUTE FUNCTION governance_internal.gov_lifecycle_guard('rule');

CREATE FUNCTION governance_internal.gov_lifecycle_alter_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_lifecycle_alter_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_lifecycle_alter_guard() IS
    'row trigger before UPDATE of what is active, where columns change that the approval to make it so said yes to; arguments: the thing (gov_transition.thing), the action whose approval a change by hand needs once gates are armed, and what is watched, if not all of the thing';

CREATE TRIGGER gov_lifecycle_alter_guard BEFORE UPDATE ON @extschema@.gov_axis
    FOR EACH ROW WHEN (OLD.status = 'active' AND (OLD.owner, OLD.fallback) IS DISTINCT FROM (NEW.owner, NEW.fallback))
    EXECUTE FUNCTION governance_internal.gov_lifecycle_alter_guard('axis', 'activate_axis');
CREATE TRIGGER gov_lifecycle_alter_guard BEFORE UPDATE ON @extschema@.gov_axis_value
    FOR EACH ROW WHEN (OLD.status = 'active' AND OLD.parent IS DISTINCT FROM NEW.parent)
    EXECUTE FUNCTION governance_internal.gov_lifecycle_alter_guard('value', 'ratify_value');
CREATE TRIGGER gov_lifecycle_alter_guard BEFORE UPDATE ON @extschema@.gov_coverage_rule
    FOR EACH ROW WHEN (OLD.status = 'active' AND (OLD.applies_to, OLD.confidence_threshold, OLD.staleness_days, OLD.contained_types,
                                                  OLD.scope_container, OLD.scope_pattern, OLD.scope_parts)
                       IS DISTINCT FROM (NEW.applies_to, NEW.confidence_threshold, NEW.staleness_days, NEW.contained_types,
                                         NEW.scope_container, NEW.scope_pattern, NEW.scope_parts))
    EXECUTE FUNCTION governance_internal.gov_lifecycle_alter_guard('rule', 'activate_axis');
CREATE TRIGGER gov_lifecycle_alter_guard_owner BEFORE UPDATE ON @extschema@.gov_coverage_rule
    FOR EACH ROW WHEN (OLD.status = 'active' AND (OLD.owner_axis, OLD.owner_value) IS DISTINCT FROM (NEW.owner_axis, NEW.owner_value))
    EXECUTE FUNCTION governance_internal.gov_lifecycle_alter_guard('rule', 'activate_axis', 'owner of containers');

------------------------------------------------------------------------------
-- trust/calls: the calls that an approval can permit
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_gated_acts(OUT action text, OUT act text) RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_gated_acts() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_gated_acts() IS
    'the acts that ask for an approval, one row for each and action: behind gov_gated_act';

CREATE VIEW @extschema@.gov_gated_act AS
    SELECT g.action, g.act, a.risk, a.gate
      FROM governance_internal.gov_gated_acts() g
      LEFT JOIN ONLY @extschema@.gov_action a ON a.action = g.action;
REVOKE ALL ON @extschema@.gov_gated_act FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_gated_act IS 'which acts ask for an approval of which action; all doors of an action';
COMMENT ON COLUMN @extschema@.gov_gated_act.action IS 'the action, as gov_request_approval takes it';
COMMENT ON COLUMN @extschema@.gov_gated_act.act IS 'function or procedure that asks for it';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_gated_act', '@extschema@.gov_action');

------------------------------------------------------------------------------
-- trust/seen: the state that the voters on a call see, and what of it has changed
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_approval_changed(approval text) RETURNS text
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_approval_changed(text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_approval_changed(text) IS
    'what of an open request is not as it was when it was asked for, in words; NULL when nothing has changed; behind gov_approval_status';

------------------------------------------------------------------------------
-- trust/quorum: what a request for approval still lacks
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_approval_states(
    OUT approval text, OUT approvals bigint, OUT sovereign bigint, OUT council bigint, OUT missing text, OUT voters text
) RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_approval_states() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_approval_states() IS
    'for each request the votes that count, by kind, what is missing in words, and who voted; behind gov_approval_status';

------------------------------------------------------------------------------
-- trust/reach: whether an approval to change the root of trust can be got at all
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_quorum_lacking(risk text) RETURNS text
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_quorum_lacking(text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_quorum_lacking(text) IS
    'what keeps the quorum of a risk from being reached by those who could vote now, in words; NULL when it can be, and while gates are not armed; behind detector quorum_unreachable';

------------------------------------------------------------------------------
-- trust/guards: changes of the root of trust behind the functions' back, and records that only functions write
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_trust_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_trust_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_trust_guard() IS
    'row trigger before INSERT, UPDATE or DELETE of actions and quorums, and statement trigger before TRUNCATE of these, authorities, requests and votes; argument: the key column. Once gates are armed a change by hand needs an approval of action change_trust for that very change, used up in the same transaction; before anything was done in this database, whoever has the rights of the extension''s owner may INSERT, as a restore does. Errors: QVA01';

-- the names put them before gov_restore_seed, which turns an INSERT into an UPDATE
CREATE TRIGGER gov_guard_trust BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.gov_action
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_trust_guard('action');
CREATE TRIGGER gov_guard_trust BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.gov_quorum_rule
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_trust_guard('risk');
CREATE TRIGGER gov_trust_guard_truncate BEFORE TRUNCATE ON @extschema@.gov_authority
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_trust_guard('authority');
CREATE TRIGGER gov_trust_guard_truncate BEFORE TRUNCATE ON @extschema@.gov_action
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_trust_guard('action');
CREATE TRIGGER gov_trust_guard_truncate BEFORE TRUNCATE ON @extschema@.gov_quorum_rule
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_trust_guard('risk');
CREATE TRIGGER gov_trust_guard_truncate BEFORE TRUNCATE ON @extschema@.gov_approval
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_trust_guard('approval');
CREATE TRIGGER gov_trust_guard_truncate BEFORE TRUNCATE ON @extschema@.gov_vote
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_trust_guard('approval');

CREATE FUNCTION governance_internal.gov_authority_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_authority_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_authority_guard() IS
    'statement trigger after INSERT, UPDATE or DELETE of authorities; argument: the key column. Judges the statement as a whole: where gates were armed before, each change of kind, role or status by hand needs an approval as gov_trust_guard says; and it may neither arm gates nor leave them armed where nobody could change the root of trust. Errors: QVA01, 55000';

CREATE TRIGGER gov_authority_guard_insert AFTER INSERT ON @extschema@.gov_authority
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT
    EXECUTE FUNCTION governance_internal.gov_authority_guard('authority');
CREATE TRIGGER gov_authority_guard_update AFTER UPDATE ON @extschema@.gov_authority
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT
    EXECUTE FUNCTION governance_internal.gov_authority_guard('authority');
CREATE TRIGGER gov_authority_guard_delete AFTER DELETE ON @extschema@.gov_authority
    REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT
    EXECUTE FUNCTION governance_internal.gov_authority_guard('authority');

CREATE FUNCTION governance_internal.gov_record_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_record_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_record_guard() IS
    'row trigger before INSERT, UPDATE or DELETE of requests, votes and changes: only the functions write them, and a restore, before anything was done in this database. Errors: 42501';

CREATE TRIGGER gov_record_guard BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.gov_approval
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_record_guard();
CREATE TRIGGER gov_record_guard_update BEFORE UPDATE OF approval, vote, cast_by, cast_by_oid, kind, comment, cast_at ON @extschema@.gov_vote
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_record_guard();
CREATE TRIGGER gov_record_guard_delete BEFORE INSERT OR DELETE ON @extschema@.gov_vote
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_record_guard();

CREATE FUNCTION governance_internal.gov_work_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_work_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_work_guard() IS
    'trigger before INSERT, UPDATE, DELETE or TRUNCATE of assignments, ownership, decisions and access; arguments: the actions that write them. Once gates are armed and the gate of one of these is set, changes by hand are refused: the acts alone write. Errors: QVA01';

CREATE TRIGGER gov_work_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.gov_assignment
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_work_guard('assign');
CREATE TRIGGER gov_work_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.gov_ownership
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_work_guard('own', 'waive');
CREATE TRIGGER gov_work_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.gov_decision
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_work_guard('decide');
-- a value that is renamed takes its rows along by the foreign key: that is no change when there are none
CREATE TRIGGER gov_work_guard
    BEFORE INSERT OR UPDATE OF privilege, role_name, role_oid, role_system, reason, approval, tag OR DELETE OR TRUNCATE ON @extschema@.gov_access
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_work_guard('set_access');
CREATE TRIGGER gov_work_guard_rows BEFORE UPDATE OF axis, value ON @extschema@.gov_access
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_work_guard('set_access');

------------------------------------------------------------------------------
-- trust/approvals: requests for approval, votes, confirmation
------------------------------------------------------------------------------

CREATE TRIGGER gov_lifecycle_guard BEFORE UPDATE OF status ON @extschema@.gov_approval
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_lifecycle_guard('approval');

CREATE FUNCTION @extschema@.gov_request_approval(
    approval text, action text, target jsonb, justification text, expires_in interval DEFAULT '7 days',
    act text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_request_approval(text, text, jsonb, text, interval, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_request_approval(text, text, jsonb, text, interval, text) IS
    'asks for the approval of one call. approval: a new name; action: the action of the call; target: a JSON object with every argument of the call by name, the approval aside; justification: why; expires_in: how long it can be decided and used; act: the function or procedure to be called, where the target fits more than one (gov_gated_act). Arguments are held against the declaration of the act, defaults filled in. Answers created, or unchanged where the same was asked for under this name. Errors: 42710 the name is taken, and what differs; 22023 target is no object or no such call, justification empty or expires_in not positive; 42704 no act asks for the action, or the call names what does not exist; 0A000 the call reads a relation; 22004 a NULL';

CREATE PROCEDURE @extschema@.gov_cast_vote(approval text, authority text, vote text, comment text DEFAULT NULL)
    LANGUAGE C AS 'MODULE_PATHNAME';
REVOKE ALL ON PROCEDURE @extschema@.gov_cast_vote(text, text, text, text) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.gov_cast_vote(text, text, text, text) IS
    'votes on a request, for an authority whose role the session user is a member of. approval: the request; authority: the authority; vote: approve or reject; comment: anything. Must be a statement of its own, in a session that goes by the name it logged in with. Errors: QVA03 the vote cannot count, with the reason and the ledger entry that stays; 25000 not called on its own; 42704 no such request or authority; 23514 unknown vote';

CREATE PROCEDURE @extschema@.gov_confirm(approval text, authority text, content_hash text)
    LANGUAGE C AS 'MODULE_PATHNAME';
REVOKE ALL ON PROCEDURE @extschema@.gov_confirm(text, text, text) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.gov_confirm(text, text, text) IS
    'confirms a request as a sovereign. approval: the request; authority: the sovereign; content_hash: the hash of its content, repeated. Must be a statement of its own. Errors: as gov_cast_vote';

CREATE FUNCTION @extschema@.gov_withdraw(approval text) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_withdraw(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_withdraw(text) IS
    'takes back a pending request. approval: the request. Answers ended, or unchanged where it is withdrawn. Errors: 42704 no such request; 42501 somebody else asked; QVT01 it is not pending';

CREATE FUNCTION @extschema@.gov_set_gate(action text, risk text, gate text, approval text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_gate(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_gate(text, text, text, text) IS
    'sets the risk and the gate of an action. action: its code, new or known; risk: low, medium, high or constitutional; gate: open or approval; approval: of action change_trust, once gates are armed. Errors: 23514 unknown risk or gate; QVA01, QVA02 approval needed or refused; 42501 the session is an agent''s';

CREATE FUNCTION @extschema@.gov_set_quorum(
    risk text, min_approvals integer DEFAULT NULL, min_sovereign integer DEFAULT NULL,
    min_council integer DEFAULT NULL, needs_confirmation boolean DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_quorum(text, integer, integer, integer, boolean, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_quorum(text, integer, integer, integer, boolean, text) IS
    'sets what a risk needs; NULL keeps what is there. risk: low, medium, high or constitutional; min_approvals, min_sovereign, min_council: votes; needs_confirmation: a sovereign repeats the hash; approval: of action change_trust, once gates are armed. Errors: 23514 unknown risk or a number out of range; QVA01, QVA02 approval needed or refused; 42501 the session is an agent''s';

CREATE VIEW @extschema@.gov_approval_status AS
    SELECT a.approval, a.action, a.target, a.risk, a.status, a.proposer, a.justification, a.content_hash,
           s.approvals, s.sovereign, s.council, s.missing, s.voters, a.confirmed_by, a.created_at, a.expires_at,
           a.act, a.in_words,
           CASE WHEN a.status IN ('pending', 'approved') AND a.expires_at > now()
                THEN governance_internal.gov_approval_changed(a.approval) END AS changed
      FROM ONLY @extschema@.gov_approval a
      JOIN governance_internal.gov_approval_states() s ON s.approval = a.approval;
REVOKE ALL ON @extschema@.gov_approval_status FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_approval_status IS 'requests for approval: who voted, and what is missing';
COMMENT ON COLUMN @extschema@.gov_approval_status.approvals IS 'votes that count';
COMMENT ON COLUMN @extschema@.gov_approval_status.sovereign IS 'of these by sovereigns';
COMMENT ON COLUMN @extschema@.gov_approval_status.council IS 'of these by councils';
COMMENT ON COLUMN @extschema@.gov_approval_status.missing IS 'what a pending request still lacks, in words';
COMMENT ON COLUMN @extschema@.gov_approval_status.voters IS 'authority (kind, session user): vote';
COMMENT ON COLUMN @extschema@.gov_approval_status.changed IS 'what a pending or approved request is about has changed so since it was asked for: neither vote nor use count any more; NULL when nothing has';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_approval_status', '@extschema@.gov_approval');

CREATE FUNCTION governance_internal.gov_inbox(OUT approval text, OUT authority text, OUT can text) RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_inbox() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_inbox() IS
    'what the session user can vote on or confirm, and for which authority; behind gov_my_inbox';

CREATE VIEW @extschema@.gov_my_inbox AS
    SELECT i.approval, i.authority, i.can, a.action, a.target, a.risk, a.proposer, a.justification, a.content_hash, a.expires_at,
           a.in_words, a.seen
      FROM governance_internal.gov_inbox() i
      JOIN ONLY @extschema@.gov_approval a ON a.approval = i.approval;
REVOKE ALL ON @extschema@.gov_my_inbox FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_my_inbox IS 'requests that wait for the session user';
COMMENT ON COLUMN @extschema@.gov_my_inbox.authority IS 'authority the session user speaks for';
COMMENT ON COLUMN @extschema@.gov_my_inbox.can IS 'vote or confirm';
COMMENT ON COLUMN @extschema@.gov_my_inbox.content_hash IS 'hash of what is to be approved, to be repeated by gov_confirm';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_my_inbox', '@extschema@.gov_approval_status', '@extschema@.gov_approval');

------------------------------------------------------------------------------
-- trust/grants: who may do what: gov_grant, gov_revoke, gov_privileges
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_grant(level text, role name)
RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_grant(text, name) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_grant(text, name) IS
'gives a role what a level may read and run: level is reader, steward, approver or admin; role is an existing role. '
'No level can write a table directly. USAGE on the extension''s schema is given when the role lacks it. Giving it again changes nothing. '
'Errors: 23514 unknown level, 42704 unknown role, 22004 a null, 42501 the caller is neither the extension''s owner nor a superuser.';

CREATE FUNCTION @extschema@.gov_revoke(level text, role name)
RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_revoke(text, name) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_revoke(text, name) IS
'takes back from a role everything that gov_grant gives for the level, reading included; a role that shall keep a lower level is granted that again. '
'USAGE on the extension''s schema stays. Errors: those of gov_grant.';

CREATE FUNCTION @extschema@.gov_privileges()
RETURNS TABLE (level text, privilege text, object text)
LANGUAGE C STABLE PARALLEL UNSAFE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_privileges() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_privileges() IS
'lists what each level of gov_grant may do, one row per level and object of the extension: privilege is SELECT (relations) or EXECUTE (routines); '
'level owner marks what no level is given. No errors of its own.';

------------------------------------------------------------------------------
-- trust/settle: what rights on the extension's objects are left after its scripts ran
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_settle_privileges(upgrade boolean) RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_settle_privileges(boolean) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_settle_privileges(boolean) IS
    'Takes back every right on what the extension consists of that somebody but its owner has, the use of its row types too; upgrade: true gives each role the levels of gov_grant that it had. Called last by the scripts of the extension. Errors: 55000 called by anybody else';

------------------------------------------------------------------------------
-- registry/object_events: what became of objects: gov_object_event, gov_find_object
------------------------------------------------------------------------------

CREATE TRIGGER gov_record_guard BEFORE UPDATE OR DELETE ON @extschema@.gov_object_event
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_record_guard();

CREATE FUNCTION governance_internal.gov_object_event_digest(of_seq bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT encode(sha256(coalesce(string_agg(l.hash, '' ORDER BY l.object_id), '')), 'hex')
      FROM (SELECT e.object_id,
                   sha256(convert_to(concat_ws(' ', e.event, quote_literal(e.object_type), quote_literal(e.object_ref),
                                               quote_literal(e.former_type), quote_literal(e.former_ref)),
                                     getdatabaseencoding())) AS hash
              FROM ONLY @extschema@.gov_object_event AS e
             WHERE e.seq = of_seq) AS l;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_object_event_digest(bigint) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_object_event_digest(bigint) IS
    'gives the digest of the events of a ledger entry, which the entry has in its payload: SHA-256 over that of each event, in the order of object_id; an event counts by its kind and its names, former ones included, each quoted as a literal. of_seq: the entry';

CREATE FUNCTION governance_internal.gov_object_event_words(of_seq bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    -- of many events ten are kept while they are read, and nothing is sorted
    SELECT string_agg(w.words, E'\n' ORDER BY w.rank, w.object_ref COLLATE "C", w.object_type COLLATE "C")
           || CASE WHEN a.of_all > 10 THEN format(E'\nand %s more', a.of_all - 10) ELSE '' END
      FROM (SELECT concat(e.event, ' ',
                          CASE WHEN e.event <> 'retired' AND e.former_ref IS NOT NULL
                               THEN concat(e.former_type, ' ', e.former_ref, ' -> ') END,
                          CASE WHEN e.event <> 'retired' AND e.former_type = e.object_type THEN '' ELSE e.object_type || ' ' END,
                          e.object_ref,
                          CASE WHEN e.event = 'moved' AND e.former_ref IS NULL THEN ' to ' || c.object_type || ' ' || c.object_ref END) AS words,
                   e.rank, e.object_ref, e.object_type
              FROM (SELECT v.*, array_position('{retired,replaced,moved,renamed,revived,born}'::text[], v.event) AS rank
                      FROM ONLY @extschema@.gov_object_event AS v
                     WHERE v.seq = of_seq
                     ORDER BY rank, v.object_ref COLLATE "C", v.object_type COLLATE "C" LIMIT 10) AS e
              LEFT JOIN ONLY @extschema@.gov_object AS c ON c.object_id = e.container_id AND e.event = 'moved') AS w
     CROSS JOIN (SELECT count(*) AS of_all FROM ONLY @extschema@.gov_object_event AS v WHERE v.seq = of_seq) AS a
     GROUP BY a.of_all;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_object_event_words(bigint) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_object_event_words(bigint) IS
    'tells the events of a ledger entry in words, one a line: the first ten, what was lost before what came, and how many more there are; NULL for none. of_seq: the entry';

CREATE FUNCTION @extschema@.gov_find_object(name text)
RETURNS TABLE (object_type text, object_ref text, was_type text, was_ref text, was_from timestamptz, was_until timestamptz, retired_at timestamptz)
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_find_object(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_find_object(text) IS
    'finds the objects that bear or bore a name, exactly as it is written in gov_object; nothing is guessed. One row for each time that an object had the name, those that have it now first: what the object is called now, or was when it was retired (object_type, object_ref), what it was then (was_type, was_ref), from when and until when (was_until, NULL: still), and since when it is retired. No row for a name that nothing had. Errors: 22004 a null';

------------------------------------------------------------------------------
-- registry/forests: no cycles of containers or values, and no value above its parent's state
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_object_forest_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_object_forest_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_object_forest_guard() IS
    'row trigger after INSERT or UPDATE of gov_object: refuses a cycle of containers, SQLSTATE 23514, with the path';

-- a row that points at an older one can close no cycle (src/registry/forests.c)
CREATE TRIGGER gov_object_forest_insert AFTER INSERT ON @extschema@.gov_object
    FOR EACH ROW WHEN (NEW.container_id >= NEW.object_id)
    EXECUTE FUNCTION governance_internal.gov_object_forest_guard();
CREATE TRIGGER gov_object_forest_update AFTER UPDATE ON @extschema@.gov_object
    FOR EACH ROW WHEN (NEW.container_id IS NOT NULL
        AND (OLD.container_id IS DISTINCT FROM NEW.container_id OR OLD.object_id <> NEW.object_id))
    EXECUTE FUNCTION governance_internal.gov_object_forest_guard();

CREATE FUNCTION governance_internal.gov_axis_value_forest_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_axis_value_forest_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_axis_value_forest_guard() IS
    'row trigger after INSERT or UPDATE of gov_axis_value: refuses, with SQLSTATE 23514, a cycle of parents or replacements, an active value under a parent that is not active, and one that is not active above active ones; with 2BP01, retiring a value that current or future assignments, or ownership in force or scheduled, point at';

CREATE TRIGGER gov_axis_value_forest_insert AFTER INSERT ON @extschema@.gov_axis_value
    FOR EACH ROW WHEN (NEW.parent IS NOT NULL OR NEW.replaced_by IS NOT NULL)
    EXECUTE FUNCTION governance_internal.gov_axis_value_forest_guard();
CREATE TRIGGER gov_axis_value_forest_update AFTER UPDATE ON @extschema@.gov_axis_value
    FOR EACH ROW WHEN ((OLD.axis, OLD.value, OLD.parent, OLD.replaced_by, OLD.status)
        IS DISTINCT FROM (NEW.axis, NEW.value, NEW.parent, NEW.replaced_by, NEW.status))
    EXECUTE FUNCTION governance_internal.gov_axis_value_forest_guard();

------------------------------------------------------------------------------
-- registry/periods: never two rows in force where one is allowed
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_assignment_period_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_assignment_period_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_assignment_period_guard() IS
    'trigger of gov_assignment: an object has a value once at any instant, and one approved value on a single-valued axis; exclusion_violation otherwise';

CREATE FUNCTION governance_internal.gov_ownership_period_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_ownership_period_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_ownership_period_guard() IS
    'trigger of gov_ownership: a cell or value has one active accountable owner at any instant; exclusion_violation otherwise';

CREATE FUNCTION governance_internal.gov_axis_single_valued_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_axis_single_valued_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_axis_single_valued_guard() IS
    'trigger of gov_axis: multivalued is turned off only when no object has two approved values at one instant; exclusion_violation otherwise';

-- What cannot conflict is not queued: superseded rows, empty periods, and
-- changes that leave a row no more room than it had.
CREATE TRIGGER gov_period_guard AFTER INSERT ON @extschema@.gov_assignment
    FOR EACH ROW
    WHEN (NEW.superseded_by IS NULL
          AND (NEW.valid_to IS NULL OR NEW.valid_to > NEW.valid_from))
    EXECUTE FUNCTION governance_internal.gov_assignment_period_guard();
CREATE TRIGGER gov_period_guard_update AFTER UPDATE ON @extschema@.gov_assignment
    FOR EACH ROW
    WHEN (NEW.superseded_by IS NULL
          AND (NEW.valid_to IS NULL OR NEW.valid_to > NEW.valid_from)
          AND (OLD.superseded_by IS NOT NULL
               OR NEW.object_id <> OLD.object_id
               OR NEW.axis <> OLD.axis
               OR NEW.value <> OLD.value
               OR NEW.valid_from < OLD.valid_from
               OR NEW.valid_to > OLD.valid_to
               OR (NEW.valid_to IS NULL AND OLD.valid_to IS NOT NULL)
               OR (NEW.zone = 'approved' AND OLD.zone <> 'approved')))
    EXECUTE FUNCTION governance_internal.gov_assignment_period_guard();
CREATE TRIGGER gov_period_guard AFTER INSERT ON @extschema@.gov_ownership
    FOR EACH ROW
    WHEN (NEW.status = 'active' AND NEW.owner_kind = 'accountable'
          AND (NEW.effective_to IS NULL OR NEW.effective_to > NEW.effective_from))
    EXECUTE FUNCTION governance_internal.gov_ownership_period_guard();
CREATE TRIGGER gov_period_guard_update AFTER UPDATE ON @extschema@.gov_ownership
    FOR EACH ROW
    WHEN (NEW.status = 'active' AND NEW.owner_kind = 'accountable'
          AND (NEW.effective_to IS NULL OR NEW.effective_to > NEW.effective_from)
          AND (OLD.status <> 'active'
               OR OLD.owner_kind <> 'accountable'
               OR NEW.object_id IS DISTINCT FROM OLD.object_id
               OR NEW.axis <> OLD.axis
               OR NEW.value <> OLD.value
               OR NEW.effective_from < OLD.effective_from
               OR NEW.effective_to > OLD.effective_to
               OR (NEW.effective_to IS NULL AND OLD.effective_to IS NOT NULL)))
    EXECUTE FUNCTION governance_internal.gov_ownership_period_guard();
CREATE TRIGGER gov_period_guard AFTER UPDATE ON @extschema@.gov_axis
    FOR EACH ROW
    WHEN (OLD.multivalued AND NOT NEW.multivalued)
    EXECUTE FUNCTION governance_internal.gov_axis_single_valued_guard();
ALTER TABLE @extschema@.gov_assignment ENABLE ALWAYS TRIGGER gov_period_guard;
ALTER TABLE @extschema@.gov_assignment ENABLE ALWAYS TRIGGER gov_period_guard_update;
ALTER TABLE @extschema@.gov_ownership ENABLE ALWAYS TRIGGER gov_period_guard;
ALTER TABLE @extschema@.gov_ownership ENABLE ALWAYS TRIGGER gov_period_guard_update;
ALTER TABLE @extschema@.gov_axis ENABLE ALWAYS TRIGGER gov_period_guard;

------------------------------------------------------------------------------
-- registry/in_force: which rows of the facts count at the time of asking
------------------------------------------------------------------------------

-- Conditions that C has as macros (src/registry/in_force.h), for views and
-- functions of this script: "stands" is neither superseded nor over, "current"
-- has begun, too, "in force" is ownership whose authority is active, too.

CREATE VIEW governance_internal.gov_standing_assignment AS
    SELECT assignment_id, object_id, axis, value, zone, confidence, match_score, assigned_kind, assigned_by, assigned_at,
           valid_from, valid_to, revision, provenance, evidence, reason
      FROM ONLY @extschema@.gov_assignment
     WHERE superseded_by IS NULL AND (valid_to IS NULL OR valid_to > now());
REVOKE ALL ON governance_internal.gov_standing_assignment FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_standing_assignment IS 'the assignments that are not superseded and have not ended, begun or not';

CREATE VIEW governance_internal.gov_current_assignment AS
    SELECT assignment_id, object_id, axis, value, zone, confidence, match_score, assigned_kind, assigned_by, assigned_at,
           valid_to
      FROM governance_internal.gov_standing_assignment
     WHERE valid_from <= now();
REVOKE ALL ON governance_internal.gov_current_assignment FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_current_assignment IS 'the assignments that stand and have begun';

CREATE VIEW governance_internal.gov_standing_ownership AS
    SELECT ownership_id, object_id, axis, value, owner_kind, authority, inherits, effective_from, effective_to, reason
      FROM ONLY @extschema@.gov_ownership
     WHERE status = 'active' AND (effective_to IS NULL OR effective_to > now());
REVOKE ALL ON governance_internal.gov_standing_ownership FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_standing_ownership IS 'the ownership that is active and has not ended, begun or not';

CREATE VIEW governance_internal.gov_current_ownership AS
    SELECT ownership_id, object_id, axis, value, owner_kind, authority, inherits, effective_to
      FROM governance_internal.gov_standing_ownership
     WHERE effective_from <= now();
REVOKE ALL ON governance_internal.gov_current_ownership FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_current_ownership IS 'the ownership that stands and has begun, whatever became of its authority';

CREATE VIEW governance_internal.gov_ownership_in_force AS
    SELECT w.ownership_id, w.object_id, w.axis, w.value, w.owner_kind, w.authority, w.inherits
      FROM governance_internal.gov_current_ownership AS w
      JOIN ONLY @extschema@.gov_authority AS u ON u.authority = w.authority
     WHERE u.status = 'active';
REVOKE ALL ON governance_internal.gov_ownership_in_force FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_ownership_in_force IS 'the ownership that is current, of an authority that is active';

-- the nearest value above, or the value itself, that says anything of the privilege
CREATE VIEW governance_internal.gov_access_ruled AS
    WITH RECURSIVE ruled (axis, value, privilege, ruler) AS (
        SELECT DISTINCT a.axis, a.value, a.privilege, a.value FROM ONLY @extschema@.gov_access AS a
        UNION
        SELECT v.axis, v.value, r.privilege, r.ruler
          FROM ruled AS r
          JOIN ONLY @extschema@.gov_axis_value AS v ON v.axis = r.axis AND v.parent = r.value
         WHERE NOT EXISTS (SELECT FROM ONLY @extschema@.gov_access AS a
                            WHERE a.axis = v.axis AND a.value = v.value AND a.privilege = r.privilege)
    )
    SELECT axis, value, privilege, ruler FROM ruled;
REVOKE ALL ON governance_internal.gov_access_ruled FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_access_ruled IS 'values and privileges for which it was said who may: of the value itself, or of the nearest one above it';
COMMENT ON COLUMN governance_internal.gov_access_ruled.axis IS 'axis of the value';
COMMENT ON COLUMN governance_internal.gov_access_ruled.value IS 'the value';
COMMENT ON COLUMN governance_internal.gov_access_ruled.privilege IS 'the privilege';
COMMENT ON COLUMN governance_internal.gov_access_ruled.ruler IS 'the value that it was said of';

CREATE FUNCTION governance_internal.gov_object_pattern(pattern text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN translate(replace(replace(replace(pattern, E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_'), '*?', '%_');
REVOKE ALL ON FUNCTION governance_internal.gov_object_pattern(text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_object_pattern(text) IS
    'makes a pattern for LIKE of a pattern of references or names: * any letters, ? one, all else itself';

-- what the engine takes for a part is said in src/engine/class.c
CREATE VIEW governance_internal.gov_object_part AS
    SELECT o.object_id, o.object_type, o.container_id
      FROM ONLY @extschema@.gov_object AS o
      JOIN ONLY @extschema@.gov_object AS c ON c.object_id = o.container_id AND c.retired_at IS NULL
     WHERE o.retired_at IS NULL AND o.object_type IN ('table', 'foreign table', 'sequence')
       AND c.object_type IN ('table', 'foreign table');
REVOKE ALL ON governance_internal.gov_object_part FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_object_part IS
    'the live objects that answer through what they are part of: tables and sequences that live in a table, which are partitions and sequences of columns';

-- a view, so that whoever may read gov_rule_scope needs no right on a function
CREATE VIEW governance_internal.gov_rule_object AS
    SELECT r.rule, o.object_id
      FROM ONLY @extschema@.gov_coverage_rule AS r
     CROSS JOIN LATERAL (
           SELECT o.object_id, o.object_type, o.object_ref
             FROM ONLY @extschema@.gov_object AS o WHERE r.scope_container IS NULL AND o.retired_at IS NULL
           UNION ALL
           (WITH RECURSIVE below (object_id, object_type, object_ref) AS (
            SELECT o.object_id, o.object_type, o.object_ref
              FROM ONLY @extschema@.gov_object AS o WHERE o.object_id = r.scope_container AND o.retired_at IS NULL
            UNION
            SELECT o.object_id, o.object_type, o.object_ref
              FROM below AS b JOIN ONLY @extschema@.gov_object AS o ON o.container_id = b.object_id AND o.retired_at IS NULL)
            SELECT b.object_id, b.object_type, b.object_ref FROM below AS b)) AS o
     WHERE (r.applies_to IS NULL OR o.object_type = ANY (r.applies_to))
       AND (r.scope_pattern IS NULL OR o.object_ref LIKE governance_internal.gov_object_pattern(r.scope_pattern) COLLATE "C")
       AND CASE r.scope_parts
           WHEN 'parents' THEN NOT EXISTS (SELECT FROM governance_internal.gov_object_part AS p WHERE p.object_id = o.object_id)
           WHEN 'leaves' THEN NOT EXISTS (SELECT FROM governance_internal.gov_object_part AS p
                                           WHERE p.container_id = o.object_id AND p.object_type <> 'sequence')
           ELSE true END;
REVOKE ALL ON governance_internal.gov_rule_object FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_rule_object IS
    'the live objects that each coverage rule is about, whatever its status: those of its types in its scope';
COMMENT ON COLUMN governance_internal.gov_rule_object.rule IS 'the rule';
COMMENT ON COLUMN governance_internal.gov_rule_object.object_id IS 'the object';

CREATE VIEW governance_internal.gov_idle_rule AS
    SELECT r.rule, r.axis, r.applies_to, r.status, r.scope_container, r.scope_pattern, r.scope_parts
      FROM ONLY @extschema@.gov_coverage_rule AS r
     WHERE NOT EXISTS (SELECT FROM governance_internal.gov_rule_object AS x WHERE x.rule = r.rule);
REVOKE ALL ON governance_internal.gov_idle_rule FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_idle_rule IS 'rules that require nothing, or would: no live object is of a type and in the scope that they are for';
COMMENT ON COLUMN governance_internal.gov_idle_rule.rule IS 'the rule';
COMMENT ON COLUMN governance_internal.gov_idle_rule.axis IS 'its axis';
COMMENT ON COLUMN governance_internal.gov_idle_rule.applies_to IS 'types of objects that it is for; NULL for all';
COMMENT ON COLUMN governance_internal.gov_idle_rule.status IS 'candidate, active or retired';
COMMENT ON COLUMN governance_internal.gov_idle_rule.scope_container IS 'the object that its scope is in; NULL for none';
COMMENT ON COLUMN governance_internal.gov_idle_rule.scope_pattern IS 'pattern of references; NULL for none';
COMMENT ON COLUMN governance_internal.gov_idle_rule.scope_parts IS 'parents, leaves or all';

CREATE VIEW @extschema@.gov_rule_scope AS
    SELECT r.rule, r.axis, r.mode, r.status, r.applies_to, c.object_type AS container_type, c.object_ref AS container_ref,
           r.scope_pattern AS pattern, r.scope_parts AS parts,
           (SELECT count(*) FROM governance_internal.gov_rule_object AS x WHERE x.rule = r.rule) AS objects
      FROM ONLY @extschema@.gov_coverage_rule AS r
      LEFT JOIN ONLY @extschema@.gov_object AS c ON c.object_id = r.scope_container;
REVOKE ALL ON @extschema@.gov_rule_scope FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_rule_scope IS 'what each coverage rule is about, active or not: its types, its scope, and how many live objects that are now';
COMMENT ON COLUMN @extschema@.gov_rule_scope.container_type IS 'type of the object that it is about, with what lives in it; NULL: wherever';
COMMENT ON COLUMN @extschema@.gov_rule_scope.container_ref IS 'reference of that object';
COMMENT ON COLUMN @extschema@.gov_rule_scope.pattern IS 'it is about objects whose reference fits: * any letters, ? one, all else itself; NULL: any';
COMMENT ON COLUMN @extschema@.gov_rule_scope.parts IS 'parents, leaves or all: see gov_coverage_rule.scope_parts';
COMMENT ON COLUMN @extschema@.gov_rule_scope.objects IS 'live objects that it is about';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_rule_scope', '@extschema@.gov_coverage_rule');

------------------------------------------------------------------------------
-- registry/restore: restoring a dump into tables that have seed rows
------------------------------------------------------------------------------

-- runs as whoever inserts, who can write the table, and whose rights decide
-- whether it is a restore (src/ledger/origin.c)
CREATE FUNCTION governance_internal.gov_restore_seed() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_restore_seed() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_restore_seed() IS
    'row trigger before INSERT of a table that has seed rows; arguments: the key columns, separated by commas, then the seed keys, one argument per column. Turns the INSERT of a seed key that is there into an UPDATE of its row';

CREATE TRIGGER gov_restore_seed BEFORE INSERT ON @extschema@.gov_source
    FOR EACH ROW WHEN (NEW.source = 'manual')
    EXECUTE FUNCTION governance_internal.gov_restore_seed('source', 'manual');
ALTER TABLE @extschema@.gov_source ENABLE ALWAYS TRIGGER gov_restore_seed;

CREATE TRIGGER gov_restore_seed BEFORE INSERT ON @extschema@.gov_detector
    FOR EACH ROW WHEN (NEW.routine IS NULL)
    EXECUTE FUNCTION governance_internal.gov_restore_seed('detector', 'label_orphan', 'value_without_label', 'label_status_unknown', 'projection_lag',
        'low_confidence_assignment', 'stale_candidate', 'conflicting_parentage', 'unregistered_axis',
        'axis_assignment_missing', 'visible_unapproved', 'coverage_rule_missing', 'projection_lag_timing',
        'ownership_gap', 'ownership_conflict', 'ownership_expiring', 'authority_retired', 'authority_without_role',
        'rule_matches_nothing', 'schema_unenrolled', 'quorum_unreachable', 'role_unconfirmed', 'hidden_island', 'containment_drift', 'stale_decision', 'container_missing', 'governance_left', 'source_conflict', 'sync_blocked', 'ledger_broken',
        'sequence_behind', 'run_overdue', 'guard_changed', 'exposed', 'owner_drift', 'glass_broken', 'ddl_untracked', 'half_restored', 'detector_failed');
ALTER TABLE @extschema@.gov_detector ENABLE ALWAYS TRIGGER gov_restore_seed;

CREATE TRIGGER gov_restore_seed BEFORE INSERT ON @extschema@.gov_action
    FOR EACH ROW
    WHEN (NEW.action IN ('ratify_value', 'retire_value', 'activate_axis', 'transfer', 'apply_tier',
                         'activate_event', 'change_trust', 'assign', 'own', 'waive', 'decide', 'set_access'))
    EXECUTE FUNCTION governance_internal.gov_restore_seed('action', 'ratify_value', 'retire_value', 'activate_axis', 'transfer',
                                         'apply_tier', 'activate_event', 'change_trust', 'assign', 'own', 'waive', 'decide', 'set_access');
ALTER TABLE @extschema@.gov_action ENABLE ALWAYS TRIGGER gov_restore_seed;

CREATE TRIGGER gov_restore_seed BEFORE INSERT ON @extschema@.gov_quorum_rule
    FOR EACH ROW
    EXECUTE FUNCTION governance_internal.gov_restore_seed('risk', 'low', 'medium', 'high', 'constitutional');
ALTER TABLE @extschema@.gov_quorum_rule ENABLE ALWAYS TRIGGER gov_restore_seed;

------------------------------------------------------------------------------
-- registry/restored: what a restore left out: acts in the ledger without their facts, rows without what they refer to
------------------------------------------------------------------------------

-- What an act last said of each code: of seed rows that were changed, and of those beside them.
CREATE FUNCTION governance_internal.gov_last_said(act text) RETURNS TABLE (code text, said jsonb)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT DISTINCT ON (e.target) coalesce(e.target ->> 'action', e.target ->> 'risk', e.target ->> 'detector', e.target ->> 'domain'),
           e.target || e.payload
      FROM (SELECT seq, action, target, payload FROM ONLY @extschema@.gov_ledger
            UNION ALL
            SELECT seq, action, target, payload FROM ONLY @extschema@.gov_ledger_archive) AS e
     WHERE e.action = act
     ORDER BY e.target, e.seq DESC;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_last_said(text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_last_said(text) IS
    'what the last entry of an act in the ledger or its archive says of each gate, quorum, detector or kind of event. act: as in gov_ledger.action. Returns the code (of a kind of event its domain) and target and payload of the entry in one';

-- Each table of facts with the acts that leave rows in it, and those that may
-- take them away: a plan need not look at the ledger when no table is empty.
CREATE VIEW governance_internal.gov_facts_missing (relation, state, acts, rows) AS
    WITH told AS MATERIALIZED (
    SELECT w.word, count(*) AS acts
      FROM (SELECT action, target, payload FROM ONLY @extschema@.gov_ledger
            UNION ALL
            SELECT action, target, payload FROM ONLY @extschema@.gov_ledger_archive) AS e
     CROSS JOIN LATERAL (VALUES (CASE WHEN e.action IN ('own_many', 'assign_many') THEN NULL
                                      WHEN e.action = 'dml' THEN concat_ws(' ', e.payload ->> 'operation', e.target ->> 'table')
                                      ELSE e.action END),
                                (CASE WHEN e.payload ? 'born' THEN '+born' END),
                                (CASE WHEN e.payload ? 'events' THEN '+events' END),
                                (CASE WHEN e.payload ? 'owned' AND e.payload ->> 'owned' <> '0' THEN '+owned' END),
                                (CASE WHEN e.payload ? 'assigned' AND e.payload ->> 'assigned' <> '0' THEN '+assigned' END)) AS w (word)
     WHERE w.word IS NOT NULL
     GROUP BY w.word)
    SELECT f.relation, 'empty', sum(t.acts)::bigint, 0::bigint
      FROM (VALUES
        ('gov_authority', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_authority), '{set_authority}'::text[], '{}'::text[]),
        ('gov_source', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_source WHERE kind <> 'manual'), '{enroll_schema,enroll_relation}', '{unenroll}'),
        ('gov_object', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object), '{register_object,assign,+born}', '{unenroll}'),
        ('gov_object_event', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object_event), '{+events}', '{}'),
        ('gov_axis', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_axis), '{create_axis}', '{remove_tagged}'),
        ('gov_axis_value', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_axis_value), '{propose_value}', '{remove_tagged}'),
        ('gov_assignment', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_assignment), '{assign,+assigned}', '{remove_tagged}'),
        ('gov_ownership', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_ownership), '{own,+owned}', '{remove_tagged}'),
        ('gov_coverage_rule', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_coverage_rule), '{create_rule}', '{remove_tagged}'),
        ('gov_access', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_access), '{set_access}', '{end_access,merge,undo,remove_tagged}'),
        ('gov_rollout', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_rollout), '{create_rollout,rollout_import}', '{drop_rollout}'),
        ('gov_rollout_tier', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_rollout_tier), '{add_tier}', '{drop_rollout}'),
        ('gov_rollout_step', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_rollout_step), '{rollout_apply}', '{drop_rollout}'),
        ('gov_baseline', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_baseline), '{capture_baseline}', '{prune}'),
        ('gov_approval', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_approval), '{request_approval}', '{}'),
        ('gov_vote', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_vote), '{cast_vote}', '{}'),
        ('gov_label', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_label), '{set_label}', '{remove_tagged}'),
        ('gov_label_rule', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_label_rule), '{set_label_rule}', '{remove_tagged,unenroll,+events}'),
        ('gov_value_label', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_value_label), '{map_label}', '{unmap_label,merge,undo,remove_tagged}'),
        ('gov_binding', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_binding), '{bind}', '{unbind}'),
        ('gov_decision', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_decision), '{decide}', '{remove_tagged,undo}'),
        ('gov_projection', NOT EXISTS (SELECT FROM ONLY @extschema@.gov_projection), '{set_projection}', '{remove_tagged}')
        ) AS f (relation, is_empty, filled, emptied)
      JOIN told AS t ON t.word = ANY (f.filled)
     WHERE f.is_empty
       AND NOT EXISTS (SELECT FROM told AS g WHERE g.word = ANY (f.emptied || ARRAY['delete ' || f.relation, 'truncate ' || f.relation]))
     GROUP BY f.relation
    UNION ALL
    -- objects that were born, are not there, and did not retire before they were forgotten
    SELECT 'gov_object', 'incomplete', 0, count(*)
      FROM (SELECT DISTINCT e.object_id FROM ONLY @extschema@.gov_object_event AS e
             WHERE EXISTS (SELECT FROM ONLY @extschema@.gov_object)
               AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object AS o WHERE o.object_id = e.object_id)) AS m
     WHERE (SELECT l.event FROM ONLY @extschema@.gov_object_event AS l WHERE l.object_id = m.object_id ORDER BY l.seq DESC LIMIT 1) <> 'retired'
       AND NOT EXISTS (SELECT FROM told AS g WHERE g.word IN ('delete gov_object', 'truncate gov_object'))
    HAVING count(*) > 0
    UNION ALL
    -- rows of tables with seed rows, whose COPY fails as a whole: what was last said of a code
    SELECT s.relation, 'incomplete', 0, count(*)
      FROM (SELECT 'gov_action' AS relation, e.code
              FROM governance_internal.gov_last_said('set_gate') AS e
              LEFT JOIN ONLY @extschema@.gov_action AS a ON a.action = e.code
             WHERE (a.gate, a.risk) IS DISTINCT FROM (coalesce(e.said ->> 'gate', a.gate), coalesce(e.said ->> 'risk', a.risk))
            UNION ALL
            SELECT 'gov_quorum_rule', e.code
              FROM governance_internal.gov_last_said('set_quorum') AS e
              LEFT JOIN ONLY @extschema@.gov_quorum_rule AS q ON q.risk = e.code
             WHERE (q.min_approvals, q.min_sovereign, q.min_council) IS DISTINCT FROM
                   (coalesce((e.said ->> 'min_approvals')::integer, q.min_approvals), coalesce((e.said ->> 'min_sovereign')::integer, q.min_sovereign),
                    coalesce((e.said ->> 'min_council')::integer, q.min_council))
            UNION ALL
            SELECT 'gov_detector', e.code
              FROM governance_internal.gov_last_said('set_detector') AS e
             WHERE NOT EXISTS (SELECT FROM ONLY @extschema@.gov_detector AS d WHERE d.detector = e.code)
            UNION ALL
            SELECT 'gov_event_type', e.code
              FROM governance_internal.gov_last_said('set_event_type') AS e
             WHERE NOT EXISTS (SELECT FROM ONLY @extschema@.gov_event_type AS y WHERE y.domain = e.code AND y.type = e.said ->> 'type')) AS s
     WHERE NOT EXISTS (SELECT FROM told AS g WHERE g.word ~ ('^(update|delete|truncate) ' || s.relation || '$'))
     GROUP BY s.relation;
REVOKE ALL ON governance_internal.gov_facts_missing FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_facts_missing IS
    'tables of facts that lack rows by what the ledger and its archive say: empty, with the number of acts that put some there, or, of objects, gates, quorums, detectors and kinds of events, incomplete, with the number of rows that are missing or not what was last said; an act that may have removed them, or a DELETE by hand, makes it unknown';

------------------------------------------------------------------------------
-- engine/fdw/handler: the engine's answers as foreign tables: a foreign data wrapper
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_coverage_handler() RETURNS fdw_handler
    LANGUAGE C STRICT STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_coverage_handler() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_coverage_handler() IS 'the engine as a foreign data wrapper; not called directly';

CREATE FUNCTION governance_internal.gov_coverage_validator(text[], oid) RETURNS void
    LANGUAGE C STRICT STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_coverage_validator(text[], oid) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_coverage_validator(text[], oid) IS 'checks the options of the engine''s foreign tables; not called directly';

CREATE FOREIGN DATA WRAPPER gov_coverage_engine HANDLER governance_internal.gov_coverage_handler VALIDATOR governance_internal.gov_coverage_validator;
COMMENT ON FOREIGN DATA WRAPPER gov_coverage_engine IS 'the coverage engine';
CREATE SERVER gov_coverage_engine FOREIGN DATA WRAPPER gov_coverage_engine;
COMMENT ON SERVER gov_coverage_engine IS 'the coverage engine';

------------------------------------------------------------------------------
-- engine/fdw/views: what each engine view shows: which rows an object has, with which columns
------------------------------------------------------------------------------

CREATE FOREIGN TABLE governance_internal.gov_engine_required_cell (
    object_id        bigint,
    object_type      text,
    object_ref       text,
    axis             text,
    value            text
) SERVER gov_coverage_engine OPTIONS (view 'required_cell');
REVOKE ALL ON governance_internal.gov_engine_required_cell FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_engine_required_cell IS 'the engine''s answers behind gov_required_cell';

CREATE VIEW @extschema@.gov_required_cell AS
    SELECT object_id, object_type, object_ref, axis, value
      FROM governance_internal.gov_engine_required_cell;
REVOKE ALL ON @extschema@.gov_required_cell FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_required_cell IS 'the cells that need an accountable owner';
COMMENT ON COLUMN @extschema@.gov_required_cell.object_id IS 'the object';
COMMENT ON COLUMN @extschema@.gov_required_cell.object_type IS 'its type';
COMMENT ON COLUMN @extschema@.gov_required_cell.object_ref IS 'its reference';
COMMENT ON COLUMN @extschema@.gov_required_cell.axis IS 'the axis';
COMMENT ON COLUMN @extschema@.gov_required_cell.value IS 'the value';

CREATE FOREIGN TABLE governance_internal.gov_engine_cell_rule (
    object_id        bigint,
    object_type      text,
    object_ref       text,
    axis             text,
    value            text,
    rule             text
) SERVER gov_coverage_engine OPTIONS (view 'cell_rule');
REVOKE ALL ON governance_internal.gov_engine_cell_rule FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_engine_cell_rule IS 'the engine''s answers behind gov_cell_rule';

CREATE VIEW @extschema@.gov_cell_rule AS
    SELECT object_id, object_type, object_ref, axis, value, rule
      FROM governance_internal.gov_engine_cell_rule;
REVOKE ALL ON @extschema@.gov_cell_rule FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_cell_rule IS 'the required cells with each rule that requires them';
COMMENT ON COLUMN @extschema@.gov_cell_rule.rule IS 'rule that requires the cell';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_cell_rule', '@extschema@.gov_required_cell');

CREATE FOREIGN TABLE governance_internal.gov_engine_coverage (
    object_id        bigint,
    object_type      text,
    object_ref       text,
    axis             text,
    value            text,
    status           text,
    reason           text,
    authority        text,
    resolution_depth integer,
    anchor_type      text,
    anchor_ref       text
) SERVER gov_coverage_engine OPTIONS (view 'coverage');
REVOKE ALL ON governance_internal.gov_engine_coverage FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_engine_coverage IS 'the engine''s answers behind gov_coverage';

CREATE VIEW @extschema@.gov_coverage AS
    SELECT object_id, object_type, object_ref, axis, value, status, reason, authority, resolution_depth, anchor_type, anchor_ref
      FROM governance_internal.gov_engine_coverage;
REVOKE ALL ON @extschema@.gov_coverage FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_coverage IS 'the required cells and who covers them';
COMMENT ON COLUMN @extschema@.gov_coverage.status IS 'waived, direct, inherited, value, fallback or gap';
COMMENT ON COLUMN @extschema@.gov_coverage.reason IS 'of a gap: quarantined or no_accountable_owner';
COMMENT ON COLUMN @extschema@.gov_coverage.authority IS 'who covers the cell, or waives it';
COMMENT ON COLUMN @extschema@.gov_coverage.resolution_depth IS 'how far up the owner was found: containers, or values';
COMMENT ON COLUMN @extschema@.gov_coverage.anchor_type IS 'type of what the owner was found on: an object''s, value or axis';
COMMENT ON COLUMN @extschema@.gov_coverage.anchor_ref IS 'reference of the object, code of the value or of the axis';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_coverage', '@extschema@.gov_required_cell');

CREATE VIEW @extschema@.gov_coverage_gap AS
    SELECT object_id, object_type, object_ref, axis, value, reason
      FROM governance_internal.gov_engine_coverage
     WHERE status = 'gap';
REVOKE ALL ON @extschema@.gov_coverage_gap FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_coverage_gap IS 'required cells with nobody accountable';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_coverage_gap', '@extschema@.gov_coverage');

CREATE FOREIGN TABLE governance_internal.gov_engine_effective_owner (
    object_id        bigint,
    object_type      text,
    object_ref       text,
    axis             text,
    value            text,
    authority        text,
    resolution       text,
    depth            integer,
    anchor_type      text,
    anchor_ref       text
) SERVER gov_coverage_engine OPTIONS (view 'effective_owner');
REVOKE ALL ON governance_internal.gov_engine_effective_owner FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_engine_effective_owner IS 'the engine''s answers behind gov_effective_owner';

CREATE VIEW @extschema@.gov_effective_owner AS
    SELECT object_id, object_type, object_ref, axis, value, authority, resolution, depth, anchor_type, anchor_ref
      FROM governance_internal.gov_engine_effective_owner;
REVOKE ALL ON @extschema@.gov_effective_owner FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_effective_owner IS 'who answers for each object on each active value of each active axis, required or not';
COMMENT ON COLUMN @extschema@.gov_effective_owner.authority IS 'who answers for the cell';
COMMENT ON COLUMN @extschema@.gov_effective_owner.resolution IS 'direct, inherited, value or fallback';
COMMENT ON COLUMN @extschema@.gov_effective_owner.depth IS 'how far up the owner was found';
COMMENT ON COLUMN @extschema@.gov_effective_owner.anchor_type IS 'type of what the owner was found on';
COMMENT ON COLUMN @extschema@.gov_effective_owner.anchor_ref IS 'reference or code of it';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_effective_owner', '@extschema@.gov_required_cell');

CREATE FOREIGN TABLE governance_internal.gov_engine_classification (
    object_id        bigint,
    object_type      text,
    object_ref       text,
    axis             text,
    value            text,
    zone             text,
    resolution       text,
    depth            integer,
    anchor_type      text,
    anchor_ref       text
) SERVER gov_coverage_engine OPTIONS (view 'classification');
REVOKE ALL ON governance_internal.gov_engine_classification FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_engine_classification IS 'the engine''s answers behind gov_classification';

CREATE VIEW @extschema@.gov_classification AS
    SELECT object_id, object_type, object_ref, axis, value, zone, resolution, depth, anchor_type, anchor_ref
      FROM governance_internal.gov_engine_classification;
REVOKE ALL ON @extschema@.gov_classification FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_classification IS 'what each live object bears: itself, through what it lives in, and through what lives in it; current assignments in any zone to active and deprecated values of active axes. One row for each value, zone and resolution';
COMMENT ON COLUMN @extschema@.gov_classification.zone IS 'zone of the assignment: approved, candidate or quarantine';
COMMENT ON COLUMN @extschema@.gov_classification.resolution IS 'own: assigned to the object; container: to something it lives in; contents: to something that lives in it, however deep';
COMMENT ON COLUMN @extschema@.gov_classification.depth IS 'how far up or down: 0 for its own, 1 for its container or what lives in it directly';
COMMENT ON COLUMN @extschema@.gov_classification.anchor_type IS 'type of the object that has the assignment: the nearest of several, of those as near the one with the lowest object_id';
COMMENT ON COLUMN @extschema@.gov_classification.anchor_ref IS 'its reference';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_classification', '@extschema@.gov_required_cell');

CREATE FOREIGN TABLE governance_internal.gov_engine_owner_conflict (
    object_id        bigint,
    object_type      text,
    object_ref       text,
    axis             text,
    value            text,
    authority        text,
    anchor_type      text,
    anchor_ref       text,
    value_authority  text,
    value_anchor     text
) SERVER gov_coverage_engine OPTIONS (view 'owner_conflict');
REVOKE ALL ON governance_internal.gov_engine_owner_conflict FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_engine_owner_conflict IS 'the engine''s answers behind gov_owner_conflict';

CREATE VIEW @extschema@.gov_owner_conflict AS
    SELECT object_id, object_type, object_ref, axis, value, authority, anchor_type, anchor_ref, value_authority, value_anchor
      FROM governance_internal.gov_engine_owner_conflict;
REVOKE ALL ON @extschema@.gov_owner_conflict FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_owner_conflict IS 'required cells whose container and whose value name different owners; the container''s covers';
COMMENT ON COLUMN @extschema@.gov_owner_conflict.authority IS 'owner by container, who covers the cell';
COMMENT ON COLUMN @extschema@.gov_owner_conflict.anchor_type IS 'type of that container';
COMMENT ON COLUMN @extschema@.gov_owner_conflict.anchor_ref IS 'reference of that container';
COMMENT ON COLUMN @extschema@.gov_owner_conflict.value_authority IS 'owner by value, who would cover it otherwise';
COMMENT ON COLUMN @extschema@.gov_owner_conflict.value_anchor IS 'the value that has the anchor';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_owner_conflict', '@extschema@.gov_required_cell');

CREATE FOREIGN TABLE governance_internal.gov_engine_missing_assignment (
    object_id        bigint,
    object_type      text,
    object_ref       text,
    axis             text,
    rule             text
) SERVER gov_coverage_engine OPTIONS (view 'missing_assignment');
REVOKE ALL ON governance_internal.gov_engine_missing_assignment FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_engine_missing_assignment IS 'the engine''s answers behind gov_missing_assignment';

CREATE VIEW @extschema@.gov_missing_assignment AS
    SELECT object_id, object_type, object_ref, axis, rule
      FROM governance_internal.gov_engine_missing_assignment;
REVOKE ALL ON @extschema@.gov_missing_assignment FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_missing_assignment IS 'objects without any current assignment on an axis where a per_assignment rule wants one';
COMMENT ON COLUMN @extschema@.gov_missing_assignment.rule IS 'rule that wants an assignment';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_missing_assignment', '@extschema@.gov_required_cell');

CREATE FOREIGN TABLE governance_internal.gov_engine_assignment_quality (
    object_id        bigint,
    object_type      text,
    object_ref       text,
    axis             text,
    value            text,
    assignment_id    bigint,
    zone             text,
    confidence       real,
    flag             text
) SERVER gov_coverage_engine OPTIONS (view 'assignment_quality');
REVOKE ALL ON governance_internal.gov_engine_assignment_quality FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_engine_assignment_quality IS 'the engine''s answers behind gov_assignment_quality';

CREATE VIEW @extschema@.gov_assignment_quality AS
    SELECT assignment_id, object_id, object_type, object_ref, axis, value, zone, confidence, flag
      FROM governance_internal.gov_engine_assignment_quality;
REVOKE ALL ON @extschema@.gov_assignment_quality FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_assignment_quality IS 'how good each current assignment is that a per_assignment rule covers';
COMMENT ON COLUMN @extschema@.gov_assignment_quality.flag IS 'quarantine, missing_provenance, low_confidence, stale or ok: the first that applies';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_assignment_quality', '@extschema@.gov_required_cell', '@extschema@.gov_assignment');

CREATE FOREIGN TABLE governance_internal.gov_engine_hidden_island (
    object_id        bigint,
    object_type      text,
    object_ref       text,
    axis             text,
    value            text,
    kind             text,
    severity         text,
    detail           jsonb
) SERVER gov_coverage_engine OPTIONS (view 'hidden_island');
REVOKE ALL ON governance_internal.gov_engine_hidden_island FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_engine_hidden_island IS 'the engine''s answers behind gov_hidden_island';

CREATE VIEW @extschema@.gov_hidden_island AS
    SELECT kind, severity, object_type, object_ref, axis, value, detail
      FROM governance_internal.gov_engine_hidden_island;
REVOKE ALL ON @extschema@.gov_hidden_island FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_hidden_island IS 'what containment or classification cannot see';
COMMENT ON COLUMN @extschema@.gov_hidden_island.kind IS 'object_without_container, container_not_a_value, assignment_to_retired_value or assignment_to_deprecated_value';
COMMENT ON COLUMN @extschema@.gov_hidden_island.severity IS 'critical or warning';
COMMENT ON COLUMN @extschema@.gov_hidden_island.detail IS 'further facts';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_hidden_island', '@extschema@.gov_required_cell');

CREATE FOREIGN TABLE governance_internal.gov_engine_coverage_summary (
    axis                text,
    required            bigint,
    covered             bigint,
    gap                 bigint,
    waived              bigint,
    fallback            bigint,
    coverage_pct        numeric,
    missing_assignments bigint,
    ok                  bigint,
    low_confidence      bigint,
    stale               bigint,
    quarantine          bigint
) SERVER gov_coverage_engine OPTIONS (view 'coverage_summary');
REVOKE ALL ON governance_internal.gov_engine_coverage_summary FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_engine_coverage_summary IS 'the engine''s answers behind gov_coverage_summary';

CREATE VIEW @extschema@.gov_coverage_summary AS
    SELECT axis, required, covered, gap, waived, fallback, coverage_pct, missing_assignments, ok, low_confidence, stale, quarantine
      FROM governance_internal.gov_engine_coverage_summary;
REVOKE ALL ON @extschema@.gov_coverage_summary FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_coverage_summary IS 'required cells and how they are covered, per active axis';
COMMENT ON COLUMN @extschema@.gov_coverage_summary.axis IS 'the active axis';
COMMENT ON COLUMN @extschema@.gov_coverage_summary.required IS 'required cells';
COMMENT ON COLUMN @extschema@.gov_coverage_summary.covered IS 'of these with a direct owner, or one by container or value';
COMMENT ON COLUMN @extschema@.gov_coverage_summary.gap IS 'of these with nobody accountable';
COMMENT ON COLUMN @extschema@.gov_coverage_summary.waived IS 'of these excused';
COMMENT ON COLUMN @extschema@.gov_coverage_summary.fallback IS 'of these left to the axis''s owner of last resort';
COMMENT ON COLUMN @extschema@.gov_coverage_summary.coverage_pct IS '(required - gap) / required, a fraction of 1 to four places, and times 100 percent; NULL when nothing is required';
COMMENT ON COLUMN @extschema@.gov_coverage_summary.missing_assignments IS 'rows of gov_missing_assignment';
COMMENT ON COLUMN @extschema@.gov_coverage_summary.ok IS 'assignments with quality ok';
COMMENT ON COLUMN @extschema@.gov_coverage_summary.low_confidence IS 'assignments with quality low_confidence';
COMMENT ON COLUMN @extschema@.gov_coverage_summary.stale IS 'assignments with quality stale';
COMMENT ON COLUMN @extschema@.gov_coverage_summary.quarantine IS 'assignments with quality quarantine';

------------------------------------------------------------------------------
-- engine/fdw/explain: every step tried to find the owner of one cell: gov_explain_owner
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_explain_owner(object_type text, object_ref text, axis text, value text)
    RETURNS TABLE (step integer, looked_at text, found boolean, decides boolean,
                   authority text, depth integer, anchor_type text, anchor_ref text, detail text)
    LANGUAGE C STABLE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_explain_owner(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_explain_owner(text, text, text, text) IS
'tells every step tried for one cell, in order and what was found.
Arguments: the object by type and reference, the axis, the value.
Result: one row per step: rules, waiver, quarantine, direct, container (one per container up to the root), value (one per value up to the root), fallback, nobody; decides marks the step that answers for the cell; detail tells how to reach an authority that said so.
Errors: 42704 for an unknown object, axis or value; 22004 for a NULL.';

------------------------------------------------------------------------------
-- labels/labels: the vocabulary of labels, the rules that give them, and what says the same as a value
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_set_label(label text, facet text DEFAULT NULL, name text DEFAULT NULL, status text DEFAULT NULL)
    RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_label(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_label(text, text, text, text) IS
    'makes a label or changes one. label: its code; facet: what kind of thing it tells; name: what people call it; status: active (a new one''s) or inactive. NULL keeps what is there. Errors: 23514 unknown status; 55000 the vocabulary is bound to a relation; 22004 label is NULL';

CREATE FUNCTION @extschema@.gov_set_label_rule(object_type text, object_ref text, label text, status text DEFAULT NULL)
    RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_label_rule(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_label_rule(text, text, text, text) IS
    'says that the application gives an object a label, or changes what was said. label: its code, in the vocabulary or not (then a warning, and gov_label_orphan); status: active (a new one''s) or inactive; NULL keeps what is there. Errors: 23514 unknown status; 55000 the rules are bound to a relation; 22004 a NULL';

CREATE FUNCTION @extschema@.gov_map_label(axis text, value text, label text, map_kind text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_map_label(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_map_label(text, text, text, text) IS
    'says that a label says the same as a value. label: its code, counting while it is active in the vocabulary (else a warning); map_kind: exact (a new one''s), broader or inferred; NULL keeps what is there. Errors: 42704 no such axis or value; 55000 the value is retired; 23514 unknown map_kind; 22004 a NULL';

CREATE FUNCTION @extschema@.gov_unmap_label(axis text, value text, label text) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_unmap_label(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_unmap_label(text, text, text) IS
    'takes back what gov_map_label said. label: its code. Answers ended, or unchanged where nothing is said. Errors: 42704 no such axis or value; 22004 a NULL';

------------------------------------------------------------------------------
-- labels/follow: labels stay with the object they were given to
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_label_object() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_label_object() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_label_object() IS
    'row trigger before INSERT and UPDATE of gov_label_rule and gov_label_projection: object_id is the live object of the row''s name, NULL when there is none, unless the statement gives it';

CREATE TRIGGER gov_label_object BEFORE INSERT OR UPDATE OF object_type, object_ref ON @extschema@.gov_label_rule
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_label_object();
CREATE TRIGGER gov_label_object BEFORE INSERT OR UPDATE OF object_type, object_ref ON @extschema@.gov_label_projection
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_label_object();

------------------------------------------------------------------------------
-- labels/bindings: where labels are read from
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_bind(binding text, relation text) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_bind(text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_bind(text, text) IS
    'reads labels from a relation of the application from now on. binding: vocabulary (columns label, facet, name, status), label_rule (object_type, object_ref, label, status) or label_projection (object_type, object_ref, label, projected_at; a timestamp without time zone is read as UTC); relation: its name as schema.relation, or of a function without arguments that returns rows as schema.function(), the session user''s own or of a role it is a member of, and read as its owner (a superuser binds it in the owner''s name), read-only, in a security-restricted operation. It is read once: a warning names statuses that are neither active nor inactive, and so do not count (label_status_unknown finds them later), or says that it cannot be read. Renamed, or its schema, it is followed. Binding anew replaces, for a member of the role that bound it, or level admin. Errors: 23514 unknown binding; 42P01 no such relation, 42883 no such function; 42809 it has no rows; 42703 it lacks columns, named; 42804 projected_at is no point in time; 42501 it is of another role, or reads or calls what is of another, or its owner may not SELECT or EXECUTE it, or another role bound what is bound; 42602 the name is not schema.relation or schema.function(); 22004 a NULL';

CREATE FUNCTION @extschema@.gov_unbind(binding text) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_unbind(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_unbind(text) IS
    'reads labels from the extension''s own table again. binding: vocabulary, label_rule or label_projection. Answers ended, or unchanged where nothing is bound. Errors: 23514 unknown binding; 42501 another role bound it, and the caller has not level admin';

------------------------------------------------------------------------------
-- labels/reconcile: where assignments and labels disagree
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_label_judge(
    object_type text, object_ref text, axis text, value text, zone text, decision text,
    OUT value_labels text[], OUT rule_labels text[], OUT value_facets text[], OUT rule_facets text[],
    OUT flag text, OUT state text
) RETURNS record
    LANGUAGE C STABLE PARALLEL UNSAFE COST 100
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_label_judge(text, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_label_judge(text, text, text, text, text, text) IS
    'compares one assignment with labels; behind gov_label_reconcile. zone: of the assignment; decision: the live one of the cell, if any. Result: the active labels of the value and the labels of the object''s active rules, the facets of the active ones among each, the first flag that holds, and the state. Labels are loaded once per query. Errors: those of a bound relation that cannot be read, naming the binding';

CREATE VIEW @extschema@.gov_label_reconcile AS
    SELECT s.object_id, o.object_type, o.object_ref, s.axis, s.value, s.zone,
           j.value_labels, j.rule_labels, j.value_facets, j.rule_facets, j.flag, d.decision, j.state
      FROM governance_internal.gov_current_assignment AS s
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = s.object_id
      JOIN ONLY @extschema@.gov_axis AS a ON a.axis = s.axis
      LEFT JOIN ONLY @extschema@.gov_decision AS d
        ON d.object_id = s.object_id AND d.axis = s.axis AND d.value = s.value AND d.superseded_at IS NULL
      CROSS JOIN LATERAL governance_internal.gov_label_judge(o.object_type, o.object_ref, s.axis, s.value, s.zone, d.decision) AS j
     WHERE o.retired_at IS NULL
       AND a.status = 'active'
       AND EXISTS (SELECT FROM ONLY @extschema@.gov_value_label AS m WHERE m.axis = s.axis);
REVOKE ALL ON @extschema@.gov_label_reconcile FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_label_reconcile IS 'each current assignment on an active axis with labels, compared with the labels that rules give its object';
COMMENT ON COLUMN @extschema@.gov_label_reconcile.value_labels IS 'active labels mapped to the value';
COMMENT ON COLUMN @extschema@.gov_label_reconcile.rule_labels IS 'labels of the object''s active rules';
COMMENT ON COLUMN @extschema@.gov_label_reconcile.value_facets IS 'facets of value_labels';
COMMENT ON COLUMN @extschema@.gov_label_reconcile.rule_facets IS 'facets of the active ones among rule_labels';
COMMENT ON COLUMN @extschema@.gov_label_reconcile.flag IS 'no_value_label, no_label_rule, consistent, orthogonal_facet or divergent';
COMMENT ON COLUMN @extschema@.gov_label_reconcile.decision IS 'the live decision of the cell, whether it fits or not';
COMMENT ON COLUMN @extschema@.gov_label_reconcile.state IS 'reconciled_ and the decision where it fits, else the flag';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_label_reconcile', '@extschema@.gov_required_cell', '@extschema@.gov_assignment');

CREATE FUNCTION governance_internal.gov_decision_fits(
    OUT decision text, OUT flag text, OUT quarantined boolean, OUT policy text
) RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 4
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_decision_fits() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_decision_fits() IS
    'which decision fits which flag: what view gov_decision_fit shows';

CREATE VIEW @extschema@.gov_decision_fit AS
    SELECT decision, flag, quarantined, policy FROM governance_internal.gov_decision_fits();
REVOKE ALL ON @extschema@.gov_decision_fit FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_decision_fit IS 'which decision fits which flag, and whether gov_reconcile makes it';
COMMENT ON COLUMN @extschema@.gov_decision_fit.decision IS 'the decision';
COMMENT ON COLUMN @extschema@.gov_decision_fit.flag IS 'flag of gov_label_reconcile that it fits';
COMMENT ON COLUMN @extschema@.gov_decision_fit.quarantined IS 'true: only while the assignment is in quarantine; false: only while it is not; NULL: either';
COMMENT ON COLUMN @extschema@.gov_decision_fit.policy IS 'always: gov_reconcile makes it; owned: it does where the cell has an effective owner; never: people only';

CREATE FUNCTION governance_internal.gov_label_orphans(
    OUT label text, OUT rules bigint, OUT projections bigint
) RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_label_orphans() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_label_orphans() IS
    'labels in use that are not active in the vocabulary; behind gov_label_orphan. Errors: those of a bound relation that cannot be read, naming the binding';

CREATE VIEW @extschema@.gov_label_orphan AS
    SELECT label, rules, projections FROM governance_internal.gov_label_orphans();
REVOKE ALL ON @extschema@.gov_label_orphan FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_label_orphan IS 'labels that active rules or projections use and that are not active in the vocabulary';
COMMENT ON COLUMN @extschema@.gov_label_orphan.label IS 'the label';
COMMENT ON COLUMN @extschema@.gov_label_orphan.rules IS 'active rules that use it';
COMMENT ON COLUMN @extschema@.gov_label_orphan.projections IS 'rows of the label projection that bear it';

CREATE FUNCTION governance_internal.gov_values_without_label(
    OUT axis text, OUT value text
) RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_values_without_label() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_values_without_label() IS
    'active values, on active axes with labels, that have none; behind gov_value_without_label. Errors: those of a bound relation that cannot be read, naming the binding';

CREATE VIEW @extschema@.gov_value_without_label AS
    SELECT axis, value FROM governance_internal.gov_values_without_label();
REVOKE ALL ON @extschema@.gov_value_without_label FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_value_without_label IS 'active values with no active label, on an active axis that has at least one mapping';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_value_without_label', '@extschema@.gov_required_cell');

CREATE FUNCTION governance_internal.gov_labels_without_value(
    OUT label text, OUT facets text[]
) RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_labels_without_value() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_labels_without_value() IS
    'active labels that no active value has; behind gov_label_without_value. Errors: those of a bound relation that cannot be read, naming the binding';

CREATE VIEW @extschema@.gov_label_without_value AS
    SELECT label, facets FROM governance_internal.gov_labels_without_value();
REVOKE ALL ON @extschema@.gov_label_without_value FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_label_without_value IS 'active labels mapped to no active value';
COMMENT ON COLUMN @extschema@.gov_label_without_value.label IS 'the label';
COMMENT ON COLUMN @extschema@.gov_label_without_value.facets IS 'its facets: one, none, or what a bound vocabulary says';

CREATE FUNCTION governance_internal.gov_label_projected_objects(
    OUT object_type text, OUT object_ref text, OUT projected_at timestamptz, OUT projected_rows bigint
) RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_label_projected_objects() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_label_projected_objects() IS
    'the label projection per object; behind gov_label_projected. Errors: those of a bound relation that cannot be read, naming the binding';

CREATE VIEW @extschema@.gov_label_projected AS
    SELECT object_type, object_ref, projected_at, projected_rows FROM governance_internal.gov_label_projected_objects();
REVOKE ALL ON @extschema@.gov_label_projected FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_label_projected IS 'the label projection, wherever it is read from: one row per object';
COMMENT ON COLUMN @extschema@.gov_label_projected.projected_at IS 'its newest row; a time without a zone is UTC';
COMMENT ON COLUMN @extschema@.gov_label_projected.projected_rows IS 'how many rows it has';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_label_projected', '@extschema@.gov_label_rule');

CREATE VIEW @extschema@.gov_projection_gap AS
    -- OFFSET 0: owners are looked up for the few cells that are left, never all of them joined
    SELECT r.object_id, r.object_type, r.object_ref, r.axis, r.value, r.zone, e.authority
      FROM @extschema@.gov_label_reconcile AS r
     CROSS JOIN LATERAL (SELECT w.authority FROM @extschema@.gov_effective_owner AS w
                          WHERE w.object_id = r.object_id AND w.axis = r.axis AND w.value = r.value
                         OFFSET 0) AS e
     WHERE r.state = 'no_label_rule' AND r.zone <> 'quarantine';
REVOKE ALL ON @extschema@.gov_projection_gap FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_projection_gap IS 'assignments that somebody owns and no label rule projects: undecided, not quarantined';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_projection_gap', '@extschema@.gov_effective_owner', '@extschema@.gov_assignment');

CREATE VIEW @extschema@.gov_reconcile_summary AS
    -- gov_projection_gap is counted in the same pass; a count, unlike EXISTS, never reads all owners
    SELECT j.divergent, j.projection_gaps,
           (SELECT count(*) FROM @extschema@.gov_label_orphan) AS label_orphans,
           (SELECT count(*) FROM @extschema@.gov_value_without_label) AS values_without_label,
           (SELECT count(*) FROM @extschema@.gov_label_without_value) AS labels_without_value,
           (SELECT count(*) FROM ONLY @extschema@.gov_decision WHERE superseded_at IS NULL) AS decisions
      FROM (SELECT count(*) FILTER (WHERE r.state <> 'no_label_rule') AS divergent,
                   count(*) FILTER (WHERE CASE WHEN r.state = 'no_label_rule' AND r.zone <> 'quarantine' THEN
                                               (SELECT count(*) FROM @extschema@.gov_effective_owner AS w
                                                 WHERE w.object_id = r.object_id AND w.axis = r.axis
                                                   AND w.value = r.value) > 0 END) AS projection_gaps
              FROM @extschema@.gov_label_reconcile AS r
             WHERE r.state IN ('divergent', 'orthogonal_facet', 'no_label_rule')) AS j;
REVOKE ALL ON @extschema@.gov_reconcile_summary FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_reconcile_summary IS 'how assignments and labels stand to each other, in one row';
COMMENT ON COLUMN @extschema@.gov_reconcile_summary.divergent IS 'assignments in state divergent or orthogonal_facet: undecided';
COMMENT ON COLUMN @extschema@.gov_reconcile_summary.projection_gaps IS 'rows of gov_projection_gap';
COMMENT ON COLUMN @extschema@.gov_reconcile_summary.label_orphans IS 'rows of gov_label_orphan';
COMMENT ON COLUMN @extschema@.gov_reconcile_summary.values_without_label IS 'rows of gov_value_without_label';
COMMENT ON COLUMN @extschema@.gov_reconcile_summary.labels_without_value IS 'rows of gov_label_without_value';
COMMENT ON COLUMN @extschema@.gov_reconcile_summary.decisions IS 'live decisions';

------------------------------------------------------------------------------
-- labels/decisions: judging disagreements between assignments and labels, by hand and by policy
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_decide(
    object_type text, object_ref text, axis text, value text, decision text, rationale text,
    approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_decide(text, text, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_decide(text, text, text, text, text, text, text) IS
    'judges a disagreement between an assignment and labels, in place of what was decided before. decision: accept_orthogonal_facet, accept_projection_pending, accept_quarantine_hold or accept_divergence, as it fits the flag of the cell (gov_decision_fit); rationale: why, not empty; approval: of action decide, where that is gated. Errors: 23514 unknown decision or empty rationale; 22004 a NULL; 42704 no such object; 42P08 one that could be several; 23503 no such axis or value; 55000 the cell is not compared with labels, or the decision does not fit; 42501 the session is an agent''s; QVA01, QVA02 approval needed or refused';

------------------------------------------------------------------------------
-- inventory/catalog: the objects of enrolled schemas, as PostgreSQL's own catalogs tell
------------------------------------------------------------------------------

-- Whoever owns both an extension and an object may make the object a member, and
-- would hide it so: a member counts as the extension's if a superuser owns it, as
-- those do that a script of the server's makes.
CREATE VIEW governance_internal.gov_catalog_member AS
    SELECT m.classid, m.objid
      FROM pg_catalog.pg_depend AS m
     WHERE m.objsubid = 0 AND m.deptype = 'e'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_shdepend AS s JOIN pg_catalog.pg_authid AS r ON r.oid = s.refobjid
                        WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
                          AND s.classid = m.classid AND s.objid = m.objid AND s.objsubid = 0 AND s.deptype = 'o'
                          AND s.refclassid = 'pg_catalog.pg_authid'::regclass AND NOT r.rolsuper);
REVOKE ALL ON governance_internal.gov_catalog_member FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_catalog_member IS
    'members of extensions that a superuser owns: the extension stands for them';

-- What of the server's objects is governed once its schema is enrolled: those of
-- the kinds that people make most.  Members of extensions are the extension's.
CREATE VIEW governance_internal.gov_catalog_relation AS
    SELECT c.*, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                     WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END AS word,
           -- a partition has the columns of its parent, which answer for them
           c.relkind <> 'S' AND NOT c.relispartition AS bears_columns
      FROM (SELECT oid, relname, relnamespace, relowner, relkind, relispartition, relpersistence, relnatts FROM pg_catalog.pg_class) AS c
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid);
REVOKE ALL ON governance_internal.gov_catalog_relation FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_catalog_relation IS
    'tables, views, materialized views, foreign tables and sequences that no extension stands for, the word for each, and whether its columns are objects where they are asked for';

CREATE VIEW governance_internal.gov_catalog_column AS
    SELECT c.relnamespace, c.oid, a.attnum, c.word, c.word || ' column' AS column_word, c.relname, a.attname, a.atttypid, a.atttypmod
      FROM governance_internal.gov_catalog_relation AS c
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.bears_columns;
REVOKE ALL ON governance_internal.gov_catalog_column FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_catalog_column IS
    'columns of those relations, partitions and system columns aside, and the word for each';

-- A partition lives in its parent, and a sequence in the table whose column owns it.
CREATE VIEW governance_internal.gov_catalog_placed AS
    SELECT c.*, coalesce(h.inhparent, q.refobjid) AS parent,
           CASE WHEN q.refobjsubid > 0 THEN (SELECT a.attname FROM pg_catalog.pg_attribute AS a
                                              WHERE a.attrelid = q.refobjid AND a.attnum = q.refobjsubid) END AS of_column
      FROM governance_internal.gov_catalog_relation AS c
      LEFT JOIN pg_catalog.pg_inherits AS h ON c.relispartition AND h.inhrelid = c.oid AND NOT h.inhdetachpending
      LEFT JOIN pg_catalog.pg_depend AS q ON c.relkind = 'S' AND q.classid = 'pg_catalog.pg_class'::regclass
       AND q.objid = c.oid AND q.objsubid = 0 AND q.refclassid = 'pg_catalog.pg_class'::regclass
       AND q.refobjsubid > 0 AND q.deptype IN ('a', 'i');
REVOKE ALL ON governance_internal.gov_catalog_placed FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_catalog_placed IS
    'those relations, what each lives in where that is not its schema, and the column that owns a sequence';

CREATE FUNCTION governance_internal.gov_relation_attributes(relowner oid, relkind "char", relispartition boolean, relpersistence "char", of_column name)
RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jsonb_strip_nulls(jsonb_build_object(
               'owner', pg_get_userbyid(relowner),
               'relkind', relkind,
               'partitioned', CASE WHEN relkind = 'p' THEN true END,
               'partition', CASE WHEN relispartition THEN true END,
               'persistence', CASE relpersistence WHEN 'u' THEN 'unlogged' END,
               'column', of_column));
REVOKE ALL ON FUNCTION governance_internal.gov_relation_attributes(oid, "char", boolean, "char", name) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_relation_attributes(oid, "char", boolean, "char", name) IS
    'gives the attributes that the object of a relation has. relowner, relkind, relispartition, relpersistence: of its row in pg_class; of_column: the column that owns it, of a sequence';

CREATE FUNCTION governance_internal.gov_column_attributes(atttypid oid, atttypmod integer) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jsonb_build_object('data_type', format_type(atttypid, atttypmod));
REVOKE ALL ON FUNCTION governance_internal.gov_column_attributes(oid, integer) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_column_attributes(oid, integer) IS
    'gives the attributes that the object of a column has. atttypid, atttypmod: of its row in pg_attribute';

CREATE VIEW governance_internal.gov_catalog_routine AS
    SELECT f.*, CASE f.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS word
      FROM (SELECT oid, proname, pronamespace, proowner, prolang, prokind, prosecdef FROM pg_catalog.pg_proc) AS f
     WHERE NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_proc'::regclass AND m.objid = f.oid)
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS m WHERE m.classid = 'pg_catalog.pg_proc'::regclass
                        AND m.objid = f.oid AND m.objsubid = 0 AND m.deptype = 'i');
REVOKE ALL ON governance_internal.gov_catalog_routine FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_catalog_routine IS
    'functions, procedures and aggregates that no extension stands for and that are no part of something else, and the word for each';

-- an array type has an element type and no array type of its own
CREATE VIEW governance_internal.gov_catalog_type AS
    SELECT t.*, CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END AS word
      FROM (SELECT oid, typname, typnamespace, typowner, typtype, typrelid, typisdefined, typelem, typarray, typbasetype, typtypmod
              FROM pg_catalog.pg_type) AS t
     WHERE t.typisdefined
       -- not joined: nearly all of them may be row types of tables
       AND (t.typtype IN ('d', 'e', 'r')
            OR (t.typtype = 'c' AND t.typrelid IN (SELECT c.oid FROM pg_catalog.pg_class AS c WHERE c.relkind = 'c'))
            OR (t.typtype = 'b' AND (t.typelem = 0 OR t.typarray <> 0)))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_type'::regclass AND m.objid = t.oid);
REVOKE ALL ON governance_internal.gov_catalog_type FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_catalog_type IS
    'types and domains of their own that no extension stands for, and the word for each';

CREATE VIEW governance_internal.gov_catalog_named AS
    SELECT c.word, c.relname::text AS name, c.relnamespace AS schema, 'pg_catalog.pg_class'::regclass::oid AS catalog, c.oid
      FROM governance_internal.gov_catalog_relation AS c
    UNION ALL
    SELECT f.word, f.proname, f.pronamespace, 'pg_catalog.pg_proc'::regclass, f.oid
      FROM governance_internal.gov_catalog_routine AS f
    UNION ALL
    SELECT t.word, t.typname, t.typnamespace, 'pg_catalog.pg_type'::regclass, t.oid
      FROM governance_internal.gov_catalog_type AS t
    UNION ALL
    SELECT 'schema', n.nspname, n.oid, 'pg_catalog.pg_namespace'::regclass, n.oid FROM pg_catalog.pg_namespace AS n
    UNION ALL
    SELECT 'extension', x.extname, x.extnamespace, 'pg_catalog.pg_extension'::regclass, x.oid FROM pg_catalog.pg_extension AS x
    UNION ALL
    SELECT 'collation', x.collname, x.collnamespace, 'pg_catalog.pg_collation'::regclass, x.oid FROM pg_catalog.pg_collation AS x
    UNION ALL
    SELECT 'conversion', x.conname, x.connamespace, 'pg_catalog.pg_conversion'::regclass, x.oid FROM pg_catalog.pg_conversion AS x
    UNION ALL
    SELECT 'statistics object', x.stxname, x.stxnamespace, 'pg_catalog.pg_statistic_ext'::regclass, x.oid
      FROM pg_catalog.pg_statistic_ext AS x
    UNION ALL
    SELECT 'text search configuration', x.cfgname, x.cfgnamespace, 'pg_catalog.pg_ts_config'::regclass, x.oid
      FROM pg_catalog.pg_ts_config AS x
    UNION ALL
    SELECT 'text search dictionary', x.dictname, x.dictnamespace, 'pg_catalog.pg_ts_dict'::regclass, x.oid
      FROM pg_catalog.pg_ts_dict AS x
    UNION ALL
    SELECT 'text search parser', x.prsname, x.prsnamespace, 'pg_catalog.pg_ts_parser'::regclass, x.oid
      FROM pg_catalog.pg_ts_parser AS x
    UNION ALL
    SELECT 'text search template', x.tmplname, x.tmplnamespace, 'pg_catalog.pg_ts_template'::regclass, x.oid
      FROM pg_catalog.pg_ts_template AS x;
REVOKE ALL ON governance_internal.gov_catalog_named FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_catalog_named IS
    'objects of the catalogs by their word and the last part of their name; operators and their classes aside';

CREATE VIEW @extschema@.gov_unenrolled AS
    SELECT 'schema' AS object_type, quote_ident(n.nspname) AS object_ref, count(*) AS objects
      FROM pg_catalog.pg_namespace AS n
      JOIN (SELECT c.relnamespace, c.word FROM governance_internal.gov_catalog_relation AS c
            UNION ALL
            SELECT f.pronamespace, f.word FROM governance_internal.gov_catalog_routine AS f
            UNION ALL
            SELECT t.typnamespace, t.word FROM governance_internal.gov_catalog_type AS t) AS x (schema, word) ON x.schema = n.oid
     WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_source AS s
                        WHERE s.source = 'schema:' || n.nspname AND s.kind = 'catalog' AND s.enabled
                          AND (s.object_types IS NULL OR x.word = ANY (s.object_types)))
     GROUP BY n.nspname;
REVOKE ALL ON @extschema@.gov_unenrolled FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_unenrolled IS
    'schemas of the database with objects that nobody governs: not enrolled, disabled, or enrolled without some types of objects';
COMMENT ON COLUMN @extschema@.gov_unenrolled.object_type IS 'schema';
COMMENT ON COLUMN @extschema@.gov_unenrolled.object_ref IS 'the schema, as gov_object would have it';
COMMENT ON COLUMN @extschema@.gov_unenrolled.objects IS 'relations, routines and types in it that are not governed';

-- What an enrolled schema holds is found by gov_catalog_found, which is looked
-- at again with what gov_catalog_missing names, until that names nothing.
CREATE FUNCTION governance_internal.gov_catalog_found(enrolled text, elsewhere oid[], relations boolean)
RETURNS TABLE (
    source        text,
    catalog       oid,
    oid           oid,
    subid         integer,
    schema        oid,
    parent        oid,
    object_type   text,
    object_ref    text,
    attributes    jsonb,
    address_class text,
    address_names text[],
    address_args  text[]
)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    -- the enrolled schemas, whose names and codes agree by now: one, unless something is looked for in all of them
    WITH place AS MATERIALIZED (
    SELECT s.source, n.oid AS schema, s.object_types, s.columns
      FROM ONLY @extschema@.gov_source AS s
      JOIN pg_catalog.pg_namespace AS n ON s.source = 'schema:' || n.nspname
     WHERE s.kind = 'catalog' AND (s.source = enrolled OR (s.enabled AND cardinality(elsewhere) > 0))),
    raw AS (
    SELECT p.source, 'pg_catalog.pg_namespace'::regclass::oid AS catalog, n.oid, p.schema, NULL::oid AS parent,
           'schema' AS word, jsonb_build_object('owner', pg_get_userbyid(n.nspowner)) AS attributes
      FROM place AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.schema
     WHERE p.source = enrolled OR n.oid = ANY (elsewhere)
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_class'::regclass::oid, c.oid, p.schema, c.parent, c.word,
           governance_internal.gov_relation_attributes(c.relowner, c.relkind, c.relispartition, c.relpersistence, c.of_column)
      FROM place AS p JOIN governance_internal.gov_catalog_placed AS c ON c.relnamespace = p.schema
     WHERE relations AND (p.source = enrolled OR c.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR c.word = ANY (p.object_types))
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_proc'::regclass::oid, f.oid, p.schema, NULL,
           f.word,
           jsonb_strip_nulls(jsonb_build_object(
               'owner', pg_get_userbyid(f.proowner),
               'language', (SELECT l.lanname FROM pg_catalog.pg_language AS l WHERE l.oid = f.prolang),
               'window', CASE WHEN f.prokind = 'w' THEN true END,
               'security_definer', CASE WHEN f.prosecdef THEN true END))
      FROM place AS p JOIN governance_internal.gov_catalog_routine AS f ON f.pronamespace = p.schema
     WHERE (p.source = enrolled OR f.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR f.word = ANY (p.object_types))
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_type'::regclass::oid, t.oid, p.schema, NULL,
           t.word,
           jsonb_strip_nulls(jsonb_build_object(
               'owner', pg_get_userbyid(t.typowner),
               'kind', CASE t.typtype WHEN 'b' THEN 'base' WHEN 'c' THEN 'composite'
                                      WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range' END,
               'base_type', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END))
      FROM place AS p JOIN governance_internal.gov_catalog_type AS t ON t.typnamespace = p.schema
     WHERE (p.source = enrolled OR t.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR t.word = ANY (p.object_types))
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_collation'::regclass::oid, x.oid, p.schema, NULL, 'collation', jsonb_build_object('owner', pg_get_userbyid(x.collowner))
      FROM place AS p JOIN pg_catalog.pg_collation AS x ON x.collnamespace = p.schema
     WHERE (p.source = enrolled OR x.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR 'collation' = ANY (p.object_types))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_collation'::regclass AND m.objid = x.oid)
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_conversion'::regclass::oid, x.oid, p.schema, NULL, 'conversion', jsonb_build_object('owner', pg_get_userbyid(x.conowner))
      FROM place AS p JOIN pg_catalog.pg_conversion AS x ON x.connamespace = p.schema
     WHERE (p.source = enrolled OR x.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR 'conversion' = ANY (p.object_types))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_conversion'::regclass AND m.objid = x.oid)
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_extension'::regclass::oid, x.oid, p.schema, NULL, 'extension', jsonb_build_object('owner', pg_get_userbyid(x.extowner))
      FROM place AS p JOIN pg_catalog.pg_extension AS x ON x.extnamespace = p.schema
     WHERE (p.source = enrolled OR x.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR 'extension' = ANY (p.object_types))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_extension'::regclass AND m.objid = x.oid)
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_operator'::regclass::oid, x.oid, p.schema, NULL, 'operator', jsonb_build_object('owner', pg_get_userbyid(x.oprowner))
      FROM place AS p JOIN pg_catalog.pg_operator AS x ON x.oprnamespace = p.schema
     WHERE (p.source = enrolled OR x.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR 'operator' = ANY (p.object_types))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_operator'::regclass AND m.objid = x.oid)
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_opclass'::regclass::oid, x.oid, p.schema, NULL, 'operator class', jsonb_build_object('owner', pg_get_userbyid(x.opcowner))
      FROM place AS p JOIN pg_catalog.pg_opclass AS x ON x.opcnamespace = p.schema
     WHERE (p.source = enrolled OR x.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR 'operator class' = ANY (p.object_types))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_opclass'::regclass AND m.objid = x.oid)
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_opfamily'::regclass::oid, x.oid, p.schema, NULL, 'operator family', jsonb_build_object('owner', pg_get_userbyid(x.opfowner))
      FROM place AS p JOIN pg_catalog.pg_opfamily AS x ON x.opfnamespace = p.schema
     WHERE (p.source = enrolled OR x.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR 'operator family' = ANY (p.object_types))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_opfamily'::regclass AND m.objid = x.oid)
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_statistic_ext'::regclass::oid, x.oid, p.schema, x.stxrelid, 'statistics object', jsonb_build_object('owner', pg_get_userbyid(x.stxowner))
      FROM place AS p JOIN pg_catalog.pg_statistic_ext AS x ON x.stxnamespace = p.schema
     WHERE (p.source = enrolled OR x.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR 'statistics object' = ANY (p.object_types))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_statistic_ext'::regclass AND m.objid = x.oid)
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_ts_config'::regclass::oid, x.oid, p.schema, NULL, 'text search configuration', jsonb_build_object('owner', pg_get_userbyid(x.cfgowner))
      FROM place AS p JOIN pg_catalog.pg_ts_config AS x ON x.cfgnamespace = p.schema
     WHERE (p.source = enrolled OR x.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR 'text search configuration' = ANY (p.object_types))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_ts_config'::regclass AND m.objid = x.oid)
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_ts_dict'::regclass::oid, x.oid, p.schema, NULL, 'text search dictionary', jsonb_build_object('owner', pg_get_userbyid(x.dictowner))
      FROM place AS p JOIN pg_catalog.pg_ts_dict AS x ON x.dictnamespace = p.schema
     WHERE (p.source = enrolled OR x.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR 'text search dictionary' = ANY (p.object_types))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_ts_dict'::regclass AND m.objid = x.oid)
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_ts_parser'::regclass::oid, x.oid, p.schema, NULL, 'text search parser', '{}'
      FROM place AS p JOIN pg_catalog.pg_ts_parser AS x ON x.prsnamespace = p.schema
     WHERE (p.source = enrolled OR x.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR 'text search parser' = ANY (p.object_types))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_ts_parser'::regclass AND m.objid = x.oid)
    UNION ALL
    SELECT p.source, 'pg_catalog.pg_ts_template'::regclass::oid, x.oid, p.schema, NULL, 'text search template', '{}'
      FROM place AS p JOIN pg_catalog.pg_ts_template AS x ON x.tmplnamespace = p.schema
     WHERE (p.source = enrolled OR x.oid = ANY (elsewhere))
       AND (p.object_types IS NULL OR 'text search template' = ANY (p.object_types))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_catalog_member AS m
                        WHERE m.classid = 'pg_catalog.pg_ts_template'::regclass AND m.objid = x.oid)),
    -- the server is asked once per object who it is; a reference has 1500 bytes at most
    named AS MATERIALIZED (
    SELECT r.source, r.catalog, r.oid, r.schema, r.parent, r.word,
           CASE WHEN octet_length(i.identity) <= 1500 THEN i.identity
                ELSE left(i.identity, 366) || '...' || md5(i.identity) END AS ref,
           CASE WHEN octet_length(i.identity) <= 1500 THEN r.attributes
                ELSE r.attributes || jsonb_build_object('identity', i.identity) END AS attributes,
           a.type, a.object_names, a.object_args
      FROM raw AS r
     CROSS JOIN LATERAL pg_identify_object(r.catalog, r.oid, 0) AS i
     CROSS JOIN LATERAL pg_identify_object_as_address(r.catalog, r.oid, 0) AS a
     WHERE i.identity IS NOT NULL AND a.object_names IS NOT NULL)
    SELECT n.source, n.catalog, n.oid, 0, n.schema, n.parent, n.word, n.ref, n.attributes, n.type, n.object_names, n.object_args
      FROM named AS n
    UNION ALL
    -- columns are named after their relation: asking the server for each would take much longer
    SELECT n.source, n.catalog, n.oid, c.attnum, n.schema, n.oid, c.column_word,
           n.ref || '.' || quote_ident(c.attname), governance_internal.gov_column_attributes(c.atttypid, c.atttypmod),
           c.column_word, n.object_names || c.attname::text, '{}'
      FROM named AS n
      JOIN place AS p ON p.source = n.source
      JOIN governance_internal.gov_catalog_column AS c ON c.oid = n.oid
     WHERE relations AND n.catalog = 'pg_catalog.pg_class'::regclass AND (p.columns OR c.column_word = ANY (p.object_types));
END;
REVOKE ALL ON FUNCTION governance_internal.gov_catalog_found(text, oid[], boolean) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_catalog_found(text, oid[], boolean) IS
    'finds what the catalogs hold for an enrolled schema: the objects of the schema whose source is enrolled, and those of other enrolled schemas whose OIDs are in elsewhere; with a relation its columns, where they are wanted. relations: false for everything but relations and columns';

CREATE FOREIGN TABLE governance_internal.gov_kept_found (
    source        text,
    catalog       oid,
    oid           oid,
    subid         integer,
    schema        oid,
    parent        oid,
    object_type   text,
    object_ref    text,
    attributes    jsonb,
    address_class text,
    address_names text[],
    address_args  text[]
) SERVER gov_kept;
REVOKE ALL ON governance_internal.gov_kept_found FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_kept_found IS
    'what gov_catalog_found gave the sync that is running';

CREATE FUNCTION governance_internal.gov_catalog_missing(enrolled text, elsewhere oid[], this_system bigint, this_database oid) RETURNS SETOF oid
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT DISTINCT x.oid
      FROM (SELECT o.address_oid
              FROM ONLY @extschema@.gov_object AS o
             WHERE o.source = enrolled AND o.retired_at IS NULL AND o.address_oid IS NOT NULL AND o.address_subid = 0
               AND coalesce(o.address_system = this_system AND o.address_database = this_database, false)
            UNION ALL
            SELECT f.parent FROM governance_internal.gov_kept_found AS f WHERE f.parent IS NOT NULL AND f.subid = 0
            UNION ALL
            SELECT f.schema FROM governance_internal.gov_kept_found AS f WHERE f.subid = 0
            UNION ALL
            SELECT o.address_oid
              FROM governance_internal.gov_kept_found AS f
              JOIN ONLY @extschema@.gov_object AS o
                ON o.object_ref = f.object_ref AND o.object_type = f.object_type AND o.address_oid <> f.oid
               AND o.source <> enrolled AND o.retired_at IS NULL AND o.address_oid IS NOT NULL
               AND coalesce(o.address_system = this_system AND o.address_database = this_database, false)
             WHERE f.subid = 0) AS x (oid)
     WHERE NOT EXISTS (SELECT FROM unnest(elsewhere) AS u WHERE u = x.oid)
       AND NOT EXISTS (SELECT FROM governance_internal.gov_kept_found AS f WHERE f.oid = x.oid AND f.subid = 0);
END;
REVOKE ALL ON FUNCTION governance_internal.gov_catalog_missing(text, oid[], bigint, oid) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_catalog_missing(text, oid[], bigint, oid) IS
    'finds OIDs that gov_kept_found lacks and that are not in elsewhere: what source enrolled held so far, containers, and objects of other enrolled schemas by whose last known name something else goes now. this_system, this_database: the cluster and the database in which the OIDs hold';

-- What a pattern of a source is held against: the name of an object of a
-- catalog within its schema, the reference of any other.  A type's address is its
-- qualified name.  A pattern without a dot is for no column: what leaves tables of
-- a name out must not leave columns out that are called so.
CREATE FUNCTION governance_internal.gov_source_name(object_ref text, address_class text, address_names text[]) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN address_names IS NULL THEN object_ref
                WHEN address_class IN ('type', 'domain') THEN (parse_ident(address_names[1], false))[2]
                WHEN right(address_class, 7) = ' column' THEN address_names[2] || '.' || address_names[3]
                ELSE address_names[cardinality(address_names)] END;
REVOKE ALL ON FUNCTION governance_internal.gov_source_name(text, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_source_name(text, text, text[]) IS
    'gives the name of an object that patterns of its source are held against: without schema, quotes and arguments, of its address (address_class, address_names), of a column with its relation, or its reference when it has none';

-- Columns are taken where they are asked for, everything else where nothing else is.
CREATE FUNCTION governance_internal.gov_source_takes(object_types text[], columns boolean, object_type text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN right(object_type, 7) = ' column' THEN columns OR coalesce(object_type = ANY (object_types), false)
                ELSE object_type IN ('schema', 'cluster') OR object_types IS NULL OR object_type = ANY (object_types) END;
REVOKE ALL ON FUNCTION governance_internal.gov_source_takes(text[], boolean, text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_source_takes(text[], boolean, text) IS
    'says whether a source takes objects of a type. object_types, columns: those of its row in gov_source; object_type: the type';

CREATE VIEW governance_internal.gov_source_leaves_out AS
    SELECT s.source, s.kind, governance_internal.gov_object_pattern(p.pattern) AS pattern
      FROM ONLY @extschema@.gov_source AS s CROSS JOIN unnest(s.excluded) AS p (pattern);
REVOKE ALL ON governance_internal.gov_source_leaves_out FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_source_leaves_out IS
    'what each source leaves out, as patterns for LIKE';

CREATE VIEW governance_internal.gov_catalog_excluded AS
    WITH RECURSIVE out (catalog, oid, subid) AS (
    SELECT f.catalog, f.oid, f.subid
      FROM governance_internal.gov_source_leaves_out AS p
      JOIN governance_internal.gov_kept_found AS f ON f.source = p.source
     WHERE f.object_type <> 'schema' AND (f.subid = 0 OR strpos(p.pattern, '.') > 0)
       AND governance_internal.gov_source_name(f.object_ref, f.address_class, f.address_names) LIKE p.pattern
    UNION
    SELECT f.catalog, f.oid, f.subid
      FROM out AS o
      JOIN governance_internal.gov_kept_found AS f ON f.parent = o.oid
     WHERE o.catalog = 'pg_catalog.pg_class'::regclass AND o.subid = 0)
    SELECT catalog, oid, subid FROM out;
REVOKE ALL ON governance_internal.gov_catalog_excluded FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_catalog_excluded IS
    'what of gov_kept_found the patterns of its source leave out, with what lives in it';

CREATE VIEW governance_internal.gov_catalog_desired AS
    SELECT row_number() OVER (ORDER BY f.object_type = 'database' DESC, f.object_type = 'schema' DESC,
                              f.parent IS NOT NULL, f.oid, f.subid) AS n,
           f.source, f.object_type, f.object_ref,
           coalesce(p.object_type, s.object_type,
                    CASE WHEN f.object_type = 'schema' THEN 'database' END) AS container_type,
           coalesce(p.object_ref, s.object_ref,
                    CASE WHEN f.object_type = 'schema' THEN 'database' END) AS container_ref,
           f.attributes, f.address_class, f.address_names, f.address_args, f.oid AS address_oid, f.subid AS address_subid
      FROM (SELECT * FROM governance_internal.gov_kept_found AS k
             WHERE NOT EXISTS (SELECT FROM governance_internal.gov_catalog_excluded AS e WHERE e.oid = k.oid AND e.catalog = k.catalog AND e.subid = k.subid)
            UNION ALL
            SELECT 'manual', NULL, NULL, 0, NULL, NULL, 'database', 'database', '{}', NULL, NULL, NULL
             WHERE EXISTS (SELECT FROM governance_internal.gov_kept_found)
               AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object AS o
                                WHERE o.object_ref = 'database' AND o.object_type = 'database'
                                  AND o.retired_at IS NULL)) AS f
      LEFT JOIN governance_internal.gov_kept_found AS p ON p.catalog = 'pg_catalog.pg_class'::regclass AND p.oid = f.parent AND p.subid = 0
      LEFT JOIN governance_internal.gov_kept_found AS s
        ON s.catalog = 'pg_catalog.pg_namespace'::regclass AND s.oid = f.schema AND f.object_type <> 'schema';
REVOKE ALL ON governance_internal.gov_catalog_desired FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_catalog_desired IS
    'what gov_kept_found says should be live, with containers, numbered so that containers tend to come before what lives in them, without what gov_catalog_excluded has; the database is added when nobody has it yet';

-- What the cluster has beside this database, which every database notes for itself.
-- What the server makes is left out, and so are templates, and this database, which
-- is an object whatever it is called.
CREATE VIEW governance_internal.gov_cluster_desired AS
    WITH found AS (
    SELECT 'role' AS word, r.rolname AS name, r.oid,
           jsonb_strip_nulls(jsonb_build_object('login', NULLIF(r.rolcanlogin, false), 'superuser', NULLIF(r.rolsuper, false))) AS attributes
      FROM pg_catalog.pg_roles AS r
     WHERE r.rolname !~ '^pg_'
    UNION ALL
    SELECT 'database', d.datname, d.oid, jsonb_build_object('owner', pg_get_userbyid(d.datdba))
      FROM pg_catalog.pg_database AS d
     WHERE NOT d.datistemplate AND d.datname <> current_database()
    UNION ALL
    SELECT 'tablespace', t.spcname, t.oid, jsonb_build_object('owner', pg_get_userbyid(t.spcowner))
      FROM pg_catalog.pg_tablespace AS t
     WHERE t.spcname !~ '^pg_')
    SELECT 0::bigint AS n, s.source, 'cluster' AS object_type, 'cluster' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref,
           '{}'::jsonb AS attributes, NULL::text AS address_class, NULL::text[] AS address_names, NULL::text[] AS address_args,
           NULL::oid AS address_oid, 0 AS address_subid
      FROM ONLY @extschema@.gov_source AS s
     WHERE s.source = 'cluster' AND s.kind = 'catalog'
    UNION ALL
    SELECT row_number() OVER (ORDER BY f.word COLLATE "C", f.oid), s.source, f.word, quote_ident(f.name), 'cluster', 'cluster',
           f.attributes, f.word, ARRAY[f.name::text], '{}', f.oid, 0
      FROM ONLY @extschema@.gov_source AS s
      JOIN found AS f ON governance_internal.gov_source_takes(s.object_types, s.columns, f.word)
     WHERE s.source = 'cluster' AND s.kind = 'catalog'
       AND NOT EXISTS (SELECT FROM governance_internal.gov_source_leaves_out AS p
                        WHERE p.source = s.source AND f.name LIKE p.pattern);
REVOKE ALL ON governance_internal.gov_cluster_desired FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_cluster_desired IS
    'roles, databases and tablespaces of the cluster that source cluster takes, and the cluster, in which they live';

------------------------------------------------------------------------------
-- inventory/relation: objects from a relation of the application
------------------------------------------------------------------------------

CREATE FOREIGN TABLE governance_internal.gov_kept_read (
    object_type    text,
    object_ref     text,
    container_type text,
    container_ref  text
) SERVER gov_kept;
REVOKE ALL ON governance_internal.gov_kept_read FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_kept_read IS
    'what the sync that is running read from a relation';

CREATE VIEW governance_internal.gov_relation_desired AS
    SELECT row_number() OVER (ORDER BY d.container_ref IS NOT NULL, c.container_ref IS NULL) AS n,
           d.object_type, d.object_ref, d.container_type, d.container_ref
      FROM (SELECT DISTINCT object_type, object_ref, container_type, container_ref
              FROM governance_internal.gov_kept_read) AS d
      LEFT JOIN (SELECT DISTINCT container_type, container_ref
                   FROM governance_internal.gov_kept_read) AS c
        ON c.container_type = d.object_type AND c.container_ref = d.object_ref;
REVOKE ALL ON governance_internal.gov_relation_desired FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_relation_desired IS
    'what gov_kept_read says should be live, numbered so that containers tend to come before what lives in them';

CREATE FUNCTION governance_internal.gov_relation_excluded(of_source text) RETURNS TABLE (object_type text, object_ref text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH RECURSIVE out (object_type, object_ref) AS (
    SELECT d.object_type, d.object_ref
      FROM governance_internal.gov_source_leaves_out AS p
      JOIN governance_internal.gov_kept_read AS d ON d.object_ref LIKE p.pattern
     WHERE p.source = of_source
    UNION
    SELECT d.object_type, d.object_ref
      FROM out AS o
      JOIN governance_internal.gov_kept_read AS d ON d.container_ref = o.object_ref AND d.container_type = o.object_type)
    SELECT object_type, object_ref FROM out;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_relation_excluded(text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_relation_excluded(text) IS
    'finds what of gov_kept_read the patterns of its source leave out, with what lives in it. of_source: the source';

------------------------------------------------------------------------------
-- inventory/sync: syncing objects with their sources: gov_sync
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_sync(source text DEFAULT NULL, force boolean DEFAULT false)
    RETURNS TABLE (source text, born bigint, renamed bigint, replaced bigint, moved bigint, retired bigint,
                   revived bigint, changed bigint, unchanged bigint, conflicts bigint, changes text)
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION @extschema@.gov_sync(text, boolean) IS 'brings gov_object up to date with a source, or with all that are enabled; one row per source. Each object counts once, in the first of: conflicts (another source has it), born, revived (retired and back), replaced (another object bears its name, its own is gone; or another one of its kind took its place), moved (other container), renamed, changed (owner and the like), unchanged; retired are those that are gone. changes names the first ten that are not merely changed or unchanged, one a line, retired ones first; gov_object_event has all. With force the brake is off. Errors: 42704 no such source; 55000 it is disabled; QVB01 more than governance.retire_limit percent and more than 10, or all, of its objects would be retired, of a schema of those that hold data (tables, foreign tables, sequences, extensions) or have facts of their own; for a relation also those of gov_enroll_relation; 40001 somebody else changed the same objects';
REVOKE ALL ON FUNCTION @extschema@.gov_sync(text, boolean) FROM PUBLIC;

CREATE VIEW @extschema@.gov_held_back AS
    SELECT h.source, h.object_type, h.object_ref, o.object_id, h.since
      FROM ONLY @extschema@.gov_source_held AS h
      JOIN ONLY @extschema@.gov_object AS o ON o.object_ref = h.object_ref AND o.object_type = h.object_type
     WHERE o.retired_at IS NULL AND o.source = h.source;
REVOKE ALL ON @extschema@.gov_held_back FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_held_back IS
    'objects that are gone from their source, and that the brake kept from being retired when gov_reconcile ran; gov_sync(source, force => true) retires them';
COMMENT ON COLUMN @extschema@.gov_held_back.source IS 'the source, blocked with QVB01 (gov_source_block)';
COMMENT ON COLUMN @extschema@.gov_held_back.object_type IS 'type of the object';
COMMENT ON COLUMN @extschema@.gov_held_back.object_ref IS 'its reference';
COMMENT ON COLUMN @extschema@.gov_held_back.object_id IS 'its identity';
COMMENT ON COLUMN @extschema@.gov_held_back.since IS 'when it was first held back';

-- Live objects of catalogs whose OID was noted elsewhere and still holds; src/inventory/moved.c
-- tells when.  The columns are those of gov_object that a sync writes.
CREATE FUNCTION governance_internal.gov_addresses_kept(this_system bigint, this_database oid)
RETURNS TABLE (
    object_id        bigint,
    container_id     bigint,
    source           text,
    object_type      text,
    object_ref       text,
    attributes       jsonb,
    address_class    text,
    address_names    text[],
    address_args     text[],
    address_oid      oid,
    address_system   bigint,
    address_database oid,
    address_subid    integer
)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH elsewhere AS MATERIALIZED (
    SELECT o.*, f.family, CASE f.family WHEN 'schema' THEN o.address_names ELSE o.address_names[1:2] END AS names
      FROM ONLY @extschema@.gov_object AS o
     CROSS JOIN LATERAL (SELECT CASE WHEN o.address_subid > 0 OR o.address_class IN ('table', 'view', 'materialized view', 'foreign table', 'sequence') THEN 'relation'
                                     WHEN o.address_class IN ('function', 'procedure', 'aggregate') THEN 'routine'
                                     WHEN o.address_class = 'schema' THEN 'schema' END) AS f (family)
     WHERE o.retired_at IS NULL AND o.address_oid IS NOT NULL AND f.family IS NOT NULL
       AND (o.address_system, o.address_database) IS DISTINCT FROM (this_system, this_database)),
    here AS MATERIALIZED (
    SELECT 'relation' AS family, c.oid, ARRAY[n.nspname, c.relname]::text[] AS names
      FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.relkind NOT IN ('i', 'I', 't', 'c')
    UNION ALL
    SELECT 'routine', p.oid, ARRAY[n.nspname, p.proname]::text[]
      FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
    UNION ALL
    SELECT 'schema', n.oid, ARRAY[n.nspname]::text[] FROM pg_catalog.pg_namespace AS n),
    seen AS MATERIALIZED (
    -- the schema may have been renamed: the last part of the name is enough beside the OID
    SELECT e.object_id, e.address_system AS was_system, e.address_database AS was_database, e.family, h.oid IS NOT NULL AS leads,
           coalesce(h.names[cardinality(h.names)] = e.names[cardinality(e.names)], false) AS agrees,
           e.names IN (SELECT t.names FROM here AS t WHERE t.family = e.family) AS named
      FROM elsewhere AS e
      LEFT JOIN here AS h ON h.oid = e.address_oid AND h.family = e.family),
    origin AS (
    SELECT s.was_system, s.was_database, s.family
      FROM seen AS s
     GROUP BY s.was_system, s.was_database, s.family
    HAVING bool_or(s.agrees) AND NOT bool_or(s.named AND NOT s.agrees))
    SELECT e.object_id, e.container_id, e.source, e.object_type, e.object_ref, e.attributes,
           e.address_class, e.address_names, e.address_args, e.address_oid, this_system, this_database, e.address_subid
      FROM elsewhere AS e
      JOIN seen AS s ON s.object_id = e.object_id
      JOIN origin AS r ON r.was_system IS NOT DISTINCT FROM s.was_system AND r.was_database IS NOT DISTINCT FROM s.was_database AND r.family = s.family
     WHERE s.leads;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_addresses_kept(bigint, oid) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_addresses_kept(bigint, oid) IS
    'live objects of catalogs whose OID was noted in another database or cluster of which this one is a copy, files and OIDs: some relation (routine, schema) that was noted there has its OID and its name here, and none has its name under another OID. this_system, this_database: the cluster and the database';

-- What an object is called here that was registered elsewhere: in another
-- database or cluster, where its OID held.
CREATE FUNCTION governance_internal.gov_addresses_elsewhere(this_system bigint, this_database oid)
RETURNS TABLE (
    object_id        bigint,
    container_id     bigint,
    source           text,
    object_type      text,
    object_ref       text,
    attributes       jsonb,
    state            text,
    address_class    text,
    address_names    text[],
    address_args     text[],
    address_oid      oid,
    address_system   bigint,
    address_database oid,
    address_subid    integer
)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH here AS MATERIALIZED (
    SELECT f.source, f.object_type, f.object_ref, f.oid, f.subid, f.address_class, f.address_names, f.address_args
      FROM ONLY @extschema@.gov_source AS s
     CROSS JOIN LATERAL governance_internal.gov_catalog_found(s.source, '{}', true) AS f
     WHERE s.kind = 'catalog' AND s.enabled AND f.source = s.source
    UNION ALL
    SELECT d.source, d.object_type, d.object_ref, d.address_oid, d.address_subid, d.address_class, d.address_names, d.address_args
      FROM governance_internal.gov_cluster_desired AS d)
    SELECT o.object_id, o.container_id, o.source, o.object_type, o.object_ref, o.attributes,
           CASE WHEN h.oid IS DISTINCT FROM o.address_oid AND k.object_id IS NOT NULL THEN 'bound'
                WHEN h.oid IS NULL THEN 'lost' WHEN h.source <> o.source THEN 'ambiguous' ELSE 'confirmed' END,
           h.address_class, h.address_names, h.address_args, h.oid, this_system, this_database, coalesce(h.subid, o.address_subid)
      FROM ONLY @extschema@.gov_object AS o
      LEFT JOIN here AS h ON h.object_ref = o.object_ref AND h.object_type = o.object_type
      LEFT JOIN governance_internal.gov_addresses_kept(this_system, this_database) AS k ON k.object_id = o.object_id
     WHERE o.retired_at IS NULL AND o.address_oid IS NOT NULL
       AND (o.address_system, o.address_database) IS DISTINCT FROM (this_system, this_database);
END;
REVOKE ALL ON FUNCTION governance_internal.gov_addresses_elsewhere(bigint, oid) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_addresses_elsewhere(bigint, oid) IS
    'finds the live objects of catalogs whose OID was noted in another database or cluster, and what bears their name here. this_system, this_database: the cluster and the database. state: confirmed (found in the same source), bound (has another name here, and its OID), ambiguous (found in another source) or lost';

CREATE FOREIGN TABLE governance_internal.gov_kept_desired (
    n              bigint,
    source         text,
    object_type    text,
    object_ref     text,
    container_type text,
    container_ref  text,
    attributes     jsonb,
    address_class  text,
    address_names  text[],
    address_args   text[],
    address_oid    oid,
    address_subid  integer
) SERVER gov_kept;
REVOKE ALL ON governance_internal.gov_kept_desired FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_kept_desired IS
    'what should be live, says the source that is being synced';

-- Which registered object is a desired one; src/inventory/sync.c tells the rules.
CREATE FUNCTION governance_internal.gov_sync_match(this_system bigint, this_database oid, whole boolean)
RETURNS TABLE (
    object_id      bigint,
    born           boolean,
    other          bigint,
    source         text,
    object_type    text,
    object_ref     text,
    container_type text,
    container_ref  text,
    attributes     jsonb,
    address_class  text,
    address_names  text[],
    address_args   text[],
    address_oid    oid,
    address_subid  integer
)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    -- was: what a desired one would be called if its schema had not been renamed since the last sync
    WITH RECURSIVE moved AS MATERIALIZED (
    -- by OID: a source may have very many objects
    SELECT s.source, o.object_ref, quote_ident(n.nspname) AS called
      FROM ONLY @extschema@.gov_source AS s
      JOIN pg_catalog.pg_namespace AS n ON s.source = 'schema:' || n.nspname
      JOIN ONLY @extschema@.gov_object AS o
        ON o.address_oid = n.oid AND o.address_class = 'schema' AND o.source = s.source AND o.retired_at IS NULL
       AND coalesce(o.address_system = this_system AND o.address_database = this_database, false)
     WHERE s.kind = 'catalog' AND o.object_ref <> quote_ident(n.nspname)),
    was AS MATERIALIZED (
    SELECT d.n, m.object_ref || substr(d.object_ref, length(m.called) + 1) AS object_ref
      FROM moved AS m
      JOIN governance_internal.gov_kept_desired AS d ON d.source = m.source AND starts_with(d.object_ref, m.called || '.')),
    called AS MATERIALIZED (
    SELECT w.n, o.object_id
      FROM was AS w
      JOIN governance_internal.gov_kept_desired AS d ON d.n = w.n
      JOIN ONLY @extschema@.gov_object AS o ON o.object_ref = w.object_ref AND o.object_type = d.object_type AND o.source = d.source AND o.retired_at IS NULL
     WHERE NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object AS b
                        WHERE b.object_ref = d.object_ref AND b.object_type = d.object_type AND b.retired_at IS NULL)),
    -- bearer: who bears a desired name, as it is registered, or nobody else and since its schema was renamed
    bearer AS (
    SELECT c.n, c.object_id FROM called AS c
    UNION ALL
    SELECT d.n, o.object_id
      FROM governance_internal.gov_kept_desired AS d
      JOIN ONLY @extschema@.gov_object AS o ON o.object_ref = d.object_ref AND o.object_type = d.object_type AND o.retired_at IS NULL
     WHERE NOT EXISTS (SELECT FROM called AS c WHERE c.object_id = o.object_id)),
    -- held: who bears a desired name now; "open" to be it, and where its OID leads
    held AS (
    SELECT d.n, o.object_id, t.n AS leads_to,
           o.source = d.source OR (o.address_class IS NOT NULL AND d.address_class IS NOT NULL) AS open
      FROM bearer AS b
      JOIN governance_internal.gov_kept_desired AS d ON d.n = b.n
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = b.object_id
      LEFT JOIN governance_internal.gov_kept_desired AS t
         ON o.address_oid = t.address_oid AND o.address_subid = t.address_subid AND o.address_class = t.address_class
        AND coalesce(o.address_system = this_system AND o.address_database = this_database, false)),
    -- keeps: who keeps a name although its OID is gone; most lead to themselves, and
    -- are told apart before they are joined, which may be by a nested loop
    keeps AS (
    SELECT h.n, h.object_id
      FROM held AS h
     WHERE h.open AND (h.leads_to IS NULL OR (h.leads_to <> h.n AND h.leads_to IN (SELECT r.n FROM held AS r WHERE NOT r.open)))
    UNION
    -- or its table lives on as a partition of the one that bears the name now
    SELECT h.n, h.object_id
      FROM held AS h
      JOIN governance_internal.gov_kept_desired AS d ON d.n = h.n
      JOIN governance_internal.gov_kept_desired AS p ON p.n = h.leads_to
     WHERE h.open AND h.leads_to <> h.n AND d.attributes ? 'partitioned' AND p.attributes ? 'partition'
       AND p.container_type = d.object_type AND p.container_ref = d.object_ref
    UNION
    SELECT h.n, h.object_id
      FROM keeps AS k JOIN held AS h ON h.leads_to = k.n
     WHERE h.open),
    -- known: who has a desired OID
    known AS (
    SELECT DISTINCT ON (d.n) d.n, o.object_id
      FROM governance_internal.gov_kept_desired AS d
      JOIN ONLY @extschema@.gov_object AS o
         ON o.address_oid = d.address_oid AND o.address_subid = d.address_subid AND o.address_class = d.address_class
        AND coalesce(o.address_system = this_system AND o.address_database = this_database, false)
     WHERE o.retired_at IS NULL
       AND NOT EXISTS (SELECT FROM keeps AS k WHERE k.object_id = o.object_id)
     ORDER BY d.n, o.object_id),
    -- here: the live object that a desired one is; "other" when the name is another source's
    here AS (
    SELECT d.*, CASE WHEN NOT h.open THEN h.object_id END AS other,
           CASE WHEN NOT h.open THEN w.object_id
                WHEN h.leads_to = d.n THEN h.object_id
                ELSE coalesce(k.object_id, w.object_id) END AS object_id
      FROM governance_internal.gov_kept_desired AS d
      LEFT JOIN held AS h ON h.n = d.n
      LEFT JOIN keeps AS k ON k.n = d.n
      LEFT JOIN known AS w ON w.n = d.n),
    -- heir: the live object, gone as such, whose place a desired one of the same kind takes
    heir AS (
    SELECT DISTINCT ON (c.n) c.n, c.object_id
      FROM (SELECT l.n, o.object_id
              FROM here AS l
              JOIN (SELECT d.n, d.object_ref FROM governance_internal.gov_kept_desired AS d
                    UNION ALL SELECT w.n, w.object_ref FROM was AS w) AS u ON u.n = l.n
              JOIN ONLY @extschema@.gov_object AS o ON o.object_ref = u.object_ref AND o.source = l.source AND o.retired_at IS NULL
             WHERE l.object_id IS NULL AND l.other IS NULL AND o.object_type <> l.object_type
               AND l.address_class IS NOT NULL AND o.address_class IS NOT NULL
               AND regexp_replace(l.object_type, ' column$', '') IN ('table', 'view', 'materialized view', 'foreign table')
               AND regexp_replace(o.object_type, ' column$', '') IN ('table', 'view', 'materialized view', 'foreign table')
               AND (l.address_subid > 0) = (o.address_subid > 0)
            UNION ALL
            -- a routine, where the name was that of one alone, and is
            SELECT l.n, o.object_id
              FROM here AS l
              JOIN ONLY @extschema@.gov_object AS o
                ON o.source = l.source AND o.address_names[2] = l.address_names[2] AND o.retired_at IS NULL
             WHERE l.object_id IS NULL AND l.other IS NULL AND (l.object_ref <> o.object_ref OR l.object_type <> o.object_type)
               AND l.object_type IN ('function', 'procedure') AND o.object_type IN ('function', 'procedure')
               AND NOT EXISTS (SELECT FROM governance_internal.gov_kept_desired AS t
                                WHERE t.address_names = l.address_names AND t.n <> l.n
                                  AND t.object_type IN ('function', 'procedure', 'aggregate'))
               AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object AS t
                                WHERE t.source = l.source AND t.address_names[2] = l.address_names[2] AND t.object_id <> o.object_id
                                  AND t.retired_at IS NULL AND t.object_type IN ('function', 'procedure', 'aggregate'))) AS c
     WHERE whole AND NOT EXISTS (SELECT FROM here AS m WHERE m.object_id = c.object_id)
     ORDER BY c.n, c.object_id),
    -- back: the retired object that a desired one is, by OID before name
    back AS (
    SELECT DISTINCT ON (b.n) b.n, b.object_id
      FROM (SELECT l.n, o.object_id, o.retired_at, true AS by_oid
              FROM here AS l
              JOIN ONLY @extschema@.gov_object AS o
                 ON o.address_oid = l.address_oid AND o.address_subid = l.address_subid AND o.address_class = l.address_class
        AND coalesce(o.address_system = this_system AND o.address_database = this_database, false) AND o.retired_at IS NOT NULL
             WHERE l.object_id IS NULL AND l.other IS NULL AND NOT EXISTS (SELECT FROM heir AS i WHERE i.n = l.n)
            UNION ALL
            SELECT l.n, o.object_id, o.retired_at, false
              FROM here AS l
              JOIN ONLY @extschema@.gov_object AS o
                ON o.object_ref = l.object_ref AND o.object_type = l.object_type AND o.retired_at IS NOT NULL
               -- the name of an extension is the database's, whatever schema it was in
               AND (o.source = l.source OR (o.object_type = 'extension' AND o.address_class = l.address_class))
             WHERE l.object_id IS NULL AND l.other IS NULL AND NOT EXISTS (SELECT FROM heir AS i WHERE i.n = l.n)
               AND NOT EXISTS (SELECT FROM governance_internal.gov_kept_desired AS t
                                WHERE o.address_oid = t.address_oid AND o.address_subid = t.address_subid AND o.address_class = t.address_class
        AND coalesce(o.address_system = this_system AND o.address_database = this_database, false))) AS b
     ORDER BY b.n, b.by_oid DESC, b.retired_at DESC, b.object_id DESC)
    SELECT coalesce(s.object_id, s.revived), coalesce(s.object_id, s.revived) IS NULL, s.other,
           s.source, s.object_type, s.object_ref, s.container_type, s.container_ref,
           s.attributes, s.address_class, s.address_names, s.address_args, s.address_oid, s.address_subid
      FROM (SELECT l.*, coalesce(i.object_id, b.object_id) AS revived
              FROM here AS l LEFT JOIN heir AS i ON i.n = l.n LEFT JOIN back AS b ON b.n = l.n) AS s
     ORDER BY s.n;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_sync_match(bigint, oid, boolean) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_sync_match(bigint, oid, boolean) IS
    'says which registered object each row of gov_kept_desired is: born when none, with the object that bears its name when that is another source''s. this_system, this_database: the cluster and the database in which the OIDs hold; whole: that gov_kept_desired is all that a source holds, so that what it lacks is gone';

CREATE FOREIGN TABLE governance_internal.gov_kept_match (
    object_id      bigint,
    born           boolean,
    other          bigint,
    source         text,
    object_type    text,
    object_ref     text,
    container_type text,
    container_ref  text,
    attributes     jsonb,
    address_class  text,
    address_names  text[],
    address_args   text[],
    address_oid    oid,
    address_subid  integer
) SERVER gov_kept;
REVOKE ALL ON governance_internal.gov_kept_match FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_kept_match IS
    'what gov_sync_match gave the sync that is running, with an object_id for each that is born';

-- A container is looked for among the desired objects, then among live ones of
-- other sources.
CREATE FUNCTION governance_internal.gov_sync_plan(synced text, this_system bigint, this_database oid)
RETURNS TABLE (
    action         text,
    object_id      bigint,
    container_id   bigint,
    source         text,
    object_type    text,
    object_ref     text,
    container_type text,
    container_ref  text,
    attributes     jsonb,
    address_class  text,
    address_names  text[],
    address_args   text[],
    address_oid    oid,
    address_system bigint,
    address_database oid,
    address_subid  integer
)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT CASE WHEN d.other IS NOT NULL THEN 'conflict'
                WHEN o.object_id IS NULL THEN 'born'
                WHEN o.retired_at IS NOT NULL THEN 'revived'
                WHEN (o.address_oid <> d.address_oid OR o.address_subid <> d.address_subid)
                     AND coalesce(o.address_system = this_system AND o.address_database = this_database, false)
                     THEN 'replaced'
                WHEN o.container_id IS DISTINCT FROM c.container_id THEN 'moved'
                WHEN o.object_ref <> d.object_ref OR o.object_type <> d.object_type THEN 'renamed'
                WHEN o.source <> d.source OR o.attributes <> d.attributes
                     OR (o.address_class, o.address_names, o.address_args, o.address_oid, o.address_subid,
                         o.address_system, o.address_database) IS DISTINCT FROM
                        (d.address_class, d.address_names, d.address_args, d.address_oid, d.address_subid,
                         h.address_system, h.address_database) THEN 'changed'
                ELSE 'unchanged' END,
           d.object_id, c.container_id, d.source, d.object_type, d.object_ref, d.container_type, d.container_ref,
           d.attributes, d.address_class, d.address_names, d.address_args, d.address_oid,
           h.address_system, h.address_database, d.address_subid
      FROM governance_internal.gov_kept_match AS d
      LEFT JOIN ONLY @extschema@.gov_object AS o ON o.object_id = d.object_id AND NOT d.born
      LEFT JOIN governance_internal.gov_kept_match AS cd
        ON cd.object_ref = d.container_ref AND cd.object_type = d.container_type
      LEFT JOIN ONLY @extschema@.gov_object AS co
        ON co.object_ref = d.container_ref AND co.object_type = d.container_type
       AND co.retired_at IS NULL AND co.source <> synced
     CROSS JOIN LATERAL (SELECT coalesce(cd.object_id, cd.other, co.object_id)) AS c (container_id)
     CROSS JOIN LATERAL (SELECT CASE WHEN d.address_oid IS NOT NULL THEN this_system END,
                                CASE WHEN d.address_oid IS NOT NULL THEN this_database END) AS h (address_system, address_database)
    UNION ALL
    SELECT 'retired', o.object_id, NULL, o.source, o.object_type, o.object_ref,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, o.address_subid
      FROM ONLY @extschema@.gov_object AS o
     WHERE o.object_id IN (SELECT l.object_id FROM ONLY @extschema@.gov_object AS l WHERE l.source = synced AND l.retired_at IS NULL
                           UNION ALL
                           SELECT w.object_id
                             FROM governance_internal.gov_kept_match AS t
                             JOIN ONLY @extschema@.gov_object AS w
                                ON w.address_oid = t.address_oid AND w.address_subid = t.address_subid AND w.address_class = t.address_class
        AND coalesce(w.address_system = this_system AND w.address_database = this_database, false)
                            WHERE w.retired_at IS NULL
                           UNION ALL
                           -- with a relation, whichever of its columns is there no more
                           SELECT w.object_id
                             FROM governance_internal.gov_kept_match AS t
                             JOIN ONLY @extschema@.gov_object AS w
                                ON w.address_oid = t.address_oid AND w.address_class = t.address_class || ' column'
        AND coalesce(w.address_system = this_system AND w.address_database = this_database, false)
                            WHERE w.retired_at IS NULL AND t.address_subid = 0)
       AND NOT EXISTS (SELECT FROM governance_internal.gov_kept_match AS m WHERE m.object_id = o.object_id);
END;
REVOKE ALL ON FUNCTION governance_internal.gov_sync_plan(text, bigint, oid) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_sync_plan(text, bigint, oid) IS
    'says what is to be done with each object of gov_kept_match, and with each that is gone. synced: the source; this_system, this_database: the cluster and the database in which the OIDs hold';

CREATE FOREIGN TABLE governance_internal.gov_kept_plan (
    action         text,
    object_id      bigint,
    container_id   bigint,
    source         text,
    object_type    text,
    object_ref     text,
    container_type text,
    container_ref  text,
    attributes     jsonb,
    address_class  text,
    address_names  text[],
    address_args   text[],
    address_oid    oid,
    address_system bigint,
    address_database oid,
    address_subid  integer
) SERVER gov_kept;
REVOKE ALL ON governance_internal.gov_kept_plan FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_kept_plan IS
    'what gov_sync_plan gave the sync that is running';

------------------------------------------------------------------------------
-- inventory/enroll: enrolling schemas and relations of the application as sources
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_enroll_schema(schema text, object_types text[] DEFAULT NULL, exclude text[] DEFAULT NULL, columns boolean DEFAULT NULL)
    RETURNS TABLE (object_type text, objects bigint, unchanged boolean)
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION @extschema@.gov_enroll_schema(text, text[], text[], boolean) IS 'governs the objects of a schema, given by name, all or those of the types in object_types (the schema itself always), but for those whose name fits a pattern of exclude (as gov_exclude takes them; NULL leaves the patterns there are); with columns the columns of its relations too, those of partitions and system columns aside (object_types can name single types, as table column, beside the relations they are of; NULL leaves it as it is, at first without); they are registered at once and followed by gov_sync, as source schema:NAME. Members of extensions are left out, the extension stands for them, unless a role owns them that is no superuser, which could hide what it likes so. The same schema again takes another list of types or patterns; an admin takes types off it or adds patterns, whose objects are retired. Returns the live objects of the source by type, and whether nothing was written. Errors: 3F000 no such schema; 42501 the session user has no USAGE on it, or is no admin and takes something off; 22023 a schema of the server, an unknown type, columns without their relations, or a pattern with the schema in it; QVB01 too much would be retired';
REVOKE ALL ON FUNCTION @extschema@.gov_enroll_schema(text, text[], text[], boolean) FROM PUBLIC;

CREATE FUNCTION @extschema@.gov_enroll_cluster(object_types text[] DEFAULT NULL, exclude text[] DEFAULT NULL)
    RETURNS TABLE (object_type text, objects bigint, unchanged boolean)
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION @extschema@.gov_enroll_cluster(text[], text[]) IS 'governs roles, databases and tablespaces of the cluster, all or those of the types in object_types, but for those whose name fits a pattern of exclude (as gov_exclude takes them; NULL leaves the patterns there are); they are registered at once, in object cluster, and followed by gov_sync, as source cluster. Each database does so for itself. Left out are what the server makes (pg_*), templates, and this database, which is an object of its own. The same again takes another list of types or patterns; an admin takes types off it or adds patterns, whose objects are retired. Returns the live objects of the source by type, and whether nothing was written. Errors: 42501 no admin, and something is taken off; 22023 an unknown type; 42710 a source of that code is a relation; QVB01 too much would be retired';
REVOKE ALL ON FUNCTION @extschema@.gov_enroll_cluster(text[], text[]) FROM PUBLIC;

CREATE FUNCTION @extschema@.gov_enroll_relation(source text, relation text)
    RETURNS TABLE (object_type text, objects bigint, unchanged boolean)
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION @extschema@.gov_enroll_relation(text, text) IS 'governs what a relation of the application lists: any relation, given as schema.name, or function without arguments that returns rows, given as schema.name(), with columns object_type, object_ref, container_type and container_ref (NULL for none). It is read at once and at every gov_sync, as its owner, read-only, in a security-restricted operation; whoever enrols it is the owner or a member of that role, or a superuser in the owner''s name. The same source again takes another relation, by a member of the role that registered it or an admin; an admin is not braked then. Returns the live objects of the source by type, and whether nothing was written. Where row security may hide rows from the role that reads, nothing is retired unless forced; a function fails then. Renamed, or its schema, it is followed. Errors: 42602 name without schema; 42P01 no such relation, 42883 no such function; 42809 none with rows; 42703 a column is missing; 42501 it is of another role, or reads or calls what is of another, or its owner may not SELECT or EXECUTE it, or the source is another role''s; 23502, 22004, 23514 rows that are no objects; 21000 an object in two containers; 23503 a container nobody knows; 42710 the source is of another kind; QVB01 too much would be retired';
REVOKE ALL ON FUNCTION @extschema@.gov_enroll_relation(text, text) FROM PUBLIC;

------------------------------------------------------------------------------
-- inventory/register: registering and retiring objects one by one, by hand
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_register_object(object_type text, object_ref text,
                                    container_type text DEFAULT NULL, container_ref text DEFAULT NULL)
    RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION @extschema@.gov_register_object(text, text, text, text) IS 'registers one object by hand, in the container that container_type and container_ref name when they are given. Answers created, changed or unchanged. Again with the same: nothing changes; with another container: it moves; with none: it stays where it is. One that was retired by hand is live again under its old object_id. Errors: 22004, 22023, 22001 bad names; 42704 the container is no object; 42P08 it could be several; 55000 the object follows another source; 23514 containers would form a cycle';
REVOKE ALL ON FUNCTION @extschema@.gov_register_object(text, text, text, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.gov_retire_object(object_type text, object_ref text, reason text DEFAULT NULL)
    RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION @extschema@.gov_retire_object(text, text, text) IS 'retires one object that was registered by hand; the reason stays in its attributes as retired_reason. Answers ended, or unchanged where it was retired before. Errors: 42704 no such object; 42P08 one that could be several; 55000 it follows another source; 2BP01 live objects are in it';
REVOKE ALL ON FUNCTION @extschema@.gov_retire_object(text, text, text) FROM PUBLIC;

------------------------------------------------------------------------------
-- inventory/unenroll: letting a source go, or rest: gov_unenroll and gov_set_source
------------------------------------------------------------------------------

-- Rows that have no object_id are containers of what is kept.
CREATE FUNCTION governance_internal.gov_source_kept(of_source text) RETURNS TABLE (object_id bigint, what text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH RECURSIVE pointed (object_id, what) AS (
    SELECT p.object_id, p.what
      FROM (SELECT a.object_id, 'assignments' FROM ONLY @extschema@.gov_assignment AS a
            UNION
            SELECT w.object_id, 'ownership' FROM ONLY @extschema@.gov_ownership AS w
            UNION
            SELECT d.object_id, 'decisions' FROM ONLY @extschema@.gov_decision AS d
            UNION
            SELECT v.object_id, 'values' FROM ONLY @extschema@.gov_axis_value AS v
            UNION
            SELECT r.scope_container, 'coverage rules' FROM ONLY @extschema@.gov_coverage_rule AS r
            UNION
            SELECT r.object_id, 'label rules' FROM ONLY @extschema@.gov_label_rule AS r
            UNION
            SELECT l.object_id, 'projected labels' FROM ONLY @extschema@.gov_label_projection AS l
            UNION
            SELECT i.container_id, 'objects of other sources' FROM ONLY @extschema@.gov_object AS i WHERE i.source <> of_source) AS p (object_id, what)
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = p.object_id AND o.source = of_source),
    climb (object_id) AS (
    SELECT p.object_id FROM pointed AS p
    UNION
    SELECT c.object_id
      FROM climb AS k
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = k.object_id
      JOIN ONLY @extschema@.gov_object AS c ON c.object_id = o.container_id AND c.source = of_source)
    SELECT p.object_id, p.what FROM pointed AS p
    UNION ALL
    SELECT k.object_id, NULL FROM climb AS k;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_source_kept(text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_source_kept(text) IS
    'names the objects of a source that something points at, and by what (NULL for the containers of such); the others can be forgotten. of_source: the source';

CREATE FUNCTION @extschema@.gov_unenroll(source text, forget boolean DEFAULT false, reason text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_unenroll(text, boolean, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_unenroll(text, boolean, text) IS 'lets an enrolled schema or relation go: its objects are retired, the reason stays in their attributes as retired_reason, and no sync looks at it. Their assignments and owners count nowhere, and come back with them when it is enrolled again. source: its code, for a schema schema:NAME; forget: objects, live and retired, that nothing points at (assignments, ownership, decisions, values that mirror them, scopes of rules, labels, objects of other sources) are deleted, and the source with the last of them, unless a pattern of gov_enroll_schemas would bring it back; reason: kept in the ledger with what the source was. Answers ended and how many objects were retired, forgotten and kept, or unchanged where it was let go, or is to be forgotten and not there. Errors: 42704 no such source; 55000 source manual; 2BP01 objects of other sources live in its own, which are named; 40001 somebody else changed the same objects';

CREATE FUNCTION @extschema@.gov_set_source(source text, enabled boolean, reason text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_source(text, boolean, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_source(text, boolean, text) IS 'says whether syncs look at a source. A disabled one is passed over, its objects stay as they are, neither followed nor retired, and gov_source_state says so. source: its code; enabled: false to disable it; reason: kept in the ledger. Answers changed, or unchanged where it is so. Errors: 42704 no such source; 55000 source manual, or it was un-enrolled';

CREATE VIEW @extschema@.gov_source_state AS
    SELECT s.source, s.kind, s.relation,
           CASE WHEN s.unenrolled_at IS NOT NULL THEN 'unenrolled'
                WHEN NOT s.enabled THEN 'disabled'
                WHEN b.source IS NOT NULL THEN 'blocked'
                ELSE 'enabled' END AS state,
           o.live, o.retired, s.object_types, s.excluded, b.reason, s.columns
      FROM ONLY @extschema@.gov_source AS s
      LEFT JOIN ONLY @extschema@.gov_source_block AS b ON b.source = s.source
     CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE g.retired_at IS NULL), count(*) FILTER (WHERE g.retired_at IS NOT NULL)
                           FROM ONLY @extschema@.gov_object AS g WHERE g.source = s.source) AS o (live, retired);
REVOKE ALL ON @extschema@.gov_source_state FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_source_state IS 'where objects come from, and whether anybody looks there: state enabled, blocked (the last sync was refused), disabled (passed over, its objects stay as they are) or unenrolled';
COMMENT ON COLUMN @extschema@.gov_source_state.state IS 'enabled, blocked, disabled or unenrolled';
COMMENT ON COLUMN @extschema@.gov_source_state.live IS 'live objects of it';
COMMENT ON COLUMN @extschema@.gov_source_state.retired IS 'retired objects of it';
COMMENT ON COLUMN @extschema@.gov_source_state.reason IS 'what blocks it; NULL for nothing';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_source_state', '@extschema@.gov_source');

------------------------------------------------------------------------------
-- inventory/exclude: what of a source is left out: gov_exclude and gov_include
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_source_excluded(of_source text) RETURNS TABLE (object_id bigint)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH RECURSIVE out (object_id) AS (
    SELECT o.object_id
      FROM governance_internal.gov_source_leaves_out AS p
      JOIN ONLY @extschema@.gov_object AS o ON o.source = p.source AND o.retired_at IS NULL
     WHERE p.source = of_source AND NOT (p.kind = 'catalog' AND o.object_type IN ('schema', 'cluster'))
       AND (o.address_subid = 0 OR strpos(p.pattern, '.') > 0)
       AND governance_internal.gov_source_name(o.object_ref, o.address_class, o.address_names) LIKE p.pattern
    UNION
    SELECT o.object_id
      FROM out AS c
      JOIN ONLY @extschema@.gov_object AS o ON o.container_id = c.object_id AND o.source = of_source AND o.retired_at IS NULL)
    SELECT object_id FROM out;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_source_excluded(text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_source_excluded(text) IS
    'finds the live objects of a source that its patterns leave out, with what lives in them. of_source: the source';

CREATE FUNCTION @extschema@.gov_exclude(source text, pattern text, reason text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_exclude(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_exclude(text, text, text) IS 'leaves objects of a source out: what is registered is retired, with all that lives in it, and no sync takes it. source: its code, for a schema schema:NAME; pattern: held against the name of an object within its schema, for a column, with a dot in the pattern, against table.column, for a relation against object_ref, * for any letters and ? for one, upper and lower case as they are; never the schema itself; reason: kept in the ledger and as retired_reason. Answers changed and how many objects were retired, or unchanged where it is excluded. gov_include takes a pattern back. Errors: 42704 no such source; 22023 the pattern names the schema; 55000 source manual; 2BP01 objects of other sources live in what would go';

CREATE FUNCTION @extschema@.gov_include(source text, pattern text, reason text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_include(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_include(text, text, text) IS 'takes a pattern of gov_exclude back, written as it was, and syncs the source where it is enabled: objects that were retired are live again, with their facts. Answers changed and how many were born and revived, or unchanged where it is not excluded. Errors: 42704 no such source; those of gov_sync';

------------------------------------------------------------------------------
-- inventory/patterns: names of schemas that come in by themselves: which those are, and the sources that patterns bring
------------------------------------------------------------------------------

CREATE VIEW governance_internal.gov_schema_matching AS
    SELECT p.pattern, p.object_types, p.columns, n.oid AS schema, 'schema:' || n.nspname AS source
      FROM ONLY @extschema@.gov_schema_pattern AS p
      JOIN pg_catalog.pg_namespace AS n ON n.nspname::text LIKE governance_internal.gov_object_pattern(p.pattern) COLLATE "C"
     WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM unnest(p.excluded) AS x (pattern)
                        WHERE n.nspname::text LIKE governance_internal.gov_object_pattern(x.pattern) COLLATE "C")
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension AS e WHERE e.extname = 'governance' AND e.extnamespace = n.oid)
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                        WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e');
REVOKE ALL ON governance_internal.gov_schema_matching FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_schema_matching IS
    'which schemas the patterns of gov_enroll_schemas mean: never one of the server, of an extension, or the one that this extension is in';

------------------------------------------------------------------------------
-- inventory/enroll_schemas: enrolling schemas by pattern: gov_enroll_schemas and gov_stop_enrolling
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_enroll_schemas(pattern text, exclude text[] DEFAULT NULL, object_types text[] DEFAULT NULL, columns boolean DEFAULT NULL)
    RETURNS TABLE (source text, state text, objects bigint, unchanged boolean)
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_enroll_schemas(text, text[], text[], boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_enroll_schemas(text, text[], text[], boolean) IS 'governs every schema whose name fits a pattern, and keeps the pattern: schemas that are made later, or renamed so, come in by themselves, at the latest with the next gov_reconcile, or gov_sync of all sources. pattern: * any letters, ? one, upper and lower case as they are; exclude: patterns of schemas that it does not mean (NULL leaves those there are); object_types: what is taken from the schemas that it brings in, as gov_enroll_schema has it (NULL: all); columns: the columns of their relations, too (NULL leaves it as it is, at first without). A schema that is enrolled, disabled or let go stays as it is: gov_enroll_schema brings one back or changes it. Never taken are schemas of the server and of extensions, and the one that this extension is in. The same pattern again takes other lists and columns, for what comes later. Returns the schemas that it means, as sources, their state (enrolled, disabled, unenrolled), their live objects, and whether nothing was written. gov_stop_enrolling ends it. Errors: 22004, 22023, 22001 a bad pattern; 22023 an unknown type; those of gov_enroll_schema';

CREATE FUNCTION @extschema@.gov_stop_enrolling(pattern text, reason text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_stop_enrolling(text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_stop_enrolling(text, text) IS 'ends a pattern of gov_enroll_schemas: no schema comes in by it any more, and what it brought stays enrolled (gov_unenroll lets a schema go). pattern: as it was given; reason: kept in the ledger with what it was. Answers ended, or unchanged where there is none. Errors: 22004, 22023, 22001 a bad pattern';

------------------------------------------------------------------------------
-- inventory/propose: what PostgreSQL's own owners suggest for the objects of a schema
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_propose_owners(schema text)
RETURNS TABLE (object_type text, object_ref text, owner_role name, authority text, owned boolean)
    LANGUAGE C STABLE PARALLEL UNSAFE CALLED ON NULL INPUT
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_propose_owners(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_propose_owners(text) IS
    'proposes what PostgreSQL''s own owners suggest for the live objects of an enrolled schema, to look at: owner_role that owned each when it was last synced, the active authority tied to that role or NULL, and whether somebody is accountable for a cell of it directly. Errors: 42704 the schema is not enrolled';

------------------------------------------------------------------------------
-- acts/axes: making axes, altering them, and moving them from status to status
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_create_axis(
    axis text, name text DEFAULT NULL, kind text DEFAULT 'deterministic',
    family text DEFAULT 'semantic', owner text DEFAULT NULL, fallback text DEFAULT NULL,
    multivalued boolean DEFAULT true
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_create_axis(text, text, text, text, text, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_create_axis(text, text, text, text, text, text, boolean) IS
    'makes an axis, status candidate. axis: its code; name: what people call it; kind: deterministic, uncertain or system; family: structural, label, semantic, pivot or system; owner: authority that answers for the axis itself; fallback: owner of last resort of its cells; multivalued: false for at most one current approved assignment per object. Answers created, or unchanged where it is there so, in whatever status. Errors: 42710 another one is there, the columns that differ are named; 23514 unknown kind or family; 42704 no such authority; 55000 the authority is retired';

CREATE FUNCTION @extschema@.gov_alter_axis(
    axis text, name text DEFAULT NULL, owner text DEFAULT NULL, fallback text DEFAULT NULL,
    reason text DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_alter_axis(text, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_alter_axis(text, text, text, text, text, text) IS
    'changes an axis: NULL leaves a column as it is, an empty text clears it. name: what people call it; owner: authority that answers for the axis itself; fallback: owner of last resort of its cells; reason: kept in the ledger, with what was before and is after; approval: of action activate_axis, for another owner or fallback of an active axis once gates are armed. Answers changed, and what, or unchanged where it is so. Errors: 42704 no such axis or authority; 55000 the axis or the authority is retired; QVA01, QVA02 approval needed or refused';

CREATE FUNCTION @extschema@.gov_set_axis_status(
    axis text, status text, reason text DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_axis_status(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_axis_status(text, text, text, text) IS
    'moves an axis to another status: candidate to active or retired, active to deprecated, deprecated to active or retired. reason: stored; approval: of action activate_axis, to make it active once gates are armed. Answers changed, or unchanged where it has the status. Errors: 42704 no such axis; 23514 unknown status; QVT01 a move not allowed; QVA01, QVA02 approval needed or refused';

------------------------------------------------------------------------------
-- acts/rules: making coverage rules, altering them, and moving them from status to status
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_create_rule(
    rule text, axis text, mode text, applies_to text[] DEFAULT NULL,
    confidence_threshold real DEFAULT 0, staleness_days integer DEFAULT 0, scope jsonb DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_create_rule(text, text, text, text[], real, integer, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_create_rule(text, text, text, text[], real, integer, jsonb) IS
    'makes a coverage rule, status candidate. mode: cross_product (every active value) or per_assignment (the values an object has); applies_to: types of objects, NULL for all; confidence_threshold: 0 to 1, assignments below it are low_confidence; staleness_days: days of 24 hours, 0 for never; scope: which objects of these types, as a JSON object with container_type and container_ref (that object and what lives in it), pattern (of references: * any letters, ? one), parts (parents, leaves or all: whether parts of tables, partitions and sequences of columns, answer through their table, as without it), or some of these; NULL for all but parts. Answers created, or unchanged where it is there so, in whatever status. Errors: 42704 no such axis or container; 42710 another one is there, the columns that differ are named; 23514 unknown mode or a number out of range; 22023 applies_to is no list, or scope no such object';

CREATE FUNCTION @extschema@.gov_alter_rule(
    rule text, applies_to text[] DEFAULT NULL, confidence_threshold real DEFAULT NULL,
    staleness_days integer DEFAULT NULL, scope jsonb DEFAULT NULL, reason text DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_alter_rule(text, text[], real, integer, jsonb, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_alter_rule(text, text[], real, integer, jsonb, text, text) IS
    'changes what a coverage rule asks for; NULL leaves it as it is. applies_to: types of objects, an empty array for all; confidence_threshold: 0 to 1; staleness_days: days of 24 hours, 0 for never; scope: as for gov_create_rule, what it does not name being as in a new rule, {} for none; reason: kept in the ledger, with what was before and is after; approval: of action activate_axis, where the rule is active once gates are armed. Axis and mode stay: another rule has others. Answers changed, and what, or unchanged where it is so. Errors: 42704 no such rule; 23514 a number out of range; 22023, 22004 applies_to is no list of types, or scope no such object; 42704 no such container; 55000 the rule is retired, or of containment and to be scoped, or active and no live object is of those types and in that scope; QVA01, QVA02 approval needed or refused';

CREATE FUNCTION @extschema@.gov_set_rule_status(
    rule text, status text, reason text DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_rule_status(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_rule_status(text, text, text, text) IS
    'moves a coverage rule to another status: candidate to active, active to retired. reason: stored; approval: of action activate_axis, to make it active once gates are armed. Answers changed, or unchanged where it has the status. Errors: 42704 no such rule; 23514 unknown status; QVT01 a move not allowed; 55000 it is for types that no live object is of; QVA01, QVA02 approval needed or refused';

------------------------------------------------------------------------------
-- acts/values: proposing values, altering them, and moving them from status to status
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_propose_value(
    axis text, value text, parent text DEFAULT NULL, provenance jsonb DEFAULT NULL,
    name text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_propose_value(text, text, text, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_propose_value(text, text, text, jsonb, text) IS
    'makes a value, status candidate. parent: value of the same axis above it; provenance: JSON object that says where it comes from (kind, source, ...); name: what people call it. Answers created, or unchanged where it is there so, in whatever status. Errors: 42704 no such axis or parent; 42710 another one is there, the columns that differ are named; 22023 provenance is no object';

CREATE FUNCTION @extschema@.gov_alter_value(
    axis text, value text, name text DEFAULT NULL, parent text DEFAULT NULL,
    reason text DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_alter_value(text, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_alter_value(text, text, text, text, text, text) IS
    'changes a value: NULL leaves a column as it is, an empty text clears it. name: what people call it; parent: value of the same axis above it, an empty text makes it a root; reason: kept in the ledger, with what was before and is after; approval: of action ratify_value, for another parent of an active value once gates are armed. Its code stays, gov_merge gives what it has to another one. Answers changed, and what, or unchanged where it is so. Errors: 42704 no such value or parent; 55000 it is retired, or the parent is, or it mirrors a container; 23514 its own parent, a cycle, or active under a parent that is not; QVA01, QVA02 approval needed or refused; 42501 another parent of an active value, and the session is an agent''s';

CREATE FUNCTION @extschema@.gov_ratify(
    axis text, value text, parent text DEFAULT NULL, ratified_by text DEFAULT NULL,
    label text DEFAULT NULL, reason text DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_ratify(text, text, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_ratify(text, text, text, text, text, text, text) IS
    'makes a candidate value active. parent: put under this value; ratified_by: the session user when NULL; label: mapped to it, as inferred; reason: stored; approval: of action ratify_value, once gates are armed. Answers changed, or unchanged where it is active. Its provenance keeps what it was: kind x_provisional becomes x_ratified, any other gets _ratified appended; prior_kind, ratified_by, approval and transition are added. Errors: 42704 no such value or parent; QVT01 it is no candidate; 23514 its parent is not active, or a cycle; QVA01, QVA02 approval needed or refused; 42501 the session is an agent''s';

CREATE FUNCTION @extschema@.gov_deprecate(
    axis text, value text, replaced_by text DEFAULT NULL, reason text DEFAULT NULL,
    approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_deprecate(text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_deprecate(text, text, text, text, text) IS
    'makes an active value deprecated. replaced_by: value to use instead; reason: stored; approval: of action retire_value, once gates are armed. Answers changed, or unchanged where it is deprecated. Errors: 42704 no such value; QVT01 it is not active; 23514 it has active children, or a cycle of replacements; QVA01, QVA02 approval needed or refused';

CREATE FUNCTION @extschema@.gov_reinstate(
    axis text, value text, reason text DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_reinstate(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_reinstate(text, text, text, text) IS
    'makes a deprecated value active again, replaced by nothing. reason: stored; approval: of action ratify_value, once gates are armed. Answers changed, or unchanged where it is active. Errors: 42704 no such value; QVT01 it is not deprecated; 23514 its parent is not active; QVA01, QVA02 approval needed or refused; 42501 the session is an agent''s';

CREATE FUNCTION @extschema@.gov_retire(
    axis text, value text, reason text DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_retire(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_retire(text, text, text, text) IS
    'makes a candidate or deprecated value retired, for good. With it end assignments and ownership of objects that are gone, and ownership of retired authorities, none of which keeps it in use. reason: stored; approval: of action retire_value, once gates are armed. Answers changed, or unchanged where it is retired. Errors: 42704 no such value; QVT01 a move not allowed; 2BP01 current or future assignments, or ownership in force or scheduled, point at it; QVA01, QVA02 approval needed or refused';

------------------------------------------------------------------------------
-- acts/assign: assigning objects to values, one at a time
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_assign(
    object_type text, object_ref text, axis text, value text,
    zone text DEFAULT NULL, confidence real DEFAULT NULL, match_score real DEFAULT NULL,
    provenance jsonb DEFAULT NULL, evidence jsonb DEFAULT NULL,
    assigned_kind text DEFAULT NULL, assigned_at timestamptz DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_assign(text, text, text, text, text, real, real, jsonb, jsonb, text, timestamptz, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_assign(text, text, text, text, text, real, real, jsonb, jsonb, text, timestamptz, text) IS
    'gives an object a value of an axis from now() on; the zone is quarantine without provenance and candidate with it, unless given; confidence and match_score from 0 to 1; assigned_kind human unless given (agent for an agent''s session); assigned_at in the past, now() unless given; approval: of action assign, where that is gated. A cell assigned before gets a new revision, one with the same content is left alone; an approved one on a single-valued axis supersedes the approved one of another value. Answers created, changed or unchanged. An object of an enrolled schema that was not synced yet is brought in. Errors: 42704 unknown object; 42P08 one that could be several; 23503 unknown axis or value; 55000 retired object or axis, deprecated or retired value; 23514 unknown zone or kind, number out of range, provenance missing; 22008 assigned_at in the future; 42501 what an agent may not do';

CREATE FUNCTION @extschema@.gov_set_zone(
    object_type text, object_ref text, axis text, value text, zone text, reason text DEFAULT NULL,
    approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_zone(text, text, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_zone(text, text, text, text, text, text, text) IS
    'moves the current assignment of a cell to another zone: quarantine to candidate to approved, any to quarantine; approval: of action assign, where that is gated. Answers changed, or unchanged where it is in the zone. Errors: QVT01 for another move; 42704 no current assignment; 23514 provenance missing; 42501 an agent approves; and those of gov_assign';

CREATE FUNCTION @extschema@.gov_unassign(
    object_type text, object_ref text, axis text, value text, reason text DEFAULT NULL,
    approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_unassign(text, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_unassign(text, text, text, text, text, text) IS
    'ends the current assignment of a cell now(), that of a retired object too. reason: stored; approval: of action assign, where that is gated. Answers ended, or unchanged where there is none. Errors: 42704 unknown object; 42P08 one that could be several; 23503 unknown axis or value';

------------------------------------------------------------------------------
-- acts/assign_many: assigning many cells in one act, set-based
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_assign_many(
    input text, approval text DEFAULT NULL, OUT assigned bigint, OUT unchanged bigint, OUT superseded bigint
) RETURNS record
    LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_assign_many(text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_assign_many(text, text) IS
    'assigns many cells in one act, as input says: gov_assign_many(jsonb) for a JSON array, gov_assign_many(regclass) for the name of a relation, without a schema the only one of that name in the schemas that the caller may use, temporary ones included; search_path decides nothing. Returns and errors as these; 22023 it is neither; 42P01 no such relation; 42P08 several of that name. An approval is for the call of the form that it becomes';

CREATE FUNCTION @extschema@.gov_assign_many(
    entries jsonb, approval text DEFAULT NULL, OUT assigned bigint, OUT unchanged bigint, OUT superseded bigint
) RETURNS record
    LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_assign_many(jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_assign_many(jsonb, text) IS
    'assigns many cells in one act: gov_assign for an array of objects (entries) whose fields are named as its arguments, all or nothing. Returns the rows made, the entries that were there already and the rows superseded. Errors: those of gov_assign; all that is wrong comes in one, entries by their numbers, twenty faults and how many there are, with the SQLSTATE of the first; 21000 a cell twice in the input; 22P02 a value that cannot be read; 22023 not an array of objects, or an unknown field; approval: of action assign, where that is gated';

CREATE FUNCTION @extschema@.gov_assign_many(
    relation regclass, approval text DEFAULT NULL, OUT assigned bigint, OUT unchanged bigint, OUT superseded bigint
) RETURNS record
    LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_assign_many(regclass, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_assign_many(regclass, text) IS
    'assigns many cells in one act: gov_assign for the rows of a relation with columns named as its arguments, of which object_type, object_ref, axis and value must be there, all or nothing; the caller may SELECT the relation, and it is read as its owner, read-only. Returns and errors as gov_assign_many(jsonb), and 42703 a column is missing, 42501 the caller may not read it; approval: of action assign, where that is gated';

------------------------------------------------------------------------------
-- acts/own: owning, disowning, handing over, one cell at a time
------------------------------------------------------------------------------

CREATE INDEX gov_ownership_lapse_idx ON @extschema@.gov_ownership (effective_to)
    WHERE status = 'active' AND effective_to IS NOT NULL;

CREATE FUNCTION @extschema@.gov_own(
    object_type text, object_ref text, axis text, value text, authority text,
    owner_kind text DEFAULT 'accountable', inherits boolean DEFAULT true,
    effective_from timestamptz DEFAULT NULL, effective_to timestamptz DEFAULT NULL,
    replace boolean DEFAULT false, reason text DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_own(text, text, text, text, text, text, boolean, timestamptz, timestamptz, boolean, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_own(text, text, text, text, text, text, boolean, timestamptz, timestamptz, boolean, text, text) IS
    'makes an authority own a cell, or, with object_type and object_ref both NULL, the value itself; from effective_from (now() unless given) until effective_to (no end unless given). owner_kind is accountable, supporting, delegated or waiver; with inherits it also covers what lives in the object, or the values below the value. With replace the accountable owner there gives way: superseded at once, or, when effective_from lies ahead, in force until then. Answers created, changed (replaced) or unchanged (that owner is there so, from then on or before); the row''s ownership_id is in gov_ownership. An object of an enrolled schema that was not synced yet is brought in. Errors: 42704 unknown object; 42P08 one that could be several; 23503 unknown axis, value or authority; 55000 retired object, axis, value or authority; 23P01 a second accountable owner, or a scheduled one in the way; 40001 one that a transaction with a snapshot of its own cannot see yet; 23514 unknown kind, delegated or waiver without end, waiver without reason or object, a value''s anchor that does not inherit, end before beginning; 42501 another authority gives way, or is followed when its time is over, and the session user is no member of its role and has not level admin';

CREATE FUNCTION @extschema@.gov_disown(ownership_id bigint, reason text DEFAULT NULL, approval text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_disown(bigint, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_disown(bigint, text, text) IS
    'revokes the ownership with this ownership_id now(), a scheduled one before it begins. reason: stored; approval: of action own (waive, for a waiver), where that is gated. Answers ended, or unchanged where it is revoked. Errors: 42501 the authority is another''s, which level admin may end; 42704 unknown ownership; QVT01 it is not active; 55000 it has lapsed';

CREATE FUNCTION @extschema@.gov_transfer(
    from_authority text, to_authority text, reason text DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_transfer(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_transfer(text, text, text, text) IS
    'hands every active ownership of from_authority, scheduled ones too, to to_authority, except of objects that are gone; what the other has already is not doubled. Answers changed and the number of rows handed over, or unchanged where from_authority owns nothing. Errors: 23503 unknown authority; 55000 to_authority is retired; 22023 both are the same';

------------------------------------------------------------------------------
-- acts/own_many: owning many cells in one act, set-based
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_own_many(
    input text, approval text DEFAULT NULL, OUT owned bigint, OUT superseded bigint, OUT ending bigint,
    OUT unchanged bigint
) RETURNS record
    LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_own_many(text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_own_many(text, text) IS
    'owns many cells in one act, as input says: gov_own_many(jsonb) for a JSON array, gov_own_many(regclass) for the name of a relation, without a schema the only one of that name in the schemas that the caller may use, temporary ones included; search_path decides nothing. Returns and errors as these; 22023 it is neither; 42P01 no such relation; 42P08 several of that name. An approval is for the call of the form that it becomes';

CREATE FUNCTION @extschema@.gov_own_many(
    entries jsonb, approval text DEFAULT NULL, OUT owned bigint, OUT superseded bigint, OUT ending bigint,
    OUT unchanged bigint
) RETURNS record
    LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_own_many(jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_own_many(jsonb, text) IS
    'owns many cells in one act: gov_own for an array of objects (entries) whose fields are named as its arguments, the approval aside, all or nothing. Returns the rows made, the rows superseded, the rows that now end when their successor begins, and the entries that were there already. Errors: those of gov_own; all that is wrong comes in one, entries by their numbers, twenty faults and how many there are, with the SQLSTATE of the first; 23P01 also for a cell twice in the input; 22P02 a value that cannot be read; 22023 not an array of objects, or an unknown field; approval: of action own, or waive for waivers, where that is gated: not both in one call';

CREATE FUNCTION @extschema@.gov_own_many(
    relation regclass, approval text DEFAULT NULL, OUT owned bigint, OUT superseded bigint, OUT ending bigint,
    OUT unchanged bigint
) RETURNS record
    LANGUAGE C VOLATILE PARALLEL UNSAFE CALLED ON NULL INPUT
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_own_many(regclass, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_own_many(regclass, text) IS
    'owns many cells in one act: gov_own for the rows of a relation with columns named as its arguments, of which object_type, object_ref, axis, value and authority must be there, all or nothing; the caller may SELECT the relation, and it is read as its owner, read-only. Returns and errors as gov_own_many(jsonb), and 42703 a column is missing, 42501 the caller may not read it';

------------------------------------------------------------------------------
-- acts/merge: merging two values into one, splitting one into several
------------------------------------------------------------------------------

-- Current and future: what a merge or a split moves.  What belongs to an object
-- that is gone stays with its value.
CREATE VIEW governance_internal.gov_merge_moving_assignment AS
    SELECT a.assignment_id, a.object_id, a.axis, a.value, a.zone, a.valid_from, a.valid_to
      FROM governance_internal.gov_standing_assignment AS a
     WHERE NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object AS o WHERE o.object_id = a.object_id AND o.retired_at IS NOT NULL);
REVOKE ALL ON governance_internal.gov_merge_moving_assignment FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_merge_moving_assignment IS
    'assignments that a merge or a split of their value moves: those that stand, but for those of an object that is gone';

CREATE VIEW governance_internal.gov_merge_moving_ownership AS
    SELECT w.ownership_id, w.object_id, w.axis, w.value, w.owner_kind, w.authority, w.effective_from, w.effective_to
      FROM governance_internal.gov_standing_ownership AS w
     WHERE NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object AS o WHERE o.object_id = w.object_id AND o.retired_at IS NOT NULL);
REVOKE ALL ON governance_internal.gov_merge_moving_ownership FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_merge_moving_ownership IS
    'ownership that a merge of its value moves: what stands, but for that of an object that is gone';

-- What a merge of from_value into into_value would meet, in the order in which
-- it looks: to be read with axis, from_value and into_value given.
CREATE VIEW governance_internal.gov_merge_disagreement AS
    SELECT f.axis, f.value AS from_value, i.value AS into_value,
           COALESCE(b.object_type || ' ' || quote_ident(b.object_ref), 'the value itself')
           || ': ' || quote_ident(f.authority) || ' and ' || quote_ident(i.authority) AS disagreement
      FROM governance_internal.gov_standing_ownership AS f
      JOIN governance_internal.gov_standing_ownership AS i
        ON i.axis = f.axis AND i.value <> f.value AND i.object_id IS NOT DISTINCT FROM f.object_id
       AND i.owner_kind = 'accountable'
       AND tstzrange(i.effective_from, i.effective_to) && tstzrange(f.effective_from, f.effective_to)
      LEFT JOIN ONLY @extschema@.gov_object AS b ON b.object_id = f.object_id
     WHERE f.owner_kind = 'accountable' AND b.retired_at IS NULL AND i.authority <> f.authority;
REVOKE ALL ON governance_internal.gov_merge_disagreement FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_merge_disagreement IS
    'cells that two values owe to different authorities, current or scheduled, which stops a merge of them; those of an object that is gone, which a merge leaves alone, are in none of these views';

CREATE VIEW governance_internal.gov_merge_yielding_assignment AS
    SELECT i.assignment_id, i.axis, f.value AS from_value, i.value AS into_value,
           min(f.assignment_id) AS by, i.valid_to
      FROM governance_internal.gov_merge_moving_assignment AS f
      JOIN governance_internal.gov_standing_assignment AS i
        ON i.object_id = f.object_id AND i.axis = f.axis AND i.value <> f.value
       AND tstzrange(f.valid_from, f.valid_to) @> tstzrange(greatest(i.valid_from, now()), i.valid_to)
       AND array_position('{quarantine,candidate,approved}', i.zone) < array_position('{quarantine,candidate,approved}', f.zone)
     GROUP BY i.assignment_id, i.axis, i.value, i.valid_to, f.value;
REVOKE ALL ON governance_internal.gov_merge_yielding_assignment FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_merge_yielding_assignment IS
    'assignments to into_value that yield to one of from_value: of a better zone, for all the time to come of theirs';

CREATE VIEW governance_internal.gov_merge_doubled_assignment AS
    SELECT f.assignment_id, f.axis, f.value AS from_value, i.value AS into_value,
           min(i.assignment_id) AS by, f.valid_to,
           tstzmultirange(tstzrange(greatest(f.valid_from, now()), f.valid_to))
           - range_agg(tstzrange(i.valid_from, i.valid_to)) AS rest
      FROM governance_internal.gov_merge_moving_assignment AS f
      JOIN ONLY @extschema@.gov_assignment AS i
        ON i.object_id = f.object_id AND i.axis = f.axis AND i.value <> f.value AND i.superseded_by IS NULL
       AND tstzrange(i.valid_from, i.valid_to) && tstzrange(f.valid_from, f.valid_to)
     GROUP BY f.assignment_id, f.axis, f.value, f.valid_from, f.valid_to, i.value;
REVOKE ALL ON governance_internal.gov_merge_doubled_assignment FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_merge_doubled_assignment IS
    'assignments to from_value of objects that have one to into_value at the same time; rest: the time to come in which they have it not';

CREATE VIEW governance_internal.gov_merge_doubled_ownership AS
    SELECT f.ownership_id, f.axis, f.value AS from_value, i.value AS into_value, f.effective_to,
           tstzmultirange(tstzrange(greatest(f.effective_from, now()), f.effective_to))
           - range_agg(tstzrange(i.effective_from, i.effective_to)) AS rest
      FROM governance_internal.gov_merge_moving_ownership AS f
      JOIN governance_internal.gov_standing_ownership AS i
        ON i.axis = f.axis AND i.value <> f.value AND i.object_id IS NOT DISTINCT FROM f.object_id
       AND i.owner_kind = f.owner_kind AND i.authority = f.authority
       AND tstzrange(i.effective_from, i.effective_to) && tstzrange(f.effective_from, f.effective_to)
     GROUP BY f.ownership_id, f.axis, f.value, f.effective_from, f.effective_to, i.value;
REVOKE ALL ON governance_internal.gov_merge_doubled_ownership FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_merge_doubled_ownership IS
    'ownership by from_value that into_value has at the same time: same object, kind and authority; rest: the time to come in which it has it not';

CREATE FUNCTION @extschema@.gov_merge(axis text, from_value text, into_value text, reason text DEFAULT NULL, approval text DEFAULT NULL)
RETURNS TABLE (assignments bigint, assignments_superseded bigint, ownerships bigint, ownerships_superseded bigint,
               labels bigint, decisions bigint, children bigint, unchanged boolean)
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    ROWS 1
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_merge(text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_merge(text, text, text, text, text) IS
    'moves what points at one value to another, and deprecates the first. axis: the axis; from_value: an active value, deprecated in the end and replaced by into_value; into_value: an active value; reason: why; approval: of action retire_value, once gates are armed. Result: rows moved, and rows superseded because into_value had them: current and future assignments, ownership in force or scheduled, labels, decisions, and children that moved under it; unchanged, where it was merged so before. Errors: 42704 unknown axis or value; QVT01 one is not active; 23P01 the two have different accountable owners, who are named; 22023 a value into itself; 40001 the transaction began before what points at the values now; QVA01, QVA02 approval needed or refused; 42501 the session is an agent''s';

CREATE FUNCTION governance_internal.gov_split_child(children jsonb)
RETURNS TABLE (child jsonb, code text, name text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT c, CASE jsonb_typeof(c) WHEN 'string' THEN c #>> '{}'
                   WHEN 'object' THEN CASE jsonb_typeof(c -> 'value') WHEN 'string' THEN c ->> 'value' END END,
           CASE jsonb_typeof(c) WHEN 'object' THEN c ->> 'name' END
      FROM jsonb_array_elements(children) AS c;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_split_child(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_split_child(jsonb) IS
    'gives the children that a split is asked for, with code and name; the code is NULL for what has none. children: an array of codes, or of objects with value and name';

CREATE FUNCTION governance_internal.gov_split_planned(of_axis text, of_value text, plan jsonb)
RETURNS TABLE (assignment_id bigint, value text, zone text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT a.assignment_id, p.value, a.zone
      FROM jsonb_to_recordset(plan) AS p (object_type text, object_ref text, value text)
      JOIN ONLY @extschema@.gov_object AS o ON o.object_type = p.object_type AND o.object_ref = p.object_ref AND o.retired_at IS NULL
      JOIN governance_internal.gov_merge_moving_assignment AS a
        ON a.object_id = o.object_id AND a.axis = of_axis AND a.value = of_value;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_split_planned(text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_split_planned(text, text, jsonb) IS
    'gives the assignments that the plan of a split moves, each with the child that it goes to. of_axis, of_value: the value that is split; plan: an array of objects with object_type, object_ref and value';

CREATE FUNCTION governance_internal.gov_split_fault(of_axis text, of_value text, plan jsonb, of_change bigint)
RETURNS TABLE (fault text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH entry AS (
    SELECT p.object_type, p.object_ref, p.value, count(*) OVER (PARTITION BY p.object_type, p.object_ref) > 1 AS twice,
           EXISTS (SELECT FROM ONLY @extschema@.gov_object AS o
                     JOIN governance_internal.gov_merge_moving_assignment AS a ON a.object_id = o.object_id
                    WHERE o.object_type = p.object_type AND o.object_ref = p.object_ref AND o.retired_at IS NULL
                      AND a.axis = of_axis AND a.value = of_value) AS assigned,
           EXISTS (SELECT FROM ONLY @extschema@.gov_change_row AS r
                    WHERE r.change = of_change AND r.thing = 'child' AND r.key = p.value) AS known
      FROM jsonb_to_recordset(plan) AS p (object_type text, object_ref text, value text)),
    judged AS (
    SELECT e.*, CASE WHEN e.object_type IS NULL OR e.object_ref IS NULL OR e.value IS NULL THEN 'incomplete'
                     WHEN NOT e.known THEN 'no child of this split'
                     WHEN e.twice THEN 'named twice'
                     WHEN NOT e.assigned THEN 'not assigned to the value' END AS fault
      FROM entry AS e)
    SELECT concat_ws(' ', j.object_type, quote_ident(j.object_ref), 'to', quote_ident(j.value)) || ': ' || j.fault
      FROM judged AS j
     WHERE j.fault IS NOT NULL;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_split_fault(text, text, jsonb, bigint) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_split_fault(text, text, jsonb, bigint) IS
    'says what is wrong with entries of the plan of a split. of_axis, of_value: the value that is split; plan: an array of objects with object_type, object_ref and value; of_change: the record of the split, which knows the children that it made';

CREATE FUNCTION governance_internal.gov_split_is_done(of_axis text, of_value text, children jsonb, plan jsonb) RETURNS boolean
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT NOT EXISTS (SELECT FROM governance_internal.gov_split_child(children) AS c
                        WHERE NOT EXISTS (SELECT FROM ONLY @extschema@.gov_axis_value AS v
                                           WHERE v.axis = of_axis AND v.value = c.code AND v.parent = of_value
                                             AND v.status = 'active'
                                             AND v.provenance @> jsonb_build_object('kind', 'split', 'source', of_value)
                                             AND COALESCE(v.name = c.name, true)))
       AND NOT EXISTS (SELECT FROM jsonb_to_recordset(plan) AS p (object_type text, object_ref text, value text)
                        WHERE NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object AS o
                                            JOIN governance_internal.gov_standing_assignment AS a ON a.object_id = o.object_id
                                           WHERE o.object_type = p.object_type AND o.object_ref = p.object_ref
                                             AND o.retired_at IS NULL AND a.axis = of_axis AND a.value = p.value));
END;
REVOKE ALL ON FUNCTION governance_internal.gov_split_is_done(text, text, jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_split_is_done(text, text, jsonb, jsonb) IS
    'says whether a split is done already: every child is an active value below the value, made by a split of it, and every entry of the plan is assigned to its child. of_axis, of_value: the value that is split; children, plan: as of gov_split';

CREATE FUNCTION @extschema@.gov_split(axis text, value text, children jsonb, plan jsonb DEFAULT '[]', approval text DEFAULT NULL)
RETURNS TABLE (children_created bigint, assignments bigint, unallocated bigint, unchanged boolean)
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    ROWS 1
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_split(text, text, jsonb, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_split(text, text, jsonb, jsonb, text) IS
    'makes new active children of a value and moves assignments to them. axis, value: an active value; children: array of codes, or of objects with value and name; plan: array of objects with object_type, object_ref and value, one of the children; approval: of action ratify_value, once gates are armed. Result: children made, assignments moved, and how many current and future ones stay with the value; unchanged, where it was split so before. Errors: 42704 unknown axis or value; QVT01 the value is not active; 42710 a child exists; 22023 children or plan are no such arrays, or entries of the plan, which are named, cannot be carried out; 40001 the transaction began before what points at the value now; QVA01, QVA02 approval needed or refused; 42501 the session is an agent''s';

------------------------------------------------------------------------------
-- acts/hand_over: one object gives another all that was its own: gov_hand_over
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_hand_over(from_type text, from_ref text, to_type text, to_ref text, reason text DEFAULT NULL, approval text DEFAULT NULL)
RETURNS TABLE (ownerships bigint, assignments bigint, decisions bigint, labels bigint, unchanged boolean)
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    ROWS 1
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_hand_over(text, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_hand_over(text, text, text, text, text, text) IS
    'gives an object all that was another''s own: owners, assignments, decisions, label rules and projected labels (labels counts both). What it has already stays as it is and ends at the other; gov_undo takes it back. from_type, from_ref: the object that gives, live, or else the one of that name that was retired last; to_type, to_ref: a live object; reason: stored with each owner; approval: of action own, waive, assign or decide, the first of these whose gate asks for one and of which there is something to give. Result: how many of each, and whether there was nothing to give. Errors: 23503 an object does not exist, or the second is retired; 22023 both are one; 23P01 the second has another accountable owner, or another approved value on an axis with one; QVA01, QVA02 approval needed or refused; 42501 the session is an agent''s, or the first is live, or registered by hand, and owned by an authority of whose role the session user is no member, without level admin; 40001 somebody else changed them';

------------------------------------------------------------------------------
-- acts/undo: what an act did to each row, and taking it back
------------------------------------------------------------------------------

CREATE VIEW governance_internal.gov_undo_row AS
    SELECT c.change, c.thing, c.key, c.before, c.after, COALESCE(ids.id, c.row_id) AS row_id
      FROM ONLY @extschema@.gov_change_row AS c
      LEFT JOIN LATERAL unnest(c.row_ids) AS ids (id) ON true;
REVOKE ALL ON governance_internal.gov_undo_row FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_undo_row IS 'what an act did, one row per identity';

CREATE FUNCTION governance_internal.gov_undo_obstacle(of_change bigint, of_axis text)
RETURNS TABLE (obstacle text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    -- rows that are no longer as the act left them
    SELECT o.object_type || ' ' || quote_ident(o.object_ref) || ': assignment to ' || quote_ident(a.axis)
           || '.' || quote_ident(a.value)
      FROM governance_internal.gov_undo_row AS r
      JOIN ONLY @extschema@.gov_assignment AS a ON a.assignment_id = r.row_id
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = a.object_id
      LEFT JOIN governance_internal.gov_standing_assignment AS s ON s.assignment_id = a.assignment_id
     WHERE r.change = of_change AND r.thing = 'assignment'
       AND (a.value <> COALESCE(r.after ->> 'value', a.value) OR a.zone <> COALESCE(r.after ->> 'zone', a.zone)
            OR (r.after ? 'value') <> (a.superseded_by IS NULL)
            OR (r.after ? 'value' AND s.assignment_id IS NULL))
    UNION ALL
    SELECT COALESCE(o.object_type || ' ' || quote_ident(o.object_ref), 'value anchor') || ': ownership of '
           || quote_ident(w.axis) || '.' || quote_ident(w.value) || ' by ' || quote_ident(w.authority)
      FROM governance_internal.gov_undo_row AS r
      JOIN ONLY @extschema@.gov_ownership AS w ON w.ownership_id = r.row_id
      LEFT JOIN ONLY @extschema@.gov_object AS o ON o.object_id = w.object_id
     WHERE r.change = of_change AND r.thing = 'ownership'
       AND (w.value <> COALESCE(r.after ->> 'value', w.value)
            OR w.authority <> COALESCE(r.after ->> 'authority', w.authority)
            OR w.status <> COALESCE(r.after ->> 'status', 'active'))
    UNION ALL
    SELECT 'label ' || quote_ident(r.key)
      FROM governance_internal.gov_undo_row AS r
     WHERE r.change = of_change AND r.thing = 'label' AND r.after ? 'value'
       AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_value_label AS l
                        WHERE l.axis = of_axis AND l.value = r.after ->> 'value' AND l.label = r.key)
    UNION ALL
    SELECT o.object_type || ' ' || quote_ident(o.object_ref) || ': decision on ' || quote_ident(d.value)
      FROM governance_internal.gov_undo_row AS r
      JOIN ONLY @extschema@.gov_decision AS d ON d.decision_id = r.row_id
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = d.object_id
     WHERE r.change = of_change AND r.thing = 'decision' AND r.after ? 'value'
       AND (d.value <> r.after ->> 'value' OR d.superseded_at IS NOT NULL)
    UNION ALL
    SELECT 'value ' || quote_ident(v.value)
      FROM governance_internal.gov_undo_row AS r
      JOIN ONLY @extschema@.gov_axis_value AS v ON v.axis = of_axis AND v.value = r.key
     WHERE r.change = of_change AND r.thing IN ('value', 'child')
       AND (v.status <> COALESCE(r.after ->> 'status', v.status)
            OR (r.after ? 'parent' AND v.parent IS DISTINCT FROM r.after ->> 'parent')
            OR (r.after ? 'replaced_by' AND v.replaced_by IS DISTINCT FROM r.after ->> 'replaced_by'))
    UNION ALL
    -- ownership that would come anew, of an authority that owns nothing any more
    (SELECT DISTINCT 'authority ' || quote_ident(u.authority) || ': ' || u.status
      FROM governance_internal.gov_undo_row AS r
      JOIN ONLY @extschema@.gov_ownership AS w ON w.ownership_id = r.row_id
      JOIN ONLY @extschema@.gov_authority AS u ON u.authority = w.authority AND u.status <> 'active'
     WHERE r.change = of_change AND r.thing = 'ownership' AND r.before ? 'status')
    UNION ALL
    -- values that later acts changed as well
    SELECT 'value ' || quote_ident(r.key) || ': ' || l.act || ' since'
      FROM governance_internal.gov_undo_row AS r
      JOIN ONLY @extschema@.gov_change_row AS m ON m.thing = 'value' AND m.key = r.key AND m.change > of_change
      JOIN ONLY @extschema@.gov_change AS l ON l.change = m.change AND l.axis = of_axis AND l.undone_by IS NULL
     WHERE r.change = of_change AND r.thing = 'value'
    UNION ALL
    -- what came to point at a child of a split
    SELECT o.object_type || ' ' || quote_ident(o.object_ref) || ': assignment to ' || quote_ident(a.axis)
           || '.' || quote_ident(a.value)
      FROM governance_internal.gov_undo_row AS r
      JOIN governance_internal.gov_standing_assignment AS a ON a.axis = of_axis AND a.value = r.key
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = a.object_id
     WHERE r.change = of_change AND r.thing = 'child'
       AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_change_row AS m
                        WHERE m.change = of_change AND m.thing = 'assignment' AND a.assignment_id = ANY (m.row_ids))
    UNION ALL
    SELECT COALESCE(o.object_type || ' ' || quote_ident(o.object_ref), 'value anchor') || ': ownership of '
           || quote_ident(w.axis) || '.' || quote_ident(w.value) || ' by ' || quote_ident(w.authority)
      FROM governance_internal.gov_undo_row AS r
      JOIN governance_internal.gov_standing_ownership AS w ON w.axis = of_axis AND w.value = r.key
      LEFT JOIN ONLY @extschema@.gov_object AS o ON o.object_id = w.object_id
     WHERE r.change = of_change AND r.thing = 'child'
    UNION ALL
    SELECT 'value ' || quote_ident(v.value)
      FROM governance_internal.gov_undo_row AS r
      JOIN ONLY @extschema@.gov_axis_value AS v ON v.axis = of_axis AND v.parent = r.key AND v.status <> 'retired'
     WHERE r.change = of_change AND r.thing = 'child';
END;
REVOKE ALL ON FUNCTION governance_internal.gov_undo_obstacle(bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_undo_obstacle(bigint, text) IS
    'names what was changed since an act and forbids to take it back. of_change: the record of the act; of_axis: its axis, NULL for a transfer';

CREATE FUNCTION @extschema@.gov_undo(seq bigint, reason text DEFAULT NULL, approval text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_undo(bigint, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_undo(bigint, text, text) IS
    'takes back a merge, split, transfer, deprecate or hand-over. seq: its ledger entry; reason: why; approval: of action ratify_value (merge, deprecate), retire_value (split), transfer or own (hand-over), once gates are armed. Answers changed and how many rows were put back, or unchanged where it was undone. Errors: 42704 the entry is nothing that can be undone; 55000 later changes, which are named, stand in the way; QVA01, QVA02 approval needed or refused; 42501 the session is an agent''s';

CREATE TRIGGER gov_record_guard BEFORE UPDATE OR DELETE ON @extschema@.gov_change
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_record_guard();
CREATE TRIGGER gov_record_guard BEFORE UPDATE OR DELETE ON @extschema@.gov_change_row
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_record_guard();

------------------------------------------------------------------------------
-- containment/activate: the container tree as a governed axis: gov_activate_containment
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_activate_containment(
    axis text, object_types text[],
    owner_axis text DEFAULT 'responsibility', owner_value text DEFAULT 'policy',
    rule text DEFAULT NULL, confidence_threshold real DEFAULT 0, approval text DEFAULT NULL)
RETURNS TABLE (values_created bigint, assignments bigint, ownerships bigint, required bigint, gap bigint,
               unchanged boolean)
LANGUAGE C VOLATILE PARALLEL UNSAFE
ROWS 1
AS 'MODULE_PATHNAME', 'gov_activate_containment';
REVOKE ALL ON FUNCTION @extschema@.gov_activate_containment(text, text[], text, text, text, real, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_activate_containment(text, text[], text, text, text, real, text) IS
'makes the containers of the live objects of object_types the active values of axis, assigns every object to the value of its container, makes the per_assignment rule active (default: the axis''s own, or CONTAINMENT- and the axis) with confidence_threshold (0 to 1), and gives each cell the owner that its container has for owner_value of owner_axis. All or nothing; called again it writes the differences only, and gov_reconcile keeps it so while the rule is active. Returns one row: values, assignments and ownerships made, the axis''s required cells and gaps, and whether there was nothing to do: then no approval is used. Errors: 55000 naming objects without a container, containers that are not live, in a cycle or without an owner, or an axis or rule whose status forbids it, or that no object is of any of the types; 23503 for an unknown axis or value; 23505 when a value''s code is taken; 42501 for agents.';

CREATE PROCEDURE @extschema@.gov_activate_containment(axis text, object_types text[], batch_size integer, approval text DEFAULT NULL)
LANGUAGE C
AS 'MODULE_PATHNAME', 'gov_activate_containment_in_batches';
REVOKE ALL ON PROCEDURE @extschema@.gov_activate_containment(text, text[], integer, text) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.gov_activate_containment(text, text[], integer, text) IS
'does the same as the function, with its defaults, for large trees: checks everything first, then commits after every batch_size objects (at least 1). After a failure, calling it again goes on where it stopped; where an approval is needed the first commit uses it up, and going on takes a new one, unless there is nothing left to do. A rule that exists keeps its threshold. Errors: those of the function; 2D000 inside a transaction block, a function or a trigger.';

CREATE FUNCTION governance_internal.gov_containment_problem(types text[], of_axis text)
RETURNS TABLE (problem text, object_type text, object_ref text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    -- scope: the objects that are to be assigned
    WITH RECURSIVE scope AS MATERIALIZED (
    SELECT o.object_id, o.container_id
      FROM ONLY @extschema@.gov_object AS o
     WHERE o.retired_at IS NULL AND o.object_type = ANY (types)
       AND NOT EXISTS (SELECT FROM governance_internal.gov_object_part AS p WHERE p.object_id = o.object_id)),
    -- above: the containers that count, those in use or mirrored, and all above them
    above (object_id, container_id) AS (
    SELECT o.object_id, o.container_id
      FROM (SELECT s.container_id AS object_id FROM scope AS s
            UNION
            SELECT v.object_id FROM ONLY @extschema@.gov_axis_value AS v WHERE v.axis = of_axis) AS s
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = s.object_id
    UNION
    SELECT o.object_id, o.container_id
      FROM above AS a JOIN ONLY @extschema@.gov_object AS o ON o.object_id = a.container_id),
    -- rooted: those with a root above them; the others are in a cycle or below one
    rooted (object_id) AS (
    SELECT a.object_id FROM above AS a WHERE a.container_id IS NULL
    UNION ALL
    SELECT a.object_id FROM rooted AS r JOIN above AS a ON a.container_id = r.object_id),
    found (problem, object_id) AS (
    SELECT 'no_container', s.object_id FROM scope AS s WHERE s.container_id IS NULL
    UNION ALL
    SELECT 'container_retired', o.object_id
      FROM (SELECT DISTINCT s.container_id FROM scope AS s) AS s
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = s.container_id AND o.retired_at IS NOT NULL
    UNION ALL
    (SELECT 'cycle', a.object_id FROM above AS a EXCEPT SELECT 'cycle', r.object_id FROM rooted AS r))
    SELECT f.problem, o.object_type, o.object_ref
      FROM found AS f JOIN ONLY @extschema@.gov_object AS o ON o.object_id = f.object_id;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_containment_problem(text[], text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_containment_problem(text[], text) IS
    'says what forbids to activate containment for objects of some types on an axis: no_container, container_retired, cycle (a container in or below one), with the object or container. types: of the objects; of_axis: the axis';

CREATE FUNCTION governance_internal.gov_containment_owner(types text[], owner_axis text, owner_value text)
RETURNS TABLE (container_id bigint, object_type text, object_ref text, authority text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT c.object_id, c.object_type, c.object_ref, e.authority
      FROM (SELECT DISTINCT o.container_id
              FROM ONLY @extschema@.gov_object AS o
             WHERE o.retired_at IS NULL AND o.object_type = ANY (types)
               AND NOT EXISTS (SELECT FROM governance_internal.gov_object_part AS p WHERE p.object_id = o.object_id)) AS s
      JOIN ONLY @extschema@.gov_object AS c ON c.object_id = s.container_id AND c.retired_at IS NULL
      LEFT JOIN @extschema@.gov_effective_owner AS e
        ON e.object_id = c.object_id AND e.object_ref = c.object_ref AND e.axis = owner_axis AND e.value = owner_value;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_containment_owner(text[], text, text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_containment_owner(text[], text, text) IS
    'gives the live containers of objects of some types, each with whoever owns it for a value of another axis, NULL for nobody. types: of the objects; owner_axis, owner_value: the axis and its value';

------------------------------------------------------------------------------
-- containment/mirror: making a containment axis equal to the container tree
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_containment_code(name text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN octet_length(name) <= 200 THEN name ELSE left(name, 41) || '~' || md5(name) END;
REVOKE ALL ON FUNCTION governance_internal.gov_containment_code(text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_containment_code(text) IS
    'makes a code of at most 200 bytes of any name: the name itself, or its beginning and its digest';

CREATE FUNCTION governance_internal.gov_containment_provenance(provenance jsonb, activated boolean, approval text) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN provenance ->> 'kind' = 'containment' THEN provenance
                WHEN jsonb_typeof(provenance) = 'object' THEN provenance || jsonb_strip_nulls(
                     jsonb_build_object('kind', 'containment', 'prior_kind', provenance -> 'kind'))
                ELSE jsonb_strip_nulls(jsonb_build_object('kind', 'containment', 'prior', provenance)) END
           || CASE WHEN activated THEN jsonb_strip_nulls(
                   jsonb_build_object('transition', 'candidate -> active', 'approval', approval)) ELSE '{}' END;
REVOKE ALL ON FUNCTION governance_internal.gov_containment_provenance(jsonb, boolean, text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_containment_provenance(jsonb, boolean, text) IS
    'says what the provenance of a value that comes to mirror a container becomes: of kind containment, with all it said before. provenance: what it is; activated: does a candidate become active by it? approval: by which approval';

-- What the value of each container should be; src/containment/mirror.c tells the rules.
CREATE FUNCTION governance_internal.gov_containment_value(of_axis text, containers bigint[])
RETURNS TABLE (object_id bigint, code text, parent text, wanted boolean, name text, linked text, present text, clash boolean)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    -- mirror: the containers in use ("wanted"), and those that have a value from before ("linked")
    WITH RECURSIVE mirror AS MATERIALIZED (
    SELECT o.object_id, o.container_id, o.object_ref, v.value AS linked, u.object_id IS NOT NULL AS wanted,
           u.object_id IS NOT NULL OR v.status = 'active' AS active,
           governance_internal.gov_containment_code(o.object_ref) AS plain,
           governance_internal.gov_containment_code(o.object_type || ':' || o.object_ref) AS typed
      FROM (SELECT k.object_id FROM unnest(containers) AS k (object_id)
            UNION
            SELECT v.object_id FROM ONLY @extschema@.gov_axis_value AS v
             WHERE v.axis = of_axis AND v.object_id IS NOT NULL AND v.status <> 'retired') AS m
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = m.object_id AND o.retired_at IS NULL
      LEFT JOIN ONLY @extschema@.gov_axis_value AS v ON v.axis = of_axis AND v.object_id = o.object_id AND v.status <> 'retired'
      LEFT JOIN (SELECT k.object_id FROM unnest(containers) AS k (object_id)) AS u ON u.object_id = o.object_id),
    -- outside: codes of values that mirror none of these; a container that has
    -- no value yet may adopt one that is not retired
    outside AS MATERIALIZED (
    SELECT v.value, v.status = 'retired' AS retired
      FROM ONLY @extschema@.gov_axis_value AS v
      LEFT JOIN mirror AS m ON m.linked = v.value
     WHERE v.axis = of_axis AND m.linked IS NULL),
    -- named: the code of each, the plain one where it is free
    named AS MATERIALIZED (
    SELECT m.*, CASE WHEN count(*) OVER (PARTITION BY m.plain) > 1
                       OR x.value IS NOT NULL AND (m.linked IS NOT NULL OR x.retired)
                     THEN m.typed ELSE m.plain END AS code
      FROM mirror AS m
      LEFT JOIN outside AS x ON x.value = m.plain),
    -- settled: the value it has or adopts ("present"); "clash" where no code is left
    settled AS MATERIALIZED (
    SELECT n.*, coalesce(n.linked, x.value) AS present,
           count(*) OVER (PARTITION BY n.code) > 1
             OR x.value IS NOT NULL AND (n.linked IS NOT NULL OR x.retired) AS clash
      FROM named AS n
      LEFT JOIN outside AS x ON x.value = n.code),
    -- climb: the way up from each container to the nearest with an active value
    climb (object_id, above) AS (
    SELECT m.object_id, m.container_id FROM mirror AS m WHERE m.container_id IS NOT NULL
    UNION
    SELECT c.object_id, o.container_id
      FROM climb AS c
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = c.above AND o.retired_at IS NULL
      LEFT JOIN mirror AS m ON m.object_id = c.above AND m.active
     WHERE m.object_id IS NULL AND o.container_id IS NOT NULL),
    ends AS (
    SELECT c.object_id, c.above
      FROM climb AS c
      JOIN mirror AS m ON m.object_id = c.above AND m.active)
    SELECT s.object_id, s.code, p.code, s.wanted, nullif(s.object_ref, s.code), s.linked, s.present, s.clash
      FROM settled AS s
      LEFT JOIN ends AS e ON e.object_id = s.object_id
      LEFT JOIN settled AS p ON p.object_id = e.above;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_containment_value(text, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_containment_value(text, bigint[]) IS
    'says what the value of each container on a containment axis should be: its code, its parent, whether it is to be active (wanted), its name where the code is not the reference of the container; with the value that mirrors it now (linked), the one that it has or adopts (present), and whether no code is left for it (clash). of_axis: the axis; containers: those in use';

CREATE FUNCTION governance_internal.gov_containment_cell(of_axis text, types text[], containers bigint[], owners text[], after_id bigint, upto_id bigint)
RETURNS TABLE (object_id bigint, value text, authority text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT o.object_id, v.value, k.authority
      FROM unnest(containers, owners) AS k (container_id, authority)
      JOIN ONLY @extschema@.gov_axis_value AS v ON v.axis = of_axis AND v.object_id = k.container_id AND v.status = 'active'
      JOIN ONLY @extschema@.gov_object AS o ON o.container_id = k.container_id
     WHERE o.retired_at IS NULL AND o.object_type = ANY (types)
       AND o.object_id > after_id AND o.object_id <= upto_id
       AND NOT EXISTS (SELECT FROM governance_internal.gov_object_part AS p WHERE p.object_id = o.object_id);
END;
REVOKE ALL ON FUNCTION governance_internal.gov_containment_cell(text, text[], bigint[], text[], bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_containment_cell(text, text[], bigint[], text[], bigint, bigint) IS
    'gives the cells that there should be on a containment axis, each with its owner. of_axis: the axis; types: of the objects that are assigned; containers, owners: the containers in use and the owner of each; after_id, upto_id: a range of objects';

CREATE FUNCTION governance_internal.gov_containment_lost_assignment(of_axis text, types text[], after_id bigint, upto_id bigint)
RETURNS TABLE (assignment_id bigint, reason text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT a.assignment_id, CASE WHEN o.retired_at IS NOT NULL THEN 'the object is retired'
                                 WHEN p.object_id IS NOT NULL THEN 'the object is part of another'
                                 ELSE 'the object lives in another container' END
      FROM governance_internal.gov_standing_assignment AS a
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = a.object_id
      LEFT JOIN governance_internal.gov_object_part AS p ON p.object_id = a.object_id
      LEFT JOIN ONLY @extschema@.gov_axis_value AS v ON v.axis = of_axis AND v.object_id = o.container_id AND v.status = 'active'
     WHERE a.axis = of_axis AND a.provenance ->> 'kind' = 'containment'
       AND a.object_id > after_id AND a.object_id <= upto_id
       AND o.object_id > after_id AND o.object_id <= upto_id
       AND (o.retired_at IS NOT NULL OR o.object_type = ANY (types) AND (v.value <> a.value OR p.object_id IS NOT NULL));
END;
REVOKE ALL ON FUNCTION governance_internal.gov_containment_lost_assignment(text, text[], bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_containment_lost_assignment(text, text[], bigint, bigint) IS
    'gives assignments that an activation made and that no longer hold, with the reason. of_axis: the axis; types: of the objects that are assigned; after_id, upto_id: a range of objects';

CREATE FUNCTION governance_internal.gov_containment_new_assignment(of_axis text, types text[], containers bigint[], owners text[], after_id bigint, upto_id bigint)
RETURNS TABLE (object_id bigint, value text, revision integer)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH cell AS MATERIALIZED (
    SELECT c.object_id, c.value
      FROM governance_internal.gov_containment_cell(of_axis, types, containers, owners, after_id, upto_id) AS c)
    SELECT c.object_id, c.value, coalesce(before.revision, 0) + 1
      FROM cell AS c
      LEFT JOIN (SELECT a.object_id, a.value, max(a.revision) AS revision
                   FROM ONLY @extschema@.gov_assignment AS a
                  WHERE a.axis = of_axis AND a.superseded_by IS NULL
                    AND a.object_id > after_id AND a.object_id <= upto_id
                  GROUP BY a.object_id, a.value) AS before
        ON before.object_id = c.object_id AND before.value = c.value
      LEFT JOIN (SELECT a.object_id, a.value
                   FROM governance_internal.gov_current_assignment AS a
                  WHERE a.axis = of_axis AND a.valid_to IS NULL
                    AND a.zone = 'approved' AND a.assigned_kind = 'rule' AND a.confidence = 1
                    AND a.object_id > after_id AND a.object_id <= upto_id) AS good
        ON good.object_id = c.object_id AND good.value = c.value
     WHERE good.object_id IS NULL
     ORDER BY c.object_id;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_containment_new_assignment(text, text[], bigint[], text[], bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_containment_new_assignment(text, text[], bigint[], text[], bigint, bigint) IS
    'gives the cells of gov_containment_cell that are not assigned as they should be, with the number of the revision that is to be made. of_axis: the axis; types: of the objects that are assigned; containers, owners: the containers in use and the owner of each; after_id, upto_id: a range of objects';

CREATE FUNCTION governance_internal.gov_containment_lost_ownership(of_axis text, after_id bigint, upto_id bigint)
RETURNS TABLE (ownership_id bigint)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT w.ownership_id
      FROM governance_internal.gov_standing_ownership AS w
     WHERE w.axis = of_axis AND w.owner_kind = 'accountable'
       AND w.object_id > after_id AND w.object_id <= upto_id
       AND EXISTS (SELECT FROM ONLY @extschema@.gov_assignment AS a
                    WHERE a.object_id = w.object_id AND a.axis = of_axis AND a.value = w.value
                      AND a.object_id > after_id AND a.object_id <= upto_id
                      AND a.superseded_by IS NULL AND a.provenance ->> 'kind' = 'containment')
       AND NOT EXISTS (SELECT FROM governance_internal.gov_standing_assignment AS a
                        WHERE a.object_id = w.object_id AND a.axis = of_axis AND a.value = w.value
                          AND a.object_id > after_id AND a.object_id <= upto_id);
END;
REVOKE ALL ON FUNCTION governance_internal.gov_containment_lost_ownership(text, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_containment_lost_ownership(text, bigint, bigint) IS
    'gives ownership of cells whose assignment an activation made and which has ended. of_axis: the axis; after_id, upto_id: a range of objects';

CREATE FUNCTION governance_internal.gov_containment_new_ownership(of_axis text, types text[], containers bigint[], owners text[], after_id bigint, upto_id bigint)
RETURNS TABLE (object_id bigint, value text, authority text, supersedes_id bigint)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH cell AS MATERIALIZED (
    SELECT c.object_id, c.value, c.authority
      FROM governance_internal.gov_containment_cell(of_axis, types, containers, owners, after_id, upto_id) AS c)
    SELECT c.object_id, c.value, c.authority, before.ownership_id
      FROM cell AS c
      LEFT JOIN (SELECT w.object_id, w.value, max(w.ownership_id) AS ownership_id
                   FROM governance_internal.gov_current_ownership AS w
                  WHERE w.axis = of_axis AND w.owner_kind = 'accountable'
                    AND w.object_id > after_id AND w.object_id <= upto_id
                  GROUP BY w.object_id, w.value) AS before
        ON before.object_id = c.object_id AND before.value = c.value
      LEFT JOIN (SELECT w.object_id, w.value, w.authority
                   FROM governance_internal.gov_current_ownership AS w
                  WHERE w.axis = of_axis AND w.effective_to IS NULL AND w.owner_kind = 'accountable'
                    AND w.object_id > after_id AND w.object_id <= upto_id) AS good
        ON good.object_id = c.object_id AND good.value = c.value AND good.authority = c.authority
     WHERE good.object_id IS NULL
     ORDER BY c.object_id;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_containment_new_ownership(text, text[], bigint[], text[], bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_containment_new_ownership(text, text[], bigint[], text[], bigint, bigint) IS
    'gives the cells of gov_containment_cell that are not owned as they should be, with the ownership that the new one supersedes. of_axis: the axis; types: of the objects that are assigned; containers, owners: the containers in use and the owner of each; after_id, upto_id: a range of objects';

-- The few values whose container is gone come first: when there are none,
-- nothing else is read.
CREATE FUNCTION governance_internal.gov_containment_gone_value(of_axis text)
RETURNS TABLE (value text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH gone AS MATERIALIZED (
    SELECT v.value
      FROM ONLY @extschema@.gov_axis_value AS v
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = v.object_id AND o.retired_at IS NOT NULL
     WHERE v.axis = of_axis AND v.status = 'active')
    SELECT g.value
      FROM gone AS g
     WHERE NOT EXISTS (SELECT FROM governance_internal.gov_standing_assignment AS a
                        WHERE a.axis = of_axis AND a.value = g.value
                          AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object AS o
                                           WHERE o.object_id = a.object_id AND o.retired_at IS NOT NULL))
       AND NOT EXISTS (SELECT FROM governance_internal.gov_standing_ownership AS w
                        WHERE w.axis = of_axis AND w.value = g.value
                          AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object AS o
                                           WHERE o.object_id = w.object_id AND o.retired_at IS NOT NULL))
       AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_axis_value AS c
                        WHERE c.axis = of_axis AND c.parent = g.value AND c.status = 'active');
END;
REVOKE ALL ON FUNCTION governance_internal.gov_containment_gone_value(text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_containment_gone_value(text) IS
    'gives the active values whose container is retired and which nothing needs any more: no assignment or ownership that stands, of an object that is there, and no active value below. of_axis: the axis';

CREATE FUNCTION governance_internal.gov_containment_behind(of_axis text, types text[], containers bigint[], owners text[])
RETURNS TABLE (of_values bigint, assignments bigint, ownerships bigint)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT (SELECT count(*)
              FROM governance_internal.gov_containment_value(of_axis, containers) AS p
              LEFT JOIN ONLY @extschema@.gov_axis_value AS v ON v.axis = of_axis AND v.value = p.present
             WHERE p.present IS NULL OR p.present <> p.code OR v.object_id IS DISTINCT FROM p.object_id
                OR v.parent IS DISTINCT FROM p.parent OR p.wanted AND v.status <> 'active')
           + (SELECT count(*) FROM governance_internal.gov_containment_gone_value(of_axis)),
           (SELECT count(*) FROM governance_internal.gov_containment_lost_assignment(of_axis, types, -9223372036854775808, 9223372036854775807))
           + (SELECT count(*) FROM governance_internal.gov_containment_new_assignment(of_axis, types, containers, owners, -9223372036854775808, 9223372036854775807)),
           (SELECT count(*) FROM governance_internal.gov_containment_lost_ownership(of_axis, -9223372036854775808, 9223372036854775807))
           + (SELECT count(*) FROM governance_internal.gov_containment_new_ownership(of_axis, types, containers, owners, -9223372036854775808, 9223372036854775807));
END;
REVOKE ALL ON FUNCTION governance_internal.gov_containment_behind(text, text[], bigint[], text[]) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_containment_behind(text, text[], bigint[], text[]) IS
    'counts what differs on a containment axis from what there should be: values, assignments, ownership. of_axis: the axis; types: of the objects that are assigned; containers, owners: the containers in use and the owner of each';

------------------------------------------------------------------------------
-- containment/keep: keeping containment up: what is born, renamed, moved and handed over since it was activated
------------------------------------------------------------------------------

CREATE VIEW governance_internal.gov_containment_kept AS
    SELECT r.rule, r.axis, ARRAY(SELECT t.object_type FROM unnest(r.contained_types) AS t (object_type)
                                  WHERE r.applies_to IS NULL OR t.object_type = ANY (r.applies_to)) AS object_types,
           r.owner_axis, r.owner_value, r.contained_approval AS approval
      FROM ONLY @extschema@.gov_coverage_rule AS r
      JOIN ONLY @extschema@.gov_axis AS a ON a.axis = r.axis AND a.status = 'active' AND a.is_containment
     WHERE r.status = 'active' AND r.contained_types IS NOT NULL;
REVOKE ALL ON governance_internal.gov_containment_kept FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_containment_kept IS
    'the activations of containment that gov_reconcile keeps up: those whose rule and axis are active, for the types that they were activated for and that the rule still asks about';
COMMENT ON COLUMN governance_internal.gov_containment_kept.rule IS 'the rule';
COMMENT ON COLUMN governance_internal.gov_containment_kept.axis IS 'its axis, whose values mirror containers';
COMMENT ON COLUMN governance_internal.gov_containment_kept.object_types IS 'types of the objects that are assigned to their containers';
COMMENT ON COLUMN governance_internal.gov_containment_kept.owner_axis IS 'axis on which containers have the owners that the cells get';
COMMENT ON COLUMN governance_internal.gov_containment_kept.owner_value IS 'value of that axis';
COMMENT ON COLUMN governance_internal.gov_containment_kept.approval IS 'approval under which containment was activated so';

------------------------------------------------------------------------------
-- access/access: which roles may read or write what bears a value: gov_set_access, gov_end_access
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_set_access(
    axis text, value text, role text, privilege text DEFAULT 'read', reason text DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_access(text, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_access(text, text, text, text, text, text) IS
    'says that a role, and whoever is a member of it, may read or write what bears a value; from the first time on, gov_exposure tells who else can. It grants nothing. role: its name; public: everybody may; NULL: nobody may whom no other call named. privilege: read (SELECT), write (INSERT, UPDATE, DELETE, TRUNCATE), or one of SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER, MAINTAIN, USAGE, CREATE, EXECUTE; each is judged by itself. It holds for the values below, too, that have no word of their own for the privilege. reason: stored; approval: of action set_access, once gates are armed, unless role is NULL. Answers created, changed where some of the privileges had been said of the role or it was made anew, or unchanged. Errors: 42704 no such value or role; 23514 another privilege; 55000 the value is retired; QVA01, QVA02 approval needed or refused; 42501 the session is an agent''s';

CREATE FUNCTION @extschema@.gov_end_access(
    axis text, value text, role text, privilege text DEFAULT 'read', reason text DEFAULT NULL, approval text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_end_access(text, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_end_access(text, text, text, text, text, text) IS
    'takes back what gov_set_access said of a role; it revokes nothing. role: as there, also the name of one that was dropped; privilege: as there; reason: kept in the ledger; approval: of action set_access, once gates are armed, where it takes back the last word on a privilege, which is judged no more then. Answers ended, or unchanged where nothing of it was said. Errors: 42704 no such value; 23514 another privilege; QVA01, QVA02 approval needed or refused; 42501 the session is an agent''s';

------------------------------------------------------------------------------
-- access/exposure: who can do what with what bears a value, by the server's own catalogs: gov_exposure, gov_explain_access
------------------------------------------------------------------------------

-- Whose rights a role has: by inheritance, and otherwise after SET ROLE.  What a
-- membership gives stands with the membership from PostgreSQL 16 on, before with
-- the member; the columns are asked for by name, so that both are read.
CREATE VIEW governance_internal.gov_access_holder AS
    WITH RECURSIVE edge (member, role, inherits, sets) AS (
        SELECT m.member, m.roleid,
               coalesce((to_jsonb(m.*) ->> 'inherit_option')::boolean, r.rolinherit),
               coalesce((to_jsonb(m.*) ->> 'set_option')::boolean, true)
          FROM pg_catalog.pg_auth_members AS m
          JOIN pg_catalog.pg_roles AS r ON r.oid = m.member
        UNION ALL
        -- the owner of the database is a member without a row
        SELECT d.datdba, o.oid,
               r.rolinherit OR EXISTS (SELECT FROM pg_catalog.pg_attribute AS a
                                        WHERE a.attrelid = 'pg_catalog.pg_auth_members'::regclass AND a.attname = 'inherit_option'),
               true
          FROM pg_catalog.pg_database AS d
          JOIN pg_catalog.pg_roles AS r ON r.oid = d.datdba
          JOIN pg_catalog.pg_roles AS o ON o.rolname = 'pg_database_owner'
         WHERE d.datname = current_database()
    ), inherited (role, holder) AS (
        SELECT r.oid, r.oid FROM pg_catalog.pg_roles AS r
        UNION
        SELECT i.role, e.role FROM inherited AS i JOIN edge AS e ON e.member = i.holder WHERE e.inherits
    ), settable (role, holder) AS (
        SELECT r.oid, r.oid FROM pg_catalog.pg_roles AS r
        UNION
        SELECT s.role, e.role FROM settable AS s JOIN edge AS e ON e.member = s.holder WHERE e.sets
    )
    SELECT x.role, x.holder, bool_or(x.inherited) AS inherited
      FROM (SELECT i.role, i.holder, true FROM inherited AS i
            UNION ALL
            SELECT s.role, i.holder, false FROM settable AS s JOIN inherited AS i ON i.role = s.holder) AS x (role, holder, inherited)
     GROUP BY x.role, x.holder;
REVOKE ALL ON governance_internal.gov_access_holder FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_access_holder IS 'whose rights each role has: its own, and those of the roles that it is a member of, by whatever way';
COMMENT ON COLUMN governance_internal.gov_access_holder.role IS 'OID of a role';
COMMENT ON COLUMN governance_internal.gov_access_holder.holder IS 'OID of the role that the rights are given to';
COMMENT ON COLUMN governance_internal.gov_access_holder.inherited IS 'true: it has them as it is; false: after SET ROLE only';

-- Roles that are judged.  Superusers may do everything whatever is granted; the
-- server's own roles count through their members.
CREATE VIEW governance_internal.gov_access_judged AS
    SELECT 0::oid AS role, 'public'::name AS name, NULL::boolean AS can_login, false AS bypasses
    UNION ALL
    SELECT r.oid, r.rolname, r.rolcanlogin, r.rolbypassrls
      FROM pg_catalog.pg_roles AS r
     WHERE NOT r.rolsuper AND r.oid >= 16384::oid;
REVOKE ALL ON governance_internal.gov_access_judged FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_access_judged IS 'roles that can be exposed: public, and all but superusers and the server''s own';
COMMENT ON COLUMN governance_internal.gov_access_judged.role IS 'OID; 0 for public';
COMMENT ON COLUMN governance_internal.gov_access_judged.name IS 'its name now';
COMMENT ON COLUMN governance_internal.gov_access_judged.can_login IS 'may it log in itself?  NULL for public';
COMMENT ON COLUMN governance_internal.gov_access_judged.bypasses IS 'do policies of tables not concern it?';

CREATE VIEW governance_internal.gov_access_allowed AS
    SELECT a.axis, a.value AS ruler, a.privilege, h.role
      FROM ONLY @extschema@.gov_access AS a
      JOIN governance_internal.gov_access_holder AS h
        ON h.holder = governance_internal.gov_role_oid_meant(a.role_name, a.role_oid, a.role_system)
     WHERE a.role_oid <> 0
    UNION
    SELECT a.axis, a.value, a.privilege, j.role
      FROM ONLY @extschema@.gov_access AS a
     CROSS JOIN governance_internal.gov_access_judged AS j
     WHERE a.role_name = 'public';
REVOKE ALL ON governance_internal.gov_access_allowed FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_access_allowed IS 'roles that may: those that were named, those that have their rights by membership, and everybody where public was named';
COMMENT ON COLUMN governance_internal.gov_access_allowed.axis IS 'axis of the value';
COMMENT ON COLUMN governance_internal.gov_access_allowed.ruler IS 'the value that it was said of';
COMMENT ON COLUMN governance_internal.gov_access_allowed.privilege IS 'the privilege';
COMMENT ON COLUMN governance_internal.gov_access_allowed.role IS 'OID of the role; 0 for public';

-- What bears a value that is ruled, of all objects or those in question, where
-- the server has them: itself, or through what it lives in, as the engine says.
-- The columns of a table that does are not listed beside it.  A table bears what
-- its columns bear as far as privileges go that no column has (contents).
CREATE FUNCTION governance_internal.gov_access_objects(about bigint[])
RETURNS TABLE (object_id bigint, object_type text, object_ref text, axis text, value text, contents boolean, class oid, oid oid, attnum smallint,
               privilege text, ruler text)
    LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 10000
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
BEGIN ATOMIC
    WITH here (system, database) AS MATERIALIZED (
        SELECT c.system_identifier, d.oid
          FROM pg_catalog.pg_control_system() AS c
          JOIN pg_catalog.pg_database AS d ON d.datname = current_database()
    ), ruled (axis, value) AS MATERIALIZED (
        SELECT DISTINCT r.axis, r.value FROM governance_internal.gov_access_ruled AS r
    ), told (object_id, object_type, axis, value, resolution) AS (
        SELECT c.object_id, c.object_type, c.axis, c.value, c.resolution
          FROM governance_internal.gov_engine_classification AS c
         WHERE about IS NULL AND c.resolution IN ('own', 'container') AND c.zone = 'approved'
           AND c.axis = ANY (ARRAY(SELECT r.axis FROM ruled AS r)) AND c.value = ANY (ARRAY(SELECT r.value FROM ruled AS r))
        UNION ALL
        SELECT c.object_id, c.object_type, c.axis, c.value, c.resolution
          FROM governance_internal.gov_engine_classification AS c
         WHERE c.object_id = ANY (about) AND c.resolution IN ('own', 'container') AND c.zone = 'approved'
           AND c.axis = ANY (ARRAY(SELECT r.axis FROM ruled AS r)) AND c.value = ANY (ARRAY(SELECT r.value FROM ruled AS r))
    ), own (object_id, axis, value) AS MATERIALIZED (
        SELECT DISTINCT t.object_id, t.axis, t.value
          FROM told AS t
          JOIN ruled AS r ON r.axis = t.axis AND r.value = t.value
         WHERE t.resolution = 'own' OR t.object_type NOT LIKE '% column'
    ), borne (object_id, axis, value, contents) AS (
        SELECT w.object_id, w.axis, w.value, false FROM own AS w
        UNION ALL
        SELECT DISTINCT o.container_id, w.axis, w.value, true
          FROM own AS w
          JOIN ONLY @extschema@.gov_object AS o ON o.object_id = w.object_id AND o.object_type LIKE '% column'
         WHERE o.container_id IS NOT NULL
           AND (about IS NULL OR o.container_id = ANY (about))
    )
    SELECT b.object_id, o.object_type, o.object_ref, b.axis, b.value, b.contents,
           CASE WHEN o.object_type IN ('function', 'procedure', 'aggregate') THEN 'pg_catalog.pg_proc'::regclass
                WHEN o.object_type IN ('type', 'domain') THEN 'pg_catalog.pg_type'::regclass
                WHEN o.object_type = 'schema' THEN 'pg_catalog.pg_namespace'::regclass
                ELSE 'pg_catalog.pg_class'::regclass END::oid,
           o.address_oid, coalesce(a.attnum, 0)::smallint, r.privilege, r.ruler
      FROM borne AS b
      JOIN governance_internal.gov_access_ruled AS r
        ON r.axis = b.axis AND r.value = b.value
       AND CASE WHEN b.contents THEN r.privilege IN ('DELETE', 'TRUNCATE', 'TRIGGER', 'MAINTAIN') ELSE true END
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = b.object_id
      JOIN here AS h ON o.address_system = h.system AND o.address_database = h.database
      LEFT JOIN pg_catalog.pg_attribute AS a
        ON o.object_type LIKE '% column' AND a.attrelid = o.address_oid AND a.attnum = o.address_subid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE CASE WHEN a.attnum IS NOT NULL THEN r.privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') ELSE
           o.object_type IN ('table', 'view', 'materialized view', 'foreign table', 'sequence', 'schema', 'function', 'procedure',
                             'aggregate', 'type', 'domain') END;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_access_objects(bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_access_objects(bigint[]) IS
    'tells which objects of this database bear a value for which it was said who may, where the server has them, once for each privilege that is to be looked at. about: of these objects only; NULL: of all. contents: a column of it bears it. class, oid: the catalog that has it, and its OID there, of a column that of its relation; attnum: number of a column, 0 for what is none; ruler: the value that says who may: the one that is borne, or the nearest above it';

-- What is read or written with the rights of another: views that do not ask for
-- those of the caller, and functions that are SECURITY DEFINER and whose body the
-- server has parsed, with what each leads to.  A view that writes leads to all
-- that it reads; a function whose body writes, too.  The server notes no columns
-- for a row as a whole: where there is one, all of them count, which for a view
-- is looked up by its rule when it matters.
CREATE VIEW governance_internal.gov_access_gate AS
    SELECT d.refclassid AS target_class, d.refobjid AS target,
           d.refobjsubid AS attnum, e.effect,
           'pg_catalog.pg_class'::regclass::oid AS class, v.oid AS gate, e.effect AS needs, v.relowner AS owner, v.relnamespace AS schema,
           w.oid AS rule, v.relkind = 'm' AS keeps
      FROM governance_internal.gov_catalog_relation AS m
      JOIN pg_catalog.pg_class AS v ON v.oid = m.oid
      JOIN pg_catalog.pg_rewrite AS w ON w.ev_class = v.oid AND w.ev_type = '1'
      JOIN pg_catalog.pg_depend AS d
        ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid AND d.refobjid <> v.oid
       AND d.refclassid = 'pg_catalog.pg_class'::regclass
     CROSS JOIN LATERAL (SELECT 'SELECT'
                         UNION ALL
                         SELECT x.privilege FROM (VALUES ('INSERT', 8), ('UPDATE', 4), ('DELETE', 16)) AS x (privilege, event)
                          WHERE CASE WHEN v.relkind = 'v' AND EXISTS (SELECT FROM ONLY @extschema@.gov_access AS a WHERE a.privilege = x.privilege)
                                     THEN pg_relation_is_updatable(v.oid, false) & x.event <> 0 ELSE false END) AS e (effect)
     WHERE v.relkind IN ('v', 'm') AND v.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
       AND NOT coalesce((SELECT bool_or(o.option_value::boolean) FROM pg_options_to_table(v.reloptions) AS o
                          WHERE o.option_name = 'security_invoker'), false)
    UNION ALL
    SELECT d.refclassid, d.refobjid, CASE WHEN strpos(p.prosqlbody::text, ':varattno 0 ') > 0 THEN 0 ELSE d.refobjsubid END, e.effect,
           'pg_catalog.pg_proc'::regclass, p.oid, 'EXECUTE', p.proowner, p.pronamespace, NULL, false
      FROM governance_internal.gov_catalog_routine AS f
      JOIN pg_catalog.pg_proc AS p ON p.oid = f.oid
      JOIN pg_catalog.pg_depend AS d
        ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.objsubid = 0 AND d.deptype = 'n'
       AND d.refclassid IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass)
     CROSS JOIN LATERAL (SELECT x.privilege
                           FROM (VALUES ('SELECT', 1), ('UPDATE', 2), ('INSERT', 3), ('DELETE', 4)) AS x (privilege, command)
                          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass
                            AND (x.command = 1 OR strpos(p.prosqlbody::text, concat(':commandType ', x.command, ' ')) > 0
                                 OR strpos(p.prosqlbody::text, ':commandType 5 ') > 0)
                         UNION ALL
                         SELECT 'EXECUTE' WHERE d.refclassid = 'pg_catalog.pg_proc'::regclass) AS e (effect)
     WHERE p.prosecdef AND p.prosqlbody IS NOT NULL;
REVOKE ALL ON governance_internal.gov_access_gate FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_access_gate IS 'views and functions that read or write with the rights of their owner, and what each leads to';
COMMENT ON COLUMN governance_internal.gov_access_gate.target_class IS 'OID of the catalog of what it leads to';
COMMENT ON COLUMN governance_internal.gov_access_gate.target IS 'OID there';
COMMENT ON COLUMN governance_internal.gov_access_gate.attnum IS 'number of the column that it leads to; 0 for the whole';
COMMENT ON COLUMN governance_internal.gov_access_gate.effect IS 'privilege that it uses there';
COMMENT ON COLUMN governance_internal.gov_access_gate.class IS 'OID of the catalog of the view or function';
COMMENT ON COLUMN governance_internal.gov_access_gate.gate IS 'OID there';
COMMENT ON COLUMN governance_internal.gov_access_gate.needs IS 'privilege that a caller needs on it';
COMMENT ON COLUMN governance_internal.gov_access_gate.owner IS 'OID of its owner';
COMMENT ON COLUMN governance_internal.gov_access_gate.schema IS 'OID of its schema';
COMMENT ON COLUMN governance_internal.gov_access_gate.rule IS 'OID of the rule that is the view; NULL for a function';
COMMENT ON COLUMN governance_internal.gov_access_gate.keeps IS 'a materialized view: it has what it read, whatever became of the rights of its owner since';

-- Who can do what with these objects, by which way.  The sets are small, but for
-- the last join: objects, what is granted on them, whom that reaches.  To compile
-- a query of this size would take longer than to run it.  Sets are joined with sets,
-- whatever the planner takes their sizes to be, and what the catalogs have of the
-- objects is found by arrays of OIDs, so that of one object no catalog is read as a whole.
CREATE FUNCTION governance_internal.gov_access_ways(about bigint[], roles oid[])
RETURNS TABLE (object_id bigint, object_type text, object_ref text, axis text, value text, ruler text, role_oid oid, role name, privilege text, via text,
               through text, granted_by name, column_name name, set_role boolean, reachable boolean, row_security boolean, can_login boolean, allowed boolean)
    LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 100000
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off
BEGIN ATOMIC
    WITH RECURSIVE holder AS MATERIALIZED (
        SELECT h.role, h.holder, h.inherited FROM governance_internal.gov_access_holder AS h
    ), judged AS MATERIALIZED (
        SELECT j.role, j.name, j.can_login, j.bypasses FROM governance_internal.gov_access_judged AS j
    ), object AS MATERIALIZED (
        SELECT o.object_id, o.object_type, o.object_ref, o.axis, o.value, o.class, o.oid, o.attnum, o.privilege, o.ruler
          FROM governance_internal.gov_access_objects(about) AS o
    ), gate AS MATERIALIZED (
        SELECT g.target_class, g.target, g.attnum, g.effect, g.class, g.gate, g.needs, g.owner, g.schema, g.rule, g.keeps
          FROM governance_internal.gov_access_gate AS g
         WHERE EXISTS (SELECT FROM object)
    ), first AS MATERIALIZED (
        SELECT g.target_class, g.target, g.attnum, g.effect, g.class, g.gate, g.needs, g.owner, g.schema, g.rule, g.keeps
          FROM gate AS g
          JOIN (SELECT DISTINCT o.class, o.oid FROM object AS o) AS t ON t.class = g.target_class AND t.oid = g.target
    ), whole AS MATERIALIZED (
        SELECT w.oid AS rule FROM pg_catalog.pg_rewrite AS w
         WHERE w.oid IN (SELECT f.rule FROM first AS f) AND strpos(w.ev_action::text, ':varattno 0 ') > 0
    ), chain (class, oid, attnum, effect, reader, gate_class, gate, needs, owner, schema, keeps) AS (
        SELECT g.target_class, g.target, CASE WHEN g.rule IN (SELECT w.rule FROM whole AS w) THEN 0 ELSE g.attnum END, g.effect,
               g.owner, g.class, g.gate, g.needs, g.owner, g.schema, g.keeps
          FROM first AS g
         WHERE CASE WHEN g.keeps THEN true
                    WHEN g.target_class = 'pg_catalog.pg_proc'::regclass THEN has_function_privilege(g.owner, g.target, 'EXECUTE')
                    WHEN g.effect = 'DELETE' THEN has_table_privilege(g.owner, g.target, 'DELETE')
                    WHEN g.effect = 'SELECT' AND g.attnum > 0 THEN has_column_privilege(g.owner, g.target, g.attnum::smallint, 'SELECT')
                    ELSE has_any_column_privilege(g.owner, g.target, g.effect) END
        UNION
        SELECT c.class, c.oid, c.attnum, c.effect, c.reader, g.class, g.gate, g.needs, g.owner, g.schema, g.keeps
          FROM chain AS c
          JOIN gate AS g ON g.target_class = c.gate_class AND g.target = c.gate AND g.effect = c.needs
         WHERE CASE WHEN g.keeps THEN true
                    WHEN g.target_class = 'pg_catalog.pg_proc'::regclass THEN has_function_privilege(g.owner, g.target, 'EXECUTE')
                    WHEN g.effect = 'DELETE' THEN has_table_privilege(g.owner, g.target, 'DELETE')
                    WHEN g.effect = 'SELECT' AND g.attnum > 0 THEN has_column_privilege(g.owner, g.target, g.attnum::smallint, 'SELECT')
                    ELSE has_any_column_privilege(g.owner, g.target, g.effect) END
    ), passage AS MATERIALIZED (
        SELECT DISTINCT c.gate_class, c.gate, i.identity FROM chain AS c
         CROSS JOIN LATERAL pg_identify_object(c.gate_class, c.gate, 0) AS i (type, schema, name, identity)
    ), thing AS MATERIALIZED (
        SELECT o.class, o.oid FROM object AS o
        UNION
        SELECT p.gate_class, p.gate FROM passage AS p
    ), relation AS MATERIALIZED (
        SELECT c.oid, c.relkind, c.relowner, c.relnamespace, c.relacl, c.relrowsecurity, c.relforcerowsecurity
          FROM pg_catalog.pg_class AS c
         WHERE c.oid = ANY (ARRAY(SELECT t.oid FROM thing AS t WHERE t.class = 'pg_catalog.pg_class'::regclass))
    ), item (class, oid, attnum, privilege, grantee, grantor, owner, schema) AS MATERIALIZED (
        SELECT 'pg_catalog.pg_class'::regclass::oid, c.oid, 0::smallint, x.privilege_type, x.grantee, x.grantor, c.relowner, c.relnamespace
          FROM relation AS c
         CROSS JOIN LATERAL aclexplode(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) AS x
        UNION ALL
        SELECT 'pg_catalog.pg_class'::regclass, c.oid, a.attnum, x.privilege_type, x.grantee, x.grantor, c.relowner, c.relnamespace
          FROM relation AS c
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attacl IS NOT NULL
         CROSS JOIN LATERAL aclexplode(a.attacl) AS x
         WHERE a.attrelid = ANY (ARRAY(SELECT r.oid FROM relation AS r))
        UNION ALL
        -- what the server's own roles may do without a grant
        SELECT 'pg_catalog.pg_class'::regclass, c.oid, 0, p.privilege, r.oid, NULL, c.relowner, c.relnamespace
          FROM relation AS c
         CROSS JOIN (VALUES ('pg_read_all_data', 'SELECT', true), ('pg_write_all_data', 'INSERT', false), ('pg_write_all_data', 'UPDATE', true),
                            ('pg_write_all_data', 'DELETE', false), ('pg_maintain', 'MAINTAIN', false)) AS p (role, privilege, sequences)
          JOIN pg_catalog.pg_roles AS r ON r.rolname = p.role
         WHERE c.relkind <> 'S' OR p.sequences
        UNION ALL
        SELECT 'pg_catalog.pg_proc'::regclass, f.oid, 0, x.privilege_type, x.grantee, x.grantor, f.proowner, f.pronamespace
          FROM pg_catalog.pg_proc AS f
         CROSS JOIN LATERAL aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) AS x
         WHERE f.oid = ANY (ARRAY(SELECT t.oid FROM thing AS t WHERE t.class = 'pg_catalog.pg_proc'::regclass))
        UNION ALL
        SELECT 'pg_catalog.pg_type'::regclass, y.oid, 0, x.privilege_type, x.grantee, x.grantor, y.typowner, y.typnamespace
          FROM pg_catalog.pg_type AS y
         CROSS JOIN LATERAL aclexplode(coalesce(y.typacl, acldefault('T', y.typowner))) AS x
         WHERE y.oid = ANY (ARRAY(SELECT t.oid FROM thing AS t WHERE t.class = 'pg_catalog.pg_type'::regclass))
        UNION ALL
        SELECT 'pg_catalog.pg_namespace'::regclass, n.oid, 0, x.privilege_type, x.grantee, x.grantor, n.nspowner, n.oid
          FROM pg_catalog.pg_namespace AS n
         CROSS JOIN LATERAL aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS x
         WHERE EXISTS (SELECT FROM object)
        UNION ALL
        SELECT 'pg_catalog.pg_namespace'::regclass, n.oid, 0, 'USAGE', r.oid, NULL, n.nspowner, n.oid
          FROM pg_catalog.pg_namespace AS n
          JOIN pg_catalog.pg_roles AS r ON r.rolname IN ('pg_read_all_data', 'pg_write_all_data')
         WHERE EXISTS (SELECT FROM object)
    ), reached (grantee, role, inherited) AS MATERIALIZED (
        SELECT h.holder, h.role, h.inherited FROM holder AS h JOIN judged AS j ON j.role = h.role
        UNION ALL
        SELECT 0::oid, 0::oid, true
    ), asked (grantee, role, inherited) AS MATERIALIZED (
        SELECT r.grantee, r.role, r.inherited FROM reached AS r
         WHERE roles IS NULL OR r.role = ANY (roles)
    ), usage (schema, role, inherited) AS MATERIALIZED (
        SELECT i.oid, h.role, bool_or(h.inherited)
          FROM (SELECT DISTINCT i.oid, i.grantee FROM item AS i
                 WHERE i.class = 'pg_catalog.pg_namespace'::regclass AND i.privilege = 'USAGE') AS i
          JOIN (SELECT r.grantee, r.role, r.inherited FROM reached AS r
                UNION ALL
                SELECT 0, j.role, true FROM judged AS j WHERE j.role <> 0
                UNION ALL
                -- what everybody can do, anybody can do who comes there
                SELECT r.grantee, 0, true FROM reached AS r WHERE r.role <> 0) AS h ON h.grantee = i.grantee
         GROUP BY i.oid, h.role
    ), allowed AS MATERIALIZED (
        SELECT a.axis, a.ruler, a.privilege, a.role FROM governance_internal.gov_access_allowed AS a
    ), entrance AS MATERIALIZED (
        SELECT DISTINCT i.class, i.oid, i.privilege, i.grantee, i.grantor FROM item AS i
    ), way (object_id, object_type, object_ref, axis, value, ruler, privilege, role, via, through, granted_by, column_name, inherited, schema, class, oid, reader) AS (
        SELECT o.object_id, o.object_type, o.object_ref, o.axis, o.value, o.ruler, o.privilege, r.role,
               CASE WHEN i.grantee = 0 THEN 'PUBLIC' WHEN i.grantee <> r.role THEN 'membership' WHEN i.owner = r.role THEN 'ownership' ELSE 'grant' END,
               CASE WHEN i.grantee <> r.role THEN pg_get_userbyid(i.grantee)::text END, i.grantor,
               CASE WHEN i.attnum > 0 AND o.attnum = 0 THEN i.attnum END, r.inherited, i.schema, o.class, o.oid, r.role
          FROM object AS o
          JOIN item AS i ON i.class = o.class AND i.oid = o.oid AND i.privilege = o.privilege AND (i.attnum = 0 OR o.attnum = 0 OR i.attnum = o.attnum)
          JOIN asked AS r ON r.grantee = i.grantee
        UNION ALL
        SELECT DISTINCT o.object_id, o.object_type, o.object_ref, o.axis, o.value, o.ruler, o.privilege, r.role,
               CASE WHEN c.gate_class = 'pg_catalog.pg_class'::regclass THEN 'view owner' ELSE 'security definer function' END,
               p.identity, i.grantor, NULL::smallint, r.inherited, c.schema, o.class, o.oid, c.reader
          FROM object AS o
          JOIN chain AS c ON c.class = o.class AND c.oid = o.oid AND c.effect = o.privilege AND (c.attnum = 0 OR o.attnum = 0 OR c.attnum = o.attnum)
          JOIN passage AS p ON p.gate_class = c.gate_class AND p.gate = c.gate
          JOIN entrance AS i ON i.class = c.gate_class AND i.oid = c.gate AND i.privilege = c.needs
          JOIN asked AS r ON r.grantee = i.grantee
         WHERE r.role <> c.owner OR c.keeps
        UNION ALL
        SELECT o.object_id, o.object_type, o.object_ref, o.axis, o.value, o.ruler, o.privilege, j.role,
               'default privileges', CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' ELSE 'types' END,
               d.defaclrole, NULL::smallint, true, o.oid, o.class, o.oid, j.role
          FROM object AS o
          JOIN pg_catalog.pg_default_acl AS d ON d.defaclnamespace IN (0, o.oid) AND d.defaclobjtype IN ('r', 'S', 'f', 'T')
         CROSS JOIN LATERAL aclexplode(d.defaclacl) AS x
          JOIN judged AS j ON j.role = x.grantee
         WHERE o.class = 'pg_catalog.pg_namespace'::regclass AND x.privilege_type = o.privilege AND x.grantee <> d.defaclrole
           AND (roles IS NULL OR j.role = ANY (roles))
    )
    SELECT w.object_id, w.object_type, w.object_ref, w.axis, w.value, w.ruler, w.role AS role_oid, j.name AS role, w.privilege, w.via, w.through,
           CASE WHEN w.granted_by IS NOT NULL THEN pg_get_userbyid(w.granted_by) END AS granted_by,
           CASE WHEN w.column_name IS NOT NULL
                THEN (SELECT a.attname FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = w.oid AND a.attnum = w.column_name) END AS column_name,
           NOT w.inherited AS set_role,
           u.role IS NOT NULL AND (u.inherited OR NOT w.inherited) AS reachable,
           CASE WHEN coalesce(c.relrowsecurity, false)
                THEN (w.reader = 0 OR NOT (SELECT s.rolsuper OR s.rolbypassrls FROM pg_catalog.pg_roles AS s WHERE s.oid = w.reader))
                     AND (c.relforcerowsecurity OR (w.reader, c.relowner) NOT IN (SELECT h.role, h.holder FROM holder AS h WHERE h.inherited))
                ELSE false END AS row_security,
           j.can_login,
           a.role IS NOT NULL AS allowed
      FROM way AS w
      JOIN judged AS j ON j.role = w.role
      LEFT JOIN usage AS u ON u.schema = w.schema AND u.role = w.role
      LEFT JOIN relation AS c ON c.oid = w.oid AND w.class = 'pg_catalog.pg_class'::regclass
      LEFT JOIN allowed AS a ON a.axis = w.axis AND a.ruler = w.ruler AND a.privilege = w.privilege AND a.role = w.role;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_access_ways(bigint[], oid[]) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_access_ways(bigint[], oid[]) IS
    'tells who can do what with what bears a value for which it was said who may, by every way, whether it may (allowed) or not; columns as in gov_exposure. about: of these objects only; NULL: of all. roles: of these only, 0 for public; NULL: of all. ruler: the value that says who may: the one that is borne, or the nearest above it';

CREATE VIEW governance_internal.gov_access_way AS
    SELECT w.object_id, w.object_type, w.object_ref, w.axis, w.value, w.ruler, w.role_oid, w.role, w.privilege, w.via, w.through, w.granted_by, w.column_name,
           w.set_role, w.reachable, w.row_security, w.can_login, w.allowed
      FROM governance_internal.gov_access_ways(NULL, NULL) AS w;
REVOKE ALL ON governance_internal.gov_access_way FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_access_way IS 'who can do what with what bears a value for which it was said who may, by every way, whether it may or not';
COMMENT ON COLUMN governance_internal.gov_access_way.object_id IS 'the object';
COMMENT ON COLUMN governance_internal.gov_access_way.ruler IS 'the value that says who may: the one that is borne, or the nearest above it';
COMMENT ON COLUMN governance_internal.gov_access_way.role_oid IS 'OID of the role; 0 for public';
COMMENT ON COLUMN governance_internal.gov_access_way.allowed IS 'may the role?';

CREATE VIEW @extschema@.gov_exposure AS
    SELECT object_type, object_ref, axis, value, role, privilege, via, granted_by, through, column_name, set_role, reachable, row_security, can_login
      FROM governance_internal.gov_access_way
     WHERE NOT allowed;
REVOKE ALL ON @extschema@.gov_exposure FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_exposure IS
    'every role that can read or write what bears a value and may not (gov_set_access), with each way by which it can, as the server''s catalogs are now; superusers can do everything and are not listed';
COMMENT ON COLUMN @extschema@.gov_exposure.object_type IS 'type of the object: what has the value approved, what lives in such a thing, and tables with such a column for privileges that no column has';
COMMENT ON COLUMN @extschema@.gov_exposure.object_ref IS 'its reference';
COMMENT ON COLUMN @extschema@.gov_exposure.axis IS 'axis of the value';
COMMENT ON COLUMN @extschema@.gov_exposure.value IS 'the value that it bears';
COMMENT ON COLUMN @extschema@.gov_exposure.role IS 'the role, public for everybody; roles that can not log in are listed, too, and the server''s own through their members';
COMMENT ON COLUMN @extschema@.gov_exposure.privilege IS 'what it can do: the privilege as GRANT calls it';
COMMENT ON COLUMN @extschema@.gov_exposure.via IS 'grant, PUBLIC, membership, ownership, view owner, security definer function, or default privileges: what is granted on the next object that somebody makes in the schema';
COMMENT ON COLUMN @extschema@.gov_exposure.granted_by IS 'who granted it, on the object or on the view or function; for default privileges whose objects they are about; NULL for what the server''s own roles may do';
COMMENT ON COLUMN @extschema@.gov_exposure.through IS 'the role whose membership, the view, or the function by which it can; for default privileges the kind of objects';
COMMENT ON COLUMN @extschema@.gov_exposure.column_name IS 'the one column of a relation that it is granted on; NULL for the whole';
COMMENT ON COLUMN @extschema@.gov_exposure.set_role IS 'true: only after SET ROLE, since the membership is not inherited';
COMMENT ON COLUMN @extschema@.gov_exposure.reachable IS 'has it USAGE on the schema of the object, or of the view or function, as well?  For public: has anybody?';
COMMENT ON COLUMN @extschema@.gov_exposure.row_security IS 'true: policies of the table decide which rows';
COMMENT ON COLUMN @extschema@.gov_exposure.can_login IS 'may the role log in itself?  NULL for public';

CREATE FUNCTION @extschema@.gov_exposure_of(role text)
RETURNS TABLE (object_type text, object_ref text, axis text, value text, privilege text, via text, granted_by name, through text, column_name name,
               set_role boolean, reachable boolean, row_security boolean, allowed boolean)
    LANGUAGE C STABLE PARALLEL UNSAFE CALLED ON NULL INPUT
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_exposure_of(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_exposure_of(text) IS
    'tells what a role can read or write of what bears values for which it was said who may, and by which ways, whether it may (allowed) or not; columns as in gov_exposure. role: its name; public: what everybody can. What is granted to PUBLIC is told of every role. Errors: 22004 NULL; 42704 no such role; 22023 it is a superuser, who can do everything, or one of the server''s own';

-- A table is judged by its columns, too; a column by what is granted on its
-- table as a whole, or on it.
CREATE FUNCTION governance_internal.gov_access_exposed_to(about bigint)
RETURNS TABLE (axis text, value text, exposed_to text)
    LANGUAGE sql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET jit = off
BEGIN ATOMIC
    WITH object AS MATERIALIZED (
        SELECT o.object_id, o.object_type LIKE '% column' AS is_column, o.container_id, o.address_oid, o.address_subid
          FROM ONLY @extschema@.gov_object AS o
         WHERE o.object_id = about
    ), exposed AS MATERIALIZED (
        SELECT w.axis, w.value, w.role_oid, w.role::text AS role,
               string_agg(DISTINCT w.via COLLATE "C", ', ' ORDER BY w.via COLLATE "C") AS via
          FROM object AS o
         CROSS JOIN governance_internal.gov_access_ways(
                   ARRAY(SELECT a.object_id FROM object AS a
                         UNION ALL
                         SELECT a.container_id FROM object AS a WHERE a.is_column AND a.container_id IS NOT NULL
                         UNION ALL
                         SELECT c.object_id FROM ONLY @extschema@.gov_object AS c
                          WHERE c.container_id = about AND c.object_type LIKE '% column'), NULL) AS w
         WHERE NOT w.allowed
           AND (NOT o.is_column OR w.column_name IS NULL
                OR w.column_name = (SELECT t.attname FROM pg_catalog.pg_attribute AS t
                                     WHERE t.attrelid = o.address_oid AND t.attnum = o.address_subid))
         GROUP BY w.axis, w.value, w.role_oid, w.role
    ), counted AS (
        SELECT e.axis, e.value, count(*) AS roles,
               array_agg(concat(e.role, ' (', e.via, ')') ORDER BY e.role_oid <> 0, e.role COLLATE "C") AS who
          FROM exposed AS e
         GROUP BY e.axis, e.value
    )
    SELECT c.axis, c.value,
           concat(array_to_string(c.who[1:5], ', '), CASE WHEN c.roles > 5 THEN concat(' and ', c.roles - 5, ' more') END)
      FROM counted AS c;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_access_exposed_to(bigint) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_access_exposed_to(bigint) IS
    'tells by value who can read or write an object, its columns counted, and may not: up to five roles with the ways, public first, and how many more. about: the object';

CREATE FUNCTION @extschema@.gov_explain_access(object_type text, object_ref text)
RETURNS TABLE (axis text, value text, zone text, resolution text, depth integer, anchor_type text, anchor_ref text, exposed_to text)
    LANGUAGE C STABLE PARALLEL UNSAFE CALLED ON NULL INPUT
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_explain_access(text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_explain_access(text, text) IS
    'tells what an object bears, by itself, by what it lives in and by what lives in it, and who can read or write it and may not. object_type, object_ref: the object. Result: the rows of gov_classification for it; exposed_to: up to five roles that can and may not, public first, with the ways, and how many more; nobody where there are none; NULL where nothing was said of the value (gov_set_access), it is not approved, or only what lives in the object bears it, its own columns aside, which count for it. Errors: 42704 no such object; 22004 NULL';

-- What is run with the rights of its owner, and is not known before it runs.
CREATE VIEW @extschema@.gov_exposure_unknown AS
    WITH definer AS MATERIALIZED (
        SELECT f.oid, f.word, f.proowner
          FROM governance_internal.gov_catalog_routine AS f
          JOIN pg_catalog.pg_proc AS p ON p.oid = f.oid
         WHERE f.prosecdef AND p.prosqlbody IS NULL AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
           AND EXISTS (SELECT FROM ONLY @extschema@.gov_access)
    ), object AS MATERIALIZED (
        SELECT DISTINCT o.object_id, o.oid, o.attnum FROM governance_internal.gov_access_objects(NULL) AS o
         WHERE o.class = 'pg_catalog.pg_class'::regclass AND NOT o.contents AND EXISTS (SELECT FROM definer)
    ), owner AS MATERIALIZED (
        SELECT d.proowner, count(*) AS objects
          FROM (SELECT DISTINCT proowner FROM definer) AS d
         CROSS JOIN object AS o
         WHERE CASE WHEN o.attnum > 0 THEN has_column_privilege(d.proowner, o.oid, o.attnum, 'SELECT')
                    ELSE has_any_column_privilege(d.proowner, o.oid, 'SELECT') END
         GROUP BY d.proowner
    )
    SELECT d.word AS function_type, i.identity AS function_ref, pg_get_userbyid(d.proowner) AS owner, w.objects,
           (SELECT count(*) FROM governance_internal.gov_access_judged AS j WHERE j.role <> 0 AND has_function_privilege(j.role, d.oid, 'EXECUTE')) AS roles
      FROM definer AS d
      JOIN owner AS w ON w.proowner = d.proowner
     CROSS JOIN LATERAL pg_identify_object('pg_catalog.pg_proc'::regclass, d.oid, 0) AS i (type, schema, name, identity);
REVOKE ALL ON @extschema@.gov_exposure_unknown FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_exposure_unknown IS
    'functions by which somebody may read what bears a value, and nobody knows: SECURITY DEFINER, with a body that the server only reads when it runs (all but SQL-standard bodies), of an owner who can read such objects; triggers and members of extensions of superusers aside';
COMMENT ON COLUMN @extschema@.gov_exposure_unknown.function_type IS 'function or procedure';
COMMENT ON COLUMN @extschema@.gov_exposure_unknown.function_ref IS 'its reference';
COMMENT ON COLUMN @extschema@.gov_exposure_unknown.owner IS 'role with whose rights it runs';
COMMENT ON COLUMN @extschema@.gov_exposure_unknown.objects IS 'how many objects that bear values for which it was said who may the owner can read';
COMMENT ON COLUMN @extschema@.gov_exposure_unknown.roles IS 'how many roles can call it; superusers and the server''s own aside';

------------------------------------------------------------------------------
-- access/owners: the database's own owners against who answers for the objects: gov_owner_drift
------------------------------------------------------------------------------

CREATE VIEW governance_internal.gov_access_owned AS
    WITH here (system, database) AS MATERIALIZED (
        SELECT c.system_identifier, d.oid
          FROM pg_catalog.pg_control_system() AS c
          JOIN pg_catalog.pg_database AS d ON d.datname = current_database()
    )
    -- not joined: of objects whose table was never analysed the planner takes so
    -- few to be there that it would read the catalogs for each
    SELECT o.object_id, o.object_type, o.object_ref, w.owner
      FROM ONLY @extschema@.gov_object AS o
      JOIN here AS h ON o.address_system = h.system AND o.address_database = h.database
     CROSS JOIN LATERAL (
           SELECT coalesce((SELECT c.relowner FROM governance_internal.gov_catalog_relation AS c WHERE c.oid = o.address_oid AND c.word = o.object_type),
                           (SELECT f.proowner FROM governance_internal.gov_catalog_routine AS f WHERE f.oid = o.address_oid AND f.word = o.object_type),
                           (SELECT t.typowner FROM governance_internal.gov_catalog_type AS t WHERE t.oid = o.address_oid AND t.word = o.object_type),
                           (SELECT n.nspowner FROM pg_catalog.pg_namespace AS n WHERE n.oid = o.address_oid AND o.object_type = 'schema'))) AS w (owner)
     WHERE o.retired_at IS NULL AND w.owner IS NOT NULL;
REVOKE ALL ON governance_internal.gov_access_owned FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_access_owned IS 'live objects of this database with the role that owns them: relations, routines, types, schemas';
COMMENT ON COLUMN governance_internal.gov_access_owned.object_id IS 'the object';
COMMENT ON COLUMN governance_internal.gov_access_owned.object_type IS 'its type';
COMMENT ON COLUMN governance_internal.gov_access_owned.object_ref IS 'its reference';
COMMENT ON COLUMN governance_internal.gov_access_owned.owner IS 'OID of the role that owns it';

CREATE VIEW @extschema@.gov_owner_drift AS
    WITH spoken AS MATERIALIZED (
        SELECT u.authority, governance_internal.gov_role_oid_meant(u.role_name, u.role_oid, u.role_system) AS role
          FROM ONLY @extschema@.gov_authority AS u
    ), holder AS MATERIALIZED (
        SELECT h.role, h.holder FROM governance_internal.gov_access_holder AS h
    ), answers AS (
        SELECT DISTINCT d.object_id, d.object_type, d.object_ref, d.owner, e.axis, e.authority
          FROM governance_internal.gov_access_owned AS d
          JOIN governance_internal.gov_engine_effective_owner AS e ON e.object_id = d.object_id
    )
    SELECT a.object_id, a.object_type, a.object_ref, pg_get_userbyid(a.owner) AS database_owner, a.axis, a.authority,
           CASE WHEN s.role IS NOT NULL THEN pg_get_userbyid(s.role) END AS authority_role,
           CASE WHEN s.role IS NULL THEN 'unknown'
                WHEN s.role = a.owner THEN 'agrees'
                WHEN (a.owner, s.role) IN (SELECT h.role, h.holder FROM holder AS h)
                  OR (s.role, a.owner) IN (SELECT h.role, h.holder FROM holder AS h) THEN 'member'
                ELSE 'differs' END AS state
      FROM answers AS a
      JOIN spoken AS s ON s.authority = a.authority;
REVOKE ALL ON @extschema@.gov_owner_drift FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_owner_drift IS
    'the role that owns each object in the database against the role of each authority that answers for it (gov_effective_owner), one row per axis and authority';
COMMENT ON COLUMN @extschema@.gov_owner_drift.object_id IS 'identity of the object: a relation, routine, type or schema of this database';
COMMENT ON COLUMN @extschema@.gov_owner_drift.object_type IS 'its type';
COMMENT ON COLUMN @extschema@.gov_owner_drift.object_ref IS 'its reference';
COMMENT ON COLUMN @extschema@.gov_owner_drift.database_owner IS 'role that owns it, as the server has it now';
COMMENT ON COLUMN @extschema@.gov_owner_drift.axis IS 'axis on which the authority answers for it';
COMMENT ON COLUMN @extschema@.gov_owner_drift.authority IS 'the authority';
COMMENT ON COLUMN @extschema@.gov_owner_drift.authority_role IS 'role that speaks for it; NULL when none does';
COMMENT ON COLUMN @extschema@.gov_owner_drift.state IS 'agrees: the same role; member: one of the two is a member of the other; differs; unknown: no role speaks for the authority';

------------------------------------------------------------------------------
-- findings/state: since when findings are there, and acknowledging them
------------------------------------------------------------------------------

CREATE VIEW @extschema@.gov_drift_state AS
    SELECT f.finding_id, f.detector, f.axis, f.object_type, f.object_ref, f.value, f.severity, f.detail,
           CASE WHEN f.resolved_at IS NOT NULL THEN 'resolved'
                WHEN f.acknowledged_at IS NOT NULL
                     AND (f.acknowledged_until IS NULL OR f.acknowledged_until > now()) THEN 'acknowledged'
                ELSE 'open' END AS status,
           f.first_seen,
           CASE WHEN f.resolved_at IS NULL THEN v.scanned_at ELSE f.last_seen END AS last_seen,
           f.resolved_at,
           CASE WHEN f.resolved_at IS NULL
                THEN f.seen_before + greatest(v.scan_no - f.since_scan + 1, 1) -
                     (SELECT count(*) FROM ONLY @extschema@.gov_scan_run AS x
                       WHERE x.failed IS NOT NULL AND x.scan_no > f.since_scan AND x.scan_no < v.scan_no
                         AND f.detector = ANY (x.failed))
                ELSE f.seen_before END AS scan_count,
           f.reopen_count,
           f.resolved_at IS NULL AND v.scan_no < l.scan_no AS unverified,
           f.acknowledged_by, f.acknowledged_reason, f.acknowledged_until,
           f.object_id, f.identity
      FROM ONLY @extschema@.gov_finding AS f
      JOIN (SELECT d.detector, r.scan_no, r.scanned_at
              FROM ONLY @extschema@.gov_detector AS d
              LEFT JOIN LATERAL (SELECT r.scan_no, r.scanned_at FROM ONLY @extschema@.gov_scan_run AS r
                                  WHERE r.scan_no IS NOT NULL
                                    AND (r.failed IS NULL OR d.detector <> ALL (r.failed))
                                  ORDER BY r.scan_no DESC LIMIT 1) AS r ON true) AS v ON v.detector = f.detector
     CROSS JOIN (SELECT max(scan_no) AS scan_no FROM ONLY @extschema@.gov_scan_run) AS l;
REVOKE ALL ON @extschema@.gov_drift_state FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_drift_state IS 'what scans found, and since when';
COMMENT ON COLUMN @extschema@.gov_drift_state.status IS 'open, acknowledged (gov_acknowledge) or resolved (the last scan did not find it)';
COMMENT ON COLUMN @extschema@.gov_drift_state.last_seen IS 'when a scan last found it';
COMMENT ON COLUMN @extschema@.gov_drift_state.scan_count IS 'how many scans found it';
COMMENT ON COLUMN @extschema@.gov_drift_state.unverified IS 'true: its detector failed in the last scan, so it is as it was';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_drift_state', '@extschema@.gov_finding');

CREATE VIEW @extschema@.gov_drift_summary AS
    SELECT d.detector, d.severity, d.enabled,
           count(*) FILTER (WHERE s.status = 'open') AS open,
           count(*) FILTER (WHERE s.status = 'acknowledged') AS acknowledged,
           count(*) FILTER (WHERE s.status = 'resolved') AS resolved,
           count(*) FILTER (WHERE s.status = 'open' AND s.severity = 'critical') AS critical,
           count(*) FILTER (WHERE s.status = 'open' AND s.severity = 'warning') AS warning,
           count(*) FILTER (WHERE s.status = 'open' AND s.severity = 'info') AS info,
           count(*) FILTER (WHERE s.unverified) AS unverified,
           min(s.first_seen) FILTER (WHERE s.status = 'open') AS oldest
      FROM ONLY @extschema@.gov_detector AS d
      LEFT JOIN @extschema@.gov_drift_state AS s ON s.detector = d.detector
     GROUP BY d.detector, d.severity, d.enabled;
REVOKE ALL ON @extschema@.gov_drift_summary FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_drift_summary IS 'the findings that scans stored, counted, one row per detector';
COMMENT ON COLUMN @extschema@.gov_drift_summary.open IS 'findings that stand and are not acknowledged';
COMMENT ON COLUMN @extschema@.gov_drift_summary.acknowledged IS 'findings that stand and are acknowledged';
COMMENT ON COLUMN @extschema@.gov_drift_summary.resolved IS 'findings that no longer stand';
COMMENT ON COLUMN @extschema@.gov_drift_summary.critical IS 'open ones that are critical';
COMMENT ON COLUMN @extschema@.gov_drift_summary.warning IS 'open ones that are warnings';
COMMENT ON COLUMN @extschema@.gov_drift_summary.info IS 'open ones that inform';
COMMENT ON COLUMN @extschema@.gov_drift_summary.unverified IS 'standing ones that the last scan could not look at, because the detector failed';
COMMENT ON COLUMN @extschema@.gov_drift_summary.oldest IS 'when the oldest open one was first seen';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_drift_summary', '@extschema@.gov_detector');

CREATE FUNCTION @extschema@.gov_acknowledge(finding_id bigint, until timestamptz DEFAULT NULL, reason text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_acknowledge(bigint, timestamptz, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_acknowledge(bigint, timestamptz, text) IS
    'says that a finding is known, and why that is accepted: it is no longer open until it comes back, gets worse, or the time is over. finding_id: of gov_drift_state; until: when it is open again, NULL for as long as it stands; reason: why. Answers changed, or unchanged where that is said so. Errors: 42704 no such finding; 55000 it is resolved; 23514 an empty reason; 22023 until is not in the future; 22004 a NULL';

------------------------------------------------------------------------------
-- events/types: kinds of events, and opening and closing them
------------------------------------------------------------------------------

CREATE TRIGGER gov_restore_seed BEFORE INSERT ON @extschema@.gov_event_type
    FOR EACH ROW WHEN (NEW.domain = 'governance')
    EXECUTE FUNCTION governance_internal.gov_restore_seed('domain,type', 'governance', 'backfill.sweep_completed',
        'governance', 'candidate.scan_completed', 'governance', 'coverage.scan_completed',
        'governance', 'handoff.object_born', 'governance', 'input.untrusted_source');
ALTER TABLE @extschema@.gov_event_type ENABLE ALWAYS TRIGGER gov_restore_seed;

SELECT governance_internal.gov_ledger_watch('@extschema@.gov_event_type');

CREATE FUNCTION governance_internal.gov_event_type_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_event_type_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_event_type_guard() IS
    'row trigger before INSERT or UPDATE of an active event type. Once gates are armed a change by hand needs an approval of action activate_event, used up in the same transaction; a dump brings back what was active. Errors: QVA01';

-- fires before gov_restore_seed, which is later in the alphabet
CREATE TRIGGER gov_event_type_guard_insert BEFORE INSERT ON @extschema@.gov_event_type
    FOR EACH ROW WHEN (NEW.active) EXECUTE FUNCTION governance_internal.gov_event_type_guard();
CREATE TRIGGER gov_event_type_guard_update BEFORE UPDATE ON @extschema@.gov_event_type
    FOR EACH ROW WHEN (NEW.active AND OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION governance_internal.gov_event_type_guard();

CREATE FUNCTION @extschema@.gov_set_event_type(domain text, type text, stream text, lane text, severity text DEFAULT 'info')
RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_event_type(text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_event_type(text, text, text, text, text) IS
    'registers a type of event, inactive, or changes one that is not active. domain and type: its codes; stream and lane: what its events must say; severity: info, warning or critical. Errors: 22004 a NULL; 23514 unknown severity; 55000 the type is active';

CREATE FUNCTION @extschema@.gov_event_activate(domain text, type text, approval text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_event_activate(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_event_activate(text, text, text) IS
    'lets events of a type into the outbox. Answers changed, or unchanged where it is active, and then no approval is used. domain and type: the type; approval: of action activate_event, once gates are armed. Errors: 42704 no such type; 42501 the session is an agent''s; QVA01, QVA02 approval needed or refused';

CREATE FUNCTION @extschema@.gov_event_deactivate(domain text, type text, reason text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_event_deactivate(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_event_deactivate(text, text, text) IS
    'lets no more events of a type into the outbox; needs no approval, waits for transactions that are putting some in. What is in the outbox is still delivered. Answers changed, or unchanged where it is not active. domain and type: the type. Errors: 42704 no such type';

------------------------------------------------------------------------------
-- events/guard: checking what is inserted into the outbox, whoever inserts it
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_event_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_event_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_event_guard() IS
    'row trigger before INSERT of gov_event_outbox, for every role. Errors, in this order: 42501 the role has the right by pg_write_all_data alone; 23503 the type is not registered; 55000 it is not active; 23514 another stream than the type''s; 23514 another lane; 23502 no canonical_address; 23502 no actor; 23502 no source_system; then 23514 a position before delivery. What gov_event_log holds, word for word, as emitted is admitted all the same; what it does not hold is logged';

CREATE FUNCTION governance_internal.gov_event_log_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_event_log_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_event_log_guard() IS
    'row trigger before INSERT of rows of gov_event_log that say emitted: they come from the extension''s functions, from a dump or from replication. Errors: 42501 by hand';

CREATE FUNCTION governance_internal.gov_event_record_guard() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_event_record_guard() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_event_record_guard() IS
    'trigger before UPDATE, DELETE or TRUNCATE of gov_event_outbox and gov_event_log: the log is append-only; in the outbox the extension''s functions give positions and remove what was acknowledged. Errors: 42501';

CREATE TRIGGER gov_event_guard BEFORE INSERT ON @extschema@.gov_event_outbox
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_event_guard();
CREATE TRIGGER gov_event_record_guard BEFORE UPDATE OR DELETE ON @extschema@.gov_event_outbox
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_event_record_guard();
CREATE TRIGGER gov_event_record_guard_truncate BEFORE TRUNCATE ON @extschema@.gov_event_outbox
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_event_record_guard();
ALTER TABLE @extschema@.gov_event_outbox
    ENABLE ALWAYS TRIGGER gov_event_guard, ENABLE ALWAYS TRIGGER gov_event_record_guard,
    ENABLE ALWAYS TRIGGER gov_event_record_guard_truncate;

CREATE TRIGGER gov_event_log_guard BEFORE INSERT ON @extschema@.gov_event_log
    FOR EACH ROW WHEN (NEW.emitted) EXECUTE FUNCTION governance_internal.gov_event_log_guard();
CREATE TRIGGER gov_event_record_guard BEFORE UPDATE OR DELETE ON @extschema@.gov_event_log
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_event_record_guard('append-only');
CREATE TRIGGER gov_event_record_guard_truncate BEFORE TRUNCATE ON @extschema@.gov_event_log
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_event_record_guard('append-only');
ALTER TABLE @extschema@.gov_event_log
    ENABLE ALWAYS TRIGGER gov_event_log_guard, ENABLE ALWAYS TRIGGER gov_event_record_guard,
    ENABLE ALWAYS TRIGGER gov_event_record_guard_truncate;

------------------------------------------------------------------------------
-- events/delivery: getting events out: fetch, acknowledge, prune
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_event_fetch(
    consumer text, max integer DEFAULT 100,
    OUT "position" bigint, OUT event_id bigint, OUT domain text, OUT type text, OUT stream text, OUT lane text,
    OUT canonical_address text, OUT actor text, OUT source_system text, OUT payload jsonb, OUT created_at timestamptz
) RETURNS SETOF record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_event_fetch(text, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_event_fetch(text, integer) IS
    'gives the next events for a consumer, at most max, in the order of their positions, which events get here: those after what it has acknowledged, so an event comes again until it is. consumer: a name of its choice; a new one begins with the oldest event kept, and belongs to the role that fetches, which SET ROLE may choose. Commit before handling them: a fetch that is rolled back delivered nothing. Never waits for transactions that are open. Errors: 22004 a NULL; 22023 max below 1; 42501 the consumer is of a role of which the session user is no member, and the caller has not level admin';

CREATE FUNCTION @extschema@.gov_event_ack(consumer text, "position" bigint) RETURNS bigint
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_event_ack(text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_event_ack(text, bigint) IS
    'says that a consumer is done with every event up to a position. consumer: its name; position: as gov_event_fetch gave it; one that it has acknowledged before, or an earlier one, changes nothing. Result: up to where it has acknowledged now. Errors: 42704 no such consumer; 22023 the position was not delivered to it; 22004 a NULL; 42501 it is of a role of which the session user is no member, and the caller has not level admin';

CREATE FUNCTION @extschema@.gov_event_prune(keep interval DEFAULT '30 days') RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_event_prune(interval) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_event_prune(interval) IS
    'removes from the outbox the events that every consumer has acknowledged and that are as old as keep or older; the one with the greatest position stays, and so does all while there is no consumer. gov_event_log keeps every event. Answers ended and how many were removed, or unchanged. Errors: 22004 a NULL; 22023 keep is negative';

CREATE FUNCTION @extschema@.gov_event_forget(consumer text, reason text DEFAULT NULL) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_event_forget(text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_event_forget(text, text) IS
    'forgets a consumer that will not come back, so that gov_event_prune no longer waits for it; one that does come back begins anew. consumer: its name. Answers ended, or unchanged where there is none. Errors: 22004 a NULL';

------------------------------------------------------------------------------
-- events/shape: making events of what a scan found to have changed
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_event_address(object_type text, object_ref text, axis text, value text) RETURNS text
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_event_address(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_event_address(text, text, text, text) IS
    'the canonical address of what an event is about: gov:object_type/object_ref#axis/value, without the parts that are NULL; within a part the characters %, / and #, spaces and controls are written as % and two hexadecimal digits. No errors of its own';

CREATE FUNCTION governance_internal.gov_event_blocked(wanted text, registered text, active boolean) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN wanted IS NULL THEN 'no event type'
                WHEN registered IS NULL THEN 'event type not registered'
                WHEN NOT active THEN 'event type not active' END;
REVOKE ALL ON FUNCTION governance_internal.gov_event_blocked(text, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_event_blocked(text, text, boolean) IS
    'says why no event of a detector is emitted; NULL when it is. wanted: the event type that the detector names; registered: the same as gov_event_type has it, NULL when it has not; active: is it?';

CREATE FOREIGN TABLE governance_internal.gov_kept_transition (
    finding_id bigint,
    transition text
) SERVER gov_kept;
REVOKE ALL ON governance_internal.gov_kept_transition FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_kept_transition IS
    'findings that the scan that is running opened, reopened or resolved';

CREATE FUNCTION governance_internal.gov_event_shape(of_scan bigint, finding_limit integer)
RETURNS TABLE (finding_id bigint, place bigint, transition text, detector text, object_type text, object_ref text,
               domain text, type text, stream text, lane text, severity text, address text, payload jsonb, blocked_reason text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    -- finding: those that a scan changed, or all that are open
    WITH finding AS (
    SELECT r.transition, f.finding_id, f.detector, f.axis, f.object_type, f.object_ref, f.value, f.severity, f.detail, f.object_id
      FROM governance_internal.gov_kept_transition AS r
      JOIN ONLY @extschema@.gov_finding AS f ON f.finding_id = r.finding_id
     WHERE of_scan IS NOT NULL
    UNION ALL
    SELECT NULL, s.finding_id, s.detector, s.axis, s.object_type, s.object_ref, s.value, s.severity, s.detail, s.object_id
      FROM @extschema@.gov_drift_state AS s
     WHERE of_scan IS NULL AND s.status = 'open'),
    -- counted: with how many there are of one kind, of one detector under one container
    counted AS (
    SELECT f.*, o.container_id,
           count(*) OVER (PARTITION BY f.transition, f.detector, o.container_id) AS together,
           CASE WHEN f.object_type IS NULL AND f.object_ref IS NULL AND f.axis IS NULL
                THEN governance_internal.gov_event_address('detector', f.detector, NULL, f.value)
                ELSE governance_internal.gov_event_address(f.object_type, f.object_ref, f.axis, f.value) END AS address
      FROM finding AS f
      LEFT JOIN ONLY @extschema@.gov_object AS o ON o.object_id = f.object_id),
    -- shape: an event for each finding, or one for many; what is NULL is not in the payload
    shape AS (
    SELECT c.finding_id, c.finding_id AS place, c.transition, c.detector, c.object_type, c.object_ref, c.severity, c.address,
           jsonb_strip_nulls(jsonb_build_object('detector', c.detector, 'transition', c.transition,
             'finding_id', c.finding_id, 'object_type', c.object_type, 'object_ref', c.object_ref,
             'axis', c.axis, 'value', c.value, 'severity', c.severity, 'scan_id', of_scan))
           || jsonb_build_object('detail', c.detail) AS payload
      FROM counted AS c WHERE c.together <= finding_limit
    UNION ALL
    SELECT NULL, c.place, c.transition, c.detector, k.object_type, k.object_ref, c.severity,
           CASE WHEN k.object_id IS NULL THEN governance_internal.gov_event_address('detector', c.detector, NULL, NULL)
                ELSE governance_internal.gov_event_address(k.object_type, k.object_ref, NULL, NULL) END,
           jsonb_strip_nulls(jsonb_build_object('detector', c.detector, 'transition', c.transition,
             'object_type', k.object_type, 'object_ref', k.object_ref, 'severity', c.severity,
             'count', c.together, 'sample', c.sample, 'scan_id', of_scan))
      FROM (SELECT m.transition, m.detector, m.container_id, count(*) AS together, min(m.finding_id) AS place,
                   CASE WHEN bool_or(m.severity = 'critical') THEN 'critical'
                        WHEN bool_or(m.severity = 'warning') THEN 'warning' ELSE 'info' END AS severity,
                   (array_agg(m.address ORDER BY m.finding_id))[1:10] AS sample
              FROM counted AS m WHERE m.together > finding_limit
             GROUP BY m.transition, m.detector, m.container_id) AS c
      LEFT JOIN ONLY @extschema@.gov_object AS k ON k.object_id = c.container_id)
    SELECT s.finding_id, s.place, s.transition, s.detector, s.object_type, s.object_ref,
           d.event_domain, d.event_type, t.stream, t.lane, coalesce(t.severity, s.severity), s.address, s.payload,
           governance_internal.gov_event_blocked(d.event_type, t.type, t.active)
      FROM shape AS s
      LEFT JOIN ONLY @extschema@.gov_detector AS d ON d.detector = s.detector
      LEFT JOIN ONLY @extschema@.gov_event_type AS t ON t.domain = d.event_domain AND t.type = d.event_type;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_event_shape(bigint, integer) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_event_shape(bigint, integer) IS
    'shapes an event for each finding of gov_kept_transition, or, outside of a scan, for each that is open; more than so many of one kind, of one detector under one container, are one event. of_scan: the scan that tells them, NULL for those that are open; finding_limit: so many';

CREATE FUNCTION governance_internal.gov_event_shapes(
    OUT detector text, OUT object_type text, OUT object_ref text, OUT domain text, OUT type text,
    OUT stream text, OUT lane text, OUT severity text, OUT canonical_address text, OUT payload jsonb,
    OUT emit_blocked boolean, OUT blocked_reason text
) RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_event_shapes() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_event_shapes() IS
    'the open findings as they would be emitted: behind gov_event_shaped. No errors of its own';

CREATE VIEW @extschema@.gov_event_shaped AS
    SELECT detector, object_type, object_ref, domain, type, stream, lane, severity, canonical_address, payload,
           emit_blocked, blocked_reason
      FROM governance_internal.gov_event_shapes();
REVOKE ALL ON @extschema@.gov_event_shaped FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_event_shaped IS 'findings that are open, as they would be emitted; more than governance.finding_limit of one detector under one container are one row';
COMMENT ON COLUMN @extschema@.gov_event_shaped.object_type IS 'type of what it is about; of the container when it tells of many';
COMMENT ON COLUMN @extschema@.gov_event_shaped.object_ref IS 'its reference';
COMMENT ON COLUMN @extschema@.gov_event_shaped.payload IS 'the finding; for many their number and a sample of addresses';
COMMENT ON COLUMN @extschema@.gov_event_shaped.emit_blocked IS 'true: it would not get into the outbox';
COMMENT ON COLUMN @extschema@.gov_event_shaped.blocked_reason IS 'why: no event type, event type not registered, event type not active';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_event_shaped', '@extschema@.gov_event_log');

CREATE VIEW governance_internal.gov_event_count AS
    SELECT coalesce(sum(c.events), 0)::bigint AS events,
           coalesce(sum(c.events) FILTER (WHERE governance_internal.gov_event_blocked(d.event_type, t.type, t.active) IS NULL),
                    0)::bigint AS emittable
      FROM (SELECT s.detector, CASE WHEN count(*) > current_setting('governance.finding_limit')::integer
                                    THEN 1 ELSE count(*) END AS events
              FROM @extschema@.gov_drift_state AS s
              LEFT JOIN ONLY @extschema@.gov_object AS o ON o.object_id = s.object_id
             WHERE s.status = 'open'
             GROUP BY s.detector, o.container_id) AS c
      LEFT JOIN ONLY @extschema@.gov_detector AS d ON d.detector = c.detector
      LEFT JOIN ONLY @extschema@.gov_event_type AS t ON t.domain = d.event_domain AND t.type = d.event_type;
REVOKE ALL ON governance_internal.gov_event_count FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_event_count IS
    'how many events gov_event_shaped has, and how many of these are emitted (emittable), without shaping them';

------------------------------------------------------------------------------
-- events/news: events of what happened: objects that were born, runs that ended
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_event_birth(of_seq bigint, finding_limit integer)
RETURNS TABLE (place bigint, address text, payload jsonb)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    -- born: what the act brought, with how many of it there are in one container
    WITH born AS (
    SELECT e.object_id, e.object_type, e.object_ref, e.container_id, o.source,
           governance_internal.gov_event_address(e.object_type, e.object_ref, NULL, NULL) AS address,
           count(*) OVER (PARTITION BY e.container_id) AS together
      FROM ONLY @extschema@.gov_object_event AS e
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = e.object_id
     WHERE e.seq = of_seq AND e.event = 'born')
    SELECT b.object_id, b.address,
           jsonb_strip_nulls(jsonb_build_object('object_id', b.object_id, 'object_type', b.object_type, 'object_ref', b.object_ref,
             'container_type', k.object_type, 'container_ref', k.object_ref, 'source', b.source, 'seq', of_seq))
      FROM born AS b
      LEFT JOIN ONLY @extschema@.gov_object AS k ON k.object_id = b.container_id
     WHERE b.together <= finding_limit
    UNION ALL
    SELECT m.place, CASE WHEN k.object_id IS NULL THEN governance_internal.gov_event_address('source', m.source, NULL, NULL)
                         ELSE governance_internal.gov_event_address(k.object_type, k.object_ref, NULL, NULL) END,
           jsonb_strip_nulls(jsonb_build_object('object_type', k.object_type, 'object_ref', k.object_ref, 'source', m.source,
             'count', m.together, 'sample', m.sample, 'seq', of_seq))
      FROM (SELECT b.container_id, min(b.object_id) AS place, min(b.source) AS source, count(*) AS together,
                   (array_agg(b.address ORDER BY b.object_id))[1:10] AS sample
              FROM born AS b WHERE b.together > finding_limit GROUP BY b.container_id) AS m
      LEFT JOIN ONLY @extschema@.gov_object AS k ON k.object_id = m.container_id;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_event_birth(bigint, integer) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_event_birth(bigint, integer) IS
    'shapes an event for each object that an act brought; more than so many of one container are one event. of_seq: the ledger entry of the act; finding_limit: so many';

------------------------------------------------------------------------------
-- ddl/enrolled: which schemas are enrolled: a list that is kept for the session
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_ddl_source_changed() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_ddl_source_changed() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_ddl_source_changed() IS
    'statement trigger after any change of gov_source: lets every session look up anew which schemas are enrolled';
CREATE TRIGGER gov_ddl_source_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.gov_source
    FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_ddl_source_changed();
ALTER TABLE @extschema@.gov_source ENABLE ALWAYS TRIGGER gov_ddl_source_changed;

------------------------------------------------------------------------------
-- ddl/track: keeping the objects of enrolled schemas in step with DDL
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_ddl_command_ends() RETURNS event_trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_ddl_command_ends() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_ddl_command_ends() IS
    'event trigger after a DDL command: brings objects of enrolled schemas in step with what it made or changed, unless governance.ddl_mode is off';

CREATE FUNCTION governance_internal.gov_ddl_objects_dropped() RETURNS event_trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_ddl_objects_dropped() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_ddl_objects_dropped() IS
    'event trigger after a DDL command that dropped something: brings objects of enrolled schemas in step with what is gone, unless governance.ddl_mode is off';

CREATE EVENT TRIGGER gov_ddl_command_ends ON ddl_command_end EXECUTE FUNCTION governance_internal.gov_ddl_command_ends();
CREATE EVENT TRIGGER gov_ddl_objects_dropped ON sql_drop EXECUTE FUNCTION governance_internal.gov_ddl_objects_dropped();
ALTER EVENT TRIGGER gov_ddl_command_ends ENABLE ALWAYS;
ALTER EVENT TRIGGER gov_ddl_objects_dropped ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER gov_ddl_command_ends IS 'keeps objects of enrolled schemas in step with what a command made or changed';
COMMENT ON EVENT TRIGGER gov_ddl_objects_dropped IS 'keeps objects of enrolled schemas in step with what a command dropped';

------------------------------------------------------------------------------
-- ddl/glass: lifting enforcement for one transaction, loudly: gov_break_glass
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_break_glass(reason text) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_break_glass(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_break_glass(text) IS 'lifts the enforcement of coverage rules (governance.ddl_mode = enforce) until the transaction ends, before or after what it is for; objects are registered all the same. A warning and the log of the server say so at once; the ledger has the reason and what was let through, and detector glass_broken finds it (critical) until a person acknowledges it. What is rolled back lifts nothing, and leaves the line of the log. reason: why it cannot wait, at most 2000 bytes. Answers changed, or unchanged where nothing is enforced, or no more. Errors: 22004, 23514, 22001 no reason or a long one; 42501 an agent';

------------------------------------------------------------------------------
-- watch/run: running detectors, for a scan or for gov_drift_finding
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_detect(
    only_detector text DEFAULT NULL,
    OUT detector text, OUT severity text, OUT axis text, OUT object_type text, OUT object_ref text,
    OUT value text, OUT detail jsonb, OUT object_id bigint, OUT identity text
) RETURNS SETOF record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_detect(text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_detect(text) IS
    'runs the enabled detectors now and returns their findings; behind gov_drift_finding. only_detector: the one to run, enabled or not; NULL for all that are enabled. A detector that fails gives a finding of detector_failed instead of its own. object_id: the object a finding is about, if it is registered; identity: text that tells it from others of its detector, whatever things are called. Errors: 42704 no such detector';

CREATE VIEW @extschema@.gov_drift_finding AS
    SELECT detector, severity, axis, object_type, object_ref, value, detail FROM governance_internal.gov_detect();
REVOKE ALL ON @extschema@.gov_drift_finding FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_drift_finding IS 'what is wrong now: runs the enabled detectors';
COMMENT ON COLUMN @extschema@.gov_drift_finding.object_type IS 'type of what it is about: an object, or a label, authority, source or detector';
COMMENT ON COLUMN @extschema@.gov_drift_finding.object_ref IS 'reference of what it is about';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_drift_finding', '@extschema@.gov_finding');

------------------------------------------------------------------------------
-- watch/registered: detectors that somebody registered: gov_set_detector, and running them
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_set_detector(
    detector text, severity text DEFAULT NULL, routine text DEFAULT NULL,
    event_domain text DEFAULT NULL, event_type text DEFAULT NULL,
    enabled boolean DEFAULT NULL, description text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_detector(text, text, text, text, text, boolean, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_detector(text, text, text, text, text, boolean, text) IS
    'registers a detector or changes one; NULL keeps what is there. detector: its code; severity: info, warning or critical, warning unless given, of findings that name none; routine: schema.name of a function without arguments, needed for a new detector, that returns rows with columns axis, object_type, object_ref, value, severity and detail, and perhaps identity, all of types with a text form, detail jsonb; event_domain and event_type: the event that tells of its findings, empty texts for none; enabled: whether scans run it; description: what it finds. The routine is the session user''s own or of a role it is a member of, and runs as its owner, read-only, in a security-restricted operation with a search_path of pg_catalog alone, and everything it does is taken back; governance.detector_timeout and a shorter statement_timeout of its own bound it. Errors: 23514 unknown severity, or only one of event_domain and event_type; 42883 no such function; 42809 it is no function without arguments that returns rows; 42703 it lacks columns; 42501 it is of another role, or its owner may not run it; 22023 routine of one of the extension''s own, or detector_failed disabled';

------------------------------------------------------------------------------
-- watch/figures: what scans counted per axis, so that a trend can be shown
------------------------------------------------------------------------------

CREATE VIEW governance_internal.gov_figure_change AS
    WITH counted AS MATERIALIZED (SELECT * FROM @extschema@.gov_coverage_summary)
    SELECT x.axis, c.required, c.covered, c.gap, c.waived, c.fallback, c.missing_assignments
      FROM ONLY @extschema@.gov_axis AS x
      LEFT JOIN counted AS c ON c.axis = x.axis
      LEFT JOIN LATERAL (SELECT f.required, f.covered, f.gap, f.waived, f.fallback, f.missing_assignments
                           FROM ONLY @extschema@.gov_axis_figure AS f WHERE f.axis = x.axis
                          ORDER BY f.measured_at DESC LIMIT 1) AS l ON true
     WHERE (c.required, c.covered, c.gap, c.waived, c.fallback, c.missing_assignments)
           IS DISTINCT FROM (l.required, l.covered, l.gap, l.waived, l.fallback, l.missing_assignments);
REVOKE ALL ON governance_internal.gov_figure_change FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_figure_change IS
    'axes whose figures differ from those that a scan stored last, as they are now; NULLs for one that is not measured any more';

------------------------------------------------------------------------------
-- watch/scan: running the detectors and storing what they found: gov_scan
------------------------------------------------------------------------------

CREATE FOREIGN TABLE governance_internal.gov_kept_finding (
    detector    text,
    severity    text,
    axis        text,
    object_type text,
    object_ref  text,
    value       text,
    detail      jsonb,
    object_id   bigint,
    identity    text
) SERVER gov_kept;
REVOKE ALL ON governance_internal.gov_kept_finding FROM PUBLIC;
COMMENT ON FOREIGN TABLE governance_internal.gov_kept_finding IS
    'what the detectors found in the scan that is running, one row per finding';

CREATE FUNCTION governance_internal.gov_scan_change(failed text[])
RETURNS TABLE (what text, finding_id bigint, detector text, identity text, object_id bigint, axis text,
               object_type text, object_ref text, value text, severity text, detail jsonb)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT CASE WHEN s.finding_id IS NULL THEN 'opened'
                WHEN f.identity IS NULL THEN 'resolved'
                WHEN s.resolved_at IS NOT NULL THEN 'reopened'
                ELSE 'changed' END,
           s.finding_id, coalesce(f.detector, s.detector), f.identity, f.object_id, f.axis,
           f.object_type, f.object_ref, f.value, f.severity, f.detail
      FROM governance_internal.gov_kept_finding AS f
      FULL JOIN ONLY @extschema@.gov_finding AS s ON s.identity = f.identity AND s.detector = f.detector
     WHERE CASE WHEN f.identity IS NULL THEN s.resolved_at IS NULL AND s.detector <> ALL (failed)
                WHEN s.finding_id IS NULL OR s.resolved_at IS NOT NULL THEN true
                ELSE (f.object_id, f.axis, f.object_type, f.object_ref, f.value, f.severity, f.detail) IS DISTINCT FROM
                     (s.object_id, s.axis, s.object_type, s.object_ref, s.value, s.severity, s.detail) END;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_scan_change(text[]) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_scan_change(text[]) IS
    'compares what was found with what is stored: what is to be done with each finding (opened, reopened, changed, resolved), without those that stay as they are. failed: detectors that failed, whose findings are left alone';

CREATE FUNCTION @extschema@.gov_scan(actor text DEFAULT NULL) RETURNS bigint
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_scan(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_scan(text) IS
    'runs the enabled detectors and stores what they found: new findings open, unseen ones resolve, returned ones reopen; those of a detector that failed stay as they were. actor: who scans, the session user unless given. Result: scan_id of its row in gov_scan_run, the only one written when nothing changed. One scan at a time: a second one waits. Errors: 40001 under REPEATABLE READ, when another scan ended since the transaction began';

------------------------------------------------------------------------------
-- watch/projection_lag: how far projections are behind the assignments they show
------------------------------------------------------------------------------

SELECT governance_internal.gov_ledger_watch('@extschema@.gov_projection');

CREATE FUNCTION @extschema@.gov_set_projection(
    projection text, axis text DEFAULT NULL, relation text DEFAULT NULL,
    warn_after interval DEFAULT NULL, enabled boolean DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_set_projection(text, text, text, interval, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_set_projection(text, text, text, interval, boolean) IS
    'watches a projection, or changes what is known of one; NULL keeps what is there. projection: its code; axis: whose assignments it shows, needed for a new one; relation: schema.name of a relation, or schema.name() of a function without arguments that returns rows, with columns object_type and object_ref, and projected_at (a timestamp, in UTC when it has no time zone) or version (a whole number: the revision of the assignment, with value: of which value), without which existence is all that is compared; an empty text, and nothing for a new one, is the label projection. It is the session user''s own or of a role it is a member of, and read as its owner. warn_after: lag beyond which it is a warning, 30 days unless given; enabled: whether it is looked at. A projection is changed by members of the role that registered it, or level admin. Errors: 22004 no axis for a new one; 42704 no such axis; 42602, 42P01 or 42883, 42809, 42703, 42804, 42501 the relation or function is not named by schema and name, does not exist, has no rows, lacks columns, has a column that cannot be compared, cannot be read, or the projection is of another role; 22023 negative warn_after';

CREATE FUNCTION governance_internal.gov_projection_lags(
    OUT projection text, OUT object_type text, OUT object_ref text, OUT axis text, OUT value text,
    OUT assigned_at timestamptz, OUT projected_at timestamptz, OUT projected_rows bigint, OUT flag text,
    OUT lag interval, OUT lag_days integer, OUT mode text, OUT severity text,
    OUT revision integer, OUT version bigint, OUT object_id bigint, OUT reason text, OUT hint text
) RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_projection_lags() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_projection_lags() IS
    'the enabled projections, each current assignment of a live object that they are to show: behind gov_projection_lag. A relation that cannot be read makes the rows of its projection unknown, with a warning that names it';

CREATE VIEW @extschema@.gov_projection_lag AS
    SELECT projection, object_type, object_ref, axis, value, assigned_at, projected_at, projected_rows, flag,
           lag, lag_days, mode, severity, revision, version, object_id, reason, hint
      FROM governance_internal.gov_projection_lags();
REVOKE ALL ON @extschema@.gov_projection_lag FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_projection_lag IS 'how far enabled projections are behind the assignments they show; nothing is fresh for lack of data';
COMMENT ON COLUMN @extschema@.gov_projection_lag.projection IS 'the projection';
COMMENT ON COLUMN @extschema@.gov_projection_lag.object_type IS 'type of the object; for the label projection only objects with an active label rule';
COMMENT ON COLUMN @extschema@.gov_projection_lag.axis IS 'axis of the projection';
COMMENT ON COLUMN @extschema@.gov_projection_lag.value IS 'value that the object is assigned to';
COMMENT ON COLUMN @extschema@.gov_projection_lag.projected_at IS 'newest row of the object; NULL when there is none, or rows bear no time';
COMMENT ON COLUMN @extschema@.gov_projection_lag.projected_rows IS 'rows of the object, of the value where rows say which; NULL when unknown';
COMMENT ON COLUMN @extschema@.gov_projection_lag.flag IS 'never_projected; lagging: assigned after it was projected, or a later revision; fresh; unknown: the relation, or for the label projection a bound one, cannot be read (then every current assignment on the axis has a row, and when there is none one row has no object)';
COMMENT ON COLUMN @extschema@.gov_projection_lag.lag IS 'assigned_at - projected_at; NULL without projected_at';
COMMENT ON COLUMN @extschema@.gov_projection_lag.lag_days IS 'difference of the two dates in UTC, in days';
COMMENT ON COLUMN @extschema@.gov_projection_lag.mode IS 'what was compared: timestamp, version, or existence alone; NULL when unknown';
COMMENT ON COLUMN @extschema@.gov_projection_lag.severity IS 'never_projected and unknown: warning; lagging: warning when lag is more than warn_after, else info; NULL for fresh';
COMMENT ON COLUMN @extschema@.gov_projection_lag.version IS 'greatest version among the rows, in mode version';
COMMENT ON COLUMN @extschema@.gov_projection_lag.reason IS 'why it is unknown';
COMMENT ON COLUMN @extschema@.gov_projection_lag.hint IS 'the way out';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_projection_lag', '@extschema@.gov_required_cell', '@extschema@.gov_assignment');

------------------------------------------------------------------------------
-- watch/matview_lag: was anything seen to change since a materialized view was refreshed?
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_matview_definition(kind text, of_oid oid)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE kind
        -- its rule if it is a view, and who may see which of its rows
        WHEN 'relation' THEN (
        SELECT hashtextextended(ROW(c.relkind, c.relam, c.relrowsecurity, c.relforcerowsecurity,
                 CASE WHEN c.relkind IN ('v', 'm') OR c.relrowsecurity THEN c.relowner END,
                 CASE WHEN c.relkind = 'v' THEN c.reloptions END,
                 (SELECT w.ev_action FROM pg_rewrite AS w
                   WHERE w.ev_class = c.oid AND w.ev_type = '1' AND c.relkind IN ('v', 'm')))::text, 0)
          FROM pg_class AS c WHERE c.oid = of_oid)
        -- partitions, and what inherits from it
        WHEN 'children' THEN (
        SELECT hashtextextended(coalesce(string_agg(concat(i.inhrelid, i.inhdetachpending), ',' ORDER BY i.inhrelid), ''), 0)
          FROM pg_inherits AS i WHERE i.inhparent = of_oid)
        WHEN 'function' THEN (
        SELECT hashtextextended(ROW(p.prolang, p.prokind, p.provolatile, p.prosecdef, p.proisstrict, p.proretset, p.prorettype,
                 p.provariadic, p.proargtypes, p.proallargtypes, p.proargdefaults, p.prosrc, p.probin, p.prosqlbody, p.proconfig,
                 CASE WHEN p.prosecdef THEN p.proowner END)::text, 0)
          FROM pg_proc AS p WHERE p.oid = of_oid)
        WHEN 'aggregate' THEN (
        SELECT hashtextextended(ROW(a.aggkind, a.aggnumdirectargs, a.aggtransfn::oid, a.aggfinalfn::oid, a.aggcombinefn::oid,
                 a.aggserialfn::oid, a.aggdeserialfn::oid, a.aggmtransfn::oid, a.aggminvtransfn::oid, a.aggmfinalfn::oid,
                 a.aggfinalextra, a.aggmfinalextra, a.aggfinalmodify, a.aggmfinalmodify, a.aggsortop, a.aggtranstype,
                 a.aggmtranstype, a.agginitval, a.aggminitval)::text, 0)
          FROM pg_aggregate AS a WHERE a.aggfnoid = of_oid::regproc)
        -- with labels of an enum, constraints of a domain, what a range is of, columns of a row
        WHEN 'type' THEN (
        SELECT hashtextextended(ROW(t.typtype, t.typlen, t.typcategory, t.typrelid, t.typelem, t.typinput::oid, t.typoutput::oid,
                 t.typbasetype, t.typtypmod, t.typnotnull, t.typcollation,
                 (SELECT string_agg(concat(e.oid, ' ', e.enumlabel), ',' ORDER BY e.enumsortorder)
                    FROM pg_enum AS e WHERE e.enumtypid = t.oid),
                 (SELECT string_agg(k.conbin::text, ',' ORDER BY k.oid) FROM pg_constraint AS k WHERE k.contypid = t.oid),
                 (SELECT ROW(r.rngsubtype, r.rngcollation, r.rngsubopc, r.rngcanonical::oid, r.rngsubdiff::oid)::text
                    FROM pg_range AS r WHERE r.rngtypid = t.oid),
                 (SELECT string_agg(ROW(c.attnum, c.attname, c.atttypid, c.atttypmod, c.attcollation, c.attisdropped)::text, ','
                                    ORDER BY c.attnum)
                    FROM pg_attribute AS c WHERE c.attrelid = nullif(t.typrelid, 0) AND c.attnum > 0))::text, 0)
          FROM pg_type AS t WHERE t.oid = of_oid)
        WHEN 'collation' THEN (
        SELECT hashtextextended(concat(to_jsonb(l) - '{oid,collname,collnamespace,collowner}'::text[],
                 pg_collation_actual_version(l.oid)), 0)
          FROM pg_collation AS l WHERE l.oid = of_oid)
        -- may it see all rows?
        WHEN 'role' THEN (
        SELECT hashtextextended(concat(g.rolsuper, g.rolbypassrls), 0) FROM pg_authid AS g WHERE g.oid = of_oid)
        END;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_matview_definition(text, oid) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_matview_definition(text, oid) IS
    'gives a hash of what decides the result of something that a query uses, without names, owners, rights and costs; NULL when it is gone. kind: relation, children (what inherits from a relation), function, aggregate, type, collation, role (may it pass row security?); of_oid: its OID';

CREATE FUNCTION governance_internal.gov_matview_definitions()
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT bit_xor(hashtextextended(concat_ws(' ', d.oid, d.name, d.namespace, d.definition), 0))
      FROM (SELECT p.oid, p.proname::text AS name, p.pronamespace AS namespace,
                   concat(governance_internal.gov_matview_definition('function', p.oid), ' ',
                          governance_internal.gov_matview_definition('aggregate', p.oid)) AS definition
              FROM pg_proc AS p WHERE p.oid >= 16384
            UNION ALL
            SELECT o.oid, o.oprname, o.oprnamespace, ROW(o.oprleft, o.oprright, o.oprcode::oid)::text
              FROM pg_operator AS o WHERE o.oid >= 16384
            UNION ALL
            SELECT k.oid, NULL, NULL, ROW(k.castsource, k.casttarget, k.castfunc, k.castcontext, k.castmethod)::text
              FROM pg_cast AS k WHERE k.oid >= 16384
            UNION ALL
            -- types that are no table's, and no array's
            SELECT t.oid, t.typname, t.typnamespace, governance_internal.gov_matview_definition('type', t.oid)::text
              FROM pg_type AS t LEFT JOIN pg_class AS c ON c.oid = t.typrelid
             WHERE t.oid >= 16384 AND coalesce(c.relkind = 'c', t.typcategory <> 'A')) AS d
     WHERE NOT EXISTS (SELECT FROM pg_namespace AS n WHERE n.oid = d.namespace AND n.nspname LIKE 'pg\_temp\_%');
END;
REVOKE ALL ON FUNCTION governance_internal.gov_matview_definitions() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_matview_definitions() IS
    'gives a hash of all that a function may use whose body is a text: functions, aggregates, operators, casts and types that users defined in this database. No arguments';

CREATE FUNCTION governance_internal.gov_matview_refresh_starts() RETURNS event_trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_matview_refresh_starts() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_matview_refresh_starts() IS
    'event trigger before REFRESH MATERIALIZED VIEW in an enrolled schema: notes what the view is computed from. Never fails the command: it warns';

CREATE FUNCTION governance_internal.gov_matview_refresh_ends() RETURNS event_trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_matview_refresh_ends() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_matview_refresh_ends() IS
    'event trigger after REFRESH MATERIALIZED VIEW in an enrolled schema: writes down what was noted before it. Never fails the command: it warns';

CREATE EVENT TRIGGER gov_matview_refresh_starts ON ddl_command_start
    WHEN tag IN ('REFRESH MATERIALIZED VIEW') EXECUTE FUNCTION governance_internal.gov_matview_refresh_starts();
CREATE EVENT TRIGGER gov_matview_refresh_ends ON ddl_command_end
    WHEN tag IN ('REFRESH MATERIALIZED VIEW') EXECUTE FUNCTION governance_internal.gov_matview_refresh_ends();
ALTER EVENT TRIGGER gov_matview_refresh_starts ENABLE ALWAYS;
ALTER EVENT TRIGGER gov_matview_refresh_ends ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER gov_matview_refresh_starts IS 'notes, for gov_matview_lag, what a materialized view is computed from before it is refreshed';
COMMENT ON EVENT TRIGGER gov_matview_refresh_ends IS 'notes, for gov_matview_lag, that a materialized view was refreshed';

CREATE FUNCTION governance_internal.gov_matview_states(
    OUT object_type text, OUT object_ref text, OUT object_id bigint, OUT last_refresh timestamptz,
    OUT flag text, OUT changed_sources text[], OUT reason text
) RETURNS SETOF record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_matview_states() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_matview_states() IS
    'the live materialized views of enrolled schemas, and whether a change was seen since their refresh: behind gov_matview_lag. Looks at the newest statistics and catalogs, whatever the transaction has seen of them. No errors of its own';

CREATE VIEW @extschema@.gov_matview_lag AS
    SELECT object_type, object_ref, last_refresh, flag, changed_sources, reason, object_id FROM governance_internal.gov_matview_states();
REVOKE ALL ON @extschema@.gov_matview_lag FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_matview_lag IS 'materialized views of enrolled schemas: was anything seen to change since they were refreshed? What cannot be told is unknown; that nothing was seen is no promise that nothing changed';
COMMENT ON COLUMN @extschema@.gov_matview_lag.object_type IS 'materialized view';
COMMENT ON COLUMN @extschema@.gov_matview_lag.last_refresh IS 'when it was last refreshed, as far as was seen in this database';
COMMENT ON COLUMN @extschema@.gov_matview_lag.flag IS 'no_change_seen: neither counters nor catalogs show a change since the refresh; changed: something it is computed from was written or redefined since; unknown; never_refreshed: it holds nothing';
COMMENT ON COLUMN @extschema@.gov_matview_lag.changed_sources IS 'for changed: the tables, views, functions, types and so on that did';
COMMENT ON COLUMN @extschema@.gov_matview_lag.reason IS 'for unknown: why';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_matview_lag', '@extschema@.gov_required_cell');

------------------------------------------------------------------------------
-- watch/guards: do the triggers that guard the extension's tables stand as they were made?
------------------------------------------------------------------------------

CREATE TABLE @extschema@.gov_guard (
    relation   name,
    guard      name,
    fires      text NOT NULL CHECK (fires IN ('always', 'enabled', 'replica', 'disabled')),
    definition text NOT NULL,
    PRIMARY KEY (relation, guard)
);
REVOKE ALL ON @extschema@.gov_guard FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_guard IS 'triggers of the extension''s tables, as its scripts made them; not dumped';
COMMENT ON COLUMN @extschema@.gov_guard.relation IS 'table of the trigger';
COMMENT ON COLUMN @extschema@.gov_guard.guard IS 'its name';
COMMENT ON COLUMN @extschema@.gov_guard.fires IS 'always, enabled (unless session_replication_role is replica), replica (only then) or disabled';
COMMENT ON COLUMN @extschema@.gov_guard.definition IS 'statement that makes it; @. stands for the extension''s schema';
CREATE TRIGGER gov_origin_guard BEFORE INSERT ON @extschema@.gov_guard
    FOR EACH ROW EXECUTE FUNCTION governance_internal.gov_origin_guard();
ALTER TABLE @extschema@.gov_guard ENABLE ALWAYS TRIGGER gov_origin_guard;
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_guard');

CREATE VIEW governance_internal.gov_guarded AS
    SELECT c.oid, c.relname, c.relnamespace, c.relkind, c.relrowsecurity OR c.relforcerowsecurity AS row_security
      FROM pg_catalog.pg_extension AS x
      JOIN pg_catalog.pg_depend AS d ON d.refobjid = x.oid AND d.refclassid = 'pg_catalog.pg_extension'::regclass
       AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'e'
      JOIN pg_catalog.pg_class AS c ON c.oid = d.objid
     WHERE x.extname = 'governance' AND c.relkind IN ('r', 'v', 'f');
REVOKE ALL ON governance_internal.gov_guarded FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_guarded IS 'tables, views and foreign tables of the extension';

CREATE VIEW governance_internal.gov_guard_seen AS
    SELECT c.relname AS relation, t.tgname AS guard,
           CASE t.tgenabled WHEN 'A' THEN 'always' WHEN 'O' THEN 'enabled' WHEN 'R' THEN 'replica' ELSE 'disabled' END AS fires,
           replace(pg_get_triggerdef(t.oid), format(' ON %I.%I ', n.nspname, c.relname), format(' ON @.%I ', c.relname)) AS definition,
           EXISTS (SELECT FROM pg_catalog.pg_proc AS p
                    WHERE p.oid = t.tgfoid AND p.pronamespace = 'governance_internal'::regnamespace) AS own
      FROM governance_internal.gov_guarded AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = c.oid AND NOT t.tgisinternal;
REVOKE ALL ON governance_internal.gov_guard_seen FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_guard_seen IS 'triggers of the extension''s relations as they are, in the form of gov_guard; own: it calls a function of the extension';

CREATE VIEW governance_internal.gov_guard_changed (kind, relation, guard, thing, state, was, is_now, definition, triggers) AS
    SELECT k.kind, k.relation, k.guard, concat_ws(': ', k.relation, k.guard), k.state, k.was, k.is_now, k.definition, k.triggers
      FROM (SELECT 'trigger', coalesce(g.relation, s.relation), coalesce(g.guard, s.guard)::text,
                   CASE WHEN g.guard IS NULL THEN 'added' WHEN s.guard IS NULL THEN 'gone'
                        WHEN s.definition <> g.definition THEN 'replaced' ELSE 'altered' END,
                   g.fires, s.fires, g.definition, NULL::name[]
              FROM ONLY @extschema@.gov_guard AS g
              FULL JOIN governance_internal.gov_guard_seen AS s ON s.relation = g.relation AND s.guard = g.guard
             WHERE (g.fires, g.definition) IS DISTINCT FROM (s.fires, s.definition)
            UNION ALL
            SELECT 'constraint', c.relname, n.conname, 'altered', 'enabled', 'disabled', NULL, array_agg(t.tgname ORDER BY t.oid)
              FROM governance_internal.gov_guarded AS c
              JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = c.oid AND t.tgisinternal AND t.tgenabled <> 'O'
              JOIN pg_catalog.pg_constraint AS n ON n.oid = t.tgconstraint
             GROUP BY c.relname, n.conname
            UNION ALL
            SELECT 'rule', c.relname, r.rulename, 'added', NULL, NULL, NULL, NULL
              FROM governance_internal.gov_guarded AS c
              JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'
            UNION ALL
            SELECT 'parent', c.relname, format('%I.%I', n.nspname, p.relname), 'added', NULL, NULL, NULL, NULL
              FROM governance_internal.gov_guarded AS c
              JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = c.oid
              JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent
              JOIN pg_catalog.pg_namespace AS n ON n.oid = p.relnamespace
            UNION ALL
            SELECT 'row security', c.relname, NULL, 'added', NULL, NULL, NULL, NULL
              FROM governance_internal.gov_guarded AS c WHERE c.row_security
           ) AS k (kind, relation, guard, state, was, is_now, definition, triggers);
REVOKE ALL ON governance_internal.gov_guard_changed FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_guard_changed IS
    'what guards the extension''s relations otherwise than its scripts made it: triggers gone, replaced, altered (disabled, or firing at other times) or added, constraints that are not looked at, rules, row security and parents (of whose rows they are then) that were added. triggers: of a constraint, those that are disabled';

CREATE FUNCTION governance_internal.gov_guards_note(relation text DEFAULT NULL) RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_guards_note(text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_guards_note(text) IS
    'keeps what the triggers of a table are as what they are meant to be, as far as they call functions of the extension. relation: name of the table, without schema; NULL for all: the last of the install script. An upgrade script names the tables whose triggers it makes or changes, so that what somebody disabled elsewhere stays a finding. Errors: 55000 called outside CREATE EXTENSION and ALTER EXTENSION';

------------------------------------------------------------------------------
-- watch/rebind: confirming roles and addresses after a move: gov_rebind
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_rebind(
    role name DEFAULT NULL, dry_run boolean DEFAULT false, reason text DEFAULT NULL,
    OUT what text, OUT name text, OUT state text
) RETURNS SETOF record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_rebind(name, boolean, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_rebind(name, boolean, text) IS
    'confirms that the roles of today are those that facts name, finds objects again by name, and makes the triggers of the extension''s tables again what they were, for superusers: after a restore or an upgrade into another cluster, or when a role was dropped and made anew. role: only what that role speaks for or registered; NULL for all of it, and for the addresses of objects and the triggers; dry_run: says what would be done, and does nothing; reason: stored. One row for each authority, source, detector, binding, projection and consumer with a role: bound (that role is known to be meant; its name is brought up to date), confirmed (the role of that name is meant from now on) or lost (there is none of that name); one for each enrolled schema of which objects were found again (confirmed), and one for each object that was not found (lost) or whose name another source has by now (ambiguous), which the next gov_sync judges, or that has another name here and, in a copy of its database, its OID (bound); and one for each trigger and constraint that was disabled, changed or dropped (restored), and for each trigger, rule, parent and row security that somebody added to a table of the extension (added), which stays. Errors: 42501 the caller is no superuser; 42704 no such role';

------------------------------------------------------------------------------
-- watch/detectors: the detectors of the extension itself
--
-- Each is a view of what it finds, gov_finding_ and the detector's code.  Its
-- identity tells a finding from others of its detector, whatever things are
-- called: an object is its object_id there, ownership its ownership_id, all
-- else its code.  What a finding tells of time it tells in UTC and never as an
-- age, so that a finding of an unchanged database stays the same.
------------------------------------------------------------------------------

CREATE VIEW governance_internal.gov_value_identity AS
    SELECT axis, value, coalesce(to_jsonb(object_id), to_jsonb(value)) AS identity FROM ONLY @extschema@.gov_axis_value;
REVOKE ALL ON governance_internal.gov_value_identity FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_value_identity IS
    'what stands for a value in an identity: its code, or the container that it mirrors, whose name it follows';

CREATE VIEW governance_internal.gov_source_schema AS
    SELECT o.source, o.object_id, o.object_ref
      FROM ONLY @extschema@.gov_object AS o
     WHERE o.object_type = 'schema' AND o.retired_at IS NULL AND o.source LIKE 'schema:%';
REVOKE ALL ON governance_internal.gov_source_schema FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_source_schema IS
    'the schema that is enrolled under a source';

CREATE VIEW governance_internal.gov_source_identity AS
    SELECT s.source, s.enabled, coalesce(to_jsonb(o.object_id), to_jsonb(s.source)) AS identity
      FROM ONLY @extschema@.gov_source AS s
      LEFT JOIN governance_internal.gov_source_schema AS o ON o.source = s.source;
REVOKE ALL ON governance_internal.gov_source_identity FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_source_identity IS
    'what stands for a source in an identity: its code, or the schema that is enrolled under it';

CREATE VIEW governance_internal.gov_finding_label_orphan
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, NULL::text, 'label', r.label, NULL::text,
           jsonb_build_object('rules', r.rules, 'projections', r.projections),
           NULL::bigint, jsonb_build_array(r.label)::text
      FROM @extschema@.gov_label_orphan AS r;
REVOKE ALL ON governance_internal.gov_finding_label_orphan FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_label_orphan IS 'labels that are used and not active in the vocabulary';

CREATE VIEW governance_internal.gov_finding_value_without_label
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, r.axis, NULL::text, NULL::text, r.value, NULL::jsonb, NULL::bigint,
           jsonb_build_array(r.axis, (SELECT y.identity FROM governance_internal.gov_value_identity AS y WHERE y.axis = r.axis AND y.value = r.value))::text
      FROM @extschema@.gov_value_without_label AS r;
REVOKE ALL ON governance_internal.gov_finding_value_without_label FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_value_without_label IS 'active values, on active axes with labels, that have none';

CREATE VIEW governance_internal.gov_finding_projection_lag
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT CASE WHEN r.state = 'no_label_rule' THEN 'info' END, r.axis, r.object_type, r.object_ref, r.value,
           jsonb_build_object('state', r.state, 'zone', r.zone, 'value_labels', r.value_labels, 'rule_labels', r.rule_labels),
           r.object_id,
           jsonb_build_array(r.object_id, r.axis, (SELECT y.identity FROM governance_internal.gov_value_identity AS y WHERE y.axis = r.axis AND y.value = r.value))::text
      FROM @extschema@.gov_label_reconcile AS r
     WHERE r.state IN ('divergent', 'orthogonal_facet', 'no_label_rule');
REVOKE ALL ON governance_internal.gov_finding_projection_lag FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_projection_lag IS 'disagreements of assignments and labels that nobody has judged';

CREATE VIEW governance_internal.gov_finding_low_confidence_assignment
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, r.axis, r.object_type, r.object_ref, r.value, jsonb_build_object('zone', r.zone, 'confidence', r.confidence::numeric), r.object_id,
           jsonb_build_array(r.object_id, r.axis, (SELECT y.identity FROM governance_internal.gov_value_identity AS y WHERE y.axis = r.axis AND y.value = r.value))::text
      FROM @extschema@.gov_assignment_quality AS r
     WHERE r.flag = 'low_confidence';
REVOKE ALL ON governance_internal.gov_finding_low_confidence_assignment FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_low_confidence_assignment IS 'assignments less sure than the rules ask for';

CREATE VIEW governance_internal.gov_finding_stale_candidate
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, r.axis, r.object_type, r.object_ref, r.value,
           jsonb_build_object('kind', 'assignment', 'zone', r.zone,
                              'assigned_at', to_char(timezone('UTC', s.assigned_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
           r.object_id,
           jsonb_build_array('assignment', r.object_id, r.axis, (SELECT y.identity FROM governance_internal.gov_value_identity AS y WHERE y.axis = r.axis AND y.value = r.value))::text
      FROM @extschema@.gov_assignment_quality AS r
      JOIN ONLY @extschema@.gov_assignment AS s ON s.assignment_id = r.assignment_id
     WHERE r.flag = 'stale'
    UNION ALL
    SELECT NULL::text, v.axis, NULL::text, NULL::text, v.value,
           jsonb_build_object('kind', 'value', 'created_at', to_char(timezone('UTC', v.created_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
           NULL::bigint, jsonb_build_array('value', v.axis, coalesce(to_jsonb(v.object_id), to_jsonb(v.value)))::text
      FROM ONLY @extschema@.gov_axis_value AS v
     WHERE v.status = 'candidate' AND v.created_at < now() - 30 * interval '24 hours';
REVOKE ALL ON governance_internal.gov_finding_stale_candidate FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_stale_candidate IS 'assignments older than the rules allow, and values that stayed candidates';

CREATE VIEW governance_internal.gov_finding_conflicting_parentage
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    WITH RECURSIVE rooted AS (
        SELECT v.axis, v.value, v.value AS root, row_number() OVER () AS tree
          FROM ONLY @extschema@.gov_axis_value AS v
          JOIN ONLY @extschema@.gov_axis AS a ON a.axis = v.axis
         WHERE v.parent IS NULL AND a.kind = 'uncertain'
        UNION ALL
        SELECT v.axis, v.value, r.root, r.tree
          FROM rooted AS r
          JOIN ONLY @extschema@.gov_axis_value AS v ON v.axis = r.axis AND v.parent = r.value),
    torn AS (
        SELECT s.object_id, s.axis
          FROM governance_internal.gov_current_assignment AS s
          JOIN rooted AS r ON r.axis = s.axis AND r.value = s.value
         GROUP BY s.object_id, s.axis
        HAVING min(r.tree) < max(r.tree))
    SELECT CASE WHEN c.approved THEN 'critical' END, c.axis, o.object_type, o.object_ref, NULL::text,
           jsonb_build_object('roots', c.roots, 'values', c.assigned),
           c.object_id, jsonb_build_array(c.object_id, c.axis)::text
      FROM (SELECT s.object_id, s.axis, bool_and(s.zone = 'approved') AS approved,
                   array_agg(DISTINCT r.root COLLATE "C" ORDER BY r.root COLLATE "C") AS roots,
                   array_agg(DISTINCT s.value COLLATE "C" ORDER BY s.value COLLATE "C") AS assigned
              FROM torn AS t
              JOIN governance_internal.gov_current_assignment AS s ON s.object_id = t.object_id AND s.axis = t.axis
              JOIN rooted AS r ON r.axis = s.axis AND r.value = s.value
             GROUP BY s.object_id, s.axis) AS c
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = c.object_id
     WHERE o.retired_at IS NULL;
REVOKE ALL ON governance_internal.gov_finding_conflicting_parentage FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_conflicting_parentage IS 'objects whose values on an uncertain axis lead to more than one root';

CREATE VIEW governance_internal.gov_finding_unregistered_axis
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, a.axis, NULL::text, NULL::text, NULL::text,
           jsonb_build_object('status', a.status, 'assignments', s.n, 'ownerships', w.n, 'rules', r.n),
           NULL::bigint, jsonb_build_array(a.axis)::text
      FROM ONLY @extschema@.gov_axis AS a
     CROSS JOIN LATERAL (
            SELECT count(*) AS n
              FROM governance_internal.gov_current_assignment AS s
              JOIN ONLY @extschema@.gov_object AS o ON o.object_id = s.object_id
             WHERE s.axis = a.axis AND o.retired_at IS NULL) AS s
     CROSS JOIN LATERAL (
            SELECT count(*) AS n
              FROM governance_internal.gov_ownership_in_force AS w
              LEFT JOIN ONLY @extschema@.gov_object AS o ON o.object_id = w.object_id
             WHERE w.axis = a.axis AND o.retired_at IS NULL) AS w
     CROSS JOIN LATERAL (
            SELECT count(*) AS n FROM ONLY @extschema@.gov_coverage_rule AS r WHERE r.axis = a.axis AND r.status = 'active') AS r
     WHERE a.status <> 'active' AND s.n + w.n + r.n > 0;
REVOKE ALL ON governance_internal.gov_finding_unregistered_axis FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_unregistered_axis IS 'axes in use that are not active';

CREATE VIEW governance_internal.gov_finding_axis_assignment_missing
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, r.axis, r.object_type, r.object_ref, NULL::text,
           jsonb_build_object('rule', r.rule), r.object_id, jsonb_build_array(r.object_id, r.axis, r.rule)::text
      FROM @extschema@.gov_missing_assignment AS r;
REVOKE ALL ON governance_internal.gov_finding_axis_assignment_missing FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_axis_assignment_missing IS 'objects without any value where a rule wants one';

CREATE VIEW governance_internal.gov_finding_visible_unapproved
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, r.axis, o.object_type, o.object_ref, r.value, jsonb_build_object('zone', r.zone), r.object_id,
           jsonb_build_array(r.object_id, r.axis, (SELECT y.identity FROM governance_internal.gov_value_identity AS y WHERE y.axis = r.axis AND y.value = r.value))::text
      FROM governance_internal.gov_current_assignment AS r
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = r.object_id
      JOIN ONLY @extschema@.gov_axis AS a ON a.axis = r.axis
      JOIN ONLY @extschema@.gov_axis_value AS v ON v.axis = r.axis AND v.value = r.value
     WHERE r.zone <> 'approved' AND o.retired_at IS NULL AND a.status = 'active' AND v.status = 'active'
       AND NOT EXISTS (SELECT FROM @extschema@.gov_effective_owner AS e
                        WHERE e.object_id = r.object_id AND e.axis = r.axis AND e.value = r.value);
REVOKE ALL ON governance_internal.gov_finding_visible_unapproved FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_visible_unapproved IS 'assignments that are neither approved nor owned by anybody';

CREATE VIEW governance_internal.gov_finding_coverage_rule_missing
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, a.axis, NULL::text, NULL::text, NULL::text, NULL::jsonb, NULL::bigint, jsonb_build_array(a.axis)::text
      FROM ONLY @extschema@.gov_axis AS a
     WHERE a.status = 'active'
       AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_coverage_rule AS r WHERE r.axis = a.axis AND r.status = 'active');
REVOKE ALL ON governance_internal.gov_finding_coverage_rule_missing FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_coverage_rule_missing IS 'active axes that nothing is required of';

CREATE VIEW governance_internal.gov_finding_projection_lag_timing
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    WITH lag AS MATERIALIZED (
        SELECT * FROM @extschema@.gov_projection_lag WHERE flag <> 'fresh'),
    told AS (
        SELECT r.*, jsonb_build_array(r.projection, r.object_id, r.axis, (SELECT y.identity FROM governance_internal.gov_value_identity AS y WHERE y.axis = r.axis AND y.value = r.value))::text AS identity
          FROM lag AS r)
    SELECT r.severity, r.axis, r.object_type, r.object_ref, r.value,
           jsonb_strip_nulls(jsonb_build_object(
               'projection', r.projection, 'flag', r.flag, 'mode', r.mode,
               'lag_days', r.lag_days, 'projected_rows', r.projected_rows, 'version', r.version,
               'assigned_at', to_char(timezone('UTC', r.assigned_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
               'projected_at', to_char(timezone('UTC', r.projected_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))),
           r.object_id, r.identity
      FROM told AS r
     WHERE r.flag IN ('lagging', 'never_projected')
    UNION ALL
    SELECT f.severity, r.axis, r.object_type, r.object_ref, r.value, jsonb_build_object('projection', r.projection, 'flag', r.flag),
           r.object_id, f.identity
      FROM (SELECT * FROM told WHERE flag = 'unknown') AS r
      JOIN ONLY @extschema@.gov_finding AS f ON f.detector = 'projection_lag_timing' AND f.resolved_at IS NULL
       AND f.identity = CASE WHEN octet_length(r.identity) <= 1000 THEN r.identity
                             ELSE 'sha256:' || encode(sha256(convert_to(r.identity, getdatabaseencoding())), 'hex') END
    UNION ALL
    SELECT 'critical', r.axis, 'projection', r.projection, NULL::text,
           jsonb_build_object('flag', 'unknown', 'message', r.reason, 'hint', r.hint),
           NULL::bigint, jsonb_build_array(r.projection)::text
      FROM (SELECT DISTINCT projection, axis, reason, hint FROM lag WHERE flag = 'unknown') AS r;
REVOKE ALL ON governance_internal.gov_finding_projection_lag_timing FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_projection_lag_timing IS 'assignments that their projection has not caught up with, and projections that cannot be read; what cannot be told of a finding that stands keeps it standing';

CREATE VIEW governance_internal.gov_finding_ownership_gap
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, r.axis, r.object_type, r.object_ref, r.value, jsonb_build_object('reason', r.reason), r.object_id,
           jsonb_build_array(r.object_id, r.axis, (SELECT y.identity FROM governance_internal.gov_value_identity AS y WHERE y.axis = r.axis AND y.value = r.value))::text
      FROM @extschema@.gov_coverage_gap AS r
     WHERE r.reason <> 'quarantined';
REVOKE ALL ON governance_internal.gov_finding_ownership_gap FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_ownership_gap IS 'required cells with nobody accountable; what is in quarantine is held on purpose';

CREATE VIEW governance_internal.gov_finding_ownership_conflict
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, r.axis, r.object_type, r.object_ref, r.value,
           jsonb_build_object('authority', r.authority, 'anchor_type', r.anchor_type, 'anchor_ref', r.anchor_ref,
                              'value_authority', r.value_authority, 'value_anchor', r.value_anchor),
           r.object_id,
           jsonb_build_array(r.object_id, r.axis, (SELECT y.identity FROM governance_internal.gov_value_identity AS y WHERE y.axis = r.axis AND y.value = r.value))::text
      FROM @extschema@.gov_owner_conflict AS r;
REVOKE ALL ON governance_internal.gov_finding_ownership_conflict FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_ownership_conflict IS 'required cells whose container and whose value name different owners';

CREATE VIEW governance_internal.gov_finding_ownership_expiring
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, w.axis, o.object_type, o.object_ref, w.value,
           jsonb_build_object('authority', w.authority, 'owner_kind', w.owner_kind,
                              'effective_to', to_char(timezone('UTC', w.effective_to), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
           w.object_id, jsonb_build_array(w.ownership_id)::text
      FROM governance_internal.gov_standing_ownership AS w
      JOIN ONLY @extschema@.gov_authority AS u ON u.authority = w.authority
      LEFT JOIN ONLY @extschema@.gov_object AS o ON o.object_id = w.object_id
     WHERE o.retired_at IS NULL
       AND w.owner_kind IN ('accountable', 'delegated', 'waiver')
       AND w.effective_to <= now() + 14 * interval '24 hours';
REVOKE ALL ON governance_internal.gov_finding_ownership_expiring FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_ownership_expiring IS 'ownership that ends within 14 days';

CREATE VIEW governance_internal.gov_finding_authority_retired
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, w.axis, o.object_type, o.object_ref, w.value,
           jsonb_build_object('authority', w.authority, 'owner_kind', w.owner_kind),
           w.object_id, jsonb_build_array(w.ownership_id)::text
      FROM governance_internal.gov_standing_ownership AS w
      JOIN ONLY @extschema@.gov_authority AS u ON u.authority = w.authority
      LEFT JOIN ONLY @extschema@.gov_object AS o ON o.object_id = w.object_id
     WHERE o.retired_at IS NULL
       AND u.status = 'retired';
REVOKE ALL ON governance_internal.gov_finding_authority_retired FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_authority_retired IS 'active ownership of an authority that has retired';

CREATE VIEW governance_internal.gov_finding_authority_without_role
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, NULL::text, 'authority', u.authority, NULL::text,
           jsonb_build_object('role', u.role_name, 'made_anew', k.standing = 'made anew'),
           NULL::bigint, jsonb_build_array(u.authority)::text
      FROM ONLY @extschema@.gov_authority AS u
      JOIN governance_internal.gov_kept_role AS k ON k.what = 'authority' AND k.name = u.authority
     WHERE u.status = 'active' AND k.standing IN ('lost', 'made anew');
REVOKE ALL ON governance_internal.gov_finding_authority_without_role FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_authority_without_role IS 'authorities for whom nobody can speak any more: their role was dropped, perhaps to be made anew';

CREATE VIEW governance_internal.gov_finding_rule_matches_nothing
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, r.axis, 'coverage rule', r.rule, NULL::text,
           jsonb_build_object('applies_to', r.applies_to)
           || jsonb_strip_nulls(jsonb_build_object('container_type', c.object_type, 'container_ref', c.object_ref, 'pattern', r.scope_pattern,
                                                   'parts', nullif(r.scope_parts, 'parents'))),
           NULL::bigint, jsonb_build_array(r.rule)::text
      FROM governance_internal.gov_idle_rule AS r
      LEFT JOIN ONLY @extschema@.gov_object AS c ON c.object_id = r.scope_container
     WHERE r.status = 'active';
REVOKE ALL ON governance_internal.gov_finding_rule_matches_nothing FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_rule_matches_nothing IS 'active rules that require nothing: no live object is of a type and in the scope that they are for';

CREATE VIEW governance_internal.gov_finding_schema_unenrolled
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, NULL::text, e.object_type, e.object_ref, NULL::text,
           jsonb_build_object('objects', e.objects),
           NULL::bigint, jsonb_build_array(e.object_ref)::text
      FROM @extschema@.gov_unenrolled AS e
     WHERE EXISTS (SELECT FROM ONLY @extschema@.gov_source AS s WHERE s.kind = 'catalog' AND s.enabled);
REVOKE ALL ON governance_internal.gov_finding_schema_unenrolled FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_schema_unenrolled IS 'schemas with objects that nobody governs, where others are enrolled';

CREATE VIEW governance_internal.gov_finding_quorum_unreachable
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, NULL::text, 'risk', r.risk, NULL::text,
           jsonb_build_object('actions', r.actions, 'lacking', l.lacking), NULL::bigint, jsonb_build_array(r.risk)::text
      FROM (SELECT g.risk, jsonb_agg(g.action ORDER BY g.action COLLATE "C") AS actions
              FROM ONLY @extschema@.gov_action AS g WHERE g.gate = 'approval' GROUP BY g.risk) AS r
     CROSS JOIN LATERAL governance_internal.gov_quorum_lacking(r.risk) AS l (lacking)
     WHERE l.lacking IS NOT NULL;
REVOKE ALL ON governance_internal.gov_finding_quorum_unreachable FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_quorum_unreachable IS 'risks of gated actions for whose approval too few can vote: roles dropped, not allowed to log in or expired, authorities retired';

CREATE VIEW governance_internal.gov_finding_role_unconfirmed
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, NULL::text, k.what, k.name, NULL::text,
           jsonb_build_object('role', k.role_name, 'standing', k.standing),
           NULL::bigint, jsonb_build_array(k.what, k.name)::text
      FROM governance_internal.gov_kept_role AS k
     WHERE (k.standing = 'elsewhere' OR (k.standing = 'made anew' AND k.what <> 'authority'))
       AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_authority AS u
                        WHERE k.what = 'authority' AND u.authority = k.name AND u.status = 'retired');
REVOKE ALL ON governance_internal.gov_finding_role_unconfirmed FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_role_unconfirmed IS 'what waits for gov_rebind: nobody speaks for it, or nothing is read, since the role that was meant is not known here';

CREATE VIEW governance_internal.gov_finding_hidden_island
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT r.severity, r.axis, r.object_type, r.object_ref, r.value, coalesce(r.detail, '{}') || jsonb_build_object('kind', r.kind), r.object_id,
           jsonb_build_array(r.kind, r.object_id, r.axis, (SELECT y.identity FROM governance_internal.gov_value_identity AS y WHERE y.axis = r.axis AND y.value = r.value))::text
      FROM governance_internal.gov_engine_hidden_island AS r;
REVOKE ALL ON governance_internal.gov_finding_hidden_island FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_hidden_island IS 'what containment or classification cannot see';

-- "behind": gov_reconcile applies it; "container_without_owner": somebody has
-- to own it first, for whom the owner of most others stands in the call;
-- "owner_value_not_active": nobody is found to be followed
CREATE VIEW governance_internal.gov_finding_containment_drift
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    WITH kept AS MATERIALIZED (
    SELECT k.rule, k.axis, k.object_types, k.owner_axis, k.owner_value, a.status AS axis_status, v.status AS value_status,
           a.status = 'active' AND v.status = 'active' AS owned
      FROM governance_internal.gov_containment_kept AS k
      JOIN ONLY @extschema@.gov_axis AS a ON a.axis = k.owner_axis
      JOIN ONLY @extschema@.gov_axis_value AS v ON v.axis = k.owner_axis AND v.value = k.owner_value),
    container AS MATERIALIZED (
    SELECT k.rule, c.container_id, c.object_type, c.object_ref, c.authority
      FROM kept AS k
     CROSS JOIN LATERAL governance_internal.gov_containment_owner(k.object_types, k.owner_axis, k.owner_value) AS c
     WHERE k.owned),
    -- likely: who owns the containers of others, or speaks for the axis
    likely AS MATERIALIZED (
    SELECT k.rule, coalesce(
           (SELECT c.authority FROM container AS c WHERE c.rule = k.rule AND c.authority IS NOT NULL
             GROUP BY c.authority ORDER BY count(*) DESC, c.authority COLLATE "C" LIMIT 1),
           (SELECT u.authority FROM ONLY @extschema@.gov_axis AS a
              JOIN ONLY @extschema@.gov_authority AS u ON u.authority = a.owner AND u.status = 'active' WHERE a.axis = k.owner_axis),
           (SELECT min(u.authority COLLATE "C") FROM ONLY @extschema@.gov_authority AS u WHERE u.status = 'active')) AS authority
      FROM kept AS k),
    owners AS (
    SELECT k.rule, k.axis, k.object_types,
           coalesce(array_agg(c.container_id ORDER BY c.container_id) FILTER (WHERE c.authority IS NOT NULL), '{}') AS containers,
           coalesce(array_agg(c.authority ORDER BY c.container_id) FILTER (WHERE c.authority IS NOT NULL), '{}') AS authorities
      FROM kept AS k LEFT JOIN container AS c ON c.rule = k.rule
     WHERE k.owned
     GROUP BY k.rule, k.axis, k.object_types)
    SELECT NULL::text, o.axis, 'coverage rule', o.rule, NULL::text,
           jsonb_build_object('kind', 'behind', 'values', b.of_values, 'assignments', b.assignments, 'ownerships', b.ownerships,
                              'way_out', 'SELECT * FROM @extschema@.gov_reconcile()'),
           NULL::bigint, jsonb_build_array('behind', o.rule)::text
      FROM owners AS o
     CROSS JOIN LATERAL governance_internal.gov_containment_behind(o.axis, o.object_types, o.containers, o.authorities) AS b
     WHERE b.of_values + b.assignments + b.ownerships > 0
    UNION ALL
    SELECT NULL, k.axis, c.object_type, c.object_ref, NULL,
           jsonb_build_object('kind', 'container_without_owner', 'rule', k.rule,
                              'way_out', format('SELECT @extschema@.gov_own(%L, %L, %L, %L, %L)',
                                                c.object_type, c.object_ref, k.owner_axis, k.owner_value, l.authority)),
           c.container_id, jsonb_build_array('container_without_owner', k.rule, c.container_id)::text
      FROM kept AS k
      JOIN container AS c ON c.rule = k.rule AND c.authority IS NULL
      JOIN likely AS l ON l.rule = k.rule
    UNION ALL
    SELECT NULL, k.axis, 'coverage rule', k.rule, NULL,
           jsonb_build_object('kind', 'owner_value_not_active', 'owner_axis', k.owner_axis, 'axis_status', k.axis_status,
                              'owner_value', k.owner_value, 'value_status', k.value_status,
                              'way_out', CASE WHEN 'retired' IN (k.axis_status, k.value_status)
                                              THEN format('SELECT @extschema@.gov_set_rule_status(%L, ''retired'', ''its owners are gone'')', k.rule)
                                              WHEN k.axis_status <> 'active'
                                              THEN format('SELECT @extschema@.gov_set_axis_status(%L, ''active'')', k.owner_axis)
                                              WHEN k.value_status = 'candidate'
                                              THEN format('SELECT @extschema@.gov_ratify(%L, %L)', k.owner_axis, k.owner_value)
                                              ELSE format('SELECT @extschema@.gov_reinstate(%L, %L, ''containment follows its owners'')',
                                                          k.owner_axis, k.owner_value) END),
           NULL, jsonb_build_array('owner_value_not_active', k.rule)::text
      FROM kept AS k WHERE NOT k.owned;
REVOKE ALL ON governance_internal.gov_finding_containment_drift FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_containment_drift IS 'where an axis of containment does not mirror the containers and their owners, with the call that mends it';

CREATE VIEW governance_internal.gov_finding_stale_decision
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, r.axis, r.object_type, r.object_ref, r.value, jsonb_build_object('decision', r.decision, 'flag', r.flag, 'zone', r.zone), r.object_id,
           jsonb_build_array(r.object_id, r.axis, (SELECT y.identity FROM governance_internal.gov_value_identity AS y WHERE y.axis = r.axis AND y.value = r.value))::text
      FROM @extschema@.gov_label_reconcile AS r
     WHERE r.decision IS NOT NULL AND r.state = r.flag;
REVOKE ALL ON governance_internal.gov_finding_stale_decision FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_stale_decision IS 'decisions that do not fit, or no longer, of assignments that are still current';

CREATE VIEW governance_internal.gov_finding_container_missing
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, NULL::text, o.object_type, o.object_ref, NULL::text,
           jsonb_build_object('container_type', c.object_type, 'container_ref', c.object_ref),
           o.object_id, jsonb_build_array(o.object_id)::text
      FROM ONLY @extschema@.gov_object AS o
      JOIN ONLY @extschema@.gov_object AS c ON c.object_id = o.container_id
     WHERE o.retired_at IS NULL AND c.retired_at IS NOT NULL;
REVOKE ALL ON governance_internal.gov_finding_container_missing FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_container_missing IS 'live objects in a container that has retired';

-- Objects with owners or classes of their own, and since when; containment's
-- are not, for everything has them.
CREATE VIEW governance_internal.gov_finding_own_fact AS
    SELECT f.object_id, min(f.since) AS since, count(*) FILTER (WHERE f.owner) AS owners, count(*) FILTER (WHERE NOT f.owner) AS assignments
      FROM (SELECT w.object_id, w.effective_from AS since, w.axis, true AS owner
              FROM governance_internal.gov_standing_ownership AS w WHERE w.object_id IS NOT NULL
            UNION ALL
            SELECT a.object_id, a.valid_from, a.axis, false FROM governance_internal.gov_standing_assignment AS a) AS f
      JOIN ONLY @extschema@.gov_axis AS x ON x.axis = f.axis
     WHERE NOT x.is_containment
     GROUP BY f.object_id;
REVOKE ALL ON governance_internal.gov_finding_own_fact FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_own_fact IS 'objects, retired ones too, that ownership or assignments of their own stand for, containment aside: since when, and how many';

CREATE VIEW governance_internal.gov_finding_governance_left
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    WITH own AS MATERIALIZED (
    SELECT f.object_id, f.since, f.owners, f.assignments FROM governance_internal.gov_finding_own_fact AS f),
    -- gone: retired by a sync; renamed: live, and it had something of its own under the name that it had before
    gone AS (
    SELECT o.object_id, o.object_type, o.object_ref, o.source, o.address_names, o.address_oid, f.owners, f.assignments,
           o.address_system = (SELECT c.system_identifier FROM pg_catalog.pg_control_system() AS c)
           AND o.address_database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()) AS here
      FROM own AS f
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = f.object_id
      JOIN ONLY @extschema@.gov_source AS s ON s.source = o.source AND s.kind <> 'manual' AND s.enabled
     WHERE o.retired_at IS NOT NULL
       AND EXISTS (SELECT FROM ONLY @extschema@.gov_object_event AS e WHERE e.object_id = o.object_id AND e.event = 'retired')),
    successor AS (
    -- it lives on where nobody governs it
    SELECT g.object_id, 1 AS rank, 'moved away' AS why, i.type AS to_type, i.identity AS to_ref, false AS governed
      FROM gone AS g
      JOIN pg_catalog.pg_class AS c ON c.oid = g.address_oid
     CROSS JOIN LATERAL pg_identify_object('pg_catalog.pg_class'::regclass, c.oid, 0) AS i
     WHERE g.here AND g.object_type IN ('table', 'view', 'materialized view', 'foreign table', 'sequence')
    UNION ALL
    SELECT g.object_id, 1, 'moved away', i.type, i.identity, false
      FROM gone AS g
      JOIN pg_catalog.pg_proc AS c ON c.oid = g.address_oid
     CROSS JOIN LATERAL pg_identify_object('pg_catalog.pg_proc'::regclass, c.oid, 0) AS i
     WHERE g.here AND g.object_type IN ('function', 'procedure', 'aggregate')
    UNION ALL
    SELECT g.object_id, 1, 'moved away', g.object_type, i.identity, false
      FROM gone AS g
      JOIN pg_catalog.pg_type AS c ON c.oid = g.address_oid
     CROSS JOIN LATERAL pg_identify_object('pg_catalog.pg_type'::regclass, c.oid, 0) AS i
     WHERE g.here AND g.object_type IN ('type', 'domain')
    UNION ALL
    -- another kind of thing has its name
    SELECT g.object_id, 2, 'another kind has its name', n.object_type, n.object_ref, true
      FROM gone AS g
      JOIN ONLY @extschema@.gov_object AS n ON n.object_ref = g.object_ref AND n.object_type <> g.object_type AND n.retired_at IS NULL
     WHERE NOT EXISTS (SELECT FROM own AS f WHERE f.object_id = n.object_id)
    UNION ALL
    -- a routine of its name has other arguments
    SELECT g.object_id, 3, 'another signature has its name', n.object_type, n.object_ref, true
      FROM gone AS g
      JOIN ONLY @extschema@.gov_object AS n ON n.source = g.source AND n.address_names = g.address_names AND n.retired_at IS NULL
     WHERE g.object_type IN ('function', 'procedure', 'aggregate') AND n.object_type IN ('function', 'procedure', 'aggregate')
       AND n.object_ref <> g.object_ref AND NOT EXISTS (SELECT FROM own AS f WHERE f.object_id = n.object_id)
    UNION ALL
    -- another one has the name that it had before
    SELECT f.object_id, 4, 'another one has its former name', n.object_type, n.object_ref, true
      FROM own AS f
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = f.object_id
      JOIN ONLY @extschema@.gov_object_event AS e ON e.object_id = f.object_id AND e.event <> 'retired' AND e.former_ref IS NOT NULL AND e.at > f.since
      JOIN ONLY @extschema@.gov_object AS n ON n.object_ref = e.former_ref AND n.retired_at IS NULL AND n.object_id <> f.object_id
     WHERE NOT EXISTS (SELECT FROM own AS h WHERE h.object_id = n.object_id)
       -- not a view over the object itself, for whoever still uses the name
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w
                         JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid
                        WHERE w.ev_class = n.address_oid AND n.object_type = 'view' AND o.retired_at IS NULL
                          AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = o.address_oid AND d.refobjid <> w.ev_class)
       -- not where it went back to the name that it had before: a swap that was taken back
       AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object_event AS b
                        WHERE b.object_id = f.object_id AND b.seq < e.seq AND b.at > f.since AND b.former_ref = e.object_ref)
    UNION ALL
    -- it lives in a schema whose former name a schema has that nobody governs
    SELECT f.object_id, 5, 'another schema has the former name of its own', 'schema', e.former_ref, false
      FROM own AS f
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = f.object_id
      JOIN ONLY @extschema@.gov_object AS c ON c.source = o.source AND c.object_type = 'schema' AND c.retired_at IS NOT DISTINCT FROM o.retired_at
      JOIN ONLY @extschema@.gov_object_event AS e
        ON e.object_id = c.object_id AND e.event = 'renamed' AND e.former_type = 'schema' AND e.at > f.since
      JOIN pg_catalog.pg_namespace AS n ON quote_ident(n.nspname) = e.former_ref
     WHERE NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object AS g
                        WHERE g.object_ref = e.former_ref AND g.object_type = 'schema' AND g.retired_at IS NULL)
       AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object_event AS b
                        WHERE b.object_id = c.object_id AND b.seq < e.seq AND b.at > f.since AND b.former_ref = e.object_ref)
    UNION ALL
    SELECT g.object_id, 9, 'gone', NULL, NULL, NULL FROM gone AS g)
    SELECT CASE WHEN l.why = 'gone' THEN 'info' END, NULL::text, o.object_type, o.object_ref, NULL::text,
           jsonb_strip_nulls(jsonb_build_object('why', l.why, 'to_type', l.to_type, 'to_ref', l.to_ref, 'to_is_governed', l.governed,
                                                'owners', f.owners, 'assignments', f.assignments)),
           o.object_id, jsonb_build_array(o.object_id)::text
      FROM (SELECT DISTINCT ON (c.object_id) c.*
              FROM successor AS c ORDER BY c.object_id, c.rank, c.to_ref COLLATE "C", c.to_type COLLATE "C") AS l
      JOIN ONLY @extschema@.gov_object AS o ON o.object_id = l.object_id
      JOIN own AS f ON f.object_id = l.object_id
     WHERE o.retired_at IS NULL OR EXISTS (SELECT FROM gone AS g WHERE g.object_id = o.object_id);
REVOKE ALL ON governance_internal.gov_finding_governance_left FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_governance_left IS 'objects with owners or classes of their own that left: moved where nobody governs, replaced by another kind or signature, their name taken by another object, or gone; with the object that came in their place, where one did and has none of its own';

CREATE VIEW governance_internal.gov_finding_source_conflict
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, NULL::text, o.object_type, o.object_ref, NULL::text,
           jsonb_build_object('source', o.source, 'claimed_by', x.source),
           o.object_id, jsonb_build_array(o.object_id, y.identity)::text
      FROM ONLY @extschema@.gov_source_conflict AS x
      JOIN governance_internal.gov_source_identity AS y ON y.source = x.source
      JOIN ONLY @extschema@.gov_object AS o ON o.object_ref = x.object_ref AND o.object_type = x.object_type
     WHERE o.retired_at IS NULL AND o.source <> x.source AND y.enabled;
REVOKE ALL ON governance_internal.gov_finding_source_conflict FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_source_conflict IS 'objects that a second source claims';

CREATE VIEW governance_internal.gov_finding_sync_blocked
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, NULL::text, 'source', x.source, NULL::text,
           jsonb_strip_nulls(jsonb_build_object('sqlstate', x.sqlstate, 'reason', x.reason,
                                                'detail', x.detail, 'hint', x.hint)),
           NULL::bigint, jsonb_build_array(y.identity)::text
      FROM ONLY @extschema@.gov_source_block AS x
      JOIN governance_internal.gov_source_identity AS y ON y.source = x.source
     WHERE y.enabled;
REVOKE ALL ON governance_internal.gov_finding_sync_blocked FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_sync_blocked IS 'sources that gov_reconcile left as they were';

CREATE VIEW governance_internal.gov_finding_guard_changed
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, NULL::text, c.kind, c.thing, NULL::text,
           jsonb_strip_nulls(jsonb_build_object('state', c.state, 'was', c.was, 'is', c.is_now)),
           NULL::bigint, jsonb_build_array(c.kind, c.relation, c.guard)::text
      FROM governance_internal.gov_guard_changed AS c;
REVOKE ALL ON governance_internal.gov_finding_guard_changed FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_guard_changed IS 'what guards the extension''s tables otherwise than its scripts made it';

-- by the source: the address of a type is one text, and that of a schema that was renamed its former name
CREATE VIEW governance_internal.gov_finding_schema AS
    SELECT o.object_id, s.object_id AS schema_id, coalesce(s.object_ref, quote_ident(o.address_names[1])) AS schema_ref,
           CASE WHEN s.object_id IS NULL THEN o.address_names[1] END AS schema_name
      FROM ONLY @extschema@.gov_object AS o
      LEFT JOIN governance_internal.gov_source_schema AS s ON s.source = o.source;
REVOKE ALL ON governance_internal.gov_finding_schema FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_schema IS
    'the enrolled schema that each object is of, by which findings of many objects are told as one; of others the name that their address begins with';

CREATE VIEW governance_internal.gov_finding_exposed
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT CASE WHEN g.role_oid = 0 THEN 'critical' END, g.axis, 'schema', g.schema_ref, g.value,
           jsonb_build_object('role', g.role, 'privilege', g.privilege, 'via', g.via, 'reachable', g.reachable, 'objects', cardinality(g.objects),
                              'first', (SELECT jsonb_agg(concat(o.object_type, ' ', o.object_ref) ORDER BY o.object_id)
                                          FROM ONLY @extschema@.gov_object AS o WHERE o.object_id = ANY (g.objects[1:3]))),
           g.schema_id,
           jsonb_build_array(coalesce(to_jsonb(g.schema_id), to_jsonb(g.schema_name)), g.axis, v.identity, g.role_oid::bigint, g.privilege)::text
      FROM (SELECT w.role_oid, w.role, s.schema_id, s.schema_name, s.schema_ref, w.axis, w.value, w.privilege,
                   array_agg(DISTINCT w.object_id) AS objects, array_agg(DISTINCT w.via COLLATE "C") AS via, bool_or(w.reachable) AS reachable
              FROM governance_internal.gov_access_way AS w
              JOIN governance_internal.gov_finding_schema AS s ON s.object_id = w.object_id
             WHERE NOT w.allowed
             GROUP BY w.role_oid, w.role, s.schema_id, s.schema_name, s.schema_ref, w.axis, w.value, w.privilege) AS g
      JOIN governance_internal.gov_value_identity AS v ON v.axis = g.axis AND v.value = g.value;
REVOKE ALL ON governance_internal.gov_finding_exposed FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_exposed IS 'schemas with objects that bear a value and that a role can read or write, and may not: once for each value, role and privilege, with how many objects there are and the first three';

CREATE VIEW governance_internal.gov_finding_owner_drift
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, d.axis, 'schema', s.schema_ref, NULL::text,
           jsonb_build_object('database_owner', d.database_owner, 'authority', d.authority, 'role', d.authority_role,
                              'objects', count(*), 'first', min(concat(d.object_type, ' ', d.object_ref) COLLATE "C")),
           s.schema_id,
           jsonb_build_array(coalesce(to_jsonb(s.schema_id), to_jsonb(s.schema_name)), d.axis, d.authority, r.oid::bigint)::text
      FROM @extschema@.gov_owner_drift AS d
      JOIN governance_internal.gov_finding_schema AS s ON s.object_id = d.object_id
      JOIN pg_catalog.pg_roles AS r ON r.rolname = d.database_owner
     WHERE d.state = 'differs'
     GROUP BY d.axis, d.authority, d.authority_role, d.database_owner, r.oid, s.schema_id, s.schema_name, s.schema_ref;
REVOKE ALL ON governance_internal.gov_finding_owner_drift FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_owner_drift IS 'schemas with objects that another role owns in the database than the one of the authority that answers for them, once for each such role and authority';

-- one for each entry of the ledger, whether what was let through has owners by now or not
CREATE VIEW governance_internal.gov_finding_glass_broken
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, NULL::text, 'ledger entry', l.seq::text, NULL::text,
           jsonb_strip_nulls(jsonb_build_object('login', l.login, 'reason', l.payload ->> 'reason', 'let_through', l.payload -> 'let_through')),
           NULL::bigint, jsonb_build_array(l.seq)::text
      FROM ONLY @extschema@.gov_ledger AS l
     WHERE l.action = 'break_glass';
REVOKE ALL ON governance_internal.gov_finding_glass_broken FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_glass_broken IS 'transactions for which somebody lifted enforcement, as the ledger has them';

-- what a sync found although DDL was to be tracked; since when it is, at most; then what is so now
CREATE VIEW governance_internal.gov_finding_ddl_untracked
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, NULL::text, 'ledger entry', l.seq::text, NULL::text,
           jsonb_strip_nulls(jsonb_build_object('source', l.target ->> 'source', 'ddl_mode', l.payload ->> 'ddl_mode',
               'in_step', to_char(timezone('UTC', s.in_step), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
               'found', to_char(timezone('UTC', l.at), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'login', l.login,
               'born', l.payload -> 'born', 'renamed', l.payload -> 'renamed', 'replaced', l.payload -> 'replaced',
               'moved', l.payload -> 'moved', 'retired', l.payload -> 'retired', 'revived', l.payload -> 'revived',
               'objects', governance_internal.gov_object_event_words(l.seq))),
           NULL::bigint, jsonb_build_array(l.seq)::text
      FROM ONLY @extschema@.gov_ledger AS l
     CROSS JOIN LATERAL (
           SELECT greatest((SELECT p.at FROM ONLY @extschema@.gov_ledger AS p
                             WHERE p.action IN ('sync', 'reconcile', 'enroll_schema') AND p.seq < l.seq AND p.target = l.target
                             ORDER BY p.seq DESC LIMIT 1),
                           (SELECT max(r.started_at) FROM ONLY @extschema@.gov_scan_run AS r
                             WHERE r.finished_at < l.at AND r.summary IS NOT NULL
                               AND NOT coalesce(r.summary -> 'blocked' ? (l.target ->> 'source'), false))) AS in_step) AS s
     WHERE l.action IN ('sync', 'reconcile') AND l.payload ->> 'ddl_mode' <> 'off'
    UNION ALL
    SELECT 'critical', NULL, 'event trigger', e.name, NULL,
           jsonb_build_object('state', CASE t.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'fires under session_replication_role = replica alone'
                                            WHEN 'O' THEN 'passed by under session_replication_role = replica' ELSE 'gone' END,
                              'way_out', CASE WHEN t.oid IS NULL THEN 'DROP EXTENSION and CREATE EXTENSION make it anew'
                                              ELSE format('ALTER EVENT TRIGGER %I ENABLE ALWAYS', t.evtname) END),
           NULL, jsonb_build_array('trigger', e.name)::text
      FROM (VALUES ('gov_ddl_command_ends', 'governance_internal.gov_ddl_command_ends()'::regprocedure),
                   ('gov_ddl_objects_dropped', 'governance_internal.gov_ddl_objects_dropped()'::regprocedure)) AS e (name, routine)
      LEFT JOIN pg_catalog.pg_event_trigger AS t ON t.evtfoid = e.routine
     WHERE t.evtenabled IS DISTINCT FROM 'A'
    UNION ALL
    -- for a role by itself, where others are tracked; of two entries that of the database wins
    SELECT 'info', NULL, 'role', r.rolname::text, NULL, jsonb_build_object('ddl_mode', 'off', 'others', m.mode),
           NULL, jsonb_build_array('role', r.oid::bigint)::text
      FROM (SELECT governance_internal.gov_configured_ddl_mode() AS mode) AS m
     CROSS JOIN (SELECT DISTINCT ON (s.setrole) s.setrole, lower(split_part(c.entry, '=', 2)) AS mode
                   FROM pg_catalog.pg_db_role_setting AS s CROSS JOIN unnest(s.setconfig) AS c (entry)
                  WHERE s.setrole <> 0 AND lower(split_part(c.entry, '=', 1)) = 'governance.ddl_mode'
                    AND s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()))
                  ORDER BY s.setrole, s.setdatabase DESC) AS o
      JOIN pg_catalog.pg_roles AS r ON r.oid = o.setrole
     WHERE m.mode <> 'off' AND o.mode = 'off'
       AND EXISTS (SELECT FROM ONLY @extschema@.gov_source AS s WHERE s.kind = 'catalog' AND s.enabled AND starts_with(s.source, 'schema:'));
REVOKE ALL ON governance_internal.gov_finding_ddl_untracked FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_ddl_untracked IS
    'syncs that found objects of enrolled schemas born, renamed, moved, replaced, retired or revived which tracking had not told of, although it was configured; event triggers of tracking that do not always fire; roles whose DDL is not tracked while that of others is';

CREATE VIEW governance_internal.gov_finding_run_overdue
    (severity, axis, object_type, object_ref, value, detail, object_id, identity) AS
    SELECT NULL::text, NULL::text, 'run', r.run, NULL::text,
           jsonb_strip_nulls(jsonb_build_object('last', to_char(timezone('UTC', r.last), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))),
           NULL::bigint, jsonb_build_array(r.run)::text
      FROM (SELECT 'scan', max(s.scanned_at) FROM ONLY @extschema@.gov_scan_run AS s
            UNION ALL
            SELECT 'reconcile', max(s.scanned_at) FROM ONLY @extschema@.gov_scan_run AS s WHERE s.summary IS NOT NULL) AS r (run, last)
     CROSS JOIN (SELECT current_setting('governance.run_max_age')::interval) AS m (max_age)
     WHERE m.max_age > interval '0'
       AND CASE WHEN r.last IS NOT NULL THEN r.last < now() - m.max_age
                -- nothing ran yet: since there is something to look at
                ELSE r.run = 'scan' AND EXISTS (SELECT FROM ONLY @extschema@.gov_object AS o
                                           WHERE o.retired_at IS NULL AND o.born_at < now() - m.max_age) END;
REVOKE ALL ON governance_internal.gov_finding_run_overdue FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_finding_run_overdue IS 'runs that are due: the last one is older than governance.run_max_age, or there was none and there are objects as old; a scan that is running tells neither of itself nor of the gov_reconcile that it is part of';

------------------------------------------------------------------------------
-- report/views: views for people and programs that look at what there is
------------------------------------------------------------------------------

CREATE VIEW @extschema@.gov_value_tree AS
    WITH RECURSIVE tree AS (
        SELECT v.axis, v.value, v.name, v.parent, v.status, v.replaced_by,
               0 AS depth, v.value AS root, ARRAY[v.value] COLLATE "C" AS path
          FROM ONLY @extschema@.gov_axis_value AS v
         WHERE v.parent IS NULL
        UNION ALL
        SELECT v.axis, v.value, v.name, v.parent, v.status, v.replaced_by,
               t.depth + 1, t.root, t.path || v.value
          FROM tree AS t
          JOIN ONLY @extschema@.gov_axis_value AS v ON v.axis = t.axis AND v.parent = t.value
    )
    SELECT t.axis, t.value, t.name, t.parent, t.status, t.depth, t.path, t.root, t.replaced_by,
           (SELECT count(*) FROM ONLY @extschema@.gov_axis_value AS c WHERE c.axis = t.axis AND c.parent = t.value) AS children,
           (SELECT count(*) FROM governance_internal.gov_current_assignment AS a
             JOIN ONLY @extschema@.gov_object AS o ON o.object_id = a.object_id AND o.retired_at IS NULL
             WHERE a.axis = t.axis AND a.value = t.value) AS assignments
      FROM tree AS t;
REVOKE ALL ON @extschema@.gov_value_tree FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_value_tree IS 'the values of every axis as trees; ORDER BY axis, path lists them from the root down';
COMMENT ON COLUMN @extschema@.gov_value_tree.depth IS '0 for a root';
COMMENT ON COLUMN @extschema@.gov_value_tree.path IS 'values from the root down to this one';
COMMENT ON COLUMN @extschema@.gov_value_tree.root IS 'the first of these';
COMMENT ON COLUMN @extschema@.gov_value_tree.children IS 'values directly below it';
COMMENT ON COLUMN @extschema@.gov_value_tree.assignments IS 'current assignments of live objects to it';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_value_tree', '@extschema@.gov_axis_value');

CREATE VIEW @extschema@.gov_topic_tree AS
    SELECT value, name, parent, status, depth, path, root, replaced_by, children, assignments
      FROM @extschema@.gov_value_tree
     WHERE axis = 'topic';
REVOKE ALL ON @extschema@.gov_topic_tree FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_topic_tree IS 'gov_value_tree of the axis topic';
COMMENT ON COLUMN @extschema@.gov_topic_tree.value IS 'the topic';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_topic_tree', '@extschema@.gov_value_tree');

CREATE VIEW @extschema@.gov_object_axis AS
    SELECT o.object_id, o.object_type, o.object_ref, a.axis, a.value,
           CASE a.zone WHEN 'approved' THEN 'official' ELSE 'candidate' END AS lane,
           a.zone, a.confidence, a.match_score, a.assigned_kind, a.assigned_by, a.assigned_at, a.assignment_id
      FROM ONLY @extschema@.gov_object AS o
      JOIN governance_internal.gov_current_assignment AS a ON a.object_id = o.object_id
     WHERE o.retired_at IS NULL;
REVOKE ALL ON @extschema@.gov_object_axis FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_object_axis IS 'live objects and the values they have now';
COMMENT ON COLUMN @extschema@.gov_object_axis.lane IS 'official: approved; candidate: not, quarantine included';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_object_axis', '@extschema@.gov_required_cell', '@extschema@.gov_assignment');

CREATE VIEW @extschema@.gov_axis_browser AS
    SELECT x.axis, x.name, x.kind, x.family, x.status, x.owner, x.fallback, x.multivalued, x.is_containment,
           coalesce(v.candidates, 0) AS values_candidate, coalesce(v.active, 0) AS values_active,
           coalesce(v.deprecated, 0) AS values_deprecated, coalesce(v.retired, 0) AS values_retired,
           coalesce(v.roots, 0) AS roots, coalesce(r.active, 0) AS rules_active,
           coalesce(a.objects, 0) AS objects, coalesce(a.official, 0) AS official, coalesce(a.candidates, 0) AS candidate,
           coalesce(c.required, 0) AS required, coalesce(c.covered, 0) AS covered, coalesce(c.gap, 0) AS gap,
           coalesce(c.waived, 0) AS waived, coalesce(c.fallback, 0) AS by_fallback, c.coverage_pct,
           coalesce(c.missing_assignments, 0) AS missing_assignments
      FROM ONLY @extschema@.gov_axis AS x
      LEFT JOIN (SELECT axis, count(*) FILTER (WHERE status = 'candidate') AS candidates,
                        count(*) FILTER (WHERE status = 'active') AS active,
                        count(*) FILTER (WHERE status = 'deprecated') AS deprecated,
                        count(*) FILTER (WHERE status = 'retired') AS retired,
                        count(*) FILTER (WHERE parent IS NULL) AS roots
                   FROM ONLY @extschema@.gov_axis_value GROUP BY axis) AS v ON v.axis = x.axis
      LEFT JOIN (SELECT axis, count(*) AS active FROM ONLY @extschema@.gov_coverage_rule
                  WHERE status = 'active' GROUP BY axis) AS r ON r.axis = x.axis
      LEFT JOIN (SELECT axis, count(DISTINCT object_id) AS objects, count(*) FILTER (WHERE lane = 'official') AS official,
                        count(*) FILTER (WHERE lane = 'candidate') AS candidates
                   FROM @extschema@.gov_object_axis GROUP BY axis) AS a ON a.axis = x.axis
      LEFT JOIN @extschema@.gov_coverage_summary AS c ON c.axis = x.axis;
REVOKE ALL ON @extschema@.gov_axis_browser FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_axis_browser IS 'one row per axis: what it is, and its counts';
COMMENT ON COLUMN @extschema@.gov_axis_browser.values_candidate IS 'candidate values';
COMMENT ON COLUMN @extschema@.gov_axis_browser.values_active IS 'active values';
COMMENT ON COLUMN @extschema@.gov_axis_browser.values_deprecated IS 'deprecated values';
COMMENT ON COLUMN @extschema@.gov_axis_browser.values_retired IS 'retired values';
COMMENT ON COLUMN @extschema@.gov_axis_browser.roots IS 'values without a parent';
COMMENT ON COLUMN @extschema@.gov_axis_browser.rules_active IS 'active coverage rules';
COMMENT ON COLUMN @extschema@.gov_axis_browser.objects IS 'live objects with a value now';
COMMENT ON COLUMN @extschema@.gov_axis_browser.official IS 'current assignments of live objects that are approved';
COMMENT ON COLUMN @extschema@.gov_axis_browser.candidate IS 'current assignments of live objects that are not';
COMMENT ON COLUMN @extschema@.gov_axis_browser.required IS 'required cells; 0 while the axis is not active, as all that follows';
COMMENT ON COLUMN @extschema@.gov_axis_browser.by_fallback IS 'of these left to the owner of last resort';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_axis_browser', '@extschema@.gov_axis', '@extschema@.gov_coverage_summary');

CREATE VIEW @extschema@.gov_review_queue AS
    SELECT 'unowned_assignment' AS kind, 'warning' AS severity, a.axis, a.object_type, a.object_ref, a.value,
           a.assigned_at AS since,
           jsonb_build_object('zone', a.zone, 'confidence', a.confidence, 'assigned_kind', a.assigned_kind) AS detail
      FROM @extschema@.gov_object_axis AS a
      JOIN ONLY @extschema@.gov_axis AS x ON x.axis = a.axis AND x.status = 'active'
      JOIN ONLY @extschema@.gov_axis_value AS v ON v.axis = a.axis AND v.value = a.value AND v.status = 'active'
     WHERE NOT EXISTS (SELECT FROM @extschema@.gov_effective_owner AS e
                        WHERE e.object_id = a.object_id AND e.axis = a.axis AND e.value = a.value)
    UNION ALL
    SELECT 'candidate_value', 'info', v.axis, NULL, NULL, v.value, v.created_at,
           jsonb_build_object('name', v.name, 'parent', v.parent, 'provenance', v.provenance)
      FROM ONLY @extschema@.gov_axis_value AS v
     WHERE v.status = 'candidate'
    UNION ALL
    SELECT 'finding', f.severity, f.axis, f.object_type, f.object_ref, f.value, f.first_seen,
           jsonb_build_object('detector', f.detector) || f.detail
      FROM @extschema@.gov_drift_state AS f
     WHERE f.status = 'open' AND f.severity IN ('warning', 'critical');
REVOKE ALL ON @extschema@.gov_review_queue FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_review_queue IS 'what waits for somebody''s judgement';
COMMENT ON COLUMN @extschema@.gov_review_queue.kind IS 'unowned_assignment: a current assignment, to an active value of an active axis, of a cell that nobody answers for; candidate_value: a value to be ratified or refused; finding: a warning or critical finding, open as last scanned';
COMMENT ON COLUMN @extschema@.gov_review_queue.object_type IS 'type of the object it is about';
COMMENT ON COLUMN @extschema@.gov_review_queue.object_ref IS 'its reference';
COMMENT ON COLUMN @extschema@.gov_review_queue.since IS 'since when it waits';
COMMENT ON COLUMN @extschema@.gov_review_queue.detail IS 'more about it';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_review_queue', '@extschema@.gov_finding');

CREATE VIEW @extschema@.gov_owner_contact AS
    SELECT e.object_type, e.object_ref, e.axis, e.value, e.authority, u.name,
           u.contact ->> 'mail' AS mail, u.contact ->> 'chat' AS chat, u.contact ->> 'url' AS url
      FROM @extschema@.gov_effective_owner AS e
      JOIN ONLY @extschema@.gov_authority AS u ON u.authority = e.authority;
REVOKE ALL ON @extschema@.gov_owner_contact FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_owner_contact IS 'who answers for each object on each active value of each active axis, and how to reach them';
COMMENT ON COLUMN @extschema@.gov_owner_contact.mail IS 'address of mail; NULL when not known';
COMMENT ON COLUMN @extschema@.gov_owner_contact.chat IS 'where to talk to them; NULL when not known';
COMMENT ON COLUMN @extschema@.gov_owner_contact.url IS 'a page about them; NULL when not known';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_owner_contact', '@extschema@.gov_effective_owner', '@extschema@.gov_authority');

------------------------------------------------------------------------------
-- watch/prune: removing old records of work: gov_prune
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_prune(before timestamptz)
    RETURNS TABLE (what text, pruned bigint, kept bigint, unchanged boolean)
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_prune(timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_prune(timestamptz) IS
    'removes records of work that are older than before: rows of gov_event_log, but for events that are still in the outbox, rows of gov_scan_run, but for those that counts of findings and the next run need, baselines, and rows of gov_axis_figure, but for the last of each axis, which holds at that time. Facts, findings and the ledger stay. One row each for event_log, scan_runs, baselines and axis_figures: how many went and how many stay. Errors: 22004 a null; 22023 a time in the future';

------------------------------------------------------------------------------
-- metrics/metrics: every count of the extension, in all and per axis: gov_metric
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_metrics(
    OUT metric text, OUT axis text, OUT amount bigint
) RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_metrics() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_metrics() IS
    'every count, in all and per axis; behind gov_metric. What needs a relation that cannot be read is NULL, with a warning that names it';

CREATE VIEW @extschema@.gov_metric AS
    SELECT metric, axis, amount FROM governance_internal.gov_metrics();
REVOKE ALL ON @extschema@.gov_metric FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_metric IS 'every count: for each metric one row for all axes together, and one per axis where it is counted per axis';
COMMENT ON COLUMN @extschema@.gov_metric.metric IS 'what is counted; values, assignments, ownerships, decisions, axes and open_findings are sums of the metrics that follow them';
COMMENT ON COLUMN @extschema@.gov_metric.axis IS 'the axis; NULL for all of them together, and for what belongs to none';
COMMENT ON COLUMN @extschema@.gov_metric.amount IS 'how many; NULL when it could not be read, and in all when it could not be for one axis';

------------------------------------------------------------------------------
-- metrics/text: the counts as text for scrapers: gov_metrics_openmetrics
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_metrics_openmetrics() RETURNS text
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_metrics_openmetrics() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_metrics_openmetrics() IS
    'gives the counts of gov_metric as text to be scraped, OpenMetrics that parsers of the older text format of Prometheus read too: families governance_..., with a label "datname", per axis with a label "axis", sums left out; and when the last run ended and the last scan looked. What could not be read has no sample, and governance_unavailable_counts tells how many counts that are';

------------------------------------------------------------------------------
-- metrics/check: the check of a pipeline: gov_check
------------------------------------------------------------------------------

-- What a sync would bring or retire: objects of enrolled schemas that the
-- inventory does not have by their name, and the other way round; as in
-- gov_catalog_excluded, patterns leave out what fits them and what lives in it.
CREATE VIEW governance_internal.gov_unsynced AS
    SELECT s.source, d.unknown, d.gone
      FROM ONLY @extschema@.gov_source AS s
     CROSS JOIN LATERAL (
           SELECT count(*) FILTER (WHERE o.object_ref IS NULL
                       AND NOT EXISTS (SELECT FROM ONLY @extschema@.gov_object AS e
                                        WHERE e.object_ref = f.object_ref AND e.object_type = f.object_type AND e.retired_at IS NULL)) AS unknown,
                  count(*) FILTER (WHERE f.object_ref IS NULL) AS gone
             FROM (WITH RECURSIVE found AS MATERIALIZED (
                   SELECT c.* FROM governance_internal.gov_catalog_found(s.source, '{}', true) AS c
                    WHERE c.source = s.source),
                   out (catalog, oid) AS (
                   SELECT c.catalog, c.oid
                     FROM governance_internal.gov_source_leaves_out AS p
                     JOIN found AS c ON governance_internal.gov_source_name(c.object_ref, c.address_class, c.address_names) LIKE p.pattern
                    WHERE p.source = s.source AND c.object_type <> 'schema'
                   UNION
                   SELECT c.catalog, c.oid
                     FROM out AS o JOIN found AS c ON c.parent = o.oid
                    WHERE o.catalog = 'pg_catalog.pg_class'::regclass)
                   SELECT c.object_type, c.object_ref FROM found AS c
                    WHERE NOT EXISTS (SELECT FROM out AS o WHERE o.oid = c.oid AND o.catalog = c.catalog)) AS f
             FULL JOIN (SELECT x.object_type, x.object_ref FROM ONLY @extschema@.gov_object AS x
                         WHERE x.source = s.source AND x.retired_at IS NULL) AS o
               ON o.object_type = f.object_type AND o.object_ref = f.object_ref) AS d
     WHERE s.kind = 'catalog' AND s.enabled;
REVOKE ALL ON governance_internal.gov_unsynced FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_unsynced IS
    'per enrolled schema, objects in it that nobody registered by their name (unknown), and registered ones that are not there by theirs (gone)';

-- A line per thing that is looked at.  What could not be measured does not pass.
CREATE FUNCTION governance_internal.gov_check_lines(max_gap bigint, max_missing bigint, schemas text[], max_age interval)
RETURNS TABLE (n bigint, what text, name text, found text, allowed text, failure text, mend text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH axis AS MATERIALIZED (
    SELECT s.axis, s.required, s.gap, s.missing_assignments,
           s.ok + s.low_confidence + s.stale + s.quarantine AS assigned
      FROM @extschema@.gov_coverage_summary AS s
     WHERE EXISTS (SELECT FROM ONLY @extschema@.gov_coverage_rule AS r WHERE r.axis = s.axis AND r.status = 'active')),
    line (part, what, name, found, allowed, passed, failure, mend) AS (
    SELECT 1, 'requirements', NULL, sum(a.required + a.missing_assignments)::text, 'at least 1',
           coalesce(sum(a.required + a.assigned + a.missing_assignments) > 0, false),
           'no active rule requires anything of any object: nothing was measured', 'SELECT * FROM @extschema@.gov_axis_browser'
      FROM axis AS a
    UNION ALL
    SELECT 2, 'schema', u.name, w.state, 'enrolled', w.state ~ '^enrolled',
           pg_catalog.format('schema %I is %s', u.name, w.state),
           CASE WHEN n.oid IS NOT NULL THEN pg_catalog.format('SELECT * FROM @extschema@.gov_enroll_schema(%L)', u.name) END
      FROM (SELECT DISTINCT x FROM pg_catalog.unnest(schemas) AS x) AS u (name)
      LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = u.name
      LEFT JOIN ONLY @extschema@.gov_source AS s ON s.source = 'schema:' || u.name AND s.kind = 'catalog'
     CROSS JOIN LATERAL (
           SELECT CASE WHEN n.oid IS NULL THEN 'not there' WHEN s.source IS NULL THEN 'not enrolled'
                       WHEN NOT s.enabled THEN 'disabled' WHEN s.object_types IS NOT NULL THEN 'enrolled in part'
                       ELSE 'enrolled' END) AS w (state)
    UNION ALL
    SELECT 3, 'blocked', b.source, b.reason, 'none', false,
           pg_catalog.format('source %s could not be synced: %s', b.source, b.reason), 'SELECT * FROM @extschema@.gov_source_block'
      FROM ONLY @extschema@.gov_source_block AS b
    UNION ALL
    SELECT 4, 'unsynced', d.source, (d.unknown + d.gone)::text, '0', d.unknown + d.gone = 0,
           pg_catalog.format('source %s is not synced: objects not registered yet: %s, registered but gone: %s', d.source, d.unknown, d.gone),
           'SELECT * FROM @extschema@.gov_sync()'
      FROM governance_internal.gov_unsynced AS d
    UNION ALL
    SELECT 5, 'gaps', a.axis, a.gap::text, max_gap::text, a.gap <= max_gap,
           pg_catalog.format('axis %s: %s gaps, allowed %s', a.axis, a.gap, max_gap),
           pg_catalog.format('SELECT * FROM @extschema@.gov_coverage_gap WHERE axis = %L', a.axis)
      FROM axis AS a
    UNION ALL
    SELECT 6, 'missing assignments', a.axis, a.missing_assignments::text, max_missing::text, a.missing_assignments <= max_missing,
           pg_catalog.format('axis %s: %s missing assignments, allowed %s', a.axis, a.missing_assignments, max_missing),
           pg_catalog.format('SELECT * FROM @extschema@.gov_missing_assignment WHERE axis = %L', a.axis)
      FROM axis AS a
    UNION ALL
    SELECT 7, 'age of the last scan', NULL, coalesce(r.age::text, 'never scanned'), max_age::text, coalesce(r.age <= max_age, false),
           coalesce('the last scan was ' || r.age::text || ' ago', 'no scan has been made yet') || ', allowed ' || max_age::text,
           'SELECT * FROM @extschema@.gov_reconcile()'
      FROM (SELECT pg_catalog.date_trunc('second', now() - max(scanned_at)) FROM ONLY @extschema@.gov_scan_run) AS r (age)
     WHERE max_age IS NOT NULL)
    SELECT row_number() OVER (ORDER BY l.part, l.name COLLATE "C"), l.what, l.name, l.found, l.allowed,
           CASE WHEN NOT l.passed THEN l.failure END, l.mend
      FROM line AS l;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_check_lines(bigint, bigint, text[], interval) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_check_lines(bigint, bigint, text[], interval) IS
    'gives what gov_check looks at, in order: what (of which axis, schema or source), found and allowed, the failure in words unless it passes, and the query that shows more or mends it, if there is one. max_gap, max_missing, schemas, max_age: as of gov_check';

CREATE FUNCTION @extschema@.gov_check(max_gap bigint DEFAULT 0, max_missing bigint DEFAULT 0, schemas text[] DEFAULT '{}', max_age interval DEFAULT NULL)
    RETURNS TABLE (what text, name text, found text, allowed text)
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_check(bigint, bigint, text[], interval) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_check(bigint, bigint, text[], interval) IS
    'raises one error, QVC01, that lists all limits that are passed and all that could not be measured; else one row per thing that was looked at. For pipelines, before or after a migration. max_gap, max_missing: how many required cells of each axis may be without anybody accountable, and how many objects without an assignment that a rule asks for. schemas: names (not quoted) of schemas that must be enrolled. max_age: how old the last scan may be; NULL: any age, and none. Moreover, there must be a cell or an assignment that an active rule requires, no source may be blocked, and the inventory must have what enrolled schemas have: call gov_sync first. Errors: 22004 a NULL limit or name; 22023 a limit below 0';

------------------------------------------------------------------------------
-- rollout/measures: what a rehearsal did to tables: rows, files, definitions, scans, and what of it a rollback does not take back
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_rehearsal_parts(relations oid[])
RETURNS TABLE (relid bigint, part text, key text, name text, state text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH r AS MATERIALIZED (
        SELECT DISTINCT c.oid, c.relname, c.relkind, n.nspname
          FROM unnest(relations) AS u (oid)
          LEFT JOIN pg_index AS i ON i.indexrelid = u.oid
          JOIN pg_class AS c ON c.oid = coalesce(i.indrelid, u.oid)
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relkind <> ALL ('{i,I,t}'::"char"[]))
    SELECT r.oid::bigint, 'relation', '', format('%I.%I', r.nspname, r.relname),
           coalesce(pg_relation_filenode(r.oid)::text, '')
      FROM r
    UNION ALL
    SELECT r.oid::bigint, 'column', a.attnum::text, a.attname::text,
           concat_ws(' ', format_type(a.atttypid, a.atttypmod),
               CASE WHEN a.attnotnull THEN 'not null' END,
               CASE WHEN a.attgenerated <> '' THEN 'generated' WHEN a.attidentity <> '' THEN 'identity' END,
               CASE WHEN d.adbin IS NOT NULL THEN concat('default ', pg_get_expr(d.adbin, d.adrelid)) END)
      FROM r
      JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef AS d ON d.adrelid = r.oid AND d.adnum = a.attnum
     WHERE r.relkind <> 'S'
    UNION ALL
    SELECT r.oid::bigint, 'index', c.oid::text, c.relname::text,
           concat_ws(' ', pg_relation_filenode(c.oid)::text, i.indisvalid::text)
      FROM r
      JOIN pg_index AS i ON i.indrelid = r.oid
      JOIN pg_class AS c ON c.oid = i.indexrelid
    UNION ALL
    SELECT r.oid::bigint, 'constraint', k.oid::text, k.conname::text, pg_get_constraintdef(k.oid)
      FROM r
      JOIN pg_constraint AS k ON k.conrelid = r.oid
     WHERE k.contype <> ALL ('{n,t}'::"char"[])
    UNION ALL
    SELECT r.oid::bigint, 'trigger', g.oid::text, g.tgname::text, concat(g.tgfoid::regprocedure::text, ' ', g.tgenabled::text)
      FROM r
      JOIN pg_trigger AS g ON g.tgrelid = r.oid AND NOT g.tgisinternal;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_rehearsal_parts(oid[]) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_rehearsal_parts(oid[]) IS
    'gives the relations, and of each its columns, indexes, constraints and triggers, with their definitions in words; the tables of indexes';

------------------------------------------------------------------------------
-- rollout/fingerprint: the content of a relation as a hash: gov_fingerprint
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_fingerprint_row(row_value record) RETURNS bytea
LANGUAGE C STABLE PARALLEL SAFE
COST 100
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_fingerprint_row(record) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_fingerprint_row(record) IS
'gives the SHA-256 of a row, the same on any server for the same values in the same order, whatever the settings, the encoding and the way they are stored. row_value: the row, as t or ROW(t.a, t.b). Errors: 0A000 a type that has no form which is the same everywhere; 22004 a NULL';

CREATE FUNCTION governance_internal.gov_fingerprint_add(internal, row_hash bytea) RETURNS internal
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_fingerprint_add(internal, bytea) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_fingerprint_add(internal, bytea) IS 'takes the next hash, row_hash: a step of gov_fingerprint_rows';

CREATE FUNCTION governance_internal.gov_fingerprint_end(internal) RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_fingerprint_end(internal) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_fingerprint_end(internal) IS 'gives the fingerprint: the end of gov_fingerprint_rows';

CREATE AGGREGATE @extschema@.gov_fingerprint_rows(row_hash bytea) (
    SFUNC = governance_internal.gov_fingerprint_add,
    STYPE = internal,
    SSPACE = 8400,
    FINALFUNC = governance_internal.gov_fingerprint_end,
    PARALLEL = SAFE
);
REVOKE ALL ON FUNCTION @extschema@.gov_fingerprint_rows(bytea) FROM PUBLIC;
COMMENT ON AGGREGATE @extschema@.gov_fingerprint_rows(bytea) IS
'gives the fingerprint of rows, SHA-256 in hexadecimal digits: duplicates count, their order does not. row_hash: what gov_fingerprint_row gives of each, in the order of bytea. Errors: 22004 a NULL; 22023 a hash that is none, or not in its order';

CREATE FUNCTION @extschema@.gov_fingerprint(relation text)
RETURNS TABLE (relation_name text, row_count bigint, content_hash text, schema_hash text, left_out text, note text)
LANGUAGE C STABLE PARALLEL UNSAFE
ROWS 1
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_fingerprint(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_fingerprint(text) IS
'gives the content of a relation as a hash that is the same for the same rows on any server, major version, encoding, time zone and setting, whatever the order of rows, and another for any difference; read as the caller. relation: its name, with schema or on the search_path. Result: row_count; content_hash, of the columns but those in left_out, which are named with the reason (no right to read them, a type that has no form which is the same everywhere); schema_hash, of its definition without owner and rights; note: why rows were not read (a view, no right, row-level security), or where a sequence stands. Errors: 22004 a NULL; 42602 no name; 42809 an index or type; 42P01 no such relation; and what reading it raises';

------------------------------------------------------------------------------
-- rollout/definition: how a relation is defined, and who may use it, in words
------------------------------------------------------------------------------

-- The server's pg_get_viewdef looks for operators on the search_path.
CREATE FUNCTION governance_internal.gov_definition_part(relations oid[])
RETURNS TABLE (relid oid, aspect text, part text, definition text)
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH r AS MATERIALIZED (
        SELECT DISTINCT c.oid, c.relkind, c.relpersistence, c.relam, c.relowner, c.relacl, c.reloptions, c.relrowsecurity,
               c.relforcerowsecurity, c.relreplident, c.relpartbound
          FROM unnest(relations) AS u (oid)
          JOIN pg_class AS c ON c.oid = u.oid),
    part AS (
        SELECT r.oid, 'kind' AS part,
               concat_ws(' ', CASE r.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END,
                   CASE r.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
                                  WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' END,
                   CASE WHEN m.amname <> 'heap' THEN concat('using ', quote_ident(m.amname)) END) AS definition
          FROM r LEFT JOIN pg_am AS m ON m.oid = r.relam
        UNION ALL
        SELECT r.oid, 'columns', string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
          FROM r JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE r.relkind <> 'S' GROUP BY r.oid
        UNION ALL
        SELECT r.oid, concat('column ', quote_ident(a.attname)),
               concat_ws(' ', format_type(a.atttypid, a.atttypmod),
                   CASE WHEN a.attcollation <> t.typcollation THEN concat('collate ', quote_ident(cn.nspname), '.', quote_ident(co.collname)) END,
                   CASE WHEN a.attnotnull THEN 'not null' END,
                   CASE a.attidentity WHEN 'a' THEN 'generated always as identity' WHEN 'd' THEN 'generated by default as identity' END,
                   CASE a.attgenerated WHEN '' THEN NULLIF(concat('default ', pg_get_expr(d.adbin, d.adrelid)), 'default ')
                        WHEN 's' THEN concat('generated always as (', pg_get_expr(d.adbin, d.adrelid), ') stored')
                        ELSE concat('generated always as (', pg_get_expr(d.adbin, d.adrelid), ')') END,
                   CASE WHEN a.attfdwoptions IS NOT NULL THEN concat('options ', a.attfdwoptions) END)
          FROM r
          JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
          JOIN pg_type AS t ON t.oid = a.atttypid
          LEFT JOIN pg_collation AS co ON co.oid = a.attcollation
          LEFT JOIN pg_namespace AS cn ON cn.oid = co.collnamespace
          LEFT JOIN pg_attrdef AS d ON d.adrelid = r.oid AND d.adnum = a.attnum
         WHERE r.relkind <> 'S'
        UNION ALL
        SELECT r.oid, concat('constraint ', quote_ident(k.conname)), pg_get_constraintdef(k.oid)
          FROM r JOIN pg_constraint AS k ON k.conrelid = r.oid AND k.contype <> ALL ('{n,t}'::"char"[])
        UNION ALL
        SELECT r.oid, concat('index ', quote_ident(c.relname)),
               concat_ws(' ', pg_get_indexdef(i.indexrelid), CASE WHEN NOT i.indisvalid THEN '(not valid)' END,
                   CASE WHEN i.indisclustered THEN '(clustered)' END, CASE WHEN i.indisreplident THEN '(replica identity)' END)
          FROM r JOIN pg_index AS i ON i.indrelid = r.oid JOIN pg_class AS c ON c.oid = i.indexrelid
        UNION ALL
        SELECT r.oid, concat('trigger ', quote_ident(g.tgname)),
               concat_ws(' ', pg_get_triggerdef(g.oid),
                   CASE g.tgenabled WHEN 'D' THEN '(disabled)' WHEN 'R' THEN '(on replicas)' WHEN 'A' THEN '(always)' END)
          FROM r JOIN pg_trigger AS g ON g.tgrelid = r.oid AND NOT g.tgisinternal
        UNION ALL
        SELECT r.oid, concat('policy ', quote_ident(p.polname)),
               concat_ws(' ', CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END,
                   CASE p.polcmd WHEN 'r' THEN 'for select' WHEN 'a' THEN 'for insert' WHEN 'w' THEN 'for update'
                                 WHEN 'd' THEN 'for delete' ELSE 'for all' END,
                   'to', (SELECT string_agg(CASE WHEN o.role = 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(o.role)) END, ', '
                                            ORDER BY pg_get_userbyid(o.role) COLLATE "C") FROM unnest(p.polroles) AS o (role)),
                   CASE WHEN p.polqual IS NOT NULL THEN concat('using (', pg_get_expr(p.polqual, p.polrelid), ')') END,
                   CASE WHEN p.polwithcheck IS NOT NULL THEN concat('with check (', pg_get_expr(p.polwithcheck, p.polrelid), ')') END)
          FROM r JOIN pg_policy AS p ON p.polrelid = r.oid
        UNION ALL
        SELECT r.oid, concat('rule ', quote_ident(w.rulename)),
               concat_ws(' ', pg_get_ruledef(w.oid),
                   CASE w.ev_enabled WHEN 'D' THEN '(disabled)' WHEN 'R' THEN '(on replicas)' WHEN 'A' THEN '(always)' END)
          FROM r JOIN pg_rewrite AS w ON w.ev_class = r.oid AND w.rulename <> '_RETURN'
        UNION ALL
        SELECT r.oid, 'query', pg_get_viewdef(r.oid) FROM r WHERE r.relkind IN ('v', 'm')
        UNION ALL
        SELECT r.oid, 'partition by', pg_get_partkeydef(r.oid) FROM r WHERE r.relkind = 'p'
        UNION ALL
        SELECT r.oid, CASE WHEN r.relpartbound IS NULL THEN 'inherits' ELSE 'partition of' END,
               concat_ws(' ', string_agg(concat(quote_ident(n.nspname), '.', quote_ident(c.relname)), ', ' ORDER BY h.inhseqno),
                         pg_get_expr(r.relpartbound, r.oid))
          FROM r JOIN pg_inherits AS h ON h.inhrelid = r.oid JOIN pg_class AS c ON c.oid = h.inhparent
          JOIN pg_namespace AS n ON n.oid = c.relnamespace GROUP BY r.oid, r.relpartbound
        UNION ALL
        SELECT r.oid, 'options', (SELECT string_agg(o.option, ', ' ORDER BY o.option COLLATE "C") FROM unnest(r.reloptions) AS o (option))
          FROM r WHERE r.reloptions IS NOT NULL
        UNION ALL
        SELECT r.oid, 'row security', CASE WHEN r.relforcerowsecurity AND r.relrowsecurity THEN 'enabled, forced'
                                           WHEN r.relrowsecurity THEN 'enabled' ELSE 'forced, not enabled' END
          FROM r WHERE r.relrowsecurity OR r.relforcerowsecurity
        UNION ALL
        SELECT r.oid, 'replica identity', CASE r.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' ELSE 'index' END
          FROM r WHERE r.relkind IN ('r', 'p') AND r.relreplident <> 'd'
        UNION ALL
        SELECT r.oid, 'numbers', concat_ws(' ', format_type(s.seqtypid, NULL), 'start', s.seqstart, 'increment', s.seqincrement, 'min', s.seqmin,
                                           'max', s.seqmax, 'cache', s.seqcache, CASE WHEN s.seqcycle THEN 'cycle' END)
          FROM r JOIN pg_sequence AS s ON s.seqrelid = r.oid
        UNION ALL
        SELECT r.oid, 'foreign', concat_ws(' ', 'server', quote_ident(s.srvname), CASE WHEN f.ftoptions IS NOT NULL THEN concat('options ', f.ftoptions) END)
          FROM r JOIN pg_foreign_table AS f ON f.ftrelid = r.oid JOIN pg_foreign_server AS s ON s.oid = f.ftserver),
    grants AS (
        SELECT r.oid, NULL::name AS attname, a.*
          FROM r CROSS JOIN LATERAL aclexplode(coalesce(r.relacl, acldefault((CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", r.relowner))) AS a
        UNION ALL
        SELECT r.oid, t.attname, a.*
          FROM r JOIN pg_attribute AS t ON t.attrelid = r.oid AND t.attacl IS NOT NULL AND NOT t.attisdropped
          CROSS JOIN LATERAL aclexplode(t.attacl) AS a)
    SELECT p.oid, 'definition', p.part, p.definition FROM part AS p
    UNION ALL
    SELECT r.oid, 'right', 'owner', quote_ident(pg_get_userbyid(r.relowner)) FROM r
    UNION ALL
    SELECT g.oid, 'right',
           concat('rights of ', CASE WHEN g.grantee = 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
                  CASE WHEN g.attname IS NOT NULL THEN concat(' on ', quote_ident(g.attname)) END),
           string_agg(DISTINCT concat(g.privilege_type, CASE WHEN g.is_grantable THEN ' with grant option' END), ', ')
      FROM grants AS g
     GROUP BY g.oid, g.grantee, g.attname;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_definition_part(oid[]) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_definition_part(oid[]) IS
    'gives the parts of the definitions of relations, and the rights on them, in the words of the server';

------------------------------------------------------------------------------
-- rollout/baseline: what a database is like at one moment: gov_capture_baseline
------------------------------------------------------------------------------

CREATE VIEW governance_internal.gov_baseline_fact AS
    SELECT 'gov_authority' AS fact, @extschema@.gov_fingerprint_row(ROW(a.authority, a.name, a.kind, a.role_name, a.status, a.contact::text)) AS hash
      FROM ONLY @extschema@.gov_authority AS a
    UNION ALL
    SELECT 'gov_source', @extschema@.gov_fingerprint_row(ROW(s.source, s.kind, s.relation, s.object_types, s.columns, s.enabled, s.registered_by, s.excluded))
      FROM ONLY @extschema@.gov_source AS s
    UNION ALL
    SELECT 'gov_schema_pattern', @extschema@.gov_fingerprint_row(ROW(p.pattern, p.excluded, p.object_types, p.columns, p.created_by))
      FROM ONLY @extschema@.gov_schema_pattern AS p
    UNION ALL
    SELECT 'gov_object', @extschema@.gov_fingerprint_row(ROW(o.object_type, o.object_ref, c.object_type, c.object_ref, o.source, o.attributes::text))
      FROM ONLY @extschema@.gov_object AS o LEFT JOIN ONLY @extschema@.gov_object AS c ON c.object_id = o.container_id
     WHERE o.retired_at IS NULL
    UNION ALL
    SELECT 'gov_axis', @extschema@.gov_fingerprint_row(ROW(x.axis, x.name, x.kind, x.family, x.status, x.owner, x.fallback, x.multivalued, x.is_containment, x.reason, x.tag))
      FROM ONLY @extschema@.gov_axis AS x
    UNION ALL
    SELECT 'gov_axis_value', @extschema@.gov_fingerprint_row(ROW(v.axis, v.value, v.parent, v.name, v.status, v.provenance::text, v.replaced_by, o.object_type, o.object_ref, v.reason, v.tag))
      FROM ONLY @extschema@.gov_axis_value AS v LEFT JOIN ONLY @extschema@.gov_object AS o ON o.object_id = v.object_id
    UNION ALL
    SELECT 'gov_assignment', @extschema@.gov_fingerprint_row(ROW(o.object_type, o.object_ref, s.axis, s.value, s.zone, s.confidence, s.match_score, s.provenance::text, s.evidence::text, s.reason, s.assigned_kind, s.assigned_by))
      FROM governance_internal.gov_standing_assignment AS s JOIN ONLY @extschema@.gov_object AS o ON o.object_id = s.object_id
     WHERE o.retired_at IS NULL
    UNION ALL
    SELECT 'gov_ownership', @extschema@.gov_fingerprint_row(ROW(o.object_type, o.object_ref, w.axis, w.value, w.owner_kind, w.authority, w.inherits, w.reason))
      FROM governance_internal.gov_standing_ownership AS w LEFT JOIN ONLY @extschema@.gov_object AS o ON o.object_id = w.object_id
     WHERE o.retired_at IS NULL
    UNION ALL
    SELECT 'gov_coverage_rule', @extschema@.gov_fingerprint_row(ROW(r.rule, r.axis, r.mode, r.applies_to, r.confidence_threshold, r.staleness_days, r.status, r.reason, r.tag, r.contained_types, r.owner_axis, r.owner_value, c.object_type, c.object_ref, r.scope_pattern, r.scope_parts))
      FROM ONLY @extschema@.gov_coverage_rule AS r LEFT JOIN ONLY @extschema@.gov_object AS c ON c.object_id = r.scope_container
    UNION ALL
    SELECT 'gov_access', @extschema@.gov_fingerprint_row(ROW(a.axis, a.value, a.privilege, a.role_name, a.reason, a.tag)) FROM ONLY @extschema@.gov_access AS a
    UNION ALL
    SELECT 'gov_label', @extschema@.gov_fingerprint_row(ROW(l.label, l.facet, l.name, l.status, l.tag)) FROM ONLY @extschema@.gov_label AS l
    UNION ALL
    SELECT 'gov_label_rule', @extschema@.gov_fingerprint_row(ROW(r.object_type, r.object_ref, r.label, r.status, r.tag)) FROM ONLY @extschema@.gov_label_rule AS r
    UNION ALL
    SELECT 'gov_label_projection', @extschema@.gov_fingerprint_row(ROW(p.object_type, p.object_ref, p.label)) FROM ONLY @extschema@.gov_label_projection AS p
    UNION ALL
    SELECT 'gov_value_label', @extschema@.gov_fingerprint_row(ROW(m.axis, m.value, m.label, m.map_kind, m.tag)) FROM ONLY @extschema@.gov_value_label AS m
    UNION ALL
    SELECT 'gov_access', @extschema@.gov_fingerprint_row(ROW(c.axis, c.value, c.privilege, c.role_name, c.reason, c.tag)) FROM ONLY @extschema@.gov_access AS c
    UNION ALL
    SELECT 'gov_binding', @extschema@.gov_fingerprint_row(ROW(b.binding, b.relation, b.registered_by)) FROM ONLY @extschema@.gov_binding AS b
    UNION ALL
    SELECT 'gov_decision', @extschema@.gov_fingerprint_row(ROW(o.object_type, o.object_ref, d.axis, d.value, d.decision, d.rationale, d.decided_by, d.decided_kind, d.tag))
      FROM ONLY @extschema@.gov_decision AS d JOIN ONLY @extschema@.gov_object AS o ON o.object_id = d.object_id
     WHERE d.superseded_at IS NULL
    UNION ALL
    SELECT 'gov_detector', @extschema@.gov_fingerprint_row(ROW(d.detector, d.severity, d.routine, d.event_domain, d.event_type, d.enabled, d.registered_by, d.description))
      FROM ONLY @extschema@.gov_detector AS d
    UNION ALL
    SELECT 'gov_projection', @extschema@.gov_fingerprint_row(ROW(p.projection, p.axis, p.relation, p.warn_after, p.enabled, p.registered_by))
      FROM ONLY @extschema@.gov_projection AS p
    UNION ALL
    SELECT 'gov_event_type', @extschema@.gov_fingerprint_row(ROW(t.domain, t.type, t.stream, t.lane, t.severity, t.active)) FROM ONLY @extschema@.gov_event_type AS t
    UNION ALL
    SELECT 'gov_action', @extschema@.gov_fingerprint_row(ROW(a.action, a.risk, a.gate)) FROM ONLY @extschema@.gov_action AS a
    UNION ALL
    SELECT 'gov_quorum_rule', @extschema@.gov_fingerprint_row(ROW(q.risk, q.min_approvals, q.min_sovereign, q.min_council, q.needs_confirmation))
      FROM ONLY @extschema@.gov_quorum_rule AS q;
REVOKE ALL ON governance_internal.gov_baseline_fact FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_baseline_fact IS
    'the rows of the extension''s tables that stand (objects that are live, assignments and ownership that have not ended, live decisions), each as the hash of what it says, without identities, times and what is of one server';

CREATE FUNCTION @extschema@.gov_capture_baseline(label text, relations text[] DEFAULT NULL, excluded text[] DEFAULT '{}') RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_capture_baseline(text, text[], text[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_capture_baseline(text, text[], text[]) IS
'captures what a database is like, under one snapshot, in gov_baseline and gov_baseline_item, to be compared by gov_compare_baseline: of each relation rows, content, definition and rights, as the caller sees them; every metric; the standing facts; sessions idle in transaction. label: its name, not used before. relations: names, and schema.* for all of a schema; NULL for all but the server''s and the extension''s. excluded: those, written likewise, that change by themselves: their rows are counted, and gov_compare_baseline says no more of it. What the caller may not read, or row-level security may hide, is noted as not known. Answers created, with counts. Errors: 22004, 22023 for arguments; 25006 where nothing can be written; 3F000, 42P01, 42809 for a name; 42501 inside code of somebody else; 42710 for a label that is taken; and what reading raises';

------------------------------------------------------------------------------
-- rollout/compare: what differs between two baselines: gov_compare_baseline
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_compare_items(from_baseline text, to_baseline text, schemas jsonb)
RETURNS TABLE (kind text, relation text, what text, from_state text, to_state text, verdict text, note text)
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH f AS (
        SELECT i.kind, CASE WHEN m.key IS NULL THEN i.relation
                            ELSE concat(quote_ident(m.value #>> '{}'), substr(i.relation, length(quote_ident(m.key)) + 1)) END AS relation,
               i.what, i.state, i.note, i.excluded, m.key IS NOT NULL AS moved
          FROM ONLY @extschema@.gov_baseline_item AS i
          LEFT JOIN LATERAL (SELECT s.key, s.value FROM jsonb_each(schemas) AS s
                              WHERE i.kind IN ('relation', 'definition', 'right') AND starts_with(i.relation, concat(quote_ident(s.key), '.'))) AS m ON true
         WHERE i.baseline = from_baseline),
    t AS (
        SELECT i.kind, i.relation, i.what, i.state, i.note, i.excluded,
               i.kind IN ('relation', 'definition', 'right')
               AND EXISTS (SELECT FROM jsonb_each(schemas) AS s WHERE starts_with(i.relation, concat(quote_ident(s.value #>> '{}'), '.'))) AS moved
          FROM ONLY @extschema@.gov_baseline_item AS i WHERE i.baseline = to_baseline),
    both_sides AS (
        SELECT coalesce(f.kind, t.kind) AS kind, coalesce(f.relation, t.relation) AS relation, coalesce(f.what, t.what) AS what,
               CASE WHEN f.kind IS NULL AND t.kind = 'metric' THEN '0' ELSE f.state END AS from_state,
               CASE WHEN t.kind IS NULL AND f.kind = 'metric' THEN '0' ELSE t.state END AS to_state, f.note AS from_note, t.note AS to_note, coalesce(f.moved, false) OR coalesce(t.moved, false) AS moved,
               f.kind IS NOT NULL OR t.kind = 'metric' AS in_from, t.kind IS NOT NULL OR f.kind = 'metric' AS in_to,
               coalesce(f.excluded, false) AS from_excluded, coalesce(t.excluded, false) AS to_excluded
          FROM f FULL JOIN t ON t.kind = f.kind AND t.relation = f.relation AND t.what = f.what),
    judged AS (
        SELECT b.*,
               CASE WHEN b.kind = 'session' THEN 'noted'
                    WHEN NOT b.in_to THEN 'only in from'
                    WHEN NOT b.in_from THEN 'only in to'
                    WHEN b.from_excluded AND b.to_excluded THEN 'excluded'
                    WHEN b.from_excluded <> b.to_excluded OR b.from_state IS NULL OR b.to_state IS NULL THEN 'unknown'
                    WHEN b.from_note IS DISTINCT FROM b.to_note THEN 'unknown'
                    WHEN b.from_state <> b.to_state THEN 'changed'
                    WHEN b.from_note IS NOT NULL THEN 'same in part'
                    ELSE 'same' END AS verdict
          FROM both_sides AS b)
    SELECT j.kind, j.relation, j.what, j.from_state, j.to_state, j.verdict,
           CASE WHEN j.from_excluded <> j.to_excluded THEN 'excluded in one of them'
                WHEN j.from_note IS DISTINCT FROM j.to_note THEN concat_ws('; ', 'from: ' || j.from_note, 'to: ' || j.to_note)
                ELSE j.from_note END
      FROM judged AS j
     WHERE NOT (j.moved AND (j.kind IN ('definition', 'right') OR (j.kind = 'relation' AND j.what IN ('schema', 'rights'))))
       AND NOT (j.moved AND j.what = 'kind' AND j.in_from AND j.in_to)
       AND NOT (j.verdict = 'excluded' AND j.what = 'content')
       AND NOT (j.kind IN ('definition', 'right') AND j.verdict = 'same')
       AND NOT (j.verdict IN ('only in from', 'only in to') AND (j.kind IN ('definition', 'right') OR (j.kind = 'relation' AND j.what <> 'kind'))
                AND EXISTS (SELECT FROM judged AS k WHERE k.kind = 'relation' AND k.relation = j.relation AND k.what = 'kind' AND k.verdict = j.verdict));
END;
REVOKE ALL ON FUNCTION governance_internal.gov_compare_items(text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_compare_items(text, text, jsonb) IS
    'compares the items of two baselines, from_baseline and to_baseline; schemas: what schemas of the first are called in the second';

CREATE FUNCTION @extschema@.gov_compare_baseline(from_baseline text, to_baseline text, schemas jsonb DEFAULT '{}')
RETURNS TABLE (kind text, relation text, what text, from_state text, to_state text, verdict text, note text)
LANGUAGE C STABLE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_compare_baseline(text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_compare_baseline(text, text, jsonb) IS
'tells what differs between two baselines: first the verdict of all, with its counts, then what differs, then what is not known or covered in part, then what is the same. from_baseline, to_baseline: their labels. schemas: what schemas of the first are called in the second, {"remote": "public"}; of such relations rows and content are compared, and not definitions, which name the schema. verdict: same; same in part (of the columns that the note does not name); changed; only in from; only in to; excluded (declared to change by itself, in both); unknown (one of them could not be read, or they cover different columns); noted (sessions). Errors: 22004, 22023 for arguments; 42704 for a baseline that does not exist';

CREATE FUNCTION @extschema@.gov_check_baseline(from_baseline text, to_baseline text, schemas jsonb DEFAULT '{}')
RETURNS TABLE (verdict text, items bigint)
LANGUAGE C STABLE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_check_baseline(text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_check_baseline(text, text, jsonb) IS
'raises one error, QVC01, that lists what differs between two baselines and what is not known; else counts what there is by verdict. For pipelines. from_baseline, to_baseline, schemas, and the verdicts: as of gov_compare_baseline. Errors: 22004, 22023 for arguments; 42704 for a baseline that does not exist';

------------------------------------------------------------------------------
-- rollout/rehearse: rehearsing SQL: gov_rehearse_sql
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_rehearse_sql(sql text, options jsonb DEFAULT '{}')
RETURNS TABLE (kind text, target text, measure text, amount numeric, note text)
LANGUAGE C VOLATILE PARALLEL UNSAFE
ROWS 50
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_rehearse_sql(text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_rehearse_sql(text, jsonb) IS
'runs SQL for real, as the caller, measures what it does, and undoes all of it; only the verdict stays, in gov_rehearsal and the ledger. sql: any number of statements. options: lock_timeout (default 1s), max_duration (default 30s) for all of it, facts (default true): are inventory and metrics compared? Result, kind by kind: verdict; gates (suspended inside); statement (time_ms, rows; failed or refused, with the position in amount); lock (the strongest per relation, for how many ms it would be held); change (rewritten, emptied, scanned whole, columns, indexes, constraints and triggers got and lost); rows (inserted, updated, deleted); wal; inventory, gap and metric (what would differ); stays (what a rollback does not take back: sequences, dead rows, growth, transaction ids, WAL); refused (what cannot be rehearsed); warning (strong locks on relations of governance.rehearse_warn_size or more, functions in languages that are not trusted). A statement that fails is a row, not an error, and ends the rehearsal. Errors: 22004, 22023 for arguments, no statement among them; 25001 in a transaction that has written; 25006 where nothing can be written; 42501 inside code of somebody else; 55000 inside a rehearsal; 57014 when the call itself is cancelled.';

------------------------------------------------------------------------------
-- rollout/rollouts: rollouts and their tiers: gov_create_rollout, gov_add_tier, gov_seal, gov_drop_rollout
------------------------------------------------------------------------------

CREATE VIEW governance_internal.gov_rollout_tier_state (rollout, tier, applied) AS
    SELECT t.rollout, t.tier,
           coalesce((SELECT s.act = 'apply' FROM ONLY @extschema@.gov_rollout_step AS s
                      WHERE s.rollout = t.rollout AND s.tier = t.tier AND s.outcome = 'done'
                      ORDER BY s.step DESC LIMIT 1), false)
      FROM ONLY @extschema@.gov_rollout_tier AS t;
REVOKE ALL ON governance_internal.gov_rollout_tier_state FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_rollout_tier_state IS 'tiers, and whether each is applied: is the last of its steps that was done an apply?';

CREATE VIEW @extschema@.gov_rollout_status AS
    SELECT r.rollout, t.tier, t.name, t.kind,
           CASE WHEN l.outcome = 'failed' THEN l.act || ' failed'
                WHEN s.applied THEN 'applied'
                WHEN d.act = 'revert' THEN 'reverted'
                WHEN r.content_hash IS NULL THEN 'draft' ELSE 'pending' END AS status,
           s.applied,
           CASE WHEN h.rehearsal IS NULL THEN 'missing' WHEN h.content_hash <> r.content_hash THEN 'outdated'
                WHEN NOT h.ok THEN 'failed' WHEN h.states ? t.tier::text THEN 'ok' ELSE 'missing' END AS rehearsal,
           h.rehearsed_at, l.at AS last_at, l.ms AS last_ms, l.login AS last_by, d.approval, l.deltas, l.problem,
           r.content_hash AS rollout_hash, t.content_hash AS tier_hash
      FROM ONLY @extschema@.gov_rollout AS r
      JOIN ONLY @extschema@.gov_rollout_tier AS t ON t.rollout = r.rollout
      JOIN governance_internal.gov_rollout_tier_state AS s ON s.rollout = t.rollout AND s.tier = t.tier
      LEFT JOIN LATERAL (SELECT x.* FROM ONLY @extschema@.gov_rollout_step AS x
                          WHERE x.rollout = t.rollout AND x.tier = t.tier ORDER BY x.step DESC LIMIT 1) AS l ON true
      LEFT JOIN LATERAL (SELECT x.* FROM ONLY @extschema@.gov_rollout_step AS x
                          WHERE x.rollout = t.rollout AND x.tier = t.tier AND x.outcome = 'done'
                          ORDER BY x.step DESC LIMIT 1) AS d ON true
      LEFT JOIN LATERAL (SELECT x.* FROM ONLY @extschema@.gov_rollout_rehearsal AS x
                          WHERE x.rollout = r.rollout ORDER BY x.rehearsal DESC LIMIT 1) AS h ON true;
REVOKE ALL ON @extschema@.gov_rollout_status FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_rollout_status IS 'the tiers of rollouts in their order, and what became of each';
COMMENT ON COLUMN @extschema@.gov_rollout_status.status IS 'draft (not sealed), pending, applied, reverted, or apply failed or revert failed, after which the tier is as before (column applied)';
COMMENT ON COLUMN @extschema@.gov_rollout_status.applied IS 'is it applied now?';
COMMENT ON COLUMN @extschema@.gov_rollout_status.rehearsal IS 'ok, failed, outdated (of another content) or missing: the last rehearsal of the rollout';
COMMENT ON COLUMN @extschema@.gov_rollout_status.rehearsed_at IS 'when that was';
COMMENT ON COLUMN @extschema@.gov_rollout_status.last_at IS 'when it was last tried to apply or revert it';
COMMENT ON COLUMN @extschema@.gov_rollout_status.last_ms IS 'how many milliseconds that took';
COMMENT ON COLUMN @extschema@.gov_rollout_status.last_by IS 'the session user who did';
COMMENT ON COLUMN @extschema@.gov_rollout_status.approval IS 'approval that the last step that was done used; NULL where no gate asked for one';
COMMENT ON COLUMN @extschema@.gov_rollout_status.deltas IS 'what was expected and found in the last try';
COMMENT ON COLUMN @extschema@.gov_rollout_status.problem IS 'why the last try failed; NULL when it did not';
COMMENT ON COLUMN @extschema@.gov_rollout_status.rollout_hash IS 'SHA-256 of the rollout; NULL until it is sealed';
COMMENT ON COLUMN @extschema@.gov_rollout_status.tier_hash IS 'SHA-256 of the tier';
SELECT governance_internal.gov_describe_columns('@extschema@.gov_rollout_status', '@extschema@.gov_rollout_tier');

CREATE FUNCTION @extschema@.gov_create_rollout(rollout text, description text)
RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_create_rollout(text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_create_rollout(text, text) IS
'begins a rollout, a change of this database that is applied in tiers; the role and the search_path of the session belong to it. description: what it is for. Result: created or unchanged. Errors: 22004, 22023 for arguments; 42710 when there is one of that name that differs.';

CREATE FUNCTION @extschema@.gov_add_tier(rollout text, tier integer, name text, kind text, apply_sql text DEFAULT NULL, verify_sql text DEFAULT NULL,
    revert_sql text DEFAULT NULL, expect jsonb DEFAULT '[]')
RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_add_tier(text, integer, text, text, text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_add_tier(text, integer, text, text, text, text, text, jsonb) IS
'adds a tier to a rollout that is not sealed. tier: its number, at least 0; tiers are applied in the order of their numbers, which may leave gaps. name: what people call it. kind: structure or seed, which have apply_sql and revert_sql, or verify, which changes nothing. verify_sql: statements run after the others and undone; each that gives rows has to give one or more, each beginning with true. expect: what the tier does to metrics, exactly: [{"metric": ..., "axis": ... (optional), "delta": ... or "equals": ...}]. Result: created or unchanged. Errors: 22004, 22023 for arguments; 42601 and others for a text that cannot be read, with the place in it; 2D000 for statements that begin or end a transaction; 42704 for an unknown rollout or metric; 42710 when the tier is there and differs; 55000 when the rollout is sealed.';

CREATE FUNCTION @extschema@.gov_seal(rollout text)
RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_seal(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_seal(text) IS
'fixes a rollout: from then on nothing of it changes, and its hash names what is rehearsed, voted on and applied. Result: changed or unchanged, with the hash. Errors: 42704 when there is none; 55000 when it has no tier.';

CREATE FUNCTION @extschema@.gov_drop_rollout(rollout text, reason text)
RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_drop_rollout(text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_drop_rollout(text, text) IS
'forgets a rollout of which nothing was ever applied, with its rehearsals; the ledger keeps that it was there. Result: ended. Errors: 22023 without a reason; 42704 when there is none; 55000 when something of it was applied.';

------------------------------------------------------------------------------
-- rollout/package: from clone to production: gov_rollout_export, gov_rollout_import
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_rollout_export(rollout text) RETURNS text
LANGUAGE C STABLE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_rollout_export(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_rollout_export(text) IS
'gives a sealed rollout as one text for gov_rollout_import in another database: a JSON object in one form, with the hash that people compare. Rehearsals, approvals and steps are not in it. Errors: 42704 when there is none; 55000 when it is not sealed.';

CREATE FUNCTION @extschema@.gov_rollout_import(package text, target text DEFAULT NULL) RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_rollout_import(text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_rollout_import(text, text) IS
'takes in a rollout that was exported from another database: it is sealed, with the same hash, and for this database; rehearsal and approvals start anew. package: what gov_rollout_export gave. target: the name of the database that it is meant for; NULL for this one, whatever its name. Result: created or unchanged, with the hash. Errors: 22023 for a text that is no package, that is not what its hash says, or for another target; 0A000 for one of another format; 42710 when there is another rollout of that name.';

------------------------------------------------------------------------------
-- rollout/things: what a rehearsal of a rollout met beside counts: how the application's things are defined, and what the facts say
------------------------------------------------------------------------------

-- Relations by their parts, routines, types and schemas, outside of the server's own schemas and ours.
CREATE FUNCTION governance_internal.gov_rollout_definitions() RETURNS jsonb
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH home AS MATERIALIZED (
        SELECT n.oid, n.nspname FROM pg_namespace AS n
         WHERE n.nspname !~ '^pg_' AND n.nspname <> ALL (ARRAY['information_schema', 'governance_internal'])
           AND n.oid <> (SELECT x.extnamespace FROM pg_extension AS x WHERE x.extname = 'governance')),
    thing (name, part, definition) AS (
        SELECT format('schema %I', h.nspname), 'itself', '' FROM home AS h
        UNION ALL
        SELECT format('%I.%I', h.nspname, c.relname), p.part, p.definition
          FROM (SELECT array_agg(r.oid) AS oids FROM pg_class AS r JOIN home AS k ON k.oid = r.relnamespace
                 WHERE r.relkind = ANY ('{r,p,v,m,f,S}'::"char"[])) AS l
         CROSS JOIN LATERAL governance_internal.gov_definition_part(l.oids) AS p
          JOIN pg_class AS c ON c.oid = p.relid
          JOIN home AS h ON h.oid = c.relnamespace
        UNION ALL
        SELECT format('%I.%I(%s)', h.nspname, f.proname, pg_get_function_identity_arguments(f.oid)), 'itself',
               concat_ws(' ', f.prokind, f.prolang, f.proowner, f.provolatile, f.prosecdef, f.proisstrict, f.proleakproof, f.proparallel,
                   pg_get_function_arguments(f.oid), pg_get_function_result(f.oid), f.proconfig, f.probin, f.prosrc, pg_get_function_sqlbody(f.oid), f.proacl)
          FROM pg_proc AS f JOIN home AS h ON h.oid = f.pronamespace
        UNION ALL
        SELECT format('type %I.%I', h.nspname, t.typname), 'itself',
               concat_ws(' ', t.typtype, t.typowner, t.typnotnull, t.typdefault, format_type(NULLIF(t.typbasetype, 0::oid), t.typtypmod), t.typacl,
                   (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = t.oid),
                   (SELECT string_agg(pg_get_constraintdef(k.oid), ',' ORDER BY k.conname) FROM pg_constraint AS k WHERE k.contypid = t.oid))
          FROM pg_type AS t JOIN home AS h ON h.oid = t.typnamespace
         WHERE t.typtype = ANY ('{d,e,r}'::"char"[]))
    SELECT coalesce(jsonb_object_agg(n.name, n.parts), '{}')
      FROM (SELECT t.name, jsonb_object_agg(t.part, encode(sha256(convert_to(coalesce(t.definition, ''), 'UTF8')), 'hex')) AS parts
              FROM thing AS t GROUP BY t.name) AS n;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_rollout_definitions() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_rollout_definitions() IS
'gives a hash of the definition of everything of the application that a tier can leave behind: relations part by part, routines, types, schemas';

CREATE FUNCTION governance_internal.gov_rollout_facts() RETURNS jsonb
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT coalesce(jsonb_object_agg('the content of ' || n.fact, n.hash), '{}')
      FROM (SELECT f.fact, @extschema@.gov_fingerprint_rows(f.hash ORDER BY f.hash) AS hash
              FROM governance_internal.gov_baseline_fact AS f
             WHERE f.fact <> ALL ('{gov_label,gov_label_rule,gov_label_projection,gov_detector,gov_event_type}'::text[])
             GROUP BY f.fact) AS n;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_rollout_facts() FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_rollout_facts() IS
'gives a hash of the rows that stand in each table of facts, those of labels, detectors and event types aside';

CREATE FUNCTION governance_internal.gov_things_before(things jsonb, tier text) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
RETURN jsonb_strip_nulls((things -> 'before') || coalesce(things -> 'changed' -> tier, '{}'));
REVOKE ALL ON FUNCTION governance_internal.gov_things_before(jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_things_before(jsonb, text) IS
'gives the hashes of things as a rehearsal met them before a tier, from column things of gov_rollout_rehearsal; NULL where it kept none';

------------------------------------------------------------------------------
-- rollout/gate: what stands in the way of a rollout: gov_gate
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_gate(rollout text)
RETURNS TABLE (tier integer, verdict text, blocker text, hint text)
LANGUAGE C STABLE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
ROWS 10
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_gate(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_gate(text) IS
'tells whether the tiers that are left can be applied: one row READY for each that can, one row BLOCKED for every thing that stands in the way, of a tier or, without a number, of the rollout whole; with the way out. The rollout: not sealed, changed after that, for another database, not rehearsed, rehearsed with another content or badly, a baseline that has changed since, critical findings that are open, applied whole. A tier: no approval (action apply_tier) that permits it. Reads only. Errors: 42704 when there is no such rollout.';

------------------------------------------------------------------------------
-- rollout/rehearse_tiers: rehearsing a rollout: gov_rehearse
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_rehearse(rollout text, options jsonb DEFAULT '{}')
RETURNS TABLE (kind text, target text, measure text, amount numeric, note text)
LANGUAGE C VOLATILE PARALLEL UNSAFE
ROWS 100
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_rehearse(text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_rehearse(text, jsonb) IS
'rehearses a sealed rollout: applies the tiers that are left for real, as the caller, judges each as gov_rollout_apply would, reverts them, measures all of it and undoes all of it. options: as for gov_rehearse_sql, and excluded, an array of names of relations that change by themselves. Result: verdict; tier (holds or failed) and the metrics that each changed; revert (does it end equal to the baseline, in counts, definitions and rows of the application''s tables? and what of those excluded grew); then the rows of gov_rehearse_sql for all tiers together, statements as tier.number. The verdict stays, in gov_rollout_rehearsal and the ledger, with what each tier met (counts, definitions of the application''s things, the content of facts), to which alone it may be applied. Errors: as gov_rehearse_sql; 42704 for an unknown rollout; 42501 under another role, 55000 under another search_path than those it was made under, or when it is not sealed or applied whole.';

------------------------------------------------------------------------------
-- rollout/apply: applying a rollout and taking it back, tier by tier: gov_rollout_apply, gov_rollout_revert
------------------------------------------------------------------------------

CREATE PROCEDURE @extschema@.gov_rollout_apply(rollout text, up_to integer DEFAULT NULL)
LANGUAGE C
AS 'MODULE_PATHNAME';
REVOKE ALL ON PROCEDURE @extschema@.gov_rollout_apply(text, integer) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.gov_rollout_apply(text, integer) IS
'applies what is left of a rollout, as the caller, each tier in a transaction of its own that also uses up its approval. up_to: the last tier to apply; NULL for all. A tier that fails, does not do what was expected or does not verify leaves nothing but its record (gov_rollout_status) and stops the run; the next call goes on with it, after a crash too. Errors: QVR01 where gov_gate says BLOCKED; QVR02 for an expectation or verify_sql that does not hold; the error of the SQL; 25000 inside a transaction block, a function or a batch; 42501 under another role, 55000 under another search_path than those it was made under.';

CREATE PROCEDURE @extschema@.gov_rollout_revert(rollout text, down_to integer DEFAULT NULL)
LANGUAGE C
AS 'MODULE_PATHNAME';
REVOKE ALL ON PROCEDURE @extschema@.gov_rollout_revert(text, integer) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.gov_rollout_revert(text, integer) IS
'takes back the applied tiers of a rollout, the last first, each in a transaction of its own, as the caller. down_to: the tier that stays, with those before it; NULL for none. Gated acts in revert_sql run under the approval that the tier was applied with; its voters have read them. Warns where something does not end as the rehearsal met it before the apply. Errors: as gov_rollout_apply.';

------------------------------------------------------------------------------
-- rollout/tagged: taking back the rows that a tier made: gov_remove_tagged
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_remove_tagged(rollout text, tier integer)
RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_remove_tagged(text, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_remove_tagged(text, integer) IS
'removes the axes, values, rules, assignments, owners, labels, mappings and decisions that a tier of a rollout made, which bear its tag, and gives back what they had superseded. Only in the revert_sql of that tier, while it is reverted. Result: ended, with how many, or unchanged where no row bears the tag. Errors: 23503 when something else refers to one of them by now; 55000 anywhere else.';

------------------------------------------------------------------------------
-- report/words: what programs wrote, for people: jsonb in words, texts as literals of SQL
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_report_words(detail jsonb) RETURNS text
    LANGUAGE C IMMUTABLE PARALLEL SAFE CALLED ON NULL INPUT AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_report_words(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_report_words(jsonb) IS
    'tells keys and values of a jsonb without its signs, for people; cut after 600 bytes; NULL when it is empty or NULL. detail: the jsonb';

CREATE FUNCTION governance_internal.gov_report_literal(value text) RETURNS text
    LANGUAGE C IMMUTABLE PARALLEL SAFE CALLED ON NULL INPUT AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION governance_internal.gov_report_literal(text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_report_literal(text) IS
    'gives a text as a literal of SQL that can be copied from a page: characters that cannot be seen, or that turn others round, are escapes; NULL for NULL. value: the text';

------------------------------------------------------------------------------
-- report/tables: the tables of the report, and the statements that mend
------------------------------------------------------------------------------

CREATE FUNCTION governance_internal.gov_report_share(axis text, at timestamptz) RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT trunc((f.required - f.gap)::numeric / nullif(f.required, 0), 3)
      FROM ONLY @extschema@.gov_axis_figure AS f
     WHERE f.axis = $1 AND f.measured_at <= $2
     ORDER BY f.measured_at DESC LIMIT 1;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_report_share(text, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_report_share(text, timestamptz) IS
    'gives the share of the required cells of an axis that had no gap, a fraction of 1, as a scan counted it last before a time; NULL when none did, or nothing was required. axis, at: axis and time';

-- What is alike has one hash, so that all findings are sorted once, by little;
-- all else is read of the finding that is named.
CREATE VIEW governance_internal.gov_report_finding AS
    WITH f AS MATERIALIZED (
    SELECT s.finding_id, s.object_ref, s.first_seen,
           hash_record_extended(ROW(s.severity, s.detector, s.axis, s.value, s.detail), 0) AS alike
      FROM @extschema@.gov_drift_state AS s WHERE s.status = 'open'),
    placed AS (
    SELECT f.finding_id, f.object_ref, f.first_seen, f.alike, count(*) OVER w AS of_alike, min(f.first_seen) OVER w AS since,
           row_number() OVER (w ORDER BY f.object_ref COLLATE "C", f.finding_id) AS place
      FROM f WINDOW w AS (PARTITION BY f.alike)),
    folded AS (
    SELECT min(p.finding_id) FILTER (WHERE p.place = 1 OR p.of_alike < 4) AS finding_id,
           CASE WHEN p.of_alike > 3 THEN p.of_alike ELSE 1 END AS alike,
           min(CASE WHEN p.of_alike > 3 THEN p.since ELSE p.first_seen END) AS first_seen,
           string_agg(p.object_ref, ', ' ORDER BY p.place) FILTER (WHERE p.place > 1 AND p.of_alike > 3) AS others
      FROM placed AS p
     WHERE p.place <= 11
     GROUP BY p.alike, p.of_alike, CASE WHEN p.of_alike > 3 THEN 0 ELSE p.finding_id END)
    SELECT s.finding_id, s.severity, s.detector, s.object_type, s.object_ref, k.others, k.alike, s.axis, s.value, k.first_seen, s.detail,
           (SELECT count(*) FROM f) AS of_all
      FROM folded AS k JOIN ONLY @extschema@.gov_finding AS s ON s.finding_id = k.finding_id;
REVOKE ALL ON governance_internal.gov_report_finding FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_report_finding IS
    'open findings for the report, more than three that differ in their object alone as one row: the first, up to ten others, how many there are, and since when; and how many are open at all';

CREATE VIEW governance_internal.gov_report_trend AS
    WITH counted AS MATERIALIZED (
        SELECT s.axis, s.required, s.gap, trunc((s.required - s.gap)::numeric / nullif(s.required, 0), 3) AS share
          FROM @extschema@.gov_coverage_summary AS s)
    SELECT x.axis, x.name, x.status, c.required, c.gap, c.share,
           governance_internal.gov_report_share(x.axis, now() - interval '7 days') AS week_ago,
           governance_internal.gov_report_share(x.axis, now() - interval '30 days') AS month_ago,
           governance_internal.gov_report_share(x.axis, now() - interval '90 days') AS quarter_ago,
           b.since, c.share - governance_internal.gov_report_share(x.axis, b.since) AS change,
           (SELECT string_agg(coalesce((CASE WHEN i = 24 THEN c.share
                    ELSE governance_internal.gov_report_share(x.axis, b.since + (now() - b.since) * i / 24) END)::text, '-'), ' ' ORDER BY i)
              FROM generate_series(0, 24) AS i WHERE b.since IS NOT NULL) AS points
      FROM ONLY @extschema@.gov_axis AS x
      LEFT JOIN counted AS c ON c.axis = x.axis
      LEFT JOIN LATERAL (SELECT greatest(f.measured_at, now() - interval '90 days') AS since
                           FROM ONLY @extschema@.gov_axis_figure AS f
                          WHERE f.axis = x.axis AND f.required > 0 AND f.measured_at <= now()
                          ORDER BY f.measured_at LIMIT 1) AS b ON true;
REVOKE ALL ON governance_internal.gov_report_trend FROM PUBLIC;
COMMENT ON VIEW governance_internal.gov_report_trend IS
    'the share of each axis without a gap, now and as scans counted it: fractions of 1; points: 25 of them from since until now, evenly apart, a dash where nothing was measured';

CREATE FUNCTION governance_internal.gov_report_candidate(axis text, nearest text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT u.authority
      FROM ONLY @extschema@.gov_axis AS x
     CROSS JOIN LATERAL unnest(ARRAY[$2, x.owner, x.fallback]) WITH ORDINALITY AS c (authority, place)
      JOIN ONLY @extschema@.gov_authority AS u ON u.authority = c.authority AND u.status = 'active'
     WHERE x.axis = $1
     ORDER BY c.place LIMIT 1;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_report_candidate(text, text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_report_candidate(text, text) IS
    'gives the authority that a statement of the report proposes for gaps: whoever answers for most of the rest there, the owner of the axis, or its owner of last resort, the first who is active; NULL for nobody. axis: the axis; nearest: whoever answers for most';

CREATE FUNCTION governance_internal.gov_report_mend(schema text, object_id bigint, axis text, value text, authority text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN w.in_the_way > 0 THEN NULL
                ELSE pg_catalog.format('SELECT %s.gov_own(%s, %s, %s, %s, %s%s);', schema,
                       governance_internal.gov_report_literal(o.object_type), governance_internal.gov_report_literal(o.object_ref),
                       governance_internal.gov_report_literal($3), governance_internal.gov_report_literal($4),
                       governance_internal.gov_report_literal($5), CASE WHEN w.standing > 0 THEN ', replace => true' ELSE '' END) END
      FROM ONLY @extschema@.gov_object AS o
     CROSS JOIN LATERAL (
           SELECT count(*) AS standing, count(*) FILTER (WHERE s.effective_from > now() OR u.status = 'active') AS in_the_way
             FROM governance_internal.gov_standing_ownership AS s
             JOIN ONLY @extschema@.gov_authority AS u ON u.authority = s.authority
            WHERE s.object_id = o.object_id AND s.axis = $3 AND s.value = $4 AND s.owner_kind = 'accountable') AS w
     WHERE o.object_id = $2 AND $5 IS NOT NULL;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_report_mend(text, bigint, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_report_mend(text, bigint, text, text, text) IS
    'gives the statement by which an authority answers for a cell of an object, and for what lives in it; in place of an owner that is retired; NULL for no authority, and where an owner who does not inherit, or a scheduled one, is in the way. schema: of the extension, quoted; object_id, axis, value, authority: the cell and who';

CREATE FUNCTION governance_internal.gov_report_mend_loose(schema text, axis text, value text, authority text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.format('SELECT %1$s.gov_own(g.object_type, g.object_ref, g.axis, g.value, %2$s, replace => true)'
                             '  FROM (SELECT c.* FROM %1$s.gov_coverage_gap AS c JOIN %1$s.gov_object AS o USING (object_id)'
                             ' WHERE c.axis = %3$s AND c.value = %4$s AND c.reason <> ''quarantined'' AND o.container_id IS NULL'
                             ' AND NOT EXISTS (SELECT FROM %1$s.gov_object AS i WHERE i.container_id = o.object_id) OFFSET 0) AS g;',
                             $1, governance_internal.gov_report_literal($4), governance_internal.gov_report_literal($2),
                             governance_internal.gov_report_literal($3))
     WHERE $4 IS NOT NULL;
END;
REVOKE ALL ON FUNCTION governance_internal.gov_report_mend_loose(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION governance_internal.gov_report_mend_loose(text, text, text, text) IS
    'gives the statement by which an authority answers for the cells of a value that nobody answers for, of objects that live in no container; NULL for no authority. schema: of the extension, quoted; axis, value, authority: which cells and who';

------------------------------------------------------------------------------
-- report/readiness: what can be done now, and what stands in the way: gov_readiness
------------------------------------------------------------------------------

CREATE VIEW @extschema@.gov_readiness (capability, class, blocker, call) AS
    WITH armed AS MATERIALIZED (
    SELECT EXISTS (SELECT FROM ONLY @extschema@.gov_authority AS u
                    WHERE u.kind = 'sovereign' AND u.status = 'active' AND u.role_name IS NOT NULL) AS armed),
    gated AS (
    SELECT g.action, g.act, coalesce(g.risk, 'constitutional') AS risk, coalesce(g.gate, 'approval') AS gate
      FROM @extschema@.gov_gated_act AS g),
    quorum AS MATERIALIZED (
    SELECT r.risk, governance_internal.gov_quorum_lacking(r.risk) AS lacking
      FROM (SELECT DISTINCT g.risk FROM gated AS g WHERE g.gate <> 'open') AS r)
    SELECT format('act %s, action %s', g.act, g.action),
           CASE WHEN g.gate = 'open' THEN 'ready' WHEN NOT a.armed THEN 'gates not armed' WHEN l.lacking IS NOT NULL THEN 'blocked' ELSE 'after gate' END,
           CASE WHEN g.gate = 'open' THEN NULL
                WHEN NOT a.armed THEN 'it runs without an approval, since no active sovereign authority has a role'
                WHEN l.lacking IS NOT NULL THEN format('the quorum of risk %s cannot be reached: %s', g.risk, l.lacking)
                ELSE format('an approval at risk %s', g.risk) END,
           CASE WHEN g.gate = 'open' THEN NULL
                WHEN NOT a.armed THEN 'SELECT @extschema@.gov_set_authority(''...'', kind => ''sovereign'', role_name => ''...'');'
                WHEN l.lacking IS NOT NULL THEN 'SELECT * FROM @extschema@.gov_drift_finding WHERE detector = ''quorum_unreachable'';'
                ELSE format('SELECT @extschema@.gov_request_approval(''...'', %L, ''{...}'', ''...'', act => %L);', g.action, g.act) END
      FROM gated AS g
     CROSS JOIN armed AS a
      LEFT JOIN quorum AS l ON l.risk = g.risk AND g.gate <> 'open'
    UNION ALL
    SELECT format('source %s', s.source),
           CASE s.state WHEN 'enabled' THEN 'ready' ELSE s.state END,
           CASE s.state WHEN 'blocked' THEN s.reason WHEN 'disabled' THEN 'syncs pass it over' WHEN 'unenrolled' THEN 'it was let go' END,
           CASE s.state WHEN 'blocked' THEN format('SELECT * FROM @extschema@.gov_sync(%L);', s.source)
                        WHEN 'disabled' THEN format('SELECT @extschema@.gov_set_source(%L, true);', s.source) END
      FROM @extschema@.gov_source_state AS s
    UNION ALL
    SELECT format('schema %s', u.object_ref), 'not enrolled', format('objects that nobody governs: %s', u.objects),
           format('SELECT * FROM @extschema@.gov_enroll_schema(%L);', n.nspname)
      FROM @extschema@.gov_unenrolled AS u
      JOIN pg_catalog.pg_namespace AS n ON quote_ident(n.nspname) = u.object_ref
    UNION ALL
    SELECT format('axis %s', x.axis),
           CASE WHEN x.status = 'active' AND r.active > r.idle THEN 'ready' ELSE 'blocked' END,
           CASE WHEN x.status <> 'active' THEN format('it is %s', x.status)
                WHEN r.active = 0 THEN 'no active rule asks for owners on it'
                WHEN r.active = r.idle THEN 'its rules are for no object that is there' END,
           CASE WHEN x.status = 'candidate' THEN format('SELECT @extschema@.gov_set_axis_status(%L, ''active'');', x.axis)
                WHEN x.status = 'active' AND r.active = 0 THEN format('SELECT @extschema@.gov_create_rule(''...'', %L, ''cross_product'');', x.axis)
                WHEN x.status = 'active' AND r.active = r.idle THEN format('SELECT * FROM @extschema@.gov_coverage_rule WHERE axis = %L;', x.axis) END
      FROM ONLY @extschema@.gov_axis AS x
     CROSS JOIN LATERAL (SELECT (SELECT count(*) FROM ONLY @extschema@.gov_coverage_rule AS c WHERE c.axis = x.axis AND c.status = 'active') AS active,
                                (SELECT count(*) FROM governance_internal.gov_idle_rule AS c WHERE c.axis = x.axis AND c.status = 'active') AS idle) AS r
     WHERE x.status <> 'retired'
    UNION ALL
    SELECT 'findings', CASE WHEN s.scans > 0 THEN 'ready' ELSE 'blocked' END, CASE WHEN s.scans = 0 THEN 'nothing was ever scanned' END,
           CASE WHEN s.scans = 0 THEN 'SELECT @extschema@.gov_scan();' END
      FROM (SELECT count(r.scanned_at) AS scans FROM ONLY @extschema@.gov_scan_run AS r) AS s
    UNION ALL
    SELECT format('event %s.%s', t.domain, t.type), CASE WHEN t.active THEN 'ready' ELSE 'needs event activation' END,
           CASE WHEN NOT t.active THEN 'its events are refused' END,
           CASE WHEN NOT t.active THEN format('SELECT @extschema@.gov_event_activate(%L, %L);', t.domain, t.type) END
      FROM ONLY @extschema@.gov_event_type AS t
    UNION ALL
    SELECT format('rollout %s%s', r.rollout, ', tier ' || g.tier), lower(g.verdict), g.blocker,
           CASE g.verdict WHEN 'READY' THEN format('CALL @extschema@.gov_rollout_apply(%L);', r.rollout) ELSE g.hint END
      FROM ONLY @extschema@.gov_rollout AS r
     CROSS JOIN LATERAL @extschema@.gov_gate(r.rollout) AS g
     WHERE EXISTS (SELECT FROM governance_internal.gov_rollout_tier_state AS s WHERE s.rollout = r.rollout AND NOT s.applied);
REVOKE ALL ON @extschema@.gov_readiness FROM PUBLIC;
COMMENT ON VIEW @extschema@.gov_readiness IS 'what can be done now, and what stands in the way of the rest';
COMMENT ON COLUMN @extschema@.gov_readiness.capability IS 'an act with the action whose approval it asks for, a source, a schema that is not enrolled, an axis, findings, an event type, a rollout or a tier of one';
COMMENT ON COLUMN @extschema@.gov_readiness.class IS 'ready, after gate (it needs an approval), gates not armed (it runs without one), blocked, disabled, unenrolled, not enrolled, needs event activation';
COMMENT ON COLUMN @extschema@.gov_readiness.blocker IS 'what stands in the way; NULL for nothing';
COMMENT ON COLUMN @extschema@.gov_readiness.call IS 'the statement that clears it, or shows more; NULL for none';

------------------------------------------------------------------------------
-- report/json: the report as jsonb, for programs: gov_dashboard
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_dashboard() RETURNS jsonb
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_dashboard() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_dashboard() IS
    'gives what gov_report_html shows, for programs: where and when (UTC), every metric in all and by axis, required cells and gaps by container, and of each table how many rows there are and the first 10. What could not be read is null, a table''s total and rows too, which then has the message as unavailable; unavailable holds all such messages';

------------------------------------------------------------------------------
-- report/html: the report as one page, for people: gov_report_html
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_report_html(title text DEFAULT 'Governance report') RETURNS text
    LANGUAGE C STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION @extschema@.gov_report_html(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_report_html(text) IS
    'shows the state of governance as one page of HTML that stands alone: coverage by container and value, gaps by container and by owner, value trees, findings, lag, labels, open approvals, the head of the ledger. Lists are cut and say what is left, so the page stays small. What could not be read says so in its place. title: its title. Errors: 22004 a null';

------------------------------------------------------------------------------
-- reconcile: bringing everything up to date: gov_reconcile
------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.gov_reconcile(dry_run boolean DEFAULT false)
RETURNS TABLE (metric text, before bigint, after bigint, changes text)
LANGUAGE C VOLATILE PARALLEL UNSAFE
ROWS 10
AS 'MODULE_PATHNAME', 'gov_reconcile';
REVOKE ALL ON FUNCTION @extschema@.gov_reconcile(boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_reconcile(boolean) IS
'brings everything up to date in one transaction: syncs every enabled source (one that is blocked is left as it is, with a warning; of one that would retire too much only the retirements are held, in gov_held_back), sets ownership whose time has passed expired, decides what policy allows of the disagreements between assignments and labels (gov_decision_fit), scans (as gov_scan does), and records the run in gov_scan_run. Returns one row per metric, a count before and after: objects (live), required_cells, gap_cells, owner_conflicts and missing_assignments over all active axes, assignments (current), ownerships (in force), ownerships_lapsed, divergent, projection_gaps and decisions (as gov_reconcile_summary), sync_blocked (sources; before: as of the last run), open_findings and critical_findings (open ones, before: as last scanned). While a bound relation cannot be read, nothing is decided, divergent, projection_gaps and decisions are NULL, and a warning says why. changes, in the row of objects: what became of them, one a line, the first ten of each source by name, retired ones first (gov_object_event has all). With dry_run the same rows, and nothing is left behind. Errors: 22004 for NULL; 40001 as of gov_scan.';

CREATE PROCEDURE @extschema@.gov_reconcile(batch_size integer)
LANGUAGE C
AS 'MODULE_PATHNAME', 'gov_reconcile_in_batches';
REVOKE ALL ON PROCEDURE @extschema@.gov_reconcile(integer) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.gov_reconcile(integer) IS
'does the same as the function for large databases: commits after every source and after every batch_size rows (at least 1) of other work. After a failure, calling it again goes on where it stopped, and finishes the recorded run. Errors: 2D000 inside a transaction block, a function or a trigger.';

------------------------------------------------------------------------------
-- dump: every row of every table, and the sequences
------------------------------------------------------------------------------

SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_authority', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_source', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_schema_pattern', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_object', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_object_event', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_axis', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_axis_value', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_assignment', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_ownership', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_coverage_rule', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_action', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_quorum_rule', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_approval', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_vote', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_change', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_change_row', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_change_change_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_scan_run', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_axis_figure', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_rehearsal', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_rehearsal_rehearsal_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_rollout', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_rollout_tier', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_rollout_rehearsal', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_rollout_step', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_rollout_rehearsal_rehearsal_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_rollout_step_step_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_baseline', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_baseline_item', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_source_conflict', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_source_block', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_source_held', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_detector', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_finding', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_finding_finding_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_ledger', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_ledger_archive', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_ledger_seq_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_label', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_label_rule', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_label_projection', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_value_label', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_access', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_binding', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_decision', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_event_type', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_event_log', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_event_outbox', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_event_cursor', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_event_log_log_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_event_outbox_event_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_projection', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_matview_refresh', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_object_object_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_assignment_assignment_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_ownership_ownership_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_scan_run_scan_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_label_rule_rule_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.gov_decision_decision_id_seq', '');

------------------------------------------------------------------------------
-- rights: none but the owner's; guards: as they are now; a word on the schema
------------------------------------------------------------------------------

SELECT governance_internal.gov_guards_note();
SELECT governance_internal.gov_settle_privileges(upgrade => false);
SELECT governance_internal.gov_script_notice();
