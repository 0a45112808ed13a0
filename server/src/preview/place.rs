//! Where a document came from: one file, or NDJSON files one after the other.

use kakari_record::fhir::FhirError;

/// One file, or several that are one document.
pub(crate) enum Place {
    /// One file.
    File(String),
    /// NDJSON files one after the other, each with its number of lines.
    Lines(Vec<(String, usize)>),
}

impl Place {
    /// The names of its files.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(name) => name.clone(),
            Self::Lines(parts) => parts.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" + "),
        }
    }

    /// The file of a JSON path, and the path in that file: `line[12].birthDate` counts through all the files.
    pub(crate) fn of_path(&self, path: &str) -> (String, String) {
        let numbered = path.strip_prefix("line[").and_then(|rest| rest.split_once(']'));
        let found = numbered.and_then(|(line, rest)| Some((self.of_line(line.parse().ok()?)?, rest)));
        match found {
            Some(((file, line), rest)) => (file.to_owned(), format!("line[{line}]{rest}")),
            None => (self.name(), path.to_owned()),
        }
    }

    /// The file of an error, and the error as it is told in that file.
    pub(crate) fn of_error(&self, error: FhirError) -> (String, FhirError) {
        let path = match &error {
            FhirError::NotJson { line, .. } | FhirError::KeyTwice { line, .. } | FhirError::TooMuch { line, .. } => {
                format!("line[{line}]")
            }
            FhirError::Unexpected { path, .. } | FhirError::Dangling { path, .. } => path.clone(),
            _ => return (self.name(), error),
        };
        let (file, path) = self.of_path(&path);
        let here =
            |given| path.strip_prefix("line[").and_then(|rest| rest.strip_suffix(']')?.parse().ok()).unwrap_or(given);
        let error = match error {
            FhirError::NotJson { line, column } => FhirError::NotJson { line: here(line), column },
            FhirError::KeyTwice { line, column } => FhirError::KeyTwice { line: here(line), column },
            FhirError::TooMuch { what, line, column } => FhirError::TooMuch { what, line: here(line), column },
            FhirError::Unexpected { problem, .. } => FhirError::Unexpected { path, problem },
            FhirError::Dangling { target, .. } => FhirError::Dangling { path, target },
            other => other,
        };
        (file, error)
    }

    fn of_line(&self, line: usize) -> Option<(&str, usize)> {
        let Self::Lines(parts) = self else { return None };
        let mut before = 0;
        for (file, lines) in parts {
            if line <= before + lines {
                return Some((file, line - before));
            }
            before += lines;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export() -> Place {
        Place::Lines(vec![("Patient.ndjson".to_owned(), 1), ("Condition.ndjson".to_owned(), 3)])
    }

    #[test]
    fn a_line_of_joined_files_is_told_in_its_own_file() {
        for (path, file, there) in [
            ("line[1].birthDate", "Patient.ndjson", "line[1].birthDate"),
            ("line[2]", "Condition.ndjson", "line[1]"),
            ("line[4].code.coding[0]", "Condition.ndjson", "line[3].code.coding[0]"),
            ("line[9]", "Patient.ndjson + Condition.ndjson", "line[9]"),
            ("entry", "Patient.ndjson + Condition.ndjson", "entry"),
        ] {
            assert_eq!(export().of_path(path), (file.to_owned(), there.to_owned()));
        }
    }

    #[test]
    fn an_error_in_joined_files_is_told_in_its_own_file() {
        let (file, error) = export().of_error(FhirError::NotJson { line: 3, column: 7 });
        assert_eq!((file.as_str(), error.to_string().as_str()), ("Condition.ndjson", "not JSON: line 2, column 7"));
        let path = "line[2].onsetDateTime".to_owned();
        let (file, error) = export().of_error(FhirError::Unexpected { path, problem: "expected a date" });
        assert_eq!(
            (file.as_str(), error.to_string().as_str()),
            ("Condition.ndjson", "line[1].onsetDateTime: expected a date")
        );
        let one = Place::File("a.json".to_owned()).of_error(FhirError::KeyTwice { line: 3, column: 7 });
        assert_eq!(one, ("a.json".to_owned(), FhirError::KeyTwice { line: 3, column: 7 }));
    }
}
