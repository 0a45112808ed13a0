//! `kakari`: the tablet program.

fn main() {
    kakari::cli::run()
}
