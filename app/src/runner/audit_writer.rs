//! Audit rows into the store.

use kakari_record::audit::{AuditEvent, AuditKind};
use kakari_store::{Store, StoreError};

/// Writes audit rows; of those that could not be written it keeps the count, which goes before the next that can.
#[derive(Default)]
pub(super) struct AuditWriter {
    lost: u64,
}

impl AuditWriter {
    pub(super) fn write(&mut self, store: &mut Store, event: &AuditEvent) -> Result<(), StoreError> {
        let written = self.confess(store, event).and_then(|()| store.append_audit(event));
        if let Err(error) = &written {
            self.lost += 1;
            tracing::error!(%error, "an audit row was not written");
        }
        written.map(drop)
    }

    fn confess(&mut self, store: &mut Store, event: &AuditEvent) -> Result<(), StoreError> {
        if self.lost > 0 {
            store.append_audit(&AuditEvent { kind: AuditKind::RowsLost { rows: self.lost }, ..event.clone() })?;
            self.lost = 0;
        }
        Ok(())
    }
}
