/*
 * Takes a private, consistent, checked copy of a recording.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "reports/recording/process.h"
#include "reports/recording/reader_private.h"
#include "reports/recording/reader_check.h"
#include "reports/recording/record_sums.h"
#include "reports/recording/record_widen.h"
#include "reports/recording/reader_file.h"
#include "reports/text/units.h"

/* How often a copy is tried while the process changes the recording, and how
 * long to wait in between: a change takes microseconds. */
#define ATTEMPTS 50
#define PAUSE_NS 1000000L

__attribute__((format(printf, 2, 3))) static void add_note(struct vt__recording *recording,
							   const char *format, ...)
{
	va_list arguments;

	if (recording->note_count == VT__NOTES_MOST)
		return;
	va_start(arguments, format);
	vsnprintf(recording->notes[recording->note_count++], VT__MESSAGE_BYTES, format, arguments);
	va_end(arguments);
}

/* ---- One copy ------------------------------------------------------------- */

static void drop_records(struct vt__recording *recording)
{
	for (size_t type = 0; type < VT_FORMAT_TYPE_END; type++)
		free(recording->records[type].bytes);
	memset(recording->records, 0, sizeof(recording->records));
}

/* Why a file that is shorter than a header is none of ours, or no more. */
static int refuse_short(const struct vt_format_header *header, uint64_t file_bytes,
			const char *path, char message[VT__MESSAGE_BYTES])
{
	if (!file_bytes)
		snprintf(message, VT__MESSAGE_BYTES,
			 "%s: is empty: nothing was recorded (was the disk full?): record again",
			 path);
	else if (file_bytes >= sizeof(header->magic) &&
		 !memcmp(header->magic, VT_FORMAT_MAGIC, sizeof(header->magic)))
		snprintf(message, VT__MESSAGE_BYTES,
			 "%s: truncated: ends at byte %" PRIu64 ", its header at %u: copy it again",
			 path, file_bytes, VT_FORMAT_HEADER_BYTES);
	else
		snprintf(message, VT__MESSAGE_BYTES,
			 "%s: not a recording (wrong magic at byte 0): name a file that vramtrack "
			 "wrote (they end in " VT_FORMAT_SUFFIX ")",
			 path);
	return -EINVAL;
}

/* The size is asked after the header was read: a segment is in the file before
 * it is in the directory. */
static int copy_header(int fd, struct vt__recording *recording, uint64_t *file_bytes,
		       char message[VT__MESSAGE_BYTES])
{
	struct vt_format_header *header = &recording->header;
	struct stat status;
	int error;

	memset(header, 0, sizeof(*header));
	error = vt__file_read(fd, header, sizeof(*header), 0);
	if (fstat(fd, &status) < 0)
		return vt__file_explain(-errno, recording->path, 0, message);
	*file_bytes = (uint64_t)status.st_size;
	if (*file_bytes < VT_FORMAT_HEADER_BYTES)
		return refuse_short(header, *file_bytes, recording->path, message);
	if (error)
		return vt__file_explain(error, recording->path, *file_bytes, message);
	error = vt__check_header(header, *file_bytes, recording->path, message);
	return error ? error : vt__check_holes(header, fd, recording->path, message);
}

/* Records of a type keep the numbers that the capacities before them give;
 * what a segment left unused reads as zero. */
static int copy_type(int fd, const struct vt_format_header *header, uint32_t type,
		     struct vt__records *out)
{
	const size_t record_bytes = vt__record_bytes(type);
	const uint32_t segments = vt__segment_count(header);
	uint64_t base = 0, count = 0;
	uint32_t i;

	for (i = 0; i < segments; i++) {
		const struct vt_format_segment *segment = &header->segments[i];

		if (segment->type != type)
			continue;
		if (segment->used)
			count = base + segment->used;
		base += segment->capacity;
	}
	/* One byte more, zero: it ends the last string whatever the file says. */
	out->bytes = calloc(1, count * record_bytes + 1);
	if (!out->bytes)
		return -ENOMEM;
	out->count = (uint32_t)count;
	for (i = 0, base = 0; i < segments; i++) {
		const struct vt_format_segment *segment = &header->segments[i];
		int error;

		if (segment->type != type)
			continue;
		error = vt__file_read(fd, out->bytes + base * record_bytes,
				      segment->used * segment->record_bytes, segment->offset);
		if (error)
			return error;
		if (segment->record_bytes != record_bytes)
			vt__widen(type, out->bytes + base * record_bytes, segment->used);
		base += segment->capacity;
	}
	return 0;
}

static int copy_once(int fd, struct vt__recording *recording, char message[VT__MESSAGE_BYTES])
{
	uint64_t file_bytes = 0;
	int error;

	drop_records(recording);
	error = copy_header(fd, recording, &file_bytes, message);
	for (uint32_t type = VT_FORMAT_STRING; !error && type < VT_FORMAT_TYPE_END; type++) {
		error = copy_type(fd, &recording->header, type, &recording->records[type]);
		if (error)
			error = vt__file_explain(error, recording->path, file_bytes, message);
	}
	return error;
}

static int read_sequence(int fd, uint64_t *sequence)
{
	return vt__file_read(fd, sequence, sizeof(*sequence),
			     offsetof(struct vt_format_header, sequence));
}

/* ---- A consistent copy ---------------------------------------------------- */

static void note_torn(struct vt__recording *recording, bool alive)
{
	recording->torn = true;
	if (alive)
		add_note(recording, "the process changed the recording all the while it was read: "
				    "numbers may be off by the allocations made meanwhile");
	else
		add_note(recording, "the process was ended inside a change of the recording: at "
				    "most one allocation or free is half entered");
}

/* Nothing in a torn copy is believed that would not be believed in another. */
static int leave_out(struct vt__recording *recording, char message[VT__MESSAGE_BYTES])
{
	const int fault = vt__check_records(recording, message);

	if (!fault)
		return 0;
	recording->left_out = vt__leave_out(recording, &recording->header, recording->records);
	add_note(recording, "torn: %" PRIu64 " record%s left out", recording->left_out,
		 vt__plural(recording->left_out));
	vt__print_safely(message);
	add_note(recording, "the first of them: %s", message);
	return vt__check_bounds(recording, message);
}

/* Part of a file that was shortened and made long again is zero, and nothing else
 * may tell it. */
static void add_up(struct vt__recording *recording)
{
	uint64_t *taken_away = &recording->header.losses[VT_LOSS_TAKEN_AWAY];

	if (!*taken_away && !vt__sums_agree(recording))
		*taken_away = 1;
}

/* Where system calls order no loads. gcc's ThreadSanitizer takes no fence; it sees the calls. */
static void order_loads(void)
{
#ifndef __SANITIZE_THREAD__
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
#endif
}

/*
 * Copies until the change counter is even and the same before and after, and
 * the records agree. If the process is gone there is nobody to wait for. A torn
 * copy may hold a half-entered record: it is left out, and that is said.
 */
static int copy_consistent(int fd, struct vt__recording *recording, ino_t inode,
			   char message[VT__MESSAGE_BYTES])
{
	const struct timespec pause = {0, PAUSE_NS};
	uint64_t before = 0, after = 0;
	int error = 0, disagreement = 0;
	bool alive = false, consistent = false;

	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (attempt)
			nanosleep(&pause, NULL);
		(void)read_sequence(fd, &before);
		order_loads();
		error = copy_once(fd, recording, message);
		order_loads();
		(void)read_sequence(fd, &after);
		consistent = before == after && !(before & 1);
		disagreement = error ? 0 : vt__check_records(recording, message);
		if (!error && consistent && !disagreement) {
			add_up(recording);
			return 0;
		}
		alive = recording->header.state == VT_FORMAT_RUNNING &&
			vt__process_is_alive(&recording->header, inode, recording->path);
		if (!alive)
			break;
	}
	if (error || consistent)
		return error ? error : disagreement;
	note_torn(recording, alive);
	return leave_out(recording, message);
}

static void tell_state(struct vt__recording *recording, ino_t inode)
{
	const struct vt_format_header *header = &recording->header;

	recording->state = VT__PROCESS_ENDED;
	if (header->snapshot) {
		recording->state = VT__PROCESS_RUNNING;
		add_note(recording, "a snapshot: the process ran when it was made");
	} else if (header->state == VT_FORMAT_EXITED) {
		recording->state = VT__PROCESS_EXITED;
	} else if (header->wait_status != VT_FORMAT_EXIT_UNKNOWN) {
		return;
	} else if (vt__process_is_alive(header, inode, recording->path)) {
		recording->state = VT__PROCESS_RUNNING;
	} else if (!vt__process_is_local(header)) {
		add_note(recording, "recorded on another machine, or before this one was started "
				    "again: taken as ended, though it may run there still");
	}
}

int vt__recording_open(const char *path, struct vt__recording **out,
		       char message[VT__MESSAGE_BYTES])
{
	struct vt__recording *recording;
	struct stat status;
	int fd, error;

	message[0] = '\0';
	error = vt__file_open(path, &fd, &status, message);
	if (error)
		return error;
	recording = calloc(1, sizeof(*recording));
	if (recording)
		recording->path = strdup(path);
	if (!recording || !recording->path) {
		error = vt__file_explain(-ENOMEM, path, 0, message);
		goto close_recording;
	}
	error = copy_consistent(fd, recording, status.st_ino, message);
	if (error)
		goto close_recording;
	tell_state(recording, status.st_ino);
	close(fd);
	*out = recording;
	return 0;

close_recording:
	vt__print_safely(message);
	vt__recording_close(recording);
	close(fd);
	return error;
}

void vt__recording_close(struct vt__recording *recording)
{
	if (!recording)
		return;
	drop_records(recording);
	free(recording->path);
	free(recording);
}
