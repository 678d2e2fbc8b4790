/*
 * The processes of many recordings, and the trees that they are.
 */
#include "config.h"

#include "reports/compare/members.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/coverage.h"
#include "reports/findings/describe.h"
#include "reports/text/escape.h"
#include "reports/compare/merge.h"

/* ---- One process --------------------------------------------------------------- */

static void sum_findings(struct vt__member *member, const struct vt__process *process)
{
	for (size_t i = 0; i < process->finding_count; i++) {
		const struct vt__finding_row *row = &process->findings[i];

		member->findings += vt__class_words[row->finding_class].is_finding;
		if (row->finding_class == VT__CLASS_LEAK)
			vt__sum_add(&member->leaked[vt__bucket_of(row->kind)], row->sum);
	}
}

static void sum_devices(struct vt__member *member, const struct vt__process *process)
{
	for (size_t i = 0; i < process->device_count; i++)
		for (int bucket = 0; bucket < VT_BUCKET_COUNT; bucket++) {
			const struct vt__device_row *device = &process->devices[i];
			struct vt__sum peak = {member->peak[bucket], 0};

			vt__sum_add(&peak, (struct vt__sum){
						   device->record->buckets[bucket].peak_bytes, 0});
			member->peak[bucket] = peak.bytes;
			vt__sum_add(&member->live[bucket],
				    vt__live_of(device, (enum vt_bucket)bucket));
		}
}

static char *command_of(const struct vt__recording *recording)
{
	const struct vt_format_header *header = vt__recording_header(recording);
	char *command = vt__shell_command(vt__recording_string(recording, header->command));

	if (command && *command)
		return command;
	free(command);
	return strdup(vt__raw_to_copy(vt__recording_string(recording, header->program)));
}

static void release_member(struct vt__member *member)
{
	free(member->path);
	free(member->host);
	free(member->command);
}

static int make_member(const struct vt__process *process, struct vt__member *out)
{
	const struct vt__recording *recording = process->recording;
	const struct vt_format_header *header = vt__recording_header(recording);
	struct vt__coverage coverage;

	*out = (struct vt__member){
		.pid = header->pid,
		.parent_pid = header->parent_pid,
		.start_ticks = header->process_start_ticks,
		.run_id = header->run_id,
		.start_realtime_ns = header->start_realtime_ns,
		.state = vt__recording_state(recording),
		.exit_code = vt__exit_code(process),
		.path = strdup(vt__recording_path(recording)),
		.host = strdup(vt__raw_to_copy(vt__recording_string(recording, header->host))),
		.command = command_of(recording),
		.parent = VT__NO_MEMBER,
	};
	memcpy(out->boot_id, header->boot_id, sizeof(out->boot_id));
	vt__launch_of(recording, &out->launch);
	sum_findings(out, process);
	sum_devices(out, process);
	vt__coverage_of(process, &coverage);
	out->uncovered = coverage.covered == VT__COVERED_NO;
	for (uint32_t loss = 0; loss < VT_FORMAT_LOSSES_MAX; loss++)
		if (vt__loss_counts(loss))
			out->lost += header->losses[loss];
	if (out->path && out->host && out->command)
		return 0;
	release_member(out);
	return -ENOMEM;
}

int vt__members_add(struct vt__members *members, const struct vt__process *process)
{
	struct vt__member member;
	int error;

	if (members->count == members->room) {
		const size_t room = members->room ? members->room * 2 : 16;
		struct vt__member *grown = reallocarray(members->items, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		members->items = grown;
		members->room = room;
	}
	error = make_member(process, &member);
	if (error)
		return error;
	member.column = (uint32_t)members->count;
	members->items[members->count++] = member;
	return 0;
}

void vt__members_release(struct vt__members *members)
{
	for (size_t i = 0; i < members->count; i++)
		release_member(&members->items[i]);
	free(members->items);
	free(members->tree);
	*members = (struct vt__members){.items = NULL};
}

/* ---- Trees ----------------------------------------------------------------------- */

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_start(const void *left, const void *right)
{
	const struct vt__member *a = left, *b = right;

	if (a->start_realtime_ns != b->start_realtime_ns)
		return compare(a->start_realtime_ns, b->start_realtime_ns);
	return a->pid != b->pid ? compare(a->pid, b->pid) : compare(a->column, b->column);
}

/* By machine, then by process, then by the recordings of it: a program that
 * calls exec has several. Machines that share a boot are containers. */
static int by_process(const struct vt__member *a, const struct vt__member *b)
{
	int order = memcmp(a->boot_id, b->boot_id, sizeof(a->boot_id));

	if (!order)
		order = strcmp(a->host, b->host);
	if (!order)
		order = compare(a->pid, b->pid);
	if (!order)
		order = compare(a->start_ticks, b->start_ticks);
	return order ? order : compare(a->start_realtime_ns, b->start_realtime_ns);
}

static int by_process_of_pointers(const void *left, const void *right)
{
	const struct vt__member *const *a = left, *const *b = right;

	return by_process(*a, *b);
}

static bool is_of(const struct vt__member *member, const struct vt__member *wanted)
{
	return member->pid == wanted->pid && !strcmp(member->host, wanted->host) &&
	       !memcmp(member->boot_id, wanted->boot_id, sizeof(member->boot_id));
}

/* How many of `sorted` are not after `wanted`. */
static size_t count_until(struct vt__member *const *sorted, size_t count,
			  const struct vt__member *wanted)
{
	size_t low = 0, high = count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (by_process(sorted[middle], wanted) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * The process that `child` names as its parent: of all that had that number and
 * are not younger, the last. Ticks of 10 ms may not tell them apart: a parent is
 * then as old as what it started. A program that called exec has several
 * recordings: it is the last that began before the child, or, where none did
 * (older recordings begin with the first allocation), the first. NULL if it
 * is not there.
 */
static struct vt__member *find_parent(struct vt__member *const *sorted, size_t count,
				      const struct vt__member *child)
{
	struct vt__member wanted = *child;
	size_t until;

	wanted.pid = child->parent_pid;
	wanted.start_ticks = child->start_ticks ? child->start_ticks : UINT64_MAX;
	wanted.start_realtime_ns = UINT64_MAX;
	until = count_until(sorted, count, &wanted);
	if (!until || !is_of(sorted[until - 1], &wanted))
		return NULL;
	wanted.start_ticks = sorted[until - 1]->start_ticks;
	wanted.start_realtime_ns = child->start_realtime_ns;
	until = count_until(sorted, count, &wanted);
	if (until && is_of(sorted[until - 1], &wanted) &&
	    sorted[until - 1]->start_ticks == wanted.start_ticks)
		return sorted[until - 1];
	return sorted[until];
}

/* No process comes from itself: who does, by recordings that say so, has no
 * parent. Each is visited once, and passed once more at its ring's end. */
static void cut_rings(struct vt__members *members, size_t *visit)
{
	for (size_t i = 0; i < members->count; i++)
		visit[i] = 0;
	for (size_t i = 0; i < members->count; i++) {
		size_t at = i;

		while (at != VT__NO_MEMBER && !visit[at]) {
			visit[at] = i + 1;
			at = members->items[at].parent;
		}
		while (at != VT__NO_MEMBER && visit[at] == i + 1) {
			const size_t next = members->items[at].parent;

			members->items[at].parent = VT__NO_MEMBER;
			at = next;
		}
	}
}

static void link_parents(struct vt__members *members, struct vt__member **sorted, size_t *visit)
{
	for (size_t i = 0; i < members->count; i++)
		sorted[i] = &members->items[i];
	qsort(sorted, members->count, sizeof(struct vt__member *), by_process_of_pointers);
	for (size_t i = 0; i < members->count; i++) {
		const struct vt__member *parent = find_parent(sorted, members->count,
							      &members->items[i]);

		if (parent)
			members->items[i].parent = (size_t)(parent - members->items);
	}
	cut_rings(members, visit);
}

/* Fills the tree with `first_child` and `next` (numbers, VT__NO_MEMBER ends):
 * depth first, without recursion. */
static void walk(struct vt__members *members, const size_t *first_child, const size_t *next,
		 size_t root)
{
	size_t at = root, filled = 0;

	while (at != VT__NO_MEMBER) {
		struct vt__member *member = &members->items[at];

		member->depth = member->parent == VT__NO_MEMBER
					? 0
					: members->items[member->parent].depth + 1;
		members->tree[filled++] = at;
		if (first_child[at] != VT__NO_MEMBER) {
			at = first_child[at];
			continue;
		}
		while (next[at] == VT__NO_MEMBER && members->items[at].parent != VT__NO_MEMBER)
			at = members->items[at].parent;
		at = next[at];
	}
}

static void make_tree(struct vt__members *members, size_t *first_child, size_t *next)
{
	size_t root = VT__NO_MEMBER;

	for (size_t i = 0; i < members->count; i++)
		first_child[i] = VT__NO_MEMBER;
	for (size_t i = members->count; i-- > 0;) {
		const size_t parent = members->items[i].parent;
		size_t *list = parent == VT__NO_MEMBER ? &root : &first_child[parent];

		next[i] = *list;
		*list = i;
	}
	walk(members, first_child, next, root);
}

int vt__members_finish(struct vt__members *members)
{
	const size_t room = members->count + 1;
	struct vt__member **sorted = calloc(room, sizeof(struct vt__member *));
	size_t *lists = calloc(room, 2 * sizeof(*lists));

	members->tree = calloc(room, sizeof(*members->tree));
	if (sorted && lists && members->tree) {
		if (members->count)
			qsort(members->items, members->count, sizeof(*members->items), by_start);
		link_parents(members, sorted, lists);
		make_tree(members, lists, lists + members->count);
	}
	free(sorted);
	free(lists);
	return sorted && lists && members->tree ? 0 : -ENOMEM;
}
