/*
 * Resources of OpenGL, EGL and VDPAU that are registered with CUDA, on a driver
 * that has just that (graphics_driver.c). A case makes one by each function and
 * ends all, or, as `CASE kept`, all but the first; it prints how many it made.
 */
#include "graphics_api.h"
#include "hazard.h"

static char thing; /* an image, a fence or a function of the other API */
static int made;

static int first_to_go(char **arguments)
{
	printf("%d\n", made);
	return arguments[0] && strcmp(arguments[0], "kept") == 0;
}

static int resource(char **arguments)
{
	CUgraphicsResource resources[5];

	CALL(cuInit(0));
	CALL(cuGraphicsGLRegisterBuffer(&resources[made++], 1, 0));
	CALL(cuGraphicsGLRegisterImage(&resources[made++], 1, 0x0de1, 0));
	CALL(cuGraphicsEGLRegisterImage(&resources[made++], &thing, 0));
	CALL(cuGraphicsVDPAURegisterVideoSurface(&resources[made++], 1, 0));
	CALL(cuGraphicsVDPAURegisterOutputSurface(&resources[made++], 1, 0));
	MUST(cuGraphicsGLRegisterBuffer(&resources[0], 0, 0) != CUDA_SUCCESS);
	for (int i = first_to_go(arguments); i < made; i++)
		CALL(cuGraphicsUnregisterResource(resources[i]));
	return 0;
}

/* Known by the number of the buffer. */
static int buffer(char **arguments)
{
	CALL(cuInit(0));
	while (made < 3)
		CALL(cuGLRegisterBufferObject((unsigned)++made));
	for (int i = first_to_go(arguments); i < made; i++)
		CALL(cuGLUnregisterBufferObject((unsigned)i + 1));
	return 0;
}

static int context(char **arguments)
{
	CUcontext contexts[2];

	CALL(cuInit(0));
	CALL(cuGLCtxCreate_v2(&contexts[made++], 0, 0));
	CALL(cuVDPAUCtxCreate_v2(&contexts[made++], 0, 0, 1, &thing));
	for (int i = first_to_go(arguments); i < made; i++)
		CALL(cuCtxDestroy_v2(contexts[i]));
	return 0;
}

static int event(char **arguments)
{
	CUevent events[2];

	CALL(cuInit(0));
	while (made < 2)
		CALL(cuEventCreateFromEGLSync(&events[made++], &thing, 0));
	for (int i = first_to_go(arguments); i < made; i++)
		CALL(cuEventDestroy_v2(events[i]));
	return 0;
}

static int twice(char **arguments)
{
	CUgraphicsResource own;

	(void)arguments;
	CALL(cuInit(0));
	CALL(cuGraphicsGLRegisterBuffer(&own, 1, 0));
	CALL(cuGraphicsUnregisterResource(own));
	MUST(cuGraphicsUnregisterResource(own) != CUDA_SUCCESS);
	return 0;
}

static const struct hazard_case cases[] = {
	{"resource", resource}, {"buffer", buffer}, {"context", context},
	{"event", event},       {"twice", twice},
};

HAZARD_MAIN(cases)
