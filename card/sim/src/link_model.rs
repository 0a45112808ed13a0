//! How long an exchange takes on the way between reader and card.

use std::time::Duration;

/// A line between reader and card, and what the chip needs to compute. Pure arithmetic; a
/// [`VirtualReader`](crate::VirtualReader) waits for as long as its model says.
///
/// Not in it: repeated frames in a weak field, a card that asks for more time (S(WTX), under a millisecond each), and
/// anti-collision, which is over before PC/SC tells of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkModel {
    /// Nanoseconds for one byte, with start, stop, parity and guard bits.
    byte_nanos: u64,
    /// What goes round each block, in byte times: start and end, block number, checksum.
    block_bytes: u64,
    /// The most that goes into one block; more is chained, each but the last acknowledged by an empty block.
    largest: usize,
    /// From the end of one side's block to the other's beginning.
    turn_nanos: u64,
    /// USB, driver and the reader's own work, once for each command.
    reader_micros: u64,
    /// The chip's work on a key agreement (GENERAL AUTHENTICATE).
    agreement: Duration,
    /// The chip's work on any other command.
    other: Duration,
}

/// One command and its answer over full-speed USB: two transfers that each wait for the next millisecond.
const USB_MICROS: u64 = 2_000;
/// An assumption, not a measurement: no public figure for P-256 on a card was found that could be named here. (RSA-2048 with
/// the private key takes 148 ms on a JCOP4 J3R180, says JCAlgTest.) A card that is bought should be measured and given
/// to [`LinkModel::computing`].
const KEY_AGREEMENT: Duration = Duration::from_millis(100);
const OTHER_COMMAND: Duration = Duration::from_millis(3);
const GENERAL_AUTHENTICATE: u8 = 0x87;

impl LinkModel {
    /// ISO/IEC 14443 Type A at 106 kbit/s with blocks of 256 bytes: 9 bits a byte (parity) of 128/fc each, prologue 1 and
    /// checksum 2 bytes, about 91 µs (1236/fc) between the sides.
    #[must_use]
    pub fn contactless_106() -> Self {
        Self::new(9 * 9_440, 3, 253, 91_000)
    }

    /// The same card and reader after they have agreed on 424 kbit/s.
    #[must_use]
    pub fn contactless_424() -> Self {
        Self::new(9 * 2_360, 3, 253, 91_000)
    }

    /// FeliCa at 212 kbit/s: preamble 6, sync code 2, checksum 2 bytes; frames of 255 bytes. The card's answer begins in a
    /// time slot of its own (2.4 ms for Polling; Lite-S says about as much for its commands).
    #[must_use]
    pub fn felica_212() -> Self {
        Self { agreement: Duration::ZERO, other: Duration::ZERO, ..Self::new(8 * 4_720, 10, 255, 2_417_000) }
    }

    /// FeliCa at 424 kbit/s.
    #[must_use]
    pub fn felica_424() -> Self {
        Self { byte_nanos: 8 * 2_360, ..Self::felica_212() }
    }

    /// A contact reader that never leaves the first speed: T=1 at 9600 baud, 11 bits a byte, blocks of 254 bytes with 4 bytes
    /// round them, 22 bit times between the sides.
    #[must_use]
    pub fn contact_9600() -> Self {
        Self::new(11 * 104_167, 4, 254, 22 * 104_167)
    }

    fn new(byte_nanos: u64, block_bytes: u64, largest: usize, turn_nanos: u64) -> Self {
        let reader_micros = USB_MICROS;
        let (agreement, other) = (KEY_AGREEMENT, OTHER_COMMAND);
        Self { byte_nanos, block_bytes, largest, turn_nanos, reader_micros, agreement, other }
    }

    /// Another chip: its key agreement, and any other command.
    #[must_use]
    pub fn computing(self, agreement: Duration, other: Duration) -> Self {
        Self { agreement, other, ..self }
    }

    /// Microseconds on the line for a command and an answer of so many bytes, the reader's own included, the chip's work not.
    #[must_use]
    pub fn micros(&self, sent: usize, received: usize) -> u64 {
        self.reader_micros + self.line_nanos(sent, received) / 1000
    }

    /// The chip's work on this command.
    #[must_use]
    pub fn work(&self, command: &[u8]) -> Duration {
        if command.get(1) == Some(&GENERAL_AUTHENTICATE) { self.agreement } else { self.other }
    }

    /// One command of the reader's, which may have taken several exchanges with the card.
    pub(crate) fn wait(&self, command: &[u8], exchanges: &[(usize, usize)]) -> Duration {
        let line: u64 = exchanges.iter().map(|(sent, received)| self.line_nanos(*sent, *received)).sum();
        let work = if exchanges.is_empty() { Duration::ZERO } else { self.work(command) };
        Duration::from_micros(self.reader_micros) + Duration::from_nanos(line) + work
    }

    fn line_nanos(&self, sent: usize, received: usize) -> u64 {
        self.one_way_nanos(sent) + self.one_way_nanos(received)
    }

    /// With the turn to the other side behind it.
    fn one_way_nanos(&self, bytes: usize) -> u64 {
        let blocks = u64::try_from(bytes.div_ceil(self.largest).max(1)).unwrap_or(u64::MAX);
        let acknowledgements = blocks - 1;
        let on_line = u64::try_from(bytes).unwrap_or(u64::MAX) + (blocks + acknowledgements) * self.block_bytes;
        on_line * self.byte_nanos + (blocks + acknowledgements) * self.turn_nanos
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_106_kbit_a_byte_takes_85_microseconds() {
        let link = LinkModel::contactless_106();
        assert_eq!(link.micros(101, 50) - link.micros(1, 50), 8_496);
    }

    #[test]
    fn an_empty_exchange_costs_the_reader_two_frames_and_two_turns() {
        let link = LinkModel::contactless_106();
        assert_eq!(link.micros(0, 0), 2_000 + (2 * 3 * 84_960 + 2 * 91_000) / 1000);
    }

    #[test]
    fn more_than_a_block_is_chained_and_acknowledged() {
        let link = LinkModel::contactless_106();
        let step = link.line_nanos(254, 0) - link.line_nanos(253, 0);
        assert_eq!(step, 84_960 * (1 + 2 * 3) + 2 * 91_000);
    }

    #[test]
    fn four_times_the_speed_takes_a_quarter_of_the_time_on_air() {
        let (slow, fast) = (LinkModel::contactless_106(), LinkModel::contactless_424());
        let air = |link: LinkModel| link.micros(250, 250) - link.micros(0, 0);
        assert_eq!(air(slow) / air(fast), 4);
    }

    #[test]
    fn a_contact_card_at_its_first_speed_takes_over_a_millisecond_a_byte() {
        let link = LinkModel::contact_9600();
        assert_eq!(link.micros(100, 0) - link.micros(0, 0), 100 * 11 * 104_167 / 1000);
    }

    #[test]
    fn a_key_agreement_takes_the_chip_longer_than_any_other_command() {
        let link = LinkModel::contactless_106().computing(Duration::from_millis(60), Duration::from_millis(2));
        assert_eq!(link.work(&[0x00, 0x87, 0x11, 0x9E]), Duration::from_millis(60));
        assert_eq!(link.work(&[0x00, 0xA4, 0x04, 0x00]), Duration::from_millis(2));
        assert!(link.wait(&[0xFF, 0xCA, 0, 0, 0], &[]) == Duration::from_millis(2), "the card is not asked");
    }
}
