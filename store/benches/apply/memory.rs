//! How far memory grows while something is done.

use std::fs;

/// The peak of resident memory over what it was before, in KB, as Linux counts it.
pub(crate) fn while_doing<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = read("VmRSS:");
    // 5 sets the peak back to what is resident now.
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let done = work();
    (done, read("VmHWM:").saturating_sub(before))
}

fn read(what: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
