//! FeliCa Lite-S cards: a resident's number, and a key that is derived from the vault key, written at the desk.

use std::time::SystemTime;

use kakari_card::felica::writing::{LiteSError, LiteSOrder, LiteSWritten};
use kakari_card::{CardAuthority, CardHere, CardNumber, Laid, PlainKind, Talker};
use kakari_record::model::CommonNumber;
use kakari_record::seal::{PlainCardId, PlainCardKind, VaultKey};

use super::words::broken;

/// Work on the FeliCa card that lies there. Each call blocks; the card must be the same insertion throughout.
pub(crate) struct LiteS<'a> {
    talker: Talker,
    card: &'a CardHere,
}

/// Why a card is not written.
pub(crate) struct NotWritten {
    /// What happened and what to do.
    pub(crate) words: String,
    /// Nothing of the order is on it, nor was before.
    pub(crate) is_untouched: bool,
}

impl NotWritten {
    fn of(error: LiteSError) -> Self {
        let is_untouched = matches!(error, LiteSError::NotLiteS | LiteSError::TwoCards | LiteSError::OtherNumber);
        let words = match error {
            LiteSError::Card(error) => broken(error),
            error => error.to_string(),
        };
        Self { words, is_untouched }
    }
}

impl<'a> LiteS<'a> {
    pub(crate) fn new(card: &'a CardHere) -> Self {
        Self { talker: Talker::default(), card }
    }

    /// Its identifier. Nothing is written.
    pub(crate) fn look(&self) -> Result<PlainCardId, String> {
        let mut conversation = self.talker.connect(self.card).map_err(broken)?;
        let laid = conversation.identify(&CardAuthority::new([]), SystemTime::now()).map_err(broken)?;
        conversation.finish().map_err(broken)?;
        let Laid::Plain(plain) = laid else { return Err(LiteSError::NotLiteS.to_string()) };
        let id = (plain.kind == PlainKind::Felica).then(|| PlainCardId::new(PlainCardKind::Felica, &plain.id));
        id.flatten().ok_or_else(|| LiteSError::NotLiteS.to_string())
    }

    /// Writes, locks and proves it; or proves what an earlier run wrote.
    pub(crate) fn write(&self, number: &CommonNumber, vault: &VaultKey) -> Result<LiteSWritten, NotWritten> {
        let unfit = |words: &str| NotWritten { words: words.to_owned(), is_untouched: true };
        let number = CardNumber::new(number.digits()).ok_or_else(|| unfit("not a common number"))?;
        let key_version = u16::try_from(vault.epoch()).map_err(|_| unfit("the vault's epoch does not fit a card"))?;
        let order = LiteSOrder { number: &number, key_version, key: &|id| vault.lite_s_card_key(&id.id_block) };
        let written = self.talker.connect(self.card).map_err(LiteSError::Card).and_then(|mut conversation| {
            let written = conversation.write_lite_s(&order)?;
            conversation.finish()?;
            Ok(written)
        });
        written.map_err(NotWritten::of)
    }
}
