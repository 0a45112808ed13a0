//! Refusals: one line, the exact path, no value of the document; and nothing taken in.

use kakari_record::fhir::{FhirError, Reason, Remark, read_document};
use serde_json::{Value, json};

fn bundle() -> Value {
    json!({"resourceType": "Bundle", "type": "document", "timestamp": "2026-04-12T10:00:00+09:00", "entry": [
        {"fullUrl": "urn:uuid:c", "resource": {"resourceType": "Composition", "status": "final",
            "subject": {"reference": "urn:uuid:p"}, "date": "2026-04-12",
            "section": [{"entry": [{"reference": "urn:uuid:a"}]}]}},
        {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "id": "p",
            "name": [{"text": "秘密 太郎"}], "birthDate": "1960-01-01"}},
        {"fullUrl": "urn:uuid:a", "resource": {"resourceType": "AllergyIntolerance", "id": "a",
            "code": {"text": "秘密の薬"}, "patient": {"reference": "Patient/p"}, "recordedDate": "2026-04-01"}},
        {"fullUrl": "urn:uuid:m", "resource": {"resourceType": "MedicationRequest", "status": "active",
            "subject": {"reference": "urn:uuid:p"}, "medicationCodeableConcept": {"text": "秘密の錠剤"}}},
    ]})
}

fn refusal(document: &Value) -> String {
    read_document(document.to_string().as_bytes()).expect_err("refused").to_string()
}

/// The refusal of the bundle with the value at `pointer` replaced.
fn refusal_with(pointer: &str, value: Value) -> String {
    let mut document = bundle();
    *document.pointer_mut(pointer).expect("a place of the bundle") = value;
    refusal(&document)
}

#[test]
fn the_bundle_of_these_tests_is_good() {
    assert!(read_document(bundle().to_string().as_bytes()).is_ok());
}

#[test]
fn what_is_not_json_is_refused_with_line_and_column() {
    for (bytes, line, column) in [(&b""[..], 1, 0), (b"{\n  \"a\": ?", 2, 8), (b"\xff\xfe", 1, 1), (b"hello", 1, 1)] {
        assert_eq!(read_document(bytes).expect_err("refused"), FhirError::NotJson { line, column });
    }
}

#[test]
fn what_is_not_a_bundle_is_refused() {
    for value in [json!([]), json!(7), json!("x"), json!({}), json!({"resourceType": 7})] {
        assert!(refusal(&value).starts_with("resourceType: expected a "), "{value}");
    }
    for (kind, reason) in [
        ("history", "a history tells old versions, not what holds now"),
        ("batch-response", "an answer to a request, not a document"),
        ("transaction-response", "an answer to a request, not a document"),
        ("message", "expected document, collection, transaction, batch or searchset"),
    ] {
        assert_eq!(refusal_with("/type", json!(kind)), format!("type: {reason}"));
    }
    assert_eq!(refusal_with("/entry", json!([])), "entry: no resources");
    assert_eq!(refusal_with("/entry", json!({})), "entry: expected an array");
}

#[test]
fn the_same_key_twice_is_refused() {
    let twice = br#"{"resourceType": "Bundle", "type": "document", "type": "collection"}"#;
    let refused = read_document(twice).expect_err("refused");
    assert!(matches!(refused, FhirError::KeyTwice { line: 1, .. }));
}

#[test]
fn a_wrong_date_is_refused_at_its_path() {
    for wrong in ["1960/01/01", "19600101", "1960-13-01", "1960-02-30", "S35.1.1", "1960-01-01T00:00:00+09:00"] {
        assert_eq!(
            refusal_with("/entry/1/resource/birthDate", json!(wrong)),
            "entry[1].resource.birthDate: not a date (expected YYYY, YYYY-MM or YYYY-MM-DD)"
        );
    }
    assert_eq!(
        refusal_with("/entry/2/resource/recordedDate", json!("2026-04-01T10:00")),
        "entry[2].resource.recordedDate: not a date or time \
         (expected YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz)"
    );
    assert_eq!(
        refusal_with("/entry/1/resource/birthDate", json!(1960)),
        "entry[1].resource.birthDate: expected a text"
    );
}

#[test]
fn a_reference_to_nothing_is_refused_at_its_path() {
    let mut document = bundle();
    let medicine = &mut document["entry"][3]["resource"];
    medicine["medicationCodeableConcept"] = Value::Null;
    medicine["medicationReference"] = json!({"reference": "Medication/9"});
    assert_eq!(
        refusal(&document),
        "entry[3].resource.medicationReference: nothing in this Bundle has this Medication reference"
    );
    assert_eq!(
        refusal_with("/entry/2/resource/patient/reference", json!("Patient/秘密")),
        "entry[2].resource.patient: nothing in this Bundle has this Patient reference"
    );
    assert_eq!(
        refusal_with("/entry/0/resource/section/0/entry/0/reference", json!("urn:uuid:zzz")),
        "entry[0].resource.section[0].entry[0]: nothing in this Bundle has this resource reference"
    );
}

#[test]
fn a_reference_that_two_resources_answer_to_is_refused() {
    let mut document = bundle();
    document["entry"][3]["resource"]["medicationReference"] = json!({"reference": "Medication/x"});
    document["entry"][3]["resource"]["medicationCodeableConcept"] = Value::Null;
    for url in ["urn:uuid:x1", "urn:uuid:x2"] {
        let medication = json!({"resourceType": "Medication", "id": "x", "code": {"text": url}});
        document["entry"].as_array_mut().expect("entries").push(json!({"fullUrl": url, "resource": medication}));
    }
    assert_eq!(
        refusal(&document),
        "entry[3].resource.medicationReference: more than one resource of this document answers to it"
    );
    assert_eq!(
        refusal_with("/entry/3/fullUrl", json!("urn:uuid:a")),
        "entry[3].fullUrl: an earlier entry has the same"
    );
}

#[test]
fn a_contained_reference_to_nothing_is_refused_at_its_path() {
    assert_eq!(
        refusal_with("/entry/2/resource/patient/reference", json!("#p")),
        "entry[2].resource.patient: nothing in this Bundle has this contained reference"
    );
}

#[test]
fn an_item_about_another_patient_refuses_the_whole_document() {
    let mut document = bundle();
    let other = json!({"fullUrl": "urn:uuid:q", "resource": {"resourceType": "Patient", "id": "q", "name": [{"text": "別人"}]}});
    document["entry"].as_array_mut().expect("entries").push(other);
    document["entry"][2]["resource"]["patient"]["reference"] = json!("Patient/q");
    assert_eq!(refusal(&document), "entry[4].resource: a second Patient; one document is about one person");
    document["entry"].as_array_mut().expect("entries").pop();
    assert_eq!(refusal(&document), "entry[2].resource.patient: nothing in this Bundle has this Patient reference");
    document["entry"][2]["resource"]["patient"] = json!({"reference": "#q"});
    document["entry"][2]["resource"]["contained"] =
        json!([{"resourceType": "Patient", "id": "q", "name": [{"text": "別人"}]}]);
    assert_eq!(refusal(&document), "entry[2].resource.patient: not this document's patient");
    document["entry"][2]["resource"]["patient"] = json!({"reference": "Group/1"});
    assert!(refusal(&document).starts_with("entry[2].resource.patient: "));
}

#[test]
fn a_document_entered_in_error_is_refused() {
    assert_eq!(
        refusal_with("/entry/0/resource/status", json!("entered-in-error")),
        "entry[0].resource.status: the whole document is entered-in-error"
    );
}

#[test]
fn a_wrong_common_number_is_refused_without_quoting_it() {
    let mut document = bundle();
    document["entry"][1]["resource"]["identifier"] =
        json!([{"system": "https://kakari.example.jp/fhir/IdSystem/common-number", "value": "123"}]);
    assert_eq!(refusal(&document), "entry[1].resource.identifier[0].value: not a common number (expected 16 digits)");
}

#[test]
fn a_patient_without_a_name_is_refused() {
    assert!(refusal_with("/entry/1/resource/name", json!([])).starts_with("entry[1].resource.name: missing"));
}

/// The bundle of these tests with a second Patient at its end.
fn with_another(patient: Value, composition: bool) -> Value {
    let mut document = bundle();
    let entries = document["entry"].as_array_mut().expect("entries");
    entries.push(json!({"fullUrl": "urn:uuid:other", "resource": patient}));
    if !composition {
        entries.remove(0);
    }
    document
}

#[test]
fn two_patients_are_refused_with_and_without_a_composition() {
    let other = json!({"resourceType": "Patient", "id": "q", "name": [{"text": "別人"}]});
    for (composition, place) in [(true, 4), (false, 3)] {
        let expected = format!("entry[{place}].resource: a second Patient; one document is about one person");
        assert_eq!(refusal(&with_another(other.clone(), composition)), expected);
    }
    let nameless = json!({"resourceType": "Patient"});
    assert!(refusal(&with_another(nameless, true)).contains("a second Patient"));
}

#[test]
fn the_same_patient_twice_is_one_patient() {
    let number = |value: &str| json!([{"system": "urn:oid:2.999", "value": value}]);
    let mut document = with_another(json!({"resourceType": "Patient", "identifier": number("1")}), true);
    assert!(refusal(&document).contains("a second Patient"));
    document["entry"][1]["resource"]["identifier"] = number("1");
    let reading = read_document(document.to_string().as_bytes()).expect("one person");
    assert_eq!(reading.summary.identity.name, "秘密 太郎");
    assert_eq!(reading.remarks.iter().filter(|remark| remark.reason == Reason::Twice).count(), 1);
    // The same id does not outweigh two numbers.
    document["entry"][4]["resource"] = json!({"resourceType": "Patient", "id": "p", "identifier": number("2")});
    assert!(refusal(&document).contains("a second Patient"));
}

#[test]
fn a_subject_by_number_must_be_the_patients_number() {
    let mut document = bundle();
    document["entry"][1]["resource"]["identifier"] = json!([{"system": "urn:oid:2.999", "value": "17"}]);
    for (reference, ours) in [
        (json!({"identifier": {"system": "urn:oid:2.999", "value": "17"}}), true),
        (json!({"identifier": {"value": "17"}}), true),
        (json!({"reference": "Patient?identifier=urn:oid:2.999|17"}), true),
        (json!({"reference": "Patient?identifier=urn%3Aoid%3A2.999%7C17"}), true),
        (json!({"reference": "https://elsewhere.example/Patient/5", "identifier": {"value": "17"}}), true),
        (json!({"identifier": {"system": "urn:oid:2.999", "value": "18"}}), false),
        (json!({"identifier": {"system": "urn:oid:2.998", "value": "17"}}), false),
        (json!({"reference": "Patient?identifier=urn:oid:2.999|18"}), false),
        (json!({"reference": "Patient?name=x"}), false),
        (json!({"reference": "https://elsewhere.example/Patient/5"}), false),
        (json!({"reference": "https://elsewhere.example/Patient/5", "display": "秘密"}), false),
        (json!({"reference": "urn:uuid:a"}), false),
    ] {
        document["entry"][2]["resource"]["patient"] = reference.clone();
        let read = read_document(document.to_string().as_bytes());
        assert_eq!(read.is_ok(), ours, "{reference}");
    }
}

#[test]
fn the_same_id_on_two_servers_is_two_people() {
    let line = |server: &str, text: &str| {
        json!({"resourceType": "Condition", "code": {"text": text}, "recordedDate": "2026-01-01",
            "subject": {"reference": format!("https://{server}.example/fhir/Patient/1")}})
    };
    let patient = json!({"resourceType": "Patient", "id": "1", "name": [{"text": "秘密"}]});
    let one = format!("{patient}\n{}\n{}\n", line("a", "x"), line("a", "y"));
    assert_eq!(read_document(one.as_bytes()).expect("one server").summary.conditions.items().len(), 2);
    let two = format!("{patient}\n{}\n{}\n", line("a", "x"), line("b", "y"));
    let refused = read_document(two.as_bytes()).expect_err("two servers").to_string();
    assert_eq!(refused, "line[3].subject: nothing in this Bundle has this resource reference");
    let mut bundle = bundle();
    bundle["entry"][1]["fullUrl"] = json!("https://a.example/fhir/Patient/p");
    bundle["entry"][2]["fullUrl"] = json!("https://b.example/fhir/AllergyIntolerance/a");
    bundle["entry"][0] = json!({"request": {"method": "GET"}});
    bundle["entry"][3] = json!({"request": {"method": "GET"}});
    assert_eq!(refusal(&bundle), "entry[2].resource.patient: nothing in this Bundle has this Patient reference");
}

#[test]
fn one_page_of_a_longer_answer_is_refused() {
    let mut document = bundle();
    document["type"] = json!("searchset");
    document["link"] = json!([{"relation": "self", "url": "x"}, {"relation": "next", "url": "y"}]);
    assert_eq!(refusal(&document), "link[1]: only a part of the answer (there is a next page); give the whole");
}

#[test]
fn ndjson_errors_name_their_line() {
    let mut patient = json!({"resourceType": "Patient", "id": "p", "name": [{"text": "秘密"}],
        "meta": {"lastUpdated": "2026-04-12T00:00:00Z"}});
    let allergy = json!({"resourceType": "AllergyIntolerance", "recordedDate": "秘密", "code": {"text": "秘密"}});
    for (second, refused) in [
        (
            allergy.to_string(),
            "line[3].recordedDate: not a date or time \
         (expected YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz)"
                .to_owned(),
        ),
        (
            bundle().to_string(),
            "line[3]: a Bundle among other lines; give every Bundle as a file of its own".to_owned(),
        ),
        ("{\"resourceType\": ?".to_owned(), "not JSON: line 3, column 18".to_owned()),
        ("7".to_owned(), "line[3].resourceType: missing".to_owned()),
        ("{}".to_owned(), "line[3].resourceType: missing".to_owned()),
        (
            json!({"resourceType": "Patient", "id": "q"}).to_string(),
            "line[3]: a second Patient; one document is about one person".to_owned(),
        ),
    ] {
        let file = format!("{patient}\r\n\r\n{second}\n");
        assert_eq!(read_document(file.as_bytes()).expect_err("refused").to_string(), refused);
    }
    patient["meta"] = Value::Null;
    let undated = read_document(patient.to_string().as_bytes()).expect_err("refused").to_string();
    assert_eq!(undated, "line[1]: nothing says when this was written, and nothing in it has a date");
}

#[test]
fn who_said_it_may_be_unknown_but_the_document_is_read() {
    let mut document = bundle();
    document["entry"][2]["resource"]["recorder"] = json!({"reference": "Practitioner/9"});
    document["entry"][3]["resource"]["requester"] = json!({"reference": "urn:uuid:nobody", "display": "Dr. Away"});
    document["entry"][0]["resource"]["custodian"] = json!({"reference": "Organization?identifier=x|y"});
    let reading = read_document(document.to_string().as_bytes()).expect("read");
    let leads_nowhere = |path: &str| Remark { path: path.to_owned(), reason: Reason::LeadsNowhere };
    for path in ["entry[0].resource.custodian", "entry[2].resource.recorder"] {
        assert_eq!(reading.remarks.iter().filter(|remark| **remark == leads_nowhere(path)).count(), 1, "{path}");
    }
    assert_eq!(reading.summary.medicines.items()[0].origin.author.as_deref(), Some("Dr. Away"));
}

#[test]
fn what_json_cannot_hold_is_refused() {
    let with = |text: &str| bundle().to_string().replace("\"秘密 太郎\"", text);
    for text in ["\"\\ud800\"", "\"\u{0}\"", "\"\\u0000\"", "NaN", "1e999", "\"\t\"", "Infinity", "01", "'x'"] {
        let refused = read_document(with(text).as_bytes()).expect_err(text);
        assert!(matches!(refused, FhirError::NotJson { line: 1, .. }), "{text}: {refused}");
    }
    for (text, problem) in [
        ("1e308", "expected a text"),
        ("-0", "expected a text"),
        ("null", "missing, or has neither text nor family name"),
    ] {
        assert!(read_document(with(text).as_bytes()).expect_err(text).to_string().ends_with(problem), "{text}");
    }
}

#[test]
fn more_than_any_document_holds_is_refused_and_the_limit_is_named() {
    let many = format!("{{\"resourceType\":\"Bundle\",\"entry\":[{}0]}}", "0,".repeat(1_000_000));
    let refused = read_document(many.as_bytes()).expect_err("refused").to_string();
    assert!(refused.starts_with("document too large: more than 1,000,000 values, line 1, column 20000"), "{refused}");
    let long = format!("{{\"resourceType\":\"Bundle\",\"id\":\"{}\"}}", "x".repeat(17 * 1024 * 1024));
    let refused = read_document(long.as_bytes()).expect_err("refused").to_string();
    assert!(refused.starts_with("document too large: a text of more than 16 MB, line 1"), "{refused}");
    let resources = "{\"resource\":{\"resourceType\":\"Flag\"}},".repeat(50_001);
    let many = format!("{{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{resources}null]}}");
    let refused = read_document(many.as_bytes()).expect_err("refused").to_string();
    assert_eq!(refused, "entry[50000].resource: more than 50,000 resources in one document");
}

#[test]
fn deep_nesting_is_refused_and_does_not_crash() {
    let deep = vec![b'['; 50 * 1024 * 1024];
    assert!(matches!(read_document(&deep), Err(FhirError::NotJson { line: 1, .. })));
    let mut objects = b"{\"resourceType\":\"Bundle\",\"type\":\"document\",\"entry\":".to_vec();
    objects.extend(br#"{"a":"#.repeat(100_000));
    assert!(matches!(read_document(&objects), Err(FhirError::NotJson { .. })));
}

#[test]
fn more_bytes_than_any_document_are_refused_unread() {
    assert!(matches!(read_document(&vec![b' '; 64 * 1024 * 1024 + 1]), Err(FhirError::TooLarge { .. })));
}

#[test]
fn every_wrongly_shaped_value_is_refused_in_one_line_or_ignored_and_never_quoted() {
    let odd = [json!(7), json!("秘密"), json!([]), json!({}), json!(true), json!([7]), json!(["秘密"]), json!(-1e308)];
    let document = bundle();
    for pointer in pointers(&document) {
        for value in &odd {
            let mut broken = document.clone();
            *broken.pointer_mut(&pointer).expect("a place") = value.clone();
            if let Err(refused) = read_document(broken.to_string().as_bytes()) {
                let line = refused.to_string();
                assert!(!line.contains("秘密") && !line.contains('\n'), "{pointer}");
                assert!(
                    line.starts_with("entry")
                        || line.starts_with("resourceType")
                        || line.starts_with("type")
                        || line.starts_with("timestamp")
                        || line.starts_with("link"),
                    "{pointer}: {line}"
                );
            }
        }
    }
}

/// Every place of a document.
pub(crate) fn pointers(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Object(map) => {
                open.extend(
                    map.iter()
                        .map(|(key, child)| (format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")), child)),
                );
            }
            Value::Array(items) => {
                open.extend(items.iter().enumerate().map(|(i, child)| (format!("{path}/{i}"), child)))
            }
            _ => {}
        }
        if !path.is_empty() {
            all.push(path);
        }
    }
    all.sort();
    all
}
