//! Illnesses and the medicines against them.

use kakari_record::codes;
use kakari_record::model::{Coded, Coding, Condition, ConditionStatus, Medicine, MedicineStatus};

use super::dice::Dice;
use super::life::Life;
use super::vocabulary::{CANCERS, ILLNESSES, Illness, Product, product};

const HISTORY: [(&str, &str); 10] = [
    ("胆石症", "K80.2"),
    ("急性虫垂炎", "K35.8"),
    ("肺炎", "J18.9"),
    ("大腿骨頸部骨折", "S72.0"),
    ("橈骨遠位端骨折", "S52.5"),
    ("尿管結石", "N20.1"),
    ("帯状疱疹", "B02.9"),
    ("白内障", "H26.9"),
    ("胃潰瘍", "K25.9"),
    ("くも膜下出血", "I60.9"),
];

/// What a resident has and takes.
pub(super) fn illnesses(dice: &mut Dice, life: &Life) -> (Vec<Condition>, Vec<Medicine>) {
    let (mut conditions, mut medicines) = (Vec::new(), Vec::new());
    for illness in ILLNESSES.iter().chain(CANCERS.iter()) {
        if dice.permille(illness.permille(life.age, life.sex)) {
            conditions.push(condition(dice, life, illness));
            treat(dice, life, illness, &mut medicines);
        }
    }
    let cancers = CANCERS.iter().map(|cancer| cancer.name);
    for name in cancers {
        let ill = conditions.iter_mut().find(|condition| condition.name.text == name);
        ill.into_iter().for_each(|condition| condition.origin.untold = life.age > 60 && dice.permille(80));
    }
    if dice.permille(life.age * 3) {
        conditions.push(past(dice, life));
    }
    (conditions, medicines)
}

fn condition(dice: &mut Dice, life: &Life, illness: &Illness) -> Condition {
    let icd10 = Coding { system: codes::ICD10.to_owned(), code: illness.icd10.to_owned() };
    Condition {
        name: Coded {
            text: illness.name.to_owned(),
            codings: dice.permille(500).then_some(icd10).into_iter().collect(),
        },
        side: (illness.name == "変形性膝関節症").then(|| dice.word(&["右", "左", "両"]).to_owned()),
        onset: dice.permille(400).then(|| life.year_within(dice, 25)),
        status: if dice.permille(950) { ConditionStatus::Active } else { ConditionStatus::Unknown },
        suspected: dice.permille(15),
        note: dice.permille(20).then(|| "経過観察中".to_owned()),
        origin: life.origin(dice),
    }
}

fn past(dice: &mut Dice, life: &Life) -> Condition {
    let (name, icd10) = *dice.pick(&HISTORY);
    let codings = vec![Coding { system: codes::ICD10.to_owned(), code: icd10.to_owned() }];
    Condition {
        name: Coded { text: name.to_owned(), codings },
        side: name.contains("骨折").then(|| dice.word(&["右", "左"]).to_owned()),
        onset: Some(life.year_within(dice, 40)),
        status: ConditionStatus::Resolved,
        suspected: false,
        note: None,
        origin: life.origin(dice),
    }
}

fn treat(dice: &mut Dice, life: &Life, illness: &Illness, medicines: &mut Vec<Medicine>) {
    for group in &illness.medicines {
        let key = dice.word(group);
        let Some(product) = product(key) else { continue };
        if medicines.iter().all(|known| known.product.text != product.name) {
            medicines.push(medicine(dice, life, product));
        }
    }
}

fn medicine(dice: &mut Dice, life: &Life, product: &Product) -> Medicine {
    let yj = (!product.yj.is_empty()).then(|| Coding { system: codes::YJ.to_owned(), code: product.yj.to_owned() });
    let status = dice.weighted(&[
        (MedicineStatus::Current, 900),
        (MedicineStatus::Unknown, 50),
        (MedicineStatus::OnHold, 10),
        (MedicineStatus::Past, 40),
    ]);
    Medicine {
        product: Coded { text: product.name.to_owned(), codings: yj.into_iter().collect() },
        generic: None,
        strength: None,
        form: None,
        dose: Some(product.dose.to_owned()),
        usage: Some(product.usage.to_owned()),
        days: dice.permille(800).then(|| *dice.pick(&[14, 28, 28, 30, 56, 60, 90])),
        date: Some(life.day_within(dice, 60)),
        pharmacy: dice.permille(600).then(|| life.pharmacy.to_owned()),
        status,
        origin: life.origin(dice),
    }
}

/// A medicine by its key, for what an allergy or a device calls for.
pub(super) fn also(dice: &mut Dice, life: &Life, key: &str) -> Option<Medicine> {
    product(key).map(|product| medicine(dice, life, product))
}
