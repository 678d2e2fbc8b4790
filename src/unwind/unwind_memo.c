/*
 * A thread's memos of walks: a ring in which the oldest gives way, and two
 * small tables that lead to them by where a walk begins and by where
 * it leaves another.
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "unwind/unwind_memo.h"
#include "base/attributes.h"
#include "unwind/unwind_step.h"

/* A step of a model asks from some hundred places; what is not used is not touched. */
#define MEMOS 2048u
#define PLACES_LOG2 12
#define PLACES (1u << PLACES_LOG2) /* of each table */

/* Each key has so many places in its table: place ^ 0, place ^ 1, and so on. With two, three
 * ways that come in turn and share them, which is a matter of where the kernel put the program,
 * would push each other out for ever. */
#define WAYS 4u

/* Misses that make no memo after one took the place of another: where there
 * are more ways than places, most of those in the ring are to stay. */
#define PAUSE 32u

#define RING_BYTES (4u << 20) /* a memo of 18 words takes half a KiB, one of 125 two and a half */

/* Serials, of memos that may be gone. */
struct branch {
	uint32_t to; /* 0: to none */
	uint32_t from;
	uint32_t word;
};

struct vt__memos {
	uintptr_t none; /* 0: what a beginning leads to that leads to no memo */
	struct vt__memo_constants *constants;
	uint32_t serial;             /* given last */
	uint32_t oldest;             /* serial of the first that is there */
	uint32_t next;               /* bytes of the ring before the next */
	uint32_t pause;              /* misses left of it */
	bool gives_way;              /* a memo took the place of another */
	uint32_t beginnings[PLACES]; /* offsets of memos, which tell themselves how they begin */
	struct branch branches[PLACES];
	uint32_t misses[PLACES]; /* see tag_of() */
	uint32_t at[MEMOS];      /* offsets of memos, by serial */
	struct vt__memo_draft draft;
	char ring[RING_BYTES] __attribute__((aligned(64)));
};

struct vt__memos *vt__memos_make(struct vt__memo_constants *constants)
{
	int saved_errno = errno;
	struct vt__memos *memory = mmap(NULL, sizeof(struct vt__memos), PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	errno = saved_errno;
	if (memory == MAP_FAILED)
		return NULL;
	memory->constants = constants;
	memory->oldest = 1;
	return memory;
}

bool vt__memos_have(const struct vt__memos *memos, const void *part)
{
	return (uintptr_t)part - (uintptr_t)memos->ring < sizeof(memos->ring);
}

static struct vt__memo *memo_at(struct vt__memos *memos, uint32_t offset)
{
	return (struct vt__memo *)((char *)memos + offset);
}

static uint32_t offset_of(const struct vt__memos *memos, const struct vt__memo *memo)
{
	return (uint32_t)((const char *)memo - (const char *)memos);
}

/* NULL: it is gone. */
static struct vt__memo *memo_of(struct vt__memos *memos, uint32_t serial)
{
	if (serial - memos->oldest >= memos->serial + 1 - memos->oldest)
		return NULL;
	return memo_at(memos, memos->at[serial % MEMOS]);
}

/* The upper bits of a product: those of all lower ones of both. */
static inline uint32_t place_of_beginning(uintptr_t ip, uintptr_t sp)
{
	return (uint32_t)(ip + 2 * sp) * 0x9e3779b1u >> (32 - PLACES_LOG2);
}

/* Offset 0 is that of a word that is 0, like the `ip` of a memo that was dropped. */
static inline struct vt__memo *beginning(struct vt__memos *memos,
					 const struct vt__unwind_start *start)
{
	uint32_t place = place_of_beginning(start->ip, start->sp);
	struct vt__memo *memo = memo_at(memos, memos->beginnings[place]);

	if (VT__LIKELY(memo->ip == start->ip && memo->sp == start->sp))
		return memo;
	for (unsigned i = 1; i < WAYS; i++) {
		memo = memo_at(memos, memos->beginnings[place ^ i]);
		if (memo->ip == start->ip && memo->sp == start->sp)
			return memo;
	}
	return NULL;
}

/* Takes the place of a memo of the same key or of one that is gone, if it can. */
static void add_beginning(struct vt__memos *memos, struct vt__memo *memo)
{
	uint32_t place = place_of_beginning(memo->ip, memo->sp);
	unsigned i;

	for (i = 0; i < WAYS - 1; i++) {
		const struct vt__memo *there = memo_at(memos, memos->beginnings[place ^ i]);

		if (!there->ip || (there->ip == memo->ip && there->sp == memo->sp))
			break;
	}
	memos->beginnings[place ^ i] = offset_of(memos, memo);
}

/* The oldest goes: nothing leads to it any more. */
static void drop_oldest(struct vt__memos *memos)
{
	const struct vt__memo *memo = memo_of(memos, memos->oldest);
	const uint32_t place = place_of_beginning(memo->ip, memo->sp);

	for (unsigned i = 0; i < WAYS; i++)
		if (memos->beginnings[place ^ i] == offset_of(memos, memo))
			memos->beginnings[place ^ i] = 0;
	memos->oldest++;
}

/* Serials do not come again, so that what refers to these leads nowhere. */
void vt__memos_clear(struct vt__memos *memos)
{
	memos->oldest = memos->serial + 1;
	memos->pause = 0;
	memos->gives_way = false;
	memset(memos->beginnings, 0, sizeof(memos->beginnings));
	memset(memos->misses, 0, sizeof(memos->misses));
}

/* Room in the ring, of which the oldest are driven out. */
static struct vt__memo *make_room(struct vt__memos *memos, uint32_t bytes)
{
	const uint32_t ring = (uint32_t)offsetof(struct vt__memos, ring);
	uint32_t at = memos->next;

	/* A lap is of so many at most that no more of the ring is touched than those take. What is
	 * left at its end is of the oldest. */
	if (at + bytes > RING_BYTES || memos->serial % MEMOS == 0) {
		while (memos->oldest <= memos->serial &&
		       memos->at[memos->oldest % MEMOS] >= ring + at)
			drop_oldest(memos);
		at = 0;
	}
	while (memos->oldest <= memos->serial &&
	       (memos->serial - memos->oldest == MEMOS - 1 ||
		memos->at[memos->oldest % MEMOS] - ring - at < bytes)) {
		drop_oldest(memos);
		memos->gives_way = true;
	}
	memos->next = at + bytes;
	return memo_at(memos, ring + at);
}

/* Twice: the keys of ways that part near each other differ by a few low bits, of which the low
 * bits of one product alone would make series. */
static uint64_t hash_of_miss(const struct vt__memo_miss *miss)
{
	uint64_t place = (uint64_t)miss->serial << 32 | miss->word;

	return vt__hash_fold(vt__hash_fold(place ^ VT__HASH_A, miss->value ^ VT__HASH_B),
			     VT__HASH_D);
}

/* The memo that goes the way of `miss` with the same words before. */
static struct vt__memo *other_way(struct vt__memos *memos, const struct vt__memo_miss *miss)
{
	uint64_t place = hash_of_miss(miss) % PLACES;

	for (unsigned i = 0; i < WAYS; i++) {
		const struct branch *branch = &memos->branches[place ^ i];
		struct vt__memo *memo = memo_of(memos, branch->to);

		if (memo && branch->from == miss->serial && branch->word == miss->word &&
		    memo->words[miss->word].value == miss->value)
			return memo;
	}
	return NULL;
}

static void add_branch(struct vt__memos *memos, const struct vt__memo_miss *miss, uint32_t to)
{
	uint64_t place = hash_of_miss(miss) % PLACES;
	unsigned i;

	for (i = 0; i < WAYS - 1; i++)
		if (!memo_of(memos, memos->branches[place ^ i].to))
			break;
	memos->branches[place ^ i] = (struct branch){to, miss->serial, miss->word};
}

VT__READS_STACK static inline bool has_changed(const struct vt__memo_word *word)
{
	return VT__UNLIKELY(*(const uintptr_t *)word->at != word->value);
}

/* The first from `word` on that holds another value; after the last is one
 * that does. Four at a time: most of a recorded call's jumps would be here. */
VT__READS_STACK static inline const struct vt__memo_word *first_changed(
	const struct vt__memo_word *word)
{
	for (;; word += 4) {
		if (has_changed(&word[0]))
			return &word[0];
		if (has_changed(&word[1]))
			return &word[1];
		if (has_changed(&word[2]))
			return &word[2];
		if (has_changed(&word[3]))
			return &word[3];
	}
}

/* From a word of `memo` that differs along the ways of others. */
VT__READS_STACK static VT__APART struct vt__memo *follow_others(struct vt__memos *memos,
								struct vt__memo *memo,
								const struct vt__memo_word *word,
								struct vt__memo_miss *miss)
{
	do {
		uint32_t number = (uint32_t)(word - memo->words);

		*miss = (struct vt__memo_miss){memo->serial, number, *(const uintptr_t *)word->at};
		memo = other_way(memos, miss);
		if (!memo)
			return NULL;
		word = first_changed(memo->words + number);
	} while (word != memo->end);
	return memo;
}

VT__READS_STACK struct vt__memo *vt__memos_find(struct vt__memos *memos,
						const struct vt__unwind_start *start, unsigned most,
						struct vt__memo_miss *miss)
{
	struct vt__memo *memo = beginning(memos, start);
	const struct vt__memo_word *word;

	if (VT__UNLIKELY(!memo || memo->most != most)) {
		miss->serial = 0;
		return NULL;
	}
	word = first_changed(memo->words);
	return VT__LIKELY(word == memo->end) ? memo : follow_others(memos, memo, word, miss);
}

VT__READS_STACK struct vt__memo *vt__memos_look(struct vt__memos *memos,
						const struct vt__unwind_start *start,
						const struct vt__memo_word **left)
{
	const uint32_t place = place_of_beginning(start->ip, start->sp);
	struct vt__memo *memo = memo_at(memos, memos->beginnings[place]);
	const struct vt__memo_word *word;

	if (VT__UNLIKELY(memo->ip != start->ip) || VT__UNLIKELY(memo->sp != start->sp))
		return NULL;
	word = first_changed(memo->words);
	*left = VT__LIKELY(word == memo->end) ? NULL : word;
	return memo;
}

VT__READS_STACK struct vt__memo *vt__memos_look_on(struct vt__memos *memos,
						   const struct vt__unwind_start *start)
{
	struct vt__memo *memo = beginning(memos, start);
	const struct vt__memo_word *word;
	struct vt__memo_miss miss;

	if (!memo)
		return NULL;
	word = first_changed(memo->words);
	return word == memo->end ? memo : follow_others(memos, memo, word, &miss);
}

struct vt__memo *vt__memos_go_on(struct vt__memos *memos, struct vt__memo *memo,
				 const struct vt__memo_word *left)
{
	struct vt__memo_miss miss;

	return follow_others(memos, memo, left, &miss);
}

/* A miss, as it is remembered: 31 bits of what tells it, and whether a memo was
 * refused. */
#define REFUSED 1u

/* Where a miss may be remembered: the latest first. */
struct miss_places {
	uint32_t tag;
	uint32_t *places; /* WAYS of them */
};

static struct miss_places places_of(struct vt__memos *memos, const struct vt__unwind_start *start,
				    const struct vt__memo_miss *miss)
{
	uint64_t hash = hash_of_miss(miss);

	if (!miss->serial)
		hash = vt__hash_fold(start->ip ^ VT__HASH_C, start->sp ^ VT__HASH_D);
	return (struct miss_places){
		.tag = ((uint32_t)(hash >> 32) | 2u) & ~REFUSED,
		.places = &memos->misses[hash % PLACES / WAYS * WAYS],
	};
}

bool vt__memos_want(struct vt__memos *memos, const struct vt__unwind_start *start,
		    const struct vt__memo_miss *miss)
{
	struct miss_places at;

	if (memos->pause) {
		memos->pause--;
		return false;
	}
	at = places_of(memos, start, miss);
	for (unsigned i = 0; i < WAYS; i++)
		if ((at.places[i] & ~REFUSED) == at.tag)
			return !(at.places[i] & REFUSED);
	memmove(&at.places[1], &at.places[0], (WAYS - 1) * sizeof(at.places[0]));
	at.places[0] = at.tag;
	return false;
}

void vt__memos_refuse(struct vt__memos *memos, const struct vt__unwind_start *start,
		      const struct vt__memo_miss *miss)
{
	struct miss_places at = places_of(memos, start, miss);
	unsigned i = 0;

	while (i < WAYS - 1 && at.places[i] != at.tag)
		i++;
	at.places[i] = at.tag | REFUSED;
}

struct vt__memo_draft *vt__memos_begin(struct vt__memos *memos)
{
	memos->pause = memos->gives_way ? PAUSE : 0;
	memos->draft.count = 0;
	return &memos->draft;
}

/* A memo that is reached by way of another has its words up to there. */
static bool begins_like(const struct vt__memo *memo, const struct vt__memo *other, uint32_t words)
{
	return memo->end > memo->words + words && other->end > other->words + words &&
	       memo->words[words].at == other->words[words].at &&
	       memcmp(memo->words, other->words, words * sizeof(memo->words[0])) == 0;
}

void vt__memos_add(struct vt__memos *memos, const struct vt__memo_draft *draft,
		   const struct vt__unwind_start *start, const struct vt__stack *stack,
		   unsigned most, const struct vt__memo_miss *miss)
{
	const size_t bytes = sizeof(struct vt__memo) +
			     (draft->count + 1) * sizeof(draft->words[0]) +
			     sizeof(struct vt__memo_rest) + stack->depth * sizeof(stack->ips[0]);
	const size_t lines = (bytes + 63) / 64 * 64;
	const struct vt__memo *from;
	struct vt__memo *memo;

	if (memos->serial >= UINT32_MAX - 1) /* after 2^32 of them: no more */
		return;
	memo = make_room(memos, (uint32_t)lines);
	memo->most = (uint16_t)most;
	memo->depth = (uint8_t)stack->depth;
	memo->truncated = stack->truncated;
	memo->ip = start->ip;
	memo->sp = start->sp;
	memo->key = vt__stack_hash(stack->ips, stack->depth, stack->truncated);
	memo->note = (struct vt__stack_note){0};
	memcpy(memo->words, draft->words, draft->count * sizeof(draft->words[0]));
	memo->end = memo->words + draft->count;
	memo->words[draft->count] = (struct vt__memo_word){(uintptr_t)&memos->constants->zero, 1};
	vt__memo_rest(memo)->beside = 0;
	memcpy(vt__memo_rest(memo)->ips, stack->ips, stack->depth * sizeof(stack->ips[0]));
	/* The last line as a whole, too: one that began there keeps no key (unwind_note.c). */
	memset((char *)memo + bytes, 0, lines - bytes);
	memo->serial = ++memos->serial;
	memos->at[memo->serial % MEMOS] = offset_of(memos, memo);
	from = memo_of(memos, miss->serial);
	if (from && begins_like(memo, from, miss->word) &&
	    memo->words[miss->word].value == miss->value)
		add_branch(memos, miss, memo->serial);
	else
		add_beginning(memos, memo);
}
