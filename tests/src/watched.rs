//! A program under strace: which sockets it opens.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::place::kakari;

/// The tablet's program with strace writing its network calls, and those of every thread and child, to `log`. It stays a
/// direct child of whoever starts it; the rest of the command line is the program's.
pub fn kakari_watched(log: &Path) -> Command {
    let mut command = Command::new("strace");
    // A ring of the kernel's would open sockets without a call of its own.
    command.args(["-D", "-f", "-qq", "-s", "0", "-e", "trace=network,io_uring_setup", "-o"]).arg(log).arg(kakari());
    command
}

/// What strace saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sockets {
    /// Sockets of the machine's own (AF_UNIX).
    pub local: usize,
    /// Sockets of the internet (AF_INET, AF_INET6), rings, and calls that name an internet address.
    pub internet: usize,
}

impl Sockets {
    /// Reads what strace wrote. Fails when it wrote nothing: then it did not watch.
    pub fn seen(log: &Path) -> Self {
        let log = fs::read_to_string(log).expect("strace writes (Debian: apt-get install strace)");
        let count = |words: &[&str]| log.lines().filter(|line| words.iter().any(|word| line.contains(word))).count();
        Self { local: count(&["socket(AF_UNIX"]), internet: count(&["AF_INET", "io_uring_setup("]) }
    }
}
