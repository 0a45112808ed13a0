//! The newest schema that the store may have, as a plain number beside it (`kakari.db.schema`): whoever takes a program back
//! to an older one reads it without the key.

use std::{fs, io};

use crate::files::{Files, replace};
use crate::schema;

/// The newest schema that this program writes: the steps of the main file and those of a set, which only ever grow, so
/// that a program with a lower number cannot open what one with a higher has migrated.
pub fn newest_schema() -> u32 {
    u32::try_from(schema::MAIN_FILE.len() + schema::SET_FILE.len()).unwrap_or(u32::MAX)
}

impl Files {
    /// Notes, durably, that the store may be of this program's schema from now on. A higher number that is there stays.
    pub(crate) fn note_schema(&self) -> io::Result<()> {
        let (path, own) = (self.schema(), newest_schema());
        let noted = match fs::read_to_string(&path) {
            Ok(text) => text.trim().parse().unwrap_or(0),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        if noted >= own { Ok(()) } else { replace(&path, format!("{own}\n").as_bytes()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_only_grows_and_what_is_no_number_is_replaced() {
        let place = tempfile::tempdir().expect("a folder");
        let files = Files::of(&place.path().join("kakari.db"));
        let noted = || fs::read_to_string(files.schema()).expect("noted").trim().to_owned();
        for (before, after) in
            [(None, newest_schema()), (Some("1"), newest_schema()), (Some("x"), newest_schema()), (Some("9999"), 9999)]
        {
            before.into_iter().for_each(|text| fs::write(files.schema(), text).expect("written"));
            files.note_schema().expect("noted");
            assert_eq!(noted(), after.to_string(), "{before:?}");
        }
    }
}
