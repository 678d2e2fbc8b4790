/*
 * PyTorch's tensors in libvramtrack's accounts: by purpose and label, with a budget.
 *
 *   c++ -std=c++17 -O2 -fPIC -shared -o libtorch_allocator.so torch_allocator.cpp \
 *       $(pkg-config --cflags --libs vramtrack)
 *
 * torch_allocator.py uses it. PyTorch takes a null pointer from an allocator for memory, so what
 * cannot be allocated is thrown, as RuntimeError in Python. Each tensor is an allocation of its
 * own: there is no cache between, but for the pool that the source here is.
 */
#include <cstddef>
#include <map>
#include <mutex>
#include <stdexcept>

#include <sys/types.h>

#include <vramtrack/vramtrack.h>

namespace
{

vt_tracker *tracker()
{
	static vt_tracker *const made = [] {
		vt_tracker *out = nullptr;

		if (vt_tracker_create(&out) != VT_OK)
			throw std::runtime_error(vt_last_error_text());
		return out;
	}();
	return made;
}

/* From a pool, which is of one device; without pools, from cudaMalloc. */
vt_allocator *make(int device)
{
	vt_pool_options pool = VT_POOL_OPTIONS_INIT;
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_allocator *out = nullptr;

	pool.device = device;
	if (vt_source_create_pool(&options.source, &pool) != VT_OK)
		options.source = nullptr;
	options.tracker = tracker();
	vt_status status = vt_allocator_create(&out, &options);
	vt_source_release(options.source);
	if (status != VT_OK)
		throw std::runtime_error(vt_last_error_text());
	return out;
}

vt_allocator *allocator(int device)
{
	static std::mutex lock;
	static std::map<int, vt_allocator *> made;
	const std::lock_guard<std::mutex> hold(lock);
	vt_allocator *&place = made[device];

	if (!place)
		place = make(device);
	return place;
}

} /* namespace */

extern "C" {

void *torch_allocate(ssize_t bytes, int device, vt_stream stream)
{
	void *memory = nullptr;

	if (vt_allocator_allocate(allocator(device), &memory, static_cast<std::size_t>(bytes), 0,
				  device, stream) != VT_OK)
		throw std::runtime_error(vt_last_error_text());
	return memory;
}

void torch_free(void *memory, ssize_t /* bytes */, int device, vt_stream stream)
{
	vt_allocator_free(allocator(device), memory, stream);
}

/* 0: no budget. */
void torch_budget(std::size_t bytes)
{
	vt_tracker_set_budget(tracker(), bytes, nullptr, nullptr);
}

std::size_t torch_bytes(vt_purpose purpose)
{
	return vt_tracker_total_by_purpose(tracker(), purpose);
}

std::size_t torch_all_bytes()
{
	return vt_tracker_total(tracker());
}

/* The caller gives it to vt_free(). */
char *torch_report()
{
	return vt_tracker_usage_report(tracker());
}

} /* extern "C" */
