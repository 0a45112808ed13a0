//! What must hold after every step.

use std::collections::BTreeMap;

use kakari_record::audit::Access;
use kakari_record::seal::RecordId;
use kakari_session::view::{Banner, CardMark, CheckPhoto, Language, Screen, StationPage, View};

use super::world::{DIM_MS, World};
use crate::tablet::{face, patient_words};

/// Half an hour of the clock that never jumps.
const GLASS_MS: u64 = 30 * 60_000;

/// Codes on the glass, of the same clock.
const CODES_MS: u64 = 15 * 60_000;
/// How many things the world counts that it did.
const TRIED: usize = 13;

/// What the walks came by, so that a rule that was never tried is noticed.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    steps: u32,
    /// Whose summary was open at the last step.
    shown: Option<[u8; 16]>,
    steps_with_summary: u32,
    steps_with_check: u32,
    steps_with_face: u32,
    steps_with_search_check: u32,
    steps_with_search_summary: u32,
    steps_with_names: u32,
    steps_with_birth_year: u32,
    steps_with_codes: u32,
    steps_with_untold_codes: u32,
    steps_locked: u32,
    steps_with_rows_owed: u32,
    steps_with_station: u32,
    steps_dim: u32,
    steps_english: u32,
    steps_unproven: u32,
    steps_with_copy: u32,
    tried: BTreeMap<&'static str, u32>,
    most_people_named: u32,
}

impl Seen {
    pub(crate) fn walk(&mut self, world: &World) {
        self.most_people_named = self.most_people_named.max(world.most_people);
        for (what, times) in &world.tried {
            *self.tried.entry(what).or_default() += times;
        }
    }

    pub(crate) fn enough(&self) {
        let figures = [
            self.steps_with_summary,
            self.steps_with_check,
            self.steps_with_search_check,
            self.steps_with_search_summary,
            self.steps_with_names,
            self.steps_with_birth_year,
            self.steps_with_codes,
            self.steps_with_untold_codes,
            self.steps_locked,
            self.steps_with_rows_owed,
            self.steps_with_station,
            self.steps_dim,
            self.steps_english,
            self.steps_unproven,
            self.steps_with_copy,
        ];
        assert!(figures.iter().all(|steps| *steps >= 100), "a place that the walks hardly reach: {self:?}");
        assert!(self.tried.len() == TRIED && self.tried.values().all(|times| *times >= 20), "hardly tried: {self:?}");
    }
}

macro_rules! rule {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+));
        }
    };
}

pub(crate) fn check(world: &World, seen: &mut Seen) -> Result<(), String> {
    seen.steps += 1;
    // A summary costs milliseconds to lay out without optimisation: what is the same patient's still is looked at whole
    // at every twenty-fifth step, with codes at every fifth, and its row, crew and break-glass at each.
    let shown = world.session.shown().map(|record| *record.id.as_bytes());
    let same = shown.is_some() && shown == seen.shown;
    seen.shown = shown;
    let every = if world.codes.is_some() { 5 } else { 25 };
    if let Some(id) = shown.filter(|_| same && !seen.steps.is_multiple_of(every)) {
        rule!(world.shown_rows.contains(&id), "a summary without its audit row");
        rule!(world.keys_held || world.keys_went, "a summary without a crew");
        rule!(
            world.cards.contains(&id) || world.keys_went || glass_lasts(world),
            "a summary without card and break-glass"
        );
        return Ok(());
    }
    let view = world.session.view();
    rule!(!(world.lease_over && world.keys_held), "keys after the end of the lease");
    let rests = matches!(view.screen, Screen::SignIn(_) | Screen::Station(_));
    rule!(!world.erased || rests, "more than a sign-in on an erased tablet");
    check_station(world, &view, seen)?;
    check_keys(world, &view, seen)?;
    check_hand_over(world, &view, seen)?;
    check_words(world, &view, seen)?;
    check_names(world, &view, seen)?;
    check_break_glass(world, &view)?;
    check_held(world, &view)
}

/// Without a crew the pages round the work are about the tablet alone; and no patient is on a dark glass.
fn check_station(world: &World, view: &View, seen: &mut Seen) -> Result<(), String> {
    let rests = matches!(view.screen, Screen::SignIn(_) | Screen::Standby(_) | Screen::Locked(_) | Screen::Station(_));
    rule!(rests || !view.dim, "dark on {}", view.screen.name());
    rule!(!view.dim || world.now >= world.used_ms + DIM_MS, "dark before its time");
    seen.steps_dim += u32::from(view.dim);
    seen.steps_english += u32::from(view.look.language == Language::English);
    let Screen::Station(page) = &view.screen else { return Ok(()) };
    let of_tablet = matches!(page.page, StationPage::Sync | StationPage::Checks | StationPage::Settings);
    rule!(of_tablet || !view.bar.crew.is_empty(), "uses are shown to nobody's eyes");
    rule!(page.tabs.iter().any(|(tab, _)| *tab == page.page), "a page without its tab");
    seen.steps_with_station += 1;
    Ok(())
}

/// Keys are held while somebody is signed in and the tablet is not locked; rows that are owed are said to be.
fn check_keys(world: &World, view: &View, seen: &mut Seen) -> Result<(), String> {
    let locked = matches!(view.screen, Screen::Locked(_));
    rule!(!(world.keys_held && view.bar.crew.is_empty()), "keys without a crew");
    rule!(!(world.keys_held && locked), "keys on a locked tablet");
    rule!(world.owed == world.session.audit_notice().is_some(), "rows are owed: {}, and is it said?", world.owed);
    seen.steps_locked += u32::from(locked);
    seen.steps_with_rows_owed += u32::from(world.owed);
    Ok(())
}

/// Codes come after their row, for a quarter of an hour, of what the row says; whom it was handed to too.
fn check_hand_over(world: &World, view: &View, seen: &mut Seen) -> Result<(), String> {
    let Screen::Handover(page) = &view.screen else { return Ok(()) };
    let told = page.done.iter().filter(|line| line.contains("北町総合病院")).count();
    rule!(told <= world.told, "handed over without a row");
    rule!(!page.script.concat().contains("胃癌"), "untold, read aloud");
    let Some(code) = &page.code else { return Ok(()) };
    let Some((since, untold)) = world.codes else { return Err("codes before their row".to_owned()) };
    rule!(world.now < since + CODES_MS, "codes for longer than their time");
    let shown = world.session.shown().map(|record| record.summary.identity.name.as_str());
    let others = (1..4).map(|n| format!("P{n}")).filter(|mark| code.text.contains(mark));
    rule!(others.clone().all(|mark| shown.is_some_and(|name| name.contains(&mark))), "codes of another patient");
    rule!(untold || !code.text.contains("胃癌"), "untold in a code whose row does not say so");
    seen.steps_with_codes += 1;
    seen.steps_with_untold_codes += u32::from(untold);
    Ok(())
}

/// Words of a patient are on that patient's screens alone, after two factors, a card or a break-glass, and their rows.
fn check_words(world: &World, view: &View, seen: &mut Seen) -> Result<(), String> {
    let words = case_words(&view.screen);
    let on_glass: Vec<u8> = (1..4).filter(|n| words.contains(&format!("P{n}"))).collect();
    rule!(on_glass.len() <= 1, "patients {on_glass:?} on one screen");
    let elsewhere = elsewhere(view);
    rule!(!(1..4).any(|n| elsewhere.contains(&format!("P{n}"))), "words outside their place");
    let unveiled = world.session.shown().is_some_and(|record| world.unveiled.contains(record.id.as_bytes()));
    rule!(!words.contains("胃癌") || unveiled, "untold without a row");
    let Some(n) = on_glass.first().copied() else { return Ok(()) };
    let (id, card) = ([n; 16], banner_card(&view.screen));
    let by_search = card.contains("緊急閲覧") || card.contains("emergency access");
    rule!(world.opened_rows.contains(&id) || world.keys_went, "somebody without the row of the opening");
    if by_search {
        rule!(glass_lasts(world), "somebody found by search without a break-glass that lasts");
    } else {
        rule!(world.cards.contains(&id) || world.keys_went, "somebody whose card was not read");
    }
    check_worth(world, view, id, seen)?;
    match &view.screen {
        Screen::Summary(_) | Screen::Details(_) | Screen::Handover(_) => {
            rule!(world.shown_rows.contains(&id), "a summary without its audit row");
            rule!(world.keys_held || world.keys_went, "a summary without a crew");
            rule!(world.session.shown().map(|record| record.id) == Some(RecordId::from_bytes(id)), "another's summary");
            seen.steps_with_summary += 1;
            seen.steps_with_search_summary += u32::from(by_search);
        }
        Screen::Check(check) => {
            rule!(world.keys_held, "a check without a crew");
            let own = check.photo == CheckPhoto::None || check.photo == CheckPhoto::Shown(face(n));
            rule!(own, "another face than the patient's");
            seen.steps_with_face += u32::from(check.photo != CheckPhoto::None);
            seen.steps_with_check += 1;
            seen.steps_with_search_check += u32::from(by_search);
        }
        _ => return Err("patient words outside a patient's screen".to_owned()),
    }
    Ok(())
}

/// What the card is said to be worth is what a durable row says of this patient's, and a copy is never taken for what the
/// tablet knows.
fn check_worth(world: &World, view: &View, id: [u8; 16], seen: &mut Seen) -> Result<(), String> {
    let Some(banner) = banner(&view.screen) else { return Ok(()) };
    let proved = |access: &[Access]| {
        world.keys_went || world.worth.iter().any(|(whose, by)| *whose == id && access.contains(by))
    };
    let held = format!("{:?}", world.session);
    let copy = held.contains("copy: Some(") && !held.contains("copy: None");
    match banner.card_mark {
        CardMark::Genuine => rule!(proved(&[Access::Card, Access::MacCard]), "genuine without a card that proved it"),
        CardMark::Unproven => rule!(proved(&[Access::UnprovenCard]), "a card in doubt without its row"),
        CardMark::Copy => rule!(proved(&[Access::CardCopy]), "a copy without its row"),
        CardMark::Gone => {}
    }
    rule!(!copy || banner.card_mark == CardMark::Copy, "a copy that is not said to be one");
    let age = view.bar.data_age.as_ref().map_or("", |(words, _)| words);
    let synced = age.contains("同期") || age.contains("Sync");
    rule!(!(banner.card_mark == CardMark::Copy && synced), "the age of the sync beside a copy");
    seen.steps_unproven += u32::from(banner.card_mark == CardMark::Unproven);
    seen.steps_with_copy += u32::from(banner.card_mark == CardMark::Copy);
    Ok(())
}

/// Candidates' names only after the row of the very search that named them.
fn check_names(world: &World, view: &View, seen: &mut Seen) -> Result<(), String> {
    let names: Vec<&String> = match &view.screen {
        Screen::Search(search) => {
            let people = search.households.iter().flat_map(|household| &household.people);
            people.map(|person| &person.name).collect()
        }
        Screen::BirthYear(year) => vec![&year.candidate.name],
        _ => return Ok(()),
    };
    rule!(names.iter().all(|name| world.named.contains(*name)), "a name without the row of its search");
    rule!(names.len() <= 8, "{} people named", names.len());
    rule!(names.is_empty() || glass_lasts(world), "names without a break-glass that lasts");
    rule!(names.is_empty() || world.keys_held, "names without a crew");
    seen.steps_with_names += u32::from(!names.is_empty());
    seen.steps_with_birth_year += u32::from(matches!(view.screen, Screen::BirthYear(_)));
    Ok(())
}

fn check_break_glass(world: &World, view: &View) -> Result<(), String> {
    let searching = matches!(view.screen, Screen::Search(_) | Screen::BirthYear(_));
    let said = view.bar.break_glass.is_some();
    rule!(!(searching || said) || glass_lasts(world), "a break-glass without its row, or for longer than its time");
    rule!(!searching || said, "a search without its countdown");
    rule!(world.most_people < 150 + 8, "{} people named in one shift", world.most_people);
    Ok(())
}

fn glass_lasts(world: &World) -> bool {
    world.glass_ms.is_some_and(|durable| world.now < durable + GLASS_MS)
}

/// Nothing of a patient is held where nobody is on the way to being shown.
fn check_held(world: &World, view: &View) -> Result<(), String> {
    let held = format!("{:?}", world.session);
    let count = |mark: &str| held.matches(mark).count();
    let (records, faces) = (count("OpenRecord {"), count("Face("));
    let typed = count("Typed([redacted])") + count("Terms(") + count("Candidate(");
    let (most_records, most_faces) = match &view.screen {
        Screen::Check(_) | Screen::Reading(_) | Screen::BirthYear(_) => (1, 1),
        // Another patient's record may be waiting for a check of its own.
        Screen::Summary(_) | Screen::Details(_) | Screen::Handover(_) => (2, 1),
        _ => (0, 0),
    };
    let name = view.screen.name();
    rule!(records <= most_records && faces <= most_faces, "{records} records, {faces} faces are held on {name}");
    let searching = matches!(view.screen, Screen::Search(_) | Screen::BirthYear(_));
    let types_digits = matches!(view.screen, Screen::SignIn(_) | Screen::Locked(_) | Screen::Fallback(_));
    rule!(types_digits || count("PinDigits(") == 0, "a PIN is held on {name}");
    rule!(typed == 0 || searching, "what was typed or who was named is held on {name}");
    rule!(!held.contains("山田") && !held.contains("ペニシリン"), "a patient's word can be printed on {name}");
    Ok(())
}

fn case_words(screen: &Screen) -> String {
    match screen {
        Screen::Handover(view) => format!("{} {}", view.banner.name, view.script.join(" ")),
        screen => patient_words(screen),
    }
}

fn banner(screen: &Screen) -> Option<&Banner> {
    match screen {
        Screen::Check(view) => Some(&view.banner),
        Screen::Summary(view) => Some(&view.banner),
        Screen::Details(view) => Some(&view.banner),
        Screen::Handover(view) => Some(&view.banner),
        _ => None,
    }
}

fn banner_card(screen: &Screen) -> &str {
    banner(screen).map_or("", |banner| &banner.card)
}

/// Every word that is not a patient's own place: the bar, notices, prompts.
fn elsewhere(view: &View) -> String {
    let words = match &view.screen {
        Screen::SignIn(view) => format!("{view:?}"),
        Screen::Standby(view) => format!("{view:?}"),
        Screen::Locked(view) => format!("{view:?}"),
        Screen::Fallback(view) => format!("{view:?}"),
        Screen::Reason(view) => format!("{view:?}"),
        Screen::Check(view) => format!("{:?}", view.notice),
        Screen::Summary(view) => format!("{:?}", view.notice),
        Screen::Search(view) => format!("{} {} {:?}", view.heading, view.hint, view.notice),
        Screen::BirthYear(view) => format!("{} {:?}", view.prompt, view.notice),
        Screen::Station(view) => format!("{view:?}"),
        Screen::Starting(words) | Screen::Reading(words) => words.clone(),
        _ => String::new(),
    };
    format!("{:?} {words}", view.bar)
}
