//! `kakari run`: the tablet.

use std::process::ExitCode;
use std::time::Instant;

use kakari_session::Session;
use kakari_session::view::{Screen, View};
use kakari_ui::Tablet;

use super::start::Start;
use crate::cli::Configured;
use crate::clock;
use crate::runner::{Journal, Runner};
use crate::supervisor::{Pulse, Supervisor};

pub(crate) fn run(configured: &Configured) -> Result<ExitCode, String> {
    let config = configured.load()?;
    let window = |error| format!("no window: {error}; is DISPLAY or WAYLAND_DISPLAY set?");
    let tablet = Tablet::new().map_err(window)?;
    tablet.set_fullscreen(config.fullscreen);
    let supervisor = Supervisor::of_environment();
    let (remote, mut last, mut ready) = (tablet.remote(), None, false);
    let (told, mut pulse) = (supervisor.clone(), Pulse::new(supervisor.clone()));
    let (mut start, mut told_failed) = (Start::of(&config), false);
    let observer = move |session: &Session, journal: &Journal| {
        // Asked first: it notes a start in order.
        let failed = start.has_failed(session, Instant::now());
        if failed || session.ends_for_update() {
            if failed && !std::mem::replace(&mut told_failed, true) {
                tracing::error!("this version is on trial and its store does not open: it ends");
            }
            // Fails only while the window is closing.
            let _ = remote.quit();
        }
        let view = session.view();
        if last.as_ref() != Some(&view) {
            note_screen(last.as_ref(), &view, journal);
            let store_answered = !matches!(view.screen, Screen::Starting(_));
            last = Some(view.clone());
            // Fails only while the window is closing, as below.
            let _ = remote.show(view);
            if store_answered && !std::mem::replace(&mut ready, true) {
                let told = told.clone();
                let _ = remote.after_drawing(move || told.ready("the glass is on, and the store has answered"));
            }
        }
        pulse.turn(|answer| {
            let _ = remote.run(answer);
        });
    };
    let runner = Runner::start(&config, Box::new(observer)).map_err(|error| format!("no thread: {error}"))?;
    let touched = runner.touches_in();
    tablet.on_touch(move |scene, touch| {
        tracing::debug!(target: "kakari::touch", at_us = clock::monotonic_us(), "touched");
        touched(scene, touch);
    });
    let shown = tablet.run().map_err(window);
    supervisor.stopping();
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
