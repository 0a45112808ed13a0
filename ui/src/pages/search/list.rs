//! Who fits, by households; or why nobody is named.

use std::ops::Range;

use kakari_session::touch::Touch;
use kakari_session::view::{Answer, CandidateView, Search};

use super::card::{self, Form};
use super::{APART, FIELD};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Kind, Tone};
use crate::key::{Act, Key};
use crate::pages::{Laid, Space, notice};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const FORMS: [Form; 4] = [
    Form { kana: 60.0, name: 52.0, facts: 48.0, air: 18.0 },
    Form { kana: 56.0, name: 48.0, facts: 46.0, air: 18.0 },
    Form { kana: 52.0, name: 46.0, facts: 43.0, air: 12.0 },
    Form { kana: 48.0, name: 44.0, facts: 40.0, air: 6.0 },
];
/// Between a household's frame and its people.
const FRAME: f32 = 14.0;
const MOST_AIR: f32 = 34.0;
const TITLE: Type = Type::bold(40.0);

/// The button that shows other people of the list.
pub(super) struct Turn {
    pub(super) words: String,
}

/// The people who are shown, and the key to the others when not all are shown at once.
#[derive(Default)]
pub(super) struct List {
    pub(super) people: Vec<Key>,
    pub(super) turn: Option<Turn>,
}

/// Puts the list in a place.
pub(super) fn put(search: &Search, at: Rect, leaf: usize, space: Space, laid: &mut Laid) -> List {
    let mut y = at.y;
    if let Some(problem) = &search.notice {
        let block = notice::strip(problem, at.x, y, at.w, space);
        y += block.h + 14.0;
        laid.blocks.push(block);
    }
    let at = Rect { y, h: at.bottom() - y, ..at };
    if search.households.is_empty() {
        laid.blocks.push(nobody(search, at));
        return List::default();
    }
    let rows = Row::of(search);
    let under = |shown: &str| {
        let head = heading(search, at, shown).height + 8.0;
        Rect { y: at.y + head, h: at.h - head, ..at }
    };
    let mut room = under("");
    let (mut form, mut leaves) = fill(&rows, room);
    if leaves.len() > 1 {
        room = under(&range(&(0..rows.len()), space));
        (form, leaves) = fill(&rows, room);
    }
    let leaf = leaf.min(leaves.len() - 1);
    (laid.leaf, laid.leaves) = (leaf, leaves.len());
    let shown = if leaves.len() > 1 { range(&leaves[leaf], space) } else { String::new() };
    let head = heading(search, at, &shown);
    let top = head.height;
    laid.blocks.push(head.block(Rect { h: top, ..at }, Tone::Bare, &search.heading));
    let people = place(&rows, leaves[leaf].clone(), form, room, space, laid);
    List { people, turn: (leaves.len() > 1).then(|| turn(&leaves, leaf, space)) }
}

fn range(leaf: &Range<usize>, space: Space) -> String {
    let (first, last) = (leaf.start + 1, leaf.end);
    if first == last {
        return space.say(format!("{last}人目"), format!("No. {last}"));
    }
    space.say(format!("{first}〜{last}人目"), format!("{first} to {last}"))
}

fn turn(leaves: &[Range<usize>], leaf: usize, space: Space) -> Turn {
    let next = if leaf + 1 < leaves.len() { leaf + 1 } else { 0 };
    let word = if next == 0 { space.say("最初の", "First") } else { space.say("次の", "Next") };
    let count = leaves[next].len();
    let who = space.say(format!("{word}{count}人"), format!("{word} {count}"));
    Turn { words: format!("{who}\n{}", range(&leaves[next], space)) }
}

/// A person and the household around them.
struct Row<'a> {
    person: &'a CandidateView,
    title: &'a str,
    household: usize,
}

impl<'a> Row<'a> {
    fn of(search: &'a Search) -> Vec<Self> {
        let households = search.households.iter().enumerate();
        let row = |(household, one): (usize, &'a kakari_session::view::HouseholdView)| {
            one.people.iter().map(move |person| Row { person, title: &one.title, household }).collect::<Vec<_>>()
        };
        households.flat_map(row).collect()
    }

    fn framed(&self) -> bool {
        !self.title.is_empty()
    }

    /// Width for the words in a list so wide.
    fn room(&self, width: f32) -> f32 {
        width - 2.0 * card::PAD - if self.framed() { 2.0 * FRAME } else { 0.0 }
    }

    fn words(&self, form: Form, width: f32) -> Paint {
        card::paint(self.person, form, self.room(width))
    }

    fn height(&self, form: Form, width: f32) -> f32 {
        (self.words(form, width).height + form.air).max(FIELD)
    }
}

/// Height of a frame's head and foot.
fn head(row: &Row<'_>) -> f32 {
    if row.framed() { TITLE.line() + 6.0 } else { 0.0 }
}

fn foot(row: &Row<'_>) -> f32 {
    if row.framed() { FRAME } else { 0.0 }
}

/// The largest form that needs the fewest leaves and the fewest lines, and who is on each.
fn fill(rows: &[Row<'_>], room: Rect) -> (Form, Vec<Range<usize>>) {
    let lines = |form| rows.iter().map(|row| row.words(form, room.w).line_count()).sum::<usize>();
    let all = FORMS.map(|form| (form, leaves(rows, form, room)));
    let best = all.into_iter().min_by_key(|(form, leaves)| (leaves.len(), lines(*form)));
    best.unwrap_or((FORMS[0], vec![]))
}

/// A household that fits a leaf is not parted; one that does not is said to go on.
fn leaves(rows: &[Row<'_>], form: Form, room: Rect) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = vec![];
    let mut used = 0.0;
    for (at, row) in rows.iter().enumerate() {
        let begins = at == 0 || rows[at - 1].household != row.household;
        let household = rows.iter().filter(|one| one.household == row.household).count();
        let whole = high(&rows[at..at + if begins { household } else { 1 }], form, room.w);
        let alone = high(&rows[at..=at], form, room.w);
        let next = if begins { alone } else { row.height(form, room.w) };
        let fits = |more: f32| used + APART + more <= room.h;
        match out.last_mut() {
            Some(leaf) if fits(next) && (!begins || fits(whole) || whole > room.h) => {
                leaf.end = at + 1;
                used += APART + next;
            }
            _ => {
                out.push(at..at + 1);
                used = alone;
            }
        }
    }
    out
}

/// Height of people of one household with their frame.
fn high(rows: &[Row<'_>], form: Form, width: f32) -> f32 {
    let people: f32 = rows.iter().map(|row| row.height(form, width)).sum();
    people + (rows.len() as f32 - 1.0) * APART + rows.first().map_or(0.0, |row| head(row) + foot(row))
}

fn place(rows: &[Row<'_>], leaf: Range<usize>, form: Form, room: Rect, space: Space, laid: &mut Laid) -> Vec<Key> {
    let mut people = vec![];
    let mut y = room.y;
    let begins = |at: usize| at > 0 && rows[at - 1].household == rows[at].household;
    let continued = begins(leaf.start);
    let air = air(&rows[leaf.clone()], form, room);
    for (index, household) in rows[leaf].chunk_by(|a, b| a.household == b.household).enumerate() {
        let high = high(household, form, room.w) + household.len() as f32 * air;
        let framed = household[0].framed();
        if framed {
            laid.frames.push(Rect { y, h: high, ..room });
            let more = if index == 0 && continued { space.say("(続き)", " (continued)") } else { "" };
            laid.blocks.push(title(&format!("{}{more}", marked(household[0].title)), Rect { y: y + 4.0, ..room }));
        }
        let inset = if framed { FRAME } else { 0.0 };
        let mut top = y + head(&household[0]);
        for row in household {
            let h = row.height(form, room.w) + air;
            let at = Rect::new(room.x + inset, top, room.w - 2.0 * inset, h);
            people.push(person(row, form, at, room.w));
            top += h + APART;
        }
        y += high + APART;
    }
    people
}

/// What each card gets of the room that is left over.
fn air(rows: &[Row<'_>], form: Form, room: Rect) -> f32 {
    let households = rows.chunk_by(|a, b| a.household == b.household);
    let used: f32 = households.map(|one| high(one, form, room.w) + APART).sum::<f32>() - APART;
    ((room.h - used) / rows.len() as f32).clamp(0.0, MOST_AIR)
}

fn person(row: &Row<'_>, form: Form, at: Rect, width: f32) -> Key {
    let words = row.words(form, width);
    let mut paint = Paint::default();
    paint.put(card::PAD, (at.h - words.height) / 2.0, words);
    Key::new(&card::label(row.person), at, Act::Tell(Touch::Choose(row.person.index))).painted(paint).listed()
}

fn title(words: &str, at: Rect) -> Block {
    let mut paint = Paint::default();
    paint.text(24.0, 0.0, words, TITLE, Ink::Accent);
    paint.block(Rect { h: TITLE.line(), ..at }, Tone::Bare, words)
}

/// 「候補 8人」, which of them are shown, and what to do.
fn heading(search: &Search, at: Rect, shown: &str) -> Paint {
    let (big, small) = (Type::bold(56.0), Type::regular(42.0));
    let (heading, hint) = (marked(&search.heading), marked(&search.hint));
    let mut paint = Paint::default();
    paint.text(0.0, 0.0, &heading, big, Ink::Normal);
    let mut x = big.width(&heading) + 28.0;
    if !shown.is_empty() {
        let ty = Type::bold(48.0);
        paint.text(x, (big.line() - ty.line()) * 0.8, shown, ty, Ink::Accent);
        x += ty.width(shown) + 28.0;
    }
    if hint.is_empty() {
    } else if x + small.width(&hint) <= at.w {
        paint.text(x, (big.line() - small.line()) * 0.8, &hint, small, Ink::Secondary);
    } else {
        let (ty, lines) = fit::shrink(&hint, &[42.0, 40.0], false, at.w, 1);
        paint.lines(0.0, big.line() - 4.0, &lines.lines, ty, Ink::Secondary);
    }
    paint
}

/// Nobody is named: each reason looks unlike the others.
fn nobody(search: &Search, at: Rect) -> Block {
    let (tone, figure) = match search.answer {
        Answer::Asking | Answer::Found => (Tone::Bare, None),
        Answer::Mistyped => (Tone::Plain, Some((Kind::Triangle, Ink::Normal))),
        Answer::Searching => (Tone::Plain, None),
        Answer::TooMany => (Tone::AlertAmber, Some((Kind::Triangle, Ink::Normal))),
        Answer::Nobody => (Tone::Unknown, Some((Kind::Hatch, Ink::Normal))),
    };
    let inset = if tone == Tone::Bare { 0.0 } else { 36.0 };
    let left = inset + if figure.is_some() { 104.0 } else { 0.0 };
    let room = at.w - left - inset;
    let mut paint = Paint::default();
    if let Some((kind, ink)) = figure {
        paint.figure(inset, inset + 2.0, 76.0, kind, ink);
    }
    let (ty, lines) = fit::shrink(&marked(&search.heading), &[72.0, 64.0, 56.0], true, room, 1);
    let ink = if search.answer == Answer::Searching { Ink::Accent } else { Ink::Normal };
    let y = paint.lines(left, inset, &lines.lines, ty, ink) + 14.0;
    let (ty, lines) = fit::shrink(&marked(&search.hint), &[50.0, 46.0, 42.0], false, room, 6);
    paint.lines(left, y, &lines.lines, ty, Ink::Normal);
    let high = paint.height + inset;
    paint.block(Rect { h: high, ..at }, tone, &search.heading)
}
