//! The three cues as samples. Each is unlike the others with closed eyes: one tone, two that rise, two that are low.

use std::f32::consts::{PI, TAU};

use kakari_session::look::Cue;

/// Samples a second.
pub(super) const RATE: u32 = 48_000;
/// Loud enough for a cabin on the road, far from clipping.
const LOUD: f32 = 0.5;
/// Of each tone's beginning and end, so that it does not click.
const EDGE_MS: u32 = 8;

/// A part of a cue; a pause has no pitch.
struct Tone {
    hertz: f32,
    ms: u32,
}

const PAUSE: f32 = 0.0;

/// The cue in one channel; under a quarter of a second.
pub(super) fn samples(cue: Cue) -> Vec<i16> {
    tones(cue).iter().flat_map(sound).collect()
}

fn tones(cue: Cue) -> &'static [Tone] {
    match cue {
        Cue::CardSeen => &[Tone { hertz: 1000.0, ms: 90 }],
        Cue::Done => &[Tone { hertz: 1000.0, ms: 90 }, Tone { hertz: 1500.0, ms: 130 }],
        Cue::Trouble => {
            &[Tone { hertz: 400.0, ms: 100 }, Tone { hertz: PAUSE, ms: 40 }, Tone { hertz: 400.0, ms: 100 }]
        }
    }
}

fn sound(tone: &Tone) -> impl Iterator<Item = i16> + use<> {
    let (hertz, many, edge) = (tone.hertz, tone.ms * RATE / 1000, EDGE_MS * RATE / 1000);
    (0..many).map(move |at| {
        let from_end = at.min(many - 1 - at).min(edge);
        let soft = (1.0 - (PI * seconds(from_end) / seconds(edge)).cos()) / 2.0;
        quantized(LOUD * soft * (TAU * hertz * seconds(at)).sin())
    })
}

#[allow(clippy::cast_precision_loss)] // A quarter of a second is twelve thousand samples.
fn seconds(samples: u32) -> f32 {
    samples as f32 / RATE as f32
}

#[allow(clippy::cast_possible_truncation)] // Between -1 and 1 it fits.
fn quantized(sample: f32) -> i16 {
    (sample * f32::from(i16::MAX)) as i16
}

/// What a listener would say of samples, for tests: each tone's pitch in hertz and its length in milliseconds.
#[cfg(test)]
pub(super) fn heard(samples: &[i16]) -> Vec<(u32, u32)> {
    const WINDOW: usize = RATE as usize / 100;
    // Ten milliseconds at a time: how often the wave rises through zero, or that it is still.
    let pitches: Vec<u32> = (0..samples.len() / WINDOW)
        .map(|window| window * WINDOW..(window + 1) * WINDOW)
        .map(|window| {
            let still = samples[window.clone()].iter().all(|sample| sample.unsigned_abs() < 300);
            let rises = window.filter(|at| *at > 0 && samples[at - 1] < 0 && samples[*at] >= 0).count();
            if still { 0 } else { u32::try_from(rises).expect("few") * 100 }
        })
        .collect();
    let same = pitches.chunk_by(|a, b| (*a == 0) == (*b == 0) && a.abs_diff(*b) <= 200);
    same.filter(|run| run[0] > 0)
        .map(|run| {
            let many = u32::try_from(run.len()).expect("few");
            (run.iter().sum::<u32>() / many, many * 10)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cue_is_short_soft_at_its_edges_and_unlike_the_others() {
        for cue in [Cue::CardSeen, Cue::Done, Cue::Trouble] {
            let samples = samples(cue);
            assert!(samples.len() < RATE as usize / 4, "{cue:?} is over in a quarter of a second");
            let steps = samples.windows(2).map(|pair| pair[0].abs_diff(pair[1]));
            assert!(steps.max().is_some_and(|step| step < 4000), "{cue:?} does not click");
            assert!(samples[0].abs() < 50 && samples[samples.len() - 1].abs() < 50, "{cue:?}");
        }
    }
}
