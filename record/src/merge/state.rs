//! Pregnancy, dialysis, the usual state and communication.

use super::index::Keys;
use super::item::{Differs, Item};
use super::spelling::{contradict, same_facility, same_words, words};
use crate::display;
use crate::language::Language;
use crate::model::{Baseline, BaselineKind, Coded, Communication, Dialysis, PartialDate, Pregnancy};

impl Item for Pregnancy {
    const DATED: bool = true;
    fn keys(&self) -> Keys {
        Keys::default().kind("pregnancy")
    }

    /// Nobody is pregnant twice; a due date that has passed is the older word about it.
    fn same_thing(&self, _other: &Self) -> bool {
        true
    }

    fn differs_from(&self, shown: &Self) -> Differs {
        let due = self.due.filter(|mine| shown.due != Some(*mine));
        Differs::default()
            .say(
                due.is_some(),
                due.map(|day| format!("分娩予定 {}", display::date(day, Language::Japanese))).unwrap_or_default(),
            )
            .text(self.note.as_deref(), shown.note.as_deref())
    }

    /// A due date that still lay ahead of this statement is that of this pregnancy.
    fn take_gaps(&mut self, older: &Self) {
        let ahead = |due: &PartialDate| self.when().is_some_and(|now| now.is_surely_before(*due));
        self.due = self.due.or_else(|| older.due.filter(ahead));
    }

    fn is_named(&self, _name: &Coded) -> bool {
        true
    }
}

impl Item for Dialysis {
    fn keys(&self) -> Keys {
        Keys::default().words(&self.name)
    }

    fn same_thing(&self, other: &Self) -> bool {
        same_words(&self.name, &other.name)
    }

    /// As for the shunt among the devices: two arms stay side by side unless the same facility corrected itself.
    fn replaces(&self, older: &Self) -> bool {
        let later = older.when().zip(self.when()).is_some_and(|(old, new)| old.is_surely_before(new));
        let corrected = later && same_facility(&self.origin, &older.origin);
        corrected || !contradict(self.shunt.as_deref(), older.shunt.as_deref())
    }

    fn differs_from(&self, shown: &Self) -> Differs {
        let arm = self.shunt.as_ref().map(|arm| format!("シャント {arm}"));
        let shown_arm = shown.shunt.as_ref().map(|arm| format!("シャント {arm}"));
        Differs::default()
            .text(arm.as_deref(), shown_arm.as_deref())
            .text(self.schedule.as_deref(), shown.schedule.as_deref())
            .text(self.centre.as_deref(), shown.centre.as_deref())
            .text(self.phone.as_deref(), shown.phone.as_deref())
    }

    /// The arm, its source named; the phone of the same centre. Centre and schedule change when patients move.
    fn take_gaps(&mut self, older: &Self) {
        self.shunt = self.shunt.take().or_else(|| older.shunt.clone());
        let centres = self.centre.as_deref().zip(older.centre.as_deref());
        if centres.is_some_and(|(a, b)| words(a) == words(b)) {
            self.phone = self.phone.take().or_else(|| older.phone.clone());
        }
    }

    fn is_named(&self, name: &Coded) -> bool {
        same_words(&self.name, &name.text)
    }
}

impl Item for Baseline {
    const DATED: bool = true;
    fn keys(&self) -> Keys {
        Keys::default().kind(display::baseline_name(&self.kind, Language::Japanese))
    }

    /// One kind has one usual state; what has no kind of its own is the same only in the same words. A single measurement,
    /// however new, does not replace what is usual.
    fn same_thing(&self, other: &Self) -> bool {
        let own_kind = !matches!(self.kind, BaselineKind::General | BaselineKind::Other(_));
        let measured = |one: &Self| one.text.contains("(測定値)");
        let alike = own_kind || same_words(&self.text, &other.text);
        self.kind == other.kind && alike && measured(self) == measured(other)
    }

    fn differs_from(&self, shown: &Self) -> Differs {
        Differs::of_names(&self.text, &shown.text)
    }

    fn is_named(&self, name: &Coded) -> bool {
        same_words(display::baseline_name(&self.kind, Language::Japanese), &name.text)
    }
}

impl Item for Communication {
    fn keys(&self) -> Keys {
        Keys::default().words(&self.text)
    }

    /// In the same words only: two needs of one kind are both shown.
    fn same_thing(&self, other: &Self) -> bool {
        self.kind == other.kind && same_words(&self.text, &other.text)
    }

    fn differs_from(&self, _shown: &Self) -> Differs {
        Differs::default()
    }

    fn is_named(&self, name: &Coded) -> bool {
        same_words(&self.text, &name.text)
    }
}
