/* Prints the layout of every struct that the Rust crate declares by hand, a field a line. */
#include <stddef.h>
#include <stdio.h>

#include <vramtrack/vramtrack.h>

#define SIZE(type) printf(#type " %zu\n", sizeof(type))
#define FIELD(type, field) printf(#type "." #field " %zu\n", offsetof(type, field))

static void buffers(void)
{
	SIZE(vt_buffer_options);
	FIELD(vt_buffer_options, struct_size);
	FIELD(vt_buffer_options, alignment);
	FIELD(vt_buffer_options, capacity);
	FIELD(vt_buffer_options, source);
	FIELD(vt_buffer_options, tracker);
	FIELD(vt_buffer_options, label);
	FIELD(vt_buffer_options, stream);
	FIELD(vt_buffer_options, device);
	FIELD(vt_buffer_options, purpose);
	FIELD(vt_buffer_options, flags);
	FIELD(vt_buffer_options, reserved);
	SIZE(vt_error_detail);
	FIELD(vt_error_detail, status);
	FIELD(vt_error_detail, cuda_error);
	FIELD(vt_error_detail, device);
	FIELD(vt_error_detail, requested_bytes);
	FIELD(vt_error_detail, free_bytes);
	FIELD(vt_error_detail, total_bytes);
	FIELD(vt_error_detail, text);
}

static void sources(void)
{
	SIZE(vt_pool_options);
	FIELD(vt_pool_options, struct_size);
	FIELD(vt_pool_options, device);
	FIELD(vt_pool_options, reserved);
	FIELD(vt_pool_options, initial_bytes);
	FIELD(vt_pool_options, release_threshold);
	FIELD(vt_pool_options, most_bytes);
	SIZE(vt_growable_options);
	FIELD(vt_growable_options, struct_size);
	FIELD(vt_growable_options, capacity);
}

static void trackers(void)
{
	SIZE(vt_breakdown);
	FIELD(vt_breakdown, purpose);
	FIELD(vt_breakdown, bytes);
	FIELD(vt_breakdown, count);
	FIELD(vt_breakdown, peak_bytes);
	SIZE(vt_live_allocation);
	FIELD(vt_live_allocation, address);
	FIELD(vt_live_allocation, bytes);
	FIELD(vt_live_allocation, purpose);
	FIELD(vt_live_allocation, device);
	FIELD(vt_live_allocation, label);
	FIELD(vt_live_allocation, frames);
	FIELD(vt_live_allocation, frame_count);
	SIZE(vt_mark_result);
	FIELD(vt_mark_result, change_bytes);
	FIELD(vt_mark_result, change_count);
	FIELD(vt_mark_result, peak_bytes);
	FIELD(vt_mark_result, allocations);
	FIELD(vt_mark_result, frees);
	SIZE(vt_scope);
	FIELD(vt_scope, label);
	FIELD(vt_scope, purpose);
	FIELD(vt_scope, open);
}

int main(void)
{
	buffers();
	sources();
	trackers();
	SIZE(vt_event);
	FIELD(vt_event, struct_size);
	FIELD(vt_event, kind);
	FIELD(vt_event, status);
	FIELD(vt_event, actor);
	FIELD(vt_event, action);
	FIELD(vt_event, target);
	FIELD(vt_event, device);
	FIELD(vt_event, error_kind);
	FIELD(vt_event, human);
	FIELD(vt_event, label);
	FIELD(vt_event, purpose);
	FIELD(vt_event, device_ordinal);
	FIELD(vt_event, bytes);
	return 0;
}
