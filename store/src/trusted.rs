//! The highest head, roster and orders that this tablet ever trusted: in the main file, and in a small file beside it
//! that a restored older store does not bring back. With a TPM, both note where its counter stood, so that older copies
//! of both are noticed as well (`counted.rs`).

use std::fs;

use chrono::{DateTime, Utc};
use ring::hmac;
use rusqlite::Row;

use crate::counted::Noted;
use crate::database::integer;
use crate::files::replace;
use crate::{Store, StoreError, StoreKey};

/// What the file beside the store is signed over, before its five numbers; with a sixth, where the counter stood.
const LABEL: &[u8] = b"kakari trusted v1\0";
const LABEL_COUNTED: &[u8] = b"kakari trusted v2\0";
const NUMBERS: usize = 5;
const TAG: usize = 32;

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

/// What one of the two places says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) trusted: Trusted,
    /// Where the TPM's counter stands, or will once it has counted; `None` from before there was one.
    pub(crate) noted: Option<u64>,
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
}

impl Kept {
    /// Version 1 without a counter, version 2 with one: a tablet without a TPM writes what it always wrote.
    fn seal(&self, key: &StoreKey) -> Vec<u8> {
        let Trusted { generation, sequence, issued_at, roster, orders } = self.trusted;
        let numbers = [generation, sequence, issued_at.timestamp().unsigned_abs(), roster, orders];
        let numbers = numbers.into_iter().chain(self.noted);
        let told: Vec<u8> = numbers.flat_map(u64::to_be_bytes).collect();
        let label = if self.noted.is_some() { LABEL_COUNTED } else { LABEL };
        let tag = hmac::sign(&key.hmac_key(), &[label, &told].concat());
        [&told, tag.as_ref()].concat()
    }

    fn open(key: &StoreKey, bytes: &[u8]) -> Option<Self> {
        let (told, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
        let (numbers, rest) = told.as_chunks::<8>();
        let label = match numbers.len() {
            NUMBERS if rest.is_empty() => LABEL,
            counted if counted == NUMBERS + 1 && rest.is_empty() => LABEL_COUNTED,
            _ => return None,
        };
        hmac::verify(&key.hmac_key(), &[label, told].concat(), tag).ok()?;
        let number = |place: usize| numbers.get(place).map(|number| u64::from_be_bytes(*number));
        let issued_at = DateTime::from_timestamp(i64::try_from(number(2)?).ok()?, 0)?;
        let (generation, sequence, roster, orders) = (number(0)?, number(1)?, number(3)?, number(4)?);
        Some(Self { trusted: Trusted { generation, sequence, issued_at, roster, orders }, noted: number(NUMBERS) })
    }
}

impl Store {
    /// The highest that was ever trusted, by the store or by the file beside it; `None` before the first head.
    pub fn trusted(&self) -> Result<Option<Trusted>, StoreError> {
        let (stored, beside) = (self.kept_in_store()?, self.kept_beside()?);
        let (stored, beside) = (stored.map(|kept| kept.trusted), beside.map(|kept| kept.trusted));
        Ok(match (stored, beside) {
            (Some(stored), Some(beside)) => Some(stored.max(beside)),
            (one, other) => one.or(other),
        })
    }

    /// Trusts a head, a roster and orders from now on. Only ever grows: of what is lower than before nothing is taken.
    /// Durable in both places when it returns; with a counter that is due, the counter has counted too.
    pub fn trust(&mut self, trusted: &Trusted) -> Result<(), StoreError> {
        let highest = self.trusted()?.map_or(*trusted, |before| before.max(*trusted));
        let restored = self.restored_older()?;
        let noted = self.note_for(&highest)?;
        self.keep(&highest, noted, "UPDATE facts SET restored_older = ?1", &[&restored])?;
        self.count_up_to(noted)
    }

    /// Writes both places. The store first: a crash in between then looks like nothing, and not like a restored store.
    fn keep(
        &mut self,
        trusted: &Trusted,
        noted: Noted,
        facts: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<(), StoreError> {
        let transaction = self.main.db.transaction()?;
        transaction.execute(facts, values)?;
        transaction.execute(
            "INSERT OR REPLACE INTO trusted
                (one, generation, sequence, issued_at, roster, orders, counter, counted_generation, counted_at)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                integer(trusted.generation)?,
                integer(trusted.sequence)?,
                trusted.issued_at.timestamp(),
                integer(trusted.roster)?,
                integer(trusted.orders)?,
                noted.value.map(integer).transpose()?,
                noted.at.map(|(generation, _)| integer(generation)).transpose()?,
                noted.at.map(|(_, issued_at)| issued_at.timestamp()),
            ),
        )?;
        transaction.commit()?;
        let kept = Kept { trusted: *trusted, noted: noted.value };
        Ok(replace(&self.files.trusted(), &kept.seal(&self.key))?)
    }

    /// Whether this store file is older than what the tablet has already trusted: somebody restored it. Stays so until
    /// [`Store::note_reconciled`]. Told by the file beside the store, and by the counter, if one was set: then also when
    /// both are older ([`Store::counter_state`] says so).
    pub fn restored_older(&self) -> Result<bool, StoreError> {
        let noted = self.main.query_one("SELECT restored_older FROM facts", |row| row.get(0))?;
        if noted == Some(true) {
            return Ok(true);
        }
        let (stored, beside) = (self.kept_in_store()?, self.kept_beside()?);
        let older = beside.is_some_and(|beside| stored.is_none_or(|stored| is_older(&stored, &beside)));
        Ok(older || self.is_behind_counter()?)
    }

    /// The store was held against the region's digests, or filled from a snapshot: nothing is restored any more, and the
    /// counter counts, whichever it is.
    pub fn note_reconciled(&mut self, at: DateTime<Utc>) -> Result<(), StoreError> {
        let facts = "UPDATE facts SET restored_older = 0, reconciled_at = ?1";
        let Some(trusted) = self.trusted()? else {
            self.main.db.execute(facts, [at.timestamp()])?;
            return Ok(());
        };
        let noted = self.note_afresh(&trusted)?;
        self.keep(&trusted, noted, facts, &[&at.timestamp()])?;
        self.count_up_to(noted)
    }

    /// When the store was last held against the region's digests.
    pub fn reconciled_at(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let at = self.main.query_one("SELECT reconciled_at FROM facts", |row| row.get::<_, Option<i64>>(0))?;
        Ok(at.flatten().and_then(|at| DateTime::from_timestamp(at, 0)))
    }

    pub(crate) fn kept_in_store(&self) -> Result<Option<Kept>, StoreError> {
        let sql = "SELECT generation, sequence, issued_at, roster, orders, counter FROM trusted";
        self.main.query_one(sql, |row: &Row<'_>| {
            let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
            let trusted = Trusted {
                generation: number(0)?,
                sequence: number(1)?,
                issued_at: DateTime::from_timestamp(row.get(2)?, 0).unwrap_or_default(),
                roster: number(3)?,
                orders: number(4)?,
            };
            Ok(Kept { trusted, noted: row.get::<_, Option<i64>>(5)?.map(i64::unsigned_abs) })
        })
    }

    pub(crate) fn kept_beside(&self) -> Result<Option<Kept>, StoreError> {
        let kept = match fs::read(self.files.trusted()) {
            Ok(bytes) => Kept::open(&self.key, &bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if kept.is_none() {
            tracing::warn!("the trusted maximum beside the store was changed or damaged; the store's own counts");
        }
        Ok(kept)
    }
}

/// Whether the store knows less than the file beside it.
fn is_older(stored: &Kept, beside: &Kept) -> bool {
    stored.trusted.max(beside.trusted) != stored.trusted || stored.noted < beside.noted
}
