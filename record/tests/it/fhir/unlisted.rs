//! A list that is not all never looks whole.

use kakari_record::fhir::read_document;
use kakari_record::model::{Block, Subject, Summary, Unavailability, Unlisted};
use serde_json::{Value, json};

/// A document with one diabetes, listed in a section, and another section of the same block as given.
fn read(other: Value) -> Summary {
    let mut other = other;
    other["code"] = json!({"coding": [{"system": "http://loinc.org", "code": "11450-4"}]});
    let composition = json!({"resourceType": "Composition", "status": "final", "date": "2026-04-12",
        "subject": {"reference": "Patient/1"}, "section": [
            {"code": {"coding": [{"system": "http://loinc.org", "code": "11348-0"}]}, "entry": [{"reference": "Condition/1"}]},
            other]});
    let entries = [
        composition,
        json!({"resourceType": "Patient", "id": "1", "name": [{"text": "試験"}]}),
        json!({"resourceType": "Condition", "id": "1", "code": {"text": "糖尿病"}, "subject": {"reference": "Patient/1"}}),
    ];
    let entries: Vec<Value> = entries.into_iter().map(|resource| json!({"resource": resource})).collect();
    let document = json!({"resourceType": "Bundle", "type": "document", "entry": entries});
    read_document(document.to_string().as_bytes()).expect("taken in").summary
}

fn known(summary: &Summary) -> bool {
    matches!(&summary.conditions, Block::Known(items) if items.len() == 1)
}

#[test]
fn items_beside_a_withheld_section_are_marked_as_not_all() {
    let withheld = json!({"emptyReason": {"coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "withheld"}]}});
    let summary = read(withheld);
    assert!(known(&summary));
    assert!(summary.unlisted == [Unlisted { subject: Subject::Conditions, why: Unavailability::NotPermitted }]);
}

#[test]
fn items_beside_a_section_of_text_alone_are_marked_as_not_all() {
    let text = json!({"text": {"status": "generated", "div": "<div>喘息もある</div>"}});
    let summary = read(text);
    assert!(known(&summary));
    assert!(summary.unlisted == [Unlisted { subject: Subject::Conditions, why: Unavailability::NotUnderstood }]);
}

#[test]
fn items_beside_a_section_that_is_empty_for_want_of_knowledge_are_all_that_is_known() {
    let unknown = json!({"emptyReason": {"coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "unavailable"}]}});
    let summary = read(unknown);
    assert!(known(&summary) && summary.unlisted.is_empty());
}
