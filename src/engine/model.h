/*
 * engine/model.h: axes, values, authorities, rules and value anchors, loaded
 * once per query into arrays that the engine addresses by number.
 *
 * A model is whole, or narrow: that of a look-up, where authorities, axes and
 * rules are loaded at once, values with their anchors when somebody asks for
 * them, one by one or all those of an axis.
 *
 * What rules ask of an object depends on its type, as long as they have no
 * scope.  Where one has, objects of a type are of several classes, one for each
 * set of rules that are about them; a class is numbered among the types, and
 * has its demands like one (engine/class.c).
 */
#ifndef GOV_ENGINE_MODEL_H
#define GOV_ENGINE_MODEL_H

#include "nodes/bitmapset.h"
#include "port/pg_bswap.h"
#include "utils/array.h"
#include "utils/snapshot.h"
#include "utils/timestamp.h"

#define GOV_UNKNOWN (-2)		/* not looked for yet */

#include "engine/number.h"

typedef struct GovAuthorityEntry
{
	text	   *code;
	bool		active;
} GovAuthorityEntry;

typedef struct GovAxisEntry
{
	text	   *code;
	text	   *fallback_code;	/* as stored; NULL for none */
	int			fallback;		/* the authority, if active */
	int			first_slot;		/* its slots are contiguous where it is whole */
	int			nslots;
	int			rules;			/* number of active rules */
	bool		active;
	bool		is_containment;
	bool		whole;			/* are all its values loaded? */
	bool		fetched;		/* were some of them, one by one? */
} GovAxisEntry;

typedef enum GovValueStatus
{
	GOV_VALUE_ACTIVE,
	GOV_VALUE_CANDIDATE,
	GOV_VALUE_DEPRECATED,
	GOV_VALUE_RETIRED
} GovValueStatus;

/* A value of any axis, in any state. */
typedef struct GovValueEntry
{
	text	   *code;
	text	   *parent_code;	/* as stored; NULL for a root */
	int64		object_id;		/* the container it mirrors, 0 for none */
	int			axis;
	int			parent;			/* number of the parent value; see gov_model_parent */
	int			slot;			/* GOV_NONE unless it and its axis are active */
	int			anchor;			/* authority of the value anchor in force */
	int			nearest;		/* nearest of it and its parents with an anchor, once known */
	int			nearest_up;		/* how far up that is */
	GovValueStatus status;
} GovValueEntry;

/* A slot: an active value of an active axis, and its nearest value anchor. */
typedef struct GovSlot
{
	int			value;
	int			axis;
	int			anchor_value;	/* nearest of value, parent, ... with an anchor; GOV_UNKNOWN in a narrow model */
	int			anchor_depth;	/* how far up that is */
} GovSlot;

/* Whether a rule is about what is part of a table. */
typedef enum GovRuleParts
{
	GOV_PARTS_PARENTS,			/* not about parts */
	GOV_PARTS_LEAVES,			/* about what has no partitions */
	GOV_PARTS_ALL
} GovRuleParts;

typedef struct GovRuleEntry
{
	text	   *code;
	int64		container;		/* its scope: object_id, 0 for none */
	text	   *pattern;		/* for LIKE; NULL for none */
	GovRuleParts parts;
	bool		scoped;			/* is any of these not as in an ordinary rule? */
	bool		every_type;
	Datum	   *applies_to;		/* else these types */
	int			napplies_to;
	int			axis;
	int			staleness_days;
	float4		threshold;
	bool		cross_product;	/* else per_assignment */
} GovRuleEntry;

/* What the active rules ask of one axis for one type of objects. */
typedef struct GovDemand
{
	bool		cross_product;
	bool		per_assignment;
	int			per_assignment_rules;	/* how many of them */
	float4		threshold;		/* highest of the per_assignment rules */
	int			staleness_days; /* smallest above 0 of them, 0 for none */
	TimestampTz stale_before;	/* what is older is stale by that */
} GovDemand;

/* A type of objects, met in the data, or a class of them. */
typedef struct GovType
{
	text	   *code;			/* of a class: of the type, a zero byte, a bit per rule */
	bool		scoped;			/* are rules for it scoped, so that its objects are of classes? */
	bool		has_parts;		/* else: may its objects be parts, of which its rules ask nothing? */
	bool		is_part;		/* may they be parts, whatever is asked? */
	bool		holds_parts;	/* are such objects that live in one of it its parts? */
	GovDemand  *demands;		/* per axis */
	bool	   *applies;		/* per rule */
} GovType;

/*
 * The code of a type as rows hold it, where it takes up to 16 bytes with its
 * header: the first eight and the last eight of these, or twice all there are.
 */
typedef struct GovTypeImage
{
	uint64		first;
	uint64		last;
} GovTypeImage;

/* The first types met are mostly all there are: rows are compared with so many at once. */
#define GOV_FIRST_TYPES		4

typedef struct GovModel
{
	MemoryContext context;
	TimestampTz now;
	GovAuthorityEntry *authorities;
	int			nauthorities;
	GovAxisEntry *axes;
	int			naxes;
	GovValueEntry   *values;
	int			nvalues;
	GovSlot    *slots;
	int			nslots;
	GovRuleEntry *rules;
	int			nrules;
	GovType    *types;
	int			ntypes;
	int			last_type;		/* the last one looked up */
	int			nothing;		/* the class of objects of which nothing is asked; GOV_NONE until it is needed */
	bool		asks_parts;		/* does a per_assignment rule ask about parts? */
	GovTypeImage first_types[GOV_FIRST_TYPES];	/* zeroes where there is none */
	struct gov_names_hash *names;
	struct gov_images_hash *images; /* values as rows hold them */
	struct GovFetch *fetch;		/* how values are fetched; NULL where all are there */
} GovModel;

/* What matters of a row of gov_ownership that is in force. */
typedef struct GovOwnershipInForce
{
	int64		object_id;		/* 0 for a value anchor */
	text	   *axis;			/* in the row itself */
	text	   *value;
	int			authority;
	bool		waiver;			/* else accountable */
	bool		inherits;
} GovOwnershipInForce;

extern bool gov_ownership_read(GovModel *model, HeapTuple tuple, GovOwnershipInForce *row);
extern GovModel *gov_model_load(Snapshot snapshot);
extern GovModel *gov_model_load_narrow(Snapshot snapshot, const Bitmapset *whole, TimestampTz now);
extern bool gov_model_widen(GovModel *model, int axis);
extern void gov_model_free(GovModel *model);
extern int	gov_model_parent(GovModel *model, int value);
extern void gov_model_resolve_anchor(GovModel *model, int slot);
extern void gov_model_spread(GovModel *model);
extern int	gov_model_authority(GovModel *model, Datum code);
extern int	gov_model_axis(GovModel *model, Datum code);
extern int	gov_model_value(GovModel *model, Datum axis, Datum value);
extern int	gov_model_type(GovModel *model, Datum code);
extern int	gov_model_find_type(GovModel *model, Datum code);
extern int	gov_model_nothing(GovModel *model);
extern bool gov_type_holds_parts(const text *code);

/* The slot of a value; GOV_NONE when it or its axis is not active. */
static inline int
gov_model_slot(GovModel *model, Datum axis, Datum value)
{
	int			number = gov_model_value(model, axis, value);

	return number == GOV_NONE ? GOV_NONE : model->values[number].slot;
}

/*
 * Makes an image of a type's code; false where it is too long for one.  Eight
 * bytes must be there to be read, however short the code.
 */
static inline bool
gov_type_image(GovTypeImage *image, const text *code)
{
	const char *at = (const char *) code;
	uint32		length = VARSIZE_1B(at);
	int			beyond = 64 - 8 * (int) Min(length, 8);

	if (!VARATT_IS_1B(at) || VARATT_IS_1B_E(at) || length > 16)
		return false;
	memcpy(&image->first, at, 8);
	memcpy(&image->last, at + Max(length, 8) - 8, 8);
	image->first = pg_ntoh64(image->first) >> beyond;
	image->last = pg_ntoh64(image->last) >> beyond;
	return true;
}

/*
 * The number of a type of objects in a row of gov_object, where three more
 * columns that are not NULL follow it: eight bytes at least.  All first types
 * are compared, without a branch that depends on which one it is: rows of
 * several types come in no order that a processor could foresee.
 */
static inline int
gov_model_row_type(GovModel *model, const text *code)
{
	GovTypeImage image;
	int			number = GOV_NONE;

	if (gov_type_image(&image, code))
		for (int i = 0; i < GOV_FIRST_TYPES; i++)
			if (((image.first ^ model->first_types[i].first) | (image.last ^ model->first_types[i].last)) == 0)
				number = i;
	return number != GOV_NONE ? number : gov_model_find_type(model, PointerGetDatum(code));
}

#endif							/* GOV_ENGINE_MODEL_H */
