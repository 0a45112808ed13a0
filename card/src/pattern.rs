//! Readers chosen by name.

/// Which readers are wanted: words separated by `*`, to be found in the name in this order, in any case. An empty
/// pattern wants every reader; the watcher then prefers contactless ones and passes over the slots inside readers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReaderPattern(Vec<String>);

impl ReaderPattern {
    /// For example `SONY*RC-S300`, or `Contactless` for the right half of a two-slot reader.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        Self(pattern.to_lowercase().split('*').filter(|word| !word.is_empty()).map(str::to_owned).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a reader of this name is wanted.
    #[must_use]
    pub fn wants(&self, reader: &str) -> bool {
        let name = reader.to_lowercase();
        let mut rest = name.as_str();
        self.0.iter().all(|word| match rest.find(word.as_str()) {
            Some(at) => {
                rest = &rest[at + word.len()..];
                true
            }
            None => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_chosen_by_words_in_order() {
        let pattern = ReaderPattern::new("sony*rc-s300");
        assert!(pattern.wants("SONY FeliCa RC-S300/P (0236798) 00 00"));
        assert!(!pattern.wants("ACS ACR1252 1S CL Reader PICC 00 00"));
        assert!(!pattern.wants("RC-S300 by SONY"));
        assert!(ReaderPattern::new("").wants("anything") && ReaderPattern::new("*").wants("anything"));
    }
}
