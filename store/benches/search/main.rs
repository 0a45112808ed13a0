//! Finding a person without a card among a whole region: what opening the directory costs, what a search costs, and how
//! many rows have to be touched.
//!
//! `cargo bench -p kakari-store --bench search [-- N]`: N residents, 660,000 when not said. The files are in the system's
//! cache; a reader and its cache are new for every cold search.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::cast_precision_loss)]

use std::time::{Duration, Instant};

use chrono::{Datelike, NaiveDate};
use kakari_generator::Generator;
use kakari_record::seal::{DirectoryEntry, DirectoryKey, fold_kana, fold_kana_rows};
use kakari_record::search::{Hits, Index, NameTerm, Terms, group, years};
use kakari_store::DirectoryReader;

#[path = "../../tests/it/made.rs"]
#[allow(unreachable_pub, dead_code)]
mod made;
mod names;
mod town;

use names::Dice;
use town::{FEED, Town};

/// Cold searches that are timed of each kind.
const COLD: usize = 50;

fn main() {
    let residents = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(660_000);
    let town = Town::new(residents);
    println!("{residents} residents, {} of them searched for", town.searched.len());
    for (what, terms) in kinds() {
        let step = (town.searched.len() / COLD).max(1);
        let took = town.searched.iter().step_by(step).map(|person| cold(&town, &terms(person))).collect();
        print(&format!("cold: {what}"), took);
    }
    let (index, took) = open_all(&town);
    let rate = residents as f64 / took.as_secs_f64();
    println!(
        "the whole directory opened                 {took:.2?}, {rate:.0} people/s, {:.1} years/s",
        rate / (residents as f64 / 105.0)
    );
    println!("index in memory                            {:.1} MB", index.bytes() as f64 / 1e6);
    for (what, terms) in kinds() {
        let took = town.searched.iter().map(|person| timed(|| drop(index.search(&terms(person), today()))).1).collect();
        print(&format!("warm: {what}"), took);
    }
    taps(&town, &index);
    named(&town, &index);
}

fn today() -> NaiveDate {
    Generator::now().date_naive()
}

type Said = fn(&DirectoryEntry) -> Terms;

/// What a crew may say.
fn kinds() -> [(&'static str, Said); 5] {
    [
        ("birth date, sex", |person| {
            let mut terms = about(person, None, false);
            terms.birth_date = person.birth_date;
            terms
        }),
        ("whole name by rows, age ± 5, sex", |person| {
            about(person, Some(NameTerm::Rows(fold_kana_rows(&person.kana))), true)
        }),
        ("three rows, age ± 5, sex", |person| about(person, Some(first_rows(person, 3)), true)),
        ("whole kana with one error, age ± 5, sex", |person| about(person, Some(slip(person)), true)),
        ("whole kana with one error alone", |person| {
            let mut terms = Terms::default();
            terms.name = Some(slip(person));
            terms
        }),
    ]
}

/// Name, sex, and an age that is up to five years off.
fn about(person: &DirectoryEntry, name: Option<NameTerm>, aged: bool) -> Terms {
    let off = i32::try_from(dice(person).next() % 11).unwrap() - 5;
    let age = today().years_since(person.birth_date.unwrap().earliest()).unwrap();
    let mut terms = Terms::default();
    terms.age = u8::try_from((i32::try_from(age).unwrap() + off).max(0)).ok().filter(|_| aged);
    (terms.sex, terms.name) = (Some(person.sex), name);
    terms
}

fn dice(person: &DirectoryEntry) -> Dice {
    Dice(person.kana.bytes().map(u64::from).sum::<u64>() + u64::from(person.birth_date.unwrap().earliest().ordinal()))
}

fn first_rows(person: &DirectoryEntry, taps: usize) -> NameTerm {
    NameTerm::Rows(fold_kana_rows(&person.kana).chars().take(taps).collect())
}

/// One kana left out.
fn slip(person: &DirectoryEntry) -> NameTerm {
    let mut kana: Vec<char> = fold_kana(&person.kana).chars().collect();
    let at = usize::try_from(dice(person).next() % kana.len() as u64).unwrap();
    kana.remove(at);
    NameTerm::Kana(kana.into_iter().collect())
}

/// From nothing opened to the answer.
fn cold(town: &Town, terms: &Terms) -> Duration {
    let mut reader = town.reader();
    timed(|| {
        let mut index = Index::new();
        let key = DirectoryKey::new(&town.vault, FEED);
        let present = reader.years_present().unwrap();
        for year in years(terms, present, today()) {
            open(&mut reader, &key, &mut index, year);
        }
        drop(index.search(terms, today()));
    })
    .1
}

fn open_all(town: &Town) -> (Index, Duration) {
    let mut reader = town.reader();
    timed(|| {
        let mut index = Index::new();
        let key = DirectoryKey::new(&town.vault, FEED);
        for year in reader.years_present().unwrap() {
            open(&mut reader, &key, &mut index, year);
        }
        index
    })
}

fn open(reader: &mut DirectoryReader, key: &DirectoryKey, index: &mut Index, year: u16) {
    reader.year(year, |place, record, entry| index.open(key, place, record, entry).unwrap()).unwrap();
}

/// How many rows, with age ± 5 and sex, until five or fewer fit.
fn taps(town: &Town, index: &Index) {
    let mut all = Vec::new();
    let mut never = 0;
    for person in &town.searched {
        let most = fold_kana_rows(&person.kana).chars().count();
        let few = |taps: &usize| matches!(index.search(&about(person, Some(first_rows(person, *taps)), true), today()), Hits::Few(hits) | Hits::Best(hits) if hits.len() <= 5);
        match (1..=most).find(few) {
            Some(taps) => all.push(taps),
            None => never += 1,
        }
    }
    all.extend(std::iter::repeat_n(usize::MAX, never));
    all.sort_unstable();
    let at = |share: usize| match all[(all.len() - 1) * share / 100] {
        usize::MAX => "more than the name has".to_owned(),
        taps => taps.to_string(),
    };
    println!("rows until five or fewer fit (age ± 5, sex)  median {}, p95 {}", at(50), at(95));
    println!("  still more than five with the whole name   {:.1} %", 100.0 * never as f64 / all.len() as f64);
}

/// How often the whole name in kana, with age ± 5 and sex, names anybody.
fn named(town: &Town, index: &Index) {
    let (mut all, mut alone) = (0, 0);
    for person in &town.searched {
        let terms = about(person, Some(NameTerm::Kana(person.kana.clone())), true);
        if let Hits::Few(hits) | Hits::Best(hits) = index.search(&terms, today()) {
            let people: Vec<_> = hits.iter().map(|hit| (hit.fit, Vec::new())).collect();
            all += usize::from(hits.len() <= 5);
            alone += usize::from(group(&people).is_some());
        }
    }
    let share = |n: usize| 100.0 * n as f64 / town.searched.len() as f64;
    println!("the whole name in kana, age ± 5, sex names people in {:.1} % of searches;", share(alone));
    println!("  in {:.1} % also everybody whose name is one kana off", share(all));
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed())
}

fn print(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    println!("{what:<50} median {:>9.2?}, p99 {:>9.2?}", at(50), at(99));
}
