//! The reader at the desk, and the card on it.

use std::collections::BTreeSet;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use kakari_card::{CardHere, ReaderEvent, ReaderPattern, Watcher};

use crate::output::say;

/// Cards that lie there already are all told within this time of each other.
const SETTLES: Duration = Duration::from_millis(250);

/// A card that was laid on. The watcher beside it notices when it is taken away.
pub(crate) struct Laid {
    pub(crate) card: CardHere,
    _watcher: Watcher,
}

/// Waits for one card on the readers whose names match. Blocks up to `patience`.
///
/// # Errors
/// One sentence with what to do: no service, no reader, no card, cards on several readers.
pub(crate) fn wait_for_card(pattern: &str, patience: Duration) -> Result<Laid, String> {
    let (sender, events) = mpsc::channel();
    let watcher = Watcher::start(ReaderPattern::new(pattern), move |event| drop(sender.send(event)));
    let watcher = watcher.map_err(|error| format!("cannot watch the readers: {error}"))?;
    let mut sight = Sight::default();
    let until = Instant::now() + patience;
    sight.settle(&events);
    while sight.cards.is_empty() && Instant::now() < until {
        sight.ask_once();
        let left = until.saturating_duration_since(Instant::now());
        match events.recv_timeout(left) {
            Ok(event) => sight.take(event),
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return Err("the watcher of the readers ended; try again".to_owned()),
        }
        sight.settle(&events);
    }
    let card = sight.only_card(pattern)?;
    Ok(Laid { card, _watcher: watcher })
}

#[derive(Default)]
struct Sight {
    readers: BTreeSet<String>,
    cards: Vec<CardHere>,
    mute: Option<String>,
    stopped: bool,
    asked: bool,
}

impl Sight {
    fn settle(&mut self, events: &Receiver<ReaderEvent>) {
        while let Ok(event) = events.recv_timeout(SETTLES) {
            self.take(event);
        }
    }

    fn take(&mut self, event: ReaderEvent) {
        match event {
            ReaderEvent::Ready { reader } => {
                self.stopped = false;
                self.readers.insert(reader);
            }
            ReaderEvent::Gone { reader } => drop(self.readers.remove(&reader)),
            ReaderEvent::ServiceStopped => self.stopped = true,
            ReaderEvent::Mute { reader } => self.mute = Some(reader),
            ReaderEvent::CardArrived(card) => self.cards.push(card),
            ReaderEvent::CardLeft { presence } => self.cards.retain(|card| card.presence != presence),
            _ => {}
        }
    }

    fn ask_once(&mut self) {
        if !self.asked && !self.readers.is_empty() {
            self.asked = true;
            say(&format!("lay the card on the reader: {}", self.names()));
        }
    }

    fn only_card(&self, pattern: &str) -> Result<CardHere, String> {
        match self.cards.as_slice() {
            [card] => Ok(card.clone()),
            [] => Err(self.why_none(pattern)),
            cards => {
                let readers: Vec<&str> = cards.iter().map(|card| card.reader.as_str()).collect();
                Err(format!(
                    "cards lie on several readers: {}; take the others away, or name one with --reader",
                    readers.join(", ")
                ))
            }
        }
    }

    fn why_none(&self, pattern: &str) -> String {
        if self.stopped {
            return "the card service (pcscd) does not run or does not answer: systemctl restart pcscd, then again"
                .to_owned();
        }
        if self.readers.is_empty() {
            let named = if pattern.is_empty() { String::new() } else { format!(" whose name matches '{pattern}'") };
            return format!("no card reader{named} is connected: plug it in, then again");
        }
        match &self.mute {
            Some(reader) => {
                format!("the card on {reader} does not speak: lay it flat, the chip's side down, then again")
            }
            None => format!("no card was laid on {}: lay it on, then again", self.names()),
        }
    }

    fn names(&self) -> String {
        self.readers.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}
