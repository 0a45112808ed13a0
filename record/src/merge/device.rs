//! Devices and operations.

use super::index::Keys;
use super::item::{Differs, Item};
use super::spelling::{contradict, same_facility, same_words, share_code, take_codes};
use crate::codes;
use crate::display;
use crate::language::Language;
use crate::model::{Coded, Device, DeviceKind, Procedure};

impl Item for Device {
    fn keys(&self) -> Keys {
        let keys = Keys::default().words(&self.name.text).codes(&self.name, exact);
        match self.kind {
            DeviceKind::Pacemaker => keys.kind("pacemaker"),
            DeviceKind::Defibrillator => keys.kind("defibrillator"),
            DeviceKind::DialysisShunt => keys.kind("shunt"),
            _ => keys,
        }
    }

    /// By name or code; a heart device and a shunt also by kind, as nobody has two of them in one place. Never in two
    /// places: two stents are two.
    fn same_thing(&self, other: &Self) -> bool {
        use DeviceKind::{Defibrillator, DialysisShunt, Pacemaker};
        let one_kind = self.kind == other.kind && matches!(self.kind, Pacemaker | Defibrillator | DialysisShunt);
        let shunt = self.kind == DialysisShunt && other.kind == DialysisShunt;
        // Two shunt arms are a contradiction about one thing, see `replaces`.
        let elsewhere = !shunt && contradict(self.site.as_deref(), other.site.as_deref());
        !elsewhere && (one_kind || same_named(&self.name, &other.name))
    }

    /// A crew must know both arms unless the same facility corrected itself.
    fn replaces(&self, older: &Self) -> bool {
        let later = older.when().zip(self.when()).is_some_and(|(old, new)| old.is_surely_before(new));
        let corrected = later && same_facility(&self.origin, &older.origin);
        corrected || !contradict(self.site.as_deref(), older.site.as_deref())
    }

    fn differs_from(&self, shown: &Self) -> Differs {
        let since = self.since.filter(|mine| shown.since.is_none_or(|theirs| !theirs.may_be(*mine)));
        Differs::of_names(&self.name.text, &shown.name.text)
            .text(self.site.as_deref(), shown.site.as_deref())
            .say(
                since.is_some(),
                since.map(|day| format!("{}から", display::date(day, Language::Japanese))).unwrap_or_default(),
            )
            .text(self.note.as_deref(), shown.note.as_deref())
    }

    /// Codes and the place: a shunt arm that somebody knew is better warned of than left out, and its source is named.
    /// Not the note (「MRI条件付き」) nor the year: a device may have been exchanged.
    fn take_gaps(&mut self, older: &Self) {
        take_codes(&mut self.name, &older.name);
        self.site = self.site.take().or_else(|| older.site.clone());
    }

    fn is_named(&self, name: &Coded) -> bool {
        same_named(&self.name, name)
    }

    fn is_exactly(&self, name: &Coded) -> bool {
        same_words(&self.name.text, &name.text)
    }
}

impl Item for Procedure {
    fn keys(&self) -> Keys {
        Keys::default().words(&self.name.text).codes(&self.name, exact)
    }

    /// The same operation on what may be the same day. Twice the same operation is two.
    fn same_thing(&self, other: &Self) -> bool {
        let same_day = self.date.zip(other.date).is_none_or(|(a, b)| a.may_be(b));
        same_day && same_named(&self.name, &other.name)
    }

    fn differs_from(&self, shown: &Self) -> Differs {
        let date = self.date.filter(|mine| shown.date != Some(*mine));
        Differs::of_names(&self.name.text, &shown.name.text)
            .say(date.is_some(), date.map(|item| display::date(item, Language::Japanese)).unwrap_or_default())
            .text(self.note.as_deref(), shown.note.as_deref())
    }

    /// Codes and a date: an operation does not change.
    fn take_gaps(&mut self, older: &Self) {
        take_codes(&mut self.name, &older.name);
        self.date = self.date.or(older.date);
    }

    fn is_named(&self, name: &Coded) -> bool {
        same_named(&self.name, name)
    }

    fn is_exactly(&self, name: &Coded) -> bool {
        same_words(&self.name.text, &name.text)
    }
}

fn exact(system: &str) -> bool {
    system == codes::SNOMED || system.contains("medis.or.jp")
}

fn same_named(a: &Coded, b: &Coded) -> bool {
    same_words(&a.text, &b.text) || share_code(a, b, exact)
}
