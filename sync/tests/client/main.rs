//! The tablet's client against servers that mean well and servers that do not, over HTTPS and from a folder.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // A test that cannot go on should panic.

mod attacks;
mod authority;
mod clock;
mod current;
mod device;
mod downloads;
mod enrolment;
mod peers;
mod region;
mod releases;
mod rounds;
mod schedule;
mod server;
mod tablet;
