//! The line of the check that is about keys: where they lie, whether older ones were put back, and the roster.

use kakari_record::language::Language;

use crate::findings::{CounterFindings, Findings, KeyPlace};
use crate::store_facts::RosterState;
use crate::view::Mark;

use super::checks::{CheckFacts, checked, worse};
use super::view::CheckLine;

/// What is said of one thing, how bad it is, and what to do.
type Said = (String, Mark, &'static str);

/// The worst of them says what to do next.
pub(super) fn keys(facts: &CheckFacts<'_>, language: Language) -> CheckLine {
    let said = [Some(places(facts.findings, language)), counter(facts.findings.counter, language)];
    let said: Vec<Said> = said.into_iter().flatten().chain([roster(facts, language)]).collect();
    let mark = said.iter().fold(Mark::Good, |mark, said| worse(mark, said.1));
    let next = said.iter().find(|said| said.1 == mark).map_or("", |said| said.2);
    let value: Vec<&str> = said.iter().map(|said| said.0.as_str()).collect();
    checked(language.say("鍵・名簿", "Keys, roster"), value.join(language.say("・", ", ")), mark, next)
}

/// 「鍵はTPM」, 「保存の鍵はファイル(弱い保管)・端末の鍵はTPM」
fn places(findings: &Findings, language: Language) -> Said {
    let (store, own) = (findings.keys, findings.tablet_keys);
    let place = |place| match place {
        KeyPlace::Tpm => language.say("TPM", "in the TPM"),
        KeyPlace::Credential => language.say("システム(TPMなし)", "with the system, no TPM"),
        KeyPlace::File => language.say("ファイル(弱い保管)", "in a file (weaker)"),
    };
    let words = match own {
        Some(own) if own != store => language.say(
            format!("保存の鍵は{}・端末の鍵は{}", place(store), place(own)),
            format!("store key {}, tablet's keys {}", place(store), place(own)),
        ),
        _ => language.say(format!("鍵は{}", place(store)), format!("keys {}", place(store))),
    };
    let all_in_tpm = store == KeyPlace::Tpm && own.is_none_or(|own| own == KeyPlace::Tpm);
    let next = language.say(
        "端末を持つ人は鍵も持ちます。管理者にTPMでの保管を頼んでください",
        "Whoever has the tablet has the key. Ask for it to be kept in the TPM",
    );
    (words, if all_in_tpm { Mark::Good } else { Mark::Caution }, next)
}

/// Nothing is said where there is no TPM: that its place is weaker stands there already.
fn counter(counter: CounterFindings, language: Language) -> Option<Said> {
    let office = language.say("使わずに、地域事務局に連絡してください", "Do not use it; call the regional office");
    let words = match counter {
        CounterFindings::None => return None,
        CounterFindings::Sound => (language.say("巻き戻しなし", "not set back"), Mark::Good, ""),
        CounterFindings::Behind => {
            (language.say("古い状態に戻されています", "set back to an older state"), Mark::Bad, office)
        }
        CounterFindings::Another => (
            language.say("TPMが別のものです", "another TPM"),
            Mark::Caution,
            language.say(
                "署で同期し、覚えがなければ地域事務局に連絡してください",
                "Sync at the station; if nobody changed it, call the regional office",
            ),
        ),
        CounterFindings::Away => (
            language.say("TPMが応答しません", "the TPM does not answer"),
            Mark::Caution,
            language.say(
                "端末を再起動し、続くなら管理者に連絡してください",
                "Restart the tablet; if it stays, call the administrator",
            ),
        ),
    };
    Some((words.0.to_owned(), words.1, words.2))
}

/// Whether there is a roster that opens the records' keys.
fn roster(facts: &CheckFacts<'_>, language: Language) -> Said {
    let (words, mark, next) = match facts.store.map(|store| &store.roster) {
        Some(RosterState::Believed(_)) => (language.say("名簿は正常", "roster sound"), Mark::Good, ""),
        Some(RosterState::Missing) => (
            language.say("名簿なし", "no roster"),
            Mark::Bad,
            language.say("署で同期してください", "Sync at the station"),
        ),
        Some(RosterState::NotBelieved) => (
            language.say("名簿の署名が不正", "roster not signed"),
            Mark::Bad,
            language.say("使わずに、地域事務局に連絡してください", "Do not use it; call the regional office"),
        ),
        None => (
            language.say("名簿は不明", "roster unknown"),
            Mark::Unknown,
            language.say("保存データを先に直してください", "Put the stored data right first"),
        ),
    };
    (words.to_owned(), mark, next)
}
