//! The tablet's window, from the side of the program.

use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kakari_session::Scene;
use kakari_session::touch::Touch;
use kakari_session::view::{Screen, View};
use slint::{ComponentHandle, Global, TimerMode};

use crate::act::{self, Shared};
use crate::fonts;
use crate::glass::{self, Glass, TabletWindow};

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UiError {
    /// No display, no renderer, or the window system refused.
    #[error("the window system does not answer")]
    Platform(#[from] slint::PlatformError),
    /// The event loop is not there (any more).
    #[error("the event loop is gone")]
    Loop(#[from] slint::EventLoopError),
}

/// A read that takes longer is said; a quicker one goes straight to what it found, and no frame is spent on saying so.
const READING_SHOWN_AFTER: Duration = Duration::from_millis(80);

/// The tablet's window. Lives on the thread that made it, which must be the one that runs the event loop.
pub struct Tablet {
    window: TabletWindow,
    state: Shared,
    mailbox: Mailbox,
}

type Mailbox = Arc<Mutex<Option<View>>>;

/// Shows views from other threads. Of views that come faster than they can be drawn only the last is shown.
#[derive(Clone)]
pub struct Remote {
    window: slint::Weak<TabletWindow>,
    mailbox: Mailbox,
}

impl Remote {
    /// Shows a view soon; does not wait.
    pub fn show(&self, view: View) -> Result<(), UiError> {
        *self.mailbox.lock().unwrap_or_else(PoisonError::into_inner) = Some(view);
        Ok(self.window.upgrade_in_event_loop(|window| window.invoke_arrived())?)
    }

    /// Runs this on the event loop when it comes to it: proof that it turns.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) -> Result<(), UiError> {
        Ok(slint::invoke_from_event_loop(job)?)
    }

    /// Runs this on the event loop after what was shown before is drawn.
    pub fn after_drawing(&self, job: impl FnOnce() + Send + 'static) -> Result<(), UiError> {
        self.run(move || slint::Timer::single_shot(Duration::ZERO, job))
    }

    /// Ends the event loop.
    pub fn quit(&self) -> Result<(), UiError> {
        Ok(slint::quit_event_loop()?)
    }
}

/// The renderer of every window: it needs no graphics driver, and its pixels are the same on every machine.
pub(crate) const SOFTWARE: &str = "software";

/// Selects the window system and renderer unless a platform is set already, and gives it the fonts.
pub(crate) fn prepare(renderer: &str) {
    // Fails when a platform is there already (tests, a second window): then that one is used.
    let chosen = slint::BackendSelector::new().renderer_name(renderer.into()).select();
    drop(chosen);
    fonts::register();
}

impl Tablet {
    /// Makes the window; nothing is on the display before [`Tablet::run`].
    pub fn new() -> Result<Self, UiError> {
        Self::drawn_by(SOFTWARE)
    }

    /// The same on another renderer, to be measured.
    #[cfg(feature = "gpu")]
    #[doc(hidden)]
    pub fn on_renderer(name: &str) -> Result<Self, UiError> {
        Self::drawn_by(name)
    }

    fn drawn_by(renderer: &str) -> Result<Self, UiError> {
        prepare(renderer);
        let tablet = Self { window: TabletWindow::new()?, state: Rc::default(), mailbox: Mailbox::default() };
        tablet.listen();
        Ok(tablet)
    }

    /// Shows a view now.
    pub fn show(&self, view: &View) {
        act::take(&self.window, &self.state, view.clone());
    }

    /// Calls this for every touch, with the scene that it was made in, on the thread of the window. Takes the place of an earlier listener.
    pub fn on_touch(&self, listener: impl Fn(Scene, Touch) + 'static) {
        self.state.borrow_mut().on_touch = Some(Rc::new(listener));
    }

    /// Covers the whole display, or not.
    pub fn set_fullscreen(&self, fullscreen: bool) {
        self.window.window().set_fullscreen(fullscreen);
    }

    /// A handle for other threads.
    pub fn remote(&self) -> Remote {
        Remote { window: self.window.as_weak(), mailbox: self.mailbox.clone() }
    }

    /// Shows the window and runs the event loop until the window is closed or [`Remote::quit`].
    pub fn run(&self) -> Result<(), UiError> {
        Ok(self.window.run()?)
    }

    /// Shows the window without running the loop.
    pub fn open(&self) -> Result<(), UiError> {
        Ok(self.window.show()?)
    }

    /// What is on the glass now.
    pub fn snapshot(&self) -> Result<slint::SharedPixelBuffer<slint::Rgba8Pixel>, UiError> {
        Ok(self.window.window().take_snapshot()?)
    }

    /// The window itself, for tests that look for elements in it.
    #[doc(hidden)]
    pub fn window(&self) -> &TabletWindow {
        &self.window
    }

    fn listen(&self) {
        let (window, state) = (self.window.as_weak(), self.state.clone());
        glass::Keys::get(&self.window).on_pressed(move |row| act::pressed(&window, &state, row));
        let (window, state) = (self.window.as_weak(), self.state.clone());
        self.window.on_resized(move || act::redraw(&window, &state));
        let (window, state, mailbox) = (self.window.as_weak(), self.state.clone(), self.mailbox.clone());
        let patience = slint::Timer::default();
        self.window.on_arrived(move || {
            let Some(view) = mailbox.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
            if let (Screen::Reading(_), Some(shown)) = (&view.screen, window.upgrade()) {
                // That the card was seen is not for later.
                Glass::get(&shown).set_card_seen(view.card_seen);
                let (window, state) = (window.clone(), state.clone());
                patience.start(TimerMode::SingleShot, READING_SHOWN_AFTER, move || {
                    if let Some(window) = window.upgrade() {
                        act::take(&window, &state, view.clone());
                    }
                });
            } else if let Some(window) = window.upgrade() {
                patience.stop();
                act::take(&window, &state, view);
            }
        });
    }
}
