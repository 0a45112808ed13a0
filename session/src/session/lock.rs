//! Locking.

use kakari_record::audit::{AuditKind, BreakGlassEnd, Closing};

use super::Session;
use crate::Effect;
use crate::shift::Locked;
use crate::state::{Back, SignIn, State};

impl Session {
    /// Wipes keys and pixels. Within a shift a PIN brings the keys back; otherwise everything goes.
    pub(crate) fn lock(&mut self, automatic: bool) -> Vec<Effect> {
        if self.crew.is_empty() {
            if matches!(self.state, State::Fallback(_)) {
                self.state = State::SignIn(SignIn::default());
            }
            return Vec::new();
        }
        let locked = matches!(self.state, State::Locked(_) | State::SignIn(SignIn { back: Back::Locked(_), .. }));
        let mut effects = self.close_case(Closing::Locked);
        effects.extend(self.end_break_glass(BreakGlassEnd::Locked));
        if !locked {
            effects.push(self.audit(AuditKind::Locked { automatic }));
        }
        match (&self.state, self.can_reopen()) {
            (_, false) => effects.extend(self.sign_everybody_out(None)),
            (State::Locked(_), true) => {}
            _ => {
                effects.push(Effect::SleepKeys);
                self.state = State::Locked(Locked::default());
            }
        }
        effects
    }
}
