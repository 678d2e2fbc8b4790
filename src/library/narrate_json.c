/* The ready narrator: each event as a line of JSON, in one write. */
#include "config.h"

#include "library/json_text.h"

#include <vramtrack/narration.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Each of 127 label bytes may become six, and each of 100 of the sentence. */
#define LABEL_ROOM (127 * 6 + 1)
#define HUMAN_ROOM (100 * 6 + 1)
#define LINE_ROOM 4096

static const char *kind_name(vt_event_kind kind)
{
	static const char *const names[] = {
		[VT_EVENT_ALLOCATED] = "allocated", [VT_EVENT_FREED] = "freed",
		[VT_EVENT_FAILED] = "failed",       [VT_EVENT_RESIDENCY] = "residency",
		[VT_EVENT_LEAK] = "leak",
	};
	unsigned number = (unsigned)kind;

	return number < sizeof(names) / sizeof(names[0]) ? names[number] : "unknown";
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The keys are those of the client's narration, then ours. Returns the length. */
static size_t write_line(const vt_event *event, char line[LINE_ROOM])
{
	char human[HUMAN_ROOM], label[LABEL_ROOM];
	int length;

	vt__json_escape(event->human, human, sizeof(human));
	vt__json_escape(event->label, label, sizeof(label));
	length = snprintf(line, LINE_ROOM,
			  "{\"actor\":\"%s\",\"action\":\"%s\",\"target\":\"%s\","
			  "\"device\":\"%s\",\"human\":\"%s\",\"error_kind\":\"%s\","
			  "\"emitted_by\":\"vramtrack\",\"emitted_at_ms\":%" PRIu64 ","
			  "\"event\":\"%s\",\"status\":\"%s\",\"purpose\":\"%s\","
			  "\"label\":\"%s\",\"bytes\":%" PRIu64 "}\n",
			  event->actor, event->action, event->target, event->device, human,
			  event->error_kind, now_ms(), kind_name(event->kind),
			  vt_status_name(event->status), vt_purpose_name(event->purpose), label,
			  event->bytes);
	return length > 0 && length < LINE_ROOM ? (size_t)length : 0;
}

void vt_narrate_json_lines(const vt_event *event, void *closure)
{
	const int file = (int)(intptr_t)closure;
	char line[LINE_ROOM];
	int saved = errno;
	size_t length = write_line(event, line);
	ssize_t written;

	do {
		written = write(file, line, length);
	} while (written < 0 && errno == EINTR);
	errno = saved;
}
