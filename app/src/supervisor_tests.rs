//! Heard at a real socket, as systemd listens at one.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use super::*;

const WATCHDOG: Duration = Duration::from_millis(200);
const TURN: Duration = Duration::from_millis(10);

struct Listener {
    socket: UnixDatagram,
    supervisor: Supervisor,
    _dir: tempfile::TempDir,
}

fn listener() -> Listener {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("bound");
    socket.set_nonblocking(true).expect("set");
    Listener { socket, supervisor: Supervisor::at(path, WATCHDOG), _dir: dir }
}

impl Listener {
    /// Everything that was said up to now.
    fn heard(&self) -> Vec<String> {
        let mut heard = Vec::new();
        let mut bytes = [0; 4096];
        while let Ok(length) = self.socket.recv(&mut bytes) {
            heard.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
        }
        heard
    }

    /// The session's thread turns for so long; how many signs were given meanwhile.
    fn signs(&self, pulse: &mut Pulse, turns: u32, ask: &Sender<Answer>) -> usize {
        let mut signs = 0;
        for _ in 0..turns {
            pulse.turn(|answer| ask.send(answer).expect("a loop"));
            thread::sleep(TURN);
            signs += self.heard().iter().filter(|words| *words == "WATCHDOG=1\n").count();
        }
        signs
    }
}

/// A window's loop that runs what it is given until it is told to hang; then nothing more until it may go on.
fn window_loop(jobs: Receiver<Answer>, hang: Receiver<()>, go_on: Receiver<()>) {
    thread::spawn(move || {
        for job in jobs {
            if hang.try_recv().is_ok() {
                let _ = go_on.recv();
            }
            job();
        }
    });
}

#[test]
fn what_is_told_is_the_protocols_own_words() {
    let listener = listener();
    listener.supervisor.ready("the store is open");
    listener.supervisor.alive();
    listener.supervisor.stopping();
    let heard = listener.heard();
    assert_eq!(heard, ["READY=1\nSTATUS=the store is open\n", "WATCHDOG=1\n", "STOPPING=1\nSTATUS=ending\n"]);
}

#[test]
fn a_window_that_hangs_stops_the_signs_and_one_that_goes_on_gives_them_again() {
    let listener = listener();
    let (ask, jobs) = mpsc::channel();
    let ((hang, hangs), (go_on, goes_on)) = (mpsc::channel(), mpsc::channel());
    window_loop(jobs, hangs, goes_on);
    let mut pulse = Pulse::new(listener.supervisor.clone());
    let before = listener.signs(&mut pulse, 50, &ask);
    assert!(before >= 3, "{before} signs in half a second, with 200 ms between two at most");
    hang.send(()).expect("a loop");
    // What was asked before it hung may still be answered.
    listener.signs(&mut pulse, 20, &ask);
    assert_eq!(listener.signs(&mut pulse, 100, &ask), 0, "the session's thread turned all the while");
    go_on.send(()).expect("a loop");
    assert!(listener.signs(&mut pulse, 50, &ask) >= 3, "it goes on");
}

#[test]
fn a_session_that_hangs_gives_no_sign_though_the_window_turns() {
    let listener = listener();
    let (ask, jobs) = mpsc::channel::<Answer>();
    let turned = thread::spawn(move || jobs.into_iter().for_each(|job| job()));
    let mut pulse = Pulse::new(listener.supervisor.clone());
    assert!(listener.signs(&mut pulse, 30, &ask) > 0);
    thread::sleep(WATCHDOG * 3);
    assert_eq!(listener.heard(), Vec::<String>::new());
    drop(ask);
    turned.join().expect("ended");
}

#[test]
fn a_supervisor_that_does_not_listen_holds_nobody_up() {
    let listener = listener();
    let began = std::time::Instant::now();
    // More than any queue of datagrams takes (net.unix.max_dgram_qlen).
    (0..2_000).for_each(|_| listener.supervisor.alive());
    assert!(began.elapsed() < Duration::from_secs(20));
    assert!(!listener.heard().is_empty());
}

#[test]
fn without_a_supervisor_nobody_is_asked_anything() {
    let mut pulse = Pulse::new(Supervisor::default());
    pulse.turn(|_| panic!("nobody watches"));
    Supervisor::default().ready("nobody hears this");
}
