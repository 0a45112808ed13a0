//! Who was signed in to one tablet from when to when, folded from its audit rows in their order. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::audit::{AuditEvent, AuditKind, TimeQuality};
use serde::{Deserialize, Serialize};

/// A shift is over after this, whatever the tablet told.
pub const LONGEST: TimeDelta = TimeDelta::hours(12);

/// One crew member on one tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Staff number.
    pub staff: String,
    /// The row that begins it.
    pub began: u64,
    /// When, by the tablet's clock.
    pub at: DateTime<Utc>,
    /// How far that clock could be believed.
    pub quality: TimeQuality,
    /// When it ended by the tablet's clock; none while no row says so.
    pub ended_at: Option<DateTime<Utc>>,
    /// Begun by a one-time code instead of a staff card.
    pub fallback: bool,
}

/// Folds rows into shifts. What it holds between two batches is the crew of now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shifts {
    open: Vec<Shift>,
    #[serde(skip)]
    touched: BTreeMap<(String, u64), Shift>,
}

impl Shifts {
    /// Takes the tablet's next row.
    pub fn take(&mut self, sequence: u64, event: &AuditEvent) {
        match &event.kind {
            AuditKind::SignedIn => self.signed_in(sequence, event),
            AuditKind::FallbackStarted { .. } => {
                self.end_all(event.at);
                event.crew.iter().for_each(|staff| self.begin(sequence, event, staff, true));
            }
            // Keys never survive the end of the program: whoever goes on after it has signed in anew.
            AuditKind::SignedOut
            | AuditKind::ReopenFailed { tries_left: 0 }
            | AuditKind::LeaseEnded
            | AuditKind::Stopped
            | AuditKind::Started
            | AuditKind::CrashRecovered
            | AuditKind::WipeOrdered => self.end_all(event.at),
            AuditKind::CrewRemoved { staff_id } => self.end_where(event.at, |shift| shift.staff == *staff_id),
            _ => {}
        }
    }

    /// The shifts that changed since this was last asked.
    pub fn take_touched(&mut self) -> Vec<Shift> {
        std::mem::take(&mut self.touched).into_values().collect()
    }

    /// Whoever is not in the crew any more has ended; whoever is new begins. The same crew once more: a new shift.
    fn signed_in(&mut self, sequence: u64, event: &AuditEvent) {
        self.end_where(event.at, |shift| !event.crew.contains(&shift.staff));
        let new: Vec<&String> =
            event.crew.iter().filter(|staff| self.open.iter().all(|shift| shift.staff != **staff)).collect();
        if new.is_empty() {
            self.end_all(event.at);
            event.crew.iter().for_each(|staff| self.begin(sequence, event, staff, false));
        } else {
            new.into_iter().for_each(|staff| self.begin(sequence, event, staff, false));
        }
    }

    fn begin(&mut self, sequence: u64, event: &AuditEvent, staff: &str, fallback: bool) {
        let shift = Shift {
            staff: staff.to_owned(),
            began: sequence,
            at: event.at,
            quality: event.time_quality,
            ended_at: None,
            fallback,
        };
        self.touched.insert((shift.staff.clone(), sequence), shift.clone());
        self.open.push(shift);
    }

    fn end_all(&mut self, at: DateTime<Utc>) {
        self.end_where(at, |_| true);
    }

    fn end_where(&mut self, at: DateTime<Utc>, over: impl Fn(&Shift) -> bool) {
        let (ended, open) = std::mem::take(&mut self.open).into_iter().partition(over);
        self.open = open;
        for shift in Vec::<Shift>::from_iter(ended) {
            let ended = Shift { ended_at: Some(at), ..shift };
            self.touched.insert((ended.staff.clone(), ended.began), ended);
        }
    }
}
