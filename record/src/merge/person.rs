//! Whether the documents are about one person. In doubt they are not merged: never another patient's data.

use super::remark::{Difference, MergeError};
use super::spelling::{contradict, digits, same_name, same_person_name};
use crate::fhir::Reading;
use crate::model::{Identity, Sex};

/// No two documents contradict each other, and a chain of agreements joins all of them.
pub(super) fn check(readings: &[Reading]) -> Result<(), MergeError> {
    let who: Vec<&Identity> = readings.iter().map(|reading| &reading.summary.identity).collect();
    for (second, b) in who.iter().enumerate() {
        for (first, a) in who[..second].iter().enumerate() {
            if let Some(difference) = contradiction(a, b) {
                return Err(MergeError::TwoPeople { first, second, difference });
            }
        }
    }
    let mut joined = vec![false; who.len()];
    let mut open: Vec<usize> = (!who.is_empty()).then_some(0).into_iter().collect();
    while let Some(one) = open.pop() {
        joined[one] = true;
        open.extend((0..who.len()).filter(|other| !joined[*other] && agree(who[one], who[*other])));
    }
    match joined.iter().position(|reached| !reached) {
        Some(second) => Err(MergeError::TwoPeople { first: 0, second, difference: Difference::NothingInCommon }),
        None => Ok(()),
    }
}

fn contradiction(a: &Identity, b: &Identity) -> Option<Difference> {
    let known = |sex: Sex| sex != Sex::Unknown;
    if a.number.as_ref().zip(b.number.as_ref()).is_some_and(|(a, b)| a != b) {
        return Some(Difference::Number);
    }
    if known(a.sex) && known(b.sex) && a.sex != b.sex {
        return Some(Difference::Sex);
    }
    // With the same number too: a number can be mistyped.
    let births = a.birth_date.zip(b.birth_date);
    births.is_some_and(|(a, b)| !a.may_be(b)).then_some(Difference::BirthDate)
}

fn agree(a: &Identity, b: &Identity) -> bool {
    if a.number.is_some() && b.number.is_some() {
        return a.number == b.number;
    }
    let born = a.birth_date.and_then(|date| date.day());
    let named = same_name(&a.name, &b.name) || (same_person_name(a, b) && !live_apart(a, b));
    born.is_some() && born == b.birth_date.and_then(|date| date.day()) && named
}

/// Another address, or no phone in common: two who only sound alike are two.
fn live_apart(a: &Identity, b: &Identity) -> bool {
    let shared = a.phones.iter().any(|phone| b.phones.iter().any(|one| digits(one) == digits(phone)));
    let phones = !a.phones.is_empty() && !b.phones.is_empty() && !shared;
    phones || contradict(a.address.as_deref(), b.address.as_deref())
}
