//! Measuring and breaking: the widths of the embedded face, and the places where a line may end.
//!
//! The embedded face has no kerning, so the sum of the advances is the width the shaper draws.

use crate::{fonts, parts::is_part, words::is_selector};

/// Size in units and weight of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type {
    /// Units (px at 1920×1200).
    pub size: f32,
    /// Real bold face.
    pub bold: bool,
}

impl Type {
    /// Regular weight.
    pub const fn regular(size: f32) -> Self {
        Self { size, bold: false }
    }

    /// Bold weight.
    pub const fn bold(size: f32) -> Self {
        Self { size, bold: true }
    }

    /// Height of a line.
    pub fn line(self) -> f32 {
        (self.size * 1.2).round()
    }

    /// Width of a text set on one line, in units.
    pub fn width(self, text: &str) -> f32 {
        let shown = text.chars().filter(|c| !is_selector(*c));
        shown.map(|c| fonts::advance(c, self.bold)).sum::<f32>() * self.size
    }
}

/// A text in lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrapped {
    /// None wider than asked.
    pub lines: Vec<String>,
    /// The deepest place a line had to be broken at.
    pub depth: Depth,
}

/// Where a line was broken, from harmless to last resort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// At spaces, after 「・」「、」, before an opening bracket.
    #[default]
    Phrase,
    /// After kana that end a phrase: 「USBケーブルを|確かめて」; after the hyphen of an English word.
    Particle,
    /// Between two kinds of letters: 「アセトアミノフェン|細粒」.
    Script,
    /// Before a part that many medicines' names share: 「ダビガトラン|エテキシラート」.
    Part,
    /// Anywhere: one word is wider than the line.
    Letter,
}

const DEPTHS: [Depth; 5] = [Depth::Phrase, Depth::Particle, Depth::Script, Depth::Part, Depth::Letter];

/// Breaks a text into lines no wider than `width`, at the mildest places that do.
pub fn wrap(text: &str, ty: Type, width: f32) -> Wrapped {
    let mut out = Wrapped::default();
    let mut line = String::new();
    fill(text, ty, width, 0, &mut line, &mut out);
    finish(&mut line, &mut out);
    out
}

/// The largest of the sizes at which the text keeps to so many lines without being split inside a word,
/// or the smallest size.
pub fn shrink(text: &str, sizes: &[f32], bold: bool, width: f32, lines: usize) -> (Type, Wrapped) {
    let mut last = (Type { size: 0.0, bold }, Wrapped::default());
    for size in sizes {
        let ty = Type { size: *size, bold };
        last = (ty, wrap(text, ty, width));
        if last.1.lines.len() <= lines && last.1.depth <= Depth::Particle {
            break;
        }
    }
    last
}

fn fill(text: &str, ty: Type, width: f32, level: usize, line: &mut String, out: &mut Wrapped) {
    for piece in pieces(text, DEPTHS[level]) {
        let both = format!("{line}{piece}");
        if ty.width(both.trim_end()) <= width {
            *line = both;
            continue;
        }
        out.depth = out.depth.max(if line.is_empty() { Depth::Phrase } else { DEPTHS[level] });
        let alone = ty.width(piece.trim_end()) <= width;
        if alone || level + 1 == DEPTHS.len() {
            finish(line, out);
            line.push_str(piece.trim_start());
        } else {
            if level == 0 {
                finish(line, out);
            }
            fill(piece, ty, width, level + 1, line, out);
        }
    }
}

fn finish(line: &mut String, out: &mut Wrapped) {
    let whole = line.trim();
    if !whole.is_empty() {
        out.lines.push(whole.to_owned());
    }
    line.clear();
}

/// The text cut at every place of that depth; nothing is lost.
fn pieces(text: &str, depth: Depth) -> Vec<&str> {
    let mut cuts = vec![0];
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    for pair in chars.windows(2) {
        let (before, (at, after)) = (pair[0].1, pair[1]);
        let begins_part = || is_part(&text[at..]);
        if may_part(before, after, depth) || (depth == Depth::Part && begins_part()) {
            cuts.push(at);
        }
    }
    cuts.push(text.len());
    cuts.windows(2).map(|ends| &text[ends[0]..ends[1]]).collect()
}

fn may_part(before: char, after: char, depth: Depth) -> bool {
    if after.is_whitespace()
        || is_selector(after)
        || "、。」』)）]】・ーンぁぃぅぇぉっゃゅょァィゥェォッャュョ,.%".contains(after)
    {
        return false;
    }
    let phrase = before.is_whitespace()
        || "・、。；」".contains(before)
        || "(（「【[".contains(after) && !"(（「【[".contains(before);
    match depth {
        Depth::Phrase => phrase,
        Depth::Particle => {
            phrase || (is_hiragana(before) && !is_hiragana(after)) || (before == '-' && after.is_ascii_lowercase())
        }
        Depth::Script | Depth::Part => phrase || script(before) != script(after),
        Depth::Letter => true,
    }
}

fn is_hiragana(c: char) -> bool {
    ('ぁ'..='ゟ').contains(&c)
}

fn script(c: char) -> u8 {
    match c {
        'ぁ'..='ゟ' => 1,
        'ァ'..='ヿ' | 'ｦ'..='ﾟ' => 2,
        '!'..='~' => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: Type = Type::bold(50.0);

    #[test]
    fn breaks_stand_where_a_reader_pauses() {
        let out = wrap("脳梗塞後遺症(2019) 左片麻痺", BODY, 500.0);
        assert_eq!(out.lines, ["脳梗塞後遺症(2019)", "左片麻痺"]);
        assert_eq!(out.depth, Depth::Phrase);
        let out = wrap("USBケーブルを確かめてください", BODY, 500.0);
        assert_eq!(out.lines, ["USBケーブルを", "確かめてください"]);
    }

    #[test]
    fn numbers_and_dates_stay_whole() {
        for text in ["2026/04/12 北町総合病院", "5,000単位 1日2回", "090-0000-5678 山田"] {
            let head = text.split(' ').next().unwrap_or_default();
            let out = wrap(text, BODY, BODY.width(head) + 1.0);
            assert_eq!(out.lines[0], head);
        }
    }

    #[test]
    fn english_is_broken_at_spaces_and_hyphens_and_never_inside_a_word() {
        let text = "Keep the card on the reader until the hand-over is written down";
        for width in [300.0, 420.0, 700.0] {
            let out = wrap(text, BODY, width);
            let whole =
                |line: &String| line.split([' ', '-']).all(|word| text.split([' ', '-']).any(|one| one == word));
            assert!(out.lines.iter().all(whole), "{:?}", out.lines);
            assert!(out.depth <= Depth::Particle && out.lines.len() > 1);
        }
        assert_eq!(wrap("Hand-over", BODY, BODY.width("Hand-")).lines, ["Hand-", "over"]);
    }

    #[test]
    fn no_line_is_wider_than_asked_and_no_letter_is_lost() {
        let text = "レボチロキシンナトリウム水和物錠50μg「ABC」1日1回 起床時・空腹時に服用(採血日を除く)";
        for width in [120.0, 200.0, 333.0, 640.0, 1000.0] {
            let out = wrap(text, BODY, width);
            assert!(out.lines.iter().all(|line| BODY.width(line) <= width), "{width}");
            let joined: String = out.lines.concat();
            assert_eq!(joined.replace(' ', ""), text.replace(' ', ""));
        }
    }

    #[test]
    fn a_medicine_is_broken_between_its_stem_and_its_salt() {
        let name = "ダビガトランエテキシラートメタンスルホン酸塩";
        let out = wrap(name, BODY, BODY.width(name) * 0.8);
        assert_eq!(out.lines, ["ダビガトランエテキシラート", "メタンスルホン酸塩"]);
        let out = wrap("アピキサバンアピキサバン", BODY, BODY.width("アピキサバンアピキサ") + 1.0);
        assert!(out.lines.iter().all(|line| !line.starts_with('ン')), "{:?}", out.lines);
    }

    #[test]
    fn a_long_word_is_made_smaller_before_it_is_split() {
        let (ty, out) = shrink("トラスツズマブエムタンシン", &[72.0, 60.0, 48.0], true, 640.0, 1);
        assert_eq!((ty.size, out.lines.len()), (48.0, 1));
    }
}
