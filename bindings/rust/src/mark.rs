//! Marks: moments that come again and again, as the steps of a loop.

use std::ffi::CString;

use crate::ffi;

/// A mark, for the shim if it is loaded: a call site whose memory rises from mark to
/// mark is reported as growth. Growth follows one name: the first, or that of the
/// shim's option `growth=mark:NAME`. A name ends at its first NUL.
///
/// The [`Mark`](crate::Mark)s of a tracker are something else: they measure a stretch
/// of the program by itself.
pub fn mark(name: &str) {
    let name = name.split('\0').next().unwrap_or_default();
    if let Ok(name) = CString::new(name) {
        // SAFETY: a text with its NUL, which is copied.
        unsafe { ffi::vt_mark(name.as_ptr()) };
    }
}
