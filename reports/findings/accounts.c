/*
 * Balances what is tracked with what the driver says is in use.
 */
#include "config.h"

#include "reports/findings/accounts.h"

const struct vt__word_names vt__word_names[VT__WORD_COUNT] = {
#define VT__WORD(id, json_name, words) [VT__WORD_##id] = {json_name, words},
	VT__WORDS(VT__WORD)
#undef VT__WORD
};

static const struct {
	const char *name, *words;
} moments[VT_MOMENT_COUNT] = {
#define VT_MOMENT(id, json, text) [VT_MOMENT_##id] = {json, text},
	VT_MOMENTS(VT_MOMENT)
#undef VT_MOMENT
};

const char *vt__moment_words(uint32_t moment)
{
	return moment < VT_MOMENT_COUNT ? moments[moment].words : NULL;
}

const char *vt__moment_name(uint32_t moment)
{
	return moment < VT_MOMENT_COUNT ? moments[moment].name : NULL;
}

/* Sums of a damaged recording may pass 64 bits. */
static uint64_t add(uint64_t a, uint64_t b)
{
	return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

/* What is reserved beyond what is in use: the driver's word does not come down with
 * every free, and of a graph whose executable is gone not at all; what is tracked may
 * lie in a pool that the driver was not asked about. Both have what is in use. */
static uint64_t unused(uint64_t reserved, uint64_t used, uint64_t tracked)
{
	if (reserved == VT_FORMAT_UNKNOWN || used == VT_FORMAT_UNKNOWN)
		return VT_FORMAT_UNKNOWN;
	if (tracked < used)
		used = tracked;
	return reserved > used ? reserved - used : 0;
}

static bool tells_use(const struct vt_format_account *account)
{
	return account->device_total_bytes != VT_FORMAT_UNKNOWN && account->device_total_bytes &&
	       account->device_free_bytes <= account->device_total_bytes;
}

static void tell_whole(const struct vt_format_account *account, struct vt__balance *balance)
{
	if (account->process_bytes != VT_FORMAT_UNKNOWN) {
		balance->word = VT__WORD_PROCESS;
		balance->whole = account->process_bytes;
	} else if (tells_use(account)) {
		balance->word = VT__WORD_DEVICE;
		balance->whole = account->device_total_bytes - account->device_free_bytes;
	}
}

void vt__balance_of(const struct vt_format_account *account, struct vt__balance *out)
{
	struct vt__balance balance = {.word = VT__WORD_NONE};
	uint64_t told;

	tell_whole(account, &balance);
	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++)
		if (vt__bucket_of(kind) == VT_BUCKET_VRAM)
			balance.tracked = add(balance.tracked, account->kind_bytes[kind]);
	balance.pool_unused = unused(account->pool_reserved_bytes, account->pool_used_bytes,
				     account->kind_bytes[VT_KIND_STREAM_ORDERED]);
	balance.graph_unused = unused(account->graph_reserved_bytes, account->graph_used_bytes,
				      account->kind_bytes[VT_KIND_GRAPH]);
	told = balance.tracked;
	if (balance.pool_unused != VT_FORMAT_UNKNOWN)
		told = add(told, balance.pool_unused);
	if (balance.graph_unused != VT_FORMAT_UNKNOWN)
		told = add(told, balance.graph_unused);
	if (balance.word != VT__WORD_NONE) {
		balance.negative = told > balance.whole;
		balance.rest = balance.negative ? told - balance.whole : balance.whole - told;
	}
	*out = balance;
}

uint64_t vt__kept_by_graphs(const struct vt__recording *recording)
{
	uint64_t kept = 0;

	for (uint32_t i = 0; i < vt__recording_accounts(recording); i++) {
		const struct vt_format_account *account = vt__recording_account(recording, i);
		struct vt__balance balance;

		vt__balance_of(account, &balance);
		if (account->moment == VT_MOMENT_END && balance.graph_unused != VT_FORMAT_UNKNOWN)
			kept = add(kept, balance.graph_unused);
	}
	return kept;
}

bool vt__is_near_peak(const struct vt__recording *recording,
		      const struct vt_format_account *account)
{
	const struct vt_format_device *device = vt__recording_device(recording, account->device);
	struct vt__balance balance;

	vt__balance_of(account, &balance);
	return !device || add(balance.tracked, balance.tracked / 8) >=
				  device->buckets[VT_BUCKET_VRAM].peak_bytes;
}

uint64_t vt__used_by_others(const struct vt_format_account *account)
{
	uint64_t used;

	if (account->other_bytes != VT_FORMAT_UNKNOWN)
		return account->other_bytes;
	if (!tells_use(account) || account->process_bytes == VT_FORMAT_UNKNOWN)
		return VT_FORMAT_UNKNOWN;
	used = account->device_total_bytes - account->device_free_bytes;
	return used > account->process_bytes ? used - account->process_bytes : 0;
}
