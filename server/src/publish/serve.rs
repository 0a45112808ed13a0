//! The publisher as a service.

use std::time::{Duration, Instant};

use sqlx::PgPool;
use tokio::time::sleep;

use super::{Objects, Pace, PublishError, Publisher};
use crate::keys::ServerKey;

const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// While every round is full, upkeep is done at least so often.
const UPKEEP: Duration = Duration::from_secs(10);
const UPKEEP_IDLE: Duration = Duration::from_secs(60);

/// Publishes until `stop`. Waits while another publisher is there, and goes on by itself when the database or the store
/// comes back.
///
/// # Errors
///
/// Only what waiting cannot mend: see [`PublishError::is_final`].
pub async fn serve(
    pool: PgPool,
    server: ServerKey,
    objects: Objects,
    pace: Pace,
    stop: impl Future<Output = ()>,
) -> Result<(), PublishError> {
    tokio::pin!(stop);
    let mut wait = pace.poll;
    loop {
        let begun = Instant::now();
        let opened = Publisher::open(pool.clone(), server.clone(), objects.clone(), pace.clone());
        let ended = tokio::select! {
            opened = opened => opened,
            () = &mut stop => return Ok(()),
        };
        let ended = match ended {
            Ok(mut publisher) => publisher.run(&mut stop).await,
            Err(error) => Err(error),
        };
        let Err(error) = ended else { return Ok(()) };
        if error.is_final() {
            return Err(error);
        }
        if begun.elapsed() > LONGEST_WAIT {
            wait = pace.poll;
        }
        tracing::warn!("{error}; again in {} s", wait.as_secs());
        tokio::select! {
            () = sleep(wait) => {}
            () = &mut stop => return Ok(()),
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

impl Publisher {
    /// Publishes until `stop`, which is looked at between two rounds.
    pub async fn run(&mut self, stop: &mut (impl Future<Output = ()> + Unpin)) -> Result<(), PublishError> {
        loop {
            let wait = if self.step().await? { Duration::ZERO } else { self.pace.poll };
            tokio::select! {
                biased;
                () = &mut *stop => return Ok(()),
                () = sleep(wait) => {}
            }
        }
    }

    /// One look at everything; whether more waits.
    pub async fn step(&mut self) -> Result<bool, PublishError> {
        let made = self.wrapping.as_ref().is_some_and(|task| task.is_finished());
        if made || elapsed(self.times.standing, self.pace.standing_every) {
            self.stand().await?;
        }
        let full = self.round().await?.is_full(&self.pace);
        let finished = self.snapshot.as_ref().is_some_and(|task| task.is_finished());
        let upkeep = if full { UPKEEP } else { UPKEEP_IDLE };
        if (!full && self.times.unnamed) || finished || elapsed(self.times.upkeep, upkeep) {
            self.upkeep().await?;
            self.clear().await?;
        }
        if self.times.unnamed || elapsed(self.times.head, self.pace.head_every) {
            self.issue().await?;
        }
        Ok(full)
    }
}

fn elapsed(last: Option<Instant>, time: Duration) -> bool {
    last.is_none_or(|last| last.elapsed() >= time)
}
