//! Every screen there is has its previews, and each shows what its name says.

use std::collections::BTreeSet;

use kakari_preview::{Case, Preview, all, every_problem};
use kakari_session::view::{Language, Notice, Screen};

fn names(all: &[Preview], case: Case) -> Vec<&str> {
    all.iter().filter(|one| one.case == case).map(|one| one.name).collect()
}

#[test]
fn every_screen_is_there_in_each_case_and_language() {
    let screens = [
        "starting",
        "sign-in",
        "pin",
        "standby",
        "reading",
        "check",
        "summary",
        "details",
        "locked",
        "fallback",
        "reason",
        "search",
        "birth-year",
        "hand-over",
        "sync",
        "checks",
        "cases",
        "review",
        "usage",
        "settings",
        "enrolment",
    ];
    for language in Language::ALL {
        let all = all(language);
        assert!(all.iter().all(|one| one.view.look.language == language));
        let empty = names(&all, Case::Empty);
        assert!(empty == names(&all, Case::Typical) && empty == names(&all, Case::Extreme));
        assert_eq!(empty.len(), empty.iter().collect::<BTreeSet<_>>().len(), "two have one name");
        for screen in screens {
            let seen = all.iter().filter(|one| one.view.screen.name() == screen).map(|one| one.case);
            let cases: BTreeSet<&str> = seen.map(Case::name).collect();
            assert_eq!(cases.len(), 3, "{screen} has only {cases:?}");
        }
    }
}

#[test]
fn a_preview_shows_what_its_name_says() {
    for one in all(Language::Japanese) {
        let screen = one.view.screen.name();
        let other = ["training", "none-confirmed", "other-card", "found"].contains(&one.name);
        assert!(one.name.starts_with(screen) || other, "{} {:?} shows {screen}", one.name, one.case);
    }
}

#[test]
fn every_problem_is_said_where_it_is_met() {
    let all = every_problem(Language::Japanese);
    let (mut said, mut silent) = (BTreeSet::new(), vec![]);
    for one in &all {
        let notice = notice_of(&one.view.screen);
        match notice {
            Some(notice) => drop(said.insert(notice.sentence)),
            None => silent.push(format!("{} on {}", one.name, one.view.screen.name())),
        }
    }
    assert!(silent.is_empty(), "nothing is said of {silent:?}");
    assert!(said.len() * 10 >= all.len() * 9, "{} sentences for {} problems", said.len(), all.len());
}

/// Whatever the session can say is wrong is on some picture, but for figures and names in it.
#[test]
fn no_problem_of_the_session_is_without_a_picture() {
    let bare = |words: &str| -> String {
        let shut = words.chars().scan(0, |open, c| {
            *open += i32::from(c == '(');
            let keeps = *open == 0 && !c.is_ascii_digit();
            *open -= i32::from(c == ')');
            Some(keeps.then_some(c))
        });
        shut.flatten().collect()
    };
    let pictured: BTreeSet<String> = every_problem(Language::Japanese)
        .iter()
        .map(|one| &one.view)
        .chain(all(Language::Japanese).iter().map(|one| &one.view))
        .filter_map(|view| notice_of(&view.screen))
        .map(|one| bare(&one.sentence))
        .collect();
    let mut missing: BTreeSet<&str> = BTreeSet::new();
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for (name, notice) in kakari_session::every_notice(Language::Japanese) {
        if pictured.contains(&bare(&notice.sentence)) {
            found.insert(name)
        } else {
            missing.insert(name)
        };
    }
    let missing: Vec<&&str> = missing.difference(&found).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn notice_of(screen: &Screen) -> Option<Notice> {
    match screen {
        Screen::SignIn(view) => view.notice.clone(),
        Screen::Standby(view) => view.notice.clone(),
        Screen::Check(view) => view.notice.clone(),
        Screen::Summary(view) => view.notice.clone(),
        Screen::Locked(view) => view.notice.clone(),
        Screen::Fallback(view) => view.notice.clone(),
        Screen::Reason(view) => view.notice.clone(),
        Screen::Search(view) => view.notice.clone(),
        Screen::BirthYear(view) => view.notice.clone(),
        Screen::Handover(view) => view.notice.clone(),
        _ => None,
    }
}
