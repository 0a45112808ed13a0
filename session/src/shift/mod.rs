//! The shift: a second crew member, locked and opened again by a PIN, started without a staff card, ended.

mod fallback;
mod fallback_view;
mod locked;

use kakari_record::audit::{AuditKind, BreakGlassEnd};

use crate::Effect;
use crate::event::CrewMember;
use crate::problem::Problem;
use crate::session::Session;
use crate::state::{Back, Other, SignIn, Stage, State};
use crate::touch::Touch;
use crate::view::Mark;

pub(crate) use fallback::{CodeTries, Fallback};
pub(crate) use locked::{CODE_DIGITS, Locked};

/// How long a PIN alone opens the tablet again after the last sign-in by card, and how long a one-time code lasts.
pub(crate) const SHIFT_MS: u64 = 12 * 60 * 60 * 1000;
/// How many names stand on the bar.
const CREW: usize = 2;

/// A crew's shift.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shift {
    /// The last sign-in, by the clock that never jumps.
    pub(crate) since_ms: u64,
    pub(crate) way: Way,
}

/// How it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// With staff cards.
    Cards,
    /// With two names and a one-time code.
    Code,
}

impl Session {
    pub(crate) fn shift_touched(&mut self, touch: Touch) -> Vec<Effect> {
        match touch {
            Touch::AddCrew if self.can_add_crew() && matches!(self.state, State::Standby(_)) => self.add_crew(),
            Touch::Cancel => self.cancel(),
            Touch::EndShift => self.end_shift(),
            Touch::OpenFallback => self.open_fallback(),
            Touch::PickStaff(index) => self.pick_staff(index),
            Touch::TurnStaff(pages) => self.turn_staff(pages),
            _ => Vec::new(),
        }
    }

    /// Whether one more can sign in: a shift by one-time code has its two already.
    pub(crate) fn can_add_crew(&self) -> bool {
        self.can_sign_in() && self.shift_by(Way::Cards) && !self.crew.is_empty() && self.crew.len() < CREW
    }

    /// A second crew member signs in; the first stays. Also begun by a staff card that is laid on in standby.
    pub(crate) fn add_crew(&mut self) -> Vec<Effect> {
        self.state = State::SignIn(SignIn { back: Back::Standby, ..SignIn::default() });
        self.look_for_staff_card()
    }

    pub(crate) fn is_signed_in(&self, staff_id: &str) -> bool {
        self.crew.iter().any(|member| member.staff_id == staff_id)
    }

    pub(crate) fn shift_by(&self, way: Way) -> bool {
        self.shift.is_some_and(|shift| shift.way == way)
    }

    /// The crew's shift begins, or goes on from now with one more.
    pub(crate) fn begin_shift(&mut self, crew: Vec<CrewMember>, way: Way) {
        self.crew = crew;
        self.shift = Some(Shift { since_ms: self.now.map_or(0, |now| now.monotonic_ms), way });
        self.state = State::Standby(None);
        self.stay_awake();
    }

    /// Back to where a sign-in or one-time code was begun. What the card or the code is being tried for is answered
    /// first: its keys must have somewhere to go.
    fn cancel(&mut self) -> Vec<Effect> {
        match &mut self.state {
            State::SignIn(sign_in) if !matches!(sign_in.stage, Stage::Verifying(..)) => {
                match std::mem::take(&mut sign_in.back) {
                    Back::Nobody => {}
                    Back::Standby => self.state = State::Standby(None),
                    Back::Locked(locked) => self.state = State::Locked(locked),
                }
                Vec::new()
            }
            State::Fallback(fallback) if !fallback.is_pending() => {
                self.state = State::SignIn(SignIn::default());
                self.look_for_staff_card()
            }
            _ => Vec::new(),
        }
    }

    /// 勤務終了. An open case is closed first, by its own touch.
    fn end_shift(&mut self) -> Vec<Effect> {
        let at_rest = matches!(self.state, State::Standby(_) | State::Locked(_) | State::SignIn(_) | State::Station(_));
        if self.crew.is_empty() || !at_rest {
            return Vec::new();
        }
        let mut effects = vec![self.audit(AuditKind::SignedOut)];
        effects.extend(self.sign_everybody_out(None));
        effects
    }

    /// Every key goes, also what a PIN could bring back.
    pub(crate) fn sign_everybody_out(&mut self, problem: Option<Problem>) -> Vec<Effect> {
        let mut effects = self.end_break_glass(BreakGlassEnd::Locked);
        self.crew.clear();
        self.shift = None;
        (self.keys_gone, self.warning_read) = (false, false);
        let stays = problem.is_some();
        self.state = State::SignIn(SignIn { problem, ..SignIn::default() });
        effects.push(Effect::ForgetKeys);
        if !stays {
            effects.extend(self.look_for_staff_card());
        }
        effects
    }

    /// Who lays a card on has one after all.
    pub(crate) fn card_on_fallback(&mut self) -> Vec<Effect> {
        if matches!(&self.state, State::Fallback(fallback) if fallback.is_pending()) {
            return Vec::new();
        }
        self.state = State::SignIn(SignIn::default());
        self.look_for_staff_card()
    }

    /// Whether twelve hours have gone since the last sign-in.
    fn twelve_hours_are_over(&self) -> bool {
        let now = self.now.map_or(0, |now| now.monotonic_ms);
        self.shift.is_some_and(|shift| now.saturating_sub(shift.since_ms) >= SHIFT_MS)
    }

    /// Whether what a one-time code gave has run out.
    pub(crate) fn code_is_over(&self) -> bool {
        self.shift_by(Way::Code) && self.twelve_hours_are_over()
    }

    /// 「職員カードなし あと11時間」: a shift that ends by itself says so.
    pub(crate) fn shift_line(&self) -> Option<(String, Mark)> {
        let shift = self.shift.filter(|shift| shift.way == Way::Code)?;
        let gone = self.now?.monotonic_ms.saturating_sub(shift.since_ms);
        let minutes = SHIFT_MS.saturating_sub(gone).div_ceil(60_000);
        let (hours, language) = (minutes / 60, self.look.language);
        let left = match hours {
            0 => language.say(format!("{minutes}分"), format!("{minutes} min")),
            _ => language.say(format!("{hours}時間"), format!("{hours} h")),
        };
        let words = language.say(format!("職員カードなし あと{left}"), format!("No staff card, {left} left"));
        Some((words, Mark::Caution))
    }

    /// Whether a PIN could open the tablet again after it is locked.
    pub(crate) fn can_reopen(&self) -> bool {
        !self.crew.is_empty() && !self.keys_gone && !self.lease_is_over() && !self.twelve_hours_are_over()
    }

    /// The end of twelve hours. A crew with cards goes on working, but a locked tablet wants a card again. What a code
    /// gave goes at once; a case that is open stays until it is closed, as at the end of a lease.
    pub(crate) fn mind_shift(&mut self) -> Vec<Effect> {
        if !self.twelve_hours_are_over() {
            return Vec::new();
        }
        let by_code = self.shift_by(Way::Code);
        match &mut self.state {
            State::Case(_) if !by_code || self.keys_gone => Vec::new(),
            State::Case(case) => {
                if matches!(case.other, Other::Recording(..) | Other::Offered(_)) {
                    case.other = Other::Refused(Problem::ShiftOver { by_code });
                }
                self.keys_gone = true;
                vec![Effect::ForgetKeys]
            }
            State::Locked(_) | State::SignIn(SignIn { back: Back::Locked(_), .. }) => self.shift_over(by_code),
            _ if by_code => self.shift_over(by_code),
            _ => Vec::new(),
        }
    }

    fn shift_over(&mut self, by_code: bool) -> Vec<Effect> {
        let mut effects = vec![self.audit(AuditKind::SignedOut)];
        effects.extend(self.sign_everybody_out(Some(Problem::ShiftOver { by_code })));
        effects
    }
}
