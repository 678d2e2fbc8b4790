/*
 * worker::DeviceMemory: the integration tests of its story card. Whatever
 * fails, nothing leaks and the tracker is right.
 * Runs on the simulated device and on a real one, which nobody else uses.
 */
#include "config.h"

#include <memory>
#include <utility>

#include <vramtrack/device_memory.hpp>
#include <vramtrack/tracker.h>

#include "tests/device_facts.hpp"

using worker::DeviceMemory;
using worker::VramPurpose;
using worker::VramTracker;

/* ---- Nothing leaks, whatever fails -------------------------------------------- */

static void memory_is_freed_when_zeroing_fails_in_the_constructor()
{
	Baseline baseline;
	VramTracker tracker;
	std::string text;

	for (int round = 0; round < 10; round++) {
		Fault fault("Memset", cudaErrorInvalidValue);
		CHECK_EQUAL(code_of(
				    [&] {
					    DeviceMemory memory(8 * MiB, &tracker,
								VramPurpose::KVCache, true);
				    },
				    &text),
			    4);
		CHECK(text.find("Inference failed: ") == 0);
		CHECK_EQUAL(code_of([&] {
				    DeviceMemory::aligned(8 * MiB, 4096, &tracker,
							  VramPurpose::KVCache, true);
			    }),
			    4);
		CHECK_EQUAL(fault.hits, 2);
	}
	CHECK_EQUAL(tracker.allocation_count(), 0);
	baseline.check();
}

static void memory_is_freed_when_the_tracker_refuses()
{
	Baseline baseline;
	VramTracker tracker;
	DeviceMemory some(8 * MiB, &tracker);

	vt_tracker_set_budget(tracker.handle(), 12 * MiB, nullptr, nullptr);
	for (int round = 0; round < 10; round++)
		CHECK_EQUAL(code_of([&] { DeviceMemory memory(8 * MiB, &tracker); }), 2);
	CHECK_EQUAL(tracker.allocation_count(), 1);
	vt_tracker_set_budget(tracker.handle(), 0, nullptr, nullptr);
	cudaFree(some.release());
	baseline.check();
}

static void only_a_lack_of_memory_is_called_one()
{
	struct {
		cudaError_t error;
		int code;
	} table[] = {
		{cudaErrorMemoryAllocation, 2}, {cudaErrorMisalignedAddress, 6},
		{cudaErrorIllegalAddress, 6},   {cudaErrorLaunchFailure, 6},
		{cudaErrorCudartUnloading, 99}, {cudaErrorNoDevice, 8},
	};

	for (auto &row : table) {
		Fault fault("cudaMalloc", row.error);
		CHECK_EQUAL(code_of([] { DeviceMemory memory(4 * KiB); }), row.code);
		CHECK(fault.hits > 0);
	}
}

static void a_failed_copy_is_a_failed_inference()
{
	DeviceMemory memory(4 * KiB);
	char byte = 0;
	Fault fault("Memcpy", cudaErrorIllegalAddress);

	CHECK_EQUAL(code_of([&] { memory.copy_from_host(&byte, 1); }), 4);
	CHECK_EQUAL(code_of([&] { memory.copy_to_host(&byte, 1); }), 4);
	CHECK(memory.is_allocated());
}

static void a_hundred_rounds_end_at_the_baseline()
{
	Baseline baseline;
	VramTracker tracker;

	for (int round = 0; round < 100; round++) {
		DeviceMemory weights(8 * MiB, &tracker, VramPurpose::ModelWeights);
		DeviceMemory cache(4 * MiB, &tracker, VramPurpose::KVCache, true);
		auto scratch = DeviceMemory::aligned(4 * MiB, 2 * MiB, &tracker,
						     VramPurpose::IntermediateBuffers);
		CHECK_EQUAL(tracker.total_usage(), 16 * MiB);
	}
	CHECK_EQUAL(tracker.total_usage(), 0);
	CHECK_EQUAL(tracker.peak_usage(), 16 * MiB);
	baseline.check();
}

static void many_at_once_and_an_exception_leave_nothing()
{
	Baseline baseline;
	VramTracker tracker;
	size_t wanted = more_than_the_device();

	CHECK_EQUAL(code_of([&] {
			    std::vector<DeviceMemory> all;

			    for (int i = 0; i < 32; i++)
				    all.emplace_back(4 * MiB, &tracker, VramPurpose::ModelWeights);
			    CHECK_EQUAL(tracker.allocation_count(), 32);
			    all.emplace_back(wanted, &tracker, VramPurpose::ModelWeights);
		    }),
		    2);
	CHECK_EQUAL(tracker.allocation_count(), 0);
	baseline.check();
}

/* ---- With the tracker ----------------------------------------------------------- */

static void the_tracker_has_what_lives()
{
	VramTracker tracker;
	DeviceMemory weights(1000, &tracker, VramPurpose::ModelWeights, false, "layer.0.weight");
	auto aligned = DeviceMemory::aligned(1000, 256, &tracker, VramPurpose::KVCache, true,
					     "cache");

	CHECK_EQUAL(tracker.total_usage(), 1000 + 1024);
	CHECK_EQUAL(tracker.usage_by_purpose(VramPurpose::ModelWeights), 1000);
	CHECK_EQUAL(tracker.usage_by_purpose(VramPurpose::KVCache), 1024);
	auto live = tracker.allocations();
	CHECK_EQUAL(live.size(), 2);
	CHECK(live[0].ptr == weights.get() && live[0].description == "layer.0.weight");
	CHECK(live[1].ptr == aligned->get() && live[1].description == "cache");
	CHECK(tracker.verify_vram_residency());
}

static void a_tracker_may_end_or_move_first()
{
	Baseline baseline;

	{
		auto tracker = std::make_unique<VramTracker>();
		DeviceMemory memory(8 * MiB, tracker.get(), VramPurpose::KVCache);
		DeviceMemory released(8 * MiB, tracker.get());
		DeviceMemory assigned(8 * MiB, tracker.get());

		tracker.reset();
		memory.zero();
		cudaFree(released.release());
		assigned = DeviceMemory(8 * MiB);
	}
	{
		VramTracker first;
		DeviceMemory memory(8 * MiB, &first, VramPurpose::KVCache);
		VramTracker second(std::move(first));

		CHECK_EQUAL(second.total_usage(), 8 * MiB);
		CHECK_EQUAL(first.total_usage(), 0);
		CHECK_EQUAL(code_of([&] { DeviceMemory other(1024, &first); }), 5);
		memory = DeviceMemory(4 * MiB, &second);
		CHECK_EQUAL(second.total_usage(), 4 * MiB);
	}
	baseline.check();
}

/* A buffer that outlives a reset: nothing to free, nothing broken after it. Last of the tests. */
static void memory_may_outlive_a_reset_of_the_device()
{
	VramTracker tracker;

	{
		DeviceMemory memory(8 * MiB, &tracker);
		CHECK(cudaDeviceReset() == cudaSuccess);
	}
	CHECK_EQUAL(tracker.allocation_count(), 0);
	CHECK(cudaGetLastError() == cudaSuccess);
	DeviceMemory after(8 * MiB, &tracker, VramPurpose::KVCache, true);
	CHECK(tracker.verify_vram_residency());
}

static void nothing_lives_at_the_end()
{
	CHECK_EQUAL(vt_report_leaks(), 0);
}

#define TEST(function)                                                                             \
	{                                                                                          \
#function, function                                                                \
	}

int main()
{
	static const Test tests[] = {
		TEST(memory_is_freed_when_zeroing_fails_in_the_constructor),
		TEST(memory_is_freed_when_the_tracker_refuses),
		TEST(only_a_lack_of_memory_is_called_one),
		TEST(a_failed_copy_is_a_failed_inference),
		TEST(a_hundred_rounds_end_at_the_baseline),
		TEST(many_at_once_and_an_exception_leave_nothing),
		TEST(the_tracker_has_what_lives),
		TEST(a_tracker_may_end_or_move_first),
		TEST(nothing_lives_at_the_end),
		TEST(memory_may_outlive_a_reset_of_the_device),
	};

	return run_tests(tests);
}
