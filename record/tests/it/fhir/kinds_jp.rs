//! Every kind of Japanese document by heart, with what is left out and why. `kinds_jp.txt` was written from what a
//! clinician would expect of each, not from what the reader gave.

use kakari_record::fhir::{Reason, Remark, read_document};
use serde_json::Value;

use super::render::lines;
use super::residents::compare;

const KNOWN_BY_HEART: &str = include_str!("kinds_jp.txt");

#[test]
fn every_kind_of_japanese_document_reads_as_known_by_heart() {
    compare("kinds/jp", KNOWN_BY_HEART, |json| {
        let document: Value = serde_json::from_slice(json).expect("JSON");
        let id = &document["identifier"]["value"];
        let reading = read_document(json).unwrap_or_else(|refused| panic!("{id}: {refused}"));
        let left_out = reading.remarks.iter().map(|remark| left_out(&document, remark));
        lines(&reading.summary).into_iter().chain(left_out).collect()
    });
}

/// 「除外 Coverage cov: 要約の対象外」
fn left_out(document: &Value, remark: &Remark) -> String {
    let index = remark.path.strip_prefix("entry[").and_then(|rest| rest.split_once(']'));
    let index: usize = index.and_then(|(index, _)| index.parse().ok()).expect("every remark is about an entry");
    let resource = &document["entry"][index]["resource"];
    let word = |key: &str| resource[key].as_str().unwrap_or("?").to_owned();
    format!("除外 {} {}: {}", word("resourceType"), word("id"), why(remark.reason))
}

fn why(reason: Reason) -> String {
    match reason {
        Reason::NotInSummary => "要約の対象外".to_owned(),
        Reason::EnteredInError => "誤記".to_owned(),
        Reason::Refuted => "否定".to_owned(),
        Reason::NotInForce => "有効でない".to_owned(),
        Reason::NoValue => "値の記載なし".to_owned(),
        Reason::OlderResult => "後の測定あり".to_owned(),
        Reason::DirectiveContent => "事前指示は存在のみ".to_owned(),
        other => other.to_string(),
    }
}
