//! The C interface as the C headers declare it: `<vramtrack/vramtrack.h>`.
//!
//! Names and meanings are those of the headers. Enums of C are `u32` here,
//! since a newer library may give a number that this crate does not know.
#![allow(missing_docs, non_camel_case_types)]

use std::os::raw::{c_char, c_int, c_uint, c_void};

/// A type that only the library looks into.
macro_rules! opaque {
    ($($name:ident)*) => {$(
        #[repr(C)]
        pub struct $name {
            private: [u8; 0],
            neither_send_nor_sync: std::marker::PhantomData<(*mut u8, std::marker::PhantomPinned)>,
        }
    )*};
}
opaque! { vt_buffer vt_tracker vt_source CUstream_st }

pub type vt_status = u32;
pub type vt_purpose = u32;
pub type vt_memory_kind = u32;
pub type vt_event_kind = u32;
pub type vt_stream = *mut CUstream_st;

pub const VT_OK: vt_status = 0;
pub const VT_ERROR_INVALID_ARGUMENT: vt_status = 1;
pub const VT_ERROR_OUT_OF_HOST_MEMORY: vt_status = 3;
pub const VT_BUFFER_ZEROED: u32 = 1;
pub const VT_PURPOSE_COUNT: usize = 4;

#[repr(C)]
pub struct vt_error_detail {
    pub status: vt_status,
    pub cuda_error: c_int,
    pub device: c_int,
    pub requested_bytes: u64,
    pub free_bytes: u64,
    pub total_bytes: u64,
    pub text: [c_char; 512],
}

#[repr(C)]
pub struct vt_buffer_options {
    pub struct_size: usize,
    pub alignment: usize,
    pub capacity: usize,
    pub source: *mut vt_source,
    pub tracker: *mut vt_tracker,
    pub label: *const c_char,
    pub stream: vt_stream,
    pub device: c_int,
    pub purpose: vt_purpose,
    pub flags: u32,
    pub reserved: u32,
}

#[repr(C)]
pub struct vt_pool_options {
    pub struct_size: usize,
    pub device: c_int,
    pub reserved: u32,
    pub initial_bytes: usize,
    pub release_threshold: u64,
    pub most_bytes: usize,
}

#[repr(C)]
pub struct vt_growable_options {
    pub struct_size: usize,
    pub capacity: usize,
}

#[repr(C)]
pub struct vt_breakdown {
    pub purpose: vt_purpose,
    pub bytes: usize,
    pub count: usize,
    pub peak_bytes: usize,
}

#[repr(C)]
pub struct vt_live_allocation {
    pub address: *const c_void,
    pub bytes: usize,
    pub purpose: vt_purpose,
    pub device: c_int,
    pub label: *const c_char,
    pub frames: *const *const c_void,
    pub frame_count: usize,
}

#[repr(C)]
#[derive(Default)]
pub struct vt_mark_result {
    pub change_bytes: i64,
    pub change_count: i64,
    pub peak_bytes: usize,
    pub allocations: usize,
    pub frees: usize,
}

#[repr(C)]
pub struct vt_scope {
    pub label: *const c_char,
    pub purpose: vt_purpose,
    pub open: c_int,
}

#[repr(C)]
pub struct vt_event {
    pub struct_size: usize,
    pub kind: vt_event_kind,
    pub status: vt_status,
    pub actor: *const c_char,
    pub action: *const c_char,
    pub target: *const c_char,
    pub device: *const c_char,
    pub error_kind: *const c_char,
    pub human: *const c_char,
    pub label: *const c_char,
    pub purpose: vt_purpose,
    pub device_ordinal: c_int,
    pub bytes: u64,
}

pub type vt_narrator = Option<unsafe extern "C" fn(event: *const vt_event, closure: *mut c_void)>;
pub type vt_over_budget = Option<
    unsafe extern "C" fn(
        closure: *mut c_void,
        tracker: *mut vt_tracker,
        requested: usize,
        limit: usize,
    ) -> c_int,
>;
pub type vt_make_room = Option<
    unsafe extern "C" fn(
        closure: *mut c_void,
        bytes: usize,
        device: c_int,
        attempt: c_uint,
    ) -> c_int,
>;
pub type vt_each_live = Option<
    unsafe extern "C" fn(allocation: *const vt_live_allocation, closure: *mut c_void) -> c_int,
>;

extern "C" {
    // status.h
    pub fn vt_status_name(status: vt_status) -> *const c_char;
    pub fn vt_status_string(status: vt_status) -> *const c_char;
    pub fn vt_last_error() -> *const vt_error_detail;

    // purpose.h
    pub fn vt_purpose_name(purpose: vt_purpose) -> *const c_char;
    pub fn vt_purpose_words(purpose: vt_purpose) -> *const c_char;

    // buffer.h
    pub fn vt_buffer_create(
        out: *mut *mut vt_buffer,
        bytes: usize,
        options: *const vt_buffer_options,
    ) -> vt_status;
    pub fn vt_buffer_destroy(buffer: *mut vt_buffer);
    pub fn vt_buffer_release(buffer: *mut vt_buffer, out: *mut *mut c_void) -> vt_status;
    pub fn vt_buffer_adopt(
        out: *mut *mut vt_buffer,
        base: *mut c_void,
        bytes: usize,
        options: *const vt_buffer_options,
    ) -> vt_status;
    pub fn vt_buffer_duplicate(
        out: *mut *mut vt_buffer,
        buffer: *const vt_buffer,
        stream: vt_stream,
    ) -> vt_status;
    pub fn vt_buffer_get(buffer: *const vt_buffer) -> *mut c_void;
    pub fn vt_buffer_size(buffer: *const vt_buffer) -> usize;
    pub fn vt_buffer_capacity(buffer: *const vt_buffer) -> usize;
    pub fn vt_buffer_alignment(buffer: *const vt_buffer) -> usize;
    pub fn vt_buffer_is_allocated(buffer: *const vt_buffer) -> bool;
    pub fn vt_buffer_device(buffer: *const vt_buffer) -> c_int;
    pub fn vt_buffer_purpose(buffer: *const vt_buffer) -> vt_purpose;
    pub fn vt_buffer_label(buffer: *const vt_buffer) -> *const c_char;
    pub fn vt_buffer_stream(buffer: *const vt_buffer) -> vt_stream;
    pub fn vt_buffer_set_stream(buffer: *mut vt_buffer, stream: vt_stream) -> vt_status;
    pub fn vt_buffer_copy_from_host(
        buffer: *mut vt_buffer,
        offset: usize,
        host: *const c_void,
        bytes: usize,
    ) -> vt_status;
    pub fn vt_buffer_copy_to_host(
        buffer: *const vt_buffer,
        offset: usize,
        host: *mut c_void,
        bytes: usize,
    ) -> vt_status;
    pub fn vt_buffer_copy(
        to: *mut vt_buffer,
        to_offset: usize,
        from: *const vt_buffer,
        from_offset: usize,
        bytes: usize,
    ) -> vt_status;
    pub fn vt_buffer_zero(buffer: *mut vt_buffer) -> vt_status;
    pub fn vt_buffer_fill(
        buffer: *mut vt_buffer,
        offset: usize,
        value: c_int,
        bytes: usize,
    ) -> vt_status;
    pub fn vt_buffer_copy_from_host_async(
        buffer: *mut vt_buffer,
        offset: usize,
        host: *const c_void,
        bytes: usize,
        stream: vt_stream,
    ) -> vt_status;
    pub fn vt_buffer_copy_to_host_async(
        buffer: *const vt_buffer,
        offset: usize,
        host: *mut c_void,
        bytes: usize,
        stream: vt_stream,
    ) -> vt_status;
    pub fn vt_buffer_copy_async(
        to: *mut vt_buffer,
        to_offset: usize,
        from: *const vt_buffer,
        from_offset: usize,
        bytes: usize,
        stream: vt_stream,
    ) -> vt_status;
    pub fn vt_buffer_fill_async(
        buffer: *mut vt_buffer,
        offset: usize,
        value: c_int,
        bytes: usize,
        stream: vt_stream,
    ) -> vt_status;
    pub fn vt_buffer_resize(buffer: *mut vt_buffer, bytes: usize, stream: vt_stream) -> vt_status;
    pub fn vt_buffer_reserve(
        buffer: *mut vt_buffer,
        capacity: usize,
        stream: vt_stream,
    ) -> vt_status;
    pub fn vt_buffer_shrink_to_fit(buffer: *mut vt_buffer, stream: vt_stream) -> vt_status;
    pub fn vt_buffer_create_array(
        out: *mut *mut vt_buffer,
        count: usize,
        element_bytes: usize,
        options: *const vt_buffer_options,
    ) -> vt_status;

    // memory_source.h
    pub fn vt_source_retain(source: *mut vt_source) -> *mut vt_source;
    pub fn vt_source_release(source: *mut vt_source);
    pub fn vt_source_name(source: *const vt_source) -> *const c_char;
    pub fn vt_source_kind(source: *const vt_source) -> vt_memory_kind;
    pub fn vt_source_create_managed(out: *mut *mut vt_source) -> vt_status;
    pub fn vt_source_create_pinned(out: *mut *mut vt_source) -> vt_status;
    pub fn vt_source_create_pool(
        out: *mut *mut vt_source,
        options: *const vt_pool_options,
    ) -> vt_status;
    pub fn vt_source_create_growable(
        out: *mut *mut vt_source,
        options: *const vt_growable_options,
    ) -> vt_status;
    pub fn vt_source_create_limit(
        out: *mut *mut vt_source,
        below: *mut vt_source,
        bytes: usize,
    ) -> vt_status;
    pub fn vt_source_limit_used(limit: *const vt_source) -> usize;
    pub fn vt_source_create_retry(
        out: *mut *mut vt_source,
        below: *mut vt_source,
        make_room: vt_make_room,
        closure: *mut c_void,
        most_tries: c_uint,
    ) -> vt_status;
    pub fn vt_source_create_failing(
        out: *mut *mut vt_source,
        below: *mut vt_source,
        nth: u64,
        count: u64,
        status: vt_status,
    ) -> vt_status;

    // tracker.h
    pub fn vt_tracker_create(out: *mut *mut vt_tracker) -> vt_status;
    pub fn vt_tracker_destroy(tracker: *mut vt_tracker);
    pub fn vt_tracker_record(
        tracker: *mut vt_tracker,
        address: *const c_void,
        bytes: usize,
        purpose: vt_purpose,
        label: *const c_char,
        device: c_int,
    ) -> vt_status;
    pub fn vt_tracker_unrecord(tracker: *mut vt_tracker, address: *const c_void) -> vt_status;
    pub fn vt_tracker_total(tracker: *const vt_tracker) -> usize;
    pub fn vt_tracker_count(tracker: *const vt_tracker) -> usize;
    pub fn vt_tracker_peak(tracker: *const vt_tracker) -> usize;
    pub fn vt_tracker_total_by_purpose(tracker: *const vt_tracker, purpose: vt_purpose) -> usize;
    pub fn vt_tracker_count_by_purpose(tracker: *const vt_tracker, purpose: vt_purpose) -> usize;
    pub fn vt_tracker_total_by_device(tracker: *const vt_tracker, device: c_int) -> usize;
    pub fn vt_tracker_total_by_label(tracker: *const vt_tracker, label: *const c_char) -> usize;
    pub fn vt_tracker_peak_by_purpose(tracker: *const vt_tracker, purpose: vt_purpose) -> usize;
    pub fn vt_tracker_breakdown(tracker: *const vt_tracker, out: *mut vt_breakdown) -> usize;
    pub fn vt_tracker_each_live(
        tracker: *const vt_tracker,
        each: vt_each_live,
        closure: *mut c_void,
    ) -> c_int;
    pub fn vt_tracker_usage_report(tracker: *const vt_tracker) -> *mut c_char;
    pub fn vt_tracker_report_json(tracker: *const vt_tracker) -> *mut c_char;
    pub fn vt_tracker_report_text(tracker: *const vt_tracker) -> *mut c_char;
    pub fn vt_free(text: *mut c_void);
    pub fn vt_tracker_verify_residency(tracker: *const vt_tracker) -> vt_status;
    pub fn vt_verify_residency(address: *const c_void) -> vt_status;
    pub fn vt_tracker_set_budget(
        tracker: *mut vt_tracker,
        bytes: usize,
        callback: vt_over_budget,
        closure: *mut c_void,
    );
    pub fn vt_tracker_push_mark(tracker: *mut vt_tracker) -> vt_status;
    pub fn vt_tracker_pop_mark(tracker: *mut vt_tracker, out: *mut vt_mark_result) -> vt_status;
    pub fn vt_tracker_push_thread_mark(tracker: *mut vt_tracker) -> vt_status;
    pub fn vt_tracker_pop_thread_mark(
        tracker: *mut vt_tracker,
        out: *mut vt_mark_result,
    ) -> vt_status;
    pub fn vt_report_leaks() -> usize;

    // mark.h
    pub fn vt_mark(name: *const c_char);

    // scope.h
    pub fn vt_scope_begin(scope: *mut vt_scope, purpose: vt_purpose, label: *const c_char);
    pub fn vt_scope_end(scope: *mut vt_scope);
    pub fn vt_scope_purpose() -> vt_purpose;
    pub fn vt_scope_label() -> *const c_char;

    // narration.h
    pub fn vt_set_narrator(narrator: vt_narrator, closure: *mut c_void);
    pub fn vt_narrate_json_lines(event: *const vt_event, closure: *mut c_void);
}
