//! A KV cache that grows in place, watched by a mark.
//!
//!     cargo run --example kv_cache

use vramtrack::{BufferOptions, Purpose, Scope, Source, Tracker};

const BYTES_PER_TOKEN: usize = 64 << 10;
const MOST_TOKENS: usize = 8192;

fn main() -> vramtrack::Result<()> {
    let tracker = Tracker::new()?;
    let growable = Source::growable(MOST_TOKENS * BYTES_PER_TOKEN)?;
    let options =
        BufferOptions::new().source(&growable).tracker(&tracker).purpose(Purpose::KvCache).zeroed();

    let mark = tracker.mark()?;
    {
        let _scope = Scope::with_label(Purpose::KvCache, "request 7")?;
        let mut cache = options.create(128 * BYTES_PER_TOKEN)?; // takes the scope's label
        let address = cache.get();
        for tokens in [512, 2048] {
            cache.resize(tokens * BYTES_PER_TOKEN)?;
            assert_eq!(cache.get(), address);
        }
        println!("{}: {} MiB, where it was", cache.label(), cache.len() >> 20);
    }
    let change = mark.finish()?;
    println!("at most {} MiB, left {} bytes", change.peak_bytes >> 20, change.change_bytes);
    Ok(())
}
