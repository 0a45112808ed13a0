//! The top bar: vehicle, crew, time, link, battery, age of the data.

use kakari_session::view::{Bar, Mark};

use super::{MARGIN, Space, is_blank};
use crate::fit::Type;
use crate::glass::{Block, Ink, Kind, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

pub(super) const HEIGHT: f32 = 56.0;
const SIZES: [f32; 5] = [40.0, 36.0, 32.0, 28.0, 24.0];
const SMALLEST: f32 = 20.0;
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
        let size = |bar: &Bar| SIZES.into_iter().find(|size| width(bar, training, *size, space) <= space.inner());
        let shown = shown(bar, &|bar| size(bar).unwrap_or(SMALLEST));
        fill(&shown, training, size(&shown).unwrap_or(SMALLEST), space, &mut paint);
    }
    paint.block(Rect::new(0.0, 0.0, space.w, HEIGHT), Tone::Bar, space.say("状態バー", "Status bar"))
}

/// The parts that have room. Battery and link never make the others small; what is wrong with them may, a little. The
/// countdown is read before the names of the crew.
fn shown(bar: &Bar, size: &dyn Fn(&Bar) -> f32) -> Bar {
    let bare = Bar { battery: None, link: None, ..bar.clone() };
    if bare.break_glass.is_some() && size(&bare) < LARGE {
        let without = Bar { crew: String::new(), ..bare.clone() };
        let alone = Bar { vehicle: String::new(), ..without.clone() };
        return if size(&without) >= READABLE { without } else { alone };
    }
    // What has no room even in the smallest letters goes: first the crew, then the vehicle.
    if size(&bare) < SIZES[SIZES.len() - 1] && !(bar.crew.is_empty() && bar.vehicle.is_empty()) {
        let vehicle = if bar.crew.is_empty() { String::new() } else { bar.vehicle.clone() };
        return shown(&Bar { vehicle, crew: String::new(), ..bar.clone() }, size);
    }
    let wrong = |part: &Option<(String, Mark)>| part.clone().filter(|(_, mark)| *mark != Mark::Good);
    let battery = Bar { link: None, ..bar.clone() };
    let warned = Bar { battery: wrong(&bar.battery), link: None, ..bar.clone() };
    let room = |more: &Bar, least: f32| size(more) >= least.min(size(&bare));
    let whole = [bar.clone(), battery].into_iter().find(|more| room(more, LARGE));
    whole.or_else(|| Some(warned).filter(|more| room(more, SIZES[SIZES.len() - 1]))).unwrap_or(bare)
}

fn lefts(bar: &Bar, training: bool, space: Space) -> Vec<String> {
    let mut words = if training { vec![space.say("訓練", "DRILL").to_owned()] } else { vec![] };
    words.extend([marked(&bar.vehicle), marked(&bar.crew)].into_iter().filter(|text| !text.is_empty()));
    words
}

/// What stands right of the clock, each with its mark, from the left.
fn rights(bar: &Bar) -> impl DoubleEndedIterator<Item = &(String, Mark)> {
    [&bar.link, &bar.battery, &bar.data_age].into_iter().flatten()
}

fn width(bar: &Bar, training: bool, size: f32, space: Space) -> f32 {
    let ty = Type::bold(size);
    let left: f32 = lefts(bar, training, space).iter().map(|text| ty.width(text) + APART).sum();
    let right: f32 = rights(bar).map(|(text, _)| ty.width(text) + size + 14.0 + APART).sum();
    left + pill_width(bar, size) + ty.width(&bar.clock) + right
}

fn pill_width(bar: &Bar, size: f32) -> f32 {
    bar.break_glass.as_ref().map_or(0.0, |text| Type::bold(size).width(&marked(text)) + 2.0 * PILL + APART)
}

fn fill(bar: &Bar, training: bool, size: f32, space: Space, paint: &mut Paint) {
    let top = |ty: Type| (HEIGHT - ty.line()) / 2.0;
    let mut x = MARGIN;
    for (index, text) in lefts(bar, training, space).iter().enumerate() {
        let ty = Type { size, bold: training && index == 0 };
        let ink = if ty.bold { Ink::BarCaution } else { Ink::Bar };
        paint.text(x, top(ty), text, ty, ink);
        x += ty.width(text) + APART;
    }
    if let Some(text) = &bar.break_glass {
        let bold = Type::bold(size);
        paint.pill(Rect::new(x, 5.0, pill_width(bar, size) - APART, HEIGHT - 10.0));
        paint.text(x + PILL, top(bold), &marked(text), bold, Ink::OnPill);
    }
    let ty = Type::regular(size);
    let mut right = space.w - MARGIN;
    for (text, mark) in rights(bar).rev() {
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
