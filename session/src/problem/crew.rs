//! The crew: staff cards, PINs, the end of a shift.

use kakari_record::language::Language;

use super::{bad, card, caution};
use crate::event::CardTrouble;
use crate::view::Notice;

/// 「残り2回」
pub(crate) fn tries_left(tries: u8, language: Language) -> String {
    let english = if tries == 1 { "1 try left".to_owned() } else { format!("{tries} tries left") };
    language.say(format!("残り{tries}回"), english)
}

/// Where a staff card was wanted.
pub(super) fn card(trouble: CardTrouble, language: Language) -> Notice {
    let wanted = language.say("職員カードを置いてください", "Put your staff card on the reader");
    let another = language.say(
        "別の職員カードを使い、地域事務局に連絡してください",
        "Use another staff card, and call the regional office",
    );
    match trouble {
        CardTrouble::TornAway => card::torn_away(language),
        CardTrouble::NoAnswer => caution(language.say(
            ("カードが応答しません", "置き直してください。続くなら故障です。別の職員カードを使ってください"),
            ("The card does not answer", "Put it on again. If it goes on, it is broken: use another staff card"),
        )),
        CardTrouble::Busy => card::busy(language),
        CardTrouble::Reader => card::not_read(language),
        CardTrouble::Malformed => {
            caution((language.say("カードの内容が正しくありません", "What is on the card is not right"), another))
        }
        CardTrouble::Expired => caution((card::expired(language), another)),
        CardTrouble::NotYetValid => card::not_yet_valid(language),
        CardTrouble::OtherRegion | CardTrouble::NoCopy | CardTrouble::CopyDamaged => caution((
            card::other_region(language),
            language.say("この地域の職員カードを置いてください", "Put a staff card of this region on the reader"),
        )),
        CardTrouble::Revoked => caution((card::revoked(language), another)),
        CardTrouble::MyNumberCard => caution((card::my_number_card(language), wanted)),
        CardTrouble::DrivingLicence => caution((card::driving_licence(language), wanted)),
        CardTrouble::TransitCard => caution((card::transit_card(language), wanted)),
        CardTrouble::BankCard => caution((card::bank_card(language), wanted)),
        CardTrouble::ResidenceCard => caution((card::residence_card(language), wanted)),
        CardTrouble::Passport => caution((card::passport(language), wanted)),
        CardTrouble::ChangingIdentifier => caution((card::changing_identifier(language), wanted)),
        CardTrouble::BlankCard => {
            caution((language.say("発行されていないカードです", "This card was never issued"), another))
        }
        CardTrouble::TwoCards => card::two_cards(language),
        CardTrouble::UnregisteredCard | CardTrouble::NotGenuine | CardTrouble::NotOurs => {
            caution((language.say("職員カードではありません", "This is not a staff card"), wanted))
        }
        CardTrouble::StaffCard => caution(
            language.say(("職員カードです", "もう一度置いてください"), ("This is a staff card", "Put it on again")),
        ),
        CardTrouble::PatientCard => caution(language.say(
            ("患者のカードです", "先に職員カードでサインインしてください"),
            ("This is a patient card", "Sign in with a staff card first"),
        )),
    }
}

pub(super) fn wrong_pin(tries: u8, language: Language) -> Notice {
    let left = tries_left(tries, language);
    caution(language.say(
        (format!("PINが違います。{left}です"), "もう一度入力してください"),
        (format!("Wrong PIN. {left}"), "Enter it again"),
    ))
}

pub(super) fn last_try(language: Language) -> Notice {
    bad(language.say(
        ("最後の1回です。間違えるとカードが使えなくなります", "自信がなければ別の職員カードを使ってください"),
        ("This is the last try. One more wrong PIN locks the card", "If you are not sure, use another staff card"),
    ))
}

pub(super) fn pin_blocked(language: Language) -> Notice {
    bad(language.say(
        ("職員カードがロックされています", "別の職員カードを使い、新しいカードを地域事務局に頼んでください"),
        ("This staff card is locked", "Use another staff card, and ask the regional office for a new one"),
    ))
}

pub(super) fn not_on_roster(language: Language) -> Notice {
    bad(language.say(
        ("この職員カードは名簿にありません", "別の職員カードを使い、地域事務局に連絡してください"),
        ("This staff card is not on the roster", "Use another staff card, and call the regional office"),
    ))
}

pub(super) fn no_keys(language: Language) -> Notice {
    bad(language.say(
        ("この職員カードでは鍵を開けません", "別の職員カードを使い、署で同期してください"),
        ("This staff card does not open the keys", "Use another staff card, and sync at the station"),
    ))
}

pub(super) fn same_crew_member(language: Language) -> Notice {
    caution(language.say(
        ("この職員カードの人はもうサインインしています", "患者のカードか、もう1人の職員カードを置いてください"),
        ("This crew member is already signed in", "Put on the patient card, or the other member's staff card"),
    ))
}

pub(super) fn patient_card_locked(language: Language) -> Notice {
    caution(language.say(
        ("患者のカードです", "先にPINを入力するか、職員カードを置いてください"),
        ("This is a patient card", "Enter the PIN first, or put on a staff card"),
    ))
}

pub(super) fn wrong_reopen(tries: u8, code: bool, language: Language) -> Notice {
    let what = if code { language.say("番号", "code") } else { "PIN" };
    let left = tries_left(tries, language);
    caution(language.say(
        (format!("{what}が違います。{left}です"), "もう一度入力するか、職員カードを置いてください"),
        (format!("Wrong {what}. {left}"), "Enter it again, or put on a staff card"),
    ))
}

pub(super) fn reopen_spent(language: Language) -> Notice {
    bad(language.say(
        ("3回間違えたため、鍵を消しました", "職員カードを置いてサインインしてください"),
        ("Wrong 3 times: the keys are erased", "Sign in with a staff card"),
    ))
}

pub(super) fn reopen_gone(language: Language) -> Notice {
    caution(language.say(
        ("PINだけでは再開できなくなりました", "職員カードを置いてサインインしてください"),
        ("The PIN alone no longer opens this tablet", "Sign in with a staff card"),
    ))
}

pub(super) fn shift_over(by_code: bool, language: Language) -> Notice {
    if by_code {
        return bad(language.say(
            (
                "責任者の番号で始めた勤務の12時間が終わりました",
                "職員カードでサインインしてください。なければ責任者に新しい番号を聞いてください",
            ),
            (
                "The 12 hours of the supervisor's code are over",
                "Sign in with a staff card, or ask the supervisor for a new code",
            ),
        ));
    }
    caution(language.say(
        ("サインインから12時間たったため、PINだけでは再開できません", "職員カードを置いてサインインしてください"),
        ("12 hours since sign-in: the PIN alone no longer opens this tablet", "Sign in with a staff card"),
    ))
}
