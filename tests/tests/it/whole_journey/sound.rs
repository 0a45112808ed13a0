//! What would be heard: the sound library writes to a file instead of a device.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use kakari_tests::place::kakari;

/// Waves of a card that is seen (90 ms of 1000 Hz) and then read (the same, and 130 ms of 1500 Hz). One that is not read
/// has eighty low ones instead.
pub(super) const SEEN_AND_READ: usize = 90 + 90 + 195;
const SETUP: &str = "pcm.!default { type file slave.pcm { type null } file \"|cat >> PLAYED\" format \"raw\" }";

pub(super) struct Heard {
    setup: PathBuf,
    played: PathBuf,
}

impl Heard {
    pub(super) fn in_dir(dir: &Path) -> Self {
        let (setup, played) = (dir.join("asound.conf"), dir.join("played"));
        fs::write(&setup, SETUP.replace("PLAYED", &played.display().to_string())).unwrap();
        Self { setup, played }
    }

    /// The tablet's program, which can be heard.
    pub(super) fn kakari(&self) -> Command {
        let mut command = Command::new(kakari());
        command.env("ALSA_CONFIG_PATH", &self.setup);
        command
    }

    /// How much was heard so far.
    pub(super) fn so_far(&self) -> usize {
        self.samples().len()
    }

    /// How many waves were heard since: what is expected or more, or what came in five seconds.
    pub(super) fn waves_since(&self, before: usize, expected: usize) -> usize {
        let until = Instant::now() + Duration::from_secs(5);
        let heard = || waves(self.samples().get(before..).unwrap_or_default());
        while heard() + 5 < expected && Instant::now() < until {
            thread::sleep(Duration::from_millis(20));
        }
        // What comes too much comes soon.
        thread::sleep(Duration::from_millis(200));
        heard()
    }

    fn samples(&self) -> Vec<i16> {
        let bytes = fs::read(&self.played).unwrap_or_default();
        bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
    }
}

fn waves(samples: &[i16]) -> usize {
    samples.windows(2).filter(|pair| pair[0] < 0 && pair[1] >= 0).count()
}
