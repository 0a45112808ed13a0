//! The directory as far as it is open: in memory, by birth year, of one state of the set.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::NaiveDate;
use kakari_record::display;
use kakari_record::seal::{DirectoryEntry, DirectoryKey, RecordId, SealedDirectoryEntry, fold_kana};
use kakari_record::search::{Index, Terms, years};
use kakari_session::StoreTrouble;
use kakari_store::{DirectoryReader, SetStamp, StoreKey};
use zeroize::Zeroizing;

use super::super::crew_keys::CrewKeys;
use super::super::opening::Trust;
use super::super::troubles::{key_trouble, open_trouble, store_trouble};
use crate::clock;
use crate::config::Config;

/// Names in memory. Dropping it, or [`Directory::forget`], wipes them.
pub(super) struct Directory {
    config: Config,
    pub(super) keys: CrewKeys,
    pub(super) trust: Option<Arc<Trust>>,
    /// The newest count: work begun under an older one is not kept.
    age: Arc<AtomicU64>,
    open: Option<Open>,
}

/// One state of the set.
struct Open {
    reader: DirectoryReader,
    stamp: SetStamp,
    index: Index,
    /// Of each open year, how many entries did not open.
    years: BTreeMap<u16, u64>,
    /// Years that are still to be opened, the likeliest first.
    to_come: VecDeque<u16>,
    age: u64,
}

impl Directory {
    pub(super) fn new(config: Config, keys: CrewKeys, age: Arc<AtomicU64>) -> Self {
        Self { config, keys, trust: None, age, open: None }
    }

    pub(super) fn trust(&mut self, trust: Option<Arc<Trust>>) {
        self.trust = trust.or(self.trust.take());
    }

    /// Wipes what is open and lets go of the store.
    pub(super) fn forget(&mut self) {
        self.open = None;
    }

    pub(super) fn has_more(&self) -> bool {
        self.open.as_ref().is_some_and(|open| !open.to_come.is_empty())
    }

    pub(super) fn prepare(&mut self) {
        if let Err(trouble) = self.fresh() {
            tracing::warn!(?trouble, "the directory cannot be read");
        }
    }

    /// Opens one more year, in the background.
    pub(super) fn open_more(&mut self) {
        let opened = self.fresh().and_then(|()| match self.open.as_mut().and_then(|open| open.to_come.pop_front()) {
            Some(year) => self.open_year(year),
            None => Ok(()),
        });
        if let Err(trouble) = opened {
            tracing::warn!(?trouble, "the directory is not opened ahead");
            self.forget();
        }
    }

    /// By the tablet's clock, or by what the region last said where that is later.
    pub(super) fn today(&self) -> NaiveDate {
        let believed = self.trust.as_ref().map(|trust| trust.not_before);
        display::day_of(believed.map_or(clock::now().utc, |believed| believed.max(clock::now().utc)))
    }

    /// An address typed in kana, as the region writes it where it told how; else as it was typed.
    pub(super) fn written(&self, address: &str) -> Zeroizing<String> {
        let (town, house) = address.split_at(address.find(char::is_numeric).unwrap_or(address.len()));
        let town_read = fold_kana(town);
        let known = self.config.towns.iter().find(|(kana, _)| !town_read.is_empty() && fold_kana(kana) == town_read);
        Zeroizing::new(format!("{}{house}", known.map_or(town, |(_, written)| written)))
    }

    /// What is open belongs to the set as it is now; what belonged to another state of it is wiped.
    pub(super) fn fresh(&mut self) -> Result<(), StoreTrouble> {
        let age = self.age.load(Ordering::SeqCst);
        if self.open.as_ref().is_some_and(|open| open.age != age) {
            self.open = None;
        }
        if let Some(open) = &mut self.open
            && open.reader.stamp().map_err(|error| store_trouble(&error))? == open.stamp
        {
            return Ok(());
        }
        let reader = match self.open.take() {
            Some(open) => open.reader,
            None => {
                let key = StoreKey::load(&self.config.store_key_path()).map_err(|error| key_trouble(&error))?;
                DirectoryReader::open(&self.config.store, key).map_err(|error| open_trouble(&error))?
            }
        };
        self.open = Some(self.begin(reader, age).map_err(|error| store_trouble(&error))?);
        Ok(())
    }

    fn begin(&self, mut reader: DirectoryReader, age: u64) -> Result<Open, kakari_store::StoreError> {
        let stamp = reader.stamp()?;
        let present = reader.years_present()?;
        let to_come = years(&Terms::default(), present, self.today()).into();
        Ok(Open { reader, stamp, index: Index::new(), years: BTreeMap::new(), to_come, age })
    }

    /// Opens the years that these terms need and that are not open yet. Answers how many entries of them do not open.
    pub(super) fn open_for(&mut self, terms: &Terms) -> Result<u64, StoreTrouble> {
        self.fresh()?;
        let today = self.today();
        let Some(open) = &self.open else { return Ok(0) };
        let present = open.years.keys().chain(&open.to_come).copied();
        let needed = years(terms, present, today);
        for year in &needed {
            self.open_year(*year)?;
        }
        let Some(open) = &self.open else { return Ok(0) };
        Ok(needed.iter().filter_map(|year| open.years.get(year)).sum())
    }

    fn open_year(&mut self, year: u16) -> Result<(), StoreTrouble> {
        let keys = self.directory_keys()?;
        let Some(open) = &mut self.open else { return Ok(()) };
        if open.years.contains_key(&year) {
            return Ok(());
        }
        let (age, index, mut closed) = (&self.age, &mut open.index, 0);
        let begun = open.age;
        let each = |place, record, entry: &SealedDirectoryEntry| {
            if age.load(Ordering::Relaxed) == begun {
                let opened = keys.iter().any(|key| index.open(key, place, record, entry).is_ok());
                closed += u64::from(!opened);
            }
        };
        open.reader.year(year, each).map_err(|error| store_trouble(&error))?;
        if closed > 0 {
            tracing::warn!(entries = closed, "entries of the directory do not open with this crew's keys");
        }
        open.years.insert(year, closed);
        open.to_come.retain(|other| *other != year);
        // Whatever was asked to be forgotten meanwhile is not kept, nor half of a year.
        if self.age.load(Ordering::SeqCst) != begun {
            self.open = None;
        }
        Ok(())
    }

    /// The keys of the crew's epochs for the length of one year: without a crew there are none.
    pub(super) fn directory_keys(&self) -> Result<Vec<DirectoryKey>, StoreTrouble> {
        let feed = self.trust.as_ref().ok_or(StoreTrouble::Refused)?.feed;
        let keys: Vec<_> = self.keys.with(|keys| keys.iter().map(|key| DirectoryKey::new(key, feed)).collect());
        if keys.is_empty() { Err(StoreTrouble::Refused) } else { Ok(keys) }
    }

    pub(super) fn reader(&mut self) -> Result<&mut DirectoryReader, StoreTrouble> {
        self.fresh()?;
        self.open.as_mut().map(|open| &mut open.reader).ok_or(StoreTrouble::Refused)
    }

    pub(super) fn index(&self) -> Option<&Index> {
        self.open.as_ref().map(|open| &open.index)
    }
}

/// Under whichever key it was sealed, the newest first.
pub(super) fn open_entry(
    keys: &[DirectoryKey],
    record: RecordId,
    entry: &SealedDirectoryEntry,
) -> Option<DirectoryEntry> {
    keys.iter().find_map(|key| key.open(record, entry).ok())
}
