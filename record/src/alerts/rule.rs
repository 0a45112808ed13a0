//! The table of what fires an alert and what must not.

use std::sync::LazyLock;

use super::AlertKind;
use crate::codes;
use crate::formulary;
use crate::language::Language;
use crate::model::{Coded, Medicine};
use crate::table::{self, folded};

/// One row: when its pattern is found, its verdict is given for its kind.
struct Rule {
    kind: AlertKind,
    place: Place,
    /// Folded, except for codes.
    pattern: String,
    verdict: Verdict,
}

/// Where a pattern is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the beginning of the YJ code, or of what is known of it from another code.
    Yj,
    /// At the beginning of the ATC code.
    Atc,
    /// In the general name or the product's name.
    Name,
    /// In the product's name, form or usage.
    Form,
    /// In the name of a condition.
    Condition,
    /// In the name of a device.
    Device,
    /// In one thing that is said about an allergy.
    Reaction,
}

/// What a found pattern means. A row that takes back outweighs any number of rows that fire.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Raises the alert.
    Fires,
    /// Takes the alert back, and the class word with it.
    Never,
    /// Counts as not written: what fires is looked for in the rest of the words.
    Unsaid,
    /// Takes the alert back and leaves this class word: 「β遮断(点眼)」.
    Tagged(&'static str),
}

static RULES: LazyLock<Vec<Rule>> =
    LazyLock::new(|| table::rows(include_str!("../../../assets/tables/alerts.csv")).filter_map(read).collect());

fn read([kind, place, pattern, verdict, _source]: [&'static str; 5]) -> Option<Rule> {
    let place = match place {
        "yj" => Place::Yj,
        "atc" => Place::Atc,
        "name" => Place::Name,
        "form" => Place::Form,
        "condition" => Place::Condition,
        "device" => Place::Device,
        "reaction" => Place::Reaction,
        _ => return None,
    };
    let verdict = match verdict.split_once(' ') {
        None if verdict == "fires" => Verdict::Fires,
        None if verdict == "never" => Verdict::Never,
        None if verdict == "unsaid" => Verdict::Unsaid,
        Some(("tag", word)) => Verdict::Tagged(word),
        _ => return None,
    };
    let code = matches!(place, Place::Yj | Place::Atc);
    let pattern = if code { pattern.to_owned() } else { folded(pattern) };
    Some(Rule { kind: AlertKind::named(kind)?, place, pattern, verdict })
}

/// What the rules look at, folded once for all of them.
#[derive(Default)]
pub(super) struct Names {
    yj: String,
    atc: String,
    name: String,
    form: String,
    condition: String,
    device: String,
    reaction: String,
}

impl Names {
    /// A medicine, with the general name that the formulary knows for it.
    pub(super) fn of(medicine: &Medicine) -> Self {
        let known = formulary::drug_of(medicine).map(|drug| drug.generic);
        let all = |parts: &[Option<&str>]| folded(&parts.iter().flatten().copied().collect::<Vec<_>>().join("|"));
        let product = Some(medicine.product.text.as_str());
        let swallowed = ["錠", "カプセル"].iter().any(|form| medicine.product.text.contains(form));
        Self {
            yj: formulary::yj_of(&medicine.product).unwrap_or_default().to_owned(),
            atc: medicine.product.code_in(codes::ATC).unwrap_or_default().to_owned(),
            name: all(&[product, medicine.generic.as_deref(), known]),
            // What is swallowed stays what it is, whatever its usage says beside it: 「吸入薬と併用」.
            form: all(&[product, medicine.form.as_deref(), medicine.usage.as_deref().filter(|_| !swallowed)]),
            ..Self::default()
        }
    }

    pub(super) fn of_condition(name: &Coded) -> Self {
        Self { condition: without_unsaid(Place::Condition, &name.text), ..Self::default() }
    }

    pub(super) fn of_device(name: &Coded) -> Self {
        Self { device: folded(&name.text), ..Self::default() }
    }

    pub(super) fn of_reaction(words: &str) -> Self {
        Self { reaction: without_unsaid(Place::Reaction, words), ..Self::default() }
    }

    fn hold(&self, rule: &Rule) -> bool {
        let pattern = rule.pattern.as_str();
        match rule.place {
            Place::Yj => self.yj.starts_with(pattern),
            Place::Atc => self.atc.starts_with(pattern),
            Place::Name => self.name.contains(pattern),
            Place::Form => self.form.contains(pattern),
            Place::Condition => self.condition.contains(pattern),
            Place::Device => self.device.contains(pattern),
            Place::Reaction => self.reaction.contains(pattern),
        }
    }
}

/// Folded words without what a row says to take as not written, the longest first; 「。」 marks their end, so that a row can
/// tell 「は否定。」 from 「は否定できない」.
fn without_unsaid(place: Place, words: &str) -> String {
    let unsaid = RULES.iter().filter(|rule| rule.place == place && rule.verdict == Verdict::Unsaid);
    let mut patterns: Vec<&str> = unsaid.map(|rule| rule.pattern.as_str()).collect();
    patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.len()));
    patterns.iter().fold(folded(words) + "。", |words, pattern| words.replace(pattern, "|"))
}

/// The kinds of alert that the names raise, the worst first.
pub(super) fn kinds(names: &Names) -> Vec<AlertKind> {
    judged(names).filter(|(_, verdict)| *verdict == Verdict::Fires).map(|(kind, _)| kind).collect()
}

/// Whether a row takes this kind back, whatever else speaks for it.
pub(super) fn takes_back(names: &Names, kind: AlertKind) -> bool {
    RULES.iter().any(|rule| rule.kind == kind && rule.verdict == Verdict::Never && names.hold(rule))
}

/// The class word of the worst kind.
pub(super) fn tag(names: &Names, language: Language) -> Option<&'static str> {
    judged(names).find_map(|(kind, verdict)| match verdict {
        Verdict::Fires => kind.tag(language),
        Verdict::Tagged(word) => Some(language.say(word, english(word))),
        Verdict::Never | Verdict::Unsaid => None,
    })
}

/// The class words of the table.
fn english(word: &'static str) -> &'static str {
    match word {
        "β遮断(点眼)" => "beta blocker (eye drops)",
        "ステロイド(外用)" => "steroid (on skin)",
        "ステロイド(吸入)" => "steroid (inhaled)",
        "ステロイド(口腔用)" => "steroid (in mouth)",
        "ステロイド(点眼)" => "steroid (eye drops)",
        "ステロイド(点耳)" => "steroid (ear drops)",
        "ステロイド(点鼻)" => "steroid (nasal)",
        "ステロイド(腸)" => "steroid (bowel)",
        unknown => unknown,
    }
}

fn judged(names: &Names) -> impl Iterator<Item = (AlertKind, Verdict)> {
    AlertKind::ALL.into_iter().filter_map(|kind| {
        let found: Vec<Verdict> =
            RULES.iter().filter(|rule| rule.kind == kind && names.hold(rule)).map(|rule| rule.verdict).collect();
        let taken_back = found.iter().find(|verdict| matches!(verdict, Verdict::Never));
        let tagged = || found.iter().find(|verdict| matches!(verdict, Verdict::Tagged(_)));
        let fired = found.contains(&Verdict::Fires);
        fired.then(|| (kind, *taken_back.or_else(tagged).unwrap_or(&Verdict::Fires)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_row_of_the_table_is_lost() {
        let table = include_str!("../../../assets/tables/alerts.csv");
        for line in table::lines(table) {
            let cells: Vec<&str> = line.split(',').map(str::trim).collect();
            let whole = <[&str; 5]>::try_from(cells).ok().filter(|cells| !cells[2].is_empty() && !cells[4].is_empty());
            assert!(whole.and_then(read).is_some(), "not a rule: {line}");
        }
        assert_eq!(RULES.len(), table::lines(table).count());
    }

    #[test]
    fn each_class_word_of_the_table_has_an_english_one() {
        for rule in RULES.iter() {
            if let Verdict::Tagged(word) = rule.verdict {
                assert!(english(word).is_ascii(), "{word}");
            }
        }
    }
}
