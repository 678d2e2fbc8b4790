/* Tells the ledger of the program's marks. */
#include "config.h"

#include "base/option_values.h"
#include "preload/recorder/marks.h"
#include "preload/base/options.h"
#include "preload/recorder/process.h"

struct vt__followed vt__marks_followed(void)
{
	static const enum vt_marker markers[] = {
		[VT__GROWTH_BY_ANY] = VT_MARKER_PROGRAM,
		[VT__GROWTH_BY_MARK] = VT_MARKER_PROGRAM,
		[VT__GROWTH_BY_NVTX] = VT_MARKER_NVTX,
		[VT__GROWTH_BY_TIME] = VT_MARKER_TIMER,
	};
	struct vt__growth_value value = {VT__GROWTH_BY_ANY, NULL, 0};

	vt__value_growth(vt__options()->growth, &value);
	return (struct vt__followed){
		.marker = markers[value.by],
		.name = value.name,
		.period_ns = value.period_ns,
	};
}

void vramtrack_preload_mark(const char *name)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	if (ledger)
		vt__ledger_mark(ledger, VT_MARKER_PROGRAM, name);
}
