/*
 * A KV cache that grows with the conversation and never moves.
 *
 * The growable source reserves addresses for the longest conversation once and
 * takes physical memory as the cache grows: kernels keep their pointer, nothing
 * is copied.
 */
#include <stdio.h>

#include <vramtrack/vramtrack.h>

#define MIB ((size_t)1 << 20)

enum {
	BYTES_PER_TOKEN = 64 * 1024,
	MOST_TOKENS = 8192
};

static int failed(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, vt_last_error_text());
	return 1;
}

static vt_status open_cache(vt_buffer **cache, vt_source *growable, vt_tracker *tracker)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;

	options.source = growable;
	options.capacity = (size_t)MOST_TOKENS * BYTES_PER_TOKEN; /* of addresses */
	options.tracker = tracker;
	options.purpose = VT_PURPOSE_KV_CACHE;
	options.label = "request 7";
	options.flags = VT_BUFFER_ZEROED;
	return vt_buffer_create(cache, (size_t)128 * BYTES_PER_TOKEN, &options);
}

int main(void)
{
	vt_tracker *tracker = NULL;
	vt_source *growable = NULL;
	vt_buffer *cache = NULL;
	int status = 1;

	if (vt_tracker_create(&tracker) != VT_OK ||
	    vt_source_create_growable(&growable, NULL) != VT_OK ||
	    open_cache(&cache, growable, tracker) != VT_OK) {
		failed("open");
		goto out;
	}
	void *before = vt_buffer_get(cache);

	for (size_t tokens = 128; tokens <= 2048; tokens *= 4) {
		if (vt_buffer_resize(cache, tokens * BYTES_PER_TOKEN, NULL) != VT_OK) {
			failed("grow");
			goto out;
		}
		printf("%4zu tokens: %zu MiB, %s\n", tokens, vt_tracker_total(tracker) / MIB,
		       vt_buffer_get(cache) == before ? "where it was" : "moved");
	}
	status = 0;
out:
	/* In any order: buffers keep their source and their tracker's accounts. */
	vt_source_release(growable);
	vt_buffer_destroy(cache);
	vt_tracker_destroy(tracker);
	return status;
}
