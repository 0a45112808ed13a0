//! Counting, one row after the other.

use super::{Ages, Took, Usage};
use crate::audit::{Access, AuditBasis, AuditEvent, AuditKind, CardRefusal};

/// A region that was not heard for so long, in seconds, is not there: it is asked every minute.
const OFFLINE: u64 = 600;

/// Counts rows; at its end there is a [`Usage`].
#[derive(Clone, Debug, Default)]
pub struct UsageCounter {
    usage: Usage,
    to_check: Vec<u32>,
    to_summary: Vec<u32>,
    ages: Vec<u64>,
    ages_unknown: u64,
    /// The case that was shown last was handed over already.
    handed_over: bool,
}

impl UsageCounter {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts the next row; `None` is a row that a later version wrote.
    pub fn add(&mut self, event: Option<&AuditEvent>) {
        self.usage.rows += 1;
        let Some(event) = event else {
            self.usage.unreadable += 1;
            return;
        };
        let usage = &mut self.usage;
        usage.from = Some(usage.from.map_or(event.at, |from| from.min(event.at)));
        usage.to = Some(usage.to.map_or(event.at, |to| to.max(event.at)));
        self.count_way(&event.kind);
        self.count_case(&event.kind);
        self.count_search(&event.kind);
        self.count_trouble(&event.kind);
    }

    /// What was counted.
    pub fn finish(self) -> Usage {
        Usage {
            to_check: Took::of(self.to_check),
            to_summary: Took::of(self.to_summary),
            ages: Ages::of(self.ages, self.ages_unknown),
            ..self.usage
        }
    }

    /// From the try to the summary.
    fn count_way(&mut self, kind: &AuditKind) {
        let (usage, funnel) = (&mut self.usage.refused, &mut self.usage.funnel);
        match kind {
            AuditKind::CardRefused { reason } => {
                *usage.entry(*reason).or_default() += 1;
                funnel.tried += u64::from(*reason != CardRefusal::Torn);
                funnel.card += u64::from(is_of_region(*reason));
            }
            AuditKind::RecordOpened { access, took_ms, .. } => {
                if access.by_card() {
                    funnel.tried += 1;
                    funnel.card += 1;
                }
                funnel.found += 1;
                self.to_check.extend(took_ms);
            }
            AuditKind::BreakGlassStarted { .. } => funnel.tried += 1,
            AuditKind::RecordShown { basis, .. } => {
                funnel.shown += 1;
                funnel.consented += u64::from(*basis != AuditBasis::Emergency);
            }
            _ => {}
        }
    }

    /// The summary, and what became of it.
    fn count_case(&mut self, kind: &AuditKind) {
        let usage = &mut self.usage;
        match kind {
            AuditKind::RecordShown { basis, access, took_ms, age_seconds, feed_age_seconds, unavailable, .. } => {
                self.handed_over = false;
                usage.cases += 1;
                *usage.basis.entry(*basis).or_default() += 1;
                usage.by_card += u64::from(access.by_card());
                usage.without_card += u64::from(*access == Access::Search);
                usage.unproven += u64::from(*access == Access::UnprovenCard);
                usage.copies += u64::from(*access == Access::CardCopy);
                self.to_summary.extend(took_ms);
                self.ages.extend(age_seconds);
                self.ages_unknown += u64::from(age_seconds.is_none());
                usage.offline_known += u64::from(feed_age_seconds.is_some());
                usage.offline += u64::from(feed_age_seconds.is_some_and(|age| age >= OFFLINE));
                for title in unavailable {
                    *usage.missing.entry(title.clone()).or_default() += 1;
                }
            }
            AuditKind::IdentityRejected { .. } => usage.other_person += 1,
            AuditKind::HandedOver { way, .. } => {
                *usage.handed_over.entry(*way).or_default() += 1;
                usage.cases_handed_over += u64::from(!std::mem::replace(&mut self.handed_over, true));
            }
            AuditKind::DestinationTold { changed } => {
                usage.destination_asked += 1;
                usage.destination_changed += u64::from(*changed);
            }
            AuditKind::SignedIn | AuditKind::FallbackStarted { .. } => usage.shifts += 1,
            _ => {}
        }
    }

    fn count_search(&mut self, kind: &AuditKind) {
        let search = &mut self.usage.search;
        match kind {
            AuditKind::BreakGlassStarted { reason, .. } => *search.break_glass.entry(*reason).or_default() += 1,
            AuditKind::Searched { named, newly, too_many, .. } => {
                search.searches += 1;
                search.too_many += u64::from(*too_many);
                search.nobody += u64::from(*named == 0 && !too_many);
                search.people += u64::from(*newly);
            }
            AuditKind::BirthYearWrong { .. } => search.birth_year_wrong += 1,
            AuditKind::SearchLimit { .. } => search.limits += 1,
            _ => {}
        }
    }

    fn count_trouble(&mut self, kind: &AuditKind) {
        let troubles = &mut self.usage.troubles;
        match kind {
            AuditKind::CrashRecovered => troubles.crashes += 1,
            AuditKind::SignInFailed { .. } => troubles.sign_in_failed += 1,
            AuditKind::ClockStepped { .. } => troubles.clock_steps += 1,
            AuditKind::DiskLow { .. } => troubles.disk_low += 1,
            AuditKind::BatteryLow { .. } => troubles.battery_low += 1,
            AuditKind::RowsLate { rows } => troubles.rows_late += rows,
            AuditKind::FeedRefused { .. } => troubles.feed_refused += 1,
            AuditKind::RowsLost { rows } => self.usage.lost += rows,
            _ => {}
        }
    }
}

/// A card of this region, whatever stood in its way.
fn is_of_region(reason: CardRefusal) -> bool {
    match reason {
        CardRefusal::OtherRegion
        | CardRefusal::NotOurs
        | CardRefusal::Torn
        | CardRefusal::Unregistered
        | CardRefusal::TwoCards => false,
        CardRefusal::NothingStored
        | CardRefusal::NotGenuine
        | CardRefusal::NotRegistered
        | CardRefusal::Revoked
        | CardRefusal::NotValidToday
        | CardRefusal::ConsentWithdrawn
        | CardRefusal::NotOpened => true,
    }
}
