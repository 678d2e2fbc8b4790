//! Narration. The narrator is the process's: these tests take turns.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vramtrack::{set_narrator, BufferOptions, DeviceBuffer, ErrorKind, Event, EventKind, Purpose};

static TURN: Mutex<()> = Mutex::new(());

/// Ends the narration of one test, whether it passes or not.
struct Silence(#[allow(dead_code)] MutexGuard<'static, ()>);

impl Drop for Silence {
    fn drop(&mut self) {
        set_narrator(None);
    }
}

fn narrated(narrator: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Silence {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    set_narrator(Some(Box::new(narrator)));
    Silence(turn)
}

#[test]
fn events_have_the_fields_of_the_client() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&heard);
    let silence = narrated(move |event| {
        list.lock().unwrap().push((
            event.kind,
            [event.actor, event.action, event.target, event.device].map(String::from),
            event.error_kind.to_string(),
            (event.human.to_string(), event.label.to_string()),
            (event.purpose, event.device_ordinal, event.bytes, event.error),
        ));
    });
    let options = BufferOptions::new().purpose(Purpose::KvCache).label("request 7");
    drop(options.create(16 << 20).unwrap());
    options.create(1 << 46).unwrap_err();
    drop(silence);
    let heard = std::mem::take(&mut *heard.lock().unwrap());
    assert_eq!(heard.len(), 3, "{heard:?}");
    for (index, (kind, action, error)) in [
        (EventKind::Allocated, "vram_allocate", None),
        (EventKind::Freed, "vram_deallocate", None),
        (EventKind::Failed, "vram_allocate", Some(ErrorKind::OutOfMemory)),
    ]
    .into_iter()
    .enumerate()
    {
        let event = &heard[index];
        assert_eq!(event.0, kind);
        assert_eq!(event.1, ["vram-residency", action, "GPU0", "GPU0"]);
        assert_eq!(event.2, if error.is_some() { "vram_oom" } else { "" });
        assert!(!event.3 .0.is_empty() && event.3 .0.chars().count() <= 100, "{}", event.3 .0);
        assert_eq!(event.3 .1, "request 7");
        let bytes = if error.is_some() { 1 << 46 } else { 16 << 20 };
        assert_eq!(event.4, (Purpose::KvCache, Some(0), bytes, error));
    }
}

#[test]
fn a_panic_does_not_reach_the_library() {
    let calls = Arc::new(Mutex::new(0));
    let counter = Arc::clone(&calls);
    let _silence = narrated(move |_| {
        *counter.lock().unwrap() += 1;
        panic!("on purpose");
    });
    drop(DeviceBuffer::new(1).unwrap());
    // Once for the allocation and, since that did not unwind, once for the free.
    assert_eq!(*calls.lock().unwrap(), 2);
}

#[test]
fn a_narrator_may_use_the_library_and_replace_itself() {
    let heard = Arc::new(Mutex::new(0));
    let counter = Arc::clone(&heard);
    let _silence = narrated(move |_| {
        *counter.lock().unwrap() += 1;
        drop(DeviceBuffer::new(1).unwrap());
        set_narrator(None);
    });
    drop(DeviceBuffer::new(1).unwrap());
    assert_eq!(*heard.lock().unwrap(), 1);
}

#[test]
fn narrators_are_replaced_while_threads_narrate() {
    let _silence = narrated(|_| {});
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| (0..200).for_each(|_| drop(DeviceBuffer::new(1).unwrap())));
        }
        threads.spawn(|| {
            for round in 0..500u64 {
                let bytes = vec![round; 64];
                set_narrator(Some(Box::new(move |_| assert_eq!(bytes[63], round))));
            }
        });
    });
}

#[test]
fn lines_of_json_go_to_a_descriptor() {
    use std::io::{Read, Seek};
    use std::os::unix::io::AsRawFd;
    let _silence = narrated(|_| {});
    let path = std::env::temp_dir().join(format!("vramtrack-rust-{}", std::process::id()));
    let mut file =
        std::fs::OpenOptions::new().read(true).write(true).create_new(true).open(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    vramtrack::narrate_json_lines(file.as_raw_fd());
    drop(DeviceBuffer::new(1).unwrap());
    set_narrator(None);
    let mut lines = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut lines).unwrap();
    assert_eq!(lines.lines().count(), 2, "{lines}");
    assert!(lines.lines().all(|line| line.starts_with('{') && line.ends_with('}')), "{lines}");
}
