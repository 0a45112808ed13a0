//! Bytes of the copy that a card carries, and how often blocks had to be left out of it.

use kakari_generator::Generator;
use kakari_record::fhir::read_document;
use kakari_record::model::{Consent, Summary};
use kakari_record::seal::{
    CardCopy, CopyKey, CopySealer, FeedId, Header, KeyId, Packer, Point, RecordId, SealError, VaultKey,
};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey};
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;

use crate::documents;
use crate::report::Report;

const DICTIONARY: &[u8] = include_bytes!("../../../../assets/dictionary/1.zdict");
/// As small as zstd can: a copy is made once, by hand.
const LEVEL: i32 = 19;
/// Residents whom the dictionary was not trained on.
const SEED: u64 = 7;

pub(crate) fn measure(report: &mut Report, residents: u64) {
    let sample = documents("residents").into_iter().map(|(_, json)| read_document(&json).unwrap().summary);
    copies(report, "sample", sample);
    copies(report, "generated", Generator::new(SEED).take(residents.try_into().unwrap()));
}

fn copies(report: &mut Report, kind: &str, residents: impl Iterator<Item = Summary>) {
    let desk = Desk::make();
    let (mut bytes, mut cut, mut blocks, mut none) = (Vec::new(), 0_u32, 0, 0_u32);
    for summary in residents.filter(|summary| !matches!(summary.consent, Consent::Withdrawn { .. })) {
        match desk.seal(&summary) {
            Ok((length, left_out)) => {
                bytes.push(length);
                cut += u32::from(left_out > 0);
                blocks = blocks.max(left_out);
            }
            Err(SealError::TooLong) => none += 1,
            Err(other) => panic!("{other}"),
        }
    }
    bytes.sort_unstable();
    let at = |permille: usize| bytes[(bytes.len() - 1) * permille / 1000] as f64;
    report.part(&format!("bytes of the copy on a card, {} {kind} residents", bytes.len()));
    report.figure("median", at(500), "bytes");
    report.figure("99 %", at(990), "bytes");
    report.noted("the longest", at(1000), "bytes", &format!("limit {}", CardCopy::LONGEST));
    report.noted("cut", f64::from(cut), "residents", &format!("at most {blocks} blocks"));
    report.figure("without a copy, because what must be in it does not fit", f64::from(none), "residents");
}

/// One region's keys, and a card.
struct Desk {
    copy_key: CopyKey,
    packer: Packer,
    region: Ed25519KeyPair,
    card: Point,
}

impl Desk {
    fn make() -> Self {
        let card = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        Self {
            copy_key: VaultKey::make(1).unwrap().copy_key(),
            packer: Packer::new(1, DICTIONARY, LEVEL),
            region: Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap(),
            card: Point::try_from(card.compute_public_key().unwrap().as_ref()).unwrap(),
        }
    }

    /// Length of the copy, and how many blocks were left out.
    fn seal(&self, summary: &Summary) -> Result<(usize, usize), SealError> {
        let header = Header {
            feed: FeedId::from_bytes([1; 16]),
            record: RecordId::make()?,
            version: 1,
            epoch: 1,
            dictionary: 1,
            card_key: KeyId::NONE,
            sealed_at: 1_795_108_440,
        };
        let sealer = CopySealer { copy_key: &self.copy_key, packer: &self.packer, region: &self.region };
        let sealed = sealer.seal(header, summary, &self.card)?;
        Ok((sealed.copy.encode().len(), sealed.left_out.len()))
    }
}
