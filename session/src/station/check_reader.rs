//! The reader's make on the check's line: who made it, which version, which driver, and what that means.

use kakari_record::language::Language;

use crate::findings::{ReaderFacts, ReaderFault};
use crate::view::Mark;

use super::checks::{checked, worse};
use super::view::CheckLine;

/// The line of a reader of which more is known than whether it works.
pub(super) fn of_make(state: &str, mark: Mark, facts: &ReaderFacts, language: Language) -> CheckLine {
    let label = language.say("リーダー", "Reader");
    let (trouble, next, own) = facts.trouble.map_or(("", "", Mark::Good), |trouble| said(trouble, language));
    let parts = [state.to_owned(), trouble.to_owned()].into_iter().chain(told(facts, language));
    let value: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    checked(label, value.join(language.say("・", ", ")), worse(mark, own), next)
}

fn told(facts: &ReaderFacts, language: Language) -> Vec<String> {
    let firmware = facts.firmware.as_ref().map(|version| format!("{} {version}", language.say("版", "version")));
    let serial = facts.serial.as_ref().map(|serial| format!("{} {serial}", language.say("番号", "no.")));
    facts.vendor.iter().cloned().chain(firmware).chain(serial).chain(facts.drivers.iter().cloned()).collect()
}

fn said(trouble: ReaderFault, language: Language) -> (&'static str, &'static str, Mark) {
    let other = language.say(
        "地域事務局の一覧にあるリーダー(RC-S300など)に替えてください",
        "Use a reader of the regional office's list, such as the RC-S300",
    );
    match trouble {
        ReaderFault::OldFirmware => (
            language.say("リーダー内のプログラムが古い", "its firmware is too old"),
            language.say(
                "署の管理者に更新してもらうか、別のリーダーに替えてください",
                "Have it updated, or use another reader",
            ),
            Mark::Caution,
        ),
        ReaderFault::ContactOnly => {
            (language.say("かざすカードは読めません", "reads no contactless cards"), other, Mark::Caution)
        }
        ReaderFault::NotSupported => {
            (language.say("つながっている機種は非対応", "the one plugged in is not supported"), other, Mark::Bad)
        }
        ReaderFault::TwoDrivers => (
            language.say("ドライバーが2つあります", "two drivers claim it"),
            language.say(
                "署の管理者に一方を外してもらってください(libacsccid1 か libccid)",
                "Have one of them removed (libacsccid1 or libccid)",
            ),
            Mark::Caution,
        ),
    }
}
