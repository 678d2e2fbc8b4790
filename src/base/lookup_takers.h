/*
 * Libraries of others that are known by their names, since what they do leaves no other trace, or
 * must not be disturbed.
 */
#ifndef VT_BASE_LOOKUP_TAKERS_H
#define VT_BASE_LOOKUP_TAKERS_H

/*
 * Tools that answer the driver's look-ups themselves: behind them wrappers see few look-ups, and
 * the audit object sees all.
 *
 * VT_LOOKUP_TAKER(name, library that it puts into the process, words of a command line that start
 * it, environment variables that it sets). Seen with Nsight Compute 2025.3 (CUDA 13.0): of 440
 * look-ups a preloaded library saw 4. Nsight Systems, compute-sanitizer and cuda-gdb are none of
 * them.
 */
#define VT_LOOKUP_TAKERS(VT_LOOKUP_TAKER)                                                          \
	VT_LOOKUP_TAKER(                                                                           \
		"Nsight Compute", "libcuda-injection.so", VT_WORDS("ncu", "nv-nsight-cu-cli"),     \
		VT_WORDS("NV_NSIGHT_INJECTION_PORT_BASE", "NV_COMPUTE_PROFILER_PERFWORKS_DIR"))
#define VT_WORDS(...)                                                                              \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

/*
 * Libraries, by the beginning of their names, that refuse a function which is not the driver's
 * own: NVIDIA's cuinterpose lets the call that asked fail. What such a library wraps itself, it
 * is given unwrapped; its wrappers go on to the next in line, by RTLD_NEXT, which is the shim's.
 */
#define VT_IDENTITY_CHECKERS(VT_IDENTITY_CHECKER) VT_IDENTITY_CHECKER("libcuinterpose")

#endif
