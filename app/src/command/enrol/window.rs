//! The window's face: a page for whoever has the tablet and no keyboard.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kakari_ui::Tablet;

use super::desk::{Desk, Shown};
use crate::cli::EnrolArgs;

pub(super) fn run(args: &EnrolArgs) -> Result<ExitCode, String> {
    let window = |error| format!("no window: {error}; is DISPLAY or WAYLAND_DISPLAY set?");
    let tablet = Tablet::new().map_err(window)?;
    let done = Arc::new(AtomicBool::new(false));
    let (remote, is_done) = (tablet.remote(), done.clone());
    let observer = move |shown| {
        // Fails only while the window is closing.
        let _ = match shown {
            Shown::View(view, ready) => {
                is_done.store(ready, Ordering::Relaxed);
                remote.show(*view)
            }
            Shown::Finished => remote.quit(),
        };
    };
    let desk = Desk::start(args, Box::new(observer))?;
    tablet.set_fullscreen(desk.fullscreen);
    let touched = desk.touches();
    tablet.on_touch(move |_, touch| touched(touch));
    tablet.run().map_err(window)?;
    // What is under way ends with the program; every step that was done is stored.
    Ok(if done.load(Ordering::Relaxed) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
