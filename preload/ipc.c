/* Memory of another process, opened here: an account of its own. */
#include "config.h"

#include "preload/record.h"
#include "preload/wrapper.h"

static uint64_t size_at(const struct vt__driver *driver, CUdeviceptr address)
{
	CUdeviceptr base;
	size_t bytes = 0;

	if (!driver->cuMemGetAddressRange_v2 ||
	    driver->cuMemGetAddressRange_v2(&base, &bytes, address) != CUDA_SUCCESS)
		return 0;
	return bytes;
}

#define OPENS(symbol)                                                                              \
	VT__WRAPPER symbol(CUdeviceptr *out, CUipcMemHandle handle, unsigned int flags)            \
	{                                                                                          \
		static const struct vt__api api = {#symbol, VT__SPACE_DEVICE, VT_KIND_IPC};        \
		const struct vt__driver *driver = vt__driver();                                    \
		struct vt__unwind_start start = VT__UNWIND_HERE();                                 \
		CUresult result;                                                                   \
		bool outermost;                                                                    \
                                                                                                   \
		if (!driver || !driver->symbol)                                                    \
			return VT__NO_DRIVER;                                                      \
		outermost = vt__wrapper_begin();                                                   \
		result = driver->symbol(out, handle, flags);                                       \
		if (outermost && result == CUDA_SUCCESS) {                                         \
			struct vt__seen_allocation seen = {*out, size_at(driver, *out),            \
							   VT_KIND_IPC, VT__DEVICE_CURRENT};       \
			vt__record_allocation(&api, &seen, result, &start);                        \
		}                                                                                  \
		vt__wrapper_end();                                                                 \
		return result;                                                                     \
	}

OPENS(cuIpcOpenMemHandle)
OPENS(cuIpcOpenMemHandle_v2)

VT__WRAPPER cuIpcCloseMemHandle(CUdeviceptr address)
{
	static const struct vt__api api = {"cuIpcCloseMemHandle", VT__SPACE_DEVICE, -1};
	const struct vt__driver *driver = vt__driver();
	struct vt__unwind_start start = VT__UNWIND_HERE();
	struct vt__seen_free seen;
	CUresult result;

	if (!driver || !driver->cuIpcCloseMemHandle)
		return VT__NO_DRIVER;
	if (!vt__wrapper_begin()) {
		result = driver->cuIpcCloseMemHandle(address);
	} else {
		vt__record_freeing(&api, address, &seen);
		result = driver->cuIpcCloseMemHandle(address);
		vt__record_freed(&api, &seen, result, &start);
	}
	vt__wrapper_end();
	return result;
}
