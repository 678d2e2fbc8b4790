//! Device memory with one owner, accounted by purpose: `libvramtrack` for Rust.
//!
//! A [`DeviceBuffer`] owns CUDA device memory and frees it when it is dropped. A
//! [`Tracker`] keeps accounts of buffers, and of memory that others allocated, by
//! [`Purpose`], device and label. [`Source`]s say where memory comes from. A
//! [`Scope`] names what a thread allocates. [`set_narrator`] hears what happens.
//! Failures are an [`Error`], which tells memory that may come free
//! ([`Error::is_retriable`]) from a device that is lost.
//!
//! The crate has no dependencies; the library is found by `pkg-config`, or in the
//! folder that `VRAMTRACK_LIB_DIR` names. The guide is `docs/library.md`.
#![deny(missing_docs)]
#![warn(rust_2018_idioms)]

mod buffer;
mod error;
pub mod ffi;
mod mark;
mod narration;
mod options;
mod plain;
mod purpose;
mod scope;
mod source;
mod stream;
mod tracker;

pub use buffer::{DeviceBuffer, ReleaseError};
pub use error::{Error, ErrorKind, Result};
pub use mark::mark;
pub use narration::{narrate_json_lines, set_narrator, Event, EventKind, Narrator};
pub use options::BufferOptions;
pub use plain::Plain;
pub use purpose::Purpose;
pub use scope::{current_label, current_purpose, Scope};
pub use source::{MakeRoom, MemoryKind, PoolOptions, Source};
pub use stream::Stream;
pub use tracker::{
    report_leaks, verify_residency, Breakdown, LiveAllocation, Mark, MarkResult, Tracker,
};
