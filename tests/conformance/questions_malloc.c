/* Questions about cudaMalloc: blocks of 2 MiB, rounding, reuse, and what is refused. */
#include <stdint.h>
#include <stdio.h>

#include "question.h"

static void *allocate(size_t size)
{
	void *address = NULL;

	MUST(cudaMalloc(&address, size));
	return address;
}

static void first_byte(void)
{
	mark();
	allocate(1);
	answer_bytes("taken", taken());
}

static void second_byte(void)
{
	char *one, *other;

	mark();
	one = allocate(1);
	other = allocate(1);
	answer_bytes("taken", taken());
	answer_bytes("step of the address", other - one);
}

/* After which of 10000 allocations the free bytes fall: the first few. */
static void many_bytes(void)
{
	long long before = 0;
	char falls[64] = "";
	size_t length = 0;

	mark();
	for (int i = 1; i <= 10000; i++) {
		allocate(1);
		if (taken() == before)
			continue;
		before = taken();
		if (length < sizeof(falls) / 2)
			length += (size_t)snprintf(falls + length, sizeof(falls) - length, " %d",
						   i);
	}
	answer("falls at", "%s", falls + 1);
	answer_bytes("taken", before);
}

const struct question malloc_questions[] = {
	{"D001", first_byte},
	{"D002", second_byte},
	{"D003", many_bytes},
	{NULL, NULL},
};
