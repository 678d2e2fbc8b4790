/*
 * The names of the numbers that CUDA's driver returns.
 */
#include "config.h"

#include "reports/findings/result_names.h"

const char *vt__result_name(int result)
{
	switch (result) {
#define VT_RESULT(number, name)                                                                    \
	case number:                                                                               \
		return #name;
		VT_RESULTS(VT_RESULT)
#undef VT_RESULT
	default:
		return "unknown";
	}
}
