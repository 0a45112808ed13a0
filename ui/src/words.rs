//! Every string before it is drawn: what no face can draw becomes □, and the string is marked 外字.

use kakari_session::view::Language;

use crate::fonts;

/// A string that can be drawn whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Drawable {
    /// What to draw.
    pub(crate) text: String,
    /// True when it is not letter for letter what came in: the mark 外字 must stand beside it.
    pub(crate) foreign: bool,
}

/// The word that says so.
pub(crate) fn foreign_mark(language: Language) -> &'static str {
    language.say(FOREIGN_MARK, "rare char")
}

/// On a row of which documents say different things.
pub(crate) fn differs_mark(language: Language) -> &'static str {
    language.say("記載差", "differs")
}

const FOREIGN_MARK: &str = "外字";
/// Stands where a character has no glyph. Not 〓: beside 一 it would read as 二 or 三.
const BOX: char = '□';

/// Makes a string drawable. Characters without a shape of their own (controls, joiners, direction marks) go;
/// a variation selector the face does not know goes too, and counts as foreign since the form may differ.
pub(crate) fn drawable(text: &str) -> Drawable {
    let mut out = Drawable { text: String::with_capacity(text.len()), foreign: false };
    for c in text.chars() {
        if c.is_whitespace() {
            out.text.push(if c == '\u{3000}' { c } else { ' ' });
        } else if is_selector(c) {
            let known = out.text.chars().next_back().is_some_and(|base| fonts::has_variation(base, c));
            if known { out.text.push(c) } else { out.foreign = true }
        } else if fonts::has_glyph(c) {
            out.text.push(c);
        } else if let Some(plain) = plain_form(c) {
            out.text.push_str(&plain);
        } else if !is_shapeless(c) {
            out.text.push(BOX);
            out.foreign = true;
        }
    }
    out
}

/// As [`drawable`], with the mark inside the string, for words that have no place for a mark of their own. It belongs
/// to the name it stands in, and is the same in both languages.
pub(crate) fn marked(text: &str) -> String {
    let drawable = drawable(text);
    if drawable.foreign { format!("{} [{FOREIGN_MARK}]", drawable.text) } else { drawable.text }
}

/// The same meaning in letters every face has: SpO₂ is SpO2, 10⁹ is 10^9.
fn plain_form(c: char) -> Option<String> {
    let digit = |c: char, zero: char| char::from_digit(u32::from(c) - u32::from(zero), 10);
    match c {
        '₀'..='₉' => digit(c, '₀').map(String::from),
        '⁰' | '⁴'..='⁹' => digit(c, '⁰').map(|digit| format!("^{digit}")),
        _ => None,
    }
}

pub(crate) fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

fn is_shapeless(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_of_no_face_is_a_box_with_a_mark() {
        let out = drawable("山\u{10FFFD}田");
        assert_eq!((out.text.as_str(), out.foreign), ("山□田", true));
        assert_eq!(marked("\u{E000}"), "□ [外字]");
    }

    #[test]
    fn rare_names_are_drawn_as_they_are() {
        for name in ["𠮷野 髙一", "丄田", "﨑", "葛\u{E0100}城"] {
            assert_eq!(drawable(name), Drawable { text: name.into(), foreign: false }, "{name}");
        }
    }

    #[test]
    fn small_digits_become_plain_ones_without_changing_the_number() {
        assert_eq!(marked("SpO₂ 92% 10⁹"), "SpO2 92% 10^9");
    }

    #[test]
    fn an_unknown_form_is_marked_and_nothing_invisible_stays() {
        assert_eq!(drawable("山\u{E01EF}"), Drawable { text: "山".into(), foreign: true });
        assert_eq!(drawable("a\u{200B}b\u{202E}c\nd"), Drawable { text: "abc d".into(), foreign: false });
    }
}
