/*
 * Writes recordings for the formats of other programs: two ranks of a job, one whose names are
 * hostile in every format, one without a record, one that was cut off in the middle of a change.
 * usage: format_recordings FOLDER.
 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/make_recording.h"

#define MIB (1ull << 20)
/* The longest that the reader takes. */
#define LONG_BYTES 4096
#define PATH_BYTES 4096
#define NAME_BYTES 255
#define LABEL_BYTES 127

struct names {
	const char *function, *file, *module, *api, *purpose, *label, *mark, *program, *launch;
};

static const struct names plain = {
	.function = "Trainer.step",
	.file = "/srv/app/train.py",
	.module = "/srv/app/libmodel.so",
	.api = "cuMemAlloc_v2",
	.purpose = "weights",
	.label = "layer 1",
	.mark = "step",
	.program = "/srv/app/worker",
};

/* What ends a field, a line, a string or a tag in one of the formats; no UTF-8; a formula. */
static const struct names hostile = {
	.function =
		"=a;b \"c\" 'd' {e=\"f\"}\\n\r\n<script>alert(1)</script>\t\x1b[31m\xff\xfe\x7f,g 12",
	.file = "/x/\"y\"\n';drop table sites;--\xc3\x28.py",
	.module = "/x/lib\";\n<b>\xf0\x9f\x92\xa9\xe2\x80\xae.so",
	.api = "@cu\"Mem\\Alloc\n",
	.purpose = "-1+2\"}\n# EOF\n",
	.label = "a,b\r\n;c=\xed\xa0\x80",
	.mark = "m\"\n\x01</script>",
	.program = "/x/w;o\"r\nk'er\xff",
	.launch = "RANK=3\x1fWORLD_SIZE=4",
};

static uint32_t add_source(struct made *made, const char *function, const char *file, uint32_t line)
{
	const struct vt_format_source source = {.function = made_string(made, function),
						.file = made_string(made, file),
						.line = line,
						.language = VT_LANGUAGE_PYTHON};

	return made_add(made, VT_FORMAT_SOURCE, &source);
}

static void add_mark(struct made *made, const char *name)
{
	const struct vt_format_mark mark = {.name = made_string(made, name),
					    .marker = VT_MARKER_PROGRAM,
					    .count = 3,
					    .first_time_ns = 5001000000ull,
					    .last_time_ns = 5009000000ull};

	made_add(made, VT_FORMAT_MARK, &mark);
}

/* What a library keeps is live, and no leak: by data/frames/kept.frames. */
static void add_retained(struct made *made, uint32_t device, uint32_t api)
{
	const uint64_t frame = VT_FORMAT_MAKE_FRAME(
		made_module(made, "/usr/lib/libcublas.so.13", 0), 0x77);
	const uint32_t site = made_site(made, made_stack(made, &frame, 1), device, api,
					VT_KIND_LINEAR);

	made_allocation(made, site, 0x7f0000000000, 5 * MIB);
}

/* Two devices and host memory; with names and without; more frames, none, and cut ones. */
static struct made *make(const struct names *names, uint32_t pid)
{
	static const enum vt_kind kinds[] = {VT_KIND_LINEAR, VT_KIND_MANAGED, VT_KIND_PINNED,
					     VT_KIND_IPC,    VT_KIND_STREAM,  VT_KIND_RESERVATION,
					     VT_KIND_LINEAR};
	struct made *made = made_new();
	const uint32_t gpus[] = {made_device(made, 0, "NVIDIA H200", 150754820096ull),
				 made_device(made, 1, "NVIDIA H200", 150754820096ull)};
	const uint32_t host = made_device(made, -1, "", 0);
	const uint32_t module = made_module(made, names->module, 0);
	const uint64_t source = add_source(made, names->function, names->file, 42);
	const uint64_t mixed[] = {VT_FORMAT_MAKE_FRAME(module, 0x1234),
				  VT_FORMAT_MAKE_FRAME(VT_FORMAT_SOURCE_MODULE, source),
				  VT_FORMAT_MAKE_FRAME(VT_FORMAT_NO_MODULE, 0x7f0000001000)};
	const uint32_t stacks[] = {made_stack(made, mixed, 3), made_stack(made, mixed, 1),
				   made_stack(made, mixed, 0)};
	const uint32_t api = made_string(made, names->api);

	((struct vt_format_stack *)made_record(made, VT_FORMAT_STACK, stacks[1]))->truncated =
		VT_FORMAT_STACK_CUT;
	((struct vt_format_module *)made_record(made, VT_FORMAT_MODULE, module))->build_id_bytes =
		4;
	made_header(made)->pid = pid;
	made_header(made)->program = made_string(made, names->program);
	if (names->launch)
		made_header(made)->launch = made_string(made, names->launch);
	for (uint32_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const bool is_host = kinds[i] == VT_KIND_PINNED || kinds[i] == VT_KIND_RESERVATION;
		const uint32_t site = made_site(made, stacks[i % 3], is_host ? host : gpus[i % 2],
						api, kinds[i]);
		const uint64_t bytes = kinds[i] == VT_KIND_STREAM ? 0 : (i + 1) * MIB + pid;
		const uint32_t kept = made_allocation(made, site, 0x10000 * (i + 1), bytes);

		made_freed(made, made_allocation(made, site, 0x2000000 * (i + 1), 3 * bytes));
		if (i % 2 == 0)
			made_named(made, kept, made_string(made, names->purpose),
				   made_string(made, names->label));
		made_allocation(made, site, 0x30000000 * (i + 1), bytes ? bytes + 4096 : 0);
	}
	add_retained(made, gpus[0], api);
	add_mark(made, names->mark);
	return made;
}

static int put(struct made *made, const char *folder, const char *name)
{
	char path[512];
	int error;

	snprintf(path, sizeof(path), "%s/%s.vramtrack", folder, name);
	error = made_write(made, path);
	made_free(made);
	if (error)
		fprintf(stderr, "%s: %s\n", path, strerror(-error));
	return error;
}

/* The longest name. */
static char *long_name(void)
{
	char *name = malloc(LONG_BYTES + 1);

	if (!name)
		abort();
	memset(name, 'n', LONG_BYTES);
	name[LONG_BYTES] = '\0';
	return name;
}

int main(int count, char **arguments)
{
	struct names names = plain;
	struct made *torn;
	char *name = long_name();
	int error = 0;

	if (count != 2)
		return 2;
	names.launch = "RANK=0\x1fWORLD_SIZE=2";
	error |= put(make(&names, 100), arguments[1], "rank0");
	names.launch = "RANK=1\x1fWORLD_SIZE=2";
	error |= put(make(&names, 101), arguments[1], "rank1");
	error |= put(make(&hostile, 102), arguments[1], "hostile");
	names = plain;
	names.file = names.module = names.program = name + LONG_BYTES - PATH_BYTES;
	names.function = names.api = name + LONG_BYTES - NAME_BYTES;
	names.mark = names.purpose = names.label = name + LONG_BYTES - LABEL_BYTES;
	error |= put(make(&names, 103), arguments[1], "long");
	error |= put(made_new(), arguments[1], "empty");
	torn = make(&plain, 104);
	made_header(torn)->sequence++;
	made_header(torn)->state = VT_FORMAT_RUNNING;
	((struct vt_format_site *)made_record(torn, VT_FORMAT_SITE, 1))->stack = 77;
	((struct vt_format_site *)made_record(torn, VT_FORMAT_SITE, 2))->device = 77;
	error |= put(torn, arguments[1], "torn");
	free(name);
	return error ? 1 : 0;
}
