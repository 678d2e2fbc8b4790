//! Sources and their adaptors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use vramtrack::{BufferOptions, DeviceBuffer, ErrorKind, MemoryKind, PoolOptions, Source};

const MIB: usize = 1 << 20;

fn made_of(source: &Source) -> DeviceBuffer {
    let mut buffer = BufferOptions::new().source(source).create(MIB).unwrap();
    buffer.fill(0, 42, MIB).unwrap();
    assert_eq!(buffer.to_vec::<u8>().unwrap(), vec![42; MIB]);
    buffer
}

#[test]
fn each_source_gives_memory() {
    let pool = PoolOptions { initial_bytes: 4 * MIB, ..PoolOptions::default() };
    let sources = [
        (Source::managed().unwrap(), MemoryKind::Managed),
        (Source::pinned().unwrap(), MemoryKind::PinnedHost),
        (Source::pool(pool).unwrap(), MemoryKind::Device),
        (Source::growable(64 * MIB).unwrap(), MemoryKind::Device),
    ];
    for (source, kind) in &sources {
        assert_eq!(source.kind(), *kind, "{source:?}");
        assert!(!source.name().is_empty());
        made_of(source);
    }
}

#[test]
fn a_buffer_outlives_its_source() {
    let source = Source::managed().unwrap();
    let buffer = made_of(&source);
    drop(source);
    assert_eq!(buffer.to_vec::<u8>().unwrap().len(), MIB);
}

#[test]
fn growable_memory_stays_where_it_is() {
    let source = Source::growable(0).unwrap();
    let options = BufferOptions::new().source(&source).capacity(64 * MIB);
    let mut cache = options.create_from(&[1u8, 2, 3]).unwrap();
    let address = cache.get();
    for mebibytes in [1, 4, 16, 64] {
        cache.resize(mebibytes * MIB).unwrap();
        assert_eq!(cache.get(), address);
    }
    let mut head = [0u8; 3];
    cache.copy_to_slice(0, &mut head).unwrap();
    assert_eq!(head, [1, 2, 3]);
}

#[test]
fn a_limit_is_kept() {
    let limit = Source::limit(None, 3 * MIB).unwrap();
    let first = made_of(&limit);
    let second = made_of(&limit);
    assert_eq!(limit.limit_used(), 2 * MIB);
    let refused = BufferOptions::new().source(&limit).create(2 * MIB).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Budget);
    assert!(refused.is_retriable());
    drop(first);
    BufferOptions::new().source(&limit).create(2 * MIB).unwrap();
    drop(second);
    assert_eq!(limit.limit_used(), 0);
}

#[test]
fn failures_can_be_planned() {
    let failing = Source::failing(None, 2, 1, ErrorKind::DeviceFault).unwrap();
    made_of(&failing);
    let error = BufferOptions::new().source(&failing).create(1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DeviceFault);
    assert!(!error.is_retriable());
    made_of(&failing);
}

#[test]
fn room_is_made_and_the_allocation_tried_again() {
    let spare = Arc::new(Mutex::new(Vec::new()));
    let below = Source::failing(None, 3, 1, ErrorKind::OutOfMemory).unwrap();
    let taken = Arc::clone(&spare);
    let retry = Source::retry(Some(&below), 3, move |bytes, device, _attempt| {
        assert_eq!((bytes, device), (MIB, 0));
        taken.lock().unwrap().pop().is_some()
    })
    .unwrap();
    drop(below);
    spare.lock().unwrap().extend([made_of(&retry), made_of(&retry)]);
    made_of(&retry);
    assert_eq!(spare.lock().unwrap().len(), 1);
}

#[test]
fn the_callback_lives_as_long_as_a_buffer_that_may_call_it() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let below = Source::failing(None, 2, 1, ErrorKind::OutOfMemory).unwrap();
    let retry =
        Source::retry(Some(&below), 1, move |_, _, _| counter.fetch_add(1, Ordering::Relaxed) == 0)
            .unwrap();
    let limit = Source::limit(Some(&retry), 64 * MIB).unwrap();
    let mut buffer = made_of(&limit);
    drop((below, retry, limit));
    buffer.resize(8 * MIB).unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    drop(buffer);
    assert_eq!(Arc::strong_count(&asked), 1);
}

#[test]
fn a_panic_in_the_callback_is_a_no() {
    let below = Source::failing(None, 1, 1, ErrorKind::OutOfMemory).unwrap();
    let retry = Source::retry(Some(&below), 5, |_, _, _| panic!("on purpose")).unwrap();
    let error = BufferOptions::new().source(&retry).create(1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutOfMemory);
    made_of(&retry);
}
