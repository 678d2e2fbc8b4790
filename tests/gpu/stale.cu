/*
 * A kernel that writes through a pointer whose memory was freed. The place has
 * another owner by then: nothing is wrong for the device, and the other's data
 * is gone. Where freed addresses stay out of use, the device faults (700).
 */
#include "families.h"

static __global__ void fill(int *memory, int count)
{
	for (int i = threadIdx.x; i < count; i += blockDim.x)
		memory[i] = 4711;
}

int main()
{
	const size_t bytes = 4096;
	int *neighbour, *stale, *owner;

	MUST(cudaMalloc(&neighbour, bytes)); /* keeps the page mapped */
	MUST(cudaMalloc(&stale, bytes));
	fill<<<1, 32>>>(stale, 1024);
	MUST(cudaDeviceSynchronize());
	MUST(cudaFree(stale));
	MUST(cudaMalloc(&owner, bytes));
	fill<<<1, 32>>>(stale, 1024);
	printf("stale write: %d\n", (int)cudaDeviceSynchronize());
	return 0;
}
