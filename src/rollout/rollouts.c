/*-------------------------------------------------------------------------
 *
 * rollout/rollouts.c
 *	  Rollouts and their tiers: gov_create_rollout, gov_add_tier, gov_seal,
 *	  gov_drop_rollout.
 *
 * A rollout is a change that is applied in tiers (rollout/apply.c).  It is put
 * together tier by tier and then sealed.  From then on nothing of it changes,
 * and its hash, which is the same in every database, names it: that is what is
 * rehearsed, what people vote on and what is applied.  The role and the
 * search_path of whoever made it belong to it, since its SQL means something
 * else under others.
 *
 * What a tier does is text, and is read as such when it is added: a syntax
 * error is found then, with its place in that text.  Statements that begin or
 * end transactions are refused, as a tier is one transaction.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/namespace.h"
#include "commands/dbcommands.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/extension.h"
#include "server/hash.h"
#include "server/json.h"
#include "server/security.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "server/tag.h"
#include "ledger/ledger.h"
#include "rollout/expect.h"
#include "rollout/rollouts.h"
#include "rollout/statements.h"

static const char *const kinds[] = {"structure", "seed", "verify", NULL};

/* Columns of find_rollout. */
enum {ROLLOUT_DESCRIPTION = 1, ROLLOUT_ROLE, ROLLOUT_PATH, ROLLOUT_DATABASE, ROLLOUT_SYSTEM, ROLLOUT_HASH, ROLLOUT_ORIGIN};

GOV_LOOKUP(find_rollout,
		   "SELECT description, role_name, search_path, database_name, system_identifier, content_hash, origin"
		   " FROM @.gov_rollout WHERE rollout = $1", TEXTOID);

/* Columns of find_tiers. */
enum {TIER_TIER = 1, TIER_NAME, TIER_KIND, TIER_APPLY, TIER_VERIFY, TIER_REVERT, TIER_EXPECT, TIER_HASH, TIER_APPLIED};

GOV_QUERY(find_tiers,
		  "SELECT t.tier, t.name, t.kind, t.apply_sql, t.verify_sql, t.revert_sql, t.expect, t.content_hash, s.applied"
		  " FROM @.gov_rollout_tier AS t JOIN governance_internal.gov_rollout_tier_state AS s ON s.rollout = t.rollout AND s.tier = t.tier"
		  " WHERE t.rollout = $1 ORDER BY t.tier", TEXTOID);
GOV_QUERY(insert_rollout,
		  "INSERT INTO @.gov_rollout (rollout, description, role_name, search_path, database_name, system_identifier, created_by,"
		  " origin, content_hash, sealed_at, sealed_by)"
		  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $9 IS NOT NULL THEN pg_catalog.now() END, CASE WHEN $9 IS NOT NULL THEN $7 END)"
		  " ON CONFLICT DO NOTHING",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT8OID, TEXTOID, TEXTOID, TEXTOID);
GOV_QUERY(insert_tier,
		  "INSERT INTO @.gov_rollout_tier (rollout, tier, name, kind, apply_sql, verify_sql, revert_sql, expect, content_hash)"
		  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		  TEXTOID, INT4OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, JSONBOID, TEXTOID);
GOV_QUERY(seal_rollout,
		  "UPDATE @.gov_rollout SET content_hash = $2, sealed_at = pg_catalog.now(), sealed_by = $3 WHERE rollout = $1",
		  TEXTOID, TEXTOID, TEXTOID);
GOV_QUERY(find_any_step, "SELECT FROM @.gov_rollout_step WHERE rollout = $1 AND outcome = 'done' LIMIT 1", TEXTOID);
GOV_QUERY(delete_rehearsals, "DELETE FROM @.gov_rollout_rehearsal WHERE rollout = $1", TEXTOID);
GOV_QUERY(delete_steps, "DELETE FROM @.gov_rollout_step WHERE rollout = $1", TEXTOID);
GOV_QUERY(delete_tiers, "DELETE FROM @.gov_rollout_tier WHERE rollout = $1", TEXTOID);
GOV_QUERY(delete_rollout, "DELETE FROM @.gov_rollout WHERE rollout = $1", TEXTOID);

/* Does the tier change anything? */
bool
gov_tier_changes(const GovTier *tier)
{
	return strcmp(tier->kind, "verify") != 0;
}

/* The name of this database. */
char *
gov_rollout_this_database(void)
{
	return get_database_name(MyDatabaseId);
}

/* A rollout; raises when there is none of that name. */
GovRollout *
gov_rollout_find(const char *rollout, GovRowLock lock)
{
	GovRollout *found = palloc0(sizeof(GovRollout));
	int			level = gov_spi_begin();

	if (gov_run(&find_rollout[lock], gov_text(rollout)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("rollout \"%s\" does not exist", rollout),
				 errhint("List them: SELECT * FROM %s.gov_rollout_status.", gov_schema_quoted())));
	found->rollout = rollout;
	found->description = gov_result_text(0, ROLLOUT_DESCRIPTION);
	found->role_name = gov_result_text(0, ROLLOUT_ROLE);
	found->search_path = gov_result_text(0, ROLLOUT_PATH);
	found->database_name = gov_result_text(0, ROLLOUT_DATABASE);
	found->system = gov_result_int8(0, ROLLOUT_SYSTEM);
	found->content_hash = gov_result_text(0, ROLLOUT_HASH);
	found->origin = gov_result_text(0, ROLLOUT_ORIGIN);
	gov_spi_end(level);
	return found;
}

/* Its tiers (GovTier), in the order of their numbers. */
List *
gov_rollout_tiers(const char *rollout)
{
	List	   *tiers = NIL;
	int			level = gov_spi_begin();
	uint64		count = gov_run(&find_tiers, gov_text(rollout));

	for (uint64 row = 0; row < count; row++)
	{
		GovTier    *tier = palloc0(sizeof(GovTier));
		bool		isnull;

		tier->tier = gov_result_int4(row, TIER_TIER);
		tier->name = gov_result_text(row, TIER_NAME);
		tier->kind = gov_result_text(row, TIER_KIND);
		tier->apply_sql = gov_result_text(row, TIER_APPLY);
		tier->verify_sql = gov_result_text(row, TIER_VERIFY);
		tier->revert_sql = gov_result_text(row, TIER_REVERT);
		tier->expect = gov_result_datum(row, TIER_EXPECT, &isnull);
		tier->content_hash = gov_result_text(row, TIER_HASH);
		tier->applied = gov_result_bool(row, TIER_APPLIED);
		tiers = lappend(tiers, tier);
	}
	gov_spi_end(level);
	return tiers;
}

/* Raises unless a rollout is sealed. */
void
gov_rollout_ensure_sealed(const GovRollout *rollout)
{
	if (rollout->content_hash == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rollout \"%s\" is not sealed", rollout->rollout),
				 errhint("SELECT %s.gov_seal(%s);", gov_schema_quoted(), quote_literal_cstr(rollout->rollout))));
}

/* Raises unless the session goes by the role and the search_path of the rollout. */
void
gov_rollout_ensure_session(const char *name)
{
	const char *role = GetUserNameFromId(GetOuterUserId(), false);
	char	   *path = pstrdup(namespace_search_path);
	GovSecurity security;
	GovRollout *rollout;

	gov_security_enter(&security, gov_extension_owner(), false);
	rollout = gov_rollout_find(name, GOV_ROW_PLAIN);
	gov_security_leave(&security);
	if (strcmp(rollout->role_name, role) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("rollout \"%s\" runs as role \"%s\", and this session goes by \"%s\"", name, rollout->role_name, role),
				 errhint("SET ROLE %s; then call it again.", quote_identifier(rollout->role_name))));
	if (strcmp(rollout->search_path, path) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rollout \"%s\" was made under another search_path", name),
				 errdetail("It was made under %s, this session has %s.", rollout->search_path, path),
				 errhint("SET search_path = %s; then call it again.", rollout->search_path)));
}

/* ---- hashes ---- */

/* Adds a text to a form that is hashed: its length in bytes of UTF-8, a colon, the bytes; "-" for none. */
static void
gov_rollout_form(StringInfo form, const char *value)
{
	char	   *bytes;

	if (value == NULL)
	{
		appendStringInfoChar(form, '-');
		return;
	}
	bytes = pg_server_to_any(value, strlen(value), PG_UTF8);
	appendStringInfo(form, "%zu:%s", strlen(bytes), bytes);
}

/* The hash of a tier: its number, name, kind, texts and expectations, each with its length. */
char *
gov_tier_hash(const GovTier *tier)
{
	const char *parts[] = {
		"governance-tier-1", psprintf("%d", tier->tier), tier->name, tier->kind, tier->apply_sql, tier->verify_sql,
		tier->revert_sql, DatumGetCString(DirectFunctionCall1(jsonb_out, tier->expect))
	};
	StringInfoData form;

	initStringInfo(&form);
	for (int i = 0; i < (int) lengthof(parts); i++)
		gov_rollout_form(&form, parts[i]);
	return gov_hash_hex(form.data, form.len);
}

/* The hash of all that is sealed: code, description, role, search_path, and the hashes of the tiers. */
char *
gov_rollout_hash(const GovRollout *rollout, const List *tiers)
{
	const char *parts[] = {
		"governance-rollout-1", rollout->rollout, rollout->description, rollout->role_name, rollout->search_path
	};
	StringInfoData form;
	ListCell   *cell;

	initStringInfo(&form);
	for (int i = 0; i < (int) lengthof(parts); i++)
		gov_rollout_form(&form, parts[i]);
	foreach(cell, tiers)
		gov_rollout_form(&form, gov_tier_hash(lfirst(cell)));
	return gov_hash_hex(form.data, form.len);
}

/* ---- checks ---- */

/* A text of a tier that is read. */
typedef struct GovTierText
{
	const char *name;			/* of the argument */
	const char *sql;
	List	   *parsed;			/* RawStmt */
} GovTierText;

/* Reads a text. */
static void
gov_tier_parse(void *arg)
{
	GovTierText *text = arg;

	text->parsed = pg_parse_query(text->sql);
}

/* Raises because a text cannot be read, with the place in the text itself. */
static void
gov_tier_raise_syntax(const GovTierText *text, const GovTier *tier, const ErrorData *error)
{
	ereport(ERROR,
			(errcode(error->sqlerrcode),
			 errmsg("%s of tier %d cannot be read: %s", text->name, tier->tier, error->message),
			 error->cursorpos > 0 ? errdetail("At character %d of it, line %d.", error->cursorpos,
											  gov_statement_line(text->sql, error->cursorpos)) : 0,
			 error->hint != NULL ? errhint("%s", error->hint) : 0));
}

/* Raises unless a text holds statements, none of which begins or ends a transaction. */
static void
gov_tier_check_text(const GovTier *tier, const char *name, const char *sql)
{
	GovTierText text = {name, sql, NIL};
	ErrorData  *error = gov_subtransaction_attempt(gov_tier_parse, &text, false);
	ListCell   *cell;

	if (error != NULL && error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		ReThrowError(error);
	if (error != NULL)
		gov_tier_raise_syntax(&text, tier, error);
	if (text.parsed == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s of tier %d holds no statement", name, tier->tier),
				 errhint("Give statements, or NULL for none where none is needed.")));
	foreach(cell, text.parsed)
	{
		if (IsA(lfirst_node(RawStmt, cell)->stmt, TransactionStmt))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
					 errmsg("%s of tier %d begins or ends a transaction", name, tier->tier),
					 errdetail("Statement %d does.", foreach_current_index(cell) + 1),
					 errhint("A tier is one transaction: leave it out, or make two tiers.")));
	}
}

/* Raises where a kind of tier needs a text and has none, or has one and must not. */
static void
gov_tier_check_presence(const GovTier *tier, const char *name, const char *sql)
{
	if (gov_tier_changes(tier) && sql == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("tier %d has no %s", tier->tier, name),
				 errdetail("A tier of kind %s changes something, and says how that is taken back.", tier->kind),
				 errhint("Give the statements as %s.", name)));
	if (!gov_tier_changes(tier) && sql != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tier %d of kind verify has %s", tier->tier, name),
				 errdetail("A tier of kind verify changes nothing."),
				 errhint("Give what it looks at as verify_sql and expect, or make it a tier of kind structure or seed.")));
}

/* Checks a tier as gov_add_tier does. */
void
gov_tier_check(const GovTier *tier)
{
	const struct
	{
		const char *name;
		const char *sql;
		bool		of_changes;
	}			texts[] = {
		{"apply_sql", tier->apply_sql, true}, {"verify_sql", tier->verify_sql, false}, {"revert_sql", tier->revert_sql, true}
	};
	int			expected;

	if (tier->tier < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be at least 0", "tier"),
				 errdetail("It is %d.", tier->tier)));
	gov_ensure_not_blank(tier->name, "name", ERRCODE_INVALID_PARAMETER_VALUE, "Say in a few words what the tier does.");
	gov_ensure_one_of(tier->kind, "kind", kinds);
	for (int i = 0; i < (int) lengthof(texts); i++)
	{
		if (texts[i].of_changes)
			gov_tier_check_presence(tier, texts[i].name, texts[i].sql);
		if (texts[i].sql != NULL)
			gov_tier_check_text(tier, texts[i].name, texts[i].sql);
	}
	expected = gov_expect_check(tier->expect);
	if (!gov_tier_changes(tier) && tier->verify_sql == NULL && expected == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tier %d of kind verify verifies nothing", tier->tier),
				 errhint("Give verify_sql, expect, or both.")));
}

/* ---- acts ---- */

/* gov_create_rollout(rollout, description): begins a rollout for this database. */
GOV_ACT(gov_create_rollout)
{
	char	   *rollout = gov_arg_code(fcinfo, 0, "rollout");
	char	   *description = gov_arg_text(fcinfo, 1, "description");
	char	   *role = GetUserNameFromId(GetOuterUserId(), false);
	const char *path = gov_caller_search_path();
	StringInfoData differences;
	GovRollout *there;
	bool		made;
	int			level;

	gov_ensure_not_blank(description, "description", ERRCODE_INVALID_PARAMETER_VALUE, "Say what it is for; whoever votes reads it.");
	level = gov_spi_begin();
	made = gov_run(&insert_rollout, gov_text(rollout), gov_text(description), gov_text(role), gov_text(path),
				   gov_text(gov_rollout_this_database()), gov_int8((int64) GetSystemIdentifier()),
				   gov_text(gov_session_user_name()), gov_null(), gov_null()) > 0;
	gov_spi_end(level);
	if (made)
	{
		gov_ledger_append("create_rollout", 0, gov_json_object("rollout", rollout),
						  gov_json_object("description", description, "role", role, "search_path", path));
		return gov_answer(GOV_CREATED, "rollout \"%s\"", rollout);
	}
	there = gov_rollout_find(rollout, GOV_ROW_PLAIN);
	gov_difference_begin(&differences);
	gov_difference(&differences, "description", there->description, description);
	gov_difference(&differences, "role", there->role_name, role);
	gov_difference(&differences, "search_path", there->search_path, path);
	gov_ensure_no_difference(&differences, psprintf("rollout \"%s\"", rollout), "Choose another name, or drop it with gov_drop_rollout.");
	return gov_answer(GOV_UNCHANGED, "rollout \"%s\"", rollout);
}

/* Raises unless a rollout can still be changed. */
static GovRollout *
gov_rollout_ensure_open(const char *rollout)
{
	GovRollout *found = gov_rollout_find(rollout, GOV_ROW_UPDATE);

	if (found->content_hash != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rollout \"%s\" is sealed", rollout),
				 errdetail("Nothing of it changes any more: it is what was rehearsed and voted on."),
				 errhint("Make another one, or drop this one with gov_drop_rollout as long as nothing of it was applied.")));
	return found;
}

/* The tier of a number; NULL when there is none. */
static GovTier *
gov_rollout_tier_of(const List *tiers, int32 number)
{
	ListCell   *cell;

	foreach(cell, tiers)
	{
		GovTier    *tier = lfirst(cell);

		if (tier->tier == number)
			return tier;
	}
	return NULL;
}

/* Raises unless a tier that is there is the same as one that is to be added. */
static void
gov_tier_ensure_same(const GovTier *there, const GovTier *asked, const char *rollout)
{
	StringInfoData differences;

	gov_difference_begin(&differences);
	gov_difference(&differences, "name", there->name, asked->name);
	gov_difference(&differences, "kind", there->kind, asked->kind);
	gov_difference(&differences, "apply_sql", there->apply_sql, asked->apply_sql);
	gov_difference(&differences, "verify_sql", there->verify_sql, asked->verify_sql);
	gov_difference(&differences, "revert_sql", there->revert_sql, asked->revert_sql);
	gov_difference(&differences, "expect", DatumGetCString(DirectFunctionCall1(jsonb_out, there->expect)),
				   DatumGetCString(DirectFunctionCall1(jsonb_out, asked->expect)));
	gov_ensure_no_difference(&differences, psprintf("tier %d of rollout \"%s\"", asked->tier, rollout), "Give it another number.");
}

/* Writes the row of a tier. */
static void
gov_tier_put(const char *rollout, const GovTier *tier)
{
	int			level = gov_spi_begin();

	(void) gov_run(&insert_tier, gov_text(rollout), gov_int4(tier->tier), gov_text(tier->name), gov_text(tier->kind),
				   gov_text(tier->apply_sql), gov_text(tier->verify_sql), gov_text(tier->revert_sql),
				   gov_datum(tier->expect, false), gov_text(gov_tier_hash(tier)));
	gov_spi_end(level);
}

/* gov_add_tier(rollout, tier, name, kind, apply_sql, verify_sql, revert_sql, expect): adds a tier to one that is not sealed. */
GOV_ACT(gov_add_tier)
{
	char	   *rollout = gov_arg_code(fcinfo, 0, "rollout");
	GovTier		tier = {0};
	GovTier    *there;

	gov_ensure_not_null(PG_ARGISNULL(1), "tier");
	gov_ensure_not_null(PG_ARGISNULL(7), "expect");
	tier.tier = PG_GETARG_INT32(1);
	tier.name = gov_arg_text(fcinfo, 2, "name");
	tier.kind = gov_arg_code(fcinfo, 3, "kind");
	tier.apply_sql = gov_arg_text_or_null(fcinfo, 4);
	tier.verify_sql = gov_arg_text_or_null(fcinfo, 5);
	tier.revert_sql = gov_arg_text_or_null(fcinfo, 6);
	gov_ensure_size(VARSIZE_ANY(PG_GETARG_JSONB_P(7)), "expect");
	tier.expect = PG_GETARG_DATUM(7);
	gov_tier_check(&tier);
	there = gov_rollout_tier_of(gov_rollout_tiers(gov_rollout_find(rollout, GOV_ROW_UPDATE)->rollout), tier.tier);
	if (there != NULL)
	{
		gov_tier_ensure_same(there, &tier, rollout);
		return gov_answer(GOV_UNCHANGED, "tier %d of rollout \"%s\"", tier.tier, rollout);
	}
	(void) gov_rollout_ensure_open(rollout);
	gov_tier_put(rollout, &tier);
	gov_ledger_append("add_tier", 0, gov_json_object("rollout", rollout, "tier", psprintf("%d", tier.tier)),
					  gov_json_object("name", tier.name, "kind", tier.kind, "content", gov_tier_hash(&tier)));
	return gov_answer(GOV_CREATED, "tier %d of rollout \"%s\"", tier.tier, rollout);
}

/* gov_seal(rollout): fixes a rollout; its hash is what is rehearsed, voted on and applied. */
GOV_ACT(gov_seal)
{
	char	   *rollout = gov_arg_code(fcinfo, 0, "rollout");
	GovRollout *found = gov_rollout_find(rollout, GOV_ROW_UPDATE);
	List	   *tiers = gov_rollout_tiers(rollout);
	char	   *hash;
	int			level;

	if (found->content_hash != NULL)
		return gov_answer(GOV_UNCHANGED, "rollout \"%s\": sealed as %s", rollout, found->content_hash);
	if (tiers == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rollout \"%s\" has no tier", rollout),
				 errhint("Add what it does with gov_add_tier.")));
	hash = gov_rollout_hash(found, tiers);
	level = gov_spi_begin();
	(void) gov_run(&seal_rollout, gov_text(rollout), gov_text(hash), gov_text(gov_session_user_name()));
	gov_spi_end(level);
	gov_ledger_append("seal", 0, gov_json_object("rollout", rollout),
					  gov_json_object("content", hash, "tiers", psprintf("%d", list_length(tiers))));
	return gov_answer(GOV_CHANGED, "rollout \"%s\": sealed as %s", rollout, hash);
}

/* Raises where a tier of a rollout is being run right now, by the SQL of which this is called. */
static void
gov_rollout_ensure_not_running(const char *rollout)
{
	const char *tag = gov_tag_running();
	size_t		length = strlen(rollout);

	if (tag == NULL || strncmp(tag, rollout, length) != 0 || tag[length] != '/' || strchr(tag + length + 1, '/') != NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_IN_USE),
			 errmsg("a tier of rollout \"%s\" is being run", rollout),
			 errhint("Drop it from outside, as long as nothing of it was applied.")));
}

/* gov_drop_rollout(rollout, reason): forgets a rollout of which nothing was ever applied. */
GOV_ACT(gov_drop_rollout)
{
	char	   *rollout = gov_arg_code(fcinfo, 0, "rollout");
	char	   *reason = gov_arg_text(fcinfo, 1, "reason");
	GovRollout *found;
	int			level;

	gov_ensure_not_blank(reason, "reason", ERRCODE_INVALID_PARAMETER_VALUE, "Say why.");
	gov_rollout_ensure_not_running(rollout);
	found = gov_rollout_find(rollout, GOV_ROW_UPDATE);
	level = gov_spi_begin();
	if (gov_run(&find_any_step, gov_text(rollout)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rollout \"%s\" was applied, whole or in part", rollout),
				 errdetail("What was done, and under which approval, is kept."),
				 errhint("To take it back: CALL %s.gov_rollout_revert(%s).", gov_schema_quoted(), quote_literal_cstr(rollout))));
	(void) gov_run(&delete_rehearsals, gov_text(rollout));
	(void) gov_run(&delete_steps, gov_text(rollout));
	(void) gov_run(&delete_tiers, gov_text(rollout));
	(void) gov_run(&delete_rollout, gov_text(rollout));
	gov_spi_end(level);
	gov_ledger_append("drop_rollout", 0, gov_json_object("rollout", rollout),
					  gov_json_object("reason", reason, "content", found->content_hash));
	return gov_answer(GOV_ENDED, "rollout \"%s\"", rollout);
}

/* Writes the rows of a rollout that was made elsewhere, sealed; raises when there is one of that name. */
void
gov_rollout_put_sealed(const GovRollout *rollout, const List *tiers)
{
	ListCell   *cell;
	bool		made;
	int			level = gov_spi_begin();

	made = gov_run(&insert_rollout, gov_text(rollout->rollout), gov_text(rollout->description), gov_text(rollout->role_name),
				   gov_text(rollout->search_path), gov_text(rollout->database_name), gov_int8(rollout->system),
				   gov_text(gov_session_user_name()), gov_text(rollout->origin), gov_text(rollout->content_hash)) > 0;
	gov_spi_end(level);
	if (!made)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("rollout \"%s\" exists already, with another content", rollout->rollout),
				 errhint("Drop it with gov_drop_rollout if nothing of it was applied.")));
	foreach(cell, tiers)
		gov_tier_put(rollout->rollout, lfirst(cell));
}
