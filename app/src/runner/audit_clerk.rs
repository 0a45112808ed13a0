//! Fills in what the session cannot know of an audit event.

use std::sync::Arc;

use kakari_record::audit::{AuditEvent, AuditKind, TimeQuality};
use kakari_record::seal::RecordId;

use super::opening::Trust;
use crate::clock;
use crate::config::Config;

/// Knows the tablet, the vehicle and this start of the program.
#[derive(Clone)]
pub(crate) struct AuditClerk {
    tablet: String,
    vehicle: String,
    boot: [u8; 16],
    started_ms: u64,
    trust: Option<Arc<Trust>>,
}

impl AuditClerk {
    pub(crate) fn new(config: &Config) -> Self {
        // 16 random bytes; without them events are still ordered by their sequence.
        let boot = RecordId::make().map(|id| *id.as_bytes()).unwrap_or_default();
        Self {
            tablet: config.tablet.clone(),
            vehicle: config.vehicle.clone(),
            boot,
            started_ms: clock::now().monotonic_ms,
            trust: None,
        }
    }

    /// What the clock is held against from now on.
    pub(super) fn trust(&mut self, trust: Arc<Trust>) {
        self.trust = Some(trust);
    }

    /// Random number of this start of the program.
    pub(super) fn boot(&self) -> [u8; 16] {
        self.boot
    }

    /// An event of now.
    pub(crate) fn event(&self, kind: AuditKind, crew: Vec<String>) -> AuditEvent {
        let now = clock::now();
        AuditEvent {
            kind,
            at: now.utc,
            monotonic_ms: now.monotonic_ms - self.started_ms,
            boot: self.boot,
            time_quality: match &self.trust {
                Some(trust) if trust.doubts(now.utc) => TimeQuality::Doubtful,
                _ => TimeQuality::OwnClock,
            },
            tablet: self.tablet.clone(),
            vehicle: self.vehicle.clone(),
            crew,
            app: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// An event of now that no crew did.
    pub(crate) fn own(&self, kind: AuditKind) -> AuditEvent {
        self.event(kind, Vec::new())
    }

    pub(super) fn stopped(&self) -> AuditEvent {
        self.own(AuditKind::Stopped)
    }
}
