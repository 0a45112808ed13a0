//! What the tablet shows now, and what a press on a key of it does.

use std::cell::RefCell;
use std::rc::Rc;

use kakari_session::Scene;
use kakari_session::touch::Touch;
use kakari_session::view::{Screen, View};
use slint::ComponentHandle;
use slint::winit_030::WinitWindowAccessor;

use crate::code::{self, ShownCode};
use crate::glass::TabletWindow;
use crate::key::Act;
use crate::keys::Keys;
use crate::pages::{self, Place, Space};
use crate::show;

type OnTouch = Rc<dyn Fn(Scene, Touch)>;

/// The last view, and what is remembered about the glass between two of them.
#[derive(Default)]
pub(crate) struct State {
    view: Option<View>,
    place: Place,
    pub(crate) on_touch: Option<OnTouch>,
    keys: Keys,
    code: ShownCode,
}

pub(crate) type Window = slint::Weak<TabletWindow>;
pub(crate) type Shared = Rc<RefCell<State>>;

/// Shows a view.
pub(crate) fn take(window: &TabletWindow, state: &Shared, view: View) {
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

/// Lays the last view out again.
pub(crate) fn redraw(window: &Window, state: &Shared) {
    if let Some(window) = window.upgrade() {
        draw(&window, state);
    }
}

fn draw(window: &TabletWindow, state: &Shared) {
    let mut state = state.borrow_mut();
    let State { view: Some(view), place, keys, code, .. } = &mut *state else {
        return;
    };
    let space = space(window, view);
    let laid = pages::lay(view, space, *place);
    place.leaf = laid.leaf;
    place.leaves = laid.leaves;
    code::show(window, code.code.as_ref(), laid.code_at, space);
    show::show(window, keys, laid, space, view);
    draw_now(window);
}

/// The toolkit alone begins a frame 16 ms after it was asked for one, as if it had to keep step with a display that
/// it does not know.
fn draw_now(window: &TabletWindow) {
    window.window().with_winit_window(|shown| shown.request_redraw());
}

fn space(window: &TabletWindow, view: &View) -> Space {
    let window = window.window();
    let size = window.size().to_logical(window.scale_factor());
    Space::new(size.width, size.height, view.look)
}

/// What the key of this row does.
pub(crate) fn pressed(window: &Window, state: &Shared, row: i32) {
    let act = state.borrow().keys.act(row);
    let Some(act) = act else { return };
    if let Some(place) = moved(window, state, act) {
        state.borrow_mut().place = place;
        redraw(window, state);
    }
    if let Act::Tell(touch) = act {
        tell(state, touch);
    }
}

/// Where the glass stands after a press that concerns it alone.
fn moved(window: &Window, state: &Shared, act: Act) -> Option<Place> {
    let state = state.borrow();
    let place = state.place;
    let leaf = match act {
        Act::Tell(touch @ (Touch::ShowVeiled | Touch::HideVeiled)) => {
            return Some(Place { veil_open: touch == Touch::ShowVeiled, ..place });
        }
        Act::Tell(_) => return None,
        Act::Fold(folded) => return Some(Place { folded, ..place }),
        Act::Show(part) => return Some(Place { part, leaf: 0, ..place }),
        Act::Turn(by) => place.leaf.saturating_add_signed(isize::try_from(by).unwrap_or(0)),
        Act::TurnRound if place.leaf + 1 < place.leaves => place.leaf + 1,
        Act::TurnRound => 0,
        Act::Jump(section) => {
            let (shown, view) = (window.upgrade()?, state.view.as_ref()?);
            let Screen::Details(details) = &view.screen else { return None };
            pages::sections(details, space(&shown, view)).get(section).copied().unwrap_or(0)
        }
    };
    Some(Place { leaf, ..place })
}

/// Calls the listener while nothing is borrowed: it may show the next view at once.
fn tell(state: &Shared, touch: Touch) {
    let (listener, scene) = {
        let state = state.borrow();
        (state.on_touch.clone(), state.view.as_ref().map(|view| view.scene).unwrap_or_default())
    };
    if let Some(listener) = listener {
        listener(scene, touch);
    }
}
