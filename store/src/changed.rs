//! Noticing that the other process changed something.

use crate::{Store, StoreError, schema};

/// What a store looked like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    main: i64,
    live: Option<u64>,
    set: Option<i64>,
}

impl Store {
    /// Whether another process changed the store since this was last asked; the first time it says `false`. Costs a
    /// few microseconds: ask after every request, or once a second. Then facts, roster and dictionaries are read anew;
    /// [`Store::find_by_card`] notices by itself.
    pub fn changed(&self) -> Result<bool, StoreError> {
        // A set that cannot be read does not hide that the main file changed.
        let (live, set) = match self.live() {
            Ok(held) => (held.as_ref().map(|set| set.number), held.as_ref().map(|set| set.database.data_version())),
            Err(StoreError::Damaged) => (self.live_number()?, None),
            Err(error) => return Err(error),
        };
        let seen = Seen { main: self.main.data_version()?, live, set: set.and_then(Result::ok) };
        let before = self.seen.replace(Some(seen));
        Ok(before.is_some_and(|before| before != seen))
    }

    /// Whether another process has brought the store to a schema that this program does not know: a version that came into
    /// force beside it. Nothing more may be read or written by this one.
    pub fn is_newer(&self) -> Result<bool, StoreError> {
        let found: Option<u32> = self.main.query_one("PRAGMA user_version", |row| row.get(0))?;
        Ok(found.is_some_and(|found| found as usize > schema::MAIN_FILE.len()))
    }
}
