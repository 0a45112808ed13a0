//! Single rows that somebody at the office should look at.

use chrono::{DateTime, Utc};
use kakari_record::audit::{AuditEvent, AuditKind, LimitStage};
use serde::{Deserialize, Serialize};

/// A row that the office is told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The row.
    pub sequence: u64,
    /// When, by the tablet's clock.
    pub at: DateTime<Utc>,
    /// What it is.
    pub kind: FindingKind,
}

/// What was found in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// More was searched than a shift usually needs.
    Limit {
        /// What became of it.
        stage: LimitStage,
        /// People named in the shift.
        people: u32,
        /// Records opened without a card in the shift.
        opened: u32,
        /// Staff numbers of the crew.
        crew: Vec<String>,
    },
    /// A shift was begun with a one-time code.
    Fallback {
        /// The code's id in hexadecimal; not the code.
        code: String,
        /// Staff numbers of the crew.
        crew: Vec<String>,
    },
    /// A checkpoint is not what this chain was, or not signed by this tablet's key.
    Checkpoint {
        /// Staff numbers of the crew.
        crew: Vec<String>,
    },
    /// A record was opened without a card though no break-glass ran.
    WithoutBreakGlass {
        /// Staff numbers of the crew.
        crew: Vec<String>,
    },
}

impl Finding {
    /// What a row by itself tells.
    pub(super) fn of(sequence: u64, event: &AuditEvent) -> Option<Self> {
        let crew = event.crew.clone();
        let kind = match &event.kind {
            AuditKind::SearchLimit { stage, people, opened } => {
                FindingKind::Limit { stage: *stage, people: *people, opened: *opened, crew }
            }
            AuditKind::FallbackStarted { code } => FindingKind::Fallback { code: hex::encode(code), crew },
            _ => return None,
        };
        Some(Self { sequence, at: event.at, kind })
    }

    pub(super) fn wrong_checkpoint(sequence: u64, event: &AuditEvent) -> Self {
        Self { sequence, at: event.at, kind: FindingKind::Checkpoint { crew: event.crew.clone() } }
    }

    pub(super) fn without_break_glass(sequence: u64, event: &AuditEvent) -> Self {
        Self { sequence, at: event.at, kind: FindingKind::WithoutBreakGlass { crew: event.crew.clone() } }
    }
}

impl FindingKind {
    /// Its word in the database.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Limit { .. } => "limit",
            Self::Fallback { .. } => "fallback",
            Self::Checkpoint { .. } => "checkpoint",
            Self::WithoutBreakGlass { .. } => "without_break_glass",
        }
    }
}
