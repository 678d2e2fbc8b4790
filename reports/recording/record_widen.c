/*
 * Widens old records: what came in between is zero.
 */
#include "config.h"

#include "reports/recording/record_widen.h"

#include <string.h>

#include "recording/format.h"

#define NARROW_BUCKETS (VT_BUCKET_COUNT - 1u)

/* A part of a record: bytes that are as they were, then bytes that are new. */
struct part {
	size_t kept, added;
};

#define BUCKETS(type)                                                                              \
	{                                                                                          \
		NARROW_BUCKETS * sizeof(type), sizeof(type)                                        \
	}
#define REST(bytes)                                                                                \
	{                                                                                          \
		bytes, 0                                                                           \
	}

static const struct part device[] = {
	REST(offsetof(struct vt_format_device, peak_number)),
	BUCKETS(uint64_t), /* peak_number */
	BUCKETS(uint64_t), /* peak_time_ns */
	BUCKETS(struct vt_format_total),
	REST(sizeof(((struct vt_format_device *)0)->kinds)),
	BUCKETS(uint64_t), /* open.most */
	BUCKETS(uint64_t), /* open.least */
	REST(sizeof(struct vt_format_open_point) -
	     offsetof(struct vt_format_open_point, most_time_ns)),
};

static const struct part account[] = {
	REST(offsetof(struct vt_format_account, live_bytes)),
	BUCKETS(uint64_t),
	REST(sizeof(struct vt_format_account) - offsetof(struct vt_format_account, kind_bytes)),
};

static const struct {
	uint32_t type;
	const struct part *parts;
	size_t count;
	size_t bytes; /* of a wide record */
} rows[] = {
	{VT_FORMAT_DEVICE, device, sizeof(device) / sizeof(*device),
	 sizeof(struct vt_format_device)},
	{VT_FORMAT_ACCOUNT, account, sizeof(account) / sizeof(*account),
	 sizeof(struct vt_format_account)},
};

enum {
	ROWS = sizeof(rows) / sizeof(*rows),
	BYTES_MOST = 4096
};
_Static_assert(sizeof(struct vt_format_device) <= BYTES_MOST &&
		       sizeof(struct vt_format_account) <= BYTES_MOST,
	       "a record fits the room for one");

size_t vt__narrow_bytes(uint32_t type)
{
	for (size_t i = 0; i < ROWS; i++) {
		size_t bytes = 0;

		if (rows[i].type != type)
			continue;
		for (size_t k = 0; k < rows[i].count; k++)
			bytes += rows[i].parts[k].kept;
		return bytes;
	}
	return 0;
}

static void widen(const struct part *parts, size_t count, unsigned char *out,
		  const unsigned char *narrow)
{
	for (size_t i = 0; i < count; i++) {
		memcpy(out, narrow, parts[i].kept);
		memset(out + parts[i].kept, 0, parts[i].added);
		narrow += parts[i].kept;
		out += parts[i].kept + parts[i].added;
	}
}

/* From the last on: a wide one lies over narrow ones that follow it. */
void vt__widen(uint32_t type, unsigned char *bytes, uint64_t count)
{
	const size_t narrow_bytes = vt__narrow_bytes(type);
	unsigned char narrow[BYTES_MOST];

	for (size_t i = 0; i < ROWS; i++)
		for (uint64_t k = rows[i].type == type ? count : 0; k-- > 0;) {
			memcpy(narrow, bytes + k * narrow_bytes, narrow_bytes);
			widen(rows[i].parts, rows[i].count, bytes + k * rows[i].bytes, narrow);
		}
}
