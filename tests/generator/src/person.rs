//! Who a resident is.

use chrono::Datelike;
use kakari_record::model::{BloodType, CommonNumber, Identity, Origin, PartialDate, Sex};

use super::dice::Dice;
use super::life::{Life, landline, mobile};
use super::vocabulary::{DISTRICTS, TOWNS};

const BLOOD: [(&str, u32); 5] =
    [("A型 Rh(+)", 380), ("O型 Rh(+)", 300), ("B型 Rh(+)", 210), ("AB型 Rh(+)", 95), ("O型 Rh(-)", 5)];

pub(super) fn identity(dice: &mut Dice, life: &Life, number: Option<CommonNumber>) -> Identity {
    let given = life.given(dice, life.sex, life.birth.year());
    let mut phones = Vec::new();
    if life.age > 12 && dice.permille(850) {
        phones.push(mobile(dice));
    }
    if life.age > 45 && dice.permille(500) {
        phones.push(landline(dice));
    }
    Identity {
        number,
        name: format!("{} {}", life.family.name, given.name),
        kana: (!dice.permille(5)).then(|| format!("{} {}", life.family.kana, given.kana)),
        sex: if dice.permille(2) { Sex::Unknown } else { life.sex },
        birth_date: birth_date(dice, life),
        address: Some(address(dice)),
        phones,
        blood_type: dice.permille(120).then(|| blood_type(dice, life)),
    }
}

/// Known to the day for all but a few.
fn birth_date(dice: &mut Dice, life: &Life) -> Option<PartialDate> {
    match dice.below(1000) {
        0 => None,
        1 => u16::try_from(life.birth.year()).ok().map(PartialDate::from_year),
        _ => Some(life.birth.into()),
    }
}

fn address(dice: &mut Dice) -> String {
    let (town, district) = (dice.pick_common(&TOWNS), dice.pick(&DISTRICTS));
    let (block, lot, house) = (dice.between(1, 6), dice.between(1, 30), dice.between(1, 20));
    let room = if dice.permille(300) {
        format!(" {}0{}号室", dice.between(1, 8), dice.between(1, 9))
    } else {
        String::new()
    };
    format!("{town}{district}{block}-{lot}-{house}{room}")
}

fn blood_type(dice: &mut Dice, life: &Life) -> BloodType {
    let recorded = Some(life.day_within(dice, 3000));
    let origin = Origin { facility: Some(life.hospital.to_owned()), recorded, ..Origin::default() };
    BloodType { text: dice.weighted(&BLOOD).to_owned(), origin }
}

/// The common number of a resident: a permutation of all 16-digit numbers, so that no two residents share one.
pub(super) fn number(seed: u64, resident: u64) -> Option<CommonNumber> {
    const ALL: u128 = 10_000_000_000_000_000;
    // Odd and no multiple of 5, so multiplication by it permutes the residues of a power of ten.
    const STEP: u128 = 6_180_339_887_498_949;
    let n = (u128::from(resident) * STEP + u128::from(seed)) % ALL;
    format!("{n:016}").parse().ok()
}
