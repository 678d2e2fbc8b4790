//! How a buffer is made.

use std::ffi::CString;
use std::mem::size_of;
use std::os::raw::c_void;
use std::ptr::{self, NonNull};

use crate::buffer::{DeviceBuffer, Keeps};
use crate::error::{check, label_text, ordinal, Error, Result};
use crate::ffi;
use crate::plain::Plain;
use crate::purpose::Purpose;
use crate::source::Source;
use crate::stream::Stream;
use crate::tracker::Tracker;

/// The options of a buffer: set what is wanted, then [`create`](Self::create) it.
///
/// ```no_run
/// # fn main() -> vramtrack::Result<()> {
/// use vramtrack::{BufferOptions, Purpose, Tracker};
/// let tracker = Tracker::new()?;
/// let cache = BufferOptions::new()
///     .purpose(Purpose::KvCache)
///     .label("request 7")
///     .tracker(&tracker)
///     .zeroed()
///     .create(16 << 20)?;
/// assert_eq!(tracker.total(), cache.len());
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "options make nothing until create() is called"]
pub struct BufferOptions<'a> {
    alignment: usize,
    capacity: usize,
    source: Option<&'a Source>,
    tracker: Option<&'a Tracker>,
    label: Option<&'a str>,
    stream: Stream,
    device: Option<u32>,
    purpose: Purpose,
    flags: u32,
}

impl<'a> BufferOptions<'a> {
    /// The defaults: `cudaMalloc` on the current device, 256 bytes of alignment, no tracker.
    pub fn new() -> Self {
        Self::default()
    }

    /// A power of two; 0: the default of 256. Beyond the default the memory is
    /// made larger and [`DeviceBuffer::get`] points inside of it.
    pub fn alignment(mut self, bytes: usize) -> Self {
        self.alignment = bytes;
        self
    }

    /// Bytes to have room for at least, so that the buffer can grow in place.
    pub fn capacity(mut self, bytes: usize) -> Self {
        self.capacity = bytes;
        self
    }

    /// All bytes 0, also those that a resize adds.
    pub fn zeroed(mut self) -> Self {
        self.flags |= ffi::VT_BUFFER_ZEROED;
        self
    }

    /// Where the memory comes from.
    pub fn source(mut self, source: &'a Source) -> Self {
        self.source = Some(source);
        self
    }

    /// Where it is accounted. The tracker may be dropped before the buffer.
    pub fn tracker(mut self, tracker: &'a Tracker) -> Self {
        self.tracker = Some(tracker);
        self
    }

    /// Copied; at most 127 bytes of it are kept. Without one, the label of the
    /// [scope](crate::Scope) is taken.
    pub fn label(mut self, label: &'a str) -> Self {
        self.label = Some(label);
        self
    }

    /// For allocation, zeroing and the free at the end.
    pub fn stream(mut self, stream: Stream) -> Self {
        self.stream = stream;
        self
    }

    /// The ordinal of the device.
    pub fn device(mut self, ordinal: u32) -> Self {
        self.device = Some(ordinal);
        self
    }

    /// What the memory is for.
    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// A buffer of so many bytes, more than 0.
    pub fn create(&self, bytes: usize) -> Result<DeviceBuffer> {
        // SAFETY: the library may write to `out`; the options are whole.
        self.make(|out, options| unsafe { ffi::vt_buffer_create(out, bytes, options) })
    }

    /// A buffer for `count` elements.
    pub fn create_array<T: Plain>(&self, count: usize) -> Result<DeviceBuffer> {
        // SAFETY: as above.
        self.make(|out, options| unsafe {
            ffi::vt_buffer_create_array(out, count, size_of::<T>(), options)
        })
    }

    /// A buffer with a copy of what is in the slice.
    pub fn create_from<T: Plain>(&self, data: &[T]) -> Result<DeviceBuffer> {
        let mut buffer = self.create_array::<T>(data.len())?;
        buffer.copy_from_slice(0, data)?;
        Ok(buffer)
    }

    /// Takes over memory that somebody else allocated.
    ///
    /// # Safety
    /// `base` is what `cudaMalloc` (or the source of these options) gave, has so
    /// many bytes, and nobody else frees it.
    pub unsafe fn adopt(&self, base: *mut c_void, bytes: usize) -> Result<DeviceBuffer> {
        self.make(|out, options| ffi::vt_buffer_adopt(out, base, bytes, options))
    }

    fn make(
        &self,
        call: impl FnOnce(*mut *mut ffi::vt_buffer, *const ffi::vt_buffer_options) -> ffi::vt_status,
    ) -> Result<DeviceBuffer> {
        let label = self.label.map(label_text).transpose()?;
        let options = self.raw(label.as_ref())?;
        let mut raw = ptr::null_mut();
        check(call(&mut raw, &options))?;
        let raw = NonNull::new(raw).ok_or_else(Error::out_of_host_memory)?;
        let keeps = Keeps {
            source: self.source.filter(|source| source.has_callback()).cloned(),
            budget: self.tracker.map(Tracker::budget),
        };
        Ok(DeviceBuffer::new_keeping(raw, keeps))
    }

    fn raw(&self, label: Option<&CString>) -> Result<ffi::vt_buffer_options> {
        Ok(ffi::vt_buffer_options {
            struct_size: size_of::<ffi::vt_buffer_options>(),
            alignment: self.alignment,
            capacity: self.capacity,
            source: self.source.map_or(ptr::null_mut(), Source::as_raw),
            tracker: self.tracker.map_or(ptr::null_mut(), Tracker::as_raw),
            label: label.map_or(ptr::null(), |label| label.as_ptr()),
            stream: self.stream.handle(),
            device: ordinal(self.device)?,
            purpose: self.purpose.number(),
            flags: self.flags,
            reserved: 0,
        })
    }
}
