//! Nothing outside the emergency subset is stored. The sample documents hold marker words (`ZZ-…`) in what has no place in
//! a summary: narratives, costs, numbers of insurance, visits, vaccinations, family history, attachments.

use kakari_record::cbor;
use kakari_record::fhir::read_document;
use serde_json::Value;

use super::residents::documents;

const MARKER: &str = "ZZ-";
const FOLDERS: [&str; 4] = ["residents", "public", "kinds/jp", "kinds/world"];

/// Parts of a document that are never stored, whatever stands in them.
const NEVER_STORED: [&str; 4] = ["div", "data", "subscriberId", "contentString"];

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Every text under one of the keys, wherever it stands.
fn texts<'a>(value: &'a Value, keys: &[&str], found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if let Value::String(text) = value
                    && keys.contains(&key.as_str())
                {
                    found.push(text);
                }
                texts(value, keys, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, keys, found)),
        _ => {}
    }
}

#[test]
fn no_marked_word_of_any_document_is_stored() {
    let mut marked = 0;
    for folder in FOLDERS {
        for (name, json) in documents(folder) {
            let reading = read_document(&json).unwrap_or_else(|refused| panic!("{name}: {refused}"));
            let stored = cbor::encode(&reading.summary);
            assert!(!holds(&stored, MARKER), "{name}: something outside the emergency subset is stored");
            marked += usize::from(holds(&json, MARKER));
        }
    }
    assert!(marked >= 16, "only {marked} documents hold marked words");
}

#[test]
fn narratives_attachments_and_costs_of_any_document_are_not_stored() {
    let mut checked = 0;
    for folder in FOLDERS {
        for (name, json) in documents(folder) {
            let document: Value = serde_json::from_slice(&json).expect("JSON");
            let reading = read_document(&json).unwrap_or_else(|refused| panic!("{name}: {refused}"));
            let stored = cbor::encode(&reading.summary);
            let mut found = Vec::new();
            texts(&document, &NEVER_STORED, &mut found);
            for text in found.into_iter().filter(|text| text.len() > 3) {
                assert!(!holds(&stored, text), "{name}: a narrative, an attachment or a cost is stored");
                checked += 1;
            }
        }
    }
    assert!(checked >= 50, "only {checked} texts were looked for");
}

#[test]
fn of_the_numbers_of_a_patient_only_the_regions_own_is_stored() {
    for folder in FOLDERS {
        for (name, json) in documents(folder) {
            let document: Value = serde_json::from_slice(&json).expect("JSON");
            let reading = read_document(&json).unwrap_or_else(|refused| panic!("{name}: {refused}"));
            let stored = cbor::encode(&reading.summary);
            let resources = document["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
            let patients = resources.filter(|resource| resource["resourceType"] == "Patient");
            for identifier in patients.flat_map(|patient| patient["identifier"].as_array().into_iter().flatten()) {
                let value = identifier["value"].as_str().unwrap_or_default();
                let common = identifier["system"] == kakari_record::codes::COMMON_NUMBER;
                assert!(common || value.len() < 4 || !holds(&stored, value), "{name}: a foreign number is stored");
            }
        }
    }
}
