//! `kakari search` as a program that is driven by a script.

use std::io::Write;
use std::process::{Child, Command, Stdio};

use kakari_record::audit::AuditKind;
use kakari_store::{Store, StoreKey};
use serde_json::Value;

use crate::place::{Place, kakari};

/// What a script came to.
pub struct Searched {
    /// Each answer, in order.
    pub answers: Vec<Value>,
    /// Everything it printed.
    pub printed: String,
    /// Its log.
    pub log: String,
    /// Its exit code; none when it was killed.
    pub code: Option<i32>,
}

/// Runs these searches, one JSON object each, with the first staff card.
pub fn search(place: &Place, script: &[Value]) -> Searched {
    let child = start(place, script, "kakari=info");
    finish(place, child)
}

/// Starts it; the staff card is laid on the reader.
pub fn start(place: &Place, script: &[Value], log: &str) -> Child {
    let mut child = Command::new(kakari())
        .args(["search", "--json", "--wait", "30", "--script", "-", "--pin-file"])
        .arg(place.dir.join("pin"))
        .arg("--config")
        .arg(&place.tablet.config_path)
        .env("RUST_LOG", log)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let text: String = script.iter().map(|line| format!("{line}\n")).collect();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    place.reader().insert(&place.staff[0].card.card);
    child
}

/// Waits for its end and takes the card away.
pub fn finish(place: &Place, child: Child) -> Searched {
    let output = child.wait_with_output().unwrap();
    place.reader().remove();
    // A line without its end was being written when the program was killed: nothing was said.
    let whole = output.stdout.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let printed = String::from_utf8(output.stdout[..whole].to_vec()).unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    let lines = printed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let answers = lines.filter(|line| line["wanted"].is_null()).collect();
    Searched { answers, printed, log, code: output.status.code() }
}

/// What the audit says, oldest first.
pub fn audit(place: &Place) -> Vec<AuditKind> {
    let key = StoreKey::load(&place.tablet.config.store_key).unwrap();
    let store = Store::open(&place.tablet.config.store, key).unwrap();
    store.verify_audit().unwrap().unwrap();
    let rows = store.last_audit(100_000).unwrap();
    rows.into_iter().map(|row| row.event.unwrap().kind).collect()
}
