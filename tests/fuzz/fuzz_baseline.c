/*
 * Fuzzes the baseline: any bytes may be one. What is refused is named with its place; what is
 * taken has identities, and is found by them.
 *
 * Fuzzed with: -max_len=192 -runs=100000
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "reports/gate/baseline.h"
#include "tests/fuzz/fuzz.h"

static void expect_known(const struct vt__baseline *baseline)
{
	static const struct vt__finding_row row = {.finding_class = VT__CLASS_LEAK};
	const struct vt__known *known;
	struct vt__judged judged;

	for (size_t i = 0; (known = vt__baseline_at(baseline, i)); i++) {
		if (strspn(known->identity, "0123456789abcdef") != 32 || known->identity[32])
			fuzz_fail("an identity that is none", known->identity, 32);
		if (!vt__baseline_find(baseline, known->identity) || !known->class_name[0])
			fuzz_fail("a line that is not found", known->identity, 32);
		judged = (struct vt__judged){.row = &row, .sum = known->sum};
		memcpy(judged.identity, known->identity, sizeof(judged.identity));
		if (vt__baseline_has_grown(known, &judged))
			fuzz_fail("what is as it was has grown", known->identity, 32);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(0, data, size);
	struct vt__baseline *baseline = NULL;
	char message[VT__MESSAGE_BYTES] = "";

	if (vt__baseline_read(path, &baseline, message)) {
		if (strncmp(message, path, strlen(path)) != 0)
			fuzz_fail("a refusal without its place", message, strlen(message));
	} else {
		expect_known(baseline);
	}
	vt__baseline_free(baseline);
	return 0;
}
