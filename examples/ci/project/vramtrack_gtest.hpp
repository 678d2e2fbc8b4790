/*
 * GoogleTest: each test has to give back the device memory that it takes.
 *
 *     testing::InitGoogleTest(&argc, argv);
 *     vramtrack::watch_each_test();
 *     return RUN_ALL_TESTS();
 *
 * Under `vramtrack gate -- ./tests` a test that ends with more than it began with
 * fails at its own line; the gate then names the line that allocated. Without the
 * shim nothing is looked at, and that is printed once.
 *
 * What a suite holds for all of its tests belongs into SetUpTestSuite(), which is
 * not part of a test. A test that is meant to leave something says
 *     vramtrack::leaves(bytes);
 * Tests of one process run one after another, so what threads of their own do
 * between them is counted for the test that runs.
 */
#ifndef VRAMTRACK_GTEST_HPP
#define VRAMTRACK_GTEST_HPP

#include <cstdint>
#include <cstdio>

#include <dlfcn.h>
#include <gtest/gtest.h>

namespace vramtrack
{

class leak_listener : public testing::EmptyTestEventListener
{
public:
	/* Bytes that the running test may leave. */
	static std::uint64_t &allowance()
	{
		static std::uint64_t bytes = 0;

		return bytes;
	}

	void OnTestProgramStart(const testing::UnitTest &) override
	{
		if (!live_)
			std::printf("vramtrack: the shim is not loaded: leaks of single tests are "
				    "not looked for\n");
	}

	void OnTestStart(const testing::TestInfo &) override
	{
		allowance() = 0;
		before_ = live();
	}

	/* A test that failed may have left its work half done: one failure is enough. */
	void OnTestEnd(const testing::TestInfo &test) override
	{
		const std::uint64_t after = live();

		if (test.result()->Failed() || after <= before_ + allowance())
			return;
		ADD_FAILURE_AT(test.file(), test.line())
			<< "vramtrack: the test left " << after - before_
			<< " bytes of device memory behind (" << before_ << " before it, " << after
			<< " after it)";
	}

private:
	using live_function = std::uint64_t (*)(int device);

	std::uint64_t live() const
	{
		return live_ ? live_(-1) : 0;
	}

	live_function live_ = reinterpret_cast<live_function>(
		dlsym(RTLD_DEFAULT, "vramtrack_preload_live"));
	std::uint64_t before_ = 0;
};

/* Once, after InitGoogleTest(). */
inline void watch_each_test()
{
	testing::UnitTest::GetInstance()->listeners().Append(new leak_listener);
}

/* Inside of a test: it may leave this many bytes. */
inline void leaves(std::uint64_t bytes)
{
	leak_listener::allowance() = bytes;
}

} // namespace vramtrack

#endif
