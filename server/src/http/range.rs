//! `Range` of one request (RFC 9110, section 14): one range of bytes. Anything else in it is as if it were not there.

use std::ops::Range;

/// Which bytes of an object of a known length are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it.
    Whole,
    /// These, at least one.
    Part(Range<u64>),
    /// None that it has.
    Outside,
}

impl Wanted {
    /// Reads the header `bytes=FIRST-LAST`, `bytes=FIRST-` or `bytes=-LENGTH`.
    pub(crate) fn read(header: Option<&str>, size: u64) -> Self {
        let Some((first, last)) = header.and_then(|text| text.strip_prefix("bytes=")?.trim().split_once('-')) else {
            return Self::Whole;
        };
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
        let part = match (first, last) {
            ("", length) => number(length).map(|length: u64| size.saturating_sub(length)..size),
            (first, "") => number(first).map(|first| first..size),
            (first, last) => match (number(first), number(last)) {
                (Some(first), Some(last)) if first <= last => Some(first..size.min(last.saturating_add(1))),
                _ => None,
            },
        };
        match part {
            None => Self::Whole,
            Some(part) if part.start < part.end => Self::Part(part),
            Some(_) => Self::Outside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Wanted::{self, Outside, Part, Whole};

    #[test]
    fn one_range_is_understood_and_everything_else_means_the_whole() {
        let cases = [
            ("bytes=0-3", Part(0..4)),
            ("bytes=4-", Part(4..10)),
            ("bytes=-3", Part(7..10)),
            ("bytes=-30", Part(0..10)),
            ("bytes=8-99", Part(8..10)),
            ("bytes=9-9", Part(9..10)),
            ("bytes=10-", Outside),
            ("bytes=10-12", Outside),
            ("bytes=-0", Outside),
            ("bytes=5-4", Whole),
            ("bytes=0-1,4-5", Whole),
            ("bytes=-", Whole),
            ("bytes=+1-2", Whole),
            ("bytes=99999999999999999999-", Whole),
            ("lines=1-2", Whole),
            ("", Whole),
        ];
        for (header, wanted) in cases {
            assert_eq!(Wanted::read(Some(header), 10), wanted, "{header}");
        }
        assert_eq!(Wanted::read(None, 10), Whole);
        assert_eq!(Wanted::read(Some("bytes=0-"), 0), Outside);
    }
}
