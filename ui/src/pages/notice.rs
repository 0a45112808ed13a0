//! A problem: one sentence, one next step, and where a finger takes it away.

use kakari_session::view::{Mark, Notice};

use super::{MARGIN, Space, figure_of};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Tone};
use crate::key::Key;
use crate::paint::{Paint, Rect};
use crate::words::marked;

const BUTTON: (f32, f32) = (260.0, 176.0);
const PAD: f32 = 12.0;
/// Left of the words of a strip.
const FIGURE: f32 = 80.0;

/// A notice as high as it needs at this place; with a key if it may be taken away.
pub(super) struct Laid {
    pub(super) block: Block,
    pub(super) height: f32,
    pub(super) dismiss: Option<Key>,
}

pub(super) fn lay(notice: &Notice, x: f32, y: f32, w: f32, dismissable: bool, space: Space) -> Laid {
    let dismissable = dismissable && !notice.stays;
    let mut paint = Paint::default();
    let room = w - 2.0 * PAD - 96.0 - if dismissable { BUTTON.0 + PAD } else { 0.0 };
    let (sentence, step) = (marked(&notice.sentence), marked(&notice.next_step));
    let (big, sentence) = fit::shrink(&sentence, &[54.0, 50.0, 46.0], true, room, 1);
    let (small, step) = fit::shrink(&step, &[48.0, 44.0], false, room, 1);
    let words = sentence.lines.len() as f32 * big.line() + step.lines.len() as f32 * small.line();
    let height = (words + 2.0 * PAD).max(if dismissable { BUTTON.1 + 2.0 * PAD } else { 0.0 });
    let (kind, ink) = figure_of(notice.mark);
    paint.figure(PAD + 14.0, (height - 60.0) / 2.0, 60.0, kind, ink);
    let top = (height - words) / 2.0;
    let next = paint.lines(PAD + 96.0, top, &sentence.lines, big, Ink::Normal);
    paint.lines(PAD + 96.0, next, &step.lines, small, Ink::Normal);
    let at = Rect::new(x + w - PAD - BUTTON.0, y + (height - BUTTON.1) / 2.0, BUTTON.0, BUTTON.1);
    let dismiss = space.dismiss_key(notice, at).filter(|_| dismissable);
    let block = paint.block(Rect::new(x, y, w, height), tone_of(notice.mark), title(space));
    Laid { block, height, dismiss }
}

/// Over a patient's page, and how high it is. Its key stands in the band where there is room for six; else beside the
/// words.
pub(super) fn over_a_patient(notice: &Notice, y: f32, with_key: bool, space: Space, page: &mut super::Laid) -> f32 {
    if with_key && !notice.stays {
        let placed = lay(notice, MARGIN, y, space.inner(), true, space);
        page.blocks.push(placed.block);
        page.keys.extend(placed.dismiss);
        return placed.height;
    }
    let block = strip(notice, MARGIN, y, space.inner(), space);
    let high = block.h;
    page.blocks.push(block);
    high
}

/// Under other words: as large as it fits in a place, at least as a strip.
pub(super) fn within(notice: &Notice, at: Rect, space: Space) -> Block {
    let roomy = lay(notice, at.x, at.y, at.w, false, space);
    if roomy.height <= at.h { roomy.block } else { strip(notice, at.x, at.y, at.w, space) }
}

/// One line where it fits, over the summary; the button that takes it away stands in the band.
pub(super) fn strip(notice: &Notice, x: f32, y: f32, w: f32, space: Space) -> Block {
    let (sentence, step) = (marked(&notice.sentence), marked(&notice.next_step));
    let room = w - FIGURE - PAD;
    let beside = |size: &f32| Type::bold(*size).width(&sentence) + 32.0 + Type::regular(*size).width(&step) <= room;
    let mut paint = Paint::default();
    if let Some(size) = [50.0, 46.0, 42.0, 40.0].into_iter().find(beside) {
        let (big, small) = (Type::bold(size), Type::regular(size));
        paint.text(FIGURE, 8.0, &sentence, big, Ink::Normal);
        paint.text(FIGURE + big.width(&sentence) + 32.0, 8.0, &step, small, Ink::Normal);
    } else {
        let (big, sentence) = fit::shrink(&sentence, &[44.0, 40.0], true, room, 1);
        let (small, step) = fit::shrink(&step, &[42.0, 40.0], false, room, 1);
        let next = paint.lines(FIGURE, 2.0, &sentence.lines, big, Ink::Normal);
        paint.lines(FIGURE, next - 6.0, &step.lines, small, Ink::Normal);
        paint.height -= 6.0;
    }
    let height = paint.height + 8.0;
    let (kind, ink) = figure_of(notice.mark);
    paint.figure(PAD + 10.0, (height - 44.0) / 2.0, 44.0, kind, ink);
    paint.block(Rect::new(x, y, w, height), tone_of(notice.mark), title(space))
}

fn title(space: Space) -> &'static str {
    space.say("お知らせ", "Notice")
}

fn tone_of(mark: Mark) -> Tone {
    match mark {
        Mark::Good => Tone::Confirmed,
        Mark::Caution => Tone::AlertAmber,
        Mark::Bad => Tone::AlertRed,
        Mark::Unknown => Tone::Unknown,
    }
}
