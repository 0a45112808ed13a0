//! The tablet in QEMU: the disk of `make image`, a TPM, a display, a finger, and a card reader on USB.

use std::cell::RefCell;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

use kakari_card_sim::UsbReader;
use kakari_tests::display::{HEIGHT, WIDTH};
use kakari_tests::page::Page;

use crate::made::{image_dir, need};
use crate::tpm::{RunningTpm, Tpm};
use crate::{Disk, Guest, Picture, initrd};

/// The stick that came last.
const STICK: &str = "findmnt -n -o SOURCE,FSTYPE,OPTIONS --mountpoint /media/$(readlink /media/kakari)";
const LAST_SCREEN: &str = "journalctl -b -u kakari-tablet -o cat --no-pager | grep kakari::screen | tail -n 1";
/// From the log's word to the last pixel.
const DRAWN: Duration = Duration::from_secs(6);
const ANSWERED: Duration = Duration::from_secs(12);
const BOOT: Duration = Duration::from_secs(300);
/// After a new page no touch counts for 300 ms, nor does a second press of one key; an emulated machine needs seconds for a page.
const NEXT_TOUCH: Duration = Duration::from_millis(1_500);

/// A machine that is on. Dropping it is a power cut, for the TPM too.
pub struct Machine {
    qemu: Child,
    _tpm: Option<RunningTpm>,
    qmp: RefCell<crate::qmp::Qmp>,
    started: Instant,
    /// The root shell inside.
    pub guest: Guest,
    /// The card reader.
    pub reader: UsbReader,
}

impl Machine {
    /// Switches it on. `dir` is for its sockets and its console's text.
    #[must_use]
    pub fn start(dir: &Path, disk: &Disk, tpm: Option<&Tpm>) -> Self {
        need("qemu-system-x86_64", "qemu-system-x86");
        fs::create_dir_all(dir).unwrap();
        let tpm = tpm.map(Tpm::power_up);
        let sockets = ["qmp", "card", "shell"].map(|name| dir.join(name));
        sockets.iter().for_each(|socket| drop(fs::remove_file(socket)));
        initrd::make(&dir.join("initrd.img"));
        let started = Instant::now();
        let qemu = command(dir, disk, tpm.as_ref()).spawn().unwrap();
        sockets.iter().for_each(|socket| wait_for_file(socket));
        let [qmp, card, shell] = sockets;
        Self {
            qemu,
            _tpm: tpm,
            qmp: RefCell::new(crate::qmp::Qmp::connect(&qmp)),
            started,
            guest: Guest::connect(&shell, BOOT),
            reader: UsbReader::connect(&card).unwrap(),
        }
    }

    /// Since it was switched on.
    #[must_use]
    pub fn on_for(&self) -> Duration {
        self.started.elapsed()
    }

    /// A picture of the display, as `tests/out/image-NAME.png`.
    #[must_use]
    pub fn picture(&self, name: &str) -> Picture {
        let path = Picture::path_of(name);
        self.qmp.borrow_mut().screendump(&path);
        Picture::read(&path)
    }

    /// Waits until the glass shows a page of Kakari, and gives its picture.
    ///
    /// # Panics
    /// When it stays dark for `patience`.
    #[must_use]
    pub fn wait_for_page(&self, name: &str, patience: Duration) -> Picture {
        let started = Instant::now();
        loop {
            let picture = self.picture(name);
            if picture.is_a_page() {
                return picture;
            }
            assert!(started.elapsed() < patience, "no page on the glass: {}", picture.path.display());
            thread::sleep(Duration::from_secs(1));
        }
    }

    /// Waits until the tablet's log says that this screen is shown since this boot, and for the glass to follow. What the glass shows
    /// when it does not come is kept as `tests/out/image-failed.png`.
    ///
    /// # Panics
    /// When it does not come within `patience`.
    pub fn wait_for_screen(&self, screen: &str, patience: Duration) -> String {
        let started = Instant::now();
        loop {
            let said = self.guest.try_run(LAST_SCREEN).1;
            if said.contains(&format!("\"{screen}\"")) {
                thread::sleep(DRAWN);
                return said;
            }
            if started.elapsed() > patience {
                let path = self.picture("failed").path;
                panic!("{screen} did not come in {patience:?}; the glass: {}; the log: {said}", path.display());
            }
            thread::sleep(Duration::from_millis(300));
        }
    }

    /// Touches the key of this name on a page, and waits until the glass answers; a touch that it did not take is made again.
    pub fn touch(&self, page: impl Into<Page>, key: &str) {
        let (x, y) = page.into().key(key);
        for _ in 0..5 {
            thread::sleep(NEXT_TOUCH);
            let before = self.picture("before");
            self.qmp.borrow_mut().touch((x.into(), y.into()), (WIDTH.into(), HEIGHT.into()));
            let touched = Instant::now();
            while touched.elapsed() < ANSWERED {
                thread::sleep(NEXT_TOUCH);
                if self.picture("touched").differs_from(&before) {
                    return;
                }
            }
        }
        panic!("the glass does not answer to {key}");
    }

    /// Touches a key from time to time until what it is for has come; on a page that is busy it is not there and a touch means nothing.
    ///
    /// # Panics
    /// When that takes longer than `patience`.
    pub fn touch_until(&self, page: impl Into<Page>, key: &str, patience: Duration, is_so: impl Fn(&Guest) -> bool) {
        let (x, y) = page.into().key(key);
        let started = Instant::now();
        while !is_so(&self.guest) {
            if started.elapsed() > patience {
                panic!("{key} leads nowhere; the glass: {}", self.picture("failed").path.display());
            }
            self.qmp.borrow_mut().touch((x.into(), y.into()), (WIDTH.into(), HEIGHT.into()));
            thread::sleep(ANSWERED);
        }
    }

    /// Plugs in a USB stick: what is in this folder, in a partition with a FAT file system, write-protected. Says how the tablet has
    /// mounted it.
    ///
    /// # Panics
    /// When it does not within `patience`.
    pub fn plug_in(&self, folder: &Path, patience: Duration) -> String {
        self.qmp.borrow_mut().plug_in(folder);
        let started = Instant::now();
        loop {
            let (code, mounted) = self.guest.try_run(STICK);
            if code == 0 {
                // The glass looks for sticks from time to time.
                thread::sleep(DRAWN);
                return mounted;
            }
            if started.elapsed() > patience {
                let said = self
                    .guest
                    .try_run("journalctl -b -o cat --no-pager -u 'kakari-stick@*' -u 'media-*'; ls -l /media")
                    .1;
                panic!("the stick is not mounted: {said}");
            }
            thread::sleep(NEXT_TOUCH);
        }
    }

    /// Pulls it out, while it is mounted.
    pub fn pull_out(&self) {
        self.qmp.borrow_mut().pull_out();
    }

    /// Touches a key for each of these characters.
    pub fn spell(&self, page: impl Into<Page>, word: &str) {
        let page = page.into();
        word.chars().for_each(|character| self.touch(page, &character.to_string()));
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
    }
}

fn command(dir: &Path, disk: &Disk, tpm: Option<&RunningTpm>) -> Command {
    let at = |name: &str| dir.join(name).display().to_string();
    let listens = |id: &str| format!("socket,id={id},path={},server=on,wait=off", at(id));
    let mut qemu = Command::new("qemu-system-x86_64");
    qemu.args(["-machine", &format!("q35,accel={}", accelerator()), "-cpu", "max", "-smp", "2", "-m", "1536"])
        .args(["-nodefaults", "-no-user-config"])
        .args(["-display", "none", "-kernel"])
        .arg(image_dir().join("vmlinuz"))
        .args(["-initrd", &at("initrd.img"), "-append", "root=/dev/vda ro quiet console=ttyS0"])
        .args(disk.arguments())
        .args(["-serial", &format!("file:{}", at("console.txt"))])
        .args(["-qmp", &format!("unix:{},server=on,wait=off", at("qmp"))])
        // A display of the size that the pages are drawn for, and something to touch it with.
        .args(["-device", &format!("virtio-gpu-pci,xres={WIDTH},yres={HEIGHT}"), "-device", "virtio-tablet-pci"])
        .args(["-device", "qemu-xhci,id=usb", "-device", "usb-ccid", "-chardev", &listens("card")])
        .args(["-device", "ccid-card-passthru,chardev=card"])
        .args(["-device", "virtio-serial", "-chardev", &listens("shell")])
        .args(["-device", "virtserialport,chardev=shell,name=kakari.test"])
        // A network that leads nowhere.
        .args(["-netdev", "user,id=net,restrict=on", "-device", "virtio-net-pci,netdev=net"])
        .stdout(Stdio::null());
    if let Some(tpm) = tpm {
        qemu.args(["-chardev", &format!("socket,id=tpm,path={}", tpm.socket.display())]);
        qemu.args(["-tpmdev", "emulator,id=tpm,chardev=tpm", "-device", "tpm-tis,tpmdev=tpm"]);
    }
    qemu
}

/// A machine inside a machine often has a /dev/kvm that hangs, so nothing is taken for granted: `KAKARI_ACCEL=kvm` is ten times
/// quicker where it works.
fn accelerator() -> String {
    env::var("KAKARI_ACCEL").unwrap_or_else(|_| "tcg".to_owned())
}

pub(crate) fn wait_for_file(path: &Path) {
    let started = Instant::now();
    while !path.exists() {
        assert!(started.elapsed() < Duration::from_secs(10), "{} does not come", path.display());
        thread::sleep(Duration::from_millis(10));
    }
}
