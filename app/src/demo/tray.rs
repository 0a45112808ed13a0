//! The card tray beside the tablet.

use std::cell::RefCell;
use std::process::{Child, Command, ExitCode};
use std::rc::Rc;
use std::{env, thread};

use kakari_card_sim::{Stack, VirtualCard};
use kakari_record::model::Identity;
use kakari_ui::{CardTray, TrayCard, TrayKind};

use super::others::OnTray;
use super::{DemoError, Enrolled, TRAINING_PIN, TrainingCard, TrainingStaff};

/// Where the other cards stand on the tray: on its first page, behind the staff's and one resident's.
const BEFORE_OTHERS: usize = 1;

/// Starts the tablet and shows the tray until the tablet's window or the tray is closed.
pub(super) fn open(
    enrolled: &Enrolled,
    stack: Stack,
    staff: &[TrainingStaff],
    patients: Vec<(&Identity, TrainingCard)>,
    others: Vec<OnTray>,
) -> Result<ExitCode, DemoError> {
    let window = |error| DemoError::System {
        what: "no window (is DISPLAY or WAYLAND_DISPLAY set?)",
        source: std::io::Error::other(error),
    };
    let tray = Rc::new(CardTray::new().map_err(window)?);
    let tablet = start_tablet(enrolled)?;
    let (labels, cards) = trays(staff, patients, others);
    wire(&tray, stack, labels, cards);
    let id = tablet.id();
    let quit = tray.remote();
    thread::spawn(move || {
        let mut tablet = tablet;
        let _ = tablet.wait();
        // Fails when the tray is closed already.
        let _ = quit.quit();
    });
    let shown = tray.run().map_err(window);
    end(id);
    shown.map(|()| ExitCode::SUCCESS)
}

/// The tablet may have ended already; then there is nothing to end.
fn end(id: u32) {
    let pid = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(pid) = pid {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
}

fn trays(
    staff: &[TrainingStaff],
    patients: Vec<(&Identity, TrainingCard)>,
    others: Vec<OnTray>,
) -> (Vec<TrayCard>, Vec<VirtualCard>) {
    let place = staff.len() + BEFORE_OTHERS.min(patients.len());
    let staff = staff.iter().map(|member| {
        let hint = format!("PIN {TRAINING_PIN}");
        let label = TrayCard { label: member.name.clone(), kind: TrayKind::Staff, hint, on_reader: false };
        (label, member.card.card.clone())
    });
    let patients = patients.into_iter().map(|(identity, card)| {
        let hint = identity.kana.clone().unwrap_or_default();
        (TrayCard { label: identity.name.clone(), kind: TrayKind::Patient, hint, on_reader: false }, card.card)
    });
    let mut all: Vec<OnTray> = staff.chain(patients).collect();
    all.splice(place..place, others);
    all.into_iter().unzip()
}

fn wire(tray: &Rc<CardTray>, stack: Stack, labels: Vec<TrayCard>, cards: Vec<VirtualCard>) {
    tray.show(&labels);
    let stack = Rc::new(stack);
    let labels = Rc::new(RefCell::new(labels));
    let lay = {
        let (tray, labels, stack) = (Rc::downgrade(tray), Rc::clone(&labels), Rc::clone(&stack));
        move |laid: Option<usize>| {
            match laid.and_then(|index| cards.get(index)) {
                Some(card) => stack.reader(0).insert(card),
                None => stack.reader(0).remove(),
            }
            let mut labels = labels.borrow_mut();
            for (index, label) in labels.iter_mut().enumerate() {
                label.on_reader = laid == Some(index);
            }
            if let Some(tray) = tray.upgrade() {
                tray.show(&labels);
            }
        }
    };
    let lay = Rc::new(lay);
    let take_away = Rc::clone(&lay);
    tray.on_insert(move |index| lay(Some(index)));
    tray.on_remove(move || take_away(None));
}

fn start_tablet(enrolled: &Enrolled) -> Result<Child, DemoError> {
    let failed = |source| DemoError::System { what: "cannot start the tablet", source };
    Command::new(env::current_exe().map_err(failed)?)
        .arg("run")
        .arg("--config")
        .arg(&enrolled.config_path)
        .spawn()
        .map_err(failed)
}
