/*-------------------------------------------------------------------------
 *
 * rollout/definition.c
 *	  How a relation is defined, and who may use it, in words.
 *
 * The words are the server's own, one text for each part (a column, an index,
 * a policy), from governance_internal.gov_definition_part.  Settings that
 * change how the server writes constants and names are pinned, so that the
 * same definition gives the same text whoever asks.  Majors of the server may
 * still write an expression in different ways.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"

#include "server/extension.h"
#include "server/security.h"
#include "server/spi.h"
#include "rollout/definition.h"

GOV_QUESTION(find_hash,
			 "SELECT @.gov_fingerprint_rows(h.hash ORDER BY h.hash)"
			 "  FROM (SELECT @.gov_fingerprint_row(ROW(p.part, p.definition)) AS hash"
			 "          FROM governance_internal.gov_definition_part(ARRAY[$1]) AS p WHERE p.aspect = 'definition') AS h", OIDOID);

/* Settings under which definitions are written. */
void
gov_definition_pin(void)
{
	static const char *const settings[][2] = {
		{"DateStyle", "ISO, MDY"}, {"IntervalStyle", "postgres"}, {"TimeZone", "UTC"},
		{"extra_float_digits", "1"}, {"bytea_output", "hex"}, {"lc_monetary", "C"}, {"xmlbinary", "base64"}
	};

	for (int i = 0; i < (int) lengthof(settings); i++)
		gov_spi_setting(settings[i][0], settings[i][1]);
}

/* The hash of a relation's definition.  Catalogs are read as the owner: everybody may read them. */
char *
gov_definition_hash(Oid relid)
{
	GovSecurity saved;
	char	   *hash;
	int			level;

	gov_security_enter(&saved, gov_extension_owner(), false);
	level = gov_spi_begin();
	gov_definition_pin();
	(void) gov_run(&find_hash, gov_oid(relid));
	hash = gov_result_text(0, 1);
	gov_spi_end(level);
	gov_security_leave(&saved);
	return hash;
}
