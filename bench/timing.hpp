/* Timing and arguments, shared by the benchmark programs. */
#ifndef VT_BENCH_TIMING_HPP
#define VT_BENCH_TIMING_HPP

#include <chrono>
#include <cstdio>
#include <cstdlib>

/* Nanoseconds that `work` takes. */
template <typename Work>
double nanoseconds(Work work)
{
	auto start = std::chrono::steady_clock::now();
	work();
	return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start)
		.count();
}

inline long argument(int argc, char **argv, int index, long otherwise)
{
	return index < argc ? std::strtol(argv[index], nullptr, 10) : otherwise;
}

/* The form that bench/run reads: a name and a number. */
inline void result(const char *name, double value)
{
	std::printf("%s %.3f\n", name, value);
}

#endif
