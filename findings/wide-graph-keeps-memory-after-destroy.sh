#!/usr/bin/env bash
# A wide executable graph takes over 1 GiB of device memory, and neither destroying nor trimming gives it back.
#
# Software: NVIDIA driver 580.159.04, CUDA 13.0, H200 (2026-11-29).
# Behaviour: 10 000 empty kernel nodes without dependencies cost about 1.1 GiB at cudaGraphInstantiate, the
# same nodes in one chain about 22 MiB. After cudaGraphExecDestroy, cudaGraphDestroy and
# cudaDeviceGraphMemTrim the memory is still taken; a second such executable takes nothing more.
# Seen: "instantiated: more than 1 GiB, destroyed and trimmed: nothing back, second: nothing more".
set -u
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cuda=${CUDA_HOME:-/usr/local/cuda}
if ! nvidia-smi -L >/dev/null 2>&1 || [ ! -x "$cuda/bin/nvcc" ]; then
	echo "needs a GPU and nvcc"
	exit 77
fi
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader
cat >"$work/wide.cu" <<'END'
#include <cstdio>
#include <cuda_runtime.h>
__global__ void empty() {}
static long long left()
{
	size_t bytes, total;
	cudaMemGetInfo(&bytes, &total);
	return (long long)bytes >> 20;
}
static int make(cudaGraph_t *graph, cudaGraphExec_t *exec)
{
	cudaKernelNodeParams kernel = {};
	kernel.func = (void *)empty;
	kernel.gridDim = kernel.blockDim = dim3(1);
	if (cudaGraphCreate(graph, 0)) return 1;
	for (int i = 0; i < 10000; i++) {
		cudaGraphNode_t node;
		if (cudaGraphAddKernelNode(&node, *graph, nullptr, 0, &kernel)) return 1;
	}
	return cudaGraphInstantiate(exec, *graph, 0);
}
int main()
{
	cudaGraph_t graph;
	cudaGraphExec_t exec;
	empty<<<1, 1>>>();
	if (cudaDeviceSynchronize()) return 99;
	long long before = left();
	if (make(&graph, &exec)) return 99;
	long long made = left();
	cudaGraphExecDestroy(exec);
	cudaGraphDestroy(graph);
	cudaDeviceSynchronize();
	cudaDeviceGraphMemTrim(0);
	long long destroyed = left();
	if (make(&graph, &exec)) return 99;
	long long again = left();
	fprintf(stderr, "MiB: made %lld, back %lld, second %lld\n", before - made, destroyed - made, destroyed - again);
	printf("instantiated: %s, destroyed and trimmed: %s, second: %s\n",
	       before - made > 1024 ? "more than 1 GiB" : "less", destroyed == made ? "nothing back" : "other",
	       again == destroyed ? "nothing more" : "other");
}
END
"$cuda/bin/nvcc" -o "$work/wide" "$work/wide.cu" && "$work/wide" | tee "$work/seen" || exit 99
echo 'instantiated: more than 1 GiB, destroyed and trimmed: nothing back, second: nothing more' | cmp -s - "$work/seen"
# In vramtrack: executable graphs are counted in the report ("held"); their bytes are in "not attributed".
