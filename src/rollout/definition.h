/*
 * rollout/definition.h: how a relation is defined, and who may use it, in words.
 */
#ifndef GOV_ROLLOUT_DEFINITION_H
#define GOV_ROLLOUT_DEFINITION_H

/* The hash of a relation's definition. */
extern char *gov_definition_hash(Oid relid);

/* Settings under which definitions are written, until gov_spi_end. */
extern void gov_definition_pin(void);

#endif							/* GOV_ROLLOUT_DEFINITION_H */
