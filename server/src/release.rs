//! A package of the tablet's program as a file, and the keys that sign it.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Command;

use kakari_sync::{ObjectRef, Release, ReleaseKeys, SignedRelease, Version};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};

/// The one package that tablets install.
const PACKAGE: &str = "kakari";
const STORE_SCHEMA: &str = "Kakari-Store-Schema";
const OLDEST: &str = "Kakari-Oldest";

/// What is given by hand where the package does not say it.
#[derive(Clone, Debug, Default)]
pub struct ByHand {
    /// The newest schema of the store that the program writes.
    pub store_schema: Option<u32>,
    /// The oldest program that it may replace.
    pub oldest: Option<String>,
}

/// Reads the package's bytes and its control fields (deb-control(5)) into a release that nobody has signed.
///
/// # Errors
///
/// One line, when it is no package of the tablet's program, or lacks a field that is not given by hand either.
pub fn describe(package: &Path, by_hand: &ByHand) -> Result<Release, String> {
    let bytes = read_package(package)?;
    let fields = fields(package)?;
    let field = |name: &str| {
        fields.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(|value| value.trim().to_owned())
    };
    let needed = |name: &str| field(name).ok_or_else(|| format!("{}: no field {name}", package.display()));
    let name = needed("Package")?;
    if name != PACKAGE {
        return Err(format!("{}: is the package {name}, and tablets install {PACKAGE}", package.display()));
    }
    let missing = |name: &str, option: &str| format!("{}: no field {name}; give {option}", package.display());
    let schema = field(STORE_SCHEMA).and_then(|text| text.parse().ok()).or(by_hand.store_schema);
    Ok(Release {
        version: upstream(&needed("Version")?)?,
        architecture: needed("Architecture")?,
        package: ObjectRef::of(&bytes),
        store_schema: schema.ok_or_else(|| missing(STORE_SCHEMA, "--store-schema"))?,
        oldest: upstream(
            &field(OLDEST).or_else(|| by_hand.oldest.clone()).ok_or_else(|| missing(OLDEST, "--oldest"))?,
        )?,
        made_at: chrono::DateTime::from_timestamp(chrono::Utc::now().timestamp(), 0).unwrap_or_default(),
    })
}

/// The package's bytes, when tablets would read so many.
pub fn read_package(package: &Path) -> Result<Vec<u8>, String> {
    let said = |error: std::io::Error| format!("{}: {error}", package.display());
    if fs::metadata(package).map_err(said)?.len() > SignedRelease::MAX_PACKAGE {
        return Err(format!("{}: is longer than {} bytes", package.display(), SignedRelease::MAX_PACKAGE));
    }
    fs::read(package).map_err(said)
}

fn fields(package: &Path) -> Result<String, String> {
    let path = fs::canonicalize(package).map_err(|error| format!("{}: {error}", package.display()))?;
    let asked = Command::new("dpkg-deb")
        .env("LC_ALL", "C")
        .arg("--field")
        .arg(path)
        .args(["Package", "Version", "Architecture", STORE_SCHEMA, OLDEST])
        .output();
    let told = asked.map_err(|error| match error.kind() {
        ErrorKind::NotFound => "dpkg-deb is not here: install the package dpkg".to_owned(),
        _ => format!("dpkg-deb: {error}"),
    })?;
    if !told.status.success() {
        return Err(format!("{}: no Debian package", package.display()));
    }
    String::from_utf8(told.stdout).map_err(|_| format!("{}: its fields are no text", package.display()))
}

/// `1.2.3` of `1.2.3-1`: the revision is Debian's, the program does not know it.
fn upstream(version: &str) -> Result<String, String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let upstream = version.split_once('-').filter(|(_, revision)| digits(revision)).map_or(version, |(first, _)| first);
    let read: Result<Version, _> = upstream.parse();
    read.map(|version| version.to_string()).map_err(|_| format!("version {version} is not major.minor.patch"))
}

/// Makes a release key (Ed25519, PKCS #8 in PEM) in a new file for its owner alone; the public half.
pub fn make_key(file: &Path) -> Result<[u8; 32], String> {
    let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| "the system gave no random bytes")?;
    let pair = Ed25519KeyPair::from_pkcs8(made.as_ref()).map_err(|_| "the key that was made is none")?;
    let text = zeroize::Zeroizing::new(pem::encode(&pem::Pem::new("PRIVATE KEY", made.as_ref())));
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let written = opened.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(public(&pair))
}

/// The public half of a key.
pub fn public(pair: &Ed25519KeyPair) -> [u8; 32] {
    let mut public = [0; 32];
    public.copy_from_slice(pair.public_key().as_ref());
    public
}

/// Reads `release-keys.toml` as tablets have it.
pub fn read_keys(file: &Path) -> Result<ReleaseKeys, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::upstream;

    #[test]
    fn a_debian_revision_is_left_out_and_what_is_no_version_is_refused() {
        for (given, expected) in [("1.2.3", Some("1.2.3")), ("1.2.3-1", Some("1.2.3")), ("0.6.0-12", Some("0.6.0"))] {
            assert_eq!(upstream(given).ok().as_deref(), expected);
        }
        for wrong in ["1.2", "1.2.3~rc1", "1:1.2.3", "1.2.3-1ubuntu1", "1.2.3-", ""] {
            assert!(upstream(wrong).is_err(), "{wrong}");
        }
    }
}
