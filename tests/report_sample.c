/*
 * A composed recording with one finding of each class, and reports about it.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/report_sample.h"

static char folder[] = "/tmp/report_sample.XXXXXX";
char sample_path[64];

struct sample sample_start(void)
{
	struct sample sample = {.made = made_new()};
	const uint64_t loader[] = {VT_FORMAT_MAKE_FRAME(0, 0x10), VT_FORMAT_MAKE_FRAME(1, 0xaa0),
				   VT_FORMAT_MAKE_FRAME(1, 0xbb0), VT_FORMAT_MAKE_FRAME(2, 0x1234),
				   VT_FORMAT_MAKE_FRAME(VT_FORMAT_NO_MODULE, 0x7f0000001000)};
	const uint64_t cache[] = {VT_FORMAT_MAKE_FRAME(2, 0x5678)};

	sample.gpu = made_device(sample.made, 0, "NVIDIA H200", 150754820096ull);
	sample.host = made_device(sample.made, -1, "", 0);
	made_module(sample.made, "/nonexistent/libvramtrack_preload.so", 1);
	made_module(sample.made, "libcudart.so.13", 0);
	made_module(sample.made, "libmodel.so", 0);
	sample.alloc = made_string(sample.made, "cuMemAlloc_v2");
	sample.free_api = made_string(sample.made, "cuMemFree_v2");
	sample.loader = made_stack(sample.made, loader, 5);
	sample.cache = made_stack(sample.made, cache, 1);
	return sample;
}

void sample_fill(const struct sample *sample)
{
	struct made *made = sample->made;
	const uint32_t weights = made_site(made, sample->loader, sample->gpu, sample->alloc,
					   VT_KIND_LINEAR);
	const uint32_t cache = made_site(made, sample->cache, sample->gpu, sample->alloc,
					 VT_KIND_LINEAR);
	const uint32_t pinned = made_site(made, sample->cache, sample->host,
					  made_string(made, "cuMemHostAlloc"), VT_KIND_PINNED);
	struct vt_format_finding finding = {.finding_class = VT_FINDING_BAD_FREE,
					    .reason = VT_BAD_FREE_DOUBLE,
					    .api = sample->free_api,
					    .result = 1,
					    .device = sample->gpu,
					    .stack = sample->loader,
					    .allocation_stack = sample->cache,
					    .free_stack = sample->cache,
					    .thread = 9,
					    .address = 0x7f0012340000,
					    .bytes = 4096,
					    .count = 1,
					    .label = VT_FORMAT_NONE,
					    .purpose = VT_FORMAT_NONE,
					    .account = VT_FORMAT_NONE};

	made_allocation(made, weights, 0x1000, 32 * MIB);
	made_allocation(made, weights, 0x2000, 32 * MIB);
	made_freed(made, made_allocation(made, cache, 0x3000, 192 * MIB));
	made_reset(made, made_allocation(made, cache, 0x4000, 16 * MIB));
	made_allocation(made, pinned, 0x5000, 5000);
	made_finding(made, &finding);
	finding.finding_class = VT_FINDING_OUT_OF_MEMORY;
	finding.reason = 0;
	finding.api = sample->alloc;
	finding.result = 2;
	finding.allocation_stack = finding.free_stack = VT_FORMAT_NONE;
	finding.bytes = 2048ull << 30;
	finding.count = 3;
	finding.time_ns = UINT64_MAX;
	finding.device_total_bytes = 150754820096ull;
	finding.device_free_bytes = 50ull << 30;
	finding.live_bytes = 256 * MIB;
	made_finding(made, &finding);
	made_header(made)->losses[VT_LOSS_STACKS] = 2;
}

static char *report(struct made *made, const char *format, const struct vt__text_view *view,
		    struct vt__report_outcome *outcome)
{
	const char *const paths[] = {sample_path};
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	const struct vt__report_request request = {
		.paths = paths, .path_count = 1, .format = format, .view = *view, .out = out};

	assert_non_null(out);
	assert_int_equal(made_write(made, sample_path), 0);
	made_free(made);
	assert_int_equal(vt__report(&request, outcome), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

char *sample_report(struct made *made, const char *format, bool colour,
		    struct vt__report_outcome *outcome)
{
	return report(made, format, &(struct vt__text_view){.colour = colour}, outcome);
}

char *sample_shown(struct made *made, const struct vt__text_view *view,
		   struct vt__report_outcome *outcome)
{
	return report(made, "text", view, outcome);
}

char *sample_whole(struct made *made, struct vt__report_outcome *outcome)
{
	return report(made, "text", &(struct vt__text_view){.sections = VT__SECTIONS_ALL}, outcome);
}

void assert_has(const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("no \"%s\" in:\n%s", words, text);
}

int sample_make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(sample_path, sizeof(sample_path), "%s/a.vramtrack", folder);
	return 0;
}

int sample_remove_folder(void **state)
{
	(void)state;
	unlink(sample_path);
	return rmdir(folder);
}
