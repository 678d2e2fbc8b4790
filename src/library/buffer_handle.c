/* Handles of buffers: made, checked, retired. */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>

#include "library/buffer.h"
#include "library/error.h"

#define MAGIC_DEAD UINT64_C(0x7674206465616421)

#define RETIRED_MOST 16

/* Handles that the thread destroyed last, in a ring: `next` is the oldest's place. Each waits
 * for so many others before it is used anew. */
struct retired {
	vt_buffer *all[RETIRED_MOST];
	unsigned next;
	bool is_watched; /* the thread's end frees them */
};

static __thread struct retired retired __attribute__((tls_model("initial-exec")));

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;

/* ---- Handles that wait ------------------------------------------------------------ */

static void free_retired(void *of_thread)
{
	struct retired *those = of_thread;

	for (unsigned i = 0; i < RETIRED_MOST; i++)
		free(those->all[i]);
	*those = (struct retired){0};
}

static void make_key(void)
{
	has_key = pthread_key_create(&key, free_retired) == 0;
}

/* The key's function goes with the library when it is unloaded. */
__attribute__((destructor)) static void end_waiting(void)
{
	if (has_key)
		pthread_key_delete(key);
	has_key = false;
	free_retired(&retired);
}

/* Without a key, or after the library's end, nothing may wait: nobody would free it. */
static bool watch_thread(void)
{
	pthread_once(&key_once, make_key);
	retired.is_watched = has_key && pthread_setspecific(key, &retired) == 0;
	return retired.is_watched;
}

void vt__buffer_retire(vt_buffer *buffer)
{
	vt_buffer **place;

	buffer->magic = MAGIC_DEAD;
	if (!retired.is_watched && !watch_thread()) {
		free(buffer);
		return;
	}
	place = &retired.all[retired.next];
	retired.next = (retired.next + 1) % RETIRED_MOST;
	if (*place)
		free(*place);
	*place = buffer;
}

vt_status vt__buffer_new(vt_buffer **out)
{
	vt_buffer *buffer = retired.all[retired.next];

	if (buffer)
		retired.all[retired.next] = NULL;
	else
		buffer = malloc(sizeof(*buffer));
	if (!buffer)
		return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for a buffer");
	buffer->magic = VT__BUFFER_LIVE;
	*out = buffer;
	return VT_OK;
}

/* ---- Checks ------------------------------------------------------------------------ */

vt_status vt__buffer_refuse(const vt_buffer *buffer, const char *function)
{
	if (!buffer)
		return vt__fail(VT_ERROR_INVALID_ARGUMENT, "%s: the buffer is NULL", function);
	return vt__fail(VT_ERROR_INVALID_ARGUMENT,
			"%s: %p was destroyed before, or never was a buffer", function,
			(const void *)buffer);
}

vt_status vt__buffer_require(const vt_buffer *buffer, const char *function)
{
	vt_status status = vt__buffer_check(buffer, function);

	if (status == VT_OK && !buffer->held.block.base)
		return vt__fail(VT_ERROR_NOT_ALLOCATED,
				"%s: the buffer is empty: it was moved from or released", function);
	return status;
}
