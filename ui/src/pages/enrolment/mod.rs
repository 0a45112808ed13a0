//! A tablet becomes one of a region: what has been verified on one side, what is to be done on the other.

mod stage;

use kakari_session::look::Look;
use kakari_session::touch::{EnrolTouch, Touch};
use kakari_session::view::{EnrolmentStage, EnrolmentView, Language, Mark, StateLine};

use super::station::{APART, CLOSE, Density, WIDE, card};
use super::{Laid, MARGIN, Space, bar, notice};
use crate::fit::{self, Type};
use crate::glass::{Ink, Page, Tone};
use crate::key::{Act, Key};
use crate::paint::{Paint, Rect};
use crate::words::marked;

/// The steps of a wide glass, beside a code and beside anything else.
const STEPS: (f32, f32) = (680.0, 1000.0);
/// The same where that many words would run under the keys.
const MANY_WORDS: f32 = 1280.0;
const TITLE: Type = Type::bold(64.0);
const PROMPT: Type = Type::regular(54.0);
const BAND: f32 = 176.0;

pub(super) fn lay(view: &EnrolmentView, look: Look, space: Space) -> Laid {
    let mut laid = Laid { page: Page::Enrolment, ..Laid::default() };
    let (top, bottom) = (bar::HEIGHT + 16.0, space.h - 12.0 - BAND - APART);
    let mut at = Rect::new(MARGIN, top, space.inner(), bottom - top);
    if let Some(problem) = &view.notice {
        let block = notice::strip(problem, at.x, at.y, at.w, space);
        at = below(at, at.y + block.h + 16.0);
        laid.blocks.push(block);
    }
    // Where it ended, the sentence that says so is the stage.
    let ended = matches!(view.stage, EnrolmentStage::Stopped { .. } | EnrolmentStage::Ready);
    let prompt = |at: Rect, laid: &mut Laid| {
        if ended { at } else { below(at, head(&view.prompt, PROMPT, Ink::Accent, at, laid)) }
    };
    let stage = if space.portrait() {
        let under = head(&view.title, TITLE, Ink::Normal, at, &mut laid);
        let at = prompt(below(at, under), &mut laid);
        let kept = if matches!(view.stage, EnrolmentStage::Code { .. }) { stage::CODE } else { at.h / 2.0 };
        below(at, steps(&view.steps, Rect { h: at.h - kept, ..at }, &mut laid) + APART)
    } else {
        let wide = match &view.stage {
            EnrolmentStage::Code { .. } => STEPS.0,
            EnrolmentStage::Choose(ways) if ways.len() > stage::MOST => STEPS.0,
            _ if high(&view.steps, STEPS.1, CLOSE) > at.h - TITLE.line() - 14.0 => MANY_WORDS,
            _ => STEPS.1,
        };
        let left = Rect { w: wide, ..at };
        let under = head(&view.title, TITLE, Ink::Normal, left, &mut laid);
        steps(&view.steps, below(left, under), &mut laid);
        prompt(Rect { x: at.x + wide + 40.0, w: at.w - wide - 40.0, ..at }, &mut laid)
    };
    let mut band = Band { look, space, used: 0, keys: vec![] };
    stage::put(view, stage, &mut band, &mut laid);
    laid.keys.push(space.theme_key(band.place(0)));
    laid.keys.append(&mut band.keys);
    laid
}

/// What is left of a place from this height on.
fn below(at: Rect, y: f32) -> Rect {
    Rect { y, h: at.bottom() - y, ..at }
}

/// What this is, or what is to be done; says where it ends.
fn head(words: &str, ty: Type, ink: Ink, at: Rect, laid: &mut Laid) -> f32 {
    let mut paint = Paint::default();
    let (ty, lines) = fit::shrink(&marked(words), &[ty.size, ty.size * 0.9, ty.size * 0.75], ty.bold, at.w, 1);
    paint.lines(0.0, 0.0, &lines.lines, ty, ink);
    let high = paint.height;
    laid.blocks.push(paint.block(Rect { h: high, ..at }, Tone::Bare, words));
    at.y + high + 14.0
}

/// How much of a glass they take.
fn high(steps: &[StateLine], wide: f32, density: Density) -> f32 {
    steps.iter().map(|step| card(step.into(), wide, density).height + density.gap).sum::<f32>() - density.gap
}

/// What was done and verified, what is not yet; says where it ends. Closer together where they would not fit.
fn steps(steps: &[StateLine], at: Rect, laid: &mut Laid) -> f32 {
    let density = if high(steps, at.w, WIDE) <= at.h { WIDE } else { CLOSE };
    let mut y = at.y;
    for step in steps {
        let paint = card(step.into(), at.w, density);
        let high = paint.height;
        let tone = if step.mark == Mark::Unknown { Tone::Unknown } else { Tone::Plain };
        laid.blocks.push(paint.block(Rect::new(at.x, y, at.w, high), tone, &step.label));
        y += high + density.gap;
    }
    y - density.gap
}

/// What tells the keys of one moment from those of another: a stick that is changed changes what a way leads to.
pub(super) fn keys_up(view: &EnrolmentView) -> String {
    match &view.stage {
        EnrolmentStage::Choose(ways) => ways.iter().map(|way| format!("{}\n{}\n", way.words, way.detail)).collect(),
        _ => String::new(),
    }
}

/// The keys under everything, from the right; day and night is the first from the left.
struct Band {
    look: Look,
    space: Space,
    used: u8,
    keys: Vec<Key>,
}

impl Band {
    fn place(&self, column: u8) -> Rect {
        self.space.slot(column, if self.space.portrait() { 4 } else { 5 }, 0)
    }

    fn key(&mut self, ja: &'static str, en: &'static str, touch: EnrolTouch) {
        self.used += 1;
        let words = self.look.language.say(ja, en);
        self.keys.push(Key::new(words, self.place(self.used), Act::Tell(Touch::Enrol(touch))));
    }

    /// Each language by its own name: who reads only one of them finds it.
    fn languages(&mut self) {
        for of in Language::ALL {
            self.used += 1;
            let key = Key::new(of.name(), self.place(self.used), Act::Tell(Touch::Speak(of)));
            self.keys.push(key.chosen(of == self.look.language));
        }
    }

    /// The one that goes on: at the far right.
    fn main(&mut self, ja: &'static str, en: &'static str, touch: EnrolTouch, enabled: bool) {
        let key = self.last(ja, en, touch);
        self.keys.push(key.primary().enabled(enabled));
    }

    /// Leaves the program before anything was done, in the place of the key that goes on.
    fn leave(&mut self) {
        let key = self.last("終了", "Quit", EnrolTouch::Finish);
        self.keys.push(key);
    }

    fn last(&self, ja: &'static str, en: &'static str, touch: EnrolTouch) -> Key {
        let place = self.place(if self.space.portrait() { 3 } else { 4 });
        Key::new(self.look.language.say(ja, en), place, Act::Tell(Touch::Enrol(touch)))
    }
}
