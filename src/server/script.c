/*-------------------------------------------------------------------------
 *
 * server/script.c
 *	  What the extension's own scripts call, so that they say a thing once.
 *
 * Nobody else can: the functions refuse to run outside CREATE EXTENSION and
 * ALTER EXTENSION ... UPDATE, whoever calls them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class_d.h"
#include "commands/comment.h"
#include "commands/extension.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "server/args.h"
#include "server/extension.h"
#include "server/script.h"

PG_FUNCTION_INFO_V1(gov_describe_columns);
PG_FUNCTION_INFO_V1(gov_script_notice);

/* Raises unless a script of the extension is being run, by CREATE or ALTER EXTENSION. */
void
gov_ensure_script(const char *function)
{
	if (!creating_extension || CurrentExtensionObject != get_extension_oid("governance", true))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("function \"%s\" is only for scripts of extension \"governance\"", function),
				 errhint("CREATE EXTENSION and ALTER EXTENSION ... UPDATE call it.")));
}

/* The comment on the column of this name, of the first of some relations that has one; NULL if none has. */
static char *
gov_script_column_comment(const char *column, const Oid *relations, int count)
{
	char	   *comment = NULL;

	for (int i = 0; i < count && comment == NULL; i++)
	{
		AttrNumber	attnum = get_attnum(relations[i], column);

		if (attnum != InvalidAttrNumber)
			comment = GetComment(relations[i], RelationRelationId, attnum);
	}
	return comment;
}

/*
 * gov_describe_columns(relation, VARIADIC alike): each column without a comment
 * gets that of the column of the same name of the first relation that has one.
 *
 * A column that then still has none is an error: a script that forgets one
 * does not install.
 */
Datum
gov_describe_columns(PG_FUNCTION_ARGS)
{
	Relation	rel;
	ArrayType  *alike;
	Oid		   *relations;
	int			count;

	gov_ensure_script("gov_describe_columns");
	gov_ensure_not_null(PG_ARGISNULL(0), "relation");
	gov_ensure_not_null(PG_ARGISNULL(1), "alike");
	alike = PG_GETARG_ARRAYTYPE_P(1);
	relations = (Oid *) ARR_DATA_PTR(alike);
	count = array_contains_nulls(alike) ? 0 : ArrayGetNItems(ARR_NDIM(alike), ARR_DIMS(alike));

	rel = relation_open(PG_GETARG_OID(0), ShareUpdateExclusiveLock);
	for (AttrNumber i = 1; i <= RelationGetNumberOfAttributes(rel); i++)
	{
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(rel), i - 1);
		char	   *comment;

		if (column->attisdropped || GetComment(RelationGetRelid(rel), RelationRelationId, i) != NULL)
			continue;
		comment = gov_script_column_comment(NameStr(column->attname), relations, count);
		if (comment == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of relation \"%s\" has no comment, and no relation to take one from",
							NameStr(column->attname), RelationGetRelationName(rel))));
		CreateComments(RelationGetRelid(rel), RelationRelationId, i, comment);
	}
	relation_close(rel, NoLock);
	PG_RETURN_VOID();
}

/* Is something to be said when the transaction commits? */
static bool script_notice = false;

/* gov_script_notice(): what the install script has to say is said at the end of the transaction. */
Datum
gov_script_notice(FunctionCallInfo fcinfo pg_attribute_unused())
{
	gov_ensure_script("gov_script_notice");
	script_notice = true;
	PG_RETURN_VOID();
}

/*
 * Says that "public" is no good place.  While a script runs the server lets no
 * notice through, so it is said before the transaction commits.
 */
static void
gov_script_at_end(XactEvent event, void *arg pg_attribute_unused())
{
	bool		notice = script_notice && event == XACT_EVENT_PRE_COMMIT;

	if (event == XACT_EVENT_PARALLEL_PRE_COMMIT || event == XACT_EVENT_PARALLEL_COMMIT || event == XACT_EVENT_PARALLEL_ABORT)
		return;
	script_notice = false;
	if (!notice || !gov_is_installed() || gov_schema_oid() != get_namespace_oid("public", true))
		return;
	ereport(NOTICE,
			(errmsg("extension \"governance\" was created in schema \"public\""),
			 errdetail("Its tables and views stand among the application's there: migration tools take them for the application's own, and whoever owns the schema can drop them."),
			 errhint("Before it is used: DROP EXTENSION governance; CREATE SCHEMA governance; CREATE EXTENSION governance SCHEMA governance;")));
}

/* Asks the server to be called at the end of transactions. Called once from _PG_init. */
void
gov_script_init(void)
{
	RegisterXactCallback(gov_script_at_end, NULL);
}
