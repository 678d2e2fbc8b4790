/* Streams that functions of the program hold up, and waiting for them. */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "simulate/driver/memory/pool.h"

#define PAUSE_US 200

void vt__stream_hold_up(CUstream stream)
{
	if (!stream->held_up++)
		stream->held_up_at = vt__next_id();
}

static bool is_stream(CUstream stream, unsigned long long id)
{
	return vt__object_live(stream, VT_STREAM) && stream->id == id;
}

void vt__stream_go_on(CUstream stream, unsigned long long id)
{
	bool live = is_stream(stream, id);

	if (live && --stream->held_up)
		return;
	vt__pools_reached(id);
	if (!live)
		vt__pools_settle(id, vt__next_id());
}

bool vt__stream_is_behind(CUstream stream, unsigned long long number)
{
	return stream->held_up && stream->held_up_at < number;
}

bool vt__stream_wait(CUstream stream, unsigned long long number)
{
	const unsigned long long id = stream->id;

	while (is_stream(stream, id) && vt__stream_is_behind(stream, number)) {
		vt__leave();
		usleep(PAUSE_US);
		vt__reenter();
	}
	return is_stream(stream, id);
}

void vt__stream_settle(CUstream stream, unsigned long long number)
{
	vt__pools_settle(stream->id, number);
	for (const struct vt__awaited *at = stream->awaited; at; at = at->next)
		vt__pools_settle(at->stream, at->number);
}

/* Without memory for it less is given back. */
static void await(CUstream stream, unsigned long long id, unsigned long long number)
{
	struct vt__awaited *at = stream->awaited;

	if (id == stream->id)
		return;
	while (at && at->stream != id)
		at = at->next;
	if (!at) {
		at = calloc(1, sizeof(*at));
		if (!at)
			return;
		at->next = stream->awaited;
		at->stream = id;
		stream->awaited = at;
	}
	if (at->number < number)
		at->number = number;
}

void vt__stream_await(CUstream stream, CUstream other, unsigned long long id,
		      unsigned long long number)
{
	await(stream, id, number);
	if (!other || other == stream)
		return;
	for (const struct vt__awaited *at = other->awaited; at; at = at->next)
		await(stream, at->stream, at->number < number ? at->number : number);
}

static void forget_awaited(CUstream stream)
{
	while (stream->awaited) {
		struct vt__awaited *next = stream->awaited->next;

		free(stream->awaited);
		stream->awaited = next;
	}
}

void vt__stream_end(CUstream stream)
{
	const unsigned long long id = stream->id;
	bool behind = stream->held_up;

	forget_awaited(stream);
	if (stream->used)
		stream->object.context->taken.streams--;
	vt__object_destroy(&stream->object);
	if (!behind)
		vt__pools_settle(id, vt__next_id());
}

/* One that is behind, or NULL. */
static CUstream one_behind(CUcontext context, unsigned long long number)
{
	struct vt__object *object = vt__object_from(0);

	while (object && !(object->kind == VT_STREAM && object->context == context &&
			   vt__stream_is_behind((CUstream)object, number)))
		object = vt__object_from(object->node.key + 1);
	return (CUstream)object;
}

void vt__streams_wait(CUcontext context)
{
	const unsigned long long now = vt__next_id();
	CUstream stream;

	while ((stream = one_behind(context, now)) != NULL)
		(void)vt__stream_wait(stream, now);
}
