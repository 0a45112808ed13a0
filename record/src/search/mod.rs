//! Finding a person without a card: what is asked, and how a directory answers. Names stay in memory and are wiped.

mod terms;

pub use terms::{NameTerm, Terms};
