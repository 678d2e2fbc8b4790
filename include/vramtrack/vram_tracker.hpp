/*
 * worker::VramTracker: a tracker as a C++ value. Header-only, C++17, over <vramtrack/tracker.h>.
 *
 * All functions are thread-safe. It takes any pointer and calls CUDA only in
 * verify_vram_residency(). It may end before the memory recorded in it.
 */
#ifndef VRAMTRACK_VRAM_TRACKER_HPP
#define VRAMTRACK_VRAM_TRACKER_HPP

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <cuda_runtime.h>

#include <vramtrack/cuda_error.hpp>
#include <vramtrack/tracker.h>

namespace worker
{

enum class VramPurpose {
	ModelWeights = VT_PURPOSE_MODEL_WEIGHTS,
	KVCache = VT_PURPOSE_KV_CACHE,
	IntermediateBuffers = VT_PURPOSE_INTERMEDIATE_BUFFERS,
	Unknown = VT_PURPOSE_UNKNOWN
};

struct VramAllocation {
	void *ptr;
	size_t bytes;
	VramPurpose purpose;
	std::string description;
};

class VramTracker
{
public:
	/* Throws std::bad_alloc, as everything here that needs host memory. */
	VramTracker()
	{
		if (vt_tracker_create(&tracker_) != VT_OK)
			throw std::bad_alloc();
	}
	~VramTracker()
	{
		vt_tracker_destroy(tracker_);
	}

	VramTracker(const VramTracker &) = delete;
	VramTracker &operator=(const VramTracker &) = delete;

	/* What was moved from has nothing, for good: it cannot record. Memory that is
	 * tracked stays so, in the new place. */
	VramTracker(VramTracker &&other) noexcept : tracker_(std::exchange(other.tracker_, nullptr))
	{
	}
	VramTracker &operator=(VramTracker &&other) noexcept
	{
		if (this != &other) {
			vt_tracker_destroy(tracker_);
			tracker_ = std::exchange(other.tracker_, nullptr);
		}
		return *this;
	}

	/* An address recorded again replaces what was there; 0 bytes count as an allocation.
	 * Of the description the first 127 bytes are kept. */
	void record_allocation(void *ptr, size_t bytes, VramPurpose purpose,
			       const std::string &description = "")
	{
		vt_status status = vt_tracker_record(tracker_, ptr, bytes,
						     static_cast<vt_purpose>(purpose),
						     description.c_str(), -1);

		if (status == VT_ERROR_OUT_OF_HOST_MEMORY)
			throw std::bad_alloc();
		if (status != VT_OK)
			vramtrack_detail::throw_status(status);
	}

	/* An address that is not recorded is left alone. */
	void record_deallocation(void *ptr)
	{
		vt_tracker_unrecord(tracker_, ptr);
	}

	size_t total_usage() const
	{
		return vt_tracker_total(tracker_);
	}
	size_t usage_by_purpose(VramPurpose purpose) const
	{
		return vt_tracker_total_by_purpose(tracker_, static_cast<vt_purpose>(purpose));
	}
	size_t allocation_count() const
	{
		return vt_tracker_count(tracker_);
	}
	size_t peak_usage() const
	{
		return vt_tracker_peak(tracker_);
	}

	/* Only purposes that have an allocation. */
	std::unordered_map<VramPurpose, size_t> usage_breakdown() const
	{
		vt_breakdown rows[VT_PURPOSE_COUNT];
		size_t count = vt_tracker_breakdown(tracker_, rows);
		std::unordered_map<VramPurpose, size_t> breakdown;

		for (size_t i = 0; i < count; i++)
			breakdown[static_cast<VramPurpose>(rows[i].purpose)] = rows[i].bytes;
		return breakdown;
	}

	/* True if all is device memory without a host pointer; an empty tracker is. */
	bool verify_vram_residency() const
	{
		return !tracker_ || vt_tracker_verify_residency(tracker_) == VT_OK;
	}

	std::string usage_report() const
	{
		return text(vt_tracker_usage_report(tracker_));
	}
	/* Every live allocation with its stack; the same for programs. */
	std::string live_report() const
	{
		return text(vt_tracker_report_text(tracker_));
	}
	std::string json_report() const
	{
		return text(vt_tracker_report_json(tracker_));
	}

	/* What is live, oldest first. */
	std::vector<VramAllocation> allocations() const
	{
		Listing listing;

		if (vt_tracker_each_live(tracker_, add_to_listing, &listing) != 0)
			throw std::bad_alloc();
		return std::move(listing.found);
	}

	/* The C tracker, for what the C interface has beyond this; NULL once moved from. */
	vt_tracker *handle() const noexcept
	{
		return tracker_;
	}

private:
	struct Listing {
		std::vector<VramAllocation> found;
	};

	/* No exception may pass through the C library: 1 ends the visit instead. */
	static int add_to_listing(const vt_live_allocation *live, void *closure) noexcept
	{
		try {
			static_cast<Listing *>(closure)->found.push_back(
				{const_cast<void *>(live->address), live->bytes,
				 static_cast<VramPurpose>(live->purpose), live->label});
			return 0;
		} catch (...) {
			return 1;
		}
	}

	/* Takes over what the C library allocated. */
	static std::string text(char *allocated)
	{
		std::unique_ptr<char, void (*)(void *)> owner(allocated, vt_free);

		if (!owner)
			throw std::bad_alloc();
		return owner.get();
	}

	vt_tracker *tracker_ = nullptr;
};

} /* namespace worker */

#endif
