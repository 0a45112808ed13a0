//! The hand-over as a page of text.

use chrono::NaiveDate;

use super::{Chosen, Selection};
use crate::display;
use crate::language::Language;
use crate::model::{Subject, Summary};

/// 「引き継ぎ」 as the first line of every text.
const TITLE: &str = "救急サマリー(引き継ぎ)";
/// Over a text with 未告知 items.
const NOT_TO_BE_TOLD: &str = "【未告知】の印がある項目は、本人に伝えられていません。本人・家族に話さないでください";

/// The summary on a page of text, to paste or to print: every block, the words of the screens, dates absolute and relative.
pub fn text(summary: &Summary, today: NaiveDate) -> String {
    Chosen::of(summary, &Selection::everything_told()).text(today)
}

impl Chosen {
    /// As [`text`], of what was chosen.
    pub fn text(&self, today: NaiveDate) -> String {
        let mut lines = vec![TITLE.to_owned()];
        lines.extend(self.first_words());
        let plain = if self.untold() > 0 { display::plain_untold } else { display::plain };
        for line in plain(self.summary(), today) {
            // A block of one sentence takes one line, so that it all fits on a page.
            let sentence = line.strip_prefix("  ").filter(|line| !line.starts_with(['-', '?', '■', '▲', ' ']));
            match (sentence, lines.last_mut()) {
                (Some(sentence), Some(title)) if title.ends_with('】') => *title = format!("{title} {sentence}"),
                _ => lines.push(line),
            }
        }
        lines.extend(self.last_words());
        lines.join("\n") + "\n"
    }

    /// What is said before anything else: how the record was come by, which weighty sections are left out, and that 未告知
    /// items are in it.
    pub fn first_words(&self) -> Vec<String> {
        let mut words = self.provenance().lines();
        if !self.weighty().is_empty() {
            let titles = titles(self.weighty());
            words.push(format!("■ この引き継ぎに含めていません: {titles}。救急隊・本人・家族に確かめてください"));
        }
        words.extend((self.untold() > 0).then(|| NOT_TO_BE_TOLD.to_owned()));
        words
    }

    /// What is said behind everything else: how many 未告知 items were kept back.
    pub fn last_words(&self) -> Option<String> {
        (self.kept_back() > 0).then(|| format!("この文書に載せていない項目 {}件", self.kept_back()))
    }
}

fn titles(subjects: &[Subject]) -> String {
    subjects.iter().map(|subject| subject.title(Language::Japanese)).collect::<Vec<_>>().join("、")
}
