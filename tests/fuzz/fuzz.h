/*
 * What the fuzz targets share: inputs as files and texts, and what is expected of documents.
 *
 * A target is a file fuzz_NAME.c with LLVMFuzzerTestOneInput(), a row in tests/fuzz_tests.inc
 * and, if it starts from texts, a folder corpus/NAME (make_corpus). Its first comment ends with
 * "Fuzzed with:" and the options of libFuzzer that scripts/fuzz gives it (-runs: in --all). What
 * is wrong ends the process with abort().
 */
#ifndef VT_TESTS_FUZZ_FUZZ_H
#define VT_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* libFuzzer's own names. Where clang is not, fuzz_alone.c stands in for it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

/* Rounds without libFuzzer, where more cost little. A target may have it. */
extern const unsigned long fuzz_rounds;

/* Whether the rounds without libFuzzer reached what they are there for. A target may have it. */
bool fuzz_reached(unsigned long rounds);

/* Numbers that depend on the seed alone. */
void fuzz_random_seed(uint64_t seed);
uint32_t fuzz_random(void);

/* A number that is the same for the same input, to choose what is done with it. */
uint32_t fuzz_choice(const uint8_t *data, size_t size);

/* Puts the bytes into a file in memory, number 0 or 1, in place of what was in it; its path. */
const char *fuzz_file(unsigned number, const void *bytes, size_t size);

/* A copy with a NUL behind it, as long as it is, so that sanitizers see its end. */
char *fuzz_text(const uint8_t *data, size_t size);

/* Says more about what is wrong, before fuzz_fail(). */
void fuzz_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says what is wrong, with the text, and aborts. */
_Noreturn void fuzz_fail(const char *what, const char *text, size_t bytes);

/* ---- Documents (fuzz_document.c) ---- */

enum fuzz_form {
	FUZZ_TEXT,   /* UTF-8 without control bytes */
	FUZZ_COLOUR, /* the same, but for escapes that set colours and links */
	FUZZ_JSON,   /* as jansson has it */
	FUZZ_PAGE,   /* a page, whose document is JSON without a byte of markup */
	FUZZ_XML     /* as Mini-XML has it, and only characters of XML */
};

/* A document is written into what begins here and looked at where it ends, and freed. */
struct fuzz_document {
	FILE *out;
	char *text;
	size_t bytes;
};
void fuzz_document_begin(struct fuzz_document *document);
void fuzz_document_close(struct fuzz_document *document); /* text and bytes are valid then */
void fuzz_document_end(struct fuzz_document *document, const char *what, enum fuzz_form form);

#endif
