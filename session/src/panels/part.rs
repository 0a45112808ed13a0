//! One block on its way into a panel, and blocks joined into one.

use kakari_record::display::{self, Words};
use kakari_record::language::Language;
use kakari_record::model::{Block, Origin, Stated, Subject, Summary};

use crate::view::{Panel, Row, Standing, Topic};

/// What a reader of the glass may see of a summary.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    pub(super) summary: &'a Summary,
    /// True after the second touch: 未告知 items too, marked.
    pub(super) unveiled: bool,
    pub(super) language: Language,
}

impl<'a> Sight<'a> {
    /// The items that may be seen.
    pub(super) fn seen<T: Stated>(self, block: &'a Block<T>) -> impl Iterator<Item = &'a T> {
        block.items().iter().filter(move |item| self.unveiled || !item.origin().untold)
    }

    pub(super) fn part<T: Stated>(
        self,
        subject: Subject,
        block: &'a Block<T>,
        words: impl Fn(&T, Language) -> Words,
    ) -> Part {
        let language = self.language;
        let items: Vec<Row> =
            self.seen(block).map(|item| row(words(item, language), item.origin(), language)).collect();
        let veiled = block.items().len() - items.len();
        let (standing, mut rows) = match (block, display::standing(subject, block, language)) {
            (Block::Known(_), _) | (_, None) => (Standing::Known, items),
            (Block::NoneConfirmed(_), Some(sentence)) => (Standing::NoneConfirmed, vec![sentence_row(sentence, false)]),
            (Block::NotRecorded, Some(sentence)) => (Standing::NotRecorded, vec![sentence_row(sentence, true)]),
            (Block::Unavailable(_), Some(sentence)) => (Standing::Unavailable, vec![sentence_row(sentence, true)]),
        };
        let known = if standing == Standing::Known { rows.len() } else { 0 };
        let disputes = self.summary.disputed.iter().filter(|dispute| dispute.subject == subject);
        rows.extend(disputes.map(|dispute| words_row(display::disputed(dispute, language))));
        let rest = self.summary.unlisted.iter().filter(|rest| rest.subject == subject);
        rows.extend(rest.map(|rest| words_row(display::unlisted(rest, language))));
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
fn row(words: Words, origin: &Origin, language: Language) -> Row {
    let others = display::also_stated(origin, language);
    let (differing, same): (Vec<_>, Vec<_>) =
        others.into_iter().zip(&origin.also).partition(|(_, other)| other.differs.is_some());
    let mut sub = words.sub.clone();
    for (line, _) in &differing {
        let otherwise = language.say(format!(" 別の記載 {line}"), format!("; another document: {line}"));
        sub = if sub.is_empty() { otherwise.trim_start_matches([';', ' ']).to_owned() } else { sub + &otherwise };
    }
    let mut said = display::origin(origin, language);
    for (line, _) in &same {
        said = format!("{said} / {line}");
    }
    let tag = if origin.untold { language.say("未告知", "Not told to patient") } else { "" };
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
pub(super) fn single(topic: Topic, part: Part, language: Language) -> Panel {
    let title = part.subject.title(language).to_owned();
    joined(topic, title, vec![part], language)
}

/// A panel of several blocks, the first of them leading. Anything known makes the panel known; the blocks that are not
/// keep their own rows, and those nobody spoke of share one line, so that nothing unsaid looks like "none".
pub(super) fn joined(topic: Topic, title: String, parts: Vec<Part>, language: Language) -> Panel {
    let known: usize = parts.iter().map(|part| part.known).sum();
    let veiled: usize = parts.iter().map(|part| part.veiled).sum();
    let standing = if known > 0 { Standing::Known } else { weakest_lead(&parts) };
    let footer = shared_origin(&parts);
    let count = if known > 0 { items(known, language) } else { String::new() };
    let (unsaid, said): (Vec<Part>, Vec<Part>) =
        parts.into_iter().partition(|part| part.standing == Standing::NotRecorded && part.rows.len() == 1);
    let mut rows: Vec<Row> = Vec::new();
    for part in said {
        let title = part.subject.title(language);
        let first = rows.len();
        rows.extend(part.rows);
        if part.standing == Standing::Unavailable {
            rows[first].main = format!("{title}{}{}", language.say(" ", ": "), rows[first].main);
        }
    }
    rows.extend(unsaid_row(&unsaid, rows.is_empty() && veiled == 0, language));
    Panel { topic, title, count, standing, rows, footer, veiled }
}

/// 「2件」, "2 items"
fn items(count: usize, language: Language) -> String {
    let english = if count == 1 { "1 item".to_owned() } else { format!("{count} items") };
    language.say(format!("{count}件"), english)
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
fn unsaid_row(unsaid: &[Part], alone: bool, language: Language) -> Option<Row> {
    if unsaid.is_empty() {
        return None;
    }
    let titles: Vec<&str> = unsaid.iter().map(|part| part.subject.title(language)).collect();
    let not_recorded = display::not_recorded(language);
    let sentence = if alone {
        not_recorded.to_owned()
    } else {
        language.say(format!("{} {not_recorded}", titles.join("・")), format!("{}: {not_recorded}", titles.join(", ")))
    };
    Some(sentence_row(sentence, true))
}
