//! What a tablet's audit says of its use: figures, nobody's data.
//!
//! Counted from the rows alone, so a tablet (`kakari report`) and its region, which has received the same rows, come to
//! the same figures. Feed one tablet's rows in their order, then the next tablet's.

mod counter;
mod figures;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::counter::UsageCounter;
pub use self::figures::{Ages, Took};
use super::{AuditBasis, BreakGlassReason, CardRefusal, HandoverWay};

/// How often a word was counted; what was never counted is not in it.
pub type Counts<T> = BTreeMap<T, u64>;

/// What was done with one or several tablets in a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// When the first counted row was written.
    pub from: Option<DateTime<Utc>>,
    /// When the last counted row was written.
    pub to: Option<DateTime<Utc>>,
    /// Rows counted.
    pub rows: u64,
    /// Rows that a later version wrote: what they say is in no figure.
    pub unreadable: u64,
    /// Rows that were lost, as far as the audit knows: what they said is in no figure.
    pub lost: u64,
    /// Times that a crew signed in, by whatever means.
    pub shifts: u64,
    /// Summaries shown: one for each case.
    pub cases: u64,
    /// From the try to the summary, as fire departments report it.
    pub funnel: Funnel,
    /// Summaries shown by the patient's card.
    pub by_card: u64,
    /// Of them, by a card that only says a number and proved nothing.
    #[serde(default)]
    pub unproven: u64,
    /// Of them, from the copy that the card carries.
    #[serde(default)]
    pub copies: u64,
    /// Summaries shown after a search without a card.
    pub without_card: u64,
    /// Summaries shown, by the basis that the crew touched.
    pub basis: Counts<AuditBasis>,
    /// Cards that led to no record, by why.
    pub refused: Counts<CardRefusal>,
    /// Of the identity checks, those that ended with 「別人・不明」.
    pub other_person: u64,
    /// From the card seen, or the candidate chosen, to the identity check, in milliseconds.
    pub to_check: Took,
    /// The same to the summary; the crew's own look at the patient is in it.
    pub to_summary: Took,
    /// How old the information was when it was shown.
    pub ages: Ages,
    /// Summaries shown while the region had not been heard for ten minutes or more, or never.
    pub offline: u64,
    /// Summaries shown of which it is known whether they were.
    pub offline_known: u64,
    /// Hand-overs, by their way.
    pub handed_over: Counts<HandoverWay>,
    /// Summaries that were handed over in any way.
    pub cases_handed_over: u64,
    /// Sections that could not be shown, by their title: how often. See [`Usage::missing_most`].
    pub missing: Counts<String>,
    /// Cases after which the crew said whether the record changed where the patient was taken.
    pub destination_asked: u64,
    /// Of them, cases in which it did.
    pub destination_changed: u64,
    /// Searches without a card.
    pub search: SearchUsage,
    /// What went wrong with the tablet itself.
    pub troubles: Troubles,
}

/// Each step counts those of the step before that came so far, by card and without one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funnel {
    /// A card that answered was laid on the reader, or 緊急閲覧 was begun. A card torn away is not counted: it is laid
    /// again.
    pub tried: u64,
    /// It was a card of this region; after 緊急閲覧 nothing is counted here.
    pub card: u64,
    /// A record was found and might be opened: consent is not withdrawn. The identity check was shown.
    pub found: u64,
    /// The crew touched one of the three bases, and the summary was shown.
    pub shown: u64,
    /// Of them, on the patient's or the family's word.
    pub consented: u64,
}

/// Searches without a card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchUsage {
    /// 緊急閲覧, by the reason that was given.
    pub break_glass: Counts<BreakGlassReason>,
    /// Searches answered.
    pub searches: u64,
    /// Of them, searches that fitted too many to name any.
    pub too_many: u64,
    /// Of them, searches that nobody fitted.
    pub nobody: u64,
    /// People named, each once for a tablet and a shift.
    pub people: u64,
    /// Candidates chosen whose birth year was typed wrong.
    pub birth_year_wrong: u64,
    /// Times that more was searched than a shift usually needs.
    pub limits: u64,
}

/// What went wrong with the tablet itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Troubles {
    /// Ends of the program that were not in order.
    pub crashes: u64,
    /// Sign-ins that failed.
    pub sign_in_failed: u64,
    /// Times that the clock was set while the program ran.
    pub clock_steps: u64,
    /// Times that the disk was nearly full.
    pub disk_low: u64,
    /// Times that the battery was nearly empty.
    pub battery_low: u64,
    /// Rows written late, for the disk was full.
    pub rows_late: u64,
    /// Refusals of something of the feed.
    pub feed_refused: u64,
}

impl Usage {
    /// Sections that could not be shown, the most often missing first.
    pub fn missing_most(&self) -> Vec<(&str, u64)> {
        let mut sections: Vec<_> = self.missing.iter().map(|(title, times)| (title.as_str(), *times)).collect();
        sections.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        sections
    }
}
