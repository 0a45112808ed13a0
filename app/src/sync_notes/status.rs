//! What the process that syncs says of itself.

use chrono::{DateTime, Utc};
use kakari_session::findings::{RoundFindings, SyncPart};
use serde::{Deserialize, Serialize};

use super::Sign;

/// No sentence that is told is longer.
const SENTENCE: usize = 200;

/// What the process that syncs says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Status {
    /// Its last sign; none of a round that ran by itself.
    pub(crate) alive: Option<Sign>,
    /// While a round goes on.
    pub(crate) working: Option<Working>,
    pub(crate) last_round: Option<LastRound>,
}

/// How far a round is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Working {
    /// The request that it carries out.
    pub(crate) asked: Option<String>,
    pub(crate) part: Part,
    pub(crate) done: u64,
    pub(crate) of: u64,
}

/// What a round did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastRound {
    /// The request that it carried out.
    pub(crate) asked: Option<String>,
    pub(crate) at: DateTime<Utc>,
    pub(crate) put: u64,
    pub(crate) removed: u64,
    pub(crate) receipted: u64,
    /// Why it did not do all that was due, in Japanese and in English.
    pub(crate) failed: Option<(String, String)>,
}

/// [`SyncPart`] as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Part {
    Notices,
    Receipts,
    Changes,
    Everything,
    Comparing,
    Program,
}

impl Status {
    /// Whether the process has been seen within a minute.
    pub(crate) fn is_alive(&self) -> bool {
        self.alive.as_ref().is_some_and(Sign::is_fresh)
    }
}

impl From<Part> for SyncPart {
    fn from(part: Part) -> Self {
        match part {
            Part::Notices => Self::Notices,
            Part::Receipts => Self::Receipts,
            Part::Changes => Self::Changes,
            Part::Everything => Self::Everything,
            Part::Comparing => Self::Comparing,
            Part::Program => Self::Program,
        }
    }
}

impl From<LastRound> for RoundFindings {
    fn from(round: LastRound) -> Self {
        let LastRound { at, put, removed, receipted, failed, .. } = round;
        Self { at, put, removed, receipted, failed: failed.map(|(ja, en)| (sentence(&ja), sentence(&en))) }
    }
}

/// As much as a sentence of that process's is long, on one line: whatever stands there, the glass has it to lay out.
fn sentence(told: &str) -> String {
    told.chars().filter(|letter| !letter.is_control()).take(SENTENCE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_is_one_line_however_long_it_is_told() {
        let told = |text: &str| {
            let failed = Some((text.to_owned(), text.to_owned()));
            let round = LastRound { asked: None, at: Utc::now(), put: 0, removed: 0, receipted: 0, failed };
            RoundFindings::from(round).failed.expect("told")
        };
        assert_eq!(told("サーバーに接続できません。").0, "サーバーに接続できません。");
        assert_eq!(told("a\n\u{7}b"), ("ab".to_owned(), "ab".to_owned()));
        assert_eq!(told(&"あ".repeat(20_000)).1.chars().count(), SENTENCE);
    }
}
