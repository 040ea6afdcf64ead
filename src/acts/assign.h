/* acts/assign.h: assigning objects to values: the words for it. */
#ifndef GOV_ACTS_ASSIGN_H
#define GOV_ACTS_ASSIGN_H

/* The words for a zone and for who assigns, each list ended by NULL. */
extern const char *const gov_assignment_zones[];
extern const char *const gov_assignment_kinds[];

#endif							/* GOV_ACTS_ASSIGN_H */
