//! The window's pages, as one state machine: touches and news come in, what is to be done and a view go out. No clock, no
//! file, no thread in it. A touch that means nothing on the page of the moment changes nothing.

mod code;
mod offers;
mod stage;
mod steps;
#[cfg(test)]
mod tests;
mod view;

use chrono::{DateTime, Utc};
use kakari_session::look::Look;
use kakari_session::touch::{EnrolTouch, Touch};
use kakari_sync::client::Origin;
use kakari_sync::enrol::Invitation;

use self::code::{Mistyped, Typed};
pub(super) use self::offers::Offers;
use self::offers::Way;
pub(super) use self::stage::{Effect, Input};
use self::stage::{Place, Stage};
use self::steps::Steps;
use super::order::{Invited, Order};
use super::refused::NotEnrolled;
use super::step::{Doing, Ready, Verified};

/// What decides which page is on the glass.
#[derive(Debug)]
pub(super) struct Wizard {
    look: Look,
    now: Option<DateTime<Utc>>,
    offers: Offers,
    steps: Steps,
    stage: Stage,
    mistyped: Option<Mistyped>,
}

impl Wizard {
    /// A wizard that knows what is stored of an earlier beginning.
    pub(super) fn new(look: Look, offers: Offers, kept: Vec<Verified>) -> Self {
        let mut steps = Steps::default();
        kept.into_iter().for_each(|verified| steps.take(verified));
        Self { look, now: None, offers, steps, stage: Stage::Choose, mistyped: None }
    }

    /// What was begun goes on by itself, when it is clear from where.
    pub(super) fn begin(&mut self) -> Option<Effect> {
        let enrolled = self.steps.enrolled()?;
        match (enrolled.certified, self.offers.bundle()) {
            (true, _) => self.go_on(Origin::Network),
            (false, Some(bundle)) => {
                let origin = Origin::Bundle(bundle.dir.clone());
                self.go_on(origin)
            }
            (false, None) => None,
        }
    }

    /// A tablet on which a crew can sign in.
    pub(super) fn is_ready(&self) -> bool {
        matches!(self.stage, Stage::Ready(_))
    }

    pub(super) fn update(&mut self, input: Input) -> Option<Effect> {
        match input {
            Input::Touched(touch) => return self.touched(touch),
            Input::Clock(now) => self.now = Some(now),
            Input::Found(found) => self.offers.found = found,
            Input::Verified(verified) => self.take(verified),
            Input::Doing(_) | Input::Progress(_) | Input::Again(_) => self.note(input),
            Input::Ended(ended) => self.end(ended),
        }
        None
    }

    fn touched(&mut self, touch: Touch) -> Option<Effect> {
        match touch {
            Touch::SwitchTheme => self.choose_look(self.look.switched()),
            Touch::Speak(language) => self.choose_look(Look { language, ..self.look }),
            Touch::Enrol(touch) => self.enrol_touched(touch),
            _ => None,
        }
    }

    fn choose_look(&mut self, look: Look) -> Option<Effect> {
        self.look = look;
        Some(Effect::KeepLook(look))
    }

    fn enrol_touched(&mut self, touch: EnrolTouch) -> Option<Effect> {
        match (&mut self.stage, touch) {
            (Stage::Choose, EnrolTouch::Way(place)) => self.choose(place),
            (Stage::Code { typed, .. }, EnrolTouch::Letter(letter)) => {
                self.mistyped = typed.push(letter).err();
                None
            }
            (Stage::Code { typed, .. }, EnrolTouch::Erase) => {
                typed.erase();
                self.mistyped = None;
                None
            }
            (Stage::Code { .. }, EnrolTouch::Submit) => self.submit(),
            (Stage::Stopped { why, .. }, EnrolTouch::Retry) if why.can_retry() => self.retry(),
            (Stage::Code { .. } | Stage::Stopped { .. }, EnrolTouch::Back) => {
                self.stage = Stage::Choose;
                self.mistyped = None;
                None
            }
            (Stage::Choose | Stage::Stopped { .. } | Stage::Ready(_), EnrolTouch::Finish) => Some(Effect::Finish),
            _ => None,
        }
    }

    fn choose(&mut self, place: usize) -> Option<Effect> {
        let ways = self.offers.ways(self.steps.enrolled().is_some(), self.look.language);
        let (_, way) = ways.into_iter().nth(place)?;
        match way? {
            Way::Server(server) => self.ask_code(Place::Server(server)),
            Way::Stick(bundle) => self.ask_code(Place::Stick(bundle)),
            Way::Invitation(invitation) => self.start(Order::by(Invited::Network(invitation))),
            Way::GoOn => self.go_on(Origin::Network),
            Way::GoOnFrom(bundle) => self.go_on(Origin::Bundle(bundle.dir)),
        }
    }

    fn ask_code(&mut self, place: Place) -> Option<Effect> {
        self.stage = Stage::Code { place, typed: Typed::new() };
        None
    }

    fn submit(&mut self) -> Option<Effect> {
        let Stage::Code { place, typed } = &self.stage else { return None };
        match typed.code() {
            Err(mistyped) => {
                self.mistyped = Some(mistyped);
                None
            }
            Ok(code) => {
                let invited = match place {
                    Place::Server(url) => Invited::Network(Invitation { url: url.clone(), code, pins: None }),
                    Place::Stick(bundle) => Invited::Bundle(bundle.dir.clone(), code),
                };
                self.start(Order::by(invited))
            }
        }
    }

    fn go_on(&mut self, origin: Origin) -> Option<Effect> {
        self.start(Order { invited: None, origin, bulk_allowed: false })
    }

    /// The same once more. Told that a snapshot waits, whoever says so now has said that it may come over this link; a
    /// stick may be mounted elsewhere by now.
    fn retry(&mut self) -> Option<Effect> {
        let Stage::Stopped { order, why } = &self.stage else { return None };
        let waits = matches!(&**why, NotEnrolled::NotFilled(not) if not.waits.is_some());
        let mut order = Order { bulk_allowed: order.bulk_allowed || waits, ..order.clone() };
        if let (Origin::Bundle(dir), Some(bundle)) = (&mut order.origin, self.offers.bundle()) {
            dir.clone_from(&bundle.dir);
            if let Some(Invited::Bundle(dir, _)) = &mut order.invited {
                dir.clone_from(&bundle.dir);
            }
        }
        self.start(order)
    }

    fn start(&mut self, order: Order) -> Option<Effect> {
        self.mistyped = None;
        let doing = Doing::Invitation;
        self.stage = Stage::Working { order: order.clone(), doing, fetching: None, again: None };
        Some(Effect::Start(order))
    }

    /// What is enrolled needs no invitation any more: the code goes.
    fn take(&mut self, verified: Verified) {
        if let (Verified::Enrolled(_), Stage::Working { order, .. }) = (&verified, &mut self.stage) {
            order.invited = None;
        }
        self.steps.take(verified);
    }

    fn note(&mut self, news: Input) {
        let Stage::Working { doing, fetching, again, .. } = &mut self.stage else { return };
        match news {
            Input::Doing(now) => (*doing, *fetching) = (now, None),
            Input::Progress(step) => (*fetching, *again) = (Some(step), None),
            Input::Again(words) => *again = Some(words),
            _ => {}
        }
    }

    fn end(&mut self, ended: Result<Ready, NotEnrolled>) {
        let Stage::Working { order, .. } = &self.stage else { return };
        if matches!(ended, Err(NotEnrolled::Uninvited)) {
            // What it was is forgotten: it was erased, and its region knows by now.
            self.steps = Steps::default();
        }
        self.stage = match ended {
            Ok(ready) => Stage::Ready(ready),
            Err(why) => Stage::Stopped { order: order.clone(), why: Box::new(why) },
        };
    }
}
