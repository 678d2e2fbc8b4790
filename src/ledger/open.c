/*
 * Opens a ledger, makes its recording at the first entry, and ends it.
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "recording/guard.h"
#include "recording/identity.h"
#include "base/clock.h"
#include "base/page.h"
#include "ledger/private.h"
#include "unwind/own_stack.h"
#include "base/standard_error.h"
#include "base/text.h"
#include "ledger/visit.h"

/* The program may change its folder before the first entry. */
static void make_absolute(char *path, size_t room, const char *from)
{
	struct vt__text text = {.bytes = path, .room = room};

	path[0] = '\0';
	if (from[0] != '/' && getcwd(path, room)) {
		text.length = strlen(path);
		if (strcmp(from, ".") == 0)
			return;
		vt__text_add(&text, "/");
	}
	vt__text_add(&text, from);
}

int vt__ledger_open(const struct vt__ledger_identity *identity, struct vt__ledger **out)
{
	int saved_errno = errno;
	struct vt__ledger *ledger = vt__arena_map(vt__page_round(sizeof(*ledger)));

	if (!ledger) {
		errno = saved_errno;
		return -ENOMEM;
	}
	vt__history_open(&ledger->history);
	vt__growth_open(&ledger->growth, &identity->followed, vt__now_ns());
	ledger->timelines.due_ns = UINT64_MAX;
	ledger->timelines.bytes_most = identity->recording_bytes;
	vt__events_open(&ledger->events, identity->event_bytes);
	ledger->at_free = ledger->events.wanted ? VT__AT_FREE_EVENT : 0;
	vt__ledger_due(ledger);
	make_absolute(ledger->folder, sizeof(ledger->folder), identity->folder);
	vt__text_add(&VT__TEXT(ledger->tool_version), identity->tool_version);
	if (identity->shim_path) {
		vt__text_add(&VT__TEXT(ledger->shim_path), identity->shim_path);
		ledger->modules.shim_path = ledger->shim_path;
	}
	ledger->run_id = identity->run_id;
	ledger->stack_depth = identity->stack_depth;
	ledger->stacks.bytes_most = identity->recording_bytes;
	ledger->source = identity->source;
	ledger->modules.source = identity->source;
	ledger->announce = identity->announce;
	ledger->birth = identity->birth;
	ledger->at_mark = identity->at_mark;
	ledger->told = identity->told;
	ledger->stamp.ledger = vt__visit_reset();
	ledger->stacks.stamp = &ledger->stamp;
	*out = ledger;
	errno = saved_errno;
	return 0;
}

static void write_identity(struct vt__ledger *ledger, const struct vt__process *process)
{
	struct vt_format_header *header = ledger->store.recording.header;
	struct vt__recording *recording = &ledger->store.recording;

	header->pid = process->birth.pid;
	header->parent_pid = process->birth.parent_pid;
	header->process_start_ticks = process->start_ticks;
	memcpy(header->boot_id, process->boot_id, sizeof(header->boot_id));
	header->run_id = ledger->run_id;
	header->start_monotonic_ns = process->birth.monotonic_ns;
	header->start_realtime_ns = process->birth.realtime_ns;
	header->stack_depth = ledger->stack_depth;
	header->driver_version = ledger->driver_version;
	header->simulated = ledger->simulated;
	header->source = ledger->source;
	header->audited = ledger->audited;
	memcpy(header->doors, ledger->doors, sizeof(ledger->doors));
	header->program = vt__recording_add_text(recording, process->program);
	header->command = vt__recording_add_text(recording, process->command);
	header->host = vt__recording_add_text(recording, process->host);
	header->working_directory = vt__recording_add_text(recording, process->working_directory);
	header->tool_version = vt__recording_add_text(recording, ledger->tool_version);
	header->launch = *process->launch ? vt__recording_add_text(recording, process->launch)
					  : VT_FORMAT_NONE;
	if (header->program != VT_FORMAT_NONE)
		ledger->modules.program = vt__store_at(&ledger->store, VT_FORMAT_STRING,
						       header->program);
	else
		ledger->modules.program = "";
}

static void say_failure(const struct vt__ledger *ledger, int error)
{
	char bytes[PATH_MAX + 256];
	struct vt__text text = VT__TEXT(bytes);

	vt__text_add(&text, "vramtrack: cannot write a recording in ");
	vt__text_add(&text, ledger->folder);
	vt__text_add(&text, ": ");
	vt__text_add(&text, vt__text_of_error(-error));
	vt__text_add(&text, "; this process is not recorded\n");
	vt__say_text(&text);
}

static void say_path(const struct vt__ledger *ledger, const char *before, const char *after)
{
	char bytes[PATH_MAX + 256];
	struct vt__text text = VT__TEXT(bytes);

	vt__text_add(&text, before);
	vt__text_add(&text, ledger->store.recording.file.path);
	vt__text_add(&text, after);
	vt__text_add(&text, "\n");
	vt__say_text(&text);
}

static void tell(const struct vt__ledger *ledger, int error, uint64_t started_ns)
{
	if (ledger->told)
		ledger->told(error, ledger->folder, ledger->run_id, started_ns);
}

static void write_out(struct vt__ledger *ledger)
{
	int error = vt__recording_write_out(&ledger->store.recording);

	if (!error)
		return;
	say_path(ledger, "vramtrack: the recording is not complete: ", vt__text_of_error(-error));
	tell(ledger, error, 0);
}

/* ---- A recording that was taken away ------------------------------------------------ */

void vt__ledger_close_lost(struct vt__ledger *ledger)
{
	const struct vt__recording_file *file = &ledger->store.recording.file;
	int error = vt__recording_file_check(file);

	/* as long as ever, and yet no memory: written over, or the disk failed */
	ledger->taken_away = !error ? -EUCLEAN : error == -ENODATA ? error : -ESTALE;
	vt__recording_file_lose(file, VT_LOSS_TAKEN_AWAY);
	tell(ledger, ledger->taken_away, 0);
	__atomic_store_n(&ledger->state, VT__LEDGER_CLOSED, __ATOMIC_RELEASE);
}

static void say_lost(const struct vt__ledger *ledger)
{
	const char *what = ledger->taken_away == -ENODATA ? " was shortened"
			   : ledger->taken_away == -EUCLEAN
				   ? " was written over, or its disk failed,"
				   : " was taken away";
	char bytes[128];
	struct vt__text text = VT__TEXT(bytes);

	vt__text_add(&text, what);
	vt__text_add(&text, " while the program ran: what followed is not recorded");
	say_path(ledger, "vramtrack: the recording ", bytes);
}

/* Whoever shortened it and made it long again was not noticed if nobody touched it. */
static void look_at_the_end(struct vt__ledger *ledger)
{
	struct vt__recording *recording = &ledger->store.recording;

	if (ledger->state == VT__LEDGER_RECORDING && !recording->file.in_memory &&
	    vt__recording_file_check(&recording->file) == -ENODATA)
		vt__recording_abandon(recording);
	if (ledger->state == VT__LEDGER_LOST)
		vt__ledger_close_lost(ledger);
	if (ledger->taken_away)
		say_lost(ledger);
}

/* ---- Beginning and end ------------------------------------------------------------------ */

static int create(struct vt__ledger *ledger, const struct vt__process *process)
{
	struct vt__recording *recording = &ledger->store.recording;
	int error;

	vt__guard_begin(&ledger->state, VT__LEDGER_LOST);
	error = vt__recording_create(recording, ledger->folder, process->program,
				     process->birth.pid);
	if (error || recording->file.in_memory)
		return error;
	vt__guard_stand();
	vt__guard_unblock();
	vt__visit_learn_anew();
	return 0;
}

void vt__ledger_create(struct vt__ledger *ledger)
{
	size_t bytes = vt__page_round(sizeof(struct vt__process));
	struct vt__process *process = vt__arena_map(bytes);
	struct vt__recording *recording = &ledger->store.recording;
	uint32_t empty = VT__LEDGER_EMPTY; /* else it was lost by now */
	int error = -ENOMEM;

	if (process) {
		vt__process_read(process, &ledger->birth);
		error = create(ledger, process);
	}
	if (error) {
		say_failure(ledger, error);
	} else {
		vt__recording_begin(recording);
		write_identity(ledger, process);
		vt__growth_begin(&ledger->growth, &ledger->store, &ledger->strings);
		vt__recording_finish(recording);
		if (recording->file.in_memory)
			write_out(ledger);
		if (ledger->announce)
			say_path(ledger, "vramtrack: recording to ", "");
	}
	tell(ledger, error, process ? process->birth.monotonic_ns : 0);
	if (process)
		munmap(process, bytes);
	if (error)
		__atomic_store_n(&ledger->state, VT__LEDGER_CLOSED, __ATOMIC_RELEASE);
	else
		__atomic_compare_exchange_n(&ledger->state, &empty, VT__LEDGER_RECORDING, false,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

void vt__ledger_end(struct vt__ledger *ledger, int32_t wait_status)
{
	struct vt_format_header *header;
	struct vt__visit visit;

	if (!vt__visit_enter(ledger, &visit))
		return;
	look_at_the_end(ledger);
	if (ledger->state == VT__LEDGER_RECORDING || ledger->state == VT__LEDGER_SPOILT) {
		header = ledger->store.recording.header;
		vt__recording_begin(&ledger->store.recording);
		if (ledger->state == VT__LEDGER_RECORDING)
			vt__requests_end(ledger, vt__now_ns());
		header->end_monotonic_ns = vt__clock_ns(CLOCK_MONOTONIC);
		header->wait_status = wait_status;
		header->state = VT_FORMAT_EXITED;
		header->wait_status = wait_status;
		if (ledger->state == VT__LEDGER_RECORDING)
			vt__recording_finish(&ledger->store.recording);
		if (ledger->store.recording.file.in_memory)
			write_out(ledger);
	}
	vt__visit_leave(ledger, &visit);
}

const char *vt__ledger_path(struct vt__ledger *ledger)
{
	uint32_t state = __atomic_load_n(&ledger->state, __ATOMIC_ACQUIRE);

	if (state != VT__LEDGER_RECORDING && state != VT__LEDGER_SPOILT)
		return NULL;
	return ledger->store.recording.file.path;
}

static void create_on_own_stack(void *ledger)
{
	vt__ledger_create(ledger);
}

static void close_on_own_stack(void *ledger)
{
	vt__ledger_close_lost(ledger);
}

bool vt__visit_make(struct vt__ledger *ledger, struct vt__visit *visit)
{
	if (ledger->state == VT__LEDGER_EMPTY)
		vt__own_stack_run(create_on_own_stack, ledger);
	if (ledger->state == VT__LEDGER_LOST)
		vt__own_stack_run(close_on_own_stack, ledger);
	if (ledger->state == VT__LEDGER_RECORDING)
		return true;
	if (ledger->state == VT__LEDGER_SPOILT)
		vt__recording_lose(&ledger->store.recording, VT_LOSS_RECORDER_LEFT);
	vt__visit_leave(ledger, visit);
	return false;
}
