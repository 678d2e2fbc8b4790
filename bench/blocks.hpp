/*
 * How a benchmark program is asked: it says "ready" when it is warm, then reads numbers, a line
 * each, and for each measures so many blocks and prints a line for each of them.
 */
#ifndef VT_BENCH_BLOCKS_HPP
#define VT_BENCH_BLOCKS_HPP

#include <cstdio>

template <typename Block>
void serve(Block print_block)
{
	long count;

	std::puts("ready");
	std::fflush(stdout);
	while (std::scanf("%ld", &count) == 1) {
		while (count-- > 0)
			print_block();
		std::fflush(stdout);
	}
}

#endif
