//! Invented residents by the hundred thousand: nobody real, everything plausible, the same for the same seed.
//!
//! Ages follow Japan's; illnesses follow age and sex, medicines follow illnesses; each block has one of its four values in
//! roughly the proportions a young regional network would have. Every resident is made from the seed and its index
//! alone, so residents can be made in any order and none is kept in memory.

mod care;
pub mod device;
mod dice;
mod findings;
mod illness;
mod life;
mod person;
#[cfg(test)]
mod tests;
mod vocabulary;

use chrono::{DateTime, Utc};
use kakari_record::model::{
    Absence, Allergies, Allergy, AllergyCategory, Block, CategoryAbsence, Criticality, Summary, Unavailability,
};

use dice::Dice;
use life::Life;

/// The day on which all residents are looked at: 2026-11-20 02:14 in Tokyo, in seconds since 1970.
const NOW: i64 = 1_795_108_440;

/// Makes residents one after the other, without end.
#[derive(Clone, Debug)]
pub struct Generator {
    seed: u64,
    next: u64,
}

impl Generator {
    /// Residents of that seed, from the first.
    pub fn new(seed: u64) -> Self {
        Self { seed, next: 0 }
    }

    /// The moment at which ages and the age of data are meant to be read.
    pub fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(NOW, 0).unwrap_or_default()
    }

    /// The resident of that index, whatever was made before.
    pub fn resident(&self, index: u64) -> Summary {
        let dice = &mut Dice::of(self.seed, index);
        let life = &Life::of(dice, Self::now());
        let identity = person::identity(dice, life, person::number(self.seed, index));
        let mut summary = Summary::nothing_recorded(identity, life.as_of);
        fill(dice, life, &mut summary);
        summary
    }
}

impl Iterator for Generator {
    type Item = Summary;

    fn next(&mut self) -> Option<Summary> {
        let resident = self.resident(self.next);
        self.next += 1;
        Some(resident)
    }
}

fn fill(dice: &mut Dice, life: &Life, summary: &mut Summary) {
    let (conditions, mut medicines) = illness::illnesses(dice, life);
    let allergies = findings::allergies(dice, life);
    if allergies.iter().any(|allergy| allergy.criticality == Some(Criticality::High)) && dice.permille(350) {
        let key = if life.age < 10 { "エピペン小児" } else { "エピペン" };
        medicines.extend(illness::also(dice, life, key));
    }
    let ill = !conditions.is_empty();
    summary.source = Some(life.clinic.clone());
    summary.dialysis = block(findings::dialysis(dice, life, &conditions), 20, dice, life);
    summary.labs = block(findings::labs(dice, life, &conditions), 0, dice, life);
    summary.communication = block(findings::communication(dice, life, &conditions), 30, dice, life);
    summary.allergies = allergies_of(dice, life, allergies);
    summary.contraindications = block(Vec::new(), 60, dice, life);
    summary.medicines = block(medicines, 350, dice, life);
    summary.conditions = block(conditions, 250, dice, life);
    summary.procedures = block(findings::procedures(dice, life), 60, dice, life);
    summary.devices = block(findings::devices(dice, life), 100, dice, life);
    summary.infections = block(findings::infections(dice, life), 0, dice, life);
    summary.pregnancy = block(findings::pregnancy(dice, life), 10, dice, life);
    summary.baseline = block(findings::baseline(dice, life), 0, dice, life);
    summary.directives = block(care::directives(dice, life), 15, dice, life);
    summary.doctors = block(care::doctors(dice, life, ill), 5, dice, life);
    summary.contacts = block(care::contacts(dice, life), 5, dice, life);
    summary.consent = care::consent(dice, life);
    // Last, so that everything before stays what it was for the same seed.
    if let Some(drug) = findings::contraindication(dice, life) {
        summary.contraindications = Block::Known(vec![drug]);
    }
}

/// Known items; without any, "none" as often as somebody would have said so, else nothing recorded. A few of either
/// cannot be had.
fn block<T>(items: Vec<T>, none_permille: u32, dice: &mut Dice, life: &Life) -> Block<T> {
    if dice.permille(3) {
        let why = [Unavailability::NotSynced, Unavailability::NotPermitted, Unavailability::NotUnderstood];
        return Block::Unavailable(*dice.pick(&why));
    }
    if items.is_empty() && dice.permille(none_permille) {
        return Block::NoneConfirmed(Absence { origin: life.origin(dice) });
    }
    Block::from_items(items)
}

fn allergies_of(dice: &mut Dice, life: &Life, items: Vec<Allergy>) -> Allergies {
    let no_food = items.iter().all(|item| item.category != AllergyCategory::Food);
    let block = block(items, 380, dice, life);
    let partly = no_food && !matches!(block, Block::NoneConfirmed(_)) && dice.permille(80);
    let none_for = partly.then(|| CategoryAbsence { category: AllergyCategory::Food, origin: life.origin(dice) });
    Allergies { block, none_for: none_for.into_iter().collect() }
}
