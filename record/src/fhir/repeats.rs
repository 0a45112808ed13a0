//! The same medicine dispensed or ordered again and again: one line, the newest, that names the earlier ones.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::codes;
use crate::model::{AlsoStated, Coded, Medicine, MedicineStatus};
use crate::table::folded;

/// Folds repeats into the newest of them, in the place of the first. Only what one facility gave again on another day,
/// the same way, is a repeat: another dose, usage, facility or status stays a line of its own, and so does a second one
/// of the same day, which may be meant to be taken on top.
pub(super) fn without_repeats(medicines: Vec<Medicine>) -> Vec<Medicine> {
    let mut groups: Vec<Vec<Medicine>> = Vec::new();
    let mut places: HashMap<Vec<String>, usize> = HashMap::new();
    for medicine in medicines {
        let place = places.entry(key(&medicine)).or_insert(groups.len());
        let again = groups.get(*place).is_some_and(|group| is_another_day(group, &medicine));
        match groups.get_mut(*place).filter(|_| again) {
            Some(group) => group.push(medicine),
            None => groups.push(vec![medicine]),
        }
    }
    groups.into_iter().filter_map(newest).collect()
}

fn is_another_day(group: &[Medicine], medicine: &Medicine) -> bool {
    medicine.date.is_some() && group.iter().all(|earlier| earlier.date.is_some() && earlier.date != medicine.date)
}

/// What must be the same: everything but the day and the length of the supply.
fn key(medicine: &Medicine) -> Vec<String> {
    let part = |text: &Option<String>| text.as_deref().map(folded).unwrap_or_default();
    let origin = &medicine.origin;
    vec![
        product(&medicine.product),
        part(&medicine.strength),
        part(&medicine.form),
        part(&medicine.dose),
        part(&medicine.usage),
        part(&medicine.pharmacy),
        part(&origin.facility),
        // An older order may be called completed and the newest active: both are taken.
        format!("{:?}{}", Some(medicine.status).filter(|status| *status > MedicineStatus::Unknown), origin.untold),
    ]
}

/// By YJ code, else by HOT9, with the name: two brands stay apart.
fn product(product: &Coded) -> String {
    let code = product.code_in(codes::YJ).or_else(|| product.code_in(codes::HOT9)).unwrap_or_default();
    format!("{code} {}", folded(&product.text))
}

fn newest(mut group: Vec<Medicine>) -> Option<Medicine> {
    group.sort_by_key(|medicine| Reverse(medicine.date));
    let mut rest = group.into_iter();
    let mut newest = rest.next()?;
    for earlier in rest {
        let differs = earlier.days.filter(|_| earlier.days != newest.days).map(|days| format!("{days}日分"));
        let origin = earlier.origin;
        newest.origin.also.push(AlsoStated {
            facility: origin.facility,
            author: origin.author,
            recorded: earlier.date.or(origin.recorded),
            differs,
        });
    }
    Some(newest)
}
