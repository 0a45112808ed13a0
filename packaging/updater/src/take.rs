//! `take`: from what sync has staged to a version that lies ready in its slot. What is in force is not touched.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kakari_sync::{Release, SignedRelease, Version};

use crate::decision::withdraw;
use crate::facts::{Found, STATEMENT};
use crate::places::{PROGRAM, Places};
use crate::programs::Programs;
use crate::refusal::Refusal;
use crate::state::{State, canonical};
use crate::{durable, foreign, package, release_keys, slots};

/// Staged by sync, before the statement.
const PACKAGE: &str = "state/update/package";
/// What systemd gives to a unit that names it.
const CREDENTIAL: &str = "kakari-store-key";

/// What came of it, when nothing was refused.
#[derive(Debug)]
pub(crate) enum Taken {
    Nothing,
    /// What lay ready is not offered any more: what there is to say of it.
    Withdrawn(String),
    /// It lies ready, or is in force, already.
    Already(Version),
    /// It is chosen at the tablet's next start; and what its trial on a copy of the store said.
    Ready(Version, String),
}

/// A release that was believed.
struct Believed {
    release: Release,
    version: Version,
    /// As it was staged.
    statement: Vec<u8>,
}

/// Takes what is staged.
pub(crate) fn take(places: &Places, programs: &Programs) -> Result<Taken, Refusal> {
    durable::make_dir(&places.own_dir(), 0o755).map_err(Refusal::disk("the folder for updates cannot be made"))?;
    let lock = slots::lock(&places.take_lock(), Duration::ZERO);
    let _alone = lock.map_err(Refusal::disk("the lock cannot be taken"))?.ok_or(Refusal::Busy)?;
    let withdrawn = tidy(places, programs).map_err(Refusal::disk("what an earlier attempt left cannot be removed"))?;
    let statement = foreign::read(&places.tablet_dir(), STATEMENT, SignedRelease::MAX_LEN);
    let Some(statement) = statement.map_err(|source| Refusal::Staged { what: "release", source })? else {
        return Ok(withdrawn.map_or(Taken::Nothing, Taken::Withdrawn));
    };
    let keys = release_keys::load(&places.release_keys())?;
    let release = SignedRelease::decode(&statement)?.verify(&keys)?;
    let version = canonical(&release.version).ok_or_else(|| Refusal::Version(printable(&release.version)))?;
    let believed = Believed { release, version, statement };
    if is_here(places, version) {
        return Ok(Taken::Already(version));
    }
    may_be_taken(places, programs, &believed)?;
    let copied = copy(places, &believed)?;
    let said = make(places, programs, &believed, &copied)?;
    lay_ready(places, version).map_err(Refusal::disk("the new version cannot be laid ready"))?;
    // The next attempt removes it otherwise.
    let _ = durable::remove_dir(&places.work());
    Ok(Taken::Ready(version, said))
}

/// Puts away what is not needed; says which version that lay ready is not offered any more.
fn tidy(places: &Places, programs: &Programs) -> io::Result<Option<String>> {
    // By the tablet's user, in whose folder it is; before the lock, which a glass that starts waits for.
    if fs::symlink_metadata(places.proof()).is_ok() {
        programs.clear_proof(&places.proof()).map_err(io::Error::other)?;
    }
    let _locked = slots::lock_state(places)?;
    durable::remove_dir(&places.work())?;
    // A state that cannot be read is the next start's to replace; until then nothing is thrown away.
    let Ok(mut state) = State::load(&places.state()) else { return Ok(None) };
    let withdrawn = withdraw(&mut state, &Found { places, programs });
    if withdrawn.is_some() {
        state.keep(&places.state())?;
    }
    slots::tidy(places, &state, true).map(|()| withdrawn)
}

fn is_here(places: &Places, version: Version) -> bool {
    let (state, version) = (State::load(&places.state()).unwrap_or_default(), version.to_string());
    state.ready.as_ref() == Some(&version) || state.current.as_ref() == Some(&version)
}

/// The rules that the signature says nothing of: this tablet's architecture, forward only, not twice.
fn may_be_taken(places: &Places, programs: &Programs, believed: &Believed) -> Result<(), Refusal> {
    let (release, version) = (&believed.release, believed.version);
    let own = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    if release.architecture != own {
        return Err(Refusal::Architecture { version, theirs: printable(&release.architecture), own });
    }
    let state = State::load(&places.state()).unwrap_or_default();
    let packaged = programs.version(&places.packaged());
    let in_force = match state.current.as_deref().and_then(canonical) {
        Some(current) => packaged.map_or(current, |packaged| packaged.max(current)),
        None => packaged.map_err(Refusal::InForce)?,
    };
    let than = state.ready.as_deref().and_then(canonical).map_or(in_force, |ready| ready.max(in_force));
    if version <= than {
        return Err(Refusal::NotNewer { version, than });
    }
    if !version.may_follow(in_force) {
        return Err(Refusal::TooHigh { version, in_force });
    }
    if !release.oldest.parse::<Version>().is_ok_and(|oldest| oldest <= in_force) {
        return Err(Refusal::TooFar { version, oldest: printable(&release.oldest), in_force });
    }
    if state.has_given_up(&version.to_string()) { Err(Refusal::FailedBefore(version)) } else { Ok(()) }
}

/// Copies the package for root alone, and holds the copy against the release.
fn copy(places: &Places, believed: &Believed) -> Result<PathBuf, Refusal> {
    let (signed, version) = (&believed.release.package, believed.version);
    let not_it = |why: &str| Refusal::NotThePackage { version, why: why.to_owned() };
    if signed.size > SignedRelease::MAX_PACKAGE {
        return Err(not_it("it may not be so long"));
    }
    let staged = foreign::open(&places.tablet_dir(), PACKAGE);
    let staged = staged.map_err(|source| Refusal::Staged { what: "package", source })?.ok_or(Refusal::NoPackage)?;
    let disk = Refusal::disk("the package cannot be copied");
    let path = places.work().join("package");
    let copied = durable::make_dir(&places.work(), 0o700).and_then(|()| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        foreign::copy(staged, &mut file, signed.size)
    });
    match copied.map_err(disk)? {
        (length, _) if length != signed.size => Err(not_it("of another length")),
        (_, hash) if hash != *signed.sha256.as_bytes() => Err(not_it("of another hash")),
        _ => Ok(path),
    }
}

/// Unpacks into a folder that is no version's yet, and tries what is there. All of it is on the disk when it returns.
fn make(places: &Places, programs: &Programs, believed: &Believed, package: &Path) -> Result<String, Refusal> {
    let version = believed.version;
    let slot = places.making(&version.to_string());
    let disk = || Refusal::disk("the slot cannot be made");
    durable::make_dir(&places.slots(), 0o755).and_then(|()| durable::make_dir(&slot, 0o755)).map_err(disk())?;
    package::unpack(package, &slot).map_err(|why| Refusal::Contents { version, why })?;
    durable::write_new(&slot.join("release"), &believed.statement, 0o644).map_err(disk())?;
    let said = try_it(programs, &slot.join(PROGRAM), version).map_err(|why| Refusal::NotTried { version, why })?;
    durable::sync_dir(&slot).map_err(disk())?;
    Ok(said)
}

fn try_it(programs: &Programs, program: &Path, version: Version) -> Result<String, String> {
    let says = programs.version(program).map_err(|why| format!("its program does not run: {why}"))?;
    if says != version {
        return Err(format!("its program says that it is version {says}"));
    }
    let said = programs.prove_store(program, store_key());
    said.map(|said| printable(&said)).map_err(|why| format!("it cannot open this tablet's store: {why}"))
}

/// The store's key where systemd gives it; none where a file of the tablet's user has it. An empty line counts as none.
fn store_key() -> Option<File> {
    let path = PathBuf::from(std::env::var_os("CREDENTIALS_DIRECTORY")?).join(CREDENTIAL);
    let mut key = File::open(path).ok()?;
    let length = key.seek(io::SeekFrom::End(0)).ok()?;
    key.rewind().ok()?;
    (length > 1).then_some(key)
}

/// The name last: until the state says so nobody looks for it, and a state that says so finds all of it.
fn lay_ready(places: &Places, version: Version) -> io::Result<()> {
    let _locked = slots::lock_state(places)?;
    let version = version.to_string();
    durable::put(&places.making(&version), &places.slot(&version))?;
    durable::sync_dir(&places.own_dir())?;
    // The next start replaces a state that cannot be read; a version that it does not know is taken again.
    let mut state = State::load(&places.state()).map_err(io::Error::other)?;
    state.ready = Some(version);
    state.keep(&places.state())
}

/// Words of others for the journal: one line of them.
fn printable(text: &str) -> String {
    text.trim().chars().filter(|letter| !letter.is_control()).take(200).collect()
}
