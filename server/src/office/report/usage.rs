//! What crews did, as an office counts it: what was not found is another thing than what was refused.

use std::collections::BTreeMap;

use kakari_record::audit::AuditEvent;
use serde_json::Value;

/// Reasons of a refused card that say nothing of the card: it was not read, or the record did not open.
const UNREAD: [&str; 2] = ["torn", "not_opened"];
const NOTHING_STORED: &str = "nothing_stored";

/// Figures of one month, of what [`Report::events`](super::Report::events) counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Cases that were closed.
    pub cases: u64,
    /// Summaries that were shown.
    pub shown: u64,
    /// Of them, those shown because nobody could be asked.
    pub emergency: u64,
    /// Cards of the region for which the tablet had nothing.
    pub not_found: u64,
    /// Cards that were refused, by reason.
    pub refused: BTreeMap<String, u64>,
    /// Cards that were pulled away too early or did not answer, and records that did not open.
    pub unread: u64,
    /// Records that were closed as another person's.
    pub another_person: u64,
}

impl Usage {
    /// Of one month's counts by kind.
    pub fn of(kinds: &BTreeMap<String, u64>) -> Self {
        let mut usage = Self::default();
        for (kind, count) in kinds {
            let (name, why) = kind.split_once('.').unwrap_or((kind, ""));
            match (name, why) {
                ("case_closed", _) => usage.cases += count,
                ("record_shown", why) => {
                    usage.shown += count;
                    usage.emergency += if why == "emergency" { *count } else { 0 };
                }
                ("card_refused", NOTHING_STORED) => usage.not_found += count,
                ("card_refused", why) if UNREAD.contains(&why) => usage.unread += count,
                ("card_refused", why) => *usage.refused.entry(why.to_owned()).or_default() += count,
                ("identity_rejected", _) => usage.another_person += count,
                _ => {}
            }
        }
        usage
    }

    /// Cards that were refused, for whatever reason.
    pub fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }
}

/// The kind's name as it is stored, and after a point its reason or basis where it has one: `card_refused.revoked`.
pub(super) fn kind_of(event: &AuditEvent) -> String {
    let Ok(Value::Object(kind)) = serde_json::to_value(&event.kind) else { return plain(event) };
    let Some((name, fields)) = kind.into_iter().next() else { return String::new() };
    match ["reason", "basis"].iter().find_map(|field| fields[*field].as_str()) {
        Some(why) => format!("{name}.{why}"),
        None => name,
    }
}

/// A kind without fields is only its name.
fn plain(event: &AuditEvent) -> String {
    match serde_json::to_value(&event.kind) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}
