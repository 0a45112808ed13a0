//! The line of the check that is about the program itself.

use kakari_record::language::Language;

use crate::findings::{Findings, UpdateFault, UpdateFindings};
use crate::view::Mark;

use super::checks::checked;
use super::view::CheckLine;

/// 「かかり 0.1.0・0.2.0を準備済み(だれも使っていない2分後に切替)」
pub(super) fn version(findings: &Findings, language: Language) -> CheckLine {
    let version = &findings.version;
    let (then, mark) = newer(&findings.update, language);
    let value = match then {
        Some(then) => language.say(format!("かかり {version}・{then}"), format!("Kakari {version}; {then}")),
        None => language.say(format!("かかり {version}"), format!("Kakari {version}")),
    };
    let next = language.say("地域事務局に連絡してください", "Call the regional office");
    checked(language.say("アプリ", "App"), value, mark, next)
}

/// What the office has to know goes before what waits. A version that was given up keeps no tablet from duty: the one before works.
fn newer(update: &UpdateFindings, language: Language) -> (Option<String>, Mark) {
    let (ja, en, mark) = match update {
        UpdateFindings { stuck: Some(stuck), .. } => (
            format!("{stuck}が正しく始まらず、前の版にも戻せません"),
            format!("{stuck} does not start in order, and there is no way back"),
            Mark::Bad,
        ),
        UpdateFindings { failed: Some((failed, UpdateFault::NeverStarted)), .. } => (
            format!("{failed}は始まらず、前の版に戻しました"),
            format!("{failed} did not start; the version before is back"),
            Mark::Caution,
        ),
        UpdateFindings { failed: Some((failed, UpdateFault::Broken)), .. } => (
            format!("{failed}は壊れていて、前の版に戻しました"),
            format!("{failed} was broken; the version before is back"),
            Mark::Caution,
        ),
        UpdateFindings { ready: Some(ready), .. } => (
            format!("{ready}を準備済み(だれも使っていない2分後に切替)"),
            format!("{ready} ready, taken after 2 minutes at rest"),
            Mark::Good,
        ),
        UpdateFindings { trial: Some(trial), .. } => {
            (format!("{trial}を試しています"), format!("{trial} on trial"), Mark::Good)
        }
        UpdateFindings { .. } => return (None, Mark::Good),
    };
    (Some(language.say(ja, en)), mark)
}
