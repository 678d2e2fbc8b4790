/* The worker's own exception; vramtrack's compat headers throw it. Codes go through the FFI. */
#ifndef CLIENT_CUDA_ERROR_H
#define CLIENT_CUDA_ERROR_H

#include <stdexcept>
#include <string>

namespace worker
{

class CudaError : public std::runtime_error
{
public:
	CudaError(int code, const std::string &message) : std::runtime_error(message), code_(code)
	{
	}

	int code() const noexcept
	{
		return code_;
	}

	static CudaError invalid_device(const std::string &details)
	{
		return CudaError(1, "Invalid device: " + details);
	}
	static CudaError out_of_memory(const std::string &details)
	{
		return CudaError(2, "Out of memory: " + details);
	}
	static CudaError model_load_failed(const std::string &details)
	{
		return CudaError(3, "Model load failed: " + details);
	}
	static CudaError inference_failed(const std::string &details)
	{
		return CudaError(4, "Inference failed: " + details);
	}
	static CudaError invalid_parameter(const std::string &details)
	{
		return CudaError(5, "Invalid parameter: " + details);
	}
	static CudaError kernel_launch_failed(const std::string &details)
	{
		return CudaError(6, "Kernel launch failed: " + details);
	}
	static CudaError vram_residency_failed(const std::string &details)
	{
		return CudaError(7, "VRAM residency failed: " + details);
	}
	static CudaError device_not_found(const std::string &details)
	{
		return CudaError(8, "Device not found: " + details);
	}

private:
	int code_;
};

} /* namespace worker */

#endif
