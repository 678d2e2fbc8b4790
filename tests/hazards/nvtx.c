/*
 * A loop whose steps NVTX names, by each of its functions, built with NVIDIA's
 * headers. What they return is printed: a tool must not change it.
 */
#include <cuda_runtime_api.h>

#if __has_include(<nvtx3/nvToolsExt.h>)
#include <nvtx3/nvToolsExt.h>

#include "../../preload/doors/nvtx_abi.h"
#include "hazard.h"

_Static_assert(sizeof(struct vt__nvtx_event) == sizeof(nvtxEventAttributes_t), "an event");
_Static_assert(offsetof(struct vt__nvtx_event, message_type) ==
		       offsetof(nvtxEventAttributes_t, messageType),
	       "its message's type");
_Static_assert(offsetof(struct vt__nvtx_event, text) == offsetof(nvtxEventAttributes_t, message),
	       "its message");
_Static_assert(VT__NVTX_ASCII == (int)NVTX_MESSAGE_TYPE_ASCII, "text");
_Static_assert(VT__NVTX_REGISTERED == (int)NVTX_MESSAGE_TYPE_REGISTERED, "a registered string");
_Static_assert(VT__NVTX_NO_TRACKING == NVTX_NO_PUSH_POP_TRACKING, "no tracking");

#define STEPS 60

static volatile int steps = STEPS;
static void *held[STEPS];

static FRAME void keep(int i)
{
	CALL(cudaMalloc(&held[i], 64 * KIB));
}

static nvtxEventAttributes_t event_of(const char *text)
{
	nvtxEventAttributes_t event = {
		.version = NVTX_VERSION,
		.size = NVTX_EVENT_ATTRIB_STRUCT_SIZE,
		.messageType = NVTX_MESSAGE_TYPE_ASCII,
		.message = {.ascii = text},
	};

	return event;
}

static nvtxDomainHandle_t domain;
static nvtxStringHandle_t registered;

static void push(void)
{
	const int level = nvtxRangePushA("step");

	nvtxRangePushA("inner");
	MUST(level == NVTX_NO_PUSH_POP_TRACKING);
	nvtxRangePop();
	nvtxRangePop();
}

static void push_event(void)
{
	const nvtxEventAttributes_t event = event_of("step");

	MUST(nvtxRangePushEx(&event) == NVTX_NO_PUSH_POP_TRACKING);
	nvtxRangePop();
}

static void range(void)
{
	const nvtxRangeId_t id = nvtxRangeStartA("step");

	MUST(id == 0);
	nvtxRangeEnd(id);
}

static void range_event(void)
{
	const nvtxEventAttributes_t event = event_of("step");

	nvtxRangeEnd(nvtxRangeStartEx(&event));
}

static void mark_text(void)
{
	nvtxMarkA("other");
	nvtxMarkA("step");
}

static void mark_event(void)
{
	const nvtxEventAttributes_t event = event_of("step");

	nvtxMarkEx(&event);
}

static void domain_mark(void)
{
	const nvtxEventAttributes_t event = event_of("step");

	nvtxDomainMarkEx(domain, &event);
}

static void domain_range(void)
{
	const nvtxEventAttributes_t event = event_of("step");

	nvtxDomainRangeEnd(domain, nvtxDomainRangeStartEx(domain, &event));
}

/* As the Python package nvtx does. */
static void domain_registered(void)
{
	nvtxEventAttributes_t event = event_of(NULL);

	event.messageType = NVTX_MESSAGE_TYPE_REGISTERED;
	event.message.registered = registered;
	nvtxDomainRangePushEx(domain, &event);
	nvtxDomainRangePop(domain);
}

static const struct {
	const char *name;
	void (*step)(void);
} ways[] = {
	{"push", push},
	{"push_event", push_event},
	{"range", range},
	{"range_event", range_event},
	{"mark_text", mark_text},
	{"mark_event", mark_event},
	{"domain_mark", domain_mark},
	{"domain_range", domain_range},
	{"domain_registered", domain_registered},
};

static void loop(void (*step)(void))
{
	void *weights;

	domain = nvtxDomainCreateA("training");
	registered = nvtxDomainRegisterStringA(domain, "step");
	CALL(cudaMalloc(&weights, MIB));
	for (int i = 0; i < steps; i++) {
		step();
		keep(i);
	}
	for (int i = 0; i < steps; i++)
		CALL(cudaFree(held[i]));
	CALL(cudaFree(weights));
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(argv[1], ways[i].name) != 0)
			continue;
		loop(ways[i].step);
		puts("looped");
		return 0;
	}
	return 98;
}
#else
int main(void)
{
	return 77; /* this toolkit has no NVTX 3 */
}
#endif
