//! What stands in the memory of another process.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

/// Looks for each of `needles` in every readable page of the process but those of its program's file; says how often each was found. Whoever asks must be
/// allowed to trace the process: root, for kakari keeps its memory from everybody else.
pub fn find_in(process: u32, needles: &[&[u8]]) -> Vec<usize> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = File::open(format!("/proc/{process}/mem")).unwrap();
    let (index, mut found) = (Index::of(needles), vec![0; needles.len()]);
    for map in maps.lines() {
        let mut words = map.split_whitespace();
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        // The kernel's own pages cannot be read from outside; what is mapped read-only from a file is that file.
        let of_a_file = !rights.contains('w') && words.nth(3).is_some_and(|path| path.starts_with('/'));
        if !rights.starts_with('r') || of_a_file || map.ends_with("[vvar]") || map.ends_with("[vsyscall]") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let (from, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        let read = read_some(&memory, &mut bytes, from);
        index.count(&bytes[..read], &mut found);
    }
    found
}

/// Pages may go while they are read: what is there counts.
fn read_some(memory: &File, bytes: &mut [u8], from: u64) -> usize {
    let mut read = 0;
    while read < bytes.len() {
        match memory.read_at(&mut bytes[read..], from + read as u64) {
            Ok(0) | Err(_) => break,
            Ok(more) => read += more,
        }
    }
    read
}

/// The needles by their first two bytes, so that one pass over the memory looks for all of them.
struct Index<'a> {
    needles: &'a [&'a [u8]],
    by_start: Vec<Vec<usize>>,
}

impl<'a> Index<'a> {
    fn of(needles: &'a [&'a [u8]]) -> Self {
        let mut by_start = vec![Vec::new(); 1 << 16];
        for (place, needle) in needles.iter().enumerate() {
            by_start[start(needle)].push(place);
        }
        Self { needles, by_start }
    }

    fn count(&self, bytes: &[u8], found: &mut [usize]) {
        for at in 0..bytes.len().saturating_sub(1) {
            for place in &self.by_start[start(&bytes[at..])] {
                found[*place] += usize::from(bytes[at..].starts_with(self.needles[*place]));
            }
        }
    }
}

fn start(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}
