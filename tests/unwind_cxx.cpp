/*
 * C++ frames to be walked over: lambdas, exceptions in flight and caught.
 */
#include <functional>
#include <stdexcept>
#include <string>

#include "tests/unwind_frames.h"

namespace
{

struct visitor {
	unwind_visit *visit;
	void *closure;
	~visitor()
	{
		visit(closure);
	}
};

__attribute__((noinline)) void fail(unsigned depth)
{
	if (depth == 0)
		throw std::runtime_error("thrown");
	fail(depth - 1);
	__asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) void guarded(unsigned depth, unwind_visit *visit, void *closure)
{
	visitor at_the_end{visit, closure};

	fail(depth);
}

} // namespace

UNWIND_EXPORT void frames_lambda(unsigned depth, unwind_visit *visit, void *closure)
{
	std::string text(depth + 1, 'x');
	std::function<void(unsigned)> call = [&](unsigned left) {
		if (left == 0)
			visit(closure);
		else
			call(left - 1);
		text += 'y';
	};

	call(depth);
}

UNWIND_EXPORT void frames_while_unwinding(unsigned depth, unwind_visit *visit, void *closure)
{
	try {
		guarded(depth, visit, closure);
	} catch (const std::runtime_error &) {
		return;
	}
}

UNWIND_EXPORT void frames_in_catch(unsigned depth, unwind_visit *visit, void *closure)
{
	try {
		fail(depth);
	} catch (const std::runtime_error &) {
		visit(closure);
	}
}
