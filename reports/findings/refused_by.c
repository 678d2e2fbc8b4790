/*
 * Tells who refused an allocation.
 */
#include "config.h"

#include "reports/findings/refused_by.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reports/findings/launch.h"

#define MPS_LIMIT "CUDA_MPS_PINNED_DEVICE_MEM_LIMIT"
#define CONTAINER_LIMIT "CUDA_DEVICE_MEMORY_LIMIT"
#define SHOWN_PART 0.95 /* of what the device has: the driver keeps some for itself */

const struct vt__refuser_names vt__refuser_names[VT__REFUSER_COUNT] = {
#define VT__REFUSER(id, json_name, words) [VT__REFUSER_##id] = {json_name, words},
	VT__REFUSERS(VT__REFUSER)
#undef VT__REFUSER
};

/* ---- What the environment says ------------------------------------------------------------- */

/* A number with an optional k, m, g or t, upper or lower case; *end: what follows. */
static bool take_size(const char *text, const char **end, uint64_t *bytes)
{
	static const char units[] = "kmgt";
	const char *unit;
	uint64_t number = 0;
	size_t digits = strspn(text, "0123456789");

	if (!digits || digits > 18)
		return false;
	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (uint64_t)(text[i] - '0');
	text += digits;
	unit = *text ? strchr(units, *text | 0x20) : NULL;
	if (unit) {
		const unsigned shift = 10 * (unsigned)(unit - units + 1);

		if (number > UINT64_MAX >> shift)
			return false;
		number <<= shift;
		text++;
	}
	text += *text == 'B' || *text == 'b';
	*end = text;
	*bytes = number;
	return true;
}

bool vt__limit_of_container(const char *text, uint64_t *bytes)
{
	const char *end;

	return take_size(text, &end, bytes) && !*end && *bytes;
}

bool vt__limit_of_mps(const char *text, int32_t ordinal, uint64_t *bytes)
{
	char prefix[16];
	const int length = snprintf(prefix, sizeof(prefix), "%" PRId32 "=", ordinal);
	const char *end;

	while (text && *text) {
		if (!strncmp(text, prefix, (size_t)length))
			return take_size(text + length, &end, bytes) && (!*end || *end == ',') &&
			       *bytes;
		text = strchr(text, ',');
		if (text)
			text++;
	}
	return false;
}

static bool mps_limit(const char *launch, int32_t ordinal, uint64_t *bytes)
{
	char value[256];

	return vt__launch_setting(launch, MPS_LIMIT, value, sizeof(value)) &&
	       vt__limit_of_mps(value, ordinal, bytes);
}

/* That of the device wins. */
static bool container_limit(const char *launch, int32_t ordinal, uint64_t *bytes)
{
	char value[256], name[64];

	snprintf(name, sizeof(name), CONTAINER_LIMIT "_%" PRId32, ordinal);
	return (vt__launch_setting(launch, name, value, sizeof(value)) ||
		vt__launch_setting(launch, CONTAINER_LIMIT, value, sizeof(value))) &&
	       vt__limit_of_container(value, bytes);
}

/* ---- What was known -------------------------------------------------------------------------- */

static const struct vt_format_limit *limit_of(const struct vt__process *process, uint32_t finding,
					      enum vt_limit what)
{
	for (uint32_t i = 0; i < vt__recording_limits(process->recording); i++) {
		const struct vt_format_limit *limit = vt__recording_limit(process->recording, i);

		if (limit->finding == finding && limit->what == (uint32_t)what)
			return limit;
	}
	return NULL;
}

struct judging {
	const struct vt__process *process;
	const struct vt__finding_row *row;
	const char *launch;
	int32_t ordinal; /* -1: not known */
	uint64_t own;    /* bytes of this process */
	bool is_short;   /* less was free than was asked for */
	struct vt__refused_by *out;
};

static bool is_beyond(const struct judging *it, uint64_t used, uint64_t limit)
{
	return used > limit || it->row->record->bytes > limit - used;
}

static void set(const struct judging *it, enum vt__refuser who, uint64_t limit, uint64_t used,
		const char *told_by)
{
	it->out->who = who;
	it->out->limit_bytes = limit;
	it->out->used_bytes = used;
	it->out->told_by = told_by;
}

static bool by_tool(const struct judging *it)
{
	const struct vt_format_limit *limit = limit_of(it->process, it->row->number,
						       VT_LIMIT_OPTION);
	const uint32_t injected = it->row->record->injected;

	if (injected == VT_INJECTED_LIMIT)
		set(it, VT__REFUSER_OPTION, limit ? limit->hard_bytes : VT_FORMAT_UNKNOWN,
		    limit ? limit->used_bytes : VT_FORMAT_UNKNOWN, "the option");
	else if (injected)
		set(it, VT__REFUSER_FAIL, VT_FORMAT_UNKNOWN, VT_FORMAT_UNKNOWN, "the option");
	return injected != VT_INJECTED_NOT;
}

static bool by_cgroup(const struct judging *it)
{
	const struct vt_format_limit *limit = limit_of(it->process, it->row->number,
						       VT_LIMIT_CGROUP);

	if (!limit || !is_beyond(it, limit->used_bytes, limit->hard_bytes))
		return false;
	set(it, VT__REFUSER_CGROUP, limit->hard_bytes, limit->used_bytes,
	    "NVML (nvmlDeviceGetMemoryLimits_v1)");
	it->out->soft_bytes = limit->soft_bytes;
	it->out->name = vt__recording_optional(it->process->recording, limit->name);
	return true;
}

static bool by_mps(const struct judging *it)
{
	uint64_t limit;

	if (!mps_limit(it->launch, it->ordinal, &limit) || !is_beyond(it, it->own, limit))
		return false;
	set(it, VT__REFUSER_MPS, limit, it->own, MPS_LIMIT);
	return true;
}

/* Other processes of the container count too: where the device had enough, it is the limit. */
static bool by_container(const struct judging *it)
{
	const uint64_t total = it->row->record->device_total_bytes;
	uint64_t limit;

	if (!container_limit(it->launch, it->ordinal, &limit))
		return false;
	if (is_beyond(it, it->own, limit))
		set(it, VT__REFUSER_CONTAINER, limit, it->own, CONTAINER_LIMIT);
	else if (!it->is_short || (total && total <= limit))
		set(it, VT__REFUSER_CONTAINER, limit, VT_FORMAT_UNKNOWN, CONTAINER_LIMIT);
	return it->out->who == VT__REFUSER_CONTAINER;
}

/* The name of a MIG instance is the device's, "MIG" and a profile: "NVIDIA H200 MIG 1g.18gb". */
static bool is_instance(const struct judging *it)
{
	const struct vt_format_device *device = vt__recording_device(it->process->recording,
								     it->row->device);
	const char *name = device ? vt__raw_to_compare(vt__recording_string(it->process->recording,
									    device->name))
				  : "";

	return strstr(name, " MIG ") != NULL;
}

static void by_device(const struct judging *it)
{
	const struct vt_format_finding *record = it->row->record;
	const struct vt_format_limit *physical = limit_of(it->process, it->row->number,
							  VT_LIMIT_PHYSICAL);
	const uint64_t total = record->device_total_bytes,
		       used = total > record->device_free_bytes ? total - record->device_free_bytes
								: 0;

	if (!it->is_short)
		return;
	if (is_instance(it))
		set(it, VT__REFUSER_MIG, total, used, "the device's name and cuMemGetInfo");
	else if (physical && (double)total < SHOWN_PART * (double)physical->hard_bytes)
		set(it, VT__REFUSER_SHOWN, total, used,
		    "cuMemGetInfo, which tells less in all than NVML");
	else
		set(it, VT__REFUSER_DEVICE, total, used, "cuMemGetInfo");
}

static uint64_t own_bytes(const struct judging *it)
{
	const struct vt_format_account *account = vt__recording_account(it->process->recording,
									it->row->record->account);
	const uint64_t live = it->row->record->live_bytes;

	return account && account->process_bytes != VT_FORMAT_UNKNOWN &&
			       account->process_bytes > live
		       ? account->process_bytes
		       : live;
}

void vt__refused_by(const struct vt__process *process, const struct vt__finding_row *row,
		    struct vt__refused_by *out)
{
	const struct vt__recording *recording = process->recording;
	const struct vt_format_device *device = vt__recording_device(recording, row->device);
	struct judging it = {
		.process = process,
		.row = row,
		.launch = vt__raw_to_parse(
			vt__recording_string(recording, vt__recording_header(recording)->launch)),
		.ordinal = device ? device->ordinal : -1,
		.is_short = row->record->device_total_bytes &&
			    row->record->device_free_bytes < row->record->bytes,
		.out = out,
	};

	it.own = own_bytes(&it);
	*out = (struct vt__refused_by){.limit_bytes = VT_FORMAT_UNKNOWN,
				       .soft_bytes = VT_FORMAT_UNKNOWN,
				       .used_bytes = VT_FORMAT_UNKNOWN};
	if (!by_tool(&it) && !by_cgroup(&it) && !by_mps(&it) && !by_container(&it))
		by_device(&it);
}

const struct vt_format_fragments *vt__fragments_of(const struct vt__process *process,
						   const struct vt__finding_row *row)
{
	for (uint32_t i = 0; i < vt__recording_fragments(process->recording); i++) {
		const struct vt_format_fragments *fragments = vt__recording_fragment(
			process->recording, i);

		if (fragments->finding == row->number && fragments->segments)
			return fragments;
	}
	return NULL;
}
