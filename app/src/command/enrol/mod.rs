//! `kakari enrol`: an invitation becomes a tablet that is ready for duty. Every step is stored before the next, so the same
//! command goes on where it was interrupted.
//!
//! The work knows no face: it tells a [`step::Teller`] what is done and verified. One face is a terminal; the other a
//! window for who has a tablet and no keyboard, whose pages are decided by the pure [`wizard`].

mod by;
mod desk;
mod fill;
mod order;
mod refused;
mod refused_words;
mod step;
mod stick;
mod terminal;
mod touches;
mod window;
mod wizard;
mod work;

use std::process::ExitCode;

use crate::cli::EnrolArgs;

pub(crate) fn run(args: &EnrolArgs) -> Result<ExitCode, String> {
    match (args.window, args.touches) {
        (true, _) => window::run(args),
        (false, true) => touches::run(args),
        (false, false) => terminal::run(args),
    }
}
