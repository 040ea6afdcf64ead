/*-------------------------------------------------------------------------
 *
 * rollout/package.c
 *	  From clone to production: gov_rollout_export, gov_rollout_import.
 *
 * A sealed rollout as one text, which another database takes in: there it is
 * sealed, with the same hash, which people compare, and for that database.
 * Its rehearsals, approvals and steps stay where they were made: what was true
 * of a clone is shown anew where it counts.
 *
 * The text is a JSON object in the one form that the server prints: fields in
 * its order, each on a line.  What is not sealed by the hash, the place that it
 * comes from, is shown and nothing more.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type_d.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/spi.h"
#include "server/subtransaction.h"
#include "ledger/ledger.h"
#include "rollout/rollouts.h"

PG_FUNCTION_INFO_V1(gov_rollout_export);

/* The form of packages that this library writes and reads. */
#define GOV_PACKAGE_FORMAT	"governance-rollout-1"

GOV_QUESTION(write_package,
			 "SELECT jsonb_pretty(jsonb_build_object('format', '" GOV_PACKAGE_FORMAT "', 'rollout', r.rollout, 'description', r.description,"
			 " 'role', r.role_name, 'search_path', r.search_path, 'content_hash', r.content_hash,"
			 " 'origin', r.database_name || ' of ' || r.system_identifier,"
			 " 'tiers', (SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('tier', t.tier, 'name', t.name, 'kind', t.kind,"
			 "   'apply_sql', t.apply_sql, 'verify_sql', t.verify_sql, 'revert_sql', t.revert_sql)) || jsonb_build_object('expect', t.expect)"
			 "   ORDER BY t.tier) FROM @.gov_rollout_tier AS t WHERE t.rollout = r.rollout)))"
			 " FROM @.gov_rollout AS r WHERE r.rollout = $1", TEXTOID);

/* Columns of read_package. */
enum {PACKAGE_FORMAT = 1, PACKAGE_ROLLOUT, PACKAGE_DESCRIPTION, PACKAGE_ROLE, PACKAGE_PATH, PACKAGE_HASH, PACKAGE_ORIGIN};

GOV_QUERY(read_package,
		  "SELECT p.format, p.rollout, p.description, p.role, p.search_path, p.content_hash, p.origin"
		  " FROM jsonb_to_record($1) AS p (format text, rollout text, description text, role text, search_path text, content_hash text, origin text)",
		  JSONBOID);

/* Columns of read_tiers. */
enum {PACKED_TIER = 1, PACKED_NAME, PACKED_KIND, PACKED_APPLY, PACKED_VERIFY, PACKED_REVERT, PACKED_EXPECT};

GOV_QUERY(read_tiers,
		  "SELECT t.tier, t.name, t.kind, t.apply_sql, t.verify_sql, t.revert_sql, coalesce(t.expect, '[]')"
		  " FROM jsonb_to_recordset($1 -> 'tiers') AS t (tier integer, name text, kind text, apply_sql text, verify_sql text, revert_sql text, expect jsonb)"
		  " ORDER BY t.tier", JSONBOID);

/* gov_rollout_export(rollout): a sealed rollout as one text. */
Datum
gov_rollout_export(PG_FUNCTION_ARGS)
{
	char	   *name = gov_arg_code(fcinfo, 0, "rollout");
	char	   *package;
	int			level;

	gov_rollout_ensure_sealed(gov_rollout_find(name, GOV_ROW_AS_ASKED));
	level = gov_spi_begin();
	(void) gov_run(&write_package, gov_text(name));
	package = gov_result_text(0, 1);
	gov_spi_end(level);
	PG_RETURN_TEXT_P(cstring_to_text(package));
}

/* Raises because a text is no package. */
static void
gov_package_raise(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the text is no package of a rollout"),
			 errdetail("%s", detail),
			 errhint("Give what gov_rollout_export gave, unchanged.")));
}

/* A text that is read as JSON. */
typedef struct GovPackageText
{
	const char *text;
	Datum		json;
	List	   *tiers;			/* GovTier */
	bool		incomplete;		/* has one no number, name or kind? */
} GovPackageText;

/* Reads it as JSON. */
static void
gov_package_parse(void *arg)
{
	GovPackageText *package = arg;

	package->json = DirectFunctionCall1(jsonb_in, CStringGetDatum(package->text));
}

/* Reads its tiers. */
static void
gov_package_parse_tiers(void *arg)
{
	GovPackageText *package = arg;
	int			level = gov_spi_begin();
	uint64		count = gov_run(&read_tiers, gov_datum(package->json, false));

	for (uint64 row = 0; row < count; row++)
	{
		GovTier    *tier = palloc0(sizeof(GovTier));
		bool		isnull;

		package->incomplete = gov_result_isnull(row, PACKED_TIER) || gov_result_isnull(row, PACKED_NAME) || gov_result_isnull(row, PACKED_KIND);
		if (package->incomplete)
			break;
		tier->tier = gov_result_int4(row, PACKED_TIER);
		tier->name = gov_result_text(row, PACKED_NAME);
		tier->kind = gov_result_text(row, PACKED_KIND);
		tier->apply_sql = gov_result_text(row, PACKED_APPLY);
		tier->verify_sql = gov_result_text(row, PACKED_VERIFY);
		tier->revert_sql = gov_result_text(row, PACKED_REVERT);
		tier->expect = gov_result_datum(row, PACKED_EXPECT, &isnull);
		package->tiers = lappend(package->tiers, tier);
	}
	gov_spi_end(level);
}

/* Does a step of reading; what the server says of a text that is none of ours is the detail. */
static void
gov_package_try(void (*step) (void *arg), GovPackageText *package)
{
	ErrorData  *error = gov_subtransaction_attempt(step, package, true);

	if (error == NULL)
		return;
	if (ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_DATA_EXCEPTION)
		ReThrowError(error);
	gov_package_raise(psprintf("%s.", error->message));
}

/* Reads what stands beside the tiers. */
static GovRollout *
gov_package_read(const GovPackageText *package)
{
	GovRollout *rollout = palloc0(sizeof(GovRollout));
	int			level = gov_spi_begin();
	char	   *format;

	(void) gov_run(&read_package, gov_datum(package->json, false));
	format = gov_result_text(0, PACKAGE_FORMAT);
	rollout->rollout = gov_result_text(0, PACKAGE_ROLLOUT);
	rollout->description = gov_result_text(0, PACKAGE_DESCRIPTION);
	rollout->role_name = gov_result_text(0, PACKAGE_ROLE);
	rollout->search_path = gov_result_text(0, PACKAGE_PATH);
	rollout->content_hash = gov_result_text(0, PACKAGE_HASH);
	rollout->origin = gov_result_text(0, PACKAGE_ORIGIN);
	gov_spi_end(level);
	if (format == NULL || strncmp(format, "governance-rollout-", strlen("governance-rollout-")) != 0)
		gov_package_raise("Its format is not given.");
	if (strcmp(format, GOV_PACKAGE_FORMAT) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the package is of format \"%s\"", format),
				 errdetail("Version %s of governance reads \"%s\".", gov_extension_version(), GOV_PACKAGE_FORMAT),
				 errhint("Export it with the version that runs here.")));
	if (rollout->rollout == NULL || rollout->description == NULL || rollout->role_name == NULL || rollout->search_path == NULL ||
		rollout->content_hash == NULL)
		gov_package_raise("It lacks a name, a description, a role, a search_path or its hash.");
	return rollout;
}

/* Raises unless the package is what its hash says, and may come in. */
static void
gov_package_check(const GovRollout *rollout, const List *tiers)
{
	char	   *hash = gov_rollout_hash(rollout, tiers);
	ListCell   *cell;

	if (strcmp(hash, rollout->content_hash) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the package of rollout \"%s\" is not what its hash says", rollout->rollout),
				 errdetail("Its content has the hash %s, it says %s.", hash, rollout->content_hash),
				 errhint("Export it again; compare the hash with that of the one that was rehearsed.")));
	gov_ensure_code(rollout->rollout, "rollout");
	foreach(cell, tiers)
		gov_tier_check(lfirst(cell));
}

GOV_QUERY(find_same, "SELECT content_hash FROM @.gov_rollout WHERE rollout = $1", TEXTOID);

/* Is the same rollout here already? */
static bool
gov_package_is_here(const GovRollout *rollout)
{
	int			level = gov_spi_begin();
	char	   *hash = gov_run(&find_same, gov_text(rollout->rollout)) > 0 ? gov_result_text(0, 1) : NULL;

	gov_spi_end(level);
	return hash != NULL && strcmp(hash, rollout->content_hash) == 0;
}

/* gov_rollout_import(package, target): takes in a rollout that was exported elsewhere. */
GOV_ACT(gov_rollout_import)
{
	GovPackageText package = {gov_arg_text(fcinfo, 0, "package"), (Datum) 0, NIL, false};
	char	   *target = gov_arg_code_or_null(fcinfo, 1, "target");
	char	   *here = gov_rollout_this_database();
	GovRollout *rollout;

	gov_ensure_act_writable();
	if (target != NULL && strcmp(target, here) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the package is for database \"%s\", and this is \"%s\"", target, here),
				 errhint("Connect to database \"%s\".", target)));
	gov_package_try(gov_package_parse, &package);
	if (!JB_ROOT_IS_OBJECT(DatumGetJsonbP(package.json)))
		gov_package_raise("It is no JSON object.");
	rollout = gov_package_read(&package);
	gov_package_try(gov_package_parse_tiers, &package);
	if (package.incomplete)
		gov_package_raise("A tier has no number, name or kind.");
	if (package.tiers == NIL)
		gov_package_raise("It has no tier.");
	gov_package_check(rollout, package.tiers);
	if (gov_package_is_here(rollout))
		return gov_answer(GOV_UNCHANGED, "rollout \"%s\": sealed as %s", rollout->rollout, rollout->content_hash);
	rollout->database_name = here;
	rollout->system = (int64) GetSystemIdentifier();
	gov_rollout_put_sealed(rollout, package.tiers);
	gov_ledger_append("rollout_import", 0, gov_json_object("rollout", rollout->rollout),
					  gov_json_object("content", rollout->content_hash, "origin", rollout->origin,
									  "role", rollout->role_name, "tiers", psprintf("%d", list_length(package.tiers))));
	return gov_answer(GOV_CREATED, "rollout \"%s\": sealed as %s", rollout->rollout, rollout->content_hash);
}
