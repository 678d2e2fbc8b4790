/*
 * A program with inlined calls and C++ names, whose own stack the symbolizer's
 * test names: prints the return addresses of one call as addresses in its file,
 * innermost first. The test knows the marked lines.
 */
#include <cstdint>
#include <cstdio>

#include <execinfo.h>

extern "C" char __executable_start;

namespace model
{
__attribute__((noinline)) int take(void **frames, int room)
{
	int count = backtrace(frames, room);

	asm volatile("" ::: "memory"); /* no tail call: it would take a frame away */
	return count;
}

static inline __attribute__((always_inline)) int innermost(void **frames, int room)
{
	int count = take(frames, room); /* line 25 */
	asm volatile("" ::: "memory");
	return count;
}

static inline __attribute__((always_inline)) int middle(void **frames, int room)
{
	return innermost(frames, room) + 0; /* line 32 */
}

template <typename T>
struct Loader {
	__attribute__((noinline)) int load(const T *, void **frames, int room)
	{
		int count = middle(frames, room); /* line 39 */
		asm volatile("" ::: "memory");
		return count;
	}
};
} // namespace model

int main()
{
	model::Loader<float> loader;
	void *frames[8];
	float weight = 0;
	int count = loader.load(&weight, frames, 8); /* line 51 */

	/* frames[0] is in take() itself. */
	for (int i = 1; i < count && i < 3; i++)
		std::printf("%lx\n", (unsigned long)((char *)frames[i] - &__executable_start));
	return 0;
}
