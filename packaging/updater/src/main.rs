//! Takes a signed release on a tablet, and keeps the version before it.

fn main() {}
