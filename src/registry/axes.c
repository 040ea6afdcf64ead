/*-------------------------------------------------------------------------
 *
 * registry/axes.c
 *	  Axes and their life.
 *
 * An axis is a row of gov_axis.  It begins as a candidate; only an active one
 * is covered.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/extension.h"
#include "server/spi.h"
#include "trust/authorities.h"
#include "trust/lifecycle.h"
#include "registry/axes.h"

static const char *const axis_kinds[] = {"deterministic", "uncertain", "system", NULL};
static const char *const axis_families[] = {"structural", "label", "semantic", "pivot", "system", NULL};
/* The words for a status, ended by NULL. */
const char *const gov_axis_statuses[] = {"candidate", "active", "deprecated", "retired", NULL};

/* Columns of find_axis. */
enum {AXIS_STATUS = 1, AXIS_OWNER, AXIS_FALLBACK, AXIS_MULTIVALUED, AXIS_IS_CONTAINMENT, AXIS_NAME,
	AXIS_KIND, AXIS_FAMILY};

GOV_LOOKUP(find_axis,
		   "SELECT status, owner, fallback, multivalued, is_containment, name, kind, family"
		   " FROM @.gov_axis WHERE axis = $1",
		   TEXTOID);

/* Looks an axis up, locking its row as asked; false when there is none. */
bool
gov_axis_find(const char *axis, GovRowLock lock, GovAxis *found)
{
	int			level = gov_spi_begin();
	bool		exists = gov_run(&find_axis[lock], gov_text(axis)) > 0;

	if (exists)
	{
		found->status = gov_result_text(0, AXIS_STATUS);
		found->owner = gov_result_text(0, AXIS_OWNER);
		found->fallback = gov_result_text(0, AXIS_FALLBACK);
		found->multivalued = gov_result_bool(0, AXIS_MULTIVALUED);
		found->is_containment = gov_result_bool(0, AXIS_IS_CONTAINMENT);
		found->name = gov_result_text(0, AXIS_NAME);
		found->kind = gov_result_text(0, AXIS_KIND);
		found->family = gov_result_text(0, AXIS_FAMILY);
	}
	gov_spi_end(level);
	return exists;
}

/* Looks an axis up, locking its row as asked; raises when there is none. */
void
gov_ensure_axis_for(GovPurpose purpose, const char *axis, GovRowLock lock, GovAxis *found)
{
	GovAxis		ignored;

	if (gov_axis_find(axis, lock, found != NULL ? found : &ignored))
		return;
	ereport(ERROR,
			(errcode(gov_missing_code(purpose)),
			 errmsg("axis \"%s\" does not exist", axis),
			 errhint("List them: SELECT axis FROM %s.gov_axis; " GOV_AXIS_HINT,
					 gov_schema_quoted())));
}

GOV_QUERY(insert_axis,
		  "INSERT INTO @.gov_axis (axis, name, kind, family, owner, fallback, multivalued)"
		  " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (axis) DO NOTHING",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID);

/* Raises unless the axis that exists already has the columns that were asked for. */
static void
gov_axis_ensure_same(const char *axis, const char *name, const char *kind, const char *family,
					 const char *owner, const char *fallback, bool multivalued)
{
	GovAxis		found;
	StringInfoData differences;

	gov_ensure_axis(axis, GOV_ROW_PLAIN, &found);
	gov_difference_begin(&differences);
	gov_difference(&differences, "name", found.name, name);
	gov_difference(&differences, "kind", found.kind, kind);
	gov_difference(&differences, "family", found.family, family);
	gov_difference(&differences, "owner", found.owner, owner);
	gov_difference(&differences, "fallback", found.fallback, fallback);
	gov_difference(&differences, "multivalued", found.multivalued ? "true" : "false",
				   multivalued ? "true" : "false");
	gov_ensure_no_difference(&differences, psprintf("axis \"%s\"", axis),
							 "Choose another code, or ask for what is there; gov_alter_axis changes name, owner and fallback.");
}

/*
 * Makes a candidate axis; false when it was there already, in whatever
 * status.  Raises when there is another of that code.
 */
bool
gov_axis_create(const char *axis, const char *name, const char *kind,
				const char *family, const char *owner, const char *fallback,
				bool multivalued)
{
	int			level;
	bool		made;

	gov_ensure_one_of(kind, "kind of axis", axis_kinds);
	gov_ensure_one_of(family, "family of axis", axis_families);
	if (owner != NULL)
		gov_ensure_authority(owner, true);
	if (fallback != NULL)
		gov_ensure_authority(fallback, true);

	level = gov_spi_begin();
	made = gov_run(&insert_axis, gov_text(axis), gov_text(name), gov_text(kind), gov_text(family),
				   gov_text(owner), gov_text(fallback), gov_bool(multivalued)) > 0;
	gov_spi_end(level);
	if (!made)
		gov_axis_ensure_same(axis, name, kind, family, owner, fallback, multivalued);
	return made;
}

GOV_QUERY(update_axis_status,
		  "UPDATE @.gov_axis SET status = $2, reason = $3, approval = $4 WHERE axis = $1",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* Writes another status, of which the caller has made sure. */
void
gov_axis_write_status(const char *axis, const char *status, const char *reason, const char *approval)
{
	int			level = gov_spi_begin();

	gov_run(&update_axis_status, gov_text(axis), gov_text(status), gov_text(reason), gov_text(approval));
	gov_spi_end(level);
}

GOV_QUERY(compare_axis,
		  GOV_ALTERED("(SELECT * FROM @.gov_axis WHERE axis = $1) AS t",
					  GOV_ALTERED_TEXT("1", "name", "$2") ", " GOV_ALTERED_TEXT("2", "owner", "$3") ", "
					  GOV_ALTERED_TEXT("3", "fallback", "$4")),
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* What altering an axis would change; false when nothing. */
bool
gov_axis_compare(const char *axis, const char *name, const char *owner, const char *fallback, GovAltered *altered)
{
	int			level = gov_spi_begin();
	bool		differs;

	(void) gov_run(&compare_axis, gov_text(axis), gov_text(name), gov_text(owner), gov_text(fallback));
	differs = gov_altered_read(altered);
	gov_spi_end(level);
	return differs;
}

GOV_QUERY(alter_axis,
		  "UPDATE @.gov_axis SET name = " GOV_BECOMES_TEXT("name", "$2") ", owner = " GOV_BECOMES_TEXT("owner", "$3") ","
		  " fallback = " GOV_BECOMES_TEXT("fallback", "$4") " WHERE axis = $1",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* Alters an axis, of which the caller has made sure that it may be. */
void
gov_axis_alter(const char *axis, const char *name, const char *owner, const char *fallback)
{
	int			level = gov_spi_begin();

	gov_run(&alter_axis, gov_text(axis), gov_text(name), gov_text(owner), gov_text(fallback));
	gov_spi_end(level);
}

GOV_QUERY(activate_containment,
		  "UPDATE @.gov_axis"
		  "   SET is_containment = true, status = 'active',"
		  "       approval = CASE WHEN status <> 'active' THEN $2 ELSE approval END,"
		  "       reason = CASE WHEN status <> 'active' THEN 'containment activated' ELSE reason END"
		  " WHERE axis = $1 AND (NOT is_containment OR status <> 'active')",
		  TEXTOID, TEXTOID);

/* Makes an axis one of containment, and active. */
uint64
gov_axis_activate_containment(const char *axis, const char *approval)
{
	int			level = gov_spi_begin();
	uint64		written = gov_run(&activate_containment, gov_text(axis), gov_text(approval));

	gov_spi_end(level);
	return written;
}
