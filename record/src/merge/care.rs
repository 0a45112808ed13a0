//! Directives, doctors and contacts.

use super::index::Keys;
use super::item::{Differs, Item};
use super::spelling::{contradict, digits, same_name, same_words, words};
use crate::display;
use crate::language::Language;
use crate::model::{Coded, Contact, Directive, PrimaryDoctor};

impl Item for Directive {
    fn keys(&self) -> Keys {
        Keys::default().words(&self.title)
    }

    /// The same title on what may be the same day, kept at the same place as far as both say. One of another day is
    /// another document, perhaps a newer version: both exist.
    fn same_thing(&self, other: &Self) -> bool {
        let same_day = self.date.zip(other.date).is_none_or(|(a, b)| a.may_be(b));
        same_day
            && same_words(&self.title, &other.title)
            && !contradict(self.kept_at.as_deref(), other.kept_at.as_deref())
    }

    fn differs_from(&self, shown: &Self) -> Differs {
        let date = self.date.filter(|mine| shown.date != Some(*mine));
        Differs::of_names(&self.title, &shown.title)
            .say(date.is_some(), date.map(|item| display::date(item, Language::Japanese)).unwrap_or_default())
            .text(self.kept_at.as_deref(), shown.kept_at.as_deref())
            .text(self.doctor.as_deref(), shown.doctor.as_deref())
            .say(other_phone(&self.phone, &shown.phone), self.phone.clone().unwrap_or_default())
    }

    /// Its date and place do not change by themselves. A doctor comes with his own phone.
    fn take_gaps(&mut self, older: &Self) {
        self.date = self.date.or(older.date);
        self.kept_at = self.kept_at.take().or_else(|| older.kept_at.clone());
        if self.doctor.is_none() && self.phone.is_none() {
            (self.doctor, self.phone) = (older.doctor.clone(), older.phone.clone());
        }
    }

    fn is_named(&self, name: &Coded) -> bool {
        same_words(&self.title, &name.text)
    }
}

impl Item for PrimaryDoctor {
    fn keys(&self) -> Keys {
        let keys = self.doctor.iter().fold(Keys::default(), |keys, doctor| keys.person(doctor));
        let keys = self.clinic.iter().fold(keys, |keys, clinic| keys.words(clinic));
        self.phone.iter().fold(keys, |keys, phone| keys.phone(phone))
    }

    /// The same doctor at the same clinic, or, where one of the two names no doctor, the same clinic or phone in the same
    /// role and department: a hospital has one phone for many doctors.
    fn same_thing(&self, other: &Self) -> bool {
        let clinics = self.clinic.as_deref().zip(other.clinic.as_deref());
        let same_clinic = clinics.is_some_and(|(a, b)| words(a) == words(b));
        let phones = self.phone.as_deref().zip(other.phone.as_deref());
        let same_phone = phones.is_some_and(|(a, b)| digits(a) == digits(b));
        let departments = contradict(self.department.as_deref(), other.department.as_deref());
        match (&self.doctor, &other.doctor) {
            (Some(a), Some(b)) => same_name(a, b) && (same_clinic || same_phone || clinics.is_none()),
            _ => (same_clinic || same_phone) && !departments && words(&self.role) == words(&other.role),
        }
    }

    fn differs_from(&self, shown: &Self) -> Differs {
        let night = self.night_phone.as_ref().map(|phone| format!("夜間 {phone}")).unwrap_or_default();
        let doctor = self.doctor.as_deref().filter(|mine| !shown.doctor.iter().any(|one| same_name(one, mine)));
        Differs::of_names(&self.role, &shown.role)
            .text(self.clinic.as_deref(), shown.clinic.as_deref())
            .text(self.department.as_deref(), shown.department.as_deref())
            .say(doctor.is_some(), doctor.unwrap_or_default())
            .say(other_phone(&self.phone, &shown.phone), self.phone.clone().unwrap_or_default())
            .say(other_phone(&self.night_phone, &shown.night_phone), night)
    }

    /// Whom to call, and on which line: better an older number than none. Its source is named.
    fn take_gaps(&mut self, older: &Self) {
        let fill = |mine: &mut Option<String>, theirs: &Option<String>| {
            *mine = mine.take().or_else(|| theirs.clone());
        };
        fill(&mut self.clinic, &older.clinic);
        fill(&mut self.department, &older.department);
        fill(&mut self.doctor, &older.doctor);
        fill(&mut self.phone, &older.phone);
        fill(&mut self.night_phone, &older.night_phone);
    }

    fn is_named(&self, name: &Coded) -> bool {
        self.doctor.as_deref().is_some_and(|doctor| same_name(doctor, &name.text))
    }
}

impl Item for Contact {
    fn keys(&self) -> Keys {
        let keys = self.name.iter().fold(Keys::default(), |keys, name| keys.person(name));
        self.phones.iter().fold(keys, |keys, phone| keys.phone(phone))
    }

    /// The same name with the same phone or relation; without a name in one of them the same phone and no other relation.
    /// A household shares one phone.
    fn same_thing(&self, other: &Self) -> bool {
        let shared = self.phones.iter().any(|phone| other.phones.iter().any(|one| digits(one) == digits(phone)));
        let other_relation = contradict(self.relation.as_deref(), other.relation.as_deref());
        match (&self.name, &other.name) {
            (Some(a), Some(b)) => same_name(a, b) && (shared || (!other_relation && self.relation == other.relation)),
            _ => shared && !other_relation,
        }
    }

    fn differs_from(&self, shown: &Self) -> Differs {
        let name = self.name.as_deref().filter(|mine| !shown.name.iter().any(|one| same_name(one, mine)));
        let new = |phone: &&String| !shown.phones.iter().any(|one| digits(one) == digits(phone));
        let phones: Vec<&str> = self.phones.iter().filter(new).map(String::as_str).collect();
        Differs::default()
            .say(name.is_some(), name.unwrap_or_default())
            .text(self.relation.as_deref(), shown.relation.as_deref())
            .say(!phones.is_empty(), phones.join(" / "))
    }

    /// Older phones after the newer ones; a name or relation nobody else gave.
    fn take_gaps(&mut self, older: &Self) {
        self.name = self.name.take().or_else(|| older.name.clone());
        self.relation = self.relation.take().or_else(|| older.relation.clone());
        for phone in &older.phones {
            if !self.phones.iter().any(|one| digits(one) == digits(phone)) {
                self.phones.push(phone.clone());
            }
        }
    }

    fn is_named(&self, name: &Coded) -> bool {
        self.name.as_deref().is_some_and(|own| same_name(own, &name.text))
    }
}

/// A phone that is said and not shown.
fn other_phone(mine: &Option<String>, shown: &Option<String>) -> bool {
    mine.is_some() && mine.as_deref().map(digits) != shown.as_deref().map(digits)
}
