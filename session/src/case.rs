//! An open case: pages, what is veiled, another card, and its end.

use kakari_record::audit::{Access, AuditKind, BreakGlassEnd, Closing};

use crate::Effect;
use crate::event::{Attempt, CardOutcome, OpenRecord};
use crate::session::Session;
use crate::state::{Case, Other, Page, State, Veil};
use crate::touch::Touch;

impl Session {
    pub(crate) fn turn_page(&mut self, touch: Touch) -> Vec<Effect> {
        let attempt = self.next_attempt();
        let State::Case(case) = &mut self.state else { return Vec::new() };
        match touch {
            Touch::OpenDetails => case.page = Page::Details,
            Touch::CloseDetails => {
                case.page = Page::Summary;
                case.veil = Veil::Drawn;
            }
            Touch::ShowVeiled if case.veil == Veil::Drawn => {
                case.veil = Veil::Lifting(attempt);
                let kind = AuditKind::UntoldShown { record: case.record.audited() };
                return vec![self.audit_as(attempt, kind)];
            }
            Touch::HideVeiled => case.veil = Veil::Drawn,
            _ => {}
        }
        Vec::new()
    }

    pub(crate) fn read_other_card(&mut self) -> Vec<Effect> {
        let attempt = self.next_attempt();
        if let State::Case(case) = &mut self.state {
            case.other = Other::Reading(attempt);
        }
        vec![Effect::ReadPatientCard(attempt)]
    }

    /// The same patient's card is simply back; another's is offered, never mixed in.
    pub(crate) fn other_card_read(&mut self, attempt: Attempt, outcome: CardOutcome) -> Vec<Effect> {
        let (read, took_ms) = (self.judge(outcome), self.took_ms());
        let State::Case(case) = &mut self.state else { return Vec::new() };
        if !matches!(case.other, Other::Reading(pending) if pending == attempt) {
            return Vec::new();
        }
        match read {
            Ok(record) if again(case, &record) == Again::Back => {
                case.other = Other::None;
                case.card_present = self.card_present;
                Vec::new()
            }
            Ok(record) if again(case, &record) == Again::Less => {
                case.other = Other::None;
                Vec::new()
            }
            Ok(record) => {
                let kind = AuditKind::RecordOpened {
                    record: record.audited(),
                    access: record.access,
                    took_ms,
                    neighbour: record.neighbour(),
                };
                case.other = Other::Recording(attempt, record);
                vec![self.audit_as(attempt, kind)]
            }
            Err((problem, reason)) => {
                case.other = Other::Refused(problem);
                vec![self.audit(AuditKind::CardRefused { reason })]
            }
        }
    }

    pub(crate) fn case_audit_written(&mut self, attempt: Attempt) -> Vec<Effect> {
        if let State::Case(case) = &mut self.state {
            if case.veil == Veil::Lifting(attempt) {
                case.veil = Veil::Lifted;
            }
            case.other = match std::mem::replace(&mut case.other, Other::None) {
                Other::Recording(pending, record) if pending == attempt && again(case, &record) == Again::More => {
                    if case.record.provenance(record.access) != case.record.provenance(case.access) {
                        case.handover.changed();
                    }
                    (case.access, case.card_present) = (record.access, self.card_present);
                    Other::None
                }
                Other::Recording(pending, record) if pending == attempt => Other::Offered(record),
                other => other,
            };
        }
        self.handover_audit_written(attempt)
    }

    /// The other patient gets an identity check of their own; this case is closed and wiped.
    pub(crate) fn switch_patient(&mut self) -> Vec<Effect> {
        if !matches!(&self.state, State::Case(case) if matches!(case.other, Other::Offered(_))) {
            return Vec::new();
        }
        let State::Case(case) = self.take_state() else { return Vec::new() };
        let Case { record: closed, access, other: Other::Offered(record), .. } = *case else { return Vec::new() };
        let mut effects =
            vec![self.audit(AuditKind::CaseClosed { record: closed.audited(), reason: Closing::Switched })];
        if access == Access::Search {
            effects.extend(self.end_break_glass(BreakGlassEnd::CaseClosed));
        }
        self.state = self.check_of(record);
        effects
    }

    pub(crate) fn stay_with_patient(&mut self) -> Vec<Effect> {
        if let State::Case(case) = &mut self.state {
            case.other = Other::None;
        }
        Vec::new()
    }

    /// Ends the case if one is open, and the search that it was found by.
    pub(crate) fn close_case(&mut self, reason: Closing) -> Vec<Effect> {
        let found = matches!(&self.state, State::Case(case) if case.access == Access::Search);
        let mut effects = self.end_case(reason);
        if found {
            effects.extend(self.end_break_glass(BreakGlassEnd::CaseClosed));
        }
        effects
    }

    pub(crate) fn end_case(&mut self, reason: Closing) -> Vec<Effect> {
        let State::Case(case) = &self.state else { return Vec::new() };
        let record = case.record.audited();
        self.state = State::Standby(None);
        self.ask_destination(reason);
        vec![self.audit(AuditKind::CaseClosed { record, reason })]
    }
}

/// What a tap means while a case is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    /// The card of the case, or one of its patient's that proves as much.
    Back,
    /// A card of the same patient that proves less than the one that led here: it changes nothing.
    Less,
    /// A card of the same patient that proves more, or the first one after a search: the case is the card's from its own
    /// row on.
    More,
    /// Another patient, or the same one out of another source: a case of its own.
    Other,
}

fn again(case: &Case, record: &OpenRecord) -> Again {
    // A record id is unique within its region alone.
    let source = |record: &OpenRecord| record.copy.as_ref().map(|_| record.neighbour());
    if record.id != case.record.id || source(record) != source(&case.record) {
        return Again::Other;
    }
    match (case.access, record.access) {
        (Access::Search, _) => Again::More,
        (Access::UnprovenCard, Access::UnprovenCard) => Again::Back,
        (Access::UnprovenCard, _) => Again::More,
        (_, Access::UnprovenCard) => Again::Less,
        _ => Again::Back,
    }
}
