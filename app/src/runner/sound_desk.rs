//! The thread that lets cues be heard. A tablet without a sound device is silent and says so once in the log; no cue ever
//! delays anything else.

use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use alsa::pcm::{Access, Format, HwParams, PCM};
use alsa::{Direction, Output, ValueOr};
use kakari_session::look::Cue;
use rustix::io::Errno;

use super::tones::{RATE, samples};

/// A cue that had to wait for longer says nothing any more.
const LATE: Duration = Duration::from_secs(1);
/// A device that has not played a cue after this does not work: it was unplugged, or another program holds it.
const STUCK: Duration = Duration::from_secs(1);
/// How often it is looked whether a device has played everything.
const LOOK: Duration = Duration::from_millis(5);
/// No more cues than these ever wait.
const WAITING: usize = 4;

/// A handle to the thread.
pub(super) struct SoundDesk {
    cues: SyncSender<(Cue, Instant)>,
}

impl SoundDesk {
    /// Starts the thread; the device is opened by it, and only while there is something to hear.
    pub(super) fn start() -> std::io::Result<Self> {
        let (cues, received) = mpsc::sync_channel(WAITING);
        thread::Builder::new().name("sound".to_owned()).spawn(move || play_all(&received))?;
        Ok(Self { cues })
    }

    /// Lets it be heard, after what is heard already. Returns at once.
    pub(super) fn play(&self, cue: Cue) {
        // With so many that wait it would be heard too late.
        let _ = self.cues.try_send((cue, Instant::now()));
    }
}

fn play_all(cues: &Receiver<(Cue, Instant)>) {
    let mut told = false;
    for (cue, asked) in cues {
        if asked.elapsed() > LATE {
            continue;
        }
        match play(&samples(cue)) {
            Ok(()) => told = false,
            Err(error) if !told => {
                told = true;
                tracing::warn!(%error, "nothing can be heard: there is no sound device that works");
            }
            Err(_) => {}
        }
    }
}

/// Blocks until it was heard, and never for long: no call waits for a device that another program holds.
fn play(samples: &[i16]) -> alsa::Result<()> {
    let until = Instant::now() + STUCK;
    // Kept here and dropped, the library does not print its own lines of what is missing.
    let _quiet = Output::local_error_handler();
    let device = PCM::new("default", Direction::Playback, true)?;
    {
        let wanted = HwParams::any(&device)?;
        wanted.set_access(Access::RWInterleaved)?;
        wanted.set_format(Format::s16())?;
        wanted.set_channels(1)?;
        wanted.set_rate(RATE, ValueOr::Nearest)?;
        device.hw_params(&wanted)?;
    }
    let mut left = samples;
    while !left.is_empty() {
        let written = in_time(until, || device.io_i16()?.writei(left))?;
        left = left.get(written..).unwrap_or_default();
    }
    in_time(until, || device.drain())
}

/// Tries again while the device asks for it and there is time.
fn in_time<T>(until: Instant, mut attempt: impl FnMut() -> alsa::Result<T>) -> alsa::Result<T> {
    loop {
        match attempt() {
            Err(error) if error.errno() == Errno::AGAIN.raw_os_error() && Instant::now() < until => thread::sleep(LOOK),
            answered => return answered,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::{env, fs};

    use super::*;
    use crate::runner::tones::heard;

    /// The library reads its configuration once in a process, so the test starts itself again in one that has it.
    const SETUP: &str = "ALSA_CONFIG_PATH";
    const PLACE: &str = "KAKARI_SOUND_TEST";

    fn start_again(test: &str, place: &Path, setup: &str) -> PathBuf {
        let (file, played) = (place.join("asound.conf"), place.join("played"));
        fs::write(&file, setup.replace("PLAYED", &played.display().to_string())).expect("written");
        let mut again = Command::new(env::current_exe().expect("this program"));
        again.args([test, "--exact", "--nocapture"]).env(SETUP, &file).env(PLACE, place);
        let ended = again.output().expect("started");
        let said = String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{said}");
        assert!(said.contains("1 passed"), "{said}");
        played
    }

    #[test]
    fn what_is_played_is_what_was_asked_for_in_its_order() {
        if env::var_os(PLACE).is_some() {
            for cue in [Cue::CardSeen, Cue::Done, Cue::Trouble] {
                play(&samples(cue)).expect("played");
            }
            return;
        }
        let place = tempfile::tempdir().expect("a folder");
        let setup = "pcm.!default { type file slave.pcm { type null } file \"|cat >> PLAYED\" format \"raw\" }";
        let test = "runner::sound_desk::tests::what_is_played_is_what_was_asked_for_in_its_order";
        let played = fs::read(start_again(test, place.path(), setup)).expect("something was played");
        let played: Vec<i16> = played.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
        let tones = [
            (Cue::CardSeen, vec![(1000, 90)]),
            (Cue::Done, vec![(1000, 90), (1500, 130)]),
            (Cue::Trouble, vec![(400, 100), (400, 100)]),
        ];
        let mut left = played.as_slice();
        for (cue, tones) in tones {
            let (played, rest) = left.split_at(samples(cue).len());
            let heard = heard(played);
            assert_eq!(heard.len(), tones.len(), "{cue:?}: {heard:?}");
            for ((hertz, ms), (pitch, long)) in heard.iter().zip(tones) {
                assert!(hertz.abs_diff(pitch) <= pitch / 10 && ms.abs_diff(long) <= 20, "{cue:?}: {heard:?}");
            }
            left = rest;
        }
        assert!(left.iter().all(|sample| *sample == 0), "nothing more is heard");
    }

    #[test]
    fn a_device_that_never_gets_ready_is_given_up_and_one_that_is_gone_at_once() {
        let (began, errno) = (Instant::now(), |error: Errno| alsa::Error::new("snd_pcm_writei", error.raw_os_error()));
        let mut tries = 0;
        let stuck = in_time(began + LOOK * 4, || -> alsa::Result<()> {
            tries += 1;
            Err(errno(Errno::AGAIN))
        });
        assert!(stuck.is_err() && tries > 1);
        let gone = in_time(began + LATE * 60, || -> alsa::Result<()> { Err(errno(Errno::NODEV)) });
        assert_eq!(gone.map_err(|error| error.errno()), Err(Errno::NODEV.raw_os_error()));
    }

    #[test]
    fn cues_that_nobody_plays_do_not_heap_up() {
        let (cues, waiting) = mpsc::sync_channel(WAITING);
        let desk = SoundDesk { cues };
        (0..100).for_each(|_| desk.play(Cue::CardSeen));
        assert_eq!(waiting.try_iter().count(), WAITING);
    }

    #[test]
    fn a_tablet_without_a_sound_device_is_silent_and_its_cues_are_done_with() {
        if env::var_os(PLACE).is_some() {
            assert!(play(&samples(Cue::Done)).is_err());
            let desk = SoundDesk::start().expect("a thread");
            [Cue::CardSeen, Cue::Done].into_iter().for_each(|cue| desk.play(cue));
            return;
        }
        let place = tempfile::tempdir().expect("a folder");
        let test = "runner::sound_desk::tests::a_tablet_without_a_sound_device_is_silent_and_its_cues_are_done_with";
        let played = start_again(test, place.path(), "pcm.!default { type hw card 31 }");
        assert!(!played.exists());
    }
}
