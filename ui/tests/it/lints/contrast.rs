//! Every pair of a word, or shape, and its ground that really stands on the glass can be read, whoever reads it.

use std::collections::{BTreeMap, HashMap};

use kakari_preview::{Preview, all};
use kakari_session::look::{TextSize, Theme};
use kakari_session::view::Language;
use kakari_ui::fit::Type;
use kakari_ui::glass::{Block, Glass, Tone};
use slint::{Global, Model};

use super::colour::{Colour, SIGHTS, contrast};
use crate::glass::SMALL;
use crate::shown::{Picture, Shown, label_of};

/// What is asked of bold words where they warn or say who it is, of other words, of shapes and edges.
const CRITICAL: f32 = 7.0;
const OTHER: f32 = 4.5;
const SHAPE: f32 = 3.0;

/// Ink on ground, and what is asked of them: an example of where.
type Pairs = BTreeMap<(Colour, Colour, u32), String>;

/// A box in pixels.
#[derive(Clone, Copy)]
struct Spot {
    x: f32,
    y: f32,
    w: f32,
    h: f32,
}

fn read(theme: Theme) {
    let glass = Shown::new(SMALL);
    let mut pairs = Pairs::new();
    for mut preview in all(Language::Japanese) {
        // The edge of a card that is seen is there for a moment and may touch what it goes round.
        preview.view.card_seen = false;
        glass.preview(&preview, theme, TextSize::Standard);
        let picture = glass.picture();
        let blocks = Glass::get(glass.glass().window()).get_blocks();
        // What lies under the dark is not meant to be read.
        for block in blocks.iter().filter(|_| !preview.view.dim) {
            of_block(&glass, &picture, &block, &preview, &mut pairs);
        }
        of_keys(&glass, &picture, &preview, &mut pairs);
    }
    assert!(pairs.len() > 12, "only {} pairs were found", pairs.len());
    let mut wrong = vec![];
    for ((ink, ground, least), place) in &pairs {
        for sight in &SIGHTS {
            let least = *least as f32 / 10.0;
            let seen = contrast(*ink, *ground, sight);
            // A colour-blind eye is asked no more of than that words can be read.
            let least = if sight.name == "all cones" || sight.name == "grey" { least } else { least.min(OTHER) };
            if seen < least {
                wrong.push(format!("{ink:?} on {ground:?}: {seen:.2} < {least}, {}, {place}", sight.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{theme:?}:\n{}", wrong.join("\n"));
}

fn of_block(glass: &Shown, picture: &Picture, block: &Block, preview: &Preview, pairs: &mut Pairs) {
    let unit = glass.unit();
    let warns = matches!(block.tone, Tone::Red | Tone::Amber | Tone::AlertRed | Tone::AlertAmber | Tone::Banner);
    for line in block.lines.iter() {
        let wide = Type { size: line.size, bold: line.bold }.width(&line.text);
        let at = Spot { x: block.x + line.x, y: block.y + line.y, w: wide, h: line.h };
        let least = if warns && line.bold { CRITICAL } else { OTHER };
        let place = || format!("「{}」 on {} {}", line.text, preview.name, preview.case.name());
        take(picture, scaled(at, unit), least, place, pairs);
    }
    for figure in block.figures.iter() {
        let at = Spot { x: block.x + figure.x, y: block.y + figure.y, w: figure.size, h: figure.size };
        let place = || format!("{:?} on {} {}", figure.kind, preview.name, preview.case.name());
        take(picture, scaled(at, unit), SHAPE, place, pairs);
    }
}

/// The words of a key inside of its edge.
fn of_keys(glass: &Shown, picture: &Picture, preview: &Preview, pairs: &mut Pairs) {
    for key in glass.keys() {
        let (at, size) = (key.absolute_position(), key.size());
        let edge = 12.0 * glass.unit();
        let inside = Spot { x: at.x + edge, y: at.y + edge, w: size.width - 2.0 * edge, h: size.height - 2.0 * edge };
        let place = || format!("key {} on {} {}", label_of(&key), preview.name, preview.case.name());
        // A key that rests may be paler than one that acts, not unreadable.
        take(picture, inside, OTHER, place, pairs);
        if key.accessible_enabled().unwrap_or(true) && !preview.view.dim {
            let middle = at.y + size.height / 2.0;
            let pair = [at.x + 2.0 * glass.unit(), at.x - 2.0].map(|x| pixel(picture, x, middle));
            pairs
                .entry((pair[0], pair[1], (SHAPE * 10.0) as u32))
                .or_insert_with(|| format!("the edge of {}", place()));
        }
    }
}

fn pixel(picture: &Picture, x: f32, y: f32) -> Colour {
    let one = picture.as_slice()[y as usize * picture.width() as usize + x as usize];
    [one.r, one.g, one.b]
}

fn scaled(spot: Spot, unit: f32) -> Spot {
    Spot { x: spot.x * unit, y: spot.y * unit, w: spot.w * unit, h: spot.h * unit }
}

/// Keeps the ink of a box with each of its grounds: hatched ground has two.
fn take(picture: &Picture, spot: Spot, least: f32, place: impl Fn() -> String, pairs: &mut Pairs) {
    let Some((ink, grounds)) = ink_and_grounds(picture, spot) else { return };
    for ground in grounds {
        pairs.entry((ink, ground, (least * 10.0) as u32)).or_insert_with(&place);
    }
}

/// The commonest colour is ground, and so is any other that fills a tenth and is not the ink; the ink is what differs
/// most of what is more than a fringe.
fn ink_and_grounds(picture: &Picture, spot: Spot) -> Option<(Colour, Vec<Colour>)> {
    let (wide, high) = (picture.width() as usize, picture.height() as usize);
    let (left, right) = (spot.x.max(0.0) as usize, ((spot.x + spot.w) as usize).min(wide));
    let (top, bottom) = (spot.y.max(0.0) as usize, ((spot.y + spot.h) as usize).min(high));
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    for y in top..bottom {
        for run in picture.as_slice()[y * wide + left.min(right)..y * wide + right].chunk_by(|a, b| a == b) {
            *counts.entry([run[0].r, run[0].g, run[0].b]).or_default() += run.len();
        }
    }
    let all: usize = counts.values().sum();
    let (first, _) = counts.iter().max_by_key(|(_, count)| **count)?;
    let far = |colour: &Colour| contrast(*colour, *first, &SIGHTS[0]);
    let solid = counts.iter().filter(|(_, count)| **count * 250 >= all).map(|(colour, _)| colour);
    let ink = *solid.max_by(|a, b| far(a).total_cmp(&far(b)))?;
    if far(&ink) < 1.2 {
        return None;
    }
    let ground = |(colour, count): (&Colour, &usize)| {
        let is = colour == first || *count * 10 >= all;
        (is && contrast(ink, *colour, &SIGHTS[0]) > 2.0).then_some(*colour)
    };
    Some((ink, counts.iter().filter_map(|(colour, count)| ground((colour, count))).collect()))
}

#[test]
fn every_word_and_shape_can_be_read_by_day() {
    read(Theme::Day);
}

#[test]
fn every_word_and_shape_can_be_read_by_night() {
    read(Theme::Night);
}

#[test]
fn every_word_and_shape_can_be_read_in_red() {
    read(Theme::Red);
}
