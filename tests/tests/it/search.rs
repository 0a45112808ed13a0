//! Without a card: found by each way of search on the real stack, and nobody browses.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::time::Instant;

use kakari_card_sim::in_own_process;
use kakari_record::audit::{Access, AuditKind, BreakGlassEnd, LimitStage};
use kakari_record::model::Summary;
use kakari_store::{Store, StoreKey};
use kakari_tests::generator::Generator;
use kakari_tests::place::{Place, age, patient_words};
use kakari_tests::searching::{audit, finish, search, start};
use serde_json::{Value, json};

/// One search each, chosen and opened.
fn by(terms: Value, year: &str) -> Value {
    let mut ask = terms;
    ask["choose"] = json!(0);
    ask["birth_year"] = json!(year);
    ask["basis"] = json!("emergency");
    ask
}

fn shown(answer: &Value) -> Summary {
    assert_eq!(answer["outcome"], "shown", "{answer}");
    serde_json::from_value(answer["summary"].clone()).unwrap()
}

/// Without the searches that a slow hand makes on the way: each field of each search is typed touch by touch.
fn count(rows: &[AuditKind], which: impl Fn(&AuditKind) -> bool) -> usize {
    rows.iter().filter(|row| which(row)).count()
}

#[test]
fn each_way_of_search_finds_and_opens_exactly_that_resident() {
    in_own_process("search::each_way_of_search_finds_and_opens_exactly_that_resident", |dir| {
        // 岡田真由 and 木下フミ among others; nothing of 岡田 is in common with them.
        let place = Place::with_residents(dir, &[2, 5, 9, 16, 47]);
        let okada = &place.residents[3];
        let number = okada.identity.number.as_ref().unwrap().digits();
        let ways = [
            json!({"birth_date": "1999-11-11", "sex": "female"}),
            json!({"rows": "アカタマヤ"}),
            json!({"rows": "アカタ", "age": age(okada), "sex": "female"}),
            json!({"name": "オカダマユ"}),
            json!({"name": "オカタマユ", "sex": "female"}),
            json!({"phone": "0480002016"}),
            json!({"number": number}),
            json!({"address": "キタマチチュウオウ2-8-3"}),
        ];
        let script: Vec<Value> = ways.iter().map(|way| by(way.clone(), "1999")).collect();
        let began = Instant::now();
        let searched = search(&place, &script);
        assert_eq!(searched.code, Some(0), "{}", searched.log);
        assert_eq!(searched.answers.len(), 2 * ways.len(), "named and shown, each: {:?}", searched.answers);
        for pair in searched.answers.chunks(2) {
            assert_eq!(pair[0]["candidates"].as_array().unwrap().len(), 1, "{}", pair[0]);
            assert!(shown(&pair[1]) == okada.told(), "another summary than the documents gave");
            assert!(pair[1]["steps"].as_array().unwrap().iter().any(|step| step["name"] == "open"));
        }
        let rows = audit(&place);
        let opened =
            count(&rows, |row| matches!(row, AuditKind::RecordOpened { access: Access::Search, took_ms: Some(_), .. }));
        let shown =
            count(&rows, |row| matches!(row, AuditKind::RecordShown { access: Access::Search, took_ms: Some(_), .. }));
        let begun = count(&rows, |row| matches!(row, AuditKind::BreakGlassStarted { .. }));
        let ended = count(&rows, |row| matches!(row, AuditKind::BreakGlassEnded { reason: BreakGlassEnd::CaseClosed }));
        assert_eq!((opened, shown, begun, ended), (8, 8, 8, 8));
        assert!(count(&rows, |row| matches!(row, AuditKind::Searched { named: 1, .. })) >= 8);
        // Nobody is shown before the search that named them is written down.
        let first = |which: fn(&AuditKind) -> bool| rows.iter().position(which).unwrap();
        let order = [
            first(|row| matches!(row, AuditKind::BreakGlassStarted { .. })),
            first(|row| matches!(row, AuditKind::Searched { named: 1, .. })),
            first(|row| matches!(row, AuditKind::RecordOpened { .. })),
            first(|row| matches!(row, AuditKind::RecordShown { .. })),
        ];
        assert!(order.is_sorted(), "{order:?}");
        println!("8 ways of search, 8 records opened, in {} ms with the sign-in", began.elapsed().as_millis());
    });
}

#[test]
fn who_is_not_here_who_withdrew_and_a_wrong_birth_year_show_nothing() {
    in_own_process("search::who_is_not_here_who_withdrew_and_a_wrong_birth_year_show_nothing", |dir| {
        let place = Place::with_residents(dir, &[2, 18, 47]);
        let script = [
            json!({"birth_date": "2001-01-01", "sex": "male"}),
            json!({"rows": "アカ"}),
            by(json!({"birth_date": "1967-04-04"}), "1967"),
            by(json!({"birth_date": "1944-03-05"}), "1945"),
            // Nobody knows when they were born: no year is asked for.
            by(json!({"name": "ミモトフショウ"}), ""),
        ];
        let searched = search(&place, &script);
        let outcomes: Vec<_> = searched.answers.iter().map(|answer| answer["outcome"].as_str().unwrap()).collect();
        let expected = ["nobody", "not enough", "found", "not shown", "found", "not shown", "found", "shown"];
        assert_eq!(outcomes, expected, "{:?}", searched.answers);
        let hint = searched.answers[0]["hint"].as_str().unwrap();
        assert!(hint.contains("「病気・アレルギーなし」ではありません") && hint.contains("1人"), "{hint}");
        assert!(searched.answers[3]["sentence"].as_str().unwrap().contains("同意が取り消されています"));
        assert!(searched.answers[5]["sentence"].as_str().unwrap().contains("残り2回"));
        assert!(shown(&searched.answers[7]) == place.residents[2].told());
        let rows = audit(&place);
        assert_eq!(count(&rows, |row| matches!(row, AuditKind::BirthYearWrong { .. })), 1);
        assert_eq!(count(&rows, |row| matches!(row, AuditKind::FoundRefused { .. })), 1);
        let refused = search(&place, &[json!({"birth_date": "2001-01-01", "sex": "male"})]);
        assert_eq!(refused.code, Some(3), "nobody has an exit code of its own");
    });
}

#[test]
fn patient_words_of_a_search_never_appear_in_the_log() {
    in_own_process("search::patient_words_of_a_search_never_appear_in_the_log", |dir| {
        let place = Place::with_residents(dir, &[2, 9, 16]);
        let script = [
            by(json!({"name": "キノシタフミ"}), "1952"),
            by(json!({"phone": "0480002016"}), "1999"),
            json!({"address": "キタマチチュウオウ3-3-3"}),
        ];
        let child = start(&place, &script, "trace");
        let searched = finish(&place, child);
        assert_eq!(searched.code, Some(0), "{}", searched.log);
        let typed = ["キノシタ", "0480002016", "048-000-2016", "キタマチ", "1952-06-09"].map(str::to_owned);
        let words: Vec<String> = place.residents.iter().flat_map(patient_words).chain(typed).collect();
        for word in &words {
            assert!(!searched.log.contains(word.as_str()), "a patient's word in the log");
        }
        println!("{} words looked for in {} log lines: 0 found", words.len(), searched.log.lines().count());
    });
}

/// A store of many residents, and a script that asks for one after the other by what is on no card: their birth dates.
fn crowd(dir: &std::path::Path, people: usize) -> (Place, Vec<Value>) {
    let place = Place::with_residents(dir, &[2]);
    let residents: Vec<Summary> = Generator::new(7).take(people).collect();
    let card = place.cards[0].public_key;
    let rows = residents.iter().map(|summary| place.region.row(summary, None, &[card]).unwrap());
    let key = StoreKey::load(&place.tablet.config.store_key).unwrap();
    Store::open(&place.tablet.config.store, key).unwrap().load(rows, 500).unwrap();
    let ask = |summary: &Summary| {
        let birth = summary.identity.birth_date?;
        birth.day()?;
        Some(by(json!({"birth_date": birth.to_string()}), &format!("{:04}", birth.year())))
    };
    let script = residents.iter().filter_map(ask).collect();
    (place, script)
}

#[test]
fn a_script_that_tries_to_read_a_thousand_records_is_stopped_and_leaves_alerts() {
    in_own_process("search::a_script_that_tries_to_read_a_thousand_records_is_stopped_and_leaves_alerts", |dir| {
        let (place, script) = crowd(dir, 1_000);
        let searched = search(&place, &script);
        let names: HashSet<&str> = searched
            .answers
            .iter()
            .flat_map(|answer| answer["candidates"].as_array().into_iter().flatten())
            .filter_map(|candidate| candidate["name"].as_str())
            .collect();
        let opened = searched.answers.iter().filter(|answer| answer["outcome"] == "shown").count();
        let stopped =
            |answer: &&Value| answer["sentence"].as_str().is_some_and(|words| words.contains("上限に達しました"));
        let refused = searched.answers.iter().filter(stopped).count();
        let rows = audit(&place);
        let limits: Vec<(LimitStage, u32, u32)> = rows
            .iter()
            .filter_map(|row| match row {
                AuditKind::SearchLimit { stage, people, opened } => Some((*stage, *people, *opened)),
                _ => None,
            })
            .collect();
        println!(
            "{} searches tried: {} names shown, {opened} records opened, {refused} refused at the limit; rows {limits:?}",
            script.len(),
            names.len()
        );
        assert_eq!(searched.code, Some(5), "{}", searched.log);
        assert!(opened <= 25 && names.len() < 158, "{opened} opened, {} named", names.len());
        assert!(opened >= 20 && refused > script.len() / 2);
        let stages: Vec<LimitStage> = limits.iter().map(|(stage, ..)| *stage).collect();
        assert!(stages.contains(&LimitStage::Alerted) && stages.contains(&LimitStage::Stopped), "{stages:?}");

        // Another start of the program counts on.
        let again = search(&place, &script[script.len() - 3..]);
        assert!(again.answers.iter().all(|answer| stopped(&answer)), "{:?}", again.answers);
    });
}

#[test]
fn a_break_glass_ends_with_the_program_however_it_ends_and_the_count_goes_on() {
    in_own_process("search::a_break_glass_ends_with_the_program_however_it_ends_and_the_count_goes_on", |dir| {
        let (place, script) = crowd(dir, 60);
        // Never chosen: the break-glass stays open until the program is killed.
        let named: Vec<Value> = script.iter().map(|ask| json!({"birth_date": ask["birth_date"]})).collect();
        for found in [1, 5, 20] {
            let mut child = start(&place, &named, "off");
            // Killed by what it has said: a slow machine takes its time up to the first break-glass. Its output is
            // listened to until then, or it would end by itself.
            let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
            let is_found = |line: &String| serde_json::from_str::<Value>(line).unwrap()["outcome"] == "found";
            let heard = said.by_ref().filter(is_found).take(found).count();
            assert_eq!(heard, found, "it ended by itself");
            child.kill().unwrap();
            finish(&place, child);
        }
        let before = people(&audit(&place));
        let searched = search(&place, &script[..2]);
        let rows = audit(&place);
        let started = rows.iter().rposition(|row| matches!(row, AuditKind::Started)).unwrap();
        let begun = count(&rows[..started], |row| matches!(row, AuditKind::BreakGlassStarted { .. }));
        let ended = count(&rows[..started], |row| matches!(row, AuditKind::BreakGlassEnded { .. }));
        assert_eq!(begun, ended, "one stays open over a start of the program");
        let restarted =
            |row: &AuditKind| matches!(row, AuditKind::BreakGlassEnded { reason: BreakGlassEnd::Restarted });
        let killed = count(&rows, restarted);
        assert!(killed >= 1, "no kill met a break-glass: {rows:?}");
        for (place, row) in rows.iter().enumerate() {
            assert!(!restarted(row) || matches!(rows[place + 1], AuditKind::Started), "not before everything else");
        }
        assert!(before > 0 && people(&rows) >= before);
        assert!(!searched.answers.is_empty());
        println!("killed 3 times, {killed} with a break-glass open; {before} people counted before the last start");
    });
}

fn people(rows: &[AuditKind]) -> u32 {
    let newly = rows.iter().map(|row| match row {
        AuditKind::Searched { newly, .. } => u32::from(*newly),
        _ => 0,
    });
    newly.sum()
}
