//! A cache of blocks in device memory: the code under test.

use std::os::raw::{c_int, c_void}; // rustc 1.63 has them here only

extern "C" {
    fn cudaMalloc(memory: *mut *mut c_void, bytes: usize) -> c_int;
    fn cudaFree(memory: *mut c_void) -> c_int;
}

#[derive(Default)]
pub struct Cache {
    blocks: Vec<*mut c_void>,
}

impl Cache {
    pub fn add(&mut self, bytes: usize) -> bool {
        let mut memory = std::ptr::null_mut();
        // SAFETY: the pointer is to a local variable.
        let result = unsafe { cudaMalloc(&mut memory, bytes) };
        if result == 0 {
            self.blocks.push(memory);
        }
        result == 0
    }

    pub fn count(&self) -> usize {
        self.blocks.len()
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        for memory in self.blocks.drain(..) {
            // SAFETY: it comes from cudaMalloc and is freed once.
            unsafe { cudaFree(memory) };
        }
    }
}
