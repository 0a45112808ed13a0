//! Plain horizontal bars: what it is on the left, how much on the right.

use kakari_session::view::{BarView, ChartView};

use super::leaf::Piece;
use crate::fit::{self, Type};
use crate::glass::{Ink, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const PAD: f32 = 24.0;
const AIR: f32 = 10.0;
const TITLE: Type = Type::bold(48.0);
const LABEL: Type = Type::regular(44.0);
const VALUE: Type = Type::bold(46.0);
const NOTE: Type = Type::regular(42.0);
/// A bar beside its words, and from bar to bar.
const BESIDE: (f32, f32) = (34.0, 64.0);
/// A bar under its words, and what is left free under it.
const UNDER: (f32, f32) = (20.0, 9.0);
/// Between label, bar and value.
const BETWEEN: f32 = 20.0;
/// A bar beside its words is not shorter; otherwise all stand under theirs.
const SHORTEST: f32 = 260.0;

/// A chart; one that is higher than this goes on in another panel.
pub(super) fn pieces(chart: &ChartView, wide: f32, high: f32) -> Vec<Piece> {
    let room = wide - 2.0 * PAD;
    let title = fit::wrap(&marked(&chart.title), TITLE, room).lines;
    let note = fit::wrap(&marked(&chart.note), NOTE, room).lines;
    let most = high - title.len() as f32 * TITLE.line() - note.len() as f32 * NOTE.line() - 2.0 * AIR - 8.0;
    let mut parts: Vec<Paint> = vec![Paint::default()];
    for row in rows(&chart.bars, room) {
        if parts.last().is_some_and(|part| part.height > 0.0 && part.height + row.height > most) {
            parts.push(Paint::default());
        }
        if let Some(part) = parts.last_mut() {
            let y = part.height;
            part.put(0.0, y, row);
        }
    }
    let last = parts.len() - 1;
    let panel = |(index, part): (usize, Paint)| {
        let mut paint = Paint::default();
        let mut y = paint.lines(PAD, AIR, &title, TITLE, Ink::Normal) + 4.0;
        let bars = part.height;
        paint.put(PAD, y, part);
        y += bars;
        if index == last {
            y = paint.lines(PAD, y + 4.0, &note, NOTE, Ink::Secondary);
        }
        paint.height = y + AIR;
        Piece::new(paint, wide, Tone::Plain, &chart.title)
    };
    parts.into_iter().enumerate().map(panel).collect()
}

/// One painting for each bar; all bars begin at one place and have one scale.
fn rows(bars: &[BarView], room: f32) -> Vec<Paint> {
    let widest = |wide: &dyn Fn(&BarView) -> f32| bars.iter().map(wide).fold(0.0, f32::max);
    let label = widest(&|bar| LABEL.width(&marked(&bar.label))) + BETWEEN;
    let value = widest(&|bar| VALUE.width(&marked(&bar.value))) + BETWEEN;
    let long = room - label - value;
    let row = |bar| if long >= SHORTEST { beside(bar, label, long, room) } else { under(bar, room) };
    bars.iter().map(row).collect()
}

fn beside(bar: &BarView, label: f32, long: f32, room: f32) -> Paint {
    let (mut paint, value, (thick, high)) = (Paint::default(), marked(&bar.value), BESIDE);
    paint.text(0.0, (high - LABEL.line()) / 2.0, &marked(&bar.label), LABEL, Ink::Normal);
    paint.text(room - VALUE.width(&value), (high - VALUE.line()) / 2.0, &value, VALUE, Ink::Normal);
    filled(Rect::new(label, (high - thick) / 2.0, long, thick), bar.permille, &mut paint);
    paint.height = high;
    paint
}

/// The value at the end of its label's last line, or under it.
fn under(bar: &BarView, room: f32) -> Paint {
    let (mut paint, value) = (Paint::default(), marked(&bar.value));
    let label = fit::wrap(&marked(&bar.label), LABEL, room).lines;
    let mut y = paint.lines(0.0, 0.0, &label, LABEL, Ink::Normal);
    let end = label.last().map_or(0.0, |line| LABEL.width(line));
    if label.is_empty() || end + BETWEEN + VALUE.width(&value) > room {
        y += VALUE.line();
    }
    paint.text(room - VALUE.width(&value), y - VALUE.line() + 1.0, &value, VALUE, Ink::Normal);
    filled(Rect::new(0.0, y + 2.0, room, UNDER.0), bar.permille, &mut paint);
    paint.height = y + 2.0 + UNDER.0 + UNDER.1;
    paint
}

/// A bar on its track; something is never drawn as nothing.
pub(super) fn filled(track: Rect, permille: u16, paint: &mut Paint) {
    paint.pill(track);
    if permille > 0 {
        let wide = track.w * f32::from(permille.min(1000)) / 1000.0;
        paint.fill(Rect { w: wide.max(4.0), ..track }, Ink::Accent);
    }
}
