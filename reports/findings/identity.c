/*
 * The identity of a finding: a hash of what stays when a program is built again.
 */
#include "config.h"

#include "reports/findings/identity.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/api_family.h"
#include "reports/text/hash.h"
#include "reports/names/plain_names.h"

/* What goes into an identity, by its scheme. */
static const struct {
	const char *name;     /* goes into the hash */
	enum vt__names names; /* whose */
	bool with_library;    /* frames of libvramtrack count */
	bool with_nameless;   /* and those of libc without a name that start main() and threads */
} schemes[] = {
	[VT__IDENTITY_NOW] = {"vramtrack-identity/2", VT__NAMES_OWN, false, false},
	[VT__IDENTITY_1] = {"vramtrack-identity/1", VT__NAMES_ALL, true, true},
	[VT__IDENTITY_1_WITH_LIBC] = {"vramtrack-identity/1", VT__NAMES_ALL, true, false},
	[VT__IDENTITY_1_BARE] = {"vramtrack-identity/1", VT__NAMES_OWN, true, true},
};

typedef unsigned __int128 hash_t;

/* The frames that one raw frame stands for, those that count. */
struct known_frame {
	UT_hash_handle hh;
	uint64_t raw;
	size_t first, count; /* of the hashes */
	bool start;          /* it starts main() or a thread */
	bool nameless;
};

/* A stack, by its number in all recordings, and what was hashed before it. */
struct stack_key {
	hash_t begun;
	uint64_t number;
	uint64_t unused; /* no padding: the key is its bytes */
};

struct known_stack {
	UT_hash_handle hh;
	struct stack_key key;
	hash_t hash;
};

struct vt__identities {
	const struct vt__process *process;
	enum vt__identity_scheme scheme;
	struct vt__frames frames; /* buffer of one raw frame */
	struct known_stack *stacks;
	struct known_frame *known; /* of this process */
	hash_t *hashes;            /* a frame each */
	size_t count, capacity;
};

/* ---- FNV-1a, 128 bits ------------------------------------------------------- */

static hash_t hash_bytes(hash_t hash, const void *bytes, size_t count)
{
	const hash_t prime = (hash_t)1 << 88 | 0x13b;
	const unsigned char *byte = bytes;

	while (count--)
		hash = (hash ^ *byte++) * prime;
	return hash;
}

static hash_t hash_start(void)
{
	return (hash_t)0x6c62272e07bb0142 << 64 | 0x62b821756295c58d;
}

/* A text and its end, so that two of them are not one longer text. */
static hash_t hash_text(hash_t hash, const char *text, size_t bytes)
{
	return hash_bytes(hash_bytes(hash, text, bytes), "", 1);
}

/* ---- Frames -------------------------------------------------------------------- */

static int hash_frame(const struct vt__frame *frame, hash_t *out)
{
	char *function = frame->function ? vt__plain_name(frame->function) : NULL;
	const char *module = "";
	size_t bytes = 0;
	hash_t hash = hash_start();

	if (frame->function && !function)
		return -ENOMEM;
	if (function)
		hash = hash_bytes(hash, function, strlen(function));
	free(function);
	if (frame->module)
		module = vt__plain_module(frame->module, &bytes);
	*out = hash_text(hash_text(hash, "", 0), module, bytes);
	return 0;
}

static int add_hash(struct vt__identities *identities, hash_t hash)
{
	if (identities->count == identities->capacity) {
		const size_t more = identities->capacity ? identities->capacity * 2 : 256;
		hash_t *grown = reallocarray(identities->hashes, more, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		identities->hashes = grown;
		identities->capacity = more;
	}
	identities->hashes[identities->count++] = hash;
	return 0;
}

static bool counts(const struct vt__identities *identities, const struct vt__frame *frame)
{
	return !frame->runtime && !vt__frame_is_start(frame) &&
	       (!frame->library || schemes[identities->scheme].with_library);
}

static int expand(struct vt__identities *identities, struct known_frame *known)
{
	struct vt__frames *frames = &identities->frames;
	hash_t hash;
	int error;

	frames->count = 0;
	error = vt__stack_expand(identities->process->stacks, known->raw,
				 schemes[identities->scheme].names, frames);
	for (size_t i = 0; i < frames->count && !error; i++)
		if (counts(identities, &frames->frames[i])) {
			error = hash_frame(&frames->frames[i], &hash);
			if (!error)
				error = add_hash(identities, hash);
		}
	known->count = identities->count - known->first;
	known->start = !error && !vt__frames_end(frames);
	known->nameless = !error && frames->count == 1 && !frames->frames[0].function;
	return error;
}

static const struct known_frame *find_frame(struct vt__identities *identities, uint64_t raw)
{
	struct known_frame *known;

	HASH_FIND(hh, identities->known, &raw, sizeof(raw), known);
	if (known)
		return known;
	known = calloc(1, sizeof(*known));
	if (!known)
		return NULL;
	known->raw = raw;
	known->first = identities->count;
	if (expand(identities, known)) {
		free(known);
		return NULL;
	}
	HASH_ADD(hh, identities->known, raw, sizeof(known->raw), known);
	if (!known->hh.tbl) { /* out of memory */
		free(known);
		return NULL;
	}
	return known;
}

/* How many of the raw frames count, as vt__frames_end() has it; SIZE_MAX: out of memory. */
static size_t end_of_stack(struct vt__identities *identities, const uint64_t *raw, size_t count)
{
	size_t end = count;

	if (schemes[identities->scheme].with_nameless)
		return count;
	if (end > 1) {
		const struct known_frame *last = find_frame(identities, raw[end - 1]);
		const struct known_frame *before = find_frame(identities, raw[end - 2]);

		if (!last || !before)
			return SIZE_MAX;
		end -= last->nameless && !last->start && before->start;
	}
	for (; end; end--) {
		const struct known_frame *known = find_frame(identities, raw[end - 1]);

		if (!known)
			return SIZE_MAX;
		if (!known->start)
			break;
	}
	return end;
}

static int hash_frames(struct vt__identities *identities, const uint64_t *raw, size_t count,
		       hash_t *hash)
{
	const size_t end = end_of_stack(identities, raw, count);

	if (end == SIZE_MAX)
		return -ENOMEM;
	for (size_t i = 0; i < end; i++) {
		const struct known_frame *known = find_frame(identities, raw[i]);

		if (!known)
			return -ENOMEM;
		/* A frame of the runtime's alone adds none, and there may be no array yet. */
		if (known->count)
			*hash = hash_bytes(*hash, identities->hashes + known->first,
					   known->count * sizeof(*identities->hashes));
	}
	return 0;
}

/* ---- Stacks -------------------------------------------------------------------- */

static int remember(struct vt__identities *identities, const struct stack_key *key, hash_t hash)
{
	struct known_stack *known = calloc(1, sizeof(*known));

	if (!known)
		return -ENOMEM;
	known->key = *key;
	known->hash = hash;
	HASH_ADD(hh, identities->stacks, key, sizeof(known->key), known);
	if (known->hh.tbl)
		return 0;
	free(known);
	return -ENOMEM;
}

static int hash_stack(struct vt__identities *identities, uint32_t stack, hash_t *hash)
{
	struct vt__stacks *stacks = identities->process->stacks;
	struct stack_key key = {.begun = *hash};
	struct known_stack *known;
	const uint64_t *raw;
	uint32_t number;
	bool truncated;
	size_t count;
	int error = vt__stack_number(stacks, stack, &number);

	if (error)
		return error;
	key.number = number;
	HASH_FIND(hh, identities->stacks, &key, sizeof(key), known);
	if (known) {
		*hash = known->hash;
		return 0;
	}
	raw = vt__stack_raw(stacks, stack, &count, &truncated);
	error = hash_frames(identities, raw, count, hash);
	return error ? error : remember(identities, &key, *hash);
}

/* ---- Findings -------------------------------------------------------------------- */

struct vt__identities *vt__identities_new(const struct vt__process *process,
					  enum vt__identity_scheme scheme)
{
	struct vt__identities *identities = calloc(1, sizeof(*identities));

	if (identities) {
		identities->process = process;
		identities->scheme = scheme;
	}
	return identities;
}

static void forget_frames(struct vt__identities *identities)
{
	struct known_frame *known, *next;

	HASH_ITER(hh, identities->known, known, next) {
		HASH_DEL(identities->known, known);
		free(known);
	}
	identities->count = 0;
}

void vt__identities_go_on(struct vt__identities *identities, const struct vt__process *process)
{
	forget_frames(identities);
	identities->process = process;
}

void vt__identities_free(struct vt__identities *identities)
{
	struct known_stack *stack, *next;

	if (!identities)
		return;
	forget_frames(identities);
	HASH_ITER(hh, identities->stacks, stack, next) {
		HASH_DEL(identities->stacks, stack);
		free(stack);
	}
	free(identities->hashes);
	vt__frames_release(&identities->frames);
	free(identities);
}

/* No rule of a file changes an identity. */
static enum vt__class class_by_itself(enum vt__class what)
{
	return what == VT__CLASS_RETAINED || what == VT__CLASS_CACHED ? VT__CLASS_LEAK : what;
}

int vt__identity_of(struct vt__identities *identities, const struct vt__finding_row *row,
		    uint8_t out[VT__IDENTITY_BYTES])
{
	const char *class_name = vt__class_words[class_by_itself(row->finding_class)].json;
	const char *kind = row->kind < VT_KIND_COUNT ? vt__kind_words[row->kind].json : "";
	const unsigned char reason = row->record ? (unsigned char)(row->record->reason |
								   (row->unfinished ? 0x80 : 0))
						 : 0;
	const char *scheme = schemes[identities->scheme].name;
	hash_t hash = hash_text(hash_start(), scheme, strlen(scheme));
	int error;

	hash = hash_text(hash, class_name, strlen(class_name));
	hash = hash_text(hash, kind, strlen(kind));
	hash = hash_text(hash, vt__raw_to_compare(row->api), vt__family_bytes(row->api));
	hash = hash_bytes(hash, &reason, 1);
	error = hash_stack(identities, row->stack, &hash);
	if (error)
		return error;
	for (int i = VT__IDENTITY_BYTES - 1; i >= 0; i--, hash >>= 8)
		out[i] = (uint8_t)hash;
	return 0;
}

void vt__identity_text(const uint8_t identity[VT__IDENTITY_BYTES],
		       char out[VT__IDENTITY_DIGITS + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < VT__IDENTITY_BYTES; i++) {
		out[2 * i] = digits[identity[i] >> 4];
		out[2 * i + 1] = digits[identity[i] & 15];
	}
	out[VT__IDENTITY_DIGITS] = '\0';
}
