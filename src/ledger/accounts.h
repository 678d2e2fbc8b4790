/*
 * Accounts: the driver's own word about a device's memory, kept beside what is
 * tracked at that moment.
 *
 * The functions that take a ledger are thread-safe, as those of
 * ledger/ledger.h are; none sets errno.
 */
#ifndef VT_LEDGER_ACCOUNTS_H
#define VT_LEDGER_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/devices.h"
#include "recording/format.h"
#include "ledger/ledger.h"

#define VT__ACCOUNT_REQUESTS_MOST 64u /* kept of each device */
#define VT__ACCOUNT_MARKS_MOST 64u    /* names of marks: the first and the latest are kept */

/* A peak is asked about again when it has risen by an eighth, and by this much:
 * the questions then grow with the logarithm of the peak. */
#define VT__ACCOUNT_PEAK_STEP (2u << 20)

/* What the driver says; VT_FORMAT_UNKNOWN where it does not. Meaning and unit
 * of each number are those of struct vt_format_account. */
struct vt__driver_word {
	uint64_t device_total_bytes;
	uint64_t device_free_bytes;
	uint64_t process_bytes;
	uint64_t other_bytes;
	uint64_t pool_reserved_bytes;
	uint64_t pool_used_bytes;
	uint64_t graph_reserved_bytes;
	uint64_t graph_used_bytes;
};

struct vt__account {
	int32_t device; /* ordinal */
	enum vt_moment moment;
	const char *label; /* of a request; NULL or "": none; at most 127 bytes are kept */
	uint32_t finding;  /* whose account it is; VT_FORMAT_NONE: of no finding */
	struct vt__driver_word word;
};

/* Inside the ledger, covered by its lock, except `peak_due`. */
struct vt__device_accounts {
	uint32_t last_plus_1[VT_MOMENT_COUNT]; /* the latest of each moment, 0: none */
	uint32_t requests;
	uint32_t marks;    /* names that have one */
	uint64_t peak_due; /* atomic: the peak that is asked about next */
};

struct vt__accounts {
	struct vt__device_accounts of[VT__DEVICES_MOST + 1]; /* by ordinal + 1 */
	/* A mark from outside, whose account is to be taken by the call that found it. */
	bool mark_is_due;
	char mark[VT_FORMAT_REQUEST_NAME];
};

/* Enters the account with the sums that are tracked now. One of the end and one
 * near the peak are kept of a device, the latest. Returns whether it was
 * entered (and of each name of a mark, for the first VT__ACCOUNT_MARKS_MOST): not for a device
 * without a record, nor while there is no recording; what could not be kept is a loss. */
bool vt__ledger_account(struct vt__ledger *ledger, const struct vt__account *account);

/* What an account of a mark of that name would be. */
enum vt__mark_account {
	VT__MARK_IS_NEW,
	VT__MARK_HAS_ONE, /* which it would replace */
	VT__MARK_NO_ROOM  /* for one more name */
};
enum vt__mark_account vt__ledger_look_for_mark(struct vt__ledger *ledger, const char *name);

/* The name of a mark from outside whose account is due; false: there is none. Says so once. */
bool vt__ledger_mark_due(struct vt__ledger *ledger, char name[VT_FORMAT_REQUEST_NAME]);

/* Whether the device's peak of VRAM has risen enough for an account. Says so
 * once for each rise. For a thread that has just entered an allocation there. */
bool vt__ledger_peak_due(struct vt__ledger *ledger, int32_t ordinal);

#endif
