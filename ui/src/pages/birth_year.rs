//! Who was chosen, without the birth date, and the year typed from what the crew was told or shown.

use kakari_session::touch::Touch;
use kakari_session::view::{BirthYear, CandidateView};

use super::search::card;
use super::{Laid, MARGIN, Space, bar, notice};
use crate::board::{Act, Key};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Page, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const APART: f32 = 28.0;
const BAND: f32 = 176.0;
const NAMES: [f32; 8] = [100.0, 88.0, 76.0, 72.0, 64.0, 60.0, 54.0, 50.0];

pub(super) fn lay(year: &BirthYear, space: Space) -> Laid {
    let mut laid = Laid { page: Page::BirthYear, can_dismiss: year.notice.is_some(), ..Laid::default() };
    let (words, pad) = areas(space);
    let forms = FORMS.map(|form| column(year, form, words));
    let fits = |blocks: &&Vec<Block>| blocks.last().is_none_or(|last| last.y + last.h <= words.bottom());
    laid.blocks = forms.iter().find(fits).unwrap_or(&forms[FORMS.len() - 1]).clone();
    put_pad(year, pad, &mut laid);
    put_band(space, words.w, &mut laid);
    laid
}

fn areas(space: Space) -> (Rect, Rect) {
    let top = bar::HEIGHT + 32.0;
    let band = space.h - 12.0 - BAND;
    if space.portrait() {
        let high = 4.0 * 180.0 + 3.0 * APART;
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
}

const FORMS: [Form; 3] = [
    Form { kana: 100.0, name: 72.0, field: 180.0 },
    Form { kana: 76.0, name: 60.0, field: 160.0 },
    Form { kana: 54.0, name: 50.0, field: 144.0 },
];

/// Who it is, what to do, what was typed, what went wrong: one under the other.
fn column(year: &BirthYear, form: Form, at: Rect) -> Vec<Block> {
    let mut blocks = vec![];
    let mut y = at.y;
    let mut put = |block: Block, gap: f32| {
        let next = block.y + block.h + gap;
        blocks.push(block);
        next
    };
    let who = who(&year.candidate, form, at.w);
    let h = who.height;
    y = put(who.block(Rect { y, h, ..at }, Tone::Bare, "選んだ人"), 20.0);
    let mut prompt = Paint::default();
    let (ty, lines) = fit::shrink(&marked(&year.prompt), &[56.0, 52.0, 48.0], true, at.w, 2);
    let h = prompt.lines(0.0, 0.0, &lines.lines, ty, Ink::Accent);
    y = put(prompt.block(Rect { y, h, ..at }, Tone::Bare, &year.prompt), 14.0);
    y = put(field(&year.digits, Rect { y, h: form.field, ..at }), 20.0);
    if let Some(problem) = &year.notice {
        put(notice::lay(problem, at.x, y, at.w, false).block, 0.0);
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
    let facts = facts.each_ref().map(|text| (text.as_str(), Type::regular(48.0), Ink::Secondary));
    card::runs(&facts, width, y, &mut paint);
    paint
}

/// Four places: what is typed stands here for everybody to see.
fn field(digits: &str, at: Rect) -> Block {
    let ty = Type::bold(112.0);
    let mut paint = Paint::default();
    let mut x = 48.0;
    for place in digits.chars() {
        let text = place.to_string();
        paint.text(x + (96.0 - ty.width(&text)) / 2.0, (at.h - ty.line()) / 2.0, &text, ty, Ink::Normal);
        x += 108.0;
    }
    paint.text(x + 16.0, (at.h - Type::regular(64.0).line()) / 2.0 + 14.0, "年", Type::regular(64.0), Ink::Secondary);
    paint.block(at, Tone::Plain, "生まれた年")
}

fn put_pad(year: &BirthYear, at: Rect, laid: &mut Laid) {
    let (wide, high) = ((at.w - 2.0 * APART) / 3.0, (at.h - 3.0 * APART) / 4.0);
    let place = |index: u8| {
        let (column, row) = (f32::from(index % 3), f32::from(index / 3));
        Rect::new(at.x + column * (wide + APART), at.y + row * (high + APART), wide, high)
    };
    let open = !year.opening;
    let mut put = |text: &str, index, touch, most| {
        let key = Key::new(text, text, place(index), Act::Tell(touch)).at_most(most);
        let filled = touch == Touch::SubmitPin && open && year.can_submit;
        laid.board.keys.push(key.enabled(open && (touch != Touch::SubmitPin || year.can_submit)).filled(filled));
    };
    for digit in [1, 2, 3, 4, 5, 6, 7, 8, 9, 0] {
        put(&digit.to_string(), if digit == 0 { 10 } else { digit - 1 }, Touch::Digit(digit), 92.0);
    }
    put("1字消す", 9, Touch::EraseDigit, 46.0);
    put("決定", 11, Touch::SubmitPin, 60.0);
}

fn put_band(space: Space, width: f32, laid: &mut Laid) {
    let y = space.h - 12.0 - BAND;
    let wide = 340.0;
    let left = MARGIN + 32.0;
    let cancel = Rect::new(left, y, wide, BAND);
    let right = if space.portrait() { space.w - left } else { left + width };
    laid.board.theme_at = Rect::new(right - 260.0, y, 260.0, BAND);
    laid.board.keys.push(Key::new("やめる", "やめる", cancel, Act::Tell(Touch::Cancel)));
}
