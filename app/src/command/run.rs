//! `kakari run`: the tablet.

use std::process::ExitCode;

use kakari_session::Session;
use kakari_session::view::View;
use kakari_ui::Tablet;

use crate::cli::Configured;
use crate::clock;
use crate::runner::{Journal, Runner};

pub(crate) fn run(configured: &Configured) -> Result<ExitCode, String> {
    let config = configured.load()?;
    let window = |error| format!("no window: {error}; is DISPLAY or WAYLAND_DISPLAY set?");
    let tablet = Tablet::new().map_err(window)?;
    tablet.set_fullscreen(config.fullscreen);
    let (remote, mut last) = (tablet.remote(), None);
    let observer = move |session: &Session, journal: &Journal| {
        let view = session.view();
        if last.as_ref() != Some(&view) {
            note_screen(last.as_ref(), &view, journal);
            last = Some(view.clone());
            // Fails only while the window is closing.
            let _ = remote.show(view);
        }
    };
    let runner = Runner::start(&config, Box::new(observer)).map_err(|error| format!("no thread: {error}"))?;
    let touched = runner.touches_in();
    tablet.on_touch(move |scene, touch| {
        tracing::debug!(target: "kakari::touch", at_us = clock::monotonic_us(), "touched");
        touched(scene, touch);
    });
    let shown = tablet.run().map_err(window);
    runner.stop();
    shown.map(|()| ExitCode::SUCCESS)
}

/// Says in the log when the view of a screen was ready and what its card took: figures, nobody's data.
fn note_screen(before: Option<&View>, view: &View, journal: &Journal) {
    let name = view.screen.name();
    if before.is_some_and(|before| before.screen.name() == name) {
        return;
    }
    tracing::info!(
        target: "kakari::screen",
        screen = name,
        at_us = clock::monotonic_us(),
        card_seen_us = journal.card_seen_us(),
        card_us = journal.card_us(),
        steps = serde_json::to_string(journal.steps()).unwrap_or_default(),
        "screen"
    );
}
