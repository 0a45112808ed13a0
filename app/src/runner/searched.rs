//! What was searched without a card, counted from the audit: a restart or another crew begins no new count.

use std::ops::ControlFlow;

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::audit::{Access, AuditEvent, AuditKind};
use kakari_session::SearchTally;
use kakari_store::{Store, StoreError};

/// How long a search is counted.
const COUNTED: TimeDelta = TimeDelta::hours(12);
/// Rows that are older than this are not looked at: of this start by the clock that never jumps, else by their own times.
const LOOKED_AT: TimeDelta = TimeDelta::hours(48);

/// What the audit says of searches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Searches {
    /// The last twelve hours.
    pub(crate) tally: SearchTally,
    /// A break-glass was begun and not ended: the program was.
    pub(crate) left_open: bool,
}

/// Reads them. Within the newest start of the program time is told by the clock that never jumps, so that a clock set
/// forward forgets nothing; before that, by the rows' own times. What stands in the future is counted.
pub(crate) fn read(store: &Store, now: DateTime<Utc>) -> Result<Searches, StoreError> {
    let (mut searches, mut newest, mut ended) = (Searches::default(), None, None);
    store.audit_backwards(|row| {
        // A row of a later version is nothing that this one counts.
        let Some(event) = row.event else { return ControlFlow::Continue(()) };
        let (boot, last_ms) = *newest.get_or_insert((event.boot, event.monotonic_ms));
        let same_start = event.boot == boot;
        let since = TimeDelta::milliseconds(
            i64::try_from(last_ms.saturating_sub(event.monotonic_ms)).unwrap_or(i64::MAX / 2_000_000),
        );
        let age = now - event.at;
        if age < COUNTED || same_start && since < COUNTED {
            count(&event, &mut searches.tally);
        }
        ended = ended.or(match event.kind {
            AuditKind::BreakGlassStarted { .. } | AuditKind::BreakGlassExtended { .. } => Some(false),
            AuditKind::BreakGlassEnded { .. } => Some(true),
            _ => None,
        });
        // A program that runs for months has rows of months: what is that old by either clock is no search of today.
        let near = if same_start { since < LOOKED_AT } else { age < LOOKED_AT };
        if near { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    searches.left_open = ended == Some(false);
    Ok(searches)
}

/// Adds a row to the count.
pub(super) fn count(event: &AuditEvent, tally: &mut SearchTally) {
    match event.kind {
        AuditKind::Searched { newly, .. } => tally.people = tally.people.saturating_add(newly.into()),
        AuditKind::RecordOpened { access: Access::Search, .. } => tally.opened = tally.opened.saturating_add(1),
        _ => {}
    }
}
