/*
 * Facts of a process in the form that every format shows.
 */
#include "config.h"

#include "reports/findings/describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "reports/findings/history.h"
#include "reports/text/units.h"

#define SECOND_NS 1000000000ull

static const struct vt_format_header *header_of(const struct vt__process *process)
{
	return vt__recording_header(process->recording);
}

int vt__exit_signal(const struct vt__process *process)
{
	const int status = header_of(process)->wait_status;

	return status != VT_FORMAT_EXIT_UNKNOWN && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

int vt__exit_code(const struct vt__process *process)
{
	const int status = header_of(process)->wait_status;

	if (status == VT_FORMAT_EXIT_UNKNOWN)
		return -1;
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const char *vt__started(const struct vt__process *process, char text[VT__TIME_BYTES])
{
	const uint64_t ns = header_of(process)->start_realtime_ns;
	const time_t seconds = (time_t)(ns / SECOND_NS);
	struct tm parts;
	size_t length;

	text[0] = '\0';
	if (!ns || !gmtime_r(&seconds, &parts) || parts.tm_year > 9999 - 1900)
		return text;
	length = strftime(text, VT__TIME_BYTES, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text + length, VT__TIME_BYTES - length, ".%03uZ",
		 (unsigned)(ns % SECOND_NS / 1000000));
	return text;
}

uint64_t vt__duration_ns(const struct vt__process *process)
{
	const struct vt_format_header *header = header_of(process);
	uint64_t end = header->end_monotonic_ns;
	struct timespec now;

	if (!end && vt__recording_state(process->recording) == VT__PROCESS_RUNNING &&
	    !clock_gettime(CLOCK_MONOTONIC, &now))
		end = (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
	return end > header->start_monotonic_ns ? end - header->start_monotonic_ns : 0;
}

const char *vt__uuid(const uint8_t uuid[16], char text[VT__UUID_BYTES])
{
	static const uint8_t unknown[16];
	size_t length = 0;

	text[0] = '\0';
	if (!memcmp(uuid, unknown, sizeof(unknown)))
		return text;
	length += (size_t)snprintf(text, VT__UUID_BYTES, "GPU-");
	for (int i = 0; i < 16; i++) {
		const bool dash = i == 4 || i == 6 || i == 8 || i == 10;

		length += (size_t)snprintf(text + length, VT__UUID_BYTES - length, "%s%02x",
					   dash ? "-" : "", uuid[i]);
	}
	return text;
}

static const struct {
	const char *name, *words;
} losses[VT_LOSS_COUNT] = {
#define VT_LOSS(id, json, text) [VT_LOSS_##id] = {json, text},
	VT_LOSSES(VT_LOSS)
#undef VT_LOSS
};

const char *vt__loss_name(uint32_t loss)
{
	return loss < VT_LOSS_COUNT ? losses[loss].name : NULL;
}

const char *vt__loss_words(uint32_t loss)
{
	return loss < VT_LOSS_COUNT ? losses[loss].words : NULL;
}

bool vt__loss_counts(uint32_t loss)
{
	return loss != VT_LOSS_TRUNCATED && loss != VT_LOSS_LABELS && loss != VT_LOSS_HOLDERS &&
	       loss != VT_LOSS_ACCOUNTS && loss != VT_LOSS_MARKS &&
	       loss != VT_LOSS_PYTHON_UNKNOWN && loss != VT_LOSS_PYTHON_FRAMES &&
	       loss != VT_LOSS_TIMELINE && loss != VT_LOSS_SHARING && loss != VT_LOSS_GRAPH_USES;
}

const char *vt__end_note(const struct vt__process *process)
{
	bool leaked = false;

	for (size_t i = 0; i < process->finding_count && !leaked; i++)
		leaked = process->findings[i].finding_class == VT__CLASS_LEAK;
	return leaked && vt__recording_state(process->recording) == VT__PROCESS_ENDED
		       ? "ended without exit(): what was live then is listed"
		       : NULL;
}

/* The note of a module, and its number. */
struct note {
	const char *text;
	uint32_t module;
};

static int by_text(const void *left, const void *right)
{
	const struct note *a = left, *b = right;

	if (a->text != b->text)
		return (uintptr_t)a->text < (uintptr_t)b->text ? -1 : 1;
	return a->module < b->module ? -1 : a->module > b->module;
}

static int by_module(const void *left, const void *right)
{
	const struct note *a = left, *b = right;

	return a->module < b->module ? -1 : a->module > b->module;
}

/* Modules that are the same file share one note, which is said for the first. */
static size_t leave_first(struct note *notes, size_t count)
{
	size_t kept = 0;

	qsort(notes, count, sizeof(*notes), by_text);
	for (size_t i = 0; i < count; i++)
		if (!kept || notes[kept - 1].text != notes[i].text)
			notes[kept++] = notes[i];
	qsort(notes, kept, sizeof(*notes), by_module);
	return kept;
}

static void tell_modules(const struct vt__process *process,
			 void (*each)(const char *note, void *closure), void *closure)
{
	const uint32_t modules = vt__recording_modules(process->recording);
	struct note *notes = calloc(modules + 1u, sizeof(*notes));
	size_t count = 0;

	for (uint32_t module = 0; module < modules; module++) {
		const char *text = vt__stacks_module_note(process->stacks, module);

		if (text && notes)
			notes[count++] = (struct note){text, module};
		else if (text) /* without memory rather twice than not at all */
			each(text, closure);
	}
	if (count)
		count = leave_first(notes, count);
	for (size_t i = 0; i < count; i++)
		each(notes[i].text, closure);
	free(notes);
}

static void tell_cut(const struct vt__process *process,
		     void (*each)(const char *note, void *closure), void *closure)
{
	const uint64_t cut = vt__stacks_allowance(process->stacks)->cut;
	char note[sizeof(VT__CUT_WORDS) + 24];

	if (!cut)
		return;
	snprintf(note, sizeof(note), "%" PRIu64 " " VT__CUT_WORDS, cut);
	each(note, closure);
}

static void tell_dropped(const struct vt__process *process,
			 void (*each)(const char *note, void *closure), void *closure)
{
	char note[VT__WORDS_BYTES];
	uint64_t dropped;
	const uint64_t kept = vt__history_events(process->recording, &dropped);

	if (!dropped)
		return;
	snprintf(note, sizeof(note),
		 "events: the last %" PRIu64 " are kept, the %" PRIu64
		 " before them were dropped (option events)",
		 kept, dropped);
	each(note, closure);
}

void vt__recorded_notes(const struct vt__process *process,
			void (*each)(const char *note, void *closure), void *closure)
{
	const struct vt__recording *recording = process->recording;
	const char *note = vt__raw_to_escape(
		vt__recording_string(recording, header_of(process)->note));

	if (*note)
		each(note, closure);
	for (uint32_t i = 0; (note = vt__recording_note(recording, i)); i++)
		each(note, closure);
}

void vt__name_notes(const struct vt__process *process,
		    void (*each)(const char *note, void *closure), void *closure)
{
	tell_modules(process, each, closure);
	tell_cut(process, each, closure);
	tell_dropped(process, each, closure);
}

void vt__notes(const struct vt__process *process, void (*each)(const char *note, void *closure),
	       void *closure)
{
	vt__recorded_notes(process, each, closure);
	vt__name_notes(process, each, closure);
}
