//! Infections and laboratory values.

use super::index::Keys;
use super::item::{Differs, Item};
use super::spelling::{same_words, words};
use crate::display;
use crate::language::Language;
use crate::model::{Coded, Infection, Lab, PartialDate};

impl Item for Infection {
    const DATED: bool = true;

    fn when(&self) -> Option<PartialDate> {
        self.date.or(self.origin.recorded)
    }
    fn keys(&self) -> Keys {
        Keys::default().words(&self.name)
    }

    fn same_thing(&self, other: &Self) -> bool {
        same_words(&self.name, &other.name)
    }

    /// A newer negative never hides a positive: a cure, another method and a mix-up look the same.
    fn replaces(&self, older: &Self) -> bool {
        self.positive || !older.positive
    }

    fn differs_from(&self, shown: &Self) -> Differs {
        Differs::default().text(Some(&self.result), Some(&shown.result))
    }

    fn is_named(&self, name: &Coded) -> bool {
        same_words(&self.name, &name.text)
    }
}

impl Item for Lab {
    const DATED: bool = true;
    /// The newest and the one before it, to see which way it goes.
    const KEPT: usize = 2;

    fn when(&self) -> Option<PartialDate> {
        self.date.or(self.origin.recorded)
    }
    fn keys(&self) -> Keys {
        Keys::default().kind(display::lab_name(&self.kind, Language::Japanese))
    }

    /// One and the same result; any other of its kind is another result.
    fn same_thing(&self, other: &Self) -> bool {
        self.same_series(other) && self.when() == other.when() && words(&self.value) == words(&other.value)
    }

    fn differs_from(&self, _shown: &Self) -> Differs {
        Differs::default()
    }

    fn is_named(&self, name: &Coded) -> bool {
        same_words(display::lab_name(&self.kind, Language::Japanese), &name.text)
    }

    fn same_series(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}
