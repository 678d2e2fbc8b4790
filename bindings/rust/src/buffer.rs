//! A buffer: device memory with one owner.

use std::fmt;
use std::mem::{size_of, size_of_val, ManuallyDrop};
use std::os::raw::{c_int, c_void};
use std::ptr::{self, NonNull};
use std::sync::Arc;

use crate::error::{check, text, Error, Result};
use crate::ffi;
use crate::options::BufferOptions;
use crate::plain::Plain;
use crate::purpose::Purpose;
use crate::source::Source;
use crate::stream::Stream;
use crate::tracker::Budget;

/// What the C buffer may call as long as it lives. Held, never read.
#[derive(Clone, Default)]
#[allow(dead_code)]
pub(crate) struct Keeps {
    pub(crate) source: Option<Source>,
    pub(crate) budget: Option<Arc<Budget>>,
}

/// Device memory that is freed when this is dropped.
///
/// May be sent to another thread, and used by one at a time. Every function runs
/// on the buffer's device and leaves the thread's current device as it was.
/// Offsets are in bytes.
///
/// ```no_run
/// # fn main() -> vramtrack::Result<()> {
/// use vramtrack::DeviceBuffer;
/// let buffer = DeviceBuffer::from_slice(&[1.0f32, 2.0, 3.0])?;
/// assert_eq!(buffer.to_vec::<f32>()?, [1.0, 2.0, 3.0]);
/// # Ok(()) }
/// ```
pub struct DeviceBuffer {
    raw: NonNull<ffi::vt_buffer>,
    keeps: Keeps,
}

// SAFETY: a buffer may be used by any thread, one at a time: Send, and not Sync.
// What it keeps is both.
unsafe impl Send for DeviceBuffer {}

impl Drop for DeviceBuffer {
    fn drop(&mut self) {
        // SAFETY: this is the owner.
        unsafe { ffi::vt_buffer_destroy(self.raw.as_ptr()) }
    }
}

/// Life.
impl DeviceBuffer {
    /// A buffer of so many bytes, more than 0, with the default options.
    pub fn new(bytes: usize) -> Result<DeviceBuffer> {
        BufferOptions::new().create(bytes)
    }

    /// A buffer with a copy of what is in the slice, with the default options.
    pub fn from_slice<T: Plain>(data: &[T]) -> Result<DeviceBuffer> {
        BufferOptions::new().create_from(data)
    }

    /// Options to make one with.
    pub fn options<'a>() -> BufferOptions<'a> {
        BufferOptions::new()
    }

    /// A new buffer with the same bytes, options and contents, copied on `stream`.
    pub fn try_clone(&self, stream: Stream) -> Result<DeviceBuffer> {
        let mut raw = ptr::null_mut();
        // SAFETY: the buffer lives, the library may write to `raw`.
        check(unsafe { ffi::vt_buffer_duplicate(&mut raw, self.as_raw(), stream.handle()) })?;
        let raw = NonNull::new(raw).ok_or_else(Error::out_of_host_memory)?;
        Ok(DeviceBuffer::new_keeping(raw, self.keeps.clone()))
    }

    /// Hands the memory over: whoever takes it frees it, with `cudaFree` for the
    /// default source. It is the address that the source gave, which is
    /// [`get`](Self::get) unless an alignment beyond 256 bytes moved that.
    /// Not supported for sources whose memory cannot be freed without them; the
    /// buffer is in the error then.
    pub fn release(self) -> Result<NonNull<c_void>, ReleaseError> {
        let mut base = ptr::null_mut();
        // SAFETY: the buffer lives and is this one's; the library may write to `base`.
        match check(unsafe { ffi::vt_buffer_release(self.as_raw(), &mut base) }) {
            Ok(()) => Ok(NonNull::new(base).expect("the library gives memory with VT_OK")),
            Err(error) => Err(ReleaseError { error, buffer: self }),
        }
    }

    /// The C handle, for `vt_buffer_destroy()` or [`from_raw`](Self::from_raw).
    /// What its source or its tracker call in Rust is never freed.
    pub fn into_raw(self) -> NonNull<ffi::vt_buffer> {
        let mut this = ManuallyDrop::new(self);
        std::mem::forget(std::mem::take(&mut this.keeps));
        this.raw
    }

    /// Takes a C handle over.
    ///
    /// # Safety
    /// `raw` is a live buffer, nobody else uses it, and what its source and its
    /// tracker call lives as long as it.
    pub unsafe fn from_raw(raw: NonNull<ffi::vt_buffer>) -> DeviceBuffer {
        DeviceBuffer::new_keeping(raw, Keeps::default())
    }

    /// The C handle. Whoever uses it keeps to the rules of C.
    pub fn as_raw(&self) -> *mut ffi::vt_buffer {
        self.raw.as_ptr()
    }

    pub(crate) fn new_keeping(raw: NonNull<ffi::vt_buffer>, keeps: Keeps) -> DeviceBuffer {
        DeviceBuffer { raw, keeps }
    }
}

/// Facts.
impl DeviceBuffer {
    /// The address on the device, for kernels. Not to be read or written by the host.
    pub fn get(&self) -> *mut c_void {
        // SAFETY: the buffer lives. So it is in all the functions below.
        unsafe { ffi::vt_buffer_get(self.as_raw()) }
    }

    /// The address on the device, typed.
    pub fn get_as<T>(&self) -> *mut T {
        self.get().cast()
    }

    /// Bytes asked for.
    pub fn len(&self) -> usize {
        unsafe { ffi::vt_buffer_size(self.as_raw()) }
    }

    /// Whether it has no bytes; only a buffer that C emptied has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes usable without moving.
    pub fn capacity(&self) -> usize {
        unsafe { ffi::vt_buffer_capacity(self.as_raw()) }
    }

    /// What [`get`](Self::get) is a multiple of.
    pub fn alignment(&self) -> usize {
        unsafe { ffi::vt_buffer_alignment(self.as_raw()) }
    }

    /// Whether it has memory; only a buffer that C emptied has none.
    pub fn is_allocated(&self) -> bool {
        unsafe { ffi::vt_buffer_is_allocated(self.as_raw()) }
    }

    /// The ordinal of the device.
    pub fn device(&self) -> Option<u32> {
        u32::try_from(unsafe { ffi::vt_buffer_device(self.as_raw()) }).ok()
    }

    /// What it is for.
    pub fn purpose(&self) -> Purpose {
        Purpose::from_number(unsafe { ffi::vt_buffer_purpose(self.as_raw()) })
    }

    /// Its label, "" if it has none.
    pub fn label(&self) -> String {
        unsafe { text(ffi::vt_buffer_label(self.as_raw())).into_owned() }
    }

    /// The stream that its work is ordered on.
    pub fn stream(&self) -> Stream {
        Stream::from_handle(unsafe { ffi::vt_buffer_stream(self.as_raw()) })
    }

    /// Later work, the free among it, is ordered on `stream`, after what is in the present one.
    pub fn set_stream(&mut self, stream: Stream) -> Result<()> {
        check(unsafe { ffi::vt_buffer_set_stream(self.as_raw(), stream.handle()) })
    }
}

/// Contents: these return when the bytes have arrived.
impl DeviceBuffer {
    /// Copies a slice to the device, `offset` bytes from the start.
    pub fn copy_from_slice<T: Plain>(&mut self, offset: usize, data: &[T]) -> Result<()> {
        // SAFETY: plain numbers are readable as bytes.
        check(unsafe {
            let host = data.as_ptr().cast();
            ffi::vt_buffer_copy_from_host(self.as_raw(), offset, host, size_of_val(data))
        })
    }

    /// Fills a slice from the device, `offset` bytes from the start.
    pub fn copy_to_slice<T: Plain>(&self, offset: usize, out: &mut [T]) -> Result<()> {
        // SAFETY: any bytes are plain numbers.
        check(unsafe {
            let (host, bytes) = (out.as_mut_ptr().cast(), size_of_val(out));
            ffi::vt_buffer_copy_to_host(self.as_raw(), offset, host, bytes)
        })
    }

    /// All whole elements that are in it.
    pub fn to_vec<T: Plain>(&self) -> Result<Vec<T>> {
        let size = size_of::<T>().max(1);
        let mut out = vec![T::ZERO; self.len() / size];
        self.copy_to_slice(0, &mut out)?;
        Ok(out)
    }

    /// Copies bytes of another buffer, device to device.
    pub fn copy_from(
        &mut self,
        offset: usize,
        from: &DeviceBuffer,
        from_offset: usize,
        bytes: usize,
    ) -> Result<()> {
        // SAFETY: both buffers live.
        check(unsafe {
            ffi::vt_buffer_copy(self.as_raw(), offset, from.as_raw(), from_offset, bytes)
        })
    }

    /// Makes all bytes 0.
    pub fn zero(&mut self) -> Result<()> {
        // SAFETY: the buffer lives.
        check(unsafe { ffi::vt_buffer_zero(self.as_raw()) })
    }

    /// Gives `bytes` bytes a value.
    pub fn fill(&mut self, offset: usize, value: u8, bytes: usize) -> Result<()> {
        // SAFETY: the buffer lives.
        check(unsafe { ffi::vt_buffer_fill(self.as_raw(), offset, c_int::from(value), bytes) })
    }
}

/// Contents: these are ordered on a stream and may return before it is done.
impl DeviceBuffer {
    /// As [`copy_from_slice`](Self::copy_from_slice), on a stream.
    ///
    /// # Safety
    /// The slice lives unchanged and the buffer lives until the stream is past this.
    pub unsafe fn copy_from_slice_async<T: Plain>(
        &mut self,
        offset: usize,
        data: &[T],
        stream: Stream,
    ) -> Result<()> {
        let (host, bytes) = (data.as_ptr().cast(), size_of_val(data));
        let stream = stream.handle();
        check(ffi::vt_buffer_copy_from_host_async(self.as_raw(), offset, host, bytes, stream))
    }

    /// As [`copy_to_slice`](Self::copy_to_slice), on a stream.
    ///
    /// # Safety
    /// The slice lives untouched and the buffer lives until the stream is past this.
    pub unsafe fn copy_to_slice_async<T: Plain>(
        &self,
        offset: usize,
        out: &mut [T],
        stream: Stream,
    ) -> Result<()> {
        let (host, bytes) = (out.as_mut_ptr().cast(), size_of_val(out));
        let stream = stream.handle();
        check(ffi::vt_buffer_copy_to_host_async(self.as_raw(), offset, host, bytes, stream))
    }

    /// As [`copy_from`](Self::copy_from), on a stream.
    ///
    /// # Safety
    /// Both buffers live until the stream is past this.
    pub unsafe fn copy_from_async(
        &mut self,
        offset: usize,
        from: &DeviceBuffer,
        from_offset: usize,
        bytes: usize,
        stream: Stream,
    ) -> Result<()> {
        let (to, from, stream) = (self.as_raw(), from.as_raw(), stream.handle());
        check(ffi::vt_buffer_copy_async(to, offset, from, from_offset, bytes, stream))
    }

    /// As [`fill`](Self::fill), on a stream.
    ///
    /// # Safety
    /// The buffer lives until the stream is past this.
    pub unsafe fn fill_async(
        &mut self,
        offset: usize,
        value: u8,
        bytes: usize,
        stream: Stream,
    ) -> Result<()> {
        let (value, stream) = (c_int::from(value), stream.handle());
        check(ffi::vt_buffer_fill_async(self.as_raw(), offset, value, bytes, stream))
    }
}

/// Size: on failure the buffer is as it was.
impl DeviceBuffer {
    /// Makes it `bytes` long, more than 0; the first bytes stay. Within the
    /// capacity nothing moves.
    pub fn resize(&mut self, bytes: usize) -> Result<()> {
        self.resize_on(bytes, self.stream())
    }

    /// The same on a stream, which is the buffer's from then on.
    pub fn resize_on(&mut self, bytes: usize, stream: Stream) -> Result<()> {
        // SAFETY: the buffer lives.
        check(unsafe { ffi::vt_buffer_resize(self.as_raw(), bytes, stream.handle()) })
    }

    /// Makes room for so many bytes in all.
    pub fn reserve(&mut self, capacity: usize) -> Result<()> {
        let stream = self.stream().handle();
        // SAFETY: the buffer lives.
        check(unsafe { ffi::vt_buffer_reserve(self.as_raw(), capacity, stream) })
    }

    /// Gives back what is beyond its bytes.
    pub fn shrink_to_fit(&mut self) -> Result<()> {
        let stream = self.stream().handle();
        // SAFETY: the buffer lives.
        check(unsafe { ffi::vt_buffer_shrink_to_fit(self.as_raw(), stream) })
    }
}

impl fmt::Debug for DeviceBuffer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DeviceBuffer")
            .field("address", &self.get())
            .field("bytes", &self.len())
            .field("capacity", &self.capacity())
            .field("device", &self.device())
            .field("purpose", &self.purpose())
            .field("label", &self.label())
            .finish()
    }
}

/// A release that was refused: the reason, and the buffer as it was.
#[derive(Debug)]
pub struct ReleaseError {
    /// Why.
    pub error: Error,
    /// What was not released.
    pub buffer: DeviceBuffer,
}

impl fmt::Display for ReleaseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(formatter)
    }
}

impl std::error::Error for ReleaseError {}

impl From<ReleaseError> for Error {
    fn from(refused: ReleaseError) -> Error {
        refused.error
    }
}
