//! A patient's card, and the record that it leads to.

use kakari_record::language::Language;

use super::{bad, caution};
use crate::event::{CardTrouble, OpeningTrouble};
use crate::view::Notice;

/// Where a patient's card was wanted.
pub(super) fn card(trouble: CardTrouble, language: Language) -> Notice {
    let wanted = language.say("患者のかかりつけ医カードを置いてください", "Put the patient card on the reader");
    let newer =
        language.say("本人・家族に新しいカードがないか確かめてください", "Ask the patient or family for a newer card");
    match trouble {
        CardTrouble::TornAway => torn_away(language),
        CardTrouble::NoAnswer => caution(language.say(
            ("カードが応答しません", "置き直してください。続くなら故障です。「カードなし」で探してください"),
            ("The card does not answer", "Put it on again. If it goes on, it is broken: search by \"No card\""),
        )),
        CardTrouble::Busy => busy(language),
        CardTrouble::Reader => not_read(language),
        CardTrouble::Malformed => caution(language.say(
            ("カードの内容が正しくありません", "このカードは使えません。本人・家族に確かめてください"),
            ("What is on the card is not right", "It cannot be used. Ask the patient or family"),
        )),
        CardTrouble::Expired => caution((expired(language), newer)),
        CardTrouble::NotYetValid => not_yet_valid(language),
        CardTrouble::OtherRegion => caution((
            other_region(language),
            language.say(
                "この端末では開けません。本人・家族に確かめてください",
                "It does not open here. Ask the patient or family",
            ),
        )),
        CardTrouble::Revoked => caution((revoked(language), newer)),
        CardTrouble::MyNumberCard => caution((my_number_card(language), wanted)),
        CardTrouble::DrivingLicence => caution((driving_licence(language), wanted)),
        CardTrouble::TransitCard => caution((transit_card(language), out_of_the_wallet(language))),
        CardTrouble::BankCard => caution((bank_card(language), out_of_the_wallet(language))),
        CardTrouble::ResidenceCard => caution((residence_card(language), wanted)),
        CardTrouble::Passport => caution((passport(language), wanted)),
        CardTrouble::UnregisteredCard => caution(language.say(
            (
                "登録のないICカードです",
                "かかりつけ医カードだけを置いてください。なければ「カードなし」で探してください",
            ),
            (
                "No resident is registered with this card",
                "Put the patient card alone on the reader. Without one, search by \"No card\"",
            ),
        )),
        CardTrouble::ChangingIdentifier => caution((changing_identifier(language), wanted)),
        CardTrouble::BlankCard => caution(language.say(
            ("発行されていないカードです", "「カードなし」で探し、カードは地域事務局に渡してください"),
            ("This card was never issued", "Search by \"No card\", and give the card to the regional office"),
        )),
        CardTrouble::TwoCards => two_cards(language),
        CardTrouble::NotGenuine => caution(language.say(
            (
                "本物と確かめられないカードです",
                "複製の疑いがあります。「カードなし」で探し、地域事務局に連絡してください",
            ),
            (
                "This card cannot prove that it is genuine",
                "It may be a copy: search by \"No card\", and call the regional office",
            ),
        )),
        CardTrouble::NoCopy => caution((
            language.say(
                "ほかの地域のカードで、写しが書かれていません",
                "This card is from another region, and carries no copy",
            ),
            language.say(
                "この端末では開けません。本人・家族・お薬手帳で確かめてください",
                "It does not open here. Ask the patient or family and check the medicine notebook",
            ),
        )),
        CardTrouble::CopyDamaged => caution((
            language.say(
                "ほかの地域のカードで、写しが壊れています",
                "This card is from another region, and its copy is damaged",
            ),
            language.say(
                "内容は表示しません。本人・家族・お薬手帳で確かめてください",
                "Nothing is shown. Ask the patient or family and check the medicine notebook",
            ),
        )),
        CardTrouble::NotOurs => {
            caution((language.say("かかりつけ医カードではありません", "This is not a patient card"), wanted))
        }
        CardTrouble::StaffCard => caution((language.say("職員カードです", "This is a staff card"), wanted)),
        CardTrouble::PatientCard => caution(
            language.say(("患者のカードです", "もう一度置いてください"), ("This is a patient card", "Put it on again")),
        ),
    }
}

pub(super) fn torn_away(language: Language) -> Notice {
    caution(language.say(
        ("カードが早く離れました", "もう一度、画面が変わるまで置いてください"),
        ("The card was taken away too early", "Put it on again until the screen changes"),
    ))
}

pub(super) fn busy(language: Language) -> Notice {
    caution(language.say(
        ("リーダーが使用中です", "カードはそのままに。空けば自動で読みます。続くなら端末を再起動してください"),
        (
            "The card reader is busy",
            "Leave the card there: it is read when the reader is free. If it goes on, restart the tablet",
        ),
    ))
}

pub(super) fn not_read(language: Language) -> Notice {
    caution(language.say(
        ("カードを読み取れませんでした", "もう一度カードを置いてください"),
        ("The card could not be read", "Put it on again"),
    ))
}

pub(super) fn not_yet_valid(language: Language) -> Notice {
    caution(language.say(
        (
            "有効期間がまだ始まっていないカードです",
            "端末の時計を確かめてください。合っていれば地域事務局に連絡してください",
        ),
        ("This card is not valid yet", "Check the tablet's clock. If it is right, call the regional office"),
    ))
}

pub(super) fn expired(language: Language) -> &'static str {
    language.say("有効期限が切れたカードです", "This card has expired")
}

pub(super) fn revoked(language: Language) -> &'static str {
    language.say("使用停止のカードです", "This card has been cancelled")
}

pub(super) fn other_region(language: Language) -> &'static str {
    language.say("この地域のカードではありません", "This card is not from this region")
}

pub(super) fn my_number_card(language: Language) -> &'static str {
    language.say("マイナンバーカードです", "This is a My Number card")
}

pub(super) fn driving_licence(language: Language) -> &'static str {
    language.say("運転免許証です", "This is a driving licence")
}

pub(super) fn transit_card(language: Language) -> &'static str {
    language.say("交通系ICカードです", "This is a transit card")
}

pub(super) fn bank_card(language: Language) -> &'static str {
    language.say("銀行・クレジットカードです", "This is a bank card")
}

pub(super) fn residence_card(language: Language) -> &'static str {
    language.say("在留カードです", "This is a residence card")
}

pub(super) fn passport(language: Language) -> &'static str {
    language.say("パスポートです", "This is a passport")
}

pub(super) fn changing_identifier(language: Language) -> &'static str {
    language.say("置くたびに番号が変わるカードです", "The number of this card changes with every tap")
}

/// In a wallet another card may answer in the place of the one that is meant.
fn out_of_the_wallet(language: Language) -> &'static str {
    language.say(
        "財布から出し、かかりつけ医カードだけを置いてください",
        "Take the patient card out of the wallet, and put it on alone",
    )
}

pub(super) fn two_cards(language: Language) -> Notice {
    caution(language.say(
        ("カードが2枚あります", "両方を離し、1枚だけ置いてください"),
        ("There are two cards", "Take both away, and put one on alone"),
    ))
}

pub(super) fn opening(trouble: OpeningTrouble, language: Language) -> Notice {
    bad(match trouble {
        OpeningTrouble::NotOpened => language.say(
            ("情報はありますが読み出せません", "本人・家族に確かめ、地域事務局に連絡してください"),
            ("There is a record, but it cannot be read", "Ask the patient or family, and call the regional office"),
        ),
        OpeningTrouble::Newer => language.say(
            ("情報が新しい版の形式です", "今は本人・家族に確かめ、署でアプリを更新してください"),
            ("The record is from a newer version", "Ask the patient or family, and update the app at the station"),
        ),
        OpeningTrouble::Several => language.say(
            (
                "2人以上に登録されているカードです",
                "だれの情報も表示しません。「カードなし」で探し、地域事務局に連絡してください",
            ),
            (
                "This card is registered for more than one person",
                "Nobody's record is shown. Search by \"No card\", and call the regional office",
            ),
        ),
        OpeningTrouble::NoKey => language.say(
            (
                "この職員カードでは開けない情報です",
                "ロックして入り直してください。続くなら本人・家族に確かめ、署で同期してください",
            ),
            (
                "This staff card does not open the record",
                "Lock and sign in again. If it goes on, ask the patient or family, and sync at the station",
            ),
        ),
    })
}

pub(super) fn nothing_stored(data_age: Option<&str>, language: Language) -> Notice {
    let synced = match data_age {
        Some(age) => language.say(format!("同期 {age}"), format!("synced {age}")),
        None => language.say("未同期", "never synced").to_owned(),
    };
    caution(language.say(
        (
            format!("このカードの情報はこの端末にありません({synced})"),
            "「病気・アレルギーなし」ではありません。本人・家族・お薬手帳で確かめてください",
        ),
        (
            format!("This tablet has no record for this card ({synced})"),
            "This does not mean \"no illness, no allergy\". Ask the patient or family and check the medicine notebook",
        ),
    ))
}

/// The registered card may be newer or older than this one: nobody here knows which.
pub(super) fn not_registered(data_age: Option<&str>, language: Language) -> Notice {
    let age = data_age.unwrap_or_default();
    let synced = match data_age {
        Some(_) => language.say(format!("(同期 {age})"), format!(" (synced {age})")),
        None => String::new(),
    };
    caution(language.say(
        (
            format!("この端末に登録されているカードと違います{synced}"),
            "再発行の前か後のカードです。本人・家族・お薬手帳で確かめてください",
        ),
        (
            format!("Another card of this person is registered here{synced}"),
            "This one is older or newer. Ask the patient or family and check the medicine notebook",
        ),
    ))
}

pub(super) fn consent_withdrawn(language: Language) -> Notice {
    caution(language.say(
        (
            "救急時の閲覧の同意が取り消されています",
            "内容は表示しません。病歴・薬・アレルギーは本人・家族・お薬手帳で確かめてください",
        ),
        (
            "Consent to viewing in an emergency was withdrawn",
            "Nothing is shown. Ask the patient or family about conditions, medicines and allergies",
        ),
    ))
}

pub(super) fn consent_not_recorded(language: Language) -> Notice {
    caution(language.say(
        ("救急時の閲覧の同意は未記録です", "本人または家族に口頭で確かめてください"),
        ("Consent to viewing in an emergency is not recorded", "Ask the patient or family for it"),
    ))
}

pub(super) fn part_unavailable(parts: usize, language: Language) -> Notice {
    let english = match parts {
        1 => "1 item of this record is unavailable".to_owned(),
        _ => format!("{parts} items of this record are unavailable"),
    };
    caution(language.say(
        (
            format!("この人の情報のうち{parts}項目を取得できません"),
            "取得不可は「なし」ではありません。本人・家族・お薬手帳で確かめてください",
        ),
        (english, "Unavailable does not mean \"none\". Ask the patient or family and check the medicine notebook"),
    ))
}
