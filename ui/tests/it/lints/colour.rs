//! Colours as eyes see them: contrast by WCAG 2, also as people see it who lack one kind of cone.

/// Red, green and blue as they stand in a pixel.
pub(super) type Colour = [u8; 3];

/// A kind of sight.
pub(super) struct Sight {
    pub(super) name: &'static str,
    /// Applied to linear red, green and blue: Machado, Oliveira and Fernandes 2009, severity 1.0.
    matrix: [[f32; 3]; 3],
}

pub(super) const SIGHTS: [Sight; 5] = [
    Sight { name: "all cones", matrix: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] },
    Sight {
        name: "protan",
        matrix: [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    },
    Sight {
        name: "deutan",
        matrix: [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    },
    Sight {
        name: "tritan",
        matrix: [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    },
    Sight { name: "grey", matrix: [LUMINANCE, LUMINANCE, LUMINANCE] },
];

const LUMINANCE: [f32; 3] = [0.2126, 0.7152, 0.0722];

/// Between two colours, for one kind of sight.
pub(super) fn contrast(a: Colour, b: Colour, sight: &Sight) -> f32 {
    let (a, b) = (luminance(a, sight), luminance(b, sight));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: Colour, sight: &Sight) -> f32 {
    let linear = colour.map(|part| {
        let part = f32::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    let dot = |row: &[f32; 3]| row.iter().zip(linear).map(|(weight, part)| weight * part).sum::<f32>();
    let seen = [0, 1, 2].map(|row| dot(&sight.matrix[row]).clamp(0.0, 1.0));
    LUMINANCE.iter().zip(seen).map(|(weight, part)| weight * part).sum()
}

#[test]
fn contrast_is_what_wcag_says() {
    let plain = &SIGHTS[0];
    assert!((contrast([0, 0, 0], [255, 255, 255], plain) - 21.0).abs() < 0.01);
    assert!((contrast([255, 75, 0], [255, 255, 255], plain) - 3.3).abs() < 0.1, "white on JIS red");
    // Protan eyes see red darker.
    assert!(contrast([255, 0, 0], [0, 0, 0], &SIGHTS[1]) < contrast([255, 0, 0], [0, 0, 0], plain) / 1.5);
    assert!(
        (contrast([200, 30, 30], [255, 255, 255], &SIGHTS[4]) - contrast([200, 30, 30], [255, 255, 255], plain)).abs()
            < 0.05
    );
}
