/*
 * labels/sets.h: the labels that values and objects have, for one query.
 */
#ifndef GOV_LABELS_SETS_H
#define GOV_LABELS_SETS_H

/* A label, met in the vocabulary, on a value or on an object. */
typedef struct GovLabel
{
	const char *code;
	bool		active;			/* in the vocabulary */
	bool		marked;			/* for the use of who loaded it */
	int			nfacets;		/* a bound vocabulary may name several */
	const char **facets;
	int64		rules;			/* how many rules and projected rows have it, */
	int64		projections;	/* once gov_label_sets_count_uses was called */
} GovLabel;

/* Labels, each once, in byte order. */
typedef struct GovLabelSet
{
	int			count;
	int			allocated;
	bool		sorted;
	GovLabel  **labels;
} GovLabelSet;

/* What is known about labels. */
typedef struct GovLabelSets
{
	MemoryContext context;
	struct gov_strings_hash *labels;
	struct gov_strings_hash *values;
	struct gov_strings_hash *objects;
	GovLabelSet known;			/* every label met, in no order */
	int			probes;			/* objects asked for one by one */
	bool		whole;			/* are the rules of all objects loaded? */
} GovLabelSets;

/* Loads the vocabulary and the labels of values into a context of its own. */
extern GovLabelSets *gov_label_sets_load(MemoryContext parent);

/* The active labels of a value, and those that active rules give an object. */
extern GovLabelSet *gov_label_sets_value(GovLabelSets *sets, const text *axis, const text *value);
extern GovLabelSet *gov_label_sets_object(GovLabelSets *sets, const text *type, const text *ref);

/* A label by its code; made when it was not met before. */
extern GovLabel *gov_label_sets_label(GovLabelSets *sets, const text *code);

/* Counts the active rules and the projected rows that use each label. */
extern void gov_label_sets_count_uses(GovLabelSets *sets);

/* The codes, or the facets, of a set as text[]. */
extern Datum gov_label_set_codes(const GovLabelSet *set);
extern Datum gov_label_set_facets(const GovLabelSet *set);

#endif							/* GOV_LABELS_SETS_H */
