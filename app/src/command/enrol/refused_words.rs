//! The words for why a tablet was not enrolled: one sentence and one next step each, in both languages.

use kakari_record::display;
use kakari_record::language::Language;
use kakari_sync::client::enrol::EnrolError;
use kakari_sync::client::{Outcome, Waits, Words};
use kakari_sync::enrol::EnrolRefusal;

use super::super::progress::megabytes;
use super::refused::NotEnrolled;
use crate::sentence::begun;

/// Who reads the next step: at a terminal a command is run again, on a glass a key is touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hand {
    Command,
    Glass,
}

impl NotEnrolled {
    pub(super) fn sentence(&self, hand: Hand, language: Language) -> String {
        let say = |ja: &str, en: &str| language.say(ja.to_owned(), en.to_owned());
        let spoken = |words: Words| language.say(trimmed(&words.ja), begun(&words.en));
        match self {
            Self::Enrol(EnrolError::Refused(refusal)) => refusal_words(*refusal, language).0.to_owned(),
            Self::Enrol(EnrolError::OtherKeys) => {
                say("地域の鍵が招待に書かれたものと違います", "The region's keys are not those of the invitation")
            }
            Self::Enrol(EnrolError::NoEnrolment) => {
                say("このフォルダには端末の登録がありません", "This folder holds no enrolment for a tablet")
            }
            Self::Enrol(error) => spoken(error.words()),
            Self::Problem(problem) => spoken(problem.words()),
            Self::File(error) => language.say(
                format!("端末のファイルを書けません({error})"),
                format!("A file of the tablet cannot be written ({error})"),
            ),
            Self::Store(words) => language.say(
                format!("端末の保存データを開けません({words})"),
                format!("The tablet's store does not open ({words})"),
            ),
            Self::OtherTablet(tablet) => language.say(
                format!("設定の tablet が登録された端末 {tablet} と違います"),
                format!("The configuration names another tablet than {tablet}, which this one was enrolled as"),
            ),
            Self::OldStore(tablet) => language.say(
                format!("この端末には {tablet} の保存データが残っています"),
                format!("The store of tablet {tablet} is still on this machine"),
            ),
            Self::BeingErased => say(
                "この端末は消去の途中か、消去の報告がまだ届いていません",
                "This tablet is being erased, or the office does not know yet that it was",
            ),
            Self::Uninvited => say("この端末の登録が見つかりません", "This tablet's enrolment is not there any more"),
            Self::NotFilled(not) => match (not.waits, hand) {
                (Some(bytes), Hand::Glass) => waiting_words(bytes, language),
                _ => language.say(trimmed(&not.words.ja), not.words.en.clone()),
            },
        }
    }

    pub(super) fn next_step(&self, hand: Hand, language: Language) -> &'static str {
        match self {
            Self::Enrol(EnrolError::Refused(refusal)) => refusal_words(*refusal, language).1,
            Self::Enrol(EnrolError::OtherKeys) => {
                language.say("登録せずに、地域事務局に連絡してください", "Do not enrol. Call the regional office")
            }
            Self::Enrol(EnrolError::NoEnrolment) => language.say(
                "USBの中のフォルダを確かめるか、事務局に作り直しを頼んでください",
                "Check the folder on the stick, or ask the office to write it anew",
            ),
            Self::Uninvited => language.say("最初から登録してください", "Enrol from the beginning"),
            _ if self.is_not_as_invited() => language.say(
                "登録先を確かめ、正しければ地域事務局に連絡してください",
                "Check the address. If it is right, call the regional office",
            ),
            _ => match hand {
                Hand::Command => self.next_command(language),
                Hand::Glass => self.next_touch(language),
            },
        }
    }

    fn next_command(&self, language: Language) -> &'static str {
        match self {
            Self::OtherTablet(_) => language.say(
                "設定の tablet を直して、もう一度同じコマンドを実行してください",
                "Correct tablet in the configuration and run the same command again",
            ),
            Self::OldStore(_) => language.say(
                "未送信がなければ保存データを消し、同じコマンドを実行してください。招待は使われていません",
                "If nothing waits to be sent, erase it and run the same command again. The invitation was not used",
            ),
            Self::BeingErased => language.say(
                "ネットワークにつなぎ、kakari sync --once のあとで登録してください",
                "Connect to a network and enrol after kakari sync --once",
            ),
            _ if self.is_refused() => not_to_be_used(language),
            _ => language.say(
                "もう一度同じコマンドを実行してください。続きから始めます",
                "Run the same command again. It goes on where it stopped",
            ),
        }
    }

    fn next_touch(&self, language: Language) -> &'static str {
        match self {
            Self::OtherTablet(_) => language.say(
                "端末の管理者に、設定ファイルの tablet を直してもらってください",
                "Let whoever looks after the tablets correct tablet in its configuration",
            ),
            Self::OldStore(_) => language.say(
                "端末の管理者に、保存データの消去を頼んでください。招待は使われていません",
                "Let whoever looks after the tablets erase it. The invitation was not used",
            ),
            Self::BeingErased => language.say(
                "ネットワークにつないで数分待ち、「再開」を押してください",
                "Connect to a network, wait a few minutes and press Try again",
            ),
            Self::NotFilled(not) if not.waits.is_some() => language.say(
                "USBから受け取るか、「再開」を押すと今の回線で受け取ります(通信量がかかります)",
                "Fetch it from a USB stick, or press Try again to fetch it over this link, which costs data",
            ),
            _ if self.is_refused() => not_to_be_used(language),
            _ => language
                .say("「再開」を押してください。続きから始めます", "Press Try again. It goes on where it stopped"),
        }
    }
}

/// What came of a round, for a screen in English.
pub(super) fn in_english(outcome: &Outcome) -> String {
    match (outcome.words(), outcome.waits) {
        (Some(words), _) => begun(&words.en),
        (None, Some(Waits::ForWifi { bytes })) => waiting_words(bytes, Language::English),
        (None, Some(Waits::ForTomorrow)) => "Today's data allowance is used up".to_owned(),
        (None, Some(Waits::ProgramForWifi { .. }) | None) => "Not everything is here yet".to_owned(),
    }
}

fn waiting_words(bytes: u64, language: Language) -> String {
    let bytes = megabytes(bytes);
    language.say(
        format!("全件データ {bytes} は署のWi-FiかUSBを待っています"),
        format!("The full data ({bytes}) waits for the station's Wi-Fi or a USB stick"),
    )
}

fn not_to_be_used(language: Language) -> &'static str {
    language.say("使わずに、地域事務局に連絡してください", "Do not use it. Call the regional office")
}

fn refusal_words(refusal: EnrolRefusal, language: Language) -> (&'static str, &'static str) {
    match refusal {
        EnrolRefusal::Unknown => language.say(
            ("この招待コードはありません", "コードを確かめ、違わなければ事務局に新しい招待を頼んでください"),
            ("No invitation has this code", "Check the code. If it is right, ask the office for a new one"),
        ),
        EnrolRefusal::Used => language.say(
            ("この招待は別の端末で使われました", "覚えがなければ事務局に知らせ、新しい招待を頼んでください"),
            ("Another tablet has used this invitation", "Tell the office if that was not you, and ask for a new one"),
        ),
        EnrolRefusal::Expired => language.say(
            ("この招待は期限が切れています", "事務局に新しい招待を頼んでください"),
            ("This invitation has expired", "Ask the office for a new one"),
        ),
        EnrolRefusal::Forged => language.say(
            (
                "相手がこの招待を知りません(偽の登録先かもしれません)",
                "登録先を確かめ、正しければ地域事務局に連絡してください",
            ),
            (
                "The other end does not know this invitation (it may be a false one)",
                "Check the address. If it is right, call the regional office",
            ),
        ),
        EnrolRefusal::BadRequest => language.say(
            ("証明書の申請が受け付けられませんでした", "端末の時計とアプリの版を確かめ、事務局に連絡してください"),
            (
                "The request for a certificate was not taken",
                "Check the tablet's clock and the app's version, and call the office",
            ),
        ),
        EnrolRefusal::Revoked => language.say(
            ("この端末は事務局が停止しています", "地域事務局に連絡してください"),
            ("The office has taken this tablet out of service", "Call the regional office"),
        ),
        _ => language.say(
            ("登録が断られました", "アプリを更新し、事務局に連絡してください"),
            ("The enrolment was refused", "Update the app and call the office"),
        ),
    }
}

/// A sentence without its full stop: a next step follows.
fn trimmed(sentence: &str) -> String {
    sentence.trim_end_matches('。').to_owned()
}

pub(super) fn number(count: u64) -> String {
    display::amount(&count.to_string())
}
