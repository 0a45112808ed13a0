//! Uses of break-glass, for whoever has to look at them: what was done in each, and whether somebody has looked.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Access, AuditEvent, AuditKind, AuditedRecord, BreakGlassEnd, BreakGlassReason, ReviewVerdict};

/// One use: from its reason to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlassUse {
    /// The row of its beginning, by which it is reviewed.
    pub sequence: u64,
    /// When it began.
    pub began: DateTime<Utc>,
    /// Staff numbers of the crew.
    pub crew: Vec<String>,
    /// Tablet on which it was.
    pub tablet: String,
    /// Vehicle in which the tablet was.
    pub vehicle: String,
    /// Why.
    pub reason: BreakGlassReason,
    /// Times that it was extended.
    pub extended: u64,
    /// Searches answered.
    pub searches: u64,
    /// Of them, searches that fitted too many to name any.
    pub too_many: u64,
    /// People named whom no earlier search of the shift had named.
    pub people: u64,
    /// Birth years typed wrong.
    pub birth_year_wrong: u64,
    /// Records opened for the identity check, each once.
    pub opened: Vec<AuditedRecord>,
    /// Of them, records whose summary was shown.
    pub shown: Vec<AuditedRecord>,
    /// How it ended; none while it lasts, or when that was never written.
    pub ended: Option<Ended>,
    /// What a reviewer found; the latest word counts.
    pub reviewed: Option<Reviewed>,
}

/// The end of a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: BreakGlassEnd,
    /// How long it lasted in seconds, by the clock that never jumps; none over a restart.
    pub seconds: Option<u64>,
}

/// Somebody's look at a use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// What they found.
    pub verdict: ReviewVerdict,
    /// Their staff number.
    pub reviewer: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Finds the uses in one tablet's rows, which come in their order.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    uses: Vec<BreakGlassUse>,
    /// The last of them is not over; when it began: boot and milliseconds since.
    open: Option<([u8; 16], u64)>,
}

impl Uses {
    /// None found yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at the next row.
    pub fn add(&mut self, sequence: u64, event: &AuditEvent) {
        match &event.kind {
            AuditKind::BreakGlassStarted { reason, .. } => {
                self.open = Some((event.boot, event.monotonic_ms));
                self.uses.push(begun(sequence, event, *reason));
            }
            AuditKind::BreakGlassReviewed { sequence, verdict, reviewer } => {
                let of = self.uses.iter_mut().find(|of| of.sequence == *sequence);
                let reviewed = Reviewed { verdict: *verdict, reviewer: reviewer.clone(), at: event.at };
                of.into_iter().for_each(|of| of.reviewed = Some(reviewed.clone()));
            }
            _ => self.add_to_open(event),
        }
    }

    /// All of them, the oldest first.
    pub fn finish(self) -> Vec<BreakGlassUse> {
        self.uses
    }

    fn add_to_open(&mut self, event: &AuditEvent) {
        let (Some((boot, since_ms)), Some(used)) = (self.open, self.uses.last_mut()) else { return };
        match &event.kind {
            AuditKind::BreakGlassExtended { .. } => used.extended += 1,
            AuditKind::Searched { newly, too_many, .. } => {
                used.searches += 1;
                used.too_many += u64::from(*too_many);
                used.people += u64::from(*newly);
            }
            AuditKind::BirthYearWrong { .. } => used.birth_year_wrong += 1,
            AuditKind::RecordOpened { record, access: Access::Search, .. } => once(&mut used.opened, *record),
            AuditKind::RecordShown { record, access: Access::Search, .. } => once(&mut used.shown, *record),
            AuditKind::BreakGlassEnded { reason } => {
                let seconds = (event.boot == boot).then(|| event.monotonic_ms.saturating_sub(since_ms) / 1000);
                used.ended = Some(Ended { at: event.at, reason: *reason, seconds });
                self.open = None;
            }
            _ => {}
        }
    }
}

fn begun(sequence: u64, event: &AuditEvent, reason: BreakGlassReason) -> BreakGlassUse {
    BreakGlassUse {
        sequence,
        began: event.at,
        crew: event.crew.clone(),
        tablet: event.tablet.clone(),
        vehicle: event.vehicle.clone(),
        reason,
        extended: 0,
        searches: 0,
        too_many: 0,
        people: 0,
        birth_year_wrong: 0,
        opened: Vec::new(),
        shown: Vec::new(),
        ended: None,
        reviewed: None,
    }
}

fn once(records: &mut Vec<AuditedRecord>, record: AuditedRecord) {
    if !records.contains(&record) {
        records.push(record);
    }
}
