//! FeliCa cards (JIS X 6319-4), whatever reader lies between.

pub mod frame;
pub mod mac;
mod reach;
pub mod storage;
pub mod way;
#[cfg(feature = "issue")]
pub mod writing;

pub(crate) use reach::{Mismatch, Reach, Step};
