/*-------------------------------------------------------------------------
 *
 * labels/labels.c
 *	  The vocabulary of labels, the rules that give them, and what says the
 *	  same as a value.
 *
 * Vocabulary and rules are usually the application's own, and are then bound
 * (bindings.c); the functions here are for applications that have none.  What
 * labels say about values is always stored in a table of the extension.
 *
 * A label need not be in the vocabulary, which may be the application's and
 * change at any time; one that is not active there counts for nothing, and
 * whoever uses it is warned.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "server/answer.h"
#include "server/args.h"
#include "server/caller.h"
#include "server/json.h"
#include "server/spi.h"
#include "ledger/ledger.h"
#include "registry/meant.h"
#include "registry/objects.h"
#include "registry/values.h"
#include "labels/bindings.h"
#include "labels/follow.h"
#include "labels/labels.h"

static const char *const label_statuses[] = {"active", "inactive", NULL};

static const char *const map_kinds[] = {"exact", "broader", "inferred", NULL};

/* An optional argument that is one of a list of words; NULL when it is NULL. */
static char *
gov_label_word(FunctionCallInfo fcinfo, int argno, const char *name, const char *const *allowed)
{
	char	   *word = gov_arg_code_or_null(fcinfo, argno, name);

	if (word != NULL)
		gov_ensure_one_of(word, name, allowed);
	return word;
}

/* Warns of a label that is not active in the vocabulary. */
static void
gov_label_warn_unknown(const char *label)
{
	static const Oid types[] = {TEXTOID};
	GovArg		args[] = {gov_text(label)};
	int			level = gov_spi_begin();
	bool		active = gov_binding_read(GOV_VOCABULARY, "SELECT 1",
										  "WHERE b.label = $1 AND b.status = 'active' LIMIT 1",
										  lengthof(args), types, args, false) > 0;

	gov_spi_end(level);
	if (!active)
		ereport(WARNING,
				(errmsg("label \"%s\" is not active in the vocabulary", label),
				 errdetail("Until it is, it counts for nothing.")));
}

GOV_QUERY(find_label,
		  "SELECT FROM @.gov_label WHERE label = $1", TEXTOID);
GOV_QUERY(set_label,
		  "INSERT INTO @.gov_label AS l (label, facet, name, status)"
		  " VALUES ($1, $2, $3, COALESCE($4, 'active'))"
		  " ON CONFLICT (label) DO UPDATE SET facet = COALESCE($2, l.facet),"
		  "  name = COALESCE($3, l.name), status = COALESCE($4, l.status)"
		  " WHERE l.facet IS DISTINCT FROM COALESCE($2, l.facet)"
		  "  OR l.name IS DISTINCT FROM COALESCE($3, l.name)"
		  "  OR l.status <> COALESCE($4, l.status)",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* gov_set_label(label, facet, name, status): makes a label or changes one. */
GOV_ACT(gov_set_label)
{
	char	   *label = gov_arg_code(fcinfo, 0, "label");
	char	   *facet = gov_arg_code_or_null(fcinfo, 1, "facet");
	char	   *name = gov_arg_text_or_null(fcinfo, 2);
	char	   *status = gov_label_word(fcinfo, 3, "status", label_statuses);
	bool		was;
	bool		written;
	int			level;

	gov_ensure_not_bound(GOV_VOCABULARY, "gov_set_label");
	level = gov_spi_begin();
	was = gov_run(&find_label, gov_text(label)) > 0;
	written = gov_run(&set_label, gov_text(label), gov_text(facet), gov_text(name), gov_text(status)) > 0;
	if (written)
		gov_ledger_append("set_label", 0, gov_json_object("label", label),
						  gov_json_object("facet", facet, "name", name, "status", status));
	gov_spi_end(level);
	return gov_answer(!written ? GOV_UNCHANGED : was ? GOV_CHANGED : GOV_CREATED, "label \"%s\"", label);
}

/* gov_set_label_rule(object_type, object_ref, label, status): gives an object a label. */
GOV_ACT(gov_set_label_rule)
{
	char	   *object_type = gov_arg_code(fcinfo, 0, "object_type");
	char	   *object_ref = gov_arg_ref(fcinfo, 1, "object_ref");
	char	   *label = gov_arg_code(fcinfo, 2, "label");
	char	   *status = gov_label_word(fcinfo, 3, "status", label_statuses);
	GovAnswer	answer;

	gov_ensure_not_bound(GOV_LABEL_RULE, "gov_set_label_rule");
	if (gov_object_find(object_type, object_ref, GOV_OBJECT_READ) == 0)
		object_ref = gov_meant_one(object_type, object_ref, GOV_MEANT_LIVE);
	answer = gov_label_rule_put(object_type, object_ref, label, status);
	if (answer != GOV_UNCHANGED)
		gov_ledger_append("set_label_rule", gov_object_find(object_type, object_ref, GOV_OBJECT_READ),
						  gov_ledger_object(object_type, object_ref),
						  gov_json_object("label", label, "status", status));
	if (status == NULL || strcmp(status, "active") == 0)
		gov_label_warn_unknown(label);
	return gov_answer(answer, "label \"%s\" of %s \"%s\"", label, object_type, object_ref);
}

GOV_QUERY(find_mapping,
		  "SELECT FROM @.gov_value_label WHERE axis = $1 AND value = $2 AND label = $3",
		  TEXTOID, TEXTOID, TEXTOID);
GOV_QUERY(map_label,
		  "INSERT INTO @.gov_value_label AS m (axis, value, label, map_kind)"
		  " VALUES ($1, $2, $3, COALESCE($4, 'exact'))"
		  " ON CONFLICT (axis, value, label) DO UPDATE SET map_kind = $4"
		  " WHERE m.map_kind <> $4",
		  TEXTOID, TEXTOID, TEXTOID, TEXTOID);

/* Is a label mapped to a value, with whatever map_kind? */
bool
gov_label_is_mapped(const char *axis, const char *value, const char *label)
{
	int			level = gov_spi_begin();
	bool		mapped = gov_run(&find_mapping, gov_text(axis), gov_text(value), gov_text(label)) > 0;

	gov_spi_end(level);
	return mapped;
}

/*
 * Maps a label to a value with a map_kind (NULL: the one it has, exact for a
 * new one); what was done.
 */
GovAnswer
gov_label_map(const char *axis, const char *value, const char *label, const char *map_kind)
{
	int			level = gov_spi_begin();
	bool		was = gov_label_is_mapped(axis, value, label);
	bool		written = gov_run(&map_label, gov_text(axis), gov_text(value), gov_text(label), gov_text(map_kind)) > 0;

	if (written)
		gov_ledger_append("map_label", 0, gov_json_object("axis", axis, "value", value),
						  gov_json_object("label", label, "map_kind", map_kind));
	gov_spi_end(level);
	gov_label_warn_unknown(label);
	return !written ? GOV_UNCHANGED : was ? GOV_CHANGED : GOV_CREATED;
}

/* gov_map_label(axis, value, label, map_kind): a label says the same as a value. */
GOV_ACT(gov_map_label)
{
	char	   *axis = gov_arg_code(fcinfo, 0, "axis");
	char	   *value = gov_arg_code(fcinfo, 1, "value");
	char	   *label = gov_arg_code(fcinfo, 2, "label");
	char	   *map_kind = gov_label_word(fcinfo, 3, "map_kind", map_kinds);
	GovValue	found;

	gov_ensure_value(axis, value, GOV_ROW_SHARE, &found);
	if (strcmp(found.status, "retired") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("value \"%s\" of axis \"%s\" is retired", value, axis),
				 errhint("Map a label to a value in use.")));
	return gov_answer(gov_label_map(axis, value, label, map_kind),
					  "mapping of label \"%s\" to value \"%s\" of axis \"%s\"", label, value, axis);
}

GOV_QUERY(unmap_label,
		  "DELETE FROM @.gov_value_label WHERE axis = $1 AND value = $2 AND label = $3",
		  TEXTOID, TEXTOID, TEXTOID);

/* gov_unmap_label(axis, value, label): takes back what gov_map_label did. */
GOV_ACT(gov_unmap_label)
{
	char	   *axis = gov_arg_code(fcinfo, 0, "axis");
	char	   *value = gov_arg_code(fcinfo, 1, "value");
	char	   *label = gov_arg_code(fcinfo, 2, "label");
	bool		ended;
	int			level;

	gov_ensure_value(axis, value, GOV_ROW_PLAIN, NULL);
	level = gov_spi_begin();
	ended = gov_run(&unmap_label, gov_text(axis), gov_text(value), gov_text(label)) > 0;
	gov_spi_end(level);
	if (ended)
		gov_ledger_append("unmap_label", 0, gov_json_object("axis", axis, "value", value),
						  gov_json_object("label", label));
	return gov_answer(ended ? GOV_ENDED : GOV_UNCHANGED,
					  "mapping of label \"%s\" to value \"%s\" of axis \"%s\"", label, value, axis);
}

/* Moves labels to other values, or removes them; how many. */
uint64
gov_label_move_rows(const char *rows)
{
	uint64		removed;

	removed = gov_spi_write(psprintf("DELETE FROM @.gov_value_label AS l USING %s AS c"
									 " WHERE c.becomes IS NULL AND l.axis = c.axis AND l.value = c.value AND l.label = c.label",
									 rows), NULL);
	return removed +
		gov_spi_write(psprintf("UPDATE @.gov_value_label AS l SET value = c.becomes FROM %s AS c"
							   " WHERE c.becomes IS NOT NULL AND l.axis = c.axis AND l.value = c.value AND l.label = c.label",
							   rows), NULL);
}

/* Maps labels to values; those that are mapped already stay as they are.  How many are new. */
uint64
gov_label_put_rows(const char *rows)
{
	return gov_spi_write(psprintf("INSERT INTO @.gov_value_label (axis, value, label, map_kind)"
								  " SELECT c.axis, c.value, c.label, c.map_kind FROM %s AS c"
								  " ON CONFLICT DO NOTHING", rows), NULL);
}
