//! Runs the wizard: a thread for it, one for the work, one that looks for a stick. They share nothing but messages.

use std::io;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use kakari_session::look::Look;
use kakari_session::touch::Touch;
use kakari_session::view::View;
use kakari_sync::client::{Outcome, StepProgress, Words};
use tokio::runtime::Runtime;

use super::super::sync::runtime;
use super::order::{Order, read_invitation};
use super::step::{Doing, Teller, Verified};
use super::stick::{Bundle, Found};
use super::wizard::{Effect, Input, Offers, Wizard};
use super::work::Work;
use crate::cli::EnrolArgs;
use crate::clock;
use crate::kept_look;

/// How often the clock on the glass is looked at.
const TICK: Duration = Duration::from_secs(1);
/// How often a stick is looked for.
const LOOK_FOR_STICK: Duration = Duration::from_secs(2);

/// What whoever shows the page is told.
pub(super) enum Shown {
    /// This is to be seen; whether the tablet is ready.
    View(Box<View>, bool),
    /// Somebody is done.
    Finished,
}

/// Is told on the wizard's thread.
pub(super) type Observer = Box<dyn FnMut(Shown) + Send>;

/// A wizard that runs.
pub(super) struct Desk {
    inputs: Sender<Input>,
    /// Whether the window is to cover the display.
    pub(super) fullscreen: bool,
}

impl Desk {
    /// # Errors
    ///
    /// In one line: what was said on the command line is no invitation, or the configuration cannot be read.
    pub(super) fn start(args: &EnrolArgs, observer: Observer) -> Result<Self, String> {
        let work = Work::of(args)?;
        let fullscreen = work.config.fullscreen;
        let (state, usb) = (work.config.state.clone(), args.usb.clone().unwrap_or_else(|| work.config.usb_dir.clone()));
        let wizard = Wizard::new(kept_look::read(&state), offers(args, &work, &usb)?, work.kept());
        let (inputs, news) = mpsc::channel();
        let (orders, to_do) = mpsc::channel();
        let runner =
            Running { wizard, orders, observer, last: None, keep: Box::new(move |look| kept_look::keep(&state, look)) };
        let (told, found, runtime) = (inputs.clone(), inputs.clone(), runtime()?);
        let started = spawn("wizard", move || runner.run(&news))
            .and_then(|()| spawn("enrolment", move || enrol(work, &runtime, &to_do, &told)))
            .and_then(|()| spawn("stick", move || look_for_sticks(&usb, &found)));
        started.map_err(|error| format!("no thread: {error}"))?;
        Ok(Self { inputs, fullscreen })
    }

    /// What a touch is told to.
    pub(super) fn touches(&self) -> impl Fn(Touch) + Send + 'static {
        let inputs = self.inputs.clone();
        // Nobody listens any more once the wizard is done.
        move |touch| drop(inputs.send(Input::Touched(touch)))
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

fn offers(args: &EnrolArgs, work: &Work, usb: &Path) -> Result<Offers, String> {
    let server = args.server.clone().or_else(|| work.config.region.clone());
    if server.as_ref().is_some_and(|server| !server.starts_with("https://")) {
        return Err(super::refused::Refused::NoServer.to_string());
    }
    let invitation = args.invitation.as_deref().map(read_invitation).transpose().map_err(|error| error.to_string())?;
    let given = |dir| Bundle::at(dir).unwrap_or_else(|| Bundle { dir: dir.to_owned(), invites: false });
    let bundle = args.from.as_deref().map(given);
    Ok(Offers { server, invitation, bundle, found: Found::under(usb) })
}

/// The wizard's thread.
struct Running {
    wizard: Wizard,
    orders: Sender<Order>,
    observer: Observer,
    last: Option<View>,
    keep: Box<dyn Fn(Look) + Send>,
}

impl Running {
    fn run(mut self, news: &Receiver<Input>) {
        self.wizard.update(Input::Clock(clock::now().utc));
        let begun = self.wizard.begin();
        self.act(begun);
        self.show();
        loop {
            let input = match news.recv_timeout(TICK) {
                Ok(input) => input,
                Err(RecvTimeoutError::Timeout) => Input::Clock(clock::now().utc),
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let effect = self.wizard.update(input);
            self.act(effect);
            self.show();
        }
    }

    fn act(&mut self, effect: Option<Effect>) {
        match effect {
            Some(Effect::Start(order)) => {
                let gone = |_| tracing::error!("the thread that enrols has ended");
                self.orders.send(order).unwrap_or_else(gone);
            }
            Some(Effect::KeepLook(look)) => (self.keep)(look),
            Some(Effect::Finish) => (self.observer)(Shown::Finished),
            None => {}
        }
    }

    fn show(&mut self) {
        let view = self.wizard.view();
        if self.last.as_ref() != Some(&view) {
            self.last = Some(view.clone());
            (self.observer)(Shown::View(Box::new(view), self.wizard.is_ready()));
        }
    }
}

/// The thread of the work, which waits for the network and the disk.
fn enrol(mut work: Work, runtime: &Runtime, orders: &Receiver<Order>, told: &Sender<Input>) {
    let mut news = News(told.clone());
    for order in orders {
        let ended = runtime.block_on(work.go_on(&order, &mut news));
        news.tell(Input::Ended(ended));
    }
}

/// Tells the wizard.
struct News(Sender<Input>);

impl News {
    fn tell(&self, input: Input) {
        // Fails only while the program ends.
        let _ = self.0.send(input);
    }
}

impl Teller for News {
    fn doing(&mut self, doing: Doing) {
        self.tell(Input::Doing(doing));
    }

    fn verified(&mut self, verified: Verified) {
        self.tell(Input::Verified(verified));
    }

    fn progress(&mut self, step: &StepProgress) {
        self.tell(Input::Progress(*step));
    }

    fn again(&mut self, outcome: &Outcome) {
        let nothing =
            || Words { ja: "まだそろっていません".to_owned(), en: "not everything is here yet".to_owned() };
        self.tell(Input::Again(outcome.words().unwrap_or_else(nothing)));
    }
}

fn look_for_sticks(usb: &Path, found: &Sender<Input>) {
    let mut last = Found::under(usb);
    while found.send(Input::Found(last.clone())).is_ok() {
        loop {
            thread::sleep(LOOK_FOR_STICK);
            let now = Found::under(usb);
            if now != last {
                last = now;
                break;
            }
        }
    }
}
