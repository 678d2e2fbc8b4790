/*
 * Hashes of words and bytes, for the ledger's tables and for stacks.
 */
#ifndef VT_LEDGER_HASH_H
#define VT_LEDGER_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define VT__HASH_A 0x9e3779b97f4a7c15ull
#define VT__HASH_B 0xd6e8feb86659fd93ull
#define VT__HASH_C 0xa0761d6478bd642full
#define VT__HASH_D 0xe7037ed1a0b428dbull

/* The full product of two words, folded. */
static inline uint64_t vt__hash_fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t vt__hash_word(uint64_t word)
{
	return vt__hash_fold(word, VT__HASH_B);
}

static inline uint64_t vt__hash_bytes(const void *key, size_t bytes)
{
	const uint8_t *at = key;
	uint64_t hash = VT__HASH_C ^ bytes, word;

	for (; bytes >= sizeof(word); at += sizeof(word), bytes -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		hash = vt__hash_fold(hash ^ word, VT__HASH_D);
	}
	for (word = 0; bytes; bytes--)
		word = word << 8 | at[bytes - 1];
	return vt__hash_fold(hash ^ word, VT__HASH_B);
}

/* 128 bits: two sequences with this key are taken for equal. */
struct vt__hash128 {
	uint64_t low;
	uint64_t high;
};

/* Two chains that do not wait for each other, one multiplication for two words
 * in each half of the key: this is on the hot path, for every stack. */
static inline struct vt__hash128 vt__hash_words(const uint64_t *words, unsigned count,
						uint64_t seed)
{
	struct vt__hash128 even = {seed ^ VT__HASH_A, count ^ VT__HASH_C};
	struct vt__hash128 odd = {VT__HASH_D, VT__HASH_B};
	unsigned i = 0;

	for (; i + 4 <= count; i += 4) {
		even.low = vt__hash_fold(even.low ^ words[i], words[i + 1] ^ VT__HASH_B);
		even.high = vt__hash_fold(even.high + words[i], words[i + 1] + VT__HASH_D);
		odd.low = vt__hash_fold(odd.low ^ words[i + 2], words[i + 3] ^ VT__HASH_A);
		odd.high = vt__hash_fold(odd.high + words[i + 2], words[i + 3] + VT__HASH_C);
	}
	for (; i < count; i++) {
		even.low = vt__hash_fold(even.low ^ words[i], VT__HASH_B);
		even.high = vt__hash_fold(even.high + words[i], VT__HASH_D);
	}
	even.low = vt__hash_fold(even.low ^ VT__HASH_D, odd.low ^ VT__HASH_C);
	even.high = vt__hash_fold(even.high + VT__HASH_B, odd.high + VT__HASH_A);
	return even;
}

#endif
