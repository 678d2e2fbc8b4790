/*
 * What buffers cost beside the CUDA calls that they make. Prints markdown.
 *
 *   g++ -O2 -std=c++17 -pthread -o library bench/library.cpp \
 *       $(PKG_CONFIG_PATH=$PREFIX/lib/pkgconfig pkg-config --cflags --libs vramtrack) \
 *       -Wl,-rpath,$PREFIX/lib -I/usr/local/cuda/include -L/usr/local/cuda/lib64 -lcudart
 *
 * usage: library [rounds] [pairs a round] [threads]
 * In each round every contender runs once, in an order that rotates, so that
 * what changes over time (clocks, other load) meets all alike. Tables show the
 * median over the rounds and the median of the differences to the row that is
 * named first, within the round.
 */
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <vramtrack/vramtrack.h>

#include "runtime.hpp"
#include "timing.hpp"

namespace
{

constexpr std::size_t mebibyte = std::size_t(1) << 20;

void check_status(vt_status status, const char *what)
{
	if (status == VT_OK)
		return;
	std::fprintf(stderr, "bench: %s: %s\n", what, vt_last_error_text());
	std::exit(1);
}

double median(std::vector<double> values)
{
	auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);

	std::nth_element(values.begin(), middle, values.end());
	return *middle;
}

/* A row of a table: its time, in nanoseconds, is that of one `run`. */
struct Contender {
	std::string name;
	std::function<double()> run;
	std::size_t beside; /* the row that it is compared with; itself: none */
	std::vector<double> times;
};

void race(std::vector<Contender> &contenders, long rounds)
{
	for (Contender &contender : contenders)
		contender.run();
	for (long round = 0; round < rounds; round++) {
		for (std::size_t i = 0; i < contenders.size(); i++) {
			Contender &next = contenders[(i + std::size_t(round)) % contenders.size()];

			next.times.push_back(next.run());
		}
	}
}

void print(const std::vector<Contender> &contenders, const char *unit, double scale)
{
	std::printf("| | median %s | added %s | beside |\n|---|--:|--:|---|\n", unit, unit);
	for (std::size_t i = 0; i < contenders.size(); i++) {
		const Contender &row = contenders[i];
		const Contender &base = contenders[row.beside];
		std::vector<double> added;

		for (std::size_t k = 0; k < row.times.size(); k++)
			added.push_back(row.times[k] - base.times[k]);
		if (row.beside == i)
			std::printf("| %s | %.1f | | |\n", row.name.c_str(),
				    median(row.times) / scale);
		else
			std::printf("| %s | %.1f | %+.1f | %s |\n", row.name.c_str(),
				    median(row.times) / scale, median(added) / scale,
				    base.name.c_str());
	}
	std::printf("\n");
}

/* ---- Pairs ------------------------------------------------------------------ */

/* A source that takes no memory: what is left is the library's own time. */
vt_status nothing_allocate(void *state, const vt_source_request *request, vt_source_block *out)
{
	out->base = state;
	out->bytes = request->bytes;
	return VT_OK;
}

vt_status nothing_free(void *, const vt_source_block *, int, vt_stream)
{
	return VT_OK;
}

vt_source *nothing_source(std::uintptr_t address)
{
	vt_source_functions functions = {};
	vt_source *source;

	functions.struct_size = sizeof(functions);
	functions.name = "nothing";
	functions.allocate = nothing_allocate;
	functions.free = nothing_free;
	check_status(vt_source_create(&source, &functions, reinterpret_cast<void *>(address)),
		     "source");
	return source;
}

vt_source *pool_source()
{
	vt_source *source;

	check_status(vt_source_create_pool(&source, nullptr), "pool source");
	return source;
}

cudaMemPool_t raw_pool()
{
	std::uint64_t threshold = UINT64_MAX;
	cudaMemPoolProps properties = {};
	cudaMemPool_t pool;

	properties.allocType = cudaMemAllocationTypePinned;
	properties.location.type = cudaMemLocationTypeDevice;
	check(cudaMemPoolCreate(&pool, &properties), "pool");
	check(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &threshold), "pool");
	return pool;
}

cudaStream_t make_stream()
{
	cudaStream_t stream;

	check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "stream");
	return stream;
}

/* Nanoseconds of a pair, after `stream` is idle. */
template <typename Pair>
double time_pairs(long pairs, cudaStream_t stream, Pair pair)
{
	double elapsed;

	check(cudaStreamSynchronize(stream), "synchronize");
	elapsed = nanoseconds([&] {
		for (long i = 0; i < pairs; i++)
			pair();
	});
	check(cudaStreamSynchronize(stream), "synchronize");
	return elapsed / double(pairs);
}

std::function<double()> raw_pairs(std::size_t bytes, long pairs)
{
	return [=] {
		return time_pairs(pairs, nullptr, [&] {
			void *memory;

			check(cudaMalloc(&memory, bytes), "cudaMalloc");
			check(cudaFree(memory), "cudaFree");
		});
	};
}

std::function<double()> raw_pool_pairs(std::size_t bytes, long pairs, cudaMemPool_t pool,
				       cudaStream_t stream)
{
	return [=] {
		return time_pairs(pairs, stream, [&] {
			void *memory;

			check(cudaMallocFromPoolAsync(&memory, bytes, pool, stream), "allocate");
			check(cudaFreeAsync(memory, stream), "free");
		});
	};
}

std::function<double()> library_pairs(std::size_t bytes, long pairs, vt_source *source,
				      vt_tracker *tracker, cudaStream_t stream)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;

	options.source = source;
	options.tracker = tracker;
	options.purpose = VT_PURPOSE_KV_CACHE;
	options.stream = stream;
	return [=] {
		return time_pairs(pairs, stream, [&] {
			vt_buffer *buffer;

			check_status(vt_buffer_create(&buffer, bytes, &options), "create");
			vt_buffer_destroy(buffer);
		});
	};
}

void pairs_of(std::size_t bytes, long rounds, long pairs, vt_tracker *tracker)
{
	cudaStream_t stream = make_stream();
	cudaMemPool_t pool = raw_pool();
	vt_source *ours = pool_source(), *nothing = nothing_source(1 << 30);
	std::vector<Contender> contenders = {
		{"cudaMalloc + cudaFree", raw_pairs(bytes, pairs), 0, {}},
		{"library", library_pairs(bytes, pairs, nullptr, nullptr, nullptr), 0, {}},
		{"library, tracker", library_pairs(bytes, pairs, nullptr, tracker, nullptr), 0, {}},
		{"cudaMallocFromPoolAsync + cudaFreeAsync",
		 raw_pool_pairs(bytes, pairs, pool, stream),
		 3,
		 {}},
		{"library, pool", library_pairs(bytes, pairs, ours, nullptr, stream), 3, {}},
		{"library, pool, tracker",
		 library_pairs(bytes, pairs, ours, tracker, stream),
		 3,
		 {}},
		{"library, no memory",
		 library_pairs(bytes, pairs, nothing, nullptr, nullptr),
		 6,
		 {}},
		{"library, no memory, tracker",
		 library_pairs(bytes, pairs, nothing, tracker, nullptr),
		 6,
		 {}},
	};

	race(contenders, rounds);
	std::printf("### A pair of create and destroy, %zu KiB, 1 thread\n\n", bytes >> 10);
	print(contenders, "ns", 1);
	check(cudaStreamSynchronize(stream), "synchronize");
	check(cudaMemPoolDestroy(pool), "pool");
	check(cudaStreamDestroy(stream), "stream");
	vt_source_release(ours);
	vt_source_release(nothing);
}

/* ---- Threads ------------------------------------------------------------------ */

/* Runs one of `work` on each thread at once; nanoseconds of a pair on the slowest. */
double together(const std::vector<std::function<double()>> &work)
{
	std::vector<double> times(work.size());
	std::vector<std::thread> threads;
	std::atomic<std::size_t> ready{0};

	for (std::size_t i = 0; i < work.size(); i++)
		threads.emplace_back([&, i] {
			check(cudaSetDevice(0), "device");
			ready++;
			while (ready < work.size())
				std::this_thread::yield();
			times[i] = work[i]();
		});
	for (std::thread &thread : threads)
		thread.join();
	return *std::max_element(times.begin(), times.end());
}

/* Each thread has a stream, pools and a source of its own; the tracker is one. */
void many_threads(std::size_t thread_count, long rounds, long pairs, vt_tracker *tracker)
{
	const std::size_t bytes = mebibyte;
	std::vector<std::function<double()>> work[7];
	std::vector<Contender> contenders;
	static const struct {
		const char *name;
		std::size_t beside;
	} rows[] = {
		{"cudaMallocFromPoolAsync + cudaFreeAsync", 0},
		{"library, pool", 0},
		{"library, pool, one tracker", 0},
		{"library, pool, a tracker each", 0},
		{"library, no memory", 4},
		{"library, no memory, one tracker", 4},
		{"library, no memory, a tracker each", 4},
	};
	std::vector<vt_tracker *> own(thread_count);

	for (std::size_t i = 0; i < thread_count; i++) {
		cudaStream_t stream = make_stream();
		vt_source *ours = pool_source(), *nothing = nothing_source((i + 1) << 30);

		work[0].push_back(raw_pool_pairs(bytes, pairs, raw_pool(), stream));
		work[1].push_back(library_pairs(bytes, pairs, ours, nullptr, stream));
		check_status(vt_tracker_create(&own[i]), "tracker");
		work[2].push_back(library_pairs(bytes, pairs, ours, tracker, stream));
		work[3].push_back(library_pairs(bytes, pairs, ours, own[i], stream));
		work[4].push_back(library_pairs(bytes, pairs, nothing, nullptr, stream));
		work[5].push_back(library_pairs(bytes, pairs, nothing, tracker, stream));
		work[6].push_back(library_pairs(bytes, pairs, nothing, own[i], stream));
	}
	for (std::size_t i = 0; i < 7; i++)
		contenders.push_back({rows[i].name,
				      [&work, i] { return together(work[i]); },
				      rows[i].beside,
				      {}});
	race(contenders, rounds);
	std::printf("### A pair of create and destroy, %zu KiB, %zu threads at once\n\n",
		    bytes >> 10, thread_count);
	print(contenders, "ns", 1);
	for (vt_tracker *each : own)
		vt_tracker_destroy(each);
}

/* ---- Growth -------------------------------------------------------------------- */

constexpr std::size_t first_bytes = 2 * mebibyte, last_bytes = 1024 * mebibyte;

double raw_growth()
{
	void *memory;

	check(cudaMalloc(&memory, first_bytes), "cudaMalloc");
	double elapsed = nanoseconds([&] {
		for (std::size_t bytes = first_bytes; bytes < last_bytes; bytes *= 2) {
			void *larger;

			check(cudaMalloc(&larger, 2 * bytes), "cudaMalloc");
			check(cudaMemcpyAsync(larger, memory, bytes, cudaMemcpyDeviceToDevice,
					      nullptr),
			      "copy");
			check(cudaFree(memory), "cudaFree");
			memory = larger;
		}
		check(cudaStreamSynchronize(nullptr), "synchronize");
	});
	check(cudaFree(memory), "cudaFree");
	return elapsed;
}

double library_growth(vt_source *source, std::size_t capacity)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer;

	options.source = source;
	options.capacity = capacity;
	check_status(vt_buffer_create(&buffer, first_bytes, &options), "create");
	double elapsed = nanoseconds([&] {
		for (std::size_t bytes = first_bytes; bytes < last_bytes; bytes *= 2)
			check_status(vt_buffer_resize(buffer, 2 * bytes, nullptr), "resize");
		check(cudaStreamSynchronize(nullptr), "synchronize");
	});
	vt_buffer_destroy(buffer);
	return elapsed;
}

void growth(long rounds)
{
	vt_source *growable;

	check_status(vt_source_create_growable(&growable, nullptr), "growable source");
	std::vector<Contender> contenders = {
		{"cudaMalloc + copy + cudaFree", raw_growth, 0, {}},
		{"library, moving", [] { return library_growth(nullptr, 0); }, 0, {}},
		{"library, growable", [=] { return library_growth(growable, last_bytes); }, 0, {}},
	};
	race(contenders, rounds);
	std::printf("### Growth from 2 MiB to 1 GiB, doubling, the first bytes kept\n\n");
	print(contenders, "µs", 1000);
	vt_source_release(growable);
}

} // namespace

int main(int argc, char **argv)
{
	const long rounds = argument(argc, argv, 1, 41), pairs = argument(argc, argv, 2, 2000);
	const long threads = argument(argc, argv, 3, 16);
	cudaDeviceProp properties;
	vt_tracker *tracker;

	if (rounds < 1 || pairs < 1 || threads < 1) {
		std::fprintf(stderr, "usage: library [rounds] [pairs a round] [threads]\n");
		return 2;
	}
	check(cudaSetDevice(0), "device");
	check(cudaGetDeviceProperties(&properties, 0), "properties");
	check_status(vt_tracker_create(&tracker), "tracker");
	std::printf("%s; medians of %ld rounds of %ld pairs\n\n", properties.name, rounds, pairs);
	pairs_of(4096, rounds, pairs, tracker);
	pairs_of(mebibyte, rounds, pairs, tracker);
	pairs_of(64 * mebibyte, rounds, pairs / 20 + 1, tracker);
	many_threads(std::size_t(threads), rounds, pairs, tracker);
	growth(rounds / 2 + 1);
	if (vt_tracker_total(tracker) || vt_tracker_count(tracker)) {
		std::fprintf(stderr, "bench: the tracker still has %zu bytes\n",
			     vt_tracker_total(tracker));
		return 1;
	}
	vt_tracker_destroy(tracker);
	return 0;
}
