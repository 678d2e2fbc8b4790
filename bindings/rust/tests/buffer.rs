//! Buffers: what they hold, how they grow, and who frees them.

use std::os::raw::c_void;

use vramtrack::{BufferOptions, DeviceBuffer, ErrorKind, Purpose, Source, Stream, Tracker};

const MIB: usize = 1 << 20;

fn kind<T: std::fmt::Debug>(result: vramtrack::Result<T>) -> ErrorKind {
    result.unwrap_err().kind()
}

#[test]
fn bytes_come_back_as_they_went() {
    let data: Vec<u8> = (0..=255).collect();
    let buffer = DeviceBuffer::from_slice(&data).unwrap();
    assert_eq!(buffer.len(), 256);
    assert_eq!(buffer.to_vec::<u8>().unwrap(), data);
}

#[test]
fn numbers_come_back_as_they_went() {
    let data = [[1.5f32, -2.0], [0.0, f32::MAX]];
    let buffer = DeviceBuffer::from_slice(&data).unwrap();
    assert_eq!(buffer.len(), 16);
    assert_eq!(buffer.to_vec::<[f32; 2]>().unwrap(), data);
    assert_eq!(buffer.to_vec::<u64>().unwrap().len(), 2);
}

#[test]
fn offsets_are_in_bytes() {
    let mut buffer = BufferOptions::new().zeroed().create(16).unwrap();
    buffer.copy_from_slice(4, &[0x0403_0201u32]).unwrap();
    buffer.fill(12, 0xff, 2).unwrap();
    let expected = [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 255, 255, 0, 0];
    assert_eq!(buffer.to_vec::<u8>().unwrap(), expected);
    let mut middle = [0u8; 3];
    buffer.copy_to_slice(5, &mut middle).unwrap();
    assert_eq!(middle, [2, 3, 4]);
    buffer.zero().unwrap();
    assert_eq!(buffer.to_vec::<u8>().unwrap(), [0; 16]);
}

#[test]
fn copies_beyond_the_end_are_refused() {
    let mut buffer = DeviceBuffer::new(8).unwrap();
    assert_eq!(kind(buffer.copy_from_slice(0, &[0u8; 9])), ErrorKind::InvalidArgument);
    assert_eq!(kind(buffer.copy_from_slice(8, &[0u8])), ErrorKind::InvalidArgument);
    assert_eq!(kind(buffer.copy_to_slice(usize::MAX, &mut [0u8; 2])), ErrorKind::InvalidArgument);
    buffer.copy_from_slice::<u8>(8, &[]).unwrap();
}

#[test]
fn buffers_copy_among_each_other() {
    let from = DeviceBuffer::from_slice(&[1u8, 2, 3, 4]).unwrap();
    let mut to = BufferOptions::new().zeroed().create(4).unwrap();
    to.copy_from(2, &from, 1, 2).unwrap();
    assert_eq!(to.to_vec::<u8>().unwrap(), [0, 0, 2, 3]);
    assert_eq!(kind(to.copy_from(3, &from, 0, 2)), ErrorKind::InvalidArgument);
}

#[test]
fn work_on_a_stream_is_done_when_the_next_copy_is() {
    let mut buffer = DeviceBuffer::new(4).unwrap();
    let mut out = [0u8; 4];
    // SAFETY: all of it outlives the copy at the end, which waits for the default stream.
    unsafe {
        buffer.copy_from_slice_async(0, &[1u8, 2, 3, 4], Stream::DEFAULT).unwrap();
        buffer.fill_async(2, 9, 1, Stream::DEFAULT).unwrap();
        buffer.copy_to_slice_async(0, &mut out, Stream::DEFAULT).unwrap();
    }
    assert_eq!(buffer.to_vec::<u8>().unwrap(), [1, 2, 9, 4]);
    assert_eq!(out, [1, 2, 9, 4]);
}

#[test]
fn options_are_kept() {
    let buffer = BufferOptions::new()
        .alignment(4096)
        .capacity(MIB)
        .purpose(Purpose::KvCache)
        .label("request 7")
        .device(0)
        .create(100)
        .unwrap();
    assert_eq!(buffer.len(), 100);
    assert!(buffer.capacity() >= MIB);
    assert_eq!(buffer.alignment(), 4096);
    assert_eq!(buffer.get() as usize % 4096, 0);
    assert_eq!(buffer.purpose(), Purpose::KvCache);
    assert_eq!(buffer.label(), "request 7");
    assert_eq!(buffer.device(), Some(0));
    assert_eq!(buffer.stream(), Stream::DEFAULT);
    assert!(buffer.is_allocated() && !buffer.is_empty());
    assert!(format!("{buffer:?}").contains("request 7"));
}

#[test]
fn bad_options_are_refused() {
    assert_eq!(kind(DeviceBuffer::new(0)), ErrorKind::InvalidArgument);
    assert_eq!(kind(BufferOptions::new().alignment(3).create(1)), ErrorKind::InvalidArgument);
    assert_eq!(kind(BufferOptions::new().label("a\0b").create(1)), ErrorKind::InvalidArgument);
    assert_eq!(
        kind(BufferOptions::new().create_array::<u64>(usize::MAX / 2)),
        ErrorKind::InvalidArgument
    );
    let far = BufferOptions::new().device(1000).create(1).unwrap_err();
    assert!(matches!(far.kind(), ErrorKind::NoDevice | ErrorKind::InvalidArgument), "{far:?}");
    assert_eq!(kind(DeviceBuffer::from_slice::<u8>(&[])), ErrorKind::InvalidArgument);
}

#[test]
fn out_of_memory_tells_the_numbers() {
    let error = DeviceBuffer::new(1 << 46).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutOfMemory);
    assert!(error.is_retriable());
    assert_eq!(error.requested_bytes(), Some(1 << 46));
    assert!(error.free_bytes() <= error.total_bytes());
    assert!(error.total_bytes().is_some());
    assert!(error.cuda_error().is_some());
    assert!(!error.detail().is_empty());
    assert_eq!(error.to_string(), error.detail());
    DeviceBuffer::new(MIB).unwrap();
}

#[test]
fn a_buffer_grows_and_shrinks() {
    let mut buffer = BufferOptions::new().zeroed().create(4).unwrap();
    buffer.copy_from_slice(0, &[1u8, 2, 3, 4]).unwrap();
    buffer.resize(8).unwrap();
    assert_eq!(buffer.to_vec::<u8>().unwrap(), [1, 2, 3, 4, 0, 0, 0, 0]);
    buffer.reserve(MIB).unwrap();
    assert!(buffer.capacity() >= MIB);
    let address = buffer.get();
    buffer.resize_on(MIB, Stream::DEFAULT).unwrap();
    assert_eq!(buffer.get(), address);
    buffer.resize(2).unwrap();
    buffer.shrink_to_fit().unwrap();
    assert!(buffer.capacity() < MIB);
    assert_eq!(buffer.to_vec::<u8>().unwrap(), [1, 2]);
    assert_eq!(kind(buffer.resize(1 << 46)), ErrorKind::OutOfMemory);
    assert_eq!(buffer.to_vec::<u8>().unwrap(), [1, 2]);
    assert_eq!(kind(buffer.resize(0)), ErrorKind::InvalidArgument);
}

#[test]
fn a_clone_is_a_copy() {
    let tracker = Tracker::new().unwrap();
    let options = BufferOptions::new().tracker(&tracker).label("twin");
    let mut first = options.create_from(&[1u8, 2]).unwrap();
    let second = first.try_clone(Stream::DEFAULT).unwrap();
    first.zero().unwrap();
    assert_eq!(second.to_vec::<u8>().unwrap(), [1, 2]);
    assert_eq!(second.label(), "twin");
    assert_eq!(tracker.total_by_label("twin"), 4);
}

#[test]
fn dropping_frees() {
    let tracker = Tracker::new().unwrap();
    for _ in 0..100 {
        let options = BufferOptions::new().tracker(&tracker);
        let first = options.create(MIB).unwrap();
        let second = options.create(MIB).unwrap();
        assert_eq!(tracker.total(), 2 * MIB);
        drop(first);
        assert_eq!(tracker.total(), MIB);
        drop(second);
    }
    assert_eq!((tracker.total(), tracker.count(), tracker.peak()), (0, 0, 2 * MIB));
}

#[test]
fn released_memory_can_be_adopted() {
    let tracker = Tracker::new().unwrap();
    let options = BufferOptions::new().tracker(&tracker);
    let buffer = options.create_from(&[7u8; 64]).unwrap();
    let address = buffer.get();
    let base = buffer.release().unwrap();
    assert_eq!(base.as_ptr(), address);
    assert_eq!(tracker.count(), 0);
    // SAFETY: it is cudaMalloc's, 64 bytes, and this owns it now.
    let again = unsafe { options.adopt(base.as_ptr(), 64) }.unwrap();
    assert_eq!(again.to_vec::<u8>().unwrap(), [7; 64]);
    assert_eq!(tracker.total(), 64);
}

#[test]
fn memory_that_needs_its_source_is_not_released() {
    let source = Source::growable(MIB).unwrap();
    let buffer = BufferOptions::new().source(&source).create_from(&[3u8; 8]).unwrap();
    let refused = buffer.release().unwrap_err();
    assert_eq!(refused.error.kind(), ErrorKind::NotSupported);
    assert_eq!(refused.buffer.to_vec::<u8>().unwrap(), [3; 8]);
}

#[test]
fn a_handle_of_c_goes_there_and_back() {
    let tracker = Tracker::new().unwrap();
    let buffer = BufferOptions::new().tracker(&tracker).create_from(&[5u8]).unwrap();
    let raw = buffer.into_raw();
    assert_eq!(tracker.count(), 1);
    // SAFETY: the handle is from above, and this is its only user.
    let buffer = unsafe { DeviceBuffer::from_raw(raw) };
    assert_eq!(buffer.to_vec::<u8>().unwrap(), [5]);
    drop(buffer);
    assert_eq!(tracker.count(), 0);
}

#[test]
fn a_buffer_emptied_by_c_says_so() {
    let buffer = DeviceBuffer::new(8).unwrap();
    let mut base: *mut c_void = std::ptr::null_mut();
    // SAFETY: the handle lives; the memory is adopted again at once.
    let owner = unsafe {
        assert_eq!(vramtrack::ffi::vt_buffer_release(buffer.as_raw(), &mut base), 0);
        BufferOptions::new().adopt(base, 8).unwrap()
    };
    assert!(buffer.is_empty() && !buffer.is_allocated());
    assert!(buffer.get().is_null());
    assert_eq!(kind(buffer.copy_to_slice(0, &mut [0u8])), ErrorKind::NotAllocated);
    assert_eq!(owner.len(), 8);
}

#[test]
fn a_buffer_goes_to_another_thread() {
    let tracker = Tracker::new().unwrap();
    let buffer = BufferOptions::new().tracker(&tracker).create_from(&[1u8, 2, 3]).unwrap();
    let bytes = std::thread::spawn(move || buffer.to_vec::<u8>().unwrap()).join().unwrap();
    assert_eq!(bytes, [1, 2, 3]);
    assert_eq!(tracker.count(), 0);
}

/// For a type that is Sync as well, both impls apply and the call is ambiguous.
#[test]
fn a_buffer_is_send_and_not_sync() {
    trait Ambiguous<A> {
        fn here() {}
    }
    impl<T: ?Sized> Ambiguous<()> for T {}
    impl<T: ?Sized + Sync> Ambiguous<u8> for T {}
    <DeviceBuffer as Ambiguous<_>>::here();

    fn sendable<T: Send>() {}
    fn shareable<T: Send + Sync>() {}
    sendable::<DeviceBuffer>();
    shareable::<Tracker>();
    shareable::<Source>();
    shareable::<vramtrack::Error>();
}
