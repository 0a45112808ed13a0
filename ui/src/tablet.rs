//! The tablet's window, from the side of the program.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{Screen, View};
use slint::{ComponentHandle, Global, TimerMode};

use crate::board::{self, Board};
use crate::choice::{self, Act};
use crate::code::{self, ShownCode};
use crate::fonts;
use crate::glass::{self, Crew, Glass, TabletWindow, Tap};
use crate::pages::{self, Place, Space};
use crate::show;

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

/// Day or night. A matter of the glass alone; one tap in the bottom band switches it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// For daylight.
    #[default]
    Day,
    /// For dark roads.
    Night,
}

/// A read that takes longer is said; a quicker one goes straight to what it found, and no frame is spent on saying so.
const READING_SHOWN_AFTER: Duration = Duration::from_millis(80);

type OnTouch = Rc<dyn Fn(Touch)>;

#[derive(Default)]
struct State {
    view: Option<View>,
    place: Place,
    on_touch: Option<OnTouch>,
    board: Board,
    code: ShownCode,
    /// What each key of the page does.
    acts: Vec<Act>,
}

/// The tablet's window. Lives on the thread that made it, which must be the one that runs the event loop.
pub struct Tablet {
    window: TabletWindow,
    state: Rc<RefCell<State>>,
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

    /// Ends the event loop.
    pub fn quit(&self) -> Result<(), UiError> {
        Ok(slint::quit_event_loop()?)
    }
}

/// Selects the window system and software renderer unless a platform is set already, and gives it the fonts.
pub(crate) fn prepare() {
    // Fails when a platform is there already (tests, a second window): then that one is used.
    let chosen = slint::BackendSelector::new().renderer_name("software".into()).select();
    drop(chosen);
    fonts::register();
}

impl Tablet {
    /// Makes the window; nothing is on the display before [`Tablet::run`].
    pub fn new() -> Result<Self, UiError> {
        prepare();
        let tablet = Self { window: TabletWindow::new()?, state: Rc::default(), mailbox: Mailbox::default() };
        tablet.listen();
        Ok(tablet)
    }

    /// Shows a view now.
    pub fn show(&self, view: &View) {
        take(&self.window, &self.state, view.clone());
    }

    /// Calls this for every touch, on the thread of the window. Takes the place of an earlier listener.
    pub fn on_touch(&self, listener: impl Fn(Touch) + 'static) {
        self.state.borrow_mut().on_touch = Some(Rc::new(listener));
    }

    /// Switches between day and night.
    pub fn set_theme(&self, theme: Theme) {
        glass::Theme::get(&self.window).set_night(theme == Theme::Night);
    }

    /// The theme on the glass, which the crew may have switched.
    pub fn theme(&self) -> Theme {
        if glass::Theme::get(&self.window).get_night() { Theme::Night } else { Theme::Day }
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
        let crew = Crew::get(&self.window);
        let (window, state) = (self.window.as_weak(), self.state.clone());
        crew.on_tapped(move |tap| tapped(&window, &state, tap));
        let state = self.state.clone();
        crew.on_digit(move |digit| {
            if let Ok(digit) = u8::try_from(digit) {
                tell(&state, Touch::Digit(digit));
            }
        });
        let (window, state) = (self.window.as_weak(), self.state.clone());
        crew.on_turn(move |by| turn(&window, &state, by));
        let (window, state) = (self.window.as_weak(), self.state.clone());
        crew.on_section(move |section| jump(&window, &state, section));
        let board = glass::Board::get(&self.window);
        let (window, state) = (self.window.as_weak(), self.state.clone());
        board.on_pressed(move |index| {
            let act = state.borrow().board.pressed(index);
            act.into_iter().for_each(|act| do_it(&window, &state, act));
        });
        let (window, state) = (self.window.as_weak(), self.state.clone());
        board.on_chosen(move |index| {
            let act = state.borrow().board.chosen(index);
            act.into_iter().for_each(|act| do_it(&window, &state, act));
        });
        let (window, state) = (self.window.as_weak(), self.state.clone());
        choice::on_pressed(&self.window, move |key| pressed(&window, &state, key));
        let (window, state) = (self.window.as_weak(), self.state.clone());
        self.window.on_resized(move || redraw(&window, &state));
        let (window, state, mailbox) = (self.window.as_weak(), self.state.clone(), self.mailbox.clone());
        let patience = slint::Timer::default();
        self.window.on_arrived(move || {
            let Some(view) = mailbox.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
            if matches!(view.screen, Screen::Reading(_)) {
                let (window, state) = (window.clone(), state.clone());
                patience.start(TimerMode::SingleShot, READING_SHOWN_AFTER, move || {
                    if let Some(window) = window.upgrade() {
                        take(&window, &state, view.clone());
                    }
                });
            } else if let Some(window) = window.upgrade() {
                patience.stop();
                take(&window, &state, view);
            }
        });
    }
}

type Window = slint::Weak<TabletWindow>;
type Shared = Rc<RefCell<State>>;

fn take(window: &TabletWindow, state: &Shared, view: View) {
    {
        let mut state = state.borrow_mut();
        let veiled = match &view.screen {
            Screen::Details(details) => details.panels.iter().any(|panel| panel.veiled > 0),
            _ => false,
        };
        state.place = state.place.kept(state.view.as_ref(), &view);
        state.place.veil_open &= !veiled;
        state.code.follow(&view);
        state.place.code_side = state.code.side();
        state.view = Some(view);
    }
    draw(window, state);
}

fn redraw(window: &Window, state: &Shared) {
    if let Some(window) = window.upgrade() {
        draw(&window, state);
    }
}

fn draw(window: &TabletWindow, state: &Shared) {
    let mut state = state.borrow_mut();
    let State { view: Some(view), place, board, code, acts, .. } = &mut *state else {
        return;
    };
    let space = space(window);
    let mut laid = pages::lay(view, space, *place);
    place.leaf = laid.leaf;
    place.leaves = laid.leaves;
    board.show(window, std::mem::take(&mut laid.board));
    *acts = laid.choices.iter().map(|key| key.act).collect();
    code::show(window, code.code.as_ref(), laid.code_at, space.unit * window.window().scale_factor());
    show::show(window, laid, space, view.training);
    Glass::get(window).set_veil_open(place.veil_open);
}

fn space(window: &TabletWindow) -> Space {
    let window = window.window();
    let size = window.size().to_logical(window.scale_factor());
    Space::new(size.width, size.height)
}

/// Calls the listener while nothing is borrowed: it may show the next view at once.
fn tell(state: &Shared, touch: Touch) {
    let listener = state.borrow().on_touch.clone();
    if let Some(listener) = listener {
        listener(touch);
    }
}

fn tapped(window: &Window, state: &Shared, tap: Tap) {
    let touch = touch_of(tap);
    if matches!(touch, Touch::ShowVeiled | Touch::HideVeiled) {
        state.borrow_mut().place.veil_open = touch == Touch::ShowVeiled;
        redraw(window, state);
    }
    tell(state, touch);
}

fn turn(window: &Window, state: &Shared, by: i32) {
    {
        let place = &mut state.borrow_mut().place;
        place.leaf = place.leaf.saturating_add_signed(isize::try_from(by).unwrap_or(0));
    }
    redraw(window, state);
}

fn do_it(window: &Window, state: &Shared, act: board::Act) {
    {
        let place = &mut state.borrow_mut().place;
        match act {
            board::Act::Tell(_) => {}
            board::Act::Turn => place.leaf = if place.leaf + 1 < place.leaves { place.leaf + 1 } else { 0 },
            board::Act::Fold(folded) => place.folded = folded,
        }
    }
    match act {
        board::Act::Tell(touch) => tell(state, touch),
        board::Act::Turn | board::Act::Fold(_) => redraw(window, state),
    }
}

fn pressed(window: &Window, state: &Shared, key: usize) {
    let act = state.borrow().acts.get(key).copied();
    match act {
        Some(Act::Tell(touch)) => tell(state, touch),
        Some(Act::Turn(by)) => turn(window, state, by),
        Some(Act::Show(part)) => {
            let place = state.borrow().place;
            state.borrow_mut().place = Place { part, leaf: 0, ..place };
            redraw(window, state);
        }
        None => {}
    }
}

fn jump(window: &Window, state: &Shared, section: i32) {
    let Some(shown) = window.upgrade() else {
        return;
    };
    {
        let mut state = state.borrow_mut();
        let State { view: Some(view), place, .. } = &mut *state else {
            return;
        };
        let Screen::Details(details) = &view.screen else {
            return;
        };
        let first = pages::sections(details, space(&shown));
        place.leaf = usize::try_from(section).ok().and_then(|at| first.get(at).copied()).unwrap_or(0);
    }
    redraw(window, state);
}

fn touch_of(tap: Tap) -> Touch {
    match tap {
        Tap::EraseDigit => Touch::EraseDigit,
        Tap::SubmitPin => Touch::SubmitPin,
        Tap::PatientConsents => Touch::Confirm(Basis::PatientConsents),
        Tap::FamilyAsks => Touch::Confirm(Basis::FamilyAsks),
        Tap::Emergency => Touch::Confirm(Basis::Emergency),
        Tap::NotThisPerson => Touch::NotThisPerson,
        Tap::WasAnotherPerson => Touch::WasAnotherPerson,
        Tap::OpenDetails => Touch::OpenDetails,
        Tap::CloseDetails => Touch::CloseDetails,
        Tap::ShowVeiled => Touch::ShowVeiled,
        Tap::HideVeiled => Touch::HideVeiled,
        Tap::SwitchPatient => Touch::SwitchPatient,
        Tap::StayWithPatient => Touch::StayWithPatient,
        Tap::CloseCase => Touch::CloseCase,
        Tap::Lock => Touch::Lock,
        Tap::Dismiss => Touch::Dismiss,
        Tap::NoCard => Touch::NoCard,
        Tap::OpenHandover => Touch::OpenHandover,
        Tap::AddCrew => Touch::AddCrew,
        Tap::EndShift => Touch::EndShift,
        Tap::Extend => Touch::ExtendBreakGlass,
    }
}
