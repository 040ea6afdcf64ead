/* registry/sequences.h: the sequences that identities are drawn from. */
#ifndef GOV_REGISTRY_SEQUENCES_H
#define GOV_REGISTRY_SEQUENCES_H

/* A sequence that would give identities that rows have already, or none any more. */
typedef struct GovSequenceBehind
{
	const char *sequence;
	int64		last;			/* the last identity it gave, 0 before the first */
	int64		needed;			/* the one from which it has to go on */
} GovSequenceBehind;

/* Puts the sequence of one table of ours right; for acts that are about to draw from it. */
extern void gov_sequence_catch_up(const char *table, const char *column, const char *sequence);

/* Hands every sequence that is behind or at its end to "take"; puts it right first if "repair" says so. */
extern void gov_sequences_behind(bool repair, void (*take) (const GovSequenceBehind *behind, void *state), void *state);

#endif							/* GOV_REGISTRY_SEQUENCES_H */
