//! The keys under the fields: ten rows of kana, or digits.

use kakari_session::touch::{Field, Touch};
use kakari_session::view::{Pad, Search};

use super::{APART, Zones, grid, key, side_by_side};
use crate::fit::Type;
use crate::glass::Ink;
use crate::key::{Act, Key};
use crate::pages::Space;
use crate::paint::{Paint, Rect};

/// Each row and the kana that it stands for. ン is in no row: a name is typed without it.
const ROWS: [(char, &str); 10] = [
    ('ア', "アイウエオ"),
    ('カ', "カキクケコ"),
    ('サ', "サシスセソ"),
    ('タ', "タチツテト"),
    ('ナ', "ナニヌネノ"),
    ('ハ', "ハヒフヘホ"),
    ('マ', "マミムメモ"),
    ('ヤ', "ヤユヨ"),
    ('ラ', "ラリルレロ"),
    ('ワ', ""),
];

pub(super) fn put(search: &Search, zones: &Zones, space: Space, keys: &mut Vec<Key>) {
    let (columns, rows) = if space.portrait() { (5, 2) } else { (4, 3) };
    let at = grid(zones.pad, columns, rows);
    match search.pad {
        Pad::Rows => put_rows(&at, space, keys),
        Pad::Kana => put_folded(zones.pad, space, keys),
        Pad::Digits | Pad::Address => put_digits(search.pad, &at, space, keys),
    }
}

fn put_rows(at: &[Rect], space: Space, keys: &mut Vec<Key>) {
    for ((row, kana), at) in ROWS.into_iter().zip(at) {
        let kana = if kana.is_empty() { space.say("ンは不要", "no ン") } else { kana };
        let paint = two_words(&row.to_string(), kana, *at);
        keys.push(Key::new(&row.to_string(), *at, Act::Tell(Touch::Kana(row))).painted(paint));
    }
    if let [.., all, last] = at
        && at.len() > ROWS.len()
    {
        keys.push(all_kana(*all, space));
        keys.push(erase_key(*last, Pad::Rows, space));
    }
}

/// Three times three as on a phone, nought beside the nine; upright in two rows.
fn put_digits(pad: Pad, at: &[Rect], space: Space, keys: &mut Vec<Key>) {
    let upright = at.len() == 10;
    let place = |digit: u8| match digit {
        0 if upright => 9,
        0 => 11,
        digit if upright => usize::from(digit) - 1,
        digit => usize::from((digit - 1) / 3 * 4 + (digit - 1) % 3),
    };
    for digit in [1, 2, 3, 4, 5, 6, 7, 8, 9, 0] {
        let act = Act::Tell(Touch::Digit(digit));
        let text = digit.to_string();
        keys.push(key(&text, at[place(digit)], act).written(&text, 92.0));
    }
    if upright {
        return;
    }
    if pad == Pad::Address {
        keys.push(dash(at[3], space));
        keys.push(erase_key(at[7], pad, space));
    } else {
        let tall = Rect { h: at[7].bottom() - at[3].y, ..at[3] };
        keys.push(erase_key(tall, pad, space));
    }
}

/// What stands there while all kana are put away.
fn put_folded(at: Rect, space: Space, keys: &mut Vec<Key>) {
    let high = (at.h - APART) / 2.0;
    let on = space.say("文字入力を続ける", "Go on typing");
    keys.push(key(on, Rect { h: high, ..at }, Act::Fold(false)).written(on, 64.0).primary());
    let below = side_by_side(Rect { y: at.y + high + APART, h: high, ..at }, &[(at.w - APART) / 2.0, 0.0]);
    keys.push(key(space.say("行で入力", "Type by rows"), below[0], Act::Tell(Touch::SearchField(Field::NameRows))));
    keys.push(key(space.say("1字消す", "Erase"), below[1], erase(Pad::Kana)));
}

pub(super) fn erase_key(at: Rect, pad: Pad, space: Space) -> Key {
    key(space.say("1字\n消す", "Erase"), at, erase(pad))
}

pub(super) fn all_kana(at: Rect, space: Space) -> Key {
    key(space.say("文字\n入力", "All\nkana"), at, Act::Tell(Touch::SearchField(Field::NameKana)))
}

/// Parts the numbers of an address.
pub(super) fn dash(at: Rect, space: Space) -> Key {
    let label = space.say("番地の区切り", "Dash");
    Key::new(label, at, Act::Tell(Touch::Kana('-'))).written("-", 92.0)
}

/// A large word over a small one, both in the middle.
fn two_words(above: &str, below: &str, at: Rect) -> Paint {
    let (big, small) = (Type::bold(84.0), Type::regular(40.0));
    let high = big.line() + small.line() - 10.0;
    let mut paint = Paint::default();
    let y = paint.text((at.w - big.width(above)) / 2.0, (at.h - high) / 2.0, above, big, Ink::Normal);
    paint.text((at.w - small.width(below)) / 2.0, y - 10.0, below, small, Ink::Secondary);
    paint
}

fn erase(pad: Pad) -> Act {
    Act::Tell(match pad {
        Pad::Rows | Pad::Kana => Touch::EraseKana,
        Pad::Digits | Pad::Address => Touch::EraseDigit,
    })
}
