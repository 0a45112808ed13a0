//! PC/SC without a line of ours between test and card: for tests of the virtual cards themselves.

use std::ffi::CString;
use std::path::Path;
use std::time::Duration;

use kakari_card_sim::{ReaderModel, Stack, VirtualCard};
use pcsc::{Card, Context, Disposition, Protocols, ReaderState, Scope, ShareMode, State};

use crate::support::READER;

/// A stack with one reader of this model, and a client of it.
pub(crate) struct Raw {
    pub(crate) stack: Stack,
    pub(crate) context: Context,
}

impl Raw {
    pub(crate) fn new(dir: &Path, model: ReaderModel) -> Self {
        let stack = Stack::start(dir, &[READER]).unwrap();
        stack.reader(0).set_model(model);
        Self { stack, context: Context::establish(Scope::User).unwrap() }
    }

    pub(crate) fn name(&self) -> CString {
        CString::new(self.stack.reader(0).name()).unwrap()
    }

    /// Lays the card on, asks, and takes it away again.
    pub(crate) fn with<T>(&self, card: &VirtualCard, ask: impl FnOnce(&Asking) -> T) -> T {
        self.stack.reader(0).insert(card);
        self.wait_for(State::PRESENT);
        let asking = Asking(self.context.connect(&self.name(), ShareMode::Shared, Protocols::ANY).unwrap());
        let result = ask(&asking);
        asking.0.disconnect(Disposition::LeaveCard).map_err(|(_, error)| error).unwrap();
        self.stack.reader(0).remove();
        self.wait_for(State::EMPTY);
        result
    }

    pub(crate) fn wait_for(&self, wanted: State) -> State {
        let mut states = [ReaderState::new(self.name(), State::UNAWARE)];
        while !states[0].event_state().contains(wanted) {
            states[0].sync_current_state();
            self.context.get_status_change(Duration::from_secs(5), &mut states).unwrap();
        }
        states[0].event_state()
    }
}

pub(crate) struct Asking(Card);

impl Asking {
    /// Command and answer as hex digits; spaces are for the eye.
    pub(crate) fn ask(&self, command: &str) -> String {
        let command = hex::decode(command.replace(' ', "")).unwrap();
        let mut room = [0; 400];
        hex::encode(self.0.transmit(&command, &mut room).unwrap())
    }

    pub(crate) fn atr(&self) -> String {
        hex::encode_upper(self.0.status2_owned().unwrap().atr())
    }

    /// A FeliCa frame through the standard's transparent session; the card's answer, or nothing.
    pub(crate) fn felica(&self, frame: &str) -> String {
        let frame = hex::decode(frame.replace(' ', "")).unwrap();
        let length = frame.len() + 1;
        let object = format!("95{length:02x}{length:02x}{}", hex::encode(&frame));
        self.ask("FF C2 00 00 02 81 00 00");
        let answer = self.ask(&format!("FF C2 00 01 {:02x} {object} 00", length + 2));
        let (_, card) = answer.split_once("97").unwrap_or_default();
        card.get(2..card.len().saturating_sub(4)).unwrap_or_default().to_owned()
    }
}
