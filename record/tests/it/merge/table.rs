//! `merge.txt`: what a clinician expects of several documents, written from the cases and not from what came out.

use kakari_record::fhir::Reading;
use kakari_record::merge::merge;

use super::bundles::reading;
use crate::fhir::render::lines;

const TABLE: &str = include_str!("merge.txt");

struct Case<'a> {
    title: &'a str,
    documents: Vec<(&'a str, Vec<&'a str>)>,
    expected: Vec<&'a str>,
    remarks: Vec<&'a str>,
    refusal: Option<&'a str>,
}

fn cases() -> Vec<Case<'static>> {
    TABLE.split("\n## ").skip(1).map(case).collect()
}

fn case(text: &'static str) -> Case<'static> {
    let mut rows = text.lines().filter(|row| !row.trim().is_empty());
    let title = rows.next().expect("a title");
    let mut case = Case { title, documents: Vec::new(), expected: Vec::new(), remarks: Vec::new(), refusal: None };
    for row in rows {
        match row.split_once(' ').unwrap_or((row, "")) {
            ("@", head) => case.documents.push((head, Vec::new())),
            ("=", line) => case.expected.push(line),
            ("!", remark) => case.remarks.push(remark),
            ("x", refusal) => case.refusal = Some(refusal),
            ("", line) => case.documents.last_mut().expect("a document first").1.push(line),
            _ => panic!("{title}: what is this? {row}"),
        }
    }
    case
}

impl Case<'_> {
    fn readings(&self) -> Vec<Reading> {
        self.documents.iter().map(|(head, lines)| reading(head, lines)).collect()
    }

    /// What is wrong: every line of each block that the case speaks of, every remark, every dispute.
    fn wrong(&self) -> Vec<String> {
        let merged = match merge(self.readings()) {
            Err(refused) if self.refusal == Some(&refused.to_string()) => return Vec::new(),
            Err(refused) => return vec![format!("{}: refused: {refused}", self.title)],
            Ok(_) if self.refusal.is_some() => return vec![format!("{}: not refused", self.title)],
            Ok(merged) => merged,
        };
        let block = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
        let asked: Vec<String> =
            self.expected.iter().map(|line| block(line)).chain(["記載不一致".to_owned()]).collect();
        let got: Vec<String> = lines(&merged.summary).into_iter().filter(|line| asked.contains(&block(line))).collect();
        let remarks: Vec<String> = merged.remarks.iter().map(ToString::to_string).collect();
        let mut wrong = compared(self.title, &self.expected, &got);
        wrong.extend(compared(self.title, &self.remarks, &remarks));
        wrong
    }
}

fn compared(title: &str, expected: &[&str], got: &[String]) -> Vec<String> {
    if expected.len() == got.len() && expected.iter().zip(got).all(|(a, b)| a == b) {
        return Vec::new();
    }
    let expected = expected.iter().map(|line| format!("{title}\n  expected {line}"));
    expected.chain(got.iter().map(|line| format!("  got      {line}"))).collect()
}

#[test]
fn every_case_of_the_table_merges_as_a_clinician_expects() {
    let wrong: Vec<String> = cases().iter().flat_map(Case::wrong).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(cases().len() >= 40, "cases are missing");
}

#[test]
fn every_case_of_the_table_gives_the_same_in_the_opposite_order() {
    for case in cases().iter().filter(|case| case.refusal.is_none()) {
        let mut turned = case.readings();
        turned.reverse();
        let (a, b) = (merge(case.readings()).expect("merged"), merge(turned).expect("merged"));
        assert!(a.summary == b.summary, "{}", case.title);
        assert_eq!(a.remarks.len(), b.remarks.len(), "{}", case.title);
    }
}

#[test]
fn what_two_people_differ_in_is_named_without_a_word_of_either() {
    let people = ["患者 試験 太郎", "患者 秘密 次郎 | 番号 9010000000000285 | 生 1961-02-03"];
    let read = people.map(|line| reading("2026-03-01 北町医院", &[line])).into();
    let refused = merge(read).expect_err("two people");
    let said = format!("{refused} {refused:?}");
    assert!(!["秘密", "次郎", "9010", "1961"].iter().any(|word| said.contains(word)), "{said}");
    assert!(merge(Vec::new()).is_err_and(|refused| refused.to_string() == "no documents"));
}

#[test]
fn the_newest_document_gives_the_date_and_the_source_of_the_whole() {
    let read = ["2026-03-01 北町医院", "2026-04-01 東町内科", "2025-04-01 南町眼科"].map(|head| reading(head, &[]));
    let merged = merge(read.into()).expect("one resident");
    assert_eq!(merged.summary.source.as_deref(), Some("東町内科"));
    assert_eq!(merged.summary.as_of.to_rfc3339(), "2026-03-31T15:00:00+00:00");
    assert!(format!("{merged:?}").contains("redacted"), "a merged summary can be printed");
}

#[test]
fn ten_documents_of_two_hundred_medicines_each_are_merged_in_seconds_not_minutes() {
    let document = |day: usize| {
        let lines: Vec<String> = (0..200).map(|i| format!("処方 薬{day}の{i}錠100mg | 回 1錠 | 法 1日1回")).collect();
        reading(&format!("2026-03-{day:02} 北町医院"), &lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let documents = (1..=10).map(document).collect();
    let begin = std::time::Instant::now();
    let merged = merge(documents).expect("one resident");
    assert_eq!(merged.summary.medicines.items().len(), 2000);
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
    eprintln!("2000 medicines of ten documents: {:?}", begin.elapsed());
}

#[test]
fn hundreds_of_lines_of_one_name_stay_bounded() {
    let many = |head: &str, line: fn(usize) -> String| {
        let lines: Vec<String> = (0..500).map(line).collect();
        reading(head, &lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let medicines = [
        many("2026-01-10 北町医院", |i| format!("処方 同じ薬 | 法 毎{i}時 | 日 2026-01-05")),
        many("2026-05-10 東町内科", |i| format!("処方 同じ薬 | 法 隔{i}日 | 日 2026-03-03")),
    ];
    let allergies = [
        many("2026-01-10 北町医院", |i| format!("アレルギー 同じ | 注 一の{i} | 日 2026-01-05")),
        many("2026-05-10 東町内科", |i| format!("アレルギー 同じ | 注 二の{i} | 日 2026-03-03")),
    ];
    let begin = std::time::Instant::now();
    let drugs = &merge(medicines.into()).expect("one resident").summary.medicines;
    eprintln!("of medicines: {:?}", begin.elapsed());
    let known = &merge(allergies.into()).expect("one resident").summary.allergies.block;
    eprintln!("twice 500 lines of one name, twice: {:?}", begin.elapsed());
    assert_eq!(drugs.items().len(), 1000);
    assert!(drugs.items().iter().all(|drug| drug.origin.also.len() <= 20), "each names at most twenty others");
    assert!(known.items().iter().all(|one| one.note.as_ref().is_none_or(|note| note.len() <= 2000)));
    assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
}
