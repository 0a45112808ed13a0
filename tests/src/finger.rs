//! A finger on the glass that finds a key by its name, and counts.

use std::cell::Cell;
use std::thread;
use std::time::Duration;

use kakari::demo::TRAINING_PIN;

use crate::display::Display;
use crate::glass::PAGE_GUARD;
use crate::page::Page;

/// From one key to another of the same page.
const NEXT_KEY: Duration = Duration::from_millis(120);

/// A finger on this display.
pub struct Finger<'a> {
    display: &'a Display,
    taps: Cell<u32>,
    typed: Cell<u32>,
}

impl<'a> Finger<'a> {
    /// A finger that has touched nothing yet.
    pub fn on(display: &'a Display) -> Self {
        Self { display, taps: Cell::new(0), typed: Cell::new(0) }
    }

    /// Taps so far.
    pub fn taps(&self) -> u32 {
        self.taps.get()
    }

    /// Of them, on keys that type a character.
    pub fn typed(&self) -> u32 {
        self.typed.get()
    }

    /// Taps the key of this name on a page, once the page takes touches.
    pub fn tap(&self, page: impl Into<Page>, key: &str) {
        self.tap_at(page.into().key(key));
    }

    /// The same at a place.
    pub fn tap_at(&self, place: (i16, i16)) {
        self.tap_after(PAGE_GUARD, place);
    }

    /// Taps a key of each of these characters.
    pub fn spell(&self, page: impl Into<Page>, word: &str) {
        let page = page.into();
        let mut last = None;
        for character in word.chars() {
            let place = page.key(&character.to_string());
            // The page is new, or the key the same, or neither.
            let wait = if last.is_none_or(|last| last == character) { PAGE_GUARD } else { NEXT_KEY };
            self.tap_after(wait, place);
            self.typed.set(self.typed.get() + 1);
            last = Some(character);
        }
    }

    fn tap_after(&self, wait: Duration, (x, y): (i16, i16)) {
        thread::sleep(wait);
        self.display.tap(x, y);
        self.taps.set(self.taps.get() + 1);
    }

    /// The training PIN and 決定.
    pub fn pin(&self, page: impl Into<Page>) {
        let page = page.into();
        self.spell(page, TRAINING_PIN);
        self.tap(page, "決定");
    }
}
