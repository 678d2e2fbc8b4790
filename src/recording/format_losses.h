/*
 * The part of the recording's format about what could not be kept or seen: a count for each
 * reason.
 */
#ifndef VT_LEDGER_FORMAT_LOSSES_H
#define VT_LEDGER_FORMAT_LOSSES_H

/* VT_LOSS(identifier, name in JSON, what a report says after the count) */
#define VT_LOSSES(VT_LOSS)                                                                              \
	VT_LOSS(ALLOCATIONS, "allocations",                                                             \
		"allocation(s) not kept: the recording could not grow")                                 \
	VT_LOSS(STACKS, "stacks", "stack(s) not kept: the recording could not grow")                    \
	VT_LOSS(FINDINGS, "findings", "finding(s) not kept: the recording could not grow")              \
	VT_LOSS(MODULES, "modules", "module(s) not kept: some frames have no name")                     \
	VT_LOSS(DEVICES, "devices", "allocation(s) on devices beyond the first 64 not kept")            \
	VT_LOSS(STRINGS, "strings", "name(s) not kept: the recording could not grow")                   \
	VT_LOSS(GRAPH_NODES, "graph_allocations", "allocation(s) made by graphs: not followed")         \
	VT_LOSS(TRUNCATED, "truncated_stacks", "stack(s) cut short: deeper than the frame limit")       \
	VT_LOSS(MAPPINGS, "mappings", "address mapping(s) not kept: out of memory")                     \
	VT_LOSS(LABELS, "labels", "allocation(s) without a label: too many different ones")             \
	VT_LOSS(HOLDERS, "holders", "holder(s) of memory at a refusal not kept")                        \
	VT_LOSS(ACCOUNTS, "accounts", "account(s) of a device not kept")                                \
	VT_LOSS(CALLS, "calls", "call(s) not followed: too many under way at once")                     \
	VT_LOSS(PASSAGES, "passages",                                                                   \
		"way(s) to the driver not kept: the recording could not grow")                          \
	VT_LOSS(MARKS, "marks", "marks, or histories between marks, not kept")                          \
	VT_LOSS(JUMPS, "jumps",                                                                         \
		"call(s) of the driver that did not return: left by a jump, or by the end of the "      \
		"thread or the process")                                                                \
	VT_LOSS(NESTED, "nested_calls",                                                                 \
		"call(s) in a signal handler not recorded: the recorder was at work, or it could "      \
		"not be told where the thread was")                                                     \
	VT_LOSS(TAKEN_AWAY, "recording_taken_away",                                                     \
		"recording(s) shortened or written over while the program ran, or whose disk "          \
		"failed: what followed is not in them")                                                 \
	VT_LOSS(LIMIT, "recording_limit",                                                               \
		"call(s) whose stack was cut short, or put under \"other call sites\": the recording "  \
		"came to its limit (option recording)")                                                 \
	VT_LOSS(RECORDER_LEFT, "recorder_left",                                                         \
		"call(s) not recorded: a signal handler, or the end of a thread, left the "             \
		"recorder in the middle or held it up")                                                 \
	VT_LOSS(FREES, "frees", "free(s) of memory whose allocation is in no record")                   \
	VT_LOSS(PYTHON_UNKNOWN, "python_unknown",                                                       \
		"Python interpreter(s) of a version or build that is not known: stacks show its "       \
		"C functions")                                                                          \
	VT_LOSS(PYTHON_FRAMES, "python_frames",                                                         \
		"stack(s) without their Python frames: taken in a signal handler, while the "           \
		"interpreter ended, or past what is no frame")                                          \
	VT_LOSS(TIMELINE, "timeline",                                                                   \
		"part(s) of the timeline not kept: the recording could not grow, or came to its "       \
		"limit (option recording)")                                                             \
	VT_LOSS(KEPT, "kept",                                                                           \
		"call site(s) of which it is not known what they held when the interpreter began "      \
		"to end: the recording could not grow")                                                 \
	VT_LOSS(BLOCKS, "blocks",                                                                       \
		"cache(s) whose blocks do not add up to what the cache itself says: some were not "     \
		"seen")                                                                                 \
	VT_LOSS(REPORTS, "reports",                                                                     \
		"report(s) of PyTorch's allocator not passed on to its profiler: libc10 was not found") \
	VT_LOSS(SHARING, "sharing",                                                                     \
		"handle(s) of shared memory not kept: who shares it with whom is not known")            \
	VT_LOSS(GRAPH_USES, "graph_uses",                                                               \
		"executable graph(s) of which it is not known what memory they use: a free of it "      \
		"is not told")                                                                          \
	VT_LOSS(LIBRARY_HANDLES, "library_handles",                                                     \
		"use(s) of CUDA's libraries not followed, so that handles are not counted: more "       \
		"releases of one library at once than are told apart")

enum vt_loss {
#define VT_LOSS(id, json, words) VT_LOSS_##id,
	VT_LOSSES(VT_LOSS)
#undef VT_LOSS
	VT_LOSS_COUNT
};
#define VT_FORMAT_LOSSES_MAX 32

#endif
