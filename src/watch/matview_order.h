/*
 * watch/matview_order.h: does what a query shows depend on the order in which
 * rows come?
 */
#ifndef GOV_WATCH_MATVIEW_ORDER_H
#define GOV_WATCH_MATVIEW_ORDER_H

#include "nodes/parsenodes.h"
#include "nodes/primnodes.h"

extern bool gov_order_counts_for_query(const Query *query);
extern bool gov_order_counts_for_set(const SetOperationStmt *set);
extern bool gov_order_counts_for_array(const SubLink *link);
extern bool gov_order_counts_for_aggregate(const Aggref *aggregate);
extern bool gov_order_counts_for_window(const WindowFunc *function, const Query *query);

#endif							/* GOV_WATCH_MATVIEW_ORDER_H */
