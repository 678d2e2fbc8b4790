/* Asks the driver about the memory of a device. */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "ledger/accounts.h"
#include "ledger/checkpoints.h"
#include "unwind/own_stack.h"
#include "preload/recorder/accounts.h"
#include "preload/recorder/driver_word.h"
#include "preload/base/message.h"
#include "preload/driver/nvml.h"
#include "preload/base/options.h"
#include "preload/recorder/limits.h"
#include "preload/recorder/process.h"
#include "preload/recorder/measures.h"
#include "preload/recorder/rest.h"
#include "preload/recorder/stopped.h"
#include "preload/recorder/windows.h"

/* Forgotten by a forked child. */
struct state {
	atomic_flag nvml_missed; /* said that there is no NVML */
};

_Static_assert(sizeof(struct state) <= VT__PART_BYTES, "the state fits its part");

static void ask_nvml(const struct vt__driver *driver, CUdevice device, struct vt__driver_word *word)
{
	struct vt__nvml_shares shares;

	vt__word_shares(driver, device, &shares);
	_Static_assert(VT__NVML_UNKNOWN == VT_FORMAT_UNKNOWN, "one word for it");
	word->process_bytes = shares.process_bytes;
	word->other_bytes = shares.other_bytes;
}

/* Returns whether it was entered: not if nobody told anything. */
static bool take(struct vt__ledger *ledger, struct vt__account *account, bool with_nvml)
{
	static const struct vt__driver_word nothing = {
		VT_FORMAT_UNKNOWN, VT_FORMAT_UNKNOWN, VT_FORMAT_UNKNOWN, VT_FORMAT_UNKNOWN,
		VT_FORMAT_UNKNOWN, VT_FORMAT_UNKNOWN, VT_FORMAT_UNKNOWN, VT_FORMAT_UNKNOWN,
	};
	const struct vt__driver *driver = vt__driver();

	if (!driver || vt__stopped_by_itself(driver))
		return false;
	vt__window_close(ledger, driver, account->device);
	vt__word_ask(driver, account->device, &account->word);
	if (with_nvml)
		ask_nvml(driver, account->device, &account->word);
	return memcmp(&account->word, &nothing, sizeof(nothing)) != 0 &&
	       vt__ledger_account(ledger, account);
}

/* Of every device that was used. Returns how many were entered. */
static int take_all(struct vt__ledger *ledger, enum vt_moment moment, const char *label,
		    bool with_nvml)
{
	int taken = 0;

	for (int32_t device = 0; device < VT__DEVICES_MOST; device++) {
		struct vt__account account = {
			.device = device,
			.moment = moment,
			.label = label,
			.finding = VT_FORMAT_NONE,
		};

		if (vt__ledger_knows_device(ledger, device))
			taken += take(ledger, &account, with_nvml);
	}
	return taken;
}

/* Once, and only to a user who asked for what it would have told. */
static void say_missed(int error)
{
	struct state *state = vt__process_part(VT__PART_ACCOUNTS);

	if (error == -EBUSY || !state || atomic_flag_test_and_set(&state->nvml_missed))
		return;
	vt__message("vramtrack: %s: what this and other processes have of a device is not "
		    "known\n",
		    error == -ENOENT ? "libnvidia-ml.so.1 (NVML) was not found"
				     : "libnvidia-ml.so.1 (NVML) did not start");
}

struct asking {
	struct vt__ledger *ledger;
	struct vt__account *account; /* NULL: one of every device */
	const char *label;
	bool wanted; /* by the user, who is told what is missing */
	int taken;
};

static void ask_at_peak(void *closure)
{
	const struct asking *it = closure;

	take(it->ledger, it->account, false);
}

static void ask_at_mark(void *closure)
{
	struct asking *it = closure;

	take_all(it->ledger, VT_MOMENT_MARK, it->label, false);
}

/* The first of a name in any case, later ones as far as they may cost. */
void vt__accounts_mark(struct vt__ledger *ledger, const char *name)
{
	struct vt__measures *measures = vt__measures();
	struct asking it = {.ledger = ledger, .label = name};
	const int saved = errno;
	enum vt__mark_account found;
	uint64_t began_ns;
	bool may;

	if (!measures)
		return;
	may = vt__measures_may(measures, &began_ns);
	found = vt__ledger_look_for_mark(ledger, name);
	if (found == VT__MARK_NO_ROOM || (found == VT__MARK_HAS_ONE && !may))
		return;
	vt__own_stack_run(ask_at_mark, &it);
	vt__measures_took(measures, began_ns);
	errno = saved;
}

void vt__accounts_mark_found(void)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	char mark[VT_FORMAT_REQUEST_NAME];

	if (!ledger)
		return;
	if (vt__ledger_mark_due(ledger, mark))
		vt__accounts_mark(ledger, mark);
	vt__rest_at_mark(ledger); /* a timer's, or a call's */
}

void vt__accounts_peak(struct vt__ledger *ledger, int32_t device)
{
	int saved = errno;
	struct vt__account account = {
		.device = device,
		.moment = VT_MOMENT_PEAK,
		.finding = VT_FORMAT_NONE,
	};
	struct asking it = {.ledger = ledger, .account = &account};

	if (vt__options()->accounts && vt__ledger_peak_due(ledger, device))
		vt__own_stack_run(ask_at_peak, &it);
	errno = saved;
}

static bool holds_memory(struct vt__ledger *ledger)
{
	for (int32_t device = 0; device < VT__DEVICES_MOST; device++)
		if (vt__ledger_knows_device(ledger, device) &&
		    vt__ledger_live_bytes(ledger, device, VT_BUCKET_VRAM))
			return true;
	return false;
}

/* Whether a question of the driver would wait for ever, for all that this process knows. */
static bool is_stopped(struct vt__ledger *ledger)
{
	const struct vt__driver *driver = vt__driver();
	struct vt__checkpoint found = {
		.what = VT_CHECKPOINT_FOUND,
		.pid = (uint32_t)getpid(),
		.is_own = true,
	};

	if (!driver || (!vt__stopped_by_itself(driver) &&
			(!holds_memory(ledger) || !vt__stopped_at_all(driver))))
		return false;
	found.start_ticks = vt__stopped_start_ticks(getpid());
	if (vt__stopped_is_away(driver))
		vt__ledger_checkpoint(ledger, &found, NULL);
	return true;
}

void vt__accounts_end(struct vt__ledger *ledger)
{
	int saved = errno;
	bool with_nvml;

	if (vt__options()->accounts && !is_stopped(ledger)) {
		with_nvml = vt__nvml_begin() == 0;
		take_all(ledger, VT_MOMENT_END, NULL, with_nvml);
		if (with_nvml)
			vt__nvml_end();
	}
	errno = saved;
}

static void ask_all(void *closure)
{
	struct asking *it = closure;
	int error = vt__nvml_begin();

	if (it->account) {
		it->taken = take(it->ledger, it->account, error == 0);
		if (error == 0 && vt__driver())
			vt__limits_tell(it->ledger, vt__driver(), it->account->device,
					it->account->finding);
	} else {
		it->taken = take_all(it->ledger, VT_MOMENT_REQUEST, it->label, error == 0);
	}
	if (error == 0)
		vt__nvml_end();
	else if (it->wanted)
		say_missed(error);
}

void vt__accounts_refused(struct vt__ledger *ledger, int32_t device, uint32_t finding, bool wanted)
{
	struct vt__account account = {
		.device = device,
		.moment = VT_MOMENT_OUT_OF_MEMORY,
		.finding = finding,
	};
	struct asking it = {.ledger = ledger, .account = &account, .wanted = wanted};
	int saved = errno;

	if (vt__options()->accounts && device >= 0)
		vt__own_stack_run(ask_all, &it);
	errno = saved;
}

int vramtrack_preload_account(const char *label)
{
	struct asking it = {.ledger = vt__process_ledger_if_any(), .label = label, .wanted = true};
	int saved = errno;

	if (it.ledger && vt__options()->accounts)
		vt__own_stack_run(ask_all, &it);
	errno = saved;
	return it.taken;
}
