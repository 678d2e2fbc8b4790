//! The structs in `ffi` are those of the C headers.
//!
//! The table is what `layout.c` prints. Where `VRAMTRACK_LAYOUT` names a file
//! with the output of `layout.c` as compiled here, that is compared, too.

use std::fmt::Write;
use std::mem::{align_of, size_of, MaybeUninit};
use std::ptr::addr_of;

use vramtrack::ffi::*;

macro_rules! layout {
    ($($name:ident { $($field:ident)* })*) => {{
        let mut lines = String::new();
        $(
            writeln!(lines, "{} {}", stringify!($name), size_of::<$name>()).unwrap();
            let whole = MaybeUninit::<$name>::uninit();
            let start = whole.as_ptr();
            $(
                // SAFETY: the address alone is taken, within the struct.
                let offset = unsafe { addr_of!((*start).$field) as usize } - start as usize;
                writeln!(lines, "{}.{} {offset}", stringify!($name), stringify!($field)).unwrap();
            )*
        )*
        lines
    }};
}

fn declared() -> String {
    layout! {
        vt_buffer_options {
            struct_size alignment capacity source tracker label stream device purpose flags
            reserved
        }
        vt_error_detail {
            status cuda_error device requested_bytes free_bytes total_bytes text
        }
        vt_pool_options {
            struct_size device reserved initial_bytes release_threshold most_bytes
        }
        vt_growable_options { struct_size capacity }
        vt_breakdown { purpose bytes count peak_bytes }
        vt_live_allocation { address bytes purpose device label frames frame_count }
        vt_mark_result { change_bytes change_count peak_bytes allocations frees }
        vt_scope { label purpose open }
        vt_event {
            struct_size kind status actor action target device error_kind human label purpose
            device_ordinal bytes
        }
    }
}

#[test]
fn structs_have_the_sizes_of_x86_64() {
    assert_eq!(size_of::<vt_buffer_options>(), 72);
    assert_eq!(size_of::<vt_error_detail>(), 552);
    assert_eq!(size_of::<vt_pool_options>(), 40);
    assert_eq!(size_of::<vt_growable_options>(), 16);
    assert_eq!(size_of::<vt_breakdown>(), 32);
    assert_eq!(size_of::<vt_live_allocation>(), 48);
    assert_eq!(size_of::<vt_mark_result>(), 40);
    assert_eq!(size_of::<vt_scope>(), 16);
    assert_eq!(size_of::<vt_event>(), 88);
    assert_eq!(align_of::<vt_event>(), 8);
}

#[test]
fn structs_are_those_of_the_headers() {
    let lines = declared();
    assert_eq!(lines.lines().count(), 67);
    if let Some(path) = std::env::var_os("VRAMTRACK_LAYOUT") {
        assert_eq!(lines, std::fs::read_to_string(path).unwrap());
    }
}
