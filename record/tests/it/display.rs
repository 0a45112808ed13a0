//! Finished words: each rule as a table.

use chrono::{DateTime, NaiveDate, Utc};
use kakari_record::display;
use kakari_record::language::Language;
use kakari_record::model::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn partial(text: &str) -> PartialDate {
    text.parse().expect("a partial date")
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn said(on: &str, facility: &str) -> Origin {
    Origin { facility: Some(facility.to_owned()), recorded: Some(partial(on)), ..Origin::default() }
}

fn medicine(product: &str) -> Medicine {
    Medicine {
        product: Coded::from_text(product),
        generic: None,
        strength: None,
        form: None,
        dose: None,
        usage: None,
        days: None,
        date: None,
        pharmacy: None,
        status: MedicineStatus::Current,
        origin: Origin::default(),
    }
}

fn allergy(substance: &str) -> Allergy {
    Allergy {
        substance: Coded::from_text(substance),
        category: AllergyCategory::Medication,
        reactions: Vec::new(),
        severity: None,
        criticality: None,
        verification: Verification::Confirmed,
        past: false,
        note: None,
        origin: Origin::default(),
    }
}

fn untold(condition: Condition) -> Condition {
    Condition { origin: Origin { untold: true, ..condition.origin.clone() }, ..condition }
}

fn condition(name: &str) -> Condition {
    Condition {
        name: Coded::from_text(name),
        side: None,
        onset: None,
        status: ConditionStatus::Active,
        suspected: false,
        note: None,
        origin: Origin::default(),
    }
}

fn summary() -> Summary {
    let identity = Identity {
        number: Some("1234567890123456".parse().expect("a number")),
        name: "山田 花子".into(),
        kana: Some("ヤマダ ハナコ".into()),
        sex: Sex::Female,
        birth_date: Some(partial("1940-03-05")),
        address: None,
        phones: Vec::new(),
        blood_type: None,
    };
    Summary::nothing_recorded(identity, time("2026-11-16T00:00:00Z"))
}

#[test]
fn a_birth_date_tells_its_era() {
    for (birth, words, english) in [
        ("1940-03-05", "昭和15年(1940) 3月5日", "5 Mar 1940 (Showa 15)"),
        ("1868-10-22", "1868年 10月22日", "22 Oct 1868"),
        ("1868-10-23", "明治元年(1868) 10月23日", "23 Oct 1868 (Meiji 1)"),
        ("1912-07-29", "明治45年(1912) 7月29日", "29 Jul 1912 (Meiji 45)"),
        ("1912-07-30", "大正元年(1912) 7月30日", "30 Jul 1912 (Taisho 1)"),
        ("1926-12-24", "大正15年(1926) 12月24日", "24 Dec 1926 (Taisho 15)"),
        ("1926-12-25", "昭和元年(1926) 12月25日", "25 Dec 1926 (Showa 1)"),
        ("1989-01-07", "昭和64年(1989) 1月7日", "7 Jan 1989 (Showa 64)"),
        ("1989-01-08", "平成元年(1989) 1月8日", "8 Jan 1989 (Heisei 1)"),
        ("2019-04-30", "平成31年(2019) 4月30日", "30 Apr 2019 (Heisei 31)"),
        ("2019-05-01", "令和元年(2019) 5月1日", "1 May 2019 (Reiwa 1)"),
        ("2026-11-20", "令和8年(2026) 11月20日", "20 Nov 2026 (Reiwa 8)"),
        ("1940-03", "昭和15年(1940) 3月", "Mar 1940 (Showa 15)"),
        ("1989-01", "昭和64年・平成元年(1989) 1月", "Jan 1989 (Showa 64 / Heisei 1)"),
        ("1989-02", "平成元年(1989) 2月", "Feb 1989 (Heisei 1)"),
        ("1940", "昭和15年(1940)", "1940 (Showa 15)"),
        ("1989", "昭和64年・平成元年(1989)", "1989 (Showa 64 / Heisei 1)"),
        ("2019", "平成31年・令和元年(2019)", "2019 (Heisei 31 / Reiwa 1)"),
        ("1850", "1850年", "1850"),
    ] {
        assert_eq!(display::birth_date(partial(birth), Language::Japanese), words, "{birth}");
        assert_eq!(display::birth_date(partial(birth), Language::English), english, "{birth}");
    }
}

#[test]
fn an_age_is_as_exact_as_it_matters_and_no_more_certain_than_the_birth_date() {
    for (birth, today, words, english) in [
        ("1940-03-05", "2026-11-20", "86歳", "86 y"),
        ("1940-11-20", "2026-11-20", "86歳", "86 y"),
        ("1940-11-21", "2026-11-20", "85歳", "85 y"),
        ("2023-11-20", "2026-11-20", "3歳", "3 y"),
        ("2023-11-21", "2026-11-20", "2歳11か月", "2 y 11 mo"),
        ("2025-09-20", "2026-11-20", "1歳2か月", "1 y 2 mo"),
        ("2025-11-20", "2026-11-20", "1歳0か月", "1 y 0 mo"),
        ("2026-09-06", "2026-11-20", "2か月14日", "2 mo 14 d"),
        ("2026-10-20", "2026-11-20", "1か月0日", "1 mo 0 d"),
        ("2026-11-06", "2026-11-20", "生後14日", "14 days old"),
        ("2026-11-20", "2026-11-20", "生後0日", "0 days old"),
        ("2026-11-21", "2026-11-20", "年齢不明", "age not known"),
        ("2027", "2026-11-20", "年齢不明", "age not known"),
        ("1840-01-01", "2026-11-20", "年齢不明", "age not known"),
        ("2000-02-29", "2026-02-28", "25歳", "25 y"),
        ("2000-02-29", "2026-03-01", "26歳", "26 y"),
        ("2024-02-29", "2025-02-28", "11か月30日", "11 mo 30 d"),
        ("2024-02-29", "2025-03-01", "1歳0か月", "1 y 0 mo"),
        ("2026-01-31", "2026-02-28", "生後28日", "28 days old"),
        ("2026-01-31", "2026-03-01", "1か月0日", "1 mo 0 d"),
        ("1940", "2026-11-20", "85〜86歳", "85-86 y"),
        ("1940", "2026-12-31", "86歳", "86 y"),
        ("2026", "2026-11-20", "0歳", "0 y"),
        ("2025", "2026-11-20", "0〜1歳", "0-1 y"),
        ("1940-03", "2026-11-20", "86歳", "86 y"),
        ("1940-11", "2026-11-20", "85〜86歳", "85-86 y"),
        ("2025-09", "2026-11-20", "1歳1か月〜1歳2か月", "1 y 1 mo to 1 y 2 mo"),
        ("2026-11", "2026-11-20", "0か月", "0 mo"),
    ] {
        assert_eq!(display::age(partial(birth), day(today), Language::Japanese), words, "{birth} on {today}");
        assert_eq!(display::age(partial(birth), day(today), Language::English), english, "{birth} on {today}");
    }
}

#[test]
fn every_day_of_the_first_months_has_an_age_of_its_own() {
    for birth in ["2024-02-29", "2023-12-31", "2024-01-30", "2025-01-31"] {
        let ages =
            (0..330).map(|n| display::age(partial(birth), day(birth) + chrono::Duration::days(n), Language::Japanese));
        let ages: Vec<String> = ages.collect();
        assert!(ages.windows(2).all(|days| days[0] != days[1]), "{birth}");
    }
}

#[test]
fn sex_stands_before_the_age() {
    let mut identity = summary().identity.clone();
    assert_eq!(display::sex_age(&identity, day("2026-11-20"), Language::Japanese), "女性 86歳");
    assert_eq!(display::sex_age(&identity, day("2026-11-20"), Language::English), "Female, 86 y");
    (identity.sex, identity.birth_date) = (Sex::Unknown, None);
    assert_eq!(display::sex_age(&identity, day("2026-11-20"), Language::Japanese), "性別不明 年齢不明");
    assert_eq!(display::sex_age(&identity, day("2026-11-20"), Language::English), "Sex not known, age not known");
}

#[test]
fn a_day_is_told_relative_to_today() {
    for (when, words, english) in [
        ("2026-11-20", "今日", "today"),
        ("2026-11-19", "昨日(11/19)", "yesterday (19 Nov)"),
        ("2026-11-16", "4日前(11/16)", "4 days ago (16 Nov)"),
        ("2026-10-21", "30日前(10/21)", "30 days ago (21 Oct)"),
        ("2026-10-20", "1か月前(2026/10)", "1 month ago (2026/10)"),
        ("2026-09-10", "2か月前(2026/09)", "2 months ago (2026/09)"),
        ("2025-11-21", "11か月前(2025/11)", "11 months ago (2025/11)"),
        ("2024-12-20", "23か月前(2024/12)", "23 months ago (2024/12)"),
        ("2024-11-20", "2年前(2024/11)", "2 years ago (2024/11)"),
        ("2019-05-01", "7年前(2019/05)", "7 years ago (2019/05)"),
        ("2026-11-21", "明日(11/21)", "tomorrow (21 Nov)"),
        ("2026-11-23", "3日後(11/23)", "in 3 days (23 Nov)"),
        ("2027-03-05", "3か月後(2027/03)", "in 3 months (2027/03)"),
        ("2026-11", "今月(2026/11)", "this month (2026/11)"),
        ("2026-09", "2か月前(2026/09)", "2 months ago (2026/09)"),
        ("2020-09", "6年前(2020/09)", "6 years ago (2020/09)"),
        ("2026", "今年(2026年)", "this year (2026)"),
        ("2019", "7年前(2019年)", "7 years ago (2019)"),
    ] {
        assert_eq!(display::relative_day(partial(when), day("2026-11-20"), Language::Japanese), words, "{when}");
        assert_eq!(display::relative_day(partial(when), day("2026-11-20"), Language::English), english, "{when}");
    }
    assert_eq!(
        display::relative_day(partial("2025-12-30"), day("2026-01-03"), Language::Japanese),
        "4日前(2025/12/30)"
    );
}

#[test]
fn data_never_looks_younger_than_it_is() {
    let as_of = time("2026-11-20T00:00:00Z");
    for (seconds, words, english) in [
        (0, "1分前", "1 min ago"),
        (60, "1分前", "1 min ago"),
        (61, "2分前", "2 min ago"),
        (12 * 60, "12分前", "12 min ago"),
        (59 * 60, "59分前", "59 min ago"),
        (59 * 60 + 1, "1時間前", "1 h ago"),
        (3 * 3600, "3時間前", "3 h ago"),
        (3 * 3600 + 1, "4時間前", "4 h ago"),
        (48 * 3600, "48時間前", "48 h ago"),
        (48 * 3600 + 1, "3日前", "3 days ago"),
        (4 * 86_400, "4日前", "4 days ago"),
        (-1, "時計を確認", "check the clock"),
        (-40_000_000, "時計を確認", "check the clock"),
    ] {
        let now = as_of + chrono::Duration::seconds(seconds);
        assert_eq!(display::data_age(as_of, now, Language::Japanese), words, "{seconds} s");
        assert_eq!(display::data_age(as_of, now, Language::English), english, "{seconds} s");
    }
}

#[test]
fn the_clock_is_that_of_japan() {
    assert_eq!(display::clock(time("2026-11-19T17:14:59Z"), Language::Japanese), "11/20(金) 02:14");
    assert_eq!(display::clock(time("2026-12-31T15:00:00Z"), Language::Japanese), "1/1(金) 00:00");
    assert_eq!(display::clock(time("2026-11-19T17:14:59Z"), Language::English), "Fri 11/20 02:14");
    assert_eq!(display::clock(time("2026-12-31T15:00:00Z"), Language::English), "Fri 1/1 00:00");
    assert_eq!(display::day_of(time("2026-11-19T17:14:59Z")), day("2026-11-20"));
}

#[test]
fn dates_show_what_is_known() {
    for (when, words, english) in
        [("2026-04-12", "2026/04/12", "2026/04/12"), ("2026-04", "2026/04", "2026/04"), ("2026", "2026年", "2026")]
    {
        assert_eq!(display::date(partial(when), Language::Japanese), words);
        assert_eq!(display::date(partial(when), Language::English), english);
    }
}

#[test]
fn numbers_cannot_be_misread() {
    for (written, shown) in [
        (".5", "0.5"),
        (".5mg", "0.5mg"),
        ("5.0", "5"),
        ("5.0mg", "5mg"),
        ("0.50錠", "0.5錠"),
        ("2.5mg", "2.5mg"),
        ("5000", "5,000"),
        ("5000.0単位", "5,000単位"),
        ("1,000mg", "1,000mg"),
        ("12345678", "12,345,678"),
        ("100mg/5mL", "100mg/5mL"),
        ("10", "10"),
        ("0", "0"),
        ("0.0", "0"),
        ("1,5", "1,5"),
        ("1.2.3", "1.2.3"),
        ("5.", "5."),
        ("007", "007"),
        ("B12000", "B12000"),
        ("1回2錠", "1回2錠"),
        ("", ""),
        ("適量", "適量"),
        ("1000-2000mL", "1,000-2000mL"),
    ] {
        assert_eq!(display::amount(written), shown, "{written}");
    }
    let number: CommonNumber = "1234567890123456".parse().expect("a number");
    assert_eq!(display::common_number(&number), "1234 5678 9012 3456");
}

proptest::proptest! {
    #[test]
    fn a_number_keeps_its_value(whole in 0u32..999_999_999, fraction in "[0-9]{0,6}") {
        let written = if fraction.is_empty() { whole.to_string() } else { format!("{whole}.{fraction}") };
        let value = |text: &str| text.replace(',', "").parse::<f64>().expect("a number");
        let shown = display::amount(&written);
        proptest::prop_assert!((value(&shown) - value(&written)).abs() < 1e-9, "{written} became {shown}");
        proptest::prop_assert_eq!(display::amount(&shown), shown);
    }

    #[test]
    fn no_pair_of_dates_is_too_odd_to_tell(born in -900_000i32..900_000, on in 0i32..60_000, exactness in 0usize..3) {
        let day = |n: i32| NaiveDate::from_epoch_days(n).unwrap_or_default();
        let text = PartialDate::from(day(born)).to_string();
        let birth = partial(&text[..[4, 7, 10][exactness]]);
        let (age, ago) = (display::age(birth, day(on), Language::Japanese), display::relative_day(birth, day(on), Language::Japanese));
        proptest::prop_assert!(!age.is_empty() && !ago.is_empty() && !display::birth_date(birth, Language::Japanese).is_empty());
    }
}

#[test]
fn a_medicine_leads_with_its_general_name_and_repeats_nothing() {
    let full = |product: &str, strength: &str, form: &str, dose: &str, usage: &str| Medicine {
        strength: Some(strength.into()),
        form: Some(form.into()),
        dose: Some(dose.into()),
        usage: Some(usage.into()),
        ..medicine(product)
    };
    for (item, main, sub) in [
        (
            full("ワーファリン錠1mg", "1mg", "錠", "2錠", "1日1回 夕食後"),
            "ワルファリンカリウム",
            "ワーファリン錠1mg 1回2錠 1日1回 夕食後",
        ),
        (full("ワーファリン", ".5mg", "錠", "2.0錠", "夕"), "ワルファリンカリウム", "ワーファリン 0.5mg 錠 1回2錠 夕"),
        (
            full("アムロジピンOD錠2.5mg「サワイ」", "5mg", "錠", "1錠", "朝"),
            "アムロジピンベシル酸塩",
            "アムロジピンOD錠2.5mg「サワイ」 5mg 1回1錠 朝",
        ),
        (full("ラシックス錠２０ｍｇ", "20mg", "錠", "1錠", "朝"), "フロセミド", "ラシックス錠２０ｍｇ 1回1錠 朝"),
        (medicine("見たことのない薬100mg"), "見たことのない薬100mg", ""),
        (medicine("ヘパリン類似物質"), "ヘパリン類似物質", ""),
    ] {
        let words = display::medicine(&item, Language::Japanese);
        assert_eq!((words.main.as_str(), words.sub.as_str()), (main, sub));
        assert_eq!(words.short, words.main);
    }
}

#[test]
fn a_dose_at_one_time_cannot_be_read_as_the_total_of_a_day() {
    let of = |dose: &str, usage: &str, language| {
        let item = Medicine { dose: Some(dose.into()), usage: Some(usage.into()), ..medicine("未知の薬") };
        display::medicine(&item, language).sub
    };
    for (dose, usage, sub, english) in [
        ("2錠", "1日3回 毎食後", "1回2錠 1日3回 毎食後", "2 tablets per dose, 3 times a day, after each meal"),
        (".5mg", "1日1回", "1回0.5mg 1日1回", "0.5 mg per dose, once a day"),
        ("1〜2錠", "頓用", "1回1〜2錠 頓用", "1〜2錠 per dose, as needed"),
        ("8単位", "1日1回 就寝前", "1回8単位 1日1回 就寝前", "8 units per dose, once a day, at bedtime"),
        ("1回2錠", "1日3回", "1回2錠 1日3回", "2 tablets per dose, 3 times a day"),
        ("１回２錠", "1日3回", "１回２錠 1日3回", "2 tablets per dose, 3 times a day"),
        ("2錠", "1回2錠 1日3回 毎食後", "1回2錠 1日3回 毎食後", "2 tablets per dose, 3 times a day, after each meal"),
        ("2錠", "１回２錠 １日３回", "１回２錠 １日３回", "2 tablets per dose, 3 times a day"),
        ("6錠", "1日量 分3 毎食後", "6錠 1日量 分3 毎食後", "6錠, 1日量 分3 毎食後"),
        ("6錠", "分3 毎食後", "6錠 分3 毎食後", "6錠, 分3 毎食後"),
        ("1日量6錠", "毎食後", "1日量6錠 毎食後", "1日量6錠, after each meal"),
        ("適量", "1日2回", "適量 1日2回", "適量, twice a day"),
    ] {
        assert_eq!(of(dose, usage, Language::Japanese), sub, "{dose} {usage}");
        assert_eq!(of(dose, usage, Language::English), english, "{dose} {usage}");
    }
}

#[test]
fn the_senders_general_name_wins_and_loses_its_mark() {
    let item =
        Medicine { generic: Some("【般】アムロジピン錠5mg".into()), ..medicine("ノルバスク錠5mg") };
    assert_eq!(display::medicine(&item, Language::Japanese).main, "アムロジピン錠5mg");
}

#[test]
fn a_stopped_or_paused_medicine_says_so_in_its_name() {
    let said =
        |status, language| display::medicine(&Medicine { status, ..medicine("ワーファリン錠1mg") }, language).short;
    let with = |status| said(status, Language::Japanese);
    assert_eq!(with(MedicineStatus::Past), "ワルファリンカリウム(中止・終了)");
    assert_eq!(with(MedicineStatus::OnHold), "ワルファリンカリウム(休薬中)");
    assert_eq!(said(MedicineStatus::Past, Language::English), "ワルファリンカリウム (stopped)");
    assert_eq!(said(MedicineStatus::OnHold, Language::English), "ワルファリンカリウム (on hold)");
    assert_eq!(with(MedicineStatus::Unknown), "ワルファリンカリウム");
}

#[test]
fn supply_tells_when_how_long_and_where() {
    let item = Medicine {
        date: Some(partial("2026-11-16")),
        days: Some(28),
        pharmacy: Some("みどり薬局".into()),
        ..medicine("ノルバスク錠5mg")
    };
    assert_eq!(display::supply(&item, day("2026-11-20"), Language::Japanese), "4日前(11/16) 28日分 みどり薬局");
    let english = display::supply(&item, day("2026-11-20"), Language::English);
    assert_eq!(english, "4 days ago (16 Nov), for 28 days, みどり薬局");
    assert_eq!(display::supply(&medicine("ノルバスク錠5mg"), day("2026-11-20"), Language::Japanese), "");
}

#[test]
fn a_medicine_row_ends_with_its_supply() {
    let today = day("2026-11-20");
    let item = |date: &str, pharmacy: Option<&str>| Medicine {
        date: Some(partial(date)),
        days: Some(28),
        pharmacy: pharmacy.map(str::to_owned),
        ..medicine("ノルバスク錠5mg")
    };
    for (item, sub, english) in [
        (
            item("2026-11-16", Some("みどり薬局")),
            "ノルバスク錠5mg 11/16調剤 28日分",
            "ノルバスク錠5mg, dispensed 16 Nov, for 28 days",
        ),
        (
            item("2025-11-16", Some("みどり薬局")),
            "ノルバスク錠5mg 2025/11/16調剤 28日分",
            "ノルバスク錠5mg, dispensed 2025/11/16, for 28 days",
        ),
        (item("2026-11", None), "ノルバスク錠5mg 2026/11記載 28日分", "ノルバスク錠5mg, recorded 2026/11, for 28 days"),
        (medicine("ノルバスク錠5mg"), "ノルバスク錠5mg", "ノルバスク錠5mg"),
    ] {
        assert_eq!(display::medicine_dated(&item, today, Language::Japanese).sub, sub);
        assert_eq!(display::medicine_dated(&item, today, Language::English).sub, english);
    }
}

#[test]
fn a_supply_is_over_a_week_after_its_last_day_and_never_by_guess() {
    let item = |date: &str, days| Medicine { date: Some(partial(date)), days, ..medicine("ノルバスク錠5mg") };
    for (item, over) in [
        (item("2026-10-16", Some(28)), false),
        (item("2026-10-15", Some(28)), true),
        (item("2026-09", Some(28)), true),
        (item("2026-10", Some(28)), false),
        (item("2020-01-01", None), false),
        (item("9999-12-31", Some(u16::MAX)), false),
        (Medicine { days: Some(28), ..medicine("ノルバスク錠5mg") }, false),
    ] {
        assert_eq!(display::supply_over(&item, day("2026-11-20")), over, "{:?} {:?}", item.date, item.days);
    }
}

#[test]
fn an_allergy_tells_reaction_severity_and_doubt() {
    let worst = Allergy {
        reactions: vec!["アナフィラキシー".into()],
        severity: Some(Severity::Severe),
        ..allergy("ペニシリン系")
    };
    let vague =
        Allergy { verification: Verification::Unconfirmed, note: Some("母の話".into()), ..allergy("造影剤") };
    let over = Allergy { past: true, reactions: vec!["発疹".into()], ..allergy("卵") };
    for (item, main, sub, english, unknown) in [
        (worst, "ペニシリン系", "アナフィラキシー・重度", ("ペニシリン系", "アナフィラキシー, severe"), false),
        (allergy("造影剤(ヨード)"), "造影剤(ヨード)", "反応 不明", ("造影剤(ヨード)", "reaction not known"), true),
        (vague, "造影剤", "反応 不明 未確認 母の話", ("造影剤", "reaction not known, unconfirmed, 母の話"), true),
        (over, "卵(過去)", "発疹 過去のもの", ("卵 (past)", "発疹, in the past"), false),
    ] {
        let words = display::allergy(&item, Language::Japanese);
        assert_eq!((words.main.as_str(), words.sub.as_str(), words.unknown), (main, sub, unknown));
        let words = display::allergy(&item, Language::English);
        assert_eq!(((words.main.as_str(), words.sub.as_str()), words.unknown), (english, unknown));
    }
    let contraindicated = display::contraindication(&allergy("ロキソプロフェン"), Language::Japanese);
    assert_eq!((contraindicated.sub.as_str(), contraindicated.unknown), ("", false));
}

#[test]
fn the_word_none_for_a_name_is_no_allergy_and_no_confirmation() {
    for name in ["なし", "特になし", "特記事項なし", " なし。", "アレルギーなし"] {
        for words in [
            display::allergy(&allergy(name), Language::Japanese),
            display::contraindication(&allergy(name), Language::Japanese),
        ] {
            assert_eq!(words.main, format!("「{name}」との記載のみ(未確認)"));
            assert!(words.unknown && words.sub.is_empty(), "{name}");
        }
    }
    let english = display::allergy(&allergy("特になし"), Language::English);
    assert_eq!(
        (english.main.as_str(), english.unknown),
        ("Only \"特になし\" is written: not a confirmed \"none\"", true)
    );
    let reacted = Allergy { reactions: vec!["アナフィラキシー".into()], ..allergy("なし") };
    assert_eq!(display::allergy(&reacted, Language::Japanese).main, "なし");
}

#[test]
fn a_high_criticality_is_told_and_a_low_one_is_not() {
    let said = |criticality, language| {
        let item = Allergy { criticality: Some(criticality), reactions: vec!["発疹".into()], ..allergy("卵") };
        display::allergy(&item, language).sub
    };
    let with = |criticality| said(criticality, Language::Japanese);
    assert_eq!(with(Criticality::High), "発疹・重症化リスク 高");
    assert_eq!(with(Criticality::Low), "発疹");
    assert_eq!(said(Criticality::High, Language::English), "発疹, high risk of severe reaction");
    assert_eq!(said(Criticality::Low, Language::English), "発疹");
}

#[test]
fn a_condition_tells_side_doubt_onset_and_whether_it_is_over() {
    let left =
        Condition { side: Some("左".into()), onset: Some(partial("2019")), ..condition("大腿骨頸部骨折") };
    let within = Condition { side: Some("左".into()), ..condition("左大腿骨頸部骨折") };
    let doubt = Condition { suspected: true, ..condition("肺癌") };
    let over =
        Condition { status: ConditionStatus::Resolved, onset: Some(partial("2012-04")), ..condition("脳梗塞") };
    let quiet = Condition { status: ConditionStatus::Inactive, ..condition("喘息") };
    for (item, line, short, english) in [
        (left, "左 大腿骨頸部骨折 2019年〜", "左 大腿骨頸部骨折", "left 大腿骨頸部骨折, since 2019"),
        (within, "左大腿骨頸部骨折", "左大腿骨頸部骨折", "左大腿骨頸部骨折"),
        (doubt, "肺癌の疑い", "肺癌の疑い", "肺癌 (suspected)"),
        (over, "脳梗塞 既往 2012/04発症", "脳梗塞(既往)", "脳梗塞, past history, onset 2012/04"),
        (quiet, "喘息 現在は活動なし", "喘息(現在は活動なし)", "喘息, not active now"),
    ] {
        let words = display::condition(&item, Language::Japanese);
        assert_eq!((words.line().as_str(), words.short.as_str()), (line, short));
        let words = display::condition(&item, Language::English);
        assert_eq!([words.main, words.sub].join(", ").trim_end_matches(", "), english);
    }
}

#[test]
fn findings_are_facts_without_advice() {
    let origin = Origin::default;
    let device = |kind, name: &str, site: Option<&str>, note: Option<&str>| Device {
        kind,
        name: Coded::from_text(name),
        site: site.map(str::to_owned),
        since: Some(partial("2021-06")),
        note: note.map(str::to_owned),
        origin: origin(),
    };
    let pacemaker = device(DeviceKind::Pacemaker, "アドバイザMRI", Some("左前胸部"), Some("MRI条件付き"));
    let shunt = device(DeviceKind::DialysisShunt, "内シャント", Some("左前腕"), None);
    let dialysis = Dialysis {
        name: "血液透析".into(),
        shunt: Some("左前腕".into()),
        schedule: Some("月水金 午前".into()),
        centre: Some("北町クリニック".into()),
        phone: None,
        origin: origin(),
    };
    let pregnancy = Pregnancy { due: Some(partial("2027-03-05")), note: None, origin: origin() };
    let lab = Lab {
        kind: LabKind::Potassium,
        value: "5.0 mEq/L".into(),
        date: Some(partial("2026-11-01")),
        origin: origin(),
    };
    let living = Baseline { kind: BaselineKind::DailyLiving, text: "全介助".into(), origin: origin() };
    let deaf =
        Communication { kind: CommunicationKind::Hearing, text: "難聴(右) 補聴器".into(), origin: origin() };
    for ([words, in_english], line, english) in [
        (
            [display::device(&pacemaker, Language::Japanese), display::device(&pacemaker, Language::English)],
            "ペースメーカー 左前胸部 アドバイザMRI 2021/06〜 MRI条件付き",
            "Pacemaker, left chest | アドバイザMRI, since 2021/06, MRI条件付き",
        ),
        (
            [display::device(&shunt, Language::Japanese), display::device(&shunt, Language::English)],
            "内シャント 左前腕 2021/06〜",
            "Dialysis shunt, left forearm | 内シャント, since 2021/06",
        ),
        (
            [display::dialysis(&dialysis, Language::Japanese), display::dialysis(&dialysis, Language::English)],
            "血液透析 シャント 左前腕 月水金 午前 北町クリニック",
            "血液透析 (shunt: left forearm) | Mon Wed Fri morning, 北町クリニック",
        ),
        (
            [display::pregnancy(&pregnancy, Language::Japanese), display::pregnancy(&pregnancy, Language::English)],
            "妊娠 分娩予定 2027/03/05",
            "Pregnant | due 2027/03/05",
        ),
        (
            [display::lab(&lab, Language::Japanese), display::lab(&lab, Language::English)],
            "カリウム 5.0 mEq/L 2026/11/01",
            "Potassium 5.0 mEq/L | 2026/11/01",
        ),
        (
            [display::baseline(&living, Language::Japanese), display::baseline(&living, Language::English)],
            "ADL 全介助",
            "ADL: 全介助",
        ),
        (
            [display::communication(&deaf, Language::Japanese), display::communication(&deaf, Language::English)],
            "聴覚 難聴(右) 補聴器",
            "Hearing: 難聴(右) 補聴器",
        ),
    ] {
        assert_eq!(words.line(), line);
        assert_eq!([in_english.main, in_english.sub].join(" | ").trim_end_matches(" | "), english);
    }
}

#[test]
fn people_and_papers_are_named_with_how_to_reach_them() {
    let origin = Origin::default;
    let directive = Directive {
        title: "事前指示書".into(),
        date: Some(partial("2025-04")),
        kept_at: Some("自宅の冷蔵庫".into()),
        doctor: Some("山本医師".into()),
        phone: Some("03-0000-0000".into()),
        origin: origin(),
    };
    let doctor = PrimaryDoctor {
        role: "かかりつけ".into(),
        clinic: Some("さくら医院".into()),
        department: Some("内科".into()),
        doctor: Some("山本".into()),
        phone: Some("03-1111-1111".into()),
        night_phone: Some("090-2222-2222".into()),
        origin: origin(),
    };
    let son = Contact {
        name: Some("山田 太郎".into()),
        relation: Some("長男".into()),
        phones: vec!["090-1".into(), "03-2".into()],
        origin: origin(),
    };
    for ([words, in_english], line, english) in [
        (
            [display::directive(&directive, Language::Japanese), display::directive(&directive, Language::English)],
            "事前指示書 あり 2025/04 保管 自宅の冷蔵庫 連絡先 山本医師 03-0000-0000",
            "事前指示書 (document exists) | 2025/04, kept at 自宅の冷蔵庫, contact 山本医師 03-0000-0000",
        ),
        (
            [display::doctor(&doctor, Language::Japanese), display::doctor(&doctor, Language::English)],
            "かかりつけ さくら医院 内科 山本 03-1111-1111 夜間 090-2222-2222",
            "family doctor さくら医院 | 内科, 山本, 03-1111-1111, night 090-2222-2222",
        ),
        (
            [display::contact(&son, Language::Japanese), display::contact(&son, Language::English)],
            "長男 山田 太郎 090-1 / 03-2",
            "eldest son 山田 太郎 | 090-1 / 03-2",
        ),
    ] {
        assert_eq!(words.line(), line);
        assert_eq!([in_english.main, in_english.sub].join(" | ").trim_end_matches(" | "), english);
    }
    let given = Consent::Given { on: Some(partial("2026-04-12")), by: Some("長女".into()) };
    assert_eq!(display::consent(&given, Language::Japanese), "閲覧同意あり 2026/04/12 (長女)");
    assert_eq!(display::consent(&Consent::NotRecorded, Language::Japanese), "閲覧同意 未記録");
    assert_eq!(display::consent(&given, Language::English), "Consent to view given 2026/04/12 (eldest daughter)");
    assert_eq!(display::consent(&Consent::NotRecorded, Language::English), "Consent to view not recorded");
}

#[test]
fn the_four_values_never_sound_alike() {
    let absence = Absence { origin: said("2026-04-12", "さくら医院") };
    let none: Block<Allergy> = Block::NoneConfirmed(absence.clone());
    let words = |block: &Block<Allergy>| display::standing(Subject::Allergies, block, Language::Japanese);
    assert_eq!(words(&none).as_deref(), Some("アレルギーなし(確認済) 2026/04/12 さくら医院"));
    assert_eq!(words(&Block::NotRecorded).as_deref(), Some("未記録(なしではありません)"));
    assert_eq!(words(&Block::Unavailable(Unavailability::NotSynced)).as_deref(), Some("取得不可 この端末に未着です"));
    assert_eq!(words(&Block::Known(vec![allergy("卵")])), None);
    let food = CategoryAbsence { category: AllergyCategory::Food, origin: absence.origin };
    assert_eq!(
        display::none_of_category(&food, Language::Japanese),
        "食物アレルギーなし(確認済) 2026/04/12 さくら医院"
    );
    let english = |block: &Block<Allergy>| display::standing(Subject::Allergies, block, Language::English);
    assert_eq!(english(&none).as_deref(), Some("Allergies: none (confirmed) 2026/04/12 さくら医院"));
    assert_eq!(english(&Block::NotRecorded).as_deref(), Some("Not recorded (this is not \"none\")"));
    for (why, words) in [
        (Unavailability::NotOpened, "Unavailable: could not be opened"),
        (Unavailability::NotPermitted, "Unavailable: viewing is not permitted"),
        (Unavailability::NotSynced, "Unavailable: not yet on this tablet"),
        (Unavailability::NotUnderstood, "Unavailable: this version cannot read its form"),
        (Unavailability::LeftOut, "Not included in this hand-over"),
        (Unavailability::NotOnCard, "Unavailable: not in the copy on the card"),
    ] {
        assert_eq!(english(&Block::Unavailable(why)).as_deref(), Some(words));
    }
    assert_eq!(english(&Block::Known(vec![allergy("卵")])), None);
    assert_eq!(
        display::none_of_category(&food, Language::English),
        "Food allergies: none (confirmed) 2026/04/12 さくら医院"
    );
}

#[test]
fn origins_say_when_and_where_or_that_nobody_knows() {
    assert_eq!(display::origin(&said("2026-04-12", "北町総合病院"), Language::Japanese), "2026/04/12 北町総合病院");
    assert_eq!(display::origin(&Origin::default(), Language::Japanese), "出所不明");
    assert_eq!(display::origin(&Origin::default(), Language::English), "source not known");
    assert_eq!(display::origin_age(&Origin::default(), day("2026-11-20"), Language::English), "date not known");
    assert_eq!(
        display::origin_age(&said("2026-11-16", "さくら医院"), day("2026-11-20"), Language::Japanese),
        "4日前(11/16) さくら医院"
    );
}

#[test]
fn plain_text_keeps_the_four_values_apart_and_the_untold_unsaid() {
    let mut summary = summary();
    summary.allergies.block = Block::NoneConfirmed(Absence { origin: said("2026-04-12", "さくら医院") });
    summary.medicines = Block::Known(vec![medicine("ワーファリン錠1mg")]);
    summary.devices = Block::Unavailable(Unavailability::NotOpened);
    summary.conditions = Block::Known(vec![condition("高血圧症"), untold(condition("膵癌"))]);
    let text = display::plain(&summary, day("2026-11-20")).join("\n");
    for words in [
        "ヤマダ ハナコ",
        "女性 86歳 昭和15年(1940) 3月5日",
        "1234 5678 9012 3456",
        "情報 4日前(11/16)",
        "▲ 抗凝固薬: ワルファリンカリウム",
        "【アレルギー】\n  アレルギーなし(確認済) 2026/04/12 さくら医院",
        "【体内機器】\n  取得不可 開封できませんでした",
        "【薬剤禁忌】\n  未記録(なしではありません)",
        "- 高血圧症 [出所不明]",
        "表示していない項目 1件",
    ] {
        assert!(text.contains(words), "{words} is missing in\n{text}");
    }
    assert!(!text.contains("膵癌"));
    summary.consent = Consent::Withdrawn { on: Some(partial("2026-05-01")) };
    assert_eq!(display::plain(&summary, day("2026-11-20")), ["閲覧同意 撤回 2026/05/01"]);
}

#[test]
fn words_cannot_be_printed_by_accident() {
    assert_eq!(format!("{:?}", display::allergy(&allergy("ペニシリン"), Language::Japanese)), "Words([redacted])");
}

#[test]
fn a_none_against_what_is_known_says_of_what_and_by_whom() {
    let absence = Absence { origin: said("2026-05-01", "東町内科") };
    let said = |category, language| {
        display::disputed(&Disputed { subject: Subject::Allergies, category, absence: absence.clone() }, language)
            .line()
    };
    let of = |category| said(category, Language::Japanese);
    assert_eq!(of(None), "記載不一致 アレルギーなし(確認済) 2026/05/01 東町内科");
    assert_eq!(of(Some(AllergyCategory::Food)), "記載不一致 食物アレルギーなし(確認済) 2026/05/01 東町内科");
    assert_eq!(
        said(None, Language::English),
        "Documents differ: one says \"Allergies: none (confirmed)\" 2026/05/01 東町内科"
    );
}

#[test]
fn two_statements_of_none_are_both_in_the_plain_text() {
    let identity = Identity {
        number: None,
        name: "試験 太郎".to_owned(),
        kana: None,
        sex: Sex::Male,
        birth_date: None,
        address: None,
        phones: Vec::new(),
        blood_type: None,
    };
    let mut summary = Summary::nothing_recorded(identity, time("2026-05-01T00:00:00Z"));
    let mut origin = said("2026-05-01", "東町内科");
    let (facility, recorded) = (Some("北町医院".to_owned()), Some(partial("2025-04-01")));
    origin.also = vec![AlsoStated { facility, recorded, ..AlsoStated::default() }];
    summary.allergies.block = Block::NoneConfirmed(Absence { origin });
    let lines = display::plain(&summary, day("2026-05-02"));
    let at = lines.iter().position(|line| line.contains("アレルギーなし(確認済) 2026/05/01 東町内科")).expect("said");
    assert_eq!(lines[at + 1].trim(), "ほか 2025/04/01 北町医院");
}

/// What a document or the merging wrote as text: all of it or nothing is said in English.
#[test]
fn words_of_a_record_become_english_whole_or_not_at_all() {
    let also = |differs: &str| {
        let other = AlsoStated { differs: Some(differs.to_owned()), ..AlsoStated::default() };
        display::also_stated(&Origin { also: vec![other], ..Origin::default() }, Language::English).join(" ")
    };
    for (written, english) in [
        ("重度 重症化リスク 高", "severe high risk of severe reaction"),
        ("現在もあり", "still present"),
        ("1回2錠 1日3回 毎食後", "2 tablets per dose, 3 times a day, after each meal"),
        ("2012年発症", "onset 2012"),
        ("2021/06から", "since 2021/06"),
        ("12時間ごと", "every 12 h"),
        ("否定", "refuted"),
        ("否定 できない", "否定 できない"),
        ("1日2回 両肘に塗布", "1日2回 両肘に塗布"),
        ("母の話から", "母の話から"),
    ] {
        assert_eq!(also(written), format!("source not known: {english}"));
    }
}
