//! One person of the list: kana and name, then what tells people apart. Nothing is left out of it.

use kakari_session::view::CandidateView;

use crate::fit::{self, Type};
use crate::glass::Ink;
use crate::paint::Paint;
use crate::words::marked;

/// Between two words of one line.
const BESIDE: f32 = 28.0;
/// Around the words.
pub(in crate::pages) const PAD: f32 = 22.0;

/// Sizes of kana, name and the rest.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Form {
    pub(in crate::pages) kana: f32,
    pub(in crate::pages) name: f32,
    pub(in crate::pages) facts: f32,
    /// Above and below the words, at least.
    pub(in crate::pages) air: f32,
}

pub(in crate::pages) type Part<'a> = (&'a str, Type, Ink);

/// Who it is, as high as it needs.
pub(in crate::pages) fn paint(person: &CandidateView, form: Form, width: f32) -> Paint {
    let mut paint = Paint::default();
    let (kana, name) = (marked(&person.kana), marked(&person.name));
    let name = if name == kana { String::new() } else { name };
    let names = [(kana.as_str(), Type::bold(form.kana), Ink::Normal), (&name, Type::bold(form.name), Ink::Normal)];
    let y = runs(&names, width, 0.0, &mut paint);
    let [sex_age, birth_date, town, clinic] =
        [&person.sex_age, &person.birth_date, &person.town, &person.clinic].map(|text| marked(text));
    let (bold, plain) = (Type::bold(form.facts), Type::regular(form.facts));
    let facts: [Part<'_>; 4] = [
        (&sex_age, bold, Ink::Normal),
        (&birth_date, bold, Ink::Normal),
        (&town, plain, Ink::Secondary),
        (&clinic, plain, Ink::Secondary),
    ];
    runs(&facts, width, y, &mut paint);
    paint
}

/// Everything of a person in one string.
pub(in crate::pages) fn label(person: &CandidateView) -> String {
    let CandidateView { kana, name, sex_age, birth_date, town, clinic, .. } = person;
    let words = [kana, name, sex_age, birth_date, town, clinic].map(String::as_str);
    words.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Words side by side, on the next line where they find no room, broken only where a line is too short for one.
pub(in crate::pages) fn runs(parts: &[Part<'_>], width: f32, mut y: f32, paint: &mut Paint) -> f32 {
    let mut line: Vec<(f32, Part<'_>)> = vec![];
    let mut x = 0.0;
    for part in parts.iter().filter(|part| !part.0.is_empty()) {
        let wide = part.1.width(part.0);
        if x > 0.0 && x + BESIDE + wide > width {
            y = flush(&mut line, y, paint);
            x = 0.0;
        }
        if wide > width {
            y = paint.lines(0.0, y, &fit::wrap(part.0, part.1, width).lines, part.1, part.2);
            continue;
        }
        let left = if x > 0.0 { x + BESIDE } else { 0.0 };
        line.push((left, *part));
        x = left + wide;
    }
    flush(&mut line, y, paint)
}

fn flush(line: &mut Vec<(f32, Part<'_>)>, y: f32, paint: &mut Paint) -> f32 {
    let high = line.iter().map(|(_, part)| part.1.line()).fold(0.0, f32::max);
    for (x, (text, ty, ink)) in line.drain(..) {
        paint.text(x, y + (high - ty.line()) * 0.75, text, ty, ink);
    }
    y + high
}
