//! The card tray: a second, small window that plays the card reader in training.

use std::cell::RefCell;
use std::rc::Rc;

use slint::{ComponentHandle, Global};

use crate::glass::{self, CardTrayWindow, Tray};
use crate::paint::model;
use crate::tablet::{SOFTWARE, UiError, prepare};
use crate::words::marked;

/// Cards on one page of the tray.
const PAGE: usize = 5;

/// Whose card it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrayKind {
    /// Opens the shift.
    Staff,
    /// Opens a record.
    Patient,
    /// Somebody's card that is none of the region's.
    Other,
}

/// A virtual card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayCard {
    /// 「佐藤 一郎」
    pub label: String,
    /// Whose.
    pub kind: TrayKind,
    /// 「PIN 123456」, may be empty.
    pub hint: String,
    /// True while it lies on the reader.
    pub on_reader: bool,
}

#[derive(Default)]
struct State {
    cards: Vec<TrayCard>,
    page: usize,
}

/// The tray's window. The same thread rules as for [`crate::Tablet`], whose event loop it shares.
pub struct CardTray {
    window: CardTrayWindow,
    state: Rc<RefCell<State>>,
}

impl CardTray {
    /// Makes the window; [`CardTray::open`] shows it.
    pub fn new() -> Result<Self, UiError> {
        prepare(SOFTWARE);
        let tray = Self { window: CardTrayWindow::new()?, state: Rc::default() };
        name(&tray.window);
        let (window, state) = (tray.window.as_weak(), tray.state.clone());
        Tray::get(&tray.window).on_turn(move |by| {
            let step = isize::try_from(by).unwrap_or(0);
            let page = state.borrow().page.saturating_add_signed(step);
            state.borrow_mut().page = page;
            if let Some(window) = window.upgrade() {
                draw(&window, &mut state.borrow_mut());
            }
        });
        Ok(tray)
    }

    /// Shows these cards; the place in this list is what the listeners get.
    pub fn show(&self, cards: &[TrayCard]) {
        let mut state = self.state.borrow_mut();
        state.cards = cards.to_vec();
        draw(&self.window, &mut state);
    }

    /// Calls this when a card is laid on the reader.
    pub fn on_insert(&self, listener: impl Fn(usize) + 'static) {
        Tray::get(&self.window).on_insert(move |index| {
            if let Ok(index) = usize::try_from(index) {
                listener(index);
            }
        });
    }

    /// Calls this when the card is taken away.
    pub fn on_remove(&self, listener: impl Fn() + 'static) {
        Tray::get(&self.window).on_remove(listener);
    }

    /// Puts the window on the display; the tablet's event loop must run or be about to.
    pub fn open(&self) -> Result<(), UiError> {
        Ok(self.window.show()?)
    }

    /// Shows the window and runs the event loop until it is closed or [`TrayRemote::quit`]: for a program that has no
    /// tablet window of its own.
    pub fn run(&self) -> Result<(), UiError> {
        Ok(self.window.run()?)
    }

    /// A handle for other threads.
    pub fn remote(&self) -> TrayRemote {
        TrayRemote(())
    }

    /// What is in the window now.
    pub fn snapshot(&self) -> Result<slint::SharedPixelBuffer<slint::Rgba8Pixel>, UiError> {
        Ok(self.window.window().take_snapshot()?)
    }

    /// The window itself, for tests that look for elements in it.
    #[doc(hidden)]
    pub fn window(&self) -> &CardTrayWindow {
        &self.window
    }
}

/// Ends the tray from another thread.
#[derive(Clone)]
pub struct TrayRemote(());

impl TrayRemote {
    /// Ends the event loop.
    pub fn quit(&self) -> Result<(), UiError> {
        Ok(slint::quit_event_loop()?)
    }
}

/// The tray is for those who run the training region, which is Japanese throughout.
fn name(window: &CardTrayWindow) {
    let tray = Tray::get(window);
    tray.set_title("訓練用カードトレイ".into());
    tray.set_put("置く".into());
    tray.set_take("取る".into());
    tray.set_earlier("前へ".into());
    tray.set_later("次へ".into());
}

fn draw(window: &CardTrayWindow, state: &mut State) {
    let pages = state.cards.len().div_ceil(PAGE).max(1);
    state.page = state.page.min(pages - 1);
    let shown = state.cards.iter().enumerate().skip(state.page * PAGE).take(PAGE);
    let cards: Vec<glass::TrayCard> = shown.map(|(index, card)| drawn(index, card)).collect();
    let tray = Tray::get(window);
    tray.set_cards(model(cards));
    tray.set_page_words(format!("{}/{pages}ページ  カード{}枚", state.page + 1, state.cards.len()).into());
    tray.set_has_earlier(state.page > 0);
    tray.set_has_later(state.page + 1 < pages);
    tray.set_occupied(state.cards.iter().any(|card| card.on_reader));
}

fn drawn(index: usize, card: &TrayCard) -> glass::TrayCard {
    let kind = match card.kind {
        TrayKind::Staff => "職員",
        TrayKind::Patient => "患者",
        TrayKind::Other => "ほかのカード",
    };
    glass::TrayCard {
        index: i32::try_from(index).unwrap_or(-1),
        label: marked(&card.label).into(),
        kind: kind.into(),
        hint: marked(&card.hint).into(),
        on_reader: card.on_reader,
    }
}
