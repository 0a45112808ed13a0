//! Medicine lines.

use chrono::{Days, NaiveDate};

use super::date::{latest, short_date};
use super::number::{amount, several};
use super::relative::relative_day;
use super::usage;
use super::words::{Words, joined, listed};
use crate::formulary;
use crate::language::Language;
use crate::model::{Medicine, MedicineStatus};
use crate::table::folded;

/// Days after the end of a supply for which leftovers are likely still taken.
const GRACE: u64 = 7;

/// General name in bold, from the sender or else the formulary, else the product; under it brand, strength, form, dose
/// (「1回2錠」) and usage, without repeating what the product's name already says. A paused or stopped one says so in its name.
pub fn medicine(medicine: &Medicine, language: Language) -> Words {
    let product = medicine.product.text.as_str();
    let name = general_name(medicine).unwrap_or(product);
    let suffix = match medicine.status {
        MedicineStatus::OnHold => language.say("(休薬中)", " (on hold)"),
        MedicineStatus::Past => language.say("(中止・終了)", " (stopped)"),
        MedicineStatus::Current | MedicineStatus::Unknown => "",
    };
    let strength = medicine.strength.as_deref().map(amount);
    let unsaid = |part: &String| !says(product, part);
    let parts = [
        (folded(product) != folded(name)).then(|| product.to_owned()),
        strength.filter(unsaid),
        medicine.form.clone().filter(unsaid),
        dose(medicine, language),
        medicine.usage.as_deref().map(|usage| usage_words(usage, language)),
    ];
    Words::of(format!("{name}{suffix}"), &parts, language)
}

/// [`medicine`], its sub line ending with the day and length of the supply: 「11/16調剤 28日分」. The day says 調剤 only where
/// the pharmacy is known; else it may be that of the order.
pub fn medicine_dated(medicine: &Medicine, today: NaiveDate, language: Language) -> Words {
    let words = self::medicine(medicine, language);
    let dispensed = medicine.pharmacy.is_some();
    let on = medicine.date.map(|day| {
        let day = short_date(day, today, language);
        if dispensed {
            language.say(format!("{day}調剤"), format!("dispensed {day}"))
        } else {
            language.say(format!("{day}記載"), format!("recorded {day}"))
        }
    });
    let days = medicine.days.map(|days| days_of_supply(days, language));
    Words { sub: listed(&[Some(words.sub.clone()), on, days], language), ..words }
}

/// Whether the supply ought to have been used up more than [`GRACE`] days ago. Never for one whose length or date is not
/// known: nothing then says that it is over.
pub fn supply_over(medicine: &Medicine, today: NaiveDate) -> bool {
    let (Some(date), Some(days)) = (medicine.date, medicine.days) else { return false };
    let end = latest(date).checked_add_days(Days::new(u64::from(days) + GRACE));
    end.is_some_and(|end| end < today)
}

/// When it was dispensed, for how long and by whom: 「4日前(11/16) 28日分 みどり薬局」; empty when nothing is known.
pub fn supply(medicine: &Medicine, today: NaiveDate, language: Language) -> String {
    let when = medicine.date.map(|day| relative_day(day, today, language));
    let days = medicine.days.map(|days| days_of_supply(days, language));
    listed(&[when, days, medicine.pharmacy.clone()], language)
}

fn days_of_supply(days: u16, language: Language) -> String {
    language.say(format!("{days}日分"), format!("for {}", several(days.into(), "day")))
}

/// Dose and usage without the medicine's name: 「1回3錠 1日2回」; empty when neither is known. In Japanese: the merged record
/// keeps them.
pub(crate) fn dosing(medicine: &Medicine) -> String {
    joined(&[dose(medicine, Language::Japanese), medicine.usage.clone()])
}

/// The dose at one time, marked as such so that nobody takes it for the day's total; nothing where the usage already says
/// it. A sender who speaks of the day's total, or divides one (「分3」), may mean it otherwise: those words stand as they came.
fn dose(medicine: &Medicine, language: Language) -> Option<String> {
    let dose = amount(medicine.dose.as_deref()?);
    let (amount, taken) = (folded(&dose), folded(medicine.usage.as_deref().unwrap_or_default()));
    if taken.contains(&format!("1回{amount}")) {
        return None;
    }
    let said = ["1回", "1日", "/日", "/h", "分"].iter().any(|word| amount.contains(word));
    let total = taken.contains("1日量") || digit_after(&taken, "分") || digit_after(&taken, "1回");
    let plain = amount.starts_with(|c: char| c.is_ascii_digit()) && !said && !total;
    Some(match language {
        _ if !plain => usage_words(&dose, language),
        Language::Japanese => format!("1回{dose}"),
        Language::English => format!("{} per dose", usage::dose(&dose).unwrap_or(dose)),
    })
}

/// The usage as it was written, unless it has English words for all of it.
fn usage_words(written: &str, language: Language) -> String {
    let english = || usage::english(written).unwrap_or_else(|| written.to_owned());
    if language == Language::English { english() } else { written.to_owned() }
}

fn digit_after(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| text[at + word.len()..].starts_with(|c: char| c.is_ascii_digit()))
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
