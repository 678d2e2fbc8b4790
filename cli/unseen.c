/* Compares the entries of the run page with the recordings that are there. */
#include "config.h"

#include "cli/unseen.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/became.h"
#include "cli/message.h"
#include "cli/program.h"

/* Sentences that are written to a terminal; the rest is a number. */
#define SAID 8

/* Who made a recording, and when. */
struct begun {
	int32_t pid;
	uint64_t ns;
	bool is_told; /* by a slot of a page */
};

struct search {
	const struct vt__run_facts *facts;
	struct vt_run_page *pages[2]; /* as they are now; NULL: there is none */
	struct begun *begun;
	size_t begun_count;
	struct vt__unseen *out;
	int error;
};

/* ---- Rows --------------------------------------------------------------------------- */

static void add_row(struct search *search, const char *program, pid_t pid, char *reason)
{
	struct vt__unseen *out = search->out;
	struct vt__unseen_row *row;

	program = *program ? vt__last_part(program) : "a program";
	for (size_t i = 0; i < out->count && reason; i++) {
		row = &out->rows[i];
		if (strcmp(row->program, program) == 0 && strcmp(row->reason, reason) == 0) {
			row->processes++;
			free(reason);
			return;
		}
	}
	row = reason ? reallocarray(out->rows, out->count + 1, sizeof(*row)) : NULL;
	if (row)
		out->rows = row;
	if (row)
		row[out->count] = (struct vt__unseen_row){strdup(program), reason, pid, 1};
	if (row && row[out->count].program) {
		out->count++;
		return;
	}
	free(reason);
	search->error = -ENOMEM;
}

__attribute__((format(printf, 4, 5))) static void add(struct search *search, const char *program,
						      pid_t pid, const char *format, ...)
{
	va_list arguments;
	char *reason;

	va_start(arguments, format);
	if (vasprintf(&reason, format, arguments) < 0)
		reason = NULL;
	va_end(arguments);
	add_row(search, program, pid, reason);
}

/* ---- What a page tells ---------------------------------------------------------------- */

/* Whether the shim said hello in the program later, or a recording of it tells the same. */
static bool came_in(const struct search *search, int32_t pid, uint64_t ns)
{
	for (unsigned i = 0; i < 2; i++) {
		const struct vt_run_page *page = search->pages[i];

		for (uint32_t slot = 0; page && slot < vt__run_used(page); slot++)
			if (page->keys[slot] == vt__run_key(pid, VT_RUN_LOADED) &&
			    page->details[slot].time_ns >= ns)
				return true;
	}
	for (size_t i = 0; i < search->begun_count; i++)
		if (search->begun[i].pid == pid && search->begun[i].ns >= ns)
			return true;
	return false;
}

static bool is_there(struct search *search, int32_t pid, uint64_t ns)
{
	for (size_t i = 0; i < search->begun_count; i++) {
		struct begun *begun = &search->begun[i];

		if (begun->pid == pid && begun->ns == ns)
			return begun->is_told = true;
	}
	return false;
}

static void tell_exec(struct search *search, int32_t pid, const struct vt_run_slot *slot)
{
	enum vt__obstacle obstacle;

	if (came_in(search, pid, slot->time_ns) || vt__program_is_harmless(slot->name, slot->flags))
		return;
	obstacle = vt__program_obstacle(slot->name, search->facts->shim_path);
	if (slot->flags & VT_RUN_WITHOUT_SHIM)
		add(search, slot->name, pid,
		    "the shim was not in it: it was started without LD_PRELOAD or "
		    "VRAMTRACK_PAGE in its environment");
	else if (obstacle != VT__OBSTACLE_NONE)
		add(search, slot->name, pid, "the shim was not in it: it %s",
		    vt__obstacle_words(obstacle));
	else
		add(search, slot->name, pid,
		    "the shim was not in it, or could not tell that it was");
}

/* The file says more than the shim could see, as long as there is no recording in it. */
static void tell_lost(struct search *search, int32_t pid, const struct vt_run_slot *slot,
		      const char *told)
{
	const char *folder = search->facts->folder.path;
	const char *became = vt__became(folder ? folder : slot->place, pid);

	add(search, slot->name, pid, "its recording in %s %s", slot->place,
	    became ? became
	    : told ? told
		   : "is not there any more");
}

/* Whether the shim tells it itself. */
static bool was_lost(const struct search *search, int32_t pid)
{
	for (unsigned i = 0; i < 2; i++) {
		const struct vt_run_page *page = search->pages[i];

		for (uint32_t slot = 0; page && slot < vt__run_used(page); slot++)
			if (page->keys[slot] == vt__run_key(pid, VT_RUN_FAILED) &&
			    vt__became_told(page->details[slot].error))
				return true;
	}
	return false;
}

static void tell_recording(struct search *search, int32_t pid, const struct vt_run_slot *slot)
{
	const struct vt__run_facts *facts = search->facts;
	char here[sizeof(slot->place)];

	if (is_there(search, pid, slot->recording_ns))
		return;
	vt__run_copy_end(here, sizeof(here), facts->folder.path ? facts->folder.path : "");
	if (!slot->run_id)
		add(search, slot->name, pid,
		    "it was recorded in %s without the number of this run: VRAMTRACK_RUN was not "
		    "in its environment",
		    slot->place);
	else if (slot->run_id != facts->run_id)
		add(search, slot->name, pid,
		    "it was recorded by another vramtrack that ran inside this one, in %s",
		    slot->place);
	else if (strcmp(slot->place, here) != 0)
		add(search, slot->name, pid, "it was recorded in %s, not in the folder of this run",
		    slot->place);
	else if (!was_lost(search, pid))
		tell_lost(search, pid, slot, NULL);
}

static void tell_slot(struct search *search, uint64_t key, const struct vt_run_slot *slot)
{
	int32_t pid = (int32_t)(key >> 8);

	switch (key & 0xff) {
	case VT_RUN_FREE:
	case VT_RUN_LOADED:
		return;
	case VT_RUN_EXEC:
		tell_exec(search, pid, slot);
		return;
	case VT_RUN_RECORDING:
		tell_recording(search, pid, slot);
		return;
	case VT_RUN_FAILED:
		if (vt__became_told(slot->error))
			tell_lost(search, pid, slot, vt__became_told(slot->error));
		else if (slot->error)
			add(search, slot->name, pid, "it could not be recorded in %s: %s",
			    slot->place, strerror(slot->error));
		else
			add(search, slot->name, pid, "it could not be recorded: %s", slot->place);
		return;
	case VT_RUN_UNSEEN:
		add(search, slot->name, 0,
		    "the shim was not in it: process %d started it by system() or popen() without "
		    "LD_PRELOAD or VRAMTRACK_PAGE in the environment",
		    (int)pid);
		return;
	default: /* who was about to tell was killed */
		add(search, slot->name, pid,
		    "it was killed before it could tell whether the shim "
		    "is in it");
	}
}

static void tell_page(struct search *search, const struct vt_run_page *page)
{
	for (uint32_t slot = 0; page && slot < vt__run_used(page); slot++)
		tell_slot(search, page->keys[slot], &page->details[slot]);
	if (page && page->overflowed)
		add(search, "the run", 0,
		    "%u more things that its processes had to tell found no room",
		    page->overflowed);
}

/* Recordings that are only counted must be among those that no slot told of. */
static void tell_counted(struct search *search)
{
	size_t counted = 0, found = 0;

	for (unsigned i = 0; i < 2; i++)
		counted += search->pages[i] ? search->pages[i]->recordings : 0;
	for (size_t i = 0; i < search->begun_count; i++)
		found += !search->begun[i].is_told;
	if (counted > found)
		add(search, "the run", 0, "%zu of its recordings are not in its folder",
		    counted - found);
}

/* ---- The whole ------------------------------------------------------------------------- */

static int read_recordings(const struct vt__recordings *by_source, struct search *search)
{
	size_t count = 0;

	for (unsigned source = 0; source < VT_SOURCE_COUNT; source++)
		count += by_source[source].count;
	search->begun = calloc(count + 1, sizeof(*search->begun));
	if (!search->begun)
		return -ENOMEM;
	for (unsigned source = 0; source < VT_SOURCE_COUNT; source++) {
		for (size_t i = 0; i < by_source[source].count; i++) {
			struct vt_format_header header;

			if (vt__collect_identity(by_source[source].paths[i], &header))
				search->begun[search->begun_count++] = (struct begun){
					.pid = (int32_t)header.pid,
					.ns = header.start_monotonic_ns,
				};
		}
	}
	return 0;
}

static void tell_outlived(struct search *search)
{
	const struct vt__ended *ended = &search->facts->ended;

	for (size_t i = 0; i < ended->outlived.count; i++) {
		if (vt__process_is_harmless(ended->outlived.items[i].pid, search->facts->shim_path))
			continue;
		add(search, ended->outlived.items[i].name, ended->outlived.items[i].pid,
		    "it outlived the command: what it does from now on is not seen");
	}
	if (ended->outlived_error)
		add(search, "the run", 0, "whether a process outlived the command is not known: %s",
		    strerror(-ended->outlived_error));
}

int vt__unseen_find(const struct vt__run_facts *facts, const struct vt__recordings *by_source,
		    struct vt__unseen *out)
{
	struct search search = {.facts = facts, .out = out};

	*out = (struct vt__unseen){.count = 0};
	search.error = facts->page_error ? facts->page_error : read_recordings(by_source, &search);
	if (!search.error && facts->page.file >= 0) {
		search.pages[0] = vt__run_page_read(facts->page.file);
		if (facts->page.second_file >= 0)
			search.pages[1] = vt__run_page_read(facts->page.second_file);
		if (!search.pages[0] || (facts->page.second_file >= 0 && !search.pages[1]))
			search.error = -EIO;
		tell_page(&search, search.pages[0]);
		tell_page(&search, search.pages[1]);
		tell_counted(&search);
	}
	tell_outlived(&search);
	free(search.pages[0]);
	free(search.pages[1]);
	free(search.begun);
	return search.error;
}

static void free_row(struct vt__unseen_row *row)
{
	free(row->program);
	free(row->reason);
}

void vt__unseen_free(struct vt__unseen *unseen)
{
	while (unseen->count)
		free_row(&unseen->rows[--unseen->count]);
	free(unseen->rows);
	unseen->rows = NULL;
}

void vt__unseen_allow(struct vt__unseen *unseen, const char *const *patterns, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < unseen->count; i++) {
		struct vt__unseen_row row = unseen->rows[i];
		bool is_allowed = false;

		for (size_t j = 0; j < count; j++)
			is_allowed |= fnmatch(patterns[j], row.program, 0) == 0;
		if (is_allowed)
			free_row(&row);
		else
			unseen->rows[kept++] = row;
	}
	unseen->count = kept;
}

char *vt__unseen_words(const struct vt__unseen_row *row)
{
	char *words;
	int length;

	if (!row->first)
		length = asprintf(&words, "%s: %s", row->program, row->reason);
	else if (row->processes == 1)
		length = asprintf(&words, "%s, process %d: %s", row->program, (int)row->first,
				  row->reason);
	else
		length = asprintf(&words, "%s, process %d and %zu more: %s", row->program,
				  (int)row->first, row->processes - 1, row->reason);
	return length < 0 ? NULL : words;
}

void vt__unseen_say(const struct vt__unseen *unseen)
{
	for (size_t i = 0; i < unseen->count && i < SAID; i++) {
		char *words = vt__unseen_words(&unseen->rows[i]);

		if (words)
			vt__say("not seen: %s", words);
		free(words);
	}
	if (unseen->count > SAID)
		vt__say("not seen: %zu more", unseen->count - SAID);
}
