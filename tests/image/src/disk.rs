//! The disk of a machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::WriteLog;
use crate::made::image_dir;

/// A disk with everything that this tablet wrote on it; a copy, so that the disk of `make image` is never written to.
#[derive(Clone, Debug)]
pub struct Disk {
    pub(crate) path: PathBuf,
    log: Option<WriteLog>,
}

impl Disk {
    /// A tablet's disk as it ships.
    #[must_use]
    pub fn shipped(dir: &Path) -> Self {
        let made = image_dir().join("tablet.ext4");
        assert!(made.exists(), "{}: make image makes it", made.display());
        Self { path: made, log: None }.copy(dir)
    }

    /// Another disk that is as this one is now; the machine of this one must be off.
    #[must_use]
    pub fn copy(&self, dir: &Path) -> Self {
        fs::create_dir_all(dir).unwrap();
        let path = dir.join("disk.ext4");
        let copied = Command::new("cp").args(["--sparse=always", "--reflink=auto"]).args([&self.path, &path]).status();
        assert!(copied.unwrap().success());
        Self { path, log: None }
    }

    /// This disk, and whatever a machine writes to it is kept in a log too.
    #[must_use]
    pub fn logged(&self, log: &WriteLog) -> Self {
        Self { path: self.path.clone(), log: Some(log.clone()) }
    }

    /// What QEMU is told.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let file = |node: &str, path: &Path| format!("driver=file,node-name={node},filename={}", path.display());
        let mut nodes = vec![file("disk-file", &self.path), "driver=raw,node-name=disk,file=disk-file".to_owned()];
        let drive = match &self.log {
            None => "disk",
            Some(log) => {
                nodes.push(file("log-file", &log.path));
                nodes.push("driver=blklogwrites,node-name=logged,file=disk,log=log-file".to_owned());
                "logged"
            }
        };
        let nodes = nodes.into_iter().flat_map(|node| ["-blockdev".to_owned(), node]);
        nodes.chain(["-device".to_owned(), format!("virtio-blk-pci,drive={drive}")]).collect()
    }
}
