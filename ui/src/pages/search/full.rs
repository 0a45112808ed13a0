//! All kana, over the whole page: so that each is as large as any other control.

use kakari_session::touch::{Field, Touch};
use kakari_session::view::{Pad, Search};

use super::{APART, BAND, field, key, name, pads};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Tone};
use crate::key::Act;
use crate::pages::{Laid, MARGIN, Space, bar};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const KEY: f32 = 154.0;
/// Columns of kana, one for each row of the syllabary.
const COLUMNS: [&str; 10] = [
    "アイウエオ",
    "カキクケコ",
    "サシスセソ",
    "タチツテト",
    "ナニヌネノ",
    "ハヒフヘホ",
    "マミムメモ",
    "ヤ ユ ヨ",
    "ラリルレロ",
    "ワヲン",
];
/// Upright, lines.
const LINES: [&str; 9] = [
    "アイウエオ",
    "カキクケコ",
    "サシスセソ",
    "タチツテト",
    "ナニヌネノ",
    "ハヒフヘホ",
    "マミムメモ",
    "ヤユヨワヲン",
    "ラリルレロ",
];

pub(super) fn put(search: &Search, space: Space, laid: &mut Laid) {
    let upright = space.portrait();
    let band = space.h - 12.0 - BAND;
    let (columns, rows): (f32, f32) = if upright { (6.0, 9.0) } else { (10.0, 5.0) };
    let wide = (space.inner() - (columns - 1.0) * APART) / columns;
    let top = band - APART - rows * (KEY + APART) + APART;
    let at = |column: usize, row: usize| {
        Rect::new(MARGIN + column as f32 * (wide + APART), top + row as f32 * (KEY + APART), wide, KEY)
    };
    laid.blocks.push(typed(search, Rect::new(MARGIN, bar::HEIGHT, space.inner(), top - bar::HEIGHT), space));
    let lines: &[&str] = if upright { &LINES } else { &COLUMNS };
    for (major, line) in lines.iter().enumerate() {
        for (minor, kana) in line.chars().enumerate().filter(|(_, kana)| *kana != ' ') {
            let place = if upright { at(minor, major) } else { at(major, minor) };
            let act = Act::Tell(Touch::Kana(kana));
            let text = kana.to_string();
            laid.keys.push(key(&text, place, act).written(&text, 84.0));
        }
    }
    let erase = if upright { at(5, 8) } else { at(9, 4) };
    laid.keys.push(pads::erase_key(erase, Pad::Kana, space));
    put_band(search, band, space, laid);
}

/// What was typed, and what became of it: the list is behind the keys.
fn typed(search: &Search, at: Rect, space: Space) -> Block {
    let one = if search.pad == Pad::Address { field(search, Field::Address) } else { name(search) };
    let value = one.map(|one| marked(&one.value)).unwrap_or_default();
    let (label, heading) = (Type::regular(40.0), Type::bold(44.0));
    let words = if search.pad == Pad::Address { space.say("住所", "Address") } else { space.say("氏名", "Name") };
    let mut paint = Paint::default();
    let middle = |ty: Type| (at.h - ty.line()) / 2.0;
    paint.text(0.0, middle(label), words, label, Ink::Secondary);
    let left = label.width(words) + 24.0;
    let right = at.w - heading.width(&search.heading);
    paint.text(right, middle(heading), &search.heading, heading, Ink::Normal);
    let (ty, lines) =
        fit::shrink(&value, &[46.0, 42.0, 38.0, 34.0, 30.0, 26.0, 22.0, 19.0], true, right - left - 40.0, 1);
    paint.text(left, middle(ty), &lines.lines.join(""), ty, Ink::Accent);
    paint.block(at, Tone::Bare, words)
}

fn put_band(search: &Search, y: f32, space: Space, laid: &mut Laid) {
    let mut slots: Vec<Option<(&str, Act)>> = vec![None];
    if search.pad == Pad::Kana {
        let rows = space.say("行で\n入力", "Type\nby rows");
        slots.insert(0, Some((rows, Act::Tell(Touch::SearchField(Field::NameRows)))));
    } else {
        let name = space.say("氏名・\n年齢", "Name,\nage");
        slots.insert(0, Some((name, Act::Tell(Touch::SearchField(Field::NameRows)))));
    }
    if search.can_extend {
        slots.push(Some((space.say("30分\n延長", "30 min\nmore"), Act::Tell(Touch::ExtendBreakGlass))));
    }
    let list = if search.pad == Pad::Kana {
        space.say("候補を\n見る", "See\nmatches")
    } else {
        space.say("数字と\n候補へ", "Digits,\nmatches")
    };
    slots.push(Some((list, Act::Fold(true))));
    let wide = (space.inner() - (slots.len() as f32 - 1.0) * APART) / slots.len() as f32;
    let last = slots.len() - 1;
    for (index, slot) in slots.into_iter().enumerate() {
        let at = Rect::new(MARGIN + index as f32 * (wide + APART), y, wide, BAND);
        match slot {
            Some((text, act)) if index == last => laid.keys.push(key(text, at, act).primary()),
            Some((text, act)) => laid.keys.push(key(text, at, act)),
            None => laid.keys.push(space.theme_key(at)),
        }
    }
}
