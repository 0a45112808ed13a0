//! One-time codes that were used on this tablet.

use crate::{Store, StoreError};

impl Store {
    /// Marks a one-time code as used, durably. False when it was used before: then it opens nothing. When the disk is full,
    /// the reserve is given up for it: a crew without its cards is not sent away.
    pub fn use_code(&mut self, id: [u8; 8], at: chrono::DateTime<chrono::Utc>) -> Result<bool, StoreError> {
        let sql = "INSERT OR IGNORE INTO used_code (id, at) VALUES (?1, ?2)";
        self.with_reserve(|store| Ok(store.main.db.execute(sql, (id, at.timestamp()))? == 1))
    }
}
