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
 * with functions that it calls by itself (calls.c).  What bodies of functions
 * read and call cannot be seen; the door bounds what they do.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
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

/* Appends the relations that the rule of a view or the like depends on. */
static List *
gov_owner_add_of_rule(List *relations, Oid relid)
{
	Oid			rule = get_rewrite_oid(relid, "_RETURN", true);
	Relation	depend;
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	if (!OidIsValid(rule))
		return relations;
	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyInit(&key[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(RewriteRelationId));
	ScanKeyInit(&key[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(rule));
	scan = systable_beginscan(depend, DependDependerIndexId, true, NULL, lengthof(key), key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend row = (Form_pg_depend) GETSTRUCT(tuple);

		if (row->refclassid == RelationRelationId)
			relations = list_append_unique_oid(relations, row->refobjid);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return relations;
}

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

/*
 * A relation that this one reads, however indirectly, and that somebody else
 * owns; InvalidOid when there is none.  A materialized view is read as it is
 * stored: nothing of its rule runs.
 */
Oid
gov_registered_stranger(Oid relid)
{
	Oid			role = gov_registered_owner(RelationRelationId, relid);
	List	   *relations = list_make1_oid(relid);
	ListCell   *cell;

	/* the list grows while we go through it */
	foreach(cell, relations)
	{
		Oid			next = lfirst_oid(cell);
		char		kind = get_rel_relkind(next);

		CHECK_FOR_INTERRUPTS();
		if (!gov_registered_trusts(role, RelationRelationId, next))
			return next;
		if (kind == RELKIND_VIEW)
			relations = gov_owner_add_of_rule(relations, next);
		else if (kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_RELATION)
			relations = list_concat_unique_oid(relations, find_inheritance_children(next, NoLock));
	}
	return InvalidOid;
}

/*
 * Why a role may not register a thing, or what it registered may be read no
 * more; NULL when nothing is wrong.  The hint says the way out.
 */
char *
gov_registered_refusal(const GovRegistered *thing, char **hint)
{
	Oid			owner = gov_registered_owner(thing->class, thing->object);
	Oid			stranger = InvalidOid;

	if (!gov_registered_belongs(thing->registrar, owner))
	{
		*hint = psprintf("Let that role or a member of it register it; a superuser registers it in that role's name.");
		return psprintf("%s belongs to role \"%s\", of which role \"%s\" is no member", thing->what,
						GetUserNameFromId(owner, true), GetUserNameFromId(thing->registrar, true));
	}
	if (thing->class == RelationRelationId)
		stranger = gov_registered_stranger(thing->object);
	if (!OidIsValid(stranger))
		return NULL;
	*hint = psprintf("What is read runs with the rights of role \"%s\": let it own both relations, or be a member of the other role.",
					 GetUserNameFromId(owner, true));
	return psprintf("%s reads relation %s of role \"%s\"", thing->what,
					gov_qualified_name(get_namespace_name(get_rel_namespace(stranger)), get_rel_name(stranger)),
					GetUserNameFromId(gov_registered_owner(RelationRelationId, stranger), true));
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
