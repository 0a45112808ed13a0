//! Hand-over: text and script of residents by heart, and what is never said or never left out.

use chrono::NaiveDate;
use kakari_record::alerts::alerts;
use kakari_record::fhir::{read_document, write_document};
use kakari_record::handover::{Part, Script, aloud, script, text};
use kakari_record::language::Language;
use kakari_record::model::*;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::fhir::residents::documents;
use crate::strategy;

/// Scripts and texts, read aloud before they were written down.
const KNOWN_BY_HEART: &str = include_str!("handover.txt");
/// What stands in untold items of the property tests, and nowhere else.
const SECRET: &str = "ヒミツノビョウメイ";

fn today() -> NaiveDate {
    "2026-11-21".parse().expect("a date")
}

fn residents() -> Vec<(String, Summary)> {
    let read = |(name, json): (String, Vec<u8>)| (name, read_document(&json).expect("readable").summary);
    documents("residents").into_iter().map(read).collect()
}

fn said(script: &Script) -> String {
    script.lines.iter().map(|line| line.words.as_str()).collect::<Vec<_>>().join("\n")
}

fn everything(script: &Script) -> String {
    format!("{}\n{}", said(script), script.read_back.as_deref().unwrap_or_default())
}

/// A chapter of the table.
fn chapter(name: &str, summary: &Summary) -> String {
    let script = script(summary, today());
    format!("## {name}\n[{}秒]\n{}\n[文書]\n{}", script.seconds(), everything(&script), text(summary, today()))
}

#[test]
fn residents_are_handed_over_as_known_by_heart() {
    let all = residents();
    let chapters: Vec<&str> = KNOWN_BY_HEART.split("## ").skip(1).collect();
    assert!(chapters.len() >= 12);
    let mut wrong = Vec::new();
    for expected in chapters {
        let name = expected.lines().next().unwrap_or_default();
        let (_, summary) = all.iter().find(|(other, _)| other == name).expect("a resident of that name");
        let got = chapter(name, summary);
        for (line, known) in got.lines().zip(format!("## {expected}").lines()).filter(|(a, b)| a != b) {
            wrong.push(format!("{name}:\n  known {known}\n  got   {line}"));
        }
        assert_eq!(got.lines().count(), expected.trim_end().lines().count(), "{name} has another number of lines");
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn most_scripts_take_forty_five_seconds_and_only_the_longest_lists_a_minute() {
    let seconds: Vec<(String, u32)> =
        residents().iter().map(|(name, summary)| (name.clone(), script(summary, today()).seconds())).collect();
    let long: Vec<&(String, u32)> = seconds.iter().filter(|(_, seconds)| *seconds > 50).collect();
    assert_eq!(long.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["015-many-medicines-many-allergies"]);
    let short = seconds.iter().filter(|(_, seconds)| *seconds <= 45).count();
    assert!(short * 10 >= seconds.len() * 8, "only {short} of {} within 45 s: {seconds:?}", seconds.len());
}

#[test]
fn the_parts_come_in_one_order_and_nothing_in_them_is_a_symbol() {
    for (name, summary) in residents() {
        let script = script(&summary, today());
        let parts: Vec<Part> = script.lines.iter().map(|line| line.part).collect();
        assert!(parts.is_sorted() && parts.first() == Some(&Part::Who), "{name}: {parts:?}");
        let symbol = everything(&script).chars().find(|c| !c.is_alphanumeric() && !"、。 \n".contains(*c));
        assert_eq!(symbol, None, "{name}");
    }
}

#[test]
fn the_four_values_are_heard_apart() {
    let of = |block: Block<Allergy>| {
        let mut summary = Summary::nothing_recorded(nobody(), "2026-04-12T03:00:00Z".parse().expect("a time"));
        summary.allergies.block = block;
        let script = script(&summary, today());
        script.lines.into_iter().find(|line| line.part == Part::Allergies).expect("always said").words
    };
    let origin = Origin {
        facility: Some("東町内科クリニック".to_owned()),
        recorded: "2026-04-12".parse().ok(),
        ..Origin::default()
    };
    let none = of(Block::NoneConfirmed(Absence { origin }));
    assert_eq!(none, "アレルギーは、なしと、4月12日に東町内科クリニックで確認されています。");
    let not_recorded = of(Block::NotRecorded);
    assert_eq!(not_recorded, "アレルギーは、記録がありません。なしという意味ではありません。");
    let unavailable = of(Block::Unavailable(Unavailability::NotSynced));
    assert_eq!(unavailable, "アレルギーは、この端末に届いていないため、取得できません。");
    let nameless = of(Block::NoneConfirmed(Absence { origin: Origin::default() }));
    assert_eq!(nameless, "アレルギーは、なしと確認されていますが、誰がいつ確認したかの記載はありません。");
}

fn nobody() -> Identity {
    Identity {
        number: None,
        name: "山田 花子".to_owned(),
        kana: Some("ヤマダ ハナコ".to_owned()),
        sex: Sex::Female,
        birth_date: None,
        address: None,
        phones: Vec::new(),
        blood_type: None,
    }
}

#[test]
fn disputes_contradictions_and_lists_that_are_not_all_are_said() {
    let (_, mut summary) = residents().into_iter().find(|(name, _)| name.starts_with("001")).expect("there");
    let by = |facility: &str| Origin {
        facility: Some(facility.to_owned()),
        recorded: "2026-05-01".parse().ok(),
        ..Origin::default()
    };
    let dispute =
        |category| Disputed { subject: Subject::Allergies, category, absence: Absence { origin: by("南町医院") } };
    summary.disputed = vec![dispute(None), dispute(Some(AllergyCategory::Food))];
    if let Block::Known(items) = &mut summary.allergies.block {
        let also = AlsoStated {
            facility: Some("ひがし薬局".to_owned()),
            differs: Some("否定".to_owned()),
            ..Default::default()
        };
        items[0].origin.also.push(also);
    }
    summary.unlisted = vec![Unlisted { subject: Subject::Allergies, why: Unavailability::NotPermitted }];
    let said = said(&script(&summary, today()));
    for sentence in [
        "アレルギーには、ほかにも記載がありますが、閲覧が許可されていないため、取得できません。",
        "ただし5月1日に南町医院で、アレルギーはなしとされています。記載が一致していません。",
        "ただし5月1日に南町医院で、食物アレルギーはなしとされています。記載が一致していません。",
        "鶏卵は、ひがし薬局の記載では、否定です。",
    ] {
        assert!(said.contains(sentence), "{said}");
    }
}

#[test]
fn written_words_are_read_without_symbols() {
    for (written, spoken) in [
        ("ワーファリン錠0.5mg", "ワーファリン錠0点5ミリグラム"),
        ("血圧 150/90 mmHg", "血圧 150の90ミリ水銀"),
        ("クレアチニン 9.8 mg/dL", "クレアチニン 9点8ミリグラムパーデシリットル"),
        ("100単位/mL", "100単位パーミリリットル"),
        ("150/90mmHg", "150の90ミリ水銀"),
        ("3,000単位", "3000単位"),
        ("O型 Rh(-)", "O型 Rhマイナス"),
        ("β遮断薬(点眼)", "ベータ遮断薬、点眼"),
        ("1〜2錠", "1から2錠"),
        ("L-カルボシステイン", "L カルボシステイン"),
        ("ＨＣＶ抗体（±）", "HCV抗体、プラスマイナス"),
        ("𠮷田 神父", "𠮷田 神父"),
    ] {
        assert_eq!(aloud(written), spoken);
    }
}

#[test]
fn numbers_and_signs_cannot_be_misheard() {
    let cases = [
        ("5㎎", "5ミリグラム"),
        ("50㎍/㎖", "50マイクログラムパーミリリットル"),
        ("ﾜｰﾌｧﾘﾝ錠０．５ｍｇ", "ワーファリン錠0点5ミリグラム"),
        ("37.5℃", "37点5度"),
        (".5錠", "0点5錠"),
        ("1回 .5錠", "1回 0点5錠"),
        ("No.5", "No、5"),
        ("0·5mg", "0点5ミリグラム"),
        ("1/2錠", "2分の1錠"),
        ("½錠", "2分の1錠"),
        ("1½錠", "1と2分の1錠"),
        ("1 1/2錠", "1と2分の1錠"),
        ("2/3量", "3分の2量"),
        ("L4/5", "L4の5"),
        ("4/12 受診", "4の12 受診"),
        ("2026/04/12", "2026年4月12日"),
        ("2-1-0", "2、1、0"),
        ("２－１－０", "2、1、0"),
        ("1ー2錠", "1、2錠"),
        ("5mg-10mg", "5ミリグラム、10ミリグラム"),
        ("≦60", "60以下"),
        ("収縮期血圧 ≤ 60mmHg", "収縮期血圧 60ミリ水銀以下"),
        ("≧38℃", "38度以上"),
        ("SpO2<90%", "SpO2 90パーセント未満"),
        ("＜6歳", "6歳未満"),
        (">5 mg/dL", "5ミリグラムパーデシリットルを超える"),
        ("<=3", "3以下"),
        ("60< 脈", "60を超える 脈"),
        ("左<右", "左小なり右"),
        ("K<3.5 Na>150", "K 3点5未満 Na 150を超える"),
        ("＜内科＞ 山田", "内科、山田"),
        ("‹卵› «乳»", "卵、乳"),
        ("0,5mg", "0点5ミリグラム"),
        ("1,234,567", "1234567"),
        ("1,234.5", "1234点5"),
        ("1,2,3", "1、2、3"),
        ("1.234,5", "1点234カンマ5"),
        ("-5", "マイナス5"),
        ("BE −5.2", "BE マイナス5点2"),
        ("視力 −.5", "視力 マイナス0点5"),
        ("Rh−", "Rhマイナス"),
        ("Rh- A型", "Rhマイナス A型"),
        ("HBs抗原 (−)", "HBs抗原 マイナス"),
        ("HBs抗原（－）", "HBs抗原マイナス"),
        ("HCV抗体(+)", "HCV抗体プラス"),
        ("HBs抗原- HCV抗体+", "HBs抗原マイナス HCV抗体プラス"),
        ("卵 - 蕁麻疹", "卵、蕁麻疹"),
        ("TS-1", "TS 1"),
        ("ソリタ-T3号", "ソリタ T3号"),
        ("ワーファリン≠プラザキサ", "ワーファリンと異なり、プラザキサ"),
        ("10³/μL", "10の3乗、μL"),
        ("①朝②夕", "1、朝、2、夕"),
        ("Ⅱ型糖尿病", "2型糖尿病"),
        ("5…10", "5、10"),
        ("12.5 C.O.I", "12点5 COI"),
        ("5.1 LogIU/mL", "5点1ログ国際単位パーミリリットル"),
        ("l'Exemple", "lExemple"),
        ("名称の記載なし", "名称は不明"),
        ("Metformin 500 MG", "Metformin 500ミリグラム"),
        ("a、(b)、c", "a、b、c"),
        ("Peanut (substance)", "Peanut"),
        ("-", ""),
        ("(-)", "マイナス"),
        ("卵<、乳>", "卵小なり、乳大なり"),
        ("朝、.5錠", "朝、0点5錠"),
        ("5...10", "5、10"),
        ("(2+)", "2プラス"),
        ("HBs抗原 -", "HBs抗原 マイナス"),
        ("50≦", "50以上"),
        ("≧1,000単位", "1000単位以上"),
        ("平熱−高熱", "平熱 高熱"),
        ("5×10⁻³", "5かける10のマイナス3乗"),
    ];
    let said = cases.map(|(written, spoken)| (written, aloud(written), spoken));
    let wrong: Vec<_> = said.iter().filter(|(_, said, spoken)| said != spoken).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn whatever_is_written_has_words_without_symbols() {
    let signs = "[0-9.,/<>≦≧≠＜＞²½①Ⅱ（）()‹›«»℃㎎ａ５ mgLアー卵−－+^'-]{0,12}";
    let config = ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() };
    let broken = TestRunner::new(config).run(&signs, |written| {
        let spoken = aloud(&written);
        let symbol = spoken.chars().find(|c| !c.is_alphanumeric() && !"、。ー ".contains(*c));
        prop_assert_eq!(symbol, None, "{} as {}", written, spoken);
        let listed = aloud(&format!("卵、{written}、乳"));
        let apart = if spoken.is_empty() { "卵、乳".to_owned() } else { format!("卵、{spoken}、乳") };
        prop_assert_eq!(listed, apart, "in a list it is heard as alone");
        Ok(())
    });
    assert_eq!(broken, Ok(()));
}

/// The summary with a word in its untold items that stands nowhere else.
fn with_secrets(mut summary: Summary) -> Summary {
    fn veil<T: Stated>(block: &mut Block<T>, hide: impl Fn(&mut T)) {
        if let Block::Known(items) = block {
            items.iter_mut().filter(|item| item.origin().untold).for_each(hide);
        }
    }
    let secret = || SECRET.to_owned();
    veil(&mut summary.allergies.block, |item| item.substance.text = secret());
    veil(&mut summary.contraindications, |item| item.substance.text = secret());
    veil(&mut summary.medicines, |item| (item.product.text, item.generic) = (secret(), Some(secret())));
    veil(&mut summary.conditions, |item| item.name.text = secret());
    veil(&mut summary.procedures, |item| item.name.text = secret());
    veil(&mut summary.devices, |item| item.name.text = secret());
    veil(&mut summary.infections, |item| item.name = secret());
    veil(&mut summary.labs, |item| item.value = secret());
    veil(&mut summary.pregnancy, |item| item.note = Some(secret()));
    veil(&mut summary.dialysis, |item| item.name = secret());
    veil(&mut summary.baseline, |item| item.text = secret());
    veil(&mut summary.communication, |item| item.text = secret());
    veil(&mut summary.directives, |item| item.kept_at = Some(secret()));
    veil(&mut summary.doctors, |item| item.clinic = Some(secret()));
    veil(&mut summary.contacts, |item| item.name = Some(secret()));
    if let Some(blood) = summary.identity.blood_type.as_mut().filter(|blood| blood.origin.untold) {
        blood.text = secret();
    }
    summary
}

/// `KAKARI_HANDOVER_CASES=1500` tries so many summaries instead of 300.
fn check(property: impl Fn(Summary) -> Result<(), TestCaseError>) {
    let cases = std::env::var("KAKARI_HANDOVER_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    if let Err(broken) = TestRunner::new(config).run(&strategy::summary(), property) {
        panic!("{broken}");
    }
}

#[test]
fn no_untold_word_leaves_in_any_form() {
    check(|summary| {
        let summary = with_secrets(summary);
        let document = write_document(&summary, summary.as_of).expect("not withdrawn");
        let document = String::from_utf8(document.to_vec()).expect("UTF-8");
        for form in [document, text(&summary, today()), everything(&script(&summary, today()))] {
            prop_assert!(!form.contains(SECRET));
        }
        Ok(())
    });
}

#[test]
fn of_a_withdrawn_record_nothing_but_that_is_said() {
    check(|mut summary| {
        summary.consent = Consent::Withdrawn { on: "2026-05-01".parse().ok() };
        let script = script(&summary, today());
        let sentence = "閲覧の同意が撤回されているため、この方の記録はお伝えできません。\n";
        prop_assert_eq!(everything(&script), sentence);
        prop_assert_eq!(text(&summary, today()), "救急サマリー(引き継ぎ)\n閲覧同意 撤回 2026/05/01\n");
        prop_assert!(write_document(&summary, summary.as_of).is_err());
        Ok(())
    });
}

#[test]
fn every_critical_alert_and_every_allergy_medicine_and_condition_is_named() {
    check(|summary| {
        let script = script(&summary, today());
        let (told, all) = (summary.told(), said(&script));
        let back = script.read_back.as_deref().unwrap_or_default();
        let symbol = everything(&script).chars().find(|c| "/÷×()（）・+%％<>&'\"→〜~=:;".contains(*c));
        prop_assert_eq!(symbol, None);
        for alert in alerts(&told, Language::Japanese).into_iter().filter(|alert| alert.critical) {
            for reason in alert.reason.split('、') {
                let name = aloud(&reason.replace("(未確認)", ""));
                prop_assert!(all.contains(&name), "{name} is not in\n{all}");
                prop_assert!(back.contains(&name), "{name} is not read back in\n{back}");
            }
        }
        let allergies = told.allergies.block.items().iter().chain(told.contraindications.items());
        let named = allergies.filter(|item| !kakari_record::display::says_only_none(item));
        let names = named.map(|item| item.substance.text.clone());
        // With its side: 「…3 g…」 is heard as a weight.
        let conditions =
            told.conditions.items().iter().map(|item| kakari_record::display::condition(item, Language::Japanese).main);
        for name in names.chain(conditions) {
            prop_assert!(all.contains(&aloud(&name)), "{name} is not in\n{all}");
        }
        let count = told.medicines.items().iter().filter(|item| item.status != MedicineStatus::Past).count();
        prop_assert!(count == 0 || all.contains(&format!("薬は{count}剤、")), "{count} medicines in\n{all}");
        Ok(())
    });
}
