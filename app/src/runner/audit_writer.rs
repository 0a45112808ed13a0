//! Audit rows into the store, and what becomes of them while the disk is full.

use kakari_record::audit::{AuditEvent, AuditKind};
use kakari_store::{Store, StoreError};

/// Most rows that are kept in memory: more than a crew makes in a week of shifts. What comes after is shown to nobody.
const MOST_OWED: usize = 10_000;

/// Where a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// On the disk.
    Durable,
    /// In memory, for the disk is full: on the disk before every later row, as soon as there is room.
    Owed,
}

/// Writes audit rows. Rows that a full disk does not take are kept and written late, in order; of rows that could not be
/// written for another reason it keeps the count. Both go before the next row that can be written.
#[derive(Default)]
pub(crate) struct AuditWriter {
    owed: Vec<AuditEvent>,
    lost: u64,
}

impl AuditWriter {
    /// Rows that an earlier start took with it: confessed before the next row that can be written, and kept in the note
    /// until then.
    pub(crate) fn confess(&mut self, lost: u64) {
        self.lost = self.lost.saturating_add(lost);
    }

    /// What waits in memory.
    pub(crate) fn owed(&self) -> &[AuditEvent] {
        &self.owed
    }

    /// Writes a row, after whatever waits.
    pub(crate) fn write(&mut self, store: &mut Store, event: &AuditEvent) -> Result<Written, StoreError> {
        match self.append(store, Some(event), event) {
            Ok(()) => Ok(Written::Durable),
            Err(StoreError::Full) if self.owed.len() < MOST_OWED => {
                tracing::error!("the disk is full: an audit row waits in memory");
                self.owed.push(event.clone());
                self.note(store);
                Ok(Written::Owed)
            }
            Err(error) => {
                tracing::error!(%error, "an audit row was not written");
                self.lost += 1;
                self.note(store);
                Err(error)
            }
        }
    }

    /// Writes what waits, if there is room now; `like` says when and where.
    pub(crate) fn write_waiting(&mut self, store: &mut Store, like: &AuditEvent) {
        if self.is_waiting()
            && let Err(error) = self.append(store, None, like)
        {
            tracing::debug!(%error, "audit rows still wait");
        }
    }

    /// Whether rows wait, or their loss does.
    pub(crate) fn is_waiting(&self) -> bool {
        self.lost > 0 || !self.owed.is_empty()
    }

    fn append(&mut self, store: &mut Store, event: Option<&AuditEvent>, like: &AuditEvent) -> Result<(), StoreError> {
        let confess = |rows: u64, kind: AuditKind| (rows > 0).then(|| AuditEvent { kind, ..like.clone() });
        let late = self.owed.len() as u64;
        let waited = self.is_waiting();
        let rows: Vec<AuditEvent> = confess(self.lost, AuditKind::RowsLost { rows: self.lost })
            .into_iter()
            .chain(confess(late, AuditKind::RowsLate { rows: late }))
            .chain(self.owed.iter().cloned())
            .chain(event.cloned())
            .collect();
        store.append_audits(&rows)?;
        if waited {
            self.lost = 0;
            self.owed = Vec::new();
            self.note(store);
        }
        Ok(())
    }

    /// So that the next start knows what this one took with it.
    fn note(&self, store: &Store) {
        if let Err(error) = store.note_gap(self.lost + self.owed.len() as u64) {
            tracing::error!(%error, "it is not noted how many audit rows wait");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use kakari_record::seal::FeedId;
    use kakari_store::{Facts, StoreKey};

    use super::*;
    use crate::config::Config;
    use crate::runner::AuditClerk;

    fn facts() -> Facts {
        Facts {
            feed: FeedId::from_bytes([7; 16]),
            region_key: [1; 32],
            card_authority: [2; 65],
            training: true,
            records: 0,
            synced_at: None,
        }
    }

    /// While it is so, every row finds the disk full: SQLite says the same of numbers that are used up.
    fn be_full(dir: &Path, full: bool) {
        let db = rusqlite::Connection::open(dir.join("kakari.db")).expect("opens");
        let key = std::fs::read(dir.join("store.key")).expect("key");
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        db.pragma_update(None, "key", format!("x'{hex}'")).expect("key");
        let begin = "CREATE TABLE used_up (id INTEGER PRIMARY KEY AUTOINCREMENT);
                     INSERT INTO used_up VALUES (9223372036854775807);
                     CREATE TRIGGER full BEFORE INSERT ON audit BEGIN INSERT INTO used_up (id) VALUES (NULL); END";
        let end = "DROP TRIGGER full; DROP TABLE used_up";
        db.execute_batch(if full { begin } else { end }).expect("set");
    }

    #[test]
    fn rows_lost_by_one_start_are_not_forgotten_by_the_next_that_finds_the_disk_full_as_well() {
        let place = tempfile::tempdir().expect("a folder");
        let dir = place.path();
        let key = || StoreKey::load(&dir.join("store.key")).expect("key");
        StoreKey::make_at(&dir.join("store.key")).expect("key");
        let mut store = Store::create(&dir.join("kakari.db"), key(), &facts()).expect("created");
        let event = AuditClerk::new(&Config::in_dir(dir)).own(AuditKind::CrashRecovered);
        store.append_audit(&event).expect("written");
        assert!(store.keep_reserve().expect("there is room"));
        be_full(dir, true);
        // Each start is killed with what it could not write.
        for (rows, lost) in [(3, 3), (2, 5)] {
            let mut audit = AuditWriter::default();
            audit.confess(store.lost_rows().expect("reads"));
            for _ in 0..rows {
                assert_eq!(audit.write(&mut store, &event).expect("kept"), Written::Owed);
            }
            assert_eq!(audit.owed().len(), rows);
            assert_eq!(store.lost_rows().expect("reads"), lost);
        }
        be_full(dir, false);
        let mut audit = AuditWriter::default();
        audit.confess(store.lost_rows().expect("reads"));
        assert_eq!(audit.write(&mut store, &event).expect("written"), Written::Durable);
        let kinds: Vec<_> =
            store.last_audit(9).expect("reads").into_iter().map(|row| row.event.expect("known").kind).collect();
        assert_eq!(kinds, [AuditKind::CrashRecovered, AuditKind::RowsLost { rows: 5 }, AuditKind::CrashRecovered]);
        assert_eq!(store.lost_rows().expect("reads"), 0);
    }
}
