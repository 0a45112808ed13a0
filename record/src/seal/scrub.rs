//! What ciphers leave behind on the stack.

use std::hint::black_box;

/// Deeper than any unwrapping or derivation reaches below its caller.
const DEPTH: usize = 64 * 1024;

/// Overwrites the stack below the caller. Keys are wiped where they are held, but a hash or a value that is moved leaves
/// copies in frames that are gone. They would stay there, and travel on: a large value that is built over them and moved
/// to the heap takes them along in the parts of it that are not filled.
#[inline(never)]
pub fn scrub_stack() {
    black_box(&mut [0_u8; DEPTH]);
}
