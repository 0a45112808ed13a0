//! What a power cut takes of what was not yet on the disk: the order of writes, fsyncs and renames, as strace sees it. A
//! name is put in place only when its bytes, and everything that it leads to, are durable; and is durable itself at the end.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tablet::{Tablet, said};

/// Contents and folders that are not on the disk yet.
#[derive(Default)]
struct Disk {
    files: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
    renames: usize,
    fsyncs: usize,
}

impl Disk {
    fn name_changed(&mut self, path: &Path) {
        self.folders.extend(path.parent().map(Path::to_owned));
    }

    fn written(&mut self, path: &Path) {
        self.files.insert(path.to_owned());
    }

    fn synced(&mut self, path: &Path) {
        self.fsyncs += 1;
        self.files.remove(path);
        self.folders.remove(path);
    }

    /// What lies at or below `path` and is not durable.
    fn owed(&self, path: &Path) -> Vec<PathBuf> {
        self.files.iter().chain(&self.folders).filter(|owed| owed.starts_with(path)).cloned().collect()
    }

    fn renamed(&mut self, from: &Path, to: &Path, own: &Path) {
        self.renames += 1;
        assert_eq!(self.owed(from), Vec::<PathBuf>::new(), "{} gets its name first", to.display());
        if !to.starts_with(own.join("slots")) {
            // What the state and the link lead to.
            assert_eq!(self.owed(&own.join("slots")), Vec::<PathBuf>::new(), "before {}", to.display());
        }
        self.name_changed(from);
        self.name_changed(to);
    }
}

/// The path in `3</a/b>`, or in `"/a/b"` as the `n`-th string.
fn of_descriptor(line: &str) -> Option<PathBuf> {
    Some(line.split_once('<')?.1.split_once('>')?.0.into())
}

fn strings(line: &str) -> Vec<PathBuf> {
    line.split('"').skip(1).step_by(2).map(PathBuf::from).collect()
}

/// Plays what strace wrote down of one command.
fn play(disk: &mut Disk, trace: &str, own: &Path) {
    for line in trace.lines().filter(|line| !line.contains(" = -1 ")) {
        let (call, rest) = line.split_once('(').unwrap_or((line, ""));
        let ours = |path: &PathBuf| path.starts_with(own) && !path.starts_with(own.join("work")) && !is_lock(path);
        match (call, strings(rest).as_slice()) {
            ("openat", [path, ..]) if rest.contains("O_CREAT") && ours(path) => {
                disk.name_changed(path);
                disk.written(path);
            }
            ("mkdir" | "unlink", [path, ..]) if ours(path) => disk.name_changed(path),
            ("symlink", [_, path]) if ours(path) => disk.name_changed(path),
            ("rename", [from, to]) if ours(to) => disk.renamed(from, to, own),
            ("write" | "fchmod" | "copy_file_range", _) => {
                of_descriptor(rest).filter(ours).into_iter().for_each(|path| disk.written(&path));
            }
            ("fsync", _) => of_descriptor(rest).into_iter().for_each(|path| disk.synced(&path)),
            _ => {}
        }
    }
}

/// A lock says nothing by its bytes, and is made again when it is gone.
fn is_lock(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("lock"))
}

#[test]
fn every_name_is_put_in_place_after_what_it_leads_to_is_on_the_disk_and_is_there_itself_at_the_end() {
    let tablet = Tablet::new();
    tablet.update_to("1.1.0");
    tablet.stage_sound("1.2.0");
    let own = fs::canonicalize(tablet.path("var/lib/kakari-update")).expect("there");
    for command in ["take", "choose", "confirm"] {
        if command == "confirm" {
            tablet.started("1.2.0");
        }
        if command == "choose" {
            tablet.rest();
        }
        let trace = tablet.path("trace");
        let calls = "trace=openat,write,fchmod,copy_file_range,fsync,mkdir,unlink,symlink,rename";
        let words = tablet.command(command);
        let run =
            Command::new("strace").args(["-qq", "-y", "-s", "0", "-e", calls, "-o"]).arg(&trace).args(words).output();
        let said = said(&run.expect("strace is there: apt-get install strace"));
        assert!(said.ok, "{}", said.words);
        let mut disk = Disk::default();
        play(&mut disk, &fs::read_to_string(trace).expect("a trace"), &own);
        assert!(disk.renames > 0 && disk.fsyncs > disk.renames, "{command}: nothing was seen");
        assert_eq!(disk.owed(&own), Vec::<PathBuf>::new(), "{command} ends with names that are not durable");
        println!("{command}: {} renames, {} fsyncs, nothing named before it was durable", disk.renames, disk.fsyncs);
    }
}
