//! Numbers that nobody misreads.

use crate::model::CommonNumber;

/// The common number in groups of four: 「1234 5678 9012 3456」.
pub fn common_number(number: &CommonNumber) -> String {
    let digits = number.digits();
    let groups: Vec<&str> = (0..4).filter_map(|i| digits.get(i * 4..i * 4 + 4)).collect();
    groups.join(" ")
}

/// A quantity with its unit, its numbers made hard to misread: `0.5` not `.5`, `5` not `5.0`, `5,000`.
///
/// For strengths and doses. Not for names, dates, phones or laboratory values, whose zeros carry meaning. What does not
/// look like a plain decimal number stays as it came.
pub fn amount(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let mut rest = text;
    while let Some(start) = rest.find(is_numeric) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_numeric(c)).unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        out.push_str(before);
        let glued = out.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        match decimal(run) {
            Some(number) if !glued => out.push_str(&number),
            _ => out.push_str(run),
        }
        rest = after;
    }
    out + rest
}

/// "1 day", "2 days": how many, in English.
pub(super) fn several(count: i64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn is_numeric(c: char) -> bool {
    c.is_ascii_digit() || c == '.' || c == ','
}

/// The safe spelling of one decimal number, or `None` when the run is something else.
fn decimal(run: &str) -> Option<String> {
    let (whole, fraction) = run.split_once('.').map_or((run, None), |(w, f)| (w, Some(f)));
    let digits = ungrouped(whole)?;
    let odd = digits.len() > 9 || (digits.len() > 1 && digits.starts_with('0'));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if odd || fraction.is_some_and(|f| !all_digits(f)) || (digits.is_empty() && fraction.is_none()) {
        return None;
    }
    let whole = if digits.is_empty() { "0".to_owned() } else { grouped(&digits) };
    let fraction = fraction.unwrap_or_default().trim_end_matches('0');
    Some(if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") })
}

/// The digits without thousands separators; `None` when the commas separate something else.
fn ungrouped(whole: &str) -> Option<String> {
    let groups: Vec<&str> = whole.split(',').collect();
    let thousands =
        groups.len() == 1 || (groups[1..].iter().all(|group| group.len() == 3) && (1..=3).contains(&groups[0].len()));
    thousands.then(|| groups.concat())
}

fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
