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
	GovLabelSet known;			/* every label of the vocabulary and of values, in no order */
	MemoryContext answer;		/* of the last object asked for: */
	GovLabelSet found;			/* its labels */
	int			probes;			/* objects asked for one by one */
	struct GovLabelBook *book;	/* the rules of all objects, once they are loaded */
} GovLabelSets;

/* Loads the vocabulary and the labels of values into a context of its own. */
extern GovLabelSets *gov_label_sets_load(MemoryContext parent);

/* The active labels of a value, and those that active rules give an object, good until the next is asked for. */
extern GovLabelSet *gov_label_sets_value(GovLabelSets *sets, const text *axis, const text *value);
extern GovLabelSet *gov_label_sets_object(GovLabelSets *sets, const text *type, const text *ref);

/* A label by its code; made when it was not met before. */
extern GovLabel *gov_label_sets_label(GovLabelSets *sets, const text *code);

/* Can they be asked still?  The rules of many objects are in a file that ends with the transaction. */
extern bool gov_label_sets_are_whole(const GovLabelSets *sets);

/* The codes, or the facets, of a set as text[]. */
extern Datum gov_label_set_codes(const GovLabelSet *set);
extern Datum gov_label_set_facets(const GovLabelSet *set);

#endif							/* GOV_LABELS_SETS_H */
