/*
 * The table of unwind rules: fixed size, no lock, older entries give way.
 */
#include "config.h"

#include "unwind/unwind_rules.h"

struct vt__rule_entry vt__rule_table[VT__RULE_SLOTS] __attribute__((aligned(64)));

static uint64_t load(uint32_t place, uint64_t key)
{
	struct vt__rule_entry *entry = &vt__rule_table[place];
	uint64_t rule = atomic_load_explicit(&entry->rule, memory_order_relaxed);

	return (atomic_load_explicit(&entry->check, memory_order_relaxed) ^ rule) == key ? rule : 0;
}

/* The nth place to look for a key: its own, then the others of the line. */
static uint32_t place_of(uint64_t key, uint32_t nth)
{
	return (uint32_t)(key >> 48) ^ nth;
}

uint64_t vt__rule_find(uint64_t key)
{
	for (uint32_t nth = 0; nth < VT__RULE_LINE; nth++) {
		uint64_t rule = load(place_of(key, nth), key);

		if (rule)
			return rule;
	}
	return 0;
}

/* Two threads may choose the same place at once. Either both words are of one
 * of them, or the check fails for every key and the place is free to lose. */
void vt__rule_keep(uint64_t key, uint64_t rule)
{
	struct vt__rule_entry *entry = &vt__rule_table[place_of(key, 0)];

	for (uint32_t nth = 0; nth < VT__RULE_LINE; nth++) {
		struct vt__rule_entry *other = &vt__rule_table[place_of(key, nth)];

		if (!atomic_load_explicit(&other->rule, memory_order_relaxed)) {
			entry = other;
			break;
		}
	}
	atomic_store_explicit(&entry->rule, rule, memory_order_relaxed);
	atomic_store_explicit(&entry->check, key ^ rule, memory_order_relaxed);
}

/* A reader between the two stores has a miss: zero is no rule, and the check fails for a key. */
void vt__rule_clear(void)
{
	for (uint32_t place = 0; place < VT__RULE_SLOTS; place++) {
		atomic_store_explicit(&vt__rule_table[place].rule, 0, memory_order_relaxed);
		atomic_store_explicit(&vt__rule_table[place].check, 0, memory_order_relaxed);
	}
}
