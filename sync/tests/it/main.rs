//! The wire forms against vectors that other hands made, and against any bytes.

mod any;
mod code;
mod given;
mod orders;
mod vectors;
