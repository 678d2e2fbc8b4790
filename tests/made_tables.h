/*
 * Call frame information of one function, made byte by byte, with its sorted table.
 */
#ifndef VT_TESTS_MADE_TABLES_H
#define VT_TESTS_MADE_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "unwind/unwind_object.h"

#define MADE_CODE_BYTES 64
#define MADE_MOST 512

struct made_tables {
	uint8_t bytes[MADE_MOST];
	size_t size;        /* of them: up to where the tables reach */
	size_t personality; /* where its pointer is */
	size_t code;
};

/* The parts that tests make odd: the augmentation's letters, the encodings of the personality
 * routine and of the language-specific data, the function's instructions. */
struct made_entry {
	const char *letters; /* after 'z', of P, L, R and S */
	uint8_t personality;
	uint8_t specific;
	bool without_cfa;
	const uint8_t *program;
	size_t program_bytes;
};

void made_tables(struct made_tables *out, const struct made_entry *entry);

/* The object that the bytes at `bytes` are the one segment of. */
struct vt__object made_tables_object(const uint8_t *bytes, size_t size);

#endif
