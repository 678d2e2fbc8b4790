//! Where buffers get their memory from.

use std::os::raw::{c_int, c_uint, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::{self, NonNull};
use std::sync::Arc;

use crate::error::{check, ordinal, static_text, ErrorKind, Result};
use crate::ffi;

/// How memory of a source is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MemoryKind {
    /// By the device alone.
    Device,
    /// By both; pages move.
    Managed,
    /// By both; it lies in host memory.
    PinnedHost,
}

/// A stream-ordered pool.
#[derive(Clone, Copy, Debug)]
pub struct PoolOptions {
    /// Ordinal; `None`: the current device.
    pub device: Option<u32>,
    /// Taken and given back at once, so that the pool holds them.
    pub initial_bytes: usize,
    /// Bytes that the pool keeps when idle; `u64::MAX`: all.
    pub release_threshold: u64,
    /// Cap of the pool; 0: none.
    pub most_bytes: usize,
}

impl Default for PoolOptions {
    fn default() -> PoolOptions {
        PoolOptions { device: None, initial_bytes: 0, release_threshold: u64::MAX, most_bytes: 0 }
    }
}

/// What a retrying source asks: `bytes` are wanted on a device, for the nth
/// time. True if something was freed.
pub type MakeRoom = dyn Fn(usize, u32, u32) -> bool + Send + Sync;

/// A source of memory. Clones are the same source.
#[derive(Clone)]
pub struct Source(Arc<Inner>);

struct Inner {
    raw: NonNull<ffi::vt_source>,
    /// The library calls what these own for as long as a buffer lives.
    below: Option<Source>,
    make_room: Option<Box<Box<MakeRoom>>>,
}

// SAFETY: the sources of the library may be used by many threads, and the
// callback is Send and Sync.
unsafe impl Send for Inner {}
unsafe impl Sync for Inner {}

impl Drop for Inner {
    fn drop(&mut self) {
        // SAFETY: the one reference that this owns.
        unsafe { ffi::vt_source_release(self.raw.as_ptr()) }
    }
}

impl Source {
    /// `cudaMallocManaged`.
    pub fn managed() -> Result<Source> {
        // SAFETY: `out` is where the library may write.
        Source::make(None, None, |out| unsafe { ffi::vt_source_create_managed(out) })
    }

    /// `cudaHostAlloc`.
    pub fn pinned() -> Result<Source> {
        // SAFETY: as above.
        Source::make(None, None, |out| unsafe { ffi::vt_source_create_pinned(out) })
    }

    /// A stream-ordered pool of its own.
    pub fn pool(options: PoolOptions) -> Result<Source> {
        let raw = ffi::vt_pool_options {
            struct_size: std::mem::size_of::<ffi::vt_pool_options>(),
            device: ordinal(options.device)?,
            reserved: 0,
            initial_bytes: options.initial_bytes,
            release_threshold: options.release_threshold,
            most_bytes: options.most_bytes,
        };
        // SAFETY: as above.
        Source::make(None, None, |out| unsafe { ffi::vt_source_create_pool(out, &raw) })
    }

    /// Memory that grows in place: each buffer reserves addresses for as many
    /// bytes as its capacity option says, or `capacity` (0: as the device has),
    /// and takes physical memory as it grows. Made for KV caches.
    pub fn growable(capacity: usize) -> Result<Source> {
        let raw = ffi::vt_growable_options {
            struct_size: std::mem::size_of::<ffi::vt_growable_options>(),
            capacity,
        };
        // SAFETY: as above.
        Source::make(None, None, |out| unsafe { ffi::vt_source_create_growable(out, &raw) })
    }

    /// At most `bytes` live at once through it; beyond, [`ErrorKind::Budget`].
    /// `below: None` is `cudaMalloc`.
    pub fn limit(below: Option<&Source>, bytes: usize) -> Result<Source> {
        let base = Source::raw_of(below);
        // SAFETY: as above; the library takes a reference of its own to what is below.
        Source::make(below, None, |out| unsafe { ffi::vt_source_create_limit(out, base, bytes) })
    }

    /// When there is no memory, asks `make_room` to free something and tries
    /// again, `most_tries` times at most. A panic in it counts as "no".
    pub fn retry(
        below: Option<&Source>,
        most_tries: u32,
        make_room: impl Fn(usize, u32, u32) -> bool + Send + Sync + 'static,
    ) -> Result<Source> {
        let base = Source::raw_of(below);
        let closure: Box<Box<MakeRoom>> = Box::new(Box::new(make_room));
        let address = &*closure as *const Box<MakeRoom> as *mut c_void;
        // SAFETY: as above; the closure lives as long as this source and each buffer of it.
        Source::make(below, Some(closure), |out| unsafe {
            ffi::vt_source_create_retry(out, base, Some(ask_for_room), address, most_tries)
        })
    }

    /// For tests: the nth allocation from now (1: the next) and each after it
    /// for `count` allocations fails with `kind`.
    pub fn failing(
        below: Option<&Source>,
        nth: u64,
        count: u64,
        kind: ErrorKind,
    ) -> Result<Source> {
        let base = Source::raw_of(below);
        // SAFETY: as above.
        Source::make(below, None, |out| unsafe {
            ffi::vt_source_create_failing(out, base, nth, count, kind.status())
        })
    }

    /// Bytes live through a source that [`Source::limit`] made; 0 for others.
    pub fn limit_used(&self) -> usize {
        // SAFETY: the source lives.
        unsafe { ffi::vt_source_limit_used(self.as_raw()) }
    }

    /// What it is called in messages.
    pub fn name(&self) -> &'static str {
        // SAFETY: the source lives, its name is static.
        unsafe { static_text(ffi::vt_source_name(self.as_raw())) }
    }

    /// How its memory is reached.
    pub fn kind(&self) -> MemoryKind {
        // SAFETY: the source lives.
        match unsafe { ffi::vt_source_kind(self.as_raw()) } {
            1 => MemoryKind::Managed,
            2 => MemoryKind::PinnedHost,
            _ => MemoryKind::Device,
        }
    }

    /// The C handle. It lives as long as this source does.
    pub fn as_raw(&self) -> *mut ffi::vt_source {
        self.0.raw.as_ptr()
    }

    /// Takes over one reference of a source that C made.
    ///
    /// # Safety
    /// `raw` is a live source that many threads may use, and the caller gives a reference away.
    pub unsafe fn from_raw(raw: NonNull<ffi::vt_source>) -> Source {
        Source(Arc::new(Inner { raw, below: None, make_room: None }))
    }

    /// Whether buffers call something of this process's Rust side.
    pub(crate) fn has_callback(&self) -> bool {
        self.0.make_room.is_some() || self.0.below.as_ref().map_or(false, Source::has_callback)
    }

    fn raw_of(source: Option<&Source>) -> *mut ffi::vt_source {
        source.map_or(ptr::null_mut(), Source::as_raw)
    }

    fn make(
        below: Option<&Source>,
        make_room: Option<Box<Box<MakeRoom>>>,
        create: impl FnOnce(*mut *mut ffi::vt_source) -> ffi::vt_status,
    ) -> Result<Source> {
        let mut raw = ptr::null_mut();
        check(create(&mut raw))?;
        let raw = NonNull::new(raw).expect("the library gives a source with VT_OK");
        Ok(Source(Arc::new(Inner { raw, below: below.cloned(), make_room })))
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Source")
            .field("name", &self.name())
            .field("kind", &self.kind())
            .finish()
    }
}

unsafe extern "C" fn ask_for_room(
    closure: *mut c_void,
    bytes: usize,
    device: c_int,
    attempt: c_uint,
) -> c_int {
    let make_room = &*(closure as *const Box<MakeRoom>);
    let device = u32::try_from(device).unwrap_or(0);
    without_unwinding(false, || make_room(bytes, device, attempt)).into()
}

/// Runs what the user gave; nothing may unwind into C. The panic's message has
/// been shown by then; its payload is forgotten, since dropping it may panic.
pub(crate) fn without_unwinding<T>(otherwise: T, run: impl FnOnce() -> T) -> T {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result,
        Err(payload) => {
            std::mem::forget(payload);
            otherwise
        }
    }
}
