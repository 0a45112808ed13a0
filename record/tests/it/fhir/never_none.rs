//! The safety rule: whatever happens to a document, "none" is only what somebody said.
//!
//! `KAKARI_NONE_CASES=100000 cargo test -p kakari-record never_none` runs the long form.

use kakari_record::fhir::read_document;
use kakari_record::model::{AllergyCategory, Block, Summary};
use proptest::prelude::*;
use serde_json::Value;

use super::bad_input::pointers;
use super::residents::documents;

const IPS: &str = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
const EMPTY: &str = "http://terminology.hl7.org/CodeSystem/list-empty-reason";

/// What happens to one place of a document.
#[derive(Clone, Debug)]
enum Harm {
    Delete,
    Rename,
    /// Takes the value of another place.
    Retarget(prop::sample::Index),
    /// Becomes another word that documents use.
    Word(usize),
}

const WORDS: [&str; 14] = [
    "no-known-allergies",
    "no-known-food-allergies",
    "no-allergy-info",
    "nilknown",
    "unavailable",
    "entered-in-error",
    "refuted",
    "inactive",
    "completed",
    "unconfirmed",
    "AllergyIntolerance",
    "Condition",
    "food",
    "",
];

fn harm() -> impl Strategy<Value = (prop::sample::Index, Harm)> {
    let kind = prop_oneof![
        3 => Just(Harm::Delete),
        1 => Just(Harm::Rename),
        2 => any::<prop::sample::Index>().prop_map(Harm::Retarget),
        2 => (0..WORDS.len()).prop_map(Harm::Word),
    ];
    (any::<prop::sample::Index>(), kind)
}

fn apply(document: &mut Value, place: prop::sample::Index, harm: &Harm) {
    let places = pointers(document);
    if places.is_empty() {
        return;
    }
    let at = place.get(&places).clone();
    match harm {
        Harm::Retarget(other) => {
            let value = document.pointer(other.get::<String>(&places)).cloned();
            if let (Some(place), Some(value)) = (document.pointer_mut(&at), value) {
                *place = value;
            }
        }
        Harm::Word(word) => {
            if let Some(place) = document.pointer_mut(&at) {
                *place = Value::from(WORDS[*word]);
            }
        }
        Harm::Delete | Harm::Rename => take_away(document, &at, matches!(harm, Harm::Rename)),
    }
}

fn take_away(document: &mut Value, at: &str, rename: bool) {
    let (parent, key) = at.rsplit_once('/').unwrap_or(("", at));
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            let taken = map.remove(key);
            if let (true, Some(value)) = (rename, taken) {
                map.insert(format!("{key}X"), value);
            }
        }
        Some(Value::Array(items)) => {
            if let Ok(i) = key.parse::<usize>()
                && i < items.len()
            {
                items.remove(i);
            }
        }
        _ => {}
    }
}

/// True when some resource or section of the document says it in so many words.
fn says(document: &Value, kinds: &[&str], code: &str, snomed: Option<&str>, sections: &[&str]) -> bool {
    let resources = document["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    let mut holders = resources.clone().filter(|resource| kinds.iter().any(|kind| resource["resourceType"] == **kind));
    let by_code = holders.any(|resource| {
        any_within(resource, &|node| {
            (node["system"] == IPS && node["code"] == code)
                || snomed.is_some_and(|snomed| node["system"] == "http://snomed.info/sct" && node["code"] == snomed)
        })
    });
    by_code
        || resources.filter(|resource| resource["resourceType"] == "Composition").any(|composition| {
            any_within(composition, &|section| {
                section["code"]["coding"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|coding| sections.iter().any(|wanted| coding["code"] == **wanted))
                    && section["emptyReason"]["coding"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .any(|coding| coding["system"] == EMPTY && coding["code"] == "nilknown")
            })
        })
}

fn any_within(value: &Value, wanted: &dyn Fn(&Value) -> bool) -> bool {
    wanted(value)
        || match value {
            Value::Object(map) => map.values().any(|child| any_within(child, wanted)),
            Value::Array(items) => items.iter().any(|child| any_within(child, wanted)),
            _ => false,
        }
}

/// The blocks that say "none" although the document does not.
fn false_nones(summary: &Summary, document: &Value) -> Vec<&'static str> {
    let none = |said: bool, absent: bool, name| (absent && !said).then_some(name);
    let medicines = ["MedicationRequest", "MedicationStatement", "MedicationDispense"];
    let allergy = ["AllergyIntolerance"];
    let said = |kinds: &[&str], code, snomed, sections: &[&str]| says(document, kinds, code, snomed, sections);
    let mut wrong: Vec<&'static str> = [
        none(
            said(&allergy, "no-known-allergies", Some("716186003"), &["48765-2", "510"]),
            absent(&summary.allergies.block),
            "allergies",
        ),
        none(
            said(&medicines, "no-known-medications", None, &["10160-0"])
                || said(&["Medication"], "no-known-medications", None, &[]),
            absent(&summary.medicines),
            "medicines",
        ),
        none(
            said(&["Condition"], "no-known-problems", None, &[])
                || (said(&[], "", None, &["11450-4", "340"]) && said(&[], "", None, &["11348-0", "370"])),
            absent(&summary.conditions),
            "conditions",
        ),
        none(
            said(&["Procedure"], "no-known-procedures", None, &["47519-4", "730"]),
            absent(&summary.procedures),
            "procedures",
        ),
        none(
            said(&["Device", "DeviceUseStatement"], "no-known-devices", None, &["46264-8", "810"]),
            absent(&summary.devices),
            "devices",
        ),
        none(said(&[], "", None, &["520"]), absent(&summary.infections), "infections"),
        none(false, absent(&summary.contraindications), "contraindications"),
        none(false, absent(&summary.labs), "labs"),
        none(false, absent(&summary.pregnancy), "pregnancy"),
        none(false, absent(&summary.dialysis), "dialysis"),
        none(false, absent(&summary.baseline), "baseline"),
        none(false, absent(&summary.communication), "communication"),
        none(false, absent(&summary.directives), "directives"),
        none(false, absent(&summary.doctors), "doctors"),
        none(false, absent(&summary.contacts), "contacts"),
    ]
    .into_iter()
    .flatten()
    .collect();
    for part in &summary.allergies.none_for {
        let (code, snomed) = match part.category {
            AllergyCategory::Food => ("no-known-food-allergies", "429625007"),
            AllergyCategory::Medication => ("no-known-medication-allergies", "409137002"),
            _ => ("no-known-environmental-allergies", "428607008"),
        };
        // "No known allergies" of category food is a statement about food as well.
        if !said(&allergy, code, Some(snomed), &[]) && !said(&allergy, "no-known-allergies", Some("716186003"), &[]) {
            wrong.push("a category of allergies");
        }
    }
    wrong
}

fn absent<T>(block: &Block<T>) -> bool {
    matches!(block, Block::NoneConfirmed(_))
}

fn samples() -> Vec<(String, Value)> {
    let all = documents("residents").into_iter().chain(documents("public"));
    all.map(|(name, json)| (name, serde_json::from_slice(&json).expect("JSON"))).collect()
}

fn cases() -> u32 {
    std::env::var("KAKARI_NONE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3000)
}

#[test]
fn never_none_unless_somebody_said_so_whatever_happens_to_the_document() {
    let samples = samples();
    let strategy = (any::<prop::sample::Index>(), prop::collection::vec(harm(), 1..4));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let (read, none) = (std::cell::Cell::new(0u32), std::cell::Cell::new(0u32));
    let outcome = runner.run(&strategy, |(which, harms)| {
        let (name, mut document) = which.get(&samples).clone();
        for (place, harm) in &harms {
            apply(&mut document, *place, harm);
        }
        if let Ok(reading) = read_document(document.to_string().as_bytes()) {
            read.set(read.get() + 1);
            none.set(none.get() + u32::from(absent(&reading.summary.allergies.block)));
            let wrong = false_nones(&reading.summary, &document);
            prop_assert!(wrong.is_empty(), "{name} says none of {wrong:?} and its document does not");
        }
        Ok(())
    });
    outcome.unwrap_or_else(|found| panic!("{found}"));
    assert!(read.get() > cases() / 4, "most harmed documents were refused, so little was tested");
    assert!(none.get() > cases() / 100, "hardly any document said none, so little was tested");
}

#[test]
fn an_item_beside_a_statement_of_none_always_wins() {
    for (name, document) in samples() {
        let Ok(reading) = read_document(document.to_string().as_bytes()) else { panic!("{name} is refused") };
        let items = document["entry"].as_array().expect("entries").iter().filter(|entry| {
            let resource = &entry["resource"];
            let status = resource["verificationStatus"]["coding"][0]["code"].as_str();
            resource["resourceType"] == "AllergyIntolerance"
                && !matches!(status, Some("refuted" | "entered-in-error"))
                && !any_within(resource, &|node| node["system"] == IPS || node["code"] == "716186003")
        });
        if items.count() > 0 {
            assert!(!absent(&reading.summary.allergies.block), "{name}");
        }
    }
}
