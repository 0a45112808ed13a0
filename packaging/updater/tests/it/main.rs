//! A release on its way onto a tablet: what is refused, what a power cut leaves, when the version before comes back.
//!
//! Real packages, made and unpacked by dpkg-deb; cuts by strace. Without them: `apt-get install dpkg strace`.

#![allow(clippy::print_stdout)] // A table is printed.

mod attacks;
mod coming_back;
mod cuts;
mod deb;
mod order;
mod real_store;
mod signing;
mod tablet;
