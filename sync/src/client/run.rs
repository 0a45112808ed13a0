//! Rounds one after the other, for as long as the program runs.

use std::future::Future;
use std::pin::pin;

use tokio::sync::Notify;

use super::outcome::{Conditions, Origin, Outcome};
use super::round::Client;
use super::schedule::Schedule;
use super::{StepProgress, WipeOrder};

/// Why the rounds ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Asked to.
    Stopped,
    /// This tablet was ordered to be wiped: the caller does it, at once.
    Wipe(WipeOrder),
}

impl Client {
    /// Rounds with the server until `stop` is done, or a wipe is ordered. `wake` begins the next round at once: the link
    /// has returned, or somebody asked. A round that `stop` interrupts is carried on with at the next start.
    pub async fn run(
        &mut self,
        stop: impl Future<Output = ()>,
        wake: &Notify,
        conditions: impl Fn() -> Conditions,
        mut on_outcome: impl FnMut(&Outcome),
        tell: &mut (dyn FnMut(StepProgress) + Send),
    ) -> Ended {
        let mut stop = pin!(stop);
        let mut schedule = Schedule::every(self.poll_seconds());
        loop {
            let outcome = tokio::select! {
                () = &mut stop => return Ended::Stopped,
                outcome = self.round(&Origin::Network, conditions(), &mut *tell) => outcome,
            };
            on_outcome(&outcome);
            if let Some(wipe) = outcome.wipe {
                return Ended::Wipe(wipe);
            }
            schedule.set_interval(self.poll_seconds());
            let pause = schedule.after(outcome.contact);
            tokio::select! {
                () = &mut stop => return Ended::Stopped,
                () = wake.notified() => schedule.asked(),
                () = tokio::time::sleep(pause) => (),
            }
        }
    }

    fn poll_seconds(&self) -> u32 {
        self.store.settings().unwrap_or_default().poll_seconds
    }
}
