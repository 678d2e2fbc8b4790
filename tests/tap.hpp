/* A test program in C++: a table of functions, run one after the other, in TAP. */
#ifndef VT_TESTS_TAP_HPP
#define VT_TESTS_TAP_HPP

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>

struct Test {
	const char *name; /* the behaviour */
	void (*run)();
};

/* Ends the test if it is not so. */
#define CHECK(condition) check_that((condition), #condition, __FILE__, __LINE__)

inline void check_that(bool is_so, const char *text, const char *file, int line)
{
	if (!is_so)
		throw std::logic_error(std::string(file) + ":" + std::to_string(line) +
				       ": not so: " + text);
}

#define CHECK_EQUAL(seen, wanted) check_equal((seen), (wanted), #seen, __FILE__, __LINE__)

inline void check_equal(unsigned long long seen, unsigned long long wanted, const char *text,
			const char *file, int line)
{
	if (seen != wanted)
		throw std::logic_error(std::string(file) + ":" + std::to_string(line) + ": " +
				       text + " is " + std::to_string(seen) + ", not " +
				       std::to_string(wanted));
}

template <size_t count>
int run_tests(const Test (&tests)[count])
{
	int failures = 0;

	std::printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++) {
		std::string problem;

		try {
			tests[i].run();
		} catch (const std::exception &error) {
			problem = error.what();
		}
		failures += !problem.empty();
		std::printf("%s %zu - %s\n", problem.empty() ? "ok" : "not ok", i + 1,
			    tests[i].name);
		if (!problem.empty())
			std::printf("# %s\n", problem.c_str());
		std::fflush(stdout);
	}
	return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
