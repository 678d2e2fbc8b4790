/*
 * Time of pairs of cudaMallocAsync and cudaFreeAsync at a steady pace, as a program has that does
 * something else between them.
 *
 * usage: paced_pairs SECONDS [pairs a second] [frames] [bytes]
 * Between two pairs it waits on the processor. For each tenth of a second it prints when that began
 * (steady clock, seconds), how many pairs were in it, and the ns that one took:
 *     slot 1234.500 10000 301.2
 */
#include <chrono>
#include <vector>

#include "call_sites.hpp"
#include "runtime.hpp"
#include "timing.hpp"

namespace
{

using clock_type = std::chrono::steady_clock;
using nanoseconds_type = std::chrono::duration<double, std::nano>;

constexpr auto slot_length = std::chrono::milliseconds(100);

struct Slot {
	clock_type::time_point begun;
	long pairs;
	nanoseconds_type inside;
};

struct PacedPairs {
	std::size_t bytes;
	clock_type::duration length, period;
	std::vector<Slot> slots;

	static void pair(std::size_t bytes)
	{
		void *memory;

		check(cudaMallocAsync(&memory, bytes, nullptr), "allocate");
		check(cudaFreeAsync(memory, nullptr), "free");
	}

	void operator()()
	{
		const auto begun = clock_type::now();
		auto due = begun, now = begun;

		for (slots.push_back({begun, 0, {}}); now - begun < length; due += period) {
			while (now < due)
				now = clock_type::now();
			if (now - slots.back().begun >= slot_length)
				slots.push_back({now, 0, {}});
			const auto before = clock_type::now();

			pair(bytes);
			now = clock_type::now();
			slots.back().inside += now - before;
			slots.back().pairs++;
		}
	}
};

} /* namespace */

int main(int argc, char **argv)
{
	const long pace = argument(argc, argv, 2, 100000);
	PacedPairs work = {};

	work.length = std::chrono::seconds(argument(argc, argv, 1, 5));
	work.period = std::chrono::nanoseconds(1000000000 / (pace > 0 ? pace : 1));
	work.bytes = std::size_t(argument(argc, argv, 4, 4096));
	work.slots.reserve(std::size_t(work.length / slot_length) + 16);
	check(cudaFree(nullptr), "device");
	PacedPairs::pair(work.bytes); /* the pool is made */
	from_depth(argument(argc, argv, 3, 16), work);
	for (const Slot &slot : work.slots)
		if (slot.pairs)
			std::printf("slot %.3f %ld %.1f\n",
				    std::chrono::duration<double>(slot.begun.time_since_epoch())
					    .count(),
				    slot.pairs, slot.inside.count() / double(slot.pairs));
	return 0;
}
