//! Where everything is on an installed tablet.

use std::path::{Path, PathBuf};

/// Name of the program in a slot and in a package's folder.
pub(crate) const PROGRAM: &str = "kakari";
/// Where the package puts it.
pub(crate) const PROGRAM_IN_PACKAGE: &str = "usr/lib/kakari/kakari";

/// All paths, below one folder: `/`, or a test's.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    root: PathBuf,
}

impl Places {
    pub(crate) fn below(root: &Path) -> Self {
        Self { root: root.into() }
    }

    /// Root's own folder: `state.toml`, `current`, `slots/`.
    pub(crate) fn own_dir(&self) -> PathBuf {
        self.root.join("var/lib/kakari-update")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.own_dir().join("state.toml")
    }

    /// Leads to the slot in force; none when the packaged program is.
    pub(crate) fn link(&self) -> PathBuf {
        self.own_dir().join("current")
    }

    pub(crate) fn slots(&self) -> PathBuf {
        self.own_dir().join("slots")
    }

    /// The folder of one version.
    pub(crate) fn slot(&self, version: &str) -> PathBuf {
        self.slots().join(version)
    }

    /// The same while it is made.
    pub(crate) fn making(&self, version: &str) -> PathBuf {
        self.slots().join(format!("{version}.making"))
    }

    /// Copies of what was staged, for root alone.
    pub(crate) fn work(&self) -> PathBuf {
        self.own_dir().join("work")
    }

    /// Held while the state is read and written.
    pub(crate) fn lock(&self) -> PathBuf {
        self.own_dir().join("lock")
    }

    /// Held by the one `take` that runs.
    pub(crate) fn take_lock(&self) -> PathBuf {
        self.own_dir().join("lock.take")
    }

    /// The program as the system's package brought it.
    pub(crate) fn packaged(&self) -> PathBuf {
        self.root.join("usr/lib/kakari").join(PROGRAM)
    }

    /// The program of a version; none means the packaged one.
    pub(crate) fn program(&self, version: Option<&str>) -> PathBuf {
        version.map_or_else(|| self.packaged(), |version| self.slot(version).join(PROGRAM))
    }

    /// While it is there, the glass is the packaged program's, which says that the version in force does not start. Gone with
    /// the machine's next start.
    pub(crate) fn stuck(&self) -> PathBuf {
        self.root.join("run/kakari-stuck")
    }

    /// Who may sign releases.
    pub(crate) fn release_keys(&self) -> PathBuf {
        self.root.join("etc/kakari/release-keys.toml")
    }

    /// The tablet user's folder. Nothing below it is opened by its path: see [`crate::foreign`].
    pub(crate) fn tablet_dir(&self) -> PathBuf {
        self.root.join("var/lib/kakari")
    }

    /// Where the tablet's user proves a new program on a copy of the store.
    pub(crate) fn proof(&self) -> PathBuf {
        self.tablet_dir().join("kakari.db.proof")
    }

    pub(crate) fn systemctl(&self) -> PathBuf {
        self.root.join("usr/bin/systemctl")
    }
}
