//! What is counted and gathered from the whole audit, for the glass and for the command line.

use kakari_record::audit::AuditEvent;
use kakari_record::audit::review::{BreakGlassUse, Uses};
use kakari_record::audit::usage::{Usage, UsageCounter};
use kakari_store::{Store, StoreError};

/// The uses of break-glass, the oldest first.
pub(crate) fn break_glass_uses(store: &Store) -> Result<Vec<BreakGlassUse>, StoreError> {
    let mut uses = Uses::new();
    store.each_audit(1, u64::MAX, |row| -> Result<(), StoreError> {
        if let Some(event) = &row.event {
            uses.add(row.sequence, event);
        }
        Ok(())
    })?;
    Ok(uses.finish())
}

/// The figures of the rows that count; of a row of a later version `None` is asked.
pub(crate) fn usage(store: &Store, counts: impl Fn(Option<&AuditEvent>) -> bool) -> Result<Usage, StoreError> {
    let mut counter = UsageCounter::new();
    store.each_audit(1, u64::MAX, |row| -> Result<(), StoreError> {
        if counts(row.event.as_ref()) {
            counter.add(row.event.as_ref());
        }
        Ok(())
    })?;
    Ok(counter.finish())
}
