//! The strip of alerts under the banner: shape, word, and what it was read from.
//!
//! No chip is ever left out. Where the rows are few, reasons go from the end of the list first, and those that
//! change what a hand does (which arm, which drug) last of all; the first section of the details has every one.

use kakari_session::view::AlertChip;

use super::{GAP, MARGIN, Space};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Kind, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const HEIGHT: f32 = 60.0;
const LABEL: Type = Type::bold(42.0);
const REASON: Type = Type::regular(40.0);
const FIGURE: f32 = 38.0;
const PAD: f32 = 14.0;
/// Between two chips.
const APART: f32 = GAP + 2.0;
/// Between two rows.
const BETWEEN: f32 = GAP - 2.0;
/// In the label of an alert that says too little without its reason.
const TELLING: [&str; 14] = [
    "アナフィラキシー",
    "アレルギー",
    "禁忌",
    "透析",
    "妊娠",
    "感染",
    "意思疎通",
    "naphyla",
    "llerg",
    "ontraindic",
    "ialysis",
    "regnan",
    "nfect",
    "ommunic",
];

struct Chip {
    critical: bool,
    label: String,
    reason: Vec<String>,
}

impl Chip {
    fn new(alert: &AlertChip, with_reason: bool, space: Space) -> Self {
        let label = marked(&alert.label);
        let room = space.inner() - reason_at(&label) - PAD;
        let reason = if with_reason { marked(&alert.reason) } else { String::new() };
        Self { critical: alert.critical, label, reason: fit::wrap(&reason, REASON, room).lines }
    }

    fn width(&self) -> f32 {
        let widest = self.reason.iter().map(|line| REASON.width(line)).fold(0.0, f32::max);
        let end = if self.reason.is_empty() { reason_at(&self.label) - 16.0 } else { reason_at(&self.label) + widest };
        end + PAD + 2.0
    }

    fn height(&self) -> f32 {
        HEIGHT + (self.reason.len() as f32 - 1.0).max(0.0) * REASON.line()
    }

    fn block(&self, x: f32, y: f32) -> Block {
        let mut paint = Paint::default();
        let (kind, ink) = figure(self.critical);
        let tone = if self.critical { Tone::AlertRed } else { Tone::AlertAmber };
        paint.figure(PAD, (HEIGHT - FIGURE) / 2.0, FIGURE, kind, ink);
        paint.text(PAD + FIGURE + 12.0, (HEIGHT - LABEL.line()) / 2.0, &self.label, LABEL, Ink::Normal);
        let top = (HEIGHT - REASON.line()) / 2.0 + 1.0;
        paint.lines(reason_at(&self.label), top, &self.reason, REASON, Ink::Normal);
        paint.block(Rect::new(x, y, self.width(), self.height()), tone, &self.label)
    }
}

/// Where the reason begins.
fn reason_at(label: &str) -> f32 {
    PAD + FIGURE + 12.0 + LABEL.width(label) + 16.0
}

/// Octagon or triangle.
pub(super) fn figure(critical: bool) -> (Kind, Ink) {
    if critical { (Kind::Octagon, Ink::Red) } else { (Kind::Triangle, Ink::Normal) }
}

/// The strip laid out.
pub(super) struct Strip {
    pub(super) blocks: Vec<Block>,
    /// Where the next thing begins.
    pub(super) bottom: f32,
}

/// The chips from `y` down, in so many rows as long as only reasons must go for it; at the most in `most` units.
pub(super) fn lay(alerts: &[AlertChip], y: f32, space: Space, rows: u8, most: f32) -> Strip {
    let mut with_reason = vec![true; alerts.len()];
    loop {
        let chips: Vec<Chip> =
            alerts.iter().zip(&with_reason).map(|(alert, with)| Chip::new(alert, *with, space)).collect();
        let (places, height) = place(&chips, space);
        let next = (height > f32::from(rows) * (HEIGHT + BETWEEN))
            .then(|| last_reason(alerts, &with_reason, height > most))
            .flatten();
        let Some(at) = next else {
            let blocks = chips.iter().zip(places).map(|(chip, (x, top))| chip.block(x, y + top)).collect();
            return Strip { blocks, bottom: y + height };
        };
        with_reason[at] = false;
    }
}

/// Which reason goes next: the last that says little; the telling ones only when there is no room at all.
fn last_reason(alerts: &[AlertChip], with_reason: &[bool], at_any_price: bool) -> Option<usize> {
    let mut left = (0..alerts.len()).rev().filter(|at| with_reason[*at] && !alerts[*at].reason.is_empty());
    let telling = |at: &usize| TELLING.iter().any(|word| alerts[*at].label.contains(word));
    left.clone().find(|at| !telling(at)).or_else(|| left.next().filter(|_| at_any_price))
}

/// One row of chips.
struct Row {
    end: f32,
    high: f32,
}

/// Left and upper edge of each chip, and the height of all with the gap under them. Each stands in the first row
/// that has room for it.
fn place(chips: &[Chip], space: Space) -> (Vec<(f32, f32)>, f32) {
    let mut rows: Vec<Row> = Vec::new();
    let mut places = Vec::new();
    for chip in chips {
        let fits = |row: &Row| row.end + chip.width() <= space.w - MARGIN && row.high >= chip.height();
        let at = rows.iter().position(fits).unwrap_or(rows.len());
        if at == rows.len() {
            rows.push(Row { end: MARGIN, high: chip.height() });
        }
        places.push((rows[at].end, at));
        rows[at].end += chip.width() + APART;
    }
    let top = |at: usize| rows[..at].iter().map(|row| row.high + BETWEEN).sum::<f32>();
    let placed = places.into_iter().map(|(x, row)| (x, top(row))).collect();
    (placed, top(rows.len()))
}
