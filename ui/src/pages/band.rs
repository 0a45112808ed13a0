//! The bottom bands of a patient's pages: keys within reach of the thumbs. What cannot be taken back keeps its distance.

use kakari_session::touch::{Basis, Touch};
use kakari_session::view::OtherCard;

use super::{Laid, MARGIN, Space};
use crate::key::{Act, Key};
use crate::paint::Rect;

const HIGH: f32 = 176.0;
const APART: f32 = 26.0;
/// 8 mm and a little, before a key that cannot be taken back.
const FAR: f32 = 72.0;

/// Keys side by side over the whole width.
struct Band {
    columns: usize,
    /// Columns that keep the larger distance from the one before.
    far: Vec<usize>,
    y: f32,
    high: f32,
}

impl Band {
    fn at_the_bottom(columns: usize, far: &[usize], space: Space) -> Self {
        Self { columns, far: far.to_vec(), y: space.h - 12.0 - HIGH, high: HIGH }
    }

    fn place(&self, column: usize, space: Space) -> Rect {
        let gaps = (self.columns - 1 - self.far.len()) as f32 * APART + self.far.len() as f32 * FAR;
        let wide = (space.inner() - gaps) / self.columns as f32;
        let distant = self.far.iter().filter(|far| **far <= column).count();
        let before = (column - distant) as f32 * APART + distant as f32 * FAR;
        Rect::new(MARGIN + column as f32 * wide + before, self.y, wide, self.high)
    }
}

/// A notice adds the key that takes it away, the end of an emergency search the one that puts it off.
pub(super) fn summary(dismiss: bool, can_extend: bool, space: Space) -> Vec<Key> {
    let extra = usize::from(dismiss) + usize::from(can_extend && !space.portrait());
    let columns = 5 + extra;
    let band = Band::at_the_bottom(columns, &[columns - 2, columns - 1], space);
    let at = |column| band.place(column, space);
    let mut keys = vec![
        Key::new(space.say("詳細", "Details"), at(0), Act::Tell(Touch::OpenDetails)).primary(),
        handover(at(1), space),
    ];
    // Upright there is no room for six: for these minutes day and night are one touch further, on the details.
    keys.push(if can_extend && space.portrait() { space.extend_key(at(2)) } else { space.theme_key(at(2)) });
    if dismiss {
        keys.push(Key::new(space.say("了解", "OK"), at(3), Act::Tell(Touch::Dismiss)));
    }
    if can_extend && !space.portrait() {
        keys.push(space.extend_key(at(2 + extra)));
    }
    keys.push(wrong_person(at(columns - 2), space));
    let close = space.say("事案を閉じる", "Close case");
    keys.push(broken(close, space.say("事案を\n閉じる", "Close\ncase"), at(columns - 1), Touch::CloseCase));
    keys
}

fn handover(at: Rect, space: Space) -> Key {
    Key::new(space.say("引継ぎ", "Hand-over"), at, Act::Tell(Touch::OpenHandover))
}

fn wrong_person(at: Rect, space: Space) -> Key {
    let label = space.say("別人だった", "Wrong person");
    broken(label, space.say("別人\nだった", "Wrong\nperson"), at, Touch::WasAnotherPerson)
}

/// In two lines where one would be small.
fn broken(label: &str, lines: &str, at: Rect, touch: Touch) -> Key {
    let key = Key::new(label, at, Act::Tell(touch));
    if crate::fit::Type::bold(50.0).width(label) + 28.0 <= at.w { key } else { key.written(lines, 50.0) }
}

/// What the details' band depends on.
#[derive(Clone, Copy)]
pub(super) struct Details {
    /// Rows that are kept from the patient's eyes.
    pub(super) veiled: usize,
    pub(super) veil_open: bool,
    /// A notice is taken away here.
    pub(super) dismiss: bool,
    pub(super) can_extend: bool,
    pub(super) has_earlier: bool,
    pub(super) has_later: bool,
}

pub(super) fn details(of: Details, space: Space) -> Vec<Key> {
    let upright = space.portrait();
    let veil = of.veiled > 0 || of.veil_open;
    let extend = of.can_extend && !upright;
    let columns = 5 + usize::from(veil && !upright) + usize::from(extend || of.dismiss);
    let band = Band::at_the_bottom(columns, &[], space);
    let at = |column| band.place(column, space);
    let back = space.say("要約へ戻る", "Back to summary");
    let mut keys = vec![
        broken(back, space.say("要約へ\n戻る", "Back to\nsummary"), at(0), Touch::CloseDetails).primary(),
        space.theme_key(at(1)),
    ];
    // Upright there is no room for six: the hand-over is then one touch further, on the summary.
    if !(veil && upright) {
        keys.push(handover(at(2), space));
    }
    if veil {
        keys.push(veil_key(of, at(if upright { 2 } else { 3 }), space));
    }
    if of.dismiss {
        keys.push(Key::new(space.say("了解", "OK"), at(columns - 3), Act::Tell(Touch::Dismiss)));
    } else if extend {
        keys.push(space.extend_key(at(columns - 3)));
    } else if of.can_extend {
        keys.push(space.extend_key(space.slot(0, 1, 1)));
    }
    keys.push(turn(space.say("前へ", "Previous"), -1, at(columns - 2)).enabled(of.has_earlier));
    keys.push(turn(space.say("次へ", "Next"), 1, at(columns - 1)).enabled(of.has_later));
    keys
}

/// The second touch that shows what the patient has not been told, and hides it again.
fn veil_key(of: Details, at: Rect, space: Space) -> Key {
    if of.veil_open {
        let label = space.say("再び隠す", "Hide again");
        return Key::new(label, at, Act::Tell(Touch::HideVeiled));
    }
    let words = space.say(format!("非表示{}件\nを見る", of.veiled), format!("Show {}\nhidden", of.veiled));
    Key::in_lines(&words, at, Act::Tell(Touch::ShowVeiled)).written(&words, 46.0)
}

pub(super) fn turn(label: &str, by: i32, at: Rect) -> Key {
    Key::new(label, at, Act::Turn(by))
}

/// In the place of the bottom band until the question about another card is answered.
pub(super) fn other_card(offer: &OtherCard, space: Space, laid: &mut Laid) {
    let (columns, first) = if space.portrait() { (2, 0) } else { (4, 2) };
    let band = Band::at_the_bottom(columns, &[first + 1], space);
    let stay = Key::new(space.say("このまま", "Stay"), band.place(first, space), Act::Tell(Touch::StayWithPatient));
    laid.keys.push(stay.primary());
    if offer.can_switch {
        let at = band.place(first + 1, space);
        laid.keys.push(Key::new(space.say("切替", "Switch"), at, Act::Tell(Touch::SwitchPatient)));
    }
}

/// Three ways to say yes stand together; the no stands apart.
pub(super) fn check(space: Space) -> Vec<Key> {
    let high = if space.portrait() { HIGH } else { 216.0 };
    let y = if space.portrait() { space.slot(0, 1, 1).y } else { space.h - 24.0 - high };
    let (columns, far): (usize, &[usize]) = if space.portrait() { (3, &[]) } else { (5, &[3, 4]) };
    let band = Band { columns, far: far.to_vec(), y, high };
    let below = Band::at_the_bottom(2, &[1], space);
    let most = if space.portrait() { 50.0 } else { 56.0 };
    let yes = |column, label: &str, words: &str, basis| {
        let key = Key::new(label, band.place(column, space), Act::Tell(Touch::Confirm(basis)));
        key.written(words, most).primary()
    };
    let (no, light) = if space.portrait() {
        (below.place(1, space), below.place(0, space))
    } else {
        (band.place(3, space), band.place(4, space))
    };
    let patient = space.say(["本人同意", "本人同意"], ["Patient agrees", "Patient\nagrees"]);
    let family = space.say(["家族の求め", "家族の求め"], ["Family asks", "Family\nasks"]);
    let emergency =
        space.say(["意識なし・緊急", "意識なし\n緊急"], ["Unconscious / emergency", "Unconscious\nemergency"]);
    let nobody = Key::in_lines(space.say("別人・不明", "Not this\nperson"), no, Act::Tell(Touch::NotThisPerson));
    vec![
        yes(0, patient[0], patient[1], Basis::PatientConsents),
        yes(1, family[0], family[1], Basis::FamilyAsks),
        yes(2, emergency[0], emergency[1], Basis::Emergency),
        nobody,
        space.theme_key(light),
    ]
}
