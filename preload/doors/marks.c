/* Tells the ledger of the program's marks. */
#include "config.h"

#include "preload/doors/marks.h"
#include "preload/recorder/accounts.h"
#include "preload/recorder/process.h"
#include "preload/recorder/rest.h"

void vramtrack_preload_mark(const char *name)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	if (!ledger)
		return;
	vt__ledger_mark(ledger, VT_MARKER_PROGRAM, name);
	vt__accounts_mark(ledger, name && *name ? name : VT__MARK_UNNAMED);
	vt__rest_at_mark(ledger);
}
