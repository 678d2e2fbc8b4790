/*
 * The stacks of one recording as frames that a report can print.
 */
#include "config.h"

#include "reports/names/stacks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/names/stacks_private.h"
#include "reports/text/path.h"

struct vt__stacks *vt__stacks_new(const struct vt__recording *recording,
				  struct vt__symbolizer *symbolizer)
{
	struct vt__stacks *stacks = calloc(1, sizeof(*stacks));

	if (!stacks)
		return NULL;
	stacks->recording = recording;
	stacks->symbolizer = symbolizer;
	stacks->allowance = vt__allowance_of(vt__recording_bytes(recording));
	stacks->modules = calloc(vt__recording_modules(recording) + 1u, sizeof(*stacks->modules));
	stacks->sources = calloc(vt__recording_sources(recording) + 1u, sizeof(*stacks->sources));
	vt__symbolizer_stacks(symbolizer)->recordings++;
	stacks->numbers = calloc(vt__recording_stacks(recording) + 1u, sizeof(*stacks->numbers));
	if (!stacks->modules || !stacks->sources || !stacks->numbers) {
		vt__stacks_free(stacks);
		return NULL;
	}
	return stacks;
}

void vt__stacks_free(struct vt__stacks *stacks)
{
	if (!stacks)
		return;
	free(stacks->numbers);
	free(stacks->sources);
	free(stacks->modules);
	free(stacks);
}

const char *vt__stacks_module_note(const struct vt__stacks *stacks, uint32_t number)
{
	if (number >= vt__recording_modules(stacks->recording) || !stacks->modules[number])
		return NULL;
	return vt__module_note(stacks->modules[number]);
}

struct vt__allowance *vt__stacks_allowance(struct vt__stacks *stacks)
{
	return &stacks->allowance;
}

const uint64_t *vt__stack_raw(const struct vt__stacks *stacks, uint32_t number, size_t *count,
			      bool *truncated)
{
	const struct vt__recording *recording = stacks->recording;
	const struct vt_format_stack *stack = vt__recording_stack(recording, number);
	const uint64_t *raw = stack ? vt__recording_frame(recording, stack->first_frame) : NULL;
	size_t depth, i;

	*count = 0;
	*truncated = stack && stack->truncated & VT_FORMAT_STACK_CUT;
	if (!raw)
		return NULL;
	depth = vt__recording_frames(recording) - stack->first_frame;
	if (depth > stack->depth)
		depth = stack->depth;
	for (i = 0; i < depth; i++) {
		const struct vt_format_module *module = vt__recording_module(
			recording, VT_FORMAT_FRAME_MODULE(raw[i]));

		if (!module || !module->is_shim)
			break;
	}
	*count = depth - i;
	return raw + i;
}

static bool is_limited(const struct vt__stacks *stacks, uint32_t number)
{
	const struct vt_format_stack *stack = vt__recording_stack(stacks->recording, number);

	return stack && stack->truncated & VT_FORMAT_STACK_LIMIT;
}

bool vt__stack_is_lost(const struct vt__stacks *stacks, uint32_t number)
{
	const struct vt_format_stack *stack = vt__recording_stack(stacks->recording, number);

	return stack && stack->truncated & VT_FORMAT_STACK_LOST;
}

/* ---- One frame ------------------------------------------------------------- */

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

/* The name of the file of a module. */
static const char *file_name(const struct vt__frame *frame)
{
	return frame->module ? vt__last_part(frame->module) : "";
}

/* A static runtime is part of the program; its names give it away. */
static bool is_runtime(const struct vt__frame *frame)
{
	const char *name = file_name(frame);

	if (starts_with(name, "libcudart.so") || starts_with(name, "libcuda.so"))
		return true;
	if (!frame->function || frame->file || frame->language != VT__LANGUAGE_NATIVE)
		return false;
	return starts_with(frame->function, "__cudart") ||
	       starts_with(frame->function, "libcudart_static_") ||
	       (starts_with(frame->function, "cuda") && frame->function[4] >= 'A' &&
		frame->function[4] <= 'Z');
}

static bool is_library(const struct vt__frame *frame)
{
	return starts_with(file_name(frame), "libvramtrack.so");
}

/* What is known without any rule: CUDA and libvramtrack are never the user's. */
static void set_owner(struct vt__frame *frame)
{
	frame->runtime = is_runtime(frame);
	frame->library = is_library(frame);
	if (frame->role == VT__ROLE_USER && frame->runtime)
		frame->role = VT__ROLE_CUDA;
	else if (frame->role == VT__ROLE_USER && frame->library)
		frame->role = VT__ROLE_LIBRARY;
}

static bool append(struct vt__frames *frames, const struct vt__frame *frame)
{
	if (frames->count == frames->capacity) {
		const size_t more = frames->capacity ? frames->capacity * 2 : 64;
		struct vt__frame *grown = reallocarray(frames->frames, more, sizeof(*grown));

		if (!grown)
			return false;
		frames->frames = grown;
		frames->capacity = more;
	}
	frames->frames[frames->count] = *frame;
	set_owner(&frames->frames[frames->count++]);
	return true;
}

/* The symbolizer's module of record `number`; NULL if out of memory. */
static struct vt__module *module_of(struct vt__stacks *stacks, uint32_t number,
				    const struct vt_format_module *record)
{
	struct vt__module **module = &stacks->modules[number];

	if (!*module) {
		const size_t bytes = record->build_id_bytes <= sizeof(record->build_id)
					     ? record->build_id_bytes
					     : 0;

		*module = vt__symbolizer_module(
			stacks->symbolizer,
			vt__raw_to_open(vt__recording_string(stacks->recording, record->path)),
			record->build_id, bytes,
			vt__recording_header(stacks->recording)->start_realtime_ns);
	}
	return *module;
}

/* NULL if out of memory. */
static const struct vt__source *find_source(struct vt__stacks *stacks,
					    const struct vt_format_source *record)
{
	const struct vt__source source = {
		.language = (enum vt__language)record->language,
		.function = vt__raw_to_copy(
			vt__recording_string(stacks->recording, record->function)),
		.file = vt__raw_to_copy(vt__recording_string(stacks->recording, record->file)),
		.line = record->line,
	};
	struct vt__sources *sources = vt__symbolizer_sources(stacks->symbolizer);

	return sources ? vt__sources_find(sources, &source) : NULL;
}

int vt__stack_place(struct vt__stacks *stacks, uint64_t raw, struct vt__place *out)
{
	const uint32_t number = VT_FORMAT_FRAME_MODULE(raw);
	const struct vt_format_module *record = vt__recording_module(stacks->recording, number);
	const struct vt_format_source *source =
		number == VT_FORMAT_SOURCE_MODULE
			? vt__recording_source(stacks->recording,
					       (uint32_t)VT_FORMAT_FRAME_ADDRESS(raw))
			: NULL;
	struct vt__place place = {.address = VT_FORMAT_FRAME_ADDRESS(raw)};

	if (source) {
		const struct vt__source **known = &stacks->sources[place.address];

		if (!*known)
			*known = find_source(stacks, source);
		place.address = 0;
		place.source = *known;
		if (!place.source)
			return -ENOMEM;
	} else if (record) {
		place.module = module_of(stacks, number, record);
		if (!place.module)
			return -ENOMEM;
	}
	*out = place;
	return 0;
}

static int expand(struct vt__symbolizer *symbolizer, struct vt__place place, enum vt__names names,
		  struct vt__frames *frames)
{
	struct vt__frame frame = {.offset = place.address};
	struct vt__symbols symbols = {0};

	if (place.source) {
		frame.language = place.source->language;
		frame.function = place.source->function;
		frame.file = place.source->file;
		frame.line = place.source->line;
		frame.role = place.source->role;
		frame.kept = place.source->kept;
		return append(frames, &frame) ? 0 : -ENOMEM;
	}
	if (place.module) {
		const int error = vt__symbolize(symbolizer, place.module, place.address, names,
						&symbols);

		if (error)
			return error;
		frame.module = vt__module_path(place.module);
		frame.role = vt__module_role(place.module);
		frame.kept = vt__module_kept(place.module);
	}
	if (!symbols.count)
		return append(frames, &frame) ? 0 : -ENOMEM;
	for (size_t i = 0; i < symbols.count; i++) {
		frame.function = symbols.symbols[i].function;
		frame.file = symbols.symbols[i].file;
		frame.line = symbols.symbols[i].line;
		frame.inlined = symbols.symbols[i].inlined;
		frame.role = symbols.symbols[i].role;
		frame.kept = symbols.symbols[i].kept;
		if (!append(frames, &frame))
			return -ENOMEM;
	}
	return 0;
}

int vt__place_expand(struct vt__symbolizer *symbolizer, struct vt__place place,
		     struct vt__frames *frames)
{
	return expand(symbolizer, place, VT__NAMES_ALL, frames);
}

int vt__stack_expand(struct vt__stacks *stacks, uint64_t raw, enum vt__names names,
		     struct vt__frames *frames)
{
	struct vt__place place;
	const int error = vt__stack_place(stacks, raw, &place);

	return error ? error : expand(stacks->symbolizer, place, names, frames);
}

/*
 * What is linked into a program has names there that no rule can know: the static
 * functions of libvramtrack.a. A frame between one that is inside of a library and the
 * one that says what was called of it is the library's, in the same module.
 */
void vt__frames_settle(struct vt__frames *frames)
{
	const struct vt__frame *inside = NULL; /* the first of its library */

	for (size_t i = 0; i < frames->count; i++) {
		struct vt__frame *frame = &frames->frames[i], *between;

		if (inside && inside->module != frame->module)
			inside = NULL;
		if (frame->role == VT__ROLE_LIBRARY && !inside)
			inside = frame;
		if (frame->role != VT__ROLE_CALL || !inside)
			continue;
		for (between = frame - 1; between > inside; between--)
			if (between->role == VT__ROLE_USER)
				between->role = VT__ROLE_LIBRARY;
		inside = NULL;
	}
}

static int read_frames(struct vt__stacks *stacks, uint32_t number, enum vt__names names,
		       struct vt__frames *frames)
{
	size_t count;
	const uint64_t *raw = vt__stack_raw(stacks, number, &count, &frames->truncated);
	int error = 0;

	frames->is_limited = is_limited(stacks, number);
	frames->is_lost = vt__stack_is_lost(stacks, number);
	frames->count = 0;
	for (size_t i = 0; i < count && !error; i++)
		error = vt__stack_expand(stacks, raw[i], names, frames);
	if (!error)
		vt__frames_settle(frames);
	return error;
}

int vt__stack_frames(struct vt__stacks *stacks, uint32_t number, struct vt__frames *frames)
{
	return read_frames(stacks, number, VT__NAMES_ALL, frames);
}

int vt__stack_own_frames(struct vt__stacks *stacks, uint32_t number, struct vt__frames *frames)
{
	const int error = read_frames(stacks, number, VT__NAMES_OWN, frames);

	if (!error)
		frames->count = vt__frames_end(frames);
	return error;
}

/* ---- What starts main() and threads ------------------------------------------ */

bool vt__frame_is_of_libc(const struct vt__frame *frame)
{
	static const char *const names[] = {"libc.so.", "libc-2.", "libpthread.so.",
					    "libpthread-2."};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (starts_with(file_name(frame), names[i]))
			return true;
	return false;
}

static bool is_start(const struct vt__frame *frame)
{
	return vt__frame_is_start(frame) || (!frame->function && vt__frame_is_of_libc(frame));
}

size_t vt__frames_end(const struct vt__frames *frames)
{
	size_t end = frames->count;

	/* _start of a program without symbols, which libc does not start in its turn */
	if (end > 1 && !frames->frames[end - 1].function && is_start(&frames->frames[end - 2]) &&
	    !is_start(&frames->frames[end - 1]))
		end--;
	while (end && is_start(&frames->frames[end - 1]))
		end--;
	return end;
}

bool vt__frame_is_start(const struct vt__frame *frame)
{
	static const char *const names[] = {
		"__libc_start_call_main",
		"__libc_start_main",
		"__libc_start_main_impl",
		"_start",
		"start_thread",
		"clone",
		"clone3",
		"__clone",
		"__clone3",
	};

	for (size_t i = 0; frame->language == VT__LANGUAGE_NATIVE && frame->function &&
			   i < sizeof(names) / sizeof(*names);
	     i++)
		if (!strcmp(frame->function, names[i]))
			return true;
	return false;
}

static size_t length_of(const char *text)
{
	return text ? strlen(text) : 0;
}

size_t vt__frame_bytes(const struct vt__frame *frame)
{
	return length_of(frame->module) + length_of(frame->function) + length_of(frame->file) +
	       sizeof(frame->offset);
}

void vt__frames_release(struct vt__frames *frames)
{
	free(frames->frames);
	memset(frames, 0, sizeof(*frames));
}
