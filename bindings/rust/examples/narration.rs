//! What happens to device memory, as events for the program's own log.
//!
//!     cargo run --example narration

use vramtrack::{set_narrator, DeviceBuffer, Event, Purpose, Tracker};

fn log(event: &Event<'_>) {
    let level = if event.error_kind.is_empty() { "INFO" } else { "ERROR" };
    println!("{level} {} {}: {}", event.actor, event.action, event.human);
}

fn main() -> vramtrack::Result<()> {
    set_narrator(Some(Box::new(log)));

    let tracker = Tracker::new()?;
    tracker.set_budget(24 << 20);
    let options = DeviceBuffer::options().tracker(&tracker).purpose(Purpose::KvCache);
    let cache = options.create(16 << 20)?;
    if let Err(error) = options.create(16 << 20) {
        println!("{error}");
    }
    tracker.verify_residency()?;
    drop(tracker); // before its buffer: a leak at this moment
    drop(cache);
    Ok(())
}
