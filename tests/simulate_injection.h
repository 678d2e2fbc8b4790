/* The counters of the injected tool of the tests. */
#ifndef VT_TESTS_SIMULATE_INJECTION_H
#define VT_TESTS_SIMULATE_INJECTION_H

#include <stdbool.h>

/* The library exports one, named injection_counts. */
struct injection_counts {
	int calls; /* of InitializeInjection */
	int init_result;
	int allocations; /* and other enabled calls that returned */
	bool subscribed;
};

extern struct injection_counts injection_counts;

#endif
