//! Scopes: the purpose and label of what a thread allocates.

use std::cell::RefCell;
use std::ffi::{CStr, CString};
use std::marker::PhantomData;
use std::ptr;

use crate::error::{label_text, text, Result};
use crate::ffi;
use crate::purpose::Purpose;

/// Gives everything that this thread allocates a purpose and a label until it is
/// dropped: in recordings of the vramtrack shim, for raw `cudaMalloc` too; a
/// buffer without a label of its own takes the scope's.
///
/// A scope that is dropped before one that was begun after it ends together with that one.
///
/// ```no_run
/// use vramtrack::{Purpose, Scope};
/// let _scope = Scope::enter(Purpose::ModelWeights);
/// // ... call what allocates the weights
/// ```
#[must_use = "a scope ends when it is dropped"]
pub struct Scope {
    number: u64,
    /// It is the thread's: neither Send nor Sync.
    thread: PhantomData<*const ()>,
}

/// A scope of C and what it points to. It ends before its label is freed.
struct Entry {
    number: u64,
    is_dropped: bool,
    raw: Box<ffi::vt_scope>,
    _label: Option<CString>,
}

/// The thread's scopes, the innermost last. C must see them end in the opposite
/// order of their beginnings, in whichever order Rust drops them.
#[derive(Default)]
struct Scopes {
    begun: u64,
    entries: Vec<Entry>,
}

thread_local! {
    static SCOPES: RefCell<Scopes> = RefCell::default();
}

impl Scope {
    /// A scope with the label of the one around it.
    pub fn enter(purpose: Purpose) -> Scope {
        Scope::begin(purpose, ptr::null(), None)
    }

    /// A scope with a label, which is copied.
    pub fn with_label(purpose: Purpose, label: &str) -> Result<Scope> {
        let label = label_text(label)?;
        Ok(Scope::begin(purpose, label.as_ptr(), Some(label)))
    }

    /// A scope with a label that lives for ever, and is not copied.
    pub fn with_static_label(purpose: Purpose, label: &'static CStr) -> Scope {
        Scope::begin(purpose, label.as_ptr(), None)
    }

    fn begin(
        purpose: Purpose,
        label: *const std::os::raw::c_char,
        owned: Option<CString>,
    ) -> Scope {
        // While the thread's storage is torn down there is no scope to begin: number 0 is none.
        let number = SCOPES.try_with(|scopes| {
            let mut scopes = scopes.borrow_mut();
            scopes.begun += 1;
            let number = scopes.begun;
            let mut raw = Box::new(ffi::vt_scope { label: ptr::null(), purpose: 0, open: 0 });
            // SAFETY: the struct and the label stay where they are until the scope has ended.
            unsafe { ffi::vt_scope_begin(&mut *raw, purpose.number(), label) };
            scopes.entries.push(Entry { number, is_dropped: false, raw, _label: owned });
            number
        });
        Scope { number: number.unwrap_or(0), thread: PhantomData }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        // An error means that the thread's storage is gone, and all scopes with it.
        let _ = SCOPES.try_with(|scopes| scopes.borrow_mut().drop_scope(self.number));
    }
}

impl Scopes {
    fn drop_scope(&mut self, number: u64) {
        if let Some(entry) = self.entries.iter_mut().rev().find(|entry| entry.number == number) {
            entry.is_dropped = true;
        }
        while self.entries.last().map_or(false, |entry| entry.is_dropped) {
            self.end_innermost();
        }
    }

    fn end_innermost(&mut self) {
        if let Some(mut entry) = self.entries.pop() {
            // SAFETY: it has begun on this thread, and all after it have ended.
            unsafe { ffi::vt_scope_end(&mut *entry.raw) };
        }
    }
}

impl Drop for Scopes {
    /// At the thread's end: what was forgotten ends before its label is freed.
    fn drop(&mut self) {
        while !self.entries.is_empty() {
            self.end_innermost();
        }
    }
}

/// The purpose of the calling thread's innermost scope.
pub fn current_purpose() -> Purpose {
    // SAFETY: no conditions.
    Purpose::from_number(unsafe { ffi::vt_scope_purpose() })
}

/// The label of the calling thread's innermost scope, if it has one.
pub fn current_label() -> Option<String> {
    // SAFETY: NULL, or a label that lives until its scope ends.
    unsafe {
        let label = ffi::vt_scope_label();
        (!label.is_null()).then(|| text(label).into_owned())
    }
}
