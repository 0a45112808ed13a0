//! From a resident to the change that tablets get. No database, no file: runs on threads of its own.

use std::io::Read;
use std::num::NonZero;
use std::thread;

use chrono::Utc;
use kakari_record::fhir::{LARGEST, Reading, read_document};
use kakari_record::merge::{Merged, merge};
use kakari_record::seal::{
    CardChange, Change, DirectoryEntry, FeedId, Header, KeyId, Opener, Packer, Removal, Row, SealError, Sealer, Token,
    VaultKey,
};
use kakari_sync::Frame;
use zeroize::Zeroizing;

use super::PublishError;
use super::resident::Resident;

/// Openers, and tokens, that a frame has room for; nobody has so many cards, phones or houses.
const MOST: usize = 255;
/// What a frame holds beyond the lengths of its blobs, generously.
const FRAME_ROOM: usize = 1_024;

/// What seals.
pub(super) struct Workshop {
    pub(super) feed: FeedId,
    pub(super) vault: VaultKey,
    pub(super) packer: Packer,
}

/// What becomes of one resident.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A new version.
    Put(Row),
    /// Other cards for the version that is there; and the whole row with them, for whoever comes later.
    Cards(CardChange, Row),
    /// Nothing stays.
    Remove(Removal),
    /// Tablets have what there is.
    Nothing,
    /// What tablets have stays, because of this.
    Failed(Unsealable),
}

/// Why a resident's record is left as it was published. No word of the resident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsealable {
    #[error("a stored document cannot be unpacked")]
    Unpacked,
    #[error("a stored document is no longer one that this program reads")]
    Unreadable,
    #[error("the documents are not shown to be about one person")]
    TwoPeople,
    #[error("the documents are about another common number than the resident's")]
    OtherNumber,
    #[error("a card's public key is not on the curve")]
    Card,
    #[error("longer than tablets take")]
    TooLong,
    #[error("it cannot be sealed")]
    Seal,
}

impl Workshop {
    /// Seals all, on as many threads as there are processors.
    pub(super) fn all(&self, mut residents: Vec<Resident>) -> Result<Vec<(Resident, Outcome)>, PublishError> {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let share = residents.len().div_ceil(threads).max(1);
        let mut shares = Vec::with_capacity(threads);
        while !residents.is_empty() {
            shares.push(residents.split_off(residents.len().saturating_sub(share)));
        }
        thread::scope(|scope| {
            // Each resident stays beside its own outcome.
            let work = |share: Vec<Resident>| share.into_iter().map(|one| (self.one(&one), one)).map(|(a, b)| (b, a));
            let threads: Vec<_> =
                shares.into_iter().map(|share| scope.spawn(move || work(share).collect::<Vec<_>>())).collect();
            let done = threads.into_iter().map(|thread| thread.join().map_err(|_| PublishError::Fault));
            Ok(done.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
    }

    /// The vault key's epoch, as the database counts it.
    pub(super) fn epoch(&self) -> i32 {
        i32::try_from(self.vault.epoch()).unwrap_or(i32::MAX)
    }

    fn one(&self, resident: &Resident) -> Outcome {
        let made = match (resident.gone, resident.frame_for_cards(self.epoch())) {
            (Some(why), _) if resident.is_published() => Ok(Outcome::Remove(why)),
            (Some(_), _) => Ok(Outcome::Nothing),
            (None, Some(frame)) => self.cards(resident, frame),
            (None, None) if resident.documents.is_empty() => Ok(Outcome::Nothing),
            (None, None) => self.row(resident).map(Outcome::Put),
        };
        made.unwrap_or_else(Outcome::Failed)
    }

    fn cards(&self, resident: &Resident, mut frame: &[u8]) -> Result<Outcome, Unsealable> {
        let Ok(Some(Ok(Frame { change: Change::Put(row), .. }))) = Frame::decode_next(&mut frame, self.feed) else {
            return Err(Unsealable::Seal);
        };
        let opener = |card| match row.openers.iter().find(|opener| opener.card_key() == KeyId::derive(card)) {
            Some(opener) => Ok(*opener),
            None => self.sealer().add_card(&row.record, card).map_err(unsealable),
        };
        let openers: Vec<Opener> = resident.cards.iter().take(MOST).map(opener).collect::<Result<_, _>>()?;
        if openers == row.openers {
            return Ok(Outcome::Nothing);
        }
        let header = row.record.header();
        let change = CardChange {
            record: header.record,
            version: header.version,
            card_token: row.card_token,
            openers: openers.clone(),
        };
        Ok(Outcome::Cards(change, Row { openers, ..row }))
    }

    fn row(&self, resident: &Resident) -> Result<Row, Unsealable> {
        let Merged { mut summary, photo, .. } = merge(read(resident)?).map_err(|_| Unsealable::TwoPeople)?;
        match &summary.identity.number {
            Some(number) if *number != resident.number => return Err(Unsealable::OtherNumber),
            Some(_) => {}
            None => summary.identity.number = Some(resident.number.clone()),
        }
        let header = Header {
            feed: self.feed,
            record: resident.record,
            version: resident.version + 1,
            epoch: 0,
            dictionary: 0,
            card_key: KeyId::NONE,
            sealed_at: Utc::now().timestamp().unsigned_abs(),
        };
        let cards = &resident.cards[..resident.cards.len().min(MOST)];
        let sealed = self.sealer().seal(header, &summary, photo.as_ref(), cards).map_err(unsealable)?;
        let identity = &summary.identity;
        let plain = resident.plain.iter().map(|card| Token::of_plain_card(&self.vault, card));
        let phones = identity.phones.iter().map(|phone| Token::of_phone(&self.vault, phone));
        let house = identity.address.iter().filter_map(|address| Token::of_household(&self.vault, address));
        // Cards first: however many phones somebody has, a card on the reader is found.
        let mut tokens: Vec<Token> = plain.chain(phones).chain(house).take(MOST).collect();
        tokens.dedup();
        let directory = DirectoryEntry::of(&summary).seal(&self.vault, self.feed, resident.record);
        fitting(Row {
            card_token: Token::of_card(&self.vault, &resident.number),
            openers: sealed.openers,
            tokens,
            directory: directory.map_err(unsealable)?,
            record: sealed.record,
            photo: sealed.photo,
        })
    }

    fn sealer(&self) -> Sealer<'_> {
        Sealer { vault: &self.vault, packer: &self.packer }
    }
}

fn read(resident: &Resident) -> Result<Vec<Reading>, Unsealable> {
    let read_one = |body: &Vec<u8>| {
        let mut json = Zeroizing::new(Vec::with_capacity(body.len() * 8));
        let unpacked = zstd::Decoder::new(body.as_slice())
            .and_then(|decoder| decoder.take(LARGEST as u64 + 1).read_to_end(&mut json));
        unpacked.map_err(|_| Unsealable::Unpacked)?;
        read_document(&json).map_err(|_| Unsealable::Unreadable)
    };
    resident.documents.iter().map(read_one).collect()
}

/// A row that fits a frame: one that does not would keep tablets from its whole pack.
fn fitting(row: Row) -> Result<Row, Unsealable> {
    let photo = row.photo.as_ref().map_or(0, |photo| photo.encode().len());
    let beside = row.openers.len() * Opener::LEN + row.tokens.len() * Token::LEN;
    let length = row.record.encode().len() + row.directory.sealed.len() + photo + beside + FRAME_ROOM;
    if length > Frame::MAX_LEN { Err(Unsealable::TooLong) } else { Ok(row) }
}

fn unsealable(error: SealError) -> Unsealable {
    match error {
        SealError::BadPoint => Unsealable::Card,
        _ => Unsealable::Seal,
    }
}
