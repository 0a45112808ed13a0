//! Sign-in: staff card, PIN, and never the last try without saying so.

use kakari_record::audit::{AuditKind, SignInFailure};
use zeroize::Zeroizing;

use crate::Effect;
use crate::effect::{PinDigits, PinSubmitted};
use crate::event::{Attempt, CardTrouble, CrewMember, SignInOutcome, StaffCardOutcome};
use crate::problem::Problem;
use crate::session::{Session, StoreStatus};
use crate::shift::{CODE_DIGITS, Way};
use crate::state::{Back, PinEntry, SignIn, Stage, State};
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
        if let State::SignIn(sign_in) = &mut self.state {
            (sign_in.stage, sign_in.problem) = (Stage::ReadingCard(attempt), None);
        }
        vec![Effect::ReadStaffCard(attempt)]
    }

    /// Whether a staff card could open this tablet at all now.
    pub(crate) fn can_sign_in(&self) -> bool {
        let roster =
            matches!(&self.store, StoreStatus::Open(facts) if matches!(facts.roster, RosterState::Believed(_)));
        roster && !self.lease_is_over()
    }

    pub(crate) fn staff_card_read(&mut self, attempt: Attempt, outcome: StaffCardOutcome) -> Vec<Effect> {
        let State::SignIn(sign_in) = &self.state else { return self.card_read_on_locked(attempt, outcome) };
        if !matches!(sign_in.stage, Stage::ReadingCard(pending) if pending == attempt) {
            return Vec::new();
        }
        let joins = matches!(sign_in.back, Back::Standby);
        let (stage, problem) = match outcome {
            StaffCardOutcome::Staff { staff_id, .. } if joins && self.is_signed_in(&staff_id) => {
                self.state = State::Standby(Some(Problem::SameCrewMember));
                return Vec::new();
            }
            StaffCardOutcome::Staff { tries_left: Some(0), .. } => (Stage::NoCard, Some(Problem::PinBlocked)),
            StaffCardOutcome::Staff { name, staff_id, tries_left } => {
                self.last_staff_id = Some(staff_id);
                (Stage::Pin(PinEntry::new(name, tries_left)), None)
            }
            // A patient goes before a second sign-in.
            StaffCardOutcome::Refused(CardTrouble::PatientCard) if joins => return self.read_patient_card(),
            StaffCardOutcome::Refused(trouble) => (Stage::NoCard, Some(Problem::StaffCard(trouble))),
        };
        self.go_on(stage, problem);
        Vec::new()
    }

    pub(crate) fn pin_digit(&mut self, digit: u8) -> Vec<Effect> {
        if let Some((digits, most)) = self.typed()
            && digits.len() < most
            && digit <= 9
        {
            // Room for all of them at once: a list that grows leaves a copy behind.
            let room = most - digits.len();
            digits.reserve_exact(room);
            digits.push(b'0' + digit);
        }
        Vec::new()
    }

    pub(crate) fn erase_digit(&mut self) -> Vec<Effect> {
        if let Some((digits, _)) = self.typed() {
            digits.pop();
        }
        Vec::new()
    }

    /// The last try is spent only on a second touch, after it was named as the last.
    pub(crate) fn submit_pin(&mut self) -> Vec<Effect> {
        match &self.state {
            State::Locked(_) => return self.submit_reopen(),
            State::Fallback(_) => return self.submit_code(),
            _ => {}
        }
        let attempt = self.next_attempt();
        let State::SignIn(sign_in) = &mut self.state else { return Vec::new() };
        let Stage::Pin(entry) = &mut sign_in.stage else { return Vec::new() };
        if !PIN_DIGITS.contains(&entry.digits.0.len()) {
            return Vec::new();
        }
        if entry.tries_left == Some(1) && !entry.warned {
            entry.warned = true;
            sign_in.problem = Some(Problem::LastTry);
            return Vec::new();
        }
        let digits = std::mem::take(&mut entry.digits);
        let joins = matches!(sign_in.back, Back::Standby);
        let submitted = PinSubmitted { digits, last_try_agreed: entry.warned, joins };
        let entry = PinEntry::new(std::mem::take(&mut entry.holder), entry.tries_left);
        (sign_in.stage, sign_in.problem) = (Stage::Verifying(attempt, entry), None);
        vec![Effect::SignIn(attempt, submitted)]
    }

    /// Keys that come for a sign-in nobody waits for any more are wiped again.
    pub(crate) fn sign_in_answered(&mut self, attempt: Attempt, outcome: SignInOutcome) -> Vec<Effect> {
        let waits = matches!(&self.state, State::SignIn(SignIn { stage: Stage::Verifying(pending, _), .. }) if *pending == attempt);
        let taken = match &mut self.state {
            State::SignIn(sign_in) if waits => std::mem::take(&mut sign_in.stage),
            _ => Stage::NoCard,
        };
        let Stage::Verifying(_, entry) = taken else {
            let late = matches!(outcome, SignInOutcome::SignedIn(_));
            return if late { self.wipe_late_keys() } else { Vec::new() };
        };
        match outcome {
            SignInOutcome::SignedIn(member) => self.signed_in(member),
            SignInOutcome::WrongPin { tries_left: tries_left @ 1.. } => {
                let entry = PinEntry::new(entry.holder, Some(tries_left));
                let stage = if self.card_present { Stage::Pin(entry) } else { Stage::NoCard };
                self.sign_in_failed(stage, Problem::WrongPin { tries_left }, SignInFailure::WrongPin)
            }
            SignInOutcome::LastTry => {
                let entry = PinEntry { warned: true, ..PinEntry::new(entry.holder, Some(1)) };
                self.go_on(Stage::Pin(entry), Some(Problem::LastTry));
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
                self.sign_in_failed(Stage::NoCard, Problem::StaffCard(trouble), failure_of(trouble))
            }
        }
    }

    fn sign_in_failed(&mut self, stage: Stage, problem: Problem, reason: SignInFailure) -> Vec<Effect> {
        let staff_id = self.last_staff_id.clone();
        self.go_on(stage, Some(problem));
        vec![self.audit(AuditKind::SignInFailed { reason, staff_id })]
    }

    fn signed_in(&mut self, member: CrewMember) -> Vec<Effect> {
        // The roster, or the lease, changed while the card was at work: its keys go, and with them everybody's.
        if !self.admits(&member) {
            let mut effects = self.sign_in_failed(Stage::NoCard, Problem::NotOnRoster, SignInFailure::NotOnRoster);
            effects.extend(self.sign_everybody_out(Some(Problem::NotOnRoster)));
            return effects;
        }
        let State::SignIn(SignIn { back, .. }) = &self.state else { return Vec::new() };
        let (joins, replaces) = (matches!(back, Back::Standby), matches!(back, Back::Locked(_)));
        if joins && self.is_signed_in(&member.staff_id) {
            self.state = State::Standby(Some(Problem::SameCrewMember));
            return Vec::new();
        }
        let mut effects = Vec::new();
        if replaces {
            effects.push(self.audit(AuditKind::SignedOut));
        }
        let mut crew = if joins { std::mem::take(&mut self.crew) } else { Vec::new() };
        crew.push(member);
        self.begin_shift(crew, Way::Cards);
        effects.push(self.audit(AuditKind::SignedIn));
        effects
    }

    /// The sign-in goes on, beside whomever it was begun.
    fn go_on(&mut self, stage: Stage, problem: Option<Problem>) {
        if let State::SignIn(sign_in) = &mut self.state {
            (sign_in.stage, sign_in.problem) = (stage, problem);
        }
    }

    /// What is being typed, and how many digits it takes at most.
    fn typed(&mut self) -> Option<(&mut Zeroizing<Vec<u8>>, usize)> {
        let most = *self.reopen_digits().end();
        match &mut self.state {
            State::SignIn(SignIn { stage: Stage::Pin(entry), .. }) => Some((&mut entry.digits.0, *PIN_DIGITS.end())),
            State::Locked(locked) if locked.is_typing() => Some((&mut locked.digits.0, most)),
            State::Fallback(fallback) if !fallback.is_pending() => Some((&mut fallback.digits.0, CODE_DIGITS)),
            _ => None,
        }
    }
}

impl SignIn {
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
    pub(crate) fn new(holder: String, tries_left: Option<u8>) -> Self {
        Self { holder, tries_left, digits: PinDigits::default(), warned: false }
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
