//! How long a sentence takes to say.

/// Morae a second in clear speech on the phone: slower than talk, about as fast as news is read.
pub(super) const MORAE_PER_SECOND: u32 = 7;

/// Morae of a text, estimated where its reading is not known: a kanji as two, a digit as two, a Latin letter as two.
/// A full stop is a pause of three morae, a comma one of one.
pub(super) fn morae(text: &str) -> u32 {
    text.chars().map(of).sum()
}

fn of(c: char) -> u32 {
    match c {
        'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'ゃ' | 'ゅ' | 'ょ' | 'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ャ' | 'ュ'
        | 'ョ' => 0,
        '\u{3041}'..='\u{30ff}' => 1,
        '。' => 3,
        '、' => 1,
        c if c.is_alphanumeric() => 2,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::morae;

    #[test]
    fn kana_count_as_they_are_spoken() {
        for (text, count) in [("キョウト", 3), ("ワーファリン", 5), ("がっこう", 4), ("はい、そう。", 8), ("心房", 4)]
        {
            assert_eq!(morae(text), count, "{text}");
        }
    }
}
