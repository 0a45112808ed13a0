//! One block on its way into a panel, and blocks joined into one.

use kakari_record::display::{self, Words};
use kakari_record::model::{Block, Origin, Stated, Subject, Summary};

use crate::view::{Panel, Row, Standing, Topic};

/// What a reader of the glass may see of a summary.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    pub(super) summary: &'a Summary,
    /// True after the second touch: 未告知 items too, marked.
    pub(super) unveiled: bool,
}

impl<'a> Sight<'a> {
    /// The items that may be seen.
    pub(super) fn seen<T: Stated>(self, block: &'a Block<T>) -> impl Iterator<Item = &'a T> {
        block.items().iter().filter(move |item| self.unveiled || !item.origin().untold)
    }

    pub(super) fn part<T: Stated>(self, subject: Subject, block: &'a Block<T>, words: impl Fn(&T) -> Words) -> Part {
        let items: Vec<Row> = self.seen(block).map(|item| row(words(item), item.origin())).collect();
        let veiled = block.items().len() - items.len();
        let (standing, mut rows) = match (block, display::standing(subject, block)) {
            (Block::Known(_), _) | (_, None) => (Standing::Known, items),
            (Block::NoneConfirmed(_), Some(sentence)) => (Standing::NoneConfirmed, vec![sentence_row(sentence, false)]),
            (Block::NotRecorded, Some(sentence)) => (Standing::NotRecorded, vec![sentence_row(sentence, true)]),
            (Block::Unavailable(_), Some(sentence)) => (Standing::Unavailable, vec![sentence_row(sentence, true)]),
        };
        let known = if standing == Standing::Known { rows.len() } else { 0 };
        let disputes = self.summary.disputed.iter().filter(|dispute| dispute.subject == subject);
        rows.extend(disputes.map(|dispute| words_row(display::disputed(dispute))));
        let rest = self.summary.unlisted.iter().filter(|rest| rest.subject == subject);
        rows.extend(rest.map(|rest| words_row(display::unlisted(rest))));
        Part { subject, standing, rows, known, veiled }
    }
}

/// One block on its way into a panel.
pub(super) struct Part {
    pub(super) subject: Subject,
    pub(super) standing: Standing,
    /// The items, or the one sentence of a value that is not known; then who says otherwise.
    pub(super) rows: Vec<Row>,
    /// How many of the rows are items.
    pub(super) known: usize,
    /// How many items are kept from the patient's eyes.
    veiled: usize,
}

/// What others say otherwise stands beside the item; who says the same, with its origin.
fn row(words: Words, origin: &Origin) -> Row {
    let others = display::also_stated(origin);
    let (differing, same): (Vec<_>, Vec<_>) =
        others.into_iter().zip(&origin.also).partition(|(_, other)| other.differs.is_some());
    let mut sub = words.sub.clone();
    for (line, _) in &differing {
        sub = format!("{sub} 別の記載 {line}").trim().to_owned();
    }
    let mut said = display::origin(origin);
    for (line, _) in &same {
        said = format!("{said} / {line}");
    }
    let tag = if origin.untold { "未告知" } else { "" };
    let differs = !differing.is_empty();
    Row { tag: tag.to_owned(), sub, origin: said, differs, ..words_row(words) }
}

/// A row of words alone.
fn words_row(words: Words) -> Row {
    Row {
        tag: String::new(),
        main: words.main,
        sub: words.sub,
        short: words.short,
        origin: String::new(),
        differs: false,
        unknown: words.unknown,
    }
}

pub(super) fn sentence_row(sentence: String, unknown: bool) -> Row {
    words_row(Words { short: sentence.clone(), main: sentence, sub: String::new(), unknown })
}

/// A panel of one block.
pub(super) fn single(topic: Topic, part: Part) -> Panel {
    let title = part.subject.title().to_owned();
    joined(topic, title, "件", vec![part])
}

/// A panel of several blocks, the first of them leading. Anything known makes the panel known; the blocks that are not
/// keep their own rows, and those nobody spoke of share one line, so that nothing unsaid looks like "none".
pub(super) fn joined(topic: Topic, title: String, unit: &str, parts: Vec<Part>) -> Panel {
    let known: usize = parts.iter().map(|part| part.known).sum();
    let veiled: usize = parts.iter().map(|part| part.veiled).sum();
    let standing = if known > 0 { Standing::Known } else { weakest_lead(&parts) };
    let footer = shared_origin(&parts);
    let count = if known > 0 { format!("{known}{unit}") } else { String::new() };
    let (unsaid, said): (Vec<Part>, Vec<Part>) =
        parts.into_iter().partition(|part| part.standing == Standing::NotRecorded && part.rows.len() == 1);
    let mut rows: Vec<Row> = Vec::new();
    for part in said {
        let title = part.subject.title();
        let first = rows.len();
        rows.extend(part.rows);
        if part.standing == Standing::Unavailable {
            rows[first].main = format!("{title} {}", rows[first].main);
        }
    }
    rows.extend(unsaid_row(&unsaid, rows.is_empty() && veiled == 0));
    Panel { topic, title, count, standing, rows, footer, veiled }
}

/// Who said it all; empty when the rows come from several, which the details name one by one.
fn shared_origin(parts: &[Part]) -> String {
    let mut origins =
        parts.iter().filter(|part| part.standing == Standing::Known).flat_map(|part| &part.rows[..part.known]);
    let first = origins.next().map(|row| row.origin.clone()).unwrap_or_default();
    if origins.all(|row| row.origin == first) { first } else { String::new() }
}

/// With nothing known the leading block speaks for the panel, but an unavailable part is never drawn as "none".
fn weakest_lead(parts: &[Part]) -> Standing {
    if parts.iter().any(|part| part.standing == Standing::Unavailable) {
        return Standing::Unavailable;
    }
    if parts.iter().any(|part| part.veiled > 0) {
        return Standing::Known;
    }
    parts.first().map_or(Standing::NotRecorded, |part| part.standing)
}

/// 「未記録(なしではありません)」 for the whole panel, or naming the blocks that it is true of.
fn unsaid_row(unsaid: &[Part], alone: bool) -> Option<Row> {
    if unsaid.is_empty() {
        return None;
    }
    let titles: Vec<&str> = unsaid.iter().map(|part| part.subject.title()).collect();
    let sentence = if alone {
        display::NOT_RECORDED.to_owned()
    } else {
        format!("{} {}", titles.join("・"), display::NOT_RECORDED)
    };
    Some(sentence_row(sentence, true))
}
