//! What stands on the sheet of widgets, and from which preview each is taken.

use kakari_preview::Case;

/// One cell of the sheet.
#[allow(dead_code)] // The gallery reads the captions alone.
pub(crate) struct Widget {
    /// Said beside it in the gallery.
    pub(crate) caption: &'static str,
    pub(crate) preview: &'static str,
    pub(crate) case: Case,
    pub(crate) of: Of,
}

/// Which part of the glass it is.
#[allow(dead_code)]
pub(crate) enum Of {
    /// The key that is called so.
    Key(&'static str),
    /// The same while a finger rests on it.
    Pressed(&'static str),
    /// The block that is called so.
    Block(&'static str),
    /// A box in hundredths of the glass: left, top, width, height.
    Part([f32; 4]),
}

/// Cells beside each other, and their size in pixels.
pub(crate) const COLUMNS: usize = 3;
pub(crate) const CELL: (usize, usize) = (640, 300);

const fn cell(caption: &'static str, preview: &'static str, case: Case, of: Of) -> Widget {
    Widget { caption, preview, case, of }
}

/// In the order of the sheet, row by row.
pub(crate) const WIDGETS: [Widget; 24] = [
    cell("Key, plain", "standby", Case::Typical, Of::Key("ロック")),
    cell("Key, pressed", "standby", Case::Typical, Of::Pressed("ロック")),
    cell("Key, primary", "pin", Case::Extreme, Of::Key("決定")),
    cell("Key, primary and pressed", "pin", Case::Extreme, Of::Pressed("決定")),
    cell("Key, disabled", "pin", Case::Empty, Of::Key("決定")),
    cell("Key of a pad", "pin", Case::Typical, Of::Key("5")),
    cell("Key, ticked", "hand-over-sections", Case::Typical, Of::Key("アレルギー")),
    cell("Name, chosen", "fallback", Case::Typical, Of::Key("佐藤 一郎 S0001")),
    cell("Name, not chosen", "fallback", Case::Typical, Of::Key("田中 花子 S0002")),
    cell("Key of the ten rows", "search", Case::Empty, Of::Key("ア")),
    cell("Key of the full pad", "search-kana", Case::Empty, Of::Key("ア")),
    cell("Pad of digits", "search-digits", Case::Empty, Of::Part([0.0, 40.0, 33.0, 25.0])),
    cell("Block, red: known", "summary", Case::Typical, Of::Block("アレルギー・禁忌")),
    cell("Block, amber: known", "summary", Case::Typical, Of::Block("要注意薬・服薬")),
    cell("Block, plain: known", "summary", Case::Typical, Of::Block("病名・既往")),
    cell("Block, outlined: none confirmed", "none-confirmed", Case::Typical, Of::Block("病名・既往")),
    cell("Block, hatched: not recorded", "summary", Case::Empty, Of::Block("病名・既往")),
    cell("Block, hatched: unavailable", "unavailable", Case::Empty, Of::Block("病名・既往")),
    cell("Banner", "summary", Case::Typical, Of::Part([0.0, 5.0, 33.0, 25.0])),
    cell("Alerts, severe and not", "summary", Case::Extreme, Of::Part([0.0, 15.0, 33.0, 25.0])),
    cell("Notice, bad", "problem-reader-missing", Case::Typical, Of::Block("お知らせ")),
    cell("Notice, caution", "problem-wrong-pin", Case::Typical, Of::Block("お知らせ")),
    cell("Progress", "enrolment-working", Case::Typical, Of::Part([55.0, 14.0, 33.0, 25.0])),
    cell("Chart", "usage", Case::Typical, Of::Part([16.0, 15.0, 33.0, 25.0])),
];
