//! The opened part of a directory, as small as it can be searched.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use zeroize::Zeroizing;

use super::kana::units;
use super::pattern::{Met, Pattern};
use super::people::{Known, People, Person};
use super::{NameTerm, Terms};
use crate::model::{PartialDate, Sex};
use crate::seal::{DirectoryEntry, DirectoryKey, RecordId, SealError, SealedDirectoryEntry};

/// Hits that are given at most, to be made households of.
pub const MOST_HITS: usize = 24;
/// Kana that have to be typed before a slip is forgiven.
const SLIP_FROM: u32 = 3;
/// Rows that have to be touched for it.
const ROW_SLIP_FROM: u32 = 5;

/// What a search asks by, of everybody who was added: folded kana, birth date, sex, and where the entry stands. Wiped on
/// drop, never printed.
#[derive(Default)]
pub struct Index {
    years: BTreeMap<u16, People>,
    /// Where an entry is opened.
    buffer: Zeroizing<Vec<u8>>,
}

/// Who fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hits {
    /// At most [`MOST_HITS`], the best first; nobody, when nobody fits.
    Few(Vec<Hit>),
    /// As many, the best first, and others are left out whose names fit less well: together they are too many.
    Best(Vec<Hit>),
    /// More.
    Many,
}

/// Somebody who fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The place of the entry in the set of records.
    pub place: i64,
    /// Whose record.
    pub record: RecordId,
    /// How well the name fits.
    pub fit: Fit,
}

/// How well a name fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The whole name as typed; also everybody when no name was asked for.
    Whole,
    /// The beginning as typed.
    Beginning,
    /// But for long vowels: オオノ and オノ.
    LongVowel,
    /// But for one kana.
    OneOff,
    /// The given name alone: nobody fits by the whole name.
    GivenName,
}

impl Fit {
    /// Whether nothing but spelling differs from what was typed.
    pub(super) fn is_as_typed(self) -> bool {
        matches!(self, Self::Whole | Self::Beginning | Self::LongVowel)
    }
}

impl Index {
    /// Nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more resident.
    pub fn add(&mut self, place: i64, record: RecordId, entry: &DirectoryEntry) {
        self.add_known(place, record, &entry.kana, entry.birth_date, entry.sex);
    }

    /// One more resident, whose entry is opened here: quicker than opening it first. One that does not open changes
    /// nothing.
    pub fn open(
        &mut self,
        key: &DirectoryKey,
        place: i64,
        record: RecordId,
        entry: &SealedDirectoryEntry,
    ) -> Result<(), SealError> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let opened = match key.glimpse(record, entry, &mut buffer) {
            Ok(Some(glimpse)) => {
                self.add_known(place, record, glimpse.kana, glimpse.birth_date, glimpse.sex);
                Ok(())
            }
            Ok(None) => key.open(record, entry).map(|entry| self.add(place, record, &entry)),
            Err(error) => Err(error),
        };
        self.buffer = buffer;
        opened
    }

    /// Forgets everybody of a birth year.
    pub fn forget(&mut self, birth_year: u16) {
        self.years.remove(&birth_year);
    }

    fn add_known(&mut self, place: i64, record: RecordId, kana: &str, birth: Option<PartialDate>, sex: Sex) {
        let people = self.years.entry(birth.map_or(0, PartialDate::year)).or_default();
        people.push(place, record, &units(kana), Known::of(birth, sex));
    }

    fn is_nameless(&self) -> bool {
        self.years.values().all(|people| people.iter().all(|person| person.name.is_empty()))
    }

    /// How many residents were added.
    pub fn people(&self) -> usize {
        self.years.values().map(People::len).sum()
    }

    /// Bytes that they take in memory.
    pub fn bytes(&self) -> usize {
        self.years.values().map(People::bytes).sum()
    }

    /// Who fits by name, birth date, age and sex, of all who were added: the caller has added the years that
    /// [`super::years`] names. Best first: the fit of the name, then the nearer age, then the place.
    ///
    /// Somebody whose sex or (in a search by name) birth date is not known is never left out for it. The given name alone
    /// is tried when nobody fits by the whole name. When worse fits are too many, only the better ones are given, as
    /// [`Hits::Best`].
    pub fn search(&self, terms: &Terms, today: NaiveDate) -> Hits {
        let search = Search::of(terms, today);
        let hits = search.whole_names(self);
        let hits = hits.or_else(|| search.given_names(self)).or_else(|| search.slipped_rows(self));
        hits.unwrap_or(Hits::Few(Vec::new()))
    }

    /// How many of those who were added this search could not see: without kana in a search by name; without a birth
    /// date in one by birth date or age and no name.
    pub fn unsearchable(&self, terms: &Terms, today: NaiveDate) -> u64 {
        let search = Search::of(terms, today);
        let unseen = |year: u16, person: &Person<'_>| match terms.name {
            Some(_) => person.name.is_empty() && search.may_be(year, person).is_some(),
            None => year == 0 && (terms.birth_date.is_some() || terms.age.is_some()) && search.fits_sex(person),
        };
        let unseen = |(year, people): (&u16, &People)| people.iter().filter(|person| unseen(*year, person)).count();
        u64::try_from(self.years.iter().map(unseen).sum::<usize>()).unwrap_or(u64::MAX)
    }
}

/// A search made ready.
struct Search<'a> {
    terms: &'a Terms,
    today: NaiveDate,
    typed: Option<Typed>,
}

enum Typed {
    Rows(Pattern),
    Kana { plain: Pattern, short: Pattern },
}

impl<'a> Search<'a> {
    fn of(terms: &'a Terms, today: NaiveDate) -> Self {
        let typed = terms.name.as_ref().map(|name| match name {
            NameTerm::Rows(rows) => Typed::Rows(Pattern::of_rows(&units(rows))),
            NameTerm::Kana(kana) => {
                let units = units(kana);
                Typed::Kana { plain: Pattern::of_kana(&units), short: Pattern::of_short_kana(&units) }
            }
        });
        Self { terms, today, typed }
    }

    fn whole_names(&self, index: &Index) -> Option<Hits> {
        self.best(index, |name| match &self.typed {
            None => Some(Fit::Whole),
            Some(Typed::Rows(rows)) => rows.meets(name).and_then(as_typed),
            Some(Typed::Kana { plain, short }) => kana_fit(plain, short, name),
        })
    }

    fn given_names(&self, index: &Index) -> Option<Hits> {
        self.best(index, |name| {
            let given = match self.typed.as_ref()? {
                Typed::Rows(rows) => rows.begins_later_word(name),
                Typed::Kana { plain, short } => plain.begins_later_word(name) || short.begins_later_word(name),
            };
            given.then_some(Fit::GivenName)
        })
    }

    /// Rows with a slip among them: only when nobody fits otherwise, for rows tell little.
    fn slipped_rows(&self, index: &Index) -> Option<Hits> {
        let Some(Typed::Rows(rows)) = &self.typed else { return None };
        let enough = rows.length() >= ROW_SLIP_FROM;
        enough.then(|| self.best(index, |name| rows.meets(name).map(|_| Fit::OneOff))).flatten()
    }

    /// `None` when nobody fits.
    fn best(&self, index: &Index, fit: impl Fn(&[u8]) -> Option<Fit>) -> Option<Hits> {
        let mut hits: Vec<(Fit, u16, Hit)> = Vec::new();
        for (year, people) in index.years.iter().filter(|(year, _)| self.terms.needs_year(**year, self.today)) {
            for person in people.iter() {
                let Some(off) = self.may_be(*year, &person) else { continue };
                if self.typed.is_some() && person.name.is_empty() {
                    continue;
                }
                let Some(fit) = fit(person.name) else { continue };
                let record = RecordId::from_bytes(person.record);
                hits.push((fit, off, Hit { place: person.place, record, fit }));
            }
        }
        hits.sort_by_key(|(fit, off, hit)| (*fit, *off, hit.place));
        if hits.is_empty() {
            return None;
        }
        let all = hits.len();
        let mut few = all;
        while few > MOST_HITS {
            let worst = hits[few - 1].0;
            few = hits[..few].iter().take_while(|(fit, ..)| *fit < worst).count();
        }
        let better = hits[..few].iter().map(|(_, _, hit)| *hit).collect();
        Some(match few {
            0 => Hits::Many,
            _ if few == all => Hits::Few(better),
            _ => Hits::Best(better),
        })
    }

    /// Whether sex and birth may be meant, and how far the age is off.
    fn may_be(&self, year: u16, person: &Person<'_>) -> Option<u16> {
        if !self.fits_sex(person) {
            return None;
        }
        if year == 0 {
            return self.terms.needs_year(0, self.today).then_some(u16::MAX);
        }
        let birth = person.known.birth(year);
        self.terms.fits_birth(birth, self.today).then(|| self.terms.years_off(birth, self.today).unwrap_or(0))
    }

    fn fits_sex(&self, person: &Person<'_>) -> bool {
        match (self.terms.sex, person.known.sex) {
            (None | Some(Sex::Unknown), _) | (_, Sex::Unknown | Sex::Other) => true,
            (Some(said), sex) => said == sex,
        }
    }
}

fn kana_fit(plain: &Pattern, short: &Pattern, name: &[u8]) -> Option<Fit> {
    let plainly = plain.meets(name);
    if let Some(fit) = plainly.and_then(as_typed) {
        return Some(fit);
    }
    let shortly = short.meets(name);
    if shortly.and_then(as_typed).is_some() {
        return Some(Fit::LongVowel);
    }
    let typed = plain.length();
    // A long vowel and a slip in one: but シンイチロウ is not シンイチ.
    let shortly = shortly.filter(|_| usize::try_from(typed).is_ok_and(|typed| typed <= name.len() + 1));
    (typed >= SLIP_FROM).then(|| plainly.or(shortly).map(|_| Fit::OneOff)).flatten()
}

/// Nothing for a name with a slip.
fn as_typed(met: Met) -> Option<Fit> {
    match met {
        Met::Whole => Some(Fit::Whole),
        Met::Beginning => Some(Fit::Beginning),
        Met::OneSlip => None,
    }
}

impl Terms {
    /// Whether somebody found by phone, number or address is compatible with what else was said: name (also the given
    /// name alone), birth date, age and sex. What is not known of them never speaks against them.
    pub fn matches(&self, entry: &DirectoryEntry, today: NaiveDate) -> bool {
        let mut alone = Index::new();
        alone.add(0, RecordId::from_bytes([0; 16]), entry);
        let undated = entry.birth_date.is_none();
        let mut asked = self.clone();
        asked.name = asked.name.take().filter(|_| !alone.is_nameless());
        asked.birth_date = asked.birth_date.filter(|_| !undated);
        asked.age = asked.age.filter(|_| !undated);
        alone.search(&asked, today) != Hits::Few(Vec::new())
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Index({} people, [redacted])", self.people())
    }
}
