/* Reads the gate's policy, suppressions and baseline before anything is run. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/gate.h"
#include "cli/install.h"
#include "cli/message.h"
#include "reports/stack_rules.h"
#include "vramtrack/exit_codes.h"

/* Says what a reader found wrong. Returns the exit code for it. */
static int refused(int error, const char *message)
{
	vt__say_for("gate", "%s", message);
	return error == -ENOMEM ? VT_EXIT_SYSTEM : VT_EXIT_BAD_INPUT;
}

/* ---- Policy --------------------------------------------------------------------- */

/* --fail-on takes the place of all that the file says of it. */
static int read_clauses(const struct vt__list *given, struct vt__policy *policy)
{
	char message[VT__MESSAGE_BYTES];

	if (given->count) {
		while (policy->clause_count)
			free(policy->clauses[--policy->clause_count].text);
		policy->nothing_fails = false;
	}
	for (size_t i = 0; i < given->count; i++) {
		int error = vt__policy_add(policy, given->items[i], message);

		if (error == -EINVAL)
			return vt__usage_error("gate", "--fail-on: %s", message);
		if (error)
			return refused(error, message);
	}
	if (vt__policy_finish(policy) == 0)
		return VT_EXIT_OK;
	return refused(-ENOMEM, "out of memory");
}

static int read_policy(const struct vt__gate_settings *settings, struct vt__policy *policy)
{
	char message[VT__MESSAGE_BYTES];
	int error = settings->policy ? vt__policy_read(policy, settings->policy, message) : 0;

	if (error)
		return refused(error, message);
	policy->allow_no_cuda |= settings->allow_no_cuda;
	policy->allow_unwatched_end |= settings->allow_unwatched_end;
	for (size_t i = 0; i < settings->allow_unseen.count; i++)
		if (vt__policy_allow_unseen(policy, settings->allow_unseen.items[i]))
			return refused(-ENOMEM, "out of memory");
	policy->no_default_suppressions |= settings->no_default_suppressions;
	if (settings->findings_exitcode)
		policy->findings_exitcode = settings->findings_exitcode;
	if (settings->uncovered_exitcode)
		policy->uncovered_exitcode = settings->uncovered_exitcode;
	if (settings->tolerance &&
	    !vt__tolerance_parse(settings->tolerance, strlen(settings->tolerance),
				 &policy->tolerance))
		return vt__usage_error("gate",
				       "--tolerance takes bytes or a share, as 64K or 10%%, "
				       "not '%s'",
				       settings->tolerance);
	return read_clauses(&settings->fail_on, policy);
}

/* ---- Suppressions ---------------------------------------------------------------- */

static int read_shipped(struct vt__suppressions *suppressions)
{
	char message[VT__MESSAGE_BYTES];
	char *folder;
	int error;

	if (vt__install_suppressions(&folder) < 0)
		return VT_EXIT_SYSTEM;
	error = vt__suppressions_read_folder(suppressions, folder, message);
	free(folder);
	return error ? refused(error, message) : VT_EXIT_OK;
}

/* The command line's, the policy's, then those that come with vramtrack: the first counts. */
static int read_suppressions(const struct vt__gate_settings *settings, struct vt__gate_rules *rules)
{
	const struct vt__list *given = &settings->suppressions;
	const struct vt__policy *policy = &rules->policy;
	char message[VT__MESSAGE_BYTES];
	int error = 0;

	rules->suppressions = vt__suppressions_new();
	if (!rules->suppressions)
		return refused(-ENOMEM, "out of memory");
	for (size_t i = 0; i < given->count && !error; i++)
		error = vt__suppressions_read(rules->suppressions, given->items[i], false, message);
	for (size_t i = 0; i < policy->suppressions_count && !error; i++)
		error = vt__suppressions_read(rules->suppressions, policy->suppressions[i], false,
					      message);
	if (error)
		return refused(error, message);
	if (!policy->no_default_suppressions)
		return read_shipped(rules->suppressions);
	vt__keep_rules_leave_out_shipped();
	return VT_EXIT_OK;
}

/* ---- Baseline ---------------------------------------------------------------------- */

static int read_baseline(const struct vt__gate_settings *settings, struct vt__gate_rules *rules)
{
	char message[VT__MESSAGE_BYTES];
	int error;

	rules->baseline_path = settings->baseline ? settings->baseline : rules->policy.baseline;
	if (!rules->baseline_path)
		return settings->update_baseline
			       ? vt__usage_error("gate", "--update-baseline needs --baseline FILE, "
							 "or a policy that names one")
			       : VT_EXIT_OK;
	error = vt__baseline_read(rules->baseline_path, &rules->baseline, message);
	if (!error || (error == -ENOENT && settings->update_baseline))
		return VT_EXIT_OK;
	if (error == -ENOENT) {
		vt__say_for("gate", "there is no baseline %s; --update-baseline makes it",
			    rules->baseline_path);
		return VT_EXIT_BAD_INPUT;
	}
	return refused(error, message);
}

int vt__gate_rules_read(const struct vt__gate_settings *settings, struct vt__gate_rules *rules)
{
	int code;

	*rules = (struct vt__gate_rules){.suppressions = NULL};
	vt__policy_init(&rules->policy);
	code = read_policy(settings, &rules->policy);
	if (code == VT_EXIT_OK)
		code = read_suppressions(settings, rules);
	return code ? code : read_baseline(settings, rules);
}

void vt__gate_rules_free(struct vt__gate_rules *rules)
{
	vt__policy_release(&rules->policy);
	vt__suppressions_free(rules->suppressions);
	vt__baseline_free(rules->baseline);
}
