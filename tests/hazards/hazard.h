/*
 * What every hazard program shares: a table of named cases, and checks that
 * end the program with one line saying which call failed.
 *
 * A program is run as `program CASE [argument...]`. Exit code 99 says that a
 * check failed, 98 that there is no such case; other codes are the case's own.
 */
#ifndef VT_TESTS_HAZARD_H
#define VT_TESTS_HAZARD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIB ((size_t)1024)
#define MIB (1024 * KIB)

/* Keeps a function a frame of its own in every stack. */
#define FRAME __attribute__((noinline, noclone))

struct hazard_case {
	const char *name;
	int (*run)(char **arguments); /* after the case's name, NULL-terminated */
};

#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "hazard: %s:%d: %s\n", __FILE__, __LINE__, #condition);    \
			_Exit(99);                                                                 \
		}                                                                                  \
	} while (0)

/* Both CUDA APIs: 0 is success. */
#define CALL(call)                                                                                 \
	do {                                                                                       \
		int hazard_result = (int)(call);                                                   \
		if (hazard_result != 0) {                                                          \
			fprintf(stderr, "hazard: %s:%d: %s gave %d\n", __FILE__, __LINE__, #call,  \
				hazard_result);                                                    \
			_Exit(99);                                                                 \
		}                                                                                  \
	} while (0)

/* A free after main has returned: the driver may be shut down by then (4, in both APIs). */
#define LATE_FREE(call)                                                                            \
	do {                                                                                       \
		int hazard_result = (int)(call);                                                   \
		if (hazard_result != 0 && hazard_result != 4) {                                    \
			fprintf(stderr, "hazard: %s:%d: %s gave %d\n", __FILE__, __LINE__, #call,  \
				hazard_result);                                                    \
			_Exit(99);                                                                 \
		}                                                                                  \
	} while (0)

static inline int hazard_main(const struct hazard_case *cases, size_t count, int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < count; i++)
		if (strcmp(cases[i].name, argv[1]) == 0)
			return cases[i].run(argv + 2);
	fprintf(stderr, "hazard: %s: no case %s; there are:", argv[0],
		argc > 1 ? argv[1] : "named");
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, " %s", cases[i].name);
	fputc('\n', stderr);
	return 98;
}

#define HAZARD_MAIN(cases)                                                                         \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		return hazard_main(cases, sizeof(cases) / sizeof((cases)[0]), argc, argv);         \
	}

#endif
