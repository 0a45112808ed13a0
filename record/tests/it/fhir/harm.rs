//! What may happen to a document on its way: places lost, renamed, swapped, cut off.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::bad_input::pointers;
use super::kinds_world::world;
use super::residents::documents;

/// A document to harm. NDJSON is kept as a Bundle of its lines.
#[derive(Clone)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) document: Value,
    lines: bool,
}

impl Sample {
    /// Every sample document of the region.
    pub(crate) fn all() -> Vec<Self> {
        let all = ["residents", "public", "kinds/jp"].into_iter().flat_map(documents).chain(world());
        all.map(|(name, file)| Self::new(name, &file)).collect()
    }

    fn new(name: String, file: &[u8]) -> Self {
        let text = std::str::from_utf8(file).expect("UTF-8").trim_start_matches('\u{feff}');
        match serde_json::from_str(text) {
            Ok(document) => Self { name, document, lines: false },
            Err(_) => {
                let lines = text.lines().filter(|line| !line.trim().is_empty());
                let entry = |line| json!({"resource": serde_json::from_str::<Value>(line).expect("NDJSON")});
                Self { name, document: json!({"entry": lines.map(entry).collect::<Vec<_>>()}), lines: true }
            }
        }
    }

    /// The file of the document as it is now.
    pub(crate) fn file(&self) -> Vec<u8> {
        if !self.lines {
            return self.document.to_string().into_bytes();
        }
        let entries = self.document["entry"].as_array().into_iter().flatten();
        entries.map(|entry| format!("{}\n", entry["resource"])).collect::<String>().into_bytes()
    }
}

/// What happens to one place of a document.
#[derive(Clone, Debug)]
pub(crate) enum Harm {
    Delete,
    Rename,
    /// Takes the value of another place.
    Retarget(prop::sample::Index),
    /// Becomes another word that documents use.
    Word(usize),
}

const WORDS: [&str; 16] = [
    "no-known-allergies",
    "no-known-food-allergies",
    "no-allergy-info",
    "nilknown",
    "searchset",
    "Patient",
    "unavailable",
    "entered-in-error",
    "refuted",
    "inactive",
    "completed",
    "unconfirmed",
    "AllergyIntolerance",
    "Condition",
    "food",
    "",
];

pub(crate) fn harm() -> impl Strategy<Value = (prop::sample::Index, Harm)> {
    let kind = prop_oneof![
        3 => Just(Harm::Delete),
        1 => Just(Harm::Rename),
        2 => any::<prop::sample::Index>().prop_map(Harm::Retarget),
        2 => (0..WORDS.len()).prop_map(Harm::Word),
    ];
    (any::<prop::sample::Index>(), kind)
}

pub(crate) fn apply(document: &mut Value, place: prop::sample::Index, harm: &Harm) {
    let places = pointers(document);
    if places.is_empty() {
        return;
    }
    let at = place.get(&places).clone();
    match harm {
        Harm::Retarget(other) => {
            let value = document.pointer(other.get::<String>(&places)).cloned();
            if let (Some(place), Some(value)) = (document.pointer_mut(&at), value) {
                *place = value;
            }
        }
        Harm::Word(word) => {
            if let Some(place) = document.pointer_mut(&at) {
                *place = Value::from(WORDS[*word]);
            }
        }
        Harm::Delete | Harm::Rename => take_away(document, &at, matches!(harm, Harm::Rename)),
    }
}

fn take_away(document: &mut Value, at: &str, rename: bool) {
    let (parent, key) = at.rsplit_once('/').unwrap_or(("", at));
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            let taken = map.remove(key);
            if let (true, Some(value)) = (rename, taken) {
                map.insert(format!("{key}X"), value);
            }
        }
        Some(Value::Array(items)) => {
            if let Ok(i) = key.parse::<usize>()
                && i < items.len()
            {
                items.remove(i);
            }
        }
        _ => {}
    }
}
