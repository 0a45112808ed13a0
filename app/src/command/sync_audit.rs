//! What `kakari sync` writes into the audit: only when something came, or when what stands in its way changed.

use kakari_record::audit::AuditKind;
use kakari_store::Store;
use kakari_sync::client::Outcome;

use crate::runner::AuditClerk;

/// Writes what came of a round; `refused` is what the round before it was refused for. A row that cannot be written is
/// said in the log: what sync brought is in the store all the same.
pub(super) fn audit_round(store: &mut Store, clerk: &AuditClerk, outcome: &Outcome, refused: Option<&str>) {
    let refusal = outcome.refusal().map(ToString::to_string);
    let kinds = [
        brought(outcome),
        refusal.filter(|_| last_refusal(store).as_deref() != refused).map(|reason| AuditKind::FeedRefused { reason }),
        outcome.wipe.is_some().then_some(AuditKind::WipeOrdered),
    ];
    for kind in kinds.into_iter().flatten() {
        if let Err(error) = store.append_audit(&clerk.own(kind)) {
            tracing::error!(%error, "an audit row of sync was not written");
        }
    }
}

/// Why the last round took nothing, as the store keeps it over restarts.
pub(super) fn last_refusal(store: &Store) -> Option<String> {
    store.sync_state().ok()?.last_refusal
}

fn brought(outcome: &Outcome) -> Option<AuditKind> {
    let applied = outcome.put + outcome.cards + outcome.removed;
    let sequence = outcome.head.map_or(0, |head| head.sequence);
    let something = applied + outcome.set_aside > 0 || outcome.snapshot;
    something.then_some(AuditKind::SyncEnded { applied, set_aside: outcome.set_aside, sequence })
}
