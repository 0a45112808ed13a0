//! Finding a person without a card: what is asked, and how a directory answers. Names stay in memory and are wiped.
//!
//! [`Terms`] are what a crew can say. An [`Index`] holds of each opened directory entry what a search asks by, and
//! [`Index::search`] answers who fits; [`group`] makes households of them, or names nobody.

mod group;
mod index;
mod kana;
mod pattern;
mod people;
mod terms;
mod when;

pub use group::{Grouped, MOST_ENTRIES, MOST_PEOPLE, group};
pub use index::{Fit, Hit, Hits, Index, MOST_HITS};
pub use terms::{NameTerm, Terms};
pub use when::years;
