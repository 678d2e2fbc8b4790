/* The device and the account of what is on it, for the life of the worker. */
#ifndef CLIENT_CONTEXT_H
#define CLIENT_CONTEXT_H

#include "cuda_error.h"
#include "vram_tracker.h"

namespace worker
{

class Context
{
public:
	explicit Context(int device)
	{
		if (cudaSetDevice(device) != cudaSuccess)
			throw CudaError::invalid_device(std::to_string(device));
		cudaDeviceSetLimit(cudaLimitMallocHeapSize, 0);
	}
	/* The tracker, a member, ends after the device has been reset. */
	~Context()
	{
		cudaDeviceReset();
	}
	Context(const Context &) = delete;
	Context &operator=(const Context &) = delete;

	VramTracker &vram_tracker()
	{
		return tracker_;
	}
	const VramTracker &vram_tracker() const
	{
		return tracker_;
	}

private:
	VramTracker tracker_;
};

} /* namespace worker */

#endif
