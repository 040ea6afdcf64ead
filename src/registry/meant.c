/*-------------------------------------------------------------------------
 *
 * registry/meant.c
 *	  The objects that names mean, as people write them.
 *
 * Everything that takes (object_type, object_ref) looks for an object of that
 * reference by the letter first, with one look into an index; what is here comes
 * after that has failed.  A name means the one live object of that type that it
 * fits (registry/names.c), best as SQL reads it, else by its letters.  Where it
 * fits several it means none, and the error names them: nothing is guessed from
 * search_path or from what a session has in pg_temp.  Names of things that no
 * catalog knows are opaque: they are found by the letter alone.
 *
 * A name of an object that the server has and the inventory has not leads to an
 * error that says so, or, for acts that assign and own, brings the object in
 * (inventory/bring.c).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "lib/stringinfo.h"
#include "parser/scansup.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/near.h"
#include "server/spi.h"
#include "registry/in_force.h"
#include "registry/meant.h"
#include "registry/objects.h"

/* Up to so many names are looked for one by one first, by the reference that each would be by itself. */
#define GOV_MEANT_FEW	8

/* So many candidates, of those that are near, a message names. */
#define GOV_MEANT_SHOWN	3

static GovMeantLook look_in_server = NULL;

/* Sets the function that looks in the server; it belongs to a folder above this one. */
void
gov_meant_init(GovMeantLook look)
{
	look_in_server = look;
}

/*
 * Objects of the catalog whose last part is one of those given: $1 which name,
 * $2 its type, $3 the last part.  The address of a type has it in one with its
 * schema, as its reference has.
 */
#define MEANT(which) \
	"SELECT DISTINCT m.n, o.object_ref COLLATE \"C\" FROM unnest($1, $2, $3) AS m (n, object_type, name)" \
	" JOIN @.gov_object AS o ON o.object_type = m.object_type AND o.address_names[cardinality(o.address_names)] = m.name" \
	" WHERE o.address_class <> 'type' AND " which \
	" UNION" \
	" SELECT m.n, o.object_ref COLLATE \"C\" FROM unnest($1, $2, $3) AS m (n, object_type, name)" \
	" JOIN @.gov_object AS o ON o.object_type = m.object_type AND substring(o.object_ref FROM '[^.]*$') = quote_ident(m.name)" \
	" WHERE o.address_class = 'type' AND " which \
	" ORDER BY 1, 2"

#define MEANT_TYPES INT4ARRAYOID, TEXTARRAYOID, TEXTARRAYOID

/* By the scope. */
static GovQuery find_meant[] = {
	[GOV_MEANT_LIVE] = GOV_QUERY_IS(MEANT(GOV_OBJECT_LIVE("o")), MEANT_TYPES),
	[GOV_MEANT_LIVE_AS_ASKED] = GOV_QUESTION_IS(MEANT(GOV_OBJECT_LIVE("o")), MEANT_TYPES),
	[GOV_MEANT_EVER] = GOV_QUESTION_IS(MEANT("true"), MEANT_TYPES)
};

/* Columns of find_meant. */
enum {MEANT_NAME = 1, MEANT_REF};

/* Takes a candidate that fits better than those so far, or as well. */
static void
gov_meant_consider(GovMeant *named, char *ref, GovNameFit *best)
{
	GovName		object;
	GovNameFit	fit;

	if (!gov_name_parse(ref, named->type, &object))
		return;
	fit = gov_name_fits(&named->name, &object);
	if (fit == GOV_NAME_OTHER || fit < *best)
		return;
	if (fit > *best)
		named->fitting = NIL;
	*best = fit;
	named->fitting = lappend(named->fitting, ref);
}

/* A live object of a catalog; things that no catalog knows are found by the letter alone. */
#define OF_A_CATALOG \
	"SELECT FROM @.gov_object AS o WHERE o.object_ref = $1 AND o.object_type = $2 AND o.address_class IS NOT NULL" \
	" AND " GOV_OBJECT_LIVE("o")

static GovQuery find_of_a_catalog[] = {
	[GOV_MEANT_LIVE] = GOV_QUERY_IS(OF_A_CATALOG, TEXTOID, TEXTOID),
	[GOV_MEANT_LIVE_AS_ASKED] = GOV_QUESTION_IS(OF_A_CATALOG, TEXTOID, TEXTOID)
};

/* The object of the reference that a name would be by itself, as SQL reads it and as written. */
static void
gov_meant_probe(GovMeant *named, GovMeantScope scope)
{
	if (scope == GOV_MEANT_EVER)
		return;
	for (int folded = 1; folded >= 0 && named->fitting == NIL; folded--)
	{
		char	   *ref = gov_name_canonical(&named->name, folded);

		if (gov_run(&find_of_a_catalog[scope], gov_text(ref), gov_text(named->type)) > 0)
			named->fitting = list_make1(ref);
	}
}

/* Texts as an argument. */
static GovArg
gov_meant_texts(Datum *texts, int count)
{
	return gov_datum(PointerGetDatum(construct_array(texts, count, TEXTOID, -1, false, TYPALIGN_INT)), false);
}

/* What is to be looked for by last part: the names that mean nothing yet. */
GovMeantSearch
gov_meant_search(const GovMeant *names, int count)
{
	Datum	   *which = palloc(sizeof(Datum) * (count * 2 + 1));
	Datum	   *types = palloc(sizeof(Datum) * (count * 2 + 1));
	Datum	   *lasts = palloc(sizeof(Datum) * (count * 2 + 1));
	GovMeantSearch search = {0};

	for (int i = 0; i < count; i++)
	{
		const GovNamePart *last = gov_name_last(&names[i].name);

		if (!names[i].parsed || names[i].fitting != NIL)
			continue;
		for (int written = 0; written < (strcmp(last->folded, last->written) != 0 ? 2 : 1); written++)
		{
			which[search.count] = Int32GetDatum(i);
			types[search.count] = CStringGetTextDatum(names[i].type);
			lasts[search.count++] = CStringGetTextDatum(written ? last->written : last->folded);
		}
	}
	search.args[0] = gov_datum(PointerGetDatum(construct_array(which, search.count, INT4OID, sizeof(int32), true, TYPALIGN_INT)), false);
	search.args[1] = gov_meant_texts(types, search.count);
	search.args[2] = gov_meant_texts(lasts, search.count);
	return search;
}

/* Looks for names among all objects of their types, by their last parts. */
static void
gov_meant_scan(GovMeant *names, int count, GovMeantScope scope)
{
	GovMeantSearch search = gov_meant_search(names, count);
	GovNameFit *best = palloc0(sizeof(GovNameFit) * (count + 1));
	uint64		found;
	int			level;

	if (search.count == 0)
		return;
	level = gov_spi_begin();
	found = gov_run_args(&find_meant[scope], lengthof(search.args), search.args);
	for (uint64 row = 0; row < found; row++)
	{
		int			i = gov_result_int4(row, MEANT_NAME);

		gov_meant_consider(&names[i], gov_result_text(row, MEANT_REF), &best[i]);
	}
	gov_spi_end(level);
}

/* Takes names apart; between gov_spi_begin and gov_spi_end, by whose settings names are quoted. */
static void
gov_meant_parse(GovMeant *names, int count)
{
	for (int i = 0; i < count; i++)
		names[i].parsed = gov_name_parse(names[i].ref, names[i].type, &names[i].name);
}

/* Finds what names mean. */
static void
gov_meant_find(GovMeant *names, int count, GovMeantScope scope)
{
	int			level = gov_spi_begin();

	gov_meant_parse(names, count);
	for (int i = 0; i < count && count <= GOV_MEANT_FEW; i++)
	{
		if (names[i].parsed)
			gov_meant_probe(&names[i], scope);
	}
	gov_meant_scan(names, count, scope);
	gov_spi_end(level);
}

/* The same, and brings in what is in the server alone. */
void
gov_meant_find_or_bring(GovMeant *names, int count)
{
	gov_meant_find(names, count, GOV_MEANT_LIVE);
	look_in_server(names, count, true);
}

/* A name with what it means. */
static GovMeant
gov_meant_make(const char *type, const char *ref)
{
	return (GovMeant) {.type = type, .ref = ref};
}

/* Raises a fault of a name. */
static void
gov_meant_raise_fault(const GovMeantFault *fault)
{
	ereport(ERROR,
			(errcode(fault->sqlstate),
			 errmsg("%s", fault->message),
			 fault->detail != NULL ? errdetail("%s", fault->detail) : 0,
			 errhint("%s", fault->hint)));
}

/* The reference that a name means, or the name itself; raises where it could be several. */
static char *
gov_meant_resolved(GovMeant *named)
{
	GovMeantFault fault;

	if (list_length(named->fitting) <= 1)
		return named->fitting != NIL ? linitial(named->fitting) : pstrdup(named->ref);
	fault = gov_meant_fault(named);
	gov_meant_raise_fault(&fault);
	return NULL;
}

/* The reference that one name means, or the name itself where that is nothing; raises where it could be several. */
char *
gov_meant_one(const char *type, const char *ref, GovMeantScope scope)
{
	GovMeant	named = gov_meant_make(type, ref);

	named.as_asked = scope != GOV_MEANT_LIVE;
	gov_meant_find(&named, 1, scope);
	return gov_meant_resolved(&named);
}

/* The same, and brings it in where it is in the server alone. */
char *
gov_meant_one_or_bring(const char *type, const char *ref)
{
	GovMeant	named = gov_meant_make(type, ref);

	gov_meant_find_or_bring(&named, 1);
	return gov_meant_resolved(&named);
}

/* The reference of an object, live or retired, that a name means, or the name itself. */
char *
gov_meant_ever(const char *type, const char *ref)
{
	return gov_meant_one(type, ref, GOV_MEANT_EVER);
}

/* ---- what is wrong with a name ---- */

/* The nearest names so far. */
typedef struct GovMeantNear
{
	const GovMeant *named;
	int			count;
	char	   *refs[GOV_MEANT_SHOWN];
	int			distances[GOV_MEANT_SHOWN];
} GovMeantNear;

/* Objects of a type, so many as are looked at for near names. */
static const char *const near_sql =
	"SELECT o.object_ref FROM @.gov_object AS o WHERE o.object_type = $1 AND " GOV_OBJECT_LIVE("o") " LIMIT 50000";

/* What is compared of a name or reference: in lower case, without arguments. */
static char *
gov_meant_comparable(const char *text)
{
	return downcase_identifier(text, strcspn(text, "("), false, false);
}

/* How far a reference is from what was written, case, arguments and a schema that was left out aside; -1: far. */
static int
gov_meant_distance(const GovMeant *named, const char *ref)
{
	char	   *written = gov_meant_comparable(named->ref);
	char	   *is = gov_meant_comparable(ref);
	const char *dot = strchr(is, '.');
	int			distance = written[0] != '\0' ? gov_near_distance(written, is) : -1;

	if (distance < 0 && written[0] != '\0' && dot != NULL && strchr(written, '.') == NULL)
		distance = gov_near_distance(written, dot + 1);
	pfree(written);
	pfree(is);
	return distance;
}

/* Takes rows of near_sql. */
static void
gov_meant_take_near(uint64 rows, void *state)
{
	GovMeantNear *near = (GovMeantNear *) state;

	for (uint64 row = 0; row < rows; row++)
	{
		char	   *ref = gov_result_text(row, 1);
		int			distance = gov_meant_distance(near->named, ref);
		int			place = near->count;

		while (distance >= 0 && place > 0 &&
			   (near->distances[place - 1] > distance ||
				(near->distances[place - 1] == distance && strcmp(near->refs[place - 1], ref) > 0)))
			place--;
		if (distance < 0 || place >= GOV_MEANT_SHOWN)
		{
			pfree(ref);
			continue;
		}
		near->count = Min(near->count + 1, GOV_MEANT_SHOWN);
		memmove(&near->refs[place + 1], &near->refs[place], sizeof(char *) * (near->count - 1 - place));
		memmove(&near->distances[place + 1], &near->distances[place], sizeof(int) * (near->count - 1 - place));
		near->refs[place] = ref;
		near->distances[place] = distance;
	}
}

/* Live objects of other types whose reference it is, by the letter or as SQL reads it. */
GOV_QUESTION(find_elsewhere,
			 "SELECT o.object_type, o.object_ref FROM @.gov_object AS o"
			 " WHERE o.object_ref IN ($1, $2) AND o.object_type <> $3 AND " GOV_OBJECT_LIVE("o")
			 " ORDER BY o.object_type COLLATE \"C\" LIMIT 3",
			 TEXTOID, TEXTOID, TEXTOID);

/* Columns of find_elsewhere. */
enum {ELSEWHERE_TYPE = 1, ELSEWHERE_REF};

/* Adds a candidate to a list in words. */
static void
gov_meant_list(StringInfo list, const char *type, const char *ref)
{
	appendStringInfo(list, "%s%s \"%s\"", list->len > 0 ? ", " : "", type, ref);
}

/* The objects that were meant, perhaps, in words; NULL: none is near. */
static char *
gov_meant_near(const GovMeant *named)
{
	static const Oid types[] = {TEXTOID};
	GovArg		arg = gov_text(named->type);
	GovMeantNear near = {.named = named};
	StringInfoData list;
	uint64		count;
	int			level = gov_spi_begin();

	initStringInfo(&list);
	count = gov_run(&find_elsewhere, gov_text(named->ref),
					gov_text(named->parsed ? gov_name_canonical(&named->name, true) : named->ref), gov_text(named->type));
	for (uint64 row = 0; row < count; row++)
		gov_meant_list(&list, gov_result_text(row, ELSEWHERE_TYPE), gov_result_text(row, ELSEWHERE_REF));
	gov_run_text_each_args(near_sql, 1, types, &arg, gov_meant_take_near, &near);
	gov_spi_end(level);
	for (int i = 0; i < near.count && near.distances[i] <= near.distances[0] + 1; i++)
		gov_meant_list(&list, named->type, near.refs[i]);
	return list.len > 0 ? list.data : NULL;
}

/* The fault of a name that fits several objects. */
static GovMeantFault
gov_meant_fault_of_several(const GovMeant *named)
{
	GovMeantFault fault = {.sqlstate = ERRCODE_AMBIGUOUS_PARAMETER};
	StringInfoData list;
	ListCell   *cell;

	initStringInfo(&list);
	foreach(cell, named->fitting)
	{
		if (foreach_current_index(cell) < 10)
			gov_meant_list(&list, named->type, (char *) lfirst(cell));
	}
	fault.message = psprintf("object %s \"%s\" could be several", named->type, named->ref);
	fault.detail = psprintf("%d fit%s: %s.", list_length(named->fitting),
							list_length(named->fitting) > 10 ? ", the first ten" : "", list.data);
	fault.hint = "Write the name with its schema, and of a routine the types of its arguments, as one of these has it.";
	return fault;
}

/* The fault of a name of an object that the server has and the inventory has not. */
static GovMeantFault
gov_meant_fault_of_unknown(const GovMeant *named)
{
	GovMeantFault fault = {.sqlstate = ERRCODE_UNDEFINED_OBJECT};

	fault.message = psprintf("object %s \"%s\" is not in the inventory", named->type, named->ref);
	if (named->source != NULL)
	{
		fault.detail = psprintf("The server has it as \"%s\", in the enrolled schema \"%s\".", named->in_server, named->schema);
		fault.hint = psprintf("Bring it in: SELECT * FROM %s.gov_sync(%s);", gov_schema_quoted(), quote_literal_cstr(named->source));
	}
	else
	{
		fault.detail = strcmp(named->type, "schema") == 0 ? pstrdup("The server has it, but it is not enrolled.") :
			psprintf("The server has it as \"%s\", but schema \"%s\" is not enrolled, or without objects of type %s.",
					 named->in_server, named->schema, named->type);
		fault.hint = psprintf("Enrol the schema: SELECT * FROM %s.gov_enroll_schema(%s%s);", gov_schema_quoted(),
							  quote_literal_cstr(named->schema), named->subid > 0 ? ", columns => true" : "");
	}
	return fault;
}

/* Are the objects of a name that was not found among the live retired?  Where one is not, it came back meanwhile. */
#define GOV_MEANT_RETIRED_SQL \
	"SELECT bool_and(" GOV_OBJECT_RETIRED("o") ") FROM @.gov_object AS o WHERE o.object_ref = $1 AND o.object_type = $2 HAVING count(*) > 0"

GOV_QUERY(query_retired, GOV_MEANT_RETIRED_SQL, TEXTOID, TEXTOID);
GOV_QUESTION(query_retired_as_asked, GOV_MEANT_RETIRED_SQL, TEXTOID, TEXTOID);

GOV_QUESTION(query_known_type,
			 "SELECT EXISTS (SELECT FROM @.gov_object AS o WHERE o.object_type = $1 AND " GOV_OBJECT_LIVE("o") ")",
			 TEXTOID);

/* What became of objects that are not found. */
typedef enum GovMeantGone
{
	GOV_MEANT_NEVER,			/* there was none */
	GOV_MEANT_RETIRED,
	GOV_MEANT_BACK				/* it was away for a moment */
} GovMeantGone;

/* What became of the object of a name that was looked for and not found. */
static GovMeantGone
gov_meant_gone(const GovMeant *named)
{
	int			level = gov_spi_begin();
	GovMeantGone gone = GOV_MEANT_NEVER;

	if (gov_run(named->as_asked ? &query_retired_as_asked : &query_retired, gov_text(named->ref), gov_text(named->type)) > 0)
		gone = gov_result_bool(0, 1) ? GOV_MEANT_RETIRED : GOV_MEANT_BACK;
	gov_spi_end(level);
	return gone;
}

/* Is there a live object of a type? */
static bool
gov_meant_knows_type(const char *type)
{
	int			level = gov_spi_begin();
	bool		known = gov_run(&query_known_type, gov_text(type)) > 0 && gov_result_bool(0, 1);

	gov_spi_end(level);
	return known;
}

/* The fault of a name that is of no object at all, or of one that is no more. */
static GovMeantFault
gov_meant_fault_of_none(const GovMeant *named)
{
	GovMeantFault fault = {.sqlstate = ERRCODE_UNDEFINED_OBJECT};
	GovMeantGone gone = gov_meant_gone(named);
	char	   *near;

	if (gone == GOV_MEANT_BACK)
	{
		fault.sqlstate = ERRCODE_T_R_SERIALIZATION_FAILURE;
		fault.message = psprintf("object %s \"%s\" was brought back by somebody else just now", named->type, named->ref);
		fault.hint = "Try again.";
		return fault;
	}
	if (gone == GOV_MEANT_RETIRED)
	{
		fault.sqlstate = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
		fault.message = psprintf("object %s \"%s\" is retired", named->type, named->ref);
		fault.hint = "Only a live object can be governed; register it again if it is back.";
		return fault;
	}
	near = gov_meant_near(named);
	fault.message = psprintf("object %s \"%s\" does not exist", named->type, named->ref);
	if (!gov_meant_knows_type(named->type))
		fault.detail = psprintf("There is no live object of type \"%s\" at all.", named->type);
	fault.hint = near != NULL ? psprintf("Perhaps you meant %s.", near) : GOV_OBJECT_HINT;
	return fault;
}

/* What is wrong with a name that means no object or several. */
GovMeantFault
gov_meant_fault(GovMeant *named)
{
	if (named->fitting == NIL && named->in_server == NULL)
		look_in_server(named, 1, false);
	if (list_length(named->fitting) > 1)
		return gov_meant_fault_of_several(named);
	return named->in_server != NULL ? gov_meant_fault_of_unknown(named) : gov_meant_fault_of_none(named);
}

/* Raises for a name that means no object. */
static void
gov_meant_raise(const char *type, const char *ref, bool as_asked)
{
	GovMeant	named = gov_meant_make(type, ref);
	GovMeantFault fault;
	int			level = gov_spi_begin();

	named.as_asked = as_asked;
	gov_meant_parse(&named, 1);
	fault = gov_meant_fault(&named);
	gov_spi_end(level);
	gov_meant_raise_fault(&fault);
}

/*
 * The live object of a type and a name, held as asked for; the name becomes its
 * reference.  Raises when there is none.  A look-up that waited for a
 * retirement finds nothing and raises; at REPEATABLE READ the server itself
 * raises a serialization failure.
 */
int64
gov_ensure_object(const char *type, char **ref, GovObjectLock lock)
{
	int64		object_id = gov_object_find(type, *ref, lock);

	if (object_id == 0)
	{
		*ref = gov_meant_one(type, *ref, lock == GOV_OBJECT_AS_ASKED ? GOV_MEANT_LIVE_AS_ASKED : GOV_MEANT_LIVE);
		object_id = gov_object_find(type, *ref, lock);
	}
	if (object_id == 0)
		gov_meant_raise(type, *ref, lock == GOV_OBJECT_AS_ASKED);
	return object_id;
}

/* ---- names in jsonb ---- */

/* The objects that stand in a call, its entries and the lines of its plan, or in an array, by the letter. */
GOV_QUERY(find_written,
		  "SELECT DISTINCT a ->> 'object_type', a ->> 'object_ref' FROM (SELECT $1"
		  "  UNION ALL SELECT jsonb_array_elements(x) FROM (VALUES ($1), ($1 -> 'entries'), ($1 -> 'plan')) AS l (x)"
		  "   WHERE jsonb_typeof(x) = 'array') AS c (a)"
		  " WHERE jsonb_typeof(a) = 'object' AND a ->> 'object_type' <> '' AND a ->> 'object_ref' <> ''"
		  "  AND NOT EXISTS (SELECT FROM @.gov_object AS o WHERE o.object_ref = a ->> 'object_ref'"
		  "   AND o.object_type = a ->> 'object_type' AND " GOV_OBJECT_LIVE("o") ")"
		  " ORDER BY 1, 2",
		  JSONBOID);

/* Columns of find_written. */
enum {WRITTEN_TYPE = 1, WRITTEN_REF};

#define MEANT_IN(array) \
	"(SELECT coalesce(jsonb_agg(CASE WHEN t.meant IS NULL THEN e ELSE e || jsonb_build_object('object_ref', t.meant) END ORDER BY n), '[]')" \
	" FROM jsonb_array_elements(" array ") WITH ORDINALITY AS l (e, n)" \
	" LEFT JOIN named AS t ON t.object_type = e ->> 'object_type' AND t.object_ref = e ->> 'object_ref')"

/* The same with the references that are meant: $2 types, $3 what was written, $4 what it means. */
GOV_QUERY(write_meant,
		  "WITH named AS (SELECT * FROM unnest($2, $3, $4) AS u (object_type, object_ref, meant))"
		  " SELECT CASE jsonb_typeof($1) WHEN 'array' THEN " MEANT_IN("$1")
		  " ELSE $1 || coalesce((SELECT jsonb_build_object('object_ref', t.meant) FROM named AS t"
		  "   WHERE t.object_type = $1 ->> 'object_type' AND t.object_ref = $1 ->> 'object_ref'), '{}')"
		  "  || CASE jsonb_typeof($1 -> 'entries') WHEN 'array' THEN jsonb_build_object('entries', " MEANT_IN("$1 -> 'entries'") ") ELSE '{}' END"
		  "  || CASE jsonb_typeof($1 -> 'plan') WHEN 'array' THEN jsonb_build_object('plan', " MEANT_IN("$1 -> 'plan'") ") ELSE '{}' END END",
		  JSONBOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID);

/* Names with what each means, as three arrays; how many mean something. */
int
gov_meant_arrays(const GovMeant *names, int count, GovArg *arrays)
{
	Datum	   *texts[3];
	int			meant = 0;

	for (int i = 0; i < 3; i++)
		texts[i] = palloc(sizeof(Datum) * (count + 1));
	for (int i = 0; i < count; i++)
	{
		if (gov_meant_ref(&names[i]) == NULL)
			continue;
		texts[0][meant] = CStringGetTextDatum(names[i].type);
		texts[1][meant] = CStringGetTextDatum(names[i].ref);
		texts[2][meant++] = CStringGetTextDatum(gov_meant_ref(&names[i]));
	}
	for (int i = 0; i < 3; i++)
		arrays[i] = gov_meant_texts(texts[i], meant);
	return meant;
}

/* A jsonb of calls or entries with the references that names in it mean. */
Datum
gov_meant_put_meant(Datum json, const GovMeant *names, int count)
{
	GovArg		arrays[3];
	bool		isnull;
	int			level;

	if (gov_meant_arrays(names, count, arrays) == 0)
		return json;
	level = gov_spi_begin();
	gov_run(&write_meant, gov_datum(json, false), arrays[0], arrays[1], arrays[2]);
	json = gov_result_datum(0, 1, &isnull);
	gov_spi_end(level);
	return json;
}

/* The same of names that are looked for here; raises for one that could be several. */
Datum
gov_meant_in_json(Datum json)
{
	int			level = gov_spi_begin();
	uint64		count = gov_run(&find_written, gov_datum(json, false));
	GovMeant   *names = palloc(sizeof(GovMeant) * (count + 1));

	for (uint64 row = 0; row < count; row++)
		names[row] = gov_meant_make(gov_result_text(row, WRITTEN_TYPE), gov_result_text(row, WRITTEN_REF));
	gov_spi_end(level);
	if (count == 0)
		return json;
	gov_meant_find(names, (int) count, GOV_MEANT_LIVE);
	for (uint64 row = 0; row < count; row++)
		(void) gov_meant_resolved(&names[row]);
	return gov_meant_put_meant(json, names, (int) count);
}
