/*
 * The library and CUDA C++'s memory resources (the concepts of <cuda/memory_resource>), both ways.
 * Header-only, C++17, over <vramtrack/allocator.h>.
 *
 *   vramtrack::memory_resource memory(options);        // a resource: source, tracker, purpose
 *   cuda::device_buffer<float> x(stream, memory, n, cuda::no_init);
 *
 *   vt_source *source = vramtrack::make_source(any_resource);   // any resource as a source
 *
 * memory_resource models cuda::mr::resource_with<device_accessible> of CCCL 3.1 and later, and
 * async_resource_with<device_accessible> of CCCL 2 (CUDA 12) and 3.0 (CUDA 13.0), which have it
 * with LIBCUDACXX_ENABLE_EXPERIMENTAL_MEMORY_RESOURCE alone. RMM takes what models the former.
 */
#ifndef VRAMTRACK_MEMORY_RESOURCE_HPP
#define VRAMTRACK_MEMORY_RESOURCE_HPP

#include <cstddef>
#include <new>
#include <stdexcept>
#include <utility>

#include <cuda/memory_resource>
#include <cuda/stream_ref>

#include <vramtrack/allocator.h>

#if defined(CCCL_VERSION) && CCCL_VERSION >= 3001000
#define VRAMTRACK_STREAM_FIRST 1 /* allocate() has a stream, allocate_sync() has none */
#else
#ifndef LIBCUDACXX_ENABLE_EXPERIMENTAL_MEMORY_RESOURCE
#error "CCCL before 3.1: define LIBCUDACXX_ENABLE_EXPERIMENTAL_MEMORY_RESOURCE before its headers"
#endif
#define VRAMTRACK_STREAM_FIRST 0 /* allocate_async() has one, last */
#endif

namespace vramtrack
{

/* No memory: of the device, the host, or within a budget or limit. what() is the library's words.
 */
class out_of_memory : public std::bad_alloc
{
public:
	out_of_memory() : words_(vt_last_error_text())
	{
	}
	const char *what() const noexcept override
	{
		return words_.what();
	}

private:
	std::runtime_error words_; /* its copy does not throw */
};

/*
 * Copies are one allocator, and equal. Thread-safe. Throws out_of_memory where there is none, else
 * std::runtime_error. What was allocated may outlive the resource, and is freed by an equal one.
 */
class memory_resource
{
public:
	/* options: as vt_allocator_create() takes them; device: ordinal, -1: the current one. */
	explicit memory_resource(const vt_buffer_options &options, int device = -1)
		: device_(device)
	{
		check(vt_allocator_create(&allocator_, &options));
	}
	memory_resource()
	{
		check(vt_allocator_create(&allocator_, nullptr));
	}
	memory_resource(const memory_resource &other) noexcept
		: allocator_(vt_allocator_retain(other.allocator_)), device_(other.device_)
	{
	}
	memory_resource &operator=(const memory_resource &other) noexcept
	{
		vt_allocator *before = std::exchange(allocator_,
						     vt_allocator_retain(other.allocator_));

		device_ = other.device_;
		vt_allocator_release(before);
		return *this;
	}
	~memory_resource()
	{
		vt_allocator_release(allocator_);
	}

#if VRAMTRACK_STREAM_FIRST
	void *allocate(::cuda::stream_ref stream, std::size_t bytes,
		       std::size_t alignment = VT_DEFAULT_ALIGNMENT)
	{
		return take(bytes, alignment, stream.get());
	}
	void deallocate(::cuda::stream_ref stream, void *memory, std::size_t /* bytes */,
			std::size_t /* alignment */ = VT_DEFAULT_ALIGNMENT) noexcept
	{
		vt_allocator_free(allocator_, memory, stream.get());
	}
	void *allocate_sync(std::size_t bytes, std::size_t alignment = VT_DEFAULT_ALIGNMENT)
	{
		return take(bytes, alignment, nullptr);
	}
	void deallocate_sync(void *memory, std::size_t /* bytes */,
			     std::size_t /* alignment */ = VT_DEFAULT_ALIGNMENT) noexcept
	{
		vt_allocator_free(allocator_, memory, nullptr);
	}
#else
	void *allocate(std::size_t bytes, std::size_t alignment)
	{
		return take(bytes, alignment, nullptr);
	}
	void deallocate(void *memory, std::size_t /* bytes */, std::size_t /* alignment */) noexcept
	{
		vt_allocator_free(allocator_, memory, nullptr);
	}
	void *allocate_async(std::size_t bytes, std::size_t alignment, ::cuda::stream_ref stream)
	{
		return take(bytes, alignment, stream.get());
	}
	void deallocate_async(void *memory, std::size_t /* bytes */, std::size_t /* alignment */,
			      ::cuda::stream_ref stream) noexcept
	{
		vt_allocator_free(allocator_, memory, stream.get());
	}
#endif

	/* Bytes that are allocated by this resource and those equal to it. */
	std::size_t bytes() const noexcept
	{
		return vt_allocator_bytes(allocator_);
	}

	friend bool operator==(const memory_resource &a, const memory_resource &b) noexcept
	{
		return a.allocator_ == b.allocator_;
	}
	friend bool operator!=(const memory_resource &a, const memory_resource &b) noexcept
	{
		return !(a == b);
	}
	friend void get_property(const memory_resource &, ::cuda::mr::device_accessible) noexcept
	{
	}
#if VRAMTRACK_STREAM_FIRST
	using default_queries = ::cuda::mr::properties_list<::cuda::mr::device_accessible>;
#endif

private:
	static void check(vt_status status)
	{
		if (status == VT_ERROR_OUT_OF_MEMORY || status == VT_ERROR_OUT_OF_HOST_MEMORY ||
		    status == VT_ERROR_BUDGET)
			throw out_of_memory();
		if (status != VT_OK)
			throw std::runtime_error(vt_last_error_text());
	}
	void *take(std::size_t bytes, std::size_t alignment, vt_stream stream)
	{
		void *memory = nullptr;

		check(vt_allocator_allocate(allocator_, &memory, bytes, alignment, device_,
					    stream));
		return memory;
	}

	vt_allocator *allocator_ = nullptr;
	int device_ = -1;
};

namespace detail
{

template <typename Resource>
vt_status source_allocate(void *state, const vt_source_request *request,
			  vt_source_block *out) noexcept
{
	Resource &resource = *static_cast<Resource *>(state);

	try {
#if VRAMTRACK_STREAM_FIRST
		if constexpr (::cuda::mr::resource<Resource>)
			out->base = resource.allocate(::cuda::stream_ref(request->stream),
						      request->bytes, VT_DEFAULT_ALIGNMENT);
		else
			out->base = resource.allocate_sync(request->bytes, VT_DEFAULT_ALIGNMENT);
#else
		if constexpr (::cuda::mr::async_resource<Resource>)
			out->base = resource.allocate_async(request->bytes, VT_DEFAULT_ALIGNMENT,
							    ::cuda::stream_ref(request->stream));
		else
			out->base = resource.allocate(request->bytes, VT_DEFAULT_ALIGNMENT);
#endif
	} catch (const std::bad_alloc &) {
		return VT_ERROR_OUT_OF_MEMORY;
	} catch (...) {
		return VT_ERROR_CUDA;
	}
	out->bytes = out->capacity = request->bytes;
	out->handle = nullptr;
	return out->base ? VT_OK : VT_ERROR_OUT_OF_MEMORY;
}

/* A resource that knows no streams frees at once: what is in the stream ends before. */
template <typename Resource>
vt_status source_free(void *state, const vt_source_block *block, int /* device */,
		      vt_stream stream) noexcept
{
	Resource &resource = *static_cast<Resource *>(state);

	try {
		const ::cuda::stream_ref ordered(stream);
#if VRAMTRACK_STREAM_FIRST
		if constexpr (::cuda::mr::resource<Resource>) {
			resource.deallocate(ordered, block->base, block->bytes,
					    VT_DEFAULT_ALIGNMENT);
		} else {
			ordered.sync();
			resource.deallocate_sync(block->base, block->bytes, VT_DEFAULT_ALIGNMENT);
		}
#else
		if constexpr (::cuda::mr::async_resource<Resource>) {
			resource.deallocate_async(block->base, block->bytes, VT_DEFAULT_ALIGNMENT,
						  ordered);
		} else {
			ordered.wait();
			resource.deallocate(block->base, block->bytes, VT_DEFAULT_ALIGNMENT);
		}
#endif
	} catch (...) {
		return VT_ERROR_CUDA;
	}
	return VT_OK;
}

} /* namespace detail */

/*
 * A source whose memory a resource gives, a copy of which it keeps. It must be device accessible,
 * align to 256 bytes, and be thread-safe where the source is used by several threads. The caller
 * owns a reference of what comes back. Throws what copying throws, out_of_memory and
 * std::runtime_error.
 */
template <typename Resource>
vt_source *make_source(Resource resource, const char *name = "resource")
{
	vt_source_functions functions = {};
	vt_source *source = nullptr;
	auto *state = new Resource(std::move(resource));

	functions.struct_size = sizeof(functions);
	functions.name = name;
	functions.kind = VT_MEMORY_DEVICE;
	functions.allocate = detail::source_allocate<Resource>;
	functions.free = detail::source_free<Resource>;
	functions.destroy = [](void *of_source) { delete static_cast<Resource *>(of_source); };
	if (vt_source_create(&source, &functions, state) != VT_OK) {
		delete state;
		throw std::runtime_error(vt_last_error_text());
	}
	return source;
}

} /* namespace vramtrack */

#endif
