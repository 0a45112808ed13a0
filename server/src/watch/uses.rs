//! Uses of break-glass, folded from one tablet's audit rows in their order. Pure: no database, no clock.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kakari_record::audit::{
    Access, AuditBasis, AuditEvent, AuditKind, AuditedRecord, BreakGlassEnd, BreakGlassReason, LimitStage, TimeQuality,
};
use serde::{Deserialize, Serialize};

/// One use: from the reason that was given to whatever ended it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// The row of its start; with the tablet's id its name.
    pub sequence: u64,
    /// The vehicle, as the tablet named it.
    pub vehicle: String,
    /// Staff numbers of the crew signed in.
    pub crew: Vec<String>,
    /// Why.
    pub reason: BreakGlassReason,
    /// When it began, by the tablet's clock.
    pub at: DateTime<Utc>,
    /// How far that clock could be believed.
    pub quality: TimeQuality,
    /// Minutes it was allowed at most, from its start or its last extension on.
    pub minutes: u16,
    /// How often the crew asked for the same time again.
    pub extended: u32,
    /// Its end; none while none was told.
    pub ended: Option<Ended>,
    /// Searches that were answered.
    pub searches: u32,
    /// Of them, those with too many people to name any.
    pub too_many: u32,
    /// People named whom no earlier search of the shift had named.
    pub named: u32,
    /// Records opened without a card, in the order of their opening.
    pub opened: Vec<Opened>,
    /// Limits of the shift that were reached.
    pub limits: Vec<LimitStage>,
    /// How often another birth year was typed than the candidate's.
    pub wrong_years: u32,
    /// Rows in between that a later version of the app wrote and this program cannot read.
    pub unread: u32,
    /// Records were opened without a card after the end; there is no such thing as long as the app works as it should.
    pub after_end: bool,
    boot: [u8; 16],
    monotonic_ms: u64,
}

/// How a use ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The row that says so.
    pub sequence: u64,
    /// Why; none when a later start or a restart shows that it must have ended before.
    pub why: Option<BreakGlassEnd>,
    /// Seconds from the start by the clock that never jumps; none across a restart, for then nobody measured.
    pub seconds: Option<u64>,
}

/// A record that was opened without a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The random record id, in hexadecimal: says nothing about the patient.
    pub record: String,
    /// Its version.
    pub version: u64,
    /// On which basis its summary was shown; none when it was not shown.
    pub shown: Option<AuditBasis>,
    /// The crew said that it was another person.
    pub rejected: bool,
    /// It was handed over.
    pub handed_over: bool,
}

/// Folds rows into uses. What it holds between two batches is the newest use alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uses {
    newest: Option<Use>,
    #[serde(skip)]
    touched: BTreeMap<u64, Use>,
}

impl Uses {
    /// Takes the tablet's next row. False when a record was opened without a card though no break-glass ran.
    pub fn take(&mut self, sequence: u64, event: &AuditEvent) -> bool {
        self.restarted(sequence, event);
        if let AuditKind::BreakGlassStarted { reason, minutes } = event.kind {
            self.end(sequence, None, event);
            self.newest = Some(Use::begin(sequence, event, reason, minutes));
            self.touch();
            return true;
        }
        let Some(newest) = &mut self.newest else { return !opens_without_a_card(&event.kind) };
        if let AuditKind::BreakGlassEnded { reason } = event.kind {
            let why_is_known = newest.ended.as_ref().is_some_and(|ended| ended.why.is_some());
            if !why_is_known {
                newest.ended = Some(newest.end_by(sequence, Some(reason), event));
                self.touch();
            }
            return true;
        }
        let (running, before) = (newest.ended.is_none(), newest.clone());
        newest.add(&event.kind, running);
        if *newest != before {
            self.touch();
        }
        running || !opens_without_a_card(&event.kind)
    }

    /// A row that a later version of the app wrote.
    pub fn take_unread(&mut self) {
        if let Some(newest) = self.newest.as_mut().filter(|newest| newest.ended.is_none()) {
            newest.unread = newest.unread.saturating_add(1);
            self.touch();
        }
    }

    /// The uses that changed since this was last asked, by the rows of their starts.
    pub fn take_touched(&mut self) -> Vec<Use> {
        std::mem::take(&mut self.touched).into_values().collect()
    }

    /// No use outlives the program: its next start shows that it is over, whether or not an end was written. The rows of
    /// `kakari sync`, a process of its own, are no start.
    fn restarted(&mut self, sequence: u64, event: &AuditEvent) {
        let starts = matches!(event.kind, AuditKind::Started | AuditKind::CrashRecovered);
        if starts && self.newest.as_ref().is_some_and(|newest| newest.boot != event.boot) {
            self.end(sequence, None, event);
        }
    }

    fn end(&mut self, sequence: u64, why: Option<BreakGlassEnd>, event: &AuditEvent) {
        if let Some(newest) = self.newest.as_mut().filter(|newest| newest.ended.is_none()) {
            newest.ended = Some(newest.end_by(sequence, why, event));
            self.touch();
        }
    }

    fn touch(&mut self) {
        if let Some(newest) = &self.newest {
            self.touched.insert(newest.sequence, newest.clone());
        }
    }
}

impl Use {
    fn begin(sequence: u64, event: &AuditEvent, reason: BreakGlassReason, minutes: u16) -> Self {
        Self {
            sequence,
            vehicle: event.vehicle.clone(),
            crew: event.crew.clone(),
            reason,
            at: event.at,
            quality: event.time_quality,
            minutes,
            extended: 0,
            ended: None,
            searches: 0,
            too_many: 0,
            named: 0,
            opened: Vec::new(),
            limits: Vec::new(),
            wrong_years: 0,
            unread: 0,
            after_end: false,
            boot: event.boot,
            monotonic_ms: event.monotonic_ms,
        }
    }

    /// How many of the opened records were shown.
    pub fn shown(&self) -> usize {
        self.opened.iter().filter(|opened| opened.shown.is_some()).count()
    }

    fn end_by(&self, sequence: u64, why: Option<BreakGlassEnd>, event: &AuditEvent) -> Ended {
        let same_start = event.boot == self.boot;
        let seconds = same_start.then(|| event.monotonic_ms.saturating_sub(self.monotonic_ms) / 1_000);
        Ended { sequence, why, seconds }
    }

    /// What of a row belongs to this use. What was opened by a card belongs to nobody's search.
    fn add(&mut self, kind: &AuditKind, running: bool) {
        match kind {
            AuditKind::BreakGlassExtended { minutes, .. } if running => {
                self.minutes = *minutes;
                self.extended = self.extended.saturating_add(1);
            }
            AuditKind::Searched { newly, too_many, .. } if running => {
                self.searches = self.searches.saturating_add(1);
                self.named = self.named.saturating_add((*newly).into());
                self.too_many = self.too_many.saturating_add((*too_many).into());
            }
            AuditKind::SearchLimit { stage, .. } => self.limits.push(*stage),
            AuditKind::BirthYearWrong { .. } => self.wrong_years = self.wrong_years.saturating_add(1),
            AuditKind::RecordOpened { record, access: Access::Search, .. } => {
                self.after_end |= !running;
                self.opened.push(Opened::new(record));
            }
            AuditKind::RecordShown { record, basis, access: Access::Search, .. } => {
                self.after_end |= !running;
                self.of(record).shown = Some(*basis);
            }
            AuditKind::IdentityRejected { record } => self.known(record, |opened| opened.rejected = true),
            AuditKind::HandedOver { record, .. } => self.known(record, |opened| opened.handed_over = true),
            _ => {}
        }
    }

    /// The newest opening of a record; one that is shown was opened, whatever became of the row.
    fn of(&mut self, record: &AuditedRecord) -> &mut Opened {
        let id = hex::encode(record.id);
        let at = self.opened.iter().rposition(|opened| opened.record == id).unwrap_or_else(|| {
            self.opened.push(Opened::new(record));
            self.opened.len() - 1
        });
        &mut self.opened[at]
    }

    fn known(&mut self, record: &AuditedRecord, change: impl FnOnce(&mut Opened)) {
        let id = hex::encode(record.id);
        if let Some(opened) = self.opened.iter_mut().rev().find(|opened| opened.record == id) {
            change(opened);
        }
    }
}

impl Opened {
    fn new(record: &AuditedRecord) -> Self {
        Self {
            record: hex::encode(record.id),
            version: record.version,
            shown: None,
            rejected: false,
            handed_over: false,
        }
    }
}

const fn opens_without_a_card(kind: &AuditKind) -> bool {
    matches!(
        kind,
        AuditKind::RecordOpened { access: Access::Search, .. } | AuditKind::RecordShown { access: Access::Search, .. }
    )
}
