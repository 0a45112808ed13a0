//! Locked within a shift: nothing of a patient, no key, and a PIN of this crew brings both back.

use kakari_record::audit::AuditKind;

use super::Way;
use crate::Effect;
use crate::effect::PinDigits;
use crate::event::{Attempt, CardTrouble, ReopenOutcome, StaffCardOutcome};
use crate::problem::{Problem, tries_left};
use crate::session::Session;
use crate::sign_in::PIN_DIGITS;
use crate::state::{Back, PinEntry, SignIn, Stage, State};
use crate::view::Locked as LockedView;

/// Digits of a one-time code: with it, typed once more, a shift without staff cards opens again.
pub(crate) const CODE_DIGITS: usize = 16;

/// Locked within a shift.
#[derive(Debug, Default)]
pub(crate) struct Locked {
    pub(crate) digits: PinDigits,
    /// What was typed is being tried.
    pending: Option<Attempt>,
    /// A card is being asked whether it is a staff card.
    reading: Option<Attempt>,
    tries_left: Option<u8>,
    pub(crate) problem: Option<Problem>,
}

impl Locked {
    /// Whether more can be typed.
    pub(crate) fn is_typing(&self) -> bool {
        self.pending.is_none()
    }

    /// Whether a card is being asked what it is.
    pub(crate) fn is_reading(&self) -> bool {
        self.reading.is_some()
    }
}

impl Session {
    /// How many digits open this shift again.
    pub(crate) fn reopen_digits(&self) -> std::ops::RangeInclusive<usize> {
        if self.shift_by(Way::Code) { CODE_DIGITS..=CODE_DIGITS } else { PIN_DIGITS }
    }

    pub(crate) fn submit_reopen(&mut self) -> Vec<Effect> {
        let (attempt, wanted) = (self.next_attempt(), self.reopen_digits());
        let State::Locked(locked) = &mut self.state else { return Vec::new() };
        if locked.pending.is_some() || !wanted.contains(&locked.digits.0.len()) {
            return Vec::new();
        }
        let digits = std::mem::take(&mut locked.digits);
        (locked.pending, locked.reading, locked.problem) = (Some(attempt), None, None);
        vec![Effect::Reopen(attempt, digits)]
    }

    /// Keys that come when nobody waits for them are wiped again.
    pub(crate) fn reopen_answered(&mut self, attempt: Attempt, outcome: ReopenOutcome) -> Vec<Effect> {
        let waits = matches!(&self.state, State::Locked(locked) if locked.pending == Some(attempt));
        if !waits {
            return if matches!(outcome, ReopenOutcome::Reopened { .. }) { self.wipe_late_keys() } else { Vec::new() };
        }
        match outcome {
            ReopenOutcome::Reopened { staff_id } => {
                self.state = State::Standby(None);
                self.stay_awake();
                vec![self.audit(AuditKind::Reopened { staff_id })]
            }
            ReopenOutcome::WrongPin { tries_left: 0 } => {
                let mut effects = vec![self.audit(AuditKind::ReopenFailed { tries_left: 0 })];
                effects.extend(self.sign_everybody_out(Some(Problem::ReopenSpent)));
                effects
            }
            ReopenOutcome::WrongPin { tries_left } => {
                let problem = Some(Problem::WrongReopen { tries_left, code: self.shift_by(Way::Code) });
                self.state = State::Locked(Locked { tries_left: Some(tries_left), problem, ..Locked::default() });
                vec![self.audit(AuditKind::ReopenFailed { tries_left })]
            }
            ReopenOutcome::Gone => {
                let mut effects = vec![self.audit(AuditKind::SignedOut)];
                effects.extend(self.sign_everybody_out(Some(Problem::ReopenGone)));
                effects
            }
        }
    }

    /// What a late sign-in or PIN brought back goes again; a locked crew keeps what only its PIN opens.
    pub(crate) fn wipe_late_keys(&self) -> Vec<Effect> {
        match &self.state {
            _ if self.crew.is_empty() => vec![Effect::ForgetKeys],
            State::Locked(_) | State::SignIn(SignIn { back: Back::Locked(_), .. }) => vec![Effect::SleepKeys],
            // At work with keys of the same region; the runner held none that came late.
            _ => Vec::new(),
        }
    }

    /// A staff card on a locked tablet begins a sign-in of its own.
    pub(crate) fn card_on_locked(&mut self) -> Vec<Effect> {
        let attempt = self.next_attempt();
        match &mut self.state {
            State::Locked(locked) if locked.pending.is_none() => {
                locked.reading = Some(attempt);
                vec![Effect::ReadStaffCard(attempt)]
            }
            _ => Vec::new(),
        }
    }

    pub(crate) fn card_read_on_locked(&mut self, attempt: Attempt, outcome: StaffCardOutcome) -> Vec<Effect> {
        let State::Locked(locked) = &mut self.state else { return Vec::new() };
        if locked.reading != Some(attempt) {
            return Vec::new();
        }
        locked.reading = None;
        match outcome {
            StaffCardOutcome::Staff { tries_left: Some(0), .. } => locked.problem = Some(Problem::PinBlocked),
            StaffCardOutcome::Staff { name, staff_id, tries_left } => {
                let back = Back::Locked(Locked { tries_left: locked.tries_left, ..Locked::default() });
                self.last_staff_id = Some(staff_id);
                let stage = Stage::Pin(PinEntry::new(name, tries_left));
                self.state = State::SignIn(SignIn { stage, problem: None, back });
            }
            StaffCardOutcome::Refused(CardTrouble::PatientCard) => locked.problem = Some(Problem::PatientCardLocked),
            StaffCardOutcome::Refused(trouble) => locked.problem = Some(Problem::StaffCard(trouble)),
        }
        Vec::new()
    }

    /// A card that is gone is not signed in with.
    pub(crate) fn card_left_locked(&mut self) {
        if let State::Locked(locked) = &mut self.state {
            locked.reading = None;
        }
    }

    pub(crate) fn locked_view(&self, locked: &Locked) -> LockedView {
        let language = self.look.language;
        let prompt = match (locked.pending, locked.reading, self.shift_by(Way::Code)) {
            (Some(_), ..) => language.say("確かめています", "Checking"),
            (None, Some(_), _) => self.reading(),
            (None, None, true) => language
                .say("勤務を始めたときの16桁の番号で再開します", "Go on with the 16 digits that began the shift"),
            (None, None, false) => language.say("PINで再開します", "Go on with your PIN"),
        };
        LockedView {
            prompt: prompt.to_owned(),
            crew: self.crew_names(),
            digits: u8::try_from(locked.digits.0.len()).unwrap_or(u8::MAX),
            tries: locked.tries_left.map(|tries| tries_left(tries, language)),
            can_submit: locked.pending.is_none() && self.reopen_digits().contains(&locked.digits.0.len()),
            notice: self.notice(locked.problem.as_ref()),
        }
    }
}
