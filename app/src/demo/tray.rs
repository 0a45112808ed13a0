//! The card tray beside the tablet, and the check without windows.

use std::cell::RefCell;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::rc::Rc;
use std::{env, thread};

use kakari_card_sim::{Stack, VirtualReader};
use kakari_record::model::Identity;
use kakari_ui::{CardTray, TrayCard, TrayKind};

use super::{DemoError, Enrolled, TRAINING_PIN, TrainingCard, TrainingStaff};
use crate::output;

/// Starts the tablet and shows the tray until the tablet's window or the tray is closed.
pub(super) fn open(
    enrolled: &Enrolled,
    stack: Stack,
    staff: &[TrainingStaff],
    patients: Vec<(&Identity, TrainingCard)>,
) -> Result<ExitCode, DemoError> {
    let window = |error| DemoError::System {
        what: "no window (is DISPLAY or WAYLAND_DISPLAY set?)",
        source: std::io::Error::other(error),
    };
    let tray = Rc::new(CardTray::new().map_err(window)?);
    let tablet = start_tablet(enrolled, &["run"], false)?;
    let (labels, cards) = trays(staff, patients);
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

fn trays(staff: &[TrainingStaff], patients: Vec<(&Identity, TrainingCard)>) -> (Vec<TrayCard>, Vec<TrainingCard>) {
    let staff = staff.iter().map(|member| {
        let hint = format!("PIN {TRAINING_PIN}");
        (TrayCard { label: member.name.clone(), kind: TrayKind::Staff, hint, on_reader: false }, member.card.clone())
    });
    let patients = patients.into_iter().map(|(identity, card)| {
        let hint = identity.kana.clone().unwrap_or_default();
        (TrayCard { label: identity.name.clone(), kind: TrayKind::Patient, hint, on_reader: false }, card)
    });
    staff.chain(patients).unzip()
}

fn wire(tray: &Rc<CardTray>, stack: Stack, labels: Vec<TrayCard>, cards: Vec<TrainingCard>) {
    tray.show(&labels);
    let stack = Rc::new(stack);
    let labels = Rc::new(RefCell::new(labels));
    let lay = {
        let (tray, labels, stack) = (Rc::downgrade(tray), Rc::clone(&labels), Rc::clone(&stack));
        move |laid: Option<usize>| {
            match laid.and_then(|index| cards.get(index)) {
                Some(card) => stack.reader(0).insert(&card.card),
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

/// One whole tap through the real stack by `kakari tap`, without a window: says whether this machine can train.
pub(super) fn one_tap(
    enrolled: &Enrolled,
    reader: &VirtualReader,
    staff: &TrainingCard,
    patient: &TrainingCard,
) -> Result<ExitCode, DemoError> {
    let pin_path = enrolled.config_path.with_file_name("pin");
    fs::write(&pin_path, TRAINING_PIN).map_err(|source| DemoError::File { path: pin_path.clone(), source })?;
    let pin_path = pin_path.display().to_string();
    let mut tablet = start_tablet(enrolled, &["tap", "--pin-file", &pin_path, "--basis", "consent"], true)?;
    let lines = tablet.stdout.take().map(BufReader::new);
    for line in lines.into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
        output::line(&line);
        if line.starts_with("職員カード") {
            reader.insert(&staff.card);
        } else if line.starts_with("患者のカード") {
            reader.insert(&patient.card);
        }
    }
    let status = tablet.wait().map_err(|source| DemoError::System { what: "the tablet was lost", source })?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn start_tablet(enrolled: &Enrolled, command: &[&str], read: bool) -> Result<Child, DemoError> {
    let failed = |source| DemoError::System { what: "cannot start the tablet", source };
    Command::new(env::current_exe().map_err(failed)?)
        .args(command)
        .arg("--config")
        .arg(&enrolled.config_path)
        .stdout(if read { Stdio::piped() } else { Stdio::inherit() })
        .spawn()
        .map_err(failed)
}
