//! A private message bus (dbus-daemon), a ModemManager on it that is played here, and the tablet's own question.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use zbus::blocking::connection::Builder;
use zbus::zvariant::{ObjectPath, OwnedValue, Value};

use super::*;

/// Ends with the test.
struct PrivateBus {
    daemon: Child,
    address: String,
}

impl PrivateBus {
    fn start() -> Self {
        let started = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn();
        let mut daemon = started.expect("dbus-daemon; get it with: apt install dbus-daemon");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().expect("its output")).read_line(&mut address).expect("its address");
        Self { daemon, address: address.trim().to_owned() }
    }

    fn bus(&self) -> Bus {
        Bus::At(self.address.clone())
    }
}

impl Drop for PrivateBus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// The longest that a silent ModemManager is silent.
const SILENCE: Duration = Duration::from_secs(20);

/// What the played ModemManager says, once it is not silent any more.
struct Played {
    modems: Arc<Mutex<Vec<Told>>>,
    silent: Arc<AtomicBool>,
}

/// A modem as it is told: state, why it failed, technologies, strength, operator.
#[derive(Clone)]
struct Told(i32, u32, u32, u32, &'static str);

#[zbus::interface(name = "org.freedesktop.DBus.ObjectManager")]
impl Played {
    fn get_managed_objects(&self) -> Objects {
        let asked = Instant::now();
        while self.silent.load(Ordering::Relaxed) && asked.elapsed() < SILENCE {
            thread::sleep(Duration::from_millis(10));
        }
        let owned = |value: Value<'_>| OwnedValue::try_from(value).expect("a value");
        let modems = self.modems.lock().expect("free").clone();
        let object = |(at, Told(state, failed, access, strength, operator)): (usize, Told)| {
            let modem = [
                ("State", owned(Value::from(state))),
                ("StateFailedReason", owned(Value::from(failed))),
                ("AccessTechnologies", owned(Value::from(access))),
                ("SignalQuality", owned(Value::from((strength, true)))),
            ];
            let network = [("OperatorName", owned(Value::from(operator)))];
            let of = |properties: Vec<(&str, OwnedValue)>| {
                properties.into_iter().map(|(name, is)| (name.to_owned(), is)).collect()
            };
            let path = ObjectPath::try_from(format!("{PATH}/Modem/{at}")).expect("a path");
            let interfaces =
                HashMap::from([(MODEM.to_owned(), of(modem.into())), (NETWORK.to_owned(), of(network.into()))]);
            (OwnedObjectPath::from(path), interfaces)
        };
        modems.into_iter().enumerate().map(object).collect()
    }
}

fn play(bus: &PrivateBus, modems: &Arc<Mutex<Vec<Told>>>, silent: &Arc<AtomicBool>) -> Connection {
    let played = Played { modems: Arc::clone(modems), silent: Arc::clone(silent) };
    let builder = Builder::address(bus.address.as_str()).expect("an address");
    builder.name(NAME).expect("a name").serve_at(PATH, played).expect("served").build().expect("on the bus")
}

fn said(state: ModemState, operator: &str, signal: Option<u8>, access: &'static str) -> Option<Modem> {
    Some(Modem { state, operator: operator.to_owned(), signal, access })
}

#[test]
fn the_modem_is_told_as_modemmanager_tells_it() {
    let bus = PrivateBus::start();
    let modems = Arc::new(Mutex::new(Vec::new()));
    let _played = play(&bus, &modems, &Arc::default());
    let mut desk = ModemDesk::start(bus.bus()).expect("a thread");
    let mut ask = |told: &[Told]| {
        *modems.lock().expect("free") = told.to_vec();
        desk.ask(Duration::from_secs(5))
    };
    assert_eq!(ask(&[]), None, "a tablet without a modem");
    let lte = 1 << 14;
    for (told, expected) in [
        (Told(11, 0, lte, 72, "NTT DOCOMO"), said(ModemState::Connected, "NTT DOCOMO", Some(72), "LTE")),
        (Told(11, 0, lte | 1 << 15, 250, "au"), said(ModemState::Connected, "au", Some(100), "5G")),
        (Told(8, 0, 1 << 5, 30, "SoftBank"), said(ModemState::Registered, "SoftBank", Some(30), "3G")),
        (Told(7, 0, 0, 0, ""), said(ModemState::Searching, "", None, "LTE")),
        (Told(3, 0, 0, 0, ""), said(ModemState::Off, "", None, "LTE")),
        (Told(2, 0, 0, 0, ""), said(ModemState::Locked, "", None, "LTE")),
        (Told(-1, 2, 0, 0, ""), said(ModemState::NoSim, "", None, "LTE")),
        (Told(-1, 1, 0, 0, ""), said(ModemState::Failed, "", None, "LTE")),
        (
            Told(11, 0, 2, 5, "a\n\u{7}<b> 12345678901234567890"),
            said(ModemState::Connected, "ab 12345678901234567", Some(5), "2G"),
        ),
    ] {
        assert_eq!(ask(&[told]), expected);
    }
    let two = [Told(-1, 2, 0, 0, ""), Told(11, 0, lte, 40, "KDDI")];
    assert_eq!(ask(&two), said(ModemState::Connected, "KDDI", Some(40), "LTE"), "of two the one that works");
}

#[test]
fn nobody_waits_longer_than_half_a_second_and_what_comes_later_is_told_at_a_later_look() {
    let bus = PrivateBus::start();
    let modems = Arc::new(Mutex::new(vec![Told(11, 0, 1 << 14, 60, "KDDI")]));
    let silent = Arc::new(AtomicBool::new(true));
    let _played = play(&bus, &modems, &silent);
    let mut desk = ModemDesk::start(bus.bus()).expect("a thread");
    for _ in 0..3 {
        let began = Instant::now();
        assert_eq!(desk.ask(bus::PATIENCE), None);
        // Far less than it is silent; a busy machine wakes late.
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
    silent.store(false, Ordering::Relaxed);
    let asked = (0..60).find_map(|_| desk.ask(Duration::from_millis(500)));
    assert_eq!(asked, said(ModemState::Connected, "KDDI", Some(60), "LTE"));
}

#[test]
fn without_a_bus_or_a_modemmanager_there_is_nothing_to_tell() {
    let bus = PrivateBus::start();
    assert_eq!(ModemDesk::start(bus.bus()).expect("a thread").ask(Duration::from_secs(5)), None);
    let nowhere = Bus::At("unix:path=/nowhere/at/all".to_owned());
    assert_eq!(ModemDesk::start(nowhere).expect("a thread").ask(Duration::from_secs(5)), None);
}
