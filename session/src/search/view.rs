//! The search as a view.

use kakari_record::display;
use kakari_record::model::Sex;

use super::answer::{Answer, Listed};
use super::choose::Stage;
use super::{Impossible, Search, Year};
use crate::break_glass::MINUTES;
use crate::event::Candidate;
use crate::problem::Problem;
use crate::session::Session;
use crate::touch::Field;
use crate::view::{
    Answer as Outcome, BirthYear, BreakGlassReason, CandidateView, HouseholdView, Notice, Pad, Reasons, Screen,
    Search as SearchView, SearchFieldView,
};

impl Session {
    pub(crate) fn reasons_view(&self, problem: Option<&Problem>) -> Reasons {
        let unusual = self.searched.is_unusual().then(|| Problem::SearchUnusual.notice());
        Reasons {
            prompt: "カードなしで探す理由を選んでください".to_owned(),
            reasons: BreakGlassReason::ALL
                .into_iter()
                .map(|each| (each, display::break_glass_reason(each).to_owned()))
                .collect(),
            duration: format!("{MINUTES}分間・記録され、事務局が確認します"),
            notice: problem.map(Problem::notice).or(unusual),
        }
    }

    pub(crate) fn search_view(&self, search: &Search) -> Screen {
        match &search.year {
            Some(year) => Screen::BirthYear(Box::new(year_view(search, year))),
            None => Screen::Search(Box::new(self.list_view(search))),
        }
    }

    fn list_view(&self, search: &Search) -> SearchView {
        SearchView {
            fields: fields(search),
            pad: pad(search.field),
            heading: heading(search),
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
            title: if people.len() > 1 { format!("同じ世帯 {}人", people.len()) } else { String::new() },
            people: people.iter().map(|who| self.candidate(who, index.next().unwrap_or_default())).collect(),
        };
        households.iter().map(household).collect()
    }

    /// With the age, by the clock that ages are told by.
    fn candidate(&self, who: &Candidate, index: usize) -> CandidateView {
        let age = who.entry.birth_date.zip(self.ages.now());
        let age = age.map(|(birth, now)| self.old(display::age(birth, display::day_of(now))));
        let age = age.unwrap_or_else(|| "年齢不明".to_owned());
        CandidateView { sex_age: format!("{} {age}", display::sex(who.entry.sex)), ..ageless(who, index) }
    }

    fn search_notice(&self, search: &Search) -> Option<Notice> {
        let unusual = self.searched.is_unusual().then_some(Problem::SearchUnusual);
        search.problem.clone().or(unusual).as_ref().map(Problem::notice)
    }

    /// An answer never says more than it does: who could not be searched, how old the data is, what an empty list is not.
    fn hint(&self, search: &Search) -> String {
        let Answer::Shown(listed) = &search.answer else { return self.hint_before(search) };
        let Listed::People { households, unsearchable, similar_left_out } = listed else {
            return "6人以上のときは表示しません。条件を足してください".to_owned();
        };
        let mut parts = Vec::new();
        if households.is_empty() {
            parts.push("「病気・アレルギーなし」ではありません。この端末にない人かもしれません".to_owned());
            parts.push("読みや年齢を変えるか、本人・家族・お薬手帳で確かめてください".to_owned());
        } else {
            parts.push("選ぶと生まれた年を確かめます".to_owned());
        }
        if *similar_left_out {
            parts.push("似た名前の人がほかにもいます。違う人なら条件を足してください".to_owned());
        }
        if *unsearchable > 0 {
            let people = display::amount(&unsearchable.to_string());
            parts.push(format!("この条件では探せない人(読みや生年月日が未記録)が{people}人います"));
        }
        if households.is_empty() {
            parts.push(match self.feed_age() {
                Some(age) => format!("情報は同期 {age}のものです"),
                None => "まだ同期していません".to_owned(),
            });
        }
        parts.join("。")
    }

    fn hint_before(&self, search: &Search) -> String {
        let hint = match (&search.answer, search.impossible) {
            (Answer::Waiting(_) | Answer::Recording(..), _) => "そのままお待ちください",
            (_, Some(Impossible(Field::BirthDate))) => "西暦8桁で、例: 19400305",
            (_, Some(Impossible(Field::Age))) => "年齢はおよそで、130まで",
            (_, Some(_)) => "1字消して直してください",
            _ if search.typed.is_empty() => "氏名の行・年齢・性別、または生年月日・電話・番号・住所で探せます",
            _ => "氏名は3文字と年齢か性別、5文字、または生年月日・電話・番号・番地まで入れてください",
        };
        hint.to_owned()
    }
}

fn heading(search: &Search) -> String {
    match (&search.answer, search.impossible) {
        (_, Some(Impossible(Field::BirthDate))) => "生年月日を確かめてください".to_owned(),
        (_, Some(Impossible(Field::Age))) => "年齢を確かめてください".to_owned(),
        (_, Some(Impossible(_))) => "番号を確かめてください".to_owned(),
        (Answer::NotAsked, None) if search.typed.is_empty() => "条件を入れてください".to_owned(),
        (Answer::NotAsked, None) => "条件を足してください".to_owned(),
        (Answer::Waiting(_) | Answer::Recording(..), None) => "探しています".to_owned(),
        (Answer::Shown(Listed::TooMany), None) => "6人以上".to_owned(),
        (Answer::Shown(listed), None) => match listed.households().iter().map(Vec::len).sum::<usize>() {
            0 => "見つかりません".to_owned(),
            people => format!("候補 {people}人"),
        },
    }
}

fn fields(search: &Search) -> Vec<SearchFieldView> {
    let typed = &search.typed;
    let name = typed.name_field();
    let field = |field: Field, label: &str, value: String| SearchFieldView {
        field: Some(field),
        label: label.to_owned(),
        value,
        chosen: search.field == field,
    };
    let name_label = if name == Field::NameRows { "氏名(行だけで探せます)" } else { "氏名(かな)" };
    let sex = typed.sex.map(|sex| display::sex(sex).to_owned()).unwrap_or_default();
    vec![
        field(name, name_label, spaced(typed.text(name))),
        field(Field::Age, "年齢(およそ)", age(typed.text(Field::Age))),
        field(Field::BirthDate, "生年月日(西暦)", birth_date(typed.text(Field::BirthDate))),
        SearchFieldView { field: None, label: "性別".to_owned(), value: sex, chosen: false },
        field(Field::Phone, "電話", typed.text(Field::Phone).to_owned()),
        field(Field::Number, "16桁の番号", grouped(typed.text(Field::Number))),
        field(Field::Address, "住所(町名のかなと番地)", typed.text(Field::Address).to_owned()),
    ]
}

fn pad(field: Field) -> Pad {
    match field {
        Field::NameRows => Pad::Rows,
        Field::NameKana => Pad::Kana,
        Field::Age | Field::BirthDate | Field::Phone | Field::Number => Pad::Digits,
        Field::Address => Pad::Address,
    }
}

fn ageless(who: &Candidate, index: usize) -> CandidateView {
    let entry = &who.entry;
    let clinic = if entry.clinic.is_empty() { String::new() } else { format!("かかりつけ {}", entry.clinic) };
    CandidateView {
        index,
        kana: entry.kana.clone(),
        name: entry.name.clone(),
        sex_age: display::sex(entry.sex).to_owned(),
        birth_date: entry.birth_date.map_or_else(|| "生年月日 未記録".to_owned(), display::birth_date),
        town: entry.town.clone(),
        clinic,
    }
}

/// The birth date is not on the screen that asks for its year, nor the age that would give it away.
fn year_view(search: &Search, year: &Year) -> BirthYear {
    let who = ageless(&year.candidate, 0);
    let sex = display::sex(year.candidate.entry.sex);
    let sex = if year.candidate.entry.sex == Sex::Unknown { String::new() } else { sex.to_owned() };
    let digits: String = year.digits.iter().map(|digit| char::from(*digit)).collect();
    let opening = !matches!(year.stage, Stage::Typing | Stage::Wrong(_));
    BirthYear {
        candidate: CandidateView { birth_date: String::new(), sex_age: sex, ..who },
        prompt: if opening {
            "情報を開いています"
        } else {
            "生まれた年を西暦4桁で入力してください"
        }
        .to_owned(),
        digits: format!("{digits:_<4}"),
        can_submit: year.can_submit(),
        opening,
        notice: search.problem.as_ref().map(Problem::notice),
    }
}

/// 「ヤ マ タ ハ ナ」
fn spaced(text: &str) -> String {
    text.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

/// 「85 ±5」
fn age(digits: &str) -> String {
    if digits.is_empty() { String::new() } else { format!("{digits} ±5") }
}

/// 「1940年03月05日」, as far as it is typed.
fn birth_date(digits: &str) -> String {
    let part = |from: usize, to: usize, unit: &str| match digits.get(from..digits.len().min(to)) {
        Some(part) if !part.is_empty() => format!("{part}{}", if digits.len() >= to { unit } else { "" }),
        _ => String::new(),
    };
    [part(0, 4, "年"), part(4, 6, "月"), part(6, 8, "日")].concat()
}

/// 「1234 5678 9」
fn grouped(digits: &str) -> String {
    let chars: Vec<char> = digits.chars().collect();
    chars.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
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
