/* The table of all wrappers. Names every one of them, so that nothing but data is here. */
#include "config.h"

#include <stddef.h>

#include "preload/doors/driver_wrappers.h"

const struct vt__wrapped vt__wrapped[VT__WRAPPED] = {
#define ROW(symbol, ...)                                                                           \
	{#symbol,                                                                                  \
	 {(void *)&symbol, (void *)&vt__second_##symbol},                                          \
	 offsetof(struct vt__driver, symbol)},
	VT_DRIVER_API(ROW) VT_DRIVER_DOORS(ROW) VT_DRIVER_WAITS(ROW)
#undef ROW
};
