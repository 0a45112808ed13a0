//! The forms in which a preview is shown.

use chrono::NaiveDate;
use kakari_record::alerts::alerts;
use kakari_record::display;
use kakari_record::model::Consent;
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
        lines.push("  記載はすべて取り込みました".to_owned());
    }
    lines.join("\n") + "\n"
}

/// One object: the whole summary, with how many of its items the patient has not been told.
pub(crate) fn json(preview: &Preview) -> Result<Value, String> {
    let summary =
        serde_json::to_value(&preview.summary).map_err(|_| "the summary does not fit JSON; report this".to_owned())?;
    let untold = untold(&summary);
    let alerts: Vec<Value> = alerts(&preview.summary)
        .iter()
        .map(|alert| json!({ "label": alert.label, "reason": alert.reason.to_string() }))
        .collect();
    let documents: Vec<Value> = preview.documents.iter().map(document).collect();
    Ok(json!({
        "summary": summary,
        "untold_items": untold,
        "photo_bytes": preview.photo,
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

/// Items that the patient has not been told: every one says so itself.
fn untold(value: &Value) -> usize {
    match value {
        Value::Object(fields) => {
            let this = usize::from(fields.get("untold") == Some(&Value::Bool(true)));
            this + fields.values().map(untold).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(untold).sum(),
        _ => 0,
    }
}
