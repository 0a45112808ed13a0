//! The people of one birth year, in columns. Wiped when they are dropped, also what growing leaves behind.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::model::{PartialDate, Sex};
use crate::seal::RecordId;

/// Somebody's month and day of birth (0 where not known) and sex.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) sex: Sex,
}

/// What is kept of the people of one birth year.
#[derive(Default, Zeroize, ZeroizeOnDrop)]
pub(super) struct People {
    /// The units of every name, one after the other.
    names: Vec<u8>,
    /// Where each name ends.
    ends: Vec<u32>,
    known: Vec<[u8; 2]>,
    places: Vec<i64>,
    records: Vec<[u8; 16]>,
}

/// One of them.
pub(super) struct Person<'a> {
    pub(super) name: &'a [u8],
    pub(super) known: Known,
    pub(super) place: i64,
    pub(super) record: [u8; 16],
}

impl People {
    /// One more.
    pub(super) fn push(&mut self, place: i64, record: RecordId, name: &[u8], known: Known) {
        push(&mut self.names, name);
        push(&mut self.ends, &[u32::try_from(self.names.len()).unwrap_or(u32::MAX)]);
        push(&mut self.known, &[known.pack()]);
        push(&mut self.places, &[place]);
        push(&mut self.records, &[*record.as_bytes()]);
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Bytes held, with what is kept free for more.
    pub(super) fn bytes(&self) -> usize {
        self.names.capacity()
            + 4 * self.ends.capacity()
            + 2 * self.known.capacity()
            + 8 * self.places.capacity()
            + 16 * self.records.capacity()
    }

    /// All of them, in the order in which they came.
    pub(super) fn iter(&self) -> impl Iterator<Item = Person<'_>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let facts = self.known.iter().zip(&self.places).zip(&self.records);
        starts.zip(&self.ends).zip(facts).map(|((start, end), ((known, place), record))| Person {
            name: &self.names[at(start)..at(*end)],
            known: Known::unpack(*known),
            place: *place,
            record: *record,
        })
    }
}

impl Known {
    pub(super) fn of(birth_date: Option<PartialDate>, sex: Sex) -> Self {
        let day = birth_date.and_then(PartialDate::day).map_or(0, |day| chrono::Datelike::day(&day));
        Self {
            month: birth_date.and_then(PartialDate::month).unwrap_or_default(),
            day: u8::try_from(day).unwrap_or_default(),
            sex,
        }
    }

    /// The birth date of somebody of that year.
    pub(super) fn birth(self, year: u16) -> PartialDate {
        PartialDate::of(year, self.month, self.day)
    }

    fn pack(self) -> [u8; 2] {
        let sex = match self.sex {
            Sex::Unknown => 0,
            Sex::Female => 1,
            Sex::Male => 2,
            Sex::Other => 3,
        };
        [self.month << 4 | sex, self.day]
    }

    fn unpack([packed, day]: [u8; 2]) -> Self {
        let sex = [Sex::Unknown, Sex::Female, Sex::Male, Sex::Other][usize::from(packed & 3)];
        Self { month: packed >> 4, day, sex }
    }
}

fn at(end: u32) -> usize {
    usize::try_from(end).unwrap_or(usize::MAX)
}

/// Appends, and wipes what is left behind when the column moves.
fn push<T: Copy + Zeroize>(column: &mut Vec<T>, more: &[T]) {
    if column.capacity() - column.len() < more.len() {
        let mut larger = Vec::with_capacity((column.len() * 3 / 2 + more.len()).max(64));
        larger.extend_from_slice(column);
        std::mem::swap(column, &mut larger);
        larger.zeroize();
    }
    column.extend_from_slice(more);
}
