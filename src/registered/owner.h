/*
 * registered/owner.h: whose a thing is that somebody registered, and who may
 * register it.
 */
#ifndef GOV_REGISTERED_OWNER_H
#define GOV_REGISTERED_OWNER_H

/* Something that a user registered: a relation, or a routine that returns rows. */
typedef struct GovRegistered
{
	const char *what;			/* as messages call it: relation x.y of source "s" */
	const char *way_out;		/* hint: what to do when it cannot be read */
	Oid			class;			/* RelationRelationId or ProcedureRelationId */
	Oid			object;
	Oid			registrar;		/* the role that registered it */
	int			timeout;		/* milliseconds that it may take; 0: as long as the statement may */
	bool		detects;		/* a routine that an admin made a detector, and not one of many? */
	bool		for_others;		/* read for somebody who is not of its owner's role? */
	bool		all_rows;		/* is it to fail where row security would hide some of the rows? */
	bool		timed_out;		/* out: did it take longer? */
} GovRegistered;

/*
 * Why a role may not register a thing, or what it registered may be read no
 * more; NULL when nothing is wrong.  The hint says the way out.
 */
extern char *gov_registered_refusal(const GovRegistered *thing, char **hint);

/* Raises that, if anything is wrong. */
extern void gov_ensure_registered(const GovRegistered *thing);

/* In whose name the session registers a thing: its own, or a superuser in the owner's. */
extern Oid	gov_registered_registrar(Oid class, Oid object);

/* The owner of a relation, routine or type; InvalidOid when it is gone. */
extern Oid	gov_registered_owner(Oid class, Oid object);

/*
 * Does a relation, routine or type (by its catalog) belong to somebody whom a
 * role trusts: itself, a role it is a member of, a superuser, an extension?
 */
extern bool gov_registered_trusts(Oid role, Oid class, Oid object);

/* Is a role the owner itself or a member?  Being a superuser does not make one. */
extern bool gov_registered_belongs(Oid role, Oid owner);

/*
 * A relation that a thing reads, however indirectly, and of which row security
 * may hide rows from its owner, as who it is read; InvalidOid for none.
 */
extern Oid	gov_registered_row_security(Oid class, Oid object);

/* The name of a relation or function with its schema. */
extern char *gov_registered_name(Oid class, Oid object);

#endif							/* GOV_REGISTERED_OWNER_H */
