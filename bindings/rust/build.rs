//! Finds libvramtrack for the linker.
//!
//! In this order: the folder in `VRAMTRACK_LIB_DIR`; what `pkg-config` says of
//! `vramtrack` (`PKG_CONFIG`, `PKG_CONFIG_PATH` and its other variables are
//! honoured). `VRAMTRACK_STATIC=1` links the archive instead of the shared library.

use std::env;
use std::process::{exit, Command};

const VARIABLES: [&str; 6] = [
    "VRAMTRACK_LIB_DIR",
    "VRAMTRACK_STATIC",
    "PKG_CONFIG",
    "PKG_CONFIG_PATH",
    "PKG_CONFIG_LIBDIR",
    "PKG_CONFIG_SYSROOT_DIR",
];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for variable in VARIABLES {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    let wants_static = env::var_os("VRAMTRACK_STATIC").map_or(false, |value| value != "0");
    let found = match variable("VRAMTRACK_LIB_DIR") {
        Some(folder) => in_folder(&folder, wants_static),
        None => by_pkg_config(wants_static),
    };
    if let Err(message) = found {
        eprintln!("vramtrack: {message}");
        exit(1);
    }
}

/// The value of a variable; an empty one counts as none.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn in_folder(folder: &str, wants_static: bool) -> Result<(), String> {
    let file = if wants_static { "libvramtrack.a" } else { "libvramtrack.so" };
    if !std::path::Path::new(folder).join(file).exists() {
        return Err(format!("VRAMTRACK_LIB_DIR is {folder}, but there is no {file} in it"));
    }
    println!("cargo:rustc-link-search=native={folder}");
    link("vramtrack", wants_static);
    if wants_static {
        // What the archive itself needs; a search path for it can be given by RUSTFLAGS=-L.
        for library in ["cudart", "dl", "pthread"] {
            link(library, false);
        }
    }
    Ok(())
}

fn by_pkg_config(wants_static: bool) -> Result<(), String> {
    let folders = pkg_config("--libs-only-L", wants_static)?;
    let libraries = pkg_config("--libs-only-l", wants_static)?;
    for folder in folders.iter().filter_map(|flag| flag.strip_prefix("-L")) {
        println!("cargo:rustc-link-search=native={folder}");
    }
    let names: Vec<&str> = libraries.iter().filter_map(|flag| flag.strip_prefix("-l")).collect();
    if !names.contains(&"vramtrack") {
        return Err(format!(
            "pkg-config --libs vramtrack does not name -lvramtrack: {libraries:?}"
        ));
    }
    // pkg-config keeps -L of system folders to itself; the archive is looked for by rustc, not by
    // the linker, and needs it said.
    if wants_static {
        for folder in pkg_config("--variable=libdir", true)? {
            println!("cargo:rustc-link-search=native={folder}");
        }
    }
    for name in names {
        link(name, wants_static && name == "vramtrack");
    }
    // Crates that depend on this one read it as DEP_VRAMTRACK_INCLUDE.
    for folder in pkg_config("--variable=includedir", wants_static)? {
        println!("cargo:include={folder}");
    }
    Ok(())
}

fn link(name: &str, is_static: bool) {
    let kind = if is_static { "static" } else { "dylib" };
    println!("cargo:rustc-link-lib={kind}={name}");
}

/// One question to pkg-config; its answer in words.
fn pkg_config(question: &str, wants_static: bool) -> Result<Vec<String>, String> {
    let program = variable("PKG_CONFIG").unwrap_or_else(|| "pkg-config".to_string());
    let mut command = Command::new(&program);
    if wants_static {
        command.arg("--static");
    }
    let output = command.args([question, "vramtrack"]).output().map_err(|error| {
        format!(
            "cannot run {program}: {error}. Install pkg-config, or set VRAMTRACK_LIB_DIR to the \
             folder of libvramtrack.so"
        )
    })?;
    if !output.status.success() {
        return Err(format!(
            "{program} does not find vramtrack. Install libvramtrack, set PKG_CONFIG_PATH to the \
             folder of vramtrack.pc, or set VRAMTRACK_LIB_DIR to the folder of libvramtrack.so. \
             It said: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    let answer = String::from_utf8_lossy(&output.stdout);
    Ok(answer.split_whitespace().map(str::to_string).collect())
}
