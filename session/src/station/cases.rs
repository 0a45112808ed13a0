//! This shift's cases: when, by which way, handed over to whom. Neither name nor record; gone when the shift ends.

use chrono::{DateTime, Utc};
use kakari_record::audit::{Access, AuditKind, Closing, HandoverWay};
use kakari_record::language::Language;

use crate::Effect;
use crate::event::{Attempt, Event};
use crate::session::Session;
use crate::state::State;
use crate::touch::Basis;

use super::view::{CaseRow, CasesView};
use super::words;

/// One case. Its patient is in the audit alone.
#[derive(Debug)]
struct CaseNote {
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    access: Access,
    basis: Basis,
    handed: Vec<(String, HandoverWay)>,
    ended: Option<Closing>,
}

/// The cases of the crew that is signed in, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct CaseNotes {
    notes: Vec<CaseNote>,
    /// Hand-overs whose row is not durable yet, and of which case they are: it may be closed by then.
    telling: Vec<(Attempt, usize, String, HandoverWay)>,
    open: bool,
}

impl CaseNotes {
    /// Follows the rows of the audit: what is not asked to be written there did not happen.
    fn follow(&mut self, attempt: Attempt, row: &AuditKind, at: Option<DateTime<Utc>>) {
        match row {
            AuditKind::CaseClosed { reason, .. } => {
                let last = self.notes.last_mut().filter(|_| std::mem::take(&mut self.open));
                last.into_iter().for_each(|note| (note.to, note.ended) = (at, Some(*reason)));
            }
            AuditKind::HandedOver { receiver: Some(receiver), way, .. } => {
                let of = self.notes.len().saturating_sub(1);
                self.telling.push((attempt, of, receiver.clone(), *way));
            }
            AuditKind::SignedOut => *self = Self::default(),
            _ => {}
        }
    }

    fn written(&mut self, attempt: Attempt) {
        let Some(place) = self.telling.iter().position(|(pending, ..)| *pending == attempt) else { return };
        let (_, of, receiver, way) = self.telling.remove(place);
        if let Some(note) = self.notes.get_mut(of) {
            note.handed.push((receiver, way));
        }
    }
}

impl Session {
    /// The row that an event makes durable.
    pub(crate) fn row_of(event: &Event) -> Option<Attempt> {
        match event {
            Event::AuditWritten(attempt) | Event::AuditOwed(attempt) => Some(*attempt),
            _ => None,
        }
    }

    pub(crate) fn note_cases(&mut self, durable: Option<Attempt>, effects: &[Effect]) {
        let at = self.now.map(|now| now.utc);
        if let Some(attempt) = durable {
            self.cases.written(attempt);
        }
        for effect in effects {
            if let Effect::Audit(attempt, row, _) = effect {
                self.cases.follow(*attempt, row, at);
            }
        }
        if let State::Case(case) = &self.state
            && !self.cases.open
        {
            let (from, access, basis) = (case.since.utc, case.access, case.basis);
            self.cases.open = true;
            self.cases.notes.push(CaseNote { from, to: None, access, basis, handed: Vec::new(), ended: None });
        }
        if self.crew.is_empty() {
            self.cases = CaseNotes::default();
        }
    }

    pub(super) fn cases_view(&self) -> CasesView {
        let language = self.look.language;
        let rows: Vec<CaseRow> = self.cases.notes.iter().rev().map(|note| row(note, language)).collect();
        let none = language.say("この勤務ではまだありません", "None in this shift yet");
        CasesView { empty: if rows.is_empty() { none.to_owned() } else { String::new() }, rows }
    }
}

fn row(note: &CaseNote, language: Language) -> CaseRow {
    let to = note.to.map(|to| words::time(to, language)).unwrap_or_default();
    let from = words::time(note.from, language);
    let access = match note.access {
        Access::Card | Access::MacCard => language.say("カード", "Card"),
        Access::UnprovenCard => language.say("カード未認証", "Card not proven"),
        Access::CardCopy => language.say("カード内の写し", "Copy on the card"),
        Access::Search => language.say("カードなし", "No card"),
    };
    let basis = match note.basis {
        Basis::PatientConsents => language.say("本人同意", "patient agrees"),
        Basis::FamilyAsks => language.say("家族の求め", "family asks"),
        Basis::Emergency => language.say("意識なし・緊急", "unconscious / emergency"),
    };
    CaseRow {
        time: language.say(format!("{from}〜{to}"), format!("{from} - {to}")),
        way: language.say(format!("{access}・{basis}"), format!("{access}, {basis}")),
        outcome: outcome(note, language),
    }
}

/// Each receiver once for each way, in the order of the hand-overs; and an end that was not the crew's own.
fn outcome(note: &CaseNote, language: Language) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (receiver, way) in &note.handed {
        let way = way_words(*way, language);
        let part = language.say(format!("{receiver}へ引継ぎ({way})"), format!("handed over to {receiver} ({way})"));
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if parts.is_empty() {
        parts.push(language.say("引継ぎの記録なし", "no hand-over recorded").to_owned());
    }
    let ended = match note.ended {
        None | Some(Closing::ByCrew) => None,
        Some(Closing::WrongPerson) => Some(language.say("別人だった", "was the wrong person")),
        Some(Closing::Switched) => Some(language.say("別の患者に切替", "switched to another patient")),
        Some(Closing::Locked) => Some(language.say("ロックで終了", "ended by a lock")),
        Some(Closing::Expired) => Some(language.say("時間で終了", "ended by time")),
    };
    parts.extend(ended.map(str::to_owned));
    parts.join(language.say("・", ", "))
}

pub(super) fn way_words(way: HandoverWay, language: Language) -> &'static str {
    match way {
        HandoverWay::Spoken => language.say("口頭", "spoken"),
        HandoverWay::Qr => language.say("QR", "QR"),
        HandoverWay::Document => language.say("FHIR文書", "FHIR document"),
        HandoverWay::Paper => language.say("A4(PDF)", "A4 (PDF)"),
    }
}
