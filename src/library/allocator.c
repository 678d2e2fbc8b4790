/* Memory by its address: the buffers of allocators, found by the pointer that was handed out. */
#include "config.h"

#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <unistd.h>

#include <vramtrack/allocator.h>

#include "library/buffer.h"
#include "library/error.h"

struct vt_allocator {
	vt_buffer_options options; /* of each allocation */
	char label[VT__LABEL_BYTES];
	pthread_mutex_t lock; /* of `places` alone: no call of CUDA is made under it */
	void *places;         /* a tree of tsearch(3): struct place, by address */
	size_t bytes;         /* atomic, as the two below */
	size_t count;
	size_t references;
	pid_t process; /* in another, the lock and CUDA's state are a copy of nobody's */
};

/* An allocation. */
struct place {
	const void *address;
	vt_buffer *buffer;
};

static int by_address(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	return (a->address > b->address) - (a->address < b->address);
}

/* ---- Life -------------------------------------------------------------------------- */

static vt_status check_options(const vt_buffer_options *options)
{
	if (options->capacity || options->flags)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT,
				"vt_allocator_create: capacity and flags are of buffers; they are "
				"%zu and %#x, not 0",
				options->capacity, options->flags);
	return VT_OK;
}

/* The source is held, the label copied: the caller's may go. */
static void take_options(vt_allocator *allocator, const vt_buffer_options *options)
{
	allocator->options = *options;
	if (options->source)
		vt_source_retain(options->source);
	if (!options->label)
		return;
	vt__buffer_label_copy(allocator->label, options->label);
	allocator->options.label = allocator->label;
}

vt_status vt_allocator_create(vt_allocator **out, const vt_buffer_options *options)
{
	vt_buffer_options known = VT_BUFFER_OPTIONS_INIT;
	vt_allocator *allocator;
	vt_status status;

	if (!out)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "vt_allocator_create: out is NULL");
	status = vt__buffer_options_read(&known, options, __func__);
	if (status == VT_OK)
		status = check_options(&known);
	if (status != VT_OK)
		return status;
	allocator = calloc(1, sizeof(*allocator));
	if (!allocator)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for an allocator");
	take_options(allocator, &known);
	pthread_mutex_init(&allocator->lock, NULL);
	allocator->references = 1;
	allocator->process = getpid();
	*out = allocator;
	return VT_OK;
}

vt_allocator *vt_allocator_retain(vt_allocator *allocator)
{
	if (allocator)
		__atomic_fetch_add(&allocator->references, 1, __ATOMIC_RELAXED);
	return allocator;
}

void vt_allocator_release(vt_allocator *allocator)
{
	if (!allocator || __atomic_sub_fetch(&allocator->references, 1, __ATOMIC_ACQ_REL))
		return;
	vt_source_release(allocator->options.source);
	pthread_mutex_destroy(&allocator->lock);
	free(allocator);
}

static vt_status check(const vt_allocator *allocator, const char *function)
{
	if (!allocator)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "%s: the allocator is NULL", function);
	if (allocator->process != getpid())
		return vt__fail(VT_ERROR_NOT_SUPPORTED,
				"%s: the allocator is of process %d, and this is a child that it "
				"forked: CUDA does not work here",
				function, (int)allocator->process);
	return VT_OK;
}

/* ---- Places ------------------------------------------------------------------------ */

/* Whether there was host memory for it. */
static bool add(vt_allocator *allocator, struct place *place)
{
	void *node;

	pthread_mutex_lock(&allocator->lock);
	node = tsearch(place, &allocator->places, by_address);
	pthread_mutex_unlock(&allocator->lock);
	return node != NULL;
}

/* NULL: nothing begins there. */
static struct place *take_out(vt_allocator *allocator, const void *address)
{
	const struct place key = {.address = address};
	struct place *place = NULL, **node;

	pthread_mutex_lock(&allocator->lock);
	node = tfind(&key, &allocator->places, by_address);
	if (node) {
		place = *node;
		tdelete(&key, &allocator->places, by_address);
	}
	pthread_mutex_unlock(&allocator->lock);
	return place;
}

static vt_status keep(vt_allocator *allocator, vt_buffer *buffer)
{
	struct place *place = malloc(sizeof(*place));

	if (place) {
		*place = (struct place){vt_buffer_get(buffer), buffer};
		if (add(allocator, place))
			return VT_OK;
	}
	free(place);
	vt_buffer_destroy(buffer);
	return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for an allocation's place");
}

/* ---- Memory ------------------------------------------------------------------------ */

vt_status vt_allocator_allocate(vt_allocator *allocator, void **out, size_t bytes, size_t alignment,
				int device, vt_stream stream)
{
	vt_buffer_options options;
	vt_buffer *buffer;
	vt_status status = check(allocator, __func__);

	if (status == VT_OK && !out)
		status = vt__fail(VT_ERROR_INVALID_ARGUMENT, "vt_allocator_allocate: out is NULL");
	if (status != VT_OK)
		return status;
	if (!bytes) {
		*out = NULL;
		return VT_OK;
	}
	options = allocator->options;
	options.alignment = alignment;
	options.device = device;
	options.stream = stream;
	status = vt_buffer_create(&buffer, bytes, &options);
	if (status == VT_OK)
		status = keep(allocator, buffer);
	if (status != VT_OK)
		return status;
	__atomic_fetch_add(&allocator->bytes, bytes, __ATOMIC_RELAXED);
	__atomic_fetch_add(&allocator->count, 1, __ATOMIC_RELAXED);
	vt_allocator_retain(allocator);
	*out = vt_buffer_get(buffer);
	return VT_OK;
}

vt_status vt_allocator_free(vt_allocator *allocator, void *memory, vt_stream stream)
{
	vt_status status = check(allocator, __func__);
	struct place *place;

	if (status != VT_OK || !memory)
		return status;
	place = take_out(allocator, memory);
	if (!place)
		return vt__fail(VT_ERROR_NOT_FOUND,
				"vt_allocator_free: nothing of this allocator begins at %p",
				memory);
	__atomic_fetch_sub(&allocator->bytes, vt_buffer_size(place->buffer), __ATOMIC_RELAXED);
	__atomic_fetch_sub(&allocator->count, 1, __ATOMIC_RELAXED);
	/* Where it cannot be ordered the free comes after the stream that it was made for. */
	if (stream != vt_buffer_stream(place->buffer))
		status = vt_buffer_set_stream(place->buffer, stream);
	vt_buffer_destroy(place->buffer);
	free(place);
	vt_allocator_release(allocator);
	return status;
}

size_t vt_allocator_bytes(const vt_allocator *allocator)
{
	return allocator ? __atomic_load_n(&allocator->bytes, __ATOMIC_RELAXED) : 0;
}

size_t vt_allocator_count(const vt_allocator *allocator)
{
	return allocator ? __atomic_load_n(&allocator->count, __ATOMIC_RELAXED) : 0;
}
