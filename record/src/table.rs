//! The tables in `assets/tables`: comma-separated, no quoting, `#` begins a comment line, the first row names the columns.

use unicode_normalization::UnicodeNormalization;

/// The rows under the heading, each cut into exactly `N` trimmed cells. A row of another width yields nothing; the
/// tests of each table prove that no row is lost this way.
pub(crate) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    lines(text).filter_map(|line| {
        let cells: Vec<&'static str> = line.split(',').map(str::trim).collect();
        cells.try_into().ok()
    })
}

/// The lines that ought to be rows.
pub(crate) fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).skip(1)
}

/// A name without the accidents of its spelling: NFKC, lower case, no spaces, and in katakana a long vowel for the dash
/// that old systems wrote instead (「ワ－ファリン」).
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()) {
        let dash = matches!(c, '-' | '‐' | '−' | '–' | '—' | '―');
        out.push(if dash && out.ends_with(is_katakana) { 'ー' } else { c });
    }
    out
}

/// A katakana letter or the long vowel.
pub(crate) fn is_katakana(c: char) -> bool {
    ('\u{30a1}'..='\u{30fa}').contains(&c) || c == 'ー'
}
