//! The keys under the fields: ten rows of kana, or digits.

use kakari_session::touch::{Field, Touch};
use kakari_session::view::{Pad, Search};

use super::{APART, Zones, grid, key, side_by_side};
use crate::board::{Act, Key, two_words};
use crate::pages::Space;
use crate::paint::Rect;

/// Each row and the kana that it stands for. ン is in no row: a name is typed without it.
pub(super) const ROWS: [(char, &str); 10] = [
    ('ア', "アイウエオ"),
    ('カ', "カキクケコ"),
    ('サ', "サシスセソ"),
    ('タ', "タチツテト"),
    ('ナ', "ナニヌネノ"),
    ('ハ', "ハヒフヘホ"),
    ('マ', "マミムメモ"),
    ('ヤ', "ヤユヨ"),
    ('ラ', "ラリルレロ"),
    ('ワ', "ンは不要"),
];

pub(super) fn put(search: &Search, zones: &Zones, space: Space, keys: &mut Vec<Key>) {
    let (columns, rows) = if space.portrait() { (5, 2) } else { (4, 3) };
    let at = grid(zones.pad, columns, rows);
    match search.pad {
        Pad::Rows => put_rows(&at, keys),
        Pad::Kana => put_folded(zones.pad, keys),
        Pad::Digits | Pad::Address => put_digits(search.pad, &at, keys),
    }
}

fn put_rows(at: &[Rect], keys: &mut Vec<Key>) {
    for ((row, kana), at) in ROWS.into_iter().zip(at) {
        let row_words = two_words(&row.to_string(), kana, *at);
        keys.push(Key::painted(&row.to_string(), row_words, *at, Act::Tell(Touch::Kana(row))));
    }
    if let [.., all, last] = at
        && at.len() > ROWS.len()
    {
        keys.push(all_kana(*all));
        keys.push(key("1字\n消す", *last, erase(Pad::Rows)));
    }
}

/// Three times three as on a phone, nought beside the nine; upright in two rows.
fn put_digits(pad: Pad, at: &[Rect], keys: &mut Vec<Key>) {
    let upright = at.len() == 10;
    let place = |digit: u8| match digit {
        0 if upright => 9,
        0 => 11,
        digit if upright => usize::from(digit) - 1,
        digit => usize::from((digit - 1) / 3 * 4 + (digit - 1) % 3),
    };
    for digit in [1, 2, 3, 4, 5, 6, 7, 8, 9, 0] {
        let act = Act::Tell(Touch::Digit(digit));
        keys.push(key(&digit.to_string(), at[place(digit)], act).at_most(92.0));
    }
    if upright {
        return;
    }
    if pad == Pad::Address {
        keys.push(dash(at[3]));
        keys.push(key("1字\n消す", at[7], erase(pad)));
    } else {
        let tall = Rect { h: at[7].bottom() - at[3].y, ..at[3] };
        keys.push(key("1字\n消す", tall, erase(pad)));
    }
}

/// What stands there while all kana are put away.
fn put_folded(at: Rect, keys: &mut Vec<Key>) {
    let high = (at.h - APART) / 2.0;
    keys.push(key("文字入力を続ける", Rect { h: high, ..at }, Act::Fold(false)).filled(true).at_most(64.0));
    let below = side_by_side(Rect { y: at.y + high + APART, h: high, ..at }, &[(at.w - APART) / 2.0, 0.0]);
    keys.push(key("行で入力", below[0], Act::Tell(Touch::SearchField(Field::NameRows))));
    keys.push(key("1字消す", below[1], erase(Pad::Kana)));
}

pub(super) fn all_kana(at: Rect) -> Key {
    key("文字\n入力", at, Act::Tell(Touch::SearchField(Field::NameKana)))
}

/// Parts the numbers of an address.
pub(super) fn dash(at: Rect) -> Key {
    Key::new("番地の区切り", "-", at, Act::Tell(Touch::Kana('-'))).at_most(92.0)
}

pub(super) fn erase(pad: Pad) -> Act {
    Act::Tell(match pad {
        Pad::Rows | Pad::Kana => Touch::EraseKana,
        Pad::Digits | Pad::Address => Touch::EraseDigit,
    })
}
