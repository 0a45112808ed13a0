//! The glass, looked at without a display: pictures of every page, controls by their labels, words in their boxes.

#![allow(clippy::unwrap_used)]

mod colours;
mod controls;
mod fixtures;
mod glass;
mod glyphs;
mod pages;
mod pictures;
mod places;
