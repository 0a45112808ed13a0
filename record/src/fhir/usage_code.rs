//! The usage codes of JAMI (標準用法) in words, for a sender that gives no words beside them.

use super::{FhirError, node::Node, value};

/// The words of `timing.code`: the sender's, else those of a code that is known, else the code marked as one.
pub(super) fn words(timing: &Node<'_>) -> Result<Option<String>, FhirError> {
    let Some(code) = value::coded_in(timing, "code")? else { return Ok(None) };
    let bare = code.codings.iter().any(|coding| coding.code == code.text);
    let usage = bare && code.text.len() == 16 && code.text.is_ascii();
    Ok(Some(if usage {
        meals(&code.text).unwrap_or_else(|| format!("用法コード{}", code.text))
    } else {
        code.text
    }))
}

/// What is said beside the usage: 「隔日投与」, 「不均等(1回目4・2回目2・3回目1)」.
pub(super) fn additional(dosage: &Node<'_>) -> Result<Vec<String>, FhirError> {
    let (mut words, mut times) = (Vec::new(), Vec::new());
    for more in value::coded_list(dosage, "additionalInstruction")? {
        let bare = more.codings.iter().any(|coding| coding.code == more.text);
        match uneven(&more.text).filter(|_| bare) {
            Some(time) => times.push(time),
            None if bare => words.push(format!("補足コード{}", more.text)),
            None => words.push(more.text),
        }
    }
    if !times.is_empty() {
        words.push(format!("不均等({})", times.join("・")));
    }
    Ok(words)
}

/// Taken by mouth at meals: `101`, times a day, then one digit each for bedtime, evening, noon and morning
/// (1 before, 4 after the meal), the rest zero.
fn meals(code: &str) -> Option<String> {
    let digits: Vec<char> = code.chars().collect();
    let (head, rest) = digits.split_at_checked(8)?;
    if !code.starts_with("101") || rest.iter().any(|digit| *digit != '0') {
        return None;
    }
    let [_, _, _, times, bed, evening, noon, morning] = head else { return None };
    let mut when = String::new();
    let mut kind = None;
    for (digit, meal) in [(morning, '朝'), (noon, '昼'), (evening, '夕')] {
        if *digit != '0' {
            when.push(meal);
            if kind.replace(*digit).is_some_and(|earlier| earlier != *digit) {
                return None;
            }
        }
    }
    when.push_str(match kind {
        None => "",
        Some('1') => "食前",
        Some('4') => "食後",
        Some(_) => return None,
    });
    match bed {
        '0' => {}
        '1' if when.is_empty() => when.push_str("就寝前"),
        '1' => when.push_str("・就寝前"),
        _ => return None,
    }
    let counted = head.iter().skip(4).filter(|digit| **digit != '0').count();
    let times = times.to_digit(10).and_then(|times| usize::try_from(times).ok())?;
    (times == counted && times > 0).then(|| format!("1日{times}回 {when}"))
}

/// `V14NNNNN`: uneven, the first time 4 units.
fn uneven(code: &str) -> Option<String> {
    let rest = code.strip_prefix('V')?.strip_suffix("NNNNN")?;
    let digits: Vec<char> = rest.chars().collect();
    match digits.as_slice() {
        [time, amount] if time.is_ascii_digit() && amount.is_ascii_digit() => Some(format!("{time}回目{amount}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{meals, uneven};

    #[test]
    fn a_usage_code_reads_as_on_the_paper_prescription() {
        for (code, words) in [
            ("1011000400000000", "1日1回 朝食後"),
            ("1011004000000000", "1日1回 昼食後"),
            ("1011040000000000", "1日1回 夕食後"),
            ("1011100000000000", "1日1回 就寝前"),
            ("1012040400000000", "1日2回 朝夕食後"),
            ("1012100400000000", "1日2回 朝食後・就寝前"),
            ("1013044400000000", "1日3回 朝昼夕食後"),
        ] {
            assert_eq!(meals(code).as_deref(), Some(words));
        }
        assert_eq!(uneven("V14NNNNN").as_deref(), Some("1回目4"));
    }

    #[test]
    fn a_code_that_is_not_wholly_understood_is_not_put_into_words() {
        for code in ["1013000400000000", "1011000700000000", "1012010400000000", "1011000400000001", "2B73000000000000"]
        {
            assert_eq!(meals(code), None, "{code}");
        }
    }
}
