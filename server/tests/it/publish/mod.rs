//! The publisher on a real database and real files, and a model tablet that follows the feed.
#![allow(clippy::print_stdout)] // What a run met is part of what it shows.

mod bundle;
mod cards;
mod crowd;
mod cursors;
mod cuts;
mod fallback;
mod feed;
mod office;
mod plain_cards;
mod program;
mod releases;
mod restored;
mod tablet;
mod trust;
