/*
 * worker::VramTracker, through the header that stands where a worker's own stands.
 * Runs on the simulated device and on a real one.
 */
#include "config.h"

#include <type_traits>

#include "vramtrack/compat/vram_tracker.h"
#include "vramtrack/compat/device_memory.h"

#include "tests/device_facts.hpp"

using worker::VramPurpose;
using worker::VramTracker;

static_assert(std::is_default_constructible_v<VramTracker>, "held by value");
static_assert(!std::is_copy_constructible_v<VramTracker>, "an account is one");
static_assert(!std::is_copy_assignable_v<VramTracker>, "an account is one");
static_assert(int(VramPurpose::ModelWeights) == 0 && int(VramPurpose::KVCache) == 1 &&
		      int(VramPurpose::IntermediateBuffers) == 2 && int(VramPurpose::Unknown) == 3,
	      "the numbers go through interfaces");

static void *address(uintptr_t number)
{
	return reinterpret_cast<void *>(number);
}

static void a_new_one_is_empty()
{
	const VramTracker tracker;

	CHECK_EQUAL(tracker.total_usage(), 0);
	CHECK_EQUAL(tracker.allocation_count(), 0);
	CHECK(tracker.usage_breakdown().empty());
	CHECK(tracker.verify_vram_residency());
	CHECK(tracker.allocations().empty());
}

static void sums_follow_the_records()
{
	VramTracker tracker;

	tracker.record_allocation(address(0x1000), 100, VramPurpose::ModelWeights, "a");
	tracker.record_allocation(address(0x2000), 200, VramPurpose::ModelWeights);
	tracker.record_allocation(address(0x3000), 50, VramPurpose::KVCache);
	CHECK_EQUAL(tracker.total_usage(), 350);
	CHECK_EQUAL(tracker.usage_by_purpose(VramPurpose::ModelWeights), 300);
	CHECK_EQUAL(tracker.usage_by_purpose(VramPurpose::IntermediateBuffers), 0);
	tracker.record_deallocation(address(0x1000));
	tracker.record_deallocation(address(0x1000));
	tracker.record_deallocation(address(0x9999));
	CHECK_EQUAL(tracker.total_usage(), 250);
	CHECK_EQUAL(tracker.allocation_count(), 2);
	CHECK_EQUAL(tracker.peak_usage(), 350);
	tracker.record_deallocation(address(0x2000));
	tracker.record_deallocation(address(0x3000));
}

static void an_address_recorded_again_replaces()
{
	VramTracker tracker;

	tracker.record_allocation(address(0x1000), 100, VramPurpose::ModelWeights);
	tracker.record_allocation(address(0x1000), 30, VramPurpose::KVCache);
	CHECK_EQUAL(tracker.allocation_count(), 1);
	CHECK_EQUAL(tracker.total_usage(), 30);
	CHECK_EQUAL(tracker.usage_by_purpose(VramPurpose::ModelWeights), 0);
	tracker.record_deallocation(address(0x1000));
}

static void any_pointer_and_no_bytes_count()
{
	VramTracker tracker;

	for (uintptr_t number : {uintptr_t(0), uintptr_t(1), UINTPTR_MAX}) {
		tracker.record_allocation(address(number), 0, VramPurpose::Unknown);
		CHECK_EQUAL(tracker.allocation_count(), 1);
		tracker.record_deallocation(address(number));
		CHECK_EQUAL(tracker.allocation_count(), 0);
	}
}

static void the_breakdown_has_only_what_is_present()
{
	VramTracker tracker;

	tracker.record_allocation(address(0x1000), 100, VramPurpose::KVCache);
	tracker.record_allocation(address(0x2000), 0, VramPurpose::Unknown);
	auto breakdown = tracker.usage_breakdown();
	CHECK_EQUAL(breakdown.size(), 2);
	CHECK_EQUAL(breakdown.at(VramPurpose::KVCache), 100);
	CHECK_EQUAL(breakdown.at(VramPurpose::Unknown), 0);
	tracker.record_deallocation(address(0x1000));
	CHECK_EQUAL(tracker.usage_breakdown().count(VramPurpose::KVCache), 0);
	tracker.record_deallocation(address(0x2000));
}

static void the_report_has_the_lines_that_are_parsed()
{
	VramTracker tracker;

	tracker.record_allocation(address(0x1000), 3 * MiB / 2, VramPurpose::ModelWeights);
	tracker.record_allocation(address(0x2000), MiB, VramPurpose::KVCache);
	CHECK(tracker.usage_report().find("VRAM Usage Report:\n"
					  "  Total: 2.50 MB\n"
					  "  Allocations: 2\n"
					  "  Breakdown:\n") == 0);
	CHECK(tracker.usage_report().find("    Model Weights: 1.50 MB\n") != std::string::npos);
	CHECK(tracker.usage_report().find("    KV Cache: 1.00 MB\n") != std::string::npos);
	CHECK(tracker.json_report().find("vramtrack-tracker/1") != std::string::npos);
	CHECK(!tracker.live_report().empty());
	tracker.record_deallocation(address(0x1000));
	tracker.record_deallocation(address(0x2000));
}

static void each_has_an_account_of_its_own()
{
	VramTracker first, second;

	first.record_allocation(address(0x1000), 100, VramPurpose::KVCache);
	second.record_allocation(address(0x1000), 7, VramPurpose::KVCache);
	first.record_deallocation(address(0x1000));
	CHECK_EQUAL(first.total_usage(), 0);
	CHECK_EQUAL(second.total_usage(), 7);
	second.record_deallocation(address(0x1000));
}

static void only_device_memory_is_resident()
{
	void *device = nullptr, *managed = nullptr, *pinned = nullptr;
	int on_the_stack = 0;

	CHECK(cudaMalloc(&device, 4096) == cudaSuccess);
	CHECK(cudaMallocManaged(&managed, 4096) == cudaSuccess);
	CHECK(cudaMallocHost(&pinned, 4096) == cudaSuccess);
	VramTracker tracker;
	tracker.record_allocation(device, 4096, VramPurpose::ModelWeights);
	CHECK(tracker.verify_vram_residency());
	for (void *other : {managed, pinned, static_cast<void *>(&on_the_stack)}) {
		tracker.record_allocation(other, 4, VramPurpose::KVCache);
		CHECK(!tracker.verify_vram_residency());
		CHECK(cudaGetLastError() == cudaSuccess);
		tracker.record_deallocation(other);
		CHECK(tracker.verify_vram_residency());
	}
	tracker.record_deallocation(device);
	CHECK(cudaFree(device) == cudaSuccess && cudaFree(managed) == cudaSuccess);
	CHECK(cudaFreeHost(pinned) == cudaSuccess);
}

static void a_moved_tracker_is_whole_in_its_new_place()
{
	VramTracker first;

	first.record_allocation(address(0x1000), 100, VramPurpose::KVCache, "kept");
	VramTracker second(std::move(first));
	CHECK_EQUAL(second.total_usage(), 100);
	CHECK(second.allocations().at(0).description == "kept");
	CHECK_EQUAL(first.total_usage(), 0);
	CHECK(first.usage_breakdown().empty() && first.verify_vram_residency());
	first.record_deallocation(address(0x1000));
	CHECK_EQUAL(code_of([&] { first.record_allocation(address(1), 1, VramPurpose::KVCache); }),
		    5);
	VramTracker third;
	third = std::move(second);
	CHECK_EQUAL(third.total_usage(), 100);
	VramTracker &same = third;
	third = std::move(same);
	CHECK_EQUAL(third.total_usage(), 100);
	third.record_deallocation(address(0x1000));
}

static void a_tracker_may_end_with_records()
{
	VramTracker tracker;

	tracker.record_allocation(address(0x1000), 100, VramPurpose::ModelWeights, "weights");
}

static void a_budget_refuses_with_the_code_of_no_memory()
{
	VramTracker tracker;

	vt_tracker_set_budget(tracker.handle(), 100, nullptr, nullptr);
	tracker.record_allocation(address(0x1000), 90, VramPurpose::KVCache);
	CHECK_EQUAL(
		code_of([&] { tracker.record_allocation(address(2), 11, VramPurpose::KVCache); }),
		2);
	CHECK_EQUAL(tracker.total_usage(), 90);
	tracker.record_deallocation(address(0x1000));
}

#define TEST(function)                                                                             \
	{                                                                                          \
#function, function                                                                \
	}

int main()
{
	static const Test tests[] = {
		TEST(a_new_one_is_empty),
		TEST(sums_follow_the_records),
		TEST(an_address_recorded_again_replaces),
		TEST(any_pointer_and_no_bytes_count),
		TEST(the_breakdown_has_only_what_is_present),
		TEST(the_report_has_the_lines_that_are_parsed),
		TEST(each_has_an_account_of_its_own),
		TEST(only_device_memory_is_resident),
		TEST(a_moved_tracker_is_whole_in_its_new_place),
		TEST(a_tracker_may_end_with_records),
		TEST(a_budget_refuses_with_the_code_of_no_memory),
	};

	return run_tests(tests);
}
