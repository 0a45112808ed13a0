//! The top bar: vehicle, crew, time, age of the data.

use kakari_session::view::{Bar, Mark};

use super::{MARGIN, Space, is_blank};
use crate::fit::Type;
use crate::glass::{Block, Ink, Kind, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

pub(super) const HEIGHT: f32 = 56.0;
const SIZES: [f32; 5] = [40.0, 36.0, 32.0, 28.0, 24.0];
const APART: f32 = 44.0;
/// As large as the countdown is while the crew stands beside it.
const LARGE: f32 = 36.0;
/// And while the vehicle does.
const READABLE: f32 = 32.0;
/// Left and right of the countdown, inside its amber.
const PILL: f32 = 18.0;

pub(super) fn block(bar: &Bar, training: bool, space: Space) -> Block {
    let mut paint = Paint::default();
    if !is_blank(bar) || training {
        let fits = |bar: &Bar, size: &f32| width(bar, training, *size) <= space.inner();
        let size = SIZES.into_iter().find(|size| fits(bar, size));
        // The countdown is read before the names of the crew.
        let without = Bar { crew: String::new(), ..bar.clone() };
        match size {
            Some(size) if bar.break_glass.is_none() || size >= LARGE => fill(bar, training, size, space, &mut paint),
            Some(_) | None if bar.break_glass.is_some() => {
                let alone = Bar { vehicle: String::new(), ..without.clone() };
                let size = |bar: &Bar| SIZES.into_iter().find(|size| fits(bar, size)).unwrap_or(20.0);
                let shown = if size(&without) >= READABLE { &without } else { &alone };
                fill(shown, training, size(shown), space, &mut paint);
            }
            size => fill(bar, training, size.unwrap_or(20.0), space, &mut paint),
        }
    }
    paint.block(Rect::new(0.0, 0.0, space.w, HEIGHT), Tone::Bar, "状態バー")
}

fn lefts(bar: &Bar, training: bool) -> Vec<String> {
    let mut words = if training { vec!["訓練".to_owned()] } else { vec![] };
    words.extend([marked(&bar.vehicle), marked(&bar.crew)].into_iter().filter(|text| !text.is_empty()));
    words
}

fn width(bar: &Bar, training: bool, size: f32) -> f32 {
    let ty = Type::bold(size);
    let left: f32 = lefts(bar, training).iter().map(|text| ty.width(text) + APART).sum();
    let age = bar.data_age.as_ref().map_or(0.0, |(text, _)| ty.width(text) + size + 14.0 + APART);
    left + pill_width(bar, size) + ty.width(&bar.clock) + age
}

fn pill_width(bar: &Bar, size: f32) -> f32 {
    bar.break_glass.as_ref().map_or(0.0, |text| Type::bold(size).width(&marked(text)) + 2.0 * PILL + APART)
}

fn fill(bar: &Bar, training: bool, size: f32, space: Space, paint: &mut Paint) {
    let top = |ty: Type| (HEIGHT - ty.line()) / 2.0;
    let mut x = MARGIN;
    for (index, text) in lefts(bar, training).iter().enumerate() {
        let ty = Type { size, bold: training && index == 0 };
        let ink = if ty.bold { Ink::BarCaution } else { Ink::Bar };
        paint.text(x, top(ty), text, ty, ink);
        x += ty.width(text) + APART;
    }
    if let Some(text) = &bar.break_glass {
        let bold = Type::bold(size);
        paint.pill(Rect::new(x, 5.0, pill_width(bar, size) - APART, HEIGHT - 10.0));
        paint.text(x + PILL, top(bold), &marked(text), bold, Ink::OnAmber);
    }
    let ty = Type::regular(size);
    let mut right = space.w - MARGIN;
    if let Some((text, mark)) = &bar.data_age {
        let (kind, ink) = figure(*mark);
        right -= size * 0.8;
        paint.figure(right, (HEIGHT - size * 0.8) / 2.0, size * 0.8, kind, ink);
        right -= ty.width(text) + 14.0;
        paint.text(right, top(ty), text, ty, Ink::Bar);
        right -= APART;
    }
    let bold = Type::bold(size);
    paint.text(right - bold.width(&bar.clock), top(bold), &bar.clock, bold, Ink::Bar);
}

fn figure(mark: Mark) -> (Kind, Ink) {
    match mark {
        Mark::Good => (Kind::Check, Ink::BarGood),
        Mark::Caution => (Kind::Triangle, Ink::BarCaution),
        Mark::Bad => (Kind::Octagon, Ink::BarCaution),
        Mark::Unknown => (Kind::Hatch, Ink::Bar),
    }
}
