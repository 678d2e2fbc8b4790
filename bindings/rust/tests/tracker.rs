//! Trackers: sums, budget, marks, reports, residency.

use std::sync::{Arc, Mutex};

use vramtrack::{
    report_leaks, verify_residency, BufferOptions, DeviceBuffer, ErrorKind, Purpose, Source,
    Tracker,
};

const MIB: usize = 1 << 20;

fn made(tracker: &Tracker, purpose: Purpose, bytes: usize) -> DeviceBuffer {
    BufferOptions::new().tracker(tracker).purpose(purpose).create(bytes).unwrap()
}

#[test]
fn sums_are_kept_by_purpose_device_and_label() {
    let tracker = Tracker::new().unwrap();
    let options = BufferOptions::new().tracker(&tracker).purpose(Purpose::ModelWeights);
    let weights = options.label("layer 0").create(3 * MIB).unwrap();
    let cache = made(&tracker, Purpose::KvCache, MIB);
    assert_eq!((tracker.total(), tracker.count()), (4 * MIB, 2));
    assert_eq!(tracker.total_by_purpose(Purpose::ModelWeights), 3 * MIB);
    assert_eq!(tracker.count_by_purpose(Purpose::KvCache), 1);
    assert_eq!(tracker.total_by_device(Some(0)), 4 * MIB);
    assert_eq!(tracker.total_by_device(Some(9)), 0);
    assert_eq!(tracker.total_by_label("layer 0"), 3 * MIB);
    assert_eq!(tracker.total_by_label("layer 1"), 0);
    drop(weights);
    assert_eq!((tracker.total(), tracker.peak()), (MIB, 4 * MIB));
    assert_eq!(tracker.peak_by_purpose(Purpose::ModelWeights), 3 * MIB);
    let accounts = tracker.breakdown();
    assert_eq!(accounts.len(), 1);
    assert_eq!(
        (accounts[0].purpose, accounts[0].bytes, accounts[0].count),
        (Purpose::KvCache, MIB, 1)
    );
    drop(cache);
    assert!(tracker.breakdown().is_empty());
}

#[test]
fn what_is_live_is_told() {
    let tracker = Tracker::new().unwrap();
    let buffer = made(&tracker, Purpose::KvCache, MIB);
    tracker.record(0x1000 as *const u8, 77, Purpose::Unknown, "others'", None).unwrap();
    let live = tracker.live().unwrap();
    assert_eq!(live.len(), 2);
    assert_eq!(live[0].address, buffer.get() as *const _);
    assert_eq!((live[0].bytes, live[0].purpose, live[0].device), (MIB, Purpose::KvCache, Some(0)));
    assert_eq!((live[1].bytes, live[1].label.as_str(), live[1].device), (77, "others'", None));
    tracker.unrecord(0x1000 as *const u8).unwrap();
    let error = tracker.unrecord(0x1000 as *const u8).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(tracker.live().unwrap().len(), 1);
}

#[test]
fn reports_are_texts() {
    let tracker = Tracker::new().unwrap();
    let _weights = made(&tracker, Purpose::ModelWeights, MIB);
    let usage = tracker.usage_report().unwrap();
    assert!(
        usage.starts_with("VRAM Usage Report:\n  Total: 1.00 MB\n  Allocations: 1\n"),
        "{usage}"
    );
    assert!(tracker.report_json().unwrap().contains("\"vramtrack-tracker/1\""));
    assert!(!tracker.report_text().unwrap().is_empty());
}

#[test]
fn a_budget_refuses() {
    let tracker = Tracker::new().unwrap();
    tracker.set_budget(2 * MIB);
    let _first = made(&tracker, Purpose::ModelWeights, MIB);
    let error = BufferOptions::new().tracker(&tracker).create(2 * MIB).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Budget);
    assert_eq!(error.requested_bytes(), Some(2 * MIB as u64));
    assert_eq!(tracker.total(), MIB);
    tracker.set_budget(0);
    made(&tracker, Purpose::ModelWeights, 2 * MIB);
}

#[test]
fn a_budget_asks_for_room() {
    let tracker = Arc::new(Tracker::new().unwrap());
    let spare = Arc::new(Mutex::new(vec![made(&tracker, Purpose::KvCache, MIB)]));
    let taken = Arc::clone(&spare);
    let weak = Arc::downgrade(&tracker);
    tracker.set_budget_with(MIB, move |requested, limit| {
        assert_eq!((requested, limit), (MIB, MIB));
        assert_eq!(weak.upgrade().unwrap().total(), MIB); // the tracker may be used in here
        taken.lock().unwrap().pop().is_some()
    });
    let buffer = made(&tracker, Purpose::ModelWeights, MIB);
    assert!(spare.lock().unwrap().is_empty());
    let error = BufferOptions::new().tracker(&tracker).create(MIB).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Budget);
    drop(buffer);
}

#[test]
fn a_panic_in_the_budget_is_a_no() {
    let tracker = Tracker::new().unwrap();
    tracker.set_budget_with(MIB, |_, _| panic!("on purpose"));
    let error = BufferOptions::new().tracker(&tracker).create(2 * MIB).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Budget);
    made(&tracker, Purpose::Unknown, MIB);
}

#[test]
fn the_budget_may_be_replaced_while_it_is_asked() {
    let tracker = Tracker::new().unwrap();
    tracker.set_budget(MIB);
    let buffers: Vec<_> = (0..4).map(|_| made(&tracker, Purpose::Unknown, 1)).collect();
    std::thread::scope(|threads| {
        for mut buffer in buffers {
            threads.spawn(move || {
                for _ in 0..500 {
                    let _ = buffer.resize(2 * MIB);
                }
            });
        }
        threads.spawn(|| {
            for round in 0..500usize {
                tracker.set_budget_with(MIB, move |_, _| round == usize::MAX);
            }
        });
    });
    assert_eq!(tracker.count(), 0);
}

#[test]
fn a_tracker_may_be_dropped_before_its_buffers() {
    let asked = Arc::new(());
    let tracker = Tracker::new().unwrap();
    let held = Arc::clone(&asked);
    tracker.set_budget_with(MIB, move |_, _| Arc::strong_count(&held) == 0);
    let mut buffer = made(&tracker, Purpose::KvCache, 1);
    drop(tracker);
    let _ = buffer.resize(4 * MIB); // whatever it gives, what it may call is there
    drop(buffer);
    assert_eq!(Arc::strong_count(&asked), 1);
}

#[test]
fn marks_tell_what_changed() {
    let tracker = Tracker::new().unwrap();
    let before = made(&tracker, Purpose::Unknown, MIB);
    let outer = tracker.mark().unwrap();
    let kept = made(&tracker, Purpose::Unknown, 2 * MIB);
    let inner = tracker.mark().unwrap();
    drop(made(&tracker, Purpose::Unknown, 4 * MIB));
    let inner = inner.finish().unwrap();
    assert_eq!((inner.change_bytes, inner.change_count, inner.peak_bytes), (0, 0, 4 * MIB));
    assert_eq!((inner.allocations, inner.frees), (1, 1));
    drop(before);
    let outer = outer.finish().unwrap();
    assert_eq!((outer.change_bytes, outer.change_count), (MIB as i64, 0));
    assert_eq!((outer.peak_bytes, outer.allocations, outer.frees), (6 * MIB, 2, 2));
    drop(kept);
}

#[test]
fn marks_of_a_thread_see_that_thread_alone() {
    let tracker = Tracker::new().unwrap();
    let mark = tracker.thread_mark().unwrap();
    let everybody = tracker.mark().unwrap();
    let other = std::thread::scope(|threads| {
        threads.spawn(|| made(&tracker, Purpose::Unknown, MIB)).join().unwrap()
    });
    let own = made(&tracker, Purpose::Unknown, 16);
    assert_eq!(everybody.finish().unwrap().change_bytes, (MIB + 16) as i64);
    assert_eq!(mark.finish().unwrap().change_bytes, 16);
    drop((own, other));
}

#[test]
fn a_dropped_mark_has_ended() {
    let tracker = Tracker::new().unwrap();
    let outer = tracker.mark().unwrap();
    drop(tracker.mark().unwrap());
    let kept = made(&tracker, Purpose::Unknown, MIB);
    assert_eq!(outer.finish().unwrap().change_bytes, MIB as i64);
    drop(kept);
}

#[test]
fn residency_is_verified() {
    let tracker = Tracker::new().unwrap();
    tracker.verify_residency().unwrap();
    let buffer = made(&tracker, Purpose::ModelWeights, MIB);
    tracker.verify_residency().unwrap();
    verify_residency(buffer.get()).unwrap();
    let source = Source::managed().unwrap();
    let managed = BufferOptions::new().tracker(&tracker).source(&source).create(1).unwrap();
    assert_eq!(tracker.verify_residency().unwrap_err().kind(), ErrorKind::NotResident);
    assert_eq!(verify_residency(managed.get()).unwrap_err().kind(), ErrorKind::NotResident);
    let local = 0u8;
    assert_eq!(verify_residency(&local).unwrap_err().kind(), ErrorKind::NotResident);
}

#[test]
fn leaks_of_the_process_are_counted() {
    let tracker = Tracker::new().unwrap();
    let _buffers: Vec<_> = (0..3).map(|_| made(&tracker, Purpose::Unknown, 1)).collect();
    assert!(report_leaks() >= 3); // other tests run beside this one
}
