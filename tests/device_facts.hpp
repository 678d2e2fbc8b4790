/* What the C++ tests ask of the device, and how they make CUDA calls fail. */
#ifndef VT_TESTS_DEVICE_FACTS_HPP
#define VT_TESTS_DEVICE_FACTS_HPP

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include <cuda_runtime.h>

#include <vramtrack/cuda_error.hpp>

/* Of src/library/cuda_calls.h, which is C and nothing else. */
extern "C" {
extern int (*vt__cuda_fault)(const char *call, void *closure);
extern void *vt__cuda_fault_closure;
}

#include "tests/tap.hpp"

inline constexpr size_t KiB = 1024;
inline constexpr size_t MiB = 1024 * KiB;
inline constexpr size_t GiB = 1024 * MiB;

inline size_t free_bytes()
{
	size_t free = 0, total = 0;

	CHECK(cudaMemGetInfo(&free, &total) == cudaSuccess);
	return free;
}

/* No device has as much. */
inline size_t more_than_the_device()
{
	size_t free = 0, total = 0;

	CHECK(cudaMemGetInfo(&free, &total) == cudaSuccess);
	return total + GiB;
}

/* The device has what it had when this began, but for less than one allocation of a test. */
class Baseline
{
public:
	/* The first allocation makes the driver take memory for itself. */
	Baseline()
	{
		void *first = nullptr;

		CHECK(cudaMalloc(&first, 4 * MiB) == cudaSuccess);
		CHECK(cudaFree(first) == cudaSuccess);
		free_ = free_bytes();
	}

	void check() const
	{
		size_t now = free_bytes();

		CHECK_EQUAL(now < free_ ? (free_ - now) / (4 * MiB) : 0, 0);
		CHECK(cudaGetLastError() == cudaSuccess);
	}

private:
	size_t free_;
};

/* While it lives, CUDA calls whose name has `part` in it fail with `error`. */
class Fault
{
public:
	Fault(const char *part, cudaError_t error) : part_(part), error_(error)
	{
		vt__cuda_fault_closure = this;
		vt__cuda_fault = answer;
	}
	~Fault()
	{
		vt__cuda_fault = nullptr;
		vt__cuda_fault_closure = nullptr;
	}
	Fault(const Fault &) = delete;
	Fault &operator=(const Fault &) = delete;

	int hits = 0;

private:
	static int answer(const char *call, void *closure)
	{
		Fault *fault = static_cast<Fault *>(closure);

		if (!std::strstr(call, fault->part_))
			return 0;
		fault->hits++;
		return fault->error_;
	}

	const char *part_;
	int error_;
};

/* The code of the CudaError that `act` throws, with its text in `text`; -1 if it throws none. */
template <typename Act>
int code_of(Act act, std::string *text = nullptr)
{
	try {
		act();
	} catch (const worker::CudaError &error) {
		if (text)
			*text = error.what();
		return error.code();
	}
	return -1;
}

inline std::vector<unsigned char> pattern(size_t bytes)
{
	std::vector<unsigned char> data(bytes);

	for (size_t i = 0; i < bytes; i++)
		data[i] = static_cast<unsigned char>(i * 31 + 7);
	return data;
}

/* What the device has there. */
inline std::vector<unsigned char> contents(const void *address, size_t bytes)
{
	std::vector<unsigned char> data(bytes);

	CHECK(cudaMemcpy(data.data(), address, bytes, cudaMemcpyDeviceToHost) == cudaSuccess);
	return data;
}

#endif
