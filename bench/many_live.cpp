/*
 * Leaves many allocations live: what a ledger costs in memory, and a big recording for the reader.
 *
 * usage: many_live [allocations] [levels]
 * The allocations are spread over 2^levels different stacks. Prints
 * "resident_bytes", how much the process grew while it made them.
 */
#include <cstdio>

#include <unistd.h>

#include "runtime.hpp"
#include "timing.hpp"

namespace
{

double resident_bytes()
{
	long pages = 0;
	std::FILE *file = std::fopen("/proc/self/statm", "r");

	if (!file || std::fscanf(file, "%*s %ld", &pages) != 1) {
		std::perror("bench: /proc/self/statm");
		std::exit(1);
	}
	std::fclose(file);
	return double(pages) * double(sysconf(_SC_PAGESIZE));
}

void allocate()
{
	void *memory;

	check(cudaMallocAsync(&memory, 256, nullptr), "allocate");
	asm volatile("" ::"r"(memory));
}

/* Each bit of `path` chooses left or right for one level of the stack. */
void down(long path, int levels);

[[gnu::noinline]] void left(long path, int levels)
{
	down(path >> 1, levels - 1);
	asm volatile("");
}

[[gnu::noinline]] void right(long path, int levels)
{
	down(path >> 1, levels - 1);
	asm volatile("" ::"i"(1));
}

void down(long path, int levels)
{
	if (levels == 0)
		allocate();
	else if (path & 1)
		right(path, levels);
	else
		left(path, levels);
}

} /* namespace */

int main(int argc, char **argv)
{
	long allocations = argument(argc, argv, 1, 1000000);
	int levels = int(argument(argc, argv, 2, 0));
	double before;

	check(cudaFree(nullptr), "device");
	allocate();
	before = resident_bytes();
	for (long i = 0; i < allocations; i++)
		down(i, levels);
	check(cudaStreamSynchronize(nullptr), "synchronize");
	result("resident_bytes", resident_bytes() - before);
	std::fflush(stdout);
	/* Exit as a killed process would: nothing is freed, no destructor runs. */
	_exit(0);
}
