//! What is found on the tablet when a version is chosen.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use kakari_sync::{SignedRelease, Version};

use crate::foreign;
use crate::places::Places;
use crate::programs::Programs;
use crate::state::canonical;

/// What the choice is made by. Asked only for what is needed: each answer of a program takes its time.
pub(crate) trait Facts {
    /// Where the link leads, whatever is there.
    fn linked(&self) -> Option<String>;
    /// Whether there is a program in this version's slot that can be run.
    fn runs(&self, version: &str) -> bool;
    /// What the packaged program says of itself.
    fn packaged(&self) -> Result<Version, String>;
    /// Whether the glass has said since the machine's start that the version in force does not start.
    fn said_stuck(&self) -> bool;
    /// Whether the last start of the glass came as far as the program.
    fn begun(&self) -> bool;
    /// Whether the tablet ended by itself, at rest, so that another version is chosen.
    fn rests(&self) -> bool;
    /// The version that sync has staged: what the region's head still names. Nothing of it is believed; whoever staged it can
    /// only keep a version away.
    fn staged(&self) -> Option<String>;
    /// The version that started in order last, as the tablet's user says.
    fn started(&self) -> Option<String>;
    /// The newest schema that the store may have; none when there is no store.
    fn noted_schema(&self) -> Result<Option<u32>, String>;
    /// The newest schema that a version writes; none asks the packaged one.
    fn schema_of(&self, version: Option<&str>) -> Result<u32, String>;
}

/// The tablet itself.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) places: &'a Places,
    pub(crate) programs: &'a Programs,
}

/// A version or a number with a line's end is not longer, in bytes.
const WORD: usize = 64;

impl Facts for Found<'_> {
    fn linked(&self) -> Option<String> {
        let target = fs::read_link(self.places.link()).ok()?;
        let version = target.strip_prefix("slots").ok()?.to_str()?;
        canonical(version).map(|version| version.to_string())
    }

    fn runs(&self, version: &str) -> bool {
        let program = fs::symlink_metadata(self.places.program(Some(version)));
        program.is_ok_and(|found| found.is_file() && found.len() > 0 && found.permissions().mode() & 0o111 != 0)
    }

    fn packaged(&self) -> Result<Version, String> {
        self.programs.version(&self.places.packaged())
    }

    fn said_stuck(&self) -> bool {
        self.places.stuck().exists()
    }

    fn begun(&self) -> bool {
        matches!(foreign::open(&self.places.tablet_dir(), BEGUN), Ok(Some(_)))
    }

    fn rests(&self) -> bool {
        matches!(foreign::open(&self.places.tablet_dir(), REST), Ok(Some(_)))
    }

    fn staged(&self) -> Option<String> {
        let statement = foreign::read(&self.places.tablet_dir(), STATEMENT, SignedRelease::MAX_LEN).ok().flatten()?;
        Some(SignedRelease::decode(&statement).ok()?.peek().ok()?.version)
    }

    fn started(&self) -> Option<String> {
        word(self.places, STARTED).ok().flatten()
    }

    fn noted_schema(&self) -> Result<Option<u32>, String> {
        let noted = word(self.places, SCHEMA_NOTE)?;
        noted.map(|number| number.parse().map_err(|_| "it is no number".to_owned())).transpose()
    }

    fn schema_of(&self, version: Option<&str>) -> Result<u32, String> {
        self.programs.store_schema(&self.places.program(version))
    }
}

/// Written by the tablet when its first view was shown.
pub(crate) const STARTED: &str = "state/update/started";
/// Written by the tablet just before it ends at rest for another version; gone once that was chosen.
pub(crate) const REST: &str = "state/update/rest";
/// Written by the starter of all programs just before the glass's; gone with the next choice.
pub(crate) const BEGUN: &str = "state/update/begun";
/// Staged by sync, after the package; gone when the region's head does not name it any more.
pub(crate) const STATEMENT: &str = "state/update/release";
/// Written by the store before a migration of it is durable.
const SCHEMA_NOTE: &str = "kakari.db.schema";

fn word(places: &Places, name: &str) -> Result<Option<String>, String> {
    let bytes = foreign::read(&places.tablet_dir(), name, WORD).map_err(|error| error.to_string())?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()))
}

/// Where the link has to lead for this version.
pub(crate) fn target(version: &str) -> PathBuf {
    PathBuf::from("slots").join(version)
}
