//! What comes from the region: the roster, and how long the tablet may go on without it.

use kakari_record::language::Language;

use super::{bad, caution};
use crate::view::Notice;

pub(super) fn roster_missing(language: Language) -> Notice {
    bad(language.say(
        ("職員の名簿がまだ届いていません", "署で同期してください"),
        ("The staff roster is not here yet", "Sync at the station"),
    ))
}

pub(super) fn roster_not_believed(language: Language) -> Notice {
    bad(language.say(
        ("職員の名簿の署名が正しくありません", "使わずに、地域事務局に連絡してください"),
        ("The signature of the staff roster is not right", "Do not use this tablet. Call the regional office"),
    ))
}

pub(super) fn crew_removed(language: Language) -> Notice {
    bad(language.say(
        (
            "サインイン中の職員カードが名簿から外れたため、ロックしました",
            "別の職員カードを使い、地域事務局に連絡してください",
        ),
        (
            "Locked: a signed-in staff card is no longer on the roster",
            "Use another staff card, and call the regional office",
        ),
    ))
}

pub(super) fn lease_nearly_over(days_left: i64, language: Language) -> Notice {
    let days = if days_left == 1 { "1 day" } else { &format!("{days_left} days") };
    caution(language.say(
        (
            format!("同期していません。あと{days_left}日で使えなくなります"),
            "署のWi-Fiにつなぐか、USBで同期してください",
        ),
        (format!("Not synced: in {days} this tablet stops working"), "Connect to the station's Wi-Fi, or sync by USB"),
    ))
}

/// The keys are called erased only once they are.
pub(super) fn lease_over(wraps_erased: bool, language: Language) -> Notice {
    let next_step = language.say(
        "署で同期してください。今は本人・家族・お薬手帳で確かめてください",
        "Sync at the station. For now, ask the patient or family and check the medicine notebook",
    );
    let sentence = if wraps_erased {
        language.say(
            "同期の期限が過ぎたため、鍵を消しました。この端末では情報を開けません",
            "Too long without a sync: the keys are erased, and no record opens",
        )
    } else {
        language.say(
            "同期の期限が過ぎたため、鍵を消しています。この端末では情報を開けません",
            "Too long without a sync: the keys are being erased, and no record opens",
        )
    };
    bad((sentence, next_step))
}
