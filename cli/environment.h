/* The environment that a tracked program starts with. */
#ifndef VT_CLI_ENVIRONMENT_H
#define VT_CLI_ENVIRONMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/options.h"

/* Names a library that the driver loads at cuInit(). It has one place. */
#define VT__INJECTION_VARIABLE "CUDA_INJECTION64_PATH"

/* The same of NVTX, at its first call. */
#define VT__NVTX_VARIABLE "NVTX_INJECTION64_PATH"

/* What `vramtrack run` tells the shim and the simulated device. */
struct vt__tracking {
	const char *shim_path;  /* NULL: the program runs without the shim */
	const char *cupti_path; /* NULL: without the CUPTI source */
	const char *audit_path; /* NULL: without the audit object */
	const char *nvtx_path;  /* NULL: NVTX marks are not asked for */
	const char *folder;     /* absolute; where recordings go */
	uint64_t run_id;
	const char *run_page;           /* value of its variable; NULL: there is no page */
	const struct vt__list *options; /* "key=value" for the shim */
	const char *timeline;           /* the key of that name; NULL: as in the options */
	bool no_caching;                /* caches of frameworks are switched off */
	const char *simulate_folder;    /* NULL: no simulated device */
	const char *simulate_options;   /* "" keeps those of the user's environment */
};

/*
 * Makes a copy of this process's environment with what tracking needs put
 * before or after the user's own settings. Returns 0 or -ENOMEM. Free it
 * with vt__environment_free().
 */
int vt__environment_make(const struct vt__tracking *tracking, char ***environment_out);
void vt__environment_free(char **environment);

#endif
