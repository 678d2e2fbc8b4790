/* The options of the simulated device, read once from the environment. */
#ifndef VT_SIMULATE_DRIVER_OPTIONS_H
#define VT_SIMULATE_DRIVER_OPTIONS_H

#include <stdbool.h>

#include "simulate/common/options_table.h"

#define VT_OPTION_BYTES(key, most) unsigned long long key;
#define VT_OPTION_COUNT(key, most) unsigned long long key;
#define VT_OPTION_CHOICE(key, most) unsigned long long key;
#define VT_OPTION_PATH(key, most) char key[(most) + 1];
#define VT_OPTION_FIELD(key, type, initial, least, most, shown, what) VT_OPTION_##type(key, most)
struct vt__simulate_options {
	VT_SIMULATE_OPTIONS(VT_OPTION_FIELD)
};
#undef VT_OPTION_FIELD
#undef VT_OPTION_BYTES
#undef VT_OPTION_COUNT
#undef VT_OPTION_CHOICE
#undef VT_OPTION_PATH

/* Values of the option model, in the order in which its words are shown. */
enum vt__simulate_model {
	VT_MODEL_PLAIN,
	VT_MODEL_H200,
};

/* Of the option fabric. */
enum vt__simulate_fabric {
	VT_FABRIC_NONE,
	VT_FABRIC_CLOSED,
	VT_FABRIC_OPEN,
};

/*
 * Defaults, then the text (NULL is none) "key=value:key=value". What is wrong in it is said
 * on standard error in one line each and left at its default. Returns whether all was right:
 * a device without the fault that was asked for would let a test pass that tests nothing.
 */
bool vt__read_simulate_options(const char *text, struct vt__simulate_options *options);

/* Bytes of each device that the other process has taken: no more than there are. */
unsigned long long vt__other_memory(const struct vt__simulate_options *options);

#endif
