//! Checkpoints that the TPM signs, beside everything else: neither a row nor a view waits for it.

use std::thread;

use kakari_store::{SignedCheckpoint, Store};

/// One signature at a time.
#[derive(Debug, Default)]
pub(super) struct AuditSigning {
    under_way: bool,
}

impl AuditSigning {
    /// Has what is due signed on a thread of its own, which hands over what the device answered; nothing where none is due.
    pub(super) fn begin(&mut self, store: &Store, signed: impl FnOnce(Option<SignedCheckpoint>) + Send + 'static) {
        if self.under_way {
            return;
        }
        let due = match store.due_checkpoint() {
            Ok(Some(due)) => due,
            Ok(None) => return,
            Err(error) => return tracing::warn!(%error, "it cannot be seen whether a checkpoint of the audit is due"),
        };
        let sign = move || signed(due.sign());
        match thread::Builder::new().name("audit-sign".to_owned()).spawn(sign) {
            Ok(_) => self.under_way = true,
            Err(error) => tracing::warn!(%error, "no thread to sign the audit"),
        }
    }

    /// Writes what was signed. False when rows came meanwhile: then it is still due.
    pub(super) fn end(&mut self, store: &mut Store, signed: Option<SignedCheckpoint>) -> bool {
        self.under_way = false;
        let Some(signed) = signed else { return true };
        store.append_checkpoint(&signed).unwrap_or_else(|error| {
            tracing::warn!(%error, "a checkpoint of the audit was signed and is not written: it stays due");
            true
        })
    }
}
