//! Putting sealed rows into the live set, outside of any feed.

use kakari_record::seal::Row;

use crate::rows::{Put, put};
use crate::set::LiveSet;
use crate::{Store, StoreError};

/// Pages kept in memory while loading: 64 MB, so that random keys do not read the file again and again.
const LOADING_CACHE: &str = "-65536";
const USUAL_CACHE: &str = "-2048";

impl Store {
    /// Puts rows in, `batch` rows a transaction, replacing older versions of the same records; an older version never
    /// replaces a newer one. Returns how many rows were put in. What was committed stays when a later row fails.
    pub fn load(&mut self, rows: impl IntoIterator<Item = Row>, batch: usize) -> Result<u64, StoreError> {
        self.make_first_set()?;
        let mut live = self.live()?;
        let set = live.as_mut().ok_or(StoreError::NoRecords)?;
        set.catch_up()?;
        set.database.db.pragma_update(None, "cache_size", LOADING_CACHE)?;
        let loaded = set.load_batches(rows.into_iter(), batch.max(1));
        set.database.db.pragma_update(None, "cache_size", USUAL_CACHE)?;
        set.database.checkpoint()?;
        loaded
    }

    fn make_first_set(&mut self) -> Result<(), StoreError> {
        if self.live_number()?.is_some() {
            return Ok(());
        }
        let number = self.give_number(|_, _| Ok(()))?;
        LiveSet::create(&self.files, &self.key, number)?;
        self.main.db.execute("UPDATE facts SET live = ?1", [crate::database::integer(number)?])?;
        Ok(())
    }
}

impl LiveSet {
    fn load_batches(&mut self, mut rows: impl Iterator<Item = Row>, batch: usize) -> Result<u64, StoreError> {
        let mut loaded = 0;
        loop {
            let transaction = self.database.db.transaction()?;
            let (mut taken, mut new) = (0, 0_i64);
            for row in rows.by_ref().take(batch) {
                taken += 1;
                let put = put(&transaction, &row)?;
                loaded += u64::from(put != Put::Older);
                new += i64::from(put == Put::New);
            }
            transaction.execute("UPDATE cursor SET records = records + ?1", [new])?;
            transaction.commit()?;
            if taken < batch {
                return Ok(loaded);
            }
        }
    }
}
