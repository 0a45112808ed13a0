//! The words for rows that find no room: which they are, and where to find those that are not named.

use kakari_session::view::Language;

use crate::fit::{self, Type};
use crate::rows::Item;

/// Rows that find no room, and how to speak of them.
#[derive(Clone, Copy)]
pub(crate) struct Hidden<'a> {
    items: &'a [Item],
    /// 「件」, 「剤」; English counts without one.
    unit: &'static str,
    after: After,
    language: Language,
}

/// What stands before the names.
#[derive(Clone, Copy, PartialEq)]
enum After {
    Nothing,
    Rows,
    /// The end of a leaf.
    Leaf,
}

impl<'a> Hidden<'a> {
    /// Those after so many rows, which the details show.
    pub(crate) fn after(items: &'a [Item], rows: usize, unit: &'static str, language: Language) -> Self {
        let after = if rows > 0 { After::Rows } else { After::Nothing };
        Self { items: &items[rows..], unit, after, language }
    }

    /// Those on the next leaf.
    pub(crate) fn next(items: &'a [Item], language: Language) -> Self {
        Self { items, unit: "件", after: After::Leaf, language }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// 「ほか3剤」
    fn number(&self) -> String {
        let (count, unit) = (self.items.len(), self.unit);
        match self.after {
            After::Nothing => self.language.say(format!("{count}{unit}"), format!("{count}")),
            After::Rows => self.language.say(format!("ほか{count}{unit}"), format!("{count} more")),
            After::Leaf => self.language.say(format!("▼ 次に{count}{unit}"), format!("▼ Next {count}")),
        }
    }

    /// Where to find those that are not named.
    fn onward(&self) -> &'static str {
        if self.after == After::Leaf { "" } else { self.language.say("は詳細へ", " in Details") }
    }

    fn names(&self, count: usize) -> String {
        let names: Vec<&str> = self.items[..count].iter().map(|item| item.short.as_str()).collect();
        format!("{}: {}", self.number(), names.join(", "))
    }

    /// 「ほか3剤: アムロジピン, …」 in so many lines at most. `None` if not every name finds room.
    pub(crate) fn all_named(&self, ty: Type, width: f32, lines: usize) -> Option<Vec<String>> {
        let wrapped = fit::wrap(&self.names(self.items.len()), ty, width);
        (wrapped.lines.len() <= lines && wrapped.depth == fit::Depth::Phrase).then_some(wrapped.lines)
    }

    /// As many names as find room, and how many more there are; at least the number. Says how many are named.
    pub(crate) fn some_named(&self, ty: Type, width: f32, lines: usize) -> (usize, Vec<String>) {
        let (count, unit, onward) = (self.items.len(), self.unit, self.onward());
        let partly = (1..count.min(MOST_NAMED)).rev().find_map(|named| {
            let left = count - named;
            let rest = self.language.say(format!("残り{left}{unit}"), format!("{left} more"));
            let wrapped = fit::wrap(&format!("{}, {rest}{onward}", self.names(named)), ty, width);
            (wrapped.lines.len() <= lines && wrapped.depth == fit::Depth::Phrase).then_some((named, wrapped.lines))
        });
        partly.unwrap_or_else(|| (0, vec![format!("{}{onward}", self.number())]))
    }
}

/// More names than this in small letters help nobody, and looking for them takes time.
const MOST_NAMED: usize = 16;
