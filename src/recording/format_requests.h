/*
 * The part of the recording's format by which others ask something of the process that writes it.
 *
 * Whoever may write the file puts a request into a free place of the header. The process looks for
 * them at its calls, at most every VT_FORMAT_REQUEST_NS. A place is taken under a lock of the file
 * (fcntl, OFD, of the places' bytes): then its fields are written, its state last. All of it is
 * hostile: a request does nothing but what its state says.
 */
#ifndef VT_LEDGER_FORMAT_REQUESTS_H
#define VT_LEDGER_FORMAT_REQUESTS_H

#include <stdint.h>

#define VT_FORMAT_REQUESTS 8u
#define VT_FORMAT_REQUEST_NS 50000000u
#define VT_FORMAT_REQUEST_NAME 120u

/* How long the process keeps still for a copy, and how often it does so at most. */
#define VT_FORMAT_STILL_NS 10000000u
#define VT_FORMAT_STILL_EVERY_NS 1000000000u

enum vt_request {
	VT_REQUEST_NONE = 0, /* the place is free */
	VT_REQUEST_MARK,     /* a mark of that name */
	VT_REQUEST_STILL,    /* changes nothing for a moment: until the place is free */
};

struct vt_format_request {
	uint64_t state; /* enum vt_request; atomic */
	char name[VT_FORMAT_REQUEST_NAME];
};

#endif
