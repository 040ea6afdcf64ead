/*-------------------------------------------------------------------------
 *
 * governance.c
 *	  Entry point of the extension: the module magic, and _PG_init, which
 *	  calls the init function of each module that has one, nothing else.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"

#include "server/caller.h"
#include "server/configured.h"
#include "server/depth.h"
#include "server/during.h"
#include "server/extension.h"
#include "server/guc.h"
#include "server/named.h"
#include "server/progress.h"
#include "server/rehearsing.h"
#include "server/script.h"
#include "server/tag.h"
#include "registered/door.h"
#include "ledger/commit.h"
#include "ledger/history.h"
#include "trust/grants.h"
#include "trust/seen.h"
#include "registry/meant.h"
#include "registry/object_events.h"
#include "registry/seen.h"
#include "inventory/bring.h"
#include "events/news.h"
#include "ddl/enforce.h"
#include "ddl/track.h"
#include "rollout/fingerprint.h"
#include "rollout/tagged.h"

PG_MODULE_MAGIC;

void		_PG_init(void);

/* Called by the server when it loads the library. */
void
_PG_init(void)
{
	gov_configured_before();
	gov_guc_init();
	gov_configured_after();
	gov_caller_init(gov_configured_restore);
	gov_depth_init();
	gov_named_init();
	gov_during_init();
	gov_rehearsing_init();
	gov_fingerprint_init();
	gov_script_init();
	gov_progress_init();
	gov_tag_init(gov_tagged_is_of_tier);
	gov_catalog_init();
	gov_ledger_init();
	gov_registered_init(gov_grants_is_admin);
	gov_seen_init(gov_registry_seen, gov_meant_in_json);
	gov_meant_init(gov_inventory_look);
	gov_history_init(gov_meant_ever);
	gov_object_events_init(gov_event_births);
	gov_enforce_init();
	gov_ddl_init();
}
