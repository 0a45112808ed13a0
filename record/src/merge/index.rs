//! Finds what may be the same thing without comparing everything with everything.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::item::Item;
use super::spelling::{digits, person, words};
use crate::model::Coded;

/// Under what an item is looked up: hashes only, so that no word of a patient stays in a table. Two items about the same
/// thing share at least one; two that share one need not be about the same thing.
#[derive(Default)]
pub(super) struct Keys(Vec<u64>);

impl Keys {
    fn with(mut self, key: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.0.push(hasher.finish());
        self
    }

    /// The same words.
    pub(super) fn words(self, text: &str) -> Self {
        self.with(("words", words(text)))
    }

    /// The same person's name.
    pub(super) fn person(self, name: &str) -> Self {
        self.with(("person", person(name)))
    }

    /// The same phone.
    pub(super) fn phone(self, phone: &str) -> Self {
        self.with(("phone", digits(phone)))
    }

    /// The same code in one of the `systems`.
    pub(super) fn codes(self, name: &Coded, systems: impl Fn(&str) -> bool) -> Self {
        let ours = name.codings.iter().filter(|code| systems(&code.system));
        ours.fold(self, |keys, code| keys.with((&code.system, &code.code)))
    }

    /// The same kind, or the same part of a code.
    pub(super) fn kind(self, kind: &str) -> Self {
        self.with(("kind", kind))
    }
}

/// Numbered items by their keys.
#[derive(Default)]
pub(super) struct Index(HashMap<u64, Vec<usize>>);

impl Index {
    /// Notes that what is numbered `at` says `item`.
    pub(super) fn add<T: Item>(&mut self, at: usize, item: &T) {
        for key in item.keys().0 {
            let known = self.0.entry(key).or_default();
            if known.last() != Some(&at) {
                known.push(at);
            }
        }
    }

    /// The numbers of all that may be about the same thing as `item`, in their order.
    pub(super) fn alike<T: Item>(&self, item: &T) -> Vec<usize> {
        let mut alike: Vec<usize> = item.keys().0.iter().filter_map(|key| self.0.get(key)).flatten().copied().collect();
        alike.sort_unstable();
        alike.dedup();
        alike
    }
}
