/*
 * The memory of a device by the driver's own word, beside what is tracked.
 */
#ifndef VT_REPORTS_ACCOUNTS_H
#define VT_REPORTS_ACCOUNTS_H

#include "reports/findings/analysis.h"

/* Whose bytes the driver told. VT__WORD(identifier, name in JSON, words in text) */
#define VT__WORDS(VT__WORD)                                                                        \
	VT__WORD(NONE, NULL, "the driver did not tell what is in use")                             \
	VT__WORD(PROCESS, "process", "in use by this process (NVML)")                              \
	VT__WORD(DEVICE, "device",                                                                 \
		 "in use by all processes (NVML did not tell how much of it is this one's)")

enum vt__word {
#define VT__WORD(id, json, words) VT__WORD_##id,
	VT__WORDS(VT__WORD)
#undef VT__WORD
	VT__WORD_COUNT
};

struct vt__word_names {
	const char *json, *text;
};
extern const struct vt__word_names vt__word_names[VT__WORD_COUNT];

/* whole = tracked + pool_unused + graph_unused + rest, or - rest where `negative`:
 * the rest is what is left, and nothing is made to fit. */
struct vt__balance {
	enum vt__word word;
	uint64_t whole;       /* 0 if nobody told; then there is no rest either */
	uint64_t tracked;     /* of the VRAM bucket */
	uint64_t pool_unused; /* by what is tracked; VT_FORMAT_UNKNOWN: in the rest, as the next */
	uint64_t graph_unused;
	uint64_t rest;
	bool negative; /* more is accounted for than the driver says is in use */
};

void vt__balance_of(const struct vt_format_account *account, struct vt__balance *out);

/* Graph memory of all devices that nothing used at the end, bytes: it stays after its
 * executables are gone. 0 if nobody told. */
uint64_t vt__kept_by_graphs(const struct vt__recording *recording);

/* What other processes used; VT_FORMAT_UNKNOWN if that cannot be told. */
uint64_t vt__used_by_others(const struct vt_format_account *account);

/* Whether what was tracked then is a ninth below the device's peak at most: of small peaks, and of
 * those that rise by little, the account that is kept is an older one. */
bool vt__is_near_peak(const struct vt__recording *recording,
		      const struct vt_format_account *account);

/* "at the end", "on request"; NULL for a moment that is not known here. */
const char *vt__moment_words(uint32_t moment);
const char *vt__moment_name(uint32_t moment);

#endif
