//! Finding people without a card.

mod crowd;
mod properties;
mod spellings;
mod terms;
