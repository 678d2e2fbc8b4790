/*
 * JSON reports about composed recordings, read back.
 */
#ifndef VT_TESTS_REPORT_JSON_H
#define VT_TESTS_REPORT_JSON_H

#include <jansson.h>

#include "tests/report_sample.h"

/* Writes the recording, frees it and reads the report; the caller releases it. */
json_t *report_json(struct made *made);

/* Loans: the only process, a row of one of its arrays (which must be there). */
json_t *report_process(json_t *root);
json_t *report_row(json_t *root, const char *array, size_t number);

/* Compares with what json_pack makes, and frees that. */
void assert_equals(json_t *seen, json_t *wanted);

/* Compares members of an object with those of another, which is freed. */
void assert_members(json_t *object, json_t *wanted);

#endif
