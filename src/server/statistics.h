/*
 * server/statistics.h: what the planner knows of our tables.
 */
#ifndef GOV_SERVER_STATISTICS_H
#define GOV_SERVER_STATISTICS_H

/* To be called with how many rows were just written to a table of ours. */
extern void gov_statistics_follow(const char *table, uint64 rows);

#endif							/* GOV_SERVER_STATISTICS_H */
