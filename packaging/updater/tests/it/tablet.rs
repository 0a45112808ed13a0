//! A tablet below a folder, with its packaged program, and the commands that its units run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kakari_sync::Release;
use kakari_update::State;
use ring::signature::Ed25519KeyPair;
use tempfile::TempDir;

use crate::{deb, signing};

/// What every unit starts.
const STARTER: &str = include_str!("../../../bin/kakari");
pub(crate) const REST: &str = "var/lib/kakari/state/update/rest";

pub(crate) struct Tablet {
    place: TempDir,
    pub(crate) key: Ed25519KeyPair,
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) ok: bool,
    pub(crate) words: String,
}

impl Tablet {
    /// The packaged program is 1.0.0; one key signs.
    pub(crate) fn new() -> Self {
        let tablet = Self { place: tempfile::tempdir().expect("a folder"), key: signing::key() };
        let dirs =
            ["etc/kakari", "run", "usr/bin", "usr/lib/kakari", "var/lib/kakari/state/update", "var/lib/kakari-update"];
        for dir in dirs {
            fs::create_dir_all(tablet.path(dir)).expect("made");
        }
        tablet.install("1.0.0", 7);
        tablet.write_starter();
        signing::write_keys(&tablet.path("etc/kakari/release-keys.toml"), 1, &[&tablet.key]);
        tablet
    }

    /// The same again, as it lies on the disk.
    pub(crate) fn copy(&self) -> Self {
        let place = tempfile::tempdir().expect("a folder");
        let from = format!("{}/.", self.place.path().display());
        let copied = Command::new("cp").args(["-a", &from]).arg(place.path()).status().expect("cp");
        assert!(copied.success());
        let copy = Self { place, key: signing::key() };
        copy.write_starter();
        copy
    }

    /// The starter of all programs, for this tablet's folder.
    fn write_starter(&self) {
        let root = self.root().display();
        let starter = STARTER.replace("/var/", &format!("{root}/var/")).replace("/usr/", &format!("{root}/usr/"));
        self.write_program("usr/bin/kakari", &starter.replace("/run/", &format!("{root}/run/")));
    }

    pub(crate) fn root(&self) -> &Path {
        self.place.path()
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.place.path().join(below)
    }

    /// A package of the system.
    pub(crate) fn install(&self, version: &str, schema: u32) {
        self.write_program("usr/lib/kakari/kakari", &deb::program(version, schema));
    }

    pub(crate) fn write_program(&self, below: &str, text: &str) {
        fs::write(self.path(below), text).expect("written");
        fs::set_permissions(self.path(below), fs::Permissions::from_mode(0o755)).expect("executable");
    }

    /// As sync does, the statement last.
    pub(crate) fn stage(&self, statement: &[u8], package: &[u8]) {
        fs::write(self.path("var/lib/kakari/state/update/package"), package).expect("written");
        fs::write(self.path("var/lib/kakari/state/update/release"), statement).expect("written");
    }

    /// A sound release of this version.
    pub(crate) fn stage_sound(&self, version: &str) {
        self.stage_program(version, &deb::program(version, 7));
    }

    pub(crate) fn stage_program(&self, version: &str, program: &str) {
        let package = deb::package(version, program);
        self.stage_release(&signing::release(version, &package), &package);
    }

    pub(crate) fn stage_release(&self, release: &Release, package: &[u8]) {
        self.stage(&signing::signed(release, &[&self.key]), package);
    }

    pub(crate) fn command(&self, command: &str) -> Vec<String> {
        let program = env!("CARGO_BIN_EXE_kakari-update").to_owned();
        let root = self.root().display().to_string();
        vec![program, command.to_owned(), "--root".to_owned(), root, "--user".to_owned(), String::new()]
    }

    pub(crate) fn run(&self, command: &str) -> Said {
        let words = self.command(command);
        said(&Command::new(&words[0]).args(&words[1..]).output().expect("runs"))
    }

    /// The same as a unit of systemd's.
    pub(crate) fn run_in_journal(&self, command: &str) -> Said {
        let words = self.command(command);
        said(&Command::new(&words[0]).args(&words[1..]).env("JOURNAL_STREAM", "8:1").output().expect("runs"))
    }

    /// `choose`, which never stands in the way of a start; the start before came as far as the program.
    pub(crate) fn choose(&self) -> String {
        self.begun();
        self.choose_anew()
    }

    /// The same after a start that did not.
    pub(crate) fn choose_anew(&self) -> String {
        let said = self.run("choose");
        assert!(said.ok, "{}", said.words);
        said.words
    }

    /// What the starter leaves when it comes as far as the program.
    pub(crate) fn begun(&self) {
        fs::write(self.path("var/lib/kakari/state/update/begun"), "").expect("written");
    }

    /// The tablet ends by itself, at rest, and its unit starts it anew.
    pub(crate) fn rest_and_choose(&self) -> String {
        self.rest();
        self.choose()
    }

    /// The mark that it leaves.
    pub(crate) fn rest(&self) {
        fs::write(self.path(REST), "").expect("written");
    }

    /// The tablet's word that this version has started in order.
    pub(crate) fn started(&self, version: &str) {
        fs::write(self.path("var/lib/kakari/state/update/started"), format!("{version}\n")).expect("written");
    }

    /// Takes, starts and confirms a sound release.
    pub(crate) fn update_to(&self, version: &str) {
        self.stage_sound(version);
        let taken = self.run("take");
        assert!(taken.ok, "{}", taken.words);
        self.rest_and_choose();
        self.started(version);
        assert!(self.run("confirm").ok);
        assert_eq!(self.in_force(), version);
    }

    /// The version that the starter of all programs starts, for whatever is not the glass.
    pub(crate) fn in_force(&self) -> String {
        self.starts("--version")
    }

    /// The version whose glass it would start.
    pub(crate) fn on_the_glass(&self) -> String {
        self.starts("run")
    }

    fn starts(&self, command: &str) -> String {
        let asked = Command::new(self.path("usr/bin/kakari")).arg(command).output().expect("it runs");
        let said = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
        said.strip_prefix("kakari ").unwrap_or_else(|| panic!("no version: {asked:?}")).to_owned()
    }

    /// The machine starts, and with it whatever is kept in memory alone.
    pub(crate) fn start_machine(&self) {
        fs::remove_dir_all(self.path("run")).expect("removed");
        fs::create_dir(self.path("run")).expect("made");
    }

    pub(crate) fn state(&self) -> State {
        State::load(&self.path("var/lib/kakari-update/state.toml")).expect("readable")
    }

    /// The names in the folder of slots, sorted.
    pub(crate) fn slots(&self) -> Vec<String> {
        let Ok(slots) = fs::read_dir(self.path("var/lib/kakari-update/slots")) else { return Vec::new() };
        let mut names: Vec<_> =
            slots.map(|slot| slot.expect("one").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

pub(crate) fn said(output: &Output) -> Said {
    let words = [&output.stdout, &output.stderr].map(|pipe| String::from_utf8_lossy(pipe).trim().to_owned());
    Said { ok: output.status.success(), words: words.join(" ").trim().to_owned() }
}
