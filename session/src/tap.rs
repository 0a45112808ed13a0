//! A patient's card: read, written down, checked, and only then a case.

use chrono::Utc;
use kakari_record::audit::{Access, AuditBasis, AuditKind, CardRefusal};
use kakari_record::display;
use kakari_record::model::Consent;

use crate::Effect;
use crate::event::{Attempt, CardOutcome, CardTrouble, OpenPhoto, OpenRecord};
use crate::handover::Handover;
use crate::problem::Problem;
use crate::session::{Session, StoreStatus};
use crate::state::{Case, Other, Page, Reading, State, Veil};
use crate::touch::Basis;

/// A card that led to a record, or what to say and to write down instead.
pub(crate) type Read = Result<OpenRecord, (Problem, CardRefusal)>;

impl Session {
    pub(crate) fn read_patient_card(&mut self) -> Vec<Effect> {
        let attempt = self.next_attempt();
        self.state = State::Reading(Reading::Card(attempt));
        vec![Effect::ReadPatientCard(attempt)]
    }

    pub(crate) fn patient_card_read(&mut self, attempt: Attempt, outcome: CardOutcome) -> Vec<Effect> {
        match &self.state {
            State::Reading(Reading::Card(pending)) if *pending == attempt => {}
            State::Case(_) => return self.other_card_read(attempt, outcome),
            _ => return Vec::new(),
        }
        // A staff card beside a crew of one is the second crew member's.
        if matches!(outcome, CardOutcome::Refused(CardTrouble::StaffCard)) && self.can_add_crew() {
            return self.add_crew();
        }
        match self.judge(outcome) {
            Ok(record) => {
                let kind = AuditKind::RecordOpened {
                    record: record.audited(),
                    access: record.access,
                    took_ms: self.took_ms(),
                    neighbour: record.neighbour(),
                };
                self.state = State::Reading(Reading::Recording(attempt, record));
                vec![self.audit_as(attempt, kind)]
            }
            Err((problem, reason)) => {
                self.state = State::Standby(Some(problem));
                vec![self.audit(AuditKind::CardRefused { reason })]
            }
        }
    }

    /// Withdrawn consent shows nothing of the record, whatever opened.
    pub(crate) fn judge(&self, outcome: CardOutcome) -> Read {
        match outcome {
            CardOutcome::Opened(record) if matches!(record.summary.consent, Consent::Withdrawn { .. }) => {
                Err((Problem::ConsentWithdrawn, CardRefusal::ConsentWithdrawn))
            }
            // Opened just before the keys went, or not found because they are gone: that is not to be said as if nothing
            // were there.
            CardOutcome::Opened(_) | CardOutcome::NothingStored | CardOutcome::NotOpened(_) if self.lease_is_over() => {
                Err((self.lease_over_problem(), CardRefusal::NotOpened))
            }
            CardOutcome::Opened(_) | CardOutcome::NothingStored | CardOutcome::NotOpened(_) if self.code_is_over() => {
                Err((Problem::ShiftOver { by_code: true }, CardRefusal::NotOpened))
            }
            CardOutcome::Opened(record) => Ok(record),
            CardOutcome::NothingStored => {
                Err((Problem::NothingStored { data_age: self.feed_age() }, CardRefusal::NothingStored))
            }
            CardOutcome::NotRegistered => {
                Err((Problem::NotRegistered { data_age: self.feed_age() }, CardRefusal::NotRegistered))
            }
            CardOutcome::Refused(trouble) => Err((Problem::Card(trouble), refusal_of(trouble))),
            CardOutcome::NotOpened(trouble) => Err((Problem::Opening(trouble), CardRefusal::NotOpened)),
            CardOutcome::Store(trouble) => Err((Problem::Store(trouble), CardRefusal::NotOpened)),
        }
    }

    pub(crate) fn begin_check(&mut self) -> Vec<Effect> {
        if let State::Reading(Reading::Recording(_, record)) = self.take_state() {
            self.state = self.check_of(record);
        }
        Vec::new()
    }

    /// The touch is both the check of the identity and the basis for viewing; the summary waits for its row.
    pub(crate) fn confirm(&mut self, basis: Basis) -> Vec<Effect> {
        let attempt = self.next_attempt();
        let (now, took_ms) = (self.ages.now(), self.took_ms());
        let feed_age_seconds = self.feed_age_seconds();
        let State::Check(check) = &mut self.state else { return Vec::new() };
        if check.pending.is_some() {
            return Vec::new();
        }
        check.pending = Some((attempt, basis));
        check.problem = None;
        let summary = &check.record.summary;
        let kind = AuditKind::RecordShown {
            record: check.record.audited(),
            basis: audited(basis),
            access: check.access,
            took_ms,
            age_seconds: now
                .and_then(|now: chrono::DateTime<Utc>| u64::try_from((now - summary.as_of).num_seconds()).ok()),
            feed_age_seconds,
            unavailable: crate::panels::unavailable_titles(summary),
            neighbour: check.record.neighbour(),
        };
        vec![self.audit_as(attempt, kind)]
    }

    /// The face has done its work in the check: the case has none.
    pub(crate) fn open_case(&mut self) -> Vec<Effect> {
        let (State::Check(check), Some(since)) = (self.take_state(), self.now) else { return Vec::new() };
        let Some((_, basis)) = check.pending else { return Vec::new() };
        let parts = crate::panels::unavailable_titles(&check.record.summary).len();
        let copy = check.record.copy.is_some().then_some(Problem::CopyOpen);
        let missing = || (parts > 0).then_some(Problem::PartUnavailable { parts });
        self.state = State::Case(Box::new(Case {
            record: OpenRecord { photo: OpenPhoto::None, ..check.record },
            access: check.access,
            basis,
            since,
            card_present: check.card_present,
            page: Page::Summary,
            handover: Handover::default(),
            veil: Veil::Drawn,
            other: Other::None,
            problem: copy.or_else(missing),
        }));
        Vec::new()
    }

    pub(crate) fn reject_identity(&mut self) -> Vec<Effect> {
        let State::Check(check) = &self.state else { return Vec::new() };
        let kind = AuditKind::IdentityRejected { record: check.record.audited() };
        self.state = match check.access {
            Access::Search => self.back_to_search(None),
            _ => State::Standby(None),
        };
        vec![self.audit(kind)]
    }

    /// 「12分前」, for the sentence that nothing is stored.
    pub(crate) fn feed_age(&self) -> Option<String> {
        let StoreStatus::Open(facts) = &self.store else { return None };
        Some(self.ago(display::data_age(facts.synced_at?, self.ages.now()?, self.look.language)))
    }

    fn feed_age_seconds(&self) -> Option<u64> {
        let StoreStatus::Open(facts) = &self.store else { return None };
        u64::try_from((self.ages.now()? - facts.synced_at?).num_seconds()).ok()
    }

    /// The state, with standby in its place.
    pub(crate) fn take_state(&mut self) -> State {
        std::mem::replace(&mut self.state, State::Standby(None))
    }
}

fn audited(basis: Basis) -> AuditBasis {
    match basis {
        Basis::PatientConsents => AuditBasis::PatientConsents,
        Basis::FamilyAsks => AuditBasis::FamilyAsks,
        Basis::Emergency => AuditBasis::Emergency,
    }
}

fn refusal_of(trouble: CardTrouble) -> CardRefusal {
    match trouble {
        CardTrouble::TornAway | CardTrouble::NoAnswer | CardTrouble::Busy | CardTrouble::Reader => CardRefusal::Torn,
        CardTrouble::Expired | CardTrouble::NotYetValid => CardRefusal::NotValidToday,
        CardTrouble::OtherRegion | CardTrouble::NoCopy | CardTrouble::CopyDamaged => CardRefusal::OtherRegion,
        CardTrouble::Revoked => CardRefusal::Revoked,
        CardTrouble::Malformed
        | CardTrouble::MyNumberCard
        | CardTrouble::DrivingLicence
        | CardTrouble::TransitCard
        | CardTrouble::BankCard
        | CardTrouble::ResidenceCard
        | CardTrouble::Passport
        | CardTrouble::ChangingIdentifier
        | CardTrouble::BlankCard
        | CardTrouble::NotOurs
        | CardTrouble::StaffCard
        | CardTrouble::PatientCard => CardRefusal::NotOurs,
        CardTrouble::UnregisteredCard => CardRefusal::Unregistered,
        CardTrouble::NotGenuine => CardRefusal::NotGenuine,
        CardTrouble::TwoCards => CardRefusal::TwoCards,
    }
}
