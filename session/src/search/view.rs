//! The search as a view.

use kakari_record::display;
use kakari_record::language::Language;
use kakari_record::model::Sex;

use super::answer::{Answer, Listed};
use super::fields::{fields, pad};
use super::words::heading;
use super::year::Stage;
use super::{Search, Year};
use crate::break_glass::MINUTES;
use crate::event::Candidate;
use crate::problem::Problem;
use crate::session::Session;
use crate::view::{
    Answer as Outcome, BirthYear, BreakGlassReason, CandidateView, HouseholdView, Notice, Reasons, Screen,
    Search as SearchView,
};

impl Session {
    pub(crate) fn reasons_view(&self, problem: Option<&Problem>) -> Reasons {
        let language = self.look.language;
        let unusual = self.searched.is_unusual().then_some(Problem::SearchUnusual);
        Reasons {
            prompt: language
                .say("カードなしで探す理由を選んでください", "Choose why you search without a card")
                .to_owned(),
            reasons: BreakGlassReason::ALL
                .into_iter()
                .map(|each| (each, display::break_glass_reason(each, language).to_owned()))
                .collect(),
            duration: language.say(
                format!("{MINUTES}分間・記録され、事務局が確認します"),
                format!("{MINUTES} min, logged, and reviewed by the office"),
            ),
            notice: problem.or(unusual.as_ref()).map(|problem| self.said(problem)),
        }
    }

    pub(crate) fn search_view(&self, search: &Search) -> Screen {
        match &search.year {
            Some(year) => Screen::BirthYear(Box::new(self.year_view(search, year))),
            None => Screen::Search(Box::new(self.list_view(search))),
        }
    }

    fn list_view(&self, search: &Search) -> SearchView {
        SearchView {
            fields: fields(search, self.look.language),
            pad: pad(search.field),
            heading: heading(search, self.look.language),
            hint: self.hint(search),
            answer: answer(search),
            households: match &search.answer {
                Answer::Shown(listed) => self.households(listed.households()),
                _ => Vec::new(),
            },
            notice: self.search_notice(search),
            can_extend: self.can_extend(),
        }
    }

    fn households(&self, households: &[Vec<Candidate>]) -> Vec<HouseholdView> {
        let mut index = 0..;
        let household = |people: &Vec<Candidate>| HouseholdView {
            title: household_title(people.len(), self.look.language),
            people: people.iter().map(|who| self.candidate(who, index.next().unwrap_or_default())).collect(),
        };
        households.iter().map(household).collect()
    }

    /// With the age, by the clock that ages are told by.
    fn candidate(&self, who: &Candidate, index: usize) -> CandidateView {
        let language = self.look.language;
        let age = who.entry.birth_date.zip(self.ages.now());
        let age = age.map(|(birth, now)| self.old(display::age(birth, display::day_of(now), language)));
        let age = age.unwrap_or_else(|| language.say("年齢不明", "age not known").to_owned());
        let sex = display::sex(who.entry.sex, language);
        let sex_age = language.say(format!("{sex} {age}"), format!("{sex}, {age}"));
        CandidateView { sex_age, ..ageless(who, index, language) }
    }

    fn search_notice(&self, search: &Search) -> Option<Notice> {
        let unusual = self.searched.is_unusual().then_some(Problem::SearchUnusual);
        search.problem.as_ref().or(unusual.as_ref()).map(|problem| self.said(problem))
    }

    /// The birth date is not on the screen that asks for its year, nor the age that would give it away.
    fn year_view(&self, search: &Search, year: &Year) -> BirthYear {
        let language = self.look.language;
        let who = ageless(&year.candidate, 0, language);
        let known = year.candidate.entry.sex != Sex::Unknown;
        let sex_age = if known { who.sex_age.clone() } else { String::new() };
        let digits: String = year.digits.iter().map(|digit| char::from(*digit)).collect();
        let opening = !matches!(year.stage, Stage::Typing | Stage::Wrong(_));
        let prompt = match opening {
            true => language.say("情報を開いています", "Opening the record"),
            false => language.say("生まれた年を西暦4桁で入力してください", "Enter the birth year, 4 digits"),
        };
        BirthYear {
            candidate: CandidateView { birth_date: String::new(), sex_age, ..who },
            prompt: prompt.to_owned(),
            digits: format!("{digits:_<4}"),
            can_submit: year.can_submit(),
            opening,
            notice: search.problem.as_ref().map(|problem| self.said(problem)),
        }
    }
}

fn household_title(people: usize, language: Language) -> String {
    match people {
        0 | 1 => String::new(),
        _ => language.say(format!("同じ世帯 {people}人"), format!("Same household: {people}")),
    }
}

fn ageless(who: &Candidate, index: usize, language: Language) -> CandidateView {
    let entry = &who.entry;
    let doctor = language.say("かかりつけ", "Doctor");
    let clinic = if entry.clinic.is_empty() { String::new() } else { format!("{doctor} {}", entry.clinic) };
    let unknown = || language.say("生年月日 未記録", "Birth date not recorded").to_owned();
    CandidateView {
        index,
        kana: entry.kana.clone(),
        name: entry.name.clone(),
        sex_age: display::sex(entry.sex, language).to_owned(),
        birth_date: entry.birth_date.map_or_else(unknown, |birth| display::birth_date(birth, language)),
        town: entry.town.clone(),
        clinic,
    }
}

/// What became of the search, for the eye.
fn answer(search: &Search) -> Outcome {
    match (&search.answer, search.impossible) {
        (_, Some(_)) => Outcome::Mistyped,
        (Answer::NotAsked, None) => Outcome::Asking,
        (Answer::Waiting(_) | Answer::Recording(..), None) => Outcome::Searching,
        (Answer::Shown(Listed::TooMany), None) => Outcome::TooMany,
        (Answer::Shown(listed), None) if listed.households().is_empty() => Outcome::Nobody,
        (Answer::Shown(_), None) => Outcome::Found,
    }
}
