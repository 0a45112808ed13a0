//! Medians and tails.

/// Microseconds, sorted.
pub(crate) struct Figures(Vec<f64>);

impl Figures {
    pub(crate) fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    pub(crate) fn at(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        self.0.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
    }

    /// One line: what, median, p99, largest, in milliseconds.
    pub(crate) fn print_ms(&self, what: &str, aim: &str) {
        let ms = |share| self.at(share) / 1000.0;
        println!(
            "{what:<58} median {:>7.2} ms   p99 {:>7.2} ms   max {:>7.2} ms   n {}{aim}",
            ms(0.5),
            ms(0.99),
            ms(1.0),
            self.0.len()
        );
    }

    /// One line in microseconds.
    pub(crate) fn print_us(&self, what: &str) {
        println!("{what:<58} median {:>7.1} µs   p99 {:>7.1} µs   n {}", self.at(0.5), self.at(0.99), self.0.len());
    }
}
