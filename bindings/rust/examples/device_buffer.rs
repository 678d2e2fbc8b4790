//! Owned device memory: made, filled, read back, and freed when it is dropped.
//!
//!     cargo run --example device_buffer

use vramtrack::{DeviceBuffer, ErrorKind, Purpose, Tracker};

fn main() -> vramtrack::Result<()> {
    let tracker = Tracker::new()?;
    {
        let bias = DeviceBuffer::options()
            .purpose(Purpose::ModelWeights)
            .label("output bias")
            .tracker(&tracker)
            .create_from(&[0.5f32, 1.0, 1.5, 2.0])?;
        println!("{}: {:?}", bias.label(), bias.to_vec::<f32>()?);
        println!("tracked: {} bytes", tracker.total());
    }
    println!("after its scope: {} bytes", tracker.total());

    match DeviceBuffer::new(1 << 46) {
        Err(error) if error.kind() == ErrorKind::OutOfMemory => println!(
            "refused: {} GiB asked for, {}",
            error.requested_bytes().unwrap_or(0) >> 30,
            if error.is_retriable() { "worth another try" } else { "no use" }
        ),
        other => panic!("out of memory was expected, not {other:?}"),
    }
    Ok(())
}
