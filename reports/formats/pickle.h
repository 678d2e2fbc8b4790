/*
 * Python's pickle, protocol 4, as it is written: only what any reader of it takes, which are
 * dictionaries, lists, tuples of two, texts, whole numbers, truths, and things said before.
 */
#ifndef VT_REPORTS_PICKLE_H
#define VT_REPORTS_PICKLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define VT__PICKLE_KEYS 48u

struct vt__pickle {
	FILE *out;
	uint32_t memo; /* things that are remembered */
	const char *keys[VT__PICKLE_KEYS];
	uint32_t key_count;
	uint32_t key_memo[VT__PICKLE_KEYS];
	bool failed; /* out of memory */
};

/* A list in the making: readers take no more than so many items at once. */
struct vt__pickle_list {
	unsigned count;
};

void vt__pickle_begin(struct vt__pickle *pickle, FILE *out);
void vt__pickle_end(struct vt__pickle *pickle);

void vt__pickle_number(struct vt__pickle *pickle, uint64_t number); /* beyond 2^63-1: cut to that */
void vt__pickle_truth(struct vt__pickle *pickle, bool truth);
void vt__pickle_text(struct vt__pickle *pickle, const char *text); /* NULL: None; made clean */
void vt__pickle_pair(struct vt__pickle *pickle, uint64_t first, uint64_t second);

/* A dictionary: keys, which are literals, and values in turn; then its end. */
void vt__pickle_dict(struct vt__pickle *pickle);
void vt__pickle_key(struct vt__pickle *pickle, const char *key);
void vt__pickle_dict_end(struct vt__pickle *pickle);
void vt__pickle_key_number(struct vt__pickle *pickle, const char *key, uint64_t number);
void vt__pickle_key_text(struct vt__pickle *pickle, const char *key, const char *text);

/* A list: an item and vt__pickle_item() in turn; then its end. */
void vt__pickle_list(struct vt__pickle *pickle, struct vt__pickle_list *list);
void vt__pickle_item(struct vt__pickle *pickle, struct vt__pickle_list *list);
void vt__pickle_list_end(struct vt__pickle *pickle);

/* Remembers what was written last; its number for vt__pickle_again(). */
uint32_t vt__pickle_remember(struct vt__pickle *pickle);
void vt__pickle_again(struct vt__pickle *pickle, uint32_t number);

#endif
