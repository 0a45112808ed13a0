//! The two panels that can kill: allergies under the red band, medicines under the amber one.
//!
//! Each has several settings from roomy to dense; the roomiest that shows every row is taken, and only when
//! the densest cannot, the last lines name what is hidden.

use kakari_session::view::{Language, Panel, Standing, Topic};

use super::side::counted;
use crate::fit::{self, Type};
use crate::flow::Flow;
use crate::glass::{Block, Ink, Kind, Tone};
use crate::hidden::Hidden;
use crate::paint::{Paint, Rect};
use crate::rows::{Item, Stack, stacked, tags_width};
use crate::words::marked;

pub(super) const BAND: f32 = 56.0;
const PAD: f32 = 22.0;

const ALLERGIES: [Stack; 2] = [
    Stack {
        main: &[72.0, 66.0, 60.0, 54.0],
        sub: 48.0,
        origin: 0.0,
        tag: 36.0,
        tags_wide: 0.0,
        beside: false,
        gap: 10.0,
    },
    Stack { main: &[66.0, 60.0, 54.0], sub: 44.0, origin: 0.0, tag: 34.0, tags_wide: 0.0, beside: true, gap: 4.0 },
];
const MEDICINES: [Stack; 2] = [
    Stack {
        main: &[54.0, 50.0, 46.0, 42.0],
        sub: 40.0,
        origin: 0.0,
        tag: 36.0,
        tags_wide: 0.0,
        beside: false,
        gap: 10.0,
    },
    Stack { main: &[50.0, 46.0, 42.0], sub: 36.0, origin: 0.0, tag: 34.0, tags_wide: 0.0, beside: true, gap: 2.0 },
];
/// Sizes of the names when they run on in lines.
const RUNNING: [f32; 4] = [60.0, 54.0, 48.0, 44.0];

/// From one line of names to the next where not all of them have room.
const DENSE: f32 = 48.0;
/// Names in small letters, and from one line of them to the next.
const NAMED: (Type, f32) = (Type::regular(40.0), 44.0);

/// One of the two panels, ready to be fitted.
pub(super) struct Critical<'a> {
    panel: &'a Panel,
    items: Vec<Item>,
    width: f32,
    language: Language,
}

impl<'a> Critical<'a> {
    pub(super) fn new(panel: &'a Panel, width: f32, language: Language) -> Self {
        let mut items: Vec<Item> = panel.rows.iter().map(|row| Item::of(row, language)).collect();
        if items.is_empty() && panel.veiled > 0 {
            let words = language.say("詳細に非表示の項目があります", "Hidden items: see Details");
            items.push(Item::plain(words, "", language));
        }
        Self { panel, items, width, language }
    }

    pub(super) fn topic(&self) -> Topic {
        self.panel.topic
    }

    /// The height at which everything is shown in the roomiest setting.
    pub(super) fn wish(&self) -> f32 {
        if self.panel.standing != Standing::Known {
            return self.words().height + 2.0 * PAD;
        }
        BAND + 16.0 + self.body(&self.styles()[0], self.items.len()).height
    }

    /// The height at which everything is shown in the densest setting of rows.
    pub(super) fn need(&self) -> f32 {
        if self.panel.standing != Standing::Known {
            return self.wish();
        }
        BAND + 16.0 + self.body(&self.styles()[1], self.items.len()).height
    }

    /// The panel at its place, nothing outside of it.
    pub(super) fn block(&self, at: Rect) -> Block {
        let (tone, band) = self.tone();
        let mut paint = Paint::default();
        if self.panel.standing == Standing::Known {
            self.head(&mut paint);
            let body = self.fitted(at.h - BAND - 8.0);
            paint.put(PAD, BAND + 5.0, body);
        } else {
            let words = self.words();
            let top = ((at.h - words.height) / 2.0).max(4.0);
            paint.put(PAD, top, words);
        }
        let mut block = paint.block(at, tone, &self.panel.title);
        block.band = band;
        block
    }

    fn tone(&self) -> (Tone, f32) {
        match (self.panel.standing, self.is_red()) {
            (Standing::Known, true) => (Tone::Red, BAND),
            (Standing::Known, false) => (Tone::Amber, BAND),
            (Standing::NoneConfirmed, _) => (Tone::Confirmed, 0.0),
            (Standing::NotRecorded | Standing::Unavailable, _) => (Tone::Unknown, 0.0),
        }
    }

    fn is_red(&self) -> bool {
        self.panel.topic == Topic::Allergies
    }

    fn inner(&self) -> f32 {
        self.width - 2.0 * PAD
    }

    /// Shape, title, count, and who confirmed it.
    fn head(&self, paint: &mut Paint) {
        let (kind, ink) = if self.is_red() { (Kind::Octagon, Ink::OnRed) } else { (Kind::Triangle, Ink::OnAmber) };
        paint.figure(PAD, (BAND - 42.0) / 2.0, 42.0, kind, ink);
        let x = PAD + 58.0;
        let count = counted(self.panel, self.language);
        let room = self.inner() - 58.0 - Type::bold(44.0).width(&count) - 28.0;
        let (title, lines) = fit::shrink(&marked(&self.panel.title), &[46.0, 42.0, 38.0], true, room, 1);
        let words = lines.lines.concat();
        paint.text(x, (BAND - title.line()) / 2.0, &words, title, ink);
        let count_type = Type::bold(44.0);
        let after = x + title.width(&words) + 28.0;
        paint.text(after, (BAND - count_type.line()) / 2.0, &count, count_type, ink);
        let (footer, small) = (marked(&self.panel.footer), Type::regular(38.0));
        let start = self.width - PAD - small.width(&footer);
        if start > after + count_type.width(&count) + 28.0 {
            paint.text(start, (BAND - small.line()) / 2.0, &footer, small, ink);
        }
        paint.height = BAND;
    }

    /// The three values that are not a list: title, then the words large.
    fn words(&self) -> Paint {
        let mut paint = Paint::default();
        let (kind, ink) = match self.panel.standing {
            Standing::NoneConfirmed => (Kind::Check, Ink::Good),
            _ => (Kind::Hatch, Ink::Normal),
        };
        paint.figure(0.0, 6.0, 44.0, kind, ink);
        let room = self.inner() - 62.0;
        let (ty, title) = fit::shrink(&marked(&self.panel.title), &[46.0, 42.0, 40.0], true, room, 1);
        let mut y = paint.lines(62.0, 0.0, &title.lines, ty, Ink::Normal) + 6.0;
        for item in &self.items {
            let top = y;
            let (ty, main) = fit::shrink(&item.main, &[60.0, 54.0, 50.0], true, self.inner(), 1);
            y = paint.lines(0.0, y, &main.lines, ty, Ink::Normal);
            let small = Type::regular(42.0);
            y = paint.lines(0.0, y, &fit::wrap(&item.sub, small, self.inner()).lines, small, Ink::Normal);
            if item.unknown && self.panel.standing == Standing::NoneConfirmed {
                paint.hatch(Rect::new(-8.0, top, self.inner() + 16.0, y - top));
            }
        }
        paint
    }

    fn styles(&self) -> [Stack; 2] {
        let styles = if self.is_red() { ALLERGIES } else { MEDICINES };
        styles.map(|style| Stack { tags_wide: tags_width(&self.items, style.tag), ..style })
    }

    fn unit(&self) -> &'static str {
        if self.is_red() { "件" } else { "剤" }
    }

    fn hidden<'b>(&'b self, items: &'b [Item], rows: usize) -> Hidden<'b> {
        Hidden::after(items, rows, self.unit(), self.language)
    }

    /// The first rows in one setting.
    fn body(&self, style: &Stack, rows: usize) -> Paint {
        let mut paint = Paint::default();
        for (index, item) in self.items[..rows].iter().enumerate() {
            let y = paint.height + if index > 0 { style.gap } else { 0.0 };
            if index > 0 && !self.is_red() {
                paint.rule(0.0, y - style.gap / 2.0 - 1.0, self.inner());
            }
            paint.put(0.0, y, stacked(item, style, self.inner()));
        }
        paint
    }

    /// True when this height names every allergy, or shows every medicine that carries a warning.
    pub(super) fn content(&self, height: f32) -> bool {
        let room = height - BAND - 8.0;
        if self.panel.standing != Standing::Known {
            return self.words().height <= height;
        }
        let whole = self.styles().iter().any(|style| self.body(style, self.items.len()).height <= room);
        whole || if self.is_red() { self.running(room).1 } else { self.rows(room).is_some() }
    }

    /// True when this height shows the full name of everything, with its tag if not its dose.
    pub(super) fn all_named(&self, height: f32) -> bool {
        self.content(height) || (self.panel.standing == Standing::Known && self.flowing(height - BAND - 8.0).is_some())
    }

    fn fitted(&self, height: f32) -> Paint {
        for style in self.styles() {
            let all = self.body(&style, self.items.len());
            if all.height <= height {
                return all;
            }
        }
        if self.is_red() {
            return self.running(height).0;
        }
        self.rows(height).unwrap_or_else(|| self.running(height).0)
    }

    /// Medicines: the rows that fit, then the names of the others; `None` when a row with a warning finds no room.
    fn rows(&self, height: f32) -> Option<Paint> {
        let style = self.styles()[1];
        let (ty, leading) = NAMED;
        let tagged = self.items.iter().take_while(|item| !item.tags.is_empty()).count();
        let heights: Vec<f32> = (0..=self.items.len()).map(|rows| self.body(&style, rows).height + 4.0).collect();
        let lines = |rows: usize| ((height - heights[rows]) / leading).floor().max(0.0) as usize;
        let most = (tagged.max(1)..self.items.len()).rev().find(|rows| lines(*rows) >= 1)?;
        let named = (tagged.max(1)..=most).rev().find_map(|rows| {
            let words = self.hidden(&self.items, rows).all_named(ty, self.inner(), lines(rows))?;
            Some((rows, words))
        });
        let (rows, words) =
            named.unwrap_or_else(|| (most, self.hidden(&self.items, most).some_named(ty, self.inner(), lines(most)).1));
        let mut paint = self.body(&style, rows);
        paint.rule(0.0, heights[rows] - 3.0, self.inner());
        small(heights[rows], &words, &mut paint);
        Some(paint)
    }

    /// Names running on in lines: with the words beside them, without, and at last not all of them.
    /// Says whether every name is there.
    fn running(&self, height: f32) -> (Paint, bool) {
        self.flowing(height).map_or_else(|| self.some(&self.names(), height), |paint| (paint, true))
    }

    fn names(&self) -> Vec<Item> {
        self.items.iter().map(|item| Item { sub: String::new(), ..item.clone() }).collect()
    }

    /// Every name in full, with its tag.
    fn flowing(&self, height: f32) -> Option<Paint> {
        let names = self.names();
        let reactions = self.language.say("反応は詳細へ", "Reactions: see Details");
        let doses = self.language.say("用法は詳細へ", "Doses: see Details");
        let more = vec![if self.is_red() { reactions } else { doses }.to_owned()];
        for (items, more) in [(&self.items, &vec![]), (&names, &more)] {
            for size in RUNNING {
                let flow = self.flow(items, more, size);
                if flow.count() as f32 * line(size) <= height {
                    return Some(flow.paint(line(size)));
                }
            }
        }
        None
    }

    /// As many names in full as leave room to name the others smaller, or as many of them as can be; the rest is counted.
    fn some(&self, names: &[Item], height: f32) -> (Paint, bool) {
        let best = (0..names.len()).filter_map(|rows| {
            let full =
                if rows > 0 { self.flow(&names[..rows], &[], RUNNING[3]).paint(DENSE) } else { Paint::default() };
            let lines = ((height - full.height) / NAMED.1).floor().max(0.0) as usize;
            let hidden = self.hidden(names, rows);
            let all = hidden.all_named(NAMED.0, self.inner(), lines).map(|words| (names.len() - rows, words));
            let (named, words) = all.unwrap_or_else(|| hidden.some_named(NAMED.0, self.inner(), lines));
            // A name in full weighs a little more than one in small letters.
            (words.len() <= lines).then_some((4 * rows + 3 * named, rows + named, full, words))
        });
        let Some((_, named, mut paint, words)) = best.max_by_key(|(weight, ..)| *weight) else {
            let (count, unit) = (names.len(), self.unit());
            let words = self.language.say(format!("{count}{unit}は詳細へ"), format!("{count} in Details"));
            let mut paint = Paint::default();
            // In next to no room the number comes as near to the band as letters may.
            small((height - NAMED.1).clamp(-8.0, 0.0), &[words], &mut paint);
            return (paint, false);
        };
        small(paint.height, &words, &mut paint);
        (paint, named == names.len())
    }

    fn flow(&self, items: &[Item], more: &[String], size: f32) -> Flow {
        let mut flow = Flow::new(self.inner(), 0.0, 0.0);
        for item in items {
            flow.item(item, size);
        }
        for words in more {
            flow.words(words, Type::regular(42.0), Ink::Normal);
        }
        flow
    }
}

/// Names in small letters from this height down.
fn small(y: f32, words: &[String], paint: &mut Paint) {
    let (ty, leading) = NAMED;
    for (index, line) in words.iter().enumerate() {
        paint.text(0.0, y + index as f32 * leading - 1.0, line, ty, Ink::Normal);
    }
    paint.height = y + words.len() as f32 * leading;
}

fn line(size: f32) -> f32 {
    Type::bold(size).line()
}
