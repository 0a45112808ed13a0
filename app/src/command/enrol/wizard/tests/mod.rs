//! Every touch on every page, without a window.

#![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

mod going;
mod typing;
mod words;

use std::path::PathBuf;

use kakari_record::language::Language;
use kakari_session::look::{Look, Theme};
use kakari_session::touch::{EnrolTouch, Touch};
use kakari_session::view::{EnrolmentStage, EnrolmentView, Mark, Screen, StateLine};
use kakari_sync::client::enrol::EnrolError;
use kakari_sync::client::{LinkError, Origin, Outcome, Problem, Step, StepProgress, TlsFault, Waits, Words};
use kakari_sync::enrol::{EnrolRefusal, Invitation, InvitationCode};

use super::super::by::By;
use super::super::order::{Invited, Order};
use super::super::refused::{NotEnrolled, NotFilled};
use super::super::step::{Doing, Enrolled, Ready, Verified};
use super::super::stick::{Bundle, Found};
use super::{Effect, Input, Offers, Stage, Wizard};

const SERVER: &str = "https://region.example:8444";
const CODE: &str = "8K2M4XYZ0001";

fn bundle() -> Bundle {
    Bundle { dir: PathBuf::from("/media/STICK/feed"), invites: true }
}

fn invitation() -> Invitation {
    Invitation::parse(&format!("kakari-enrol:1 {SERVER} {CODE}")).unwrap()
}

fn with_everything() -> Wizard {
    let found = Found { invitations: vec![("invitation.txt".to_owned(), invitation())], bundle: Some(bundle()) };
    Wizard::new(Look::default(), Offers { server: Some(SERVER.to_owned()), found, ..Offers::default() }, Vec::new())
}

fn enrolled(certified: bool) -> Enrolled {
    Enrolled {
        tablet: "kita-1".to_owned(),
        vehicle: "北町救急1".to_owned(),
        region: "北町".to_owned(),
        training: false,
        certified,
    }
}

fn page(wizard: &Wizard) -> EnrolmentView {
    match wizard.view().screen {
        Screen::Enrolment(page) => *page,
        _ => panic!("another page"),
    }
}

fn name(wizard: &Wizard) -> &'static str {
    match page(wizard).stage {
        EnrolmentStage::Choose(_) => "choose",
        EnrolmentStage::Code { .. } => "code",
        EnrolmentStage::Working(_) => "working",
        EnrolmentStage::Stopped { .. } => "stopped",
        EnrolmentStage::Ready => "ready",
    }
}

fn touch(wizard: &mut Wizard, touch: EnrolTouch) -> Option<Effect> {
    wizard.update(Input::Touched(Touch::Enrol(touch)))
}

fn type_in(wizard: &mut Wizard, code: &str) {
    for letter in code.chars() {
        assert!(touch(wizard, EnrolTouch::Letter(letter)).is_none());
    }
}

fn started(effect: Option<Effect>) -> Order {
    match effect {
        Some(Effect::Start(order)) => order,
        other => panic!("{other:?}"),
    }
}

fn working() -> Wizard {
    let mut wizard = with_everything();
    started(touch(&mut wizard, EnrolTouch::Way(2)));
    wizard
}

fn stopped(why: NotEnrolled) -> Wizard {
    let mut wizard = working();
    assert!(wizard.update(Input::Ended(Err(why))).is_none());
    wizard
}

fn refused(refusal: EnrolRefusal) -> NotEnrolled {
    EnrolError::from(refusal).into()
}

fn broken() -> NotEnrolled {
    Problem::from(LinkError::Broken).into()
}

fn line(wizard: &Wizard, place: usize) -> StateLine {
    page(wizard).steps.swap_remove(place)
}
