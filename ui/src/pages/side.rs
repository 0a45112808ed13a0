//! A panel beside the critical ones: title and rows run on in lines, as many lines as it gets.

use kakari_session::view::{Language, Panel, Standing, Topic};

use super::GAP;
use crate::fit::Type;
use crate::flow::Flow;
use crate::glass::{Block, Ink, Kind, Tone};
use crate::hidden::Hidden;
use crate::paint::{Paint, Rect};
use crate::rows::Item;
use crate::words::marked;

const LINE: f32 = 56.0;
const PAD: f32 = 4.0;
/// Sizes of the names, the largest that fits is taken.
const SIZES: [f32; 3] = [48.0, 46.0, 44.0];
/// Before a name is left out.
const SMALL: [f32; 2] = [42.0, 40.0];
const SIDE: f32 = 18.0;
/// Left of the title, for the shape.
const FIGURE: f32 = 52.0;
const TITLE: Type = Type::bold(40.0);
const BOLD: Type = Type::bold(40.0);
/// Height of a tile.
pub(super) const TILE: f32 = 64.0;

pub(super) struct Side<'a> {
    panel: &'a Panel,
    items: Vec<Item>,
    width: f32,
    title: String,
    language: Language,
    /// Lines that show everything.
    pub(super) full: usize,
    /// Lines it gets.
    pub(super) lines: usize,
}

/// Height of panels one under the other with so many lines each.
pub(super) fn height(side: &[Side<'_>], lines: impl Fn(&Side<'_>) -> usize) -> f32 {
    let panels: f32 = side.iter().map(|one| lines(one) as f32 * LINE + 2.0 * PAD).sum();
    panels + (side.len() as f32 - 1.0).max(0.0) * GAP
}

/// Gives lines to the panels of a side, one at a time in order, while there is room.
pub(super) fn grant(side: &mut [Side<'_>], room: f32) {
    loop {
        let mut given = false;
        for index in 0..side.len() {
            if side[index].lines < side[index].full && height(side, |one| one.lines) + LINE <= room {
                side[index].lines += 1;
                given = true;
            }
        }
        if !given {
            return;
        }
    }
}

/// Places the panels of a side so that they fill its height.
pub(super) fn stretch(side: &[Side<'_>], at: Rect) -> Vec<Block> {
    let slack = (at.h - height(side, |one| one.lines)).max(0.0) / (side.len() as f32).max(1.0);
    let mut y = at.y;
    let mut blocks = Vec::new();
    for one in side {
        let h = one.lines as f32 * LINE + 2.0 * PAD + slack;
        blocks.push(one.block(Rect::new(at.x, y, at.w, h)));
        y += h + GAP;
    }
    blocks
}

impl<'a> Side<'a> {
    pub(super) fn new(panel: &'a Panel, width: f32, language: Language) -> Self {
        let phones = is_phones(panel);
        // Where there is only room for a word, it is the number, not the name.
        let item = |row| if phones { Item::of(row, language).by_main() } else { Item::of(row, language) };
        let items = panel.rows.iter().map(item).collect();
        let count = if phones { String::new() } else { marked(&panel.count) };
        let title = format!("{} {count}", side_title(panel.topic, language)).trim().to_owned();
        let mut side = Self { panel, items, width, title, language, full: 1, lines: 1 };
        side.full = SIZES.map(|size| side.flow(side.items.len(), None, size).count()).into_iter().min().unwrap_or(1);
        side
    }

    /// In the one line it gets, every name matters more than the whole title and the number of names.
    pub(super) fn line(panel: &'a Panel, width: f32, language: Language) -> Self {
        Self { title: short_title(panel.topic, language).to_owned(), ..Self::new(panel, width, language) }
    }

    fn onward(&self) -> &'static str {
        self.language.say("→詳細へ", "→ Details")
    }

    fn inner(&self) -> f32 {
        self.width - 2.0 * SIDE
    }

    fn flow(&self, rows: usize, more: Option<&[String]>, size: f32) -> Flow {
        let mut flow = Flow::new(self.inner(), FIGURE + TITLE.width(&self.title) + 22.0, FIGURE);
        for item in &self.items[..rows] {
            flow.item(item, size);
        }
        // A hidden row that says what nobody knows leaves its ground behind.
        if self.items[rows..].iter().any(|item| item.unknown) {
            let words = doubt(self.panel, self.language);
            flow.item(&Item { unknown: true, ..Item::plain(words, "", self.language) }, size * 0.9);
        }
        if let Some(words) = more {
            flow.words(&words.join(" "), Type::regular(44.0), Ink::Normal);
        }
        if self.panel.veiled > 0 {
            let veiled = self.panel.veiled;
            let words = self.language.say(format!("非表示{veiled}件は詳細へ"), format!("{veiled} hidden: see Details"));
            flow.words(&words, Type::regular(42.0), Ink::Normal);
        }
        flow
    }

    /// All names without the words beside them, and that there is more.
    fn names(&self, size: f32) -> Flow {
        let bare = |item: &Item| Item { sub: String::new(), ..item.clone() };
        let names = Self { items: self.items.iter().map(bare).collect(), title: self.title.clone(), ..*self };
        names.flow(names.items.len(), Some(&[self.onward().to_owned()]), size)
    }

    /// Who confirmed it is left to the details; that somebody did, and what nobody did, is not.
    fn short_sentences(&self, size: f32) -> Flow {
        // Up to the word that says so, never a word less: what is left of half a sentence says something else.
        let end = self.language.say("確認済)", "confirmed)");
        let short = |item: &Item| {
            let head = item.main.find(end).and_then(|at| item.main.get(..at + end.len())).unwrap_or(&item.main);
            let main = if item.unknown { &item.main } else { head };
            Item { main: main.to_owned(), ..item.clone() }
        };
        let sentences = Self { items: self.items.iter().map(short).collect(), title: self.title.clone(), ..*self };
        sentences.flow(sentences.items.len(), Some(&[self.onward().to_owned()]), size)
    }

    /// In a word what the sentences say. They are no items: nothing counts them.
    fn spoken(&self, size: f32, onward: &str) -> Flow {
        let mut flow = self.flow(0, None, size);
        if self.panel.standing != Standing::NoneConfirmed || !is_unsure(self.panel) {
            flow = Self { items: vec![], title: self.title.clone(), ..*self }.flow(0, None, size);
            flow.item(&Item::plain(word(self.panel.standing, self.language), "", self.language), size);
        }
        if !onward.is_empty() {
            flow.words(onward, Type::regular(40.0), Ink::Normal);
        }
        flow
    }

    /// As many rows as the lines hold, and the names of the others.
    fn fitted(&self) -> Flow {
        let sized = SIZES.map(|size| self.flow(self.items.len(), None, size));
        if let Some(whole) = sized.into_iter().find(|flow| flow.count() <= self.lines) {
            return whole;
        }
        let fits = |flow: &Flow| flow.count() <= self.lines;
        if self.panel.standing != Standing::Known {
            let short = SIZES.into_iter().chain(SMALL).map(|size| self.short_sentences(size)).find(fits);
            let spoken = || Some(self.spoken(SMALL[1], self.onward())).filter(fits);
            return short.or_else(spoken).unwrap_or_else(|| self.spoken(SMALL[1], ""));
        }
        if let Some(names) = SIZES.into_iter().chain(SMALL).map(|size| self.names(size)).find(fits) {
            return names;
        }
        let ty = Type::regular(44.0);
        let hidden = |rows: usize| Hidden::after(&self.items, rows, "件", self.language);
        let named = (0..self.items.len()).rev().find_map(|rows| {
            let words = hidden(rows).all_named(ty, self.inner() - FIGURE, self.lines)?;
            Some(self.flow(rows, Some(&words), SIZES[1])).filter(fits)
        });
        let counted = || {
            (0..self.items.len()).rev().find_map(|rows| {
                let room = self.inner() - FIGURE - TITLE.width(&self.title) - 26.0;
                let (_, words) = hidden(rows).some_named(ty, room, 1);
                Some(self.flow(rows, Some(&words), SIZES[1])).filter(fits)
            })
        };
        let count = self.items.len();
        let number = self.language.say(format!("{count}件は詳細へ"), format!("{count} in Details"));
        let number = || self.flow(0, Some(&[number]), SIZES[2]);
        let least = || self.flow(0, Some(&[self.onward().to_owned()]), SMALL[1]);
        named.or_else(counted).unwrap_or_else(|| Some(number()).filter(fits).unwrap_or_else(least))
    }

    fn block(&self, at: Rect) -> Block {
        let (kind, ink, tone, title_ink) = looks(self.panel);
        let flow = self.fitted();
        let top = (at.h - flow.count() as f32 * LINE) / 2.0;
        let mut paint = Paint::default();
        paint.figure(SIDE, top + (LINE - 38.0) / 2.0, 38.0, kind, ink);
        paint.text(SIDE + FIGURE, top + (LINE - TITLE.line()) / 2.0, &self.title, TITLE, title_ink);
        paint.put(SIDE, top, flow.paint(LINE));
        paint.block(at, tone, &self.panel.title)
    }
}

/// Only what kind of value a panel has, and how much of it; a part nobody knows stands on hatched ground.
pub(super) struct Tile<'a> {
    panel: &'a Panel,
    words: String,
    language: Language,
    /// Said after the words, with a shape of its own: 「一部不明」.
    doubt: &'static str,
}

const APART: f32 = 14.0;

impl<'a> Tile<'a> {
    pub(super) fn new(panel: &'a Panel, language: Language) -> Self {
        let unsure = is_unsure(panel);
        let words = match panel.standing {
            Standing::Known => counted(panel, language),
            Standing::NoneConfirmed if unsure => {
                format!("{}{}", doubt(panel, language), language.say("→詳細", " → Details"))
            }
            other => word(other, language).to_owned(),
        };
        let doubt = if unsure && panel.standing == Standing::Known { doubt(panel, language) } else { "" };
        Self { panel, words, language, doubt }
    }

    /// How wide it must be to say all it says.
    pub(super) fn width(&self) -> f32 {
        let doubt = if self.doubt.is_empty() { 0.0 } else { APART + 48.0 + BOLD.width(self.doubt) };
        self.start() + BOLD.width(&self.words) + doubt + SIDE
    }

    fn title(&self) -> &'static str {
        short_title(self.panel.topic, self.language)
    }

    /// Where the words begin.
    fn start(&self) -> f32 {
        SIDE + FIGURE + TITLE.width(self.title()) + APART
    }

    pub(super) fn block(&self, at: Rect) -> Block {
        let (kind, ink, tone, title_ink) = looks(self.panel);
        // There is no room for the sentences inside: the whole tile says that something is not known.
        let partly_none = self.panel.standing == Standing::NoneConfirmed && is_unsure(self.panel);
        let tone = if partly_none { Tone::Unknown } else { tone };
        let mut paint = Paint::default();
        let (y, middle) = ((at.h - TITLE.line()) / 2.0, (at.h - 38.0) / 2.0);
        paint.figure(SIDE, middle, 38.0, kind, ink);
        paint.text(SIDE + FIGURE, y, self.title(), TITLE, title_ink);
        let ty = if self.panel.standing == Standing::Known { Type::regular(40.0) } else { BOLD };
        paint.text(self.start(), y, &self.words, ty, Ink::Normal);
        if !self.doubt.is_empty() {
            let x = self.start() + ty.width(&self.words) + APART;
            paint.hatch(Rect::new(x - 6.0, 4.0, 48.0 + BOLD.width(self.doubt) + 12.0, at.h - 8.0));
            paint.figure(x, middle, 38.0, Kind::Hatch, Ink::Normal);
            paint.text(x + 48.0, y, self.doubt, BOLD, Ink::Normal);
        }
        paint.block(at, tone, &self.panel.title)
    }
}

/// 「5件」, 「5件 非表示1件」; what is kept from the patient's eyes is never left out without a word.
pub(super) fn counted(panel: &Panel, language: Language) -> String {
    let words = || language.say(format!("非表示{}件", panel.veiled), format!("+{} hidden", panel.veiled));
    let veiled = if panel.veiled > 0 { words() } else { String::new() };
    let count = marked(&panel.count);
    // English counts without a unit: its titles are long.
    let count = language.say(count.as_str(), count.split(' ').next().unwrap_or_default());
    format!("{count} {veiled}").trim().to_owned()
}

fn is_phones(panel: &Panel) -> bool {
    matches!(panel.topic, Topic::Doctors | Topic::Contacts) && panel.standing == Standing::Known
}

fn word(standing: Standing, language: Language) -> &'static str {
    match standing {
        Standing::Known => language.say("記録あり", "Recorded"),
        Standing::NoneConfirmed => language.say("なし(確認済)", "None (confirmed)"),
        Standing::NotRecorded => language.say("未記録", "Not recorded"),
        Standing::Unavailable => language.say("取得不可", "Unavailable"),
    }
}

/// Said in short of the rows that nobody knows.
fn doubt(panel: &Panel, language: Language) -> &'static str {
    if panel.standing == Standing::NoneConfirmed {
        language.say("一部未記録", "Partly not recorded")
    } else {
        language.say("一部不明", "Partly unknown")
    }
}

/// True when a row says that something is not known: such a panel is never drawn as confirmed.
pub(super) fn is_unsure(panel: &Panel) -> bool {
    panel.rows.iter().any(|row| row.unknown)
}

/// The same few words at the same place for every patient; the full title stands on the details page.
fn side_title(topic: Topic, language: Language) -> &'static str {
    match topic {
        Topic::Conditions => language.say("病名・既往", "Conditions"),
        Topic::Devices => language.say("機器・処置", "Devices"),
        Topic::Baseline => language.say("普段の状態", "Usual state"),
        other => short_title(other, language),
    }
}

/// For narrow places; the full title stands on the details page.
pub(super) fn short_title(topic: Topic, language: Language) -> &'static str {
    match topic {
        Topic::Allergies => language.say("アレルギー", "Allergies"),
        Topic::Medicines => language.say("薬", "Medicines"),
        Topic::Conditions => language.say("病名", "Conditions"),
        Topic::Devices => language.say("機器・処置", "Devices"),
        Topic::Baseline => language.say("普段", "Usual state"),
        Topic::Findings => language.say("感染症・検査", "Infections, labs"),
        Topic::Directives => language.say("事前指示", "Directive"),
        Topic::Doctors => language.say("かかりつけ", "Doctor"),
        Topic::Contacts => language.say("連絡先", "Contacts"),
    }
}

fn looks(panel: &Panel) -> (Kind, Ink, Tone, Ink) {
    match (panel.standing, panel.topic) {
        (Standing::Known, Topic::Doctors | Topic::Contacts) => (Kind::Phone, Ink::Accent, Tone::Plain, Ink::Accent),
        (Standing::Known, _) => (Kind::Dot, Ink::Accent, Tone::Plain, Ink::Accent),
        (Standing::NoneConfirmed, _) if is_unsure(panel) => (Kind::Hatch, Ink::Normal, Tone::Plain, Ink::Normal),
        (Standing::NoneConfirmed, _) => (Kind::Check, Ink::Good, Tone::Confirmed, Ink::Normal),
        (Standing::NotRecorded | Standing::Unavailable, _) => (Kind::Hatch, Ink::Normal, Tone::Unknown, Ink::Normal),
    }
}
