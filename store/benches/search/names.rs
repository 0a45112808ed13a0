//! Names as unevenly spread as Japanese names are. The generator's own lists are too short for a search: 247 family names
//! and 147 given names leave nobody with a rare one. Here the 247 keep the first ranks and 20,000 made of usual parts
//! follow; of the given names two in five are the generator's, which follow sex and birth year, the others made of parts.

const FAMILIES: &str = include_str!("../../../tests/generator/src/tables/families.csv");
const BEFORE: [&str; 11] = ["", "オオ", "コ", "ナカ", "カミ", "シモ", "ニシ", "ヒガシ", "キタ", "ミナミ", "シン"];
const FIRST: [&str; 42] = [
    "ヤマ",
    "カワ",
    "タ",
    "モリ",
    "マツ",
    "スギ",
    "タケ",
    "フジ",
    "イシ",
    "イワ",
    "イケ",
    "ハラ",
    "ムラ",
    "サカ",
    "タニ",
    "シマ",
    "ミズ",
    "ハシ",
    "ミヤ",
    "テラ",
    "サワ",
    "ノ",
    "オカ",
    "ウエ",
    "クロ",
    "シロ",
    "アオ",
    "アカ",
    "キ",
    "クボ",
    "クマ",
    "トリ",
    "ツル",
    "カメ",
    "ウメ",
    "サクラ",
    "クリ",
    "ヨネ",
    "ツチ",
    "スナ",
    "ハマ",
    "フカ",
];
const SECOND: [&str; 44] = [
    "タ", "ダ", "モト", "カワ", "ガワ", "ムラ", "ヤマ", "ザキ", "サキ", "シマ", "ジマ", "ノ", "ハラ", "ワラ", "オカ",
    "ザワ", "サワ", "イ", "ウチ", "グチ", "ベ", "モリ", "キ", "ギ", "ハシ", "バシ", "ツカ", "ヅカ", "ハタ", "バタ",
    "タニ", "ヤ", "ゾエ", "ミ", "ネ", "マ", "ミネ", "ウラ", "セ", "カミ", "シタ", "フネ", "ヅ", "エ",
];
const GIVEN: [&str; 34] = [
    "ヒロ",
    "カズ",
    "ヨシ",
    "ノリ",
    "マサ",
    "タカ",
    "ユキ",
    "アキ",
    "トシ",
    "ヤス",
    "テル",
    "シゲ",
    "ミツ",
    "ツネ",
    "ナオ",
    "トモ",
    "フミ",
    "サト",
    "ハル",
    "エイ",
    "ケン",
    "シン",
    "ジュン",
    "コウ",
    "ショウ",
    "リョウ",
    "ユウ",
    "ミ",
    "ナ",
    "チ",
    "キミ",
    "スミ",
    "セツ",
    "マ",
];
const MALE: [&str; 22] = [
    "オ",
    "シ",
    "キ",
    "ヒコ",
    "ト",
    "ヒロ",
    "アキ",
    "ノリ",
    "ロウ",
    "イチ",
    "タロウ",
    "ハル",
    "ユキ",
    "ミ",
    "ツグ",
    "ジ",
    "ゾウ",
    "スケ",
    "タ",
    "ヘイ",
    "ヤ",
    "イチロウ",
];
const FEMALE: [&str; 20] = [
    "コ", "エ", "ミ", "カ", "ヨ", "ナ", "ネ", "リ", "ホ", "ノ", "キ", "ユ", "サ", "ツ", "ヒ", "カコ", "エコ", "ミコ",
    "オリ", "ワ",
];

/// Draws names.
pub(crate) struct Names {
    families: Ranks,
    male: Ranks,
    female: Ranks,
}

/// Names by rank, with how many of all have this one or a more frequent one.
struct Ranks {
    names: Vec<String>,
    share: Vec<f64>,
}

impl Ranks {
    /// A name of rank `r` is `(1 + r / knee) ^ -slope` times as frequent as the first: for family names 1.5 % have the
    /// first, 0.8 % the tenth, 0.15 % the hundredth, 0.015 % the thousandth, about as in Japan.
    fn new(names: Vec<String>, knee: f64, slope: f64) -> Self {
        let mut sum = 0.0;
        let weights = (0..names.len()).map(|rank| (1.0 + rank as f64 / knee).powf(-slope));
        let share = weights
            .map(|weight| {
                sum += weight;
                sum
            })
            .collect::<Vec<_>>();
        Self { names, share: share.iter().map(|part| part / sum).collect() }
    }

    fn pick(&self, dice: &mut Dice) -> &str {
        let at = dice.unit();
        &self.names[self.share.partition_point(|share| *share < at).min(self.names.len() - 1)]
    }
}

impl Names {
    pub(crate) fn new() -> Self {
        let known = FAMILIES.lines().filter(|line| !line.starts_with('#')).skip(1);
        let known = known.filter_map(|line| line.split(',').nth(1).map(str::to_owned));
        let made = shuffled(
            BEFORE.iter().flat_map(|before| pairs(&FIRST, &SECOND).map(move |pair| format!("{before}{pair}"))),
        );
        Self {
            families: Ranks::new(known.chain(made).collect(), 12.0, 1.05),
            male: Ranks::new(shuffled(pairs(&GIVEN, &MALE)), 8.0, 0.9),
            female: Ranks::new(shuffled(pairs(&GIVEN, &FEMALE)), 8.0, 0.9),
        }
    }

    /// The kana of resident `n`, whom the generator calls `generated`.
    pub(crate) fn kana(&self, n: u64, generated: &str, female: bool) -> String {
        let dice = &mut Dice(n);
        let family = self.families.pick(dice);
        let given = if female { &self.female } else { &self.male }.pick(dice);
        let (_, usual) = generated.split_once(' ').unwrap_or_default();
        format!("{family} {}", if dice.unit() < 0.4 { usual } else { given })
    }
}

fn pairs<'a>(first: &'a [&str], second: &'a [&str]) -> impl Iterator<Item = String> + use<'a> {
    first.iter().flat_map(move |first| second.iter().map(move |second| format!("{first}{second}")))
}

fn shuffled(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<(u64, String)> = (0..).map(|n| Dice(n).next()).zip(names).collect();
    names.sort_unstable();
    names.into_iter().map(|(_, name)| name).collect()
}

/// splitmix64
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
