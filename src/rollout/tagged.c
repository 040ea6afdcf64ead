/*-------------------------------------------------------------------------
 *
 * rollout/tagged.c
 *	  Taking back the rows that a tier made: gov_remove_tagged.
 *
 * While a tier is applied, rows of classification and ownership bear its tag.
 * Nothing else deletes such rows: what was a fact stays one.  The revert of the
 * tier may, of its own tag alone: after it the database is as if the tier had
 * never been applied, while ledger and steps tell that it was.  What the
 * removed rows had superseded is given back: assignments stand again; of
 * owners a new row is made, since one that was superseded stays so.  With an
 * axis goes what is kept of it alone: projections that are watched, and what
 * gov_undo would need.
 *
 * A revert is its subtransaction (server/during.h).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/during.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/security.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "rollout/tagged.h"

/* The tag whose rows may be removed, while they may. */
static char *removable = NULL;
static GovDuring removing;

/* The tag of a tier's rows. */
static char *
gov_tagged_tag(const char *rollout, int32 tier)
{
	return psprintf("%s/%d", rollout, tier);
}

/* From now until the current subtransaction ends, the rows of a tier may be removed. */
void
gov_tagged_begin(const char *rollout, int32 tier)
{
	removable = MemoryContextStrdup(TopTransactionContext, gov_tagged_tag(rollout, tier));
	gov_during_begin(&removing);
}

/* One kind of row; what refers to others goes first. */
typedef struct GovTagged
{
	const char *thing;
	GovQuery	find;			/* is there one with the tag?  Without a text: it has none of its own */
	GovQuery	remove;
} GovTagged;

#define FIND(table) GOV_QUERY_IS("SELECT FROM @." table " WHERE tag = $1 LIMIT 1", TEXTOID)
#define REMOVE(table) FIND(table), GOV_QUERY_IS("DELETE FROM @." table " WHERE tag = $1", TEXTOID)

static GovTagged kinds[] = {
	{"decisions", REMOVE("gov_decision")},
	{"mappings", REMOVE("gov_value_label")},
	{"access", REMOVE("gov_access")},
	{"label rules", REMOVE("gov_label_rule")},
	{"labels", REMOVE("gov_label")},
	/* what they had superseded is found by the removed rows, so in the same statement */
	{"owners", FIND("gov_ownership"), GOV_QUERY_IS("WITH gone AS (DELETE FROM @.gov_ownership WHERE tag = $1 RETURNING supersedes_id),"
							" back AS (INSERT INTO @.gov_ownership (object_id, axis, value, owner_kind, authority, inherits, reason, approval, supersedes_id, tag)"
							"  SELECT o.object_id, o.axis, o.value, o.owner_kind, o.authority, o.inherits, o.reason, o.approval, o.ownership_id, NULL"
							"   FROM gone AS g JOIN @.gov_ownership AS o ON o.ownership_id = g.supersedes_id AND o.status = 'superseded'"
							"  WHERE o.tag IS DISTINCT FROM $1 AND o.owner_kind = 'accountable')"
							" SELECT FROM gone", TEXTOID)},
	{"assignments", FIND("gov_assignment"), GOV_QUERY_IS("WITH gone AS (DELETE FROM @.gov_assignment WHERE tag = $1 RETURNING assignment_id),"
								 " back AS (UPDATE @.gov_assignment AS o SET superseded_by = NULL, valid_to = NULL"
								 "  FROM gone AS g WHERE o.superseded_by = g.assignment_id AND o.tag IS DISTINCT FROM $1)"
								 " SELECT FROM gone", TEXTOID)},
	{"coverage rules", REMOVE("gov_coverage_rule")},
	{"values", REMOVE("gov_axis_value")},
	{"changes to undo", {0}, GOV_QUERY_IS("WITH gone AS (SELECT g.change FROM @.gov_change AS g JOIN @.gov_axis AS x ON x.axis = g.axis WHERE x.tag = $1),"
									 " rows AS (DELETE FROM @.gov_change_row AS r USING gone AS g WHERE r.change = g.change)"
									 " DELETE FROM @.gov_change AS c USING gone AS g WHERE c.change = g.change", TEXTOID)},
	{"projections", {0}, GOV_QUERY_IS("DELETE FROM @.gov_projection WHERE axis IN (SELECT x.axis FROM @.gov_axis AS x WHERE x.tag = $1)", TEXTOID)},
	{"axes", REMOVE("gov_axis")},
};

/* Does any row bear a tag? */
static bool
gov_tagged_any(const char *tag)
{
	int			level = gov_spi_begin();
	bool		any = false;

	for (int i = 0; i < (int) lengthof(kinds) && !any; i++)
		any = kinds[i].find.text != NULL && gov_run(&kinds[i].find, gov_text(tag)) > 0;
	gov_spi_end(level);
	return any;
}

GOV_QUERY(find_applied,
		  "SELECT FROM @.gov_rollout_step WHERE rollout = $1 AND tier = $2 AND act = 'apply' AND outcome = 'done' LIMIT 1", TEXTOID, INT4OID);
GOV_QUERY(find_tier, "SELECT FROM @.gov_rollout_tier WHERE rollout || '/' || tier = $1", TEXTOID);

/* Raises where rows bear the tag of a tier that was never applied. */
void
gov_tagged_ensure_none(const char *rollout, int32 tier)
{
	char	   *tag = gov_tagged_tag(rollout, tier);
	GovSecurity saved;
	bool		others;
	int			level;

	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	others = gov_run(&find_applied, gov_text(rollout), gov_int4(tier)) == 0 && gov_tagged_any(tag);
	gov_spi_end(level);
	gov_security_leave(&saved);
	if (others)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rows bear the tag \"%s\" already", tag),
				 errdetail("Tier %d of rollout \"%s\" was never applied, so they are somebody else's, and its revert would remove them.", tier, rollout),
				 errhint("Give the rollout another name.")));
}

/* Is a tag that of a tier? */
bool
gov_tagged_is_of_tier(const char *tag)
{
	GovSecurity saved;
	bool		taken;
	int			level;

	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	taken = gov_run(&find_tier, gov_text(tag)) > 0;
	gov_spi_end(level);
	gov_security_leave(&saved);
	return taken;
}

/* Raises unless the tier is being reverted. */
static void
gov_tagged_ensure_reverting(const char *rollout, int32 tier)
{
	if (gov_during(&removing) && strcmp(removable, gov_tagged_tag(rollout, tier)) == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("tier %d of rollout \"%s\" is not being reverted", tier, rollout),
			 errdetail("gov_remove_tagged removes rows that a tier made, in the revert_sql of that tier."),
			 errhint("CALL %s.gov_rollout_revert(%s).", gov_schema_quoted(), quote_literal_cstr(rollout))));
}

/* gov_remove_tagged(rollout, tier): removes the rows that a tier made, while it is reverted. */
GOV_ACT(gov_remove_tagged)
{
	char	   *rollout = gov_arg_code(fcinfo, 0, "rollout");
	char	   *tag;
	GovJson		payload;
	uint64		all = 0;
	int			level;

	gov_ensure_not_null(PG_ARGISNULL(1), "tier");
	gov_ensure_act_writable();
	tag = gov_tagged_tag(rollout, PG_GETARG_INT32(1));
	if (!gov_tagged_any(tag))
		return gov_answer(GOV_UNCHANGED, "no row bears the tag \"%s\"", tag);
	gov_tagged_ensure_reverting(rollout, PG_GETARG_INT32(1));
	gov_json_begin(&payload);
	level = gov_spi_begin();
	for (int i = 0; i < (int) lengthof(kinds); i++)
	{
		uint64		rows = gov_run(&kinds[i].remove, gov_text(tag));

		if (rows > 0)
			gov_json_int8(&payload, kinds[i].thing, (int64) rows);
		all += rows;
	}
	gov_spi_end(level);
	gov_ledger_append("remove_tagged", 0, gov_json_object("rollout", rollout, "tier", psprintf("%d", PG_GETARG_INT32(1))),
					  gov_json_end(&payload));
	return gov_answer(GOV_ENDED, UINT64_FORMAT " rows of tag \"%s\"", all, tag);
}
