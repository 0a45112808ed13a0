//! The configuration: one TOML file, and secrets only as files or systemd credentials.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use kakari_card::{CardProfile, ProfileError};
use kakari_session::findings::KeyPlace;
use serde::{Deserialize, Serialize};

use crate::card_profiles::{self, ProfileTable};
use crate::{sealed_key, whole_file};

/// Where the configuration is when nothing else is said.
pub const DEFAULT_PATH: &str = "/etc/kakari/kakari.toml";
/// Where everything of a tablet is when nothing else is said.
pub const DEFAULT_DIR: &str = "/var/lib/kakari";
/// Name of the store key among systemd's credentials.
const KEY_CREDENTIAL: &str = "kakari-store-key";

/// What one tablet is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The store.
    #[serde(default = "default_store")]
    pub store: PathBuf,
    /// The store key's file; the systemd credential `kakari-store-key` goes before it.
    #[serde(default = "default_key")]
    pub store_key: PathBuf,
    /// As the top bar shows it.
    pub vehicle: String,
    /// This tablet's name in the audit. Empty before it is enrolled; then the name that the region gave is written here.
    pub tablet: String,
    /// A folder for this tablet's identity, for what has been fetched in part, and for the mark of an ordered erasure.
    #[serde(default = "default_state")]
    pub state: PathBuf,
    /// Which reader: words of its name with `*` between them; empty for any.
    #[serde(default)]
    pub reader: String,
    /// Covers the whole display.
    #[serde(default)]
    pub fullscreen: bool,
    /// The link is metered (LTE): sync keeps to the region's bytes per day and fetches no snapshot over it.
    #[serde(default)]
    pub metered: bool,
    /// How the towns of this region are read and written: a search by address is typed in kana, and a house is found by
    /// its address as its residents' documents write it ("キタマチ" = "東京都北区北町").
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub towns: BTreeMap<String, String>,
    /// Whom a record can be handed to, in the order of the glass: hospitals' names.
    #[serde(default)]
    pub receivers: Vec<String>,
    /// The folder for files for a hospital, or where its stick is mounted; none, and no file is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover_dir: Option<PathBuf>,
    /// Where sticks are mounted: a region's bundle is looked for in the folders below.
    #[serde(default = "default_usb_dir")]
    pub usb_dir: PathBuf,
    /// Where a tablet of this region is enrolled, `https://host:port`: then only the code is typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The TPM for the tablet's own keys, as its TCTI names it ("device:/dev/tpmrm0"); empty for none. Where nothing is
    /// said, the kernel's TPM is used if this machine has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tpm: Option<String>,
    /// Makes of number-only cards that this region uses, in the order in which they are tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub card_profile: Vec<ProfileTable>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {path}: {source}; say where it is with --config")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not what it must be; the message names the place.
    #[error("the configuration {path} is wrong: {source}")]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A card profile is none: which one, and what is allowed.
    #[error("the configuration {path} is wrong: {source}")]
    Profile {
        /// Which file.
        path: PathBuf,
        /// Which profile, and what is allowed.
        source: ProfileError,
    },
}

impl Config {
    /// Reads the configuration.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.into(), source })?;
        let read: Result<Self, _> = toml::from_str(&text);
        let config = read.map_err(|source| ConfigError::Wrong { path: path.into(), source: Box::new(source) })?;
        config.card_profiles().map_err(|source| ConfigError::Profile { path: path.into(), source })?;
        Ok(config)
    }

    /// The makes of number-only cards, checked.
    pub(crate) fn card_profiles(&self) -> Result<Vec<CardProfile>, ProfileError> {
        card_profiles::checked(&self.card_profile)
    }

    /// A configuration with everything of the tablet in `dir`, before it has a name.
    pub(crate) fn in_dir(dir: &Path) -> Self {
        Self {
            store: dir.join("kakari.db"),
            store_key: dir.join("store.key"),
            vehicle: String::new(),
            tablet: String::new(),
            state: dir.join("state"),
            reader: String::new(),
            fullscreen: false,
            metered: false,
            towns: BTreeMap::new(),
            receivers: Vec::new(),
            handover_dir: None,
            usb_dir: default_usb_dir(),
            region: None,
            tpm: None,
            card_profile: Vec::new(),
        }
    }

    /// Writes the configuration with a word on each line, whole or not at all; a file that is there stays as it is.
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        if path.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.write_anew(path)
    }

    /// The same in the place of the one that is there.
    pub(crate) fn write_anew(&self, path: &Path) -> io::Result<()> {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        whole_file::keep(path, self.with_comments().as_bytes())?;
        // Nothing in it is secret, and the station's administrators are of the group.
        fs::set_permissions(path, fs::Permissions::from_mode(0o640))
    }

    fn with_comments(&self) -> String {
        let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let path = |path: &Path| text(&path.display().to_string());
        let lines = [
            ("The store: kakari.db and the sets of records beside it.", "store", path(&self.store)),
            (
                "Its key, 32 bytes for its owner alone. The systemd credential kakari-store-key goes before it.",
                "store_key",
                path(&self.store_key),
            ),
            ("As the top bar shows it.", "vehicle", text(&self.vehicle)),
            ("This tablet's name in the audit, as the region gave it.", "tablet", text(&self.tablet)),
            ("A folder for this tablet's identity and for what has been fetched in part.", "state", path(&self.state)),
            ("Which reader: words of its name with * between them; empty for any.", "reader", text(&self.reader)),
            ("Covers the whole display.", "fullscreen", self.fullscreen.to_string()),
            (
                "The link is metered (LTE): sync keeps to the region's bytes a day and fetches no snapshot over it.",
                "metered",
                self.metered.to_string(),
            ),
            (
                "Whom a record can be handed to, in the order of the glass.",
                "receivers",
                toml::Value::from(self.receivers.clone()).to_string(),
            ),
            (
                "Where sticks are mounted: a bundle of the region is looked for in the folders below.",
                "usb_dir",
                path(&self.usb_dir),
            ),
        ];
        let told = lines.map(|(comment, name, value)| format!("# {comment}\n{name} = {value}\n"));
        told.into_iter()
            .chain([
                self.handover_lines(),
                self.region_lines(),
                self.tpm_lines(),
                self.towns_lines(),
                card_profiles::lines(&self.card_profile),
            ])
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn handover_lines(&self) -> String {
        let dir = match &self.handover_dir {
            Some(dir) => format!("handover_dir = {}\n", toml::Value::from(dir.display().to_string())),
            None => "# handover_dir = \"/media/kakari\"\n".to_owned(),
        };
        format!(
            "# The folder for files for a hospital, or where its stick is mounted; without it no file is offered.\n{dir}"
        )
    }

    fn region_lines(&self) -> String {
        let region = match &self.region {
            Some(region) => format!("region = {}\n", toml::Value::from(region.as_str())),
            None => "# region = \"https://region.example.jp:8444\"\n".to_owned(),
        };
        format!("# Where a tablet is enrolled: kakari enrol --window then asks for nothing but the code.\n{region}")
    }

    fn tpm_lines(&self) -> String {
        let tpm = match &self.tpm {
            Some(tpm) => format!("tpm = {}\n", toml::Value::from(tpm.as_str())),
            None => "# tpm = \"device:/dev/tpmrm0\"\n".to_owned(),
        };
        format!(
            "# The TPM that makes and keeps this tablet's own keys when it is enrolled; \"\" for keys in files. Without this line: the\n# kernel's TPM, where there is one.\n{tpm}"
        )
    }

    /// A table of its own, so these lines and those of the cards stand last in the file.
    fn towns_lines(&self) -> String {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let towns: String =
            self.towns.iter().map(|(read, written)| format!("{} = {}\n", quoted(read), quoted(written))).collect();
        let lines = match towns.is_empty() {
            true => "# [towns]\n# \"キタマチ\" = \"東京都北区北町\"\n".to_owned(),
            false => format!("[towns]\n{towns}"),
        };
        format!(
            "# How the towns are read (katakana) and written in addresses, for the search by address. Tables stay last.\n{lines}"
        )
    }

    /// What the store key is sealed in where there is a TPM: beside the store, as `kakari-seal-key` puts it there.
    pub(crate) fn sealed_key_path(&self) -> PathBuf {
        self.store.with_file_name("keys").join("store-key.cred")
    }

    /// Where the store key is: the systemd credential if there is one, else the configured file.
    pub(crate) fn store_key_path(&self) -> PathBuf {
        key_credential().unwrap_or_else(|| self.store_key.clone())
    }

    /// Whether the system gives the key at the start of the program, and what it is sealed with, or a file holds it.
    pub(crate) fn key_place(&self) -> KeyPlace {
        if key_credential().is_some() { sealed_key::place(&self.store) } else { KeyPlace::File }
    }
}

/// The unit gives an empty line where there is no sealed key (systemd refuses a default without a single byte): that is none.
fn key_credential() -> Option<PathBuf> {
    let path = PathBuf::from(env::var_os("CREDENTIALS_DIRECTORY")?).join(KEY_CREDENTIAL);
    fs::metadata(&path).is_ok_and(|data| data.len() > 1).then_some(path)
}

fn default_store() -> PathBuf {
    "/var/lib/kakari/kakari.db".into()
}

fn default_usb_dir() -> PathBuf {
    "/media".into()
}

fn default_state() -> PathBuf {
    "/var/lib/kakari/state".into()
}

fn default_key() -> PathBuf {
    "/var/lib/kakari/store.key".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_with_comments_is_read_back_as_it_was() {
        let config = Config {
            vehicle: "北町\"救急\"1".to_owned(),
            tablet: "kita-1".to_owned(),
            metered: true,
            receivers: vec!["北町総合病院".to_owned(), "東\"町".to_owned()],
            handover_dir: Some("/media/kakari".into()),
            region: Some("https://region.example.jp:8444".to_owned()),
            tpm: Some("swtpm:host=127.0.0.1,port=2321".to_owned()),
            towns: [("キタマチ", "東京都\"北\"区北町"), ("ヒガシマチ", "東町")]
                .map(|(read, written)| (read.to_owned(), written.to_owned()))
                .into(),
            card_profile: vec![ProfileTable {
                name: "見守り\"カード\"".to_owned(),
                kind: "type-a".to_owned(),
                page: Some(4),
                form: "bcd".to_owned(),
                ..ProfileTable::default()
            }],
            ..Config::in_dir(Path::new("/var/lib/kakari"))
        };
        assert_eq!(toml::from_str::<Config>(&config.with_comments()).ok(), Some(config));
    }

    #[test]
    fn what_is_not_set_stands_there_as_a_comment_and_reads_back_as_not_set() {
        let config = Config { vehicle: "北町".to_owned(), ..Config::in_dir(Path::new("/var/lib/kakari")) };
        let text = config.with_comments();
        assert!(text.contains("\n# handover_dir = ") && text.contains("\n# [towns]\n"), "{text}");
        assert!(text.contains("\nreceivers = []\n"), "{text}");
        assert_eq!(toml::from_str::<Config>(&text).ok(), Some(config));
    }

    #[test]
    fn a_wrong_card_profile_stops_the_program_and_says_which_and_what_is_allowed() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("kakari.toml");
        for (kind, says) in [("mifare", "\"type-a\""), ("type-a", "4 or later")] {
            let table = ProfileTable {
                name: "見守り".to_owned(),
                kind: kind.to_owned(),
                form: "bcd".to_owned(),
                ..ProfileTable::default()
            };
            let config = Config { card_profile: vec![table], ..Config::in_dir(dir.path()) };
            config.write_anew(&path).expect("written");
            let error = Config::load(&path).expect_err("no profile").to_string();
            assert!(error.contains("見守り") && error.contains(says) && error.contains("kakari.toml"), "{error}");
        }
    }

    #[test]
    fn a_configuration_that_is_there_stays_and_half_of_one_is_written_over() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("etc/kakari.toml");
        let named = |tablet: &str| Config { tablet: tablet.to_owned(), ..Config::in_dir(dir.path()) };
        fs::create_dir(dir.path().join("etc")).expect("made");
        fs::write(path.with_extension("toml.tmp"), "store = \"").expect("written");
        named("kita-1").write(&path).expect("written");
        let again = named("kita-2").write(&path).expect_err("there is one");
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(Config::load(&path).expect("whole").tablet, "kita-1");
        assert_eq!(fs::read_dir(dir.path().join("etc")).expect("there").count(), 1);
    }

    /// The commented keys are those of the program, and hold what it takes.
    #[test]
    fn the_configuration_that_is_shipped_names_every_key_and_is_read() {
        let shipped = include_str!("../../packaging/kakari.toml");
        let open: String = shipped
            .lines()
            .map(|line| {
                let told = line.strip_prefix("# ").filter(|rest| rest.starts_with('[') || rest.contains(" = "));
                format!("{}\n", told.unwrap_or(line))
            })
            .collect();
        let read: Config = toml::from_str(&open).unwrap_or_else(|error| panic!("{error}\n{open}"));
        assert!(!read.receivers.is_empty() && read.handover_dir.is_some() && !read.towns.is_empty());
        assert!(read.region.is_some() && read.tpm.is_some());
        assert!(read.card_profile.len() == 1 && read.card_profiles().is_ok());
        assert!(toml::from_str::<Config>(shipped).is_ok_and(|config| config.towns.is_empty()));
    }
}
