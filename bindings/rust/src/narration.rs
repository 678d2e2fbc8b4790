//! Narration: structured events for a callback. The library itself never prints.

use std::borrow::Cow;
use std::mem::size_of;
use std::os::raw::c_void;
use std::ptr;
use std::sync::{Arc, PoisonError, RwLock};

use crate::error::{static_text, text, ErrorKind};
use crate::ffi;
use crate::purpose::Purpose;
use crate::source::without_unwinding;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// Memory was taken.
    Allocated,
    /// Memory was given back.
    Freed,
    /// A call failed.
    Failed,
    /// Residency was verified.
    Residency,
    /// Memory was left over.
    Leak,
    /// A kind that this version of the crate does not know.
    Unrecognized(u32),
}

impl EventKind {
    fn from_number(number: ffi::vt_event_kind) -> EventKind {
        match number {
            0 => EventKind::Allocated,
            1 => EventKind::Freed,
            2 => EventKind::Failed,
            3 => EventKind::Residency,
            4 => EventKind::Leak,
            other => EventKind::Unrecognized(other),
        }
    }
}

/// One event, with the fields of a narration.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event<'a> {
    /// What happened.
    pub kind: EventKind,
    /// The failure, if it is one.
    pub error: Option<ErrorKind>,
    /// `"vram-residency"`.
    pub actor: &'a str,
    /// `"vram_allocate"`, `"vram_deallocate"`, `"verify"`, `"test_complete"`.
    pub action: &'a str,
    /// `"GPU0"`.
    pub target: &'a str,
    /// `"GPU0"`.
    pub device: &'a str,
    /// `"vram_oom"`, `"residency_violation"`, `"memory_leak"` and others; "" if all is fine.
    pub error_kind: &'a str,
    /// A sentence of at most 100 characters.
    pub human: Cow<'a, str>,
    /// The label of the memory, "" if it has none.
    pub label: Cow<'a, str>,
    /// What the memory is for.
    pub purpose: Purpose,
    /// The ordinal of the device, if one is concerned.
    pub device_ordinal: Option<u32>,
    /// How many bytes it is about.
    pub bytes: u64,
}

/// What hears events. It is called on the thread that acts, under no lock; it may
/// call the library, whose events it then does not hear. A panic in it ends there.
pub type Narrator = Box<dyn Fn(&Event<'_>) + Send + Sync>;

/// The process's narrator. The library has the address of one function for ever,
/// so that replacing the narrator cannot pull it from under a thread that runs it.
static NARRATOR: RwLock<Option<Arc<Narrator>>> = RwLock::new(None);

/// Replaces the process's narrator; `None`: silence, the default.
pub fn set_narrator(narrator: Option<Narrator>) {
    let hears = narrator.is_some();
    let mut current = NARRATOR.write().unwrap_or_else(PoisonError::into_inner);
    let before = std::mem::replace(&mut *current, narrator.map(Arc::new));
    // SAFETY: the function needs no closure. Under the lock, so that the last one set counts.
    unsafe {
        ffi::vt_set_narrator(hears.then_some(hear as _), ptr::null_mut());
    }
    drop(current);
    drop(before); // not under the lock: it is the user's
}

/// Makes the library write each event as a line of JSON to a file descriptor,
/// in place of a narrator.
pub fn narrate_json_lines(descriptor: i32) {
    let mut current = NARRATOR.write().unwrap_or_else(PoisonError::into_inner);
    let before = current.take();
    // SAFETY: the closure is the descriptor itself.
    unsafe {
        ffi::vt_set_narrator(Some(ffi::vt_narrate_json_lines), descriptor as isize as *mut c_void);
    }
    drop(current);
    drop(before);
}

unsafe extern "C" fn hear(event: *const ffi::vt_event, _closure: *mut c_void) {
    // A library older than these fields has nothing that could be read here.
    if event.is_null() || (*event).struct_size < size_of::<ffi::vt_event>() {
        return;
    }
    without_unwinding((), || {
        let narrator = NARRATOR.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(narrator) = narrator {
            narrator(&from_raw(&*event));
        }
    });
}

/// # Safety
/// The strings of the event live as long as it.
unsafe fn from_raw(raw: &ffi::vt_event) -> Event<'_> {
    Event {
        kind: EventKind::from_number(raw.kind),
        error: ErrorKind::from_status(raw.status),
        actor: static_text(raw.actor),
        action: static_text(raw.action),
        target: static_text(raw.target),
        device: static_text(raw.device),
        error_kind: static_text(raw.error_kind),
        human: text(raw.human),
        label: text(raw.label),
        purpose: Purpose::from_number(raw.purpose),
        device_ordinal: u32::try_from(raw.device_ordinal).ok(),
        bytes: raw.bytes,
    }
}
