//! What can go wrong, and what is known about it.

use std::borrow::Cow;
use std::ffi::{CStr, CString};
use std::fmt;
use std::os::raw::{c_char, c_int};

use crate::ffi;

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One row for each status of the library: `Variant = number, "documentation"`.
macro_rules! kinds {
    ($($kind:ident = $number:literal, $meaning:literal;)*) => {
        /// What kind of failure it was. A newer library may know more.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $(#[doc = $meaning] $kind,)*
            /// A status that this version of the crate does not know.
            Unrecognized(u32),
        }

        impl ErrorKind {
            /// `None` for `VT_OK`.
            pub(crate) fn from_status(status: ffi::vt_status) -> Option<ErrorKind> {
                match status {
                    ffi::VT_OK => None,
                    $($number => Some(ErrorKind::$kind),)*
                    number => Some(ErrorKind::Unrecognized(number)),
                }
            }

            /// The number of the `vt_status`.
            pub fn status(self) -> u32 {
                match self {
                    $(ErrorKind::$kind => $number,)*
                    ErrorKind::Unrecognized(number) => number,
                }
            }
        }

        #[cfg(test)]
        const KINDS: &[ErrorKind] = &[$(ErrorKind::$kind,)*];
    };
}

kinds! {
    InvalidArgument = 1, "An argument is not acceptable.";
    OutOfMemory = 2, "Not enough device memory.";
    OutOfHostMemory = 3, "Not enough host memory.";
    Budget = 4, "The tracker's budget or a source's limit would be exceeded.";
    DeviceFault = 5, "An earlier fault of the device, not this call's: the context is lost.";
    ShuttingDown = 6, "The CUDA driver is shutting down.";
    NoDevice = 7, "No such device, or no driver.";
    NotAllocated = 8, "The buffer is empty.";
    NotSupported = 9, "The device or the source cannot do this.";
    StructSize = 10, "This crate is newer than the library that it runs with.";
    NotResident = 11, "Memory that should be in VRAM is not.";
    NotFound = 12, "Nothing is recorded there.";
    Cuda = 13, "Another error of CUDA; the detail names it.";
}

impl ErrorKind {
    /// The name of the status in C: `"VT_ERROR_OUT_OF_MEMORY"`.
    pub fn name(self) -> &'static str {
        // SAFETY: any number is accepted; the text is static.
        unsafe { static_text(ffi::vt_status_name(self.status())) }
    }

    /// The meaning in a few words.
    pub fn words(self) -> &'static str {
        // SAFETY: any number is accepted; the text is static.
        unsafe { static_text(ffi::vt_status_string(self.status())) }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.words())
    }
}

/// A failure: its kind and what the library knows about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    cuda_error: i32,
    device: i32,
    requested_bytes: u64,
    free_bytes: u64,
    total_bytes: u64,
    detail: Box<str>,
}

impl Error {
    /// What kind of failure it was.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// One sentence. Out of memory with a tracker has the breakdown by purpose.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Whether the same call can succeed once memory has been freed. No other
    /// failure goes away by waiting; after a device fault nothing works any more.
    pub fn is_retriable(&self) -> bool {
        matches!(self.kind, ErrorKind::OutOfMemory | ErrorKind::Budget)
    }

    /// The `cudaError_t`, if CUDA was the cause.
    pub fn cuda_error(&self) -> Option<i32> {
        Some(self.cuda_error).filter(|&code| code != 0)
    }

    /// The ordinal of the device, if one is concerned.
    pub fn device(&self) -> Option<u32> {
        u32::try_from(self.device).ok()
    }

    /// What was asked for, of out of memory and budget.
    pub fn requested_bytes(&self) -> Option<u64> {
        known(self.requested_bytes)
    }

    /// What the device had free at that moment, if known. Zero free bytes are not told from unknown.
    pub fn free_bytes(&self) -> Option<u64> {
        known(self.free_bytes)
    }

    /// What the device has in all, if known.
    pub fn total_bytes(&self) -> Option<u64> {
        known(self.total_bytes)
    }

    /// A failure that is found on this side, before the library is asked.
    pub(crate) fn invalid(detail: impl Into<String>) -> Error {
        Error::local(ErrorKind::InvalidArgument, detail)
    }

    pub(crate) fn out_of_host_memory() -> Error {
        Error::local(ErrorKind::OutOfHostMemory, "not enough host memory")
    }

    fn local(kind: ErrorKind, detail: impl Into<String>) -> Error {
        Error {
            kind,
            cuda_error: 0,
            device: -1,
            requested_bytes: 0,
            free_bytes: 0,
            total_bytes: 0,
            detail: detail.into().into_boxed_str(),
        }
    }

    /// The thread's last failure, which a function of the library just returned.
    fn last(kind: ErrorKind) -> Error {
        // SAFETY: never NULL, and valid until the thread's next failure.
        let detail = unsafe { &*ffi::vt_last_error() };
        if detail.status != kind.status() {
            return Error::local(kind, kind.words());
        }
        Error {
            kind,
            cuda_error: detail.cuda_error,
            device: detail.device,
            requested_bytes: detail.requested_bytes,
            free_bytes: detail.free_bytes,
            total_bytes: detail.total_bytes,
            // SAFETY: the text ends with a NUL within the array.
            detail: unsafe { text(detail.text.as_ptr()) }.into(),
        }
    }
}

fn known(bytes: u64) -> Option<u64> {
    Some(bytes).filter(|&bytes| bytes != 0)
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.detail.is_empty() { self.kind.words() } else { &self.detail })
    }
}

impl std::error::Error for Error {}

/// The result of a call that gave `status`, on the thread that made it.
pub(crate) fn check(status: ffi::vt_status) -> Result<()> {
    ErrorKind::from_status(status).map_or(Ok(()), |kind| Err(Error::last(kind)))
}

/// The text at a pointer, "" for NULL. Labels are cut by bytes, so that their
/// last character may be broken: it becomes U+FFFD.
///
/// # Safety
/// `at` is NULL or ends with a NUL, and lives as long as the caller says.
pub(crate) unsafe fn text<'a>(at: *const c_char) -> Cow<'a, str> {
    if at.is_null() {
        return Cow::Borrowed("");
    }
    CStr::from_ptr(at).to_string_lossy()
}

/// A static text of the library, which is ASCII.
///
/// # Safety
/// `at` is NULL or ends with a NUL, and lives for ever.
pub(crate) unsafe fn static_text(at: *const c_char) -> &'static str {
    if at.is_null() {
        return "";
    }
    CStr::from_ptr(at).to_str().unwrap_or("")
}

/// A label as C has it.
pub(crate) fn label_text(label: &str) -> Result<CString> {
    CString::new(label).map_err(|_| Error::invalid("the label has a NUL byte in it"))
}

/// An ordinal as C has it: -1 where none is given.
pub(crate) fn ordinal(device: Option<u32>) -> Result<c_int> {
    device.map_or(Ok(-1), |device| {
        c_int::try_from(device).map_err(|_| Error::invalid(format!("no device {device}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_kinds_go_both_ways() {
        assert_eq!(ErrorKind::from_status(ffi::VT_OK), None);
        for (index, &kind) in KINDS.iter().enumerate() {
            assert_eq!(kind.status() as usize, index + 1);
            assert_eq!(ErrorKind::from_status(kind.status()), Some(kind));
        }
        assert_eq!(ErrorKind::from_status(77), Some(ErrorKind::Unrecognized(77)));
        assert_eq!(ErrorKind::Unrecognized(77).status(), 77);
    }

    #[test]
    fn kinds_are_those_of_the_library() {
        assert_eq!(ErrorKind::OutOfMemory.name(), "VT_ERROR_OUT_OF_MEMORY");
        assert_eq!(ErrorKind::Cuda.name(), "VT_ERROR_CUDA");
        assert_eq!(ErrorKind::Budget.name(), "VT_ERROR_BUDGET");
        assert_eq!(ErrorKind::NotResident.name(), "VT_ERROR_NOT_RESIDENT");
        assert_eq!(ErrorKind::OutOfMemory.to_string(), "not enough device memory");
    }

    #[test]
    fn memory_and_budget_alone_are_retriable() {
        for &kind in KINDS {
            let expected = matches!(kind, ErrorKind::OutOfMemory | ErrorKind::Budget);
            assert_eq!(Error::local(kind, "").is_retriable(), expected, "{kind:?}");
        }
    }

    #[test]
    fn a_broken_label_is_refused() {
        assert_eq!(label_text("a\0b").unwrap_err().kind(), ErrorKind::InvalidArgument);
        assert_eq!(ordinal(Some(u32::MAX)).unwrap_err().kind(), ErrorKind::InvalidArgument);
        assert_eq!(ordinal(None), Ok(-1));
    }
}
