/*
 * worker::DeviceMemory: device memory with one owner. Header-only, C++17, over
 * <vramtrack/buffer.h>.
 *
 *   worker::VramTracker tracker;
 *   worker::DeviceMemory cache(bytes, &tracker, worker::VramPurpose::KVCache, true);
 *   float *keys = cache.get_as<float>();
 *
 * Used by one thread at a time. Whatever throws, nothing leaks, in constructors
 * too, and no CUDA last error is left behind. Everything throws worker::CudaError
 * (see <vramtrack/cuda_error.hpp>): code 2 for a lack of memory and for nothing
 * else, 5 for arguments, 4 for a copy or memset that failed.
 */
#ifndef VRAMTRACK_DEVICE_MEMORY_HPP
#define VRAMTRACK_DEVICE_MEMORY_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <cuda_runtime.h>

#include <vramtrack/buffer.h>
#include <vramtrack/cuda_error.hpp>
#include <vramtrack/vram_tracker.hpp>

namespace worker
{

class DeviceMemory
{
public:
	/* On the current device. tracker: may end before the memory does. */
	explicit DeviceMemory(size_t bytes, VramTracker *tracker = nullptr,
			      VramPurpose purpose = VramPurpose::Unknown, bool zero_init = false)
		: DeviceMemory(bytes, VT_DEFAULT_ALIGNMENT, tracker, purpose, zero_init, nullptr)
	{
	}

	/* label: what the memory is, for reports; the first 127 bytes are kept. */
	DeviceMemory(size_t bytes, VramTracker *tracker, VramPurpose purpose, bool zero_init,
		     const std::string &label)
		: DeviceMemory(bytes, VT_DEFAULT_ALIGNMENT, tracker, purpose, zero_init,
			       label.c_str())
	{
	}

	/*
	 * get() is a multiple of `alignment`, a power of two, and size() is `bytes`
	 * rounded up to one. Beyond 256 the memory can begin before get(): then only
	 * what release() returns may be given to cudaFree.
	 */
	static std::unique_ptr<DeviceMemory> aligned(size_t bytes, size_t alignment,
						     VramTracker *tracker = nullptr,
						     VramPurpose purpose = VramPurpose::Unknown,
						     bool zero_init = false)
	{
		return make_aligned(bytes, alignment, tracker, purpose, zero_init, nullptr);
	}
	static std::unique_ptr<DeviceMemory> aligned(size_t bytes, size_t alignment,
						     VramTracker *tracker, VramPurpose purpose,
						     bool zero_init, const std::string &label)
	{
		return make_aligned(bytes, alignment, tracker, purpose, zero_init, label.c_str());
	}

	~DeviceMemory()
	{
		vt_buffer_destroy(buffer_);
	}

	DeviceMemory(const DeviceMemory &) = delete;
	DeviceMemory &operator=(const DeviceMemory &) = delete;

	/* What was moved from is empty. A move to itself changes nothing. */
	DeviceMemory(DeviceMemory &&other) noexcept : buffer_(std::exchange(other.buffer_, nullptr))
	{
	}
	DeviceMemory &operator=(DeviceMemory &&other) noexcept
	{
		if (this != &other) {
			vt_buffer_destroy(buffer_);
			buffer_ = std::exchange(other.buffer_, nullptr);
		}
		return *this;
	}

	void *get() const
	{
		return vt_buffer_get(buffer_);
	}
	template <typename T>
	T *get_as() const
	{
		return static_cast<T *>(get());
	}
	/* Bytes: exactly those asked for, but for aligned(). */
	size_t size() const
	{
		return vt_buffer_size(buffer_);
	}
	bool is_allocated() const
	{
		return vt_buffer_is_allocated(buffer_);
	}

	/* Untracks the memory and hands it over, to be freed by cudaFree; nullptr if empty. */
	void *release()
	{
		void *memory = nullptr;

		if (!is_allocated())
			return nullptr;
		vt_status status = vt_buffer_release(buffer_, &memory);
		if (status != VT_OK)
			vramtrack_detail::throw_status(status);
		vt_buffer_destroy(std::exchange(buffer_, nullptr));
		return memory;
	}

	/* Both return when the bytes have arrived. 0 bytes do nothing. */
	void copy_from_host(const void *host_ptr, size_t bytes)
	{
		copy_from_host(host_ptr, bytes, 0);
	}
	void copy_to_host(void *host_ptr, size_t bytes) const
	{
		copy_to_host(host_ptr, bytes, 0);
	}

	/* The same, `offset` bytes into this memory. */
	void copy_from_host(const void *host_ptr, size_t bytes, size_t offset)
	{
		if (!must_copy(bytes, offset))
			return;
		vt_status status = vt_buffer_copy_from_host(buffer_, offset, host_ptr, bytes);
		if (status != VT_OK)
			vramtrack_detail::throw_contents_status(status);
	}
	void copy_to_host(void *host_ptr, size_t bytes, size_t offset) const
	{
		if (!must_copy(bytes, offset))
			return;
		vt_status status = vt_buffer_copy_to_host(buffer_, offset, host_ptr, bytes);
		if (status != VT_OK)
			vramtrack_detail::throw_contents_status(status);
	}

	/* All bytes; nothing to do if empty. */
	void zero()
	{
		if (!is_allocated())
			return;
		vt_status status = vt_buffer_zero(buffer_);
		if (status != VT_OK)
			vramtrack_detail::throw_contents_status(status);
	}

	/* The C buffer, for what the C interface has beyond this; NULL if empty. It
	 * stays this object's. */
	vt_buffer *handle() const noexcept
	{
		return buffer_;
	}

private:
	/* Six parameters, so that no call of a public constructor can mean these. */
	struct WithoutZeroing {
	};
	DeviceMemory(WithoutZeroing, size_t bytes, size_t alignment, VramTracker *tracker,
		     VramPurpose purpose, const char *label)
	{
		vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;

		if (bytes == 0)
			throw CudaError::invalid_parameter("Cannot allocate 0 bytes");
		if (tracker && !tracker->handle())
			throw CudaError::invalid_parameter("The tracker was moved from");
		options.alignment = alignment;
		options.tracker = tracker ? tracker->handle() : nullptr;
		options.purpose = static_cast<vt_purpose>(purpose);
		options.label = label;
		vt_status status = vt_buffer_create(&buffer_, bytes, &options);
		if (status != VT_OK)
			vramtrack_detail::throw_status(status);
	}

	/* Delegates, so that this object exists, and its destructor runs, if zero() throws. */
	DeviceMemory(size_t bytes, size_t alignment, VramTracker *tracker, VramPurpose purpose,
		     bool zero_init, const char *label)
		: DeviceMemory(WithoutZeroing(), bytes, alignment, tracker, purpose, label)
	{
		if (zero_init)
			zero();
	}

	static std::unique_ptr<DeviceMemory> make_aligned(size_t bytes, size_t alignment,
							  VramTracker *tracker, VramPurpose purpose,
							  bool zero_init, const char *label)
	{
		if (alignment == 0 || (alignment & (alignment - 1)) != 0)
			throw CudaError::invalid_parameter("Alignment must be a power of 2, not " +
							   std::to_string(alignment));
		if (bytes > SIZE_MAX - (alignment - 1))
			throw CudaError::invalid_parameter(std::to_string(bytes) +
							   " bytes cannot be rounded up to " +
							   std::to_string(alignment));
		size_t rounded = (bytes + alignment - 1) & ~(alignment - 1);
		return std::unique_ptr<DeviceMemory>(
			new DeviceMemory(rounded, alignment, tracker, purpose, zero_init, label));
	}

	/* False: there is nothing to copy. */
	bool must_copy(size_t bytes, size_t offset) const
	{
		if (offset > size() || bytes > size() - offset)
			throw CudaError::invalid_parameter(
				"Copy of " + std::to_string(bytes) + " bytes at offset " +
				std::to_string(offset) + " exceeds the allocated " +
				std::to_string(size()));
		return bytes != 0;
	}

	vt_buffer *buffer_ = nullptr;
};

} /* namespace worker */

#endif
