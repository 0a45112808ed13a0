//! The roster with its wraps, and the dictionaries.

use kakari_record::seal::{Dictionary, Roster, RosterError, SignedRoster};

use crate::database::integer;
use crate::{Store, StoreError};

impl Store {
    /// Puts a new roster in the place of the old one; it must be signed by this store's region and not be older than
    /// any that was here, also one that was forgotten since.
    pub fn set_roster(&mut self, roster: &SignedRoster) -> Result<Result<Roster, RosterError>, StoreError> {
        let facts = self.facts()?;
        let newest = self.roster_version()?.unwrap_or(0);
        let verified = roster.verify(&facts.region_key, facts.feed).and_then(|roster| match roster.version {
            version if version < newest => Err(RosterError::Older),
            _ => Ok(roster),
        });
        if let Ok(believed) = &verified {
            let transaction = self.main.db.transaction()?;
            transaction.execute("INSERT OR REPLACE INTO roster (one, signed) VALUES (1, ?1)", [roster.encode()])?;
            transaction.execute("UPDATE facts SET roster_version = ?1", [integer(believed.version)?])?;
            transaction.commit()?;
        }
        Ok(verified)
    }

    /// The roster, believed only after its signature was checked again; `None` before the first and after
    /// [`Store::forget_wraps`].
    pub fn roster(&self) -> Result<Option<Result<Roster, RosterError>>, StoreError> {
        let sql = "SELECT signed, region_key, feed FROM roster JOIN facts USING (one)";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?, row.get(2)?));
        let stored: Option<(_, [u8; 32], _)> = self.main.query_one(sql, read)?;
        Ok(stored.map(|(bytes, region, feed)| {
            SignedRoster::decode(&bytes)?.verify(&region, kakari_record::seal::FeedId::from_bytes(feed))
        }))
    }

    /// The highest version of the roster that was ever believed here; `None` before the first. It stays when the wraps
    /// are forgotten.
    pub fn roster_version(&self) -> Result<Option<u64>, StoreError> {
        let known = self.main.query_one("SELECT roster_version FROM facts", |row| row.get::<_, Option<i64>>(0))?;
        let known = known.flatten().map(i64::unsigned_abs);
        Ok(known.max(self.roster()?.and_then(Result::ok).map(|roster| roster.version)))
    }

    /// Whether there was a roster and its wraps were forgotten: nobody can sign in until the next contact.
    pub fn wraps_forgotten(&self) -> Result<bool, StoreError> {
        Ok(self.roster()?.is_none() && self.roster_version()?.is_some())
    }

    /// The lease is over: erases the roster with its wraps, from the file and from its log, and nothing else. Its
    /// version stays known, so that no older one is believed later.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] when the other process read all the while, so that the log still holds them: call again.
    pub fn forget_wraps(&mut self) -> Result<(), StoreError> {
        let version = self.roster_version()?.map(integer).transpose()?;
        let transaction = self.main.db.transaction()?;
        transaction.execute("UPDATE facts SET roster_version = ?1", [version])?;
        transaction.execute("DELETE FROM roster", [])?;
        transaction.commit()?;
        if self.main.checkpoint()? { Ok(()) } else { Err(StoreError::Busy) }
    }

    /// Keeps a compression dictionary; a known one stays as it is.
    pub fn add_dictionary(&mut self, id: u32, bytes: &[u8]) -> Result<(), StoreError> {
        self.main.db.execute("INSERT OR IGNORE INTO dictionary (id, bytes) VALUES (?1, ?2)", (id, bytes))?;
        Ok(())
    }

    /// The numbers of the dictionaries that are here.
    pub fn dictionary_ids(&self) -> Result<Vec<u32>, StoreError> {
        let mut statement = self.main.db.prepare("SELECT id FROM dictionary ORDER BY id")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Every dictionary, made ready.
    pub fn dictionaries(&self) -> Result<Vec<Dictionary>, StoreError> {
        let mut statement = self.main.db.prepare("SELECT id, bytes FROM dictionary")?;
        let rows = statement.query_map([], |row| {
            let bytes: Vec<u8> = row.get(1)?;
            Ok(Dictionary::new(row.get(0)?, &bytes))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
