//! What sync does to a running tablet: a new roster, the end of the lease, an ordered erasure.

use kakari_record::audit::{AuditKind, Closing};

use crate::Effect;
use crate::event::CrewMember;
use crate::lease::LeaseState;
use crate::problem::Problem;
use crate::session::{Session, StoreStatus};
use crate::shift::Way;
use crate::state::{Back, Other, SignIn, State};
use crate::store_facts::{StoreFacts, WipeStage};

impl Session {
    /// Records are looked up anew at each tap, so they need nothing here. A crew member whom the new roster does not
    /// admit is locked out at once, with a case open or not: a revoked card may be in a stranger's hand.
    pub(crate) fn store_changed(&mut self, facts: StoreFacts) -> Vec<Effect> {
        self.ages.not_before(facts.not_before);
        self.searched.counted(facts.searched);
        self.store = StoreStatus::Open(facts);
        if !self.lease_is_over() {
            self.wraps_erased = false;
        }
        let removed = self.crew.iter().find(|member| !self.admits(member)).map(|member| member.staff_id.clone());
        match removed {
            // At the end of a lease there is no roster; that has its own way, which spares an open case.
            Some(staff_id) if !self.lease_is_over() => self.lock_out(staff_id),
            _ => {
                let mut effects = self.mind_lease();
                if matches!(&self.state, State::SignIn(sign_in) if sign_in.waits()) {
                    effects.extend(self.look_for_staff_card());
                }
                effects
            }
        }
    }

    fn lock_out(&mut self, staff_id: String) -> Vec<Effect> {
        let mut effects = vec![self.audit(AuditKind::CrewRemoved { staff_id })];
        effects.extend(self.close_case(Closing::Locked));
        effects.push(self.audit(AuditKind::Locked { automatic: true }));
        effects.extend(self.sign_everybody_out(Some(Problem::CrewRemoved)));
        effects
    }

    /// Whether this member may be signed in now. Who came without a card is looked for by the staff number alone: a new
    /// card for a lost one is no reason to go.
    pub(crate) fn admits(&self, member: &CrewMember) -> bool {
        let StoreStatus::Open(facts) = &self.store else { return false };
        let named = || facts.roster.names(&member.staff_id);
        let admitted = if self.shift_by(Way::Code) { named() } else { facts.roster.admits(member) };
        admitted && !self.lease_is_over()
    }

    /// Where the lease stands; none where there is none.
    pub(crate) fn lease(&self) -> Option<LeaseState> {
        let StoreStatus::Open(facts) = &self.store else { return None };
        facts.lease.map(|lease| lease.state())
    }

    pub(crate) fn lease_is_over(&self) -> bool {
        self.lease() == Some(LeaseState::Over)
    }

    /// What to say of a lease that is over: the wraps are called erased only once they are.
    pub(crate) fn lease_over_problem(&self) -> Problem {
        let lease = if let StoreStatus::Open(facts) = &self.store { facts.lease } else { None };
        Problem::LeaseOver { wraps_erased: lease.is_some_and(|lease| lease.wraps_erased) }
    }

    /// At its end the wraps and the keys go at once, so that nothing more opens. What is open already stays until its
    /// case is closed: a summary does not vanish from under a crew at work. Then the tablet locks, also when the region
    /// was heard again in between: the keys do not come back without a sign-in.
    pub(crate) fn mind_lease(&mut self) -> Vec<Effect> {
        let (over, problem) = (self.lease_is_over(), self.lease_over_problem());
        let mut effects = Vec::new();
        if over && !self.wraps_erased {
            (self.wraps_erased, self.keys_gone) = (true, true);
            effects.extend([self.audit(AuditKind::LeaseEnded), Effect::EraseWraps, Effect::ForgetKeys]);
        }
        match &mut self.state {
            State::SignIn(sign_in) if over && matches!(sign_in.back, Back::Nobody) => sign_in.give_up(),
            State::SignIn(SignIn { back: Back::Nobody, .. }) => self.keys_gone = false,
            // Nobody is signed in: as at a sign-in.
            State::Station(_) if self.crew.is_empty() => self.keys_gone &= over,
            // Another patient's record that was opened before and only offered is not that case.
            State::Case(case) if over && matches!(case.other, Other::Recording(..) | Other::Offered(_)) => {
                case.other = Other::Refused(problem);
            }
            State::Case(_) => {}
            _ if over || self.keys_gone => effects.extend(self.lock(true)),
            _ => {}
        }
        effects
    }

    /// Everything goes from memory, as it goes from the disk; an open case too.
    pub(crate) fn wiped(&mut self, stage: WipeStage) -> Vec<Effect> {
        self.store = StoreStatus::Wiped(stage);
        self.crew.clear();
        self.shift = None;
        self.break_glass = None;
        self.last_staff_id = None;
        self.state = State::SignIn(SignIn::default());
        vec![Effect::ForgetKeys]
    }
}
