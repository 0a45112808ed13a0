//! Reading back what was done: the audit from its end.

use std::ops::ControlFlow;

use kakari_record::cbor;

use crate::audit::EVENT_VERSION;
use crate::{AuditRow, Store, StoreError};

impl Store {
    /// Gives the rows of the audit from the newest on, until `each` has seen enough.
    pub fn audit_backwards(&self, mut each: impl FnMut(AuditRow) -> ControlFlow<()>) -> Result<(), StoreError> {
        let sql = "SELECT sequence, event FROM audit ORDER BY sequence DESC";
        let mut statement = self.main.db.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let sequence: i64 = row.get(0)?;
            let bytes = row.get_ref(1)?.as_blob().map_err(|_| StoreError::Damaged)?;
            let event = cbor::decode_versioned(EVENT_VERSION, bytes).ok();
            if each(AuditRow { sequence: sequence.unsigned_abs(), event }).is_break() {
                break;
            }
        }
        Ok(())
    }
}
