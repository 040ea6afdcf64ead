/*-------------------------------------------------------------------------
 *
 * labels/book.c
 *	  The labels of many objects, in order of the objects, in work_mem and
 *	  then in a temporary file.
 *
 * An application may have more label rules than memory should hold, and asks
 * for the objects in any order.  So the rules are sorted, by the executor, and
 * written one after the other into pages; of each page as much of its first
 * key stays in memory as tells it from the page before.  A look-up finds the
 * page by that and reads it from its beginning.  Pages stay in memory while
 * all of them fit into work_mem; then they go to a file, and one of them is in
 * memory at a time.
 *
 * The file belongs to the transaction, not to the portal that happens to run:
 * whoever keeps a book (fn_extra of a function) may keep it longer than that.
 * It is closed when the book's memory goes, else at the end of the
 * transaction; a book that lost its file so must not be read again.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "lib/ilist.h"
#include "miscadmin.h"
#include "storage/buffile.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "server/compat.h"
#include "server/progress.h"
#include "labels/book.h"

/* How long a page is, unless a single entry is longer. */
#define GOV_LABEL_PAGE_BYTES	8192

/* An entry in a page: this, then the key, unless it is that of the entry before, then the label. */
typedef struct GovLabelEntry
{
	uint32		key_length;		/* 0: the key of the entry before */
	uint32		label_length;
} GovLabelEntry;

/* The key of an object: reference, which is what tells most of them apart, a zero byte, type. */
typedef struct GovLabelKey
{
	char	   *bytes;
	uint32		length;
	uint32		allocated;
} GovLabelKey;

/* A page that is written. */
typedef struct GovLabelPage
{
	char	   *bytes;			/* NULL: in the file */
	int			segment;		/* where in the file */
	off_t		offset;
	uint32		length;
	uint32		first_length;	/* greater than any key before it, not greater than its own */
	char	   *first;
} GovLabelPage;

struct GovLabelBook
{
	MemoryContext context;
	MemoryContext in_memory;	/* pages that are not in the file */
	MemoryContextCallback forget;
	dlist_node	node;			/* in open_books, with a file */
	BufFile    *file;
	bool		spilled;		/* are its pages in a file? */
	int			npages;
	int			allocated;
	GovLabelPage *pages;
	Size		memory;			/* that pages take */

	/* being written: the last page, if it is not full, and the last entry */
	GovLabelPage *page;
	uint32		size;
	GovLabelKey last;
	GovLabelKey last_label;

	/* being read */
	GovLabelKey key;
	int			loaded;			/* the page in "buffer"; -1: none */
	char	   *buffer;
	uint32		buffer_size;
};

/* Books that have a file. */
static dlist_head open_books = DLIST_STATIC_INIT(open_books);

/* ---- keys ---- */

/* Makes room for so many bytes. */
static void
gov_label_book_reserve(GovLabelBook *book, char **bytes, uint32 *allocated, Size needed)
{
	if (needed <= *allocated)
		return;
	if (*bytes != NULL)
		pfree(*bytes);
	*allocated = Max(needed, 128);
	*bytes = MemoryContextAllocHuge(book->context, *allocated);
}

/* Sets a key to a text, or two with a zero byte between. */
static void
gov_label_book_set_key(GovLabelBook *book, GovLabelKey *key, const text *one, const text *two)
{
	Size		first = VARSIZE_ANY_EXHDR(one);
	Size		second = two == NULL ? 0 : VARSIZE_ANY_EXHDR(two);

	gov_label_book_reserve(book, &key->bytes, &key->allocated, first + 1 + second);
	memcpy(key->bytes, VARDATA_ANY(one), first);
	key->length = first;
	if (two == NULL)
		return;
	key->bytes[first] = '\0';
	memcpy(key->bytes + first + 1, VARDATA_ANY(two), second);
	key->length += 1 + second;
}

/* Compares by bytes, the shorter first. */
static inline int
gov_label_book_compare(const char *a, uint32 a_length, const char *b, uint32 b_length)
{
	int			order = memcmp(a, b, Min(a_length, b_length));

	return order != 0 ? order : a_length < b_length ? -1 : a_length > b_length;
}

/* ---- the life of the file ---- */

/* The end of a transaction: files are closed here, or by the server when it is rolled back. */
static void
gov_label_book_end_transaction(XactEvent event, void *arg)
{
	dlist_mutable_iter iter;

	(void) arg;
	if (event != XACT_EVENT_ABORT && event != XACT_EVENT_PARALLEL_ABORT &&
		event != XACT_EVENT_COMMIT && event != XACT_EVENT_PARALLEL_COMMIT && event != XACT_EVENT_PREPARE)
		return;
	dlist_foreach_modify(iter, &open_books)
	{
		GovLabelBook *book = dlist_container(GovLabelBook, node, iter.cur);

		if (event != XACT_EVENT_ABORT && event != XACT_EVENT_PARALLEL_ABORT)
			BufFileClose(book->file);
		book->file = NULL;
		dlist_delete(&book->node);
	}
}

/* The book's memory is about to go. */
static void
gov_label_book_forget(void *arg)
{
	GovLabelBook *book = (GovLabelBook *) arg;

	if (book->file == NULL)
		return;
	dlist_delete(&book->node);
	BufFileClose(book->file);
	book->file = NULL;
}

/* Makes the file, in the book's memory and of the transaction. */
static void
gov_label_book_create_file(GovLabelBook *book)
{
	static bool registered = false;
	MemoryContext context = MemoryContextSwitchTo(book->context);
	ResourceOwner owner = CurrentResourceOwner;

	if (!registered)
	{
		RegisterXactCallback(gov_label_book_end_transaction, NULL);
		registered = true;
	}
	PG_TRY();
	{
		CurrentResourceOwner = TopTransactionResourceOwner;
		book->file = BufFileCreateTemp(false);
		dlist_push_head(&open_books, &book->node);
	}
	PG_FINALLY();
	{
		CurrentResourceOwner = owner;
	}
	PG_END_TRY();
	book->spilled = true;
	MemoryContextSwitchTo(context);
}

/* An empty book, which goes with its context. */
GovLabelBook *
gov_label_book_begin(MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "governance label rules", ALLOCSET_DEFAULT_SIZES);
	GovLabelBook *book = MemoryContextAllocZero(context, sizeof(GovLabelBook));

	book->context = context;
	book->in_memory = AllocSetContextCreate(context, "governance label pages", ALLOCSET_DEFAULT_SIZES);
	book->loaded = -1;
	/* no key and no label is as short as these */
	gov_label_book_reserve(book, &book->last.bytes, &book->last.allocated, 1);
	gov_label_book_reserve(book, &book->last_label.bytes, &book->last_label.allocated, 1);
	book->forget.func = gov_label_book_forget;
	book->forget.arg = book;
	MemoryContextRegisterResetCallback(context, &book->forget);
	return book;
}

/* Is it all there? */
bool
gov_label_book_is_whole(const GovLabelBook *book)
{
	return !book->spilled || book->file != NULL;
}

/* ---- writing ---- */

/* Writes pages from one on to the file, and gives back the memory of all that are in none. */
static void
gov_label_book_spill(GovLabelBook *book, int from)
{
	if (book->file == NULL)
		gov_label_book_create_file(book);
	for (int i = from; i < book->npages; i++)
	{
		GovLabelPage *page = &book->pages[i];

		gov_progress_tick();
		BufFileTell(book->file, &page->segment, &page->offset);
		BufFileWrite(book->file, page->bytes, page->length);
		page->bytes = NULL;
	}
	MemoryContextReset(book->in_memory);
}

/* Ends the page being written. */
static void
gov_label_book_turn(GovLabelBook *book)
{
	book->memory += book->size;
	book->page = NULL;
	if (book->spilled)
		gov_label_book_spill(book, book->npages - 1);
	else if (book->memory > (Size) work_mem * 1024)
		gov_label_book_spill(book, 0);
}

/* How much of the key to come tells it from the last one. */
static uint32
gov_label_book_telling(const GovLabelBook *book)
{
	uint32		length = 0;

	while (length < book->key.length && length < book->last.length &&
		   book->key.bytes[length] == book->last.bytes[length])
		length++;
	return Min(length + 1, book->key.length);
}

/* Begins a page with the key to come, for an entry of this size at least. */
static void
gov_label_book_begin_page(GovLabelBook *book, Size needed)
{
	GovLabelPage *page;

	if (book->npages == book->allocated)
	{
		book->allocated = Max(16, book->allocated * 2);
		if (book->pages == NULL)
			book->pages = MemoryContextAlloc(book->context, sizeof(GovLabelPage) * book->allocated);
		else
			book->pages = repalloc_huge(book->pages, sizeof(GovLabelPage) * book->allocated);
	}
	book->page = page = &book->pages[book->npages];
	memset(page, 0, sizeof(GovLabelPage));
	book->size = Max(needed, GOV_LABEL_PAGE_BYTES);
	page->bytes = MemoryContextAllocHuge(book->in_memory, book->size);
	page->first_length = gov_label_book_telling(book);
	page->first = MemoryContextAllocHuge(book->context, page->first_length);
	memcpy(page->first, book->key.bytes, page->first_length);
	book->npages++;
}

/* Writes the key to come, unless it is that of the entry before, and a label at the end of the page, which has room. */
static void
gov_label_book_write(GovLabelBook *book, bool same, const text *label)
{
	GovLabelEntry entry = {same ? 0 : book->key.length, VARSIZE_ANY_EXHDR(label)};
	char	   *to = book->page->bytes + book->page->length;

	memcpy(to, &entry, sizeof(GovLabelEntry));
	to += sizeof(GovLabelEntry);
	memcpy(to, book->key.bytes, entry.key_length);
	to += entry.key_length;
	memcpy(to, VARDATA_ANY(label), entry.label_length);
	to += entry.label_length;
	while ((to - book->page->bytes) % MAXIMUM_ALIGNOF != 0)
		*to++ = '\0';
	book->page->length = to - book->page->bytes;
}

/* Adds that an object has a label. */
void
gov_label_book_add(GovLabelBook *book, const text *type, const text *ref, const text *label)
{
	int			order;
	bool		same;
	Size		needed;

	gov_label_book_set_key(book, &book->key, ref, type);
	order = gov_label_book_compare(book->key.bytes, book->key.length, book->last.bytes, book->last.length);
	same = order == 0;
	if (same)
		order = gov_label_book_compare(VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label),
									   book->last_label.bytes, book->last_label.length);
	if (order < 0)
		elog(ERROR, "label rules are not in order");
	if (order == 0)
		return;
	needed = MAXALIGN(sizeof(GovLabelEntry) + (Size) book->key.length + VARSIZE_ANY_EXHDR(label));
	if (book->page != NULL && book->page->length + needed > book->size)
		gov_label_book_turn(book);
	if (book->page == NULL)
	{
		same = false;
		gov_label_book_begin_page(book, needed);
	}
	gov_label_book_write(book, same, label);
	gov_label_book_set_key(book, &book->last, ref, type);
	gov_label_book_set_key(book, &book->last_label, label, NULL);
}

/* Ends the last page. */
void
gov_label_book_end(GovLabelBook *book)
{
	if (book->page != NULL)
		gov_label_book_turn(book);
}

/* ---- reading ---- */

/* How the beginning of a page stands to the key of a look-up. */
static inline int
gov_label_book_order(const GovLabelBook *book, int number)
{
	const GovLabelPage *page = &book->pages[number];

	return gov_label_book_compare(page->first, page->first_length, book->key.bytes, book->key.length);
}

/* The first page that is not before the key of a look-up. */
static int
gov_label_book_search(const GovLabelBook *book)
{
	int			low = 0;
	int			high = book->npages;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (gov_label_book_order(book, middle) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The bytes of a page, read where they are not in memory. */
static const char *
gov_label_book_page(GovLabelBook *book, int number)
{
	const GovLabelPage *page = &book->pages[number];

	if (page->bytes != NULL)
		return page->bytes;
	if (book->loaded == number)
		return book->buffer;
	book->loaded = -1;
	gov_label_book_reserve(book, &book->buffer, &book->buffer_size, page->length);
	if (BufFileSeek(book->file, page->segment, page->offset, SEEK_SET) != 0 ||
		!gov_buffile_read(book->file, book->buffer, page->length))
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not read a temporary file of label rules")));
	book->loaded = number;
	return book->buffer;
}

/* Gives the labels of the key in a page; false when what follows is of later keys. */
static bool
gov_label_book_scan(GovLabelBook *book, int number,
					void (*take) (const char *label, uint32 length, void *state), void *state)
{
	const char *at = gov_label_book_page(book, number);
	const char *end = at + book->pages[number].length;
	int			order = -1;

	while (at < end)
	{
		const GovLabelEntry *entry = (const GovLabelEntry *) at;
		const char *key = at + sizeof(GovLabelEntry);

		if (entry->key_length > 0)
			order = gov_label_book_compare(key, entry->key_length, book->key.bytes, book->key.length);
		if (order > 0)
			return false;
		if (order == 0)
			take(key + entry->key_length, entry->label_length, state);
		at += MAXALIGN(sizeof(GovLabelEntry) + entry->key_length + entry->label_length);
	}
	return true;
}

/* Gives the labels of an object to "take", each once, in order. */
void
gov_label_book_find(GovLabelBook *book, const text *type, const text *ref,
					void (*take) (const char *label, uint32 length, void *state), void *state)
{
	gov_label_book_set_key(book, &book->key, ref, type);
	for (int page = Max(gov_label_book_search(book) - 1, 0); page < book->npages; page++)
	{
		gov_progress_tick();
		if (gov_label_book_order(book, page) > 0 || !gov_label_book_scan(book, page, take, state))
			break;
	}
}
