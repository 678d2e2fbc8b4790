/* What a compiler would write through its options, had it anything to say. */
#include "config.h"

#include "simulate/driver/jit.h"

static void answer(CUjit_option option, void **value)
{
	switch (option) {
	case CU_JIT_INFO_LOG_BUFFER:
	case CU_JIT_ERROR_LOG_BUFFER:
		if (*value)
			*(char *)*value = '\0';
		break;
	case CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES:
	case CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES: /* bytes asked for, then bytes written */
	case CU_JIT_WALL_TIME:                   /* a float, in the pointer itself */
		*value = NULL;
		break;
	default:
		break;
	}
}

/* A buffer whose size is not said, or is 0, has no room for a byte. */
static bool has_room(CUjit_option buffer, unsigned int count, const CUjit_option *options,
		     void *const *values)
{
	CUjit_option size = buffer == CU_JIT_INFO_LOG_BUFFER ? CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES
							     : CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES;

	if (buffer != CU_JIT_INFO_LOG_BUFFER && buffer != CU_JIT_ERROR_LOG_BUFFER)
		return true;
	for (unsigned int i = 0; i < count; i++) {
		if (options[i] == size)
			return (unsigned int)(uintptr_t)values[i] != 0;
	}
	return false;
}

void vt__jit_answer(unsigned int count, const CUjit_option *options, void **values)
{
	bool wanted[CU_JIT_NUM_OPTIONS] = {false};

	if (!options || !values)
		return;
	/* All sizes are read before the first of them is overwritten. */
	for (unsigned int i = 0; i < count; i++) {
		if ((unsigned int)options[i] < CU_JIT_NUM_OPTIONS)
			wanted[options[i]] = has_room(options[i], count, options, values);
	}
	for (unsigned int i = 0; i < count; i++) {
		if ((unsigned int)options[i] < CU_JIT_NUM_OPTIONS && wanted[options[i]])
			answer(options[i], &values[i]);
	}
}
