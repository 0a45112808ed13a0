//! Numbers aloud: decimals, groups of thousands, fractions, dates, and how an amount compares.

/// Words that count what stands before them.
const COUNTERS: [&str; 25] = [
    "錠",
    "カプセル",
    "包",
    "本",
    "枚",
    "個",
    "量",
    "滴",
    "筒",
    "瓶",
    "袋",
    "アンプル",
    "単位",
    "回",
    "歳",
    "才",
    "年",
    "か月",
    "ヶ月",
    "週",
    "日",
    "時間",
    "度",
    "分",
    "秒",
];

/// How a number at the start of `rest` is said, and how many bytes it takes; `before` is what was said so far.
pub(super) fn number(rest: &str, before: &str) -> Option<(String, usize)> {
    if let Some(fraction) = day(rest).or_else(|| fraction(rest, before)) {
        return Some(fraction);
    }
    let bare = rest.starts_with('.') && !before.ends_with(|c: char| c.is_ascii_alphanumeric());
    let mut len = digits(rest);
    if len == 0 && !(bare && digits(&rest[1..]) > 0) {
        return None;
    }
    while rest[len..].starts_with([',', '.', '·']) {
        let mark = rest[len..].chars().next().map_or(1, char::len_utf8);
        match digits(&rest[len + mark..]) {
            0 => break,
            more => len += mark + more,
        }
    }
    let written = rest[..len].replace('·', ".");
    Some((decimal(&if bare { format!("0{written}") } else { written }), len))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// 「3,000」 is 3000, 「0,5」 is 0点5, 「1,2,3」 are three; with both marks in an order of another country each mark is said.
fn decimal(written: &str) -> String {
    let (whole, part) = written.split_once('.').map_or((written, None), |(whole, part)| (whole, Some(part)));
    let groups: Vec<&str> = whole.split(',').collect();
    let thousands = groups.len() > 1
        && (1..=3).contains(&groups[0].len())
        && !groups[0].starts_with('0')
        && groups[1..].iter().all(|group| group.len() == 3);
    match part {
        Some(part) if part.contains(',') || groups.len() > 1 && !thousands => {
            written.replace('.', "点").replace(',', "カンマ")
        }
        Some(part) => format!("{}点{}", groups.concat(), part.replace('.', "点")),
        None if thousands => groups.concat(),
        None if groups.len() == 2 => groups.join("点"),
        None => groups.join("、"),
    }
}

/// 「2026/04/12」 as 「2026年4月12日」.
fn day(rest: &str) -> Option<(String, usize)> {
    let len = rest.bytes().take_while(|b| b.is_ascii_digit() || b"/-.".contains(b)).count();
    let mark = rest.get(4..5).filter(|mark| ["/", "-", "."].contains(mark))?;
    let parts: Vec<&str> = rest[..len].split(mark).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let number = |text: &str| Some(text).filter(|text| (1..=4).contains(&text.len()))?.parse::<u32>().ok();
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    let real = (1850..2150).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    real.then(|| (format!("{year}年{month}月{day}日"), len))
}

/// 「1/2錠」 as 「2分の1錠」; not 「150/90」, a day 「4/12」, or vertebrae 「L4/5」.
fn fraction(rest: &str, before: &str) -> Option<(String, usize)> {
    let upper = &rest[..digits(rest)];
    let lower = rest[upper.len()..].strip_prefix('/')?;
    let (lower, after) = lower.split_at(digits(lower));
    if before.ends_with(|c: char| c.is_ascii_alphabetic() || "の/".contains(c))
        || after.starts_with(['/', '.', ',', '-'])
    {
        return None;
    }
    let (above, below): (u16, u16) = (upper.parse().ok()?, lower.parse().ok()?);
    let counted = counter(after) > 0;
    let part = above > 0 && above < below && (counted || above == 1 && below <= 4);
    part.then(|| (format!("{below}分の{above}"), upper.len() + 1 + lower.len()))
}

/// How many bytes the counter takes that `text` begins with.
pub(super) fn counter(text: &str) -> usize {
    COUNTERS.iter().find(|word| text.starts_with(**word)).map_or(0, |word| word.len())
}

/// What is said behind an amount, when the sign stands before it and when it stands behind it. 「超」 alone could be heard
/// as a number.
pub(super) fn comparison(sign: char) -> Option<(&'static str, &'static str, &'static str)> {
    match sign {
        '<' => Some(("未満", "を超える", "小なり")),
        '>' => Some(("を超える", "未満", "大なり")),
        '≤' => Some(("以下", "以上", "小なりイコール")),
        '≥' => Some(("以上", "以下", "大なりイコール")),
        _ => None,
    }
}
