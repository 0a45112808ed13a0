//! The two public documents, item by item, as a clinician reads them.

use kakari_record::fhir::{Reason, read_document};

use super::render::lines;
use super::residents::region;

fn read(file: &str) -> (Vec<String>, Vec<(String, Reason)>) {
    let json = std::fs::read(region("public").join(file)).expect("assets/region/public is part of the repository");
    let reading = read_document(&json).unwrap_or_else(|refused| panic!("{file}: {refused}"));
    let remarks = reading.remarks.iter().map(|remark| (remark.path.clone(), remark.reason)).collect();
    (lines(&reading.summary), remarks)
}

#[test]
fn the_jp_clins_referral_letter_reads_as_its_author_meant_it() {
    const GCM: &str = "http://jpfhir.jp/fhir/core/CodeSystem/GCM/JP_JfagyMedicationAllergen_CS";
    let (lines, _) = read("jp-clins-referral.json");
    let expected = [
        "名前 牧野 爛漫(マキノ ランマン) | 女性 | 1930-06-28".to_owned(),
        "番号 なし".to_owned(),
        "住所 高知県高知市五台山4200-6".to_owned(),
        "電話 03-123-1234".to_owned(),
        "アレルギー さば{JFAGY=J9FC11310000} | 食物 | 確度不明 | ←港診療所 2020-08-21".to_owned(),
        "アレルギー キーウイ{JFAGY=J9FA32540000} | 食物 | 確認済 | 食べると口の周りが痺れる感じ | ←港診療所 看護師A 2024-07-10".to_owned(),
        format!("アレルギー ヨードうがい液{{{GCM}=GCM2260701F1ZZZ}} | 薬剤 | 重度 | 確度不明 | ポビドンヨード含嗽後に嘔吐と全身に発疹 | ←港診療所 2020-08-21"),
        "薬剤禁忌 未記録".to_owned(),
        "薬剤 未記録".to_owned(),
        "傷病 上腹部痛{MEDIS=20065011} | 2022-06-09 | ←港診療所 2020-08-21".to_owned(),
        "傷病 腰痛{MEDIS=20075383} | 2022-05 | ←港診療所 2020-08-21".to_owned(),
        "傷病 上腹部痛{MEDIS=20065011} | ２０２２年６月上旬から夜食後に時々上腹部痛があり、だんだんひどくなっている。他に目立った症状なし。 | ←港診療所 2020-08-21".to_owned(),
        "傷病 狭心症{MEDIS=20058911} | 2018 | 治癒 | 2018年　狭心症　２ヶ月治療で軽快。 | ←港診療所 2020-08-21".to_owned(),
        "傷病 左前腕骨折{MEDIS=20080427} | 2021 | 治癒 | 交通事故で左前腕骨折　３ヶ月ギプス固定。 | ←港診療所 2020-08-21".to_owned(),
        "手術 未記録".to_owned(),
        "機器 未記録".to_owned(),
        // Its section says 「特になし」, in text alone: neither none nor not recorded.
        "感染症 取得不可".to_owned(),
        "検査 未記録".to_owned(),
        "妊娠 未記録".to_owned(),
        "透析 未記録".to_owned(),
        "普段 未記録".to_owned(),
        "意思疎通 未記録".to_owned(),
        "事前指示 未記録".to_owned(),
        "かかりつけ 紹介元 | 港診療所 | 眼科 | 大河内 勘三郎 | 03-9876-5432 | ←港診療所 2020-08-21".to_owned(),
        "かかりつけ 紹介先 | 東京第一テスト病院 | 循環器内科 | 野口 英世丸 | 03-1234-5678 | ←港診療所 2020-08-21".to_owned(),
        "連絡先 03-0123-4545   99991 | ←港診療所 2020-08-21".to_owned(),
        "同意 未記録".to_owned(),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn the_jp_clins_referral_letter_leaves_out_what_is_no_emergency_fact() {
    let (_, remarks) = read("jp-clins-referral.json");
    let left_out = |entry: usize| (format!("entry[{entry}].resource"), Reason::NotInSummary);
    let (text_only, others): (Vec<_>, Vec<_>) = remarks.into_iter().partition(|(_, why)| *why == Reason::TextOnly);
    assert_eq!(others, [16, 2, 7, 17].map(left_out));
    assert_eq!(text_only.len(), 1);
}

#[test]
fn the_ips_bundle_reads_as_its_author_meant_it() {
    let (lines, _) = read("ips-bundle-01.json");
    let custodian = "Anorg Aniza Tion BV / The best custodian ever";
    let expected = [
        "名前 Martha DeLarosa() | 女性 | 1972-05-01".to_owned(),
        "番号 なし".to_owned(),
        "住所 Laan Van Europa 1600, 3317 DB Dordrecht, NL".to_owned(),
        "電話 +31788700800".to_owned(),
        "血液型 A型 Rh(+) | ←Laboratoire de charme 2015-10-10".to_owned(),
        format!("アレルギー Substance with penicillin structure and antibacterial mechanism of action (substance){{SNOMED=373270004}} | 薬剤 | 高リスク | 確認済 | ←{custodian} 2017-12-11"),
        format!("アレルギーなしの区分 食物 ←{custodian} 2017-12-11"),
        "薬剤禁忌 未記録".to_owned(),
        format!("薬剤 Product containing anastrozole (medicinal product){{SNOMED=108774000}}{{urn:oid:2.16.840.1.113883.2.4.4.1=99872}}{{urn:oid:2.16.840.1.113883.2.4.4.7=2076667}}{{ATC=L02BG03}} | 1回1錠 | 経口 | 2015-03 | 使用中 | ←{custodian} 2015-03"),
        format!("薬剤 Black Cohosh Extract herbal supplement{{SNOMED=412588001}}{{ATC=G02CX04}} | 経口 | 2016-01 | 使用中 | ←{custodian} 2016-01"),
        format!("傷病 Menopausal flushing (finding){{SNOMED=198436008}}{{ICD10=N95.1}} | 2015 | ←{custodian} 2016-10"),
        format!("傷病 Malignant tumor of breast{{SNOMED=254837009}}{{urn:oid:2.16.840.1.113883.6.43.1=8500/3}} | 2015-01 | 寛解 | ←{custodian} 2017-12-11"),
        "手術 未記録".to_owned(),
        "機器 未記録".to_owned(),
        "感染症 Bacteria identified in Isolate | Methicillin resistant Staphylococcus aureus(Healthy carrier of MRSA) | 陽性扱い | 2017-12-10 | ←Laboratoire de charme 2017-12-10".to_owned(),
        "検査 HbA1c | 7.5 % | 2017-11-10 | ←Laboratoire de charme 2017-11-10".to_owned(),
        "妊娠 未記録".to_owned(),
        "透析 未記録".to_owned(),
        "普段 未記録".to_owned(),
        "意思疎通 未記録".to_owned(),
        "事前指示 未記録".to_owned(),
        "かかりつけ 未記録".to_owned(),
        format!("連絡先 Martha Mum | 母 | +33-555-20036 | ←{custodian} 2017-12-11"),
        "同意 未記録".to_owned(),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn no_known_food_allergies_of_the_ips_bundle_is_not_no_known_allergies() {
    let (lines, _) = read("ips-bundle-01.json");
    assert!(!lines.iter().any(|line| line.contains("なし(確認済)")));
}
