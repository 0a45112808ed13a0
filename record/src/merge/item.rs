//! What the engine must know about a kind of item.

use super::index::Keys;
use super::spelling::words;
use crate::model::{Coded, PartialDate, Stated};

/// A kind of item. Every rule speaks of two statements, the newer of which asks.
pub(super) trait Item: Stated + Clone + PartialEq {
    /// True for kinds of which one entry is one event (a result, a dispensing): one taken back leaves the others of the
    /// same name alone.
    const DATED: bool = false;

    /// At most this many of a series ([`Item::same_series`]) are kept from documents before the newest one that has any.
    const KEPT: usize = usize::MAX;

    /// When it was so.
    fn when(&self) -> Option<PartialDate> {
        self.origin().recorded
    }

    /// Under what it is looked up; two about the same thing share at least one key.
    fn keys(&self) -> Keys;

    /// Whether both speak of the same thing.
    fn same_thing(&self, other: &Self) -> bool;

    /// Whether this newer statement may stand for the older one as well. Else both are shown, each naming the other.
    fn replaces(&self, _older: &Self) -> bool {
        true
    }

    /// What this statement says otherwise than, or beyond, what is shown.
    fn differs_from(&self, shown: &Self) -> Differs;

    /// Fills what this newer statement leaves open, only where an older word cannot mislead.
    fn take_gaps(&mut self, _older: &Self) {}

    /// Whether a denial of `name` speaks of this item.
    fn is_named(&self, name: &Coded) -> bool;

    /// Whether a mistake of `name` takes this item back: never by a code that other things may share.
    fn is_exactly(&self, name: &Coded) -> bool {
        self.is_named(name)
    }

    /// Whether both are of one series of which only the newest are kept.
    fn same_series(&self, _other: &Self) -> bool {
        false
    }
}

/// What one statement says otherwise, in finished words.
#[derive(Default)]
pub(super) struct Differs(Vec<String>);

impl Differs {
    /// From the names of both.
    pub(super) fn of_names(mine: &str, shown: &str) -> Self {
        Self::default().text(Some(mine), Some(shown))
    }

    /// These words, if `otherwise`.
    pub(super) fn say(mut self, otherwise: bool, said: impl Into<String>) -> Self {
        self.0.extend(Some(said.into()).filter(|said| otherwise && !said.is_empty()));
        self
    }

    /// My words, if I have any and the other does not say the same.
    pub(super) fn text(self, mine: Option<&str>, shown: Option<&str>) -> Self {
        let otherwise = mine.map(words) != shown.map(words);
        self.say(otherwise, mine.unwrap_or_default())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One line, or nothing when both say the same.
    pub(super) fn into_words(self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.join(" "))
    }
}
