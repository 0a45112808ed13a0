//! Every schedule of faults ends in one truth: see the crate.

fn main() -> std::process::ExitCode {
    kakari_chaos::main()
}
