//! The cluster ends with the program that began it, however that ends.
#![allow(clippy::unwrap_used, missing_docs)] // A test that cannot go on should panic.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kakari_cluster::Cluster;

const INNER: &str = "KAKARI_CLUSTER_INNER";

/// Not a test of its own: what the other one starts and kills.
#[test]
fn inner() {
    if env::var_os(INNER).is_some() {
        eprintln!("at {}", Cluster::shared().database());
        thread::sleep(Duration::from_secs(600));
    }
}

/// This program again, with a cluster; the cluster's folder.
fn start() -> (Child, String) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "inner", "--nocapture"])
        .env(INNER, "1")
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines.find_map(|line| line.unwrap().strip_prefix("at ").map(str::to_owned)).unwrap();
    let folder = line.split("host=").nth(1).unwrap().replace("%2F", "/");
    (child, Path::new(&folder).parent().unwrap().display().to_string())
}

fn runs(folder: &str) -> bool {
    let mut processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let ours = format!("{folder}/c/data").into_bytes();
    processes.any(|process| {
        fs::read(process.path().join("cmdline"))
            .is_ok_and(|words| words.split(|byte| *byte == 0).any(|word| word == ours))
    })
}

#[test]
fn nothing_is_left_of_the_cluster_of_a_program_that_was_killed() {
    let (mut child, folder) = start();
    assert!(runs(&folder) && Path::new(&folder).exists());
    child.kill().unwrap();
    child.wait().unwrap();
    let begun = Instant::now();
    while runs(&folder) || Path::new(&folder).exists() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{folder} is still there");
        thread::sleep(Duration::from_millis(50));
    }
}
