/*
 * What a recorded call costs, in one process: blocks of calls through the shim and past it (the
 * driver's own addresses), in random order, on the same stream and pool.
 *
 *   paired pool    [FRAMES [SITES [THREADS [BYTES]]]]   cuMemAllocAsync and cuMemFreeAsync
 *   paired held    [FRAMES]    cuMemAlloc and cuMemFree, many held between
 *   paired handoff [FRAMES]    pool pairs whose free is another thread's
 *   paired decode              a token: 75 small pool pairs of as many sites, each with a memset
 *   paired host    [FRAMES]    malloc and free, for what tracks those (with `alone`)
 *
 * with LD_PRELOAD=…/libvramtrack_preload.so. Asked as blocks.hpp says, it prints for each pair of
 * blocks the nanoseconds of a unit past the shim and through it. `alone` before the case: as the
 * program calls, with the shim or without, and one number a block.
 */
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>

#include "blocks.hpp"
#include "call_sites.hpp"
#include "paired.hpp"
#include "timing.hpp"

namespace
{

constexpr double least_block_ns = 300e3;
constexpr long most_units = 4096, held_units = 2048, handoff_units = 256;
constexpr long inner_sites = 64, outer_sites = 64, decode_sites = 75;

/* Nanoseconds of a unit, of `units` units. */
using Block = std::function<double(const Calls &, long)>;

std::size_t bytes = std::size_t(1) << 20;
CUcontext context;
void *driver;

template <typename Function>
Function *driver_function(const char *name)
{
	Function *function;

	look_up(function, dlsym, driver, name);
	return function;
}

void use_context()
{
	static auto *set = driver_function<CUresult(CUcontext)>("cuCtxSetCurrent");

	check(set(context), "context");
}

CUstream make_stream()
{
	static auto *create = driver_function<CUresult(CUstream *, unsigned)>("cuStreamCreate");
	CUstream stream;

	check(create(&stream, CU_STREAM_NON_BLOCKING), "stream");
	return stream;
}

void drain(CUstream stream)
{
	static auto *synchronize = driver_function<CUresult(CUstream)>("cuStreamSynchronize");

	check(synchronize(stream), "synchronize");
}

void start_device()
{
	std::uint64_t threshold = UINT64_MAX;
	CUmemoryPool pool;
	CUdevice device;

	driver = open_driver();
	check(driver_function<CUresult(unsigned)>("cuInit")(0), "cuInit");
	check(driver_function<CUresult(CUdevice *, int)>("cuDeviceGet")(&device, 0), "device");
	check(driver_function<CUresult(CUcontext *, CUdevice)>("cuDevicePrimaryCtxRetain")(&context,
											   device),
	      "context");
	use_context();
	check(driver_function<CUresult(CUmemoryPool *, CUdevice)>("cuDeviceGetDefaultMemPool")(
		      &pool, device),
	      "pool");
	check(driver_function<CUresult(CUmemoryPool, CUmemPool_attribute, void *)>(
		      "cuMemPoolSetAttribute")(pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &threshold),
	      "pool");
}

void pool_pair(const Calls &calls, CUstream stream)
{
	CUdeviceptr memory;

	check(calls.allocate_async(&memory, bytes, stream), "allocate");
	check(calls.free_async(memory, stream), "free");
}

/* Calls `work` from site `number` of 4096, two frames further down. */
template <typename Work>
void from_site(long number, Work &work)
{
	auto inner = [&] { sites<Work, inner_sites>[std::size_t(number % inner_sites)](work); };

	sites<decltype(inner), outer_sites>[std::size_t(number / inner_sites % outer_sites)](inner);
}

double time_pool_pairs(const Calls &calls, CUstream stream, long frames, long site_count,
		       long units)
{
	double elapsed = 0;
	auto pair = [&] { pool_pair(calls, stream); };
	auto loop = [&] {
		elapsed = nanoseconds([&] {
			for (long i = 0; i < units; i++)
				from_site(i % site_count, pair);
		});
	};

	from_depth(frames, loop);
	drain(stream);
	return elapsed / double(units);
}

Block pool_block(long frames, long site_count)
{
	CUstream stream = make_stream();

	return [=](const Calls &calls, long units) {
		return time_pool_pairs(calls, stream, frames, site_count, units);
	};
}

Block threads_block(long frames, long site_count, long threads)
{
	auto team = std::make_shared<Team>(threads, use_context);
	std::vector<CUstream> streams;

	for (long i = 0; i < threads; i++)
		streams.push_back(make_stream());
	return [=](const Calls &calls, long units) {
		std::vector<double> times(std::size_t(threads), 0);
		double sum = 0;

		team->together([&](long i) {
			times[std::size_t(i)] = time_pool_pairs(calls, streams[std::size_t(i)],
								frames, site_count, units);
		});
		for (double each : times)
			sum += each;
		return sum / double(threads);
	};
}

Block held_block(long frames)
{
	auto held = std::make_shared<std::vector<CUdeviceptr>>(held_units);

	return [=](const Calls &calls, long) {
		double elapsed = 0;
		auto loop = [&] {
			elapsed = nanoseconds([&] {
				for (CUdeviceptr &memory : *held)
					check(calls.allocate(&memory, 256), "allocate");
				for (CUdeviceptr memory : *held)
					check(calls.free(memory), "free");
			});
		};

		from_depth(frames, loop);
		return elapsed / double(held_units);
	};
}

Block handoff_block(long frames)
{
	auto team = std::make_shared<Team>(2, use_context);
	auto handed = std::make_shared<std::vector<CUdeviceptr>>(handoff_units);
	CUstream stream = make_stream();

	return [=](const Calls &calls, long) {
		double elapsed = 0;
		auto allocate = [&] {
			elapsed += nanoseconds([&] {
				for (CUdeviceptr &memory : *handed)
					check(calls.allocate_async(&memory, bytes, stream),
					      "allocate");
			});
		};
		auto release = [&] {
			elapsed += nanoseconds([&] {
				for (CUdeviceptr memory : *handed)
					check(calls.free_async(memory, stream), "free");
			});
		};

		from_depth(frames, allocate);
		team->together([&](long i) {
			if (i == 1)
				from_depth(frames, release);
		});
		drain(stream);
		return elapsed / double(handoff_units);
	};
}

/* A token of a decode loop: each step's buffer lives until the next has been written. */
Block decode_block()
{
	auto *fill = driver_function<CUresult(CUdeviceptr, unsigned char, std::size_t, CUstream)>(
		"cuMemsetD8Async");
	CUstream stream = make_stream();

	return [=](const Calls &calls, long units) {
		double elapsed = 0;
		CUdeviceptr before = 0, memory = 0;
		auto step = [&] {
			check(calls.allocate_async(&memory, 4096, stream), "allocate");
			check(fill(memory, 0, 4096, stream), "fill");
			if (before)
				check(calls.free_async(before, stream), "free");
			before = memory;
		};
		auto token = [&] {
			for (long i = 0; i < decode_sites; i++)
				from_site(i, step);
			check(calls.free_async(before, stream), "free");
			before = 0;
			drain(stream);
		};
		auto loop = [&] {
			elapsed = nanoseconds([&] {
				for (long i = 0; i < units; i++)
					token();
			});
		};

		from_depth(16, loop);
		return elapsed / double(units);
	};
}

Block host_block(long frames)
{
	return [=](const Calls &, long units) {
		double elapsed = 0;
		auto loop = [&] {
			elapsed = nanoseconds([&] {
				for (long i = 0; i < units; i++) {
					void *memory = std::malloc(64);

					asm volatile("" : "+r"(memory));
					std::free(memory);
				}
			});
		};

		from_depth(frames, loop);
		return elapsed / double(units);
	};
}

Block make_block(const char *name, int count, char **arguments)
{
	const long frames = argument(count, arguments, 0, 16);
	const long site_count = std::max(argument(count, arguments, 1, 1), 1l);
	const long threads = argument(count, arguments, 2, 1);

	bytes = std::size_t(argument(count, arguments, 3, long(bytes)));
	if (!std::strcmp(name, "pool"))
		return threads > 1 ? threads_block(frames, site_count, threads)
				   : pool_block(frames, site_count);
	if (!std::strcmp(name, "held"))
		return held_block(frames);
	if (!std::strcmp(name, "handoff"))
		return handoff_block(frames);
	if (!std::strcmp(name, "decode"))
		return decode_block();
	if (!std::strcmp(name, "host"))
		return host_block(frames);
	std::fprintf(stderr, "bench: paired: no case '%s'\n", name);
	std::exit(2);
}

/* So many units that a block is long beside what starts it. */
long units_of(const Block &block, const Calls &calls)
{
	long units = 1;

	while (units < most_units && block(calls, units) * double(units) < least_block_ns)
		units *= 2;
	return units;
}

void serve_pairs(const Block &block, const Calls &past, const Calls &through)
{
	std::minstd_rand random(std::random_device{}());
	const long units = units_of(block, past);

	for (int i = 0; i < 8; i++) {
		block(past, units);
		block(through, units);
	}
	serve([&] {
		double native, tracked;

		if (random() & 1024) {
			native = block(past, units);
			tracked = block(through, units);
		} else {
			tracked = block(through, units);
			native = block(past, units);
		}
		std::printf("%.3f %.3f\n", native, tracked);
	});
}

} /* namespace */

int main(int argc, char **argv)
{
	const bool alone = argc > 1 && !std::strcmp(argv[1], "alone");
	const int first = alone ? 2 : 1;

	if (argc <= first) {
		std::fprintf(stderr, "usage: paired [alone] CASE [ARGUMENT...]\n");
		return 2;
	}
	start_device();

	const Calls through = look_up_calls(dlsym, driver);
	const Calls past = look_up_calls(real_dlsym(), driver);
	const Block block = make_block(argv[first], argc - first - 1, argv + first + 1);

	if (alone) {
		const long units = units_of(block, through);

		serve([&] { std::printf("%.3f\n", block(through, units)); });
		return 0;
	}
	if (past.allocate_async == through.allocate_async) {
		std::fprintf(stderr, "bench: nothing stands before the driver: preload the shim\n");
		return 1;
	}
	serve_pairs(block, past, through);
	return 0;
}
