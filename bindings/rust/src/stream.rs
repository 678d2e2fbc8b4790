//! A CUDA stream, as other crates made it.

use std::os::raw::c_void;

use crate::ffi;

/// A handle of a CUDA stream. This crate makes none: it takes `cudaStream_t` and
/// `CUstream` of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stream(ffi::vt_stream);

// SAFETY: CUDA takes stream handles from any thread.
unsafe impl Send for Stream {}
unsafe impl Sync for Stream {}

impl Stream {
    /// The legacy default stream.
    pub const DEFAULT: Stream = Stream(std::ptr::null_mut());

    /// A stream of CUDA.
    ///
    /// # Safety
    /// The stream lives until every buffer that was given it is dropped or has another one.
    pub const unsafe fn from_raw(handle: *mut c_void) -> Stream {
        Stream(handle as ffi::vt_stream)
    }

    /// The handle.
    pub const fn as_raw(self) -> *mut c_void {
        self.0 as *mut c_void
    }

    pub(crate) fn handle(self) -> ffi::vt_stream {
        self.0
    }

    pub(crate) fn from_handle(handle: ffi::vt_stream) -> Stream {
        Stream(handle)
    }
}

impl Default for Stream {
    fn default() -> Stream {
        Stream::DEFAULT
    }
}
