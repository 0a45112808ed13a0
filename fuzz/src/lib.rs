//! What only a fuzzer needs. What must hold is in `record/checks`.

pub mod tree;
