/*
 * Fuzzes the suppressions: any bytes may be a file of them. What is refused is named with its
 * place; what is taken can be matched and told of.
 *
 * Fuzzed with: -max_len=96 -runs=100000
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "reports/gate/suppressions.h"
#include "tests/fuzz/fuzz.h"

#define TODAY 20260615

static struct vt__frame frames[] = {
	{.function = "main", .file = "/srv/app/main.c", .module = "/srv/app/libmodel.so"},
	{.function = "ns::load<int>(int)", .module = "/usr/lib/libc.so.6"},
	{.module = "worker"},
};

static void expect_place(const char *message, const char *path)
{
	const size_t length = strlen(path);

	if (strncmp(message, path, length) != 0 || message[length] != ':' ||
	    message[length + 1] < '1' || message[length + 1] > '9')
		fuzz_fail("a refusal without its place", message, strlen(message));
}

static void use(struct vt__suppressions *suppressions)
{
	struct vt__finding_row row = {.finding_class = VT__CLASS_LEAK, .kind = VT_FORMAT_NONE};
	const struct vt__judged judged = {.row = &row, .sum = {100, 1}, .largest = {100, 1}};
	struct vt__frames stack = {.frames = frames, .count = 3};
	struct vt__idle_rule *idle = NULL;
	struct vt__rule_place place;
	size_t count = 0;

	if (vt__suppressions_match(suppressions, &judged, &stack, NULL, TODAY, &place) &&
	    (!place.line || !place.text[0]))
		fuzz_fail("a rule without a place", place.text, strlen(place.text));
	if (vt__suppressions_idle(suppressions, TODAY, &idle, &count))
		abort();
	free(idle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(0, data, size);
	struct vt__suppressions *suppressions = vt__suppressions_new();
	char message[VT__MESSAGE_BYTES] = "";

	if (!suppressions)
		abort();
	if (vt__suppressions_read(suppressions, path, false, message))
		expect_place(message, path);
	use(suppressions);
	vt__suppressions_free(suppressions);
	return 0;
}
