/*
 * worker::DeviceMemory: the unit tests of its story card.
 * Runs on the simulated device and on a real one, which nobody else uses.
 */
#include "config.h"

#include <type_traits>

/* Forward declarations are how some of its users name it: it must be a class. */
namespace worker
{
class DeviceMemory;
class VramTracker;
} /* namespace worker */

#include <vramtrack/device_memory.hpp>
#include <vramtrack/tracker.h>

/* Its enumerators have names that the codes must not have. */
#include <cuda.h>

#include "tests/device_facts.hpp"

using worker::DeviceMemory;
using worker::VramPurpose;
using worker::VramTracker;

static_assert(!std::is_copy_constructible_v<DeviceMemory>, "one owner");
static_assert(!std::is_copy_assignable_v<DeviceMemory>, "one owner");
static_assert(std::is_nothrow_move_constructible_v<DeviceMemory>, "moves are free");
static_assert(std::is_nothrow_move_assignable_v<DeviceMemory>, "moves are free");
static_assert(!std::is_convertible_v<size_t, DeviceMemory>, "the constructor is explicit");
static_assert(!std::is_constructible_v<DeviceMemory, void *>, "0 is a size and nothing else");
static_assert(!std::is_constructible_v<DeviceMemory, vt_buffer *>, "0 is a size and nothing else");
static_assert(std::is_same_v<decltype(DeviceMemory::aligned(1, 1)), std::unique_ptr<DeviceMemory>>,
	      "aligned() makes a new one");

/* ---- Unit tests of the card ------------------------------------------------- */

static void allocates()
{
	DeviceMemory memory(1000);
	cudaPointerAttributes attributes;

	CHECK(memory.get() != nullptr);
	CHECK(memory.is_allocated());
	CHECK_EQUAL(memory.size(), 1000);
	CHECK(memory.get_as<float>() == memory.get());
	CHECK(cudaPointerGetAttributes(&attributes, memory.get()) == cudaSuccess);
	CHECK(attributes.type == cudaMemoryTypeDevice);
}

static void frees_at_the_end_of_its_life()
{
	Baseline baseline;
	size_t before = free_bytes();

	{
		DeviceMemory memory(8 * MiB);
		CHECK(before - free_bytes() >= 8 * MiB);
	}
	baseline.check();
}

static void move_construction_hands_over()
{
	DeviceMemory from(1 * KiB);
	void *address = from.get();
	DeviceMemory to(std::move(from));

	CHECK(to.get() == address);
	CHECK_EQUAL(to.size(), 1 * KiB);
	CHECK(from.get() == nullptr && from.size() == 0 && !from.is_allocated());
}

static void move_assignment_frees_and_hands_over()
{
	Baseline baseline;

	{
		VramTracker tracker;
		DeviceMemory from(8 * MiB, &tracker, VramPurpose::KVCache);
		DeviceMemory to(16 * MiB, &tracker, VramPurpose::ModelWeights);
		void *address = from.get();

		to = std::move(from);
		CHECK(to.get() == address && to.size() == 8 * MiB);
		CHECK(!from.is_allocated());
		CHECK_EQUAL(tracker.allocation_count(), 1);
		CHECK_EQUAL(tracker.usage_by_purpose(VramPurpose::KVCache), 8 * MiB);
		CHECK_EQUAL(tracker.usage_by_purpose(VramPurpose::ModelWeights), 0);
	}
	baseline.check();
}

static void a_move_to_itself_changes_nothing()
{
	DeviceMemory memory(1 * KiB);
	DeviceMemory &same = memory;
	void *address = memory.get();

	memory = std::move(same);
	CHECK(memory.get() == address && memory.size() == 1 * KiB);
}

static void zeroed_means_zero()
{
	std::vector<unsigned char> ones(256 * KiB, 255);

	/* What was there before was not zero. */
	for (int round = 0; round < 3; round++) {
		DeviceMemory dirty(ones.size());
		dirty.copy_from_host(ones.data(), ones.size());
	}
	DeviceMemory memory(ones.size(), nullptr, VramPurpose::KVCache, true);
	CHECK(contents(memory.get(), memory.size()) == std::vector<unsigned char>(ones.size(), 0));
	memory.copy_from_host(ones.data(), ones.size());
	memory.zero();
	CHECK(contents(memory.get(), memory.size()) == std::vector<unsigned char>(ones.size(), 0));
}

static void every_alignment_is_kept()
{
	for (size_t alignment : {size_t(1), size_t(64), size_t(128), size_t(256), size_t(512),
				 1 * KiB, 4 * KiB, 2 * MiB}) {
		VramTracker tracker;
		/* Several at once, so that luck does not help. */
		std::vector<std::unique_ptr<DeviceMemory>> all;

		for (int i = 0; i < 5; i++) {
			auto memory = DeviceMemory::aligned(1000, alignment, &tracker,
							    VramPurpose::ModelWeights, true);
			auto data = pattern(memory->size());

			CHECK_EQUAL(reinterpret_cast<uintptr_t>(memory->get()) % alignment, 0);
			CHECK_EQUAL(memory->size(), (1000 + alignment - 1) / alignment * alignment);
			/* The last byte is there too. */
			memory->copy_from_host(data.data(), data.size());
			CHECK(contents(memory->get(), memory->size()) == data);
			all.push_back(std::move(memory));
		}
		CHECK_EQUAL(tracker.total_usage(), 5 * all[0]->size());
	}
}

static void copies_go_there_and_back()
{
	auto data = pattern(100 * KiB + 3);
	std::vector<unsigned char> back(data.size());
	DeviceMemory memory(data.size());

	memory.copy_from_host(data.data(), data.size());
	memory.copy_to_host(back.data(), back.size());
	CHECK(back == data);
	/* A part, and a part at an offset. */
	memory.copy_to_host(back.data(), 10, 50);
	CHECK(std::memcmp(back.data(), data.data() + 50, 10) == 0);
	memory.copy_from_host(data.data(), 5, data.size() - 5);
	CHECK(std::memcmp(contents(memory.get(), data.size()).data() + data.size() - 5, data.data(),
			  5) == 0);
	memory.copy_from_host(nullptr, 0);
	memory.copy_to_host(nullptr, 0, data.size());
}

static void a_copy_beyond_the_end_is_refused()
{
	std::vector<unsigned char> host(2048);
	DeviceMemory memory(1024);

	CHECK_EQUAL(code_of([&] { memory.copy_from_host(host.data(), 1025); }), 5);
	CHECK_EQUAL(code_of([&] { memory.copy_to_host(host.data(), 1025); }), 5);
	CHECK_EQUAL(code_of([&] { memory.copy_from_host(host.data(), 2, 1023); }), 5);
	CHECK_EQUAL(code_of([&] { memory.copy_to_host(host.data(), SIZE_MAX, 1); }), 5);
	CHECK_EQUAL(code_of([&] { memory.copy_to_host(host.data(), 1, SIZE_MAX); }), 5);
	CHECK_EQUAL(code_of([&] { memory.copy_to_host(nullptr, 1); }), 5);
	CHECK(cudaFree(memory.release()) == cudaSuccess);
	CHECK_EQUAL(code_of([&] { memory.copy_from_host(host.data(), 1); }), 5);
	CHECK(cudaGetLastError() == cudaSuccess);
}

static void release_hands_over_what_cuda_frees()
{
	Baseline baseline;
	VramTracker tracker;
	DeviceMemory memory(8 * MiB, &tracker, VramPurpose::ModelWeights);
	void *address = memory.get();
	void *released = memory.release();

	CHECK(released == address);
	CHECK(memory.get() == nullptr && memory.size() == 0 && !memory.is_allocated());
	CHECK_EQUAL(tracker.allocation_count(), 0);
	CHECK(memory.release() == nullptr);
	memory.zero();
	CHECK(cudaFree(released) == cudaSuccess);
	/* Beyond 256 what is released may lie before what get() gave. */
	for (size_t alignment : {4 * KiB, 2 * MiB, 8 * MiB}) {
		auto aligned = DeviceMemory::aligned(8 * MiB, alignment);
		CHECK(cudaFree(aligned->release()) == cudaSuccess);
	}
	baseline.check();
}

static void no_bytes_are_refused()
{
	std::string text;

	CHECK_EQUAL(code_of([] { DeviceMemory memory(0); }, &text), 5);
	CHECK(text.find("0 bytes") != std::string::npos);
	CHECK_EQUAL(code_of([] { DeviceMemory::aligned(0, 256); }), 5);
}

static void bad_alignments_and_overflows_are_refused()
{
	for (size_t alignment : {size_t(0), size_t(3), size_t(257), SIZE_MAX})
		CHECK_EQUAL(code_of([=] { DeviceMemory::aligned(1024, alignment); }), 5);
	std::string text;
	CHECK_EQUAL(code_of([] { DeviceMemory::aligned(SIZE_MAX - 99, 256); }, &text), 5);
	CHECK(text.find(std::to_string(SIZE_MAX - 99)) != std::string::npos);
	/* These can be rounded up, and are more than there is, or than can be said. */
	for (size_t bytes : {SIZE_MAX - 255, SIZE_MAX / 2, size_t(1) << 60}) {
		int code = code_of([=] { DeviceMemory memory(bytes); });
		CHECK(code == 2 || code == 5);
		code = code_of([=] { DeviceMemory::aligned(bytes, 4096); });
		CHECK(code == 2 || code == 5);
	}
	CHECK(cudaGetLastError() == cudaSuccess);
}

static void exhaustion_is_said_and_survived()
{
	VramTracker tracker;
	auto data = pattern(3 * MiB);
	DeviceMemory before(data.size(), &tracker, VramPurpose::ModelWeights);
	size_t wanted = more_than_the_device();
	std::string text;

	before.copy_from_host(data.data(), data.size());
	for (int round = 0; round < 3; round++) {
		CHECK_EQUAL(code_of([&] { DeviceMemory memory(wanted, &tracker); }, &text), 2);
		CHECK(text.find("Out of memory: ") == 0);
		CHECK(text.find("ModelWeights") != std::string::npos);
		CHECK_EQUAL(code_of([&] { DeviceMemory::aligned(wanted, 2 * MiB, &tracker); }), 2);
		CHECK(cudaGetLastError() == cudaSuccess);
	}
	CHECK_EQUAL(tracker.allocation_count(), 1);
	CHECK_EQUAL(tracker.total_usage(), data.size());
	CHECK(tracker.verify_vram_residency());
	CHECK(contents(before.get(), data.size()) == data);
	DeviceMemory after(4 * MiB, &tracker, VramPurpose::KVCache, true);
	CHECK_EQUAL(tracker.allocation_count(), 2);
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
		TEST(allocates),
		TEST(frees_at_the_end_of_its_life),
		TEST(move_construction_hands_over),
		TEST(move_assignment_frees_and_hands_over),
		TEST(a_move_to_itself_changes_nothing),
		TEST(zeroed_means_zero),
		TEST(every_alignment_is_kept),
		TEST(copies_go_there_and_back),
		TEST(a_copy_beyond_the_end_is_refused),
		TEST(release_hands_over_what_cuda_frees),
		TEST(no_bytes_are_refused),
		TEST(bad_alignments_and_overflows_are_refused),
		TEST(exhaustion_is_said_and_survived),
		TEST(nothing_lives_at_the_end),
	};

	return run_tests(tests);
}
