//! The glass, looked at without a display: pictures of every page, controls by their labels, words in their boxes.

#![allow(clippy::unwrap_used)]

mod codes;
mod colours;
mod controls;
mod crew;
mod fixtures;
mod glass;
mod goldens;
mod lints;
mod pictures;
mod places;
mod seek;
mod seek_views;
mod shown;
mod station;
mod station_views;
mod widget_list;
mod widgets;
