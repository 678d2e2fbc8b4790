/*
 * worker::CudaError: the exception of the C++ headers, and how a vt_status becomes one.
 *
 * A program that has a class worker::CudaError of its own keeps it: include
 * its header first and define VRAMTRACK_CUDA_ERROR_DEFINED, or include the
 * headers of <vramtrack/compat/>, which do both. That class needs a constructor
 * (int, const std::string &) and the factories below. A program uses either
 * its own class or this one, in all of its files.
 */
#ifndef VRAMTRACK_CUDA_ERROR_HPP
#define VRAMTRACK_CUDA_ERROR_HPP

#include <exception>
#include <string>

#include <vramtrack/status.h>

namespace worker
{

/* The numbers that code() gives. No enumerators: <cuda.h> has those names. */
namespace cuda_error_codes
{
inline constexpr int success = 0;
inline constexpr int invalid_device = 1;
inline constexpr int out_of_memory = 2;
inline constexpr int model_load_failed = 3;
inline constexpr int inference_failed = 4;
inline constexpr int invalid_parameter = 5;
inline constexpr int kernel_launch_failed = 6;
inline constexpr int vram_residency_failed = 7;
inline constexpr int device_not_found = 8;
inline constexpr int unknown = 99;
} /* namespace cuda_error_codes */

#ifndef VRAMTRACK_CUDA_ERROR_DEFINED
#define VRAMTRACK_CUDA_ERROR_DEFINED

class CudaError : public std::exception
{
public:
	CudaError(int code, const std::string &message) : code_(code), message_(message)
	{
	}
	CudaError(int code, const char *message) : code_(code), message_(message ? message : "")
	{
	}

	int code() const noexcept
	{
		return code_;
	}
	const char *what() const noexcept override
	{
		return message_.c_str();
	}

	static CudaError invalid_device(const std::string &details)
	{
		return {cuda_error_codes::invalid_device, "Invalid device: " + details};
	}
	static CudaError out_of_memory(const std::string &details)
	{
		return {cuda_error_codes::out_of_memory, "Out of memory: " + details};
	}
	static CudaError model_load_failed(const std::string &details)
	{
		return {cuda_error_codes::model_load_failed, "Model load failed: " + details};
	}
	static CudaError inference_failed(const std::string &details)
	{
		return {cuda_error_codes::inference_failed, "Inference failed: " + details};
	}
	static CudaError invalid_parameter(const std::string &details)
	{
		return {cuda_error_codes::invalid_parameter, "Invalid parameter: " + details};
	}
	static CudaError kernel_launch_failed(const std::string &details)
	{
		return {cuda_error_codes::kernel_launch_failed, "Kernel launch failed: " + details};
	}
	static CudaError vram_residency_failed(const std::string &details)
	{
		return {cuda_error_codes::vram_residency_failed,
			"VRAM residency failed: " + details};
	}
	static CudaError device_not_found(const std::string &details)
	{
		return {cuda_error_codes::device_not_found, "Device not found: " + details};
	}

private:
	int code_;
	std::string message_;
};

#endif

namespace vramtrack_detail
{

/*
 * Throws what `status` means, with the thread's detail as text.
 *
 * Out of memory, the one code that callers retry, is thrown for nothing but a
 * lack of memory that somebody can end by freeing: that of the device, or a
 * budget. An earlier fault of the device stays until the process ends and
 * comes from a kernel, so it has the code of those.
 */
[[noreturn]] inline void throw_status(vt_status status)
{
	std::string text = vt_last_error_text();

	if (text.empty())
		text = vt_status_string(status);
	switch (status) {
	case VT_ERROR_OUT_OF_MEMORY:
	case VT_ERROR_BUDGET:
		throw CudaError::out_of_memory(text);
	case VT_ERROR_INVALID_ARGUMENT:
	case VT_ERROR_NOT_ALLOCATED:
	case VT_ERROR_NOT_SUPPORTED:
		throw CudaError::invalid_parameter(text);
	case VT_ERROR_DEVICE_FAULT:
		throw CudaError::kernel_launch_failed(text);
	case VT_ERROR_NO_DEVICE:
		throw CudaError::device_not_found(text);
	case VT_ERROR_NOT_RESIDENT:
		throw CudaError::vram_residency_failed(text);
	default:
		throw CudaError(cuda_error_codes::unknown, text);
	}
}

/* For copies and memset: what CUDA refused is a failed inference, whatever its reason. */
[[noreturn]] inline void throw_contents_status(vt_status status)
{
	if (vt_last_error()->cuda_error != 0)
		throw CudaError::inference_failed(vt_last_error_text());
	throw_status(status);
}

} /* namespace vramtrack_detail */

} /* namespace worker */

#endif
