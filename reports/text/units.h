/*
 * Numbers as people read them: bytes, durations, percentages.
 */
#ifndef VT_REPORTS_UNITS_H
#define VT_REPORTS_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VT__UNIT_BYTES 32

/* "512 B", "4097 B", "4.0 KiB", "63.9 MiB": exact below 10 KiB, then one decimal.
 * Returns `text`, as all of these do. */
const char *vt__bytes(uint64_t bytes, char text[VT__UNIT_BYTES]);

/* Whether vt__bytes() gives every number of bytes exactly, as "67108864 B". Of the whole process:
 * a report is read in one way. */
void vt__bytes_exactly(bool is_wanted);

/* "1.0 MiB", and "0.4 B" for less than one. */
const char *vt__growth_rate(double bytes, char text[VT__UNIT_BYTES]);

/* "850 us", "12.3 ms", "4.2 s", "3 min 20 s", "2 h 05 min". */
const char *vt__duration(uint64_t ns, char text[VT__UNIT_BYTES]);

/* "31 %", "<1 %"; "-" if the whole is 0. */
const char *vt__percent(uint64_t part, uint64_t whole, char text[VT__UNIT_BYTES]);

/* Behind a number: "s", or "es", where it is not one. */
const char *vt__plural(uint64_t count);
const char *vt__plural_es(uint64_t count);

/* The same in words of a table, where "(s)" stands for it: "stack(s) not kept". */
#define VT__WORDS_BYTES 160
const char *vt__words_for(uint64_t count, const char *words, char text[VT__WORDS_BYTES]);

/* "512", "64K", "8M", "2G", "1T" as bytes, and a plain number, of exactly `length`
 * bytes. False if it is none. */
bool vt__parse_bytes(const char *text, size_t length, uint64_t *out);
bool vt__parse_count(const char *text, size_t length, uint64_t *out);

#endif
