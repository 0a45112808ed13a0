//! Where the keys of a page are. They stand where the glass lays them out for the same page of the previews: none of the
//! keys that are asked for here depends on whose record it is.

use kakari_preview::{Case, one};
use kakari_record::language::Language;
use kakari_ui::{KeyPlace, keys_of};

use crate::display::{HEIGHT, WIDTH};

/// A page by its name among the previews.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    name: &'static str,
    case: Case,
    language: Language,
}

impl From<&'static str> for Page {
    fn from(name: &'static str) -> Self {
        Self { name, case: Case::Typical, language: Language::Japanese }
    }
}

impl Page {
    /// With as little on it as there can be; round the work, before anybody signed in.
    pub fn empty(self) -> Self {
        Self { case: Case::Empty, ..self }
    }

    /// With as much as there can be.
    pub fn extreme(self) -> Self {
        Self { case: Case::Extreme, ..self }
    }

    /// In English.
    pub fn english(self) -> Self {
        Self { language: Language::English, ..self }
    }

    /// Every key of it.
    pub fn keys(self) -> Vec<KeyPlace> {
        let preview = one(self.name, self.case, self.language).unwrap_or_else(|| panic!("no page {}", self.name));
        keys_of(&preview.view, preview.press, WIDTH.into(), HEIGHT.into())
    }

    /// The middle of the key of this name.
    pub fn key(self, label: &str) -> (i16, i16) {
        let keys = self.keys();
        let found = keys.iter().find(|key| key.label == label);
        middle(found.unwrap_or_else(|| panic!("no key {label} on {self:?}, but {:?}", labels(&keys))))
    }
}

fn labels(keys: &[KeyPlace]) -> Vec<&str> {
    keys.iter().map(|key| key.label.as_str()).collect()
}

fn middle(key: &KeyPlace) -> (i16, i16) {
    ((key.x + key.w / 2.0) as i16, (key.y + key.h / 2.0) as i16)
}
