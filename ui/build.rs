//! Compiles the pages in `pages/`.

fn main() -> Result<(), slint_build::CompileError> {
    // Tests find controls by their labels, which needs the element names; a released tablet does not.
    let debug = std::env::var("PROFILE").is_ok_and(|profile| profile == "debug");
    let config = slint_build::CompilerConfiguration::new().with_debug_info(debug);
    slint_build::compile_with_config("pages/tablet.slint", config)
}
