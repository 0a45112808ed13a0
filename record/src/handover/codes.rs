//! The page of text cut into as many QR codes as it needs.

use unicode_normalization::char::is_combining_mark;

/// Most bytes of UTF-8 in one code, its header with them: with [`ERROR_CORRECTION`] this takes version 29, 133 modules a
/// side, which with its quiet zone is the largest that has 7 pixels (0.79 mm) a module on 1,000 pixels of a 10.1-inch
/// glass (224 ppi).
///
/// Measured with zbar on pictures of that glass that are blurred and turned (`handover/tests/it/codes.rs`): 10 of 10 are
/// read where the picture has 600 pixels for the glass's 1,000. Of 2,200 bytes (6 pixels a module) it reads 10 of 10 at
/// 700 and none at 600; of 2,900 bytes none at 700.
pub const BYTES_A_CODE: usize = 1620;

/// The level of error correction (ISO/IEC 18004) at which every code is drawn: the lowest, because modules as large as
/// can be are read from further off than smaller ones with more correction (1,200 bytes at half the glass's pixels: L 10
/// of 10, M 8 of 10), and a glass has no stains that stay. A code is one segment of bytes: kanji segments would be read
/// as Shift_JIS, which this is not.
pub const ERROR_CORRECTION: char = 'L';

/// The text in as few parts as fit a code each: one as it is; several each with a header 「1/2」 on a line of its own.
/// They are cut at ends of lines, a line that is too long by itself at a space or comma, and never within a word unless
/// it alone is longer than a code. [`joined`] gives the text back.
pub fn codes(text: &str) -> Vec<String> {
    if text.len() <= BYTES_A_CODE {
        return vec![text.to_owned()];
    }
    let mut room = BYTES_A_CODE - header(9, 9).len();
    let mut parts = cut(text, room);
    if parts.len() > 9 {
        room = BYTES_A_CODE - header(999, 999).len();
        parts = cut(text, room);
    }
    let count = parts.len();
    parts.iter().enumerate().map(|(at, part)| format!("{}{part}", header(at + 1, count))).collect()
}

/// The text of all parts, in their order; `None` when they are not all the parts of one text.
pub fn joined(parts: &[String]) -> Option<String> {
    if let [whole] = parts {
        return Some(whole.clone());
    }
    let one = |(at, part): (usize, &String)| part.strip_prefix(&header(at + 1, parts.len())).map(str::to_owned);
    parts.iter().enumerate().map(one).collect()
}

fn header(at: usize, count: usize) -> String {
    format!("{at}/{count}\n")
}

fn cut(text: &str, room: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while rest.len() > room {
        let (part, after) = rest.split_at(end(rest, room));
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    parts
}

/// Where the part that begins here ends: behind the last line that fits, else behind the last pause, else a character.
fn end(text: &str, room: usize) -> usize {
    let fitting = &text[..text.floor_char_boundary(room)];
    let behind =
        |stops: &[char]| fitting.rfind(stops).and_then(|at| Some(at + fitting[at..].chars().next()?.len_utf8()));
    let whole = || {
        // A mark stays with its letter.
        let cut = |(at, _): &(usize, char)| *at > 0 && !text[*at..].starts_with(is_combining_mark);
        fitting.char_indices().rfind(cut).map_or(fitting.len(), |(at, _)| at)
    };
    behind(&['\n']).or_else(|| behind(&[' ', '、', '。', ','])).unwrap_or_else(whole)
}
