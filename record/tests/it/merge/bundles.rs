//! Small FHIR documents from a short form: one line a resource, `kind name | key value | key value`.

use kakari_record::codes;
use kakari_record::fhir::{Reading, read_document};
use serde_json::{Value, json};

const NUMBER: &str = "9010000000000148";

/// One line of the short form.
struct Line<'a> {
    kind: &'a str,
    name: &'a str,
    fields: Vec<(&'a str, &'a str)>,
}

impl<'a> Line<'a> {
    fn parse(line: &'a str) -> Self {
        let mut parts = line.split(" | ");
        let (kind, name) = pair(parts.next().expect("a kind"));
        Self { kind, name, fields: parts.map(pair).collect() }
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.fields.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    fn all(&self, key: &str) -> Vec<&'a str> {
        self.fields.iter().filter(|(known, _)| *known == key).map(|(_, value)| *value).collect()
    }

    fn concept(&self) -> Value {
        let coding: Vec<Value> = self.all("符").into_iter().map(coding).collect();
        json!({"text": self.name, "coding": coding})
    }
}

fn pair(part: &str) -> (&str, &str) {
    part.trim().split_once(' ').unwrap_or((part.trim(), ""))
}

fn coding(code: &str) -> Value {
    let (system, code) = code.split_once('=').expect("system=code");
    let system = match system {
        "YJ" => codes::YJ,
        "HOT9" => codes::HOT9,
        "一般" => codes::GENERAL_NAME,
        "ICD10" => codes::ICD10,
        "MEDIS" => codes::MEDIS_DISEASE,
        "JFAGY" => codes::JFAGY_FOOD,
        "SNOMED" => codes::SNOMED,
        "LOINC" => codes::LOINC,
        other => panic!("no such system: {other}"),
    };
    json!({"system": system, "code": code})
}

fn status(code: Option<&str>) -> Value {
    code.map_or(Value::Null, |code| json!({"coding": [{"code": code}]}))
}

fn absent(code: &str) -> Value {
    json!({"coding": [{"system": codes::IPS_ABSENT, "code": code}]})
}

/// A document of the short form: `date facility` and its lines.
pub(super) fn reading(head: &str, lines: &[&str]) -> Reading {
    let bundle = bundle(head, lines);
    read_document(bundle.to_string().as_bytes()).unwrap_or_else(|refused| panic!("{head}: {refused}\n{bundle:#}"))
}

fn bundle(head: &str, lines: &[&str]) -> Value {
    let (date, facility) = pair(head);
    let lines: Vec<Line<'_>> = lines.iter().map(|line| Line::parse(line)).collect();
    let of_kind = |kind: &str| lines.iter().filter(move |line| line.kind == kind).collect::<Vec<_>>();
    let sections: Vec<Value> = of_kind("欄").into_iter().map(section).collect();
    let custodian = (!facility.is_empty()).then(|| json!({"display": facility}));
    let composition = json!({"resourceType": "Composition", "status": "final", "date": date,
        "subject": {"reference": "urn:uuid:p"}, "custodian": custodian, "section": sections});
    let mut patient = of_kind("患者").first().map_or_else(|| person(&Line::parse("患者")), |line| person(line));
    patient["contact"] = of_kind("連絡先").into_iter().map(contact).collect();
    let mut resources = vec![composition, patient];
    for line in &lines {
        resources.extend(resource(line));
    }
    let entry: Vec<Value> = resources
        .into_iter()
        .enumerate()
        .map(|(i, resource)| {
            let url = if i == 1 { "urn:uuid:p".to_owned() } else { format!("urn:uuid:r{i}") };
            json!({"fullUrl": url, "resource": without_nulls(resource)})
        })
        .collect();
    json!({"resourceType": "Bundle", "type": "document", "entry": entry})
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key, without_nulls(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

fn person(line: &Line<'_>) -> Value {
    let number = line.get("番号").unwrap_or(NUMBER);
    let identifier = (number != "なし").then(|| json!([{"system": codes::COMMON_NUMBER, "value": number}]));
    let name = if line.name.is_empty() { "試験 太郎" } else { line.name };
    let kana = line.get("カナ").map(|kana| json!({"text": kana}));
    let names: Vec<Value> = [Some(json!({"text": name})), kana].into_iter().flatten().collect();
    let phones: Vec<Value> =
        line.all("電話").into_iter().map(|phone| json!({"system": "phone", "value": phone})).collect();
    json!({"resourceType": "Patient", "identifier": identifier, "name": names, "telecom": phones,
        "gender": line.get("性").unwrap_or("male"), "birthDate": line.get("生").unwrap_or("1950-01-01"),
        "address": line.get("住所").map(|address| json!([{"text": address}]))})
}

fn contact(line: &Line<'_>) -> Value {
    let phones: Vec<Value> =
        line.all("電話").into_iter().map(|phone| json!({"system": "phone", "value": phone})).collect();
    json!({"name": {"text": line.name}, "telecom": phones,
        "relationship": line.get("続柄").map(|relation| json!([{"text": relation}]))})
}

/// A section that is empty for a reason: 「欄 48765-2 | 理由 withheld」.
fn section(line: &Line<'_>) -> Value {
    json!({"code": {"coding": [{"system": codes::LOINC, "code": line.name}]},
        "emptyReason": {"coding": [{"system": codes::EMPTY_REASON, "code": line.get("理由")}]}})
}

fn resource(line: &Line<'_>) -> Option<Value> {
    let subject = json!({"reference": "urn:uuid:p"});
    let untold = line.get("未告知").map(|_| json!({"tag": [{"system": codes::JP_INDICATION, "code": "UNINFORMED"}]}));
    let note = line.get("注").map(|note| json!([{"text": note}]));
    let site = line.get("部位").map(|site| json!([{"text": site}]));
    let mut made = match line.kind {
        "アレルギー" => allergy(line),
        "薬剤禁忌" => json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
            "doNotPerform": true, "medicationCodeableConcept": line.concept(), "authoredOn": line.get("日")}),
        "調剤" | "処方" | "服薬" => medicine(line),
        "病名" => json!({"resourceType": "Condition", "code": line.concept(), "bodySite": site,
            "clinicalStatus": status(line.get("状")), "verificationStatus": status(line.get("確")),
            "onsetDateTime": line.get("発症"), "recordedDate": line.get("日")}),
        "手術" => json!({"resourceType": "Procedure", "status": line.get("状").unwrap_or("completed"),
            "code": line.concept(), "performedDateTime": line.get("日")}),
        "透析" => {
            json!({"resourceType": "Procedure", "status": "in-progress", "code": line.concept(), "bodySite": site,
            "performedString": line.get("予定")})
        }
        "機器" => json!({"resourceType": "Device", "status": line.get("状"), "patient": subject,
            "type": line.concept()}),
        "検査" => json!({"resourceType": "Observation", "status": line.get("状").unwrap_or("final"),
            "code": line.concept(), "effectiveDateTime": line.get("日"), "valueString": line.get("値"), "valueDateTime": line.get("期")}),
        "主治医" => {
            json!({"resourceType": "PractitionerRole", "code": [{"text": line.get("役").unwrap_or("かかりつけ")}],
            "practitioner": {"display": line.name}, "organization": {"display": line.get("医院")},
            "telecom": line.get("電話").map(|phone| json!([{"system": "phone", "value": phone}]))})
        }
        "指示書" => json!({"resourceType": "DocumentReference", "status": "current", "type": {"text": line.name},
            "date": line.get("日").map(|day| format!("{day}T09:00:00+09:00")),
            "custodian": line.get("保管").map(|place| json!({"display": place}))}),
        "需要" => json!({"resourceType": "Flag", "status": "active", "code": line.concept()}),
        "同意" => {
            json!({"resourceType": "Consent", "status": line.get("状").unwrap_or("active"), "dateTime": line.get("日"),
            "scope": {"coding": [{"code": "patient-privacy"}]}, "provision": {"type": line.get("型").unwrap_or("permit")}})
        }
        "患者" | "連絡先" | "欄" => return None,
        other => panic!("no such kind: {other}"),
    };
    let key = if matches!(line.kind, "アレルギー" | "同意") { "patient" } else { "subject" };
    if !matches!(line.kind, "機器" | "主治医") {
        made[key] = subject;
    }
    made["meta"] = untold.unwrap_or_default();
    if made.get("note").is_none() {
        made["note"] = note.unwrap_or_default();
    }
    Some(made)
}

/// 「アレルギー なし | 区分 food」 is a statement that there is none.
fn allergy(line: &Line<'_>) -> Value {
    let category = line.get("区分");
    let code = match (line.name, category) {
        ("なし", Some(category)) => absent(&format!("no-known-{category}-allergies")),
        ("なし", None) => absent("no-known-allergies"),
        _ => line.concept(),
    };
    let reaction: Vec<Value> = match (line.get("反応"), line.get("重")) {
        (None, None) => Vec::new(),
        (reaction, severity) => vec![json!({"severity": severity,
            "manifestation": reaction.into_iter().map(|text| json!({"text": text})).collect::<Vec<_>>()})],
    };
    json!({"resourceType": "AllergyIntolerance", "code": code, "reaction": reaction,
        "category": category.map(|category| json!([category])), "criticality": line.get("危"),
        "clinicalStatus": status(line.get("状")), "verificationStatus": status(line.get("確")),
        "recordedDate": line.get("日")})
}

fn medicine(line: &Line<'_>) -> Value {
    let code = if line.name == "なし" { absent("no-known-medications") } else { line.concept() };
    let dose = line.get("回").map(|dose| {
        let unit = dose.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let value: f64 = dose[..dose.len() - unit.len()].parse().expect("a number");
        json!([{"doseQuantity": {"value": value, "unit": unit}}])
    });
    let dosage =
        (dose.is_some() || line.get("法").is_some()).then(|| json!([{"text": line.get("法"), "doseAndRate": dose}]));
    let (kind, when, dosages, usual) = match line.kind {
        "調剤" => ("MedicationDispense", "whenHandedOver", "dosageInstruction", "completed"),
        "処方" => ("MedicationRequest", "authoredOn", "dosageInstruction", "active"),
        _ => ("MedicationStatement", "dateAsserted", "dosage", "active"),
    };
    let mut made = json!({"resourceType": kind, "status": line.get("状").unwrap_or(usual),
        "medicationCodeableConcept": code});
    made[when] = line.get("日").into();
    made[dosages] = dosage.unwrap_or_default();
    made
}
