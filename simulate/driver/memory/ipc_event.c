/* Legacy IPC: events opened by other processes. Work is done at once: they are never pending. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "simulate/driver/event.h"
#include "simulate/driver/memory/memory_file.h"

_Static_assert(sizeof(struct vt__memory_name) <= CU_IPC_HANDLE_SIZE, "handle of an event");

/* A file stands for the event: when the event is gone its handle opens nothing. */
static CUresult name_event(CUevent event, struct vt__memory_name *name)
{
	struct vt__memory_name made = {.size = 1, .id = vt__next_id()};

	if (event->file < 0)
		event->file = vt__memory_file_create(VT_FILE_EVENT, 0, (size_t)made.size);
	if (event->file < 0 || vt__memory_name_make(VT_NAME_EVENT, event->file, &made))
		return CUDA_ERROR_OUT_OF_MEMORY;
	*name = made;
	return CUDA_SUCCESS;
}

CUresult cuIpcGetEventHandle(CUipcEventHandle *pHandle, CUevent event)
{
	struct vt__memory_name name;
	CUcontext context;
	CUresult result = pHandle ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__object_live(event, VT_EVENT) || !(event->flags & CU_EVENT_INTERPROCESS))
		result = CUDA_ERROR_INVALID_HANDLE;
	else
		result = name_event(event, &name);
	if (result == CUDA_SUCCESS) {
		memset(pHandle, 0, sizeof(*pHandle));
		memcpy(pHandle, &name, sizeof(name));
	}
	vt__leave();
	return result;
}

static CUresult open_event(const CUipcEventHandle *handle, CUcontext context, CUevent *event)
{
	struct vt__memory_name name;
	int file = vt__memory_name_open(handle, VT_NAME_EVENT, &name);

	if (file < 0)
		return CUDA_ERROR_INVALID_VALUE;
	close(file);
	if (name.process == (int32_t)getpid())
		return CUDA_ERROR_INVALID_CONTEXT;
	*event = vt__event_create(CU_EVENT_DISABLE_TIMING, context);
	return *event ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult cuIpcOpenEventHandle(CUevent *phEvent, CUipcEventHandle handle)
{
	CUcontext context;
	CUevent event;
	CUresult result = phEvent ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = open_event(&handle, context, &event);
	if (result == CUDA_SUCCESS)
		*phEvent = event;
	vt__leave();
	return result;
}
