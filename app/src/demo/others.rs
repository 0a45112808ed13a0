//! Cards that a crew meets besides the region's own.

use kakari_card_sim::{LiteS, VirtualCard};
use kakari_record::model::Identity;
use kakari_record::seal::{PlainCardId, PlainCardKind, SealError, Token};
use kakari_store::Row;
use kakari_ui::{TrayCard, TrayKind};

use super::{DemoError, TrainingRegion};

/// A card of the tray and what is written beside it.
pub(super) type OnTray = (TrayCard, VirtualCard);

/// The IDm of the number-only card.
const IDM: [u8; 8] = [0x01, 0x2E, 0x3A, 0x00, 0x11, 0x22, 0x33, 0x44];

/// Registers the number-only card for this resident too: by its IDm, as an office does with cards that hold no number.
pub(super) fn register(region: &TrainingRegion, mut row: Row) -> Result<Row, SealError> {
    let card = PlainCardId::new(PlainCardKind::Felica, &IDM).ok_or(SealError::Malformed("IDm"))?;
    row.tokens.push(Token::of_plain_card(&region.vault_key(), &card));
    Ok(row)
}

/// A number-only card of `resident`'s, if the region has registered one; a card for trains; a My Number card.
pub(super) fn cards(resident: Option<&Identity>) -> Result<Vec<OnTray>, DemoError> {
    let other = |label: &str, hint: &str, card| {
        let label =
            TrayCard { label: label.to_owned(), kind: TrayKind::Other, hint: hint.to_owned(), on_reader: false };
        (label, card)
    };
    let number_only = resident.map(|resident| {
        let card = VirtualCard::felica_lite_s(&LiteS { idm: IDM, ..LiteS::default() });
        (
            TrayCard {
                kind: TrayKind::Patient, ..other(&resident.name, "番号だけのFeliCaカード", card.clone()).0
            },
            card,
        )
    });
    let my_number =
        VirtualCard::my_number().map_err(|source| DemoError::System { what: "cannot make a card", source })?;
    let others =
        [other("交通系ICカード", "FeliCa", VirtualCard::transit()), other("マイナンバーカード", "", my_number)];
    Ok(number_only.into_iter().chain(others).collect())
}
