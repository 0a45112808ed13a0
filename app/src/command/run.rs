//! `kakari run`: the tablet.

use std::process::ExitCode;

use kakari_session::Session;
use kakari_session::view::{Screen, View};
use kakari_ui::Tablet;

use crate::cli::Configured;
use crate::clock;
use crate::runner::{Journal, Runner};
use crate::supervisor::{Pulse, Supervisor};
use crate::update;

pub(crate) fn run(configured: &Configured) -> Result<ExitCode, String> {
    let config = configured.load()?;
    let window = |error| format!("no window: {error}; is DISPLAY or WAYLAND_DISPLAY set?");
    let tablet = Tablet::new().map_err(window)?;
    tablet.set_fullscreen(config.fullscreen);
    let supervisor = Supervisor::of_environment();
    let (remote, mut last, mut ready) = (tablet.remote(), None, false);
    let (told, mut pulse) = (supervisor.clone(), Pulse::new(supervisor.clone()));
    let (mut first, mut rested) = (FirstView::default(), false);
    let kept = config.clone();
    let observer = move |session: &Session, journal: &Journal| {
        if session.ends_for_update() {
            if !std::mem::replace(&mut rested, true) {
                update::note_rest(&kept);
            }
            // Fails only while the window is closing.
            let _ = remote.quit();
        }
        if first.has_stood(session) {
            update::note_started(&kept);
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

/// A start in order: the store is open, and the glass has been driven for a tick since the first view of it.
#[derive(Default)]
struct FirstView {
    seen: u8,
}

impl FirstView {
    /// True once.
    fn has_stood(&mut self, session: &Session) -> bool {
        if session.has_store() && self.seen <= Self::LOOKS {
            self.seen += 1;
            return self.seen == Self::LOOKS;
        }
        false
    }

    /// The first hands the view to the glass; of those that follow the last comes with a tick at the latest.
    const LOOKS: u8 = 3;
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
