/*
 * A tracker: accounts by purpose, a budget that makes room, marks that find what
 * a request left behind, and events as lines of JSON.
 */
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <vramtrack/vramtrack.h>

#define MIB ((size_t)1 << 20)

static vt_buffer *scratch; /* what can be given up when memory is short */

static int failed(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, vt_last_error_text());
	return 1;
}

static vt_status take(vt_buffer **out, vt_tracker *tracker, size_t bytes, vt_purpose purpose)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;

	options.tracker = tracker;
	options.purpose = purpose;
	return vt_buffer_create(out, bytes, &options);
}

/* The budget asks before it refuses; nonzero: look again. */
static int give_up_scratch(void *closure, vt_tracker *tracker, size_t requested, size_t limit)
{
	(void)closure;
	if (!scratch)
		return 0;
	printf("%zu MiB more would pass %zu MiB: %zu MiB of scratch go\n", requested / MIB,
	       limit / MIB,
	       vt_tracker_total_by_purpose(tracker, VT_PURPOSE_INTERMEDIATE_BUFFERS) / MIB);
	vt_buffer_destroy(scratch);
	scratch = NULL;
	return 1;
}

/* A request that forgets half of what it takes. */
static int request(vt_tracker *tracker, vt_buffer **forgotten)
{
	VT_SCOPE(VT_PURPOSE_KV_CACHE, "request 7"); /* the label of buffers without one */
	VT_BUFFER_AUTO(keys);
	vt_mark_result change;

	if (vt_tracker_push_mark(tracker) != VT_OK)
		return failed("mark");
	if (take(&keys, tracker, 2 * MIB, VT_PURPOSE_KV_CACHE) != VT_OK ||
	    take(forgotten, tracker, 2 * MIB, VT_PURPOSE_KV_CACHE) != VT_OK)
		return failed("request");
	vt_buffer_destroy(keys);
	keys = NULL;
	if (vt_tracker_pop_mark(tracker, &change) != VT_OK)
		return failed("mark");
	printf("the request left %lld MiB; at most it had %zu MiB; %s has %zu MiB\n",
	       (long long)change.change_bytes / (long long)MIB, change.peak_bytes / MIB,
	       vt_scope_label(), vt_tracker_total_by_label(tracker, "request 7") / MIB);
	return 0;
}

static int serve(vt_tracker *tracker)
{
	VT_BUFFER_AUTO(weights);
	VT_BUFFER_AUTO(forgotten);
	VT_BUFFER_AUTO(refused);

	vt_tracker_set_budget(tracker, 18 * MIB, give_up_scratch, NULL);
	if (take(&weights, tracker, 10 * MIB, VT_PURPOSE_MODEL_WEIGHTS) != VT_OK ||
	    take(&scratch, tracker, 4 * MIB, VT_PURPOSE_INTERMEDIATE_BUFFERS) != VT_OK)
		return failed("start");
	if (request(tracker, &forgotten) != 0)
		return 1;
	if (take(&refused, tracker, 8 * MIB, VT_PURPOSE_KV_CACHE) != VT_ERROR_BUDGET)
		return failed("the budget was passed");
	printf("refused: %s\n", vt_last_error_text());

	char *report = vt_tracker_usage_report(tracker);
	if (!report)
		return failed("report");
	fputs(report, stdout);
	vt_free(report);
	if (vt_tracker_verify_residency(tracker) != VT_OK)
		return failed("residency");
	puts("all of it is in VRAM");
	return 0;
}

int main(void)
{
	vt_tracker *tracker = NULL;
	int status;

	/* Events go to standard error; without this line there are none. */
	vt_set_narrator(vt_narrate_json_lines, (void *)(intptr_t)STDERR_FILENO);
	if (vt_tracker_create(&tracker) != VT_OK)
		return failed("tracker");
	status = serve(tracker);
	vt_buffer_destroy(scratch);
	vt_tracker_destroy(tracker); /* what is still recorded is narrated as a leak */
	return status;
}
