//! Each event goes to whoever decides on it.

use kakari_record::audit::AuditKind;

use super::{Session, StoreStatus};
use crate::Effect;
use crate::event::{CardTrouble, Event, ReaderState};
use crate::problem::Problem;
use crate::state::State;

impl Session {
    /// Takes one event; returns what is to be done because of it, in order.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        let (card, durable) = (self.card_before(&event), Self::row_of(&event));
        self.note_busy(&event);
        let mut effects = self.decide(event);
        self.note_cases(durable, &effects);
        self.cue(card, &mut effects);
        self.follow_scene();
        effects
    }

    fn decide(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Tick(moment) => self.tick(moment),
            Event::StoreOpened(facts) => {
                self.ages.not_before(facts.not_before);
                self.searched.counted(facts.searched);
                self.store = StoreStatus::Open(facts);
                self.wraps_erased = false;
                let mut effects = vec![self.audit(AuditKind::Started)];
                effects.extend(self.look_for_staff_card());
                effects
            }
            Event::StoreFailed(trouble) => {
                self.store = StoreStatus::Failed(trouble);
                Vec::new()
            }
            Event::StoreChanged(facts) => self.store_changed(facts),
            Event::Wiped(stage) => self.wiped(stage),
            Event::ReaderChanged(state) => {
                self.reader = state;
                if state == ReaderState::Ready { Vec::new() } else { self.card_left() }
            }
            Event::CardArrived => self.card_arrived(),
            Event::CardLeft => self.card_left(),
            Event::CardMute => self.card_mute(),
            Event::CardBusy => self.card_hindered(CardTrouble::Busy),
            Event::CardFree => self.card_free(),
            Event::SecondCard => self.second_card(),
            Event::SecondCardLeft => self.second_card_left(),
            Event::StaffCardRead(attempt, outcome) if matches!(self.state, State::Station(_)) => {
                self.test_card_read(attempt, &outcome);
                Vec::new()
            }
            Event::StaffCardRead(attempt, outcome) => self.staff_card_read(attempt, outcome),
            Event::SignInAnswered(attempt, outcome) => self.sign_in_answered(attempt, outcome),
            Event::PatientCardRead(attempt, outcome) => self.patient_card_read(attempt, *outcome),
            Event::AuditWritten(attempt) => {
                self.rows_owed = false;
                self.audit_written(attempt)
            }
            Event::AuditOwed(attempt) => {
                self.rows_owed = true;
                self.audit_written(attempt)
            }
            Event::AuditFaulty { japanese, english } => {
                self.audit_fault = Some(Problem::AuditFaulty { japanese, english });
                Vec::new()
            }
            Event::AuditFailed(attempt, trouble) => self.audit_failed(attempt, trouble),
            Event::TouchedIn(scene, touch) if touch.means_somebody() && scene != self.scene => {
                self.stay_awake();
                Vec::new()
            }
            Event::Touched(touch) | Event::TouchedIn(_, touch) => self.touched(touch),
            Event::ReopenAnswered(attempt, outcome) => self.reopen_answered(attempt, outcome),
            Event::FallbackAnswered(attempt, outcome) => self.fallback_answered(attempt, outcome),
            Event::Searched(attempt, outcome) => self.searched(attempt, outcome),
            Event::FoundOpened(attempt, outcome) => self.found_opened(attempt, *outcome),
            Event::Saved(attempt, outcome) => self.saved(attempt, outcome),
            Event::Gauges(gauges) => {
                self.gauged(gauges);
                Vec::new()
            }
            Event::RowsWritten => {
                self.rows_owed = false;
                Vec::new()
            }
            Event::RestNoted(kept) => self.rest_noted(kept),
            Event::UpdateReady(version) => {
                self.update_ready = version;
                Vec::new()
            }
            Event::LookedRound(..) | Event::SyncStage(_) | Event::Reviewed(..) | Event::Counted(..) => {
                self.station_answered(event)
            }
        }
    }
}
