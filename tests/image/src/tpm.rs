//! A TPM of the machine's own: swtpm, its state in a folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::machine::wait_for_file;
use crate::made::need;

/// A TPM 2.0. What it keeps survives the machine's power cuts; another folder is another TPM.
#[derive(Clone, Debug)]
pub struct Tpm {
    dir: PathBuf,
}

/// It while the machine has power.
pub(crate) struct RunningTpm {
    program: Child,
    pub(crate) socket: PathBuf,
}

impl Tpm {
    /// A TPM that keeps its state in this folder.
    #[must_use]
    pub fn in_dir(dir: &Path) -> Self {
        fs::create_dir_all(dir).unwrap();
        Self { dir: dir.to_owned() }
    }

    /// Another TPM that is as this one is now, as no thief can have it; this one must be off.
    #[must_use]
    pub fn copy(&self, dir: &Path) -> Self {
        let _ = fs::remove_dir_all(dir);
        let copied = Command::new("cp").arg("-r").args([&self.dir, &dir.to_owned()]).status();
        assert!(copied.unwrap().success());
        Self::in_dir(dir)
    }

    pub(crate) fn power_up(&self) -> RunningTpm {
        need("swtpm", "swtpm");
        let socket = self.dir.join("socket");
        let _ = fs::remove_file(&socket);
        let program = Command::new("swtpm")
            .args(["socket", "--tpm2", "--tpmstate"])
            .arg(format!("dir={}", self.dir.display()))
            .arg("--ctrl")
            .arg(format!("type=unixio,path={}", socket.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_for_file(&socket);
        RunningTpm { program, socket }
    }
}

impl Drop for RunningTpm {
    /// Without an orderly shutdown, as when the power goes.
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
