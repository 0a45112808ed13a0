//! Patient, with the contacts and primary doctors that R4 keeps there.

use serde_json::{Value, json};

use super::care;
use super::paper::Paper;
use super::shapes::{date, marked_name, phones};
use crate::codes;
use crate::model::{Identity, Sex, Summary};

/// The Patient resource. The doctors have to be in the paper already.
pub(super) fn patient(paper: &mut Paper, summary: &Summary) -> Value {
    let Identity { number, name, kana, sex, birth_date, address, phones: numbers, .. } = &summary.identity;
    let gender = match sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Other => "other",
        Sex::Unknown => "unknown",
    };
    json!({
        "resourceType": "Patient",
        "identifier": number.as_ref().map(|n| json!([{"system": codes::COMMON_NUMBER, "value": n.digits()}])),
        "name": [marked_name("IDE", name), kana.as_ref().map(|kana| marked_name("SYL", kana))],
        "telecom": phones(numbers),
        "gender": gender,
        "birthDate": date(*birth_date),
        "address": address.as_ref().map(|text| json!([{"use": "home", "text": text}])),
        "contact": summary.contacts.items().iter().map(|item| care::contact(paper, item)).collect::<Vec<_>>(),
    })
}
