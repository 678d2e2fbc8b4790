/*
 * Fuzzes the options of the simulated device: what is wrong leaves a value that is allowed.
 *
 * Fuzzed with: -max_len=64 -close_fd_mask=2 -runs=200000
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "simulate/common/options.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct vt__simulate_options options;
	bool is_right;

	memset(&options, 0xff, sizeof(options));
	is_right = vt__read_simulate_options(text, &options);
#define VT_ALLOWED_COUNT(value, least, most)                                                       \
	((value) - (least) <= (most) - (unsigned long long)(least))
#define VT_ALLOWED_BYTES VT_ALLOWED_COUNT
#define VT_ALLOWED_CHOICE VT_ALLOWED_COUNT
#define VT_ALLOWED_PATH(value, least, most) (memchr(value, 0, sizeof(value)) != NULL)
#define VT_ALLOWED(key, type, initial, least, most, shown, what)                                   \
	if (!VT_ALLOWED_##type(options.key, least, most))                                          \
		fuzz_fail(#key " is beyond what is allowed", text, size);
	VT_SIMULATE_OPTIONS(VT_ALLOWED)
#undef VT_ALLOWED
	if (vt__other_memory(&options) > options.memory)
		fuzz_fail("another process has more than there is", text, size);
	if (is_right && *text && text[strspn(text, ":")] && !strchr(text, '='))
		fuzz_fail("no pair, and no complaint", text, size);
	free(text);
	return 0;
}
