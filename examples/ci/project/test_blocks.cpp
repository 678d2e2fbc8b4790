/* Tests in GoogleTest's form, each of which has to give its device memory back. */
#include <gtest/gtest.h>

#include "cache.h"
#include "vramtrack_gtest.hpp"

TEST(Cache, IsEmptyAtFirst)
{
	cache *blocks = cache_open();

	EXPECT_EQ(cache_count(blocks), 0u);
	cache_close(blocks);
}

TEST(Cache, CountsItsBlocks)
{
	cache *blocks = cache_open();

	EXPECT_NE(cache_add(blocks, 1 << 20), nullptr);
	EXPECT_NE(cache_add(blocks, 1 << 16), nullptr);
	EXPECT_EQ(cache_count(blocks), 2u);
	cache_close(blocks);
}

int main(int argc, char **argv)
{
	testing::InitGoogleTest(&argc, argv);
	vramtrack::watch_each_test();
	return RUN_ALL_TESTS();
}
