/*
 * Asks something of the process that writes a recording (recording/format_requests.h).
 *
 * The file is opened for writing and never mapped: whatever becomes of it, nothing faults here.
 */
#ifndef VT_REPORTS_REQUESTS_H
#define VT_REPORTS_REQUESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "recording/format.h"
#include "reports/text/message.h"

struct vt__request {
	int fd;
	uint32_t place; /* VT_FORMAT_REQUESTS: none taken */
	enum vt_request what;
};

/* Opens a recording to ask. Refused: another user's (-EPERM), one that nobody reads (-ENOTSUP),
 * what is no recording (-EINVAL); `message` says so in one line, without newline. 0 or -errno. */
int vt__request_open(const char *path, struct vt__request *out, char message[VT__MESSAGE_BYTES]);

/* Takes a place and asks. name: NULL for what has none; at most VT_FORMAT_REQUEST_NAME - 1 bytes.
 * 0, -EBUSY if all places are taken, or -errno. */
int vt__request_put(struct vt__request *request, enum vt_request what, const char *name);

/* Waits until the process took it, `wait_ms` at most. */
bool vt__request_taken(const struct vt__request *request, unsigned wait_ms);

/* Frees the place, if it was taken and is still, and closes the file. */
void vt__request_close(struct vt__request *request, bool withdraw);

#endif
