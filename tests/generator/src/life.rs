//! One resident's circumstances, on which everything else depends.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use kakari_record::model::{Origin, PartialDate, Sex};

use super::dice::Dice;
use super::vocabulary::{CLINIC_KINDS, CLINIC_NAMES, FAMILIES, GIVEN, HOSPITALS, Name, PHARMACIES};

/// Age groups of Japan in 2025 with their weights: first age, last age, permille.
const AGES: [((u32, u32), u32); 11] = [
    ((0, 9), 68),
    ((10, 19), 85),
    ((20, 29), 100),
    ((30, 39), 107),
    ((40, 49), 132),
    ((50, 59), 147),
    ((60, 69), 120),
    ((70, 79), 132),
    ((80, 89), 86),
    ((90, 99), 22),
    ((100, 108), 1),
];

pub(super) struct Life {
    pub(super) sex: Sex,
    pub(super) birth: NaiveDate,
    pub(super) age: u32,
    pub(super) family: &'static Name,
    pub(super) clinic: String,
    pub(super) hospital: &'static str,
    pub(super) pharmacy: &'static str,
    /// When the newest document was written.
    pub(super) as_of: DateTime<Utc>,
}

impl Life {
    pub(super) fn of(dice: &mut Dice, now: DateTime<Utc>) -> Self {
        let (youngest, oldest) = dice.weighted(&AGES);
        let age = dice.between(youngest, oldest);
        let today = now.date_naive();
        let birth = today - Duration::days(i64::from(age) * 365 + i64::from(age / 4) + i64::from(dice.below(365)));
        // Women live longer.
        let sex = if dice.permille(if age < 75 { 500 } else { 610 }) { Sex::Female } else { Sex::Male };
        let stale = dice.weighted(&[(10, 350), (60, 300), (200, 200), (700, 150)]);
        Self {
            sex,
            birth,
            age,
            family: dice.pick_common(&FAMILIES),
            clinic: format!("{}{}", dice.pick(&CLINIC_NAMES), dice.pick(&CLINIC_KINDS)),
            hospital: dice.word(&HOSPITALS),
            pharmacy: dice.word(&PHARMACIES),
            as_of: now - Duration::minutes(i64::from(dice.below(stale * 1440))),
        }
    }

    pub(super) fn given(&self, dice: &mut Dice, sex: Sex, born: i32) -> &'static Name {
        let born = u16::try_from(born).unwrap_or_default();
        let usual: Vec<_> = GIVEN.iter().filter(|given| given.sex == sex && given.years.contains(&born)).collect();
        match usual.as_slice() {
            [] => &dice.pick(&GIVEN).name,
            usual => &dice.pick(usual).name,
        }
    }

    /// A day up to `days` before the newest document, not before birth.
    pub(super) fn day_within(&self, dice: &mut Dice, days: u32) -> PartialDate {
        let last = self.as_of.date_naive();
        let day = last - Duration::days(i64::from(dice.below(days.max(1))));
        day.clamp(self.birth.min(last), last).into()
    }

    /// A year since birth in which something long ago happened.
    pub(super) fn year_within(&self, dice: &mut Dice, years: u32) -> PartialDate {
        let last = self.as_of.year();
        let ago = i32::try_from(dice.below(years.min(self.age).max(1))).unwrap_or_default();
        PartialDate::from_year(u16::try_from(last - ago).unwrap_or_default())
    }

    /// Mostly the family doctor, sometimes the hospital.
    pub(super) fn origin(&self, dice: &mut Dice) -> Origin {
        let facility = if dice.permille(700) { self.clinic.clone() } else { self.hospital.to_owned() };
        let author = dice.permille(40).then(|| format!("{} 医師", dice.pick_common(&FAMILIES).name));
        Origin { facility: Some(facility), author, recorded: Some(self.day_within(dice, 400)), ..Origin::default() }
    }
}

/// A mobile number that nobody has: subscriber numbers never begin with 0.
pub(super) fn mobile(dice: &mut Dice) -> String {
    format!("090-0{:03}-{:04}", dice.below(1000), dice.below(10_000))
}

/// A fixed line that nobody has: local exchanges never begin with 0.
pub(super) fn landline(dice: &mut Dice) -> String {
    format!("0480-0{}-{:04}", dice.below(10), dice.below(10_000))
}
