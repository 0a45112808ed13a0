//! How far a long work is, said now and then.

use std::path::Path;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use crate::output;

const LOOK: Duration = Duration::from_millis(100);
const SAY: Duration = Duration::from_secs(5);

/// Waits for `child`, and says how long the file that it writes is.
pub(super) fn wait(child: &mut Child, file: &Path) -> std::io::Result<ExitStatus> {
    let mut said = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if said.elapsed() >= SAY {
            let size = file.metadata().map(|meta| meta.len()).unwrap_or_default();
            output::say(&format!("{} MB written", size / 1_000_000));
            said = Instant::now();
        }
        thread::sleep(LOOK);
    }
}
