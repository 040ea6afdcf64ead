/*-------------------------------------------------------------------------
 *
 * ddl/mode.c
 *	  What is done about DDL: governance.ddl_mode, where it means anything.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/extension.h"
#include "miscadmin.h"

#include "server/configured.h"
#include "server/depth.h"
#include "server/extension.h"
#include "ddl/mode.h"

/*
 * The mode that holds right now.  Nothing is done in an upgrade of the server,
 * by code that was registered, which cannot write, nor while an extension is
 * created or updated: it stands for its members.
 */
GovDdlMode
gov_ddl_mode(void)
{
	if (IsBinaryUpgrade || creating_extension || gov_depth_of_registered() > 0 || !gov_is_installed())
		return GOV_DDL_OFF;
	gov_configured_restore();
	return (GovDdlMode) gov_guc_ddl_mode;
}
