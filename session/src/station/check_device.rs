//! The lines of the check that are about the tablet itself.

use kakari_record::language::Language;

use crate::event::{CardTrouble, ReaderState};
use crate::findings::Battery;
use crate::view::Mark;

use super::check_reader as reader;
use super::checks::{CheckFacts, TestCard, checked};
use super::view::CheckLine;
use super::words;

/// Less room than this, in MB, and the audit soon has none; a set of all records needs more than the other.
const DISK_BAD_MB: u64 = 200;
const DISK_LOW_MB: u64 = 1_000;

pub(super) fn reader(facts: &CheckFacts<'_>, language: Language) -> CheckLine {
    let named = || facts.findings.reader.clone().unwrap_or_default();
    let (value, mark) = match facts.reader {
        ReaderState::Ready => {
            let ready = format!("{} {}", named(), language.say("準備完了", "ready"));
            return reader::of_make(ready.trim(), Mark::Good, &facts.findings.reader_facts, language);
        }
        ReaderState::Missing if facts.findings.reader_facts.trouble.is_some() => {
            let missing = language.say("使えるリーダーがありません", "none that works");
            return reader::of_make(missing, Mark::Bad, &facts.findings.reader_facts, language);
        }
        ReaderState::Unknown => (language.say("確認中", "looking").to_owned(), Mark::Unknown),
        ReaderState::Missing => (language.say("つながっていません", "not connected").to_owned(), Mark::Bad),
        ReaderState::ServiceStopped => {
            (language.say("読取サービスが止まっています", "its service has stopped").to_owned(), Mark::Bad)
        }
        ReaderState::Asleep => (language.say("応答しません", "does not answer").to_owned(), Mark::Bad),
    };
    let next = language.say(
        "USBケーブルを挿し直し、直らなければ端末を再起動してください",
        "Plug the USB cable in again; if that does not help, restart the tablet",
    );
    checked(language.say("リーダー", "Reader"), value, mark, next)
}

pub(super) fn test_card(card: Option<TestCard>, language: Language) -> CheckLine {
    let (value, mark) = match card {
        None => (language.say("まだ置いていません", "none laid on yet").to_owned(), Mark::Unknown),
        Some(TestCard::Asked) => (language.say("読んでいます", "being read").to_owned(), Mark::Unknown),
        Some(TestCard::Mute) => (language.say("応答しません", "does not answer").to_owned(), Mark::Bad),
        Some(TestCard::Answered { kind, at }) => {
            let (what, mark) = answered(kind, language);
            (format!("{what} {}", words::time(at, language)), mark)
        }
    };
    let next = match mark {
        Mark::Bad => language.say(
            "置き直し、続くなら別のカードで試してください",
            "Lay it on again; if that does not help, try another card",
        ),
        _ => language
            .say("どれか1枚カードを置いてください。何も開きません", "Lay any card on the reader; nothing opens by it"),
    };
    checked(language.say("テストカード", "Test card"), value, mark, next)
}

/// Whether a card of this kind, or refused for this, has answered at all.
pub(super) fn answers(kind: Option<CardTrouble>) -> bool {
    answered(kind, Language::Japanese).1 == Mark::Good
}

/// Whatever answers shows that the reader reads, also a card that would be refused at work.
fn answered(kind: Option<CardTrouble>, language: Language) -> (&'static str, Mark) {
    let words = match kind {
        None | Some(CardTrouble::StaffCard) => ("職員カードが応答", "staff card answered"),
        Some(CardTrouble::PatientCard) => ("患者のカードが応答(開いていません)", "patient card answered, not opened"),
        Some(CardTrouble::MyNumberCard) => ("マイナンバーカードが応答", "My Number card answered"),
        Some(CardTrouble::DrivingLicence) => ("運転免許証が応答", "driving licence answered"),
        Some(CardTrouble::TransitCard) => ("交通系ICカードが応答", "transit card answered"),
        Some(CardTrouble::BankCard) => ("銀行・クレジットカードが応答", "bank card answered"),
        Some(CardTrouble::ResidenceCard) => ("在留カードが応答", "residence card answered"),
        Some(CardTrouble::Passport) => ("パスポートが応答", "passport answered"),
        Some(CardTrouble::UnregisteredCard) => ("登録のないICカードが応答", "unregistered card answered"),
        Some(CardTrouble::ChangingIdentifier) => {
            ("番号の定まらないカードが応答", "card without a lasting number answered")
        }
        Some(CardTrouble::BlankCard) => ("未発行のカードが応答", "blank card answered"),
        Some(CardTrouble::TwoCards) => ("2枚のカードが応答", "two cards answered"),
        Some(CardTrouble::NotGenuine) => ("本物と確かめられないカードが応答", "unproven card answered"),
        Some(CardTrouble::NotOurs | CardTrouble::Malformed) => ("別のカードが応答", "another card answered"),
        Some(CardTrouble::OtherRegion | CardTrouble::NoCopy | CardTrouble::CopyDamaged) => {
            ("ほかの地域のカードが応答", "another region's card answered")
        }
        Some(CardTrouble::Expired | CardTrouble::NotYetValid) => {
            ("有効期間外のカードが応答", "a card out of its time answered")
        }
        Some(CardTrouble::Revoked) => ("使用停止のカードが応答", "a revoked card answered"),
        Some(CardTrouble::TornAway) => return (language.say("早く離れました", "taken away too soon"), Mark::Bad),
        Some(CardTrouble::NoAnswer) => return (language.say("応答しません", "does not answer"), Mark::Bad),
        Some(CardTrouble::Busy) => return (language.say("リーダーが使用中", "the reader is in use"), Mark::Bad),
        Some(CardTrouble::Reader) => return (language.say("読み取りに失敗", "reading failed"), Mark::Bad),
    };
    (language.say(words.0, words.1), Mark::Good)
}

pub(super) fn disk(free_mb: Option<u64>, language: Language) -> CheckLine {
    let (value, mark) = free_room(free_mb, language);
    let next = language.say("署の管理者に空きを作ってもらってください", "Have the station's administrator make room");
    checked(language.say("空き容量", "Free space"), value, mark, next)
}

pub(super) fn free_room(free_mb: Option<u64>, language: Language) -> (String, Mark) {
    let Some(free) = free_mb else { return (language.say("不明", "not known").to_owned(), Mark::Unknown) };
    let mark = match free {
        ..DISK_BAD_MB => Mark::Bad,
        DISK_BAD_MB..DISK_LOW_MB => Mark::Caution,
        _ => Mark::Good,
    };
    let value = if free < 10_000 { format!("{} MB", words::number(free)) } else { format!("{} GB", free / 1_000) };
    (value, mark)
}

pub(super) fn battery(battery: Option<Battery>, language: Language) -> CheckLine {
    let next = language.say("充電器につないでください", "Connect the charger");
    let label = language.say("電池", "Battery");
    let Some(battery) = battery else {
        let next = language.say("電源を目で確かめてください", "Look at the power yourself");
        return checked(label, language.say("不明", "not known"), Mark::Unknown, next);
    };
    let charging = if battery.charging { language.say("・充電中", ", charging") } else { "" };
    checked(label, format!("{}%{charging}", battery.percent), battery.mark(), next)
}
