//! The search without a card: the reason, what is typed, who is found, the birth year.

use kakari_record::audit::BreakGlassReason;
use kakari_record::model::Sex;
use kakari_record::seal::{DirectoryEntry, RecordId};
use kakari_session::look::Look;
use kakari_session::touch::{Basis, Field, Touch};
use kakari_session::view::View;
use kakari_session::{Candidate, CardOutcome, Effect, Event, FoundPeople, SearchOutcome, SearchTally, StoreFacts};

use crate::tablet::Tablet;
use crate::{Case, Screen, crew, people};

const TERMS: [u8; 16] = [7; 16];

pub(crate) const SCREENS: [Screen; 8] = [
    ("reason", reason),
    ("search", search),
    ("search-kana", kana),
    ("search-digits", digits),
    ("search-address", address),
    ("search-none", none),
    ("birth-year", birth_year),
    ("found", found_summary),
];

fn reason(look: Look, case: Case) -> View {
    let mut tablet = Tablet::signed_in(look, case);
    if case == Case::Extreme {
        let searched = SearchTally { people: 149, opened: 24 };
        tablet.send(Event::StoreOpened(StoreFacts { searched, ..crew::facts(case) }));
    }
    tablet.touch(Touch::NoCard);
    tablet.view()
}

/// 緊急閲覧 has begun.
pub(crate) fn begun(look: Look, case: Case) -> Tablet {
    let mut tablet = Tablet::signed_in(look, case);
    tablet.touch(Touch::NoCard);
    let reasons = [BreakGlassReason::Unconscious, BreakGlassReason::Unconscious, BreakGlassReason::NoCardWithPatient];
    tablet.touch(Touch::BreakGlass(case.pick(reasons[0], reasons[1], reasons[2])));
    tablet
}

pub(crate) fn type_rows(tablet: &mut Tablet) {
    tablet.touch(Touch::SearchField(Field::NameRows));
    "ヤマタハナ".chars().for_each(|row| tablet.touch(Touch::Kana(row)));
}

pub(crate) fn answer(tablet: &mut Tablet, outcome: SearchOutcome) {
    let asked = tablet.asked(|effect| match effect {
        Effect::Search(attempt, _) => Some(*attempt),
        _ => None,
    });
    tablet.send(Event::Searched(asked, outcome));
}

pub(crate) fn found(households: Vec<Vec<Candidate>>) -> SearchOutcome {
    let people = FoundPeople { households, terms: TERMS, unsearchable: 1204, similar_left_out: false };
    SearchOutcome::Found(Box::new(people))
}

fn person(id: u8, words: [&str; 4]) -> Candidate {
    let [name, kana, town, clinic] = words.map(str::to_owned);
    let birth_date = "1940-03-05".parse().ok();
    let entry = DirectoryEntry { name, kana, birth_date, sex: Sex::Female, town, clinic };
    Candidate { record: RecordId::from_bytes([id; 16]), entry }
}

/// Whom the case's resident is.
fn chosen(case: Case) -> Candidate {
    let entry = DirectoryEntry::of(&people::resident(case).summary);
    Candidate { record: people::resident(case).id, entry }
}

fn households(case: Case) -> Vec<Vec<Candidate>> {
    let hanayo = person(101, ["山田 花代", "ヤマタ ハナヨ", "東町", "東町内科"]);
    let long = [
        "勅使河原 美千代左衛門",
        "テシガワラ ミチヨザエモン",
        "虻田郡ニセコ町字近藤",
        "医療法人社団 北町透析クリニック",
    ];
    let family: Vec<Candidate> = (110..113).map(|id| person(id, long)).collect();
    match case {
        Case::Empty => vec![vec![chosen(case)]],
        Case::Typical => vec![vec![chosen(case)], vec![hanayo]],
        Case::Extreme => {
            vec![family, vec![chosen(case)], vec![hanayo.clone(), hanayo.clone()], vec![hanayo.clone()], vec![hanayo]]
        }
    }
}

fn search(look: Look, case: Case) -> View {
    let mut tablet = begun(look, case);
    if case != Case::Empty {
        type_rows(&mut tablet);
        tablet.touch(Touch::SearchSex(Some(Sex::Female)));
        answer(&mut tablet, found(households(case)));
    }
    tablet.view()
}

fn kana(look: Look, case: Case) -> View {
    let mut tablet = begun(look, case);
    tablet.touch(Touch::SearchField(Field::NameKana));
    let name = case.pick("", "ヤマダハナコ", "フェルナンデスダシルヴァユミコマリアフェルナンデス");
    name.chars().for_each(|kana| tablet.touch(Touch::Kana(kana)));
    if case != Case::Empty {
        answer(&mut tablet, found(households(case)));
    }
    tablet.view()
}

fn digits(look: Look, case: Case) -> View {
    let mut tablet = begun(look, case);
    let (field, typed) = case.pick((Field::Age, "8"), (Field::BirthDate, "19400305"), (Field::BirthDate, "19401399"));
    tablet.touch(Touch::SearchField(field));
    tablet.type_digits(typed);
    if case == Case::Typical {
        answer(&mut tablet, found(households(case)));
    }
    tablet.view()
}

fn address(look: Look, case: Case) -> View {
    let mut tablet = begun(look, case);
    tablet.touch(Touch::SearchField(Field::Address));
    let town = case.pick("", "キタマチ", "アブタグンニセコチョウアザコンドウ");
    town.chars().for_each(|kana| tablet.touch(Touch::Kana(kana)));
    tablet.type_digits(case.pick("", "12", "111111"));
    tablet.view()
}

/// Looked for and not yet answered, too many, nobody.
fn none(look: Look, case: Case) -> View {
    let mut tablet = begun(look, case);
    type_rows(&mut tablet);
    tablet.touch(Touch::SearchSex(Some(Sex::Female)));
    match case {
        Case::Empty => {}
        Case::Typical => answer(&mut tablet, SearchOutcome::TooMany { terms: TERMS }),
        Case::Extreme => answer(&mut tablet, found(vec![])),
    }
    tablet.view()
}

pub(crate) fn choosing(look: Look, case: Case) -> Tablet {
    let mut tablet = begun(look, case);
    type_rows(&mut tablet);
    tablet.touch(Touch::SearchSex(Some(Sex::Female)));
    answer(&mut tablet, found(vec![vec![chosen(case)]]));
    tablet.touch(Touch::Choose(0));
    tablet
}

fn birth_year(look: Look, case: Case) -> View {
    let mut tablet = choosing(look, case);
    match case {
        Case::Empty => {}
        Case::Typical => tablet.type_digits("194"),
        Case::Extreme => {
            tablet.type_digits("1899");
            tablet.touch(Touch::SubmitPin);
            tablet.type_digits("1898");
        }
    }
    tablet.view()
}

/// The summary of whoever was found, in the last minutes of the search.
fn found_summary(look: Look, case: Case) -> View {
    const TWENTY_SIX_MINUTES: u64 = 26 * 60 * 1000;
    let mut tablet = found_case(look, case);
    tablet.wait(case.pick(0, 0, TWENTY_SIX_MINUTES));
    tablet.view()
}

pub(crate) fn found_case(look: Look, case: Case) -> Tablet {
    let mut tablet = choosing(look, case);
    type_year(&mut tablet, case);
    let asked = tablet.asked(|effect| match effect {
        Effect::OpenFound(attempt, _) => Some(*attempt),
        _ => None,
    });
    tablet.send(Event::FoundOpened(asked, Box::new(CardOutcome::Opened(people::resident(case)))));
    tablet.touch(Touch::Confirm(Basis::Emergency));
    tablet
}

/// The right one, where it is known.
pub(crate) fn type_year(tablet: &mut Tablet, case: Case) {
    if let Some(born) = people::resident(case).summary.identity.birth_date {
        tablet.type_digits(&born.year().to_string());
        tablet.touch(Touch::SubmitPin);
    }
}
