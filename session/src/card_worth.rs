//! What a card is worth, in words: proved, a number that anybody could copy, or only what was written on the card.

use chrono::{DateTime, Utc};
use kakari_record::audit::Access;
use kakari_record::display;

use crate::event::{CardCopyFacts, OpenRecord};
use crate::freshness::{self, Aging};
use crate::problem::Problem;
use crate::session::Session;
use crate::state::State;
use crate::view::{CardMark, Mark};

impl Session {
    /// What stands beside the name; no words once a genuine card was taken away, which each page says in its own.
    pub(crate) fn card_worth(&self, record: &OpenRecord, access: Access, present: bool) -> (Option<String>, CardMark) {
        match (access, &record.copy) {
            (Access::Search, _) => (Some(self.search_card_words()), CardMark::Gone),
            (Access::UnprovenCard, _) => {
                (Some(self.say("カード未認証", "Card not proven").to_owned()), CardMark::Unproven)
            }
            // How old it is stands in the bar, where the sync's age would mislead.
            (Access::CardCopy, _) | (_, Some(_)) => {
                (Some(self.say("カード内の写し", "Card copy").to_owned()), CardMark::Copy)
            }
            (Access::Card | Access::MacCard, None) if present => {
                (Some(self.say("カード ✓ 真正", "Card ✓ genuine").to_owned()), CardMark::Genuine)
            }
            (Access::Card | Access::MacCard, None) => (None, CardMark::Gone),
        }
    }

    /// What a crew has to know of it before it believes the words.
    pub(crate) fn worth_problem(&self, record: &OpenRecord, access: Access) -> Option<Problem> {
        match (access, &record.copy) {
            (Access::UnprovenCard, _) => Some(Problem::CardUnproven),
            (_, Some(copy)) => Some(Problem::CardCopy { region: copy.region_name(), age: self.copy_ago(copy) }),
            _ => None,
        }
    }

    /// Of an open copy, in the place where the bar tells when this tablet was synced: that says nothing of a copy.
    pub(crate) fn copy_age(&self) -> Option<(String, Mark)> {
        let copy = match &self.state {
            State::Check(check) => check.record.copy.as_ref(),
            State::Case(case) => case.record.copy.as_ref(),
            _ => None,
        }?;
        let mark = |now: DateTime<Utc>| self.doubted(freshness::mark(Aging::Information, copy.sealed_at, now));
        Some((self.copy_words(copy), self.ages.now().map_or(Mark::Unknown, mark)))
    }

    /// 「4日前(11/16) 西地域 さくら医院」: a copy of another region says whose it is, unless a notice does.
    pub(crate) fn information(&self, age: String, record: &OpenRecord, told: Option<&Problem>) -> String {
        let said = matches!(told, Some(Problem::CardCopy { .. }));
        let region = record.copy.as_ref().filter(|_| !said).and_then(|copy| copy.region_name());
        let parts = [Some(age.as_str()), region.as_deref(), record.summary.source.as_deref()];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// 「カード内の写し 4日前」
    fn copy_words(&self, copy: &CardCopyFacts) -> String {
        let age = self.copy_ago(copy);
        self.say(format!("カード内の写し {age}"), format!("Card copy, {age}"))
    }

    fn copy_ago(&self, copy: &CardCopyFacts) -> String {
        let now = self.ages.now().unwrap_or(copy.sealed_at);
        self.ago(display::data_age(copy.sealed_at, now, self.look.language))
    }
}
