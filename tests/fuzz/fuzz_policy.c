/*
 * Fuzzes the policy: any bytes may be a file of it, any text a clause. What is refused is
 * named; what is taken has clauses that can be applied.
 *
 * Fuzzed with: -max_len=96 -runs=150000
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "reports/gate/policy.h"
#include "tests/fuzz/fuzz.h"

static void apply(const struct vt__policy *policy)
{
	struct vt__finding_row row = {.finding_class = VT__CLASS_LEAK, .kind = VT_FORMAT_NONE};
	const struct vt__judged judged = {.row = &row, .sum = {100, 1}, .largest = {100, 1}};

	if (policy->clause_count && policy->nothing_fails)
		fuzz_fail("something and nothing fails", policy->clauses[0].text, 0);
	for (size_t i = 0; i < policy->clause_count; i++) {
		if (!policy->clauses[i].classes)
			fuzz_fail("a clause of no class", policy->clauses[i].text,
				  strlen(policy->clauses[i].text));
		vt__clause_applies(&policy->clauses[i], &judged);
	}
}

static void as_clause(const uint8_t *data, size_t size)
{
	char message[VT__MESSAGE_BYTES] = "", *text = fuzz_text(data, size);
	struct vt__policy policy;

	vt__policy_init(&policy);
	if (vt__policy_add(&policy, text, message) && !message[0])
		fuzz_fail("refused without a word", text, strlen(text));
	if (vt__policy_allow_unseen(&policy, text) || vt__policy_finish(&policy))
		abort();
	apply(&policy);
	vt__policy_release(&policy);
	free(text);
}

static void as_file(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(0, data, size);
	char message[VT__MESSAGE_BYTES] = "";
	struct vt__policy policy;

	vt__policy_init(&policy);
	if (vt__policy_read(&policy, path, message)) {
		if (strncmp(message, path, strlen(path)) != 0)
			fuzz_fail("a refusal without its place", message, strlen(message));
	} else if (vt__policy_finish(&policy)) {
		abort();
	}
	apply(&policy);
	vt__policy_release(&policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size && data[0] == '[')
		as_file(data, size);
	else
		as_clause(data, size);
	return 0;
}
