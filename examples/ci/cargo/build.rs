//! Where the CUDA runtime is: CUDA_LIB_DIR, else the toolkit's usual place.

fn main() {
    println!("cargo:rerun-if-env-changed=CUDA_LIB_DIR");
    let folder = std::env::var("CUDA_LIB_DIR").unwrap_or("/usr/local/cuda/lib64".to_string());
    println!("cargo:rustc-link-search=native={folder}");
    println!("cargo:rustc-link-lib=dylib=cudart");
}
