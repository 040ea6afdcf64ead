/*
 * engine/number.h: what stands for no number.
 */
#ifndef GOV_ENGINE_NUMBER_H
#define GOV_ENGINE_NUMBER_H

/* Things of a model have numbers from 0 on; this is none of them. */
#define GOV_NONE	(-1)

#endif							/* GOV_ENGINE_NUMBER_H */
