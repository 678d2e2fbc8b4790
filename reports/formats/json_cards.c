/*
 * JSON report: cards between the processes of a run.
 */
#include "config.h"

#include <errno.h>

#include "reports/compare/card.h"
#include "reports/formats/json.h"

static json_t *known(uint64_t number)
{
	return number == VT_FORMAT_UNKNOWN ? json_null() : vt__json_number(number);
}

static json_t *pid_of(const struct vt__process *process)
{
	return process ? json_integer(vt__recording_header(process->recording)->pid) : json_null();
}

static json_t *make_shares(const struct vt__card *card, const struct vt__card_moment *moment)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < card->process_count; i++)
		(void)json_array_append_new(list, vt__json_number(moment->shares[i]));
	return list;
}

/* Seconds after the first process's start. */
static json_t *seconds(const struct vt__card *card, uint64_t time_ns)
{
	const uint64_t start =
		vt__recording_header(card->processes[0].process->recording)->start_monotonic_ns;

	return time_ns && time_ns != VT_FORMAT_UNKNOWN
		       ? json_real(((double)time_ns - (double)start) / 1e9)
		       : json_null();
}

static json_t *make_moment(const struct vt__card *card, const struct vt__card_moment *moment)
{
	const bool refused = moment->what == VT__CARD_REFUSED;

	return json_pack(
		"{s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "moment",
		vt__card_moment_name(moment->what), "seconds", seconds(card, moment->time_ns),
		"refused_pid", pid_of(moment->process), "requested_bytes",
		refused ? vt__json_number(moment->asked_bytes) : json_null(), "bytes",
		make_shares(card, moment), "sum_bytes", vt__json_number(moment->sum),
		"device_used_bytes", known(moment->used_bytes), "device_used_seconds",
		seconds(card, moment->used_time_ns), "other_bytes", known(moment->other_bytes));
}

static json_t *make_process(const struct vt__card_process *of)
{
	const struct vt__recording *recording = of->process->recording;
	const struct vt_format_header *header = vt__recording_header(recording);

	return json_pack("{s:I,s:I,s:o,s:i,s:b}", "pid", (json_int_t)header->pid, "parent_pid",
			 (json_int_t)header->parent_pid, "program",
			 vt__json_raw(vt__recording_string(recording, header->program)), "device",
			 vt__recording_device(recording, of->device)->ordinal, "killed",
			 (int)vt__card_was_killed(of));
}

static json_t *make_card(const struct vt__card *card)
{
	json_t *processes = json_array(), *moments = json_array();

	for (size_t i = 0; processes && i < card->process_count; i++)
		(void)json_array_append_new(processes, make_process(&card->processes[i]));
	for (size_t i = 0; moments && i < card->moment_count; i++)
		(void)json_array_append_new(moments, make_moment(card, &card->moments[i]));
	return json_pack("{s:o,s:o,s:I,s:o,s:o}", "name", vt__json_raw(card->name), "total_bytes",
			 vt__json_known(card->device->total_bytes), "processes_left_out",
			 (json_int_t)card->left_out, "processes", processes, "moments", moments);
}

int vt__json_cards(struct vt__json *json, const struct vt__analysis *analysis)
{
	struct vt__cards cards;
	int error = vt__cards_make(analysis, &cards);

	fputs(",\n \"cards\":[", json->out);
	for (size_t i = 0; !error && i < cards.count; i++) {
		fputs(i ? ",\n  " : "\n  ", json->out);
		error = vt__json_open(json->out, make_card(&cards.cards[i]));
		fputc('}', json->out);
	}
	fputc(']', json->out);
	vt__cards_release(&cards);
	return error;
}
