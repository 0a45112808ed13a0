//! Medicine lines.

use chrono::NaiveDate;

use super::number::amount;
use super::relative::relative_day;
use super::words::{Words, joined};
use crate::formulary;
use crate::model::{Medicine, MedicineStatus};
use crate::table::folded;

/// General name in bold, from the sender or else the formulary, else the product; under it brand, strength, form, dose
/// and usage, without repeating what the product's name already says. A paused or stopped one says so in its name.
pub fn medicine(medicine: &Medicine) -> Words {
    let product = medicine.product.text.as_str();
    let name = general_name(medicine).unwrap_or(product);
    let suffix = match medicine.status {
        MedicineStatus::OnHold => "(休薬中)",
        MedicineStatus::Past => "(中止・終了)",
        MedicineStatus::Current | MedicineStatus::Unknown => "",
    };
    let strength = medicine.strength.as_deref().map(amount);
    let unsaid = |part: &String| !says(product, part);
    let parts = [
        (folded(product) != folded(name)).then(|| product.to_owned()),
        strength.filter(unsaid),
        medicine.form.clone().filter(unsaid),
        medicine.dose.as_deref().map(amount),
        medicine.usage.clone(),
    ];
    Words::of(format!("{name}{suffix}"), &parts)
}

/// When it was dispensed, for how long and by whom: 「4日前(11/16) 28日分 みどり薬局」; empty when nothing is known.
pub fn supply(medicine: &Medicine, today: NaiveDate) -> String {
    joined(&[
        medicine.date.map(|day| relative_day(day, today)),
        medicine.days.map(|days| format!("{days}日分")),
        medicine.pharmacy.clone(),
    ])
}

fn general_name(medicine: &Medicine) -> Option<&str> {
    let said = medicine.generic.as_deref().map(|name| name.trim_start_matches("【般】").trim());
    said.filter(|name| !name.is_empty()).or_else(|| formulary::drug_of(medicine).map(|drug| drug.generic))
}

/// Whether the product's name already holds the part, however its letters are spelled; a number only as a whole, so
/// that 「5mg」 is not found in 「2.5mg」.
fn says(product: &str, part: &str) -> bool {
    let (product, part) = (folded(product), folded(part));
    let numeric = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    product.match_indices(&part).any(|(at, found)| {
        let before = product[..at].chars().next_back();
        let after = product[at + found.len()..].chars().next();
        let cut = |edge: Option<char>, inside: Option<char>| edge.is_some_and(numeric) && inside.is_some_and(numeric);
        !cut(before, found.chars().next()) && !cut(after, found.chars().next_back())
    })
}
