//! Parts that many names of medicines share: between the stem and one of them a long name may be broken.

/// Salts, esters and kinds, as they stand after the stem of a medicine's name.
const PARTS: [&str; 34] = [
    "アキセチル",
    "アスパルト",
    "アスパラギン",
    "アラフェナミド",
    "アルミニウム",
    "エステル",
    "エタボン",
    "エチル",
    "エテキシラート",
    "エムタンシン",
    "カリウム",
    "カルシウム",
    "グラルギン",
    "シレキセチル",
    "ジソプロキシル",
    "ステアリン",
    "デカン",
    "デグルデク",
    "デテミル",
    "トシル",
    "ナトリウム",
    "パルミチン",
    "ピボキシル",
    "フマル",
    "フランカルボン",
    "プロキセチル",
    "プロピオン",
    "ベシル",
    "マグネシウム",
    "マレイン",
    "メシル",
    "メタンスルホン",
    "メドキソミル",
    "リスプロ",
];

/// True when one of them begins here.
pub(crate) fn is_part(text: &str) -> bool {
    PARTS.iter().any(|part| text.starts_with(part))
}
