/* Options that every command has which runs a program. */
#ifndef VT_CLI_RUN_OPTIONS_H
#define VT_CLI_RUN_OPTIONS_H

#include <stddef.h>

#include "cli/run.h"
#include "cli/run_program.h"
#include "cli/sources.h"

/* Rows of a struct vt__option table; `base` is where the struct vt__run_settings
 * stands in the command's settings. */
#define VT__RUN_OPTION_OUTPUT(base)                                                                \
	{                                                                                          \
		.name = "output", .letter = 'o', .type = VT__OPTION_TEXT, .shown = "FOLDER",       \
		.help = "where recordings are written (default: the current folder); "             \
			"made if it is missing",                                                   \
		.for_programs = true, .offset = (base) + offsetof(struct vt__run_settings, output) \
	}

#define VT__RUN_OPTION_ROWS(base)                                                                  \
	{.name = "simulate",                                                                       \
	 .type = VT__OPTION_OPTIONAL_TEXT,                                                         \
	 .shown = "KEY=VALUE:...",                                                                 \
	 .help = "run on the simulated device, for machines without a GPU; the keys are below",    \
	 .for_programs = true,                                                                     \
	 .offset = (base) + offsetof(struct vt__run_settings, simulate)},                          \
		{.name = "source",                                                                 \
		 .type = VT__OPTION_CHOICE,                                                        \
		 .choices = vt__source_choices,                                                    \
		 .help = "what tells the recorder of calls: 'preload', wrappers by LD_PRELOAD "    \
			 "(default), or 'cupti', NVIDIA's callbacks, for programs that a "         \
			 "preloaded library cannot reach; no other CUPTI tool works at the same "  \
			 "time",                                                                   \
		 .for_programs = true,                                                             \
		 .not_with = "verify",                                                             \
		 .offset = (base) + offsetof(struct vt__run_settings, source)},                    \
		{.name = "route",                                                                  \
		 .type = VT__OPTION_CHOICE,                                                        \
		 .choices = vt__route_choices,                                                     \
		 .help = "how calls are led to the wrappers: 'preload', by LD_PRELOAD (default), " \
			 "or 'audit', by LD_AUDIT too, for libraries opened with RTLD_DEEPBIND "   \
			 "or dlmopen, programs with a dlsym of their own, and limiters in front; " \
			 "under Nsight Compute (ncu) 'audit' is the default",                      \
		 .for_programs = true,                                                             \
		 .offset = (base) + offsetof(struct vt__run_settings, route)},                     \
		{.name = "timeline",                                                               \
		 .type = VT__OPTION_CHOICE,                                                        \
		 .choices = vt__timeline_choices,                                                  \
		 .help = "'history': what each device and its largest call sites held when, in a " \
			 "bounded number of points (default), or 'events': each allocation and "   \
			 "free too, the last of them (option events=BYTES)",                       \
		 .for_programs = true,                                                             \
		 .offset = (base) + offsetof(struct vt__run_settings, timeline)},                  \
		{.name = "no-caching",                                                             \
		 .type = VT__OPTION_SWITCH,                                                        \
		 .help = "switch the caches of frameworks off by the environment variables that "  \
			 "they understand (PyTorch, JAX, TensorFlow, numba), so that single "      \
			 "tensors are seen; says what it sets, and keeps what you set yourself",   \
		 .for_programs = true,                                                             \
		 .offset = (base) + offsetof(struct vt__run_settings, no_caching)},                \
	{                                                                                          \
		.name = "option", .type = VT__OPTION_LIST, .shown = "KEY=VALUE",                   \
		.help = "set a key of VRAMTRACK_OPTIONS for the shim; may be given many times",    \
		.for_programs = true,                                                              \
		.offset = (base) + offsetof(struct vt__run_settings, options)                      \
	}

#endif
