#!/usr/bin/env bash
# A memory pool's "used" count does not come down when its memory is freed synchronously.
#
# Software: NVIDIA driver 580.159.04, CUDA 13.0, H200 (2026-11-29).
# Behaviour: memory from cudaMallocAsync may be freed by cudaFree, and is. cudaMemPoolAttrUsedMemCurrent
# still counts it, for good, with nothing alive: after N rounds it says N times the size. The same memory
# freed by cudaFreeAsync is taken off. cudaMemPoolAttrReservedMemCurrent is right in both.
# Seen: "async: used 0, reserved 0" and "synchronous: used 3145728, reserved 0".
set -u
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cuda=${CUDA_HOME:-/usr/local/cuda}
if ! nvidia-smi -L >/dev/null 2>&1 || [ ! -x "$cuda/bin/nvcc" ]; then
	echo "needs a GPU and nvcc"
	exit 77
fi
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader
cat >"$work/used.cu" <<'END'
#include <cstdio>
#include <cuda_runtime.h>
static void tell(const char *how, cudaMemPool_t pool)
{
	unsigned long long used = 0, reserved = 0;
	cudaDeviceSynchronize();
	cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &used);
	cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReservedMemCurrent, &reserved);
	printf("%s: used %llu, reserved %llu\n", how, used, reserved);
}
int main()
{
	cudaMemPool_t pool;
	void *memory;
	if (cudaDeviceGetDefaultMemPool(&pool, 0)) return 99;
	for (int i = 0; i < 3; i++) {
		if (cudaMallocAsync(&memory, 1 << 20, 0) || cudaFreeAsync(memory, 0)) return 99;
		cudaDeviceSynchronize();
	}
	tell("async", pool);
	for (int i = 0; i < 3; i++) {
		if (cudaMallocAsync(&memory, 1 << 20, 0) || cudaDeviceSynchronize() || cudaFree(memory)) return 99;
	}
	tell("synchronous", pool);
}
END
"$cuda/bin/nvcc" -o "$work/used" "$work/used.cu" && "$work/used" | tee "$work/seen" || exit 99
printf 'async: used 0, reserved 0\nsynchronous: used 3145728, reserved 0\n' | cmp -s - "$work/seen"
# In vramtrack: an account of a device leans on the reserved bytes of pools, never on the used ones.
