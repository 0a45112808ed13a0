//! The red strip: what fires, what looks alike and must not, and in which order.

use chrono::{DateTime, Utc};
use kakari_record::alerts::{AlertKind, alerts, fires, rank_of, tag_for, weight};
use kakari_record::codes;
use kakari_record::language::Language;
use kakari_record::model::*;

use AlertKind::{
    Anaphylaxis, Anticoagulant, Antiepileptic, Antiplatelet, AutoInjector, BetaBlocker, CardiacDevice,
    Contraindication, Immunosuppressant, Insulin, Opioid, SevereAllergy, Steroid, Sulfonylurea,
};

pub(crate) fn medicine(product: &str) -> Medicine {
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

pub(crate) fn coded(product: &str, system: &str, code: &str) -> Medicine {
    let mut medicine = medicine(product);
    medicine.product.codings.push(Coding { system: system.into(), code: code.into() });
    medicine
}

fn nobody() -> Summary {
    let identity = Identity {
        number: None,
        name: "試験".into(),
        kana: None,
        sex: Sex::Unknown,
        birth_date: None,
        address: None,
        phones: Vec::new(),
        blood_type: None,
    };
    Summary::nothing_recorded(identity, DateTime::<Utc>::UNIX_EPOCH)
}

fn taking(medicines: Vec<Medicine>) -> Summary {
    let mut summary = nobody();
    summary.medicines = Block::from_items(medicines);
    summary
}

fn kinds(summary: &Summary) -> Vec<AlertKind> {
    alerts(summary, Language::Japanese).iter().map(|alert| alert.kind).collect()
}

pub(crate) fn fired(medicine: Medicine) -> Vec<AlertKind> {
    kinds(&taking(vec![medicine]))
}

#[test]
fn medicines_of_a_class_fire_by_brand_general_name_and_house_generics() {
    for (kind, products) in [
        (
            Anticoagulant,
            &[
                "ワーファリン錠1mg",
                "ワルファリンK錠0.5mg「NP」",
                "エリキュース錠5mg",
                "リクシアナOD錠30mg",
                "イグザレルト錠15mg",
                "プラザキサカプセル110mg",
                "ヘパリンNa注5千単位/5mL「モチダ」",
                "血液サラサラの薬",
                "ﾜｰﾌｧﾘﾝ錠1mg",
                "ワ－ファリン錠１ｍｇ",
                "【般】ワルファリンK錠1mg",
                "Warfarin 5 mg",
            ][..],
        ),
        (
            Antiplatelet,
            &[
                "バイアスピリン錠100mg",
                "アスピリン腸溶錠100mg「トーワ」",
                "クロピドグレル錠75mg「SANIK」",
                "プレタールOD錠100mg",
                "タケルダ配合錠",
                "コンプラビン配合錠",
                "バファリン配合錠A81",
                "エフィエント錠3.75mg",
            ],
        ),
        (
            Insulin,
            &[
                "ランタスXR注ソロスター",
                "インスリン グラルギンBS注ソロスター「FFP」",
                "インスリングラルギン",
                "ノボラピッド30ミックス注フレックスペン",
                "ヒューマログミックス25注ミリオペン",
                "ライゾデグ配合注フレックスタッチ",
                "ゾルトファイ配合注フレックスタッチ",
            ],
        ),
        (Sulfonylurea, &["アマリール1mg錠", "グリメピリド錠0.5mg「三和」", "グリミクロン錠40mg", "ソニアス配合錠LD"]),
        (
            Steroid,
            &[
                "プレドニン錠5mg",
                "プレドニゾロン錠1mg(旭化成)",
                "リンデロン錠0.5mg",
                "デカドロン錠4mg",
                "メドロール錠4mg",
                "セレスタミン配合錠",
                "コートリル錠10mg",
            ],
        ),
        (
            Antiepileptic,
            &[
                "デパケンR錠200mg",
                "イーケプラ錠500mg",
                "バルプロ酸Na徐放錠A200mg「トーワ」",
                "テグレトール錠200mg",
                "フェノバール錠30mg",
                "ダイアップ坐剤4",
            ],
        ),
        (
            BetaBlocker,
            &[
                "メインテート錠2.5mg",
                "アーチスト錠10mg",
                "カルベジロール錠2.5mg「サワイ」",
                "ビソノテープ4mg",
                "アルマール錠10",
                "ミケラン錠5mg",
                "インデラル錠10mg",
            ],
        ),
        (
            Opioid,
            &[
                "MSコンチン錠10mg",
                "オキシコンチンTR錠5mg",
                "フェントステープ1mg",
                "トラムセット配合錠",
                "ノルスパンテープ5mg",
            ],
        ),
        (
            Immunosuppressant,
            &[
                "プログラフカプセル0.5mg",
                "メトトレキサート錠2mg「あゆみ」",
                "リウマトレックスカプセル2mg",
                "ネオーラル25mgカプセル",
                "ティーエスワン配合OD錠T20",
                "タグリッソ錠80mg",
                "注射用エンドキサン100mg",
                "注射用メソトレキセート50mg",
                "ヒュミラ皮下注40mgペン0.4mL",
            ],
        ),
        (AutoInjector, &["エピペン注射液0.3mg", "ネフィー点鼻液2mg"]),
    ] {
        for product in products {
            assert_eq!(fired(medicine(product)), [kind], "{product}");
            assert!(tag_for(&medicine(product), Language::Japanese).is_some(), "{product}");
        }
    }
}

#[test]
fn names_that_a_crew_knows_fire_too() {
    for (kind, products) in [
        (
            Opioid,
            "トアラセット配合錠「トーワ」 ソセゴン錠25mg ペンタジン注射液15 ラフェンタテープ2.75mg コデインリン酸塩錠20mg",
        ),
        (Insulin, "アウィクリ注フレックスタッチ総量300単位"),
        (
            Antiplatelet,
            "サルポグレラート塩酸塩錠100mg「サワイ」 アンプラーグ錠100mg ベラプロストNa錠20μg ドルナー錠20μg",
        ),
        (Antiplatelet, "プロサイリン錠20 バファリン配合錠A81"),
        (Anticoagulant, "血液をサラサラにする薬 血をさらさらにする薬"),
        (Sulfonylurea, "ジメリン錠500mg デアメリンS錠50mg ナテグリニド錠90mg スターシス錠90mg ファスティック錠90"),
        (
            Sulfonylurea,
            "ミチグリニドCa・OD錠10mg グルファスト錠10mg グルベス配合OD錠 レパグリニド錠0.5mg シュアポスト錠0.5mg",
        ),
        (
            BetaBlocker,
            "トランデート錠50mg セレクトール錠100mg ケルロング錠5mg ナディック錠30mg アモスラロール塩酸塩錠10mg アセタノールカプセル100mg",
        ),
        (
            Antiepileptic,
            "ブリィビアクト錠50mg ディアコミットカプセル250mg イノベロン錠100mg サブリル散分包500mg フィンテプラ内用液2.2mg/mL オスポロット錠50mg",
        ),
        (Steroid, "コートン錠25mg ソル・コーテフ静注用100mg サクシゾン静注用300mg プレドネマ注腸20mg"),
        (
            Immunosuppressant,
            "オレンシア皮下注125mg アバタセプト シムジア皮下注200mg ケブザラ皮下注200mg シンポニー皮下注50mg",
        ),
        (Immunosuppressant, "ステラーラ皮下注45mg リンヴォック錠15mg サーティカン錠0.5mg エベロリムス錠0.5mg"),
        (Immunosuppressant, "アラバ錠20mg レフルノミド錠20mg ケアラム錠25mg レブラミドカプセル5mg"),
    ] {
        for product in products.split(' ') {
            assert_eq!(fired(medicine(product)), [kind], "{product}");
        }
    }
}

#[test]
fn no_label_tells_a_patient_of_a_cancer() {
    let untold = medicine("ティーエスワン配合OD錠T20");
    assert_eq!(tag_for(&untold, Language::Japanese), Some("免疫低下"));
    assert_eq!(alerts(&taking(vec![untold]), Language::Japanese)[0].label, "免疫低下の薬");
    assert!(AlertKind::ALL.iter().all(|kind| !kind.label(Language::Japanese).contains("がん薬")));
}

#[test]
fn what_only_looks_alike_fires_nothing() {
    for product in [
        "ノルバデックス錠20mg", // not ノルバスク, and hormone therapy, not chemotherapy
        "ノルバスク錠5mg",
        "ヒルドイドソフト軟膏0.3%", // heparinoid ointment
        "ヘパリン類似物質油性クリーム0.3%「日医工」",
        "ヘパリンNaロック用10単位/mLシリンジ10mL「オーツカ」",
        "ヘパフラッシュ100単位/mLシリンジ10mL",
        "バファリンプレミアム",
        "バファリンルナi",
        "カロナール錠200",
        "インスリン注入器用注射針 ナノパスニードル34G",
        "グルカゴンGノボ注射用1mg",
        "バクスミー点鼻粉末剤3mg",
        "メトグルコ錠500mg",
        "ジャヌビア錠50mg",
        "バファリンA",
        "アマージ錠2.5mg", // migraine, not アマリール
        "アドレナリン注0.1%シリンジ「テルモ」",
        "エピペン練習用トレーナー",
        "リリカOD錠75mg",
        "トレリーフOD錠25mg", // zonisamide for Parkinson's disease
        "デパス錠0.5mg",      // not デパケン
        "メイラックス錠1mg",  // not メインテート
        "アテレック錠10",     // not アテノロール
        "メジコン錠15mg",
        "ロペミンカプセル1mg",
        "スインプロイク錠0.2mg",
        "アポモルヒネ塩酸塩",
        "プロトピック軟膏0.1%",
        "タリムス点眼液0.1%",
        "パピロックミニ点眼液0.1%(シクロスポリン)",
        "アリミデックス錠1mg",
        "カソデックス錠80mg",
        "コレクチム軟膏0.5%(デルゴシチニブ)",
        "プラリア皮下注60mgシリンジ",
        "パキシル錠20mg",
        "ザイロリック錠100",
    ] {
        assert_eq!(fired(medicine(product)), [], "{product}");
        assert_eq!(tag_for(&medicine(product), Language::Japanese), None, "{product}");
    }
}

#[test]
fn local_steroids_and_eye_drops_are_marked_at_their_row_and_stay_off_the_strip() {
    for (product, tag) in [
        ("リンデロン-VG軟膏0.12%", "ステロイド(外用)"),
        ("リンデロンA軟膏", "ステロイド(外用)"),
        ("プレドニゾロン軟膏0.5%「VTRS」", "ステロイド(外用)"),
        ("リンデロン点眼・点耳・点鼻液0.1%", "ステロイド(点眼)"),
        ("デキサメタゾン口腔用軟膏0.1%", "ステロイド(外用)"),
        ("チモプトール点眼液0.5%", "β遮断(点眼)"),
        ("チモロールXE点眼液0.5%", "β遮断(点眼)"),
        ("コソプト配合点眼液", "β遮断(点眼)"),
        ("ミケランLA点眼液2%", "β遮断(点眼)"),
    ] {
        assert_eq!(fired(medicine(product)), [], "{product}");
        assert_eq!(tag_for(&medicine(product), Language::Japanese), Some(tag), "{product}");
    }
    for product in
        ["パルミコート200μgタービュヘイラー", "レルベア200エリプタ", "アラミスト点鼻液", "フルメトロン点眼液0.1%"]
    {
        assert_eq!(fired(medicine(product)), [], "{product}");
    }
    let by_usage =
        Medicine { usage: Some("1日2回 両眼に点眼".into()), ..medicine("カルテオロール塩酸塩LA") };
    assert_eq!(fired(by_usage), []);
}

#[test]
fn codes_fire_whatever_the_product_is_called() {
    for (kind, system, code) in [
        (Anticoagulant, codes::YJ, "3339004F1029"),
        (Antiplatelet, codes::YJ, "3399008F1203"),
        (Sulfonylurea, codes::YJ, "3961008F1020"),
        (Insulin, codes::YJ, "2492415G1024"),
        (Steroid, codes::YJ, "2456001F1310"),
        (Antiepileptic, codes::YJ, "1139010F1024"),
        (BetaBlocker, codes::YJ, "2123016F1107"),
        (Opioid, codes::YJ, "8119002G1022"),
        (Immunosuppressant, codes::YJ, "4291045F1027"),
        (Anticoagulant, codes::ATC, "B01AF02"),
        (Insulin, codes::ATC, "A10AE04"),
        (Steroid, codes::ATC, "H02AB06"),
    ] {
        assert_eq!(fired(coded("先発品A", system, code)), [kind], "{code}");
    }
    for (system, code) in [
        (codes::YJ, "3339950M1133"), // heparinoid ointment has an anticoagulant's class
        (codes::YJ, "2451402G1040"), // adrenaline shares 245 with the steroids
        (codes::YJ, "4291101M1021"), // isotretinoin shares 4291 with chemotherapy
        (codes::YJ, "3962002F2027"),
        (codes::YJ, "2171022F1029"),
        (codes::ATC, "S01ED01"),
    ] {
        assert_eq!(fired(coded("先発品A", system, code)), [], "{code}");
    }
}

#[test]
fn a_stopped_medicine_is_silent_and_a_paused_one_says_so() {
    let with = |status| taking(vec![Medicine { status, ..medicine("ワーファリン錠1mg") }]);
    assert_eq!(kinds(&with(MedicineStatus::Past)), []);
    assert_eq!(alerts(&with(MedicineStatus::OnHold), Language::Japanese)[0].reason, "ワルファリンカリウム(休薬中)");
    assert_eq!(kinds(&with(MedicineStatus::Unknown)), [Anticoagulant]);
}

#[test]
fn alerts_come_worst_first_and_once_each_with_every_reason() {
    let names = ["メインテート錠2.5mg", "ワーファリン錠1mg", "エリキュース錠5mg", "ワルファリンK錠1mg「NP」"];
    let found = alerts(&taking(names.map(medicine).to_vec()), Language::Japanese);
    let told: Vec<(&str, &str, bool)> = found.iter().map(|a| (a.label, a.reason.as_str(), a.critical)).collect();
    assert_eq!(
        told,
        [("抗凝固薬", "ワルファリンカリウム、アピキサバン", false), ("β遮断薬", "ビソプロロールフマル酸塩", false)]
    );
}

fn allergy(substance: &str, reaction: &str) -> Allergy {
    Allergy {
        substance: Coded::from_text(substance),
        category: AllergyCategory::Medication,
        reactions: vec![reaction.to_owned()],
        severity: None,
        criticality: None,
        verification: Verification::Confirmed,
        past: false,
        note: None,
        origin: Origin::default(),
    }
}

#[test]
fn only_a_grave_allergy_reaches_the_strip() {
    let grave = Allergy { criticality: Some(Criticality::High), ..allergy("蜂毒", "発疹") };
    let unsure = Allergy {
        verification: Verification::Unconfirmed, ..allergy("そば", "アナフィラキシーショック")
    };
    let over = Allergy { past: true, ..allergy("卵", "アナフィラキシー") };
    let noted =
        Allergy { note: Some("2019年 アナフィラキシーで入院".into()), ..allergy("くるみ", "蕁麻疹") };
    let denied = Allergy {
        note: Some("アナフィラキシー歴なし".into()), ..allergy("キウイ", "口腔内違和感")
    };
    let mut summary = nobody();
    summary.allergies.block = Block::Known(vec![
        grave,
        unsure,
        over,
        noted,
        denied,
        allergy("サバ", "蕁麻疹"),
        allergy("ペニシリン", "アナフィラキシー"),
    ]);
    let told: Vec<(AlertKind, String)> =
        alerts(&summary, Language::Japanese).iter().map(|a| (a.kind, a.reason.clone())).collect();
    assert_eq!(
        told,
        [(Anaphylaxis, "そば(未確認)、くるみ、ペニシリン".to_owned()), (SevereAllergy, "蜂毒".to_owned())]
    );
    assert!(alerts(&summary, Language::Japanese).iter().all(|alert| alert.critical && alert.mark() == '■'));
}

#[test]
fn only_a_plain_denial_takes_an_anaphylaxis_back() {
    let of = |reaction: &str| {
        let mut summary = nobody();
        summary.allergies.block = Block::Known(vec![allergy("そば", reaction)]);
        kinds(&summary)
    };
    for real in [
        "アナフィラキシーショック(意識なし)",
        "アナフィラキシー 後遺症なし",
        "アナフィラキシー。以後症状なし",
        "食物依存性運動誘発アナフィラキシー、他の原因は否定",
        "アナフィラキシーは否定できない",
        "アナフィラキシーあり、ショックなし",
        "ショックはなし、アナフィラキシー",
    ] {
        assert_eq!(of(real), [Anaphylaxis], "{real}");
    }
    for denied in [
        "アナフィラキシーなし",
        "アナフィラキシーはなし",
        "アナフィラキシー歴なし",
        "アナフィラキシーの既往なし",
        "アナフィラキシーショックなし",
        "発疹のみ、ショックなし",
        "アナフィラキシーは否定",
        "アナフィラキシーは否定的",
    ] {
        assert_eq!(of(denied), [], "{denied}");
    }
}

#[test]
fn a_contraindicated_drug_is_told_as_such_and_as_an_allergy_only_when_it_is_one() {
    let of = |drug: Allergy| {
        let mut summary = nobody();
        summary.contraindications = Block::Known(vec![drug]);
        alerts(&summary, Language::Japanese)
            .iter()
            .map(|a| (a.kind, a.label, a.reason.clone(), a.critical))
            .collect::<Vec<_>>()
    };
    let high = |reaction: &str| Allergy {
        criticality: Some(Criticality::High),
        ..allergy("レボフロキサシン", reaction)
    };
    let alone = [(Contraindication, "薬剤禁忌", "レボフロキサシン".to_owned(), true)];
    assert_eq!(of(high("けいれん")), alone);
    assert_eq!(of(Allergy { reactions: Vec::new(), ..allergy("レボフロキサシン", "") }), alone);
    assert_eq!(of(Allergy { past: true, ..high("けいれん") }), []);
    assert_eq!(of(allergy("なし", "")).len(), 1, "an empty reaction is still something written");
    assert_eq!(of(Allergy { reactions: Vec::new(), ..allergy("なし", "") }), []);
    let kinds = |drug| of(drug).into_iter().map(|found| found.0).collect::<Vec<_>>();
    assert_eq!(kinds(high("全身の蕁麻疹")), [SevereAllergy, Contraindication]);
    assert_eq!(kinds(high("アナフィラキシー")), [Anaphylaxis, Contraindication]);
    assert!(Contraindication > SevereAllergy && Contraindication < AutoInjector);
}

#[test]
fn the_word_none_for_a_name_raises_nothing_and_sorts_last() {
    let grave =
        Allergy { criticality: Some(Criticality::High), reactions: Vec::new(), ..allergy("特記事項なし", "") };
    let noted = Allergy { note: Some("2019年 そばでアナフィラキシー".into()), ..grave.clone() };
    let mut summary = nobody();
    summary.allergies.block = Block::Known(vec![grave.clone()]);
    assert_eq!(kinds(&summary), []);
    assert_eq!((weight(&grave), weight(&noted)), (3, 0));
}

#[test]
fn allergies_sort_by_how_grave_they_are() {
    let severe = Allergy { severity: Some(Severity::Severe), ..allergy("サバ", "蕁麻疹") };
    let high = Allergy { criticality: Some(Criticality::High), ..allergy("蜂毒", "発疹") };
    let over = Allergy { past: true, ..allergy("卵", "アナフィラキシー") };
    for (allergy, heavy) in [
        (allergy("そば", "アナフィラキシーショック"), 0),
        (severe, 1),
        (high, 1),
        (allergy("ペニシリン", "発疹"), 2),
        (over, 3),
    ] {
        assert_eq!(weight(&allergy), heavy, "{}", allergy.substance.text);
    }
}

#[test]
fn medicines_sort_by_the_worst_alert_they_raise() {
    for (product, kind) in [
        ("ワーファリン錠1mg", Some(Anticoagulant)),
        ("メインテート錠2.5mg", Some(BetaBlocker)),
        ("リンデロン-VG軟膏0.12%", None),
        ("チモプトール点眼液0.5%", None),
        ("ノルバスク錠5mg", None),
    ] {
        assert_eq!(rank_of(&medicine(product)), kind, "{product}");
        assert_eq!(fires(&medicine(product)), kind.is_some(), "{product}");
    }
    assert!(!fires(&Medicine { status: MedicineStatus::Past, ..medicine("ワーファリン錠1mg") }));
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

#[test]
fn conditions_fire_only_when_they_are_present_and_told() {
    let of = |condition: Condition| {
        let mut summary = nobody();
        summary.conditions = Block::Known(vec![condition]);
        kinds(&summary)
    };
    assert_eq!(of(condition("慢性腎不全(維持透析中)")), [AlertKind::Dialysis]);
    assert_eq!(of(condition("完全房室ブロック ペースメーカー植込み後")), [CardiacDevice]);
    assert_eq!(of(condition("肺結核")), [AlertKind::Infection]);
    for paced in [
        "ペースメーカー植込み後(電池交換予定)",
        "ペースメーカ装着",
        "ペースメーカー装着中",
        "ペースメーカー挿入後",
        "ペースメーカー術後",
        "CRT植込み後",
        "ICD植込み後 再手術の適応を検討",
        "洞不全症候群 ペースメーカー植込後 アブレーション予定",
    ] {
        assert_eq!(of(condition(paced)), [CardiacDevice], "{paced}");
    }
    for dialysed in ["維持透析中 人工呼吸器離脱後", "血液透析中(腹膜透析導入予定)", "慢性腎不全 血液透析 移植予定"]
    {
        assert_eq!(of(condition(dialysed)), [AlertKind::Dialysis], "{dialysed}");
    }
    assert_eq!(of(Condition { status: ConditionStatus::Inactive, ..condition("肺結核") }), []);
    assert_eq!(of(untold(condition("慢性腎不全(維持透析中)"))), []);
    assert_eq!(of(Condition { status: ConditionStatus::Resolved, ..condition("肺結核") }), []);
    for silent in [
        "慢性腎臓病 血液透析導入検討中",
        "陳旧性肺結核",
        "ペースメーカー植込み適応",
        "洞不全症候群 ペースメーカー植込予定",
        "ICD植え込み予定",
        "腎不全 人工透析導入予定",
        "急性腎不全 血液透析を離脱",
        "糖尿病",
        "インスリノーマ",
    ] {
        assert_eq!(of(condition(silent)), [], "{silent}");
    }
}

#[test]
fn an_allergy_that_only_one_document_calls_over_still_fires_and_says_that_they_differ() {
    let of = |allergy: Allergy| {
        let mut summary = nobody();
        summary.allergies.block = Block::Known(vec![allergy]);
        alerts(&summary, Language::Japanese).into_iter().map(|alert| alert.reason).collect::<Vec<_>>()
    };
    let over = Allergy { past: true, ..allergy("ペニシリン", "アナフィラキシー") };
    assert_eq!(of(over.clone()), Vec::<String>::new());
    let mut disputed = over;
    disputed.origin.also = vec![AlsoStated { differs: Some(AlsoStated::PRESENT.to_owned()), ..AlsoStated::default() }];
    assert_eq!(of(disputed), ["ペニシリン(記載差)"]);
}

#[test]
fn facts_recorded_as_conditions_fire_and_their_denials_do_not() {
    for (name, kind) in [
        ("妊娠30週", AlertKind::Pregnancy),
        ("造影剤アナフィラキシーショックの既往", AlertKind::Anaphylaxis),
        ("アスピリン喘息", AlertKind::SevereAllergy),
        ("B型肝炎キャリア", AlertKind::Infection),
        ("MRSA保菌", AlertKind::Infection),
    ] {
        let mut summary = nobody();
        summary.conditions = Block::Known(vec![condition(name)]);
        assert_eq!(kinds(&summary), [kind], "{name}");
    }
    for silent in ["妊娠歴 2回", "産後うつ病", "B型肝炎ワクチン接種後", "アナフィラキシーの既往なし"]
    {
        let mut summary = nobody();
        summary.conditions = Block::Known(vec![condition(silent)]);
        assert_eq!(kinds(&summary), [], "{silent}");
    }
}

#[test]
fn a_tablet_stays_systemic_whatever_its_usage_speaks_of() {
    let tablet =
        Medicine { usage: Some("吸入薬と併用 1日1回".to_owned()), ..medicine("プレドニゾロン錠5mg") };
    assert_eq!(tag_for(&tablet, Language::Japanese), tag_for(&medicine("プレドニゾロン錠5mg"), Language::Japanese));
    assert_eq!(alerts(&taking(vec![tablet]), Language::Japanese).len(), 1);
}

#[test]
fn devices_fire_by_kind_or_by_name() {
    let of = |kind, name: &str| {
        let device = Device {
            kind,
            name: Coded::from_text(name),
            site: Some("左前腕".into()),
            since: None,
            note: None,
            origin: Origin::default(),
        };
        let mut summary = nobody();
        summary.devices = Block::Known(vec![device]);
        kinds(&summary)
    };
    assert_eq!(of(DeviceKind::Pacemaker, "アドバイザ"), [CardiacDevice]);
    assert_eq!(of(DeviceKind::Device, "CRT-D"), [CardiacDevice]);
    assert_eq!(of(DeviceKind::DialysisShunt, "内シャント"), [AlertKind::Dialysis]);
    assert_eq!(of(DeviceKind::InsulinPump, "ミニメド"), [Insulin]);
    assert_eq!(of(DeviceKind::DialysisShunt, "V-Pシャント"), [], "a sender's wrong kind");
    for silent in ["脳室腹腔シャント", "V-Pシャント", "冠動脈ステント", "家庭用AED"] {
        assert_eq!(of(DeviceKind::Device, silent), [], "{silent}");
    }
}

#[test]
fn a_device_known_only_by_its_operation_fires() {
    let done =
        |name: &str| Procedure { name: Coded::from_text(name), date: None, note: None, origin: Origin::default() };
    let of = |name: &str| {
        let mut summary = nobody();
        summary.procedures = Block::Known(vec![done(name)]);
        kinds(&summary)
    };
    for name in [
        "ペースメーカー植込み術",
        "ペースメーカー移植術",
        "植込型除細動器移植術",
        "両心室ペーシング機能付き植込型除細動器移植術",
        "ICD植込み術",
        "CRT植込み術",
        "ペースメーカー電池交換術",
    ] {
        assert_eq!(of(name), [CardiacDevice], "{name}");
    }
    assert_eq!(of("内シャント造設術"), [AlertKind::Dialysis]);
    for silent in [
        "ペースメーカー抜去術",
        "内シャント閉鎖術",
        "脳室腹腔シャント造設術",
        "電気的除細動",
        "体外ペースメーキング術",
        "一時的ペースメーカー留置",
        "胆嚢摘出術",
    ] {
        assert_eq!(of(silent), [], "{silent}");
    }
    let mut both = nobody();
    both.procedures = Block::Known(vec![done("ペースメーカー植込み術")]);
    both.devices = Block::Known(vec![Device {
        kind: DeviceKind::Pacemaker,
        name: Coded::from_text("アドバイザ"),
        site: None,
        since: None,
        note: None,
        origin: Origin::default(),
    }]);
    assert_eq!(alerts(&both, Language::Japanese)[0].reason, "ペースメーカー", "the device tells it already");
}

#[test]
fn the_rest_of_the_summary_raises_its_own_alerts() {
    let mut summary = nobody();
    let origin = Origin::default;
    let infection = |name: &str, positive| Infection {
        name: name.into(),
        result: if positive { "陽性" } else { "陰性" }.into(),
        positive,
        date: None,
        origin: origin(),
    };
    summary.infections = Block::Known(vec![infection("HBs抗原", false), infection("HCV抗体", true)]);
    summary.dialysis = Block::Known(vec![Dialysis {
        name: "血液透析".into(),
        shunt: Some("左前腕".into()),
        schedule: None,
        centre: None,
        phone: None,
        origin: origin(),
    }]);
    summary.pregnancy = Block::Known(vec![Pregnancy { due: "2027-03-05".parse().ok(), note: None, origin: origin() }]);
    summary.communication = Block::Known(vec![Communication {
        kind: CommunicationKind::Hearing,
        text: "難聴(右)".into(),
        origin: origin(),
    }]);
    summary.directives = Block::Known(vec![Directive {
        title: "DNAR指示書".into(),
        date: "2025-04".parse().ok(),
        kept_at: Some("自宅".into()),
        doctor: None,
        phone: None,
        origin: origin(),
    }]);
    let told: Vec<(&str, String)> =
        alerts(&summary, Language::Japanese).iter().map(|a| (a.label, a.reason.clone())).collect();
    assert_eq!(
        told.iter().map(|(label, reason)| (*label, reason.as_str())).collect::<Vec<_>>(),
        [
            ("透析", "血液透析 シャント 左前腕"),
            ("妊娠", "分娩予定 2027/03/05"),
            ("事前指示あり", "文書あり 2025/04 自宅"),
            ("感染症", "HCV抗体 陽性"),
            ("意思疎通", "聴覚 難聴(右)"),
        ]
    );
}

#[test]
fn nothing_recorded_raises_nothing() {
    assert_eq!(kinds(&nobody()), []);
}
