//! Allergies, devices, results, and the usual state, as far as age and illness suggest them.

use kakari_record::model::{
    Allergy, AllergyCategory, Baseline, BaselineKind, Coded, Communication, CommunicationKind, Condition, Criticality,
    Device, DeviceKind, Dialysis, Infection, Lab, LabKind, PartialDate, Pregnancy, Procedure, Severity, Sex,
    Verification,
};

use super::dice::Dice;
use super::life::Life;

const FOOD: [&str; 9] = ["鶏卵", "牛乳", "小麦", "そば", "落花生", "えび・かに", "くるみ", "キウイ", "さば"];
const DRUGS: [&str; 8] = [
    "ペニシリン系",
    "セフェム系",
    "造影剤(ヨード)",
    "ロキソプロフェン",
    "アスピリン",
    "キノロン系",
    "局所麻酔薬",
    "サルファ剤",
];
const OTHER: [&str; 4] = ["ラテックス", "蜂毒", "スギ花粉", "アルコール消毒"];
const MILD: [&str; 5] = ["発疹", "蕁麻疹", "口腔内違和感", "嘔吐", "かゆみ"];

pub(super) fn allergies(dice: &mut Dice, life: &Life) -> Vec<Allergy> {
    let food = if life.age < 15 { 90 } else { 35 };
    let mut found = Vec::new();
    for (words, category, permille) in [
        (&FOOD[..], AllergyCategory::Food, food),
        (&DRUGS[..], AllergyCategory::Medication, 20 + life.age),
        (&OTHER[..], AllergyCategory::Environment, 25),
    ] {
        while dice.permille(permille) && found.len() < 6 {
            found.push(allergy(dice, life, words, category.clone()));
        }
    }
    found
}

fn allergy(dice: &mut Dice, life: &Life, words: &[&str], category: AllergyCategory) -> Allergy {
    let grave = dice.permille(if category == AllergyCategory::Environment { 20 } else { 90 });
    let reaction = match dice.below(10) {
        _ if grave => Some(dice.word(&["アナフィラキシー", "アナフィラキシー", "呼吸困難"])),
        0..7 => Some(dice.word(&MILD)),
        _ => None,
    };
    Allergy {
        substance: Coded::from_text(dice.word(words)),
        category,
        reactions: reaction.map(str::to_owned).into_iter().collect(),
        severity: grave.then_some(Severity::Severe).or_else(|| dice.permille(300).then_some(Severity::Mild)),
        criticality: (grave && dice.permille(600)).then_some(Criticality::High),
        verification: dice.weighted(&[
            (Verification::Confirmed, 60),
            (Verification::Unconfirmed, 25),
            (Verification::NotSaid, 15),
        ]),
        past: dice.permille(30),
        note: dice.permille(40).then(|| "家族より聴取".to_owned()),
        origin: life.origin(dice),
    }
}

/// A drug that must not be given for a reason that is no allergy.
pub(super) fn contraindication(dice: &mut Dice, life: &Life) -> Option<Allergy> {
    const FORBIDDEN: [(&str, &str); 4] = [
        ("ロキソプロフェン", "消化性潰瘍"),
        ("ブチルスコポラミン", "緑内障"),
        ("プロプラノロール", "気管支喘息"),
        ("メトクロプラミド", "パーキンソン病"),
    ];
    let (drug, reason) = *dice.pick(&FORBIDDEN);
    dice.permille(life.age / 4).then(|| Allergy {
        substance: Coded::from_text(drug),
        category: AllergyCategory::Medication,
        reactions: Vec::new(),
        severity: None,
        criticality: Some(Criticality::High),
        verification: Verification::Confirmed,
        past: false,
        note: Some(reason.to_owned()),
        origin: life.origin(dice),
    })
}

pub(super) fn devices(dice: &mut Dice, life: &Life) -> Vec<Device> {
    let old = life.age.saturating_sub(55);
    let mut found = Vec::new();
    for (permille, kind, name, site, note) in [
        (old, DeviceKind::Pacemaker, "ペースメーカー", Some("左前胸部"), Some("MRI条件付き")),
        (old / 8, DeviceKind::Defibrillator, "植込み型除細動器(ICD)", Some("左前胸部"), None),
        (old, DeviceKind::Stent, "冠動脈ステント", None, None),
        (old / 6, DeviceKind::Ostomy, "ストーマ", Some("左下腹部"), None),
        (old / 4, DeviceKind::HomeOxygen, "在宅酸素 2L/分", None, None),
        (old / 5, DeviceKind::FeedingTube, "胃瘻", None, None),
        (old / 2, DeviceKind::Device, "人工股関節", Some("右"), None),
    ] {
        if dice.permille(permille) {
            found.push(Device {
                kind,
                name: Coded::from_text(name),
                site: site.map(str::to_owned),
                since: dice.permille(600).then(|| life.year_within(dice, 15)),
                note: note.filter(|_| dice.permille(500)).map(str::to_owned),
                origin: life.origin(dice),
            });
        }
    }
    found
}

pub(super) fn procedures(dice: &mut Dice, life: &Life) -> Vec<Procedure> {
    const DONE: [&str; 8] = [
        "虫垂切除術",
        "胆嚢摘出術",
        "白内障手術",
        "冠動脈バイパス術",
        "人工膝関節置換術",
        "胃切除術",
        "帝王切開術",
        "鼠径ヘルニア根治術",
    ];
    let name = dice.word(&DONE);
    let possible = name != "帝王切開術" || (life.sex == Sex::Female && life.age > 20);
    (possible && dice.permille(life.age * 2))
        .then(|| Procedure {
            name: Coded::from_text(name),
            date: Some(life.year_within(dice, 30)),
            note: None,
            origin: life.origin(dice),
        })
        .into_iter()
        .collect()
}

pub(super) fn dialysis(dice: &mut Dice, life: &Life, conditions: &[Condition]) -> Vec<Dialysis> {
    let on_dialysis = conditions.iter().any(|condition| condition.name.text.contains("維持透析"));
    on_dialysis
        .then(|| Dialysis {
            name: "血液透析".to_owned(),
            shunt: Some(dice.word(&["左前腕", "左前腕", "左上腕", "右前腕"]).to_owned()),
            schedule: Some(dice.word(&["月水金 午前", "火木土 午後", "月水金 夜間"]).to_owned()),
            centre: Some("みなみ透析クリニック".to_owned()),
            phone: Some(super::life::landline(dice)),
            origin: life.origin(dice),
        })
        .into_iter()
        .collect()
}

pub(super) fn pregnancy(dice: &mut Dice, life: &Life) -> Vec<Pregnancy> {
    let expecting = life.sex == Sex::Female && (22..42).contains(&life.age) && dice.permille(40);
    let due = life.as_of.date_naive() + chrono::Duration::days(i64::from(dice.between(20, 230)));
    expecting
        .then(|| Pregnancy { due: Some(PartialDate::from(due)), note: None, origin: life.origin(dice) })
        .into_iter()
        .collect()
}

pub(super) fn infections(dice: &mut Dice, life: &Life) -> Vec<Infection> {
    if !dice.permille(life.age) {
        return Vec::new();
    }
    let day = life.day_within(dice, 2000);
    let origin = life.origin(dice);
    [("HBs抗原", 8), ("HCV抗体", 12), ("梅毒TP抗体", 6)]
        .map(|(name, permille)| {
            let positive = dice.permille(permille);
            let result = if positive { "陽性" } else { "陰性" }.to_owned();
            Infection { name: name.to_owned(), result, positive, date: Some(day), origin: origin.clone() }
        })
        .into()
}

pub(super) fn labs(dice: &mut Dice, life: &Life, conditions: &[Condition]) -> Vec<Lab> {
    if !dice.permille(life.age * 5) {
        return Vec::new();
    }
    let (day, origin) = (life.day_within(dice, 200), life.origin(dice));
    let has = |word: &str| conditions.iter().any(|condition| condition.name.text.contains(word));
    let mut values = vec![
        (LabKind::Egfr, format!("{} mL/min/1.73m2", 95 - life.age / 2 + dice.below(15))),
        (LabKind::Potassium, format!("{}.{} mEq/L", dice.between(3, 5), dice.below(10))),
    ];
    if has("糖尿病") {
        values.push((LabKind::HbA1c, format!("{}.{} %", dice.between(6, 8), dice.below(10))));
    }
    if has("心房細動") {
        values.push((LabKind::PtInr, format!("{}.{}", dice.between(1, 2), dice.below(10))));
    }
    let lab = |(kind, value)| Lab { kind, value, date: Some(day), origin: origin.clone() };
    values.into_iter().map(lab).collect()
}

pub(super) fn baseline(dice: &mut Dice, life: &Life) -> Vec<Baseline> {
    if life.age < 65 || !dice.permille(300) {
        return Vec::new();
    }
    let origin = life.origin(dice);
    let pressure = format!("{}/{} mmHg", dice.between(105, 155), dice.between(60, 90));
    let living = dice.word(&["自立", "杖歩行", "歩行器", "車椅子", "ベッド上全介助"]).to_owned();
    [(BaselineKind::BloodPressure, pressure), (BaselineKind::DailyLiving, living)]
        .map(|(kind, text)| Baseline { kind, text, origin: origin.clone() })
        .into()
}

pub(super) fn communication(dice: &mut Dice, life: &Life, conditions: &[Condition]) -> Vec<Communication> {
    let has = |word: &str| conditions.iter().any(|condition| condition.name.text.contains(word));
    let mut needs = Vec::new();
    if life.age > 70 && dice.permille(140) {
        needs.push((CommunicationKind::Hearing, "難聴 補聴器使用"));
    }
    if has("認知症") && dice.permille(600) {
        needs.push((CommunicationKind::Dementia, "短期記憶障害 ゆっくり話す"));
    }
    if has("自閉") {
        needs.push((CommunicationKind::Behaviour, "大きな音・接触が苦手"));
    }
    if dice.permille(12) {
        needs.push((CommunicationKind::Language, dice.word(&["ベトナム語", "ポルトガル語", "中国語", "手話"])));
    }
    let need = |(kind, text): (_, &str)| Communication { kind, text: text.to_owned(), origin: life.origin(dice) };
    needs.into_iter().map(need).collect()
}
