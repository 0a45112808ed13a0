//! Cards that answer anything at all, at every exchange, through the real pcscd: nobody is believed, nothing hangs, nothing
//! grows.
//!
//! `KAKARI_LIVE_FUZZ` is how many are laid on (200).

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use kakari_card::{CardProfile, Laid, NumberForm, Pin, Place, Talker};
use kakari_card_sim::{VirtualCard, in_own_process};

use crate::points::generator;
use crate::support::{ALICE, Bench, PIN};

const ISO: [u8; 5] = [0x3B, 0x80, 0x80, 0x01, 0x01];
const FELICA: [u8; 20] = *b"\x3B\x8F\x80\x01\x80\x4F\x0C\xA0\x00\x00\x03\x06\x11\x00\x3B\x00\x00\x00\x00\x42";
const ULTRALIGHT: [u8; 20] = *b"\x3B\x8F\x80\x01\x80\x4F\x0C\xA0\x00\x00\x03\x06\x03\x00\x03\x00\x00\x00\x00\x68";
const IDM: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
const DEADLINE: Duration = Duration::from_secs(2);
/// A tablet's memory goes up and down by less than this.
const MOST_GAINED_KB: u64 = 8 * 1024;

/// Chance that is the same every time (xorshift).
#[derive(Clone, Copy)]
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % bound
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length).map(|_| u8::try_from(self.below(256)).unwrap_or(0)).collect()
    }
}

/// What is said to a command: what a good card says, changed; or anything.
fn answer(chance: &mut Chance, command: &[u8], good: &[Vec<u8>]) -> Vec<u8> {
    let data = match chance.below(8) {
        0 => chance.bytes(258),
        1 => Vec::new(),
        2 => [&[0xC0, 3, 0, 0x90, 0, 0x97, 0x14, 0x14, 0x01][..], &IDM, &[0, 0xF1, 0, 0, 0, 0, 0, 0, 0x88, 0xB4]]
            .concat(),
        3 => [&[0xC0, 3, 0, 0x90, 0, 0x97, 0x1D, 0x1D, 0x07][..], &IDM, &[0, 0, 1], b"1000000000000001"].concat(),
        4 if command.starts_with(&[0xFF, 0xCA]) => IDM.to_vec(),
        5 if command.starts_with(&[0xFF, 0xB0]) => b"1000000000000001".to_vec(),
        _ => {
            let mut piece = good[chance.below(good.len())].clone();
            for _ in 0..chance.below(3) {
                let at = chance.below(piece.len().max(1));
                if let Some(byte) = piece.get_mut(at) {
                    *byte = u8::try_from(chance.below(256)).unwrap_or(0);
                }
            }
            return piece;
        }
    };
    let status = match chance.below(8) {
        0 => vec![0x61, u8::try_from(chance.below(256)).unwrap_or(0)],
        1 => vec![0x6C, u8::try_from(chance.below(256)).unwrap_or(0)],
        2 => vec![0x63, 0xC0 | u8::try_from(chance.below(16)).unwrap_or(0)],
        3 => [0x6A, 0x82].to_vec(),
        4 => chance.bytes(2),
        _ => vec![0x90, 0x00],
    };
    // A card never sends nothing at all: the line would wait for it until it is pulled.
    let whole = [data, status].concat();
    if whole.is_empty() { vec![0x90] } else { whole }
}

fn profiles() -> Vec<CardProfile> {
    let profile =
        |name: &str, place, has_key| CardProfile { name: name.to_owned(), place, form: NumberForm::Ascii, has_key };
    let lite_s = Place::Felica { system: 0x88B4, service: 0x000B, block: 0 };
    vec![profile("Lite-S", lite_s, true), profile("pages", Place::TypeA { page: 4 }, false)]
}

/// When the card last answered, and how long we took each time to say something next.
type Clock = Arc<Mutex<(Option<Instant>, Vec<Duration>)>>;

fn fuzzer(atr: &[u8], mut chance: Chance, good: Vec<Vec<u8>>, clock: &Clock) -> VirtualCard {
    let clock = Arc::clone(clock);
    let answers = move |command: &[u8]| {
        let mut clock = clock.lock().unwrap();
        if let Some(answered) = clock.0 {
            clock.1.push(answered.elapsed());
        }
        let answer = answer(&mut chance, command, &good);
        clock.0 = Some(Instant::now());
        answer
    };
    VirtualCard::answering(atr, answers).unwrap()
}

fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

#[test]
fn cards_that_answer_anything_are_believed_nothing_and_hold_nothing_up() {
    in_own_process("live_fuzz::cards_that_answer_anything_are_believed_nothing_and_hold_nothing_up", |dir| {
        let cards = std::env::var("KAKARI_LIVE_FUZZ").ok().and_then(|cards| cards.parse().ok()).unwrap_or(200);
        let mut bench = Bench::new(dir);
        let (real, _) = bench.patient(ALICE);
        let good = answers_of(&bench, &real);
        bench.talker = Talker::with_deadline(DEADLINE).with_profiles(profiles());
        let clock = Clock::default();
        let (mut exchanges, mut weighed) = (0, None);
        for round in 0..cards {
            let atr: &[u8] = [&ISO[..], &FELICA, &ULTRALIGHT][round % 3];
            let card = fuzzer(atr, Chance(0x9E37_79B9_7F4A_7C15 ^ (round as u64 + 1)), good.clone(), &clock);
            clock.lock().unwrap().0 = None;
            exchanges += talk(&bench, &card);
            // A card that was reset may have left and come again meanwhile: whichever was told last is past now.
            bench.reader().remove();
            bench.wait_until_quiet();
            if round == 20 {
                weighed = Some((resident_kb(), threads()));
            }
        }
        // Each card's chip has a thread, which ends with the card.
        std::thread::sleep(Duration::from_millis(300));
        let (before, threads_before) = weighed.unwrap();
        let mut pauses = std::mem::take(&mut clock.lock().unwrap().1);
        pauses.sort_unstable();
        let at = |share: usize| pauses[(pauses.len() - 1) * share / 1000];
        let (after, threads_after) = (resident_kb(), threads());
        eprintln!(
            "{cards} cards, {exchanges} exchanges: 0 panics, 0 believed; between an answer and what we said next median {:?}, \
             p99.9 {:?}, max {:?}; {before} kB after 20 cards, {after} kB at the end; threads {threads_before}, {threads_after}",
            at(500),
            at(999),
            at(1000),
        );
        assert!(at(1000) < DEADLINE, "a hang of our own");
        assert!(after < before + MOST_GAINED_KB && threads_after <= threads_before + 1);
        bench.wait_until_empty();
        bench.next_tap_works(&real, ALICE);
    });
}

/// What a good card says, and the crew's card refused: to be changed.
fn answers_of(bench: &Bench, card: &VirtualCard) -> Vec<Vec<u8>> {
    let here = bench.lay(card);
    assert_eq!(bench.tap(&here).as_deref(), Ok(ALICE));
    let said = card.heard().into_iter().filter_map(|(_, said)| said).collect();
    bench.take_away();
    said
}

/// Everything that a tablet may ask, whatever came before.
fn talk(bench: &Bench, card: &VirtualCard) -> usize {
    let here = bench.lay(card);
    let Ok(mut conversation) = bench.talker.connect(&here) else { return 0 };
    let laid = conversation.identify(&bench.signer_authority(), SystemTime::now());
    let believed = matches!(&laid, Ok(Laid::Patient(card)) if card.number.expose() != ALICE);
    assert!(!believed && !matches!(laid, Ok(Laid::Staff(_))), "somebody whom no card was issued to");
    let _ = conversation.verify_pin(&Pin::new(PIN).unwrap());
    assert_ne!(conversation.prove_key(&generator()), Ok(true));
    let _ = conversation.agree_staff(&generator());
    let _ = conversation.read_copy(|_| true);
    assert_ne!(conversation.prove_mac(|_| Some([7; 16].into())), Ok(kakari_card::MacProof::Proved));
    let exchanges = conversation.exchanges().len();
    let _ = conversation.finish();
    exchanges
}
