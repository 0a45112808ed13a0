//! A sound device that writes what it is given to a file: when a tone reached it. How long a real one takes is not in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use crate::glass::now_us;

pub(crate) struct Heard {
    setup: PathBuf,
    played: PathBuf,
}

impl Heard {
    pub(crate) fn in_dir(dir: &Path) -> Self {
        let (setup, played) = (dir.join("asound.conf"), dir.join("played"));
        let file = played.display();
        let device = format!("pcm.!default {{ type file slave.pcm {{ type null }} file \"{file}\" format \"raw\" }}");
        fs::write(&setup, device).unwrap();
        fs::write(&played, []).unwrap();
        Self { setup, played }
    }

    /// A program that plays on this device.
    pub(crate) fn through(&self, mut program: Command) -> Command {
        program.env("ALSA_CONFIG_PATH", &self.setup);
        program
    }

    /// Waits beside everything else for what is played next, ten seconds at most; says when that was.
    pub(crate) fn next_tone(&self) -> JoinHandle<u64> {
        let (played, before) = (self.played.clone(), written(&self.played));
        thread::spawn(move || {
            let until = Instant::now() + Duration::from_secs(10);
            while written(&played) == before || fs::metadata(&played).unwrap().len() == 0 {
                assert!(Instant::now() < until, "nothing was played");
                thread::sleep(Duration::from_micros(500));
            }
            now_us()
        })
    }
}

fn written(file: &Path) -> SystemTime {
    fs::metadata(file).unwrap().modified().unwrap()
}
