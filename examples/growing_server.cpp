/*
 * A server that grows: it frees all of its memory when it ends, so that nothing leaks, and takes
 * more with every hundred requests until then.
 *
 *     nvcc -g -cudart shared -o growing_server growing_server.cpp
 *     g++ -g -I$CUDA_HOME/include -o growing_server growing_server.cpp -L$CUDA_HOME/lib64 -lcudart
 *     vramtrack run -- ./growing_server    (--simulate without a GPU)
 *
 * It tells vramtrack when it has served a hundred requests; from those marks it is told which call
 * site rises. Without vramtrack that is nothing.
 */
#include <chrono>
#include <cstdio>
#include <cuda_runtime.h>
#include <map>
#include <string>
#include <thread>

/* There where the shim is. */
extern "C" __attribute__((weak)) void vramtrack_preload_mark(const char *name);

namespace
{

constexpr std::size_t kib = 1024;

void *allocate(std::size_t bytes)
{
	void *memory = nullptr;

	if (cudaMalloc(&memory, bytes) != cudaSuccess)
		std::fputs("server: out of memory\n", stderr);
	return memory;
}

/* Answers are kept by the text of the question, and questions hardly ever come twice. */
class AnswerCache
{
public:
	~AnswerCache()
	{
		for (auto &answer : answers_)
			cudaFree(answer.second);
	}

	void *answer(const std::string &question)
	{
		auto known = answers_.find(question);

		if (known == answers_.end())
			known = answers_.emplace(question, remember()).first;
		return known->second;
	}

private:
	static void *remember()
	{
		return allocate(64 * kib);
	}

	std::map<std::string, void *> answers_;
};

class Server
{
public:
	Server() : weights_(allocate(48 * kib * kib))
	{
	}

	~Server()
	{
		cudaFree(weights_);
	}

	void serve(int number)
	{
		void *scratch = allocate(256 * kib);

		if (number % 25 == 0)
			cache_.answer("question " + std::to_string(number));
		else
			cache_.answer("hello");
		if (number % 10 == 0)
			std::this_thread::sleep_for(std::chrono::milliseconds(1));
		cudaFree(scratch);
	}

private:
	void *weights_;
	AnswerCache cache_;
};

} /* namespace */

int main()
{
	Server server;

	for (int number = 1; number <= 5000; number++) {
		server.serve(number);
		if (number % 100 == 0 && vramtrack_preload_mark)
			vramtrack_preload_mark("hundred requests");
	}
	std::puts("server: served 5000 requests");
	return 0;
}
