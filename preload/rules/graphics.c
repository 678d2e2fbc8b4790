/*
 * What the calls mean that register a resource of a graphics API. Its memory
 * is the other API's, and no function tells its size: counted, with 0 bytes,
 * until it is unregistered. Mapping one gives an address for a while and takes
 * nothing. Contexts made for OpenGL or VDPAU: contexts.c.
 */
#include "config.h"

#include "preload/rules/call.h"

#define REGISTERS(symbol)                                                                          \
	VT__RULES_ALLOCATES(symbol, OBJECT, GRAPHICS, (uintptr_t)*p->pCudaResource, 0, 0)

REGISTERS(cuGraphicsGLRegisterBuffer);
REGISTERS(cuGraphicsGLRegisterImage);
REGISTERS(cuGraphicsEGLRegisterImage);
REGISTERS(cuGraphicsVDPAURegisterVideoSurface);
REGISTERS(cuGraphicsVDPAURegisterOutputSurface);
VT__RULES_FREES(cuGraphicsUnregisterResource, OBJECT, (uintptr_t)p->resource);

/* The old calls know a buffer by OpenGL's small number: told apart here from
 * handles, which are addresses, and from textures and surfaces (objects.c). */
#define BUFFER_HANDLE(number) ((uint64_t)(number) | 1ull << 61)

VT__RULES_ALLOCATES(cuGLRegisterBufferObject, OBJECT, GRAPHICS, BUFFER_HANDLE(p->buffer), 0, 0);
VT__RULES_FREES(cuGLUnregisterBufferObject, OBJECT, BUFFER_HANDLE(p->buffer));

VT__RULES_ALLOCATES(cuEventCreateFromEGLSync, OBJECT, EVENT, (uintptr_t)*p->phEvent, 0, 0);
