//! Who was chosen, without the birth date, and the year typed from what the crew was told or shown.

use kakari_session::touch::Touch;
use kakari_session::view::{BirthYear, CandidateView};

use super::search::card;
use super::{Laid, MARGIN, Space, bar, notice, pad};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Page, Tone};
use crate::key::{Act, Key};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const BAND: f32 = 176.0;
const NAMES: [f32; 9] = [100.0, 88.0, 76.0, 72.0, 64.0, 60.0, 54.0, 50.0, 44.0];

pub(super) fn lay(year: &BirthYear, space: Space) -> Laid {
    let mut laid = Laid { page: Page::BirthYear, ..Laid::default() };
    let (words, keys) = areas(space);
    let forms = FORMS.map(|form| column(year, form, words, space));
    let fits = |blocks: &&Vec<Block>| blocks.last().is_none_or(|last| last.y + last.h <= words.bottom());
    laid.blocks = forms.iter().find(fits).unwrap_or(&forms[FORMS.len() - 1]).clone();
    let open = !year.opening;
    laid.keys = pad::keys(keys, open, year.can_submit, space);
    put_band(space, words.w, &mut laid);
    laid
}

fn areas(space: Space) -> (Rect, Rect) {
    let top = bar::HEIGHT + 32.0;
    let band = space.h - 12.0 - BAND;
    if space.portrait() {
        let high = 4.0 * 180.0 + 3.0 * pad::APART;
        let pad = Rect::new((space.w - 860.0) / 2.0, band - 72.0 - high, 860.0, high);
        return (Rect::new(MARGIN + 40.0, top, space.inner() - 80.0, pad.y - top - 12.0), pad);
    }
    let pad = Rect::new(space.w - MARGIN - 800.0, top, 800.0, space.h - top - 12.0);
    (Rect::new(MARGIN + 32.0, top, space.w - 2.0 * MARGIN - 800.0 - 104.0, band - 16.0 - top), pad)
}

/// Sizes of the kana and the name at most, and how high the field is.
#[derive(Clone, Copy)]
struct Form {
    kana: f32,
    name: f32,
    field: f32,
    /// What went wrong may stand in a strip of smaller letters.
    strip: bool,
}

const FORMS: [Form; 5] = [
    Form { kana: 100.0, name: 72.0, field: 180.0, strip: false },
    Form { kana: 76.0, name: 60.0, field: 160.0, strip: false },
    Form { kana: 54.0, name: 50.0, field: 144.0, strip: false },
    Form { kana: 54.0, name: 50.0, field: 128.0, strip: true },
    Form { kana: 44.0, name: 44.0, field: 112.0, strip: true },
];

/// Who it is, what to do, what was typed, what went wrong: one under the other.
fn column(year: &BirthYear, form: Form, at: Rect, space: Space) -> Vec<Block> {
    let mut blocks = vec![];
    let mut y = at.y;
    let close = if form.strip { 0.5 } else { 1.0 };
    let mut put = |block: Block, gap: f32| {
        let next = block.y + block.h + gap * close;
        blocks.push(block);
        next
    };
    let who = who(&year.candidate, form, at.w);
    let h = who.height;
    y = put(who.block(Rect { y, h, ..at }, Tone::Bare, space.say("選んだ人", "Who was chosen")), 20.0);
    let mut prompt = Paint::default();
    let (ty, lines) = fit::shrink(&marked(&year.prompt), &[56.0, 52.0, 48.0], true, at.w, 2);
    let h = prompt.lines(0.0, 0.0, &lines.lines, ty, Ink::Accent);
    y = put(prompt.block(Rect { y, h, ..at }, Tone::Bare, &year.prompt), 14.0);
    y = put(field(&year.digits, Rect { y, h: form.field, ..at }, space), 20.0);
    if let Some(problem) = &year.notice {
        let high = if form.strip { at.bottom() - y } else { f32::MAX };
        put(notice::within(problem, Rect::new(at.x, y, at.w, high), space), 0.0);
    }
    blocks
}

fn who(candidate: &CandidateView, form: Form, width: f32) -> Paint {
    let sizes = |most: f32| NAMES.into_iter().filter(|size| *size <= most).collect::<Vec<_>>();
    let mut paint = Paint::default();
    let (kana, name) = (marked(&candidate.kana), marked(&candidate.name));
    let (ty, lines) = fit::shrink(&kana, &sizes(form.kana), true, width, 1);
    let mut y = paint.lines(0.0, 0.0, &lines.lines, ty, Ink::Normal);
    if name != kana {
        let (ty, lines) = fit::shrink(&name, &sizes(form.name), true, width, 1);
        y = paint.lines(0.0, y, &lines.lines, ty, Ink::Normal);
    }
    y += 6.0;
    let facts = [&candidate.sex_age, &candidate.town, &candidate.clinic].map(|text| marked(text));
    let size = if form.strip { 40.0 } else { 48.0 };
    let facts = facts.each_ref().map(|text| (text.as_str(), Type::regular(size), Ink::Secondary));
    card::runs(&facts, width, y, &mut paint);
    paint
}

/// Four places: what is typed stands here for everybody to see.
fn field(digits: &str, at: Rect, space: Space) -> Block {
    let ty = Type::bold(112.0);
    let mut paint = Paint::default();
    let mut x = 48.0;
    for place in digits.chars() {
        let text = place.to_string();
        paint.text(x + (96.0 - ty.width(&text)) / 2.0, (at.h - ty.line()) / 2.0, &text, ty, Ink::Normal);
        x += 108.0;
    }
    let small = Type::regular(64.0);
    paint.text(x + 16.0, (at.h - small.line()) / 2.0 + 14.0, space.say("年", ""), small, Ink::Secondary);
    paint.block(at, Tone::Plain, space.say("生まれた年", "Birth year"))
}

fn put_band(space: Space, width: f32, laid: &mut Laid) {
    let y = space.h - 12.0 - BAND;
    let wide = 340.0;
    let left = MARGIN + 32.0;
    let cancel = Rect::new(left, y, wide, BAND);
    let right = if space.portrait() { space.w - left } else { left + width };
    laid.keys.push(space.theme_key(Rect::new(right - 260.0, y, 260.0, BAND)));
    laid.keys.push(Key::new(space.say("やめる", "Cancel"), cancel, Act::Tell(Touch::Cancel)));
}
