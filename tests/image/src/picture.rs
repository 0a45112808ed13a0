//! A picture of the glass, and what can be said of it without eyes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use image::RgbImage;

use crate::made::repository;

/// Rows of pixels.
const TOP_BAR: u32 = 60;

/// A picture of the glass.
pub struct Picture {
    pixels: RgbImage,
    /// Where it is kept.
    pub path: PathBuf,
}

impl Picture {
    /// Where a picture of this name is kept: `tests/out`.
    #[must_use]
    pub fn path_of(name: &str) -> PathBuf {
        let dir = repository().join("tests/out");
        fs::create_dir_all(&dir).unwrap();
        dir.join(format!("image-{name}.png"))
    }

    /// Reads one.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        let pixels = image::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).to_rgb8();
        Self { pixels, path: path.to_owned() }
    }

    /// Its size, and how many colours are on it.
    #[must_use]
    pub fn colours(&self) -> usize {
        self.counted().len()
    }

    /// The share of its commonest colour.
    #[must_use]
    pub fn plainness(&self) -> f64 {
        let most = self.counted().into_values().max().unwrap_or_default();
        f64::from(most) / f64::from(self.pixels.width() * self.pixels.height())
    }

    /// Whether it is a page of Kakari: anti-aliased text on a plain ground. A dark glass and a console have few colours.
    #[must_use]
    pub fn is_a_page(&self) -> bool {
        self.colours() > 40 && self.plainness() < 0.98
    }

    /// Fails unless it is one.
    ///
    /// # Panics
    /// Then.
    pub fn assert_is_a_page(&self) -> &Self {
        let (colours, plainness) = (self.colours(), self.plainness());
        assert!(self.is_a_page(), "{}: {colours} colours, {plainness:.3} plain", self.path.display());
        self
    }

    /// Whether anything below the top bar, where the clock is, looks otherwise than on another picture.
    #[must_use]
    pub fn differs_from(&self, other: &Self) -> bool {
        let bar = usize::try_from(self.pixels.width() * TOP_BAR * 3).unwrap();
        self.pixels.as_raw()[bar..] != other.pixels.as_raw()[bar..]
    }

    /// With `KAKARI_PICTURES=1`, makes the picture of the documentation anew.
    pub fn for_documents(&self, name: &str) {
        if env::var_os("KAKARI_PICTURES").is_some() {
            fs::copy(&self.path, repository().join("docs/pictures").join(format!("{name}.png"))).unwrap();
        }
    }

    fn counted(&self) -> HashMap<[u8; 3], u32> {
        let mut counted = HashMap::new();
        for pixel in self.pixels.pixels() {
            *counted.entry(pixel.0).or_default() += 1;
        }
        counted
    }
}
