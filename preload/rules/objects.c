/*
 * What the calls mean that make and end objects which hold memory without
 * telling its size: code, streams, events, descriptors. They are counted, with
 * 0 bytes, and found by their handle.
 */
#include "config.h"

#include "preload/rules/call.h"

#define MAKES(symbol, kind, handle)                                                                \
	VT__RULES_ALLOCATES(symbol, OBJECT, kind, (uint64_t)(handle), 0, 0)
#define ENDS(symbol, handle) VT__RULES_FREES(symbol, OBJECT, (uint64_t)(handle))

MAKES(cuModuleLoad, MODULE, (uintptr_t)*p->module);
MAKES(cuModuleLoadData, MODULE, (uintptr_t)*p->module);
MAKES(cuModuleLoadDataEx, MODULE, (uintptr_t)*p->module);
MAKES(cuModuleLoadFatBinary, MODULE, (uintptr_t)*p->module);
ENDS(cuModuleUnload, (uintptr_t)p->hmod);
MAKES(cuLibraryLoadData, LIBRARY, (uintptr_t)*p->library);
MAKES(cuLibraryLoadFromFile, LIBRARY, (uintptr_t)*p->library);
ENDS(cuLibraryUnload, (uintptr_t)p->library);

MAKES(cuStreamCreate, STREAM, (uintptr_t)*p->phStream);
MAKES(cuStreamCreateWithPriority, STREAM, (uintptr_t)*p->phStream);
MAKES(cuGreenCtxStreamCreate, STREAM, (uintptr_t)*p->phStream);
ENDS(cuStreamDestroy, (uintptr_t)p->hStream);
ENDS(cuStreamDestroy_v2, (uintptr_t)p->hStream);
MAKES(cuEventCreate, EVENT, (uintptr_t)*p->phEvent);
MAKES(cuIpcOpenEventHandle, EVENT, (uintptr_t)*p->phEvent);
ENDS(cuEventDestroy, (uintptr_t)p->hEvent);
ENDS(cuEventDestroy_v2, (uintptr_t)p->hEvent);

/* Textures and surfaces are numbered from small numbers, each by itself: told
 * apart here from each other and from handles, which are addresses. */
#define TEXTURE_HANDLE(number) ((number) | 1ull << 62)
#define SURFACE_HANDLE(number) ((number) | 1ull << 63)

MAKES(cuTexObjectCreate, TEXTURE, TEXTURE_HANDLE(*p->pTexObject));
ENDS(cuTexObjectDestroy, TEXTURE_HANDLE(p->texObject));
MAKES(cuSurfObjectCreate, SURFACE, SURFACE_HANDLE(*p->pSurfObject));
ENDS(cuSurfObjectDestroy, SURFACE_HANDLE(p->surfObject));
