/* Ways to reach an allocation: a stack of a given depth, and many different call sites. */
#ifndef VT_BENCH_CALL_SITES_HPP
#define VT_BENCH_CALL_SITES_HPP

#include <array>
#include <cstddef>
#include <utility>

/* Calls `work` from `frames` frames further down. The empty assembly after the
 * call keeps it from being a jump, which would leave no frame. */
template <typename Work>
[[gnu::noinline]] void from_depth(long frames, Work &work)
{
	if (frames > 1)
		from_depth(frames - 1, work);
	else
		work();
	asm volatile("");
}

/* A function of its own for each number, so each is another call site. */
template <std::size_t Number, typename Work>
[[gnu::noinline]] void site(Work &work)
{
	work();
	asm volatile("" ::"i"(Number));
}

template <typename Work, std::size_t... Numbers>
constexpr std::array<void (*)(Work &), sizeof...(Numbers)> make_sites(
	std::index_sequence<Numbers...>)
{
	return {&site<Numbers, Work>...};
}

template <typename Work, std::size_t Count>
inline constexpr auto sites = make_sites<Work>(std::make_index_sequence<Count>());

#endif
