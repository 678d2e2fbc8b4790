/* A buffer from the inside, for the files that work on it. */
#ifndef VT_BUFFER_H
#define VT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vramtrack/buffer.h>

#include "library/account.h"
#include "library/cuda_calls.h"
#include "unwind/unwind.h"
#include "library/source.h"

#define VT__LABEL_BYTES 128

/*
 * What a buffer has: memory, a reference of the source it came from and, from the moment it
 * is recorded, one of the account it is in. Empty: no base, no references, device -1.
 *
 * block.base <= address, address + room <= block.base + block.bytes.
 */
struct vt__holding {
	vt_source_block block;
	char *address;    /* what get() gives: the first aligned byte */
	size_t size;      /* bytes asked for, <= room */
	size_t room;      /* bytes asked to be taken: what the account counts */
	size_t alignment; /* of address */
	vt_source *source;
	struct vt__account *account;
	vt_stream stream;
	int device;
	vt_purpose purpose;
	uint32_t flags;
	char label[VT__LABEL_BYTES]; /* last: most of it is not touched */
};

#define VT__BUFFER_LIVE UINT64_C(0x7674206275666672) /* "vt buffr" */

struct vt_buffer {
	uint64_t magic; /* VT__BUFFER_LIVE until it is destroyed; checked in debug builds */
	struct vt__holding held;
};

/* ---- Handles (buffer_handle.c) ---------------------------------------------- */

/* A buffer whose holding is not set; VT_ERROR_OUT_OF_HOST_MEMORY. */
vt_status vt__buffer_new(vt_buffer **out);

/* The end of a handle whose holding has ended or is empty. The last ones of each thread wait
 * for a while before they are used anew: so debug builds see a use of them. */
void vt__buffer_retire(vt_buffer *buffer);

/* Says what is wrong with a handle that is none. */
__attribute__((cold)) vt_status vt__buffer_refuse(const vt_buffer *buffer, const char *function);

/* VT_ERROR_INVALID_ARGUMENT for NULL and, in debug builds, for a destroyed handle.
 * `function` is the public function's name, for the detail. */
static inline vt_status vt__buffer_check(const vt_buffer *buffer, const char *function)
{
	bool is_live = buffer != NULL;

#ifndef NDEBUG
	is_live = is_live && buffer->magic == VT__BUFFER_LIVE;
#endif
	return is_live ? VT_OK : vt__buffer_refuse(buffer, function);
}

/* The same, and VT_ERROR_NOT_ALLOCATED for an empty buffer. */
vt_status vt__buffer_require(const vt_buffer *buffer, const char *function);

/* ---- Options (buffer_options.c) --------------------------------------------- */

/* Whether options are of this version: then they can be used where they are. */
static inline bool vt__buffer_options_are_known(const vt_buffer_options *given)
{
	return given && given->struct_size == sizeof(*given);
}

/* Whether all of them can be. */
vt_status vt__buffer_options_check(const vt_buffer_options *known, const char *function);

/* A label that is too long ends before the UTF-8 character that does not fit. */
void vt__buffer_label_copy(char out[VT__LABEL_BYTES], const char *label);

/* The caller's options, of any version or NULL, over the defaults, checked; the label is not
 * copied. */
vt_status vt__buffer_options_read(vt_buffer_options *out, const vt_buffer_options *given,
				  const char *function);

/* Sets all of a holding: what the options say, what the scope around says where they do not, and
 * no memory. Takes the source's reference, also on failure. The device is as given. */
vt_status vt__holding_configure(struct vt__holding *held, const vt_buffer_options *options);

/* ---- Memory (buffer_memory.c): on the holding's device, made current ---------- */

/* Makes the holding's device current. `before` is for vt__holding_leave(). */
static inline vt_status vt__holding_enter(const struct vt__holding *held, int *before)
{
	return vt__cuda_enter_device(held->device, before);
}

static inline void vt__holding_leave(const struct vt__holding *held, int before)
{
	if (before != held->device)
		vt__cuda_leave_device(before);
}

static inline bool vt__holding_grows(const struct vt__holding *held)
{
	return held->source->functions.grow != NULL;
}

/* Bytes usable without moving. */
size_t vt__holding_capacity(const struct vt__holding *held);

/* Asks the account whether `bytes` more may be taken: vt__account_reserve(). On failure the
 * detail is complete. */
vt_status vt__holding_reserve(const struct vt__holding *held, size_t bytes, size_t *reserved);

/* Takes memory for `bytes` as a configured holding is to have it, with room for `capacity`;
 * records and narrates it. On failure there is none and the detail is complete. */
vt_status vt__holding_fill(struct vt__holding *held, size_t bytes, size_t capacity,
			   const struct vt__unwind_start *start);

/* Records the memory that was taken, its stack from `start`: vt__account_record(). */
vt_status vt__holding_record(const struct vt__holding *held, size_t reserved,
			     const struct vt__unwind_start *start);

/* The same after zeroing what the flags want zeroed. On failure, too, the reservation is gone. */
vt_status vt__holding_zero_and_record(const struct vt__holding *held, size_t reserved,
				      const struct vt__unwind_start *start);

/* Takes memory for `room` bytes, of growable sources with addresses for `capacity`; sets
 * block, address and room. On failure nothing is taken, block and address are empty, and the
 * detail has the breakdown. */
vt_status vt__holding_take(struct vt__holding *held, size_t room, size_t capacity);

/* Completes the detail of a failure to get `bytes`, and narrates it. Returns the status. */
vt_status vt__holding_explain(const struct vt__holding *held, vt_status status, size_t bytes);

/* Zeroes [from, to), in the holding's stream; memory that the host reaches too is zero
 * when this returns. */
vt_status vt__holding_zero(const struct vt__holding *held, size_t from, size_t to);

/* Gives the block back after a failed step, keeping the thread's detail. */
void vt__holding_undo(struct vt__holding *held);

/* Copies what is in `old` in the stream of `next`, after all work in that of `old`; zeroes
 * what `next` has beyond it if it is to be. Both are on one device. */
vt_status vt__holding_copy(const struct vt__holding *next, const struct vt__holding *old);

/* The same as undo, after work that uses the block may have been enqueued. */
void vt__holding_abandon(struct vt__holding *held);

/* Frees the block of `bytes` as accounted, after work in the holding's stream, and narrates it;
 * the account does not have it any more, but `still_in_use` bytes on the device. A failure is
 * narrated and in the detail. */
void vt__holding_free_block(const struct vt__holding *held, const vt_source_block *block,
			    size_t bytes, uint64_t still_in_use);

/* Makes an unrecorded holding empty. */
void vt__holding_clear(struct vt__holding *held);

/* Unrecords and frees what there is, on its device. The holding is not empty afterwards but of
 * no use: it is to be set anew or its handle retired. */
void vt__holding_end(struct vt__holding *held);

#endif
