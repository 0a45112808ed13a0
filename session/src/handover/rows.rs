//! Every hand-over is a row of the audit, durable before anything leaves.

use kakari_record::audit::{AuditKind, Closing, HandoverWay};
use kakari_record::display;

use super::done::{Deed, Done};
use super::{Codes, Saving, parts};
use crate::event::{Attempt, SaveOutcome, SaveTrouble};
use crate::session::Session;
use crate::state::{Case, Page, State};
use crate::{Effect, SaveAs};

impl Session {
    /// The codes are made, and seen once their row is durable.
    pub(super) fn record_codes(&mut self) -> Vec<Effect> {
        let (attempt, Some(now)) = (self.next_attempt(), self.ages.now()) else { return Vec::new() };
        let State::Case(case) = &mut self.state else { return Vec::new() };
        if !matches!(case.handover.codes, Codes::None) {
            return Vec::new();
        }
        let chosen = case.handover.chosen(&case.record, case.access);
        case.handover.codes = Codes::Recording(attempt, parts(&chosen, display::day_of(now)));
        case.handover.way = HandoverWay::Qr;
        let kind = handed_over(case, HandoverWay::Qr, None);
        vec![self.audit_as(attempt, kind)]
    }

    /// One file at a time.
    pub(super) fn record_save(&mut self, save_as: SaveAs) -> Vec<Effect> {
        let (attempt, can_save) = (self.next_attempt(), self.can_save);
        let State::Case(case) = &mut self.state else { return Vec::new() };
        if !can_save {
            case.handover.saved = Some(Err(SaveTrouble::NoPlace));
            return Vec::new();
        }
        if !matches!(case.handover.saving, Saving::None) {
            return Vec::new();
        }
        let way = way_of(save_as);
        let chosen = Box::new(case.handover.chosen(&case.record, case.access));
        case.handover.saving = Saving::Recording(attempt, save_as, chosen);
        (case.handover.way, case.handover.saved) = (way, None);
        let kind = handed_over(case, way, None);
        vec![self.audit_as(attempt, kind)]
    }

    /// Who got it, in the way that was last begun.
    pub(super) fn record_receiver(&mut self, receiver: Option<String>) -> Vec<Effect> {
        let (attempt, time) = (self.next_attempt(), self.time());
        let (State::Case(case), Some(receiver)) = (&mut self.state, receiver) else { return Vec::new() };
        let way = case.handover.way;
        let done = Done { time, what: Deed::HandedOver(way, receiver.clone()) };
        case.handover.telling.push((attempt, done));
        let kind = handed_over(case, way, Some(receiver));
        vec![self.audit_as(attempt, kind)]
    }

    /// What waited for this row is seen, written or said now.
    pub(crate) fn handover_audit_written(&mut self, attempt: Attempt) -> Vec<Effect> {
        let (next, time, now_ms) = (self.next_attempt(), self.time(), self.now_ms());
        let State::Case(case) = &mut self.state else { return Vec::new() };
        let handover = &mut case.handover;
        if let Some(at) = handover.telling.iter().position(|(pending, _)| *pending == attempt) {
            let (_, done) = handover.telling.remove(at);
            handover.done.insert(0, done);
        }
        if let Codes::Recording(pending, parts) = &mut handover.codes
            && *pending == attempt
        {
            let parts = std::mem::take(parts);
            handover.codes = Codes::Shown { parts, at: 0, since_ms: now_ms };
            handover.done.insert(0, Done { time, what: Deed::CodesShown });
        }
        match std::mem::replace(&mut handover.saving, Saving::None) {
            Saving::Recording(pending, save_as, chosen) if pending == attempt => {
                handover.saving = Saving::Writing(next, save_as);
                vec![Effect::Save(next, save_as, chosen)]
            }
            other => {
                handover.saving = other;
                Vec::new()
            }
        }
    }

    pub(crate) fn saved(&mut self, attempt: Attempt, outcome: SaveOutcome) -> Vec<Effect> {
        let time = self.time();
        let State::Case(case) = &mut self.state else { return Vec::new() };
        let handover = &mut case.handover;
        let Saving::Writing(pending, save_as) = handover.saving else { return Vec::new() };
        if pending != attempt {
            return Vec::new();
        }
        handover.saving = Saving::None;
        handover.saved = Some(match outcome {
            SaveOutcome::Saved { file } => {
                handover.done.insert(0, Done { time, what: Deed::Saved(save_as, file.clone()) });
                Ok(file)
            }
            SaveOutcome::NotSaved(trouble) => Err(trouble),
        });
        Vec::new()
    }

    /// After a case that was closed in order the crew may say whether the record changed the destination.
    pub(crate) fn ask_destination(&mut self, reason: Closing) {
        self.destination_asked = matches!(reason, Closing::ByCrew | Closing::Expired);
    }

    pub(super) fn tell_destination(&mut self, changed: bool) -> Vec<Effect> {
        let asked = std::mem::take(&mut self.destination_asked);
        if !asked || !matches!(self.state, State::Standby(_)) {
            return Vec::new();
        }
        vec![self.audit(AuditKind::DestinationTold { changed })]
    }

    /// 「02:31」
    fn time(&self) -> String {
        let clock = self.now.map(|now| display::clock(now.utc, self.look.language)).unwrap_or_default();
        clock.rsplit(' ').next().unwrap_or_default().to_owned()
    }
}

/// 未告知 is never read aloud, whatever is ticked.
fn handed_over(case: &Case, way: HandoverWay, receiver: Option<String>) -> AuditKind {
    let selection = &case.handover.selection;
    let chosen = case.handover.chosen(&case.record, case.access);
    debug_assert!(case.page == Page::Handover);
    AuditKind::HandedOver {
        record: case.record.audited(),
        way,
        sections: selection.sections.iter().copied().collect(),
        untold: chosen.untold() > 0 && way != HandoverWay::Spoken,
        receiver,
    }
}

fn way_of(save_as: SaveAs) -> HandoverWay {
    match save_as {
        SaveAs::Document => HandoverWay::Document,
        SaveAs::Paper => HandoverWay::Paper,
    }
}
