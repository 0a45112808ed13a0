//! Whatever documents are merged, in whatever order: nothing is lost, nothing is made up, no alert goes out.
//!
//! `KAKARI_MERGE_CASES=100000 cargo test -p kakari-record --test it merge` runs the long form.

use kakari_record::alerts::{AlertKind, alerts};
use kakari_record::fhir::{Reading, read_document};
use kakari_record::language::Language;
use kakari_record::merge::{MergeReason, Merged, merge};
use kakari_record::model::{Block, Stated, Subject, Summary};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::bundles::reading;
use crate::fhir::render::lines;
use crate::fhir::residents::documents;

const DAYS: [&str; 5] = ["2024", "2025-02-01", "2025-11", "2026-02-01", "2026-03-01"];
const HEADS: [&str; 6] = [
    "2025-03-01 北町医院",
    "2026-03-01 北町医院",
    "2026-03-01 東町内科",
    "2026-04-01 ひがし薬局",
    "2026-04-01 北町医院",
    "2026-05-01 北町総合病院",
];

/// Lines that state something. Each is of use with another one of the list.
const STATED: [&str; 40] = [
    "アレルギー ペニシリン | 区分 medication | 確 confirmed",
    "アレルギー ペニシリン | 反応 アナフィラキシー",
    "アレルギー 鶏卵 | 区分 food | 重 severe | 危 high",
    "アレルギー 鶏卵 | 区分 food | 重 mild | 反応 じんましん | 注 少量なら可",
    "アレルギー 卵 | 符 JFAGY=J9FA11110000 | 区分 food",
    "アレルギー 鶏卵(ショック歴) | 符 JFAGY=J9FA11110000 | 区分 food | 確 unconfirmed",
    "薬剤禁忌 ロキソニン錠60mg",
    "調剤 ワーファリン錠1mg | 符 YJ=3332001F1024 | 回 2錠 | 法 1日1回 夕食後",
    "調剤 ワーファリン錠1mg | 符 YJ=3332001F1024 | 回 3錠 | 法 1日1回 夕食後",
    "処方 【般】ワルファリンK錠1mg | 符 一般=3332001F1ZZZ | 回 2錠 | 法 1日1回 夕食後",
    "処方 ﾜｰﾌｧﾘﾝ錠１ｍｇ",
    "処方 ワーファリン錠1mg | 符 YJ=3332001F2020",
    "調剤 アマリール1mg錠 | 回 1錠 | 法 1日1回 朝食前",
    "服薬 アマリール1mg錠 | 回 0.5錠",
    "処方 ノボラピッド注 | 回 8単位 | 法 朝食直前",
    "処方 ノボラピッド注 | 回 6単位 | 法 夕食直前 | 未告知 はい",
    "病名 心房細動 | 符 ICD10=I48 | 状 active | 発症 2015",
    "病名 発作性心房細動 | 符 ICD10=I48 | 符 MEDIS=20054321 | 状 active",
    "病名 てんかん | 状 active",
    "病名 てんかんの疑い | 確 provisional",
    "病名 膵頭部癌 | 状 active | 未告知 はい",
    "病名 膵頭部癌 | 状 active | 注 家族のみに説明済み",
    "病名 左変形性膝関節症 | 符 ICD10=M17 | 状 active",
    "病名 右変形性膝関節症 | 符 ICD10=M17 | 状 active",
    "手術 白内障手術",
    "機器 植込み型ペースメーカー | 注 MRI条件付き",
    "機器 ペースメーカー | 符 SNOMED=14106009",
    "透析 血液透析 | 部位 左前腕",
    "透析 血液透析 | 部位 右前腕 | 予定 月水金",
    "検査 HBs抗原 | 値 陽性",
    "検査 HBs抗原 | 値 陰性",
    "検査 PT-INR | 値 2.1",
    "検査 PT-INR | 値 1.8",
    "検査 分娩予定日 | 期 2026-08-03",
    "検査 普段の血圧 | 値 150/90 mmHg",
    "需要 難聴(右)",
    "連絡先 試験 花子 | 続柄 妻 | 電話 048-000-1111",
    "連絡先 試験 花子 | 続柄 妻 | 電話 090-0000-2222",
    "主治医 佐藤 健二 | 医院 北町医院 | 電話 048-000-1001",
    "指示書 事前指示書 | 保管 北町医院",
];

/// Lines that say that something is not, or no longer.
const TAKEN_BACK: [&str; 16] = [
    "アレルギー なし",
    "アレルギー なし | 区分 food",
    "アレルギー ペニシリン | 確 refuted",
    "アレルギー 鶏卵 | 確 entered-in-error",
    "アレルギー 鶏卵 | 区分 food | 状 resolved",
    "服薬 なし",
    "服薬 アマリール1mg錠 | 状 stopped",
    "調剤 ワーファリン錠1mg | 状 entered-in-error",
    "病名 てんかん | 確 refuted",
    "病名 心房細動 | 符 ICD10=I48 | 状 resolved",
    "病名 膵頭部癌 | 確 entered-in-error",
    "検査 PT-INR | 値 2.1 | 状 entered-in-error",
    "手術 白内障手術 | 状 entered-in-error",
    "機器 ペースメーカー | 状 entered-in-error",
    "欄 48765-2 | 理由 withheld",
    "欄 10160-0 | 理由 nilknown",
];

/// A document as its head and lines, each line with a day or without.
type Draft = (&'static str, Vec<String>);

fn drafts(lines: Vec<&'static str>) -> impl Strategy<Value = Vec<Draft>> {
    let line = (prop::sample::select(lines), prop::option::of(prop::sample::select(DAYS.to_vec())))
        .prop_map(|(line, day)| day.map_or(line.to_owned(), |day| dated(line, day)));
    let document = (prop::sample::select(HEADS.to_vec()), prop::collection::vec(line, 0..7));
    prop::collection::vec(document, 1..5)
}

/// A directive's date has to be whole; it is left out otherwise.
fn dated(line: &str, day: &str) -> String {
    let whole = !line.starts_with("指示書") || day.len() == 10;
    if whole { format!("{line} | 日 {day}") } else { line.to_owned() }
}

fn everything() -> Vec<&'static str> {
    STATED.iter().chain(&TAKEN_BACK).copied().collect()
}

/// No alert comes from what the patient has not been told.
fn told_openly() -> Vec<&'static str> {
    STATED.into_iter().filter(|line| !line.contains("未告知")).collect()
}

fn read(drafts: &[Draft]) -> Vec<Reading> {
    let read = |(head, lines): &Draft| reading(head, &lines.iter().map(String::as_str).collect::<Vec<_>>());
    drafts.iter().map(read).collect()
}

fn merged(drafts: &[Draft]) -> Merged {
    merge(read(drafts)).expect("one resident")
}

fn config() -> ProptestConfig {
    let cases = std::env::var("KAKARI_MERGE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Letters only, in one width and case.
fn bare(text: &str) -> String {
    let text: String = text.nfkc().flat_map(char::to_lowercase).collect();
    text.replace("【般】", "").chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Block, name, facility, day and mark of each item of a summary.
struct Told {
    subject: Subject,
    block: &'static str,
    name: String,
    facility: String,
    day: String,
    untold: bool,
}

fn told(summary: &Summary) -> Vec<Told> {
    fn of<T: Stated>(subject: Subject, block: &'static str, items: &Block<T>, name: fn(&T) -> &str) -> Vec<Told> {
        let one = |item: &T| {
            let origin = item.origin();
            Told {
                subject,
                block,
                name: bare(name(item).trim_end_matches("の疑い")),
                facility: origin.facility.clone().expect("every document has one"),
                day: origin.recorded.expect("every item has one").to_string(),
                untold: origin.untold,
            }
        };
        items.items().iter().map(one).collect()
    }
    let mut all = of(Subject::Allergies, "アレルギー ", &summary.allergies.block, |item| &item.substance.text);
    all.extend(of(Subject::Contraindications, "薬剤禁忌 ", &summary.contraindications, |item| {
        &item.substance.text
    }));
    all.extend(of(Subject::Medicines, "薬剤 ", &summary.medicines, |item| &item.product.text));
    all.extend(of(Subject::Conditions, "傷病 ", &summary.conditions, |item| &item.name.text));
    all.extend(of(Subject::Procedures, "手術 ", &summary.procedures, |item| &item.name.text));
    all.extend(of(Subject::Devices, "機器 ", &summary.devices, |item| &item.name.text));
    all.extend(of(Subject::Infections, "感染症 ", &summary.infections, |item| &item.result));
    all.extend(of(Subject::Labs, "検査 ", &summary.labs, |item| &item.value));
    all.extend(of(Subject::Pregnancy, "妊娠 ", &summary.pregnancy, |_| ""));
    all.extend(of(Subject::Dialysis, "透析 ", &summary.dialysis, |item| item.shunt.as_deref().unwrap_or_default()));
    all.extend(of(Subject::Baseline, "普段 ", &summary.baseline, |item| &item.text));
    all.extend(of(Subject::Communication, "意思疎通 ", &summary.communication, |item| &item.text));
    all.extend(of(Subject::Directives, "事前指示 ", &summary.directives, |item| &item.title));
    all.extend(of(Subject::Doctors, "かかりつけ ", &summary.doctors, |item| {
        item.doctor.as_deref().unwrap_or_default()
    }));
    all.extend(of(Subject::Contacts, "連絡先 ", &summary.contacts, |item| {
        item.phones.first().map_or("", String::as_str)
    }));
    all
}

fn has(line: &str, one: &Told) -> bool {
    line.starts_with(one.block)
        && line.contains(&one.facility)
        && line.contains(&one.day)
        && bare(line).contains(&one.name)
}

/// Every statement of every document that no line names, and no remark explains.
fn lost(documents: &[Reading], merged: &Merged) -> Vec<String> {
    let lines = lines(&merged.summary);
    let mut lost = Vec::new();
    for (document, reading) in documents.iter().enumerate() {
        for one in told(&reading.summary) {
            let explained = merged.remarks.iter().any(|remark| {
                let reason = matches!(
                    remark.reason,
                    MergeReason::TakenBack | MergeReason::OlderResult | MergeReason::SameDocument
                );
                remark.document == document && reason && remark.subject.is_none_or(|subject| subject == one.subject)
            });
            if !explained && !lines.iter().any(|line| has(line, &one)) {
                lost.push(format!("{}{} {} {}", one.block, one.name, one.facility, one.day));
            }
        }
    }
    lost
}

/// The blocks that say "none" of the merged summary, and whether its documents bear that out.
fn nones(documents: &[Reading], merged: &Merged) -> Vec<&'static str> {
    fn wrong<T>(documents: &[Reading], merged: &Merged, subject: Subject, pick: fn(&Summary) -> &Block<T>) -> bool {
        let taken = |remark: &kakari_record::merge::MergeRemark| {
            remark.reason == MergeReason::TakenBack && remark.subject == Some(subject)
        };
        let blocks: Vec<&Block<T>> = documents.iter().map(|reading| pick(&reading.summary)).collect();
        let said = blocks.iter().any(|block| matches!(block, Block::NoneConfirmed(_)));
        let known = blocks.iter().any(|block| !block.items().is_empty()) && !merged.remarks.iter().any(taken);
        let withheld = blocks.iter().any(|block| matches!(block, Block::Unavailable(_)));
        matches!(pick(&merged.summary), Block::NoneConfirmed(_)) && (!said || known || withheld)
    }
    let contraindicated = !merged.summary.contraindications.items().is_empty();
    let none = matches!(merged.summary.allergies.block, Block::NoneConfirmed(_));
    [
        (wrong(documents, merged, Subject::Allergies, |one| &one.allergies.block), "allergies"),
        (none && contraindicated, "allergies, although a drug is contraindicated"),
        (wrong(documents, merged, Subject::Contraindications, |one| &one.contraindications), "contraindications"),
        (wrong(documents, merged, Subject::Medicines, |one| &one.medicines), "medicines"),
        (wrong(documents, merged, Subject::Conditions, |one| &one.conditions), "conditions"),
        (wrong(documents, merged, Subject::Procedures, |one| &one.procedures), "procedures"),
        (wrong(documents, merged, Subject::Devices, |one| &one.devices), "devices"),
        (wrong(documents, merged, Subject::Infections, |one| &one.infections), "infections"),
        (wrong(documents, merged, Subject::Labs, |one| &one.labs), "labs"),
    ]
    .into_iter()
    .filter_map(|(wrong, name)| wrong.then_some(name))
    .collect()
}

fn kinds(summary: &Summary) -> Vec<AlertKind> {
    alerts(summary, Language::Japanese).into_iter().map(|alert| alert.kind).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_order_in_which_documents_are_given_does_not_matter(
        (drafts, turned) in drafts(everything()).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        prop_assert!(merged(&drafts).summary == merged(&turned).summary);
    }

    #[test]
    fn a_document_given_twice_says_no_more_than_once(drafts in drafts(everything())) {
        let twice: Vec<Draft> = drafts.iter().chain(&drafts).cloned().collect();
        prop_assert!(merged(&twice).summary == merged(&drafts).summary);
    }

    #[test]
    fn no_statement_of_any_document_is_lost(drafts in drafts(everything())) {
        let lost = lost(&read(&drafts), &merged(&drafts));
        prop_assert!(lost.is_empty(), "{lost:?}");
    }

    #[test]
    fn none_is_never_made_by_merging(drafts in drafts(everything())) {
        let wrong = nones(&read(&drafts), &merged(&drafts));
        prop_assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn what_one_document_marks_as_not_told_stays_marked_wherever_it_is_named(drafts in drafts(everything())) {
        let lines = lines(&merged(&drafts).summary);
        for reading in read(&drafts) {
            for one in told(&reading.summary).iter().filter(|one| one.untold) {
                let open = lines.iter().find(|line| has(line, one) && !line.contains("未告知"));
                prop_assert!(open.is_none(), "{open:?}");
            }
        }
    }

    #[test]
    fn no_alert_goes_out_while_nobody_says_that_anything_is_over(drafts in drafts(told_openly())) {
        let kept = kinds(&merged(&drafts).summary);
        let documents = read(&drafts);
        for reading in &documents {
            let gone: Vec<_> = kinds(&reading.summary).into_iter().filter(|kind| !kept.contains(kind)).collect();
            prop_assert!(gone.is_empty(), "{gone:?}");
        }
    }
}

#[test]
fn one_document_alone_stays_as_it_is() {
    for (name, json) in documents("residents").into_iter().chain(documents("public")) {
        let read = || read_document(&json).expect("readable");
        let denied = !read().denials.is_empty();
        let alone = merge(vec![read()]).expect("one");
        assert!(denied || alone.summary == read().summary, "{name}");
        assert!(alone.remarks.is_empty(), "{name}");
    }
}

#[test]
fn a_resident_never_merges_with_another_one() {
    let all: Vec<Vec<u8>> = documents("residents").into_iter().map(|(_, json)| json).collect();
    for pair in all.windows(2) {
        let read = pair.iter().map(|json| read_document(json).expect("readable")).collect();
        assert!(merge(read).is_err());
    }
}
