//! The kinds of card that are laid on, and what the tablet asks each.

use std::time::{Duration, SystemTime};

use kakari_card::issue::{CardAuthoritySigner, Holder, Issued, Order, issue};
use kakari_card::{
    CardAuthority, CardNumber, CardProfile, Conversation, ForeignKind, Laid, MacProof, NumberForm, Pin, PinOutcome,
    Place, StaffId, StaffName,
};
use kakari_card_sim::{LinkModel, LiteS, ReaderModel, VirtualCard};

use crate::Bench;

const NUMBER: &str = "1000000000000001";
const PIN: &str = "86420975";
const DAY: Duration = Duration::from_secs(86_400);

/// One kind.
pub(crate) struct Kind {
    pub(crate) name: String,
    pub(crate) card: VirtualCard,
    pub(crate) model: ReaderModel,
    pub(crate) link: LinkModel,
    pub(crate) talk: Box<dyn Fn(&mut Conversation)>,
}

/// A region's cards: ordinary ones, and such whose certificates are as long as any.
pub(crate) struct Region {
    authority: CardAuthority,
    patient: (VirtualCard, Issued),
    staff: (VirtualCard, Issued),
    long_authority: CardAuthority,
    long_patient: (VirtualCard, Issued),
}

impl Region {
    pub(crate) fn new(bench: &Bench) -> Self {
        let signer = CardAuthoritySigner::make("Kakari Test Card CA").unwrap();
        let long = CardAuthoritySigner::make(&"K".repeat(130)).unwrap();
        let staff =
            Holder::Staff { name: StaffName("高橋 美咲".to_owned()), staff_id: StaffId("S-0001".to_owned()) };
        Self {
            patient: issued(bench, &signer, patient(), None),
            staff: issued(bench, &signer, staff, Pin::new(PIN)),
            long_patient: issued(bench, &long, patient(), None),
            authority: signer.authority(),
            long_authority: long.authority(),
        }
    }
}

fn patient() -> Holder {
    Holder::Patient(CardNumber::new(NUMBER).unwrap())
}

fn issued(bench: &Bench, signer: &CardAuthoritySigner, holder: Holder, pin: Option<Pin>) -> (VirtualCard, Issued) {
    let card = VirtualCard::blank().unwrap();
    bench.stack.reader(0).insert(&card);
    let mut conversation = bench.talker.connect(&bench.wait_for_card()).unwrap();
    let now = SystemTime::now();
    let mut order = Order::new(holder, 7, now - DAY, now + 365 * DAY);
    order.pin = pin;
    let issued = issue(&mut conversation, signer, &order).unwrap_or_else(|error| panic!("{error}"));
    conversation.finish().unwrap();
    bench.take_away();
    (card, issued)
}

/// Where the numbers are on number-only cards.
pub(crate) fn profiles() -> Vec<CardProfile> {
    let profile =
        |name: &str, place, has_key| CardProfile { name: name.to_owned(), place, form: NumberForm::Ascii, has_key };
    let lite_s = Place::Felica { system: 0x88B4, service: 0x000B, block: 0 };
    vec![profile("Lite-S", lite_s, true), profile("pages", Place::TypeA { page: 4 }, false)]
}

/// Every kind, on the readers that matter to it.
pub(crate) fn all(region: &Region) -> Vec<Kind> {
    let mut kinds = of_the_region(region);
    kinds.extend(number_only());
    kinds.extend(other_peoples());
    kinds
}

fn of_the_region(region: &Region) -> Vec<Kind> {
    let iso = |name: String, card: &VirtualCard, talk: Box<dyn Fn(&mut Conversation)>| Kind {
        name,
        card: card.clone(),
        model: ReaderModel::RcS300,
        link: LinkModel::contactless_106(),
        talk,
    };
    let tap = |authority: &CardAuthority, issued: &Issued| -> Box<dyn Fn(&mut Conversation)> {
        let (authority, point) = (authority.clone(), issued.public_key);
        Box::new(move |conversation| {
            let laid = conversation.identify(&authority, SystemTime::now()).unwrap();
            assert!(matches!(laid, Laid::Patient(_)));
            conversation.agree(&point).unwrap();
        })
    };
    let (authority, point) = (region.authority.clone(), region.staff.1.public_key);
    let sign_in = move |conversation: &mut Conversation| {
        let laid = conversation.identify(&authority, SystemTime::now()).unwrap();
        assert!(matches!(laid, Laid::Staff(_)));
        assert_eq!(conversation.verify_pin(&Pin::new(PIN).unwrap()).unwrap(), PinOutcome::Accepted);
        conversation.agree_staff(&point).unwrap();
    };
    let length = |issued: &Issued| issued.certificate.len();
    vec![
        iso(
            format!("patient, certificate {} bytes", length(&region.patient.1)),
            &region.patient.0,
            tap(&region.authority, &region.patient.1),
        ),
        iso(
            format!("patient, certificate {} bytes", length(&region.long_patient.1)),
            &region.long_patient.0,
            tap(&region.long_authority, &region.long_patient.1),
        ),
        iso("staff: identity, PIN, one key".to_owned(), &region.staff.0, Box::new(sign_in)),
        iso(
            "new PIV card, nothing issued".to_owned(),
            &VirtualCard::blank().unwrap(),
            identified(|laid| *laid == Laid::Blank),
        ),
    ]
}

fn number_only() -> Vec<Kind> {
    let lite_s = VirtualCard::felica_lite_s(&LiteS {
        idm: [1, 2, 3, 4, 5, 6, 7, 8],
        key: [7; 16],
        key_version: 1,
        blocks: vec![(0, *b"1000000000000001")],
        ..LiteS::default()
    });
    let felica = |name: &str, card: &VirtualCard, model, talk| Kind {
        name: name.to_owned(),
        card: card.clone(),
        model,
        link: LinkModel::felica_212(),
        talk,
    };
    let proved = || -> Box<dyn Fn(&mut Conversation)> {
        Box::new(|conversation| {
            identified(|laid| matches!(laid, Laid::Plain(card) if card.number.is_some()))(conversation);
            assert_eq!(conversation.prove_mac(|_| Some([7; 16].into())), Ok(MacProof::Proved));
        })
    };
    let numbered =
        |some: bool| identified(move |laid| matches!(laid, Laid::Plain(card) if card.number.is_some() == some));
    let type_a = |name: &str, card: VirtualCard, talk| Kind {
        name: name.to_owned(),
        card,
        model: ReaderModel::RcS300,
        link: LinkModel::contactless_106(),
        talk,
    };
    vec![
        felica("FeliCa Lite-S, key proved (RC-S300)", &lite_s, ReaderModel::RcS300, proved()),
        felica("FeliCa Lite-S, number only", &lite_s, ReaderModel::RcS300, numbered(true)),
        felica("FeliCa, trains and buses", &VirtualCard::transit(), ReaderModel::RcS300, numbered(false)),
        felica("FeliCa, shops", &VirtualCard::shop_felica(), ReaderModel::RcS300, numbered(false)),
        type_a("MIFARE Classic", VirtualCard::mifare_classic([4, 2, 3, 4]), numbered(false)),
        type_a(
            "Ultralight, NTAG with a number",
            VirtualCard::ultralight([4, 2, 3, 4, 5, 6, 7], 4, NUMBER.as_bytes()),
            numbered(true),
        ),
    ]
}

fn other_peoples() -> Vec<Kind> {
    let foreign = |name: &str, card: VirtualCard, kind: ForeignKind| Kind {
        name: name.to_owned(),
        card,
        model: ReaderModel::RcS300,
        link: LinkModel::contactless_106(),
        talk: identified(move |laid| *laid == Laid::Foreign(kind)),
    };
    vec![
        foreign("My Number card", VirtualCard::my_number().unwrap(), ForeignKind::MyNumber),
        foreign("driving licence", VirtualCard::driving_licence().unwrap(), ForeignKind::DrivingLicence),
        foreign("residence card", VirtualCard::residence_card().unwrap(), ForeignKind::ResidenceCard),
        foreign("passport", VirtualCard::passport().unwrap(), ForeignKind::Passport),
        foreign("bank card", VirtualCard::bank_card().unwrap(), ForeignKind::Bank),
        foreign("phone", VirtualCard::phone().unwrap(), ForeignKind::Unknown),
        foreign("Type B memory card", VirtualCard::type_b(), ForeignKind::ChangingIdentifier),
    ]
}

/// Who it is, by an authority that knows no card, is as is expected.
fn identified(expected: impl Fn(&Laid) -> bool + 'static) -> Box<dyn Fn(&mut Conversation)> {
    let nobody = CardAuthority::new([]);
    Box::new(move |conversation| {
        let laid = conversation.identify(&nobody, SystemTime::now()).unwrap();
        assert!(expected(&laid), "{laid:?}");
    })
}
