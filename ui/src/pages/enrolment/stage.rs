//! What is to be done now: a way to choose, a code to type, something to wait for, an end.

use kakari_session::touch::{EnrolTouch, Touch};
use kakari_session::view::{EnrolmentStage, EnrolmentView, EnrolmentWay, Language};

use super::Band;
use crate::fit::{self, Type};
use crate::glass::{Ink, Tone};
use crate::key::{Act, Key};
use crate::pages::Laid;
use crate::pages::station::{APART, progress_panel};
use crate::paint::{Paint, Rect};
use crate::words::marked;

/// One way to enrol: the least and the most height, and how many stand in one column.
const WAY: (f32, f32) = (116.0, 240.0);
pub(super) const MOST: usize = 4;
const DETAIL: Type = Type::bold(44.0);
const FIELD: f32 = 110.0;
/// Letters beside each other, and the least and most height of one.
const ACROSS: usize = 8;
const LETTER: (f32, f32) = (112.0, 150.0);
/// What a code needs, at least.
pub(super) const CODE: f32 = FIELD + 4.0 * (LETTER.0 + APART) + APART;

pub(super) fn put(view: &EnrolmentView, at: Rect, band: &mut Band, laid: &mut Laid) {
    match &view.stage {
        EnrolmentStage::Choose(ways) => {
            put_ways(ways, at, laid);
            band.languages();
            band.leave();
        }
        EnrolmentStage::Code { typed, keys, can_submit } => {
            field(typed, Rect { h: FIELD, ..at }, band.look.language, laid);
            let under = FIELD + APART;
            letters(keys, Rect { y: at.y + under, h: at.h - under, ..at }, laid);
            band.key("最初に戻る", "Start over", EnrolTouch::Back);
            band.key("1字消す", "Erase", EnrolTouch::Erase);
            band.main("決定", "Enter", EnrolTouch::Submit, *can_submit);
        }
        EnrolmentStage::Working(progress) => {
            let paint = progress_panel(progress, at.w);
            let high = paint.height;
            laid.blocks.push(paint.block(Rect { h: high, ..at }, Tone::Plain, &progress.words));
        }
        EnrolmentStage::Stopped { can_retry } => {
            said(&view.prompt, Tone::AlertAmber, at, laid);
            band.key("最初に戻る", "Start over", EnrolTouch::Back);
            if *can_retry {
                band.key("終了", "Quit", EnrolTouch::Finish);
                band.main("再開", "Try again", EnrolTouch::Retry, true);
            } else {
                band.leave();
            }
        }
        EnrolmentStage::Ready => {
            said(&view.prompt, Tone::Confirmed, at, laid);
            band.main("終了", "Finish", EnrolTouch::Finish, true);
        }
    }
}

/// A few words, large.
fn said(words: &str, tone: Tone, at: Rect, laid: &mut Laid) {
    let (ty, lines) = fit::shrink(&marked(words), &[72.0, 64.0, 58.0], true, at.w - 80.0, 2);
    let mut paint = Paint::default();
    let mut y = 60.0;
    for line in &lines.lines {
        y = paint.text((at.w - ty.width(line)) / 2.0, y, line, ty, Ink::Normal);
    }
    laid.blocks.push(paint.block(Rect { h: y + 60.0, ..at }, tone, words));
}

/// One under the other; many stand in two columns.
fn put_ways(ways: &[EnrolmentWay], at: Rect, laid: &mut Laid) {
    let columns = if ways.len() > MOST { 2 } else { 1 };
    let rows = ways.len().div_ceil(columns).max(1) as f32;
    let wide = (at.w + APART) / columns as f32 - APART;
    let high = ((at.h + APART) / rows - APART).clamp(WAY.0, WAY.1);
    for (index, way) in ways.iter().enumerate() {
        let (column, row) = ((index % columns) as f32, (index / columns) as f32);
        let place = Rect::new(at.x + column * (wide + APART), at.y + row * (high + APART), wide, high);
        let (words, detail) = (marked(&way.words), marked(&way.detail));
        let under = fit::wrap(&detail, DETAIL, wide - 60.0).lines;
        let key = Key::new(&words, place, Act::Tell(Touch::Enrol(EnrolTouch::Way(index))));
        let key = if (under.len() + 1) as f32 * DETAIL.line() <= high - 20.0 {
            under.iter().fold(key, |key, line| key.under(line))
        } else {
            key.words(&format!("{words} {detail}"), 3)
        };
        laid.keys.push(key.enabled(way.enabled));
    }
}

/// Each group at its own place, so that nothing moves while it is typed.
fn field(typed: &str, at: Rect, language: Language, laid: &mut Laid) {
    let mut paint = Paint::default();
    let (ty, lines) = fit::shrink(&marked(typed), &[80.0, 72.0, 64.0, 56.0, 48.0], true, at.w - 40.0, 1);
    let mut y = (at.h - lines.lines.len() as f32 * ty.line()) / 2.0;
    for line in &lines.lines {
        y = paint.text((at.w - ty.width(line)) / 2.0, y, line, ty, Ink::Normal);
    }
    laid.blocks.push(paint.block(at, Tone::Plain, language.say("招待コード", "Invitation code")));
}

fn letters(keys: &[char], at: Rect, laid: &mut Laid) {
    let rows = keys.len().div_ceil(ACROSS).max(1) as f32;
    let wide = (at.w + APART) / ACROSS as f32 - APART;
    let high = ((at.h + APART) / rows - APART).clamp(LETTER.0, LETTER.1);
    for (index, letter) in keys.iter().enumerate() {
        let (column, row) = ((index % ACROSS) as f32, (index / ACROSS) as f32);
        let place = Rect::new(at.x + column * (wide + APART), at.y + row * (high + APART), wide, high);
        let act = Act::Tell(Touch::Enrol(EnrolTouch::Letter(*letter)));
        laid.keys.push(Key::new(&letter.to_string(), place, act));
    }
}
