//! `kakari audit verify`.

use std::process::ExitCode;

use kakari_store::{AuditCheck, ChainFault};
use serde_json::{Value, json};

use super::{VerifyArgs, open};
use crate::output;
use crate::runner::public_key;

/// Something is not as it was written.
const NOT_WHOLE: u8 = 3;

pub(super) fn run(args: &VerifyArgs) -> Result<ExitCode, String> {
    let config = args.configured.load()?;
    let mut store = open(&config)?;
    let key = public_key(&config);
    let check = store.check_audit(key.as_deref(), None).map_err(|error| error.to_string())?;
    // Without the key no signature was looked at: the next check looks at all of them.
    if check.holds()
        && key.is_some()
        && let Err(error) = store.mark_verified(check.head)
    {
        tracing::warn!(%error, "it is not kept how far the audit was verified");
    }
    if args.json {
        output::json(&as_json(&check, key.is_some()));
    } else {
        lines(&check, key.is_some()).iter().for_each(|line| output::line(line));
    }
    Ok(if check.holds() { ExitCode::SUCCESS } else { ExitCode::from(NOT_WHOLE) })
}

fn lines(check: &AuditCheck, has_key: bool) -> Vec<String> {
    let signed = check.newest_checkpoint.map_or_else(|| "まだありません".to_owned(), |row| format!("最新は{row}件目"));
    let received = check.received.map_or_else(|| "まだありません".to_owned(), |row| format!("{row}件目まで"));
    let mut lines = vec![
        format!("閲覧記録 {}件", check.rows),
        format!("確認署名 {}件({signed}){}", check.checkpoints, if has_key { "" } else { " 鍵がなく確かめられません" }),
        format!("地域の受領 {received}"),
        format!("署名も受領もまだない末尾 {}件(切り取られても、この端末だけでは分かりません)", check.unprotected()),
    ];
    if check.holds() {
        lines.push("✓ すべて書かれたままです".to_owned());
    } else {
        lines.extend(check.faults.iter().map(|fault| format!("■ {}", fault.ja())));
        lines.push("使用は続けられます。端末を消さずに、地域事務局に連絡してください".to_owned());
    }
    lines
}

fn as_json(check: &AuditCheck, has_key: bool) -> Value {
    let fault = |fault: &ChainFault| json!({ "ja": fault.ja(), "en": fault.to_string() });
    json!({
        "whole": check.holds(),
        "rows": check.rows,
        "last": check.head.sequence,
        "checkpoints": check.checkpoints,
        "signatures_checked": has_key,
        "newest_checkpoint": check.newest_checkpoint,
        "received": check.received,
        "unprotected": check.unprotected(),
        "faults": check.faults.iter().map(fault).collect::<Vec<_>>(),
    })
}
