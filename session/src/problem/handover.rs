//! A file for the hospital.

use kakari_record::language::Language;

use super::bad;
use crate::event::SaveTrouble;
use crate::view::Notice;

/// Why none was written.
pub(super) fn not_saved(trouble: SaveTrouble, language: Language) -> Notice {
    bad(match trouble {
        SaveTrouble::NoPlace => language.say(
            ("保存先のフォルダーがありません", "今は読み上げかQRで引き継ぎ、署の管理者に連絡してください"),
            ("There is no folder to save to", "Hand over by voice or QR, and tell the administrator at the station"),
        ),
        SaveTrouble::NotMounted => language.say(
            ("USBメモリーがつながっていません", "USBメモリーを挿して、もう一度保存してください"),
            ("No USB stick is connected", "Insert a USB stick, and save again"),
        ),
        SaveTrouble::Full => language.say(
            ("保存先に空きがありません", "別のUSBメモリーに替えて、もう一度保存してください"),
            ("No room is left for the file", "Use another USB stick, and save again"),
        ),
        SaveTrouble::Failed => language.say(
            ("保存先に書き込めません", "USBメモリーを挿し直すか替えてください。今は読み上げかQRで引き継いでください"),
            (
                "The file could not be written",
                "Insert the USB stick again or use another. For now, hand over by voice or QR",
            ),
        ),
        SaveTrouble::Withdrawn => language.say(
            ("閲覧の同意が取り消されているため、保存しません", "本人・家族に確かめてください"),
            ("Not saved, as consent to viewing was withdrawn", "Ask the patient or family"),
        ),
    })
}
