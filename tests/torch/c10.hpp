// What both stand-ins know of libc10: its function of this name, and the older one of another
// (OLD).
#include <cstddef>
#include <cstdint>

#ifdef OLD
using total = int64_t;
#else
using total = size_t;
#endif

namespace c10
{
struct Device {
	int8_t type;
	int8_t index;
};
void reportMemoryUsageToProfiler(void *, int64_t, total, total, Device);
} // namespace c10
