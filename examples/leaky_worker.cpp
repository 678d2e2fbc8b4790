/*
 * A small inference worker with the device-memory mistakes that real ones make.
 *
 * It loads weights, serves a few requests with a KV cache each, and shuts
 * down. Planted on purpose, one of each:
 *   - a request that is cancelled never gives its KV cache back;
 *   - the scratch buffer grows and the smaller one is forgotten;
 *   - a pinned staging buffer is left at exit;
 *   - shutting down frees the logits a second time;
 *   - a batch that no device can hold is asked for, refused, and survived.
 * Weights and all other caches are freed: vramtrack has nothing to say of them.
 *
 * Calls the CUDA runtime only; nvcc or any C++17 compiler builds it:
 *   nvcc -g -o leaky_worker leaky_worker.cpp
 *   g++ -g -I$CUDA_HOME/include -o leaky_worker leaky_worker.cpp -L$CUDA_HOME/lib64 -lcudart
 */
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <vector>

#include <cuda_runtime_api.h>

namespace
{

constexpr std::size_t mebibyte = std::size_t(1) << 20;
constexpr int layers = 4;

void check(cudaError_t result, const char *what)
{
	if (result == cudaSuccess)
		return;
	std::fprintf(stderr, "worker: %s: %s\n", what, cudaGetErrorString(result));
	std::exit(1);
}

class Weights
{
public:
	void load()
	{
		for (int layer = 0; layer < layers; layer++) {
			attention_.push_back(tensor(4 * mebibyte));
			feed_forward_.push_back(tensor(8 * mebibyte));
		}
	}

	~Weights()
	{
		for (void *tensor : attention_)
			cudaFree(tensor);
		for (void *tensor : feed_forward_)
			cudaFree(tensor);
	}

private:
	void *tensor(std::size_t bytes)
	{
		void *memory = nullptr;
		check(cudaMalloc(&memory, bytes), "weights");
		check(cudaMemset(memory, 0, bytes), "weights");
		return memory;
	}

	std::vector<void *> attention_;
	std::vector<void *> feed_forward_;
};

/* One KV cache a request, in stream order. */
class KvCache
{
public:
	explicit KvCache(cudaStream_t stream) : stream_(stream)
	{
	}

	void open(int request, std::size_t tokens)
	{
		check(cudaMallocAsync(&caches_[request], tokens * 4096, stream_), "KV cache");
	}

	void close(int request)
	{
		check(cudaFreeAsync(caches_[request], stream_), "KV cache");
		caches_.erase(request);
	}

	/* Planted: the entry goes, the memory stays. */
	void cancel(int request)
	{
		caches_.erase(request);
	}

private:
	cudaStream_t stream_;
	std::map<int, void *> caches_;
};

class Scratch
{
public:
	void reserve(std::size_t bytes)
	{
		if (bytes <= bytes_)
			return;
		/* Planted: what memory_ held until now is never freed. */
		check(cudaMalloc(&memory_, bytes), "scratch");
		bytes_ = bytes;
	}

	~Scratch()
	{
		cudaFree(memory_);
	}

private:
	void *memory_ = nullptr;
	std::size_t bytes_ = 0;
};

class Worker
{
public:
	Worker()
	{
		check(cudaStreamCreate(&stream_), "stream");
		weights_.load();
		check(cudaMalloc(&logits_, mebibyte), "logits");
		check(cudaMallocHost(&staging_, 2 * mebibyte), "staging");
	}

	void serve(int request, std::size_t tokens, bool cancelled)
	{
		KvCache &caches = caches_for(stream_);
		caches.open(request, tokens);
		scratch_.reserve(tokens * 2048);
		check(cudaStreamSynchronize(stream_), "request");
		if (cancelled)
			caches.cancel(request);
		else
			caches.close(request);
	}

	/* Planted: more than any device has. */
	void serve_batch(std::size_t sequences)
	{
		void *batch = nullptr;
		cudaError_t result = cudaMalloc(&batch, sequences * 1024 * mebibyte);

		if (result == cudaSuccess) {
			cudaFree(batch);
			return;
		}
		cudaGetLastError();
		std::printf("worker: a batch of %zu sequences was refused: %s\n", sequences,
			    cudaGetErrorString(result));
	}

	/* Planted: the second free. staging_ is left to the driver. */
	void shut_down()
	{
		check(cudaStreamSynchronize(stream_), "shutdown");
		cudaFree(logits_);
		cudaFree(logits_);
		cudaGetLastError();
		cudaStreamDestroy(stream_);
	}

private:
	KvCache &caches_for(cudaStream_t stream)
	{
		if (caches_.empty())
			caches_.emplace_back(stream);
		return caches_.front();
	}

	cudaStream_t stream_ = nullptr;
	Weights weights_;
	std::vector<KvCache> caches_;
	Scratch scratch_;
	void *logits_ = nullptr;
	void *staging_ = nullptr;
};

} /* namespace */

int main()
{
	Worker worker;

	worker.serve(1, 1024, false);
	worker.serve(2, 2048, true);
	worker.serve(3, 1536, false);
	worker.serve_batch(4096);
	worker.shut_down();
	std::puts("worker: served 3 requests");
	return 0;
}
