#!/usr/bin/env bash
# cudaStreamQuery that says "all done" does not let a pool give back what was freed; a synchronize does.
#
# Software: NVIDIA driver 580.159.04, CUDA 13.0, H200 (2026-11-29).
# Behaviour: with the release threshold at 0, what is freed in a stream goes back to the system when that
# stream is synchronized. A program that only polls (cudaStreamQuery until cudaSuccess, as event loops do)
# keeps the pool's reserve, 32 MiB for one byte; synchronizing another stream does not help either.
# Seen: "freed 33554432, query 0: 33554432, other stream: 33554432, own stream: 0".
set -u
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cuda=${CUDA_HOME:-/usr/local/cuda}
if ! nvidia-smi -L >/dev/null 2>&1 || [ ! -x "$cuda/bin/nvcc" ]; then
	echo "needs a GPU and nvcc"
	exit 77
fi
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader
cat >"$work/query.cu" <<'END'
#include <cstdio>
#include <unistd.h>
#include <cuda_runtime.h>
static unsigned long long reserved(cudaMemPool_t pool)
{
	unsigned long long bytes = 0;
	cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReservedMemCurrent, &bytes);
	return bytes;
}
int main()
{
	cudaMemPool_t pool;
	cudaStream_t own, other;
	void *memory;
	if (cudaDeviceGetDefaultMemPool(&pool, 0) || cudaStreamCreate(&own) || cudaStreamCreate(&other) ||
	    cudaMallocAsync(&memory, 1, own) || cudaStreamSynchronize(own) || cudaFreeAsync(memory, own))
		return 99;
	printf("freed %llu", reserved(pool));
	usleep(100000);
	int query = cudaStreamQuery(own);
	printf(", query %d: %llu", query, reserved(pool));
	cudaStreamSynchronize(other);
	printf(", other stream: %llu", reserved(pool));
	cudaStreamSynchronize(own);
	printf(", own stream: %llu\n", reserved(pool));
}
END
"$cuda/bin/nvcc" -o "$work/query" "$work/query.cu" && "$work/query" | tee "$work/seen" || exit 99
echo 'freed 33554432, query 0: 33554432, other stream: 33554432, own stream: 0' | cmp -s - "$work/seen"
# In vramtrack: the simulated device does the same, and tests/conformance asks it (D050 to D052).
