//! The forms in which a preview is shown.

use chrono::{NaiveDate, Utc};
use kakari_record::alerts::alerts;
use kakari_record::fhir::write_document;
use kakari_record::language::Language;
use kakari_record::model::Consent;
use kakari_record::{display, handover};
use serde_json::{Value, json};

use super::document::Refused;
use super::{About, Preview, remarks};

/// Every block, then what was not taken in.
pub(crate) fn summary(preview: &Preview, today: NaiveDate, all: bool) -> String {
    let mut lines = display::plain(&preview.summary, today);
    // Of a withdrawn record the lines tell that, and nothing else.
    let photo = preview.photo.filter(|_| !matches!(preview.summary.consent, Consent::Withdrawn { .. }));
    lines.extend(photo.map(|bytes| format!("【顔写真】\n  あり({bytes} バイト)")));
    lines.push("【取り込まなかったもの】".to_owned());
    lines.extend(remarks::lines(&preview.remarks, all));
    if preview.remarks.is_empty() {
        lines.push("  注記はありません(要約の対象でない細目や説明文は、一つずつ示しません)".to_owned());
    }
    lines.join("\n") + "\n"
}

/// What is read aloud, part by part, then what the hospital is asked to repeat.
pub(crate) fn script(preview: &Preview, today: NaiveDate) -> String {
    let script = handover::script(&preview.summary, today);
    let mut text: String = script.lines.iter().map(|line| format!("{}\n", line.words)).collect();
    text.extend(script.read_back.iter().map(|words| format!("復唱: {words}\n")));
    text.push_str(&format!("(約{}秒)\n", script.seconds()));
    text
}

/// The document for another hospital: without what the patient has not been told, and nothing once consent was
/// withdrawn.
pub(crate) fn ips(preview: &Preview) -> Result<String, String> {
    let json = write_document(&preview.summary, Utc::now()).map_err(|error| error.to_string())?;
    let json = std::str::from_utf8(&json).map_err(|_| "the document is not UTF-8; report this".to_owned())?;
    Ok(format!("{json}\n"))
}

/// One object: the whole summary, with how many of its items the patient has not been told. Where consent was withdrawn
/// it tells that alone.
pub(crate) fn json(preview: &Preview) -> Result<Value, String> {
    let withdrawn = matches!(preview.summary.consent, Consent::Withdrawn { .. });
    let summary = if withdrawn {
        serde_json::to_value(&preview.summary.consent).map(|consent| json!({ "consent": consent }))
    } else {
        serde_json::to_value(&preview.summary)
    };
    let summary = summary.map_err(|_| "the summary does not fit JSON; report this".to_owned())?;
    let alerts: Vec<Value> = alerts(&preview.summary, Language::Japanese)
        .iter()
        .filter(|_| !withdrawn)
        .map(|alert| json!({ "label": alert.label, "critical": alert.critical, "reason": alert.reason.to_string() }))
        .collect();
    let documents: Vec<Value> = preview.documents.iter().map(document).collect();
    Ok(json!({
        "summary": summary,
        "untold_items": if withdrawn { 0 } else { preview.summary.untold_items() },
        "photo_bytes": preview.photo.filter(|_| !withdrawn),
        "alerts": alerts,
        "remarks": preview.remarks,
        "documents": documents,
        "refused": [],
    }))
}

/// The object of refused documents: it has no summary.
pub(crate) fn refused_json(refused: &[Refused]) -> Value {
    json!({ "summary": null, "untold_items": 0, "photo_bytes": null, "alerts": [], "remarks": [], "documents": [], "refused": refused })
}

fn document(document: &About) -> Value {
    json!({ "file": document.file, "as_of": document.as_of.to_rfc3339(), "source": document.source })
}
