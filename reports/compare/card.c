/*
 * Makes the table of a card's processes.
 */
#include "config.h"

#include "reports/compare/card.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/compare/card_levels.h"
#include "reports/findings/accounts.h"

#define OFTEN 32 /* processes up to which each point of each is a moment to look at */

const char *vt__card_moment_name(enum vt__card_what what)
{
	static const char *const names[] = {
		[VT__CARD_PEAK] = "peak",
		[VT__CARD_REFUSED] = "refused",
		[VT__CARD_END] = "end",
	};

	return names[what];
}

bool vt__card_was_killed(const struct vt__card_process *process)
{
	return !vt__recording_header(process->process->recording)->end_monotonic_ns &&
	       vt__recording_state(process->process->recording) == VT__PROCESS_ENDED;
}

/* ---- Who is on which card ---------------------------------------------------------------------
 */

static bool is_same_card(const struct vt__process *a, const struct vt_format_device *on_a,
			 const struct vt__process *b, const struct vt_format_device *on_b)
{
	static const uint8_t none[16];
	const struct vt_format_header *left = vt__recording_header(a->recording);
	const struct vt_format_header *right = vt__recording_header(b->recording);

	return memcmp(on_a->uuid, none, sizeof(none)) != 0 && left->run_id == right->run_id &&
	       !memcmp(on_a->uuid, on_b->uuid, sizeof(none)) &&
	       !memcmp(left->boot_id, right->boot_id, sizeof(left->boot_id));
}

static bool is_used(const struct vt_format_device *device)
{
	return device->ordinal >= 0 && device->buckets[VT_BUCKET_VRAM].peak_bytes;
}

static struct vt__card *find_card(struct vt__cards *cards, const struct vt__process *process,
				  const struct vt_format_device *device)
{
	for (size_t i = 0; i < cards->count; i++) {
		struct vt__card *card = &cards->cards[i];

		if (is_same_card(card->processes[0].process, card->device, process, device))
			return card;
	}
	return NULL;
}

/* Of one run, one that was killed is taken to hold what it held to the end of all. Without a run
 * others of the folder may have come long after it: then to its last sign of life. */
static uint64_t end_of(const struct vt__recording *recording)
{
	const struct vt_format_header *header = vt__recording_header(recording);
	uint64_t last = 0;

	if (header->end_monotonic_ns)
		return header->end_monotonic_ns;
	if (header->run_id || vt__recording_state(recording) == VT__PROCESS_RUNNING)
		return UINT64_MAX;
	for (uint32_t i = 0; i < vt__recording_sites(recording); i++)
		if (vt__recording_site(recording, i)->last_time_ns > last)
			last = vt__recording_site(recording, i)->last_time_ns;
	return last;
}

/* 0 or -ENOMEM. */
static int join(struct vt__cards *cards, const struct vt__process *process, uint32_t number)
{
	const struct vt_format_device *device = vt__recording_device(process->recording, number);
	struct vt__card *card = find_card(cards, process, device), *grown;
	struct vt__card_process *processes;

	if (!card) {
		grown = reallocarray(cards->cards, cards->count + 1, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		cards->cards = grown;
		card = &grown[cards->count];
		*card = (struct vt__card){
			.device = device,
			.name = vt__recording_string(process->recording, device->name)};
	}
	processes = reallocarray(card->processes, card->process_count + 1, sizeof(*processes));
	if (!processes)
		return -ENOMEM;
	cards->count += card == &cards->cards[cards->count];
	card->processes = processes;
	processes[card->process_count++] = (struct vt__card_process){process, number,
								     end_of(process->recording)};
	return 0;
}

static uint64_t peak_of(const struct vt__card_process *process)
{
	return vt__recording_device(process->process->recording, process->device)
		->buckets[VT_BUCKET_VRAM]
		.peak_bytes;
}

static int highest_first(const void *left, const void *right)
{
	const uint64_t a = peak_of(left), b = peak_of(right);

	return a < b ? 1 : a > b ? -1 : 0;
}

static int by_start(const void *left, const void *right)
{
	const struct vt__card_process *a = left, *b = right;

	return a->process < b->process ? -1 : a->process > b->process; /* as in the analysis */
}

static void choose(struct vt__card *card)
{
	if (card->process_count > VT__CARD_PROCESSES) {
		qsort(card->processes, card->process_count, sizeof(*card->processes),
		      highest_first);
		card->left_out = card->process_count - VT__CARD_PROCESSES;
		card->process_count = VT__CARD_PROCESSES;
	}
	qsort(card->processes, card->process_count, sizeof(*card->processes), by_start);
}

/* ---- A moment -----------------------------------------------------------------------------------
 */

static uint64_t sum_at(const struct vt__card_levels *levels, size_t count, uint64_t time_ns)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		if (__builtin_add_overflow(sum, vt__card_level_at(&levels[i], time_ns), &sum))
			return UINT64_MAX;
	return sum;
}

/* Of the account of any of them that is nearest. */
static void tell_device(const struct vt__card *card, struct vt__card_moment *moment)
{
	uint64_t nearest = UINT64_MAX;

	for (size_t i = 0; i < card->process_count; i++) {
		const struct vt__recording *recording = card->processes[i].process->recording;

		for (uint32_t k = 0; k < vt__recording_accounts(recording); k++) {
			const struct vt_format_account *account = vt__recording_account(recording,
											k);
			const uint64_t away = account->time_ns > moment->time_ns
						      ? account->time_ns - moment->time_ns
						      : moment->time_ns - account->time_ns;

			if (account->device != card->processes[i].device || away >= nearest ||
			    account->device_total_bytes == VT_FORMAT_UNKNOWN ||
			    account->device_total_bytes < account->device_free_bytes)
				continue;
			nearest = away;
			moment->used_time_ns = account->time_ns;
			moment->used_bytes = account->device_total_bytes -
					     account->device_free_bytes;
		}
	}
	if (moment->used_bytes != VT_FORMAT_UNKNOWN && moment->used_bytes >= moment->sum)
		moment->other_bytes = moment->used_bytes - moment->sum;
}

static int add_moment(struct vt__card *card, const struct vt__card_levels *levels,
		      const struct vt__card_moment *of)
{
	struct vt__card_moment *moment = &card->moments[card->moment_count];

	*moment = *of;
	moment->used_bytes = moment->other_bytes = VT_FORMAT_UNKNOWN;
	moment->shares = calloc(card->process_count, sizeof(*moment->shares));
	if (!moment->shares)
		return -ENOMEM;
	card->moment_count++;
	for (size_t i = 0; i < card->process_count; i++) {
		moment->shares[i] = moment->what == VT__CARD_END
					    ? vt__card_level_at_end(&levels[i])
					    : vt__card_level_at(&levels[i], moment->time_ns);
		if (__builtin_add_overflow(moment->sum, moment->shares[i], &moment->sum))
			moment->sum = UINT64_MAX;
	}
	if (moment->what != VT__CARD_END)
		tell_device(card, moment);
	return 0;
}

/* ---- Which moments ------------------------------------------------------------------------------
 */

static void offer(const struct vt__card_levels *levels, size_t count, uint64_t time_ns,
		  uint64_t *most, uint64_t *when)
{
	const uint64_t sum = sum_at(levels, count, time_ns);

	if (sum > *most) {
		*most = sum;
		*when = time_ns;
	}
}

static uint64_t find_peak(const struct vt__card_levels *levels, size_t count)
{
	uint64_t most = 0, when = 0;

	for (size_t i = 0; i < count; i++) {
		const struct vt__history *history = &levels[i].history;

		offer(levels, count, levels[i].device->peak_time_ns[VT_BUCKET_VRAM], &most, &when);
		for (size_t k = 0; count <= OFTEN && k < history->count; k++) {
			const struct vt__history_point *point = &history->points[k];

			offer(levels, count, point->levels[VT_BUCKET_VRAM].most_time_ns, &most,
			      &when);
			offer(levels, count, point->begin_ns, &most, &when);
		}
	}
	return when;
}

static void find_refusals(const struct vt__card *card,
			  struct vt__card_moment out[VT__CARD_REFUSALS], size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < card->process_count; i++) {
		const struct vt__process *process = card->processes[i].process;

		for (size_t k = 0; k < process->finding_count; k++) {
			const struct vt__finding_row *row = &process->findings[k];
			size_t place = *count;

			if (row->finding_class != VT__CLASS_OUT_OF_MEMORY || !row->record ||
			    row->device != card->processes[i].device)
				continue;
			while (place && out[place - 1].time_ns > row->record->time_ns) {
				if (place < VT__CARD_REFUSALS)
					out[place] = out[place - 1];
				place--;
			}
			if (place == VT__CARD_REFUSALS)
				continue;
			out[place] = (struct vt__card_moment){.what = VT__CARD_REFUSED,
							      .time_ns = row->record->time_ns,
							      .process = process,
							      .asked_bytes = row->record->bytes};
			*count += *count < VT__CARD_REFUSALS;
		}
	}
}

static int add_moments(struct vt__card *card, const struct vt__card_levels *levels)
{
	const struct vt__card_moment end = {.what = VT__CARD_END};
	struct vt__card_moment refusals[VT__CARD_REFUSALS], peak = {.what = VT__CARD_PEAK};
	size_t count;
	int error;

	peak.time_ns = find_peak(levels, card->process_count);
	find_refusals(card, refusals, &count);
	error = add_moment(card, levels, &peak);
	for (size_t i = 0; !error && i < count; i++)
		error = add_moment(card, levels, &refusals[i]);
	return error ? error : add_moment(card, levels, &end);
}

static int fill(struct vt__card *card)
{
	struct vt__card_levels *levels;
	int error = 0;

	choose(card);
	levels = calloc(card->process_count, sizeof(*levels));
	if (!levels)
		return -ENOMEM;
	for (size_t i = 0; !error && i < card->process_count; i++)
		error = vt__card_levels_make(&card->processes[i], &levels[i]);
	if (!error)
		error = add_moments(card, levels);
	for (size_t i = 0; i < card->process_count; i++)
		vt__card_levels_release(&levels[i]);
	free(levels);
	return error;
}

/* ---- The whole ----------------------------------------------------------------------------------
 */

static void release(struct vt__card *card)
{
	for (size_t i = 0; i < card->moment_count; i++)
		free(card->moments[i].shares);
	free(card->processes);
}

/* Cards of one process are nobody's question. */
static void leave_out(struct vt__cards *cards)
{
	size_t kept = 0;

	for (size_t i = 0; i < cards->count; i++) {
		if (cards->cards[i].process_count > 1)
			cards->cards[kept++] = cards->cards[i];
		else
			release(&cards->cards[i]);
	}
	cards->count = kept;
}

int vt__cards_make(const struct vt__analysis *analysis, struct vt__cards *out)
{
	int error = 0;

	*out = (struct vt__cards){.count = 0};
	for (size_t i = 0; analysis->process_count > 1 && i < analysis->process_count; i++) {
		const struct vt__process *process = &analysis->processes[i];

		for (uint32_t k = 0; !error && k < vt__recording_devices(process->recording); k++)
			if (is_used(vt__recording_device(process->recording, k)))
				error = join(out, process, k);
	}
	if (error)
		return error;
	leave_out(out);
	for (size_t i = 0; !error && i < out->count; i++)
		error = fill(&out->cards[i]);
	return error;
}

void vt__cards_release(struct vt__cards *cards)
{
	for (size_t i = 0; i < cards->count; i++)
		release(&cards->cards[i]);
	free(cards->cards);
	*cards = (struct vt__cards){.count = 0};
}
