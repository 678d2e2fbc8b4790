#!/usr/bin/env bash
# Streams that were used once hold about half a MiB of device memory each; destroying them gives nothing back.
#
# Software: NVIDIA driver 580.159.04, CUDA 13.0, H200 (2026-11-29).
# Behaviour: each of 512 streams does one memset and is destroyed after all were made. Free memory falls by
# 2 MiB at about every fourth stream and does not rise when they are gone. Streams made again take
# nothing more: the driver keeps the memory for the next ones.
# Seen: "made: more than 200 MiB, destroyed: nothing back, made again: nothing more".
set -u
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cuda=${CUDA_HOME:-/usr/local/cuda}
if ! nvidia-smi -L >/dev/null 2>&1 || [ ! -x "$cuda/bin/nvcc" ]; then
	echo "needs a GPU and nvcc"
	exit 77
fi
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader
cat >"$work/streams.cu" <<'END'
#include <cstdio>
#include <cuda_runtime.h>
static long long left()
{
	size_t bytes, total;
	cudaMemGetInfo(&bytes, &total);
	return (long long)bytes >> 20;
}
static int use(cudaStream_t *streams, int count, void *memory)
{
	for (int i = 0; i < count; i++)
		if (cudaStreamCreate(&streams[i]) || cudaMemsetAsync(memory, 0, 1, streams[i]))
			return 1;
	return cudaDeviceSynchronize();
}
int main()
{
	static cudaStream_t streams[512];
	void *memory;
	if (cudaMalloc(&memory, 1) || cudaMemset(memory, 0, 1)) return 99;
	long long before = left();
	if (use(streams, 512, memory)) return 99;
	long long made = left();
	for (cudaStream_t stream : streams) cudaStreamDestroy(stream);
	cudaDeviceSynchronize();
	long long destroyed = left();
	if (use(streams, 512, memory)) return 99;
	long long again = left();
	fprintf(stderr, "MiB: made %lld, destroyed %lld, again %lld\n", before - made, made - destroyed, destroyed - again);
	printf("made: %s, destroyed: %s, made again: %s\n", before - made > 200 ? "more than 200 MiB" : "less",
	       destroyed == made ? "nothing back" : "other", again == destroyed ? "nothing more" : "other");
}
END
"$cuda/bin/nvcc" -o "$work/streams" "$work/streams.cu" && "$work/streams" | tee "$work/seen" || exit 99
echo 'made: more than 200 MiB, destroyed: nothing back, made again: nothing more' | cmp -s - "$work/seen"
# In vramtrack: streams are counted in the report ("held"), since no call tells their bytes.
