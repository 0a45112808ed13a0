use std::time::{Duration, SystemTime};

use kakari_card::issue::{CardAuthoritySigner, Issued, issue};
use kakari_card::scripted::ScriptedLink;
use kakari_card::{CardAuthority, CardError, Conversation, Laid, Pin, PinOutcome};
use proptest::collection::vec;
use proptest::prelude::*;
use ring::agreement::{ECDH_P256, EphemeralPrivateKey};
use ring::rand::SystemRandom;

use crate::points::generator;
use crate::support::{ALICE, patient_order};

const OK: [u8; 2] = [0x90, 0x00];

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    kakari_card::apdu::make_tlv(tag, value).unwrap()
}

fn ok(data: &[u8]) -> Result<Vec<u8>, CardError> {
    Ok([data, &OK].concat())
}

/// A certificate from our own issuing code, the card being played from a list.
fn issued(signer: &CardAuthoritySigner) -> Issued {
    let key = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
    let point = tlv(0x86, key.compute_public_key().unwrap().as_ref());
    let public_key = [&[0x7F, 0x49, 0x43][..], &point].concat();
    let challenge = tlv(0x7C, &tlv(0x81, &[1; 8]));
    let blank = Ok(vec![0x6A, 0x82]);
    let link = ScriptedLink::new([ok(&[]), ok(&challenge), ok(&[]), blank, ok(&public_key), ok(&[]), ok(&[])]);
    issue(&mut Conversation::over(Box::new(link)), signer, &patient_order(ALICE, 1)).unwrap()
}

/// The certificate as GET DATA answers it, in short pieces.
fn certificate_answers(certificate: &[u8]) -> Vec<Result<Vec<u8>, CardError>> {
    let object = [tlv(0x70, certificate), vec![0x71, 0x01, 0x00, 0xFE, 0x00]].concat();
    let data = tlv(0x53, &object);
    let (first, rest) = data.split_at(data.len().min(256));
    let more = [first, &[0x61, u8::try_from(rest.len()).unwrap()]].concat();
    vec![ok(&[]), Ok(more), ok(rest)]
}

fn identify(answers: Vec<Result<Vec<u8>, CardError>>, authority: &CardAuthority) -> Result<Laid, CardError> {
    Conversation::over(Box::new(ScriptedLink::new(answers))).identify(authority, SystemTime::now())
}

#[test]
fn no_bit_of_a_certificate_can_be_changed() {
    let signer = CardAuthoritySigner::make("Kakari Test Card CA").unwrap();
    let certificate = issued(&signer).certificate;
    let authority = signer.authority();
    let real = identify(certificate_answers(&certificate), &authority);
    assert!(matches!(real, Ok(Laid::Patient(_))));
    for bit in 0..certificate.len() * 8 {
        let mut changed = certificate.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let laid = identify(certificate_answers(&changed), &authority);
        assert!(matches!(laid, Ok(Laid::Refused(_))), "bit {bit}: {laid:?}");
    }
}

#[test]
fn a_card_that_never_stops_answering_is_stopped() {
    let endless =
        |piece: Vec<u8>| std::iter::once(ok(&[])).chain(std::iter::repeat_n(Ok(piece), 1000)).collect::<Vec<_>>();
    let authority = CardAuthority::new([generator()]);
    for piece in [vec![0x61, 0x00], [vec![7; 256], vec![0x61, 0x00]].concat(), [vec![7; 1], vec![0x61, 0x01]].concat()]
    {
        let result = identify(endless(piece), &authority);
        assert_eq!(result, Err(CardError::Malformed { what: "endless answer" }));
    }
}

#[test]
fn a_wrong_le_is_asked_again_once_with_the_right_one() {
    let link = ScriptedLink::new([Ok(vec![0x6C, 0x24]), ok(&tlv(0x7C, &tlv(0x82, &[9; 32])))]);
    let seen = link.seen();
    let shared = Conversation::over(Box::new(link)).agree(&generator()).unwrap();
    assert_eq!(shared.expose(), &[9; 32]);
    let last: Vec<_> = seen.commands().iter().map(|command| *command.last().unwrap()).collect();
    assert_eq!(last, [0x00, 0x24]);
}

#[test]
fn an_agreement_of_the_wrong_length_is_no_agreement() {
    for x in [vec![], vec![1; 31], vec![1; 33], vec![1; 64]] {
        let link = ScriptedLink::new([ok(&tlv(0x7C, &tlv(0x82, &x)))]);
        let result = Conversation::over(Box::new(link)).agree(&generator());
        assert_eq!(result.err(), Some(CardError::Malformed { what: "key agreement" }));
    }
}

#[test]
fn after_an_error_the_card_is_not_asked_again() {
    let link = ScriptedLink::new([Err(CardError::Torn), ok(&tlv(0x7C, &tlv(0x82, &[9; 32])))]);
    let seen = link.seen();
    let mut conversation = Conversation::over(Box::new(link));
    assert_eq!(conversation.agree(&generator()).err(), Some(CardError::Torn));
    assert_eq!(conversation.agree(&generator()).err(), Some(CardError::Torn));
    assert_eq!(seen.commands().len(), 1);
    assert_eq!(conversation.finish().err(), Some(CardError::Torn));
}

#[test]
fn a_swap_found_at_the_end_is_an_error() {
    let link = ScriptedLink::new([ok(&tlv(0x7C, &tlv(0x82, &[9; 32])))]).swapped_at_the_end();
    let mut conversation = Conversation::over(Box::new(link));
    conversation.agree(&generator()).unwrap();
    assert_eq!(conversation.finish().err(), Some(CardError::Changed));
}

#[test]
fn a_card_that_hides_its_counter_gets_no_pin_unasked() {
    let link = ScriptedLink::new([Ok(vec![0x6D, 0x00]), ok(&[])]);
    let seen = link.seen();
    let mut conversation = Conversation::over(Box::new(link));
    let pin = Pin::new("123456").unwrap();
    assert_eq!(conversation.verify_pin(&pin), Ok(PinOutcome::LastTry));
    assert_eq!(seen.commands().len(), 1);
    assert_eq!(conversation.verify_pin_spending_last_try(&pin), Ok(PinOutcome::Accepted));
}

#[test]
fn nothing_personal_or_secret_is_in_any_debug_form() {
    let signer = CardAuthoritySigner::make("Kakari Test Card CA").unwrap();
    let certificate = issued(&signer).certificate;
    let laid = identify(certificate_answers(&certificate), &signer.authority()).unwrap();
    let Laid::Patient(patient) = &laid else { panic!("not a patient") };
    assert_eq!(patient.number.expose(), ALICE);
    let (issued, pin, number) = (issued(&signer), Pin::new("123456"), &patient.number);
    let text = format!("{laid:?} {patient:?} {number:?} {issued:?} {pin:?} {signer:?}");
    for secret in [ALICE, "123456", &format!("{:?}", &issued.public_key[..4])[1..]] {
        assert!(!text.contains(secret), "{text}");
    }
}

fn any_answer() -> impl Strategy<Value = Result<Vec<u8>, CardError>> {
    let status = prop_oneof![
        3 => Just(OK),
        1 => any::<u8>().prop_map(|more| [0x61, more]),
        1 => any::<u8>().prop_map(|le| [0x6C, le]),
        1 => (0_u8..16).prop_map(|tries| [0x63, 0xC0 | tries]),
        1 => any::<[u8; 2]>(),
    ];
    let objects = prop_oneof![
        vec(any::<u8>(), 0..300),
        vec(any::<u8>(), 0..120).prop_map(|x| tlv(0x53, &tlv(0x70, &x))),
        vec(any::<u8>(), 0..40).prop_map(|x| tlv(0x7C, &tlv(0x82, &x))),
        (any::<u8>(), any::<u16>()).prop_map(|(tag, length)| [&[tag, 0x82][..], &length.to_be_bytes()].concat()),
    ];
    prop_oneof![
        8 => (objects, status).prop_map(|(data, status)| Ok([&data[..], &status].concat())),
        1 => vec(any::<u8>(), 0..3).prop_map(Ok),
        1 => prop_oneof![Just(CardError::Torn), Just(CardError::Removed), Just(CardError::NoAnswer)].prop_map(Err),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_card_answers_nothing_panics_hangs_or_is_believed(answers in vec(any_answer(), 0..40), atr in vec(any::<u8>(), 0..33)) {
        let authority = CardAuthority::new([generator()]);
        let link = ScriptedLink::new(answers).with_atr(&atr);
        let seen = link.seen();
        let mut conversation = Conversation::over(Box::new(link));
        let started = std::time::Instant::now();
        let laid = conversation.identify(&authority, SystemTime::now());
        prop_assert!(!matches!(laid, Ok(Laid::Patient(_) | Laid::Staff(_))));
        let _ = conversation.verify_pin(&Pin::new("123456").unwrap());
        let proved = conversation.prove_key(&generator());
        prop_assert!(!matches!(proved, Ok(true)));
        let _ = conversation.agree_staff(&generator());
        let _ = conversation.finish();
        prop_assert!(seen.commands().len() < 200);
        prop_assert!(started.elapsed() < Duration::from_secs(2));
    }

    #[test]
    fn a_damaged_certificate_is_never_believed(at in 0_usize..450, with in vec(any::<u8>(), 1..40), cut in 0_usize..450) {
        thread_local!(static REAL: (CardAuthority, Vec<u8>) = {
            let signer = CardAuthoritySigner::make("Kakari Test Card CA").unwrap();
            (signer.authority(), issued(&signer).certificate)
        });
        let (laid, is_same) = REAL.with(|(authority, real)| {
            let mut damaged = real.clone();
            let at = at % damaged.len();
            let end = (at + with.len()).min(damaged.len());
            damaged[at..end].copy_from_slice(&with[..end - at]);
            damaged.truncate(damaged.len().max(cut) - cut.min(damaged.len() / 2) * usize::from(cut % 2 == 0));
            let unharmed = identify(certificate_answers(real), authority);
            let laid = identify(certificate_answers(&damaged), authority);
            let is_same = laid == unharmed;
            (laid, is_same)
        });
        prop_assert!(is_same || matches!(laid, Ok(Laid::Refused(_))), "{laid:?}");
    }
}
