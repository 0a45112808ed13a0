//! What a search prints: words for people, one JSON object for each answer with `--json`.

use kakari_session::view::{CandidateView, Notice, Search};
use serde_json::{Value, json};

use super::Outcome;
use crate::command::tap::{Sight, step_words, words};
use crate::output;
use crate::runner::Journal;

/// Who was named, or why nobody.
pub(super) fn answer(json: bool, place: usize, view: &Search, journal: &Journal) -> Outcome {
    let people = || view.households.iter().flat_map(|household| &household.people);
    let (outcome, word) = match (people().count(), view.heading.as_str()) {
        (1.., _) => (Outcome::Named, "found"),
        (_, "見つかりません") => (Outcome::Nobody, "nobody"),
        (_, "6人以上") => (Outcome::TooMany, "too many"),
        _ if view.notice.as_ref().is_some_and(|notice| !notice.sentence.contains("知らせます")) => {
            (Outcome::NotShown, "not searched")
        }
        _ => (Outcome::NotAsked, "not enough"),
    };
    if json {
        let candidates: Vec<Value> = people().map(candidate).collect();
        output::json(&json!({
            "search": place,
            "outcome": word,
            "heading": view.heading,
            "hint": view.hint,
            "notice": view.notice.as_ref().map(|notice| &notice.sentence),
            "households": view.households.len(),
            "candidates": candidates,
            "steps": journal.steps(),
            "total_us": journal.since_seen_us(),
        }));
        return outcome;
    }
    output::line(&format!("{} — {}", view.heading, view.hint));
    view.notice.iter().for_each(|notice| output::line(&words(notice)));
    for person in people() {
        let CandidateView { index, kana, name, sex_age, birth_date, town, clinic } = person;
        output::line(&format!("{index}: {kana} {name} {sex_age} {birth_date} {town} {clinic}"));
    }
    outcome
}

fn candidate(person: &CandidateView) -> Value {
    json!({
        "index": person.index,
        "kana": person.kana,
        "name": person.name,
        "sex_age": person.sex_age,
        "birth_date": person.birth_date,
        "town": person.town,
        "clinic": person.clinic,
    })
}

/// The summary, or that it may not be seen.
pub(super) fn shown(json: bool, place: usize, sight: &Sight) -> Outcome {
    let Some((lines, summary)) = &sight.shown else {
        refused(json, place, &super::notice_of(&sight.screen));
        return Outcome::NotShown;
    };
    let journal = &sight.journal;
    if json {
        output::json(&json!({
            "search": place,
            "outcome": "shown",
            "steps": journal.steps(),
            "total_us": journal.since_seen_us(),
            "summary": summary,
        }));
    } else {
        lines.iter().for_each(|line| output::line(line));
        journal.steps().iter().for_each(|step| output::line(&step_words(step)));
    }
    Outcome::Shown
}

pub(super) fn refused(json: bool, place: usize, notice: &Notice) {
    if json {
        output::json(&json!({
            "search": place,
            "outcome": "not shown",
            "sentence": notice.sentence,
            "next_step": notice.next_step,
        }));
    } else {
        output::line(&words(notice));
    }
}
