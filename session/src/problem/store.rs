//! What the tablet stores: the records, the log of who saw them, and the erasure of both.

use kakari_record::language::Language;

use super::{bad, caution};
use crate::store_facts::{StoreTrouble, WipeStage};
use crate::view::Notice;

pub(super) fn store(trouble: StoreTrouble, language: Language) -> Notice {
    bad(match trouble {
        StoreTrouble::Missing => language.say(
            ("この端末はまだ登録されていません", "地域事務局に連絡してください"),
            ("This tablet is not enrolled yet", "Call the regional office"),
        ),
        StoreTrouble::NoKey => language.say(
            ("保存データの鍵が読めません", "地域事務局に連絡してください"),
            ("The key to the stored data cannot be read", "Call the regional office"),
        ),
        StoreTrouble::WrongKey => language.say(
            ("保存データの鍵が合いません", "署で端末を登録し直してください"),
            ("The key does not fit the stored data", "Enrol the tablet again at the station"),
        ),
        StoreTrouble::Damaged => language.say(
            ("保存データが壊れています", "読める人の情報は使えます。署で取り込み直してください"),
            ("The stored data is damaged", "Records that still open can be used. Load the data again at the station"),
        ),
        StoreTrouble::WrongKeyOrDamaged => language.say(
            ("鍵違いか破損のため、保存データが開きません", "署で端末を登録し直してください"),
            ("The stored data does not open: wrong key or damage", "Enrol the tablet again at the station"),
        ),
        StoreTrouble::Newer => language.say(
            (
                "保存データが新しい版のものです",
                "別の端末を使い、この端末を再起動してください。直らなければ署でアプリを更新してください",
            ),
            (
                "The stored data is from a newer version",
                "Use another tablet and restart this one. If that does not help, update the app at the station",
            ),
        ),
        StoreTrouble::Full => language.say(
            ("端末の空き容量がありません", "署の管理者に連絡してください"),
            ("The tablet has no free space", "Tell the administrator at the station"),
        ),
        StoreTrouble::Refused => language.say(
            ("保存データが応答しません", "もう一度試してください。続くなら端末を再起動してください"),
            ("The stored data does not answer", "Try again. If it goes on, restart the tablet"),
        ),
    })
}

pub(super) fn audit_not_written(trouble: StoreTrouble, language: Language) -> Notice {
    let why = store(trouble, language).sentence;
    bad(language.say(
        (
            format!("閲覧の記録を残せないため表示しません({why})"),
            "本人・家族・お薬手帳で確かめてください。続くなら端末を再起動してください",
        ),
        (
            format!("{why}, so the access log cannot be written and nothing is shown"),
            "Ask the patient or family and check the medicine notebook. If it goes on, restart the tablet",
        ),
    ))
}

pub(super) fn audit_owed(language: Language) -> Notice {
    bad(language.say(
        (
            "端末の空き容量がなく、閲覧の記録をまだ保存できていません",
            "情報はそのまま使えます。電源を切らず、署に戻ったら管理者に連絡してください",
        ),
        (
            "No free space: the access log is not saved yet",
            "The record can be used. Keep the power on, and tell the administrator at the station",
        ),
    ))
}

pub(super) fn audit_faulty(japanese: &str, english: &str, language: Language) -> Notice {
    caution(language.say(
        (
            format!("閲覧記録に異常があります({japanese})"),
            "使用は続けられます。署に戻ったら地域事務局に連絡してください",
        ),
        (
            format!("The access log is not whole ({english})"),
            "The tablet can be used. Tell the regional office once back at the station",
        ),
    ))
}

pub(super) fn wiped(stage: WipeStage, language: Language) -> Notice {
    bad(match stage {
        WipeStage::Pending => language.say(
            ("地域事務局の指示で、この端末を消去しています", "電源を切らずに署に戻し、別の端末を使ってください"),
            (
                "This tablet is being erased by order of the regional office",
                "Keep the power on, bring it to the station and use another tablet",
            ),
        ),
        WipeStage::Done => language.say(
            ("地域事務局の指示で、この端末を消去しました", "別の端末を使い、この端末は署に返してください"),
            (
                "This tablet was erased by order of the regional office",
                "Use another tablet, and bring this one back to the station",
            ),
        ),
    })
}
