/*
 * Composes recordings for the tests of the page: a server that leaks, the same after a change, one
 * whose every name is hostile, one with more call sites than a page shows, an empty one.
 *
 * usage: recordings KIND FILE
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/make_recording.h"

#define MIB (1024ull * 1024)
#define GIB (1024 * MIB)
#define DEEPEST 8

static const char hostile[] = "</script><script>document.title='owned'</script><!-- <img src=x "
			      "onerror=document.title='owned'> & \x1b[31m \xff\xfe \xe2\x80\xa8 "
			      "\xe2\x80\xae \"' ${x}";

struct making {
	struct made *made;
	uint32_t device, api;
	uint64_t next; /* address */
	char folder[4096];
};

static uint64_t python(struct making *making, const char *function, const char *file, uint32_t line)
{
	const struct vt_format_source source = {
		.function = made_string(making->made, function),
		.file = made_string(making->made, file),
		.line = line,
		.language = VT_LANGUAGE_PYTHON,
	};

	return VT_FORMAT_MAKE_FRAME(VT_FORMAT_SOURCE_MODULE,
				    made_add(making->made, VT_FORMAT_SOURCE, &source));
}

/* A call site whose stack is a call of libtorch.so, then these functions of serve.py, innermost
 * first, each with its line as "name:12". */
static uint32_t site_of(struct making *making, const char *const *functions)
{
	uint64_t frames[DEEPEST];
	uint16_t depth = 0;
	char file[5000], name[256];

	frames[depth++] = VT_FORMAT_MAKE_FRAME(0, 0x1000);
	snprintf(file, sizeof(file), "%s/serve.py", making->folder);
	for (; *functions; functions++) {
		const char *colon = strrchr(*functions, ':');

		snprintf(name, sizeof(name), "%.*s", (int)(colon - *functions), *functions);
		frames[depth++] = python(making, name, file, (uint32_t)atoi(colon + 1));
	}
	return made_site(making->made, made_stack(making->made, frames, depth), making->device,
			 making->api, VT_KIND_LINEAR);
}

static uint32_t allocate(struct making *making, uint32_t site, uint64_t bytes)
{
	making->next += 1ull << 32;
	return made_allocation(making->made, site, making->next, bytes);
}

static void name_process(struct making *making, const char *command, const char *device)
{
	struct vt_format_header *header;
	uint32_t text = made_string(making->made, command), folder;

	folder = made_string(making->made, making->folder);
	header = made_header(making->made);
	header->command = text;
	header->working_directory = folder;
	making->device = made_device(making->made, 0, device, 80 * GIB);
	making->api = made_string(making->made, "cuMemAlloc_v2");
	made_module(making->made, "/usr/lib/libtorch_cuda.so", 0);
}

/* ---- Kinds ------------------------------------------------------------------------- */

/* `after` a change: what was kept is kept twice, and the weights are gone. */
static void serve(struct making *making, int after)
{
	static const char *const weights[] = {"Model.load:3", "<module>:12", NULL};
	static const char *const cache[] = {"KvCache.grow:6", "Model.step:9", "<module>:13", NULL};
	static const char *const batch[] = {"Model.batch:10", "<module>:13", NULL};
	uint32_t site, loaded[4];

	name_process(making, "python3\x1fserve.py", "NVIDIA H200");
	site = site_of(making, weights);
	for (int i = 0; i < 4 && !after; i++)
		loaded[i] = allocate(making, site, 256 * MIB);
	site = site_of(making, cache);
	for (int i = 0; i < (after ? 16 : 8); i++)
		allocate(making, site, 64 * MIB);
	site = site_of(making, batch);
	for (int i = 0; i < 32; i++)
		made_freed(making->made, allocate(making, site, 32 * MIB));
	for (int i = 0; i < 4 && !after; i++)
		made_freed(making->made, loaded[i]);
}

static void serve_before(struct making *making)
{
	serve(making, 0);
}

static void serve_after(struct making *making)
{
	serve(making, 1);
}

/* Every string is hostile; those that may be are long: the command is of 10 KiB, a file's name of
 * as many bytes as a path has at most, a function's likewise. */
static void be_hostile(struct making *making)
{
	struct vt_format_finding finding = {.finding_class = VT_FINDING_BAD_FREE,
					    .reason = VT_BAD_FREE_DOUBLE,
					    .count = 1,
					    .address = 0x1000,
					    .bytes = MIB,
					    .result = 1,
					    .thread = 7,
					    .label = VT_FORMAT_NONE,
					    .purpose = VT_FORMAT_NONE,
					    .account = VT_FORMAT_NONE};
	uint64_t frames[3];
	uint32_t text, made;
	char command[10241], *const longest_path = command + sizeof(command) - 4097,
				    *const longest_name = command + sizeof(command) - 256;

	memset(command, 'x', sizeof(command) - 1);
	memcpy(command, hostile, strlen(hostile));
	command[sizeof(command) - 1] = '\0';
	snprintf(making->folder, sizeof(making->folder), "%s", hostile);
	name_process(making, command, hostile);
	made_module(making->made, hostile, 0);
	making->api = made_string(making->made, hostile);
	frames[0] = VT_FORMAT_MAKE_FRAME(1, 0x2000);
	frames[1] = python(making, hostile, hostile, 3);
	frames[2] = python(making, longest_name, longest_path, 4);
	finding.stack = finding.free_stack = finding.allocation_stack = made_stack(making->made,
										   frames, 3);
	finding.api = making->api;
	finding.device = making->device;
	made = allocate(
		making,
		made_site(making->made, finding.stack, making->device, making->api, VT_KIND_LINEAR),
		MIB);
	text = made_string(making->made, "<b>label</b>\x1b[31m\xff</script>");
	made_named(making->made, made, text, text);
	made_finding(making->made, &finding);
}

/* 12 000 call sites of 400 functions, 2 MiB each, all live. */
static void be_many(struct making *making)
{
	uint64_t frames[4];
	char name[64];

	name_process(making, "many", "NVIDIA H200");
	frames[0] = VT_FORMAT_MAKE_FRAME(0, 0x1000);
	frames[3] = python(making, "main", "/src/many.py", 1);
	for (uint32_t i = 0; i < 12000; i++) {
		snprintf(name, sizeof(name), "leaf_%" PRIu32, i);
		frames[1] = python(making, name, "/src/many.py", i + 10);
		snprintf(name, sizeof(name), "layer_%" PRIu32, i % 400);
		frames[2] = python(making, name, "/src/many.py", i % 400 + 2);
		allocate(making,
			 made_site(making->made, made_stack(making->made, frames, 4),
				   making->device, making->api, VT_KIND_LINEAR),
			 2 * MIB);
	}
}

static void be_empty(struct making *making)
{
	(void)making;
}

static const struct {
	const char *name;
	void (*make)(struct making *making);
} kinds[] = {
	{"before", serve_before}, {"after", serve_after}, {"hostile", be_hostile},
	{"many", be_many},        {"empty", be_empty},
};

int main(int argc, char **argv)
{
	struct making making = {.made = made_new(), .next = 0x7f0000000000ull};
	int error = 2;

	if (!getcwd(making.folder, sizeof(making.folder)))
		return 99;
	for (size_t i = 0; argc == 3 && i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].name, argv[1]) != 0)
			continue;
		kinds[i].make(&making);
		error = made_write(making.made, argv[2]) ? 99 : 0;
	}
	made_free(making.made);
	return error;
}
