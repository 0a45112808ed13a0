//! What was made before these tests run, and where.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The root of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// Where `make image` leaves what it makes.
#[must_use]
pub fn image_dir() -> PathBuf {
    env::var_os("KAKARI_IMAGE_DIR").map_or_else(|| repository().join("target/image"), PathBuf::from)
}

/// The newest package of Kakari, or the one `KAKARI_DEB` names.
#[must_use]
pub fn package() -> PathBuf {
    made("KAKARI_DEB", "target/debian", "make deb")
}

/// The package of the version after it, or the one `KAKARI_NEXT_DEB` names.
#[must_use]
pub fn next_package() -> PathBuf {
    made("KAKARI_NEXT_DEB", "target/next", "scripts/deb/next.sh")
}

/// A program of this workspace, beside the tests' own folder.
#[must_use]
pub(crate) fn program(name: &str) -> PathBuf {
    let path = env::current_exe().unwrap().ancestors().nth(2).unwrap().join(name);
    assert!(path.exists(), "{} is missing: cargo build --workspace --bins makes it", path.display());
    path
}

fn made(variable: &str, folder: &str, maker: &str) -> PathBuf {
    if let Some(named) = env::var_os(variable) {
        return named.into();
    }
    let made = fs::read_dir(repository().join(folder)).into_iter().flatten().flatten();
    let packages = made.map(|file| file.path()).filter(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("kakari_") && name.ends_with(".deb")
    });
    let newest = packages.max_by_key(|path| path.metadata().and_then(|facts| facts.modified()).ok());
    newest.unwrap_or_else(|| panic!("{folder}/kakari_*.deb: {maker} makes it, or {variable} says where it is"))
}

/// Fails unless this program of this Debian package is here.
///
/// # Panics
/// With how to get it.
pub fn need(program: &str, package: &str) {
    let found = Command::new("sh").args(["-c", "command -v \"$0\"", program]).output().unwrap();
    assert!(found.status.success(), "no {program}: apt-get install -y --no-install-recommends {package}");
}
