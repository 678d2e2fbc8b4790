/*
 * Fuzzes the gate: any bytes may be a recording. Each writer's document is what its format
 * says; the suppressions that are printed can be read, and what is in the baseline that is
 * written is known.
 *
 * Fuzzed with: -max_len=262144 -close_fd_mask=2 -runs=1200
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/gate/baseline.h"
#include "reports/gate/gate.h"
#include "reports/formats/gate_writer.h"
#include "reports/gate/policy.h"
#include "reports/report.h"
#include "reports/gate/suppressions.h"
#include "tests/fuzz/fuzz.h"

#define TODAY 20260615

static const struct form {
	const char *format;
	enum fuzz_form form;
} forms[] = {
	{"text", FUZZ_TEXT},  {"json", FUZZ_JSON}, {"markdown", FUZZ_TEXT}, {"junit", FUZZ_XML},
	{"sarif", FUZZ_JSON}, {"html", FUZZ_PAGE}, {"github", FUZZ_TEXT},   {"gitlab", FUZZ_JSON},
};

struct judges {
	struct vt__analysis *analysis;
	struct vt__policy policy;
	struct vt__suppressions *suppressions;
	struct vt__baseline *baseline;
};

static struct vt__gate judge(const struct judges *judges)
{
	const struct vt__gate_request request = {.analysis = judges->analysis,
						 .suppressions = judges->suppressions,
						 .baseline = judges->baseline,
						 .policy = &judges->policy,
						 .program = "./worker",
						 .today = TODAY};
	struct vt__gate gate;

	if (vt__gate_judge(&request, &gate))
		fuzz_fail("no judgement", "", 0);
	return gate;
}

/* A line that begins like a command has to be one of ours. */
static void expect_commands(const char *text, size_t bytes)
{
	static const char *const ours[] = {"::error", "::warning", "::notice"};
	bool is_ours;

	for (const char *line = text; *line; line += *line == '\n') {
		is_ours = strncmp(line, "::", 2) != 0;
		for (size_t i = 0; i < 3; i++)
			is_ours |= !strncmp(line, ours[i], strlen(ours[i]));
		if (!is_ours)
			fuzz_fail("somebody else's workflow command", text, bytes);
		line += strcspn(line, "\n");
	}
}

static void write_all(const struct vt__gate *gate)
{
	struct fuzz_document document;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		fuzz_document_begin(&document);
		if (vt__gate_writer(forms[i].format)->write(gate, document.out))
			fuzz_fail("a writer fails", forms[i].format, strlen(forms[i].format));
		fuzz_document_close(&document);
		if (!strcmp(forms[i].format, "github"))
			expect_commands(document.text, document.bytes);
		fuzz_document_end(&document, forms[i].format, forms[i].form);
	}
}

static void read_suppressions_back(const struct vt__gate *gate)
{
	struct vt__suppressions *suppressions = vt__suppressions_new();
	struct fuzz_document document;
	char message[VT__MESSAGE_BYTES] = "";

	fuzz_document_begin(&document);
	if (!suppressions || vt__suppressions_print(gate, document.out))
		fuzz_fail("no suppressions", "", 0);
	fuzz_document_close(&document);
	if (vt__suppressions_read(suppressions, fuzz_file(1, document.text, document.bytes), false,
				  message)) {
		fuzz_note("%s\n", message);
		fuzz_fail("suppressions that cannot be read", document.text, document.bytes);
	}
	fuzz_document_end(&document, "suppressions", FUZZ_TEXT);
	vt__suppressions_free(suppressions);
}

/* A folder of its own in memory: the baseline is renamed into its place. */
static const char *baseline_path(void)
{
	static char path[64];

	if (!path[0]) {
		snprintf(path, sizeof(path), "%s/fuzz_gate.XXXXXX",
			 access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
		if (!mkdtemp(path))
			fuzz_fail("no folder", path, strlen(path));
		strcat(path, "/baseline");
	}
	return path;
}

static void remove_baseline(const char *path)
{
	char folder[64];

	unlink(path);
	snprintf(folder, sizeof(folder), "%.*s", (int)(strlen(path) - strlen("/baseline")), path);
	rmdir(folder);
}

static void leave_nothing(void)
{
	remove_baseline(baseline_path());
}

static void read_baseline_back(struct judges *judges, const struct vt__gate *gate)
{
	const struct vt__tolerance none = {0, false};
	char message[VT__MESSAGE_BYTES] = "";
	struct vt__gate again;
	size_t count, suppressed = 0;

	if (vt__baseline_write(baseline_path(), gate, NULL, none, &count))
		fuzz_fail("no baseline", "", 0);
	if (vt__baseline_read(baseline_path(), &judges->baseline, message))
		fuzz_fail("a baseline that cannot be read", message, strlen(message));
	again = judge(judges);
	for (size_t i = 0; i < again.judged_count; i++) {
		const enum vt__standing standing = again.judged[i].standing;

		suppressed += standing == VT__STANDING_SUPPRESSED;
		if (standing == VT__STANDING_NEW || standing == VT__STANDING_GROWN)
			fuzz_fail("what is in the baseline is not known", again.judged[i].identity,
				  32);
	}
	if (count + suppressed != again.judged_count)
		fuzz_fail("not every finding is in the baseline", "", 0);
	vt__gate_release(&again);
}

static int use(struct vt__analysis *analysis, struct vt__walk *walk, void *closure)
{
	struct judges *judges = closure;
	struct vt__gate gate;

	(void)walk;
	judges->analysis = analysis;
	gate = judge(judges);
	write_all(&gate);
	read_suppressions_back(&gate);
	read_baseline_back(judges, &gate);
	vt__gate_release(&gate);
	return 0;
}

static void read_rules(struct judges *judges)
{
	static const char rules[] = "leak:foo*bar...main\nany:module:lib*x*\n";
	char message[VT__MESSAGE_BYTES];

	judges->suppressions = vt__suppressions_new();
	vt__policy_init(&judges->policy);
	if (!judges->suppressions ||
	    vt__suppressions_read(judges->suppressions, fuzz_file(1, rules, sizeof(rules) - 1),
				  false, message) ||
	    vt__policy_add(&judges->policy, "any", message) || vt__policy_finish(&judges->policy))
		fuzz_fail("rules that are well-formed", message, strlen(message));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *const paths[] = {fuzz_file(0, data, size)};
	struct judges judges = {.baseline = NULL};
	static bool is_begun;

	if (!is_begun)
		is_begun = !atexit(leave_nothing);
	read_rules(&judges);
	if (vt__report_analyse(paths, 1, use, &judges))
		fuzz_fail("no analysis", "", 0);
	vt__baseline_free(judges.baseline);
	vt__suppressions_free(judges.suppressions);
	vt__policy_release(&judges.policy);
	return 0;
}
