//! Doctors, contacts, directives, consent.

use chrono::Datelike;
use kakari_record::model::{Consent, Contact, Directive, PrimaryDoctor, Sex};

use super::dice::Dice;
use super::life::{Life, landline, mobile};
use super::vocabulary::FAMILIES;

pub(super) fn doctors(dice: &mut Dice, life: &Life, ill: bool) -> Vec<PrimaryDoctor> {
    let mut found = Vec::new();
    if dice.permille(if ill { 950 } else { 450 }) {
        let department = if life.age < 15 { "小児科" } else { "内科" };
        found.push(doctor(dice, life, "かかりつけ", &life.clinic, department));
    }
    if ill && dice.permille(150) {
        let department = dice.word(&["循環器内科", "糖尿病内科", "整形外科", "脳神経内科", "腎臓内科"]);
        found.push(doctor(dice, life, "専門医", life.hospital, department));
    }
    found
}

fn doctor(dice: &mut Dice, life: &Life, role: &str, clinic: &str, department: &str) -> PrimaryDoctor {
    PrimaryDoctor {
        role: role.to_owned(),
        clinic: Some(clinic.to_owned()),
        department: Some(department.to_owned()),
        doctor: dice.permille(700).then(|| dice.pick_common(&FAMILIES).name.to_owned()),
        phone: Some(landline(dice)),
        night_phone: dice.permille(100).then(|| mobile(dice)),
        origin: life.origin(dice),
    }
}

pub(super) fn contacts(dice: &mut Dice, life: &Life) -> Vec<Contact> {
    if !dice.permille(650) {
        return Vec::new();
    }
    let spouse = if life.sex == Sex::Female { ("夫", Sex::Male, 0) } else { ("妻", Sex::Female, 0) };
    let (relation, sex, younger) = match life.age {
        0..25 => *dice.pick(&[("母", Sex::Female, -29), ("父", Sex::Male, -31)]),
        25..65 => spouse,
        _ => *dice.pick(&[spouse, ("長男", Sex::Male, 28), ("長女", Sex::Female, 28), ("次男", Sex::Male, 31)]),
    };
    let given = life.given(dice, sex, (life.birth.year() + younger).max(1920));
    let contact = Contact {
        name: Some(format!("{} {}", life.family.name, given.name)),
        relation: Some(relation.to_owned()),
        phones: vec![mobile(dice)],
        origin: life.origin(dice),
    };
    vec![contact]
}

pub(super) fn directives(dice: &mut Dice, life: &Life) -> Vec<Directive> {
    if life.age < 70 || !dice.permille(25) {
        return Vec::new();
    }
    let directive = Directive {
        title: dice.word(&["事前指示書", "人生会議の記録", "意思表示書"]).to_owned(),
        date: Some(life.day_within(dice, 1500)),
        kept_at: Some(dice.word(&["自宅の冷蔵庫", "かかりつけ医", "長女宅", "施設の記録棚"]).to_owned()),
        doctor: Some(format!("{} 医師", dice.pick_common(&FAMILIES).name)),
        phone: Some(landline(dice)),
        origin: life.origin(dice),
    };
    vec![directive]
}

pub(super) fn consent(dice: &mut Dice, life: &Life) -> Consent {
    let on = Some(life.day_within(dice, 1200));
    match dice.below(1000) {
        0..60 => Consent::NotRecorded,
        60..64 => Consent::Withdrawn { on },
        _ if life.age < 18 => Consent::Given { on, by: Some(dice.word(&["母", "父"]).to_owned()) },
        _ if life.age > 85 && dice.permille(400) => Consent::Given { on, by: Some("長女".to_owned()) },
        _ => Consent::Given { on, by: None },
    }
}
