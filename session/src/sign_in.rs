//! Sign-in: staff card, PIN, and never the last try without saying so.

use kakari_record::audit::{AuditKind, SignInFailure};
use zeroize::Zeroizing;

use crate::Effect;
use crate::effect::{PinDigits, PinSubmitted};
use crate::event::{Attempt, CardTrouble, SignInOutcome, StaffCardOutcome};
use crate::problem::Problem;
use crate::session::{Session, StoreStatus};
use crate::state::{PinEntry, SignIn, Stage, State};
use crate::store_facts::RosterState;

/// PIV PINs have six to eight digits (NIST SP 800-73-4, part 2, 3.2.1).
pub(crate) const PIN_DIGITS: std::ops::RangeInclusive<usize> = 6..=8;

impl Session {
    /// Asks the card on the reader who it is, if somebody could sign in with it.
    pub(crate) fn look_for_staff_card(&mut self) -> Vec<Effect> {
        if !(self.can_sign_in() && self.card_present && matches!(self.state, State::SignIn(_))) {
            return Vec::new();
        }
        let attempt = self.next_attempt();
        self.state = State::SignIn(SignIn { stage: Stage::ReadingCard(attempt), problem: None });
        vec![Effect::ReadStaffCard(attempt)]
    }

    /// Whether a staff card could open this tablet at all now.
    pub(crate) fn can_sign_in(&self) -> bool {
        let roster =
            matches!(&self.store, StoreStatus::Open(facts) if matches!(facts.roster, RosterState::Believed(_)));
        roster && !self.lease_is_over()
    }

    pub(crate) fn staff_card_read(&mut self, attempt: Attempt, outcome: StaffCardOutcome) -> Vec<Effect> {
        let State::SignIn(sign_in) = &mut self.state else { return Vec::new() };
        if !matches!(sign_in.stage, Stage::ReadingCard(pending) if pending == attempt) {
            return Vec::new();
        }
        *sign_in = match outcome {
            StaffCardOutcome::Staff { tries_left: Some(0), .. } => SignIn::failed(Problem::PinBlocked),
            StaffCardOutcome::Staff { name, staff_id, tries_left } => {
                self.last_staff_id = Some(staff_id);
                SignIn { stage: Stage::Pin(PinEntry::new(name, tries_left)), problem: None }
            }
            StaffCardOutcome::Refused(trouble) => SignIn::failed(Problem::Card(trouble)),
        };
        Vec::new()
    }

    pub(crate) fn pin_digit(&mut self, digit: u8) -> Vec<Effect> {
        if let Some(entry) = self.pin_entry()
            && entry.digits.len() < *PIN_DIGITS.end()
            && digit <= 9
        {
            entry.digits.push(b'0' + digit);
        }
        Vec::new()
    }

    pub(crate) fn erase_digit(&mut self) -> Vec<Effect> {
        if let Some(entry) = self.pin_entry() {
            entry.digits.pop();
        }
        Vec::new()
    }

    /// The last try is spent only on a second touch, after it was named as the last.
    pub(crate) fn submit_pin(&mut self) -> Vec<Effect> {
        let attempt = self.next_attempt();
        let State::SignIn(sign_in) = &mut self.state else { return Vec::new() };
        let Stage::Pin(entry) = &mut sign_in.stage else { return Vec::new() };
        if !PIN_DIGITS.contains(&entry.digits.len()) {
            return Vec::new();
        }
        if entry.tries_left == Some(1) && !entry.warned {
            entry.warned = true;
            sign_in.problem = Some(Problem::LastTry);
            return Vec::new();
        }
        let digits = PinDigits(std::mem::take(&mut entry.digits));
        let submitted = PinSubmitted { digits, last_try_agreed: entry.warned };
        let entry = PinEntry::new(std::mem::take(&mut entry.holder), entry.tries_left);
        *sign_in = SignIn { stage: Stage::Verifying(attempt, entry), problem: None };
        vec![Effect::SignIn(attempt, submitted)]
    }

    /// Keys that come for a sign-in nobody waits for any more are wiped again.
    pub(crate) fn sign_in_answered(&mut self, attempt: Attempt, outcome: SignInOutcome) -> Vec<Effect> {
        let signed_in = matches!(outcome, SignInOutcome::SignedIn(_));
        let forget = || if signed_in { vec![Effect::ForgetKeys] } else { Vec::new() };
        let State::SignIn(sign_in) = &mut self.state else { return forget() };
        let entry = match std::mem::take(&mut sign_in.stage) {
            Stage::Verifying(pending, entry) if pending == attempt => entry,
            other => {
                sign_in.stage = other;
                return forget();
            }
        };
        match outcome {
            // The roster, or the lease, changed while the card was at work.
            SignInOutcome::SignedIn(member) if !self.admits(&member) => {
                let mut effects = forget();
                effects.extend(self.sign_in_failed(Stage::NoCard, Problem::NotOnRoster, SignInFailure::NotOnRoster));
                effects
            }
            SignInOutcome::SignedIn(member) => {
                self.crew = vec![member];
                self.state = State::Standby(None);
                self.stay_awake();
                vec![self.audit(AuditKind::SignedIn)]
            }
            SignInOutcome::WrongPin { tries_left: tries_left @ 1.. } => {
                let entry = PinEntry::new(entry.holder, Some(tries_left));
                let stage = if self.card_present { Stage::Pin(entry) } else { Stage::NoCard };
                self.sign_in_failed(stage, Problem::WrongPin { tries_left }, SignInFailure::WrongPin)
            }
            SignInOutcome::LastTry => {
                let entry = PinEntry { warned: true, ..PinEntry::new(entry.holder, Some(1)) };
                self.state = State::SignIn(SignIn { stage: Stage::Pin(entry), problem: Some(Problem::LastTry) });
                Vec::new()
            }
            SignInOutcome::WrongPin { tries_left: 0 } | SignInOutcome::Blocked => {
                self.sign_in_failed(Stage::NoCard, Problem::PinBlocked, SignInFailure::PinBlocked)
            }
            SignInOutcome::NotOnRoster => {
                self.sign_in_failed(Stage::NoCard, Problem::NotOnRoster, SignInFailure::NotOnRoster)
            }
            SignInOutcome::NoKeys => self.sign_in_failed(Stage::NoCard, Problem::NoKeys, SignInFailure::NoKeys),
            SignInOutcome::Refused(trouble) => {
                self.sign_in_failed(Stage::NoCard, Problem::Card(trouble), failure_of(trouble))
            }
        }
    }

    fn sign_in_failed(&mut self, stage: Stage, problem: Problem, reason: SignInFailure) -> Vec<Effect> {
        let staff_id = self.last_staff_id.clone();
        self.state = State::SignIn(SignIn { stage, problem: Some(problem) });
        vec![self.audit(AuditKind::SignInFailed { reason, staff_id })]
    }

    fn pin_entry(&mut self) -> Option<&mut PinEntry> {
        match &mut self.state {
            State::SignIn(SignIn { stage: Stage::Pin(entry), .. }) => Some(entry),
            _ => None,
        }
    }
}

impl SignIn {
    fn failed(problem: Problem) -> Self {
        Self { stage: Stage::NoCard, problem: Some(problem) }
    }

    /// Nobody is at work with a card or the keys.
    pub(crate) fn waits(&self) -> bool {
        matches!(self.stage, Stage::NoCard)
    }

    /// Nobody can sign in any more; what was typed is wiped.
    pub(crate) fn give_up(&mut self) {
        self.stage = Stage::NoCard;
    }

    /// What was typed is wiped; a PIN being verified is still answered.
    pub(crate) fn card_left(&mut self) {
        if !matches!(self.stage, Stage::Verifying(..)) {
            self.stage = Stage::NoCard;
        }
    }
}

impl PinEntry {
    fn new(holder: String, tries_left: Option<u8>) -> Self {
        let digits = Zeroizing::new(Vec::with_capacity(*PIN_DIGITS.end()));
        Self { holder, tries_left, digits, warned: false }
    }
}

fn failure_of(trouble: CardTrouble) -> SignInFailure {
    match trouble {
        CardTrouble::Revoked | CardTrouble::OtherRegion | CardTrouble::Expired | CardTrouble::NotYetValid => {
            SignInFailure::NotOnRoster
        }
        _ => SignInFailure::CardFailed,
    }
}
