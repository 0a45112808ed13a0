//! The highest head, roster and orders that this tablet ever trusted: in the main file, and in a small file beside it
//! that a restored older store does not bring back.

use std::fs;

use chrono::{DateTime, Utc};
use ring::hmac;

use crate::database::integer;
use crate::files::replace;
use crate::{Store, StoreError, StoreKey};

/// What the file beside the store is signed over, before its five numbers.
const LABEL: &[u8] = b"kakari trusted v1\0";
const NUMBERS: usize = 5;
const LEN: usize = NUMBERS * 8 + 32;

/// The highest that was ever trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trusted {
    /// The head's generation.
    pub generation: u64,
    /// The head's last sequence.
    pub sequence: u64,
    /// When the head was issued, to the second.
    pub issued_at: DateTime<Utc>,
    /// Version of the roster.
    pub roster: u64,
    /// Version of the orders.
    pub orders: u64,
}

impl Trusted {
    /// The head's place in the order of heads.
    pub fn head(&self) -> (u64, u64, DateTime<Utc>) {
        (self.generation, self.sequence, self.issued_at)
    }

    /// The higher of both: the later head, and of roster and orders the higher version each.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        let head = if other.head() > self.head() { other } else { self };
        Self { roster: self.roster.max(other.roster), orders: self.orders.max(other.orders), ..head }
    }

    fn seal(&self, key: &StoreKey) -> [u8; LEN] {
        let numbers =
            [self.generation, self.sequence, self.issued_at.timestamp().unsigned_abs(), self.roster, self.orders];
        let mut bytes = [0; LEN];
        for (place, number) in bytes.chunks_exact_mut(8).zip(numbers) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        let (told, tag) = bytes.split_at_mut(NUMBERS * 8);
        tag.copy_from_slice(hmac::sign(&key.hmac_key(), &[LABEL, told].concat()).as_ref());
        bytes
    }

    fn open(key: &StoreKey, bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; LEN] = bytes.try_into().ok()?;
        let (told, tag) = bytes.split_at(NUMBERS * 8);
        hmac::verify(&key.hmac_key(), &[LABEL, told].concat(), tag).ok()?;
        let mut numbers = told.chunks_exact(8).map(|number| number.try_into().map_or(0, u64::from_be_bytes));
        let mut next = || numbers.next().unwrap_or(0);
        let (generation, sequence, issued_at) = (next(), next(), next());
        let issued_at = DateTime::from_timestamp(i64::try_from(issued_at).ok()?, 0)?;
        Some(Self { generation, sequence, issued_at, roster: next(), orders: next() })
    }
}

impl Store {
    /// The highest that was ever trusted, by the store or by the file beside it; `None` before the first head.
    pub fn trusted(&self) -> Result<Option<Trusted>, StoreError> {
        let (stored, beside) = (self.trusted_in_store()?, self.trusted_beside()?);
        Ok(match (stored, beside) {
            (Some(stored), Some(beside)) => Some(stored.max(beside)),
            (one, other) => one.or(other),
        })
    }

    /// Trusts a head, a roster and orders from now on. Only ever grows: of what is lower than before nothing is taken.
    /// Durable in both places when it returns.
    pub fn trust(&mut self, trusted: &Trusted) -> Result<(), StoreError> {
        let highest = self.trusted()?.map_or(*trusted, |before| before.max(*trusted));
        let restored = self.restored_older()?;
        let transaction = self.main.db.transaction()?;
        transaction.execute("UPDATE facts SET restored_older = ?1", [restored])?;
        transaction.execute(
            "INSERT OR REPLACE INTO trusted (one, generation, sequence, issued_at, roster, orders)
             VALUES (1, ?1, ?2, ?3, ?4, ?5)",
            (
                integer(highest.generation)?,
                integer(highest.sequence)?,
                highest.issued_at.timestamp(),
                integer(highest.roster)?,
                integer(highest.orders)?,
            ),
        )?;
        // The store first: a crash in between then looks like nothing, and not like a restored store.
        transaction.commit()?;
        Ok(replace(&self.files.trusted(), &highest.seal(&self.key))?)
    }

    /// Whether this store file is older than what the tablet has already trusted: somebody restored it. Stays so until
    /// [`Store::note_reconciled`].
    pub fn restored_older(&self) -> Result<bool, StoreError> {
        let noted = self.main.query_one("SELECT restored_older FROM facts", |row| row.get(0))?;
        if noted == Some(true) {
            return Ok(true);
        }
        let stored = self.trusted_in_store()?;
        Ok(self.trusted_beside()?.is_some_and(|beside| stored.is_none_or(|stored| stored.max(beside) != stored)))
    }

    /// The store was held against the region's digests, or filled from a snapshot: nothing is restored any more.
    pub fn note_reconciled(&mut self, at: DateTime<Utc>) -> Result<(), StoreError> {
        if let Some(trusted) = self.trusted()? {
            self.trust(&trusted)?;
        }
        self.main.db.execute("UPDATE facts SET restored_older = 0, reconciled_at = ?1", [at.timestamp()])?;
        Ok(())
    }

    /// When the store was last held against the region's digests.
    pub fn reconciled_at(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let at = self.main.query_one("SELECT reconciled_at FROM facts", |row| row.get::<_, Option<i64>>(0))?;
        Ok(at.flatten().and_then(|at| DateTime::from_timestamp(at, 0)))
    }

    fn trusted_in_store(&self) -> Result<Option<Trusted>, StoreError> {
        let sql = "SELECT generation, sequence, issued_at, roster, orders FROM trusted";
        self.main.query_one(sql, |row| {
            let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
            Ok(Trusted {
                generation: number(0)?,
                sequence: number(1)?,
                issued_at: DateTime::from_timestamp(row.get(2)?, 0).unwrap_or_default(),
                roster: number(3)?,
                orders: number(4)?,
            })
        })
    }

    fn trusted_beside(&self) -> Result<Option<Trusted>, StoreError> {
        let trusted = match fs::read(self.files.trusted()) {
            Ok(bytes) => Trusted::open(&self.key, &bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if trusted.is_none() {
            tracing::warn!("the trusted maximum beside the store was changed or damaged; the store's own counts");
        }
        Ok(trusted)
    }
}
