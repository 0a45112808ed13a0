//! The words residents are made of, from the tables beside this file.

use std::sync::LazyLock;

use kakari_record::model::Sex;

pub(super) struct Name {
    pub(super) name: &'static str,
    pub(super) kana: &'static str,
}

pub(super) struct GivenName {
    pub(super) name: Name,
    pub(super) sex: Sex,
    pub(super) years: std::ops::RangeInclusive<u16>,
}

/// A product with its usual dose and usage; `yj` may be empty.
pub(super) struct Product {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) yj: &'static str,
    pub(super) dose: &'static str,
    pub(super) usage: &'static str,
}

/// An illness, whom it meets, and what they take: one of each group; an empty key means nothing.
pub(super) struct Illness {
    pub(super) name: &'static str,
    pub(super) icd10: &'static str,
    ages: (u32, u32),
    rates: (u32, u32),
    sex: Option<Sex>,
    pub(super) medicines: Vec<Vec<&'static str>>,
}

impl Illness {
    /// How many of a thousand people of that age and sex have it.
    pub(super) fn permille(&self, age: u32, sex: Sex) -> u32 {
        let ((young, old), (from, to)) = (self.ages, self.rates);
        if !(young..=old).contains(&age) || self.sex.is_some_and(|only| only != sex) {
            return 0;
        }
        (from * (old - age) + to * (age - young)) / (old - young).max(1)
    }
}

pub(super) static FAMILIES: LazyLock<Vec<Name>> =
    LazyLock::new(|| rows(include_str!("tables/families.csv")).map(|[name, kana]| Name { name, kana }).collect());

pub(super) static GIVEN: LazyLock<Vec<GivenName>> = LazyLock::new(|| {
    let table = rows(include_str!("tables/given.csv"));
    table
        .map(|[name, kana, sex, from, to]| GivenName {
            name: Name { name, kana },
            sex: if sex == "m" { Sex::Male } else { Sex::Female },
            years: number(from)..=number(to),
        })
        .collect()
});

pub(super) static PRODUCTS: LazyLock<Vec<Product>> = LazyLock::new(|| {
    let table = rows(include_str!("tables/medicines.csv"));
    table.map(|[key, name, yj, dose, usage]| Product { key, name, yj, dose, usage }).collect()
});

pub(super) static ILLNESSES: LazyLock<Vec<Illness>> = LazyLock::new(|| illnesses(include_str!("tables/illnesses.csv")));
pub(super) static CANCERS: LazyLock<Vec<Illness>> = LazyLock::new(|| illnesses(include_str!("tables/cancers.csv")));

pub(super) fn product(key: &str) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.key == key)
}

fn illnesses(table: &'static str) -> Vec<Illness> {
    let groups = |text: &'static str| text.split('+').map(|group| group.split('/').collect()).collect();
    rows(table)
        .map(|[name, icd10, young, old, from, to, sex, medicines]| Illness {
            name,
            icd10,
            ages: (number(young), number(old)),
            rates: (number(from), number(to)),
            sex: match sex {
                "m" => Some(Sex::Male),
                "f" => Some(Sex::Female),
                _ => None,
            },
            medicines: groups(medicines),
        })
        .collect()
}

fn number<T: std::str::FromStr + Default>(text: &str) -> T {
    text.parse().unwrap_or_default()
}

fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let lines = table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1);
    lines.filter_map(|line| line.split(',').collect::<Vec<_>>().try_into().ok())
}

pub(super) const TOWNS: [&str; 9] =
    ["北町市", "南原市", "大沢市", "西浜市", "松原市", "川辺町", "東野町", "青葉町", "中里村"];

pub(super) const DISTRICTS: [&str; 24] = [
    "本町",
    "栄町",
    "桜台",
    "緑が丘",
    "中央",
    "新町",
    "旭町",
    "幸町",
    "上野原",
    "下河原",
    "西山",
    "東台",
    "泉",
    "若葉町",
    "富士見",
    "大手",
    "寺前",
    "宮下",
    "川端",
    "松ヶ丘",
    "日の出町",
    "元町",
    "花園",
    "稲荷",
];

pub(super) const CLINIC_NAMES: [&str; 24] = [
    "さくら",
    "みどり",
    "中央",
    "北町",
    "山本",
    "佐藤",
    "青葉",
    "ひまわり",
    "わかば",
    "松原",
    "東野",
    "高橋",
    "つばさ",
    "田中",
    "いずみ",
    "あおぞら",
    "鈴木",
    "川辺",
    "すみれ",
    "大沢",
    "若葉台",
    "ふじ",
    "おおぞら",
    "こすもす",
];

pub(super) const CLINIC_KINDS: [&str; 6] =
    ["医院", "内科クリニック", "クリニック", "診療所", "内科医院", "ファミリークリニック"];

pub(super) const HOSPITALS: [&str; 12] = [
    "北町総合病院",
    "南原市立病院",
    "大沢中央病院",
    "西浜医療センター",
    "松原記念病院",
    "県立東野病院",
    "川辺病院",
    "青葉台病院",
    "中里リハビリテーション病院",
    "北町循環器病院",
    "みなみ透析クリニック",
    "大学附属中央病院",
];

pub(super) const PHARMACIES: [&str; 8] =
    ["みどり薬局", "さくら薬局", "北町薬局", "あおば調剤薬局", "ひかり薬局", "中央薬局", "すこやか薬局", "若葉薬局"];
