//! Uses of break-glass, and whether somebody has looked at them. Nobody judges a use of whose crew they were; the tablet
//! cannot know whose finger it is, so neither does a crew of which one had a part in it.

use kakari_record::audit::review::{BreakGlassUse, Reviewed};
use kakari_record::audit::{AuditKind, BreakGlassEnd, ReviewVerdict};
use kakari_record::language::Language;

use crate::Effect;
use crate::session::Session;
use crate::state::State;
use crate::view::Mark;

use super::view::{ReviewRow, ReviewView};
use super::{StationPage, words};

impl Session {
    /// Written down first, and read back from there.
    pub(super) fn review(&mut self, sequence: u64, verdict: ReviewVerdict) -> Vec<Effect> {
        let State::Station(station) = &self.state else { return Vec::new() };
        if station.page != StationPage::Review || station.reviewing.is_some() {
            return Vec::new();
        }
        let uses = station.review.answer.as_deref().unwrap_or_default();
        let used = uses.iter().find(|used| used.sequence == sequence);
        let Some(reviewer) = used.and_then(|used| self.reviewer_of(used)).map(str::to_owned) else {
            return Vec::new();
        };
        let attempt = self.next_attempt();
        if let State::Station(station) = &mut self.state {
            (station.reviewing, station.problem) = (Some(attempt), None);
        }
        vec![self.audit_as(attempt, AuditKind::BreakGlassReviewed { sequence, verdict, reviewer })]
    }

    /// Who of the crew judges it: the first, if none of them had a part in it. What somebody else has judged stays theirs.
    fn reviewer_of(&self, used: &BreakGlassUse) -> Option<&str> {
        if used.crew.iter().any(|staff_id| self.is_signed_in(staff_id)) {
            return None;
        }
        let mut staff = self.crew.iter().map(|member| member.staff_id.as_str());
        match &used.reviewed {
            None => staff.next(),
            Some(reviewed) => staff.find(|staff_id| *staff_id == reviewed.reviewer),
        }
    }

    pub(super) fn review_view(&self, uses: &[BreakGlassUse]) -> ReviewView {
        let language = self.look.language;
        // Those that wait go first; within each the newest.
        let (waiting, seen): (Vec<_>, Vec<_>) = uses.iter().rev().partition(|used| used.reviewed.is_none());
        let (open, all) = (words::number(waiting.len() as u64), words::number(uses.len() as u64));
        let none = language.say("緊急閲覧はありません", "No emergency access on this tablet");
        ReviewView {
            heading: language.say(format!("未確認 {open}件・全 {all}件"), format!("{open} not reviewed, {all} in all")),
            rows: waiting.into_iter().chain(seen).map(|used| self.review_row(used)).collect(),
            empty: if uses.is_empty() { none.to_owned() } else { String::new() },
        }
    }

    fn review_row(&self, used: &BreakGlassUse) -> ReviewRow {
        let language = self.look.language;
        let (state, mark) = state(used.reviewed.as_ref(), language);
        let reason = words::reason(used.reason, language);
        ReviewRow {
            sequence: used.sequence,
            heading: format!("{} {reason}", words::clock(used.began, language)),
            figures: figures(used, language),
            crew: used.crew.join(language.say("・", ", ")),
            state,
            mark,
            can_judge: self.reviewer_of(used).is_some(),
        }
    }
}

fn state(reviewed: Option<&Reviewed>, language: Language) -> (String, Mark) {
    let Some(reviewed) = reviewed else { return (language.say("未確認", "Not reviewed").to_owned(), Mark::Caution) };
    let (found, mark) = match reviewed.verdict {
        ReviewVerdict::Justified => (language.say("妥当", "Justified"), Mark::Good),
        ReviewVerdict::Questioned => (language.say("要確認", "To be asked about"), Mark::Bad),
    };
    let (by, day) = (&reviewed.reviewer, words::short_day(reviewed.at));
    (language.say(format!("{found}({by} {day})"), format!("{found} ({by} {day})")), mark)
}

/// 「検索 3回・表示 2人・開いた記録 1件・12分・事案の終了」
fn figures(used: &BreakGlassUse, language: Language) -> String {
    let [searches, people, opened, extended] =
        [used.searches, used.people, used.opened.len() as u64, used.extended].map(words::number);
    let mut parts = vec![
        language.say(format!("検索 {searches}回"), format!("{searches} searches")),
        language.say(format!("表示 {people}人"), format!("{people} people named")),
        language.say(format!("開いた記録 {opened}件"), format!("{opened} records opened")),
    ];
    if used.extended > 0 {
        parts.push(language.say(format!("延長 {extended}回"), format!("extended {extended} times")));
    }
    match used.ended {
        None => parts.push(language.say("終わりの記録なし", "no end recorded").to_owned()),
        Some(ended) => {
            let minutes = ended.seconds.map(|seconds| words::number(seconds.div_ceil(60)));
            parts.extend(minutes.map(|minutes| language.say(format!("{minutes}分"), format!("{minutes} min"))));
            parts.push(end_words(ended.reason, language).to_owned());
        }
    }
    parts.join(language.say("・", ", "))
}

fn end_words(end: BreakGlassEnd, language: Language) -> &'static str {
    match end {
        BreakGlassEnd::ByCrew => language.say("乗務員が終了", "ended by the crew"),
        BreakGlassEnd::Expired => language.say("時間切れ", "time ran out"),
        BreakGlassEnd::CaseClosed => language.say("事案の終了", "case closed"),
        BreakGlassEnd::Locked => language.say("ロック", "locked"),
        BreakGlassEnd::Restarted => language.say("再起動", "restarted"),
        BreakGlassEnd::Limit => language.say("検索の上限", "search limit"),
    }
}
