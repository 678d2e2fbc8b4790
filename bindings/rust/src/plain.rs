//! Numbers that may be copied to and from device memory as bytes.

mod sealed {
    pub trait Sealed {}
}

/// A plain number, or an array of them: every pattern of bits is a value, and no
/// byte of it is padding. Sealed: no other type can promise that.
pub trait Plain: sealed::Sealed + Copy + Send + Sync + 'static {
    /// All bytes 0.
    const ZERO: Self;
}

macro_rules! plain {
    ($($number:ty = $zero:literal)*) => {$(
        impl sealed::Sealed for $number {}
        impl Plain for $number {
            const ZERO: Self = $zero;
        }
    )*};
}
plain! {
    u8 = 0 u16 = 0 u32 = 0 u64 = 0 u128 = 0 usize = 0
    i8 = 0 i16 = 0 i32 = 0 i64 = 0 i128 = 0 isize = 0
    f32 = 0.0 f64 = 0.0
}

impl<T: Plain, const N: usize> sealed::Sealed for [T; N] {}
impl<T: Plain, const N: usize> Plain for [T; N] {
    const ZERO: Self = [T::ZERO; N];
}
