//! A tracker: accounts of device memory by purpose, device and label.

use std::marker::PhantomData;
use std::os::raw::{c_char, c_int, c_void};
use std::ptr::{self, NonNull};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{check, label_text, ordinal, text, Error, Result};
use crate::ffi;
use crate::purpose::Purpose;
use crate::source::without_unwinding;

/// Accounts of device memory. Many may live at once; any thread may use them.
///
/// Buffers keep its accounts alive: it may be dropped before them. What is still
/// recorded when it is dropped is narrated as a leak.
#[derive(Debug)]
pub struct Tracker {
    raw: NonNull<ffi::vt_tracker>,
    budget: Arc<Budget>,
}

// SAFETY: all functions of a tracker are thread-safe.
unsafe impl Send for Tracker {}
unsafe impl Sync for Tracker {}

type OverBudget = dyn Fn(usize, usize) -> bool + Send + Sync;

/// The callback of a tracker's budget. Its address is what the library has; the
/// tracker and every buffer of it keep it alive.
#[derive(Default)]
pub(crate) struct Budget {
    callback: Mutex<Option<Arc<OverBudget>>>,
}

impl std::fmt::Debug for Budget {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Budget")
    }
}

impl Budget {
    fn replace(&self, callback: Option<Arc<OverBudget>>) {
        let mut current = self.callback.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *current, callback);
        drop(current);
        drop(before); // not under the lock: it is the user's
    }

    fn ask(&self, requested: usize, limit: usize) -> bool {
        let callback = self.callback.lock().unwrap_or_else(PoisonError::into_inner).clone();
        callback.map_or(false, |callback| callback(requested, limit))
    }
}

/// The account of one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// Whose account it is.
    pub purpose: Purpose,
    /// Bytes that are live.
    pub bytes: usize,
    /// Allocations that are live.
    pub count: usize,
    /// Bytes that were live at the tracker's peak.
    pub peak_bytes: usize,
}

/// What is recorded at one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveAllocation {
    /// The address on the device.
    pub address: *const c_void,
    /// Its bytes.
    pub bytes: usize,
    /// What it is for.
    pub purpose: Purpose,
    /// The ordinal of its device, if known.
    pub device: Option<u32>,
    /// Its label, "" if it has none.
    pub label: String,
    /// Return addresses of the call that made it, innermost first.
    pub frames: Vec<usize>,
}

/// What changed since a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkResult {
    /// Live bytes now minus those at the mark.
    pub change_bytes: i64,
    /// Live allocations now minus those at the mark.
    pub change_count: i64,
    /// The highest above the live bytes at the mark; 0: never above.
    pub peak_bytes: usize,
    /// Allocations made since.
    pub allocations: usize,
    /// Frees since.
    pub frees: usize,
}

impl Drop for Tracker {
    fn drop(&mut self) {
        // SAFETY: this is the owner. Buffers share the accounts and the budget.
        unsafe { ffi::vt_tracker_destroy(self.raw.as_ptr()) }
    }
}

impl Tracker {
    /// A tracker without records and without a budget.
    pub fn new() -> Result<Tracker> {
        let mut raw = ptr::null_mut();
        // SAFETY: the library may write to `raw`.
        check(unsafe { ffi::vt_tracker_create(&mut raw) })?;
        let raw = NonNull::new(raw).ok_or_else(Error::out_of_host_memory)?;
        Ok(Tracker { raw, budget: Arc::default() })
    }

    /// The C handle. It lives as long as this tracker does.
    pub fn as_raw(&self) -> *mut ffi::vt_tracker {
        self.raw.as_ptr()
    }

    pub(crate) fn budget(&self) -> Arc<Budget> {
        Arc::clone(&self.budget)
    }
}

/// Recording memory that is no buffer's.
impl Tracker {
    /// Records an address, which may be any. One that is recorded already is replaced.
    pub fn record<T>(
        &self,
        address: *const T,
        bytes: usize,
        purpose: Purpose,
        label: &str,
        device: Option<u32>,
    ) -> Result<()> {
        let label = label_text(label)?;
        let (address, device) = (address.cast(), ordinal(device)?);
        // SAFETY: the address is never followed; the label is copied.
        check(unsafe {
            let label = label.as_ptr();
            ffi::vt_tracker_record(self.as_raw(), address, bytes, purpose.number(), label, device)
        })
    }

    /// Forgets an address; [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it is not recorded.
    pub fn unrecord<T>(&self, address: *const T) -> Result<()> {
        // SAFETY: the address is never followed.
        check(unsafe { ffi::vt_tracker_unrecord(self.as_raw(), address.cast()) })
    }
}

/// Sums, in bytes or allocations.
impl Tracker {
    /// Live bytes.
    pub fn total(&self) -> usize {
        // SAFETY: the tracker lives. So it is in all the functions below.
        unsafe { ffi::vt_tracker_total(self.as_raw()) }
    }

    /// Live allocations.
    pub fn count(&self) -> usize {
        unsafe { ffi::vt_tracker_count(self.as_raw()) }
    }

    /// The most bytes that were live at once.
    pub fn peak(&self) -> usize {
        unsafe { ffi::vt_tracker_peak(self.as_raw()) }
    }

    /// Live bytes of a purpose.
    pub fn total_by_purpose(&self, purpose: Purpose) -> usize {
        unsafe { ffi::vt_tracker_total_by_purpose(self.as_raw(), purpose.number()) }
    }

    /// Live allocations of a purpose.
    pub fn count_by_purpose(&self, purpose: Purpose) -> usize {
        unsafe { ffi::vt_tracker_count_by_purpose(self.as_raw(), purpose.number()) }
    }

    /// Live bytes on a device; `None`: those recorded without one.
    pub fn total_by_device(&self, device: Option<u32>) -> usize {
        ordinal(device)
            .map_or(0, |device| unsafe { ffi::vt_tracker_total_by_device(self.as_raw(), device) })
    }

    /// Live bytes with a label.
    pub fn total_by_label(&self, label: &str) -> usize {
        label_text(label).map_or(0, |label| unsafe {
            ffi::vt_tracker_total_by_label(self.as_raw(), label.as_ptr())
        })
    }

    /// Bytes of a purpose at the moment of the peak.
    pub fn peak_by_purpose(&self, purpose: Purpose) -> usize {
        unsafe { ffi::vt_tracker_peak_by_purpose(self.as_raw(), purpose.number()) }
    }

    /// One account for each purpose that has an allocation.
    pub fn breakdown(&self) -> Vec<Breakdown> {
        const NONE: ffi::vt_breakdown =
            ffi::vt_breakdown { purpose: 0, bytes: 0, count: 0, peak_bytes: 0 };
        let mut rows = [NONE; ffi::VT_PURPOSE_COUNT];
        let used = unsafe { ffi::vt_tracker_breakdown(self.as_raw(), rows.as_mut_ptr()) };
        let account = |row: &ffi::vt_breakdown| Breakdown {
            purpose: Purpose::from_number(row.purpose),
            bytes: row.bytes,
            count: row.count,
            peak_bytes: row.peak_bytes,
        };
        rows.iter().take(used).map(account).collect()
    }

    /// What is live, oldest first.
    pub fn live(&self) -> Result<Vec<LiveAllocation>> {
        let mut found: Vec<LiveAllocation> = Vec::new();
        let closure = &mut found as *mut Vec<LiveAllocation> as *mut c_void;
        match unsafe { ffi::vt_tracker_each_live(self.as_raw(), Some(collect), closure) } {
            0 => Ok(found),
            _ => Err(Error::out_of_host_memory()),
        }
    }
}

/// Reports.
impl Tracker {
    /// Total, allocations and breakdown in a few lines.
    pub fn usage_report(&self) -> Result<String> {
        // SAFETY: the tracker lives. So it is in the two below.
        taken(unsafe { ffi::vt_tracker_usage_report(self.as_raw()) })
    }

    /// Schema `vramtrack-tracker/1`.
    pub fn report_json(&self) -> Result<String> {
        taken(unsafe { ffi::vt_tracker_report_json(self.as_raw()) })
    }

    /// Every live allocation with its stack, largest first.
    pub fn report_text(&self) -> Result<String> {
        taken(unsafe { ffi::vt_tracker_report_text(self.as_raw()) })
    }

    /// Asks CUDA whether every recorded address is device memory;
    /// [`ErrorKind::NotResident`](crate::ErrorKind::NotResident) names the first that is not.
    pub fn verify_residency(&self) -> Result<()> {
        // SAFETY: CUDA takes any address.
        check(unsafe { ffi::vt_tracker_verify_residency(self.as_raw()) })
    }
}

/// Budget.
impl Tracker {
    /// A record that would take the tracker beyond `bytes` (0: no budget) is
    /// refused with [`ErrorKind::Budget`](crate::ErrorKind::Budget).
    pub fn set_budget(&self, bytes: usize) {
        self.change_budget(bytes, None);
    }

    /// Before refusing, asks `callback` for room, with the bytes requested and
    /// the budget: true if something was freed. It is called without a lock; a
    /// panic in it counts as "no". It must not own this tracker: that would be a
    /// circle.
    pub fn set_budget_with(
        &self,
        bytes: usize,
        callback: impl Fn(usize, usize) -> bool + Send + Sync + 'static,
    ) {
        self.change_budget(bytes, Some(Arc::new(callback)));
    }

    fn change_budget(&self, bytes: usize, callback: Option<Arc<OverBudget>>) {
        self.budget.replace(callback);
        let closure = Arc::as_ptr(&self.budget) as *mut c_void;
        // SAFETY: the closure's address is the same for the tracker's whole life, and is kept
        // alive by all who can cause a call: the tracker and its buffers.
        unsafe { ffi::vt_tracker_set_budget(self.as_raw(), bytes, Some(ask_for_room), closure) }
    }
}

/// Marks.
impl Tracker {
    /// Begins to watch what all threads do, until [`Mark::finish`]. Marks nest:
    /// the last begun is the first to finish.
    pub fn mark(&self) -> Result<Mark<'_>> {
        // SAFETY: the tracker lives.
        check(unsafe { ffi::vt_tracker_push_mark(self.as_raw()) })?;
        Ok(Mark { tracker: Some(self), pop: ffi::vt_tracker_pop_mark, thread: PhantomData })
    }

    /// Begins to watch what this thread does.
    pub fn thread_mark(&self) -> Result<Mark<'_>> {
        // SAFETY: the tracker lives.
        check(unsafe { ffi::vt_tracker_push_thread_mark(self.as_raw()) })?;
        Ok(Mark { tracker: Some(self), pop: ffi::vt_tracker_pop_thread_mark, thread: PhantomData })
    }
}

type Pop = unsafe extern "C" fn(*mut ffi::vt_tracker, *mut ffi::vt_mark_result) -> ffi::vt_status;

/// A mark that was set; dropping it ends it, too.
#[must_use = "a mark ends when it is dropped"]
pub struct Mark<'a> {
    tracker: Option<&'a Tracker>,
    pop: Pop,
    /// Those of a thread end on it: neither Send nor Sync.
    thread: PhantomData<*const ()>,
}

impl Mark<'_> {
    /// What changed since.
    pub fn finish(mut self) -> Result<MarkResult> {
        self.end().expect("a mark ends once")
    }

    fn end(&mut self) -> Option<Result<MarkResult>> {
        let tracker = self.tracker.take()?;
        let mut raw = ffi::vt_mark_result::default();
        // SAFETY: the tracker lives, the library may write to `raw`.
        Some(check(unsafe { (self.pop)(tracker.as_raw(), &mut raw) }).map(|()| MarkResult {
            change_bytes: raw.change_bytes,
            change_count: raw.change_count,
            peak_bytes: raw.peak_bytes,
            allocations: raw.allocations,
            frees: raw.frees,
        }))
    }
}

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

/// Asks CUDA whether an address is device memory without a host pointer.
pub fn verify_residency<T>(address: *const T) -> Result<()> {
    // SAFETY: CUDA takes any address.
    check(unsafe { ffi::vt_verify_residency(address.cast()) })
}

/// How many buffers and records live in the process; each is narrated as a leak.
pub fn report_leaks() -> usize {
    // SAFETY: no conditions.
    unsafe { ffi::vt_report_leaks() }
}

/// A text of the library, which is given back to it.
fn taken(raw: *mut c_char) -> Result<String> {
    if raw.is_null() {
        return Err(Error::out_of_host_memory());
    }
    // SAFETY: the text ends with a NUL and is this function's to free.
    unsafe {
        let copy = text(raw).into_owned();
        ffi::vt_free(raw.cast());
        Ok(copy)
    }
}

unsafe extern "C" fn collect(
    allocation: *const ffi::vt_live_allocation,
    closure: *mut c_void,
) -> c_int {
    let (raw, found) = (&*allocation, &mut *(closure as *mut Vec<LiveAllocation>));
    let frames = match raw.frame_count {
        0 => &[],
        count => std::slice::from_raw_parts(raw.frames, count),
    };
    without_unwinding(1, || {
        found.push(LiveAllocation {
            address: raw.address,
            bytes: raw.bytes,
            purpose: Purpose::from_number(raw.purpose),
            device: u32::try_from(raw.device).ok(),
            label: text(raw.label).into_owned(),
            frames: frames.iter().map(|&frame| frame as usize).collect(),
        });
        0
    })
}

unsafe extern "C" fn ask_for_room(
    closure: *mut c_void,
    _tracker: *mut ffi::vt_tracker,
    requested: usize,
    limit: usize,
) -> c_int {
    let budget = &*(closure as *const Budget);
    without_unwinding(false, || budget.ask(requested, limit)).into()
}
