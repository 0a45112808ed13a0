//! Who it is: from the newest document, gaps filled from older ones.

use super::documents::Documents;
use super::remark::MergeReason;
use super::spelling::{digits, same_name, words};
use crate::model::{AlsoStated, BloodType, Identity, Origin, PartialDate, Sex};

pub(super) fn merged(documents: &mut Documents) -> Identity {
    let mut all: Vec<Identity> = documents.summaries().map(|summary| summary.identity.clone()).collect();
    let mut who = all.remove(0);
    for (older, rank) in all.into_iter().zip(1..) {
        if !same_name(&who.name, &older.name) {
            documents.remark(rank, None, MergeReason::OtherName);
        }
        let moved = who.address.as_ref().zip(older.address.as_ref());
        if moved.is_some_and(|(new, old)| words(new) != words(old)) {
            documents.remark(rank, None, MergeReason::OtherAddress);
        }
        fill(&mut who, older);
    }
    who
}

fn fill(who: &mut Identity, older: Identity) {
    // The kana of another name (before a marriage) would be read out for this one.
    if who.kana.is_none() && same_name(&who.name, &older.name) {
        who.kana = older.kana;
    }
    who.number = who.number.take().or(older.number);
    if who.sex == Sex::Unknown {
        who.sex = older.sex;
    }
    who.birth_date = more_exact(who.birth_date, older.birth_date);
    who.address = who.address.take().or(older.address);
    for phone in older.phones {
        if !who.phones.iter().any(|known| digits(known) == digits(&phone)) {
            who.phones.push(phone);
        }
    }
    who.blood_type = match (who.blood_type.take(), older.blood_type) {
        (Some(known), Some(other)) => Some(both(known, other)),
        (known, other) => known.or(other),
    };
}

/// Of two that do not contradict each other, the one that says more.
fn more_exact(a: Option<PartialDate>, b: Option<PartialDate>) -> Option<PartialDate> {
    let exact = |date: &PartialDate| (date.month().is_some(), date.day().is_some());
    match (a, b) {
        (Some(a), Some(b)) => Some(if exact(&b) > exact(&a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// One type, or both as not agreeing: nobody may choose between two blood types.
fn both(mut newer: BloodType, older: BloodType) -> BloodType {
    let mut types = types(&newer.text);
    for one in self::types(&older.text) {
        match types.iter_mut().find(|known| covers(known, &one) || covers(&one, known)) {
            Some(known) if covers(&one, known) => *known = one,
            Some(_) => {}
            None => types.push(one),
        }
    }
    let text = match types.as_slice() {
        [one] => one.clone(),
        several => format!("記載不一致({})", several.join(" / ")),
    };
    let said = |text: &String, from: &BloodType| (*text != from.text).then(|| from.text.clone());
    let older_words = said(&text, &older);
    let Origin { facility, author, recorded, untold, also } = older.origin;
    newer.origin.untold |= untold;
    let one = AlsoStated { facility, author, recorded, differs: older_words };
    newer.origin.also.extend([one].into_iter().chain(also));
    BloodType { text, origin: newer.origin }
}

/// The types that a text names; several where its document already held two.
fn types(text: &str) -> Vec<String> {
    let inner = text.strip_prefix("記載不一致(").and_then(|rest| rest.strip_suffix(')'));
    inner.unwrap_or(text).split(" / ").map(str::to_owned).collect()
}

/// Whether `more` says the same as `less`, with or without the Rh type: 「A型 Rh(+)」 covers 「A型」.
fn covers(more: &str, less: &str) -> bool {
    let (more, less) = (words(more), words(less));
    more.strip_prefix(&less).is_some_and(|rest| rest.is_empty() || rest.starts_with("rh"))
}
