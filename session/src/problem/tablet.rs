//! The reader, the battery, the clock.

use kakari_record::language::Language;

use super::{bad, caution};
use crate::battery::VERY_LOW;
use crate::view::Notice;

pub(super) fn reader_missing(language: Language) -> Notice {
    bad(language.say(
        ("カードリーダーがつながっていません", "USBケーブルを挿し直してください"),
        ("No card reader is connected", "Plug its USB cable in again"),
    ))
}

pub(super) fn reader_stopped(language: Language) -> Notice {
    bad(language.say(
        ("カードの読取サービスが止まっています", "自動で再開します。10秒待っても直らなければ端末を再起動してください"),
        ("The card reading service has stopped", "It restarts by itself. If not within 10 seconds, restart the tablet"),
    ))
}

pub(super) fn reader_asleep(language: Language) -> Notice {
    bad(language.say(
        ("カードリーダーが応答しません", "USBケーブルを一度抜いて挿し直してください"),
        ("The card reader does not answer", "Pull its USB cable out and plug it in again"),
    ))
}

pub(super) fn battery_low(percent: u8, language: Language) -> Notice {
    if percent <= VERY_LOW {
        return bad(language.say(
            (
                format!("電池は残り{percent}%です。まもなく切れます"),
                "今すぐ充電器につなぐか、別の端末を用意してください",
            ),
            (
                format!("The battery is at {percent}%: the tablet will soon switch off"),
                "Connect the charger now, or get another tablet ready",
            ),
        ));
    }
    caution(language.say(
        (format!("電池は残り{percent}%です"), "充電器につないでください"),
        (format!("The battery is at {percent}%"), "Connect the charger"),
    ))
}

pub(super) fn clock_doubtful(language: Language) -> Notice {
    caution(language.say(
        ("端末の時計が合っていません", "「◯日前」と年齢は誤りのことがあります。日付で判断してください"),
        ("The tablet's clock is wrong", "Ages and \"days ago\" may be wrong. Go by the dates"),
    ))
}
