//! Scopes: what holds inside of them, in whichever order they are dropped.

use std::ffi::CStr;

use vramtrack::{current_label, current_purpose, DeviceBuffer, Purpose, Scope};

fn label() -> String {
    current_label().unwrap_or_default()
}

#[test]
fn scopes_nest() {
    assert_eq!((current_purpose(), current_label()), (Purpose::Unknown, None));
    {
        let _weights = Scope::with_label(Purpose::ModelWeights, "layer 3").unwrap();
        assert_eq!((current_purpose(), label().as_str()), (Purpose::ModelWeights, "layer 3"));
        {
            let _cache = Scope::enter(Purpose::KvCache);
            assert_eq!((current_purpose(), label().as_str()), (Purpose::KvCache, "layer 3"));
        }
        assert_eq!(current_purpose(), Purpose::ModelWeights);
    }
    assert_eq!((current_purpose(), current_label()), (Purpose::Unknown, None));
}

#[test]
fn a_buffer_takes_the_label() {
    let name = CStr::from_bytes_with_nul(b"embedding\0").unwrap();
    let _scope = Scope::with_static_label(Purpose::ModelWeights, name);
    assert_eq!(DeviceBuffer::new(1).unwrap().label(), "embedding");
    let own = DeviceBuffer::options().label("own").create(1).unwrap();
    assert_eq!(own.label(), "own");
}

#[test]
fn any_order_of_drops_is_sound() {
    let outer = Scope::with_label(Purpose::ModelWeights, "outer").unwrap();
    let inner = Scope::with_label(Purpose::KvCache, "inner").unwrap();
    drop(outer);
    assert_eq!((current_purpose(), label().as_str()), (Purpose::KvCache, "inner"));
    drop(inner);
    assert_eq!((current_purpose(), current_label()), (Purpose::Unknown, None));
}

#[test]
fn a_forgotten_scope_ends_with_its_thread() {
    std::thread::spawn(|| {
        std::mem::forget(Scope::with_label(Purpose::KvCache, "forgotten").unwrap());
        assert_eq!(label(), "forgotten");
    })
    .join()
    .unwrap();
    assert_eq!(current_label(), None);
}

#[test]
fn scopes_are_those_of_a_thread() {
    let _scope = Scope::with_label(Purpose::KvCache, "here").unwrap();
    std::thread::spawn(|| assert_eq!(current_label(), None)).join().unwrap();
}

#[test]
fn a_label_with_a_nul_is_refused() {
    assert!(Scope::with_label(Purpose::KvCache, "a\0b").is_err());
    assert_eq!(current_purpose(), Purpose::Unknown);
}
