//! The formulary: which drug a product is, and that its two tables agree.

use std::collections::BTreeSet;
use std::fmt::Write;

use kakari_record::alerts::AlertKind;
use kakari_record::codes;
use kakari_record::formulary::{self, Drug};

use crate::alerts::{coded, fired, medicine};

use AlertKind::{
    Anticoagulant, Antiepileptic, Antiplatelet, AutoInjector, BetaBlocker, Dialysis, Immunosuppressant, Insulin,
    Opioid, Steroid, Sulfonylurea,
};

#[test]
fn the_formulary_tells_look_alikes_apart() {
    for (product, generic) in [
        ("ノルバスク錠5mg", "アムロジピンベシル酸塩"),
        ("ノルバデックス錠20mg", "タモキシフェンクエン酸塩"),
        ("アマリール1mg錠", "グリメピリド"),
        ("アルマール錠10", "アロチノロール塩酸塩"),
        ("ヒューマログ注ミリオペン", "インスリン リスプロ"),
        ("ヒューマログミックス25注ミリオペン", "インスリン リスプロ混合製剤"),
        ("5mgセルシン錠", "ジアゼパム"),
        ("タケプロンOD錠15", "ランソプラゾール"),
        ("タケキャブ錠10mg", "ボノプラザンフマル酸塩"),
        ("タケルダ配合錠", "アスピリン・ランソプラゾール"),
        ("テオドール錠100mg", "テオフィリン"),
        ("リンデロン-VG軟膏0.12%", "ベタメタゾン吉草酸エステル・ゲンタマイシン硫酸塩"),
        ("テルミサルタン・アムロジピン配合錠AP", ""),
        ("アスピリンアルミニウム", ""),
        ("アローゼン顆粒", "センナ・センナ実"),
        ("プルゼニド錠12mg", "センノシド"),
        ("トアラセット配合錠「トーワ」", "トラマドール塩酸塩・アセトアミノフェン"),
    ] {
        let found = formulary::by_name(product).map_or("", |drug| drug.generic);
        assert_eq!(found, generic, "{product}");
    }
}

#[test]
fn one_ingredient_may_have_products_of_different_classes() {
    for (product, class) in [
        ("ウゴービ皮下注0.25mgSD", "肥満症"),
        ("オゼンピック皮下注2mg", "糖尿病"),
        ("セマグルチド", "糖尿病"),
        ("ダイアップ坐剤4", "熱性けいれん"),
        ("セルシン錠2mg", "抗不安"),
        ("ランマーク皮下注120mg", "骨転移"),
        ("プラリア皮下注60mgシリンジ", "骨粗鬆症"),
    ] {
        assert_eq!(formulary::class_of(&medicine(product)), Some(class), "{product}");
    }
}

/// What a class word implies; a word that is not here implies nothing.
fn implied(drug: &Drug) -> &'static [AlertKind] {
    match drug.class {
        "抗凝固" => &[Anticoagulant],
        "抗血小板" => &[Antiplatelet],
        "血糖降下" if drug.generic.contains("インスリン") => &[Insulin],
        "血糖降下" => &[Sulfonylurea],
        "ステロイド" => &[Steroid],
        "抗てんかん" => &[Antiepileptic],
        "熱性けいれん" => &[],
        "β遮断" | "抗不整脈(β遮断)" => &[BetaBlocker],
        "オピオイド" => &[Opioid],
        "免疫抑制" | "抗がん" => &[Immunosuppressant],
        "自己注射" | "自己点鼻" => &[AutoInjector],
        "腹膜透析" => &[Dialysis],
        _ => &[],
    }
}

#[test]
fn the_class_word_of_a_drug_and_its_alerts_agree_by_brand_by_general_name_and_by_code() {
    let mut wrong = String::new();
    for drug in formulary::drugs() {
        let by_name = drug.brands.iter().filter(|brand| **brand != "ダイアップ").chain([&drug.generic]);
        let by_code = (!drug.yj.is_empty()).then(|| coded("先発品A", codes::YJ, &format!("{}F1011", drug.yj)));
        for product in by_name.map(|name| medicine(name)).chain(by_code) {
            let words = format!("{} {:?}", product.product.text, product.product.codings);
            let found = fired(product);
            if found != implied(drug) {
                writeln!(wrong, "{words} ({}): {found:?}", drug.class).expect("a line");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert_eq!(fired(medicine("ダイアップ坐剤4")), [Antiepileptic]);
}

#[test]
fn a_code_that_contradicts_the_name_names_nothing_but_still_warns() {
    let muddled = coded("アマリール1mg錠", codes::YJ, "3332001F1024");
    assert_eq!(formulary::drug_of(&muddled), None);
    assert_eq!(fired(muddled), [Anticoagulant, Sulfonylurea]);
}

#[test]
fn a_drug_is_known_by_the_code_of_its_general_name_and_by_a_hot9_of_the_table() {
    let of = |system, code: &str| formulary::drug_of(&coded("先発品A", system, code)).map(|drug| drug.generic);
    assert_eq!(of(codes::YJ, "3339004F1029"), Some("アピキサバン"));
    assert_eq!(of(codes::GENERAL_NAME, "2171022F1ZZZ"), Some("アムロジピンベシル酸塩"));
    assert_eq!(of(codes::HOT9, "108115214"), Some("ワルファリンカリウム"));
    assert_eq!(of(codes::HOT9, "999999999"), None);
    assert_eq!(of(codes::HOT9, "10"), None);
    let contradicted = coded("アムロジピンOD錠5mg「トーワ」", codes::HOT9, "108115214");
    assert_eq!(formulary::drug_of(&contradicted), None, "a HOT9 of another drug than the name");
}

#[test]
fn a_mixture_under_the_code_of_its_insulin_keeps_its_own_name() {
    let mixture = coded("ヒューマログミックス25注ミリオペン", codes::YJ, "2492414G6020");
    assert_eq!(formulary::drug_of(&mixture).map(|drug| drug.generic), Some("インスリン リスプロ混合製剤"));
}

#[test]
fn how_it_is_given_and_who_makes_it_may_stand_before_the_name() {
    for (product, generic) in [
        ("注射用エンドキサン100mg", "シクロホスファミド水和物"),
        ("小児用ミケラン細粒0.2%", "カルテオロール塩酸塩"),
        ("ツムラ芍薬甘草湯エキス顆粒(医療用)", "芍薬甘草湯"),
        ("クラシエ葛根湯エキス錠T", "葛根湯"),
    ] {
        assert_eq!(formulary::by_name(product).map(|drug| drug.generic), Some(generic), "{product}");
    }
}

#[test]
fn every_name_is_found_with_form_strength_and_maker() {
    for drug in formulary::drugs() {
        for name in drug.brands.iter().chain([&drug.generic]) {
            for product in
                [format!("{name}錠5mg「サワイ」"), format!("{name}OD錠2.5mg"), format!("【般】{name}錠１０ｍｇ")]
            {
                let found = formulary::by_name(&product).map(|drug| drug.generic);
                assert_eq!(found, Some(drug.generic), "{product}");
            }
        }
        for brand in &drug.brands {
            assert_eq!(formulary::by_name(brand), Some(drug), "{brand}");
        }
    }
}

#[test]
fn the_table_is_whole() {
    let table = include_str!("../../../assets/tables/formulary.csv");
    let rows: Vec<Vec<&str>> =
        table.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), formulary::drugs().len());
    for row in &rows {
        let source = row.last().copied().unwrap_or_default();
        let unread = if row[3].is_empty() { source == "-" } else { ["list", "insert", "unseen"].contains(&source) };
        assert!(unread, "{row:?}");
    }
    let generics: BTreeSet<&str> = formulary::drugs().iter().map(|drug| drug.generic).collect();
    assert!(generics.len() >= 700, "{}", generics.len());
}

#[test]
fn no_two_rows_share_a_code() {
    let mut known = BTreeSet::new();
    for drug in formulary::drugs() {
        assert!(!drug.generic.is_empty() && !drug.class.is_empty(), "{}", drug.generic);
        let digits = drug.yj.len() == 7 && drug.yj.bytes().all(|b| b.is_ascii_digit());
        assert!(drug.yj.is_empty() || (digits && known.insert(drug.yj)), "{} {}", drug.yj, drug.generic);
    }
}

#[test]
fn every_letter_of_the_table_is_in_both_faces() {
    for font in ["BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf"] {
        let path = format!("{}/../assets/fonts/{font}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(path).expect("the font");
        let face = ttf_parser::Face::parse(&bytes, 0).expect("a font");
        for drug in formulary::drugs() {
            for name in drug.brands.iter().chain([&drug.generic, &drug.class]) {
                let missing = name.chars().find(|c| face.glyph_index(*c).is_none());
                assert_eq!(missing, None, "{font}: {name}");
            }
        }
    }
}
