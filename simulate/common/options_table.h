/*
 * The keys of VRAMTRACK_SIMULATE, which shape the simulated device: parser, messages and
 * the manual come from this table.
 *
 * VT_SIMULATE_OPTION(key, type, default, least, most, shown as, what it does)
 *   type      BYTES (a number with an optional K, M, G or T), COUNT, CHOICE (one of the words
 *             that are shown, kept as its place among them), or PATH, which has from `least` to
 *             `most` bytes and no colon
 *   default   text as a user would write it
 */
#ifndef VT_SIMULATE_OPTIONS_TABLE_H
#define VT_SIMULATE_OPTIONS_TABLE_H

#define VT_SIMULATE_VARIABLE "VRAMTRACK_SIMULATE"

#define VT_SIMULATE_OPTIONS(VT_SIMULATE_OPTION)                                                    \
	VT_SIMULATE_OPTION(memory, BYTES, "8G", 2097152, 1125899906842624, "SIZE",                 \
			   "device memory of each device")                                         \
	VT_SIMULATE_OPTION(devices, COUNT, "1", 1, 16, "N", "number of devices")                   \
	VT_SIMULATE_OPTION(fail_allocation, COUNT, "0", 0, 4294967295, "N",                        \
			   "the Nth allocation call is refused as out of memory (0: none)")        \
	VT_SIMULATE_OPTION(fault_at, COUNT, "0", 0, 4294967295, "N",                               \
			   "the Nth kernel faults: calls that need its context are refused with "  \
			   "700 until a reset, and with 46 after it (0: none)")                    \
	VT_SIMULATE_OPTION(fault_with, COUNT, "700", 1, 999, "ERROR",                              \
			   "the error that they are refused with in place of 700")                 \
	VT_SIMULATE_OPTION(reset_at, COUNT, "0", 0, 4294967295, "N",                               \
			   "after the Nth allocation another thread resets the primary context "   \
			   "(0: never)")                                                           \
	VT_SIMULATE_OPTION(other_memory, BYTES, "0", 0, 1125899906842624, "SIZE",                  \
			   "memory of each device that another process has taken")                 \
	VT_SIMULATE_OPTION(other_grows, BYTES, "0", 0, 1125899906842624, "SIZE",                   \
			   "what it takes more after each question of cuMemGetInfo")               \
	VT_SIMULATE_OPTION(other_process, COUNT, "1", 1, 4294967295, "PID",                        \
			   "process id under which NVML lists it")                                 \
	VT_SIMULATE_OPTION(driver_limit, BYTES, "0", 0, 1125899906842624, "SIZE",                  \
			   "limit that the driver keeps of each device for the cgroup of this "    \
			   "process, as from CUDA 13.4 on (0: none)")                              \
	VT_SIMULATE_OPTION(driver_keeps, BYTES, "0", 0, 1125899906842624, "SIZE",                  \
			   "what a context takes more at each kernel launch, and gives back with " \
			   "its end alone")                                                        \
	VT_SIMULATE_OPTION(fabric, CHOICE, "none", 0, 2, "none|closed|open",                       \
			   "memory is shared by handles of a fabric: the device has none, this "   \
			   "user has no channel of it, or with all processes of this machine")     \
	VT_SIMULATE_OPTION(mig, COUNT, "0", 0, 1, "0|1",                                           \
			   "each device is a MIG instance: its name says so, and NVML does not "   \
			   "know its UUID")                                                        \
	VT_SIMULATE_OPTION(overheads, COUNT, "0", 0, 1, "0|1",                                     \
			   "contexts hold 524 MiB of device memory, green contexts 4 MiB, and "    \
			   "modules and libraries 2 MiB for their code")                           \
	VT_SIMULATE_OPTION(model, CHOICE, "plain", 0, 1, "plain|h200",                             \
			   "h200: the device charges what an H200 was measured to charge for "     \
			   "what no allocation names: contexts, local memory, device heap, "       \
			   "printf, streams, executable graphs, variables")                        \
	VT_SIMULATE_OPTION(calls, PATH, "", 1, 1023, "FILE",                                       \
			   "a file of zeroes, where each process counts its calls that make or "   \
			   "end something: a row of 16 numbers of 64 bits (process id, "           \
			   "allocations, frees, objects made, objects ended, calls that may end "  \
			   "others, refused calls, shared memory that came and that went by the "  \
			   "last reference to it, zeroes)")

#endif
