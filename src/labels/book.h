/*
 * labels/book.h: the labels of many objects, in order of the objects, in
 * work_mem and then in a temporary file.
 */
#ifndef GOV_LABELS_BOOK_H
#define GOV_LABELS_BOOK_H

typedef struct GovLabelBook GovLabelBook;

/* An empty book, which goes with its context. */
extern GovLabelBook *gov_label_book_begin(MemoryContext parent);

/*
 * Adds that an object has a label.  They come in order of (object_ref,
 * object_type, label), each compared by its bytes; gov_label_book_end follows
 * the last.
 */
extern void gov_label_book_add(GovLabelBook *book, const text *type, const text *ref, const text *label);
extern void gov_label_book_end(GovLabelBook *book);

/* Gives the labels of an object to "take", each once, in order. */
extern void gov_label_book_find(GovLabelBook *book, const text *type, const text *ref,
								void (*take) (const char *label, uint32 length, void *state), void *state);

/* Is it all there?  Its file ends with the transaction. */
extern bool gov_label_book_is_whole(const GovLabelBook *book);

#endif							/* GOV_LABELS_BOOK_H */
