/*
 * Names and lines that a report must show: an inline frame, a template in a
 * namespace, a lambda. Each leaks an amount of its own.
 */
#include <cuda_runtime_api.h>

#include "hazard.h"

namespace tensors
{

__attribute__((always_inline)) inline void *inlined_helper(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes)); /* line inlined */
	return buffer;
}

FRAME void *not_inlined(size_t bytes)
{
	return inlined_helper(bytes); /* line caller */
}

template <typename element>
struct tensor {
	void *memory;
	FRAME explicit tensor(size_t count) : memory(nullptr)
	{
		CALL(cudaMalloc(&memory, count * sizeof(element)));
	}
};

} // namespace tensors

int main()
{
	auto lambda = [](size_t bytes) FRAME {
		void *buffer;

		CALL(cudaMalloc(&buffer, bytes));
		return buffer;
	};

	MUST(tensors::not_inlined(1 * MIB) != nullptr);
	MUST(tensors::tensor<double>(2 * MIB / sizeof(double)).memory != nullptr);
	MUST(lambda(4 * MIB) != nullptr);
	return 0;
}
