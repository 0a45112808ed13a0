//! The strip of alerts under the banner: shape, word, and the reason where there is room for all reasons.
//!
//! The panels below name every reason again, so labels without reasons hide nothing.

use kakari_session::view::AlertChip;

use super::{GAP, MARGIN, Space};
use crate::fit::Type;
use crate::glass::{Block, Ink, Kind, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const HEIGHT: f32 = 60.0;
const LABEL: Type = Type::bold(42.0);
const REASON: Type = Type::regular(40.0);
const FIGURE: f32 = 38.0;
const PAD: f32 = 14.0;
/// Rows on a wide and on an upright glass.
const ROWS: (usize, usize) = (3, 4);

struct Chip {
    critical: bool,
    label: String,
    reason: String,
}

impl Chip {
    fn width(&self) -> f32 {
        let reason = if self.reason.is_empty() { 0.0 } else { 16.0 + REASON.width(&self.reason) };
        PAD + FIGURE + 12.0 + LABEL.width(&self.label) + reason + PAD + 2.0
    }

    fn block(&self, x: f32, y: f32) -> Block {
        let mut paint = Paint::default();
        let (kind, ink, tone) = if self.critical {
            (Kind::Octagon, Ink::Red, Tone::AlertRed)
        } else {
            (Kind::Triangle, Ink::Normal, Tone::AlertAmber)
        };
        paint.figure(PAD, (HEIGHT - FIGURE) / 2.0, FIGURE, kind, ink);
        let x_label = PAD + FIGURE + 12.0;
        paint.text(x_label, (HEIGHT - LABEL.line()) / 2.0, &self.label, LABEL, Ink::Normal);
        if !self.reason.is_empty() {
            let x_reason = x_label + LABEL.width(&self.label) + 16.0;
            paint.text(x_reason, (HEIGHT - REASON.line()) / 2.0 + 1.0, &self.reason, REASON, Ink::Normal);
        }
        paint.block(Rect::new(x, y, self.width(), HEIGHT), tone, &self.label)
    }
}

/// The chips from `y` down, and where the next thing begins.
pub(super) fn lay(alerts: &[AlertChip], y: f32, space: Space) -> (Vec<Block>, f32) {
    if alerts.is_empty() {
        return (vec![], y);
    }
    let full: Vec<Chip> = alerts.iter().map(|alert| chip(alert, true)).collect();
    let places = place(&full, space);
    let (chips, places) = if places.iter().all(|(_, row)| *row == 0) {
        (full, places)
    } else {
        let short = shortened(alerts, space);
        let places = place(&short, space);
        (short, places)
    };
    let rows = places.iter().map(|(_, row)| row + 1).max().unwrap_or(0);
    let top = |row: usize| y + row as f32 * (HEIGHT + GAP - 2.0);
    let blocks = chips.iter().zip(places).map(|(chip, (x, row))| chip.block(x, top(row))).collect();
    (blocks, top(rows))
}

fn chip(alert: &AlertChip, with_reason: bool) -> Chip {
    let reason = if with_reason { marked(&alert.reason) } else { String::new() };
    Chip { critical: alert.critical, label: marked(&alert.label), reason }
}

/// Labels only; if even those need too many rows, the last chip says how many more there are.
fn shortened(alerts: &[AlertChip], space: Space) -> Vec<Chip> {
    let most = if space.portrait() { ROWS.1 } else { ROWS.0 };
    for shown in (0..=alerts.len()).rev() {
        let mut chips: Vec<Chip> = alerts[..shown].iter().map(|alert| chip(alert, false)).collect();
        let hidden = alerts.len() - shown;
        if hidden > 0 {
            let critical = alerts[shown..].iter().any(|alert| alert.critical);
            chips.push(Chip { critical, label: format!("ほか{hidden}件は詳細へ"), reason: String::new() });
        }
        if place(&chips, space).iter().all(|(_, row)| *row < most) {
            return chips;
        }
    }
    vec![]
}

/// Left edge and row of each chip.
fn place(chips: &[Chip], space: Space) -> Vec<(f32, usize)> {
    let (mut x, mut row) = (MARGIN, 0);
    let mut places = Vec::new();
    for chip in chips {
        if x + chip.width() > space.w - MARGIN && x > MARGIN {
            (x, row) = (MARGIN, row + 1);
        }
        places.push((x, row));
        x += chip.width() + GAP + 2.0;
    }
    places
}
