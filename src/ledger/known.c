/*
 * Allocations and frees of which all is known and where nobody is in the way, which is nearly all
 * of them: what enter.c and take.c do, without what is seldom.
 *
 * Before anything is changed it is made sure that nothing else is to be done; where that is not so,
 * nothing was done, and they do it all.
 */
#include "config.h"

#include "base/attributes.h"
#include "ledger/ledger.h"
#include "ledger/private.h"
#include "ledger/totals.h"
#include "ledger/visit.h"

/* Whether there is a recording, as it was left; then a change of it can begin. */
static VT__ALWAYS_INLINE bool is_whole(const struct vt__ledger *ledger)
{
	return VT__LIKELY(ledger->state == VT__LEDGER_RECORDING) &&
	       vt__recording_is_whole(&ledger->store.recording);
}

static VT__ALWAYS_INLINE bool is_site_of(const struct vt__site_use *site,
					 const struct vt__allocation *allocation)
{
	return VT__LIKELY(site->api == allocation->api) &&
	       VT__LIKELY(site->places.what.device == (int16_t)allocation->device) &&
	       VT__LIKELY(site->places.what.kind == (uint8_t)allocation->kind);
}

/* Enters a number where another address is at home; false: it is another's to do that. */
static VT__APART bool put_after(struct vt__ledger *ledger, const struct vt__expected *expected,
				uint64_t address, uint32_t record_plus_1)
{
	const struct vt__live_place place = vt__live_look_in(
		expected->shard, &ledger->store, address, (uint32_t)vt__hash_word(address));

	return !place.record && vt__live_put(&place, record_plus_1);
}

/* Whether an address can have the shard's first free record, but for one that is live or at home
 * where it would be. */
static VT__ALWAYS_INLINE bool has_room(const struct vt__expected *expected)
{
	const struct vt__live_shard *shard = expected->shard;

	return VT__LIKELY(shard->size == expected->size) && VT__LIKELY(shard->free_plus_1) &&
	       VT__LIKELY(shard->count < shard->most);
}

/* Enters it; false: the address may be live. */
static VT__ALWAYS_INLINE bool put(struct vt__ledger *ledger, const struct vt__expected *expected,
				  uint64_t address)
{
	struct vt__live_shard *shard = expected->shard;

	if (VT__UNLIKELY(*expected->entry))
		return put_after(ledger, expected, address, shard->free_plus_1);
	*expected->entry = shard->free_plus_1;
	shard->count++;
	return true;
}

/* The end of a visit in which a device came to a new peak. */
static VT__SELDOM enum vt__known_end end_at_peak(struct vt__ledger *ledger,
						 const struct vt__site_places *places)
{
	const bool is_due = vt__ledger_peak_is_due(ledger, places);

	vt__recording_finish(&ledger->store.recording);
	vt__visit_end(ledger);
	return is_due ? VT__KNOWN_PEAK : VT__KNOWN_DONE;
}

/* Within a visit, which it ends where it is done. */
static VT__ALWAYS_INLINE enum vt__known_end enter(struct vt__ledger *ledger,
						  const struct vt__allocation *allocation,
						  const struct vt__stack_note *note,
						  const struct vt__expected *expected,
						  uint64_t now_ns)
{
	struct vt__recording *recording = &ledger->store.recording;
	const struct vt__stack_node *node = note->node;
	struct vt_format_allocation *record;

	if (VT__UNLIKELY(note->stamp.both != ledger->stamp.both) || !is_whole(ledger) ||
	    VT__UNLIKELY(now_ns >= ledger->due_ns) || !is_site_of(&node->site, allocation) ||
	    VT__UNLIKELY(node->site.places.site->mark != ledger->growth.mark) ||
	    !has_room(expected))
		return VT__KNOWN_NOT;
	vt__recording_begin_whole(recording);
	if (VT__UNLIKELY(!put(ledger, expected, allocation->address))) {
		vt__recording_leave(recording);
		return VT__KNOWN_NOT;
	}
	record = vt__store_at(&ledger->store, VT_FORMAT_ALLOCATION,
			      expected->shard->free_plus_1 - 1);
	expected->shard->free_plus_1 = record->link;
	record->address = allocation->address;
	record->bytes = allocation->bytes;
	record->context = allocation->context;
	record->time_ns = now_ns;
	record->site = node->site.number;
	record->thread = vt__visit_thread();
	record->state = VT_ALLOCATION_LIVE;
	record->label = VT_FORMAT_NONE;
	record->purpose = VT_FORMAT_NONE;
	record->link = 0;
	if (VT__UNLIKELY(vt__totals_allocated(&node->site.places, allocation->bytes, now_ns)))
		return end_at_peak(ledger, &node->site.places);
	vt__recording_finish(recording);
	vt__visit_end(ledger);
	return VT__KNOWN_DONE;
}

enum vt__known_end vt__ledger_enter_known(struct vt__ledger *ledger,
					  const struct vt__allocation *allocation,
					  const struct vt__stack_note *note, uint64_t now_ns)
{
	const uint64_t hash = vt__hash_word(allocation->address);
	struct vt__expected expected = {
		.shard = vt__live_shard_at(&ledger->live, allocation->space, hash),
	};
	enum vt__known_end end;

	VT__ONCE(expected.shard);
	expected.entry = vt__live_prefetch(expected.shard, (uint32_t)hash, &expected.size);
	if (VT__UNLIKELY(!vt__visit_try(ledger)))
		return VT__KNOWN_NOT;
	end = enter(ledger, allocation, note, &expected, now_ns);
	if (VT__UNLIKELY(end == VT__KNOWN_NOT))
		vt__visit_end(ledger);
	return end;
}

/* The site that the stack's frees are of from now on, until they are of another. */
static VT__SELDOM void note_site(struct vt__ledger *ledger, struct vt__stack_node *node,
				 uint32_t number)
{
	struct vt_format_site *site = vt__ledger_site(ledger, number);

	node->site.api = NULL;
	node->site.number = number;
	vt__totals_places(&node->site.places,
			  vt__store_at(&ledger->store, VT_FORMAT_DEVICE, site->device), site);
}

/* The same, where another address is at home. */
static VT__APART uint32_t *entry_after(struct vt__ledger *ledger,
				       const struct vt__expected *expected, uint64_t address,
				       struct vt_format_allocation **record)
{
	const struct vt__live_place place = vt__live_look_in(
		expected->shard, &ledger->store, address, (uint32_t)vt__hash_word(address));

	*record = place.record;
	return place.record ? &expected->shard->entries[place.at] : NULL;
}

/* The entry of a live address, and its record; NULL: it is not live. */
static VT__ALWAYS_INLINE uint32_t *entry_of(struct vt__ledger *ledger,
					    const struct vt__expected *expected, uint64_t address,
					    struct vt_format_allocation **record)
{
	uint32_t number;

	if (VT__UNLIKELY(!expected->size))
		return NULL;
	number = *expected->entry - 1;
	if (VT__LIKELY(number < expected->shard->limit)) { /* neither empty nor another's home */
		*record = vt__store_at(&ledger->store, VT_FORMAT_ALLOCATION, number);
		if (VT__LIKELY((*record)->address == address))
			return expected->entry;
	}
	return entry_after(ledger, expected, address, record);
}

static VT__ALWAYS_INLINE void take_out(struct vt__live_shard *shard, uint32_t *entry,
				       struct vt_format_allocation *record)
{
	const uint32_t record_plus_1 = vt__live_number_plus_1(shard, *entry);

	if (VT__UNLIKELY(entry[1]))
		vt__live_cut(shard, (uint32_t)(entry - shard->entries));
	else
		*entry = 0;
	shard->count--;
	record->state = VT_ALLOCATION_FREE;
	record->link = shard->free_plus_1;
	shard->free_plus_1 = record_plus_1;
}

static VT__ALWAYS_INLINE bool take(struct vt__ledger *ledger, enum vt__space space,
				   uint64_t address, const struct vt__expected *expected,
				   const struct vt__stack_note *note, struct vt__taken *out)
{
	struct vt__recording *recording = &ledger->store.recording;
	struct vt__stack_node *node = note->node;
	struct vt_format_allocation *record;
	uint32_t *entry;

	if (VT__UNLIKELY(note->stamp.both != ledger->stamp.both) || !is_whole(ledger) ||
	    VT__UNLIKELY(expected->shard->size != expected->size) || VT__UNLIKELY(ledger->at_free))
		return false;
	entry = entry_of(ledger, expected, address, &record);
	if (VT__UNLIKELY(!entry))
		return false;
	if (VT__UNLIKELY(node->site.number != record->site))
		note_site(ledger, node, record->site);
	if (VT__UNLIKELY(node->site.places.site->mark != ledger->growth.mark))
		return false;
	vt__recording_begin_whole(recording);
	out->record = *record;
	out->what = node->site.places.what;
	out->space = space;
	take_out(expected->shard, entry, record);
	vt__totals_freed(&node->site.places, out->record.bytes);
	if (VT__LIKELY(expected->history)) {
		out->forgotten = *expected->history;
		vt__history_put(expected->history, space, &out->record,
				(uint32_t)recording->sequence, node->number, VT__FREED);
	}
	vt__recording_finish(recording);
	return true;
}

bool vt__ledger_take_known(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
			   const struct vt__expected *expected, const struct vt__stack_note *note,
			   struct vt__taken *out)
{
	bool done;

	if (VT__UNLIKELY(!vt__visit_try(ledger)))
		return false;
	done = take(ledger, space, address, expected, note, out);
	vt__visit_end(ledger);
	return done;
}
