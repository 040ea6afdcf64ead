/*-------------------------------------------------------------------------
 *
 * registered/owner.c
 *	  Whose a thing is that somebody registered, and who may register it.
 *
 * A registered thing runs as its owner.  Whoever registers it is the owner or
 * a real member of that role, for nobody can make another's code run by
 * registering it; a superuser registers it in the owner's name.  This is
 * asked anew at each read: owners and memberships change.
 *
 * A view runs its own rule and those of the relations that it leads to.  Each
 * of them is the owner's, or of a role that the owner belongs to, or of a
 * superuser, or part of an extension: another owner could replace it, or put
 * a policy on it, and so have code run with the rights of the first.  So it is
 * with functions that it calls by itself (calls.c), and with what a function
 * with a parsed body (BEGIN ATOMIC) reads and calls, which the catalogs know.
 * What the bodies of other functions read and call cannot be seen; the door
 * bounds what they do.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "rewrite/rewriteSupport.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"

#include "server/security.h"
#include "registered/owner.h"

/* The owner of a relation, routine or type; InvalidOid when it is gone. */
Oid
gov_registered_owner(Oid class, Oid object)
{
	int			cache = class == RelationRelationId ? RELOID : class == ProcedureRelationId ? PROCOID : TYPEOID;
	HeapTuple	tuple = SearchSysCache1(cache, ObjectIdGetDatum(object));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	owner = cache == RELOID ? ((Form_pg_class) GETSTRUCT(tuple))->relowner :
		cache == PROCOID ? ((Form_pg_proc) GETSTRUCT(tuple))->proowner :
		((Form_pg_type) GETSTRUCT(tuple))->typowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* Is a role the owner itself or a member?  Being a superuser does not make one. */
bool
gov_registered_belongs(Oid role, Oid owner)
{
	return OidIsValid(role) && OidIsValid(owner) && is_member_of_role_nosuper(role, owner);
}

/* What a thing leads to, and whom its owner does not trust in that. */
typedef struct GovClosure
{
	Oid			role;			/* the owner of the thing */
	List	   *relations;
	List	   *readers;		/* of each relation, the role as which it is read; invalid for one read through its parent */
	List	   *functions;		/* those with their caller's rights */
	Oid			stranger_class;
	Oid			stranger;		/* the first that belongs to somebody else; invalid for none */
} GovClosure;

/*
 * Does a relation, routine or type belong to somebody whom a role trusts:
 * itself, a role it is a member of, a superuser, an extension?
 */
bool
gov_registered_trusts(Oid role, Oid class, Oid object)
{
	Oid			owner = gov_registered_owner(class, object);

	return !OidIsValid(owner) || owner == role || superuser_arg(owner) ||
		gov_registered_belongs(role, owner) ||
		OidIsValid(getExtensionOfObject(class, object));
}

/* Does a function run with the rights of its own owner? */
static bool
gov_owner_function_is_definer(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	bool		definer = HeapTupleIsValid(tuple) && ((Form_pg_proc) GETSTRUCT(tuple))->prosecdef;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return definer;
}

/*
 * Takes a function that a rule or a body calls.  One of a stranger that is
 * called by a rule is found when the rule is read (calls.c).
 */
static void
gov_owner_add_function(GovClosure *closure, Oid function, bool of_body)
{
	if (gov_owner_function_is_definer(function))
		return;
	if (gov_registered_trusts(closure->role, ProcedureRelationId, function))
		closure->functions = list_append_unique_oid(closure->functions, function);
	else if (of_body && !OidIsValid(closure->stranger))
	{
		closure->stranger_class = ProcedureRelationId;
		closure->stranger = function;
	}
}

/* Takes a relation that a role reads. */
static void
gov_owner_add_relation(GovClosure *closure, Oid relid, Oid reader)
{
	if (list_member_oid(closure->relations, relid))
		return;
	closure->relations = lappend_oid(closure->relations, relid);
	closure->readers = lappend_oid(closure->readers, reader);
}

/* Takes what the rule of a view, or the parsed body of a function, depends on and reads as a role. */
static void
gov_owner_add_needed(GovClosure *closure, Oid class, Oid object, Oid reader)
{
	Relation	depend;
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	if (!OidIsValid(object))
		return;
	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyInit(&key[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(class));
	ScanKeyInit(&key[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object));
	scan = systable_beginscan(depend, DependDependerIndexId, true, NULL, lengthof(key), key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend row = (Form_pg_depend) GETSTRUCT(tuple);

		if (row->refclassid == RelationRelationId)
			gov_owner_add_relation(closure, row->refobjid, reader);
		else if (row->refclassid == ProcedureRelationId)
			gov_owner_add_function(closure, row->refobjid, class == ProcedureRelationId);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

/* The role as which a view reads: its owner, or whoever reads it.  Its options are read without a lock on it. */
static Oid
gov_owner_view_reader(Oid view, Oid reader)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(view));
	ViewOptions *options = NULL;
	Oid			owner;
	Datum		given;
	bool		isnull;

	if (!HeapTupleIsValid(tuple))
		return reader;
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	given = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &isnull);
	if (!isnull)
		options = (ViewOptions *) view_reloptions(given, false);
	ReleaseSysCache(tuple);
	return options != NULL && options->security_invoker ? reader : owner;
}

/* Looks at a relation and takes what it leads to. A materialized view is read as it is stored: nothing of its rule runs. */
static void
gov_owner_add_of_relation(GovClosure *closure, Oid relid, Oid reader)
{
	char		kind = get_rel_relkind(relid);
	ListCell   *cell;

	if (!gov_registered_trusts(closure->role, RelationRelationId, relid))
	{
		closure->stranger_class = RelationRelationId;
		closure->stranger = relid;
	}
	else if (kind == RELKIND_VIEW)
		gov_owner_add_needed(closure, RewriteRelationId, get_rewrite_oid(relid, "_RETURN", true),
							 gov_owner_view_reader(relid, reader));
	else if (kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_RELATION)
	{
		foreach(cell, find_inheritance_children(relid, NoLock))
			gov_owner_add_relation(closure, lfirst_oid(cell), InvalidOid);
	}
}

/* Everything that a thing leads to, up to the first that is a stranger's. */
static GovClosure
gov_owner_closure(Oid class, Oid object)
{
	GovClosure	closure = {.role = gov_registered_owner(class, object)};
	int			relation = 0;
	int			function = 0;

	if (class == RelationRelationId)
		gov_owner_add_relation(&closure, object, closure.role);
	else
		closure.functions = list_make1_oid(object);
	/* the lists grow while we go through them */
	while (!OidIsValid(closure.stranger))
	{
		CHECK_FOR_INTERRUPTS();
		if (relation < list_length(closure.relations))
		{
			gov_owner_add_of_relation(&closure, list_nth_oid(closure.relations, relation),
									  list_nth_oid(closure.readers, relation));
			relation++;
		}
		else if (function < list_length(closure.functions))
			gov_owner_add_needed(&closure, ProcedureRelationId,
								 list_nth_oid(closure.functions, function++), closure.role);
		else
			break;
	}
	return closure;
}

/*
 * A relation that a thing reads, however indirectly, and of which row security
 * may hide rows from its owner, as who it is read; InvalidOid for none.  Of a
 * function whose body is a text that cannot be seen.
 */
Oid
gov_registered_row_security(Oid class, Oid object)
{
	GovClosure	closure = gov_owner_closure(class, object);
	ListCell   *relation;
	ListCell   *reader;

	forboth(relation, closure.relations, reader, closure.readers)
	{
		if (OidIsValid(lfirst_oid(reader)) &&
			check_enable_rls(lfirst_oid(relation), lfirst_oid(reader), true) == RLS_ENABLED)
			return lfirst_oid(relation);
	}
	return InvalidOid;
}

/* The name of a relation or function with its schema. */
char *
gov_registered_name(Oid class, Oid object)
{
	if (class == ProcedureRelationId)
		return format_procedure_qualified(object);
	return gov_qualified_name(get_namespace_name(get_rel_namespace(object)), get_rel_name(object));
}

/*
 * Why a role may not register a thing, or what it registered may be read no
 * more; NULL when nothing is wrong.  The hint says the way out.
 */
char *
gov_registered_refusal(const GovRegistered *thing, char **hint)
{
	Oid			owner = gov_registered_owner(thing->class, thing->object);
	GovClosure	closure;

	if (!gov_registered_belongs(thing->registrar, owner))
	{
		*hint = psprintf("Let that role or a member of it register it; a superuser registers it in that role's name.");
		return psprintf("%s belongs to role \"%s\", of which role \"%s\" is no member", thing->what,
						GetUserNameFromId(owner, true), GetUserNameFromId(thing->registrar, true));
	}
	closure = gov_owner_closure(thing->class, thing->object);
	if (!OidIsValid(closure.stranger))
		return NULL;
	*hint = psprintf("What is read runs with the rights of role \"%s\": let it own both, or be a member of the other role.",
					 GetUserNameFromId(owner, true));
	return psprintf("%s %s %s of role \"%s\"", thing->what,
					closure.stranger_class == RelationRelationId ? "reads relation" : "calls function",
					gov_registered_name(closure.stranger_class, closure.stranger),
					GetUserNameFromId(gov_registered_owner(closure.stranger_class, closure.stranger), true));
}

/* Raises that, if anything is wrong. */
void
gov_ensure_registered(const GovRegistered *thing)
{
	char	   *hint;
	char	   *refusal = gov_registered_refusal(thing, &hint);

	if (refusal != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg_internal("%s", refusal),
				 errhint("%s", hint)));
}

/* In whose name the session registers a thing: its own, or a superuser in the owner's. */
Oid
gov_registered_registrar(Oid class, Oid object)
{
	Oid			session = GetSessionUserId();
	Oid			owner = gov_registered_owner(class, object);

	if (OidIsValid(owner) && superuser_arg(session) && !gov_registered_belongs(session, owner))
		return owner;
	return session;
}
