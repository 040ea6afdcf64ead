/*-------------------------------------------------------------------------
 *
 * ledger/ledger.c
 *	  The ledger: every act leaves an entry, and so does direct DML.
 *
 * Acts append one entry each at their end, bulk acts one with counts.  The
 * entry is written past SQL, so that a loop of acts pays little for it, and
 * without a hash: it gets its place in the chain when the transaction ends, or
 * later (ledger/commit.c, ledger/chain.c).
 *
 * DML on the tables of the extension that no act stands for is noted by
 * triggers (ledger/guard.c), one entry per statement that touched rows, with
 * their number and what it did (ledger/direct.c).  A statement that runs inside one of ours (gov_spi) belongs to
 * the act that runs it; what is inserted before anything was done here belongs
 * to a restore, and is counted aside (ledger/origin.c).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/extension.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

#include "server/args.h"
#include "server/depth.h"
#include "server/extension.h"
#include "server/json.h"
#include "server/spi.h"
#include "server/write.h"
#include "ledger/chain.h"
#include "ledger/columns.h"
#include "ledger/direct.h"
#include "ledger/ledger.h"
#include "ledger/origin.h"

/* How many entries the running transaction appended; undone ones count, too. */
static int64 appended = 0;

/* The number of entries appended since this function was called last. */
int64
gov_ledger_take_appended(void)
{
	int64		count = appended;

	appended = 0;
	return count;
}

/* An object without fields. */
static Datum
gov_ledger_nothing(void)
{
	GovJson		json;

	gov_json_begin(&json);
	return gov_json_end(&json);
}

/* Raises when an entry is larger than the chain takes: it could never be chained. */
static void
gov_ledger_ensure_fits(const char *action, const Datum *values)
{
	Size		bytes = gov_ledger_bytes(values);

	if (bytes > GOV_LEDGER_MAX_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the arguments of %s are too large", action),
				 errdetail("Its entry in the ledger would take %zu bytes; at most %d are possible.",
						   bytes, GOV_LEDGER_MAX_BYTES),
				 errhint("Give shorter texts, or fewer of them in one call.")));
}

/* Begins an entry, without a place in the chain. */
static void
gov_ledger_begin_row(GovLedgerRow *row, int64 object)
{
	memset(row, 0, sizeof(GovLedgerRow));
	row->values[GOV_COL_LEDGER_FORMAT - 1] = Int16GetDatum(GOV_LEDGER_FORMAT);
	row->values[GOV_COL_LEDGER_OBJECT - 1] = Int64GetDatum(object);
	row->nulls[GOV_COL_LEDGER_PREV_HASH - 1] = true;
	row->nulls[GOV_COL_LEDGER_HASH - 1] = true;
	row->nulls[GOV_COL_LEDGER_POSITION - 1] = true;
	row->nulls[GOV_COL_LEDGER_OBJECT - 1] = object == 0;
}

/* Gives an entry its number. */
static void
gov_ledger_number_row(GovLedgerRow *row, int64 seq)
{
	row->seq = seq;
	row->values[GOV_COL_LEDGER_SEQ - 1] = Int64GetDatum(seq);
}

/* Writes an entry. */
void
gov_ledger_write(const GovLedgerRow *row)
{
	GovWriter	writer;

	gov_writer_open(&writer, "gov_ledger", GOV_COL_LEDGER_NATTS);
	gov_writer_blank(&writer);
	memcpy(writer.slot->tts_values, row->values, sizeof(row->values));
	memcpy(writer.slot->tts_isnull, row->nulls, sizeof(row->nulls));
	gov_writer_insert(&writer);
	gov_writer_close(&writer);
	appended++;
}

/*
 * Writes the first entry of all, about CREATE EXTENSION.  Its number is never
 * drawn: with wal_level minimal a sequence that is used in the transaction that
 * makes it would step back after a crash.
 */
void
gov_ledger_append_first(Datum at, Datum login)
{
	GovLedgerRow row;

	gov_ledger_begin_row(&row, 0);
	gov_ledger_number_row(&row, 1);
	row.values[GOV_COL_LEDGER_AT - 1] = at;
	row.values[GOV_COL_LEDGER_ACTOR - 1] = login;
	row.values[GOV_COL_LEDGER_LOGIN - 1] = login;
	row.values[GOV_COL_LEDGER_ACTION - 1] = CStringGetTextDatum(GOV_LEDGER_GENESIS);
	row.values[GOV_COL_LEDGER_TARGET - 1] = gov_ledger_nothing();
	row.values[GOV_COL_LEDGER_PAYLOAD - 1] = gov_ledger_nothing();
	gov_ledger_write(&row);
}

/* Draws the number of an entry to come, for what belongs to it and is written before. */
int64
gov_ledger_draw(void)
{
	return nextval_internal(gov_relation_oid("gov_ledger_seq_seq"), false);
}

/* Makes the row of an entry under a number drawn before, or, for 0, the next. */
void
gov_ledger_make_row(GovLedgerRow *row, int64 seq, const char *actor, const char *action, int64 object,
					Datum target, Datum payload)
{
	gov_ensure_not_registered("an act");
	PreventCommandIfReadOnly(action);
	gov_ledger_begin_row(row, object);
	row->values[GOV_COL_LEDGER_AT - 1] = TimestampTzGetDatum(gov_now());
	row->values[GOV_COL_LEDGER_ACTOR - 1] = CStringGetTextDatum(actor);
	row->values[GOV_COL_LEDGER_LOGIN - 1] = CStringGetTextDatum(gov_session_user_name());
	row->values[GOV_COL_LEDGER_ACTION - 1] = CStringGetTextDatum(action);
	row->values[GOV_COL_LEDGER_TARGET - 1] = target != (Datum) 0 ? target : gov_ledger_nothing();
	row->values[GOV_COL_LEDGER_PAYLOAD - 1] = payload != (Datum) 0 ? payload : gov_ledger_nothing();
	gov_ledger_ensure_fits(action, row->values);
	if (!gov_origin_has_acted())
		gov_origin_note(GOV_ORIGIN_ACTED);
	gov_ledger_number_row(row, seq != 0 ? seq : gov_ledger_draw());
}

/* Appends an entry under a number drawn before, or, for 0, the next; its seq. */
static int64
gov_ledger_append_numbered(int64 seq, const char *actor, const char *action, int64 object,
						   Datum target, Datum payload)
{
	GovLedgerRow row;

	gov_ledger_make_row(&row, seq, actor, action, object, target, payload);
	gov_ledger_write(&row);
	return row.seq;
}

/* Appends an entry under a name of the caller's choice, such as an authority's; its seq. */
int64
gov_ledger_append_as(const char *actor, const char *action, int64 object,
					 Datum target, Datum payload)
{
	return gov_ledger_append_numbered(0, actor, action, object, target, payload);
}

/* Appends an entry under a number drawn before; for 0, under the next. */
void
gov_ledger_append_drawn(int64 seq, const char *action, int64 object, Datum target, Datum payload)
{
	(void) gov_ledger_append_numbered(seq, GetUserNameFromId(GetOuterUserId(), false),
									  action, object, target, payload);
}

/* Appends an entry; its seq.  The actor is the role in use (SET ROLE). */
int64
gov_ledger_append(const char *action, int64 object, Datum target, Datum payload)
{
	return gov_ledger_append_as(GetUserNameFromId(GetOuterUserId(), false),
								action, object, target, payload);
}

/* The target of an act about one object. */
Datum
gov_ledger_object(const char *object_type, const char *object_ref)
{
	return gov_json_object("object_type", object_type, "object_ref", object_ref);
}

/* The target of an act about one cell; no object for a value itself. */
Datum
gov_ledger_cell(const char *object_type, const char *object_ref, const char *axis, const char *value)
{
	return gov_json_object("object_type", object_type, "object_ref", object_ref,
						   "axis", axis, "value", value);
}

/* Notes a direct change; an INSERT before anything was done is counted instead. */
void
gov_ledger_note_dml(Relation rel, const char *operation, int64 rows, const TriggerData *trigger)
{
	GovJson		payload;
	int64		object = 0;

	if (gov_spi_running() || creating_extension)
		return;
	if (strcmp(operation, "INSERT") == 0 && gov_origin_restoring())
	{
		gov_origin_arrived(RelationGetRelationName(rel), rows, 0);
		return;
	}
	gov_json_begin(&payload);
	gov_json_text(&payload, "operation", asc_tolower(operation, strlen(operation)));
	if (rows >= 0)
		gov_json_int8(&payload, "rows", rows);
	if (trigger != NULL)
		object = gov_direct_describe(&payload, trigger, rows);
	gov_ledger_append("dml", object, gov_json_object("table", RelationGetRelationName(rel)),
					  gov_json_end(&payload));
}
