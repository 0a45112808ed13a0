//! No word is cut: every text as the shaper set it stands inside its block or key, and nothing lies over another.

use i_slint_backend_testing::ElementHandle;
use kakari_preview::all;
use kakari_session::look::{TextSize, Theme};
use kakari_session::view::Language;

use crate::glass::{FULL, SMALL, TALL};
use crate::shown::{Shown, label_of};

/// Left, top, right, bottom.
type Edges = [f32; 4];

fn edges(element: &ElementHandle) -> Edges {
    let (at, size) = (element.absolute_position(), element.size());
    [at.x, at.y, at.x + size.width, at.y + size.height]
}

fn overlap(a: Edges, b: Edges) -> bool {
    const SLACK: f32 = 0.6;
    a[0] + SLACK < b[2] && b[0] + SLACK < a[2] && a[1] + SLACK < b[3] && b[1] + SLACK < a[3]
}

/// Line boxes are higher than letters: a little of them may stand out above and below.
fn holds(around: Edges, word: Edges) -> bool {
    let (aside, over) = (1.0, 4.0);
    word[0] >= around[0] - aside
        && word[2] <= around[2] + aside
        && word[1] >= around[1] - over
        && word[3] <= around[3] + over
}

/// The letters of a line box.
fn letters([left, top, right, bottom]: Edges) -> Edges {
    let lean = (bottom - top) * 0.2;
    [left, top + lean, right, bottom - lean]
}

fn check(size: (u32, u32), language: Language, text: TextSize) {
    let glass = Shown::new(size);
    let mut wrong = vec![];
    for preview in all(language) {
        glass.preview(&preview, Theme::Day, text);
        let named = |all: Vec<ElementHandle>| all.iter().map(|one| (label_of(one), edges(one))).collect::<Vec<_>>();
        let (panels, keys) = (named(glass.panels()), named(glass.keys()));
        let around: Vec<Edges> = panels.iter().chain(&keys).map(|(_, at)| *at).collect();
        let words = named(glass.words());
        let place = format!("{} {}", preview.name, preview.case.name());
        for (index, (panel, at)) in panels.iter().enumerate() {
            // A notice has its key inside; the dark lies over everything.
            let lies_over = |key: Edges| overlap(key, *at) && !holds(*at, key) && !preview.view.dim;
            let over = keys.iter().filter(|(_, key)| lies_over(*key));
            let over = over.chain(panels[index + 1..].iter().filter(|(_, other)| overlap(*other, *at)));
            wrong.extend(over.map(|(other, _)| format!("{place}: {other} over {panel}")));
        }
        for (index, (word, at)) in words.iter().enumerate() {
            if word.ends_with('…') || word.ends_with("...") {
                wrong.push(format!("{place}: {word} is cut short"));
            }
            if !word.trim().is_empty() && !around.iter().any(|block| holds(*block, *at)) {
                wrong.push(format!("{place}: {word} leaves its block, {at:?}"));
            }
            for (other, there) in &words[index + 1..] {
                if overlap(letters(*at), letters(*there)) {
                    wrong.push(format!("{place}: {word} over {other}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{language:?} at {size:?}, {text:?}:\n{}", wrong.join("\n"));
}

#[test]
fn no_word_is_cut_on_the_small_glass() {
    Language::ALL.into_iter().for_each(|language| check(SMALL, language, TextSize::Standard));
}

#[test]
fn no_word_is_cut_on_the_full_glass() {
    Language::ALL.into_iter().for_each(|language| check(FULL, language, TextSize::Standard));
}

#[test]
fn no_word_is_cut_on_upright_glass() {
    Language::ALL.into_iter().for_each(|language| check(TALL, language, TextSize::Standard));
}

#[test]
fn no_word_is_cut_where_letters_are_larger() {
    for text in [TextSize::Large, TextSize::Double] {
        Language::ALL.into_iter().for_each(|language| check(SMALL, language, text));
    }
}
