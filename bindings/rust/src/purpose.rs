//! What device memory is for.

use std::fmt;

use crate::error::static_text;
use crate::ffi;

/// What device memory is for. Trackers keep accounts for each purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u32)]
pub enum Purpose {
    /// Parameters of the model, loaded once.
    ModelWeights = 0,
    /// Keys and values of attention, one cache for each request.
    KvCache = 1,
    /// What one step computes and forgets.
    IntermediateBuffers = 2,
    /// Nothing was said.
    #[default]
    Unknown = 3,
}

impl Purpose {
    /// All of them, in the order of their numbers.
    pub const ALL: [Purpose; ffi::VT_PURPOSE_COUNT] =
        [Purpose::ModelWeights, Purpose::KvCache, Purpose::IntermediateBuffers, Purpose::Unknown];

    /// The name in messages: `"KVCache"`.
    pub fn name(self) -> &'static str {
        // SAFETY: any number is accepted; the text is static.
        unsafe { static_text(ffi::vt_purpose_name(self.number())) }
    }

    /// The words in reports: `"KV Cache"`.
    pub fn words(self) -> &'static str {
        // SAFETY: any number is accepted; the text is static.
        unsafe { static_text(ffi::vt_purpose_words(self.number())) }
    }

    pub(crate) fn number(self) -> ffi::vt_purpose {
        self as ffi::vt_purpose
    }

    /// Numbers of a newer library are `Unknown`.
    pub(crate) fn from_number(number: ffi::vt_purpose) -> Purpose {
        Purpose::ALL.get(number as usize).copied().unwrap_or_default()
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
