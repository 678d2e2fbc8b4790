/* Prints the report of a process that is still running. */
#include "config.h"

#include <stdatomic.h>
#include <unistd.h>

#include "base/standard_error.h"
#include "unwind/own_stack.h"
#include "preload/base/message.h"
#include "preload/life/plain_report.h"
#include "preload/recorder/process.h"
#include "preload/life/report_command.h"
#include "preload/life/report_now.h"

static void print_plainly(void *ledger)
{
	vt__plain_report(ledger);
}

void vt__report_print(struct vt__ledger *ledger, const char *path)
{
	if (vt__report_command(path) != 0)
		vt__own_stack_run(print_plainly, ledger);
}

static void report_now(struct vt__ledger *ledger, const char *why)
{
	const char *path = vt__ledger_path(ledger);

	if (!path || !vt__can_print())
		return;
	vt__message("vramtrack: process %d: %s:\n", (int)getpid(), why);
	vt__report_print(ledger, path);
}

void vt__report_first_refusal(struct vt__ledger *ledger)
{
	struct vt__process_state *process = vt__process_get();

	if (process && !atomic_flag_test_and_set(&process->refusal_reported))
		report_now(ledger, "an allocation was refused; what is allocated now");
}
