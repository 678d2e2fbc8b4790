/* The wrappers that follow from their rows of the table alone. */
#include "config.h"

#include "preload/record.h"
#include "preload/wrapper.h"

#define ALLOCATES(symbol, parameters, arguments, space_, kind_, address_, bytes_)                  \
	VT__WRAPPER symbol parameters                                                              \
	{                                                                                          \
		static const struct vt__api api = {#symbol, VT__SPACE_##space_, VT_KIND_##kind_};  \
		const struct vt__driver *driver = vt__driver();                                    \
		struct vt__unwind_start start = VT__UNWIND_HERE();                                 \
		bool outermost;                                                                    \
		CUresult result;                                                                   \
                                                                                                   \
		if (!driver || !driver->symbol)                                                    \
			return VT__NO_DRIVER;                                                      \
		outermost = vt__wrapper_begin();                                                   \
		result = driver->symbol arguments;                                                 \
		if (outermost && vt__is_worth_recording(result)) {                                 \
			bool success = result == CUDA_SUCCESS;                                     \
			struct vt__seen_allocation seen = {                                        \
				.address = success ? (uint64_t)(address_) : 0,                     \
				.bytes = VT__BYTES_##kind_(success, bytes_),                       \
				.kind = VT_KIND_##kind_,                                           \
				.device = VT__DEVICE_CURRENT,                                      \
			};                                                                         \
			vt__record_allocation(&api, &seen, result, &start);                        \
		}                                                                                  \
		vt__wrapper_end();                                                                 \
		return result;                                                                     \
	}

#define FREES(symbol, parameters, arguments, space_, address_)                                     \
	VT__WRAPPER symbol parameters                                                              \
	{                                                                                          \
		static const struct vt__api api = {#symbol, VT__SPACE_##space_, -1};               \
		const struct vt__driver *driver = vt__driver();                                    \
		struct vt__unwind_start start = VT__UNWIND_HERE();                                 \
		struct vt__seen_free seen;                                                         \
		CUresult result;                                                                   \
                                                                                                   \
		if (!driver || !driver->symbol)                                                    \
			return VT__NO_DRIVER;                                                      \
		if (!vt__wrapper_begin()) {                                                        \
			result = driver->symbol arguments;                                         \
		} else {                                                                           \
			vt__record_freeing(&api, (uint64_t)(address_), &seen);                     \
			result = driver->symbol arguments;                                         \
			vt__record_freed(&api, &seen, result, &start);                             \
		}                                                                                  \
		vt__wrapper_end();                                                                 \
		return result;                                                                     \
	}

#define BY_HAND(symbol)

/* What was asked for, told even when there was no memory for it; a pitch is
 * known only after a success. */
#define VT__BYTES_LINEAR(success, bytes) (bytes)
#define VT__BYTES_MANAGED(success, bytes) (bytes)
#define VT__BYTES_PINNED(success, bytes) (bytes)
#define VT__BYTES_RESERVATION(success, bytes) (bytes)
#define VT__BYTES_ARRAY(success, bytes) (bytes)
#define VT__BYTES_MIPMAP(success, bytes) (bytes)
#define VT__BYTES_PITCHED(success, bytes) ((success) ? (bytes) : (uint64_t)width * height)

VT_DRIVER_API(ALLOCATES, FREES, BY_HAND)
