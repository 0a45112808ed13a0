//! Birth dates and ages: which years a search needs, and whether a birth date fits.

use chrono::{Datelike, NaiveDate};

use super::Terms;
use crate::model::PartialDate;

/// Years of age more or fewer that are let through.
pub(super) const AGE_LEEWAY: u16 = 5;
/// The age that most patients of an ambulance are near: its years are opened first when nothing narrows.
const USUAL_AGE: i32 = 78;

/// Those of the birth years `present` that a search needs, the likeliest first; 0 stands for an unknown birth date. All of
/// them when nothing was said that narrows.
pub fn years(terms: &Terms, present: impl IntoIterator<Item = u16>, today: NaiveDate) -> Vec<u16> {
    let mut years: Vec<u16> = present.into_iter().filter(|year| *year == 0 || terms.needs_year(*year, today)).collect();
    let middle = today.year() - terms.age.map_or(USUAL_AGE, i32::from);
    // The few without a birth date come first: they belong to every search by name, and every other counts them as people
    // that it cannot see.
    years.sort_by_key(|year| (*year != 0, (4 * i32::from(*year) - 4 * middle + 1).abs(), *year));
    years.dedup();
    years
}

impl Terms {
    /// Whether somebody of this birth year may fit. 0, an unknown birth date, fits whenever something else was said that
    /// tells people apart: a name, phone, number or address.
    pub fn needs_year(&self, birth_year: u16, today: NaiveDate) -> bool {
        if birth_year == 0 {
            let dated = self.birth_date.is_some() || self.age.is_some();
            return self.name.is_some() || !dated;
        }
        self.fits_birth(PartialDate::from_year(birth_year), today)
    }

    /// Whether birth date and age may be meant.
    pub(super) fn fits_birth(&self, birth: PartialDate, today: NaiveDate) -> bool {
        self.birth_date.is_none_or(|said| said.may_be(birth))
            && self.years_off(birth, today).is_none_or(|off| off <= AGE_LEEWAY)
    }

    /// By how many years somebody is older or younger than was said; nothing when no age was said.
    pub(super) fn years_off(&self, birth: PartialDate, today: NaiveDate) -> Option<u16> {
        let said = i32::from(self.age?);
        let (youngest, oldest) = (age(birth.latest(), today), age(birth.earliest(), today));
        let off = (youngest - said).max(said - oldest).max(0);
        Some(u16::try_from(off).unwrap_or(u16::MAX))
    }
}

/// Whole years; negative before the birth.
fn age(birth: NaiveDate, today: NaiveDate) -> i32 {
    let before_birthday = (today.month(), today.day()) < (birth.month(), birth.day());
    today.year() - birth.year() - i32::from(before_birthday)
}
